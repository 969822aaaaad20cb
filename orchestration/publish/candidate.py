"""A candidate release: the marts copied out of the build file into a folder nobody reads yet."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ..hashing import sha256_of
from ..sql import literal
from .content import RELEASE_ID, TableContent, attach, content_hash, name, read_content
from .manifest import (
    DATABASE,
    FILE_NAME,
    Manifest,
    PreviousRelease,
    PublishedTable,
    ReleaseInputs,
    YearCompleteness,
    seal,
)
from .store import CANDIDATE_PREFIX, Claim, ReleaseError, current_release, exclusive

# Older DuckDB clients (1.0 on) can open this format; files of 2.0's own format they cannot.
STORAGE_VERSION = "v1.0.0"
# A line's identity. Sorting by it alone takes half the time of sorting by every column.
_LINE = ("submission_id", "sheet", "source_row")
_COMPLETENESS = "fct_place_completeness"


@dataclass(frozen=True)
class Candidate:
    """A half-made release: its folder, its manifest, the tables a release must hold, and the
    claim that keeps ``sweep`` from taking it for debris."""

    published: Path
    folder: Path
    manifest: Manifest
    promised: tuple[str, ...]
    claim: Claim

    @property
    def database(self) -> Path:
        """The DuckDB file to be published; open it read-only."""
        return self.folder / DATABASE


def build_candidate(
    build_db: Path,
    published: Path,
    tables: Sequence[str],
    inputs: ReleaseInputs,
    *,
    content: Mapping[str, TableContent] | None = None,
    now: datetime | None = None,
) -> Candidate:
    """Copies every mart of ``build_db`` into a candidate folder inside ``published``.

    ``tables`` are the names a release must hold (the audit says which are missing); ``content``
    is ``read_content(build_db, tables)`` where the caller has it already; ``now`` is the moment in
    UTC. Raises ``ReleaseError`` if the build file holds no mart.
    """
    content = read_content(build_db, tables) if content is None else content
    if not content:
        raise ReleaseError(f"{build_db} holds no mart: nothing to publish")
    now = now or datetime.now(UTC)
    digest = content_hash(content)
    release_id = f"{now:%Y-%m-%d}-{digest[:10]}"
    with exclusive(published):
        folder = published / f"{CANDIDATE_PREFIX}{secrets.token_hex(6)}"
        claim = Claim(folder)
    try:
        years = _copy(build_db, folder, content, release_id)
        manifest = Manifest(
            release_id=release_id,
            created_at=now.astimezone(UTC).isoformat(timespec="seconds"),
            content_hash=digest,
            synthetic=any(s.synthetic for s in inputs.submissions),
            rules_version=inputs.rules_version,
            previous=_previous(published),
            years=years,
            submissions=list(inputs.submissions),
            tables={
                table: PublishedTable(columns=dict(c.columns), rows=c.rows, content_sha256=c.digest)
                for table, c in content.items()
            },
            files=seal(folder),
        )
        manifest.write(folder)
        for path in folder.rglob("*"):
            if path.is_file():
                path.chmod(0o444)  # a release never changes; opening it to write says so
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        claim.release()
        raise
    return Candidate(published, folder, manifest, tuple(tables), claim)


def discard(candidate: Candidate) -> None:
    """Removes a candidate that will not be published, also if it failed between getting its
    release name and being pointed at."""
    shutil.rmtree(candidate.folder, ignore_errors=True)
    named = candidate.published / candidate.manifest.release_id
    if candidate.claim.noted and current_release(candidate.published) != named:
        shutil.rmtree(named, ignore_errors=True)
    candidate.claim.release()


def _copy(
    build_db: Path, folder: Path, content: Mapping[str, TableContent], release_id: str
) -> list[YearCompleteness]:
    """Writes the DuckDB, Parquet and CSV copies in one row order; returns the years table."""
    for room in ("parquet", "csv"):
        (folder / room).mkdir(parents=True)
    with duckdb.connect() as connection:
        # Sorts that do not fit in memory spill beside the build, never beside the releases.
        connection.execute(f"SET temp_directory = {literal(build_db.parent / 'publish.tmp')}")
        attach(connection, build_db, "build")
        connection.execute(
            f"ATTACH {literal(folder / DATABASE)} AS target "
            f"(STORAGE_VERSION {literal(STORAGE_VERSION)})"
        )
        for table, is_content in content.items():
            copy_table(connection, folder, table, is_content, release_id)
        years = _years(connection, content)
        connection.execute("DETACH target")
    return years


def copy_table(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    table: str,
    content: TableContent,
    release_id: str,
) -> None:
    """Copies one table of ``build`` into ``target`` and out of it again, in one row order."""
    columns = ", ".join(map(name, content.columns))
    order = "ALL"
    if all(column in content.columns for column in _LINE):
        keys = [*_LINE, *(("theme",) if "theme" in content.columns else ())]
        order = ", ".join(f"{name(key)} ASC NULLS FIRST" for key in keys)
    connection.execute(
        f"CREATE TABLE target.{name(table)} AS "
        f"SELECT {columns}, {literal(release_id)} AS {RELEASE_ID} "
        f"FROM build.main.{name(table)} ORDER BY {order}"
    )
    for file, options in (
        (folder / "parquet" / f"{table}.parquet", "FORMAT parquet, COMPRESSION zstd"),
        (folder / "csv" / f"{table}.csv", "FORMAT csv, HEADER"),
    ):
        connection.execute(f"COPY target.{name(table)} TO {literal(file)} ({options})")


def _years(
    connection: duckdb.DuckDBPyConnection, content: Mapping[str, TableContent]
) -> list[YearCompleteness]:
    if _COMPLETENESS not in content:
        return []
    fields = list(YearCompleteness.model_fields)
    rows = connection.execute(
        f"SELECT {', '.join(fields)} FROM target.{_COMPLETENESS} ORDER BY financial_year"
    ).fetchall()
    return [YearCompleteness(**dict(zip(fields, row, strict=True))) for row in rows]


def _previous(published: Path) -> PreviousRelease | None:
    folder = current_release(published)
    if folder is None:
        return None
    manifest = folder / FILE_NAME
    return PreviousRelease(
        release_id=folder.name,
        manifest_sha256=sha256_of(manifest) if manifest.is_file() else "missing",
    )
