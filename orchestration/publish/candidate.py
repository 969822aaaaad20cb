"""A candidate release: the marts copied out of the build file into a folder nobody reads yet.

Each table is sorted once into the DuckDB file and written from there as Parquet, whose bytes name
the release; then the tables get the release id, and those that fit into a sheet become CSV too.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ..hashing import sha256_of
from ..sql import Memory, literal
from .companions import comment, write_companions, write_datapackage
from .content import (
    IS_SYNTHETIC,
    RELEASE_ID,
    TableContent,
    attach,
    content_hash,
    name,
    scalars,
    tables_of,
)
from .csv_copy import write_csv
from .dictionary import dictionary_of
from .manifest import (
    DATABASE,
    FILE_NAME,
    Manifest,
    PreviousRelease,
    PublishedPart,
    PublishedTable,
    ReleaseInputs,
    YearCompleteness,
    parquet_name,
    seal,
    versions,
)
from .meanings import Shape
from .parts import (
    SORTED_BY,
    base_of,
    begin_with,
    insert_made,
    is_long,
    keep_only,
    parquet_sql,
    parts_of,
    write_parts,
)
from .store import CANDIDATE_PREFIX, Claim, ReleaseError, current_release, exclusive

# Older DuckDB clients (1.0 on) can open this format; files of 2.0's own format they cannot.
STORAGE_VERSION = "v1.0.0"
# What a sheet of Excel holds below its headings. A longer table would be a CSV nobody can open, and
# of ten million lines it is five times the size of all the rest: `totalplace export` makes it.
SHEET_ROWS = 1_048_575
ON_DEMAND = "on demand: totalplace export {table} --csv"
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
    memory: Memory

    @property
    def database(self) -> Path:
        """The DuckDB file to be published; open it read-only."""
        return self.folder / DATABASE


@dataclass(frozen=True)
class Draft:
    """The tables of a candidate as they are written, before it has a manifest and seals.

    ``made_of`` is the hash of what the build made; ``content`` may get issues that follow from it.
    """

    published: Path
    folder: Path
    promised: tuple[str, ...]
    claim: Claim
    memory: Memory
    now: datetime
    content: Mapping[str, TableContent]
    made_of: str
    synthetic: bool

    @property
    def database(self) -> Path:
        return self.folder / DATABASE

    @property
    def release_id(self) -> str:
        kind = "-SYNTHETIC" if self.synthetic else ""
        return f"{self.now:%Y-%m-%d}{kind}-{self.made_of[:10]}"

    @contextmanager
    def opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection with the DuckDB file attached as ``target``, to be written."""
        with self.memory.connect() as connection:
            version = f"(STORAGE_VERSION {literal(STORAGE_VERSION)})"
            connection.execute(f"ATTACH {literal(self.database)} AS target {version}")
            yield connection
            connection.execute("DETACH target")


def build_candidate(
    build_db: Path,
    published: Path,
    tables: Sequence[str],
    inputs: ReleaseInputs,
    *,
    memory: Memory | None = None,
    now: datetime | None = None,
) -> Candidate:
    """Copies every mart of ``build_db`` into a sealed candidate folder inside ``published``.

    ``tables`` are the names a release must hold (the audit says which are missing); ``now`` is the
    moment in UTC. Raises ``ReleaseError`` if the build file holds no mart.
    """
    draft = draft_tables(build_db, published, tables, inputs, memory=memory, now=now)
    with undone(draft):
        stamp(draft)
        described(draft, inputs)
        accompanied(draft, inputs)
        return sealed(draft, inputs)


