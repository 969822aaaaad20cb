"""Shapes of tables: values as columns, headings over two rows, labels named once, years and months
as people write them. Read where the contract says so; named otherwise."""

from pathlib import Path

import duckdb
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.contracts.feeds import FEEDS
from orchestration.contracts.layout import MONTH_STYLES, Layout
from orchestration.contracts.layout_checks import check_layout
from orchestration.contracts.load import load_partner
from orchestration.contracts.mistake import MistakeAt
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
GRID = {"Gross": "gross_pence", "Income": "income_pence", "Net": "net_pence"}


def layout(feed, wide=None, **columns):
    """The small contract's layout of a feed with other keys of its columns, and ``wide``."""
    made = PARTNER.feeds[feed].layouts[0].model_dump(exclude_unset=True)
    made.pop("wide", None)
    made["columns"] = {n: {**c, **columns.get(n, {})} for n, c in made["columns"].items()}
    return Layout(**made, wide=wide)


def judged(folder, feed, rows, agreed=None):
    """What is said of a file, and its lines: row, then the fields of the feed's key and count."""
    path, lines = folder / f"{feed}-2024-25.csv", folder / "lines.parquet"
    path.write_text("\n".join(rows) + "\n")
    return judged_file(path, feed, lines, agreed)


def judged_file(path, feed, lines, agreed=None):
    lines.unlink(missing_ok=True)
    offer = PARTNER.feeds[feed].model_copy(update={"layouts": [agreed or layout(feed)]})
    result = judge(JudgeRequest(path, path.name, feed, offer, lines=lines))
    schema = FEEDS[feed]
    names = [
        n for n in (*schema.key, schema.money_field or schema.count_field) if n in schema.names
    ]
    found = []
    if lines.exists() and result.rows_accepted:
        query = f"SELECT source_row, {', '.join(names)} FROM read_parquet(?) ORDER BY ALL"
        found = duckdb.connect().execute(query, [str(lines)]).fetchall()
    return result, found


def only(result, code):
    (found,) = [f for f in result.findings if f.code == code]
    return found


def codes(result):
    return sorted(f.code for f in result.findings if f.level != "information")


MONTHS = {"headings": ["month_date"], "cells": "contacts"}


def test_a_column_a_month_becomes_a_line_for_each_filled_cell(tmp_path):
    agreed = layout("contacts", MONTHS, month_date={"formats": ["mmm-yy"]})
    rows = ["Channel,Service,Apr-24,May-24", "Counter,57,10,12", "Phone,57,,120"]
    result, lines = judged(tmp_path, "contacts", rows, agreed)
    assert [(r, f"{day:%Y-%m}", c, n) for r, day, c, _, n in lines] == [
        (2, "2024-04", "face_to_face", 10),
        (2, "2024-05", "face_to_face", 12),
        (3, "2024-05", "telephone", 120),
    ]
    assert (result.rows_in, result.rows_accepted, result.rows_non_data) == (4, 3, 1)
    assert codes(result) == []


def test_a_row_without_a_figure_is_no_line_and_stands_in_the_equation(tmp_path):
    agreed = layout("contacts", MONTHS)
    rows = ["Channel,Service,01/04/2024,01/05/2024", "Counter,57,10,12", "Phone,57,,"]
    result, _ = judged(tmp_path, "contacts", rows, agreed)
    assert (result.rows_in, result.rows_accepted, result.rows_non_data) == (4, 2, 2)


def test_a_fault_names_the_cell_that_excel_shows(tmp_path):
    rows = ["Channel,Service,01/04/2024,01/05/2024", "Counter,57,10,12", "Phone,57,11,many"]
    result, _ = judged(tmp_path, "contacts", rows, layout("contacts", MONTHS))
    (cell,) = only(result, "TP-028").cells
    assert (cell.row, cell.column, cell.heading, cell.value) == (3, "D", "01/05/2024", "many")


def test_a_total_of_the_columns_is_never_a_value(tmp_path):
    rows = ["Channel,Service,01/04/2024,01/05/2024,Total,YTD", "Counter,57,10,12,22,22"]
    _, lines = judged(tmp_path, "contacts", rows, layout("contacts", MONTHS))
    assert [line[-1] for line in lines] == [10, 12]


def test_budget_and_outturn_of_two_years_stand_as_columns(tmp_path):
    agreed = layout("budgets", {"headings": ["measure", "financial_year"], "cells": "net_pence"})
    rows = ["Service,Budget 2024-25,Outturn 2024-25,2023/24 outturn", "Access,100,110,90"]
    _, lines = judged(tmp_path, "budgets", rows, agreed)
    assert [(line[1], line[3], line[-1]) for line in lines] == [
        ("2023-24", "outturn", 9_000),
        ("2024-25", "budget", 10_000),
        ("2024-25", "outturn", 11_000),
    ]


