"""The typed model of a partner's contract.

One contract is one YAML file: who the partner is, and for each feed how its files look, by date.
The model refuses what it does not know, so that a misspelt key is found when the file is loaded
(``load``), not when a night's run goes wrong.
"""

from __future__ import annotations

import itertools
import re
from datetime import date
from typing import Annotated, Literal

from pydantic import (
    Field,
    field_validator,
    model_validator,
)

from .base import (
    AreaCode,
    Document,
    Grade,
    Identifier,
    Prices,
    Strict,
    Texts,
    Theme,
    Vat,
    VatNumber,
)
from .feeds import FEEDS
from .layout import Layout
from .layout_checks import check_layout
from .mistake import MistakeAt
from .periods import Cadence, Period

# What becomes of a file with an open question.
Questions = Literal["hold", "publish"]


class DepartmentRule(Strict):
    """What a department or area means: its class (context for the rules) and its scope."""

    match: str
    field: Literal["department", "area", "entity"] = "department"
    how: Literal["equals", "starts_with"] = "equals"
    department_class: str | None = Field(default=None, alias="class")
    scope: Literal["capital", "balance_sheet", "collection_fund"] | None = None


class CodeMapEntry(Strict):
    """An explicit statement by the partner: these lines are this theme. It always wins."""

    rule: Annotated[str, Field(pattern=r"^[A-Z0-9-]{3,40}$")]
    theme: Theme
    service_code: str | None = None
    share: Annotated[str, Field(pattern=r"^(1|0\.\d{1,8})$")] = "1"
    # Instead of a share: what `areas` count of `of` by a key of the place.
    key: Identifier | None = None
    areas: list[AreaCode] = []
    of: list[AreaCode] = []
    grade: Grade
    department: str | None = None
    area: str | None = None
    account: str | None = None
    account_code: str | None = None
    supplier: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    source: str

    @model_validator(mode="after")
    def _says_something(self) -> CodeMapEntry:
        if not any((self.department, self.area, self.account, self.account_code, self.supplier)):
            raise ValueError(
                "names no department, area, account, account_code or supplier, "
                "so it would claim every line"
            )
        return self

    @model_validator(mode="after")
    def _one_kind_of_share(self) -> CodeMapEntry:
        by_key = {"key", "areas", "of"} & self.model_fields_set
        if by_key and "share" in self.model_fields_set:
            raise MistakeAt(("share",), "is stated twice: as a share and by a key")
        if by_key and not (self.key and self.areas and self.of):
            raise ValueError("a share by a key needs key, areas and of, all three")
        if alien := [a for a in self.areas if a not in self.of]:
            raise MistakeAt(("areas",), f"{alien[0]} is not among the areas it is a share of")
        return self


class Feed(Strict):
    """What a partner delivers for one feed, how often, and how it looks."""

    basis: Literal["ledger", "payments_over_500", "payments_over_25k", "all_payments", "return"]
    accounting: Literal["cash", "accruals"]
    vat: Vat = "not_stated"
    prices: Prices = "cash"
    cadence: Cadence
    expected_from: date | None = None
    expected_to: date | None = None
    due_days: int = Field(default=30, ge=0)
    # Where it is not what the body's files are otherwise: see ``Partner.questions``.
    questions: Questions | None = None
    period_in_file_name: Texts = []
    layouts: list[Layout] = Field(min_length=1)
    departments: list[DepartmentRule] = []
    code_map: list[CodeMapEntry] = []

    @field_validator("period_in_file_name")
    @classmethod
    def _patterns_compile(cls, value: list[str]) -> list[str]:
        for pattern in value:
            try:
                groups = set(re.compile(pattern).groupindex)
            except (re.error, RecursionError) as error:
                raise ValueError(f"pattern {pattern!r} cannot be read: {error}") from None
            if not ({"fy"} <= groups or {"month", "year"} <= groups):
                raise ValueError(f"pattern {pattern!r} needs the groups month and year, or fy")
        return value

    @field_validator("layouts")
    @classmethod
    def _dated_in_order(cls, value: list[Layout]) -> list[Layout]:
        for earlier, later in itertools.pairwise(value):
            if earlier.valid_to is None:
                raise ValueError(f"layout {earlier.id} has no valid_to, but {later.id} follows it")
            if later.valid_from <= earlier.valid_to:
                raise ValueError(f"layout {later.id} begins before {earlier.id} ends")
        if value[-1].valid_to is not None:
            raise ValueError(f"the last layout, {value[-1].id}, must have no valid_to")
        return value

    def price_and_vat(self, layout_id: str | None) -> tuple[str, str]:
        """The price basis and the VAT basis of amounts in a layout, or else of the feed."""
        layout = next((one for one in self.layouts if one.id == layout_id), None)
        prices, vat = (layout.prices, layout.vat) if layout else (None, None)
        return prices or self.prices, vat or self.vat

    def layouts_for(self, period: Period | None) -> list[Layout]:
        """The layouts to try, the likeliest first: the one in use at the period, then newest."""
        newest = list(reversed(self.layouts))
        if period is None:
            return newest
        return sorted(newest, key=lambda layout: not layout.holds(period))


class Footprint(Strict):
    """The areas a body covers; what of them lies in the place is counted by a key of the place."""

    key: Identifier
    areas: list[AreaCode] = Field(min_length=1)


class Pool(Strict):
    """A pooled budget that this body hosts: its spend counts once, here."""

    id: Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{1,39}$")]
    name: str
    theme: Theme
    valid_from: date | None = None
    valid_to: date | None = None


class Partner(Document):
    """A body that sends extracts: identity, codes, place, life span and feeds."""

    id: Identifier
    name: str
    short_name: str
    kind: Literal["council", "pct", "ccg", "icb", "nhs_trust", "police", "fire", "probation"]
    codes: dict[str, str] = {}
    vat: list[VatNumber] = []
    aliases: list[str] = []
    valid_from: date | None = None
    valid_to: date | None = None
    in_place: bool
    successors: list[Identifier] = []
    footprint: Footprint | None = None
    pools: list[Pool] = []
    # What becomes of a file with an open question: it is held until somebody answers, or, where the
    # files are taken from a web site and nobody can be asked, it counts with the question on it
    # (but never in the place of one that counts already).
    questions: Questions = "hold"
    feeds: dict[str, Feed]

    def holds(self, feed: str) -> bool:
        """Whether an open question holds a file of this feed."""
        return (self.feeds[feed].questions or self.questions) == "hold"

    @model_validator(mode="after")
    def _fits_the_feeds(self) -> Partner:
        for name, feed in self.feeds.items():
            schema = FEEDS.get(name)
            if schema is None:
                raise MistakeAt(("feeds", name), f"is no feed: {', '.join(FEEDS)} are")
            for number, layout in enumerate(feed.layouts):
                check_layout(schema, layout, ("feeds", name, "layouts", number))
        return self
