"""What rows of one file say together: the same key twice, cells and rows that do not agree.

Which fields are a key, and what must hold between cells, is declared in the feed's schema. It is
asked of accepted rows once, after the last of them, so that a finding has all its rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ....contracts.feeds import FeedSchema
from ....display import display_safe, pounds
from ..batch import ACCEPTED
from ..findings import Finding, finding
from ..planned import Planned

if TYPE_CHECKING:
    from ..state import JudgingState

# Counts of some hundreds may well have parts below 100; of thousands, in every row, they have not.
_LEAST_WHOLE, _LEAST_ROWS = 300, 5


def keep_rows(state: JudgingState, planned: Planned) -> None:
    """Keeps the accepted rows of the batch in ``judged`` for what is asked of them together."""
    schema = state.schema
    if not schema.key:
        return
    values = ", ".join(f"v_{n}, s_{n}" for n in schema.names)
    found = planned.table(f"SELECT sheet, source_row, part, {values} FROM judged WHERE {ACCEPTED}")
    state.con.register("found", found)
    made = "INSERT INTO kept" if state.has_kept else "CREATE TEMP TABLE kept AS"
    state.con.execute(f"{made} SELECT * FROM found")
    state.con.unregister("found")
    state.has_kept = True


def add_broken_bounds(state: JudgingState) -> None:
    """Adds the rows that break a bound of their feed to the faults."""
    schema, columns = state.schema, state.match.layout.columns
    parts = []
    for field in schema.fields:
        for bound in field.bounds:
            # What the layout does not have is empty, and what cannot be told of it holds.
            if field.name in columns:
                pence = f"v_{field.name}" if field.type == "money" else schema.judged_pence
                holds = bound.holds.format(**{name: f"v_{name}" for name in bound.fields})
                parts.append(
                    f"SELECT '{bound.code}', '{field.name}', sheet, source_row, s_{field.name}, "
                    f"{pence}, part FROM kept WHERE NOT coalesce({holds}, true)"
                )
    if parts and state.has_kept:
        state.con.execute(f"INSERT INTO fault {' UNION ALL '.join(parts)}")
        state.con.filled.add("fault")


def together_findings(state: JudgingState) -> Iterator[Finding]:
    """Repeated keys, parts above their whole, and percentages where counts should stand."""
    if not state.has_kept:
        return
    yield from _repeated(state)
    yield from _one_thing(state)
    yield from _parts(state)
    yield from _percentages(state)


def folded_key(schema: FeedSchema) -> str:
    """SQL for the key of a kept row, in which letter case and spaces make no difference."""
    return _folded(schema, schema.key)


def _folded(schema: FeedSchema, names: Sequence[str]) -> str:
    return ", ".join(
        f"lower(regexp_replace(trim(v_{n}), '\\s+', ' ', 'g'))"
        if schema.field(n).type == "text"
        else f"v_{n}"
        for n in names
    )


def _repeated(state: JudgingState) -> Iterator[Finding]:
    """Rows that have one key."""
    schema = state.schema
    named = [n for n in schema.key if n in state.match.positions]
    if named:
        rows = _same_sql(schema, named[-1], schema.key, "count(*)", "sheet, source_row")
        yield from _twice(state, "TP-350", named[-1], named, rows)


def _one_thing(state: JudgingState) -> Iterator[Finding]:
    """Rows with keys of their own that are one thing by all else that tells things apart; the
    dearest of them may count."""
    schema, names = state.schema, state.schema.one_thing
    if names and {*names} <= state.match.positions.keys():
        time = [n for n in schema.key if n == schema.year_field]
        keys = f"count(DISTINCT ({folded_key(schema)}))"
        order = "amount DESC, sheet, source_row"
        rows = _same_sql(schema, names[0], [*time, *names], keys, order, known=names)
        yield from _twice(state, "TP-401", names[0], names, rows)


def _same_sql(
    schema: FeedSchema,
    field: str,
    by: Sequence[str],
    counted: str,
    order: str,
    known: Sequence[str] = (),
) -> str:
    """Kept rows that are alike in the fields ``by``, and more than one as ``counted`` counts,
    numbered in their ``order``; those alone in which ``known`` fields say something."""
    amount = schema.money_field or schema.count_field
    value = f"coalesce(v_{amount}, 0)" if amount else "0"
    says = " AND ".join(f"v_{n} IS NOT NULL" for n in known) or "true"
    return (
        f"SELECT sheet, source_row, part, s_{field} AS value, {value} AS amount, "
        f"row_number() OVER (PARTITION BY {_folded(schema, by)} ORDER BY {order}) AS nth "
        f"FROM kept WHERE {says} "
        f"QUALIFY {counted} OVER (PARTITION BY {_folded(schema, by)}) > 1"
    )


def _twice(
    state: JudgingState, code: str, field: str, named: Sequence[str], rows_sql: str
) -> Iterator[Finding]:
    """What follows if the rows of ``rows_sql`` are one thing by the fields ``named``."""
    schema, con = state.schema, state.con
    con.execute(f"CREATE OR REPLACE TEMP TABLE twice AS {rows_sql}")
    rows, extra, twice = con.execute(
        "SELECT count(*), count(*) FILTER (nth > 1), "
        "CAST(coalesce(sum(amount) FILTER (nth > 1), 0) AS BIGINT) FROM twice"
    ).fetchall()[0]
    if not rows:
        return
    cells = con.sql(
        "SELECT sheet, source_row, value, part FROM twice ORDER BY sheet, source_row, part"
    ).to_arrow_table()
    columns = state.match.layout.columns
    yield finding(
        code,
        count=rows,
        amount_pence=twice if schema.money_field else None,
        field=field,
        heading=display_safe(columns[field].heading) or "",
        detail=", ".join(f"'{display_safe(columns[n].heading)}'" for n in named),
        rows=_readings(schema, extra, twice),
        cells=state.cells(field, cells),
    )


def _readings(schema: FeedSchema, extra: int, twice: int) -> str:
    """What follows if they are one thing, and what if they are two."""
    too_many = f"{extra:,} {'row is' if extra == 1 else 'rows are'} there twice"
    if schema.money_field:
        return f"If they are one thing, {too_many}, {pounds(twice)} too much; if two, all counts."
    if schema.count_field:
        return f"If they are one thing, {too_many}, {twice:,} too many; if two, all count."
    return f"If they are one thing, {too_many}; if two, they need names of their own."


def _parts(state: JudgingState) -> Iterator[Finding]:
    """Rows of a measure that count more than the measure they are a part of."""
    schema, con = state.schema, state.con
    rest = [n for n in schema.key if n != "measure"]
    same = " AND ".join(f"part.v_{n} IS NOT DISTINCT FROM whole.v_{n}" for n in rest)
    count = f"v_{schema.count_field}"
    for part, whole in schema.parts:
        rows = con.sql(
            f"SELECT part.sheet, part.source_row, part.s_{schema.count_field} AS value, "
            f"part.part FROM kept AS part JOIN kept AS whole ON {same} "
            f"AND part.{count} > whole.{count} "
            "WHERE part.v_measure = ? AND whole.v_measure = ? ORDER BY 1, 2",
            params=[part, whole],
        ).to_arrow_table()
        if rows.num_rows:
            column = state.match.layout.columns[str(schema.count_field)]
            yield finding(
                "TP-359",
                count=rows.num_rows,
                field=str(schema.count_field),
                heading=display_safe(column.heading) or "",
                detail=f"{part.replace('_', ' ')} of {whole.replace('_', ' ')}",
                cells=state.cells(str(schema.count_field), rows),
            )


def _percentages(state: JudgingState) -> Iterator[Finding]:
    """Columns of parts of a count of which no cell is above 100, though every whole is large."""
    columns = state.match.layout.columns
    for field in state.schema.fields:
        if not field.part_of or field.name not in columns or field.part_of not in columns:
            continue
        rows, most, least, largest = state.con.execute(
            f"SELECT count(*), max(v_{field.name}), min(v_{field.part_of}), max(v_{field.part_of}) "
            f"FROM kept WHERE v_{field.name} IS NOT NULL AND v_{field.part_of} IS NOT NULL"
        ).fetchall()[0]
        if rows >= _LEAST_ROWS and 0 < most <= 100 and least >= _LEAST_WHOLE:
            yield finding(
                "TP-357",
                count=rows,
                field=field.name,
                heading=display_safe(columns[field.name].heading) or "",
                detail=f"from {least:,} to {largest:,}",
            )