GROUPED = [
    "Year,Service,Budget,,,Outturn,,",
    ",,Gross,Income,Net,Gross,Income,Net",
    "2024-25,Access,100,10,90,120,10,110",
    "2024-25,Roads,100,10,90,120,10,110",
    "2024-25,Total,200,20,180,240,20,220",
]


def test_a_group_heading_over_gross_income_and_net_is_read_with_them(tmp_path):
    agreed = layout("budgets", {"headings": ["measure"], "cells": GRID})
    result, lines = judged(tmp_path, "budgets", GROUPED, agreed)
    assert [(line[0], line[2], line[3], line[-1]) for line in lines] == [
        (3, "Access", "budget", 9_000),
        (3, "Access", "outturn", 11_000),
        (4, "Roads", "budget", 9_000),
        (4, "Roads", "outturn", 11_000),
    ]
    assert codes(result) == []


def test_words_of_a_heading_split_over_two_rows_are_one_heading(tmp_path):
    rows = ["Financial,Service,Kind,Gross,,Net", "year,group,,spend,Income,spend"]
    rows += ["2024-25,Access,Budget,100,10,90"]
    named = {"financial_year": "Financial year", "service_group": "Service group"}
    named |= {
        "gross_pence": "Gross spend",
        "net_pence": "Net spend",
        "income_pence": "Gross Income",
    }
    agreed = layout("budgets", **{n: {"heading": h} for n, h in named.items()})
    result, lines = judged(tmp_path, "budgets", rows, agreed)
    assert (codes(result), len(lines)) == ([], 1)


def test_merged_heading_cells_of_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in GROUPED:
        sheet.append([int(c) if c.isdigit() else c or None for c in row.split(",")])
    sheet.merge_cells("C1:E1")
    sheet.merge_cells("F1:H1")
    path = tmp_path / "budgets-2024-25.xlsx"
    book.save(path)
    agreed = layout("budgets", {"headings": ["measure"], "cells": GRID})
    result, lines = judged_file(path, "budgets", tmp_path / "lines.parquet", agreed)
    assert (codes(result), len(lines)) == ([], 4)


@pytest.mark.parametrize(
    ("feed", "rows", "said", "proposal"),
    [
        (
            "contacts",
            ["Channel,Service,Apr-24,May-24,Jun-24", "Counter,57,1,2,3"],
            "months stand as columns: 'Apr-24' … 'Jun-24', 3 columns",
            "wide: {headings: [month_date], cells: contacts}",
        ),
        (
            "contacts",
            ["Month,Service,Counter,Phone", "01/04/2024,57,1,2"],
            "the values of 'Channel' stand as columns: 'Counter' … 'Phone', 2 columns",
            "wide: {headings: [channel], cells: contacts}",
        ),
        (
            "treatment",
            ["Substance,Tier,Measure,2023-24,2024-25", "opiate,3,in_treatment,1,2"],
            "financial years stand as columns: '2023-24' … '2024-25', 2 columns",
            "wide: {headings: [financial_year], cells: clients}",
        ),
        (
            "budgets",
            GROUPED,
            "the values of 'Kind' stand as columns: 'Budget Gross' … 'Outturn Net', 6 columns",
            'wide: {headings: [measure], cells: {"Gross": gross_pence, "Income": income_pence, '
            '"Net": net_pence}}',
        ),
    ],
)
def test_a_shape_nobody_agreed_is_named_once_with_its_proposal(
    tmp_path, feed, rows, said, proposal
):
    result, _ = judged(tmp_path, feed, rows)
    assert (result.verdict, codes(result)) == ("refused", ["TP-390"])
    assert said in only(result, "TP-390").message
    assert only(result, "TP-390").as_json()["proposal"].startswith(proposal)


def test_a_long_table_is_still_read_where_a_wide_one_is_agreed(tmp_path):
    rows = ["Month,Channel,Service,Contacts", "01/04/2024,Counter,57,10"]
    result, lines = judged(tmp_path, "contacts", rows, layout("contacts", MONTHS))
    assert (codes(result), [line[-1] for line in lines]) == ([], [10])


LABELS = ["Year,Service,Kind,Gross,Income,Net", "2024-25,Access,Budget,100,10,90"]
LABELS += ["2024-25,,Outturn,100,10,90", "2024-25,Roads,Budget,100,10,90"]
LABELS += ["2024-25,,Outturn,100,10,90"]


def test_a_label_named_once_is_named_and_not_filled_in(tmp_path):
    agreed = layout("budgets", service_group={"fill_down": False})
    result, lines = judged(tmp_path, "budgets", LABELS, agreed)
    assert ([line[0] for line in lines], codes(result)[0]) == ([2, 4], "TP-396")
    assert only(result, "TP-396").proposal == "columns.service_group.fill_down: true"


