"""Reports: complete, grouped, and inert whatever a partner writes into cells and names."""

import csv
import html
import re
from html.parser import HTMLParser

import openpyxl
import pytest
import xlsxwriter

from orchestration.contracts.feeds import FEEDS
from orchestration.contracts.load import load_partner
from orchestration.intake.judge.findings import Cell, finding
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT
from orchestration.steward import marked
from orchestration.steward.listing import COLUMNS, inert
from orchestration.steward.marked import FIRST_SHEET
from orchestration.steward.page import CELLS_SHOWN
from orchestration.steward.reports import write_reports
from orchestration.steward.view import submission_view

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
FEED = PARTNER.feeds["spend"]
HEAD = "Date,Supplier,Account,Amount\n"
PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><script>alert(1)</script>",
    "javascript:alert(1)",
    '=HYPERLINK("http://x","y")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "＝1+1",
    "soh\x01bell\x07esc\x1b[31m",
    "right\u202eleft\u2066to\u200f",
    "&amp;lt;",
    "{{7*7}}${7*7}",
]


def reports(path, folder, name=None, sheet_source=None):
    result = judge(JudgeRequest(path, name or path.name, "spend", FEED))
    told = submission_view(result, result.findings, name or path.name, PARTNER.name, "spend")
    made = write_reports(folder, told, source=path, feed=FEED, period=result.period)
    assert [p.name for p in made][:2] == ["report.html", "findings.csv"]
    return result, told


def put(tmp_path, text, name="payments-april-2024.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


def hostile(tmp_path):
    """Payloads in dates (shown), suppliers (masked), and an unknown heading."""
    lines = [f"{quoted(p)},{quoted(p)},Care,1.00\n" for p in PAYLOADS]
    good = "".join(f"0{n}/04/2024,Good Ltd,Care,1.00\n" for n in range(1, 10)) * 3
    head = f'Date,Supplier,Account,Amount,{quoted(PAYLOADS[0])},"=1+1"\n'
    rows = "".join(line.rstrip("\n") + ",,\n" for line in (good + "".join(lines)).splitlines(True))
    return put(tmp_path, head + rows)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


def parsed(path):
    tags = Tags()
    tags.feed(path.read_text(encoding="utf-8"))
    return tags


def test_the_page_runs_nothing_and_needs_nothing(tmp_path):
    reports(hostile(tmp_path), tmp_path / "r", name='<script>x</script>"april-2024.csv')
    page = parsed(tmp_path / "r/report.html")
    assert not {"script", "img", "link", "iframe", "object", "svg", "form"} & set(page.tags)
    names = {name for name, _ in page.attributes}
    assert not [n for n in names if n.startswith("on") or n in ("src", "style")]
    assert all(v.startswith("#f") for n, v in page.attributes if n == "href")
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in page.attributes
    raw = (tmp_path / "r/report.html").read_text(encoding="utf-8")
    assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069\u200e\u200f]", raw)
    assert "<script>alert(1)</script>" in page.text
    assert html.escape(PAYLOADS[0]) in raw


def test_the_page_lists_the_mistakes_first_with_links_that_lead_somewhere(tmp_path):
    rows = "".join("31/02/2024,X Ltd,Care,1.00\n" for _ in range(CELLS_SHOWN + 5))
    good = "".join("01/04/2024,X Ltd,Care,1.00\n" for _ in range(60))
    reports(put(tmp_path, HEAD + rows + good), tmp_path / "r")
    page = parsed(tmp_path / "r/report.html")
    targets = {v for n, v in page.attributes if n == "id"}
    links = [v[1:] for n, v in page.attributes if n == "href"]
    assert links
    assert set(links) <= targets
    raw = (tmp_path / "r/report.html").read_text(encoding="utf-8")
    assert raw.index("What to put right first") < raw.index('<section id="f1"')
    assert raw.count('<td class="n">') >= CELLS_SHOWN
    assert f"The first {CELLS_SHOWN} of {CELLS_SHOWN + 5}" in raw
    assert "£25.00" in raw


def test_a_clean_file_says_so(tmp_path):
    reports(put(tmp_path, HEAD + "01/04/2024,X Ltd,Care,1.00\n"), tmp_path / "r")
    assert "Nothing to put right" in (tmp_path / "r/report.html").read_text(encoding="utf-8")


def test_the_list_has_every_cell_and_no_formula(tmp_path):
    result, _ = reports(hostile(tmp_path), tmp_path / "r")
    rows = list(csv.reader((tmp_path / "r/findings.csv").open(encoding="utf-8-sig", newline="")))
    assert tuple(rows[0]) == COLUMNS
    expected = sum(max(1, len(f.cells)) for f in result.findings)
    assert len(rows) == expected + 1
    runs = tuple("=+-@\t\r\0＝＋－＠")
    assert not [c for row in rows for c in row if c.lstrip(" \u3000").startswith(runs)]
    assert '\'=HYPERLINK("http://x","y")' in [row[6] for row in rows]
    assert all("\x00" not in c and "\u202e" not in c for row in rows for c in row)


@pytest.mark.parametrize("text", ["=1", " =1", "\u3000＝1", "+1", "-1", "@x", "\t=1", "\rx", "|x"])
def test_what_would_run_gets_an_apostrophe(text):
    assert inert(text) == f"'{text}"


