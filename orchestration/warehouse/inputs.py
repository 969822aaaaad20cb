"""What the build may read: the ledger and the contracts as typed Parquet tables.

The dbt project sees these and the raw lines, nothing else. Every table always exists, with zero
rows if need be, because a missing file would be an error and not an empty table.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from ..contracts.feeds import FEEDS
from ..contracts.load import with_missing
from ..contracts.model import Partner
from ..contracts.periods import financial_year
from ..contracts.place import load_place
from ..contracts.tables import SCHEMAS, contract_tables
from ..intake.judge.raw_lines import no_lines_sql
from ..intake.judge.reference import postcodes_sql
from ..intake.ledger.blob_store import move
from ..intake.ledger.ledger import Ledger
from ..intake.ledger.receipt import Receipt, build_columns, receipt_id
from ..settings import Settings
from ..sql import literal
from .set_aside import set_aside_sql

SUBMISSIONS = [
    ("receipt_id", "VARCHAR"),
    *((name, kind) for _, name, kind in build_columns()),
    ("in_force", "BOOLEAN"),
    ("basis", "VARCHAR"),
    ("accounting", "VARCHAR"),
    ("price_basis", "VARCHAR"),
    ("vat_basis", "VARCHAR"),
]
FINDINGS = [
    ("receipt_id", "VARCHAR"),
    ("submission_id", "VARCHAR"),
    ("partner_id", "VARCHAR"),
    ("feed", "VARCHAR"),
    ("period", "VARCHAR"),
    ("file_name", "VARCHAR"),
    ("code", "VARCHAR"),
    ("level", "VARCHAR"),
    ("field", "VARCHAR"),
    ("heading", "VARCHAR"),
    ("message", "VARCHAR"),
    ("fix", "VARCHAR"),
    ("row_count", "BIGINT"),
    ("amount_pence", "BIGINT"),
    ("first_sheet", "VARCHAR"),
    ("first_row", "BIGINT"),
    ("explanation", "VARCHAR"),
    ("explained_by", "VARCHAR"),
]
_ASKED = "please_explain"


def write_inputs(settings: Settings, ledger: Ledger, partners: Mapping[str, Partner]) -> None:
    """Writes every input table from the ledger and the contracts, each in one step."""
    receipts = ledger.receipts()
    years = {
        year
        for r in receipts
        if r.status == "in_force" and r.period_start
        for year in [_financial_year(r)]
    }
    everybody = with_missing(partners)
    tables: dict[str, tuple[list[tuple[str, str]], list[tuple[Any, ...]]]] = {
        name: (SCHEMAS[name], rows)
        for name, rows in contract_tables(everybody, load_place(settings.place), years).items()
    }
    tables["submissions"] = (SUBMISSIONS, [_submission(r, partners) for r in receipts])
    tables["findings"] = (FINDINGS, _findings(ledger, {r.seq: r for r in receipts}))
    settings.inputs.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        for name, (schema, rows) in tables.items():
            _write(con, settings.inputs / f"{name}.parquet", schema, rows)
        aside = set_aside_sql(settings, ledger, receipts)
        _copy(con, aside, settings.inputs / "set_aside.parquet")
        _copy(con, postcodes_sql(settings.postcodes), settings.inputs / "postcodes.parquet")
        for feed in FEEDS.values():
            empty = settings.raw / feed.name / "partner_id=_" / "period=_" / "submission_id=_"
            empty.mkdir(parents=True, exist_ok=True)
            columns = no_lines_sql(feed)
            _copy(con, f"SELECT {columns} WHERE false", empty / "lines.parquet")


def make_source_views(
    connection: duckdb.DuckDBPyConnection, raw: Path, inputs: Path, database: str = ""
) -> None:
    """Makes a view of each feed's lines (schema ``raw``) and of each input table (``inputs``)."""
    prefix = f"{database}." if database else ""
    views = {
        f"raw.{feed}": f"read_parquet({literal(raw / feed / '*/*/*/lines.parquet')}, "
        "hive_partitioning = true, hive_types_autocast = false, union_by_name = true)"
        for feed in FEEDS
    }
    for path in sorted(inputs.glob("*.parquet")):
        views[f"inputs.{path.stem}"] = f"read_parquet({literal(path)})"
    for schema in ("raw", "inputs"):
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {prefix}{schema}")
    for view, files in views.items():
        connection.execute(f"CREATE OR REPLACE VIEW {prefix}{view} AS SELECT * FROM {files}")


def _financial_year(receipt: Receipt) -> str:
    assert receipt.period_start is not None
    return financial_year(receipt.period_start)


def _submission(r: Receipt, partners: Mapping[str, Partner]) -> tuple[Any, ...]:
    partner = partners.get(r.partner_id or "")
    feed = partner.feeds.get(r.feed or "") if partner else None
    return (
        r.receipt_id,
        *(getattr(r, name) for name, *_ in build_columns()),
        # Without a contract nobody can say what its lines are.
        r.status == "in_force" and feed is not None,
        feed.basis if feed else None,
        feed.accounting if feed else None,
        *(feed.price_and_vat(r.layout_id) if feed else (None, None)),
    )


def _findings(ledger: Ledger, receipts: Mapping[int, Receipt]) -> list[tuple[Any, ...]]:
    rows = []
    for f in ledger.findings():
        r = receipts[f["seq"]]
        rows.append(
            (
                receipt_id(r.seq),
                r.submission_id,
                r.partner_id,
                r.feed,
                r.period,
                r.file_name,
                f["code"],
                f["level"],
                f["field"],
                f["heading"],
                f["message"],
                f["fix"],
                f["row_count"],
                f["amount_pence"],
                f["first_sheet"],
                f["first_row"],
                *((r.explanation, r.explained_by) if f["level"] == _ASKED else (None, None)),
            )
        )
    return rows


def _write(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    schema: list[tuple[str, str]],
    rows: list[tuple[Any, ...]],
) -> None:
    import pyarrow as pa

    # Column by column: one INSERT a row took a second of a run that had nothing else to do.
    arrays = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in schema]
    given = pa.table({name: values for (name, _), values in zip(schema, arrays, strict=True)})
    con.register("given", given)
    casts = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in schema)
    _copy(con, f"SELECT {casts} FROM given", path)


def _copy(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    temporary = path.with_name(f".{path.name}.new")
    con.sql(query).write_parquet(str(temporary), compression="zstd")
    move(temporary, path)
