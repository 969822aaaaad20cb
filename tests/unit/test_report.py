"""The report's own small parts: amounts, sentences, file names, pictures."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import duckdb
import pytest
from markupsafe import escape

from orchestration.display import whole_pounds
from orchestration.html import environment
from orchestration.report import figures
from orchestration.report.content import Missing
from orchestration.report.facts import Facts
from orchestration.report.pages import quality
from orchestration.report.pages.board import _still_to_come
from orchestration.report.pages.changes import HEADLINES, MOVED, figure_in_words
from orchestration.report.pages.count import _compared
from orchestration.report.pages.quality import _not_counted, _rows
from orchestration.report.pages.savings import _evidenced, _step
from orchestration.report.pages.target import _outlook
from orchestration.report.pages.themes import (
    SOME_WAS_SENT,
    _in_millions,
    _no_change,
    _without_line,
)
from orchestration.report.rows import Address, Money, Row, Sentence, largest, written
from orchestration.report.svg import svg
from orchestration.report.trace_pages import file_of
from orchestration.report.words import (
    completeness,
    counted,
    heading,
    label,
    listed,
    of_so_many,
    per_mille,
    reasons,
    span,
)

COUNTED = Address("fct_headline", {"headline": "savings"}, "pence")
ROW = Row("fct_headline", {"pence": 862_754_538, "net_pounds": Decimal("-7.5"), "lines": 3})


@pytest.mark.parametrize(
    ("amount", "form", "shown"),
    [
        ("8627545.38", "short", "£8.6m"),
        ("8650000.00", "short", "£8.7m"),
        ("200000000.00", "short", "£200m"),
        ("99999.49", "short", "£99,999"),
        ("-116991.00", "short", "−£0.1m"),
        ("8627545.38", "whole", "£8,627,545"),
        ("0.50", "whole", "£1"),
        ("-0.45", "whole", "£0"),
        ("-0.45", "exact", "−£0.45"),
        ("0.00", "short", "£0"),
    ],
)
def test_an_amount_as_it_is_written(amount, form, shown):
    assert written(Decimal(amount), form) == shown


@pytest.mark.parametrize("pence", [0, 49, 50, 99, -49, -50, 156_435_098, 9_226_799, -862_754_550])
def test_the_terminal_rounds_to_the_pound_as_a_page_does(pence):
    shown = written(Decimal(pence) / 100, "whole")
    assert whole_pounds(pence) == shown.replace("\N{MINUS SIGN}", "-")


def test_an_amount_says_which_cell_it_is_of():
    assert str(escape(Money(Decimal("8627545.38"), COUNTED))) == (
        '<data value="8627545.38" data-table="fct_headline" data-column="pence" data-form="short" '
        'data-key="{&#34;headline&#34;:&#34;savings&#34;}">£8.6m</data>'
    )


def test_a_key_is_plain_letters_whatever_it_holds():
    assert Address("t", {"k": "\u202e\x7fé"}, "c").as_json() == r'{"k":"\u202e\u007f\u00e9"}'


def test_pence_and_pounds_of_a_row_are_both_amounts_in_pounds():
    assert ROW.money("pence").amount == Decimal("8627545.38")
    assert ROW.money("net_pounds").amount == Decimal("-7.50")


def test_a_count_is_no_money():
    with pytest.raises(ValueError, match="lines is no amount of money"):
        ROW.money("lines")


def test_the_largest_row_is_of_those_that_state_an_amount():
    rows = [Row("t", {"pence": pence}) for pence in (None, 5, -9)]
    assert largest(rows, "pence") is rows[1]
    assert largest(rows[:1], "pence") is None


def test_a_sentence_is_escaped_on_a_page_and_plain_in_a_description():
    said = Sentence("<b> pays ", Money(Decimal(9), COUNTED), None, "\u202e.")
    assert str(said) == "<b> pays £9\u202e."
    assert str(escape(said)).startswith("&lt;b&gt; pays <data value=")
    assert str(escape(said)).endswith(r"£9</data>\x202e.")


def test_a_page_of_a_trace_is_named_by_codes_and_a_hash_that_keeps_two_apart():
    one, other = (file_of(Address("fct_x", {"id": text}, "pence")) for text in ("A/1", "a 1"))
    assert one.startswith("trace/fct-x-a-1-")
    assert other.startswith("trace/fct-x-a-1-")
    assert one != other


@pytest.mark.parametrize("name", ["\x00", "\x0b", "\ufffe", "\u202e", "</text><script>", "]]>"])
def test_a_picture_of_any_name_is_well_formed(name):
    rows = [{"panel": name, "year": "2009-10", "amount": 1.5, "shown": "1.5"}]
    drawn = svg(figures.bars_by_year(rows, [name, "b"], ["2009-10"], "£ million"), "bars", name)
    picture = ElementTree.fromstring(drawn)
    assert picture.get("role") == "img"
    assert picture.get("aria-label")
    assert not [e for e in picture.iter() if e.tag.endswith("script")]


def test_a_count_below_nought_has_the_minus_sign_of_the_amounts_beside_it():
    assert environment().from_string("{{ -5525 | thousands }}").render() == "−5,525"


def test_words_of_the_pages():
    assert label("s75") == "section 75 pool"
    assert label("no_such_code") == "no such code"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([]) == ""
    assert counted(1, "body", "bodies") == "1 body"
    assert counted(1204, "line") == "1,204 lines"
    assert span(["2009-10", "2010-11"]) == "2009-10 to 2010-11"
    assert per_mille(-123) == "−12.3 %"


def test_a_year_that_a_body_is_missing_from_is_named():
    columns = ("financial_year", "partners_present", "partners_expected")
    values = [("2009-10", 4, 4), ("2010-11", 3, 4)]
    rows = [Row("t", dict(zip(columns, of, strict=True))) for of in values]
    assert completeness(rows) == "Deliveries are missing: 2010-11 (3 of 4 bodies have sent all)."
    owed = "Every body that owes {} of these years has sent them."
    assert completeness(rows[:1]) == owed.format("deliveries")
    assert completeness(rows[:1], sent="savings") == owed.format("savings")


def test_a_figure_that_changed_is_named_without_the_unit_that_it_is_not_shown_in():
    key = '{"financial_year": "2012-13", "theme": "drug_alcohol"}'
    of_cell = {"table_name": "fct_spend_cell", "figure": "gross_pence", "figure_key": key}
    of_year = {"financial_year": "2012-13"}
    said = figure_in_words(Row("v_release_change", of_cell | of_year))
    assert said == "As reported, fct_spend_cell, drug and alcohol services, 2012-13"


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("pence", "Savings, claimed by the bodies, 2012-13"),
        ("held_pence", "Savings, claimed by the bodies, held, 2012-13"),
    ],
)
def test_what_stands_beside_a_headline_is_not_taken_for_it(figure, said):
    key = '{"headline": "savings", "measure": "claimed", "financial_year": "2012-13"}'
    row = {"table_name": "fct_headline", "figure": figure, "figure_key": key}
    assert figure_in_words(Row("v_release_change", row | {"financial_year": "2012-13"})) == said


def test_what_must_be_said_beside_several_figures_is_said_once():
    not_all, without = "Not every body has sent its savings.", "Without 2 claims."
    rows = [Row("fct_headline", {"reason": said}) for said in (not_all, None, not_all, without)]
    assert reasons([*rows, None]) == f"{not_all} {without}"


def facts_of(**known):
    """What is known of a release, without the release."""
    facts = object.__new__(Facts)
    vars(facts).update(known)
    return facts


class Tables:
    """Published tables of a few rows: those of a table by its name, whatever is asked of it."""

    def __init__(self, **tables):
        self.tables = tables

    def rows(self, table, *_, **__):
        return [Row(table, values) for values in self.tables.get(table, [])]

    def only(self, table):
        found = self.rows(table)
        return found[0] if found else None


@pytest.mark.parametrize(
    ("bodies", "leads"),
    [
        ([(4, 3), (4, 4), (4, 0)], "2012-13"),
        ([(4, 4), (4, 3), (4, 3)], "2013-14"),
        ([(4, 4), (3, 3)], "2012-13"),
        ([(4, 4), (0, 0)], "2011-12"),
        ([(4, 0), (4, 0)], "2012-13"),
        ([], ""),
    ],
    ids=["a new year", "one body stopped", "one body ended", "none asked", "none whole", "nothing"],
)
def test_a_page_leads_with_a_year_that_is_there_and_not_with_the_first_of_a_new_one(bodies, leads):
    rows = [
        Row("t", {"financial_year": y, "partners_expected": asked, "partners_present": came})
        for y, (asked, came) in zip(("2011-12", "2012-13", "2013-14"), bodies, strict=False)
    ]
    assert Facts.leading_year(rows) == leads


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (("2011-12", 4, 4), ""),
        (("2012-13", 1, 4), "1 of 4 bodies have sent those of 2012-13."),
        (("2012-13", 0, 0), "A body that was not asked has sent those of 2012-13."),
    ],
)
def test_the_summary_says_of_which_later_year_savings_are_coming_in(last, said):
    year, came, asked = last
    row = Row(
        "fct_headline",
        {"headline": "savings", "measure": "counted", "financial_year": year, "pence": 1,
         "partners_present": came, "partners_expected": asked},
    )  # fmt: skip
    assert _still_to_come(facts_of(headlines=[row]), "2011-12") == said


def test_one_thing_is_not_said_in_the_plural():
    assert [of_so_many(n, "pairs of bodies") for n in (1, 2)] == [
        "pair of bodies",
        "pairs of bodies",
    ]
    assert of_so_many(1, "access points") == "access point"


def test_beside_an_axis_of_millions_an_amount_below_them_keeps_its_sign():
    assert [_in_millions(text) for text in ("£5.4m", "£88,741", "£0")] == ["5.4", "£88,741", "£0"]
    assert _in_millions("−£2.5m") == "−2.5"


@pytest.mark.parametrize(
    ("came", "reason", "said"),
    [
        (4, "incomplete", "a body is missing in the year before"),
        (3, "incomplete", "a body is missing"),
        (4, "no_year_before", "no year before"),
    ],
)
def test_a_year_without_a_change_says_in_which_year_a_body_is_missing(came, reason, said):
    row = {"partners_expected": 4, "partners_present": came}
    assert _no_change(Row("t", row | {"real_change_unavailable_reason": reason})) == said


def test_kinds_of_bodies_are_words_and_no_letters():
    assert [heading(kind) for kind in ("council", "ccg", "pct")] == [
        "Council",
        "Clinical commissioning group",
        "Primary care trust",
    ]


def test_two_peers_that_do_equally_well_are_not_called_too_few_without_more():
    assert heading("too_few_peers") == "Too few peers that differ"


def test_a_payee_of_two_payers_is_two_pairs():
    of_payers = [
        {"payee_name": "Oak Trust", "body_name": body, "reason": "not_registered", "lines": 1,
         "gross_pounds": 5}
        for body in ("City", "County")
    ]  # fmt: skip
    facts = facts_of(published=Tables(v_unresolved_body=of_payers))
    assert quality.unresolved(facts).title == (
        "2 pairs of payer and payee in which the payee reads like a public body that is not known"
    )


def test_a_year_with_gaps_is_not_compared_so_no_difference_is_shown():
    of = {"difference_pence": -2_078_240_700, "unexplained_pence": 0}
    gaps, whole = (
        Row("t", of | {"reconciliation_status": status}) for status in ("incomplete", "differs")
    )
    assert [_compared(gaps, column) for column in of] == [Missing("not compared")] * 2
    assert [str(_compared(whole, column)) for column in of] == ["−£20,782,407", "£0"]


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("no_scope_given", Missing("names no ledger lines")),
        ("not_compared", Missing("not compared")),
        ("not_evidenced", "£0"),
    ],
)
def test_a_claim_that_no_ledger_was_held_against_is_not_shown_as_nought(status, shown):
    cell = _evidenced(Row("t", {"evidence_status": status, "evidenced_pounds": 0}))
    assert (cell if isinstance(cell, Missing) else str(cell)) == shown


def test_the_title_of_a_forecast_says_that_it_is_of_the_targets_savings_alone():
    past = [Row("t", {"reported_pence": 334_428_500, "financial_year": "2012-13"})]
    assert str(_outlook(past, [], "known to belong to the target, added up since the start")) == (
        "Savings known to belong to the target, added up since the start: £3.3m in 2012-13"
    )


@pytest.mark.parametrize(
    ("pounds", "unread", "said"),
    [
        ("0.00", 21, "21 rows, £ unknown"),
        ("5.00", 20, "21 rows, £5.00 and 20 rows of unknown £"),
        ("5.00", 0, "21 rows, £5.00"),
        ("0.00", 0, "21 rows, £0.00"),
    ],
)
def test_an_amount_that_nobody_can_read_is_not_shown_as_nought(pounds, unread, said):
    of = {"rows_not_counted": 21, "rows_without_amount": unread}
    assert str(_not_counted(Row("t", of | {"not_counted_pounds": Decimal(pounds)}))) == said


@pytest.mark.parametrize(
    ("first_row", "row_count", "shown"), [(None, 1, Missing("the file")), (8, 1, 1), (None, 7, 7)]
)
def test_an_issue_that_names_no_row_is_of_the_file(first_row, row_count, shown):
    assert _rows(Row("t", {"first_row": first_row, "row_count": row_count})) == shown


@pytest.mark.parametrize(
    ("delivered", "said"),
    [
        ({"is_complete": True}, "none"),
        ({"periods_expected": 4}, "not sent"),
        ({"periods_expected": 4, "periods_present": 3, "rows_accepted": 90}, "incomplete"),
        ({"periods_expected": 4, "files_refused": 1}, "incomplete"),
        ({"periods_expected": 0}, "not owed"),
    ],
)
def test_a_year_without_a_line_has_none_only_if_all_was_sent(delivered, said):
    columns = ("periods_expected", *SOME_WAS_SENT)
    nothing = dict.fromkeys(columns, 0) | {"is_complete": False}
    assert _without_line(Row("fct_partner_scorecard", nothing | delivered)) == said
    assert _without_line() == "not owed"


def bars_and_labels(drawn):
    """Where the bars of a picture end (top and bottom), and where each of its labels is written."""
    shapes = re.findall(r'<path d="M[\d.]+,([\d.]+)h[\d.]+v([\d.]+)h[^"]*" fill="#12436D"/>', drawn)
    labels = re.findall(r'translate\([\d.]+,([\d.]+)\)[^>]*font-size="13px"[^>]*>([^<]+)<', drawn)
    assert len(shapes) == len(labels)
    return [
        (float(top), float(top) + float(tall), float(at), text)
        for (top, tall), (at, text) in zip(shapes, labels, strict=True)
    ]


def test_what_is_written_of_a_bar_below_nought_stands_below_it_and_inside_the_picture():
    rows = [
        {"panel": "A", "year": year, "amount": amount, "shown": str(amount)}
        for year, amount in (("2009-10", 5.4), ("2010-11", -2.5))
    ]
    picture = svg(figures.bars_by_year(rows, ["A"], ["2009-10", "2010-11"], "£ million"), "b", "b")
    (up, _, above, five), (_, down, below, two) = bars_and_labels(str(picture))
    assert (five, two) == ("5.4", "-2.5")
    assert above < up
    assert down < below < 190


def test_steps_of_a_waterfall_are_written_in_one_unit():
    columns = ("step", "from_pounds", "to_pounds", "step_pounds")
    rows = [("displaced", 900_000, 800_000, -100_000), ("no_baseline", 800_000, 751_100, -48_900)]
    steps = [_step(Row("t", dict(zip(columns, row, strict=True))), first=False) for row in rows]
    assert [step["shown"] for step in steps] == ["−£100,000", "−£48,900"]


def test_what_came_as_nought_beside_a_figure_is_no_change():
    rows = (
        "(VALUES ('fct_headline', 'pence', 0), ('fct_headline', 'held_pence', 0), "
        "('fct_headline', 'held_pence', 5), ('fct_place_spend', 'gross_pence', 0), "
        "('fct_place_spend', 'gross_pence', -7)) AS t (table_name, figure, difference_pounds)"
    )
    found = duckdb.execute(f"SELECT * FROM {rows} WHERE {MOVED}", [HEADLINES, "pence"]).fetchall()
    assert found == [
        ("fct_headline", "pence", 0),
        ("fct_headline", "held_pence", 5),
        ("fct_place_spend", "gross_pence", -7),
    ]
