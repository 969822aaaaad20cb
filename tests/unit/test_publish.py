"""A release: what is in it, when it is new, and going back to an earlier one."""

from __future__ import annotations

import hashlib
import json
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.publish import (
    Manifest,
    PublishOutcome,
    ReleaseError,
    ReleaseInputs,
    candidate,
    checks,
    list_releases,
    publish_release,
)
from orchestration.publish.candidate import discard, draft_tables
from orchestration.publish.export import export_csv
from orchestration.publish.made_from import MadeFrom
from orchestration.sql import Memory
from tests.unit.release_world import (
    INPUTS,
    LINES,
    PROMISED,
    TRACES,
    build,
    publish_in,
    two_releases,
)

pytestmark = pytest.mark.long


@pytest.fixture
def home(tmp_path: Path) -> Path:
    build(tmp_path / "build.duckdb")
    return tmp_path


def test_a_release_is_three_copies_a_workbook_a_manifest_and_what_explains_them(home: Path) -> None:
    outcome = publish_in(home)

    assert outcome.status == "published"
    assert outcome.path == home / "published" / outcome.release_id
    assert sorted(p.relative_to(outcome.path).as_posix() for p in outcome.path.rglob("*.*")) == [
        "METHOD.md",
        "README.txt",
        "csv/dim_partner.csv",
        "csv/fct_place_spend.csv",
        "csv/fct_spend_line.csv",
        "csvw.json",
        "datapackage.json",
        "dictionary.html",
        "manifest.json",
        "parquet/dim_partner.parquet",
        "parquet/fct_place_spend.parquet",
        "parquet/fct_spend_line.parquet",
        "totalplace.duckdb",
        "totalplace.xlsx",
    ]
    assert (home / "published" / "current").readlink() == Path(outcome.release_id)


def test_the_csv_is_exact_to_the_penny_and_tells_empty_from_nothing(home: Path) -> None:
    outcome = publish_in(home)

    csv = outcome.path / "csv" / "fct_spend_line.csv"
    assert csv.read_text(encoding="utf-8-sig") == textwrap.dedent(
        f"""\
        partner_id,theme,amount_pence,supplier_name,is_synthetic,submission_id,sheet,source_row,line_date,release_id
        alder,drug_alcohol,12345,Turning Point,false,s1,,2,2024-05-01,{outcome.release_id}
        alder,unclassified,-45,,false,s1,,3,2024-05-01,{outcome.release_id}
        birch,unclassified,9007199254740993,"",false,s2,May,7,2024-05-01,{outcome.release_id}
        """
    )


def test_the_manifest_says_what_it_was_made_from(home: Path) -> None:
    first = publish_in(home)
    build(home / "build.duckdb", LINES[:2])
    second = publish_in(home, ReleaseInputs(INPUTS.submissions[:1], "rules-1", TRACES))

    manifest = json.loads((second.path / "manifest.json").read_text())
    seal = hashlib.sha256((first.path / "manifest.json").read_bytes()).hexdigest()
    assert manifest["release_id"] == f"2025-06-02-{manifest['content_hash'][:10]}"
    assert manifest["created_at"] == "2025-06-02T12:00:00+00:00"
    assert manifest["previous"] == {"release_id": first.release_id, "manifest_sha256": seal}
    assert [s["receipt_id"] for s in manifest["submissions"]] == ["R-s1"]
    assert manifest["tables"]["fct_spend_line"]["rows"] == 2
    assert manifest["synthetic"] is False


