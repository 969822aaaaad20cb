"""The raw line: the columns every accepted line is stored with, whatever the partner."""

from __future__ import annotations

from ..contracts.feeds import DUCKDB_TYPES, FeedSchema


def raw_columns_sql(schema: FeedSchema, stamp: tuple[str, str] | None) -> str:
    """The raw columns of a feed, from judged columns, or as typed NULLs when ``stamp`` is None."""
    if stamp is None:
        texts = [f"CAST(NULL AS VARCHAR) AS {c}" for c in ("submission_id", "file_sha256", "sheet")]
        numbers = ["CAST(NULL AS BIGINT) AS source_row"]
        typed = [f"CAST(NULL AS {DUCKDB_TYPES[f.type]}) AS {f.name}" for f in schema.fields]
        raw = [f"CAST(NULL AS VARCHAR) AS {n}_as_submitted" for n in schema.names]
        return ", ".join(texts + numbers + typed + raw)
    return ", ".join(
        [f"'{stamp[0]}' AS submission_id", f"'{stamp[1]}' AS file_sha256", "sheet", "source_row"]
        + [f"v_{n} AS {n}" for n in schema.names]
        + [f"s_{n} AS {n}_as_submitted" for n in schema.names]
    )
