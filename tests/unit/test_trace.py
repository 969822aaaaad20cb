"""A trace on a release of three lines: which row is meant, what is behind it, what it feeds."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestration import analyst
from orchestration.publish.lineage import Part, Recipe
from orchestration.release.feeds import figures_fed
from orchestration.release.find import find_release
from orchestration.release.lines import write_lines
from orchestration.release.opened import Opened, opened
from orchestration.release.rows import TraceError, parsed_keys
from orchestration.release.trace import trace_figure
from orchestration.release.trace_text import feeding_text, trace_json, trace_text
from tests.unit.release_world import INPUTS, TRACES, build, publish_in

SUBMISSIONS = """
    CREATE TABLE fct_submission AS SELECT * FROM (VALUES
        ('R-000001', 's1', 'alder', 'may.csv', 'ab12', 'accepted', 'in_force', true),
        ('R-000002', 's2', 'birch', '=june.xlsx', 'cd34', 'accepted', 'in_force', true),
        ('R-000003', 's3', 'birch', 'june.csv', 'ef56', 'refused', 'none', false)
    ) AS s (receipt_id, submission_id, body_id, file_name, file_sha256, verdict, status, in_force),
    (SELECT 'spend' AS feed, '2024-25' AS period_id, '2024-25' AS financial_year)
"""
ASIDE = """
    CREATE TABLE fct_set_aside_line AS SELECT 'R-000001' AS receipt_id, 's1' AS submission_id,
        'alder' AS body_id, 'spend' AS feed, '2024-25' AS financial_year, 'may.csv' AS file_name,
        NULL::VARCHAR AS sheet, 9::BIGINT AS source_row, 'TP-021' AS codes,
        NULL::BIGINT AS amount_pence
"""
NET = Recipe(
    figures=("net_pence",),
    row=("gross_pence",),
    parts=(
        Part(
            label="credits",
            table="fct_spend_line",
            by=("partner_id",),
            where="part.amount_pence < 0",
            amount="amount_pence",
            minus=True,
        ),
    ),
    formula="figure.gross_pence - coalesce(credits, 0)",
)
DECLARED = TRACES | {
    "fct_place_spend": (*TRACES["fct_place_spend"], NET),
    "fct_set_aside_line": (Recipe(figures=("amount_pence",), lines=True),),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release of two bodies: alder with a credit and a row set aside, and birch."""
    home = tmp_path_factory.mktemp("trace")
    build(home / "build.duckdb")
    with duckdb.connect(str(home / "build.duckdb")) as connection:
        connection.execute(SUBMISSIONS)
        connection.execute(ASIDE)
        connection.execute("ALTER TABLE fct_spend_line ADD COLUMN body_id VARCHAR")
        connection.execute("UPDATE fct_spend_line SET body_id = partner_id")
        connection.execute(
            "CREATE OR REPLACE TABLE fct_place_spend AS SELECT partner_id, "
            "sum(amount_pence)::BIGINT AS gross_pence, "
            "sum(amount_pence) FILTER (amount_pence > 0)::BIGINT AS net_pence "
            "FROM fct_spend_line GROUP BY ALL"
        )
    path = publish_in(home, replace(INPUTS, traces=DECLARED)).path
    assert path is not None
    return path


@pytest.fixture
def release(folder: Path) -> Iterator[Opened]:
    with opened(folder) as release:
        yield release


def test_a_figure_leads_to_its_lines_and_comes_to_them_again(release: Opened) -> None:
    trace = trace_figure(release, "fct_place_spend", {"partner_id": "alder"}, "gross_pence")

    assert trace.adds_up
    assert (trace.figure.published, trace.figure.again) == (12_300, 12_300)
    assert [(s.table, s.rows, s.pence) for s in trace.line_steps()] == [
        ("fct_spend_line", 2, 12_300)
    ]


def test_a_figure_made_of_another_is_followed_through_it(release: Opened) -> None:
    trace = trace_figure(release, "fct_place_spend", {"partner_id": "alder"}, "net_pence")

    assert [(s.path, s.minus, s.rows, s.pence) for s in trace.steps] == [
        ("gross_pence", False, 1, 12_300),
        ("gross_pence > lines", False, 2, 12_300),
        ("credits", True, 1, -45),
    ]


def test_a_person_reads_the_file_the_row_and_that_it_adds_up(release: Opened) -> None:
    said = trace_text(
        trace_figure(release, "fct_place_spend", {"partner_id": "alder"}, "gross_pence")
    )

    assert "Adds up to the penny, at every step: £123.00 = £123.00" in said
    assert ["R-000001", "may.csv", "2", "£123.45", "Turning", "Point", "ab12"] in [
        line.split() for line in said.splitlines()
    ]
    assert "1 row is set aside, in no figure (£ unknown)" in said


def test_a_machine_reads_pence(release: Opened) -> None:
    said = trace_json(
        trace_figure(release, "fct_place_spend", {"partner_id": "birch"}, "gross_pence")
    )

    assert said["figures"][0] == {
        "column": "gross_pence",
        "published": 9_007_199_254_740_993,  # a float cannot hold this
        "again": 9_007_199_254_740_993,
        "adds_up": True,
        "note": "",
    }
    assert said["steps"][0]["lines"][0]["file_sha256"] == "cd34"


