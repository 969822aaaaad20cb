"""Names the shape of a table that the contract does not expect: values as headings, or headings
over two rows.

Here belongs what such a table is called and the proposal for its layout. Nothing is read by it:
a table is turned only where the contract says so, in ``wide``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from ...contracts.feeds import FeedSchema, Field
from ...contracts.layout import Column, Layout
from ...contracts.periods import label_style
from ...contracts.wide import CELLS, YEAR_HEADING, any_of, taken_apart
from ...display import display_safe
from .findings import Finding, finding
from .heading_rows import joined_rows
from .layout import Match, heading_key

# Below these rows no heading stands.
_DEEPEST = 20
# So many columns of values make a table wide; of years and codes two are a comparison.
_LEAST_MONTHS, _LEAST = 3, 2
_MOST_COLUMNS = 400
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_MONTHS = (
    rf"{_MONTH}(?:[ \-'/]*(?:20\d\d|19\d\d|\d\d))?|(?:19|20)\d\d[-/ ]?M?(?:0[1-9]|1[0-2])(?:-01)?"
    r"|(?:01/)?(?:0?[1-9]|1[0-2])/(?:19|20)\d\d|(?:19|20)\d\d[-/]\d\d ?P(?:0[1-9]|1[0-2])"
    r"|Q[1-4](?: ?(?:19|20)\d\d[-/]\d\d)?|(?:19|20)\d\d[-/]\d\d ?Q[1-4]"
)
_YEARS = rf"(?:FY ?)?(?:{YEAR_HEADING})|FY ?\d\d|(?:19|20)\d\d"
_TOTAL = re.compile(r"(?:grand |sub-?)?totals?|ytd|year to date|full year|all months|average")
_NAMES = {"year": "financial years", "date": "months"}


@dataclass(frozen=True)
class Shape:
    """Columns of a row of headings that are values of ``fields``."""

    fields: tuple[str, ...]
    columns: dict[int, dict[str, str]]
    row: int
    headings: list[str]

    @property
    def weight(self) -> tuple[int, int]:
        """More columns are the surer shape; of as many, fewer fields."""
        return len(self.columns), -len(self.fields)


def shape_finding(
    head: list[list[str]], schema: FeedSchema, layout: Layout, match: Match | None
) -> Finding | None:
    """That values stand as headings, with the layout that would read them; ``None`` if not so."""
    if layout.wide and match and not match.missing_required:
        return None
    if shape := _wide(head, schema, layout, match):
        return _named(shape, schema, layout)
    return _two_rows(head, layout) if match is None or match.missing_required else None


def _wide(
    head: list[list[str]], schema: FeedSchema, layout: Layout, match: Match | None
) -> Shape | None:
    candidates = [n for n in layout.columns if _may_be_spread(schema, schema.field(n))]
    shapes: list[Shape] = []
    rows = [*enumerate(head[:_DEEPEST], 1), *joined_rows(head)]
    for number, row in rows:
        keys = {heading_key(cell) for cell in row if cell.strip()}
        there = {
            n for n, c in layout.columns.items() if any(heading_key(h) in keys for h in c.headings)
        }
        if match and not match.missing_required and number != match.row:
            continue
        if not there:
            continue
        absent = [n for n in candidates if n not in there]
        shapes += _shapes(row, number, schema, layout, absent, there)
    return max(shapes, key=lambda s: s.weight, default=None)


def _shapes(
    row: list[str],
    number: int,
    schema: FeedSchema,
    layout: Layout,
    absent: list[str],
    there: set[str],
) -> Iterator[Shape]:
    """What a row of headings may be; one of its fields is there in no other way."""
    patterns = {n: _pattern(schema.field(n), layout.columns[n]) for n in absent}
    words = {w: n for n in _cells(schema, layout) for w in layout.columns[n].headings}
    agreed = {heading_key(h) for c in layout.columns.values() for h in c.headings}
    for size in range(1, min(3, len(absent)) + 1):
        for fields in combinations(absent, size):
            for more in ({}, {CELLS: any_of(list(words))} if len(words) > 1 else {}):
                if (
                    not more
                    and set(words.values()) & there
                    and set(_cells(schema, layout)) <= there
                ):
                    continue
                asked = {**{n: patterns[n] for n in fields}, **more}
                found = _columns(row, asked, agreed)
                if _is_shape(found, fields, schema):
                    yield Shape(fields, found, number, row)


def _columns(
    row: list[str], patterns: dict[str, str], agreed: set[str]
) -> dict[int, dict[str, str]]:
    found = {}
    for index, cell in enumerate(row[:_MOST_COLUMNS]):
        if cell.strip() and heading_key(cell) not in agreed:
            said = taken_apart(cell, patterns)
            if said:
                found[index] = said
    return found


def _is_shape(
    found: dict[int, dict[str, str]], fields: tuple[str, ...], schema: FeedSchema
) -> bool:
    only = len(fields) == 1 and schema.field(fields[0]).type == "date"
    if len(found) < (_LEAST_MONTHS if only else _LEAST):
        return False
    return any(len({heading_key(said[n]) for said in found.values()}) > 1 for n in fields)


def _may_be_spread(schema: FeedSchema, field: Field) -> bool:
    if field.type == "date":
        return field.name == schema.date_field
    named = any(value.isalpha() for value in field.values)  # a bare number is no heading
    return field.name in schema.key and (field.type == "year" or named)


def _pattern(field: Field, column: Column) -> str:
    if field.type == "date":
        return _MONTHS
    if field.type == "year":
        return _YEARS
    plain = [v.replace("_", " ") for v in field.values]
    hyphened = [v.replace("_", "-") for v in field.values]
    called = [name for name, _ in field.also_called]
    return any_of([*column.codes, *field.values, *plain, *hyphened, *called])


def _cells(schema: FeedSchema, layout: Layout) -> list[str]:
    """The fields that hold the figures of a row, the one that counts first."""
    main = schema.money_field or schema.count_field
    numeric = [
        n
        for n in layout.columns
        if schema.field(n).type in ("money", "integer", "number") and n not in schema.key
    ]
    return sorted(numeric, key=lambda n: n != main)


def _named(shape: Shape, schema: FeedSchema, layout: Layout) -> Finding:
    headings = [shape.headings[i] for i in shape.columns]
    kinds = " and ".join(_kind(schema.field(n), layout.columns[n]) for n in shape.fields)
    first, last = (display_safe(headings[i]) for i in (0, -1))
    totals = [h for h in shape.headings if _TOTAL.fullmatch(heading_key(h))]
    hint = ""
    if totals:
        named = ", ".join(f"'{display_safe(h)}'" for h in totals)
        hint = f"{named} {'adds' if len(totals) == 1 else 'add'} up other columns."
    return finding(
        "TP-390",
        count=len(headings),
        detail=f"{kinds} stand as columns: '{first}' … '{last}', {len(headings)} columns",
        rows=f"{shape.row}",
        hint=hint,
        proposal=_proposal(shape, schema, layout, totals),
    )


def _kind(field: Field, column: Column) -> str:
    return _NAMES.get(field.type, f"the values of '{display_safe(column.heading)}'")


def _proposal(shape: Shape, schema: FeedSchema, layout: Layout, totals: list[str]) -> str:
    """The lines of YAML that would read the table, for the data team."""
    said = list(shape.columns.values())
    cells = _cells(schema, layout)
    target = cells[0] if cells else ""
    if CELLS in said[0]:
        by_word = {heading_key(h): n for n in cells for h in layout.columns[n].headings}
        words = dict.fromkeys(" ".join(s[CELLS].split()) for s in said)
        target = "{" + ", ".join(f"{_quoted(w)}: {by_word[heading_key(w)]}" for w in words) + "}"
    lines = [f"wide: {{headings: [{', '.join(shape.fields)}], cells: {target}}}"]
    for name in shape.fields:
        if schema.field(name).type == "date":
            styles = dict.fromkeys(label_style(s[name]) for s in said)
            lines.append(f"columns.{name}.formats: [{', '.join(s for s in styles if s)}]")
    if totals:
        lines.append(f"ignored: [{', '.join(map(_quoted, totals))}]")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    safe = (display_safe(text) or "").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{safe}"'


def _two_rows(head: list[list[str]], layout: Layout) -> Finding | None:
    """That headings stand in two rows which together say most of what is agreed, or nearly."""
    wanted = [heading_key(h) for c in layout.columns.values() for h in c.headings]
    for number, row in joined_rows(head):
        upper, lower = head[number - 2], head[number - 1]
        groups = [cell for cell in upper if cell.strip()]
        if not 1 < len(groups) < sum(1 for cell in row if cell):
            continue
        below = [heading_key(cell) for cell in lower if cell.strip()]
        repeated = len({*below}) < len(below)
        agreed = sum(heading_key(cell) in wanted for cell in [*upper, *lower])
        if repeated and agreed >= _LEAST and not any(re.search(r"\d[.,]?\d", c) for c in lower):
            said = ", ".join(f"'{display_safe(cell)}'" for cell in row[:12] if cell)
            return finding("TP-391", detail=said, rows=f"{number - 1} and {number}")
    return None
