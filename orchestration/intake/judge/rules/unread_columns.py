"""Columns outside the agreement that change what lines mean: their unit, their currency, whether
they are a debit or a credit, whether they were taken back.

Such a column is not read, and no line is changed for it: it is asked about, with both readings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ....contracts.feeds import FeedSchema
from ....display import column_letter, display_safe, pounds
from ....sql import literal
from ..batch import ACCEPTED, Batch
from ..findings import Cell, Finding, finding
from ..layout import Match, heading_key
from ..unit_words import is_pounds, unit_of_cell

# More values than this is no column of marks.
_MOST_VALUES = 50
_MOST_CELLS = 10_000
_UNIT = re.compile(r"(?:£ )?units?(?: of (?:measure|account))?|scale|multiplier")
_YES = r"y|yes|true|x|1"
_TAKEN_BACK = r"void(?:ed)?|cancel(?:l)?ed|cancellation|revers(?:ed|al)|rejected|deleted"


@dataclass(frozen=True)
class Kind:
    """A kind of column: its headings, the values that ask, and which amounts they ask about.

    ``otherwise`` is what the other reading does with these lines, ``times`` how often their money
    leaves the sum by it. Values that are also of ``but`` ask nothing; where there are
    ``other_values``, some line must have one.
    """

    headings: re.Pattern[str]
    values: str
    otherwise: str
    times: int = 1
    among: str = "true"
    other_values: str = ""
    but: str = ""


_KINDS = (
    Kind(
        re.compile(
            r"(?:dr ?[/-]? ?cr|cr ?[/-]? ?dr|d ?/ ?c"
            r"|debit ?(?:/|or) ?credit|credit ?(?:/|or) ?debit)"
            r"(?: (?:indicator|ind|flag|mark|code))?"
        ),
        r"cr?\.?|credit",
        "with the sign of these lines turned",
        2,
        # A ledger that writes credits with a minus says the same twice.
        "{pence} > 0",
        r"dr?\.?|debit",
    ),
    Kind(
        re.compile(r"(?:\w+ )?(?:currency|ccy|curr)(?: code)?"),
        r"[a-z€$ .]{1,20}",
        "without these lines",
        but=r"gbp|stg|(?:uk |gb )?(?:pounds?|sterling)|pounds? sterling",
    ),
    Kind(
        re.compile(r"(?:[\w/]+ ){0,2}status(?: \w+)?"),
        _TAKEN_BACK,
        "without these lines",
    ),
    Kind(
        re.compile(rf"(?:is )?(?:{_TAKEN_BACK})\??"),
        rf"{_YES}|{_TAKEN_BACK}",
        "without these lines",
    ),
)


@dataclass
class Marked:
    """The lines that one column marks: by its words, with their pence and their places."""

    kind: Kind
    heading: str
    index: int
    words: dict[str, int] = field(default_factory=dict)
    others: int = 0
    lines: int = 0
    pence: int = 0
    places: list[tuple[str | None, int, int, str]] = field(default_factory=list)

    def add(self, other: Marked) -> None:
        """Takes in the same column of another sheet."""
        self.others, self.lines = self.others + other.others, self.lines + other.lines
        self.pence, self.places = self.pence + other.pence, [*self.places, *other.places]
        for word, count in other.words.items():
            self.words[word] = self.words.get(word, 0) + count


def unit_columns(match: Match) -> list[int]:
    """The columns outside the agreement that say what unit amounts are in."""
    unread = (match.headings.index(heading) for heading in match.unknown)
    return [i for i in unread if _UNIT.fullmatch(heading_key(match.headings[i]))]


def units_said(batch: Batch, columns: list[int]) -> Iterator[tuple[str, str]]:
    """What these columns say of the amounts of a batch: the unit, and the words that say it. A
    column that has other words as well is of what was bought: each, box, metres."""
    for index in columns:
        found = batch.planned.rows(
            f"SELECT DISTINCT w{index} FROM cells WHERE kind = 'data' LIMIT {_MOST_VALUES}"
        )
        units = {value: unit_of_cell(value) for (value,) in found if not is_pounds(value)}
        if all(units.values()):
            for value, unit in units.items():
                yield unit, f"{batch.match.headings[index]}: {value}"


def marked_columns(schema: FeedSchema, match: Match) -> list[Marked]:
    """The columns outside the agreement that may mark lines of money."""
    if schema.money_field not in match.positions:
        return []
    return [
        Marked(kind, heading, match.headings.index(heading))
        for heading in match.unknown
        for kind in _KINDS
        if kind.headings.fullmatch(heading_key(heading))
    ]


def note_marked(batch: Batch, sheet: str | None, columns: list[Marked]) -> None:
    """Adds the accepted lines of a batch that these columns mark."""
    pence = batch.schema.judged_pence
    for column in columns:
        kind, text = column.kind, f"lower(w{column.index})"
        if kind.other_values:
            other = f"regexp_full_match({text}, {literal(kind.other_values)})"
            column.others += batch.planned.rows(
                f"SELECT count(*) FROM cells WHERE {ACCEPTED} AND {other}"
            )[0][0]
        marked = (
            f"FROM cells WHERE {ACCEPTED} AND {_asks_sql(kind, text)} "
            f"AND coalesce({pence}, 0) <> 0 AND {kind.among.format(pence=pence)}"
        )
        words = batch.planned.rows(
            f"SELECT w{column.index}, count(*), sum({pence})::BIGINT {marked} "
            "GROUP BY 1 ORDER BY min(source_row)"
        )
        if not words:
            continue
        for word, lines, amount in words:
            column.words[word] = column.words.get(word, 0) + lines
            column.lines, column.pence = column.lines + lines, column.pence + amount
        if len(column.places) < _MOST_CELLS:
            column.places += [
                (sheet, row, column.index, word)
                for row, word in batch.planned.rows(
                    f"SELECT source_row, w{column.index} {marked} "
                    f"ORDER BY source_row LIMIT {_MOST_CELLS}"
                )
            ]


def _asks_sql(kind: Kind, text: str) -> str:
    asks = f"regexp_full_match({text}, {literal(kind.values)})"
    return f"{asks} AND NOT regexp_full_match({text}, {literal(kind.but)})" if kind.but else asks


def marked_findings(columns: list[Marked], accepted: int) -> Iterator[Finding]:
    """A question for each column that marks lines, with what the file holds by either reading."""
    alike: dict[tuple[str, str], Marked] = {}
    for column in columns:
        known = alike.setdefault((column.heading, column.kind.values), column)
        if known is not column:
            known.add(column)
    for column in alike.values():
        kind = column.kind
        alone = bool(kind.other_values) and not column.others
        if not column.pence or alone or len(column.words) > _MOST_VALUES:
            continue
        words = [f"'{display_safe(word)}'" for word in column.words]
        said = ", ".join(words[:3]) + (" …" if len(words) > 3 else "")
        other = pounds(accepted - kind.times * column.pence)
        heading = display_safe(column.heading) or ""
        yield finding(
            "TP-412",
            count=column.lines,
            amount_pence=column.pence,
            heading=heading,
            detail=said,
            rows=f"As read the file holds {pounds(accepted)}, {kind.otherwise} {other}.",
            cells=[
                Cell(sheet, row, column_letter(index), heading, display_safe(word))
                for sheet, row, index, word in column.places
            ],
        )
