"""The raw line: the columns every accepted line is stored with, whatever the partner."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ...contracts.feeds import DUCKDB_TYPES, FeedSchema
from ..read.source import one_word
from .planned import Planned

STAMP = ("submission_id", "file_sha256")


def no_lines_sql(schema: FeedSchema) -> str:
    """The raw columns of a feed as typed NULLs."""
    texts = [f"CAST(NULL AS VARCHAR) AS {c}" for c in (*STAMP, "sheet")]
    numbers = ["CAST(NULL AS BIGINT) AS source_row"]
    types = {f.name: DUCKDB_TYPES[f.type] for f in schema.fields} | schema.beside
    typed = [f"CAST(NULL AS {kind}) AS {name}" for name, kind in types.items()]
    raw = [f"CAST(NULL AS VARCHAR) AS {n}_as_submitted" for n in schema.names]
    return ", ".join(texts + numbers + typed + raw)


def lines_sql(schema: FeedSchema) -> str:
    """The raw lines among the judged rows, but for their stamp."""
    columns = ["sheet", "source_row"]
    columns += [f"v_{n} AS {n}" for n in (*schema.names, *schema.beside)]
    columns += [f"s_{n} AS {n}_as_submitted" for n in schema.names]
    return f"SELECT {', '.join(columns)} FROM judged WHERE kind = 'data' AND mask = 0"


def seldom_alike(schema: FeedSchema) -> set[str]:
    """The columns of a line in which each has a value of its own: a list of their values would be
    as long as they are, and took a third of the writing and of the file."""
    own = {f.name for f in schema.fields if f.type == "money"} | {*schema.references}
    return {"source_row", *own, *(f"{name}_as_submitted" for name in own)}


class LinesFile:
    """A Parquet file of some of the judged rows, added batch by batch; none before the first.

    ``stamp`` is their submission and the file's SHA-256, written before the columns of the query;
    ``unlike`` are columns whose values seldom come twice.
    """

    def __init__(
        self,
        path: Path,
        query: str,
        stamp: tuple[str, str] | None = None,
        unlike: Collection[str] = (),
    ) -> None:
        self._path, self._query, self._stamp, self._unlike = path, query, stamp, unlike
        self._writer: Any = None

    def add(self, planned: Planned) -> None:
        """Adds what the query finds in the batch in ``judged``."""
        import pyarrow.parquet as pq

        table = planned.table(self._query)
        for place, value in enumerate(self._stamp or ()):
            table = table.add_column(place, STAMP[place], one_word(value, table.num_rows))
        if self._writer is None:
            alike = [name for name in table.column_names if name not in self._unlike]
            self._writer = pq.ParquetWriter(
                self._path, table.schema, compression="zstd", use_dictionary=alike
            )
        self._writer.write_table(table)

    def close(self) -> None:
        """Finishes the file."""
        if self._writer:
            self._writer.close()


@dataclass
class ByMonth:
    """What accepted lines add up to by the month of their own date, how many there are of each, and
    the first and last date.

    A feed without dates is added up by its financial year. Lines without either are under ``""``.
    """

    pence: dict[str, int] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None

    def add(self, planned: Planned, schema: FeedSchema) -> None:
        """Adds the accepted rows of the batch in ``judged``."""
        day, year = schema.date_field, schema.year_field
        label = f"strftime(v_{day}, '%Y-%m')" if day else f"v_{year}" if year else "NULL"
        span = f"min(v_{day}), max(v_{day})" if day else "CAST(NULL AS DATE), CAST(NULL AS DATE)"
        rows = planned.rows(
            f"SELECT coalesce({label}, '') AS month, "
            f"CAST(coalesce(sum({schema.judged_pence}), 0) AS BIGINT), {span}, count(*) "
            "FROM judged WHERE kind = 'data' AND mask = 0 GROUP BY month"
        )
        for month, pence, first, last, lines in rows:
            self.pence[month] = self.pence.get(month, 0) + pence
            self.lines[month] = self.lines.get(month, 0) + lines
            self.first = min(filter(None, (self.first, first)), default=None)
            self.last = max(filter(None, (self.last, last)), default=None)
