"""Amounts that are out by a unit or a sign in a file of a body whose usual size is not known yet.

What a payment, a saving or a service usually comes to is all there is to go by. The bounds are data
in ``expectations/drift.yml``. Asked only where the ledger has too few earlier files of the body
(``ledger_checks.findings_beside``), which tell more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ....display import pounds
from ...read.source import numbers_of
from ..findings import Finding, finding
from .drift import threshold

if TYPE_CHECKING:
    from ..state import JudgingState


def first_file_findings(state: JudgingState) -> Iterator[Finding]:
    """What would be asked of the amounts of a first file."""
    if state.schema.line_key:
        yield from _of_payments(state)
    elif bounds := threshold("amounts.returns").get(state.schema.name):
        yield from _of_a_return(state, bounds)


def _of_payments(state: JudgingState) -> Iterator[Finding]:
    parts = [part["pence"].filter(part["line"].is_valid()) for _, part in state.same_lines.parts]
    chunks = [numbers_of(c, "int64") for part in parts for c in part.drop_null().chunks]
    pence = np.concatenate(chunks) if chunks else np.empty(0, "int64")
    pence = pence[pence != 0]
    if len(pence) < threshold("amounts.least_rows"):
        return
    size, whole = np.abs(pence), int(pence.sum())
    bounds = threshold("amounts.payments")
    bounds = bounds["any"] | bounds.get(state.request.feed.basis, {})
    if small := _many(size < bounds["small_pence"], bounds["small_share"]):
        yield _asked(state, "TP-404", small, f"below {_whole(bounds['small_pence'])}", whole, 1000)
    elif (
        _may_be_pence(state)
        and not (size % 100).any()
        and (large := _many(size >= bounds["large_pence"], bounds["large_share"]))
    ):
        words = f"{_whole(bounds['large_pence'])} or more"
        yield _asked(state, "TP-416", large, words, whole, 0.01)
    if below := _many(pence < 0, threshold("amounts.below_share")):
        yield _asked(state, "TP-417", below, "below 0", whole, -1)


def _may_be_pence(state: JudgingState) -> bool:
    """Whether the amounts are read as pounds: in thousands none of them has pence."""
    return state.match.layout.columns[str(state.schema.money_field)].unit == "pounds"


def _many(which: Any, share: float) -> tuple[int, int] | None:
    """How many of how many, if that is more than a share of them."""
    count = int(np.count_nonzero(which))
    return (count, len(which)) if count > share * len(which) else None


def _of_a_return(state: JudgingState, bounds: Mapping[str, int]) -> Iterator[Finding]:
    """A return of which no amount is as large, or one is larger, than in any body."""
    names = [
        f.name for f in state.schema.fields if f.type == "money" and f.name in state.match.positions
    ]
    value = state.schema.money_field
    if not (state.has_kept and value in names):
        return
    amounts = ", ".join(f"abs(v_{name})" for name in names)
    rows, distinct, middle, largest, whole, unround = state.con.execute(
        f"SELECT count(*), count(DISTINCT v_{value}), "
        f"CAST(quantile_disc(abs(v_{value}), 0.5) AS BIGINT), "
        f"max(greatest({amounts})), CAST(sum(v_{value}) AS BIGINT), "
        f"count(*) FILTER (v_{value} % 100 <> 0) FROM kept WHERE v_{value} <> 0"
    ).fetchall()[0]
    if distinct < threshold("amounts.least_amounts_of_a_return"):
        return
    if middle < bounds["small_middle"] and largest < bounds["small_largest"]:
        words = f"below {_whole(bounds['small_largest'])}, the largest {pounds(largest)}"
        yield _asked(state, "TP-404", (rows, rows), words, whole, 1000)
    elif (
        _may_be_pence(state)
        and not unround
        and (middle >= bounds["large_middle"] or largest >= bounds["large_largest"])
    ):
        words = f"up to {pounds(largest)}"
        yield _asked(state, "TP-416", (rows, rows), words, whole, 0.01)


def _whole(pence: int) -> str:
    return f"£{pence // 100:,}"


def _asked(
    state: JudgingState, code: str, many: tuple[int, int], words: str, whole: int, times: float
) -> Finding:
    """The question, with the £ of both readings."""
    name = str(state.schema.money_field)
    otherwise = {
        1000: f"{pounds(1000 * whole)} if they are in thousands",
        0.01: f"{pounds(whole // 100)} if they are in pence",
        -1: f"{pounds(-whole)} if the signs are turned round",
    }[times]
    heading = state.place(name, next(iter(state.matches))).heading
    of_all = f"{many[0]:,} of {many[1]:,}" if many[0] < many[1] else f"All {many[1]:,}"
    return finding(
        code,
        count=many[0],
        amount_pence=whole,
        field=name,
        heading=heading,
        detail=f"{of_all} amounts under '{heading}' are {words}",
        rows=f"{pounds(whole)} as they stand, {otherwise}",
    )
