"""`totalplace trace` on the samples' release: every figure leads to lines and comes to them."""

import csv
import random
import shutil

import pytest

from orchestration.publish.added_up import added_up_sql
from orchestration.publish.lineage import figures_of
from orchestration.release.opened import opened
from orchestration.release.trace import trace_figure
from orchestration.settings import CHECKOUT
from tests.journeys.program import Program

CELLS, WALKS = 100, 3
COUNTY = ("headline=drug_alcohol_spend", "measure=in_scope", "financial_year=2011-12")
COUNTY += ("body_id=leicestershire_county_council",)
APRIL = "SYNTHETIC-payments-to-suppliers-over-500-april-2011.csv"


@pytest.fixture(scope="module")
def release(samples_home):
    with opened(samples_home.current.resolve()) as release:
        yield release


@pytest.fixture(scope="module")
def april(release):
    """The receipt of the file with the largest line behind the figure of COUNTY."""
    ((receipt,),) = release.connection.execute(
        "SELECT receipt_id FROM release.main.fct_submission WHERE file_name = ? AND body_id = ?",
        [APRIL, "leicestershire_county_council"],
    ).fetchall()
    return receipt


def rows_of(release, table, wanted, seed):
    """Row numbers drawn with a seed, all if there are fewer."""
    (rows,) = release.connection.execute(f"SELECT count(*) FROM release.main.{table}").fetchone()
    return sorted(random.Random(seed).sample(range(rows), min(wanted, rows)))


def test_a_hundred_random_cells_of_every_mart_come_to_their_parts(release):
    asked, off = 0, []
    for table, columns in release.tables.items():
        chosen = ", ".join(f"({n})" for n in rows_of(release, table, CELLS, table))
        recipes = release.manifest.tables[table].trace
        for figure in figures_of(columns, recipes) if chosen else []:
            recipe = release.recipe(table, figure)
            if recipe.is_checked:
                query = added_up_sql(table, figure, recipe, f"(VALUES {chosen}) AS v (row_no)")
                for _, published, again in release.connection.execute(query).fetchall():
                    asked += 1
                    off += [(table, figure)] if published != again else []
    assert off == []
    assert asked > 5_000


def test_random_figures_of_every_mart_are_followed_to_lines_that_add_up(release):
    reached = set()
    for table in (t for t, made in release.manifest.tables.items() if made.trace):
        for number in rows_of(release, table, WALKS, f"walk {table}"):
            columns = [c for c, kind in release.tables[table].items() if kind != "DOUBLE"]
            row = release.connection.execute(
                f"SELECT {', '.join(f'CAST({c} AS VARCHAR)' for c in columns)} "
                f"FROM release.main.{table} WHERE rowid = {number}"
            ).fetchone()
            keys = {c: value or "" for c, value in zip(columns, row, strict=True)}
            if "" in [v for v in row if v is not None]:
                continue  # an empty text cannot be told from none on a command line
            trace = trace_figure(release, table, keys)
            assert trace.adds_up, (table, keys)
            reached |= {step.table for step in trace.line_steps()}
    assert reached >= {"fct_spend_line_theme", "fct_register_line"}


def test_ledger_lines_behind_several_claims_are_said_to_be(release):
    """The claims name 247 and 249 lines of the two years: some stand behind two of them."""
    keys = {"headline": "savings", "measure": "evidenced", "financial_year": "2012-13"}
    steps = trace_figure(release, "fct_headline", keys).steps
    named = [s.rows for s in steps if s.table == "fct_savings_evidence_line"]
    lines = [s for s in steps if s.table == "fct_spend_line_theme"]
    assert named == [247, 249, 104, 83]
    assert [(s.rows, s.shared) for s in lines] == [(240, 7), (239, 10), (104, 0), (83, 0)]
    assert lines[0].remark == "7 stand behind several rows above, and here once"


def test_a_headline_leads_to_forty_two_lines_and_the_transfer_that_is_taken_off(
    samples_home, april
):
    said = samples_home("trace", "fct_headline", *COUNTY, "--json", check=0).json

    steps = {(step["table"], step["column"]): step for step in said["steps"]}
    lines = steps["fct_spend_line_theme", "amount_pence"]
    assert said["adds_up"] is True
    assert (lines["rows"], lines["pence"]) == (42, 274_807_431)
    assert steps["fct_spend_cell", "eliminated_pence"]["pence"] == 45_000_000
    assert said["figures"][0]["again"] == 229_807_431
    assert lines["lines"][0] == {
        "step": "drug_alcohol > cells > net_pence > gross_pence > lines",
        "receipt_id": april,
        "file_name": APRIL,
        "sheet": "no_sheet",
        "source_row": 45,
        "amount": 15_000_000,
        "unit": "pence",
        "share": "1.00000000",
        "body_id": "leicestershire_county_council",
        "about": lines["lines"][0]["about"],
        "payee": "Leicester City Council",
        "file_sha256": lines["lines"][0]["file_sha256"],
    }


