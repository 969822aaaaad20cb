"""What a proposal is made of: columns with what they were taken for, questions with evidence.

Here belong types alone. The contract is held as plain values in the order in which it is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Confidence = Literal["sure", "likely", "guess"]


class NothingProposedError(Exception):
    """No contract can be proposed from the file; the message says why, and what would help."""


@dataclass(frozen=True)
class Facts:
    """What the cells of one column look like: counts of rows, of texts, and of each shape.

    ``index`` counts columns from 0; ``rows`` are rows that are not blank. All but ``rows``,
    ``distinct`` and the lengths are counts of filled cells.
    """

    index: int
    rows: int
    filled: int = 0
    distinct: int = 0
    money: int = 0
    decimals: int = 0
    grouped: int = 0
    negative: int = 0
    pounds: int = 0
    trailing: int = 0
    dates: int = 0
    serials: int = 0
    months: int = 0
    digits: int = 0
    codes: int = 0
    vat_numbers: int = 0
    words: int = 0
    letters: int = 0
    companies: int = 0
    bodies: int = 0
    longest: int = 0
    shortest: int = 0
    mean_length: float = 0.0

    def share(self, count: int) -> float:
        """A count as a share of the filled cells; 0 where none is filled."""
        return count / self.filled if self.filled else 0.0

    @property
    def variety(self) -> float:
        """How many different texts there are for each filled cell, from 0 to 1."""
        return self.share(self.distinct)


@dataclass(frozen=True)
class ColumnReading:
    """One column of the file and what it was taken for.

    ``field`` is ``None`` for a column that is not read. ``examples`` are at most five cells, and
    none where a cell may name a person.
    """

    letter: str
    heading: str
    field: str | None
    confidence: Confidence
    why: str
    filled: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """Something that the file does not settle.

    ``key`` is the way to the key of the contract it is about, such as ``feeds.spend.basis``.
    ``text`` says what was taken and what the file showed. ``open``: somebody has to decide; else it
    is what was assumed, for somebody to look at.
    """

    key: str
    text: str
    open: bool = True


@dataclass(frozen=True)
class Department:
    """A department or area by its name, and what the words of it mean.

    ``department_class`` and ``scope`` are what a contract would say. ``classes`` are all that its
    words name; ``is_unsure`` where they name several, or other work besides.
    """

    field: str
    name: str
    lines: int
    department_class: str | None
    scope: str | None
    classes: list[str]
    is_unsure: bool


@dataclass
class Proposal:
    """A contract proposed: ``contract`` as plain values, and what it rests on."""

    partner_id: str
    feed: str
    files: list[str]
    contract: dict[str, Any]
    columns: list[ColumnReading] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    departments: list[Department] = field(default_factory=list)

    @property
    def open_questions(self) -> list[Question]:
        """The questions that somebody has to decide."""
        return [q for q in self.questions if q.open]

    def ask(self, key: str, text: str) -> None:
        """Adds an open question."""
        self.questions.append(Question(key, one_line(text)))

    def assume(self, key: str, text: str) -> None:
        """Adds what was assumed."""
        self.questions.append(Question(key, one_line(text), open=False))


def one_line(text: str) -> str:
    """A text that may hold a heading of the file, as one line without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
