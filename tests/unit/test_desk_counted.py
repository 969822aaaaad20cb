"""What was counted of a body, at the desk: published cells, and the lines behind each."""

from dataclasses import replace

import duckdb
import pytest

from orchestration.publish.lineage import Part, Recipe

from .desk_world import Browser, desk_of, words
from .release_world import INPUTS, build, publish_in, submission

pytestmark = pytest.mark.long

LINES = [
    ("contract", "drug_alcohol", 12_345, "Turning Point", False, "s1", None, 2),
    ("contract", "drug_alcohol", -45, None, False, "s1", None, 3),
    ("other", "drug_alcohol", 700, "Otherton Ltd", False, "s2", None, 7),
]
SUBMISSIONS = """
    CREATE TABLE fct_submission AS SELECT * FROM (VALUES
        ('R-000001', 's1', 'contract', 'may.csv', 'ab12', 'accepted', 'in_force', true),
        ('R-000002', 's2', 'other', 'june.csv', 'cd34', 'accepted', 'in_force', true)
    ) AS s (receipt_id, submission_id, body_id, file_name, file_sha256, verdict, status, in_force),
    (SELECT 'spend' AS feed, '2024-25' AS period_id, '2024-25' AS financial_year)
"""
# What another body counts as well is a figure of this body's that is made of the other's line.
SPEND = """
    CREATE TABLE v_spend_by_body_year AS SELECT '2024-25' AS financial_year, body_id,
        body_id AS body_name, theme,
        (sum(amount_pence) / 100)::DECIMAL(18, 2) AS gross_pounds,
        7.00::DECIMAL(18, 2) AS eliminated_pounds,
        (sum(amount_pence) / 100)::DECIMAL(18, 2) AS in_scope_net_pounds
    FROM fct_spend_line GROUP BY ALL
"""
MISSING = """
    CREATE TABLE v_missing_delivery AS SELECT 'contract' AS body_id, 'Anytown' AS body_name,
        'spend' AS feed,
        '2024-25' AS financial_year, '2024-M06' AS period_id, 'waits_for_certification' AS state,
        'R-000003' AS receipt_ids, 4::BIGINT AS rows_not_counted,
        9.50::DECIMAL(18, 2) AS not_counted_pounds, 'all figures of Anytown' AS figures_touched
"""
TABLES = ("fct_spend_line", "fct_submission", "v_spend_by_body_year", "v_missing_delivery")


def lines(label, where="true", by=("body_id", "theme")):
    return Part(label=label, table="fct_spend_line", by=by, where=where, amount="amount_pence")


TRACES = {
    "fct_spend_line": (Recipe(figures=("amount_pence",), lines=True),),
    "v_missing_delivery": (Recipe(figures=("not_counted_pounds",), taken_from="the receipts"),),
    "v_spend_by_body_year": (
        Recipe(figures=("gross_pounds", "in_scope_net_pounds"), parts=(lines("lines"),)),
        Recipe(
            figures=("eliminated_pounds",),
            parts=(lines("matched", "part.body_id = 'other'", ("theme",)),),
        ),
    ),
}


def released(made):
    """The desk with a release of three lines in its home."""
    home = made.settings.home
    home.mkdir(exist_ok=True)
    build(home / "build.duckdb", LINES)
    with duckdb.connect(str(home / "build.duckdb")) as connection:
        connection.execute("ALTER TABLE fct_spend_line ADD COLUMN body_id VARCHAR")
        connection.execute("UPDATE fct_spend_line SET body_id = partner_id")
        connection.execute("DROP TABLE fct_place_spend")
        for statement in (SUBMISSIONS, SPEND, MISSING):
            connection.execute(statement)
    sent = (submission("s1", 2, 12_300), submission("s2", 1, 700))
    done = publish_in(home, replace(INPUTS, submissions=sent, traces=TRACES), tables=TABLES)
    assert done.path is not None, [f.message for f in done.findings if f.severity != "info"]
    return made


@pytest.fixture
def desk(tmp_path):
    return released(desk_of(tmp_path))


@pytest.fixture
def sam(desk):
    return Browser(desk).signed_in("Sam Steward")


def figure(browser, column, **changed):
    query = {"table": "v_spend_by_body_year", "figure": column, "financial_year": "2024-25"}
    where = "/bodies/contract/counted/figure"
    return browser.get(where, params=query | {"theme": "drug_alcohol"} | changed)


def test_the_figures_of_the_release_are_shown_with_what_does_not_count(sam):
    page = words(sam.get("/bodies/contract/counted"))
    assert "2024-25 drug alcohol £123.00 £7.00 £123.00" in page
    assert "spend, 2024-M06 waits for certification 4 £9.50 R-000003" in page
    assert "£7.00 £0.00" not in page


def test_a_figure_leads_to_its_lines_with_file_and_row(sam):
    page = words(figure(sam, "gross_pounds"))
    assert "It comes to the parts below" in page
    assert "Lines: £123.00 of 2 rows" in page
    assert "R-000001 may.csv 2" in page
    assert "£123.45" in page


def test_lines_of_another_body_are_not_shown(sam):
    page = words(figure(sam, "eliminated_pounds"))
    assert "Matched: £7.00 of 1 row" in page
    assert "Of its largest lines 1 are of other bodies, and are not shown here." in page
    assert "june.csv" not in page


@pytest.mark.parametrize(
    "changed",
    [
        {"table": "fct_spend_line"},
        {"table": "x; DROP TABLE y"},
        {"figure": "nothing"},
        {"financial_year": "2024-25' OR '1'='1"},
        {"theme": "none"},
    ],
    ids=str,
)
def test_what_is_not_a_figure_of_this_body_is_not_there(sam, changed):
    assert figure(sam, "gross_pounds", **changed).status_code == 404


def test_whatever_the_address_says_the_body_is_the_visitors_own(sam):
    assert "Lines: £123.00" in words(figure(sam, "gross_pounds", body_id="other"))


def test_before_the_first_release_the_page_says_so(tmp_path):
    sam = Browser(desk_of(tmp_path)).signed_in("Sam Steward")
    assert "Nothing has been published yet." in words(sam.get("/bodies/contract/counted"))
    assert figure(sam, "gross_pounds").status_code == 404
