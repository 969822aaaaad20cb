"""Lines of spend as a build has read them, kept for the next one by what they were read from.

To read ten million lines and to make the key of what each one carries takes longer than all that is
counted from them. A reading is of one body and financial year: two Parquet files, its lines and the
distinct labels on them, whose names hold the key of what was read and the SHA-256 of the file. What
a key is made of is decided in ``inputs``; what lines mean belongs in the dbt project.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from ..hashing import sha256_of
from ..sql import Memory, literal

# The tables of the build that hold what was read anew, and the columns of what is kept of them.
LINES = "int_read_lines"
KINDS = {
    LINES: {
        "submission_id": "VARCHAR",
        "sheet": "VARCHAR",
        "source_row": "BIGINT",
        "partner_id": "VARCHAR",
        "combination_key": "VARCHAR",
        "period": "VARCHAR",
        "financial_year": "VARCHAR",
        "line_date": "DATE",
        "basis": "VARCHAR",
        "accounting": "VARCHAR",
        "price_basis": "VARCHAR",
        "vat_basis": "VARCHAR",
        "synthetic": "BOOLEAN",
        "source_file": "VARCHAR",
        "amount_pence": "BIGINT",
    },
    "int_read_labels": {
        "partner_id": "VARCHAR",
        "financial_year": "VARCHAR",
        "combination_key": "VARCHAR",
        "department": "VARCHAR",
        "area": "VARCHAR",
        "account": "VARCHAR",
        "account_code": "VARCHAR",
        "entity": "VARCHAR",
        "supplier_name": "VARCHAR",
        "pay_group": "VARCHAR",
        "merchant_category": "VARCHAR",
        "has_vat_no": "BOOLEAN",
        "vat_body_id": "VARCHAR",
        "flow_direction": "VARCHAR",
        "map_date": "DATE",
    },
}
# How the dbt project finds what was kept of each: a table of the source ``inputs``.
SOURCES = {LINES: "kept_lines", "int_read_labels": "kept_labels"}
# The input that says of each submission by which reading its lines are known, and if it is kept.
SOURCES_FILE = "line_sources.parquet"


@dataclass(frozen=True)
class Reading:
    """A kept reading: its key, and its files by the table of the build that they are from."""

    key: str
    files: dict[str, Path]

    @property
    def is_whole(self) -> bool:
        """Whether every byte is as it was written."""
        return self.files.keys() == KINDS.keys() and all(
            sha256_of(file) == file.name.split(".")[2] for file in self.files.values()
        )

    def remove(self) -> None:
        """Removes its files."""
        for file in self.files.values():
            file.unlink()


def kept_readings(folder: Path) -> dict[str, Reading]:
    """The readings in ``folder`` by key; whether they are whole is not asked."""
    found: dict[str, Reading] = {}
    for file in sorted(folder.glob("*.*.*.parquet")):
        key, kind, *_ = file.name.split(".")
        found.setdefault(key, Reading(key, {})).files[kind] = file
    return found


class Unread(NamedTuple):
    """The reading of a body and year that is not kept yet: its key, the submissions that it is made
    from, and how many lines those have."""

    key: str
    body_id: str
    financial_year: str
    submissions: Sequence[str]
    lines: int


def unread(inputs: Path) -> list[Unread]:
    """The readings that a build over ``inputs`` would have to make."""
    rows = _rows(
        "SELECT reading, body_id, financial_year, list(submission_id ORDER BY submission_id), "
        f"sum(rows_accepted)::BIGINT FROM {literal(inputs / SOURCES_FILE)} "
        f"JOIN {literal(inputs / 'submissions.parquet')} USING (submission_id) "
        "WHERE in_force AND NOT is_read GROUP BY ALL ORDER BY ALL"
    )
    return [Unread(*row) for row in rows]


def take_over(inputs: Path, folder: Path) -> None:
    """Has the build over ``inputs`` use what was kept whole since they were written."""
    kept, sources = kept_readings(folder), inputs / SOURCES_FILE
    found = [r.key for r in unread(inputs) if r.key in kept and kept[r.key].is_whole]
    if found:
        keys, half = ", ".join(map(literal, found)), sources.with_name(f".{sources.name}.new")
        with duckdb.connect() as connection:
            connection.execute(
                f"COPY (SELECT * REPLACE (is_read OR reading IN ({keys}) AS is_read) "
                f"FROM {literal(sources)}) TO {literal(half)} (FORMAT parquet, COMPRESSION zstd)"
            )
        half.replace(sources)


def keep_readings(build_db: Path, inputs: Path, folder: Path, memory: Memory) -> None:
    """Keeps what a build has read anew, and removes what it had no use for."""
    used = {*_rows(f"SELECT DISTINCT reading FROM {literal(inputs / SOURCES_FILE)} WHERE is_read")}
    for key, reading in kept_readings(folder).items():
        if (key,) not in used:
            reading.remove()
    keep(build_db, unread(inputs), folder, memory)


def keep(build_db: Path, read: Iterable[Unread], folder: Path, memory: Memory) -> None:
    """Keeps what a build file holds of the readings that were ``read``; none that has not all the
    lines of its submissions, as when one is withdrawn while it is read."""
    folder.mkdir(parents=True, exist_ok=True)
    # Beside the build file, with which it is removed if this process is killed.
    half = build_db.with_name(f"{build_db.name}.new")
    with memory.connect(build_db, read_only=True) as connection:
        for reading in read:
            where = (
                f"WHERE partner_id = {literal(reading.body_id)} "
                f"AND financial_year = {literal(reading.financial_year)}"
            )
            (found,) = connection.execute(f"SELECT count(*) FROM {LINES} {where}").fetchall()
            if found[0] != reading.lines:
                continue
            for kind, columns in KINDS.items():
                connection.execute(
                    f"COPY (SELECT {', '.join(columns)} FROM {kind} {where}) "
                    f"TO {literal(half)} (FORMAT parquet, COMPRESSION zstd)"
                )
                # Not waited for on the disk: a file that is not whole is known by its name.
                half.replace(folder / f"{reading.key}.{kind}.{sha256_of(half)}.parquet")


def source_views(inputs: Path, folder: Path) -> tuple[dict[str, str], list[str]]:
    """SQL of what was kept of the readings that a build takes over, by source; and the submissions
    whose lines it need not read again."""
    rows = _rows(
        "SELECT submission_id, reading "
        f"FROM {literal(inputs / SOURCES_FILE)} WHERE is_read ORDER BY ALL"
    )
    kept, keys = kept_readings(folder), {row[1] for row in rows}
    return (
        {
            f"inputs.{source}": _files_sql(kind, [kept[key].files[kind] for key in sorted(keys)])
            for kind, source in SOURCES.items()
        },
        [row[0] for row in rows],
    )


def _files_sql(kind: str, files: Iterable[Path]) -> str:
    named = ", ".join(map(literal, files))
    if named:
        return f"SELECT * FROM read_parquet([{named}])"
    columns = (f"CAST(NULL AS {of}) AS {column}" for column, of in KINDS[kind].items())
    return f"SELECT {', '.join(columns)} WHERE false"


def _rows(query: str) -> list[tuple[Any, ...]]:
    # On a connection of its own: workers ask beside each other.
    with duckdb.connect() as connection:
        rows: list[tuple[Any, ...]] = connection.execute(query).fetchall()
    return rows
