"""What was found in one file: the verdict, the rows equation, the findings."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from ...contracts.bodies import Bodies
from ...contracts.layout import Layout
from ...contracts.periods import Period
from .difference import Difference
from .findings import Finding
from .raw_lines import ByMonth
from .rules.drift import Profile

Verdict = Literal["accepted", "accepted_with_rows_set_aside", "held", "refused", "duplicate"]


@dataclass
class Judgement:
    """What was found in one file. Rows in = accepted + set aside + non-data, always."""

    verdict: Verdict = "refused"
    money: bool = True  # whether the feed's lines add up to pence
    period: Period | None = None
    layout: Layout | None = None
    encoding: str | None = None
    rows_in: int = 0
    rows_accepted: int = 0
    rows_set_aside: int = 0
    rows_non_data: int = 0
    pence_accepted: int = 0
    pence_set_aside: int = 0
    rows_without_column: int = 0  # of the rows accepted, those of a sheet without amounts
    rows_unpriced: int = 0  # of the rows set aside, those whose amount cannot be read
    findings: list[Finding] = dataclasses.field(default_factory=list)
    replaces: str | None = None  # the receipt whose place it would take
    difference: Difference | None = None  # against the file whose place it would take
    profile: Profile = dataclasses.field(default_factory=Profile)
    by_month: ByMonth = dataclasses.field(default_factory=ByMonth)
    months_outside: tuple[str, ...] = ()  # 2024-03: of lines dated outside the period
    certification: bool = False  # it waits for a second person, whatever else it waits for
    if_first: list[Finding] = dataclasses.field(default_factory=list)  # asked if little is known
    if_unusual: list[Finding] = dataclasses.field(default_factory=list)  # if no earlier file had it
    bodies: Bodies | None = None  # whom its labels may name, by any of their names
    is_final: bool = False  # no later step has anything to add

    def count_rows(self, non_data: Mapping[str, int]) -> None:
        """Settles the rows equation with the non-data rows of each kind."""
        self.rows_non_data = sum(non_data.values())
        self.rows_in = self.rows_non_data + self.rows_accepted + self.rows_set_aside

    def refuse(self, found: Finding) -> None:
        """Adds a finding that refuses the file: every data row counts as set aside."""
        self.findings.append(found)
        self._all_aside()

    def take_back(self, code: str, headings: Iterable[str | None]) -> None:
        """Takes back what a rule said of some columns, since another says more of them."""
        more_said = {heading for heading in headings if heading}
        self.findings[:] = [
            f for f in self.findings if f.code != code or f.heading not in more_said
        ]

    def settle(self, *, holds: bool) -> None:
        """Holds the file if one of its findings asks and nobody has answered yet: its lines are
        kept, and none of them counts. ``holds`` is what its contract says of open questions; a
        doubtful file never takes the place of one that counts, whatever the contract says."""
        if self.asks and (holds or self.replaces):
            self._hold()

    def await_certifier(self) -> None:
        """Holds an accepted file until a second person has certified it."""
        self.certification = True
        self._hold()

    @property
    def asks(self) -> bool:
        """Whether a finding asks for an explanation."""
        return any(f.level == "please_explain" for f in self.findings)

    def _hold(self) -> None:
        if self.verdict in ("accepted", "accepted_with_rows_set_aside"):
            self.verdict = "held"

    def _all_aside(self) -> None:
        self.verdict = "refused"
        self.rows_set_aside += self.rows_accepted
        self.rows_unpriced += self.rows_without_column
        self.rows_without_column = 0
        self.pence_set_aside += self.pence_accepted
        self.rows_accepted = self.pence_accepted = 0
