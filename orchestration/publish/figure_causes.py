"""Which of the changes between two releases a figure may follow from, by table, key and column.

What may be a cause stands in ``causes``. Here is told apart what a figure is made of: figures of
files that wait do not follow from files that count, and spend does not follow from registers of
savings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from ..sql import literal
from .causes import Change, attributed, changes, waiting
from .manifest import Manifest, PublishedTable

# Receipts, by which is known which files began or ceased to wait.
_RECEIPTS = "fct_submission"
# Figures of files that wait for an answer: nothing that counts is a cause of them. Figures, and
# tables, of which a file that counts and one that waits may be.
_HELD = ("files_held", "held_rows", "held_pence")
_OPEN = ("questioned_rows", "questioned_pence", "unexplained_findings")
_OF_DELIVERIES = ("fct_missing_delivery", "fct_partner_scorecard", "fct_place_completeness")
_SAVINGS = "savings"


@dataclass(frozen=True)
class Why:
    """What may be the cause of a figure: changes of what counts, and of files that wait."""

    counted: Sequence[Change]
    waiting: Sequence[Change]

    def of(self, kind: str) -> Sequence[Change]:
        """Those that may be the cause of a ``kind`` of figures."""
        if kind == "held":
            return self.waiting or self.counted
        return [*self.counted, *self.waiting] if kind == "open" else self.counted


def why_differing(
    con: duckdb.DuckDBPyConnection, before: Manifest, after: Manifest, old: str, new: str
) -> Why:
    """Everything that is different between two releases, attached as ``old`` and ``new``."""
    return Why(changes(before, after), list(_receipts(con, before, after, old, new)))


def _receipts(
    con: duckdb.DuckDBPyConnection, before: Manifest, after: Manifest, old: str, new: str
) -> Iterator[Change]:
    """What became of files that do not count, where both releases list their receipts."""
    if not {_RECEIPTS} <= before.tables.keys() & after.tables.keys():
        return
    n, o = (f"{side}.main.{_RECEIPTS}" for side in (new, old))
    yield from waiting(
        con.execute(
            "SELECT n.receipt_id, n.body_id, n.feed, n.financial_year, o.status, n.status, "
            f"n.verdict FROM {n} AS n LEFT JOIN {o} AS o USING (receipt_id) "
            "WHERE n.status IS DISTINCT FROM o.status ORDER BY n.receipt_id"
        ).fetchall()
    )


def made_of(shape: PublishedTable) -> str:
    """The feed of a row, where its key tells it: of a headline, whether it is of savings."""
    if "feed" in shape.key:
        return "feed"
    if "headline" in shape.key:
        return f"CASE WHEN headline LIKE '{_SAVINGS}%' THEN '{_SAVINGS}' ELSE 'spend' END"
    return "''"


def kind_of(table: str) -> str:
    """Which changes may be the cause of a figure, by its column."""
    if table in _OF_DELIVERIES:
        return "'open'"
    held, opened = (", ".join(map(literal, columns)) for columns in (_HELD, _OPEN))
    return (
        f"CASE WHEN column_name IN ({held}) THEN 'held' "
        f"WHEN column_name IN ({opened}) THEN 'open' ELSE 'counted' END"
    )


def _feeds(shape: PublishedTable, of: str) -> Sequence[str]:
    """The feeds that a row may be made of."""
    if "feed" in shape.key:
        return [of]
    without = _SAVINGS if "headline" in shape.key and of != _SAVINGS else ""
    return [feed for feed in shape.feeds if feed != without]


def name_causes(con: duckdb.DuckDBPyConnection, shape: PublishedTable, why: Why) -> None:
    """The cause of every year, bodies and kind of figures among ``differing``: a few, not one a
    cell."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE cause (financial_year_key VARCHAR, bodies VARCHAR[], "
        "made_of VARCHAR, kind VARCHAR, cause VARCHAR, cause_references VARCHAR)"
    )
    groups = con.execute(
        "SELECT DISTINCT financial_year_key, bodies, made_of, kind FROM differing"
    ).fetchall()
    rows = []
    for year, bodies, of, kind in groups:
        known = [body for body in bodies if body]
        own = kind != "counted"
        found = attributed(why.of(kind), _feeds(shape, of), year or None, known, own_year=own)
        rows.append([year, bodies, of, kind, *found])
    if rows:
        con.executemany("INSERT INTO cause VALUES (?, ?, ?, ?, ?, ?)", rows)
