"""What the build may read: the ledger and the contracts as typed Parquet tables.

The dbt project sees these and the raw lines, nothing else. Every table always exists, with zero
rows if need be, because a missing file would be an error and not an empty table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from ..contracts.decisions import COLUMNS as DECISIONS
from ..contracts.decisions import decision_rows
from ..contracts.feeds import FEEDS, SPEND
from ..contracts.load import with_missing
from ..contracts.model import Partner
from ..contracts.outlines import OutlinePoint, load_outlines
from ..contracts.periods import financial_year
from ..contracts.place import load_place
from ..contracts.register import load_register
from ..contracts.tables import SCHEMAS, contract_tables
from ..hashing import sha256_of, sha256_text
from ..intake.judge.raw_lines import no_lines_sql
from ..intake.judge.reference import postcodes_sql
from ..intake.ledger.blob_store import lines_path, move
from ..intake.ledger.ledger import Ledger
from ..intake.ledger.receipt import Receipt, build_columns, receipt_id
from ..settings import READ, Settings
from ..sql import literal
from .readings import Unread, source_views
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
# What the lines of a submission of spend are read from, as one key; and the parts of the long
# tables that the newest release holds.
LINE_SOURCES = [
    ("submission_id", "VARCHAR"),
    ("sources_key", "VARCHAR"),
    ("body_id", "VARCHAR"),
    ("financial_year", "VARCHAR"),
    ("reading", "VARCHAR"),
    ("is_read", "BOOLEAN"),
]
KEPT_PARTS = [
    ("release_id", "VARCHAR"),
    ("body_id", "VARCHAR"),
    ("financial_year", "VARCHAR"),
    ("part_key", "VARCHAR"),
]
OUTLINES = [
    ("area_code", "VARCHAR"),
    ("area_name", "VARCHAR"),
    ("ring_no", "BIGINT"),
    ("point_no", "BIGINT"),
    ("easting", "BIGINT"),
    ("northing", "BIGINT"),
]
_ASKED = "please_explain"


@dataclass(frozen=True)
class Known:
    """What a build may take over: the parts that the newest release holds (rows of ``KEPT_PARTS``)
    and the keys of the readings that were kept; and by body a digest of all that decides its lines
    beside them: contract, place and code."""

    parts: Sequence[tuple[str, str, str, str]] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    readings: Collection[str] = ()


def write_inputs(
    settings: Settings,
    ledger: Ledger,
    partners: Mapping[str, Partner],
    known: Known | None = None,
) -> None:
    """Writes every input table from the ledger and the contracts, each in one step. Without
    ``known`` the build takes nothing over."""
    receipts = ledger.receipts()
    years = {year for r in receipts if r.status == "in_force" for year in _financial_years(r)}
    everybody, place = with_missing(partners), load_place(settings.place)
    register = load_register(settings.public_bodies)
    tables: dict[str, tuple[list[tuple[str, str]], list[tuple[Any, ...]]]] = {
        name: (SCHEMAS[name], rows)
        for name, rows in contract_tables(everybody, place, years, register).items()
    }
    tables["submissions"] = (SUBMISSIONS, [_submission(r, partners) for r in receipts])
    tables["decisions"] = (DECISIONS, decision_rows(settings.decisions))
    tables["findings"] = (FINDINGS, _findings(ledger, {r.seq: r for r in receipts}))
    tables["outlines"] = (OUTLINES, [_point(p) for p in load_outlines(settings.outlines)])
    known = known or Known()
    tables["kept_parts"] = (KEPT_PARTS, list(known.parts))
    numbers = sorted(tables["organisation_vat"][1])
    sources = _line_sources(settings, receipts, partners, known, numbers)
    tables["line_sources"] = (LINE_SOURCES, sources)
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
    connection: duckdb.DuckDBPyConnection,
    raw: Path,
    inputs: Path,
    database: str = "",
    *,
    wanted: Sequence[Unread] | None = None,
) -> None:
    """Makes a view of each feed's lines (schema ``raw``) and of each input table (``inputs``).
    Lines of spend that are taken from a reading that was kept are not among the former; for a
    worker, the lines of the ``wanted`` readings alone are."""
    prefix = f"{database}." if database else ""
    kept, read = source_views(inputs, inputs.parent / READ)
    views = {f"raw.{feed}": _lines_sql(raw / feed) for feed in FEEDS}
    # DuckDB does not open the folders of submissions that are left out by name.
    if wanted is not None:
        named = ", ".join(literal(s) for reading in wanted for s in reading.submissions)
        lines = _lines_sql(raw / SPEND.name, sorted({reading.body_id for reading in wanted}))
        views[f"raw.{SPEND.name}"] = f"{lines} WHERE submission_id IN ({named})"
    elif read:
        named = ", ".join(map(literal, read))
        views[f"raw.{SPEND.name}"] += f" WHERE submission_id NOT IN ({named})"
    for path in sorted(inputs.glob("*.parquet")):
        views[f"inputs.{path.stem}"] = f"SELECT * FROM read_parquet({literal(path)})"
    for schema in ("raw", "inputs"):
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {prefix}{schema}")
    for view, query in (views | kept).items():
        connection.execute(f"CREATE OR REPLACE VIEW {prefix}{view} AS {query}")


def _lines_sql(folder: Path, bodies: Sequence[str] = ()) -> str:
    """The lines of a feed as SQL, of some bodies or of all. The table without rows that is always
    there has every column; files of an earlier year may lack some."""
    folders = [f"partner_id={body}" for body in (*bodies, "_")] if bodies else ["*"]
    files = ", ".join(literal(folder / one / "*/*/lines.parquet") for one in folders)
    return (
        f"SELECT * FROM read_parquet([{files}], "
        "hive_partitioning = true, hive_types_autocast = false, union_by_name = true)"
    )


def _point(point: OutlinePoint) -> tuple[Any, ...]:
    return tuple(getattr(point, name) for name, _ in OUTLINES)


def _financial_years(receipt: Receipt) -> list[str]:
    """Those its period has days of."""
    return [financial_year(day) for day in (receipt.period_start, receipt.period_end) if day]


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


def _line_sources(
    settings: Settings,
    receipts: Sequence[Receipt],
    partners: Mapping[str, Partner],
    known: Known,
    numbers: Sequence[tuple[Any, ...]],
) -> list[tuple[Any, ...]]:
    """The key of what each submission's lines are read from: what the build is given of its
    receipt, its judged lines byte by byte, the digest of its body, and the VAT ``numbers`` by which
    payees are known, which other bodies' contracts state. Of a body without a digest there is none,
    and of one with files of a calendar year."""
    rows = []
    spend = [r for r in receipts if r.status == "in_force" and r.feed == SPEND.name]
    of_two = with_two_years(spend)
    for r in spend:
        digest, lines = known.digests.get(str(r.partner_id)), lines_path(settings, r)
        if digest and r.partner_id not in of_two and lines.is_file():
            read = (digest, numbers, _submission(r, partners), sha256_of(lines))
            key = sha256_text(repr(read))
            rows.append((r.submission_id, key, str(r.partner_id), _financial_years(r)[0]))
    return with_readings(rows, known.readings)


def with_two_years(receipts: Iterable[Receipt]) -> set[str | None]:
    """Bodies with a file of two financial years. A reading is of one year, so none is kept of
    them: what it left out would never be read again."""
    return {r.partner_id for r in receipts if len({*_financial_years(r)}) > 1}


def with_readings(
    rows: Sequence[tuple[str, str, str, str]], whole: Collection[str]
) -> list[tuple[Any, ...]]:
    """Rows of ``LINE_SOURCES``: to submission, key, body and year the key of the reading of all of
    that body and year, and whether it is among the ``whole`` ones that were kept."""
    parts: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for submission, key, *part in rows:
        parts.setdefault((part[0], part[1]), []).append((submission, key))
    readings = {part: sha256_text(repr(sorted(read))) for part, read in parts.items()}
    return [
        (submission, key, body, year, reading, reading in whole)
        for submission, key, body, year in rows
        for reading in [readings[body, year]]
    ]


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
    # Column by column: one INSERT a row took a second of a run that had nothing else to do, and a
    # table made by pyarrow imports pandas, which takes half a second.
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in schema]
    lists = ", ".join(f"unnest(CAST(? AS {kind}[])) AS {name}" for name, kind in schema)
    con.execute(f"CREATE OR REPLACE TEMP TABLE given AS SELECT {lists}", columns)
    _copy(con, "FROM given", path)


def _copy(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    temporary = path.with_name(f".{path.name}.new")
    con.sql(query).write_parquet(str(temporary), compression="zstd")
    move(temporary, path)
