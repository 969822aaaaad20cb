"""Agreements of one funding return that stand in it twice: told from both sides, or as a total.

Two rows with the same key are asked about by ``keys_and_bounds``; here belong rows that differ in
it and may still be one payment. Rows labelled as a total are no lines at all (``total_rows``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....display import display_safe, pounds
from ..findings import Finding, finding
from .keys_and_bounds import folded_key

if TYPE_CHECKING:
    from ..state import JudgingState

_SHOWN = 5
# The same two bodies and the same amount: one agreement, or one form and one purpose told from the
# other side. Two grants of one amount, from one body to another, may well be two.
_SAME = (
    "a.year = b.year AND a.parties = b.parties AND a.pence = b.pence AND a.key <> b.key "
    "AND (a.agreement = b.agreement OR (a.payer <> b.payer AND a.flow = b.flow "
    "AND a.theme IS NOT DISTINCT FROM b.theme))"
)


def agreement_findings(state: JudgingState) -> Iterator[Finding]:
    """Agreements that are told twice, and totals of a pool among what makes them up."""
    columns = state.match.layout.columns
    if not (state.has_kept and {"payer", "payee", "agreement_id"} <= columns.keys()):
        return
    _prepare(state)
    yield from _reported_twice(state)
    yield from _pool_totals(state)


def _prepare(state: JudgingState) -> None:
    """Makes the table ``reported``: what each row reports, with its bodies as we know them."""
    con = state.con
    names = con.execute("SELECT v_payer FROM kept UNION SELECT v_payee FROM kept").fetchall()
    known = [(n, state.others.bodies.resolve(n) if state.others else None) for (n,) in names]
    con.execute(
        "CREATE OR REPLACE TEMP TABLE body AS SELECT unnest(CAST(? AS VARCHAR[])) AS name, "
        "unnest(CAST(? AS VARCHAR[])) AS id",
        [[n for n, _ in known], [i or str(n).casefold() for n, i in known]],
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE reported AS SELECT sheet, source_row, "
        "s_agreement_id AS value, v_financial_year AS year, payer.id AS payer, "
        "payee.id AS payee, v_flow AS flow, "
        "list_sort([payer.id, payee.id]) AS parties, v_pool_id AS pool, v_theme AS theme, "
        "regexp_replace(lower(v_agreement_id), '[^a-z0-9]', '', 'g') AS agreement, "
        f"abs(v_amount_pence) AS pence, concat_ws('|', {folded_key(state.schema)}) AS key "
        "FROM kept JOIN body AS payer ON payer.name = v_payer "
        "JOIN body AS payee ON payee.name = v_payee WHERE v_amount_pence <> 0"
    )


def _reported_twice(state: JudgingState) -> Iterator[Finding]:
    yield from _asked(
        state,
        "TP-381",
        "SELECT b.sheet, b.source_row, b.value, b.pence, "
        "arg_min('row ' || a.source_row, a.source_row) AS first "
        "FROM reported AS a JOIN reported AS b "
        f"ON {_SAME} AND (a.sheet, a.source_row) IS DISTINCT FROM (b.sheet, b.source_row) "
        "WHERE b.payer <> b.payee "
        "AND (coalesce(a.sheet, ''), a.source_row) < (coalesce(b.sheet, ''), b.source_row) "
        "GROUP BY ALL ORDER BY b.sheet, b.source_row",
        "{agreement} ({pounds}) and {first}",
    )


def _pool_totals(state: JudgingState) -> Iterator[Finding]:
    """Rows that are as much as all others into the same pool together, of which there are two."""
    yield from _asked(
        state,
        "TP-382",
        "SELECT r.sheet, r.source_row, r.value, r.pence, "
        "'rows ' || string_agg(CAST(o.source_row AS VARCHAR), ', ' ORDER BY o.source_row) AS first "
        "FROM reported AS r JOIN reported AS o ON r.year = o.year AND r.payee = o.payee "
        "AND (r.sheet, r.source_row) IS DISTINCT FROM (o.sheet, o.source_row) "
        "AND (r.pool = o.pool OR (r.pool IS NULL AND r.payer = r.payee AND o.pool IS NOT NULL)) "
        "GROUP BY r.sheet, r.source_row, r.value, r.pence, o.pool "
        "HAVING count(*) > 1 AND sum(o.pence) = r.pence ORDER BY r.sheet, r.source_row",
        "{agreement} ({pounds}) is {first} together",
    )


def _asked(state: JudgingState, code: str, query: str, words: str) -> Iterator[Finding]:
    rows = state.con.sql(query).to_arrow_table()
    if not rows.num_rows:
        return
    shown = rows.slice(0, _SHOWN).to_pylist()
    said = [
        words.format(agreement=display_safe(r["value"]), pounds=pounds(r["pence"]), **r)
        for r in shown
    ]
    if rows.num_rows > _SHOWN:
        said.append(f"and {rows.num_rows - _SHOWN:,} more")
    twice = sum(rows["pence"].to_pylist())
    yield finding(
        code,
        count=rows.num_rows,
        amount_pence=twice,
        field="agreement_id",
        heading=display_safe(state.match.layout.columns["agreement_id"].heading) or "",
        detail="; ".join(said),
        rows=pounds(twice),
        cells=state.cells("agreement_id", rows.select(["sheet", "source_row", "value"])),
    )
