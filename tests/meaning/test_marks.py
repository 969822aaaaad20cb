"""What stands for a number in statistics: suppressed, not available, provisional, a dash."""

import duckdb
import pytest

from orchestration.contracts.feeds import FEEDS
from orchestration.contracts.layout_checks import check_layout
from orchestration.contracts.load import load_partner
from orchestration.contracts.mistake import MistakeAt
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
READ = "clients, clients_state, clients_low, clients_high"


def with_marks(feed, marks):
    """The feed with what its contract says of marks."""
    layout = PARTNER.feeds[feed].layouts[0]
    columns = {
        name: column.model_copy(update={"marks": marks if FEEDS[feed].field(name).marked else {}})
        for name, column in layout.columns.items()
    }
    layout = layout.model_copy(update={"columns": columns})
    return PARTNER.feeds[feed].model_copy(update={"layouts": [layout]})


def judged(tmp_path, feed, text, query, marks=None):
    """The codes of a file's findings about cells, and what a query reads of its lines."""
    path, lines = tmp_path / f"{feed}-2024-25.csv", tmp_path / "lines.parquet"
    path.write_text(text, encoding="utf-8")
    result = judge(JudgeRequest(path, path.name, feed, with_marks(feed, marks or {}), lines=lines))
    read = duckdb.sql(f"SELECT {query} FROM '{lines}'").fetchall() if result.rows_accepted else []
    return [f.code for f in result.findings if f.cells], read


def people(tmp_path, cell, marks=None):
    text = f'Year,Substance,Tier,Measure,People\n2024-25,all,,left,"{cell}"\n'
    codes, (read,) = judged(tmp_path, "treatment", text, READ, marks)
    return codes, read


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        *[(mark, 1, 7) for mark in ("*", "[c]", "c", "C", "[low]", "suppressed")],
        *[("<5", 1, 4), ("< 10", 1, 9), ("<=5", 1, 5), ("fewer than 8", 1, 7)],
    ],
)
def test_a_count_that_its_sender_suppressed(tmp_path, cell, low, high):
    assert people(tmp_path, cell) == (["TP-373"], (None, "suppressed", low, high))


@pytest.mark.parametrize("cell", ["n/a", "..", ":", "[x]", "[z]", "TBC"])
def test_a_count_that_is_not_available_is_not_reported(tmp_path, cell):
    assert people(tmp_path, cell) == (["TP-371"], (None, "not_available", None, None))


@pytest.mark.parametrize("cell", ["-", "–", "--"])
def test_a_dash_for_a_count_is_asked_about(tmp_path, cell):
    assert people(tmp_path, cell) == (["TP-375"], (None, "not_available", None, None))


@pytest.mark.parametrize(
    ("cell", "state"),
    [("541p", "provisional"), ("541 (p)", "provisional"), ("541 [R]", "revised")],
)
def test_a_number_called_provisional_counts_as_it_stands(tmp_path, cell, state):
    assert people(tmp_path, cell) == (["TP-374"], (541, state, None, None))


@pytest.mark.parametrize(("cell", "state"), [("541", "reported"), ("0", "reported"), ("", None)])
def test_a_number_and_an_empty_cell_are_what_they_were(tmp_path, cell, state):
    assert people(tmp_path, cell) == ([], (int(cell) if cell else None, state, None, None))


@pytest.mark.parametrize("cell", ["p", "<1", "~5", "5+", "five"])
def test_what_no_mark_is_known_for_is_asked_about(tmp_path, cell):
    assert people(tmp_path, cell) == (["TP-370"], (None, None, None, None))


