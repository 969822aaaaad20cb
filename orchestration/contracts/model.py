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
    ValidationInfo,
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
from .services import mistake_in

# What becomes of a file with an open question.
Questions = Literal["hold", "publish"]
# Who must agree before a file counts.
Certification = Literal["none", "second_person"]


class DepartmentRule(Strict):
    """What a department or area means: its class (context for the rules) and its scope."""

    match: str
    """The text of the cell, whatever its case. Example: `Public Health`."""
    field: Literal["department", "area", "entity"] = "department"
    """The column the text stands in. Example: `area`."""
    how: Literal["equals", "starts_with"] = "equals"
    """Whether the whole cell is the text, or begins with it. Example: `starts_with`."""
    department_class: str | None = Field(default=None, alias="class")
    """What kind of department it is, which the rules of classification look at. Example:
    `public_health`."""
    scope: Literal["capital", "balance_sheet", "collection_fund"] | None = None
    """Where its lines count if they are no revenue. Example: `capital`."""


class CodeMapEntry(Strict):
    """An explicit statement by the partner: these lines are this theme. It always wins."""

    rule: Annotated[str, Field(pattern=r"^[A-Z0-9-]{3,40}$")]
    """The name of the statement, published with every line it decides. Example: `DRUG-TEAM`."""
    theme: Theme
    """What the lines are for. Example: `drug_alcohol`."""
    service_code: str | None = None
    """The service within the theme, of the published services. Example: `DA-OTHER`."""
    share: Annotated[str, Field(pattern=r"^(1|0\.\d{1,8})$")] = "1"
    """The share of each line that is for the theme, up to eight decimals. Example: `0.25`."""
    key: Identifier | None = None
    """Instead of a share: the key of the place by which `areas` are a share of `of`. Example:
    `population_mid_2023`."""
    areas: list[AreaCode] = []
    """The areas whose share it is. Example: `[E06000001]`."""
    of: list[AreaCode] = []
    """All the areas the line is for. Example: `[E06000001, E10000002]`."""
    grade: Grade
    """How sure the statement is. Example: `sure`."""
    department: str | None = None
    """The department the lines name. Example: `Adult Social Care`."""
    area: str | None = None
    """The area of spending the lines name. Example: `Substance Misuse`."""
    account: str | None = None
    """The account the lines name. Example: `Grants`."""
    account_code: str | None = None
    """The code of the account. Example: `R4120`."""
    supplier: str | None = None
    """The payee. Example: `Anytown Recovery Service`."""
    valid_from: date | None = None
    """The first day of the lines it speaks of. Example: `2012-04-01`."""
    valid_to: date | None = None
    """The last day of the lines it speaks of. Example: `2013-03-31`."""
    source: str
    """Who said so, where and when. Example: `Chart of accounts 2012, page 4`."""

    @model_validator(mode="after")
    def _says_something(self) -> CodeMapEntry:
        if not any((self.department, self.area, self.account, self.account_code, self.supplier)):
            raise ValueError(
                "names no department, area, account, account_code or supplier, "
                "so it would claim every line"
            )
        return self

    @model_validator(mode="after")
    def _names_a_service_of_the_theme(self) -> CodeMapEntry:
        if self.service_code and (said := mistake_in(self.service_code, self.theme)):
            raise MistakeAt(("service_code",), said)
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

    basis: Literal[
        "ledger",
        "payments_over_250",
        "payments_over_500",
        "payments_over_25k",
        "all_payments",
        "return",
    ]
    """What the lines are: a ledger, payments above an amount, all payments, or a return. Unlike
    bases are never one figure. Example: `payments_over_500`."""
    accounting: Literal["cash", "accruals"]
    """Whether the lines are payments made or costs incurred. Example: `cash`."""
    vat: Vat = "not_stated"
    """Whether amounts are without VAT, with it, or with only what the body cannot recover. Totals
    over unlike ones are marked `mixed`. Example: `excluded`."""
    prices: Prices = "cash"
    """`cash` as it was paid, or the financial year whose prices amounts are at; only cash is
    deflated. Example: `cash`."""
    cadence: Cadence
    """What one file covers. A line of a calendar year counts in the financial year of its own date.
    Example: `month`."""
    expected_from: date | None = None
    """The first day from which files are asked for; without it none is ever missing. Spend of
    earlier days on which the body existed is missing all the same. Example: `2013-04-01`."""
    expected_to: date | None = None
    """The last day on which a period that is asked for may begin. Example: `2022-06-30`."""
    due_days: int = Field(default=30, ge=0)
    """How many days after the end of its period a file is due. Example: `30`."""
    questions: Questions | None = None
    """What becomes of a file of this feed with an open question, where it is not what the body's
    files are otherwise. Example: `publish`."""
    period_in_file_name: Texts = []
    r"""Patterns (regular expressions) that find the period in a file's name: with the groups
    `month` and `year`, `fy`, `fy` and `quarter`, or `year` alone for a calendar year. Example:
    `'(?P<month>[a-z]+)-(?P<year>\d{4})'`."""
    layouts: list[Layout] = Field(min_length=1)
    """How the files look, one after the other in time."""
    departments: list[DepartmentRule] = []
    """What the body's departments mean."""
    code_map: list[CodeMapEntry] = []
    """What the body states some of its lines to be for; it decides before every rule."""

    @field_validator("period_in_file_name")
    @classmethod
    def _patterns_compile(cls, value: list[str], others: ValidationInfo) -> list[str]:
        by_calendar = others.data.get("cadence") == "calendar_year"
        for pattern in value:
            try:
                groups = set(re.compile(pattern).groupindex)
            except (re.error, RecursionError) as error:
                raise ValueError(f"pattern {pattern!r} cannot be read: {error}") from None
            if by_calendar and "year" not in groups:
                raise ValueError(f"pattern {pattern!r} needs the group year")
            if not (by_calendar or {"fy"} <= groups or {"month", "year"} <= groups):
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
    """The key of the place that counts its areas. Example: `population_census_2011`."""
    areas: list[AreaCode] = Field(min_length=1)
    """The areas it covers. Example: `[E10000002, E06000003]`."""


