"""A row that is the sum of other rows in every one of its amounts, whatever it is called.

Asked of feeds of money with a key, of all rows of a file: a total of a measure, of a programme, of
the services whose names begin with its own, or of the rows directly above or below. ``totals``
knows totals by their place; here a row has a reference, a class and a name like any other.

Amounts agree by chance where they are few and round. So the step in which they are counted says
how many values a sum could have had: fewer than one file in a thousand may be asked by chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING

from ....contracts.feeds import FeedSchema
from ....display import display_safe, pounds
from ..findings import Finding, finding

if TYPE_CHECKING:
    from ..state import JudgingState

# What is no amount of the year, and need not be added up in a total.
_NOT_ADDED = ("baseline_pence",)
# By which rows of a feed belong together, beside what its money is a figure of.
_GROUPS = {"savings": "programme", "funding": "pool_id"}
_KINDS = ("measure", "body")
# What stands between the name of a service and that of a part of it.
_PARTS = (":", " -", " \N{EN DASH}", "/", " (")
_LEAST, _LEAST_NAMED = 3, 2
_NO_CHANCE = 1_000
_MOST_ROWS, _MOST_PASSES, _SHOWN = 20_000, 5, 3

Amounts = tuple[int, ...]


@dataclass(frozen=True)
class _Row:
    """A row that counts: its place, what it is a figure of, its group, name and amounts."""

    sheet: str | None
    number: int
    pence: int
    kind: tuple[str | None, ...]
    group: str | None
    name: str
    payer: str | None
    payee: str | None
    amounts: Amounts


@dataclass(frozen=True)
class _Sum:
    """A row and the rows that it adds up, in ``words``; ``by_group``: all others of its group."""

    row: _Row
    words: str
    by_group: bool = False


def sums_of_rows(state: JudgingState) -> Iterator[Finding]:
    """The rows of a file that add up others, with what it holds by either reading."""
    schema = state.schema
    if not (schema.money_field and schema.key and state.has_kept):
        return
    if not _LEAST < state.judgement.rows_accepted <= _MOST_ROWS:
        return
    found = _found(_rows(state))
    # Those that are asked about by their place are asked about once.
    doubted = {(d.sheet, d.row) for d in state.doubts}
    found = [s for s in found if (s.row.sheet, s.row.number) not in doubted]
    if not found:
        return
    name, whole = schema.money_field, state.judgement.pence_accepted
    pence = sum(s.row.pence for s in found)
    line, it = ("a line", "it") if len(found) == 1 else ("lines", "them")
    by_words: dict[str, list[str]] = {}
    for one in found[:_SHOWN]:
        by_words.setdefault(one.words, []).append(f"{one.row.number:,}")
    said = "; ".join(
        f"{'row' if len(n) == 1 else 'rows'} {', '.join(n)} of {words}"
        for words, n in by_words.items()
    )
    yield finding(
        "TP-406",
        count=len(found),
        amount_pence=pence,
        field=name,
        heading=display_safe(state.match.layout.columns[name].heading) or "",
        rows=", ".join(f"{s.row.number:,}" for s in found[:_SHOWN])
        + (" …" if len(found) > _SHOWN else ""),
        detail=f"{said[0].upper()}{said[1:]}. As {line} the file holds {pounds(whole)}, "
        f"without {it} {pounds(whole - pence)}.",
        cells=[state.cell(name, s.row.sheet, s.row.number, None) for s in found],
    )


def _rows(state: JudgingState) -> list[_Row]:
    """The rows that count, in their order."""
    schema, there = state.schema, state.match.positions
    money = [f.name for f in schema.fields if f.type == "money" and f.name not in _NOT_ADDED]
    amounts = ", ".join(f"coalesce(v_{n}, 0)" for n in money)
    kinds = [n for n in (schema.year_field, *_KINDS) if n in schema.names]
    named = _name_of(schema)
    words = [_GROUPS.get(schema.name, named), named, "payer", "payee"]
    texts = ", ".join(f"lower(trim(v_{n}))" if n in schema.names else "NULL" for n in words)
    grouped = _GROUPS.get(schema.name) in there
    rows = state.con.execute(
        f"SELECT sheet, source_row, v_{schema.money_field}, [{', '.join(f'v_{n}' for n in kinds)}],"
        f" {texts}, [{amounts}] FROM kept WHERE v_{schema.money_field} IS NOT NULL "
        "ORDER BY sheet, source_row, part"
    ).fetchall()
    return [
        _Row(
            sheet,
            number,
            pence,
            tuple(kind),
            group if grouped else None,
            name or "",
            payer,
            payee,
            tuple(amounts),
        )
        for sheet, number, pence, kind, group, name, payer, payee, amounts in rows
    ]


def _name_of(schema: FeedSchema) -> str:
    """What a row is called by, beside its year."""
    return next(n for n in schema.key if n != schema.year_field)


def _found(rows: Sequence[_Row]) -> list[_Sum]:
    """Every row that adds up others. A total holds those of its parts twice, so that what was
    found is left out and the rest looked through again."""
    found: list[_Sum] = []
    for _ in range(_MOST_PASSES):
        known = {s.row for s in found}
        left = [r for r in rows if r not in known]
        by_kind: dict[tuple[str | None, ...], list[_Row]] = {}
        for row in left:
            by_kind.setdefault(row.kind, []).append(row)
        beside = any(s.by_group for s in found)
        new = {s.row: s for of in by_kind.values() for s in _of_kind(of, beside)}
        if not new:
            break
        found += new.values()
    return sorted(found, key=lambda s: (s.row.sheet or "", s.row.number))


def _of_kind(rows: Sequence[_Row], beside: bool) -> Iterator[_Sum]:
    """Sums among the rows of one year and measure; ``beside`` totals of other groups, one is looked
    for in the smallest of them too, and chance is not."""
    number = len(rows)
    yield from _runs(rows)
    for row, others in _named_parts(rows):
        if _adds_up(row, others, number, _LEAST_NAMED):
            yield _Sum(row, f"the rows whose names begin with '{display_safe(row.name)}'")
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        if row.group:
            groups.setdefault(row.group, []).append(row)
    for name, group in groups.items():
        known = beside and len(rows[0].amounts) > 1
        tried, least = (0, _LEAST_NAMED) if known else (number, _LEAST)
        if half := _half(group, tried, least):
            yield _Sum(half, f"the other rows of '{display_safe(name)}'", by_group=True)
    if half := _half(rows, number, _LEAST):
        measure = f" of {half.kind[1]}" if len(half.kind) > 1 else ""
        yield _Sum(half, f"all other rows{measure}")


def _half(rows: Sequence[_Row], tried: int, least: int) -> _Row | None:
    """The row that is all others together: half of what all rows come to."""
    whole = _sum(rows)
    for row in rows:
        if tuple(2 * a for a in row.amounts) == whole:
            others = [r for r in rows if r is not row]
            return row if _adds_up(row, others, tried, least) else None
    return None


def _named_parts(rows: Sequence[_Row]) -> Iterator[tuple[_Row, list[_Row]]]:
    """Each row with those whose names begin with its own."""
    wholes = {r.name: r for r in rows if r.name and not r.payer}
    parts: dict[str, list[_Row]] = {}
    for row in rows:
        for mark in _PARTS:
            whole, found, _ = row.name.partition(mark)
            if found and whole in wholes:
                parts.setdefault(whole, []).append(row)
                break
    for name, others in parts.items():
        yield wholes[name], others


def _runs(rows: Sequence[_Row]) -> Iterator[_Sum]:
    """Rows that add up those directly above or below, by what stands above each row."""
    width, tried = len(rows[0].amounts), len(rows) ** 2
    above: list[Amounts] = [(0,) * width]
    for row in rows:
        above.append(_plus(above[-1], row.amounts))
    first: dict[Amounts, int] = {}
    last: dict[Amounts, int] = {}
    for place, amounts in enumerate(above):
        first.setdefault(amounts, place)
        last[amounts] = place
    for index, row in enumerate(rows):
        begin = first.get(_plus(above[index], row.amounts, -1), index)
        end = last.get(_plus(above[index + 1], row.amounts), index)
        for group in (rows[begin:index], rows[index + 1 : end]):
            if len(group) >= _LEAST and _adds_up(row, group, tried, _LEAST):
                yield _Sum(row, f"rows {group[0].number:,} to {group[-1].number:,}")
                break


def _adds_up(row: _Row, others: Sequence[_Row], tried: int, least: int) -> bool:
    """Whether a row is the sum of others, and not by chance: at least so many that say something,
    all of one sign, of the same payer or payee, in amounts of many steps."""
    if sum(1 for r in others if r.pence) < least or not row.pence:
        return False
    if _sum(others) != row.amounts:
        return False
    if row.payer and not (
        all(r.payer == row.payer for r in others) or all(r.payee == row.payee for r in others)
    ):
        return False
    columns = list(zip(*(r.amounts for r in others), strict=True))
    if any(min(c) < 0 < max(c) for c in columns):
        return False
    return _chances(columns) >= _NO_CHANCE * tried


def _chances(columns: Sequence[tuple[int, ...]]) -> int:
    """How many values the sums of columns could have had in their steps. Columns that are alike,
    or in the same proportion, are one; of others the least two, as a third may follow from them."""
    steps: dict[tuple[int, ...], int] = {}
    for column in columns:
        if any(column):
            step = gcd(*column)
            steps[tuple(value // step for value in column)] = abs(sum(column)) // step
    chances = 1
    for number in sorted(steps.values())[:2]:
        chances *= number
    return chances


def _sum(rows: Sequence[_Row]) -> Amounts:
    return tuple(map(sum, zip(*(r.amounts for r in rows), strict=True)))


def _plus(one: Amounts, other: Amounts, sign: int = 1) -> Amounts:
    return tuple(a + sign * b for a, b in zip(one, other, strict=True))
