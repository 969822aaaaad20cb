"""What the current release counts of one body, as rows of its published tables, and what is behind
a figure of them.

Nothing is added up here: a figure is a published cell, and its lines are those of ``release``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from ..display import pounds
from ..publish.content import name
from ..publish.store import CURRENT
from ..release.find import find_release
from ..release.lines import top_lines
from ..release.opened import Opened, opened
from ..release.rows import TraceError
from ..release.trace import Trace, trace_each
from ..release.trace_text import amount

LINES_SHOWN = 30
SPEND, OUTSIDE, MISSING = "v_spend_by_body_year", "fct_place_spend", "v_missing_delivery"


@dataclass(frozen=True)
class Shown:
    """A figure as it is written, and the query of the address of its trace; empty where it is
    nothing and leads nowhere."""

    text: str
    query: str = ""


@dataclass(frozen=True)
class Table:
    """A published table: the columns that say what a row is of, and its figures with what each is
    called. ``where`` is SQL for the rows to show."""

    name: str
    of: tuple[str, ...]
    figures: Mapping[str, str]
    where: str = "true"


TABLES = (
    Table(
        SPEND,
        ("financial_year", "theme"),
        {
            "gross_pounds": "Reported, in the count",
            "eliminated_pounds": "Of that, counted by another body",
            "in_scope_net_pounds": "Counted once, as yours",
        },
    ),
    Table(
        OUTSIDE,
        ("financial_year", "scope", "theme", "service_code", "basis", "accounting"),
        {"gross_pence": "Reported, outside the count"},
        "scope <> 'in_scope' AND gross_pence <> 0",
    ),
)
KEYS = {table.name: table.of for table in TABLES}


@dataclass(frozen=True)
class Gap:
    """What of one body does not count for another reason than its scope."""

    feed: str
    period: str
    state: str
    receipts: tuple[str, ...]
    rows: str
    amount: str
    touches: str


@dataclass(frozen=True)
class Counted:
    """What a release counts of one body: rows of tables, and what does not count and why."""

    release_id: str
    made_at: str
    synthetic: bool
    tables: list[tuple[Table, list[tuple[list[str], list[Shown]]]]]
    gaps: list[Gap]


def counted(published: Path, body_id: str) -> Counted:
    """What the current release counts of a body. ``ReleaseError`` if nothing was published yet, or
    the release cannot be read."""
    with opened(find_release(CURRENT, published)) as release:
        tables = [(t, _rows(release, t, body_id)) for t in TABLES if t.name in release.tables]
        gaps = _gaps(release, body_id) if MISSING in release.tables else []
        manifest = release.manifest
        return Counted(manifest.release_id, manifest.created_at[:10], manifest.synthetic, tables,
                       gaps)  # fmt: skip


def _rows(release: Opened, table: Table, body_id: str) -> list[tuple[list[str], list[Shown]]]:
    columns = [*table.of, *table.figures]
    order = ", ".join([f"{name(table.of[0])} DESC", *map(name, table.of[1:])])
    found = release.connection.execute(
        f"SELECT {', '.join(map(name, columns))} FROM release.main.{name(table.name)} "
        f"WHERE body_id = ? AND {table.where} ORDER BY {order}",
        [body_id],
    ).fetchall()
    rows = []
    for row in found:
        of = dict(zip(table.of, map(str, row), strict=False))
        figures = zip(table.figures, row[len(table.of) :], strict=True)
        rows.append((list(of.values()), [_shown(table, of, c, value) for c, value in figures]))
    return rows


def _shown(table: Table, of: Mapping[str, str], column: str, value: object) -> Shown:
    pence = _pence(column, value)
    query = {"table": table.name, "figure": column, **of}
    return Shown(pounds(pence), urlencode(query) if pence else "")


def _pence(column: str, value: object) -> int | None:
    """A published amount in pence; a column in pounds has two decimals."""
    if value is None:
        return None
    text = str(value)
    return int(text) if column.endswith("pence") else int(text.replace(".", ""))


def _gaps(release: Opened, body_id: str) -> list[Gap]:
    found = release.connection.execute(
        "SELECT feed, period_id, state, receipt_ids, rows_not_counted, not_counted_pounds, "
        f"figures_touched FROM release.main.{MISSING} WHERE body_id = ? "
        "ORDER BY financial_year DESC, period_id DESC, feed, state",
        [body_id],
    ).fetchall()
    return [
        Gap(
            feed,
            period,
            state,
            tuple(receipts.split("; ")) if receipts != "none" else (),
            "–" if rows is None else f"{rows:,}",
            pounds(_pence("not_counted_pounds", amount)),
            touched,
        )
        for feed, period, state, receipts, rows, amount, touched in found
    ]


@dataclass(frozen=True)
class StepShown:
    """A step behind a figure: its words, how many lines or rows, what they come to, and the largest
    lines that are the body's own. ``foreign`` counts lines shown to nobody of this body."""

    label: str
    depth: int
    rows: int
    amount: str
    lines: list[dict[str, object]]
    foreign: int


def behind(
    published: Path, body_id: str, table: str, figure: str, keys: Mapping[str, str]
) -> tuple[str, bool, list[StepShown]]:
    """A figure of a body as it is written, whether it adds up, and the steps behind it.
    ``TraceError`` if the release has no such figure."""
    if table not in KEYS:
        raise TraceError(f"{table} is not shown here.")
    of = {k: keys.get(k, "") for k in KEYS[table]} | {"body_id": body_id}
    with opened(find_release(CURRENT, published)) as release:
        (trace,) = trace_each(release, table, figure, [of])
        text = amount("pence", trace.figure.published)
        return text, trace.adds_up, _steps(trace, body_id)


def _steps(trace: Trace, body_id: str) -> list[StepShown]:
    found = []
    for step in trace.steps:
        lines = top_lines(trace, step, LINES_SHOWN) if step.is_lines else []
        own = [line for line in lines if line["body_id"] == body_id]
        found.append(
            StepShown(
                step.label.replace("_", " "),
                step.depth,
                step.rows,
                amount(step.column, step.pence),
                [line | {"amount": amount(step.column, line["amount"])} for line in own],
                len(lines) - len(own),
            )
        )
    return found
