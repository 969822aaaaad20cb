"""Columns that the count needs and that are gone or half empty; columns that fit one place twice.

Every question says what is lost and how many £ stand on it. Which columns the count needs is
declared beside each field (``Field.needed``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ....contracts.feeds import FeedSchema, Field
from ....contracts.layout import Layout
from ....display import display_safe, pounds
from ..batch import Batch
from ..findings import Finding, finding
from ..layout import Match
from ..parse import value_sql
from .drift import Profile, threshold
from .headings import NAMED, near, renamed_hint


@dataclass
class Rival:
    """A column that fits a field as well as the one that was used: what each of them holds.

    ``differ`` is in how many rows they say different things.
    """

    field: str
    used: str
    other: str
    alike_by_name: bool
    differ: int = 0
    filled: tuple[int, int] = (0, 0)
    pence: tuple[int, int] = (0, 0)


def weigh(batch: Batch, rivals: dict[tuple[str, int], Rival]) -> None:
    """Adds the lines of a batch to what rival columns hold; asked only where there are any."""
    for name, others in batch.match.rivals.items():
        for index in others:
            rival = rivals.setdefault((name, index), _rival(batch.match, name, index))
            differ, *held = batch.planned.rows(_weigh_sql(batch, name, index))[0]
            rival.differ += differ
            rival.filled = (rival.filled[0] + held[0], rival.filled[1] + held[1])
            rival.pence = (rival.pence[0] + held[2], rival.pence[1] + held[3])


def _rival(match: Match, name: str, index: int) -> Rival:
    used, other = match.headings[match.positions[name]], match.headings[index]
    alike = match.layout.columns[name].heading in match.duplicated
    return Rival(name, display_safe(used) or "", display_safe(other) or "", alike)


def _weigh_sql(batch: Batch, name: str, index: int) -> str:
    field, column = batch.schema.field(name), batch.match.layout.columns[name]
    mine, other = (
        value_sql(field, column, f"nullif(w{i}, '')") for i in (batch.match.positions[name], index)
    )
    pence = ("mine", "other") if field.type == "money" else ("NULL", "NULL")
    sums = ", ".join(f"CAST(coalesce(sum({p}), 0) AS BIGINT)" for p in pence)
    return (
        "SELECT count(*) FILTER (mine IS DISTINCT FROM other), count(mine), count(other), "
        f"{sums} FROM (SELECT {mine} AS mine, {other} AS other FROM cells WHERE kind = 'data')"
    )


def column_findings(
    schema: FeedSchema,
    matches: Mapping[str | None, Match],
    read: Mapping[str | None, tuple[int, int]],
    rivals: Mapping[tuple[str, int], Rival],
    profile: Profile,
) -> Iterator[Finding]:
    """What is asked of the columns; ``read`` are the accepted lines of each sheet, their pence."""
    yield from _twice(schema, rivals)
    yield from _gone(schema, matches, read)
    layout = next(iter(matches.values())).layout
    gone = {name for match in matches.values() for name in match.gone}
    for field in schema.fields:
        is_payee = field.classification == "payee" and field.name not in gone
        if is_payee and field.needed and asks_for(layout, field):
            yield from half_empty(schema, field, layout, profile, "")


def _twice(schema: FeedSchema, rivals: Mapping[tuple[str, int], Rival]) -> Iterator[Finding]:
    for rival in rivals.values():
        money = schema.field(rival.field).type == "money"
        held = [
            f"{pounds(pence)} in {_lines(filled)}" if money else f"a value in {_lines(filled)}"
            for filled, pence in zip(rival.filled, rival.pence, strict=True)
        ]
        if rival.alike_by_name:
            hint = f"The first holds {held[0]}, the other {held[1]}."
            yield finding("TP-014", heading=rival.used, hint=hint)
        elif rival.differ:
            detail = f"'{rival.used}' ({held[0]}) and '{rival.other}' ({held[1]})"
            yield finding(
                "TP-153", field=rival.field, heading=rival.used, count=rival.differ, detail=detail
            )
        else:
            hint = f"It says the same as '{rival.used}' in every row."
            yield finding("TP-013", heading=rival.other, hint=hint)


def _gone(
    schema: FeedSchema,
    matches: Mapping[str | None, Match],
    read: Mapping[str | None, tuple[int, int]],
) -> Iterator[Finding]:
    for field in schema.fields:
        lacking = {sheet: match for sheet, match in matches.items() if field.name in match.gone}
        if not lacking:
            continue
        match = next(iter(lacking.values()))
        rows, pence = (sum(read.get(s, (0, 0))[i] for s in lacking) for i in (0, 1))
        heading = match.layout.columns[field.name].heading
        money = f" ({pounds(pence)})" if schema.money_field else ""
        yield finding(
            "TP-150",
            count=max(1, rows),
            amount_pence=pence if schema.money_field else None,
            field=field.name,
            heading=display_safe(heading) or "",
            detail=field.needed,
            rows=f"{_lines(rows)}{money}{_sheets(lacking, matches)}",
            hint=_other_names(match, heading),
        )


def without_amounts(
    schema: FeedSchema, match: Match, profile: Profile, rows: int
) -> Iterator[Finding]:
    """A file of which no line has an amount in the column that counts, though one is agreed; where
    a line must have one, it is refused for that."""
    name = schema.money_field
    if name is None or not rows or profile.filled.get(name):
        return
    field, column = schema.field(name), match.layout.columns.get(name)
    if column is None or column.required or field.required or not asks_for(match.layout, field):
        return
    heading = column.heading
    hint = ""
    if name not in match.positions:
        hint = f"This file has no such heading. {_other_names(match, heading)}".strip()
    yield finding(
        "TP-411",
        count=rows,
        amount_pence=0,
        field=name,
        heading=display_safe(heading) or "",
        hint=hint,
    )


def _sheets(lacking: Mapping[str | None, Match], matches: Mapping[str | None, Match]) -> str:
    if len(lacking) == len(matches):
        return ""
    return " of " + ", ".join(f"sheet '{display_safe(sheet)}'" for sheet in lacking)


def _other_names(match: Match, heading: str) -> str:
    """Under which heading of the file the column may stand now."""
    missing = [*match.missing_required, *(match.layout.columns[n].heading for n in match.gone)]
    missing += [h for h in match.missing_optional if h not in missing]
    if other := near(missing, match.unknown).get(heading):
        return renamed_hint(heading, other, match.unknown)
    if not match.unknown:
        return ""
    names = ", ".join(f"'{display_safe(h)}'" for h in match.unknown[:NAMED])
    return f"Not in the agreement, but in this file: {names}."


def asks_for(layout: Layout, field: Field) -> bool:
    """Whether the layout agreed the column as one that is filled."""
    column = layout.columns.get(field.name)
    return column is not None and column.required is not False and column.default is None


def half_empty(
    schema: FeedSchema, field: Field, layout: Layout, profile: Profile, before: str
) -> Iterator[Finding]:
    """A column of which a quarter or more is blank; ``before`` says how it was filled earlier."""
    if field.name not in profile.filled:
        return
    blank = profile.rows - profile.filled[field.name]
    if blank < threshold("blank.least_rows") or blank < threshold("blank.share") * profile.rows:
        return
    pence = profile.blank_pence.get(field.name, 0) if schema.money_field else None
    yield finding(
        "TP-151",
        count=blank,
        amount_pence=pence,
        field=field.name,
        heading=layout.columns[field.name].heading,
        detail=field.needed,
        rows=f"{blank:,} of {profile.rows:,} lines",
        hint=before,
    )


def _lines(number: int) -> str:
    return f"{number:,} {'line' if number == 1 else 'lines'}"