def test_the_manifest_counts_partners_present_by_year(home: Path) -> None:
    with duckdb.connect(str(home / "build.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE fct_place_completeness AS "
            "SELECT '2024-25' AS financial_year, 3 AS partners_expected, 2 AS partners_present"
        )

    years = Manifest.read(publish_in(home).path).years

    assert [y.model_dump() for y in years] == [
        {"financial_year": "2024-25", "partners_expected": 3, "partners_present": 2}
    ]


def test_a_promised_table_is_published_whatever_it_is_called(home: Path) -> None:
    with duckdb.connect(str(home / "build.duckdb")) as connection:
        connection.execute("CREATE TABLE efficiency_target AS SELECT 2013::BIGINT AS end_year")

    outcome = publish_release(
        home / "build.duckdb", home / "published", [*PROMISED, "efficiency_target"], INPUTS
    )

    assert outcome.path is not None
    assert (outcome.path / "parquet" / "efficiency_target.parquet").is_file()


def test_inputs_are_the_submissions_in_force(tmp_path: Path) -> None:
    file = tmp_path / "submissions.parquet"
    duckdb.sql(
        "SELECT 'R-' || seq AS receipt_id, seq, 's' || seq AS submission_id, 'alder' AS partner_id,"
        " 'spend' AS feed, '2024-05' AS period, 'a.csv' AS file_name, '00' AS file_sha256,"
        " 2 AS rows_accepted, 10 AS pence_accepted, false AS synthetic, seq > 1 AS in_force,"
        " DATE '2024-05-01' AS period_start, DATE '2024-05-31' AS period_end,"
        " CASE seq WHEN 3 THEN 'held' ELSE 'accepted' END AS verdict"
        " FROM range(3, 0, -1) t(seq)"
    ).write_parquet(str(file))

    inputs = ReleaseInputs.from_parquet(file, "rules-1", {}, MadeFrom(), {})

    found = [(s.receipt_id, s.financial_year, s.explained) for s in inputs.submissions]
    assert found == [("R-2", "2024-25", False), ("R-3", "2024-25", True)]


def test_the_content_of_a_table_is_the_bytes_of_its_parquet(home: Path) -> None:
    path = publish_in(home).path
    manifest = Manifest.read(path)

    digests = []
    for table in sorted(manifest.tables):
        digest = hashlib.sha256((path / "parquet" / f"{table}.parquet").read_bytes()).hexdigest()
        assert manifest.tables[table].content_sha256 == digest
        columns = list(manifest.tables[table].columns.items())
        digests.append([table, columns, digest])

    text = json.dumps(digests, separators=(",", ":"))
    assert manifest.content_hash == hashlib.sha256(text.encode()).hexdigest()


def test_a_table_longer_than_a_sheet_is_csv_on_demand(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (candidate, checks):
        monkeypatch.setattr(module, "SHEET_ROWS", 2)
    path = publish_in(home).path

    assert sorted(p.name for p in (path / "csv").iterdir()) == [
        "dim_partner.csv",
        "fct_place_spend.csv",
    ]
    tables = Manifest.read(path).tables
    assert tables["fct_spend_line"].csv == "on demand: totalplace export fct_spend_line --csv"
    assert export_csv(path, "fct_spend_line", home / "lines.csv") == 3
    assert (home / "lines.csv").read_text().splitlines()[1] == (
        f"alder,drug_alcohol,12345,Turning Point,false,s1,,2,2024-05-01,{path.name}"
    )
    with pytest.raises(ReleaseError, match="has no table 'fct_none'; its tables are: dim_partner"):
        export_csv(path, "fct_none", home / "none.csv")


def test_a_table_larger_than_the_memory_is_published_all_the_same(tmp_path: Path) -> None:
    with duckdb.connect(str(build(tmp_path / "build.duckdb"))) as connection:
        connection.execute(
            "CREATE TABLE fct_wide AS SELECT md5(i::VARCHAR) AS a, md5((i + 1)::VARCHAR) AS b, "
            "md5((i + 2)::VARCHAR) AS c FROM range(900_000) r(i)"
        )
    (tmp_path / "no_folder").write_text("")

    def published(spill: Path) -> PublishOutcome:
        return publish_in(tmp_path, memory=Memory("160MB", spill))

    with pytest.raises(duckdb.Error):  # it cannot be done without spilling
        published(tmp_path / "no_folder")
    assert published(tmp_path / "spill").status == "published"


def test_the_order_of_rows_is_no_content_but_every_cell_is(tmp_path: Path) -> None:
    def of(lines: list[tuple[object, ...]]) -> str:
        made = build(tmp_path / "other.duckdb", lines)
        draft = draft_tables(made, tmp_path / "published", PROMISED, INPUTS)
        discard(draft)
        return draft.made_of

    moved = [(*LINES[0][:3], "Turning", *LINES[0][4:]), *LINES[1:]]

    assert of(LINES[::-1]) == of(LINES)
    assert of([*LINES, LINES[0]]) != of(LINES)
    assert of(moved) != of(LINES)


def test_unchanged_content_publishes_nothing(home: Path) -> None:
    first = publish_in(home)
    build(home / "build.duckdb", LINES[::-1])

    again = publish_in(home, now=datetime(2025, 6, 3, tzinfo=UTC))

    assert (again.status, again.path) == ("unchanged", first.path)
    assert [r.release_id for r in list_releases(home / "published")] == [first.release_id]


def test_a_release_without_its_manifest_is_listed_with_its_problem(home: Path) -> None:
    first, second = two_releases(home)
    (home / "published" / first / "manifest.json").unlink()

    assert [(r.release_id, r.problem) for r in list_releases(home / "published")] == [
        (first, "manifest.json is missing or damaged"),
        (second, ""),
    ]
