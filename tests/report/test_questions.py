"""The questions that a Board asks lead from the summary to their answers: golden figures of the
samples, as `docs/analysing.md` asks for them."""

import re
from decimal import Decimal

import pytest

from tests.report.reader import Written, text_of


@pytest.fixture(scope="module")
def answer(pages):
    """The figure that the n-th question (a is the first) leads to."""
    (asked,) = (e for e in pages["index.html"].tree.iter("section") if e.get("id") == "questions")
    links = [link.get("href") for link in asked.iter("a")]
    assert len(links) == 12

    def at(letter):
        file, _, name = links["abcdefghijkl".index(letter)].partition("#")
        return pages[file].section(name)

    return at


def amounts(section, column, **key):
    """The amounts of a column of a figure's tables, of the rows with that key, once each."""
    return [
        Decimal(value)
        for value in dict.fromkeys(
            (d.value, tuple(d.key.items()))
            for d in section.data()
            if d.column == column and key.items() <= d.key.items()
        )
        for value in value[:1]
    ]


def rows(section):
    """The rows of the tables of a figure or a page, as texts."""
    found = section.tree if isinstance(section, Written) else section.element
    return [[text_of(c) for c in row] for row in found.findall(".//tbody/tr")]


def test_a_drug_and_alcohol_by_body_counted_once(answer):
    of = {row[0]: row[3] for row in rows(answer("a"))}
    assert of == {
        "City Council": "£5,026,853",
        "County Council": "£3,366,960*",
        "City PCT": "£1,220,413",
        "County and Rutland PCT": "£1,446,530*",
        "The place": "£11,060,756",
    }


def test_a_what_only_the_payer_reports_is_named_beside_the_figure(pages):
    note = pages["drug-alcohol.html"].section("drug-alcohol-by-body").text
    assert (
        "In 2012-13 £0.3m that County and Rutland PCT paid County Council may count twice" in note
    )
    summary = pages["index.html"].text
    assert "Payments that only the payer reports may count in it twice." in summary


def test_b_a_contact_has_no_cost_of_a_bodys_own_and_the_national_ones_stand_apart(answer):
    assert amounts(answer("b"), "own_unit_cost_pounds") == []
    national = set(amounts(answer("b"), "national_unit_cost_pounds"))
    assert national == {Decimal("8.62"), Decimal("2.83"), Decimal("0.15")}
    paid = {
        channel: sum(
            amounts(answer("b"), "payments_pounds", channel=channel, financial_year="2009-10")
        )
        for channel in ("face_to_face", "telephone", "web", "not_reported")
    }
    assert paid == {
        "face_to_face": Decimal("1506745.94"),
        "telephone": Decimal("1879653.65"),
        "web": Decimal("101736.09"),
        "not_reported": Decimal("263000.00"),
    }


def test_c_claimed_counted_and_shown_by_the_ledgers(answer):
    year = {"headline": "savings", "financial_year": "2012-13"}
    assert amounts(answer("c"), "pence", measure="counted", **year) == [Decimal("8627545.38")]
    assert amounts(answer("c"), "pence", measure="evidenced", **year) == [Decimal("3072919.10")]
    steps = {row[0]: row[2] for row in rows(answer("c"))}
    assert steps["Claimed by the bodies"] == "£12,515,400"
    assert steps["Releases no cash"] == "−£1,577,900"
    assert steps["Claimed twice"] == "−£121,000"


def test_d_no_probability_is_given_and_the_reason_is(answer):
    text = answer("d").text
    assert "No probability is given" in text
    assert re.search(r"\d ?%", text.replace("80 % of outcomes", "")) is None


def test_e_two_contact_centres_and_the_best_pair_within_walking_distance(answer):
    found = [(row[1], row[3]) for row in rows(answer("e"))]
    assert found[0] == ("Contact centre", "£1,412,500")
    assert ("Within walking distance", "£25,337") in found


def test_f_the_largest_providers_and_who_pays_them(answer):
    assert rows(answer("f"))[0][:4] == [
        "Leicestershire Partnership NHS Trust",
        "City Council",
        "2012-13",
        "£1,846,000",
    ]


def test_g_money_between_the_bodies(answer):
    of = {"financial_year": "2011-12"}
    columns = ("payer_pounds", "payee_pounds", "eliminated_pounds", "perhaps_twice_pounds")
    totals = [sum(amounts(answer("g"), column, **of)) for column in columns]
    assert totals == [
        Decimal("7445500.00"),
        Decimal("7008166.67"),
        Decimal("7134000.00"),
        Decimal("311500.00"),
    ]


def test_h_what_is_missing(answer):
    found = [(row[0], row[1], row[3]) for row in rows(answer("h"))]
    assert [(who, state) for who, state, _ in found if state in ("Missing", "Refused")] == [
        ("County Council, spend, 2011-M10", "Missing"),
        ("City PCT, spend, 2011-M02", "Refused"),
    ]
    assert sum(int(rows.split()[0]) for _, state, rows in found if "aside" in state) == 6


def test_i_what_is_not_classified(answer):
    assert sum(amounts(answer("i"), "gross_pounds")) == Decimal("8108512.78")
    assert "DENTAL CONTRACTS" in rows(answer("i"))[0][1]


def test_j_whether_performance_follows_spend_cannot_be_said(answer):
    assert re.search(r"cannot be", text_of(answer("j").element[0]))


def test_k_a_figure_leads_to_forty_two_lines_in_eleven_files_and_a_transfer(answer, pages):
    (link,) = (
        link.get("href")
        for link in answer("k").element.iter("a")
        if (link.get("href") or "").startswith(
            "trace/fct-headline-drug-alcohol-spend-in-scope-2011-12-leicestershire-county-council"
        )
    )
    text = pages[link].text
    assert "£2,298,074.31" in text
    assert "£2,748,074.31" in text
    assert "of 42 lines" in text
    assert "£450,000.00" in text
    files = [row for row in rows(pages[link]) if row[0].startswith("R-") and len(row[-1]) == 12]
    assert [row[2:4] for row in files].count(["County Council", "Spend"]) == 11


def test_l_the_first_release_has_none_before_it(answer):
    assert "first release" in answer("l").text
