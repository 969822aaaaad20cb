"""The long tables of a release, cut by body and financial year into parts.

A part has a key of all that it is made from, which the build decides (``int_spend_part_keys``).
What the newest release holds under the same key is taken over as it is: linked as Parquet, and
left where it stands in a copy of the DuckDB file. Here belongs how parts are written, taken over
and found again; which figures they hold is the build's affair, and whether they may be published
the audit's.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ..hashing import sha256_of, sha256_text
from ..sql import literal
from .content import RELEASE_ID, PartContent, TableContent, digest_of_parts, name, tables_of
from .journal import newest_release
from .made_from import MadeFrom
from .manifest import DATABASE, Manifest, parquet_name, versions

# What tells the rows of the long tables apart: to sort by it takes half the time of sorting by
# every column, as all other tables are.
SORTED_BY = {
    "fct_spend_line": ("submission_id", "sheet", "source_row"),
    "fct_spend_line_theme": ("line_id", "part_no"),
}
_KEYS, _BY = "int_spend_part_keys", ("body_id", "financial_year")


@dataclass(frozen=True)
class Part:
    """A part that a release is to hold: its name, key, and the release that holds it already."""

    body_id: str
    financial_year: str
    key: str
    kept_in: str | None

    @property
    def name(self) -> str:
        return f"{self.body_id}-{self.financial_year}"

    @property
    def is_it(self) -> str:
        """The condition that a row is of this part."""
        return (
            f"body_id = {literal(self.body_id)} AND financial_year = {literal(self.financial_year)}"
        )


@dataclass(frozen=True)
class Base:
    """The release from which parts are taken over: its folder and its manifest."""

    folder: Path
    manifest: Manifest


def body_digests(made_from: MadeFrom) -> dict[str, str]:
    """By body, a digest of what decides its lines beside the lines themselves: its contract, the
    place, the models, our code and the tools that write. Seeds and lists are not in it: what was
    decided by them enters the key of a part line by line."""
    common = [made_from.place, made_from.rules.get("models", ""), made_from.code]
    common += [f"{tool} {number}" for tool, number in versions().items()]
    return {
        body: sha256_text("\n".join([contract, *common]))
        for body, contract in made_from.contracts.items()
    }


def kept_parts(published: Path) -> tuple[list[tuple[str, str, str, str]], list[str]]:
    """The parts that the newest release holds whole (release, body, year, key), and a sentence for
    every file of them that is not as it was published."""
    folder = newest_release(published)
    if folder is None:
        return [], []
    try:
        manifest = Manifest.read(folder)
    except (OSError, ValueError):
        return [], []
    first, *others = (manifest.tables[t].parts if t in manifest.tables else {} for t in SORTED_BY)
    if not first:
        return [], []
    if damaged := _damaged(folder, manifest, [DATABASE]):
        return [], [f"{damaged[0]}; every part of the long tables is made again"]
    kept, problems = [], []
    for known, part in first.items():
        damaged = _damaged(folder, manifest, [parquet_name(t, known) for t in SORTED_BY])
        problems += [f"{said}; the part is made again" for said in damaged]
        same = all(known in other and other[known].key == part.key for other in others)
        if part.key and same and not damaged:
            kept.append((folder.name, part.body_id, part.financial_year, part.key))
    return kept, problems


def _damaged(folder: Path, manifest: Manifest, files: Sequence[str]) -> list[str]:
    return [
        f"{folder.name}/{file} is not as it was published"
        for file in files
        if file not in manifest.files
        or not (folder / file).is_file()
        or sha256_of(folder / file) != manifest.files[file].sha256
    ]


def parts_of(connection: duckdb.DuckDBPyConnection) -> list[Part]:
    """The parts that the build attached as ``build`` asks for, in the order of their names; none
    where it knows no keys."""
    if _KEYS not in tables_of(connection, "build"):
        return []
    rows = connection.execute(
        "SELECT partner_id, financial_year, coalesce(part_key, ''), kept_in "
        f"FROM build.main.{_KEYS} ORDER BY ALL"
    ).fetchall()
    return sorted((Part(*row) for row in rows), key=lambda part: part.name)


def is_long(table: str, columns: Mapping[str, str], parts: Sequence[Part]) -> bool:
    """Whether a table is published in parts."""
    return table in SORTED_BY and bool(parts) and columns.keys() >= {*_BY}


def base_of(published: Path, parts: Sequence[Part]) -> Base | None:
    """The release that the build took parts over from, if it did."""
    found = {part.kept_in for part in parts if part.kept_in}
    if not found:
        return None
    folder = published / found.pop()
    return Base(folder, Manifest.read(folder))


def begin_with(base: Base, database: Path) -> None:
    """Copies the DuckDB file of the earlier release: to write ten million lines anew takes half a
    minute of computing, to copy them less than a second."""
    shutil.copyfile(base.folder / DATABASE, database)


def keep_only(connection: duckdb.DuckDBPyConnection, parts: Sequence[Part]) -> None:
    """Leaves in ``target``, a copy of an earlier release, the rows of the kept parts alone, without
    the id of that release."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE kept (body_id VARCHAR, financial_year VARCHAR)"
    )
    connection.executemany(
        "INSERT INTO kept VALUES (?, ?)",
        [[part.body_id, part.financial_year] for part in parts if part.kept_in],
    )
    for table in tables_of(connection, "target"):
        relation = f"target.main.{name(table)}"
        if table not in SORTED_BY:
            connection.execute(f"DROP TABLE {relation}")
            continue
        connection.execute(
            f"DELETE FROM {relation} AS long WHERE NOT EXISTS (SELECT 1 FROM kept "
            "WHERE kept.body_id = long.body_id AND kept.financial_year = long.financial_year)"
        )
        connection.execute(f"ALTER TABLE {relation} DROP COLUMN {RELEASE_ID}")