def test_a_release_is_traced_on_another_machine_from_its_folder_alone(samples_home, tmp_path):
    folder = tmp_path / "usb stick" / samples_home.current.resolve().name
    shutil.copytree(samples_home.current.resolve(), folder)
    elsewhere = Program(tmp_path / "no home", CHECKOUT / "nowhere")
    out = tmp_path / "lines.csv"

    said = elsewhere(
        "trace", "fct_headline", *COUNTY, "--release", folder, "--csv", out, check=0
    ).out

    assert "Adds up to the penny, at every step: £2,298,074.31 = £2,298,074.31" in said
    assert "43 lines written to" in said
    lines = list(csv.DictReader(out.open(encoding="utf-8-sig")))
    paid = [line for line in lines if line["step"].endswith("gross_pence > lines")]
    assert len({line["file_sha256"] for line in paid}) == 11
    assert sum(int(line["amount"]) for line in paid) == 274_807_431
    assert not (tmp_path / "no home").exists()


def test_a_figure_in_pounds_of_a_view_leads_to_the_same_lines(samples_home):
    said = samples_home(
        "trace", "v_spend_by_body_year", "body_name=County Council", "financial_year=2011-12",
        "theme=drug_alcohol", "--json", check=0,
    ).json  # fmt: skip

    assert said["figure"] == "in_scope_net_pounds"
    assert said["adds_up"] is True
    figures = {f["column"]: (f["published"], f["again"]) for f in said["figures"]}
    assert figures["in_scope_net_pounds"] == (229_807_431, 229_807_431)
    assert figures["per_head_pounds"] == (353, 353)
    lines = [s for s in said["steps"] if s["table"] == "fct_spend_line_theme"]
    assert [(s["rows"], s["pence"]) for s in lines] == [(42, 274_807_431)]


def test_what_is_taken_out_between_two_bodies_is_traced_by_theme(samples_home):
    said = samples_home(
        "trace", "v_between_bodies", "financial_year=2011-12", "theme=drug_alcohol",
        "payer_name=County Council", "--figure", "eliminated_pounds", check=0,
    ).out  # fmt: skip

    assert "Adds up to the penny, at every step: £450,000.00 = £450,000.00" in said


def test_a_saving_leads_to_the_rows_of_the_registers(samples_home):
    said = samples_home(
        "trace", "fct_headline", "headline=savings", "measure=counted", "financial_year=2012-13"
    ).out

    assert "Adds up to the penny, at every step: £8,627,545.38 = £8,627,545.38" in said
    assert "duplicates" in said
    assert "SYNTHETIC-savings-2012-13.csv" in said


def test_a_hidden_count_leads_to_lines_without_their_counts(samples_home, release):
    (year, body, measure, tier, substance, area, partnership) = release.connection.execute(
        "SELECT financial_year, reported_by_body_id, treatment_measure, treatment_tier, substance, "
        "residence_area, is_partnership FROM release.main.fct_treatment_outcome "
        "WHERE state = 'suppressed' AND treatment_tier <> 'all_tiers' ORDER BY ALL LIMIT 1"
    ).fetchone()
    keys = {
        "financial_year": year,
        "reported_by_body_id": body,
        "treatment_measure": measure,
        "treatment_tier": tier,
        "substance": substance,
        "residence_area": area,
        "is_partnership": str(partnership).lower(),
    }

    said = samples_home(
        "trace", "fct_treatment_outcome", *(f"{k}={v or ''}" for k, v in keys.items()), "--json"
    ).json

    assert said["figures"] == [
        {
            "column": "clients",
            "published": None,
            "again": None,
            "adds_up": None,
            "note": "not stated",
        }
    ]
    lines = [line for step in said["steps"] for line in step["lines"]]
    assert lines
    assert {line["amount"] for line in lines} == {None}


def test_a_receipt_leads_to_every_figure_it_feeds(samples_home, april, tmp_path):
    out = tmp_path / "figures.csv"

    said = samples_home("trace", april, "--csv", out, check=0).out

    assert APRIL in said
    fed = list(csv.DictReader(out.open(encoding="utf-8-sig")))
    assert {
        "table": "fct_headline",
        "figure": "pence",
        "row": "headline=drug_alcohol_spend measure=in_scope financial_year=2011-12 "
        "body_id=leicestershire_county_council body_name=County Council",
        "amount": "229807431",
    } in fed
    assert {"fct_place_reconciliation", "fct_place_spend"} <= {line["table"] for line in fed}


def test_a_refused_file_feeds_nothing(samples_home, release):
    ((refused,),) = release.connection.execute(
        "SELECT receipt_id FROM release.main.fct_submission WHERE verdict = 'refused'"
    ).fetchall()

    said = samples_home("trace", refused, check=0).out
    assert "does not count: it is refused" in said
    assert "It feeds no figure of this release." in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fct_headlines"], "Close to it: fct_headline"),
        (["fct_headline", "year=2011-12"], "has no column 'year'"),
        (["fct_headline", "financial_year=2011"], "has no row with financial_year=2011."),
        (["fct_headline", "headline=savings"], "one is traced at a time. Add:"),
        (["fct_headline", "--release", "2020-01-01-0"], "There is no release '2020-01-01-0'"),
        (["R-999999"], "knows no receipt R-999999"),
    ],
    ids=["table", "column", "value", "several", "release", "receipt"],
)
def test_what_does_not_exist_is_a_usage_error_that_says_what_does(samples_home, arguments, said):
    assert said in samples_home("trace", *arguments, check=2).err
