"""Spend lines of a span of months: the story's commitments, and payments drawn at random.

Here belongs how lines come about, as whole numpy columns; nothing is computed line by line, and
no exponential or logarithm is used, whose last digit differs between machines. Which file they
go to is decided in ``generate``.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..contracts.feeds import SPEND
from ..contracts.periods import Period
from .story import Commitment, SpendCast, Story, Stream

Ints = np.ndarray[Any, np.dtype[np.int64]]
_DAY = "datetime64[D]"


def random_stream(seed: int, *names: str) -> np.random.Generator:
    """Random numbers that depend on the seed and the names only, not on what was made before."""
    words = [zlib.crc32(name.encode()) for name in names]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words])))


def instalments(pounds: int, parts: int) -> list[int]:
    """An annual sum in equal parts of whole pence that add up to it, the larger ones first."""
    each, over = divmod(pounds * 100, parts)
    return [each + (i < over) for i in range(parts)]


@dataclass(frozen=True)
class Lines:
    """Lines as columns: ``kind`` points into the vocabulary, ``fixed`` marks commitments."""

    day: np.ndarray[Any, Any]
    pence: Ints
    vat: Ints
    kind: Ints
    payee: Ints
    fixed: np.ndarray[Any, np.dtype[np.bool_]]

    def __len__(self) -> int:
        return len(self.pence)

    def take(self, index: Any) -> Lines:
        """The lines at ``index``, in its order."""
        return replace(self, **{n: getattr(self, n)[index] for n in self.__dataclass_fields__})

    @staticmethod
    def joined(parts: Sequence[Lines]) -> Lines:
        """All lines of several spans, in order."""
        names = Lines.__dataclass_fields__
        return Lines(**{n: np.concatenate([getattr(p, n) for p in parts]) for n in names})


@dataclass
class Spent:
    """True spend of a partner in pence: all of it by theme, and by agreement where there is one."""

    themes: dict[str, int] = field(default_factory=dict)
    agreements: dict[str, int] = field(default_factory=dict)

    def add(self, more: Spent) -> None:
        """Adds what was spent elsewhere."""
        for mine, other in ((self.themes, more.themes), (self.agreements, more.agreements)):
            for name, pence in other.items():
                mine[name] = mine.get(name, 0) + pence


class LineMaker:
    """Tells one partner's spend: makes lines of a span and turns them into a canonical table."""

    def __init__(
        self, story: Story, cast: SpendCast, commitments: Sequence[Commitment], seed: int, name: str
    ) -> None:
        self._story, self._cast, self._seed, self._name = story, cast, seed, name
        self._streams = cast.streams
        self._commitments = commitments
        self._kinds: list[Stream | Commitment] = [*cast.streams, *commitments]
        self._payees: list[str] = []
        self._first: list[int] = []
        for kind in self._kinds:
            self._first.append(len(self._payees))
            if isinstance(kind, Stream):
                self._payees += story.payees[kind.payees]
            else:
                self._payees.append(kind.labels["supplier_name"])
        ends = [*self._first[1:], len(self._payees)]
        self._many = np.array(ends) - np.array(self._first)
        self._labels = {
            name: pa.array(
                [k.labels.get(name) or cast.constants.get(name, "") for k in self._kinds]
            )
            for name in SPEND.names
            if name in cast.constants or any(name in k.labels for k in self._kinds)
        }

    def spent(self, lines: Lines) -> Spent:
        """What the lines come to, by true theme and by agreement."""
        themes = np.array([k.theme for k in self._kinds])[lines.kind]
        spent = Spent({str(t): int(lines.pence[themes == t].sum()) for t in np.unique(themes)})
        for index, commitment in enumerate(self._commitments, len(self._streams)):
            if commitment.agreement:
                pence = int(lines.pence[lines.fixed & (lines.kind == index)].sum())
                spent.add(Spent({}, {commitment.agreement: pence}))
        return spent

    def lines(self, months: Sequence[Period], count: int) -> Lines:
        """``count`` lines of the months, by date: what is committed first, the rest drawn."""
        fixed = self._committed(months)
        fixed = fixed.take(slice(0, count))
        random = random_stream(self._seed, self._name, "spend", months[0].label, str(len(months)))
        lines = Lines.joined([fixed, self._drawn(random, months, count - len(fixed))])
        return lines.take(np.argsort(lines.day, kind="stable"))

    def table(self, lines: Lines, before: int) -> pa.Table:
        """The canonical table; ``before`` lines came earlier, so that running numbers go on."""
        columns: dict[str, pa.Array] = {
            "line_date": pa.array(lines.day.astype(_DAY)),
            "amount_pence": pa.array(lines.pence),
            "vat_pence": pa.array(lines.vat),
            "supplier_name": pa.DictionaryArray.from_arrays(
                pa.array(lines.payee.astype(np.int32)), pa.array(self._payees)
            ),
        }
        for name, values in self._labels.items():
            if name != "supplier_name":
                kinds = pa.array(lines.kind.astype(np.int32))
                columns[name] = pa.DictionaryArray.from_arrays(kinds, values)
        for name in self._cast.numbers:
            columns[name] = self._running(name, lines, before)
        return pa.table(columns)

    def _running(self, name: str, lines: Lines, before: int) -> pa.Array:
        """Rising numbers with small gaps, as ledgers have them."""
        numbers = self._cast.numbers[name]
        random = random_stream(self._seed, self._name, name, "gap", str(before))
        steps = 1 + np.floor(random.random(len(lines)) * 3).astype(np.int64)
        values = numbers.start + before * 3 + np.cumsum(steps)
        text = pc.cast(pa.array(values), pa.string())
        return pc.binary_join_element_wise(numbers.prefix, text, "")

    def _committed(self, months: Sequence[Period]) -> Lines:
        rows: list[tuple[date, int, int, int]] = []
        for index, commitment in enumerate(self._commitments, len(self._streams)):
            for month in months:
                pence = _due(commitment, month)
                if pence:
                    day = self._days(month)[-1]
                    rows.append((day, pence, index, self._first[index]))
        return Lines(
            day=np.array([r[0] for r in rows], dtype=_DAY),
            pence=np.array([r[1] for r in rows], dtype=np.int64),
            vat=np.zeros(len(rows), dtype=np.int64),
            kind=np.array([r[2] for r in rows], dtype=np.int64),
            payee=np.array([r[3] for r in rows], dtype=np.int64),
            fixed=np.ones(len(rows), dtype=np.bool_),
        )

    def _drawn(self, random: np.random.Generator, months: Sequence[Period], count: int) -> Lines:
        """Payments drawn at random, all small integers and products: the same everywhere."""
        weights = np.cumsum([s.weight for s in self._streams])
        price = self._story.prices[months[0].financial_year]
        rate = self._story.vat[months[0].financial_year]
        pick, who, size, when, back = (random.random(count) for _ in range(5))
        kind = np.searchsorted(weights, np.floor(pick * weights[-1]), side="right")
        low = np.array([s.low * 100 for s in self._streams], dtype=np.int64)[kind]
        top = [s.low * 100 if s.low == s.high else s.high * price // 10 for s in self._streams]
        high = np.array(top, dtype=np.int64)[kind]
        # Squared, so that small payments are many and large ones few.
        pence = low + np.floor((high - low) * (size * size)).astype(np.int64)
        credit = back * 1000 < np.array([s.credits for s in self._streams])[kind]
        pence = np.where(credit, -(pence // 2), pence)
        taxed = np.array([s.vat for s in self._streams])[kind]
        days = np.array([d for m in months for d in self._days(m)], dtype=_DAY)
        first = np.array(self._first)[kind]
        return Lines(
            day=days[np.floor(when * len(days)).astype(np.int64)],
            pence=pence,
            vat=np.where(taxed, pence * rate // 1000, 0),
            kind=kind.astype(np.int64),
            payee=first + np.floor(who * self._many[kind]).astype(np.int64),
            fixed=np.zeros(count, dtype=np.bool_),
        )

    def _days(self, month: Period) -> list[date]:
        return pay_days(month, self._cast.pay_days)


def pay_days(month: Period, weekdays: Sequence[int]) -> list[date]:
    """The days of a month that are one of ``weekdays`` (Monday is 0); its last day if none."""
    days = [month.start + timedelta(n) for n in range((month.end - month.start).days + 1)]
    return [d for d in days if d.weekday() in weekdays] or [month.end]


def _due(commitment: Commitment, month: Period) -> int:
    """Pence of a commitment due in a month: quarters in their first month, years in June."""
    pounds = commitment.annual.get(month.financial_year, 0)
    number = (month.start.month - 4) % 12  # April is 0
    if commitment.paid == "month":
        return instalments(pounds, 12)[number]
    if commitment.paid == "quarter":
        return instalments(pounds, 4)[number // 3] if number % 3 == 0 else 0
    return pounds * 100 if number == 2 else 0
