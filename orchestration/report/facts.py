"""What every page knows of its release: its name and day, the bodies, the last year that counts,
and where the headline figures stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import TypeVar, cast

from .rows import Money, Published, Row
from .trace_pages import Traces
from .words import years

PLACE = "place"
SERVICES = ("drug_alcohol_spend", "public_access_spend")

Made = TypeVar("Made")


def once(make: Callable[[Facts], Made]) -> Callable[[Facts], Made]:
    """What ``make`` makes of a release is made once, though several pages show it."""

    @wraps(make)
    def made(facts: Facts) -> Made:
        if made not in facts.made:
            facts.made[made] = make(facts)
        return cast(Made, facts.made[made])

    return made


@dataclass
class Facts:
    """A release being made into pages. ``in_release`` says whether the pages stand in the release's
    own folder, so that they may lead to its files. Of so many bodies as are ``drawn`` a picture has
    a part and a figure has a page of its lines; a table has them all."""

    published: Published
    in_release: bool
    drawn: int = 20
    traces: Traces = field(init=False)
    made: dict[object, object] = field(default_factory=dict)

    traced_years: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.partners = self.published.rows("dim_partner", order="in_place DESC, name")
        self.traces = Traces(self.published, self.names | {PLACE: "the place"})
        self.headlines = self.published.rows("fct_headline")
        self.complete = self.published.rows("fct_place_completeness")
        # A page for each figure of every year would take longer than all the rest.
        self.traced_years = {"all_years", *self.years[-1:], self.savings_year} | {
            row.text("financial_year")
            for headline in ("place_spend", "savings", *SERVICES)
            if (row := self._last_of(headline))
        }

    def _last_of(self, headline: str) -> Row | None:
        of_place = [r for r in self.headlines if r.text("headline") == headline]
        return self.last_stated([r for r in of_place if r.text("body_id") == PLACE])

    @property
    def release_id(self) -> str:
        return self.published.manifest.release_id

    @property
    def synthetic(self) -> bool:
        return self.published.manifest.synthetic

    @property
    def made_at(self) -> str:
        """The moment the release was made, in UTC."""
        return self.published.manifest.created_at.replace("T", " ")[:16]

    @cached_property
    def names(self) -> dict[str, str]:
        """Short names of the bodies by id."""
        return {row.text("body_id"): row.text("short_name") for row in self.partners}

    def name(self, row: Row) -> str:
        """The short name of a row's body; its id, if it has no contract."""
        body = row.text("body_id")
        return self.names.get(body, body)

    @property
    def years(self) -> list[str]:
        """The financial years for which the place was asked, in order."""
        return [row.text("financial_year") for row in self.complete]

    @staticmethod
    def leading_year(rows: Sequence[Row]) -> str:
        """The year of the rows to speak of first: the last one that is not under way. A year is
        while fewer bodies are complete than are asked, and than were the year before: it would lead
        with one month, or with one body. The model ``int_savings_position`` has the same for
        savings."""
        lead, before = "", 0
        for year in years(rows):
            of_year = [row for row in rows if row.text("financial_year") == year]
            present = max(row.count("partners_present") for row in of_year)
            asked = max(row.count("partners_expected") for row in of_year)
            if present >= before or 0 < asked <= present:
                lead = year
            before = present
        return lead

    @cached_property
    def savings_year(self) -> str:
        """The year of the place's position in savings; empty while none are reported."""
        row = self.published.only("v_target_position")
        return row.text("latest_year") if row is not None else ""

    def headline(self, headline: str, measure: str, year: str, body: str = PLACE) -> Row | None:
        """The row of a headline figure."""
        return self._known_headlines.get((headline, measure, year, body))

    @cached_property
    def _known_headlines(self) -> dict[tuple[str, ...], Row]:
        columns = ("headline", "measure", "financial_year", "body_id")
        return {tuple(r.text(c) for c in columns): r for r in self.headlines}

    def largest(self, headline: str) -> set[str]:
        """The bodies with the highest figures of a headline, as many as are drawn."""
        if headline not in self._largest:
            of_bodies = [
                r
                for r in self.headlines
                if r.text("headline") == headline and r.text("body_id") != PLACE
            ]
            highest = sorted(of_bodies, key=lambda r: -r.count("pence"))
            self._largest[headline] = set(
                [*dict.fromkeys(r.text("body_id") for r in highest)][: self.drawn]
            )
        return self._largest[headline]

    @cached_property
    def _largest(self) -> dict[str, set[str]]:
        return {}

    def of_headline(self, headline: str, measure: str) -> list[Row]:
        """Every row of a headline figure: years and bodies."""
        return [
            r
            for r in self.headlines
            if r.text("headline") == headline and r.text("measure") == measure
        ]

    def traced(self, row: Row | None, column: str = "pence", form: str = "short") -> Money | None:
        """The amount of a row, as a link to its trace page if it is of a year that has them."""
        money = row.money(column, form) if row is not None else None
        if row is None or money is None or money.is_nothing:
            return money
        return self.traces.linked(money) if self.is_traced(row) else money

    def is_traced(self, row: Row) -> bool:
        """Whether the figures of a row have a page of their lines: those of the last year, of the
        last year that is stated, and of services also the year before; of the place, and of the
        bodies that are drawn."""
        year = row.text("financial_year")
        if row.text("body_id") not in {PLACE, *self.largest(row.text("headline"))}:
            return False
        if row.text("headline") in SERVICES and year in self.years[-2:]:
            return True
        return year in self.traced_years

    def last_stated(self, rows: Sequence[Row]) -> Row | None:
        """The row of the last year whose figure may be stated."""
        stated = [r for r in rows if r.values["pence"] is not None]
        return max(stated, key=lambda r: r.text("financial_year"), default=None)
