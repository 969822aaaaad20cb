"""Treatment: what may be shown of counts of people.

Rules 17 and 24: small counts are not shown, others are rounded, and nothing that is hidden can be
worked out from a total; counts of people are never added up across bodies.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tests.warehouse.invariants.oracle.arithmetic import rounded
from tests.warehouse.invariants.oracle.facts import Inputs, Lines, Row
from tests.warehouse.invariants.oracle.feed_years import in_place, number, presence, rows_in_force
from tests.warehouse.invariants.oracle.names import folded

SUBSTANCES = ["opiate", "non_opiate", "alcohol"]
TIERS = ["1", "2", "3", "4"]
SHOWN = ("shown", "zero")
AT_SOURCE = "suppressed_at_source"
HIDDEN = ("suppressed", AT_SOURCE)
Table = dict[tuple[Any, ...], tuple[Any, ...]]
# The key and the compared columns of fct_treatment_outcome, as ``outcome_table`` gives them.
KEYS = (
    "financial_year, reported_by_body_id, is_partnership, residence_area, treatment_tier, "
    "substance, treatment_measure"
)
REASONS = {"suppressed": "small_or_reveals_small", AT_SOURCE: "suppressed_by_body"}
COLUMNS = (
    "row_kind, scope, state, suppression_reason, clients, suppress_from, suppress_to, round_to, "
    "at_source_from, at_source_to, "
    "partners_expected, partners_present"
)
# One table of figures that hang together: year, body, partnership or not, area, measure.
Of = tuple[str, str, bool, str | None, str]
Cell = tuple[str | None, str | None]  # tier, substance
State = tuple[str, int | None]
# The least and most that the marks of a figure stand for, if its body suppressed it.
Marked = dict[tuple[Of, Cell], tuple[int, int]]


def outcomes(inputs: Inputs, lines: Lines) -> dict[tuple[Of, Cell], State]:
    """Every cell as it may be shown."""
    raw: dict[Of, dict[Cell, list[int | None]]] = defaultdict(lambda: defaultdict(list))
    for body, row, _ in rows_in_force(inputs, lines, "treatment"):
        of, cell = _place_of(body, row)
        raw[of][cell].append(number(row, "clients"))
    found: dict[Of, dict[Cell, State]]
    found = {of: {c: _state(inputs, v) for c, v in cells.items()} for of, cells in raw.items()}
    for of, cell in suppressed_at_source(inputs, lines):
        found[of][cell] = (AT_SOURCE, None)
    protect(inputs, found)
    return {(of, cell): state for of, cells in found.items() for cell, state in cells.items()}


def suppressed_at_source(inputs: Inputs, lines: Lines) -> Marked:
    """The figures that a body itself did not tell, in any of its rows."""
    ends: dict[tuple[Of, Cell], list[tuple[int, int]]] = defaultdict(list)
    for body, row, _ in rows_in_force(inputs, lines, "treatment"):
        if row.get("clients_state") == "suppressed":
            of, cell = _place_of(body, row)
            ends[of, cell].append((int(str(row["clients_low"])), int(str(row["clients_high"]))))
    return {
        where: (min(low for low, _ in both), max(high for _, high in both))
        for where, both in ends.items()
    }


def _place_of(body: str, row: Row) -> tuple[Of, Cell]:
    of: Of = (
        str(row["financial_year"]), body, bool(row.get("is_partnership")),
        _text(row.get("area")), str(row["measure"]),
    )  # fmt: skip
    return of, (_text(row.get("tier")), _text(row.get("substance")))


def protect(inputs: Inputs, found: dict[Of, dict[Cell, State]]) -> None:
    """Hide more until nothing hidden can be worked out from a total or read somewhere else.

    In a line of reported cells with a total, one hidden cell alone is the difference of the others.
    So of those the smallest other part that is not 0 is hidden too; the total if there is none.
    What is hidden of a partnership is hidden whoever reports it.
    """
    place = folded(str(inputs["count_settings"][0]["place_name"]))
    while True:
        hidden = {
            (of[0], folded(of[3]) if of[3] is not None else place, of[4], cell)
            for of, cells in found.items() if of[2]
            for cell, state in cells.items() if state[0] in HIDDEN
        }  # fmt: skip
        more = {
            (of, cell)
            for of, cells in found.items()
            for line in _lines(cells) if (cell := _also_hidden(cells, line))
        } | {
            (of, cell)
            for of, cells in found.items() if of[2]
            for cell, state in cells.items()
            if state[0] in SHOWN
            and (of[0], folded(of[3]) if of[3] is not None else place, of[4], cell) in hidden
        }  # fmt: skip
        if not more:
            return
        for of, cell in more:
            found[of][cell] = ("suppressed", None)


def outcome_table(inputs: Inputs, lines: Lines) -> Table:
    """Every figure as it is published."""
    marked = suppressed_at_source(inputs, lines)
    return {
        (of[0], of[1], of[2], of[3] or "whole_area", *_words(cell), of[4]): (
            _kind(inputs, of, cell),
            "in_scope" if of[1] in in_place(inputs) else "outside_place",
            state[0], REASONS.get(state[0]), state[1],
            *rule(inputs), *marked.get((of, cell), (None, None)),
            *presence(inputs, "treatment", of[0]),
        )
        for (of, cell), state in outcomes(inputs, lines).items()
    }  # fmt: skip


def _words(cell: Cell) -> tuple[str, str]:
    tier, substance = cell
    return f"tier_{tier}" if tier is not None else "all_tiers", substance or "not_reported"


def _kind(inputs: Inputs, of: Of, cell: Cell) -> str:
    """Whose count a row is, and whether of everybody or of a part."""
    place = folded(str(inputs["count_settings"][0]["place_name"]))
    of_the_place = of[3] is None or folded(of[3]) == place
    whose = ("place" if of_the_place else "area") if of[2] else "body"
    tier, substance = cell
    parts = ["tier"] * (tier is not None) + ["substance"] * (substance not in ("all", None))
    return f"{whose}_by_{'_and_'.join(parts)}" if parts else f"{whose}_total"


def rule(inputs: Inputs) -> tuple[int, int, int]:
    """From and to which count nothing is shown, and to what others are rounded."""
    row = next((d for d in inputs["disclosure"] if d["feed"] == "treatment"), None)
    if row is None:
        return 1, 7, 5
    return int(str(row["suppress_from"])), int(str(row["suppress_to"])), int(str(row["round_to"]))


def _state(inputs: Inputs, values: list[int | None]) -> State:
    least, most, step = rule(inputs)
    if len(set(values)) > 1:
        return "contradictory", None
    (value,) = set(values)
    if value is None:
        return "not_reported", None
    if value == 0:
        return "zero", 0
    if least <= value <= most:
        return "suppressed", None
    return "shown", rounded(value, 1, step) * step


def _lines(cells: dict[Cell, State]) -> list[list[Cell]]:
    """The reported cells of every sum with a total and at least two parts; the total comes last.

    A tier is the sum of its substances, a substance that of its tiers, and everything that of all
    tiers or of all substances; of one whose own total is not reported the parts stand in.
    """
    reported = {c for c, (state, _) in cells.items() if state in (*SHOWN, *HIDDEN)}
    lines = [[(tier, s) for s in [*SUBSTANCES, "all"]] for tier in TIERS]
    lines += [[*((tier, s) for tier in TIERS), (None, s)] for s in SUBSTANCES]
    everything: Cell = (None, "all")
    by_tier, by_substance = [], []
    for tier in TIERS:
        own: Cell = (tier, "all")
        by_tier += [own] if own in reported else [(tier, s) for s in SUBSTANCES]
    for substance in SUBSTANCES:
        own = (None, substance)
        by_substance += [own] if own in reported else [(t, substance) for t in TIERS]
    lines += [[*by_tier, everything], [*by_substance, everything]]
    cut = [(line[-1], [c for c in line if c in reported]) for line in lines]
    return [line for total, line in cut if total in reported and len(line) >= 3]


def _also_hidden(cells: dict[Cell, State], line: list[Cell]) -> Cell | None:
    if sum(cells[c][0] in HIDDEN for c in line) != 1:
        return None
    *parts, total = line
    parts.sort(key=lambda c: (c[0] or "9", SUBSTANCES.index(c[1]) if c[1] in SUBSTANCES else 9))
    some = [c for c in parts if cells[c][0] == "shown"]
    if some:
        return min(some, key=lambda c: cells[c][1] or 0)
    if cells[total][0] not in HIDDEN:
        return total
    return next(c for c in parts if cells[c][0] == "zero")


def _text(value: object) -> str | None:
    return None if value is None else str(value)
