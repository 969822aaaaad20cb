"""Lines that a build has read are kept for the next one, by what they were read from."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from orchestration.sql import Memory
from orchestration.warehouse.inputs import with_readings, with_two_years
from orchestration.warehouse.readings import KINDS, keep_readings, kept_readings, source_views

MAY = ("s1", "key of s1", "alder", "2008-09")
JUNE = ("s2", "key of s2", "alder", "2008-09")
LATER = ("s3", "key of s3", "alder", "2009-10")


def keep(home: Path, reading: str, *, is_read: bool, lines: int = 1) -> Path:
    """Keeps the reading of a build with one line of ``s1``, of ``lines`` that were accepted; the
    folder of what is kept."""
    home.mkdir(exist_ok=True)
    build = home / "build.duckdb"
    build.unlink(missing_ok=True)
    with duckdb.connect(str(build)) as connection:
        for kind, columns in KINDS.items():
            given = {
                "partner_id": "'alder'",
                "financial_year": "'2008-09'",
                "submission_id": "'s1'",
            }
            cells = (f"CAST({given.get(c, 'NULL')} AS {of}) AS {c}" for c, of in columns.items())
            connection.execute(f"CREATE TABLE {kind} AS SELECT {', '.join(cells)}")
        connection.execute(
            f"COPY (SELECT 's1' AS submission_id, '{reading}' AS reading, 'alder' AS body_id, "
            f"'2008-09' AS financial_year, {is_read} AS is_read) "
            f"TO '{home / 'line_sources.parquet'}'"
        )
        connection.execute(
            f"COPY (SELECT 's1' AS submission_id, true AS in_force, {lines} AS rows_accepted) "
            f"TO '{home / 'submissions.parquet'}'"
        )
    keep_readings(build, home, home / "read", Memory("200MB", home / "spill"))
    return home / "read"


def test_a_reading_is_of_one_body_and_year() -> None:
    before = {row[0]: row[4] for row in with_readings([MAY, LATER], [])}
    after = {row[0]: row[4] for row in with_readings([MAY, JUNE, LATER], [])}
    assert after["s1"] == after["s2"] != before["s1"]
    assert after["s3"] == before["s3"]


def test_a_reading_that_was_kept_whole_is_taken_over() -> None:
    ((*_, reading, is_read),) = with_readings([MAY], [])
    assert not is_read
    assert with_readings([MAY], [reading]) == [(*MAY, reading, True)]


def test_of_a_body_with_a_file_of_a_calendar_year_no_reading_is_kept() -> None:
    def receipt(partner_id: str, first: date, last: date) -> Any:
        return SimpleNamespace(partner_id=partner_id, period_start=first, period_end=last)

    year = receipt("alder", date(2023, 4, 1), date(2024, 3, 31))
    month = receipt("birch", date(2023, 1, 1), date(2023, 1, 31))
    calendar_year = receipt("birch", date(2023, 1, 1), date(2023, 12, 31))
    assert with_two_years([year, month]) == set()
    assert with_two_years([year, month, calendar_year]) == {"birch"}


def test_what_was_read_is_found_by_its_key(tmp_path: Path) -> None:
    folder = keep(tmp_path, "r1", is_read=False)
    assert {key: kept.is_whole for key, kept in kept_readings(folder).items()} == {"r1": True}
    keep(tmp_path, "r1", is_read=True)
    views, submissions = source_views(tmp_path, folder)
    assert submissions == ["s1"]
    lines = duckdb.sql(views["inputs.kept_lines"])
    assert dict(zip(lines.columns, map(str, lines.types), strict=True)) == KINDS["int_read_lines"]
    assert len(lines) == 1


def test_with_nothing_kept_the_sources_are_empty_and_typed(tmp_path: Path) -> None:
    folder = keep(tmp_path, "r1", is_read=False)
    views, submissions = source_views(tmp_path, folder)
    assert submissions == []
    labels = duckdb.sql(views["inputs.kept_labels"])
    assert (
        dict(zip(labels.columns, map(str, labels.types), strict=True)) == KINDS["int_read_labels"]
    )
    assert len(labels) == 0


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    folder = keep(tmp_path, "r1", is_read=False)
    file = next(folder.glob("r1.int_read_lines.*"))
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    assert not kept_readings(folder)["r1"].is_whole


def test_a_reading_half_of_which_was_written_is_not_whole(tmp_path: Path) -> None:
    folder = keep(tmp_path, "r1", is_read=False)
    next(folder.glob("r1.int_read_labels.*")).unlink()
    assert not kept_readings(folder)["r1"].is_whole


def test_a_file_that_was_withdrawn_while_it_was_read_leaves_no_short_reading(
    tmp_path: Path,
) -> None:
    """Sent again it would be in force under the same key, and its lines would be missing."""
    folder = keep(tmp_path, "r1", is_read=False, lines=2)
    assert kept_readings(folder) == {}


def test_what_is_half_written_stands_beside_the_build_and_goes_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        keep(tmp_path, "r1", is_read=False)
    assert [*(tmp_path / "read").iterdir()] == []
    assert [*tmp_path.glob("build.duckdb?*")] == [tmp_path / "build.duckdb.new"]


def test_what_no_build_uses_any_more_is_removed(tmp_path: Path) -> None:
    keep(tmp_path, "r1", is_read=False)
    assert {*kept_readings(keep(tmp_path, "r2", is_read=False))} == {"r2"}
    assert len([*(tmp_path / "read").iterdir()]) == len(KINDS)
