"""A total is no line: known by what it comes to, whatever it is called and wherever it stands."""

import pyarrow as pa
import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.judge import sheets
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
HEADINGS = "Date,Supplier,Account,Amount"
LINES = (
    "02/04/2024,Anytown Care Ltd,Care,100.00",
    "03/04/2024,Oak Tree Clinics,Care,250.50",
    "04/04/2024,Pine Homes,Repairs,49.50",
)
MORE = ("05/04/2024,Elm Roads,Roads,10.10", "08/04/2024,Ash Roads,Roads,20.20")
FILE = "payments-april-2024.csv"


@pytest.fixture
def judged(tmp_path):
    def read(*rows, feed="spend", headings=HEADINGS, name=FILE):
        path = tmp_path / name
        path.write_text("\n".join([headings, *rows]) + "\n")
        result = judge(JudgeRequest(path, name, feed, PARTNER.feeds[feed]))
        parts = result.rows_accepted + result.rows_set_aside + result.rows_non_data
        assert result.rows_in == parts == len(rows) + 1
        return result

    return read


def in_parts_of_700_rows(batches):
    whole = pa.Table.from_batches(list(batches))
    for start in range(0, whole.num_rows, 700):
        yield whole.slice(start, 700)


def codes(result):
    return [f.code for f in result.findings]


@pytest.mark.parametrize(
    "total",
    [
        ",,Total,400.00",
        "Total,,,400.00",
        ",April Total,,400.00",
        ",,,400.00",
        ",Anytown Council,Care,400.00",
        "30/04/2024,Total,Care,400.00",
        "30/04/2024,Anytown Council,Sub-total,400.00",
        "30/04/2024,Total for April,Care,400.00",
        "30/04/2024,Total paid,Care,400.00",
        "30/04/2024,Sum,,400.00",
        "tbc,Anytown Council,Care,400.00",
    ],
)
def test_a_total_that_equals_the_lines_above_is_a_total(judged, total):
    result = judged(*LINES, total)
    assert (result.verdict, result.pence_accepted, result.rows_set_aside) == ("accepted", 400_00, 0)
    assert "TP-041" in codes(result)
    assert not {"TP-022", "TP-023"} & {*codes(result)}  # nobody is told to date a total


@pytest.mark.parametrize("total", [",Total,,400.00", ",,Grand total,400.00"])
def test_a_total_above_every_line_is_a_total(judged, total):
    result = judged(total, *LINES)
    assert (result.verdict, result.pence_accepted, result.rows_set_aside) == ("accepted", 400_00, 0)
    assert "TP-041" in codes(result)


def test_a_total_above_every_line_that_they_do_not_come_to_refuses_the_file(judged):
    result = judged(",Total,,401.00", *LINES)
    assert result.verdict == "refused"
    assert "TP-040" in codes(result)


@pytest.mark.parametrize(
    ("foot", "head"),
    [("Carried forward", "Brought forward"), ("Balance c/f", "Balance b/f"), ("c/fwd", "b/fwd:")],
)
def test_what_is_carried_from_page_to_page_is_no_line(judged, foot, head):
    result = judged(*LINES, f",{foot},,400.00", f",{head},,400.00", *MORE, ",,Total,430.30")
    assert (result.verdict, result.pence_accepted, result.rows_set_aside) == ("accepted", 430_30, 0)
    assert [c.row for f in result.findings if f.code == "TP-041" for c in f.cells] == [5, 6, 9]


@pytest.mark.parametrize("label", ["of which: care homes", "Of which agency staff"])
def test_a_part_of_what_stands_above_is_asked_about(judged, label):
    result = judged(*LINES, f"30/04/2024,{label},Care,350.50")
    asked = next(f for f in result.findings if f.code == "TP-121")
    assert asked.message.endswith("as a line the file holds £750.50, without it £400.00.")


def test_nobody_asks_whether_the_total_of_one_line_repeats_it(judged):
    invoices = [
        row
        for line in (*LINES, *MORE)
        for row in (line, line.replace(line.split(",")[2], "Invoice total"))
    ]
    result = judged(*invoices)
    assert (result.verdict, result.pence_accepted) == ("accepted", 430_30)
    assert "TP-071" not in codes(result)


def test_subtotals_and_a_grand_total_are_all_totals(judged):
    result = judged(
        *LINES, ",Care Total,,400.00", *MORE, ",Roads Total,,30.30", ",Grand Total,,430.30"
    )
    assert (result.verdict, result.pence_accepted) == ("accepted", 430_30)
    said = next(f for f in result.findings if f.code == "TP-041")
    assert said.message == "The totals rows agree with the lines (the last is £430.30)."
    assert [c.row for c in said.cells] == [5, 8, 9]


def test_subtotals_of_one_line_and_of_departments_above_them_are_totals(judged):
    result = judged(
        LINES[0],
        ",A Total,,100.00",
        LINES[1],
        ",B Total,,250.50",
        ",Care Total,,350.50",
        LINES[2],
        ",C Total,,49.50",
        ",Repairs Total,,49.50",
        ",Grand Total,,400.00",
    )
    assert (result.verdict, result.pence_accepted) == ("accepted", 400_00)


