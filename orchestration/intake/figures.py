"""What a receipt states beside the verdict: who it is, by which rules, and its £ by month.

Everything here can be worked out again by the partner from its own file.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from functools import cache
from pathlib import Path

import duckdb

from expectations.catalogue import catalogue

from ..contracts.feeds import FeedSchema
from ..contracts.model import Partner
from .drift import thresholds


def submission_id(partner_id: str | None, feed: str | None, digest: str) -> str:
    """The identity of a submission: its bytes, from this partner, for this feed."""
    text = json.dumps([partner_id, feed, digest])
    return "S-" + hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def rules_version() -> str:
    """A short hash of the rules a file was judged by: the catalogue, and the bounds of drift."""
    rules = {code: rule.__dict__ for code, rule in catalogue().items()}
    text = json.dumps([rules, thresholds()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def contract_version(partner: Partner) -> str:
    """A short hash of a partner's contract: the agreement a file was judged by."""
    return hashlib.sha256(partner.model_dump_json().encode()).hexdigest()[:12]


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 2})


def by_month(lines: Path, schema: FeedSchema) -> tuple[dict[str, int], date | None, date | None]:
    """The pence of accepted lines by the month of their own date, and the first and last date.

    A feed without dates is added up by its financial year. Lines without either are under ``""``.
    """
    day = schema.date_field
    label = f"strftime({day}, '%Y-%m')" if day else schema.year_field or "NULL"
    span = f"min({day}), max({day})" if day else "CAST(NULL AS DATE), CAST(NULL AS DATE)"
    with _database().cursor() as con:  # a new database would cost 20 ms a file
        rows = con.execute(
            f"SELECT coalesce({label}, ''), CAST(coalesce(sum({schema.pence}), 0) AS "
            f"BIGINT), {span} FROM read_parquet(?) GROUP BY 1 ORDER BY 1",
            [str(lines)],
        ).fetchall()
    return (
        {month: pence for month, pence, *_ in rows},
        min((r[2] for r in rows if r[2]), default=None),
        max((r[3] for r in rows if r[3]), default=None),
    )
