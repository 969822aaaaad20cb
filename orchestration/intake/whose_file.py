"""Whether a file is another body's, sent as one's own: it names that body throughout, or its rows
are in force already under that body's name.

Whose layout the headings fit is said where they fit nobody's agreement (``judge.known_layouts``);
savings that two registers share belong to ``same_saving``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from ..contracts.bodies import NAME_CODES, core
from ..contracts.feeds import FEEDS, FeedSchema
from ..contracts.model import Partner
from ..display import display_safe, pounds
from ..settings import Settings
from ..sql import private_cursor
from .history.keys import row_key
from .judge.findings import Finding, finding
from .judge.judgement import Judgement
from .judge.reference import Reference
from .judge.rules.drift import threshold
from .ledger.blob_store import lines_path
from .ledger.ledger import Ledger
from .ledger.receipt import Identity, Receipt

# The columns of a feed in which every file names its sender.
_NAMES_ITS_SENDER = {"spend": ("entity",), "funding": ("payer", "payee")}
# A return of counts may have as many rows as those of all bodies; so many are opened.
_MOST_OPENED = 20


def names_another(settings: Settings, identity: Identity, result: Judgement) -> Iterator[Finding]:
    """A file in which the body that sends it is never named, and another body is."""
    columns = _NAMES_ITS_SENDER.get(identity.feed or "", ())
    named = {label for name in columns for label in result.profile.values.get(name, {})}
    if not named or result.verdict == "refused" or result.layout is None:
        return
    if result.rows_accepted < threshold("whose.least_rows"):
        return
    other = named_elsewhere(settings, identity.partner_id or "", named)
    if other is None:
        return
    field = columns[0]
    heading = display_safe(result.layout.columns[field].heading) or ""
    yield finding(
        "TP-419",
        count=result.rows_accepted,
        amount_pence=result.pence_accepted,
        field=field,
        heading=heading,
        detail=other.name,
        rows=f"If it is theirs, {pounds(result.pence_accepted)} would count for you by mistake; "
        "if it is yours, all of it counts.",
    )


def named_elsewhere(settings: Settings, sender: str, labels: Iterable[str]) -> Partner | None:
    """The one other body that sends files and is named by ``labels``, where the sender, or a body
    that it came from or became, is named by none of them."""
    contracts = Reference.of(settings).contracts
    own = next((p for p in contracts if p.id == sender), None)
    if own is None:
        return None
    wanted = {core(label) for label in labels}
    same = {own.id, *own.successors, *(p.id for p in contracts if own.id in p.successors)}
    found = [p for p in contracts if wanted & _names(p)]
    if any(p.id in same for p in found) or not found:
        return None
    return found[0] if len(found) == 1 else None


def _names(partner: Partner) -> set[str | None]:
    codes = (partner.codes[code] for code in NAME_CODES if code in partner.codes)
    names = (partner.name, partner.short_name or partner.name, *partner.aliases, *codes)
    return {core(name) for name in names}


def sent_by_another(
    settings: Settings, ledger: Ledger, identity: Identity, result: Judgement, lines: Path
) -> Iterator[Finding]:
    """Rows that are all in force already, with the same figures, as those of another body."""
    if result.verdict == "refused" or not (result.period and identity.partner_id):
        return
    if result.rows_accepted < threshold("whose.least_rows") or not lines.is_file():
        return
    alike = ledger.as_much_elsewhere(
        identity, result.period.label, result.rows_accepted, result.pence_accepted
    )
    files = {
        str(path): r for r in alike[:_MOST_OPENED] if (path := lines_path(settings, r)).is_file()
    }
    schema = FEEDS[str(identity.feed)]
    if not files or not (schema.key or schema.line_key):
        return
    with private_cursor() as con:
        found = _same_rows(con, schema, lines, list(files))
    if found is None or result.layout is None:
        return
    file, rows = found
    value = str(schema.compared_field)
    money = f" of {pounds(result.pence_accepted)}" if result.money else ""
    yield finding(
        "TP-418",
        count=rows,
        amount_pence=result.pence_accepted if result.money else None,
        field=value,
        heading=display_safe(result.layout.columns[value].heading) or "",
        detail=f"{whose(settings, files[file])}: {rows:,} of {result.rows_accepted:,} rows{money}",
        rows=f"{pounds(result.pence_accepted)} counts twice" if money else "they count twice",
    )


def _same_rows(
    con: duckdb.DuckDBPyConnection, schema: FeedSchema, lines: Path, files: list[str]
) -> tuple[str, int] | None:
    """The file that has nearly all rows of ``lines``, and how many they are."""
    mine, theirs = (
        f"SELECT {_by_key(schema)}{more} FROM read_parquet(?{name}) GROUP BY ALL"
        for more, name in (("", ""), (", filename AS file", ", filename = true"))
    )
    found = con.execute(
        "SELECT file, count(*), count(DISTINCT m.value) FILTER (m.value <> 0), sum(n)::BIGINT "
        f"FROM ({mine}) AS m JOIN ({theirs}) AS t USING (key, figures, n) "
        "GROUP BY file ORDER BY 4 DESC, 1",
        [str(lines), files],
    ).fetchone()
    (keys,) = con.execute(f"SELECT count(*) FROM ({mine})", [str(lines)]).fetchall()[0]
    if found is None or found[1] < threshold("whose.share") * keys:
        return None
    # A few flat sums are alike in many bodies.
    return (found[0], found[3]) if found[2] >= threshold("whose.least_figures") else None


def _by_key(schema: FeedSchema) -> str:
    """What a row is known by, with its figures: a payment by its date, payee and numbers."""
    value = schema.compared_field
    figures = [f.name for f in schema.fields if f.type in ("money", "integer", "number", "share")]
    if schema.line_key:
        key, figures = f"concat_ws('|', {', '.join(schema.line_key)})", [str(value)]
    else:
        when = schema.date_field or schema.year_field
        key = f"concat({row_key(schema)[0]}, '|', CAST({when} AS VARCHAR))"
    return (
        f"{key} AS key, [{', '.join(f'CAST({n} AS DECIMAL(38, 4))' for n in figures)}] AS figures, "
        f"{value or 'NULL'} AS value, count(*) AS n"
    )


def whose(settings: Settings, receipt: Receipt) -> str:
    """Of whom a receipt is, by name, and its number."""
    names = (p.name for p in Reference.of(settings).contracts if p.id == receipt.partner_id)
    return f"{next(names, receipt.partner_id)} (receipt {receipt.receipt_id})"