def test_unnamed_subtotals_without_a_date_are_totals(judged):
    result = judged(*LINES, ",,Care,400.00", *MORE, ",,Roads,30.30", ",,,430.30")
    assert (result.verdict, result.pence_accepted) == ("accepted", 430_30)


def test_a_group_below_a_blank_row_has_its_total(judged):
    result = judged(*LINES, "", *MORE, "09/04/2024,Total,Roads,30.30")
    assert (result.verdict, result.pence_accepted) == ("accepted", 430_30)


def test_a_row_that_looks_like_a_line_and_equals_the_rest_is_asked_about(judged):
    result = judged(*LINES, "30/04/2024,Elm Roads,Roads,400.00")
    asked = next(f for f in result.findings if f.code == "TP-120")
    assert asked.level == "please_explain"
    assert asked.amount_pence == 400_00
    assert asked.message == (
        "Row 5 comes to what the rows above add up to, and nothing calls it a total: "
        "as a line the file holds £800.00, without it £400.00."
    )
    assert asked.fix == (
        "If it is a total, take it out, or write Total in it, and send the file again. "
        "If it is a line, say so."
    )


def test_subtotals_that_look_like_lines_are_asked_about_together(judged):
    result = judged(
        *(f"0{d}/04/2024,A{d},Care,{d}00.00" for d in (1, 2, 3)),
        "30/04/2024,Anytown,Care,600.00",
        *(f"0{d}/04/2024,B{d},Roads,{d}0.00" for d in (2, 3, 4)),
        "30/04/2024,Anytown,Roads,90.00",
    )
    asked = next(f for f in result.findings if f.code == "TP-120")
    assert [c.row for c in asked.cells] == [5, 9]
    assert asked.message == (
        "Rows 5, 9 come to what the rows above add up to, and nothing calls them totals: "
        "as lines the file holds £1,380.00, without them £690.00."
    )


def test_a_total_below_settles_that_the_doubtful_row_is_a_line(judged):
    result = judged(*LINES, "30/04/2024,Elm Roads,Roads,400.00", "Total,,,800.00")
    assert (result.verdict, result.pence_accepted) == ("accepted", 800_00)
    assert "TP-120" not in codes(result)


def test_a_total_below_settles_that_the_doubtful_row_is_a_total(judged):
    result = judged(*LINES, "30/04/2024,Elm Roads,Roads,400.00", "", "Total,,,400.00")
    assert (result.verdict, result.pence_accepted) == ("accepted", 400_00)
    assert "TP-120" not in codes(result)


@pytest.mark.parametrize(
    "rows",
    [
        [LINES[0], "03/04/2024,Oak Tree Clinics,Care,100.00"],
        [LINES[0], LINES[1], "03/04/2024,Oak Tree Clinics,Care,350.50"],
        [*LINES, "05/04/2024,Elm Roads,Roads,400.00", *MORE, MORE[0]],  # round steps, lines follow
        [*LINES[:1], "03/04/2024,A,Care,-100.00", *["04/04/2024,B,Care,70.00"] * 2],
        [*LINES[:1], "03/04/2024,Total Gas & Power Ltd,Energy,100.00"],
        [*LINES, "03/04/2024,Total Fitness Centre,Care,61.00"],
        ["02/04/2024,A,Care,0.00", *LINES[:2], "03/04/2024,B,Care,350.50"],
    ],
)
def test_lines_that_come_to_others_by_chance_are_not_asked_about(judged, rows):
    result = judged(*rows)
    assert (result.verdict, result.rows_accepted) == ("accepted", len(rows))
    assert not {"TP-120", "TP-121"} & {*codes(result)}


def test_a_bare_total_that_does_not_agree_refuses_the_file(judged):
    result = judged(*LINES, ",Care Total,,390.00")
    assert result.verdict == "refused"
    said = next(f for f in result.findings if f.code == "TP-040")
    assert said.message == "The total in row 5 is £390.00; the lines add up to £400.00."


def test_subtotals_go_across_batches(judged, monkeypatch):
    monkeypatch.setattr(sheets.source, "together", in_parts_of_700_rows)
    group = [f"02/04/2024,Payee {i},Care,{i}.01" for i in range(1, 500)]
    result = judged(*group, ",,,124754.99", *group, ",,Care,124754.99", ",,,249509.98")
    assert (result.rows_accepted, result.pence_accepted) == (998, 249_509_98)


def test_sums_go_across_batches(judged, monkeypatch):
    monkeypatch.setattr(sheets.source, "together", in_parts_of_700_rows)
    many = [f"02/04/2024,Payee {i},Care,{i}.{i % 89:02d}" for i in range(1, 3000)]
    pence = sum(100 * i + i % 89 for i in range(1, 3000))
    total = f"30/04/2024,Sub-total,Care,{pence // 100}.{pence % 100:02d}"
    result = judged(*many, total)
    assert (result.rows_accepted, result.pence_accepted) == (2999, pence)


