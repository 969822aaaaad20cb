"""The typed model of a partner's contract.

One contract is one YAML file: who the partner is, and for each feed how its files look, by date.
The model refuses what it does not know, so that a misspelt key is found when the file is loaded
(``load``), not when a night's run goes wrong.
"""

from __future__ import annotations

import itertools
import re
from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    field_validator,
    model_validator,
)

from .feeds import FEEDS
from .fit import MistakeAt, check_layout
from .periods import Cadence, Period

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,62}$")]
Grade = Literal["sure", "likely", "review"]
Theme = Literal["drug_alcohol", "public_access", "other"]
# A number is nine digits, or twelve where the last three tell a branch.
VatNumber = Annotated[str, Field(pattern=r"^\d{9}(\d{3})?$")]
AreaCode = Annotated[str, Field(pattern=r"^[EWSNK]\d{8}$")]

# Date styles a contract may name: the shape a cell must have, and how DuckDB reads that shape.
# ``%b`` needs exactly three letters and ``%d`` takes one digit, so the shape decides first. Years
# outside 1990 to 2099 are typing errors in a spend file, not dates.
_YEAR, _YY = r"(?:199\d|20\d{2})", r"(?:[0-5]\d|6[0-8]|9\d)"
DATE_STYLES: dict[str, tuple[str, str]] = {
    "yyyy-mm-dd": (rf"{_YEAR}-\d{{2}}-\d{{2}}", "%Y-%m-%d"),
    "yyyy-mm-dd hh:mm:ss": (
        rf"{_YEAR}-\d{{2}}-\d{{2}} \d{{2}}:\d{{2}}:\d{{2}}",
        "%Y-%m-%d %H:%M:%S",
    ),
    "dd/mm/yyyy": (rf"\d{{1,2}}/\d{{1,2}}/{_YEAR}", "%d/%m/%Y"),
    "dd/mm/yy": (rf"\d{{1,2}}/\d{{1,2}}/{_YY}", "%d/%m/%y"),
    "mm/dd/yyyy": (rf"\d{{1,2}}/\d{{1,2}}/{_YEAR}", "%m/%d/%Y"),
    "mm/dd/yy": (rf"\d{{1,2}}/\d{{1,2}}/{_YY}", "%m/%d/%y"),
    "dd.mm.yyyy": (rf"\d{{1,2}}\.\d{{1,2}}\.{_YEAR}", "%d.%m.%Y"),
    "dd-mm-yyyy": (rf"\d{{1,2}}-\d{{1,2}}-{_YEAR}", "%d-%m-%Y"),
    "dd-mmm-yyyy": (rf"\d{{1,2}}-[A-Za-z]{{3}}-{_YEAR}", "%d-%b-%Y"),
    "dd-mmm-yy": (rf"\d{{1,2}}-[A-Za-z]{{3}}-{_YY}", "%d-%b-%y"),
    # What Excel keeps for a date: days since 30 December 1899, here from 1982 to 2064.
    "excel-serial": (r"[345]\d{4}", ""),
}


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


Texts = Annotated[list[str], BeforeValidator(_one_or_many)]


class Strict(BaseModel):
    """A part of a contract: unknown keys are refused, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Document(Strict):
    """A whole file; it remembers which, so that a mistake found later is told with its line."""

    called: ClassVar[str] = "a contract"
    begins: ClassVar[str] = "id, name, feeds, …"
    _file: Path | None = PrivateAttr(default=None)

    @property
    def file(self) -> Path | None:
        """The file it was loaded from."""
        return self._file


class Column(Strict):
    """How one canonical field is written in the partner's file."""

    heading: str
    aliases: list[str] = []
    formats: list[str] = []
    unit: Literal["pounds", "pence"] = "pounds"
    sign: Literal["as_is", "reversed"] = "as_is"
    # Whether 123.45- is a credit here, as some ledgers write it; else it is no amount.
    trailing_minus: bool = False
    codes: dict[str, str] = {}
    required: bool | None = None
    # What an empty cell, or a column that is not there, is taken to say.
    default: Annotated[str, Field(min_length=1)] | None = None

    @field_validator("formats")
    @classmethod
    def _known_formats(cls, value: list[str]) -> list[str]:
        if unknown := [v for v in value if v not in DATE_STYLES]:
            raise ValueError(f"date format {unknown[0]!r} is not one of {', '.join(DATE_STYLES)}")
        return value

    @property
    def headings(self) -> list[str]:
        """Every heading this column answers to, the preferred one first."""
        return [self.heading, *self.aliases]


class Realign(Strict):
    """Rows whose cells stand one column to the left from ``from_heading`` on.

    A row is such a row if the cell left of ``code_heading`` matches ``code_pattern`` in full and
    the cell under ``code_heading`` does not: what the values look like decides, nothing else.
    """

    code_heading: str
    code_pattern: str
    from_heading: str

    @field_validator("code_pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        re.compile(value)
        return value


class Layout(Strict):
    """One dated way a partner's file looks. The last layout of a feed has no end."""

    id: Identifier
    valid_from: date
    valid_to: date | None = None
    encodings: list[Literal["utf-8", "cp1252", "cp850", "utf-16"]] = ["utf-8"]
    columns: dict[str, Column]
    ignored: list[str] = []
    coverage: Literal["whole", "sample"] = "whole"
    undated: Literal["set_aside", "submission_year"] = "set_aside"
    public_access: Literal["observable", "partly_observable", "not_observable"] = "observable"
    realign: Realign | None = None
    max_set_aside_share: float = Field(default=0.1, ge=0, le=1)

    def holds(self, period: Period) -> bool:
        """Whether the layout was in use at the start of ``period``."""
        return self.valid_from <= period.start and (
            self.valid_to is None or period.start <= self.valid_to
        )


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
    cadence: Cadence
    expected_from: date | None = None
    expected_to: date | None = None
    due_days: int = Field(default=30, ge=0)
    period_in_file_name: Texts = []
    layouts: list[Layout] = Field(min_length=1)
    departments: list[DepartmentRule] = []
    code_map: list[CodeMapEntry] = []

    @field_validator("period_in_file_name")
    @classmethod
    def _patterns_compile(cls, value: list[str]) -> list[str]:
        for pattern in value:
            groups = set(re.compile(pattern).groupindex)
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
    feeds: dict[str, Feed]

    @model_validator(mode="after")
    def _fits_the_feeds(self) -> Partner:
        for name, feed in self.feeds.items():
            schema = FEEDS.get(name)
            if schema is None:
                raise MistakeAt(("feeds", name), f"is no feed: {', '.join(FEEDS)} are")
            for number, layout in enumerate(feed.layouts):
                check_layout(schema, layout, ("feeds", name, "layouts", number))
        return self
