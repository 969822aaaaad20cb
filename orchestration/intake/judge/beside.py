"""Names lines whose cells stand a column or two beside their headings, in place of their faults.

Here belongs how such lines are known among those that were set aside, and what is said of them.
Nothing is read by it: where a contract says that cells stand so (``cells_stand``, ``realign``),
the headings and the cells are brought together in ``layout`` and ``parse``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from ...contracts.feeds import FeedSchema
from ...display import display_safe, pounds
from ..read.source import Ragged, one_word, text_batch
from .batch import Batch
from .findings import Finding, finding
from .layout import Match, required_fields, with_trimmed
from .parse import value_sql
from .state import JudgingState

# So many columns beside its heading a cell is looked for, and of so many lines it is said.
_FARTHEST, _LEAST = 2, 5
# In so many of a hundred good lines the cells beside could be read too, and yet nothing has moved.
_BY_CHANCE = 5
# From so many of a hundred lines on, the whole table stands beside its headings.
_WHOLE = 90
_WORDS = {1: "one column", 2: "two columns"}


@dataclass(frozen=True)
class Beside:
    """One way in which cells may stand: ``columns`` to the right, fewer than 0 to the left, of
    their headings from the field ``first`` on, '' where it is of all of them.

    ``doubtful``: what stands beside may be another column's figure, so that more than the cells of
    a line must say so.
    """

    columns: int
    first: str
    condition: str
    money: str
    doubtful: bool


def note_beside(state: JudgingState, batch: Batch) -> None:
    """Notes the lines of the batch in ``cells`` that were set aside, and can be read where their
    cells stand; of good ones, those that could be read so as well."""
    relation = "(SELECT *, kind = 'data' AND mask <> 0 AS aside FROM cells WHERE kind = 'data')"
    ways = _ways(state.schema, batch.match, batch.match.width)
    if ways:
        state.con.add("beside", batch.planned.table(_lines_sql(ways, relation)))


def note_ragged(
    state: JudgingState, match: Match, sheet: str | None, rows: Sequence[Ragged]
) -> None:
    """The same of rows with more or fewer cells than the headings: of all the cells they have."""
    rows = [row for row in rows if row.code == Ragged.code]
    if not rows or match.spread:
        return
    width = match.width + _FARTHEST
    cells = [[*row.cells[:width], *[""] * (width - len(row.cells))] for row in rows]
    batch = text_batch([row.row for row in rows], list(zip(*cells, strict=True)))
    lines = with_trimmed(batch).append_column("sheet", one_word(sheet, len(rows)))
    state.con.register("ragged_cells", lines)
    relation = "(SELECT *, true AS aside FROM ragged_cells)"
    if ways := _ways(state.schema, match, width):
        state.con.execute(f"INSERT INTO beside {_lines_sql(ways, relation)}")
        state.con.filled.add("beside")


def _lines_sql(ways: Sequence[Beside], relation: str) -> str:
    """The lines of a relation that stand in one of these ways, as the table ``beside`` has them."""
    which = " ".join(f"WHEN {way.condition} THEN {i}" for i, way in enumerate(ways))
    said = ", ".join(
        f"({i}, {way.columns}, '{way.first}', {way.doubtful})" for i, way in enumerate(ways)
    )
    pence = " ".join(f"WHEN {i} THEN {way.money}" for i, way in enumerate(ways))
    return (
        f"SELECT sheet, source_row, columns, first, doubtful, aside, "
        f"CAST(CASE which {pence} END AS BIGINT) AS amount FROM "
        f"(SELECT *, CASE {which} END AS which FROM {relation}) "
        f"JOIN (VALUES {said}) AS ways(which, columns, first, doubtful) USING (which)"
    )


def _ways(schema: FeedSchema, match: Match, width: int) -> list[Beside]:
    """The ways in which lines may stand beside the headings of ``match``, the surest first."""
    fields = _recognisable(schema, match)
    if match.spread or len(fields) < 2:
        return []
    steps = [n for k in range(1, _FARTHEST + 1) for n in (-k, k)]
    ways = [_way(schema, match, fields, step, 0, width) for step in steps]
    # Past the edge of the sheet a cell is lost, and the rest tells less.
    for first in (*range(1, len(fields)), 0):
        ways.append(_way(schema, match, fields, -1, first, width, doubtful=True))
    return [way for way in ways if way is not None]


def _recognisable(schema: FeedSchema, match: Match) -> list[str]:
    """The fields that must be there and whose cells tell what they are, from left to right."""
    placing = (schema.date_field, schema.year_field, schema.money_field)
    needed = {*required_fields(schema, match.layout), *filter(None, placing)}
    there = [n for n in needed if n in match.positions]
    fields = [n for n in there if match.layout.columns[n].reads(schema.field(n))]
    return sorted(fields, key=match.positions.__getitem__)


def _way(
    schema: FeedSchema,
    match: Match,
    fields: Sequence[str],
    columns: int,
    first: int,
    width: int,
    *,
    doubtful: bool = False,
) -> Beside | None:
    """Cells ``columns`` beside from the field numbered ``first`` on; ``None`` if none can be."""
    places = {n: match.positions[n] + (columns if i >= first else 0) for i, n in enumerate(fields)}
    lost = [n for n, place in places.items() if place < 0]
    if (lost and not doubtful) or len(lost) == len(fields) or max(places.values()) >= width:
        return None
    if doubtful and first == 0 and not lost:  # a way of all cells, which was there before
        return None
    read = {n: _read(schema, match, n, place) for n, place in places.items() if n not in lost}
    conditions = [f"{sql} IS NOT NULL" for sql in read.values()]
    if doubtful:
        conditions.append(f"(NOT aside OR w{match.width - 1} = '')")
    money = read.get(schema.money_field or "", "NULL")
    name = fields[first] if first else ""
    return Beside(columns, name, " AND ".join(conditions), money, doubtful)


def _read(schema: FeedSchema, match: Match, name: str, place: int) -> str:
    text = f"nullif(w{place}, '')"
    return f"({value_sql(schema.field(name), match.layout.columns[name], text)})"


def beside_findings(state: JudgingState) -> Iterator[Finding]:
    """What is said of lines beside their headings; their other faults are said no more."""
    if "beside" not in state.con.filled:
        return
    con, accepted = state.con, state.judgement.rows_accepted
    lines = accepted + state.judgement.rows_set_aside
    for columns, first, doubtful, count, good in con.execute(
        "SELECT columns, first, doubtful, count(*) FILTER (aside), count(*) FILTER (NOT aside) "
        f"FROM beside GROUP BY 1, 2, 3 HAVING count(*) FILTER (aside) >= {_LEAST} ORDER BY ALL"
    ).fetchall():
        which = "aside AND columns = ? AND first = ?"
        rows = con.sql(
            f"SELECT sheet, source_row, amount FROM beside WHERE {which} ORDER BY ALL",
            params=[columns, first],
        ).to_arrow_table()
        whole = 100 * count >= _WHOLE * lines
        gap = _heading_after_a_gap(state.matches[rows["sheet"][0].as_py()], columns, first)
        by_chance = 100 * good > _BY_CHANCE * accepted
        if doubtful and (by_chance or not (gap if whole else accepted)):
            continue
        con.execute(
            f"DELETE FROM fault WHERE EXISTS (FROM beside WHERE {which} "
            "AND sheet IS NOT DISTINCT FROM fault.sheet AND source_row = fault.source_row)",
            [columns, first],
        )
        yield finding(
            "TP-033",
            count=count,
            detail=_place(state, rows, columns, first, gap),
            cells=state.rows(rows),
            hint=_held(rows),
            proposal=_proposal(columns, gap) if whole and not _agreed(state) else "",
        )


def _heading_after_a_gap(match: Match, columns: int, first: str) -> str:
    """The heading after an empty one left of ``first``, from which cells to the left have moved."""
    if not first or columns > 0:
        return ""
    last = match.positions[first]
    headings = [heading.strip() for heading in match.headings[: last + 1]]
    gaps = [i for i in range(1, last + 1) if headings[i] and not headings[i - 1]]
    return headings[gaps[-1]] if gaps else ""


def _agreed(state: JudgingState) -> bool:
    """Whether the contract says that cells stand beside their headings, and other cells do."""
    return state.match.layout.cells_stand is not None


def _place(state: JudgingState, rows: pa.Table, columns: int, first: str, gap: str) -> str:
    """Where cells stand, in words, and from which row on."""
    sheet, row = rows["sheet"][0].as_py(), rows["source_row"][0].as_py()
    place = "of their headings"
    if _agreed(state):
        place = "of where the contract says that they stand"
    elif gap:
        place += f" from '{display_safe(gap)}' on"
    elif first:
        place += f", at least from '{state.place(first, sheet).heading}' on"
    side = "left" if columns < 0 else "right"
    where = f" of sheet '{display_safe(sheet)}'" if sheet else ""
    return f"{_WORDS[abs(columns)]} to the {side} {place}, from row {row:,}{where} on"


def _held(rows: pa.Table) -> str:
    """The £ of the lines, read where their cells stand."""
    amounts = [n for n in rows["amount"].to_pylist() if n is not None]
    return f"Read where they stand, they hold {pounds(sum(amounts))}." if amounts else ""


def _proposal(columns: int, gap: str) -> str:
    """The line of YAML that would read the table, for the data team."""
    keys = f"columns: {abs(columns)}, to_the: {'left' if columns < 0 else 'right'}"
    if gap:
        keys += f", from_heading: {json.dumps(display_safe(gap), ensure_ascii=False)}"
    return f"cells_stand: {{{keys}}}"
