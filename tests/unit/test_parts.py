"""Long tables are published in parts; a part made by the same key is taken over as it is."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration import analyst
from orchestration.publish.export import export_csv
from orchestration.publish.made_from import MadeFrom
from orchestration.publish.manifest import Manifest, ReleaseInputs
from orchestration.publish.parts import body_digests, kept_parts
from orchestration.release.verify import verify
from tests.unit.release_world import INPUTS, candidate_in, faults, publish_in, submission
from tests.unit.release_world import build as build_plain

pytestmark = pytest.mark.long

MAY, JUNE = "alder-2024-25", "birch-2024-25"


def build(home: Path, keys: dict[str, str], kept: dict[str, str] | None = None) -> None:
    """A build whose lines are of two bodies, with the keys of their parts; a body that is ``kept``
    in a release has no lines in the build."""
    kept = kept or {}
    path = build_plain(home / "build.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute("ALTER TABLE fct_spend_line ADD COLUMN body_id VARCHAR")
        connection.execute("ALTER TABLE fct_spend_line ADD COLUMN financial_year VARCHAR")
        connection.execute("UPDATE fct_spend_line SET body_id = partner_id")
        connection.execute("UPDATE fct_spend_line SET financial_year = '2024-25'")
        connection.execute("DELETE FROM fct_spend_line WHERE body_id IN ?", [[*kept]])
        connection.execute(
            "CREATE TABLE fct_spend_line_theme AS SELECT concat_ws(':', submission_id, sheet, "
            "source_row) AS line_id, 1 AS part_no, body_id, financial_year FROM fct_spend_line"
        )
        connection.execute(
            "CREATE TABLE int_spend_part_keys (partner_id VARCHAR, financial_year VARCHAR, "
            "part_key VARCHAR, kept_in VARCHAR)"
        )
        for body, key in keys.items():
            row = [body, "2024-25", key, kept.get(body)]
            connection.execute("INSERT INTO int_spend_part_keys VALUES (?, ?, ?, ?)", row)


def inode(release: Path, part: str) -> int:
    return (release / "parquet" / "fct_spend_line" / f"{part}.parquet").stat().st_ino


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A release with two parts, made by the keys ``a1`` and ``b1``."""
    build(tmp_path, {"alder": "a1", "birch": "b1"})
    outcome = publish_in(tmp_path)
    assert outcome.path
    return outcome.path


def test_a_long_table_is_a_folder_of_parts(first: Path, tmp_path: Path) -> None:
    manifest = Manifest.read(first)
    assert {
        part: (p.key, p.rows) for part, p in manifest.tables["fct_spend_line"].parts.items()
    } == {
        MAY: ("a1", 2),
        JUNE: ("b1", 1),
    }
    assert {f"parquet/fct_spend_line/{part}.parquet" for part in (MAY, JUNE)} <= {*manifest.files}
    assert verify(first, tmp_path / "published").problems == ()


def test_every_reader_finds_all_parts(first: Path, tmp_path: Path) -> None:
    frame = analyst.load("current", "fct_spend_line", home=tmp_path)
    assert list(frame["amount_pence"]) == [12_345, -45, 9_007_199_254_740_993]
    assert export_csv(first, "fct_spend_line", tmp_path / "lines.csv") == 3


def test_a_part_of_the_same_key_is_taken_over(first: Path, tmp_path: Path) -> None:
    kept, problems = kept_parts(tmp_path / "published")
    assert (kept, problems) == (
        [(first.name, "alder", "2024-25", "a1"), (first.name, "birch", "2024-25", "b1")],
        [],
    )
    build(tmp_path, {"alder": "a1", "birch": "b2"}, kept={"alder": first.name})
    with duckdb.connect(str(tmp_path / "build.duckdb")) as connection:
        connection.execute("UPDATE fct_spend_line SET amount_pence = 5")
    inputs = ReleaseInputs(
        (submission("s1", 2, 12_300), submission("s2", 1, 5)), "rules-1", INPUTS.traces
    )
    second = candidate_in(tmp_path, inputs).folder
    assert inode(second, MAY) == inode(first, MAY)
    assert inode(second, JUNE) != inode(first, JUNE)
    with duckdb.connect(str(second / "totalplace.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "SELECT amount_pence, count(DISTINCT release_id) OVER () FROM fct_spend_line ORDER BY 1"
        ).fetchall()
    assert found == [(-45, 1), (5, 1), (12_345, 1)]


def test_a_damaged_part_is_made_again(first: Path, tmp_path: Path) -> None:
    file = first / "parquet" / "fct_spend_line" / f"{MAY}.parquet"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1])
    kept, problems = kept_parts(tmp_path / "published")
    assert [body for _, body, *_ in kept] == ["birch"]
    assert problems == [
        f"{first.name}/parquet/fct_spend_line/{MAY}.parquet is not as it was published; the part "
        "is made again"
    ]


def test_nothing_is_taken_over_with_a_damaged_duckdb_file(first: Path, tmp_path: Path) -> None:
    (first / "totalplace.duckdb").chmod(0o644)
    (first / "totalplace.duckdb").write_bytes(b"")
    kept, problems = kept_parts(tmp_path / "published")
    assert kept == []
    assert problems == [
        f"{first.name}/totalplace.duckdb is not as it was published; every part of the long tables "
        "is made again"
    ]


def test_a_kept_part_that_is_not_the_receipts_is_refused(first: Path, tmp_path: Path) -> None:
    build(tmp_path, {"alder": "a1", "birch": "b1"}, kept={"alder": first.name})
    inputs = ReleaseInputs(
        (submission("s1", 2, 12_301), submission("s2", 1, 9_007_199_254_740_993)),
        "rules-1",
        INPUTS.traces,
    )
    said = [
        message for check, message in faults(candidate_in(tmp_path, inputs)) if "lines" in check
    ]
    assert said == ["s1 counts 2 lines and 12300 pence, its receipt says 2 and 12301"]


def test_a_body_s_digest_is_of_its_own_contract_the_place_and_the_code() -> None:
    made = MadeFrom(contracts={"alder": "1", "birch": "2"}, place="p", code="c")
    contract = made.model_copy(update={"contracts": {"alder": "1", "birch": "3"}})
    before, after = body_digests(made), body_digests(contract)
    assert before["alder"] == after["alder"]
    assert before["birch"] != after["birch"]
    for change in ({"place": "q"}, {"code": "d"}, {"rules": {"models": "m"}}):
        assert body_digests(made.model_copy(update=change))["alder"] != before["alder"]
    lists = made.model_copy(update={"rules": {"seeds": "s"}, "references": "r"})
    assert body_digests(lists) == before
