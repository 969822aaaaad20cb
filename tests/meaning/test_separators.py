"""Cells separated by something else than commas: named, and read where every row keeps to it."""

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT

FEED = load_partner(CHECKOUT / "tests/rules/contract.yml").feeds["spend"]
GOOD = "Date,Supplier,Account,Amount\n02/04/2024,Café Ltd,Care,1002.25\n03/04/2024,A,Care,-2.25\n"


@pytest.fixture
def judged(tmp_path):
    def judged(text, encoding="utf-8", name="payments-april-2024.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return judge(JudgeRequest(path, name, "spend", FEED))

    return judged


def said(result):
    return {f.code: f.message for f in result.findings}


@pytest.mark.parametrize(
    ("mark", "name"), [("\t", "tabs"), (";", "semicolons"), ("|", "pipes (|)")]
)
@pytest.mark.parametrize("line", ["", "sep={}\r\n"])
def test_another_separator_is_named_and_the_file_read(judged, mark, name, line):
    result = judged(line.format(mark) + GOOD.replace(",", mark))
    assert (result.verdict, result.rows_accepted, result.pence_accepted) == ("accepted", 2, 100_000)
    message = f"The cells are separated by {name}, not by commas. The file was read that way."
    assert said(result)["TP-154"] == message


def test_a_separator_that_only_the_file_itself_names(judged):
    result = judged("sep=^\n" + GOOD.replace(",", "^"))
    assert (result.verdict, result.pence_accepted) == ("accepted", 100_000)


def test_commas_and_semicolons_within_cells_are_text(judged):
    result = judged(GOOD.replace(",", ";").replace("Café Ltd", '"Smith, Jones; Sons"'))
    assert (result.verdict, result.pence_accepted) == ("accepted", 100_000)
    plain = judged(GOOD.replace("Café Ltd", "a;b|c;d"))
    assert (plain.verdict, plain.findings) == ("accepted", [])


def test_a_row_that_does_not_keep_to_it_refuses_the_file(judged):
    result = judged(GOOD.replace(",", ";") + "03/04/2024;A; B;Care;5.00\n")
    assert result.verdict == "refused"
    assert said(result)["TP-155"].endswith(
        "semicolons, not by commas, and 1 row does not keep to it."
    )


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_excel_s_unicode_text_is_read_with_its_mark_and_without(judged, encoding):
    result = judged(GOOD.replace(",", "\t"), encoding, "payments-april-2024.txt")
    assert (result.verdict, result.pence_accepted) == ("accepted", 100_000)
    name = "utf-16" if encoding == "utf-16" else "UTF-16 without a byte-order mark"
    assert said(result)["TP-032"] == f"The file was read as {name}, not as UTF-8."


def test_zero_bytes_are_still_a_failed_transfer(judged):
    assert list(said(judged(GOOD.encode() + bytes(4000)))) == ["TP-102"]


def test_strange_headings_in_another_separator_are_told_so(judged):
    result = judged("a;b;c\n1;2;3\n4;5;6\n")
    assert result.verdict == "refused"
    assert said(result)["TP-010"].endswith(
        "The cells seem to be separated by semicolons, not by commas."
    )


@pytest.mark.parametrize(
    "blanks",
    [
        lambda n: 3,
        lambda n: 1 if n % 3 else 0,
        lambda n: 0 if n % 3 else 1,
        lambda n: n % 3,
    ],
)
def test_empty_cells_behind_the_table_are_nothing_however_many(judged, blanks):
    rows = [f"02/04/2024,A Ltd,Care,1.00{',' * blanks(n)}\n" for n in range(36_000)]
    result = judged("Date,Supplier,Account,Amount\n" + "".join(rows))
    assert (result.verdict, result.findings) == ("accepted", [])
    assert (result.rows_accepted, result.pence_accepted) == (36_000, 3_600_000)


def test_what_stands_beside_the_table_in_most_rows_is_no_quotation_mark(judged):
    rows = "02/04/2024,A,B Ltd,Care,1.00\n" * 10_001
    result = judged("Date,Supplier,Account,Amount\n" + rows)
    [found] = [f for f in result.findings if f.level == "must_fix"]
    assert found.code == "TP-170"
    assert found.message == "More than 10,000 rows have more or fewer cells than the heading row."
    assert "quotation" not in found.fix


def test_a_filled_cell_beside_blank_ones_sets_its_row_aside(judged):
    rows = "02/04/2024,A Ltd,Care,1.00,\n" * 9 + "02/04/2024,A,B Ltd,Care,1.00\n"
    result = judged("Date,Supplier,Account,Amount,\n" + rows)
    assert (result.rows_accepted, result.rows_set_aside) == (9, 1)
    [found] = [f for f in result.findings if f.code == "TP-030"]
    assert [cell.row for cell in found.cells] == [11]
