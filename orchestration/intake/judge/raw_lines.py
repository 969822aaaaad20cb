"""The raw line: the columns every accepted line is stored with, whatever the partner."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from ...contracts.feeds import DUCKDB_TYPES, FeedSchema
from ...sql import ParsedOnce, literal, private_cursor

# Pence by month, and the first and last date.
Months = tuple[dict[str, int], date | None, date | None]


STAMP = ("submission_id", "file_sha256")


def no_lines_sql(schema: FeedSchema) -> str:
    """The raw columns of a feed as typed NULLs."""
    texts = [f"CAST(NULL AS VARCHAR) AS {c}" for c in (*STAMP, "sheet")]
    numbers = ["CAST(NULL AS BIGINT) AS source_row"]
    types = {f.name: DUCKDB_TYPES[f.type] for f in schema.fields} | schema.beside
    typed = [f"CAST(NULL AS {kind}) AS {name}" for name, kind in types.items()]
    raw = [f"CAST(NULL AS VARCHAR) AS {n}_as_submitted" for n in schema.names]
    return ", ".join(texts + numbers + typed + raw)


def lines_sql(schema: FeedSchema, stamp: tuple[str, str]) -> str:
    """The raw lines among the judged rows; ``stamp`` is their submission and the file's SHA-256."""
    # As an ENUM of one word, which is written as such: texts were a third of what writing costs.
    columns = [
        f"CAST({literal(value)} AS ENUM({literal(value)})) AS {name}"
        for name, value in zip(STAMP, stamp, strict=True)
    ]
    columns += ["sheet", "source_row"]
    columns += [f"v_{n} AS {n}" for n in (*schema.names, *schema.beside)]
    columns += [f"s_{n} AS {n}_as_submitted" for n in schema.names]
    return f"SELECT {', '.join(columns)} FROM judged WHERE kind = 'data' AND mask = 0"


class LinesFile:
    """A Parquet file of some of the judged rows, added batch by batch; none before the first."""

    def __init__(self, path: Path, query: str) -> None:
        self._path, self._query = path, query
        self._writer: Any = None

    def add(self, con: duckdb.DuckDBPyConnection) -> None:
        """Adds what the query finds in the batch in ``judged``."""
        import pyarrow.parquet as pq

        table = con.sql(self._query).to_arrow_table()
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema, compression="zstd")
        self._writer.write_table(table)

    def close(self) -> None:
        """Finishes the file."""
        if self._writer:
            self._writer.close()


def by_month(lines: Path, schema: FeedSchema) -> Months:
    """The pence of accepted lines by the month of their own date, and the first and last date.

    A feed without dates is added up by its financial year. Lines without either are under ``""``.
    """
    day = schema.date_field
    label = f"strftime({day}, '%Y-%m')" if day else schema.year_field or "NULL"
    span = f"min({day}), max({day})" if day else "CAST(NULL AS DATE), CAST(NULL AS DATE)"
    with private_cursor() as cursor:
        rows = (
            ParsedOnce(cursor)
            .execute(
                f"SELECT coalesce({label}, ''), CAST(coalesce(sum({schema.pence}), 0) AS "
                f"BIGINT), {span} FROM read_parquet(?) GROUP BY 1 ORDER BY 1",
                [str(lines)],
            )
            .fetchall()
        )
    return (
        {month: pence for month, pence, *_ in rows},
        min((r[2] for r in rows if r[2]), default=None),
        max((r[3] for r in rows if r[3]), default=None),
    )
