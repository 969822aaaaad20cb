"""A batch of rows as arrays, in which totals are looked for: pence, running sums, labels.

Sums are arrays; Python looks only at rows with a label, and at those whose sum agrees.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...read.source import int64s
from ..batch import Batch
from ..total_labels import HINT, Strength, strongest

# Labels and blank rows that are looked at in a batch.
_MOST_LABELS, _MOST_GAPS = 50_000, 5_000
_STEPS = 1_000  # lines looked at for the step
_BARE = 3  # cells filled, at most
_LEAST_COUNTED = 2  # rows that a total without a label counts
# Keys of somebody's system: no label stands there, and every value is another.
_KEYS = ("transaction_no", "supplier_code", "account_code", "vat_no", "vat_code", "invoice_no")
# Types of columns in which a label may stand: by a key, a total's name is in any part of it.
_LABELLED = {False: ("text",), True: ("text", "integer", "date", "year")}
_NEVER = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Doubt:
    """A row that may be a total: the rule, where it stands, its pence, and whether it counts."""

    code: str
    sheet: str | None
    row: int
    pence: int
    accepted: bool


@dataclass(frozen=True)
class Group:
    """Lines of an amount other than 0, the largest, and the step in which they are counted."""

    lines: int
    peak: int
    step: int


@dataclass
class Sums:
    """What is known of a sheet above the batch: rows, the pence of its lines, the largest of them.

    Where a group may begin is the pence above, and how many rows are: ``first`` is the sheet's
    beginning, ``last`` the latest total, ``gap`` the latest blank row, ``starts`` all of them.
    """

    rows: int = 0
    clean: int = 0
    peak: int = 0
    starts: dict[int, int] = field(default_factory=lambda: {0: 0})
    first: tuple[int, int] = (0, 0)
    last: tuple[int, int] = (0, 0)
    gap: tuple[int, int] = (0, 0)
    chance: tuple[Doubt, int, int] | None = None  # a row that may be one by chance, and its start

    def ways(self) -> list[tuple[int, int]]:
        """What may stand above a group, and in how many rows. If the row that may be a total by
        chance is one, a group may begin below it, or at the beginning with that row left out."""
        found = [self.first, self.last, self.gap]
        return found + self.ways_by_chance()

    def ways_by_chance(self) -> list[tuple[int, int]]:
        """Those of them that make a total of the row that may be one by chance."""
        if self.chance is None:
            return []
        doubt, above, row = self.chance
        return [(above + doubt.pence, row + 1), (doubt.pence, 0)]

    def note_total(self, above: int, index: int) -> None:
        """A total stands in row ``index`` of the batch."""
        self.last = (above, self.rows + index + 1)
        self.starts[above] = self.last[1]

    def note_gap(self, above: int, index: int) -> None:
        """A blank row does."""
        self.gap = (above, self.rows + index + 1)
        self.starts[above] = self.gap[1]

    def group(self, rows: Rows, from_row: int, index: int) -> Group:
        """The lines of a group; where it begins above the batch, all lines there count as its."""
        here = np.abs(rows.pence[max(0, from_row - self.rows) : index])
        lines, peak = int(np.count_nonzero(here)), int(here.max(initial=0))
        if from_row < self.rows:
            lines, peak = lines + self.rows - from_row, max(peak, self.peak)
        return Group(lines, peak, int(np.gcd.reduce(here[:_STEPS])) or 1)

    def carry(self, rows: Rows, extra: int) -> None:
        """Goes on to the next batch."""
        if len(rows):
            self.clean += int(rows.running[-1]) - extra
            kept = np.abs(rows.pence)
            kept[rows.found] = 0
            self.peak = max(self.peak, int(kept.max()))
            self.rows += len(rows)


class Rows:
    """A batch: ``pence`` of its rows of data, ``running`` sums of them, ``behind``: what they come
    to once a row is taken off twice, which is what stands above the group that it adds up."""

    def __init__(self, batch: Batch, typed: pa.Table) -> None:
        schema = batch.schema
        self.batch, self._typed, self.found = batch, typed, list[int]()
        there = batch.match.positions
        self.dated = schema.date_field in there
        self._placed = [f for f in (schema.date_field, schema.year_field) if f in there]
        kinds = typed["kind"].combine_chunks()
        self._codes = _numbers(kinds.indices, np.uint8)
        self._words: list[str] = kinds.dictionary.to_pylist()
        self.kinds = _Words(self._codes, self._words)
        self.masks = _integers(typed["mask"])
        self.money = schema.money_field if schema.money_field in there else None
        if self.money:
            column = typed[f"v_{self.money}"].combine_chunks()
            amounts = _integers(pc.coalesce(column, int64s(np.zeros(len(column), np.int64))))
            self._amounts = column
            self.pence = np.where(self._is("data"), amounts, 0)
            self.running = np.cumsum(self.pence)
            self.behind = np.where(self.pence == 0, _NEVER, self.running - 2 * self.pence)

    def __len__(self) -> int:
        return int(self._typed.num_rows)

    def _is(self, *kinds: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.isin(self._codes, [i for i, word in enumerate(self._words) if word in kinds])

    def labelled(self) -> set[int]:
        """Rows of a bare total, and rows with a label in a column of texts."""
        found = set(np.flatnonzero(self._is("total")).tolist())
        for name in self.batch.match.positions:
            field_ = self.batch.schema.field(name)
            if field_.type in _LABELLED[bool(self.batch.schema.key)] and name not in _KEYS:
                for cells, values in zip(
                    self.batch.texts(name), self.batch.distinct(name), strict=True
                ):
                    found |= _with_label(cells, values)
        data = self._is("data", "total", "note")
        return {i for i in sorted(found)[:_MOST_LABELS] if data[i]}

    def stops(self, labelled: set[int]) -> Iterator[tuple[bool, int]]:
        """Rows at which a search pauses, in turn: blank ones (``True``) and labelled ones."""
        empty = np.flatnonzero(self._is("blank", "heading"))
        gaps = set(empty.tolist()) if len(empty) <= _MOST_GAPS else set()
        for index in sorted(labelled | gaps):
            yield index in gaps, index

    def stated(self, index: int) -> int | None:
        """The pence that a row states."""
        value = self._amounts[index].as_py()
        return None if value is None else int(value)

    def ends_at(self, index: int) -> bool:
        """Whether a row is the last of the batch, or of those that a row without data follows."""
        return index + 1 == len(self) or self.kinds[index + 1] != "data"

    def index(self, row: int) -> int | None:
        """Where in the batch a row of Excel's number stands."""
        found = np.flatnonzero(_integers(self._typed["source_row"]) == row)
        return int(found[0]) if len(found) else None

    def number(self, index: int) -> int:
        """The row as Excel counts it."""
        return int(self._typed["source_row"][index].as_py())

    def _texts(self, index: int) -> Sequence[str]:
        width = self.batch.match.width
        return [self.batch.cells[f"w{i}"][index].as_py() for i in range(width)]

    def label(self, index: int) -> Strength | None:
        """The surest label in any cell of a row."""
        return strongest(self._texts(index))

    def filled(self, index: int) -> int:
        """How many cells of a row say anything."""
        return sum(1 for text in self._texts(index) if text)

    def is_bare(self, index: int) -> bool:
        """Whether a row is no line by itself: it lacks what its feed knows a row by, or is without
        a date or year, and would not count or has next to nothing beside its amount."""
        filled = self.filled(index)
        if not self._placed:
            return filled == 1
        if any(self._typed[f"v_{name}"][index].is_valid for name in self._placed):
            return bool(self.batch.schema.key) and bool(self.masks[index])
        return filled <= _BARE or bool(self.masks[index])

    def agrees_by_key(self, index: int, stated: int) -> bool:
        """Whether a row is the sum of those above of the same year and codes, such as Budget."""
        schema, positions = self.batch.schema, self.batch.match.positions
        keys = [
            f.name for f in schema.fields if f.name in positions and (f.type == "year" or f.values)
        ]
        same = self._is("data")[:index]
        for name in keys:
            codes, _ = _encoded(self._typed[f"v_{name}"])
            same = same & (codes[:index] == codes[index])
        same[[i for i in self.found if i < index]] = False
        total = int(self.pence[:index][same].sum())
        return bool(keys) and int(same.sum()) >= 2 and total == stated

    def settle_without_money(self) -> None:
        """Without money the label decides, and that what every row must say is not there; or that
        a row without it counts what those of its month or year do."""
        for index in self.labelled():
            name = self.label(index)
            if name == "sure" or (name and self.masks[index]):
                self.found.append(index)
        self.found += [i for i in self._counts_others() if i not in self.found]

    def _counts_others(self) -> list[int]:
        """Rows that cannot count, and hold the sum of those above that can, of the same time."""
        schema, there = self.batch.schema, self.batch.match.positions
        if schema.count_field not in there:
            return []
        column = self._typed[f"v_{schema.count_field}"].combine_chunks()
        counts = _integers(pc.coalesce(column, int64s(np.zeros(len(column), np.int64))))
        counting = self._is("data") & (self.masks == 0)
        found = []
        for index in np.flatnonzero(self._is("data") & (self.masks != 0) & (counts > 0)).tolist():
            same = counting[:index]
            for name in self._placed:
                codes, _ = _encoded(self._typed[f"v_{name}"])
                same = same & (codes[:index] == codes[index])
            lines = counts[:index][same]
            if len(lines) >= _LEAST_COUNTED and lines.sum() == counts[index] > lines.max():
                found.append(index)
        return found

    def settled(self) -> pa.Table:
        """The rows with what was found: a total is no line, and is not at fault."""
        found = [i for i in self.found if self.kinds[i] != "total"]
        if not found:
            return self._typed
        codes, masks = self._codes.copy(), self.masks.copy()
        codes[found], masks[found] = self._words.index("total"), 0
        numbers = pa.Array.from_buffers(pa.uint8(), len(codes), [None, pa.py_buffer(codes)])
        words = self._typed["kind"].chunk(0).dictionary
        kinds = pa.DictionaryArray.from_arrays(numbers, words)
        table = self._typed
        columns = {"kind": kinds, "mask": int64s(masks)}
        if "line" in table.column_names:  # nobody asks whether a total stands there twice
            totals = np.isin(np.arange(len(codes)), found).tolist()
            nothing = pa.scalar(None, table["line"].type)
            columns["line"] = pc.if_else(_truths(totals), nothing, table["line"])
        for name, column in columns.items():
            table = table.set_column(table.column_names.index(name), name, column)
        return table