class Pool(Strict):
    """A pooled budget that this body hosts: its spend counts once, here."""

    id: Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{1,39}$")]
    """The pool's id in returns of funding. Example: `S75-DRUGS`."""
    name: str
    """Its name. Example: `Drug and alcohol pooled budget`."""
    theme: Theme
    """What it is for. Example: `drug_alcohol`."""
    valid_from: date | None = None
    """Its first day. Example: `2009-04-01`."""
    valid_to: date | None = None
    """Its last day. Example: `2013-03-31`."""


class Partner(Document):
    """A body that sends extracts: identity, codes, place, life span and feeds."""

    id: Identifier
    """The body's id: the name of the contract's file and of its folder in landing. Example:
    `anytown_council`."""
    name: str
    """Its name in full. Example: `Anytown Borough Council`."""
    short_name: str
    """Its name in tables. Example: `Anytown`."""
    kind: Literal["council", "pct", "ccg", "icb", "nhs_trust", "police", "fire", "probation"]
    """What kind of body it is. Example: `council`."""
    codes: dict[str, str] = {}
    """Its codes in registers; `gss` and `ods` stand for the body in files too. Example: `{gss:
    E06000001}`."""
    vat: list[VatNumber] = []
    """VAT numbers that are its own and no other body's. Example: `["123456789"]`."""
    aliases: list[str] = []
    """Other names by which files call it. Example: `[Anytown BC]`."""
    valid_from: date | None = None
    """The first day of its life. Example: `2013-04-01`."""
    valid_to: date | None = None
    """The last day of its life. Example: `2022-06-30`."""
    in_place: bool
    """Whether it is a body of the place, so that money it is paid by another one stays inside.
    Example: `true`."""
    successors: list[Identifier] = []
    """Who took over when it ended. Example: `[nhs_anyshire_icb]`."""
    footprint: Footprint | None = None
    """The areas it covers where they reach beyond the place."""
    pools: list[Pool] = []
    """Pooled budgets it hosts: their spend counts once, here."""
    questions: Questions = "hold"
    """What becomes of a file with an open question. `hold`: it waits until somebody answers.
    `publish`: it counts with the question on it, where files are taken from a web site and nobody
    can be asked, but never in the place of one that counts already. Example: `hold`."""
    certification: Certification = "none"
    """Whether a second person must certify a file before it counts: `second_person`, or `none`.
    Until then it waits, and what is in force stays; whoever sent it cannot certify it. Example:
    `second_person`."""
    feeds: dict[str, Feed]
    """What it delivers, by feed. Example: `{spend: …}`."""

    def holds(self, feed: str) -> bool:
        """Whether an open question holds a file of this feed."""
        return (self.feeds[feed].questions or self.questions) == "hold"

    @model_validator(mode="after")
    def _fits_the_feeds(self) -> Partner:
        for name, feed in self.feeds.items():
            schema = FEEDS.get(name)
            if schema is None:
                raise MistakeAt(("feeds", name), f"is no feed: {', '.join(FEEDS)} are")
            if feed.cadence == "calendar_year":
                _check_calendar_years(name, feed)
            for number, layout in enumerate(feed.layouts):
                check_layout(schema, layout, ("feeds", name, "layouts", number))
        return self


def _check_calendar_years(name: str, feed: Feed) -> None:
    """A line of a calendar year is in the financial year of its own date, and in none without."""
    if not FEEDS[name].line_key:
        message = "calendar_year is only for spend, whose lines have dates of their own"
        raise MistakeAt(("feeds", name, "cadence"), message)
    for number, layout in enumerate(feed.layouts):
        if layout.undated != "set_aside":
            message = "a line without a date has no financial year in a calendar year: set_aside"
            raise MistakeAt(("feeds", name, "layouts", number, "undated"), message)
