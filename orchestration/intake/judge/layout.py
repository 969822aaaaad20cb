"""Finds the heading row of a sheet, which dated layout it follows, and the rows below it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from ...contracts.feeds import FeedSchema
from ...contracts.layout import DATE_STYLES, Column, Layout, for_true_dates
from ..read.source import Ragged, text_batch
from .by_position import rows_above_data, width_of
from .heading_rows import above_their_cells, joined_rows
from .wide import Spread, spread_columns

_SLICE = 1 << 16


@lru_cache(maxsize=4096)
def heading_key(text: str) -> str:
    """A heading without case, spaces, line breaks and marks of presentation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s_]+", " ", folded.replace("\ufffd", "£")).strip(" :*.")


@dataclass(frozen=True)
class Match:
    """A heading row found: where each canonical field stands and what does not fit.

    ``gone`` are fields whose column is missing and that the count needs; ``rivals`` are the other
    columns that fit a field just as well; ``signs`` are the columns that decide the sign of an
    amount, by its field; ``spread`` are the columns of a wide table that are values, whose fields
    stand to the right of the file's own columns.
    """

    layout: Layout
    row: int
    headings: list[str]
    positions: dict[str, int]
    missing_required: list[str] = field(default_factory=list)
    missing_optional: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    rivals: dict[str, list[int]] = field(default_factory=dict)
    signs: dict[str, int] = field(default_factory=dict)
    spread: Spread | None = None
    # Whether ``row`` is a heading row; else it is the last above the data of a sheet without one.
    headed: bool = True

    @property
    def titles(self) -> int:
        """How many rows stand above the headings, or above the data of a sheet without them."""
        return self.row - self.headed

    @property
    def width(self) -> int:
        return len(self.headings)

    @property
    def file_width(self) -> int:
        """How many columns the file itself has."""
        return self.width - (len(self.spread.fields) if self.spread else 0)

    def column(self, name: str, part: int | None = None) -> int:
        """The column of the file in which a field stands, for a line of ``part``."""
        if self.spread and name in self.spread.fields:
            return self.spread.parts[part or 0].column(name)
        return self.positions[name]


def required_fields(schema: FeedSchema, layout: Layout) -> list[str]:
    """Fields whose heading must be there: the feed's required ones, its date, its marked ones."""
    wanted = []
    for name, column in layout.columns.items():
        field_ = schema.field(name)
        if column.default is not None:
            continue
        fallback = field_.required or name in (schema.date_field, schema.year_field)
        if fallback if column.required is None else column.required:
            wanted.append(name)
    return wanted


def find_headings(head: list[list[str]], schema: FeedSchema, layouts: list[Layout]) -> Match | None:
    """The best heading row among the first rows, or ``None`` if no row has half the headings.

    Layouts are tried in the order given, so of equal fits the likeliest layout wins.
    """
    best: Match | None = None
    best_score = 0
    rows = [(number, row, _keys(row)) for number, row in enumerate(head, 1)]
    for layout in layouts:
        wanted = _wanted(layout)
        for number, row, keys in rows:
            if wanted and wanted.isdisjoint(keys):  # nearly every row
                continue
            match = _match(row, keys, number, schema, layout)
            if match is None:
                continue
            score = 2 * len(match.positions) - 3 * len(match.missing_required)
            if best is None or score > best_score:
                best, best_score = match, score
    if best is None or best.missing_required:
        found = _over_two_rows(head, schema, layouts) or _without_headings(head, schema, layouts)
        return found or best
    return best


def _without_headings(
    head: list[list[str]], schema: FeedSchema, layouts: list[Layout]
) -> Match | None:
    """The columns by their positions, where a contract says that a sheet may have no headings."""
    for layout in layouts:
        above = rows_above_data(head, schema, layout) if layout.headings == "none" else None
        if above is not None:
            there = {n: c.index for n, c in layout.columns.items() if c.index is not None}
            headings = [""] * width_of(head[above:], layout)
            for name, index in there.items():
                headings[index] = layout.columns[name].heading
            return Match(layout, above, headings, there, headed=False)
    return None


def _over_two_rows(
    head: list[list[str]], schema: FeedSchema, layouts: list[Layout]
) -> Match | None:
    """The headings that two rows give together, if every heading that must be there is."""
    rows = [(number, row, _keys(row)) for number, row in joined_rows(head)]
    for layout in layouts:
        for number, row, keys in rows:
            match = _match(row, keys, number, schema, layout)
            if match and not match.missing_required:
                return match
    return None


def _wanted(layout: Layout) -> frozenset[str]:
    """Keys of which a heading row has at least one; none where headings are values."""
    if layout.wide:
        return frozenset()
    return frozenset(key for c in layout.columns.values() for key in _column_keys(c))


def _column_keys(column: Column) -> tuple[str, ...]:
    return _distinct_keys(tuple(column.headings))


@lru_cache(maxsize=4096)
def _distinct_keys(headings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(heading_key, headings)))


def _keys(row: list[str]) -> list[str]:
    """The keys of a row's cells, as far as its last one that is not empty."""
    keys = [heading_key(cell) for cell in row]
    while keys and not keys[-1]:
        keys.pop()
    return keys


def _keys_to_positions(keys: list[str], layout: Layout) -> list[str]:
    """The keys as far as the last column that the contract knows by its position."""
    last = max((c.index for c in layout.columns.values() if c.index is not None), default=-1)
    return [*keys, *[""] * (last + 1 - len(keys))]