def test_the_csv_has_every_line_and_no_spreadsheet_runs_it(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "lines.csv"

    with opened(folder, may_write=out) as release:
        trace = trace_figure(release, "fct_place_spend", {"partner_id": "birch"}, "gross_pence")
        assert write_lines(trace, out) == 1

    (line,) = csv.DictReader(out.open(encoding="utf-8-sig"))
    assert line["file_name"] == "'=june.xlsx"
    assert line["sheet"] == "May"
    assert line["source_row"] == "7"


def test_a_figure_that_does_not_add_up_says_by_how_much(folder: Path, tmp_path: Path) -> None:
    altered = tmp_path / folder.name
    altered.mkdir()
    for name in ("manifest.json", "totalplace.duckdb"):
        (altered / name).write_bytes((folder / name).read_bytes())
    with duckdb.connect(str(altered / "totalplace.duckdb")) as connection:
        connection.execute("UPDATE fct_place_spend SET gross_pence = gross_pence + 250")

    with opened(altered) as release:
        trace = trace_figure(release, "fct_place_spend", {"partner_id": "alder"}, "gross_pence")
        said = trace_text(trace)

    assert not trace.adds_up
    assert "Does NOT add up: £125.50 published, £123.00 added up again, £2.50 off" in said


def test_a_receipt_leads_to_the_figures_it_feeds(release: Opened) -> None:
    feeding = figures_fed(release, "R-000001")

    assert [(f.table, f.column, f.rows) for f in feeding.fed] == [
        ("fct_place_spend", "gross_pence", 1),
        ("fct_place_spend", "net_pence", 1),
    ]


def test_a_refused_receipt_feeds_nothing_and_says_why(release: Opened) -> None:
    said = feeding_text(figures_fed(release, "R-000003"))

    assert "does not count: it is refused" in said
    assert said.endswith("It feeds no figure of this release.")


@pytest.mark.parametrize(
    ("table", "keys", "said"),
    [
        ("fct_place_spent", {}, "has no table 'fct_place_spent'. Close to it: fct_place_spend."),
        (
            "fct_place_spend",
            {"partner": "alder"},
            "has no column 'partner'. Close to it: partner_id.",
        ),
        (
            "fct_place_spend",
            {"partner_id": "elder"},
            "no row with partner_id=elder. Close to it: alder.",
        ),
        ("fct_place_spend", {}, "2 rows of fct_place_spend have these values"),
        ("dim_partner", {}, "dim_partner holds no figure that is made of others."),
    ],
    ids=["table", "column", "value", "several rows", "no figure"],
)
def test_what_does_not_exist_is_said_with_what_does(
    release: Opened, table: str, keys: dict[str, str], said: str
) -> None:
    with pytest.raises(TraceError, match=r".*") as raised:
        trace_figure(release, table, keys)

    assert said in str(raised.value)


def test_a_value_is_never_sql(release: Opened) -> None:
    with pytest.raises(TraceError, match="no row with partner_id=' OR 1=1 --"):
        trace_figure(release, "fct_place_spend", {"partner_id": "' OR 1=1 --"})


def test_an_unknown_figure_or_receipt_is_said_with_what_there_is(release: Opened) -> None:
    with pytest.raises(
        TraceError, match=r"no figure 'cost_pence'\. It has: gross_pence, net_pence"
    ):
        trace_figure(release, "fct_place_spend", {"partner_id": "alder"}, "cost_pence")
    with pytest.raises(TraceError, match="knows no receipt R-000009: it has R-000001 to R-000003"):
        figures_fed(release, "R-000009")


def test_an_argument_that_is_no_pair_is_named() -> None:
    with pytest.raises(TraceError, match="'2011-12' is not KEY=VALUE"):
        parsed_keys(["2011-12"])


def test_a_recipe_of_a_release_can_open_no_other_file(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n")

    with opened(folder) as release, pytest.raises(duckdb.PermissionException):
        release.connection.execute(f"SELECT * FROM read_csv('{other}')")


def test_an_analyst_gets_the_lines_as_a_frame(folder: Path) -> None:
    keys = {"partner_id": "alder"}

    frame = analyst.trace("fct_place_spend", keys, figure="gross_pence", release=folder)

    found = frame[["step", "receipt_id", "source_row", "amount"]].to_dict("records")
    assert found == [
        {"step": "lines", "receipt_id": "R-000001", "source_row": 2, "amount": 12_345},
        {"step": "lines", "receipt_id": "R-000001", "source_row": 3, "amount": -45},
        {
            "step": "set aside, in no figure",
            "receipt_id": "R-000001",
            "source_row": 9,
            "amount": None,
        },
    ]
    assert frame.attrs["adds_up"] is True


def test_a_release_is_found_by_id_and_by_path(folder: Path) -> None:
    assert find_release(folder.name, folder.parent) == folder
    assert find_release(folder, Path("nowhere")) == folder