def draft_tables(
    build_db: Path,
    published: Path,
    tables: Sequence[str],
    inputs: ReleaseInputs,
    *,
    memory: Memory | None = None,
    now: datetime | None = None,
) -> Draft:
    """Writes every mart of ``build_db`` (``fct_``, ``dim_``, ``v_`` and the promised), sorted, as a
    table of the DuckDB file and as Parquet, into a new folder inside ``published``; of long tables
    the DuckDB file has what was taken over until ``stamp``. Every row says whether its data are
    synthetic."""
    memory = memory or Memory("1500MB", build_db.parent / "spill")
    with memory.connect() as connection:
        attach(connection, build_db, "build")
        found = {
            table: columns
            for table, columns in tables_of(connection, "build").items()
            if table.startswith(("fct_", "dim_", "v_")) or table in tables
        }
        parts = parts_of(connection)
    if not found:
        raise ReleaseError(f"{build_db} holds no mart: nothing to publish")
    with exclusive(published):
        folder = published / f"{CANDIDATE_PREFIX}{secrets.token_hex(6)}"
        claim = Claim(folder)
    now, synthetic = now or datetime.now(UTC), inputs.synthetic
    draft = Draft(published, folder, tuple(tables), claim, memory, now, {}, "", synthetic)
    with undone(draft):
        for room in ("parquet", "csv"):
            (folder / room).mkdir(parents=True)
        base = base_of(published, parts)
        if base:
            begin_with(base, draft.database)
        with draft.opened() as connection:
            attach(connection, build_db, "build")
            if base:
                keep_only(connection, parts)
            content = {}
            for table, columns in found.items():
                made = _marked(table, columns, synthetic)
                columns = {**columns, IS_SYNTHETIC: "BOOLEAN"}
                if is_long(table, columns, parts):
                    content[table] = write_parts(
                        connection, folder, table, columns, made, parts, base
                    )
                else:
                    content[table] = write_table(connection, folder, table, columns, made)
        return replace(draft, content=content, made_of=content_hash(content))


def _marked(table: str, columns: Mapping[str, str], synthetic: bool) -> str:
    source = f"build.main.{name(table)}"
    if IS_SYNTHETIC in columns:
        return source
    return f"(SELECT *, {str(synthetic).lower()} AS {IS_SYNTHETIC} FROM {source})"


@contextmanager
def undone(draft: Draft) -> Iterator[None]:
    """Takes the draft away again if what is done with it fails."""
    try:
        yield
    except BaseException:
        discard(draft)
        raise


def write_table(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    table: str,
    columns: Mapping[str, str],
    source: str,
) -> TableContent:
    """Sorts ``source`` into a table of ``target`` and writes it as Parquet; what it holds."""
    keys = [key for key in SORTED_BY.get(table, ()) if key in columns]
    order = ", ".join(f"{name(key)} ASC NULLS FIRST" for key in keys) or "ALL"
    connection.execute(
        f"CREATE OR REPLACE TABLE target.{name(table)} AS "
        f"SELECT {', '.join(map(name, columns))} FROM {source} ORDER BY {order}"
    )
    file = folder / parquet_name(table)
    connection.execute(
        f"COPY target.{name(table)} TO {literal(file)} (FORMAT parquet, COMPRESSION zstd)"
    )
    (rows,) = scalars(connection, f"SELECT count(*) FROM {source}")
    return TableContent(columns, int(str(rows)), sha256_of(file))


def stamp(draft: Draft, only: Sequence[str] | None = None) -> None:
    """Gives the tables their release id, and writes those as CSV that fit into a sheet. The rows of
    long tables come in here, with the id: to add it to ten million afterwards took nine seconds."""
    release_id = literal(draft.release_id)
    with draft.opened() as connection:
        for table in draft.content if only is None else only:
            relation = f"target.{name(table)}"
            connection.execute(
                f"ALTER TABLE {relation} ADD COLUMN {RELEASE_ID} VARCHAR DEFAULT {release_id}"
            )
            insert_made(connection, draft.folder, table, draft.content[table])
            if draft.content[table].rows <= SHEET_ROWS:
                columns = {**draft.content[table].columns, RELEASE_ID: "VARCHAR"}
                write_csv(connection, relation, columns, csv_of(draft.folder, table))


def described(draft: Draft, inputs: ReleaseInputs, only: Sequence[str] | None = None) -> None:
    """Says in the DuckDB file of every table, or of those named, and its columns what it means."""
    dictionary = dictionary_of(unsealed(draft, inputs), inputs.shapes)
    with draft.opened() as connection:
        comment(connection, dictionary, "target", only)