def test_what_would_not_run_is_left_alone():
    assert [inert(t) for t in ("", "a=1", "1-2", "£5", "tbc")] == ["", "a=1", "1-2", "£5", "tbc"]


def test_the_marked_workbook_is_the_file_with_its_faulty_cells_marked(tmp_path):
    path = hostile(tmp_path)
    _, told = reports(path, tmp_path / "r")
    book = openpyxl.load_workbook(tmp_path / "r/marked.xlsx")
    assert book.sheetnames[0] == FIRST_SHEET
    page = book[book.sheetnames[1]]
    rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
    faulty = {(c.row, c.column) for f in told.findings if f.level == "set_aside" for c in f.cells}
    assert faulty
    for number, row in enumerate(rows, 1):
        for index, value in enumerate(row):
            cell = page.cell(number, index + 1)
            plain = openpyxl.utils.escape.unescape(str(cell.value or ""))
            assert plain.replace("\r", "") == value.replace("\r", ""), (number, index)
            assert cell.data_type in ("s", "n", "inlineStr")
            assert bool(cell.comment) == ((number, cell.column_letter) in faulty)
            assert (cell.fill.fgColor.rgb == "FFF8C9C4") == ((number, cell.column_letter) in faulty)
    for sheet in book:
        assert not [c for row in sheet.iter_rows() for c in row if c.data_type == "f"]
        assert not [c for row in sheet.iter_rows() for c in row if c.hyperlink]


def test_a_workbook_comes_back_sheet_by_sheet_under_its_names(tmp_path):
    path = tmp_path / "payments-april-2024.xlsx"
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as made:
        for name in ("What to fix", "=1+1 <b>"):
            page = made.add_worksheet(name)
            page.write_row(0, 0, ["Date", "Supplier", "Account", "Amount"])
            page.write_row(1, 0, ["02/04/2024", "=SUM(1)", "Care", 12.5])
            page.write_row(3, 0, ["03/04/2024", "X Ltd", "Care", "tbc"])
    reports(path, tmp_path / "r")
    book = openpyxl.load_workbook(tmp_path / "r/marked.xlsx")
    assert book.sheetnames == [FIRST_SHEET, "What to fix (2)", "=1+1 <b>"]
    for name in book.sheetnames[1:]:
        page = book[name]
        assert (page["B2"].value, page["B2"].data_type) == ("=SUM(1)", "s")
        assert page["D2"].value == "12.5"
        assert page["D4"].comment
        assert "TP-021" in page["D4"].comment.text


def test_beyond_the_limit_only_the_rows_at_fault_come_back(tmp_path, monkeypatch):
    monkeypatch.setattr(marked, "WHOLE_ROWS", 10)
    good = "01/04/2024,X Ltd,Care,1.00\n" * 20
    path = put(tmp_path, HEAD + good + "02/04/2024,Y Ltd,Care,tbc\n" + good + "a,b\n")
    reports(path, tmp_path / "r")
    book = openpyxl.load_workbook(tmp_path / "r/marked.xlsx")
    page = book[book.sheetnames[1]]
    rows = [[c.value for c in row] for row in page.iter_rows()]
    assert rows[0][0] == "Row in your file"
    assert [r[0] for r in rows[1:]] == [1, 22, 43]
    assert rows[2][1:5] == ["02/04/2024", "Y Ltd", "Care", "tbc"]
    assert page["E3"].comment


def test_of_too_many_faulty_rows_the_rare_ones_are_marked_first_and_it_says_so(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(marked, "MARKED_ROWS", 3)
    many = "02/04/2024,Y Ltd,Care,tbc\n" * 5
    good = "01/04/2024,X Ltd,Care,1.00\n" * 20
    reports(put(tmp_path, HEAD + good + many + "31/02/2024,Z Ltd,Care,1.00\n"), tmp_path / "r")
    book = openpyxl.load_workbook(tmp_path / "r/marked.xlsx")
    first, page = book.worksheets
    assert "Only 3 rows at fault" in first["A5"].value
    commented = [c.coordinate for row in page.iter_rows() for c in row if c.comment]
    assert commented == ["D22", "D23", "A27"]


def test_what_is_no_table_has_reports_but_no_marked_copy(tmp_path):
    path = tmp_path / "april-2024.csv"
    path.write_bytes(b"")
    reports(path, tmp_path / "r")
    assert sorted(p.name for p in (tmp_path / "r").iterdir()) == ["findings.csv", "report.html"]


def test_values_that_may_name_a_person_are_in_no_report(tmp_path):
    from orchestration.intake.judge.findings import NOT_SHOWN

    found = finding("TP-021", cells=[Cell(None, 2, "B", "Supplier", NOT_SHOWN)])
    result = judge(JudgeRequest(put(tmp_path, HEAD), "x-april-2024.csv", "spend", FEED))
    told = submission_view(result, [found], "x.csv", "A", "spend")
    write_reports(tmp_path / "r", told)
    assert NOT_SHOWN in (tmp_path / "r/report.html").read_text(encoding="utf-8")
    assert NOT_SHOWN in (tmp_path / "r/findings.csv").read_text(encoding="utf-8")


def test_every_feed_can_be_marked():
    assert set(FEEDS) >= set(PARTNER.feeds)
