"""Lines of a new file that are in force already in another period of the same body and feed, as
they are or with VAT on top.

Compared line by line, by hashes. Only files that can hold the same lines are opened: those with
lines of the same months, those that add up to nearly as much, and the nearest in time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ..contracts.feeds import FEEDS, FeedSchema
from ..contracts.periods import Period, months_of
from ..display import pounds
from ..settings import Settings
from .judge.findings import Finding, finding
from .judge.judgement import Judgement
from .judge.planned import lent
from .ledger.blob_store import lines_path
from .ledger.receipt import Identity, Receipt
from .line_hashes import hashes_of, is_small
from .read.source import numbers_of, one_word

# What real files never reach, as a share of the smaller file: of months of one body, one line in
# 2,000 was the same on the same day. With other dates, and without numbers, 21 in 100 were: rents
# and other regular payments.
_SAME_DAY, _NUMBERED, _REGULAR = 0.02, 0.05, 0.6
_LEAST, _LEAST_REGULAR = 2, 5
_NEAREST, _NEARLY = 3, 0.1
_MOST_SHOWN = 3
# Payments that come again to the same payee, with VAT on top or without: in a file with VAT after
# files without it, nearly all have it.
_VAT, _WITH_VAT, _LEAST_WITH_VAT = 1.2, 0.75, 5
# Of files of so many lines one payment in so many is looked at first: two lines in a hundred in
# common are some 25 of them, so half that share is never missed. Comparing all cost 0.2 s a file.
_PARTS = ((20_000, 16), (5_000, 4))
# ``my_lines`` and ``their_lines``, which have their ``file``, are hashes of lines.
_COMPARED = """
    WITH mine AS (FROM my_lines WHERE dated AND money % {part} = 0),
    sizes AS (
        SELECT file, least(sum(n), (SELECT sum(n) FROM mine)) AS size
        FROM their_lines WHERE money % {part} = 0 GROUP BY file),
    theirs AS (SELECT file, line, money, n FROM their_lines SEMI JOIN mine USING (money)),
    same AS (
        SELECT file, line, mine.money, pence, numbered, least(mine.n, theirs.n) AS n
        FROM mine JOIN theirs USING (line)),
    mine_undated AS (
        SELECT money, any_value(pence) AS pence, bool_and(numbered) AS numbered, sum(n) AS n
        FROM mine GROUP BY money),
    thereundated AS (SELECT file, money, sum(n) AS n FROM theirs GROUP BY ALL),
    same_undated AS (SELECT file, money, sum(n) AS n FROM same GROUP BY ALL),
    moved AS (
        SELECT file, money AS line, money, pence, numbered,
            least(m.n, t.n) - coalesce(s.n, 0) AS n
        FROM mine_undated m JOIN thereundated t USING (money)
            LEFT JOIN same_undated s USING (file, money))
    SELECT file, kind, sum(n)::BIGINT, sum(n * pence)::BIGINT, count(DISTINCT line),
        (sum(n) / any_value(size))::DOUBLE, bool_and(numbered)
    FROM (SELECT 'same' AS kind, * FROM same UNION ALL SELECT 'moved', * FROM moved)
        JOIN sizes USING (file)
    WHERE n > 0 GROUP BY file, kind ORDER BY 3 DESC, 1"""
# Payments to the same payee with VAT on top, beside those that are as they were.
_TAXED = f"""
    WITH mine AS (
        SELECT payee, pence, sum(n) AS n FROM my_lines
        WHERE payee % {{part}} = 0 AND pence <> 0 GROUP BY ALL),
    theirs AS (SELECT DISTINCT file, payee, pence FROM their_lines WHERE payee % {{part}} = 0),
    known AS (
        SELECT file, payee, pence, false AS is_taxed FROM theirs
        UNION ALL SELECT file, payee, CAST(round(pence * {_VAT}) AS BIGINT), true FROM theirs)
    SELECT file, 'taxed', coalesce(sum(n) FILTER (is_taxed), 0)::BIGINT,
        coalesce(sum(n * pence) FILTER (is_taxed), 0)::BIGINT,
        count(DISTINCT (payee, pence)) FILTER (is_taxed),
        (coalesce(sum(n) FILTER (is_taxed), 0) / sum(n))::DOUBLE, false
    FROM mine JOIN known USING (payee, pence) GROUP BY file ORDER BY 3 DESC, 1"""


@dataclass(frozen=True)
class _Both:
    """Lines that a file has in common with another: on the ``same`` day, ``moved`` to another, or
    ``taxed``, with VAT on top, where ``share`` is of those with it or without.
    ``different`` ones among them; their ``share`` of the smaller file; ``numbered``: all of them
    have numbers of their own."""

    file: str
    kind: str
    lines: int
    pence: int
    different: int
    share: float
    numbered: bool

    @property
    def may_be_asked(self) -> bool:
        """Of a part of the lines: whether all of them must be compared."""
        if self.kind == "taxed":
            return self.share >= _WITH_VAT / 2
        least = _SAME_DAY if self.kind == "same" else _NUMBERED if self.numbered else _REGULAR
        return self.share >= least / 2

    @property
    def is_asked(self) -> bool:
        if self.kind == "taxed":
            return self.different >= _LEAST_WITH_VAT and self.share >= _WITH_VAT
        if self.kind == "same":
            return self.different >= _LEAST and self.share >= _SAME_DAY
        if self.numbered:
            return self.different >= _LEAST and self.share >= _NUMBERED
        return self.different >= _LEAST_REGULAR and self.share >= _REGULAR

    def worded(self, receipt: Receipt) -> str:
        lines = f"{self.lines:,} {'line' if self.lines == 1 else 'lines'}"
        return f"{receipt.period} (receipt {receipt.receipt_id}: {lines}, {pounds(self.pence)})"


def same_money(
    settings: Settings,
    in_force: Sequence[Receipt],
    identity: Identity,
    result: Judgement,
    lines: Path,
) -> list[Finding]:
    """What of the accepted ``lines`` counts already in another period: a question, with its £.
    ``in_force`` is of the same body and feed."""
    schema = FEEDS.get(identity.feed or "")
    if not (schema and schema.line_key and result.period and identity.partner_id):
        return []
    if result.verdict == "refused" or not lines.is_file():
        return []
    others = _possible(in_force, result, identity)
    files = {str(path): r for r in others if (path := lines_path(settings, r)).is_file()}
    if not files:
        return []
    asked = [*files]
    if part := next((part for least, part in _PARTS if result.rows_accepted >= least), 0):
        some = _compared(schema, lines, asked, part)
        asked = sorted({both.file for both in some if both.may_be_asked})
    compared = _all_compared(schema, lines, asked)
    return list(_found(compared, files, result.pence_accepted))


def _possible(in_force: Sequence[Receipt], result: Judgement, identity: Identity) -> list[Receipt]:
    """The receipts of other periods that may hold the same lines."""
    period = result.period
    assert period
    months = {m.label for m in months_of(period)} | {*result.months_outside}
    others = [
        r
        for r in in_force
        if r.period != period.label and r.synthetic == identity.synthetic and r.period_start
    ]
    nearest = sorted(others, key=lambda r: _apart(r, period))[:_NEAREST]
    return [
        r
        for r in others
        if r in nearest or months & {*r.pence_by_month} or _adds_up_alike(r, result)
    ]


def _apart(receipt: Receipt, period: Period) -> int:
    assert receipt.period_start
    return abs((receipt.period_start - period.start).days)


def _adds_up_alike(receipt: Receipt, result: Judgement) -> bool:
    lines = abs(receipt.rows_accepted - result.rows_accepted) <= _NEARLY * result.rows_accepted
    pence = abs(receipt.pence_accepted - result.pence_accepted)
    return lines and pence <= _NEARLY * abs(result.pence_accepted)


def _all_compared(schema: FeedSchema, lines: Path, files: Sequence[str]) -> list[_Both]:
    """What all lines of a file have in common with those of others; of large ones, one after the
    other, so that two of them at most are in memory."""
    if all(is_small(path) for path in (str(lines), *files)):
        return _compared(schema, lines, files) if files else []
    found = [both for file in files for both in _compared(schema, lines, [file])]
    return sorted(found, key=lambda both: (-both.lines, both.file))


def _compared(schema: FeedSchema, lines: Path, files: Sequence[str], part: int = 1) -> list[_Both]:
    """What the lines of a file have in common with those of others, by file and kind; of one
    payment, or payee, in ``part``."""
    mine, *others = (hashes_of(path, schema, part) for path in (str(lines), *files))
    named = [
        table.append_column("file", one_word(path, table.num_rows))
        for path, table in zip(files, others, strict=True)
    ]
    theirs = pa.concat_tables(named)
    with lent(("same money", schema.name), mine.nbytes) as planned:
        planned.put("my_lines", mine)
        planned.put("their_lines", theirs)
        rows = planned.rows(_COMPARED.format(part=part))
        if _may_be_taxed(mine["pence"], theirs["pence"]):
            rows += planned.rows(_TAXED.format(part=part))
    return [_Both(*row) for row in rows]


def _may_be_taxed(mine: pa.ChunkedArray, theirs: pa.ChunkedArray) -> bool:
    """Whether more of the different amounts come again with VAT on top than as they were, whoever
    was paid: of real files none has as many, and the payees need not be compared."""
    here, there = (numbers_of(a.drop_null().combine_chunks(), "int64") for a in (mine, theirs))
    here = np.unique(here)
    taxed = _come_again(here, np.round(there * _VAT).astype("int64"))
    return taxed >= _LEAST_WITH_VAT and taxed > _come_again(here, there)


def _come_again(numbers: Any, others: Any) -> int:
    """How many of some different numbers, the smallest first, are among others."""
    if not len(numbers):
        return 0
    place = np.searchsorted(numbers, others).clip(max=len(numbers) - 1)
    seen = np.zeros(len(numbers), dtype=bool)
    seen[place[numbers[place] == others]] = True
    return int(seen.sum())


def _found(compared: Sequence[_Both], files: dict[str, Receipt], whole: int) -> Iterator[Finding]:
    for kind, code in (("same", "TP-072"), ("moved", "TP-073")):
        asked = [both for both in compared if both.kind == kind and both.is_asked]
        if not asked:
            continue
        shown = [both.worded(files[both.file]) for both in asked[:_MOST_SHOWN]]
        if len(asked) > _MOST_SHOWN:
            shown.append(f"{len(asked) - _MOST_SHOWN:,} more periods")
        pence = sum(both.pence for both in asked)
        yield finding(
            code,
            count=sum(both.lines for both in asked),
            amount_pence=pence,
            detail=", ".join(shown),
            rows=pounds(pence),
        )
    taxed = [both for both in compared if both.kind == "taxed" and both.is_asked]
    if taxed:
        most = taxed[0]
        yield finding(
            "TP-422",
            count=most.lines,
            amount_pence=most.pence,
            detail=most.worded(files[most.file]),
            rows=f"{pounds(whole)} as sent, {pounds(round(whole / _VAT))} without VAT",
        )