def _match(
    row: list[str], keys: list[str], number: int, schema: FeedSchema, layout: Layout
) -> Match | None:
    """What of the layout a row has; ``None`` if it is less than half. ``keys`` are of ``_keys``."""
    if layout.cells_stand:
        from_heading = layout.cells_stand.from_heading
        from_key = None if from_heading is None else heading_key(from_heading)
        row = above_their_cells(row, keys, layout.cells_stand, from_key)
        keys = _keys(row)
    keys = _keys_to_positions(keys, layout)
    row = [*row, *[""] * (len(keys) - len(row))]
    spread = spread_columns(row[: len(keys)], schema, layout)
    made = spread.fields if spread else ()
    fitting = {n: found for n, found in _fitting(keys, layout).items() if n not in made}
    blank = sum(1 for found in fitting.values() if not keys[found[0]])
    named = len(fitting) - blank + len(made)
    if not named or 2 * named < len(layout.columns) - blank:
        return None
    positions = {name: places[0] for name, places in fitting.items()}
    known = set(positions.values()) | (spread.indexes if spread else set())
    positions |= {name: index for index, name in enumerate(made, len(keys))}
    rivals = {name: [i for i in places if i not in known] for name, places in fitting.items()}
    known |= {i for places in rivals.values() for i in places}
    wanted = {n: heading_key(c.signed_by) for n, c in layout.columns.items() if c.signed_by}
    signs = {name: keys.index(key) for name, key in wanted.items() if key in keys}
    known |= set(signs.values())
    unsigned = [layout.columns[n].signed_by or "" for n in wanted if n not in signs]
    required = required_fields(schema, layout)
    missing = [
        name for name, c in layout.columns.items() if name not in positions and c.default is None
    ]
    gone = [
        name
        for name in missing
        if name not in required and schema.field(name).needed and _is_agreed(layout, name)
    ]
    optional = [n for n in missing if n not in required and n not in gone]
    ignored = {heading_key(h) for h in layout.ignored}
    return Match(
        layout=layout,
        row=number,
        headings=[*row[: len(keys)], *(layout.columns[name].heading for name in made)],
        positions=positions,
        missing_required=[
            *(layout.columns[n].heading for n in missing if n in required),
            *unsigned,
        ],
        missing_optional=[layout.columns[n].heading for n in optional],
        unknown=[
            row[i] for i, key in enumerate(keys) if key and i not in known and key not in ignored
        ],
        duplicated=[
            layout.columns[name].heading
            for name, index in positions.items()
            if index < len(keys) and keys.count(keys[index]) > 1
        ],
        gone=gone,
        rivals={name: places for name, places in rivals.items() if places},
        signs=signs,
        spread=spread,
    )


def _fitting(keys: list[str], layout: Layout) -> dict[str, list[int]]:
    """For each field found every column that its heading or an alias fits, the preferred first."""
    places: dict[str, list[int]] = {}
    for index, key in enumerate(keys):
        places.setdefault(key, []).append(index)
    fitting = {
        name: [i for key in _column_keys(c) for i in places.get(key, [])]
        for name, c in layout.columns.items()
    }
    for name, column in layout.columns.items():
        at = column.index
        if at is None:
            continue
        blank = layout.headings == "row" and not fitting[name] and not keys[at]
        if blank or at in fitting[name]:
            fitting[name] = [at]
    return {name: found for name, found in fitting.items() if found}


def _is_agreed(layout: Layout, name: str) -> bool:
    """Whether a column that need not be there was agreed to be there."""
    return layout.columns[name].required is not False


def written_dates(schema: FeedSchema, match: Match) -> dict[int, str]:
    """How the true dates of a workbook are to be written by column: in a style agreed for text,
    which says nothing of a cell that is no text."""
    found = {}
    for name, index in match.positions.items():
        style = for_true_dates(match.layout.columns[name].formats)
        if style and schema.field(name).type == "date" and index < match.file_width:
            found[index] = DATE_STYLES[style][1]
    return found


def after_row(batch: pa.RecordBatch, row: int) -> pa.RecordBatch:
    """The rows of a batch below a row of the file, such as that of the headings.

    Rows ascend and headings stand near the top, so counting is enough; pyarrow's own filter
    would import pandas to compare with a number.
    """
    above = 0
    while above < batch.num_rows and batch["source_row"][above].as_py() <= row:
        above += 1
    return batch.slice(above)


def pad_to_width(rows: Iterable[Ragged], width: int) -> Iterator[tuple[str | None, pa.RecordBatch]]:
    """Ragged rows cut or filled to ``width``, by the rule they break; ``None`` for rows that only
    have empty cells too many, or are a lone cell such as a note."""
    parts: dict[str | None, list[Ragged]] = {}
    for row in rows:
        short = 1 < len(row.cells) < width
        wrong = short or any(c.strip() for c in row.cells[width:]) or row.code != Ragged.code
        parts.setdefault(row.code if wrong else None, []).append(row)
    for code, part in parts.items():
        cells = [[*r.cells[:width], *[""] * (width - len(r.cells))] for r in part]
        yield code, text_batch([r.row for r in part], list(zip(*cells, strict=True)))


def with_trimmed(batch: pa.RecordBatch) -> pa.Table:
    """The batch with every cell once more, ``w0 …``, without surrounding white space.

    Cut in slices, because DuckDB gives each of its threads whole slices.
    """
    cells = [n for n in batch.schema.names if n != "source_row"]
    columns = [*batch.columns, *(_trimmed(batch[n]) for n in cells)]
    names = [*batch.schema.names, *(f"w{n[1:]}" for n in cells)]
    table = pa.Table.from_arrays(columns, names=names)
    return pa.Table.from_batches(table.to_batches(max_chunksize=_SLICE))


def _trimmed(column: pa.Array) -> pa.Array:
    """The cells without surrounding white space; the same column, not a copy, if there is none."""
    trimmed = pc.utf8_trim_whitespace(column)
    return column if trimmed.equals(column) else trimmed