@pytest.mark.parametrize(
    ("marks", "cell", "codes", "read"),
    [
        ({"-": "zero"}, "-", [], (0, "reported", None, None)),
        ({"-": "not_available"}, "-", ["TP-371"], (None, "not_available", None, None)),
        ({"#": "suppressed"}, "#", ["TP-373"], (None, "suppressed", 1, 7)),
        ({"*": "1 to 4"}, "*", ["TP-373"], (None, "suppressed", 1, 4)),
        ({"9999": "suppressed"}, "9999", ["TP-373"], (None, "suppressed", 1, 7)),
        ({"*": "not_available"}, "*", ["TP-371"], (None, "not_available", None, None)),
    ],
)
def test_a_contract_says_what_its_partners_marks_mean(tmp_path, marks, cell, codes, read):
    assert people(tmp_path, cell, marks) == (codes, read)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("*", (None, "suppressed", 1, 7)),
        ("[c]", (None, "suppressed", 1, 7)),
        ("<5", (None, "suppressed", 1, 4)),
        ("", (None, None, None, None)),
    ],
)
def test_a_return_of_treatment_with_a_suppressed_count_is_taken_whole(tmp_path, cell, read):
    """A contract that requires the column of people takes its marks all the same."""
    city = load_partner(CHECKOUT / "data/partners/leicester_city_council.yml").feeds["treatment"]
    heads = "Financial year,Substance,Tier,Measure,Area,Number of people,Whole partnership"
    area = "In effective treatment,E06000016"
    rows = [
        f"2010-11,All,,{area},1950,Yes",
        f"2010-11,Opiates,3,{area},1266,Yes",
        f"2010-11,Alcohol,4,{area},{cell},Yes",
    ]
    path, lines = tmp_path / "treatment-2010-11.csv", tmp_path / "lines.parquet"
    path.write_text("\n".join([heads, *rows, ""]), encoding="utf-8")
    result = judge(JudgeRequest(path, path.name, "treatment", city, lines=lines))
    assert (result.verdict, result.rows_accepted) == ("accepted", 3)
    assert duckdb.sql(f"SELECT {READ} FROM '{lines}'").fetchall()[2] == read


def test_suppressed_contacts_are_a_row_and_no_number(tmp_path):
    text = (
        "Month,Channel,Service,Contacts,Avoidable,Resolved\n"
        "01/04/2024,Phone,57,<5,*,\n01/05/2024,Phone,57,-,,\n"
    )
    read = "contacts, contacts_state, contacts_high, avoidable, avoidable_state"
    codes, lines = judged(tmp_path, "contacts", text, read)
    # The number of contacts is needed: of a dash nobody knows it, and its row is set aside.
    assert codes == ["TP-028", "TP-373", "TP-373"]
    assert lines == [(None, "suppressed", 4, None, "suppressed")]


def test_a_suppressed_value_of_an_indicator_is_not_simply_missing(tmp_path):
    text = "Year,Ref,Name,Value,Better,Target\n2024-25,NI 14,Contact,[c],Up,24\n"
    codes, lines = judged(tmp_path, "indicators", text, "value, value_state")
    assert (codes, lines) == (["TP-373"], [(None, "suppressed")])


def test_a_layout_says_it_once_for_all_of_its_counts():
    from orchestration.contracts.layout import Layout

    said = {"id": "v1", "valid_from": "2024-04-01", "marks": {"-": "zero"}}
    columns = {"clients": {"heading": "People", "marks": {"#": "1 to 4"}}, "tier": {"heading": "T"}}
    layout = Layout.model_validate({**said, "columns": columns})
    assert layout.columns["clients"].marks == {"-": "zero", "#": "1 to 4"}
    assert layout.columns["tier"].marks == {"-": "zero"}


@pytest.mark.parametrize("meaning", ["5", "7 to 1", "0 to 4", "hidden"])
def test_a_mark_means_something_that_is_known(meaning):
    from orchestration.contracts.layout import Column

    with pytest.raises(ValueError, match="cannot mean"):
        Column(heading="People", marks={"#": meaning})


def test_a_mark_in_a_name_is_a_name(tmp_path):
    """What a contract says of marks is about values, not about texts that happen to be alike."""
    layout = PARTNER.feeds["savings"].layouts[0]
    marks = {"see note": "not_available"}
    columns = {n: c.model_copy(update={"marks": marks}) for n, c in layout.columns.items()}
    feed = PARTNER.feeds["savings"].model_copy(
        update={"layouts": [layout.model_copy(update={"columns": columns})]}
    )
    path, lines = tmp_path / "savings-2024-25.csv", tmp_path / "lines.parquet"
    path.write_text(
        "Year,Ref,Name,Programme,Lead,Share,Class,Recurrent,Starts,Baseline,Forecast,Actual,Reason,"
        "Assurance\n2024-25,A1,See note,Access,Anytown,1,Cash,Yes,01/10/2024,900.00,See note,1.00,,"
        "Interim\n"
    )
    result = judge(JudgeRequest(path, path.name, "savings", feed, lines=lines))
    assert [f.code for f in result.findings if f.cells] == ["TP-371"]
    read = duckdb.sql(f"SELECT initiative, forecast_pence FROM '{lines}'").fetchall()
    assert read == [("See note", None)]


def test_only_a_count_can_be_suppressed():
    layout = PARTNER.feeds["treatment"].layouts[0]
    tier = layout.columns["tier"].model_copy(update={"marks": {"*": "suppressed"}})
    wrong = layout.model_copy(update={"columns": layout.columns | {"tier": tier}})
    with pytest.raises(MistakeAt, match="may only mean not_available here"):
        check_layout(FEEDS["treatment"], wrong, ())