def test_a_label_named_once_holds_for_the_rows_below_where_agreed(tmp_path):
    result, lines = judged(tmp_path, "budgets", LABELS)
    assert [line[2] for line in lines] == ["Access", "Access", "Roads", "Roads"]
    assert codes(result) == []


@pytest.mark.parametrize(
    ("written", "code", "offered"),
    [
        ("Nov-10", "TP-393", "2010-11"),
        ("01/11/2010", "TP-393", "2010-11"),
        ("2010-11-01", "TP-393", "2010-11"),
        ("Nov-11", "TP-393", None),  # 2011-11 is no financial year
        ("FY11", "TP-394", "2010-11"),
        ("2010", "TP-394", "2010-11"),
        ("10/11", "TP-394", "2010-11"),
        ("FY 2010/11", None, None),
        ("2010-2011", None, None),
    ],
)
def test_a_year_as_people_and_excel_write_it(tmp_path, written, code, offered):
    rows = [LABELS[0], f"{written},Access,Budget,100,10,90", LABELS[1]]
    result, lines = judged(tmp_path, "budgets", rows)
    found = [f for f in result.findings if f.level == "set_aside"]
    assert [(f.code, f.groups[0].suggestion) for f in found] == ([(code, offered)] if code else [])
    assert len(lines) == (1 if code else 2)


@pytest.mark.parametrize(
    ("written", "style"),
    [
        ("Nov-10", "mmm-yy"),
        ("Nov 10", "mmm yy"),
        ("Nov-2010", "mmm-yyyy"),
        ("Nov 2010", "mmm yyyy"),
        ("November 2010", "month yyyy"),
        ("2010-11", "yyyy-mm"),
        ("11/2010", "mm/yyyy"),
        ("2010 M11", "yyyy Mnn"),
        ("2010/11 P08", "yyyy/yy Pnn"),
    ],
)
def test_a_month_is_read_in_the_style_agreed_and_named_in_any_other(tmp_path, written, style):
    rows = ["Month,Channel,Service,Contacts", f"{written},Counter,57,10"]
    _, lines = judged(
        tmp_path, "contacts", rows, layout("contacts", month_date={"formats": [style]})
    )
    assert f"{lines[0][1]:%Y-%m-%d}" == "2010-11-01"
    result, lines = judged(tmp_path, "contacts", rows)
    assert lines == []
    assert only(result, "TP-395").proposal == f"columns.month_date.formats: [dd/mm/yyyy, {style}]"


def test_every_style_of_months_has_its_example():
    written = test_a_month_is_read_in_the_style_agreed_and_named_in_any_other.pytestmark[0].args[1]
    assert {style for _, style in written} == MONTH_STYLES


@pytest.mark.parametrize(
    ("wide", "words"),
    [
        ({"headings": ["month"], "cells": "contacts"}, "'month' is none of the columns"),
        ({"headings": ["month_date"], "cells": "month_date"}, "cannot be both"),
        ({"headings": ["month_date", "month_date"], "cells": "contacts"}, "names a field twice"),
    ],
)
def test_a_mistake_in_wide_is_said_in_words(wide, words):
    with pytest.raises(MistakeAt, match=words):
        check_layout(FEEDS["contacts"], layout("contacts", wide), ())


def test_headings_of_any_text_must_be_listed():
    wide = {"headings": ["service_group"], "cells": "net_pence"}
    with pytest.raises(MistakeAt, match="needs named"):
        check_layout(FEEDS["budgets"], layout("budgets", wide), ())
    named = {**wide, "named": ["Kind"]}
    with pytest.raises(MistakeAt, match="'kind' is a column of its own"):
        check_layout(FEEDS["budgets"], layout("budgets", named), ())


_CELLS = st.dictionaries(
    st.tuples(st.sampled_from(["Counter", "Phone"]), st.sampled_from([4, 5, 6, 7])),
    st.integers(0, 99_999),
    min_size=1,
)


@given(_CELLS)
@settings(max_examples=25, deadline=None)
def test_a_table_turned_wide_gives_the_lines_of_the_long_one(tmp_path_factory, cells):
    folder = Path(tmp_path_factory.mktemp("turned"))
    agreed, months = layout("contacts", MONTHS), sorted({m for _, m in cells})
    long = ["Month,Channel,Service,Contacts"]
    long += [f"01/{m:02d}/2024,{c},57,{n}" for (c, m), n in cells.items()]
    wide = ["Channel,Service," + ",".join(f"01/{m:02d}/2024" for m in months)]
    for channel in sorted({c for c, _ in cells}):
        figures = [str(cells.get((channel, m), "")) for m in months]
        wide.append(f"{channel},57,{','.join(figures)}")
    _, one = judged(folder, "contacts", long, agreed)
    _, other = judged(folder, "contacts", wide, agreed)
    assert sorted(line[1:] for line in one) == sorted(line[1:] for line in other)
