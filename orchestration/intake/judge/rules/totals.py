"""Finds rows that add up other rows: what they come to decides, what they are called helps.

A row is a total of the rows above it since the sheet's beginning, an earlier total or a blank row.

* A label and the sum agree: it is a total, dated or not. So it is above every line of its sheet.
* The sum agrees and nothing names it: without a date it is a total. With one it looks like a line,
  so it counts as a line and is asked about.
* Only the label says so: on a bare row it is a total that does not agree (TP-040); on a row that is
  otherwise a line it is asked about if the cell says total and nothing else.

Two lines that come to a third happen by chance. So without a label there must be three lines above
(two where the row has no date) and none of them may be as large as the row. Where lines follow at
once, six lines are asked for, or an amount that no line has by chance, or a second total that makes
sense only if the first is one. A total further down that is called so settles which of the two a
row was that had been doubtful.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from ....display import display_safe, pounds
from ..batch import Batch
from ..findings import Finding, finding
from ..total_labels import Strength
from .control_totals import Total
from .total_rows import Doubt, Rows, Sums

# Hits that are looked at in a batch: a hostile file could make every second row one.
_MOST_HITS = 1_000
_LEAST_BARE, _LEAST_LINE, _LEAST_AMONG = 2, 3, 6
# An amount of so many of the steps in which the lines are counted: pounds, if all are whole pounds.
_NO_CHANCE = 1_000


class TotalsFinder:
    """The rows of one sheet, batch by batch. ``before`` is the pence of the sheets above it."""

    def __init__(self, sheet: str | None, before: int) -> None:
        self._sheet, self._before, self._sums = sheet, before, Sums()
        self.totals: list[Total] = []
        self.doubts: list[Doubt] = []

    def settle(self, batch: Batch, typed: pa.Table) -> pa.Table:
        """``typed`` with the kind ``total`` for every row found to be one."""
        rows = Rows(batch, typed)
        if rows.money is None:
            rows.settle_without_money()
        else:
            part = _Part(rows, self._sums, self._sheet, self._before, self.doubts)
            part.look()
            self.totals += part.totals
        return rows.settled()

    def finish(self) -> None:
        """Settles a total that stands above every line of its sheet, once all of them are known."""
        whole = self._sums.clean
        self.totals = [
            replace(total, agrees=True) if not total.above and total.stated == whole else total
            for total in self.totals
        ]


class _Part:
    """One batch under way: rows with a label in turn, and between them those whose sum agrees."""

    def __init__(
        self, rows: Rows, sums: Sums, sheet: str | None, before: int, doubts: list[Doubt]
    ) -> None:
        self.rows, self.sums, self.sheet, self.before = rows, sums, sheet, before
        self.doubts = doubts  # of the whole sheet so far
        self.hits = 0
        self.extra = 0  # pence of totals found so far, which ``rows.running`` holds
        self.totals: list[Total] = []

    def look(self) -> None:
        """Finds every total of the batch, and takes its sums along to the next."""
        at = 0
        labelled = self.rows.labelled()
        for gap, index in self.rows.stops(labelled):
            self._search(at, index)
            if gap:
                self.sums.note_gap(self._above(index), index)
            else:
                self._named(index)
            at = index + 1
        self._search(at, len(self.rows))
        self.sums.carry(self.rows, self.extra)

    def _above(self, index: int) -> int:
        """What the lines of the sheet above a row come to, totals left out."""
        rows = self.rows
        return self.sums.clean + int(rows.running[index] - rows.pence[index]) - self.extra

    def _search(self, start: int, end: int) -> None:
        """Rows from ``start`` to ``end`` that equal what stands above them."""
        while start < end and self.hits < _MOST_HITS:
            for index in self._equal(start, end):
                self.hits += 1
                if self._unnamed(index) or self.hits >= _MOST_HITS:
                    start = index + 1
                    break
            else:
                return

    def _equal(self, start: int, end: int) -> Sequence[int]:
        wanted = {way[0] for way in self.sums.ways()}
        behind = self.rows.behind[start:end]
        found = np.zeros(len(behind), dtype=bool)
        for above in wanted:
            found |= behind == above + self.extra - self.sums.clean
        return [int(i) + start for i in np.flatnonzero(found)]

    def _unnamed(self, index: int) -> bool:
        """Whether a row whose sum agrees is taken for a total, asked about, or remembered."""
        pence = int(self.rows.pence[index])
        begins = self._above(index) - pence
        # Of equal sums the longest group: the more lines, the less it is chance.
        from_row = min(row for above, row in self.sums.ways() if above == begins)
        here = self.sums.rows + index
        name = self.rows.label(index)
        if name and here - from_row >= _least(name):
            self._confirms(begins)
            self._take(index, pence)
            return True
        group = self.sums.group(self.rows, from_row, index)
        if group.peak >= abs(pence):
            return False
        if self.rows.is_bare(index):
            enough = group.lines >= _LEAST_BARE or self.rows.filled(index) == 1
            if enough:
                self._confirms(begins)
                self._take(index, pence)
            return enough
        if group.lines < _LEAST_LINE:
            return False
        likely = group.lines >= _LEAST_AMONG or abs(pence) >= _NO_CHANCE * group.step
        if self._confirms(begins) or likely or self.rows.ends_at(index):
            self._doubt("TP-120", index)
        else:
            self.sums.chance = (self._doubtful("TP-120", index), self._above(index), here)
        return True

    def _confirms(self, begins: int) -> bool:
        """Whether a sum makes sense only if an earlier row, that might be chance, is a total too;
        then that one is asked about as well."""
        known = {self.sums.first[0], self.sums.last[0], self.sums.gap[0]}
        if self.sums.chance is None or begins in known:
            return False
        doubt = self.sums.chance[0]
        self.doubts.append(doubt)
        self.extra += doubt.pence
        self.sums.chance = None
        return True

    def _named(self, index: int) -> None:
        """A row with a label: a total if the sum agrees, or if it is nothing else."""
        rows, stated = self.rows, self.rows.stated(index)
        name = rows.label(index)
        if stated is None:
            if rows.kinds[index] == "total" or (name == "sure" and rows.masks[index]):
                self._take(index, None)
            return
        if self._agrees(index, stated, name):
            if self._above(index) == stated:
                self._settle_doubts(as_totals=True)
            self._take(index, stated)
        elif rows.kinds[index] == "total":
            self._take(index, None, stated)
        elif name == "sure" or (name == "likely" and not rows.dated):
            self._doubt("TP-121", index)

    def _agrees(self, index: int, stated: int, name: Strength | None) -> bool:
        above, here = self._above(index), self.sums.rows + index
        if stated == self.before + above and self.before:
            return True
        if self._pending() and stated == above + sum(d.pence for d in self._pending()):
            self._settle_doubts(as_totals=False)
            return True
        begins = self.sums.starts.get(above - stated)
        if begins is not None and here - begins >= _least(name):
            return True
        if above - stated in {way[0] for way in self.sums.ways_by_chance()}:
            return self._confirms(above - stated)
        return not self.sums.rows and self.rows.agrees_by_key(index, stated)

    def _take(self, index: int, covered: int | None, stated: int | None = None) -> None:
        """Notes a total; ``covered`` is the sum that it agrees with."""
        above = self._above(index)
        said = covered if stated is None else stated
        row = self.rows.number(index)
        self.totals.append(Total(self.sheet, row, said, above, covered is not None))
        self.rows.found.append(index)
        self._close_group(index, above)

    def _pending(self) -> list[Doubt]:
        return [d for d in self.doubts if d.code == "TP-120"]

    def _settle_doubts(self, *, as_totals: bool) -> None:
        """What doubtful rows are, now that a total with a name agrees with one of the readings."""
        for doubt in self._pending():
            index = self.rows.index(doubt.row)
            if not as_totals:
                self.sums.clean += doubt.pence
            elif index is None:  # its batch has been judged
                continue
            else:
                self.rows.found.append(index)
                self.totals.append(Total(self.sheet, doubt.row, doubt.pence, doubt.pence, True))
            self.doubts.remove(doubt)

    def _doubt(self, code: str, index: int) -> None:
        above = self._above(index)
        self.doubts.append(self._doubtful(code, index))
        if code == "TP-120":
            self._close_group(index, above)

    def _doubtful(self, code: str, index: int) -> Doubt:
        rows, pence = self.rows, int(self.rows.pence[index])
        return Doubt(code, self.sheet, rows.number(index), pence, not rows.masks[index])

    def _close_group(self, index: int, above: int) -> None:
        self.extra += int(self.rows.pence[index])
        self.sums.note_total(above, index)


def doubt_findings(doubts: Sequence[Doubt], accepted: int) -> Iterator[tuple[list[Doubt], Finding]]:
    """Rows that may be totals, with what the file holds by either reading; ``accepted`` is the
    pence of its lines with these rows among them."""
    for code in ("TP-120", "TP-121"):
        found = [d for d in doubts if d.code == code]
        if found:
            amount = sum(d.pence for d in found)
            without = accepted - sum(d.pence for d in found if d.accepted)
            line, it = ("a line", "it") if len(found) == 1 else ("lines", "them")
            both = f"as {line} the file holds {pounds(accepted)}, without {it} {pounds(without)}"
            rows = ", ".join(map(_place, found[:3])) + (" …" if len(found) > 3 else "")
            yield (
                found,
                finding(code, count=len(found), amount_pence=amount, detail=both, rows=rows),
            )


def _place(doubt: Doubt) -> str:
    sheet = f" of sheet '{display_safe(doubt.sheet)}'" if doubt.sheet else ""
    return f"{doubt.row:,}{sheet}"


def _least(name: Strength | None) -> int:
    """Lines that a row with a label must add up: one is enough where it can be no payee."""
    return 2 if name == "word" else 1