def accompanied(draft: Draft, inputs: ReleaseInputs) -> None:
    """Writes the files beside the data, from the tables as they are on the disk: others may read
    the DuckDB file meanwhile."""
    manifest = unsealed(draft, inputs)
    dictionary = dictionary_of(manifest, inputs.shapes)
    with draft.memory.connect() as connection:
        attach(connection, draft.database, "target")
        write_companions(connection, draft.folder, manifest, dictionary, inputs)


def sealed(draft: Draft, inputs: ReleaseInputs) -> Candidate:
    """The draft with its manifest, its files sealed and read-only."""
    digests: dict[str, str] = {}
    for table, c in draft.content.items():
        digests |= {parquet_name(table, part): p.digest for part, p in c.parts.items()}
        digests |= {} if c.parts else {parquet_name(table): c.digest}
    manifest = unsealed(draft, inputs)
    files = seal(draft.folder, digests)
    write_datapackage(draft.folder, dictionary_of(manifest, inputs.shapes), files)
    manifest = manifest.model_copy(update={"files": files})
    return sealed_again(
        Candidate(
            draft.published, draft.folder, manifest, draft.promised, draft.claim, draft.memory
        )
    )


def sealed_again(candidate: Candidate) -> Candidate:
    """The candidate with what was written into its folder since, sealed and read-only too."""
    folder, manifest = candidate.folder, candidate.manifest
    files = seal(folder, {file: of.sha256 for file, of in manifest.files.items()})
    manifest = manifest.model_copy(update={"files": files})
    (folder / FILE_NAME).unlink(missing_ok=True)
    manifest.write(folder)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o444)  # a release never changes; opening it to write says so
    return replace(candidate, manifest=manifest)


def unsealed(draft: Draft, inputs: ReleaseInputs) -> Manifest:
    """What the manifest of a draft says, but for its files."""
    content = draft.content
    digest = content_hash(content)
    return Manifest(
        release_id=draft.release_id,
        created_at=draft.now.astimezone(UTC).isoformat(timespec="seconds"),
        content_hash=digest,
        build_hash="" if digest == draft.made_of else draft.made_of,
        synthetic=inputs.synthetic,
        rules_version=inputs.rules_version,
        made_from=inputs.made_from,
        previous=_previous(draft.published),
        versions=versions(),
        years=_years(draft),
        submissions=list(inputs.submissions),
        tables={
            table: PublishedTable(
                columns=dict(c.columns),
                rows=c.rows,
                content_sha256=c.digest,
                csv=f"csv/{table}.csv" if c.rows <= SHEET_ROWS else ON_DEMAND.format(table=table),
                trace=tuple(inputs.traces.get(table, ())),
                key=list(inputs.shapes.get(table, Shape()).key),
                feeds=list(inputs.shapes.get(table, Shape()).feeds),
                about=inputs.shapes.get(table, Shape()).about,
                parts={part: PublishedPart.of(p) for part, p in c.parts.items()},
            )
            for table, c in content.items()
        },
        files={},
    )


def discard(candidate: Candidate | Draft) -> None:
    """Removes a candidate that will not be published, also if it failed between getting its
    release name and being pointed at."""
    shutil.rmtree(candidate.folder, ignore_errors=True)
    if noted := candidate.claim.noted:
        named = candidate.published / noted
        if current_release(candidate.published) != named:
            shutil.rmtree(named, ignore_errors=True)
    candidate.claim.release()


def csv_of(folder: Path, table: str) -> Path:
    """Where a table of a release stands as CSV, if it fits into a sheet."""
    return folder / "csv" / f"{table}.csv"


def _years(draft: Draft) -> list[YearCompleteness]:
    if _COMPLETENESS not in draft.content:
        return []
    fields = list(YearCompleteness.model_fields)
    source = parquet_sql(draft.folder, _COMPLETENESS)
    rows = duckdb.sql(
        f"SELECT {', '.join(fields)} FROM {source} ORDER BY financial_year"
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