def test_a_total_in_a_feed_without_money_is_no_line(judged):
    result = judged(
        "2024-25,all,3,in_treatment,100",
        "2024-25,alcohol,3,in_treatment,40",
        ",,,Total,140",
        "2024-25,Total,,,140",
        feed="treatment",
        headings="Year,Substance,Tier,Measure,People",
        name="treatment-2024-25.csv",
    )
    assert (result.verdict, result.rows_accepted, result.rows_non_data) == ("accepted", 2, 3)


CONTACTS_HEADINGS = "Month,Channel,Service,Contacts,Avoidable,Resolved"
CONTACTS = (
    "01/04/2010,Phone,279,100,,",
    "01/04/2010,Counter,279,40,,",
    "01/05/2010,Phone,279,90,,",
    "01/05/2010,Counter,279,60,,",
)


@pytest.mark.parametrize(
    "row",
    [
        "01/04/2010,All channels,,140,,",
        "01/04/2010,,,140,,",
        "01/04/2010,Counter and phone,,140,,",
        "Total,Phone,279,190,,",
        "01/05/2010,Phone,Total,90,,",
    ],
)
def test_a_total_in_any_part_of_the_key_is_no_line(judged, row):
    result = judged(
        *CONTACTS,
        row,
        feed="contacts",
        headings=CONTACTS_HEADINGS,
        name="contacts-2010-11.csv",
    )
    assert (result.rows_accepted, result.rows_set_aside, result.rows_non_data) == (4, 0, 2)


def test_a_month_without_its_channel_that_adds_up_to_nothing_is_set_aside(judged):
    result = judged(
        *CONTACTS,
        "01/04/2010,,279,139,,",
        feed="contacts",
        headings=CONTACTS_HEADINGS,
        name="contacts-2010-11.csv",
    )
    assert (result.rows_accepted, result.rows_set_aside) == (4, 1)


def test_all_initiatives_that_come_to_the_sum_are_no_initiative(judged):
    line = "2024-25,{},{},Change,Anytown Council,1,Cash,Yes,Interim,,,,{},"
    result = judged(
        line.format("A1", "Print room", "100.00"),
        line.format("A2", "Fleet", "30.00"),
        line.format("A3", "Offices", "7.50"),
        "2024-25,,All initiatives,,,,,,,,,,137.50,",
        feed="savings",
        headings="Year,Ref,Name,Programme,Lead,Share,Class,Recurrent,Assurance,Starts,Baseline,"
        "Frozen,Actual,Reason",
        name="savings-2024-25.csv",
    )
    assert (result.verdict, result.pence_accepted) == ("accepted", 137_50)


def test_a_total_by_year_and_code_is_no_line(judged):
    flow = "2024-25,{},{},Anytown Council,Anytown Council,,{}"
    result = judged(
        flow.format("A1", "Grant", "10.10"),
        flow.format("A2", "Section 75", "20.00"),
        flow.format("A3", "Grant", "30.10"),
        flow.format("A4", "Section 75", "5.00"),
        flow.format("Total", "Grant", "40.20"),
        flow.format("Total", "Section 75", "25.00"),
        feed="funding",
        headings="Year,Agreement,Flow,From,To,Pool,Amount",
        name="funding-2024-25.csv",
    )
    assert (result.verdict, result.pence_accepted) == ("accepted", 65_20)


COUNTY = load_partner(CHECKOUT / "data/partners/leicestershire_county_council.yml")
BUDGETS = (
    "Year,Service,Estimate or outturn,Gross expenditure (£),Income (£),"
    "Net expenditure (£),Prices\n"
    "2010-11,Roads,Budget,30.00,10.00,20.00,cash\n"
    "2010-11,Roads,Outturn,35.00,10.00,25.00,cash\n"
    "2010-11,Parks,Budget,9.00,1.00,8.00,cash\n"
    "2010-11,Parks,Outturn,8.00,1.00,7.00,cash\n"
    "2010-11,Total service expenditure,Budget,39.00,11.00,28.00,cash\n"
    "2010-11,Total service expenditure,Outturn,43.00,11.00,{},cash\n"
)


@pytest.fixture
def budgets(tmp_path):
    def read(outturn):
        path = tmp_path / "budgets-2010-11.csv"
        path.write_text(BUDGETS.format(outturn))
        return judge(JudgeRequest(path, path.name, "budgets", COUNTY.feeds["budgets"]))

    return read


def test_a_total_among_services_is_no_service(budgets):
    result = budgets("32.00")
    assert (result.verdict, result.rows_accepted, result.rows_non_data) == ("accepted", 4, 3)


def test_a_total_among_services_that_does_not_agree_is_asked_about(budgets):
    result = budgets("33.00")
    asked = next(f for f in result.findings if f.code == "TP-121")
    assert asked.level == "please_explain"
    assert asked.message == (
        "Row 7 is called a total, or a part of one, but looks like a line. The rows above "
        "come to something else: as a line the file holds £93.00, without it £60.00."
    )


def test_a_trailing_comma_on_some_rows_changes_no_total(judged):
    result = judged(f"{LINES[0]},", LINES[1], f"{LINES[2]},", ",Care Total,,400.00,")
    assert (result.verdict, result.pence_accepted) == ("accepted", 400_00)
    assert "TP-041" in codes(result)
