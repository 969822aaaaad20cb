"""How a file of one layout looks: its columns, the styles of their cells, what is put right."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    field_validator,
    model_validator,
)

from .base import Identifier, Prices, Strict, Vat
from .periods import MONTHS, Period, financial_year
from .schema import Field as FeedField
from .wide import Wide

# Date styles a contract may name: the shape a cell must have, and how DuckDB reads that shape.
# ``%b`` needs exactly three letters and ``%d`` takes one digit, so the shape decides first. Years
# outside 1990 to 2099 are typing errors in a spend file, not dates.
_YEAR, _YY = r"(?:199\d|20\d{2})", r"(?:[0-5]\d|6[0-8]|9\d)"
DATE_STYLES: dict[str, tuple[str, str]] = {
    # As a workbook's own dates are read; a time that one carries says nothing of the day.
    "yyyy-mm-dd": (
        rf"{_YEAR}-\d{{2}}-\d{{2}}(?: \d{{2}}:\d{{2}}:\d{{2}}(?:\.\d{{1,6}})?)?",
        "%Y-%m-%d",
    ),
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
    # True dates of which the program that wrote them exchanged day and month.
    "yyyy-dd-mm": (rf"{_YEAR}-\d{{2}}-\d{{2}}", "%Y-%d-%m"),
    # Labels of a month, which are its first day.
    "mmm-yy": (rf"[A-Za-z]{{3}}-{_YY}", "%b-%y"),
    "mmm yy": (rf"[A-Za-z]{{3}} {_YY}", "%b %y"),
    "mmm-yyyy": (rf"[A-Za-z]{{3}}-{_YEAR}", "%b-%Y"),
    "mmm yyyy": (rf"[A-Za-z]{{3}} {_YEAR}", "%b %Y"),
    "month yyyy": (rf"[A-Za-z]{{3,9}} {_YEAR}", "%B %Y"),
    "yyyy-mm": (rf"{_YEAR}-\d{{2}}", "%Y-%m"),
    "mm/yyyy": (rf"\d{{2}}/{_YEAR}", "%m/%Y"),
    "yyyy Mnn": (rf"{_YEAR} M\d{{2}}", "%Y M%m"),
    # The number of a month in its financial year: P01 is April.
    "yyyy/yy Pnn": (rf"{_YEAR}[/-]\d{{2}} P(?:0[1-9]|1[0-2])", ""),
    # What Excel keeps for a date: days since 30 December 1899, here from 1982 to 2064.
    "excel-serial": (r"[345]\d{4}", ""),
}

EXCHANGED = "yyyy-dd-mm"
PERIODS, SERIAL = "yyyy/yy Pnn", "excel-serial"
# Styles that name a month and no day of it.
MONTH_STYLES = frozenset(name for name in DATE_STYLES if "d" not in name) - {SERIAL}


def written(day: date, style: str) -> str:
    """A day in one of ``DATE_STYLES``, month names in English whatever the machine's language."""
    if style == SERIAL:
        return str((day - date(1899, 12, 30)).days)
    if style == PERIODS:
        return f"{financial_year(day).replace('-', '/')} P{(day.month - 4) % 12 + 1:02d}"
    name = MONTHS[day.month - 1].capitalize()
    return day.strftime(DATE_STYLES[style][1].replace("%b", name[:3]).replace("%B", name))


# What a mark in the place of a number may mean; or the counts it stands for, such as 1 to 4.
SUPPRESSED, NOT_AVAILABLE, ZERO = "suppressed", "not_available", "zero"
INTERVAL = r"(\d{1,3}) to (\d{1,3})"

Unit = Literal["pounds", "pence", "thousands", "millions"]


class Column(Strict):
    """How one canonical field is written in the partner's file."""

    heading: str
    aliases: list[str] = []
    formats: list[str] = []
    unit: Unit = "pounds"
    sign: Literal["as_is", "reversed"] = "as_is"
    # Whether 123.45- is a credit here, as some ledgers write it; else it is no amount.
    trailing_minus: bool = False
    codes: dict[str, str] = {}
    # Marks that stand in the place of a value, each with what it means; the usual are known.
    marks: dict[str, str] = {}
    # Of an agreed column: true refuses a file without it, and sets a row aside whose cell of it
    # cannot be read.
    required: bool | None = None
    # A label that stands once for the rows below it, whose cells are empty or merged with it.
    fill_down: bool = False
    # What an empty cell, or a column that is not there, is taken to say.
    default: Annotated[str, Field(min_length=1)] | None = None

    @field_validator("formats")
    @classmethod
    def _known_formats(cls, value: list[str]) -> list[str]:
        if unknown := [v for v in value if v not in DATE_STYLES]:
            raise ValueError(f"date format {unknown[0]!r} is not one of {', '.join(DATE_STYLES)}")
        return value

    @field_validator("marks")
    @classmethod
    def _known_meanings(cls, value: dict[str, str]) -> dict[str, str]:
        for mark, meaning in value.items():
            between = re.fullmatch(INTERVAL, meaning)
            if between and 1 <= int(between[1]) <= int(between[2]):
                continue
            if between or meaning not in (SUPPRESSED, NOT_AVAILABLE, ZERO):
                raise ValueError(
                    f"the mark {mark!r} cannot mean {meaning!r}: write {SUPPRESSED}, "
                    f"{NOT_AVAILABLE}, {ZERO}, or the counts it stands for, such as 1 to 4"
                )
        return value

    def reads(self, field: FeedField) -> bool:
        """Whether a cell of ``field`` means more than its text, so that it may be unreadable."""
        return bool(field.type != "text" or field.values or field.listed or self.codes)

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


def _with(column: Any, said: dict[str, Any]) -> Any:
    """A column with what its layout says of units and marks, where it does not say otherwise."""
    if not isinstance(column, dict):
        return column
    marks = [part.get("marks") for part in (said, column)]
    if "marks" in said and all(isinstance(m, dict | None) for m in marks):
        column = {**column, "marks": {**(marks[0] or {}), **(marks[1] or {})}}
    return {**said, **column}


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
    # Headings that are values, where the table has a column for each month or year.
    wide: Wide | None = None
    # What amounts are written in, and what marks mean, where a column does not say otherwise.
    unit: Unit = "pounds"
    marks: dict[str, str] = {}
    # Where amounts of this layout are on another basis than the feed says.
    vat: Vat | None = None
    prices: Prices | None = None

    @model_validator(mode="before")
    @classmethod
    def _columns_have_what_the_layout_says(cls, value: Any) -> Any:
        columns = value.get("columns") if isinstance(value, dict) else None
        said = {key: value[key] for key in ("unit", "marks") if key in value} if columns else {}
        if not isinstance(columns, dict) or not said:
            return value
        return {**value, "columns": {name: _with(column, said) for name, column in columns.items()}}

    def holds(self, period: Period) -> bool:
        """Whether the layout was in use at the start of ``period``."""
        return self.valid_from <= period.start and (
            self.valid_to is None or period.start <= self.valid_to
        )