def write_parts(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    table: str,
    columns: Mapping[str, str],
    source: str,
    parts: Sequence[Part],
    base: Base | None,
) -> TableContent:
    """The parts of a long table as Parquet, those of ``base`` as they are, the others sorted from
    ``source``; what the table holds then. ``target`` gets the table with the rows it has of
    ``base``: the others are put in by ``insert_made``."""
    (folder / parquet_name(table, "")).mkdir(parents=True)
    declared = ", ".join(f"{name(column)} {kind}" for column, kind in columns.items())
    connection.execute(f"CREATE TABLE IF NOT EXISTS target.{name(table)} ({declared})")
    # DuckDB writes a column as one without empty cells if it knows that the table it reads has
    # none: a part would differ by what stands in the parts beside it.
    connection.execute("SET disabled_optimizers = 'statistics_propagation'")
    content = {}
    for part in parts:
        if base and part.kept_in:
            content[part.name] = _taken_over(base, folder, table, part)
        else:
            content[part.name] = _made(connection, folder, table, columns, source, part)
    connection.execute("RESET disabled_optimizers")
    rows = sum(part.rows for part in content.values())
    return TableContent(columns, rows, digest_of_parts(content), content)


def insert_made(
    connection: duckdb.DuckDBPyConnection, folder: Path, table: str, content: TableContent
) -> None:
    """Puts the parts that were made into the table of ``target``, all at once: DuckDB wrote the
    last rows of a part again with every part that followed."""
    made = [str(folder / parquet_name(table, n)) for n, p in content.parts.items() if p.is_made]
    if made:
        columns = ", ".join(map(name, content.columns))
        connection.execute(
            f"INSERT INTO target.{name(table)} ({columns}) SELECT {columns} FROM read_parquet(?)",
            [made],
        )


def _taken_over(base: Base, folder: Path, table: str, part: Part) -> PartContent:
    file = parquet_name(table, part.name)
    try:
        os.link(base.folder / file, folder / file)
    except OSError:  # a disk without links
        shutil.copyfile(base.folder / file, folder / file)
    return base.manifest.tables[table].parts[part.name].sealed(base.manifest.files[file])


def _made(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    table: str,
    columns: Mapping[str, str],
    source: str,
    part: Part,
) -> PartContent:
    file = folder / parquet_name(table, part.name)
    order = ", ".join(f"{name(key)} ASC NULLS FIRST" for key in SORTED_BY[table])
    chosen = ", ".join(map(name, columns))
    found = connection.execute(
        f"COPY (SELECT {chosen} FROM {source} WHERE {part.is_it} ORDER BY {order}) "
        f"TO {literal(file)} (FORMAT parquet, COMPRESSION zstd)"
    ).fetchone()
    rows = int(found[0]) if found else 0
    return PartContent(part.body_id, part.financial_year, part.key, rows, sha256_of(file), True)


def parquet_of(folder: Path, table: str) -> Path:
    """Where a table of a release stands as Parquet: a file, or the folder of its parts."""
    parts = folder / parquet_name(table, "")
    return parts if parts.is_dir() else folder / parquet_name(table)


def parquet_sql(folder: Path, table: str) -> str:
    """A table of a release as SQL that reads its Parquet, whether it is one file or parts."""
    found = parquet_of(folder, table)
    return f"read_parquet({literal(found / '*.parquet' if found.is_dir() else found)})"