class _Words:
    """Texts kept as numbers of a short list."""

    def __init__(self, codes: np.ndarray[Any, Any], words: list[str]) -> None:
        self._codes, self._words = codes, words

    def __getitem__(self, index: int) -> str:
        return self._words[int(self._codes[index])]


def _encoded(column: pa.ChunkedArray) -> tuple[np.ndarray[Any, Any], list[Any]]:
    """A column as numbers of the list of its values, which comes with it."""
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    return _numbers(encoded.indices, np.int32), encoded.dictionary.to_pylist()


def _integers(column: pa.ChunkedArray | pa.Array) -> np.ndarray[Any, Any]:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return _numbers(whole, np.int64)


def _numbers(array: pa.Array, kind: type) -> np.ndarray[Any, Any]:
    """An array of numbers without nulls; Arrow's own ``to_numpy`` would import pandas."""
    values: np.ndarray[Any, Any] = np.frombuffer(array.buffers()[1] or b"", dtype=kind)
    return values[array.offset : array.offset + len(array)]


def _with_label(cells: pa.ChunkedArray, values: pa.Array) -> set[int]:
    """Rows whose cell may be a label; ``values`` are the different ones."""
    hints = pc.match_substring_regex(values, HINT)
    wanted = values.filter(hints)
    if not len(wanted):
        return set()
    names = wanted.filter(_truths([strongest([v]) is not None for v in wanted.to_pylist()]))
    if not len(names):
        return set()
    rows = pc.indices_nonzero(pc.is_in(cells, value_set=names))
    return set(rows.to_pylist())


def _truths(values: Sequence[bool]) -> pa.Array:
    bits = np.packbits(np.array(values, dtype=bool), bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(bits)])
