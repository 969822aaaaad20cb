"""Lines of payments as hashes, by which files are compared without their texts.

A file is compared with those of the months around it and with those that add up to as much, so
each is hashed once and kept: beside twenty others, files of 40,000 lines took a quarter of all that
judging and booking them computed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from ..contracts.feeds import FEEDS, FeedSchema
from ..sql import ParsedOnce, private_cursor
from .judge.planned import lent

# Files of fewer bytes are read without DuckDB, and hashed by a plan that is kept: it took 10 ms to
# plan this.
_SMALL, _KEPT = 100_000, 128


@dataclass(frozen=True)
class _File:
    """A file as the disk knows it: the same when it has been moved to its place in the ledger."""

    path: str = field(compare=False)
    inode: int
    changed_ns: int
    size: int

    @staticmethod
    def at(path: str) -> _File:
        known = Path(path).stat()
        return _File(path, known.st_ino, known.st_mtime_ns, known.st_size)

    @property
    def is_small(self) -> bool:
        return self.size <= _SMALL


def hashes_of(path: str, schema: FeedSchema, part: int = 1) -> pa.Table:
    """The lines of a Parquet file, those alike as one: ``line``, a hash of all that tells them
    apart, ``money``, of the same without the date, ``payee``, of who is paid, ``pence``,
    ``numbered`` (has a number of its own), ``dated`` (has that or a date), ``n`` (how many). Of one
    payment in ``part``, and of one payee in as many."""
    file = _File.at(path)
    return (_kept if part > 1 or file.is_small else _hashed)(file, schema.name, part)


def is_small(path: str) -> bool:
    """Whether the hashes of all lines of a file are kept."""
    return _File.at(path).is_small


def _hashed(file: _File, feed: str, part: int) -> pa.Table:
    import pyarrow.parquet as pq

    schema = FEEDS[feed]
    with pq.ParquetFile(file.path) as opened:
        # A file may have been written before its feed had all these columns.
        lacking = [name for name in schema.line_key if name not in opened.schema_arrow.names]
        if not lacking and file.is_small:
            lines = opened.read(columns=list(schema.line_key), use_threads=False)
            with lent(("line hashes", feed, part), 0) as planned:
                planned.put("lines", lines)
                return planned.table(_sql(schema, part, "lines"))
    nothing = "".join(f", NULL AS {name}" for name in lacking)
    with private_cursor() as cursor:
        query = _sql(schema, part, f"(SELECT *{nothing} FROM read_parquet(?))")
        return ParsedOnce(cursor).execute(query, [file.path]).to_arrow_table()


_kept = lru_cache(_KEPT)(_hashed)


def _sql(schema: FeedSchema, part: int, lines: str) -> str:
    undated = ", ".join(name for name in schema.line_key if name != schema.date_field)
    number = f"coalesce({', '.join(schema.references)}) IS NOT NULL"
    payee = schema.payee_field
    hashed = f"CASE WHEN {payee} IS NOT NULL THEN hash({payee}) END" if payee else "NULL::UBIGINT"
    return f"""
    SELECT hash({", ".join(schema.line_key)}) AS line, hash({undated}) AS money,
        {hashed} AS payee, {schema.pence} AS pence, {number} AS numbered,
        {schema.date_field} IS NOT NULL OR {number} AS dated, count(*) AS n
    FROM {lines} WHERE money % {part} = 0 OR payee % {part} = 0 GROUP BY ALL"""
