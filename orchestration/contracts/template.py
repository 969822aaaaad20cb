"""What a partner is asked to send, column by column, in plain words: made from the contract.

Here belongs what a column means and what a good cell looks like; files made of it belong to
``reports``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .feeds import FEEDS, FeedSchema, Field
from .layout import Column, Layout, written
from .model import Feed
from .periods import Period, financial_year, of_day

_EXAMPLES = 3
# What stands in the first cell of the worked example, and of the sheet that explains a workbook.
MADE_UP = "SYNTHETIC EXAMPLE: made up, never counted"
GUIDE = "Guide to this workbook: not read"
# What is held against a public list: how it is written, and three that are on it. Coordinates are
# of a place of the sender's own, so nobody can give an example of them that fits.
_LISTED: dict[str, tuple[str, tuple[str, ...]]] = {
    "service": ("a number of the Local Government Services List", ("57", "69", "92")),
    "services": (
        "numbers of the Local Government Services List, separated by ;",
        ("57", "57; 69", "69; 92"),
    ),
    "postcode": ("a whole postcode, such as LE1 1AA", ("LE1 1AA", "LE1 1AD", "LE1 1AF")),
    "easting": ("whole metres of the national grid, six digits", ("", "", "")),
    "northing": ("whole metres of the national grid, six digits", ("", "", "")),
}


_NUMBERS: dict[str, tuple[str, ...]] = {
    "integer": ("12", "13", "14"),
    "number": ("60.5", "61.5", "62.5"),
    "hours": ("37", "37.5", "37:30"),
    "share": ("0.25", "0.25", "0.25"),
}
_MARKS = "; * or <5 where the count is suppressed"
_NO_VALUE = "; n/a where there is none"
_UNITS = {
    "pounds": "pounds and pence, such as 1234.50",
    "pence": "whole pence, such as 123450",
    "thousands": "thousands of pounds, such as 1234.5 for £1,234,500",
    "millions": "millions of pounds, such as 1.25 for £1,250,000",
}
_PENCE_IN = {"thousands": 100_000, "millions": 100_000_000}


@dataclass(frozen=True)
class Asked:
    """One column of the partner's file. ``allowed`` is empty where any text may stand; ``strict``
    where a cell that cannot be read sets its row aside, though it may be empty."""

    field: str
    heading: str
    also: tuple[str, ...]
    meaning: str
    how: str
    allowed: tuple[str, ...]
    required: bool
    strict: bool
    is_money: bool
    examples: tuple[str, ...]


def layout_in_use(feed: Feed) -> Layout:
    """The layout a partner would send now: the last one."""
    return feed.layouts[-1]


def example_period(feed: Feed, today: date) -> Period:
    """The first period of this financial year for which the layout in use holds and files are
    asked for; of a feed that has ended, its last one."""
    begins = max(layout_in_use(feed).valid_from, feed.expected_from or date.min)
    last = max(begins, min(today, feed.expected_to or today))
    first = max(begins, of_day(last, "financial_year").start)
    period = of_day(first, feed.cadence)
    return period if period.start >= first else of_day(period.end + timedelta(1), feed.cadence)


def is_made_up(cell: str, heading: str = "") -> bool:
    """Whether a cell says that it is an example: the first one of the file, or a text under its
    ``heading``, whatever their case and spaces."""
    text = cell.casefold()
    if "example" not in text:  # as nearly every cell, of which a small file has some hundred
        return False
    text = " ".join(text.split())
    if text.startswith(MADE_UP.casefold()):
        return True
    named = _example_text(" ".join(heading.split()), 0).casefold()[:-1]
    return bool(heading) and text[:-1] == named and text[-1:].isdigit()


def asked(feed_name: str, feed: Feed, today: date) -> list[Asked]:
    """Every column of the layout in use, in the order of the contract, with examples of this
    financial year."""
    schema, layout, period = FEEDS[feed_name], layout_in_use(feed), example_period(feed, today)
    found: list[Asked] = []
    for name, column in layout.columns.items():
        field = schema.field(name)
        bounds = (b.words for b in field.bounds if all(o in layout.columns for o in b.fields))
        how = "; ".join([_how(field, column) + _marks(field, column), *bounds])
        found.append(
            Asked(
                field=name,
                heading=column.heading,
                also=tuple(column.aliases),
                meaning=field.description,
                how=how,
                allowed=_allowed(field, column),
                required=_required(schema, layout, name, column),
                strict=column.reads(field) and schema.costs_row(field, column.required),
                is_money=field.type == "money",
                examples=tuple(_example(field, column, period, n) for n in range(_EXAMPLES)),
            )
        )
        found += _beside(name, column)
    return found


def _beside(name: str, column: Column) -> list[Asked]:
    """The column that decides the sign of an amount, where there is one."""
    if column.kinds:
        kinds = (*column.kinds.debits, *column.kinds.credits)
        what, how = "What kind of amount it is", "one of the allowed values"
        examples = (column.kinds.debits[0],) * _EXAMPLES
        heading = column.kinds.heading
        return [Asked(name, heading, (), what, how, kinds, True, True, False, examples)]
    if column.credits_under:
        what = "Amount of the line where it is a credit"
        how = f"{_UNITS[column.unit]}, without a sign; empty where '{column.heading}' is filled"
        blank = ("",) * _EXAMPLES
        return [Asked(name, column.credits_under, (), what, how, (), False, True, True, blank)]
    return []


def _required(schema: FeedSchema, layout: Layout, name: str, column: Column) -> bool:
    """Whether a row without the cell is set aside, or a file without the column refused."""
    dated = name == schema.date_field and layout.undated == "set_aside"
    return schema.field(name).required or dated or bool(column.required)


def _allowed(field: Field, column: Column) -> tuple[str, ...]:
    if field.type == "flag":
        return ("Yes", "No")
    return tuple(column.codes) or field.values


def _how(field: Field, column: Column) -> str:
    """How a cell is written, in words."""
    if field.listed:
        return _LISTED[field.listed][0]
    if field.type == "money":
        unit = _UNITS[column.unit]
        return f"{unit}; {_sign(column)}"
    if field.type == "date":
        return "a date written " + " or ".join(column.formats)
    if _allowed(field, column):
        return "one of the allowed values"
    return {
        "integer": "a whole number",
        "hours": "hours such as 37, 37.5 or 37:30",
        "number": "a number of at most four decimals, such as 62.5",
        "share": "a share between 0 and 1, such as 0.25",
        "year": "a financial year such as 2008-09",
    }.get(field.type, "text")


def _sign(column: Column) -> str:
    """How a credit is told from what is paid, in words."""
    if column.kinds:
        return f"without a sign, which follows from '{column.kinds.heading}'"
    if column.credits_under:
        return f"credits stand under '{column.credits_under}'"
    if column.cr_dr:
        return "credits have CR behind them"
    return (
        "money paid out has a minus sign"
        if column.sign == "reversed"
        else "credits have a minus sign"
    )


def _marks(field: Field, column: Column) -> str:
    """Which marks a count or value may have in its place, in words."""
    if not field.marked:
        return ""
    known = "" if field.required else _NO_VALUE
    agreed = [f"{mark} for {meaning.replace('_', ' ')}" for mark, meaning in column.marks.items()]
    return "".join([_MARKS, known, *(f"; {mark}" for mark in agreed)])


def _example(field: Field, column: Column, period: Period, number: int) -> str:
    """A good cell of row ``number``; text says that it is an example."""
    if field.listed:
        return _LISTED[field.listed][1][number]
    if field.type == "money":
        return _amount(field, column, number)
    if field.type == "date":
        day = period.start + timedelta(days=number - (30 if field.before else 0))
        return written(day, column.formats[0])
    if field.examples and (labels := {v: k for k, v in column.codes.items()}):
        return labels.get(field.examples[number], field.examples[number])
    if allowed := _allowed(field, column):
        return allowed[number % len(allowed)]
    if field.type == "year":
        return financial_year(period.start)
    if field.type in _NUMBERS:
        return _NUMBERS[field.type][number]
    return _example_text(column.heading.strip(), number)


def _example_text(heading: str, number: int) -> str:
    return f"EXAMPLE {heading} {number + 1}"


def _amount(field: Field, column: Column, number: int) -> str:
    """An amount in the unit and with the sign agreed."""
    pence = int(field.examples[number]) if field.examples else 123_450 + 100 * number
    sign = "-" if column.sign == "reversed" else ""
    if column.unit in _PENCE_IN:
        return f"{sign}{Decimal(pence) / _PENCE_IN[column.unit]:f}"
    return f"{sign}{pence}" if column.unit == "pence" else f"{sign}{pence // 100}.{pence % 100:02d}"
