"""``verify``: any edit of a release is found, and the file is named."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.publish.journal import JOURNAL
from orchestration.publish.manifest import Manifest
from orchestration.release.verify import Verified, verify
from tests.unit.release_world import build, publish_in, rewrite, two_releases

HASH = "[0-9a-f]{64}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    build(tmp_path / "build.duckdb")
    return tmp_path


def verified(home: Path, release: str) -> Verified:
    return verify(home / "published" / release, home / "published")


def test_a_release_as_it_was_published_is_right(home: Path) -> None:
    first, second = two_releases(home)

    found = verified(home, first)

    assert (found.release_id, found.files, found.problems) == (first, 13, ())
    assert found.size == sum(
        p.stat().st_size for p in found.folder.rglob("*.*") if p.name != "manifest.json"
    )
    assert found.witnesses == (
        f"line 1 of {JOURNAL}",
        f"the manifest of {second}, made after it,",
    )
    assert verified(home, second).problems == ()


def test_every_file_that_is_altered_missing_or_extra_is_named(home: Path) -> None:
    first, _ = two_releases(home)
    folder = home / "published" / first
    for file in ("csv/dim_partner.csv", "totalplace.duckdb"):
        rewrite(folder / file, "nothing")
    (folder / "parquet" / "dim_partner.parquet").unlink()
    (folder / "csv" / "notes.csv").write_text("mine")

    digest = hashlib.sha256(b"nothing").hexdigest()
    assert verified(home, first).problems == (
        "parquet/dim_partner.parquet is missing",
        "csv/notes.csv is not in the manifest",
        f"csv/dim_partner.csv is not the file in the manifest: its SHA-256 is {digest}",
        f"totalplace.duckdb is not the file in the manifest: its SHA-256 is {digest}",
    )


def test_one_byte_of_any_file_is_enough(home: Path) -> None:
    folder = publish_in(home).path
    assert folder
    for name in Manifest.read(folder).files:
        file = folder / name
        whole = file.read_bytes()
        file.chmod(0o644)
        file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        (problem,) = verify(folder, home / "published").problems
        assert problem.startswith(f"{name} is not the file in the manifest")
        file.write_bytes(whole)


def edit(folder: Path, change: Callable[[dict], None]) -> None:  # type: ignore[type-arg]
    told = json.loads((folder / "manifest.json").read_text())
    change(told)
    rewrite(folder / "manifest.json", json.dumps(told))


def test_an_edited_manifest_is_found_by_the_journal_and_by_the_release_after_it(
    home: Path,
) -> None:
    first, second = two_releases(home)
    edit(home / "published" / first, lambda told: told.update(rules_version="rules-9"))

    by_journal, by_next = verified(home, first).problems
    assert by_journal.startswith("manifest.json was edited: its SHA-256 is ")
    assert f"line 1 of {JOURNAL} has" in by_journal
    assert f"the manifest of {second}, made after it, has" in by_next
    (before,) = verified(home, second).problems
    assert before.startswith(f"{first}/manifest.json, the manifest of the release before, is not")


def test_a_copied_folder_is_verified_where_it_lies(home: Path) -> None:
    first, _ = two_releases(home)
    copy = home / "elsewhere" / "copy"
    shutil.copytree(home / "published" / first, copy)

    found = verify(copy, home / "published")
    assert (found.release_id, found.problems) == (first, ())
    assert found.witnesses == (f"line 1 of {JOURNAL}",)

    alone = verify(copy, home / "no_home")
    assert (alone.problems, alone.witnesses) == ((), ())
    assert (
        alone.manifest_sha256 == hashlib.sha256((copy / "manifest.json").read_bytes()).hexdigest()
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            lambda told: told["tables"]["dim_partner"]["columns"].update(share="VARCHAR"),
            "manifest.json was edited: its tables do not come to its content hash",
        ),
        (
            lambda told: told["files"].pop("parquet/dim_partner.parquet"),
            "manifest.json was edited: it has two hashes for parquet/dim_partner.parquet, or only "
            "one",
        ),
        (
            lambda told: told.update(created_at="2024-01-01T12:00:00+00:00"),
            "manifest.json was edited: release {} cannot be of 2024-01-01T12:00:00+00:00",
        ),
        (
            lambda told: told.update(build_hash="f" * 64),
            "manifest.json was edited: release {} cannot be made of ffffffffff…",
        ),
    ],
    ids=["columns", "seal", "time", "content"],
)
def test_a_manifest_that_contradicts_itself_needs_no_witness(
    home: Path,
    change: Callable[[dict], None],  # type: ignore[type-arg]
    problem: str,
) -> None:
    outcome = publish_in(home)
    copy = home / "elsewhere" / str(outcome.release_id)
    shutil.copytree(str(outcome.path), copy)
    edit(copy, change)

    assert problem.format(outcome.release_id) in verify(copy, home / "no_home").problems


def test_without_its_manifest_nothing_can_be_compared(home: Path) -> None:
    first, _ = two_releases(home)
    (home / "published" / first / "manifest.json").unlink()
    assert verified(home, first).problems == (
        "manifest.json is missing or cannot be read: restore the folder from a copy",
    )


def test_a_release_that_no_line_of_the_journal_made_is_named(home: Path) -> None:
    first, second = two_releases(home)
    lines = (home / "published" / JOURNAL).read_text().splitlines()
    (home / "published" / JOURNAL).write_text(lines[0] + "\n")
    assert verified(home, second).problems == (
        f"no line of {JOURNAL} says that release {second} was made",
    )
    shutil.copytree(home / "published" / first, home / "published" / "2020-01-01-other")
    assert verified(home, "2020-01-01-other").problems == (
        f"the folder is called 2020-01-01-other, and its manifest is of release {first}",
    )


def test_the_manifest_says_which_versions_read_and_reckoned(home: Path) -> None:
    folder = publish_in(home).path
    assert folder
    found = Manifest.read(folder).versions
    assert (found["python"], found["duckdb"]) == (platform.python_version(), duckdb.__version__)
    assert {"totalplace", "dbt-core", "dbt-duckdb", "pyarrow", "python-calamine"} < set(found)
