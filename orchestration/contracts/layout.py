"""How a file of one layout looks: its columns, the styles of their cells, what is put right."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    field_validator,
    model_validator,
)

from ..display import SERIAL, day_text
from .base import Identifier, Prices, Strict, Vat
from .periods import Period, financial_year
from .schema import Field as FeedField
from .wide import Wide

# Date styles a contract may name: the shape a cell must have, and how DuckDB reads that shape.
# ``%b`` needs exactly three letters and ``%d`` takes one digit, so the shape decides first. Years
# outside 1990 to 2099 are typing errors in a spend file, not dates.
_YEAR, _YY = r"(?:199\d|20\d{2})", r"(?:[0-5]\d|6[0-8]|9\d)"
DATE_STYLES: dict[str, tuple[str, str]] = {
    # As a workbook's own dates are read; a time that one carries says nothing of the day.
    "yyyy-mm-dd": (
        rf"{_YEAR}-\d{{2}}-\d{{2}}(?:[ T]\d{{2}}:\d{{2}}:\d{{2}}(?:\.\d{{1,6}})?Z?)?",
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
    # As exports of a ledger are saved by a spreadsheet; the time says nothing of the day.
    "dd/mm/yyyy hh:mm": (
        rf"\d{{1,2}}/\d{{1,2}}/{_YEAR} \d{{1,2}}:\d{{2}}(?::\d{{2}})?",
        "%d/%m/%Y %H:%M",
    ),
    "dd.mm.yyyy": (rf"\d{{1,2}}\.\d{{1,2}}\.{_YEAR}", "%d.%m.%Y"),
    "dd.mm.yy": (rf"\d{{1,2}}\.\d{{1,2}}\.{_YY}", "%d.%m.%y"),
    "dd-mm-yyyy": (rf"\d{{1,2}}-\d{{1,2}}-{_YEAR}", "%d-%m-%Y"),
    "dd-mm-yy": (rf"\d{{1,2}}-\d{{1,2}}-{_YY}", "%d-%m-%y"),
    "yyyy/mm/dd": (rf"{_YEAR}/\d{{1,2}}/\d{{1,2}}", "%Y/%m/%d"),
    "yyyymmdd": (rf"{_YEAR}\d{{4}}", "%Y%m%d"),
    "dd-mmm-yyyy": (rf"\d{{1,2}}-[A-Za-z]{{3}}-{_YEAR}", "%d-%b-%Y"),
    "dd-mmm-yy": (rf"\d{{1,2}}-[A-Za-z]{{3}}-{_YY}", "%d-%b-%y"),
    "dd mmm yyyy": (rf"\d{{1,2}} [A-Za-z]{{3}} {_YEAR}", "%d %b %Y"),
    "dd mmm yy": (rf"\d{{1,2}} [A-Za-z]{{3}} {_YY}", "%d %b %y"),
    "dd/mmm/yyyy": (rf"\d{{1,2}}/[A-Za-z]{{3}}/{_YEAR}", "%d/%b/%Y"),
    "dd/mmm/yy": (rf"\d{{1,2}}/[A-Za-z]{{3}}/{_YY}", "%d/%b/%y"),
    "dd-month-yyyy": (rf"\d{{1,2}}-[A-Za-z]{{3,9}}-{_YEAR}", "%d-%B-%Y"),
    "dd month yyyy": (rf"\d{{1,2}} [A-Za-z]{{3,9}} {_YEAR}", "%d %B %Y"),
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
    # Days without a year, which is that of the file's period (``YEARLESS``).
    "dd/mm": (r"\d{1,2}/\d{1,2}", "%d/%m"),
    "dd-mmm": (r"\d{1,2}-[A-Za-z]{3}", "%d-%b"),
    "dd mmm": (r"\d{1,2} [A-Za-z]{3}", "%d %b"),
    "dd month": (r"\d{1,2} [A-Za-z]{3,9}", "%d %B"),
    # The number of a month in its financial year: P01 is April.
    "yyyy/yy Pnn": (rf"{_YEAR}[/-]\d{{2}} P(?:0[1-9]|1[0-2])", ""),
    # What Excel keeps for a date: days since 30 December 1899, here from 1982 to 2064.
    SERIAL: (r"[345]\d{4}", SERIAL),
}

EXCHANGED = "yyyy-dd-mm"
YEARLESS = ("dd/mm", "dd-mmm", "dd mmm", "dd month")
PERIODS = "yyyy/yy Pnn"
# Styles that name a month and no day of it.
MONTH_STYLES = frozenset(name for name in DATE_STYLES if "d" not in name) - {SERIAL}


def for_true_dates(styles: list[str]) -> str:
    """The agreed style in which a workbook's true dates can be told whole, or ``""`` where they are
    agreed as such, or where day and month could be taken for each other."""
    agreed = any(style.startswith(("yyyy-mm-dd", EXCHANGED)) for style in styles)
    orders = {style[:3] for style in styles if style.startswith(("dd/mm/", "mm/dd/"))}
    if agreed or len(orders) > 1:
        return ""
    whole = [style for style in styles if style not in {*YEARLESS, PERIODS}]
    return min(whole, key=MONTH_STYLES.__contains__, default="")


def written(day: date, style: str) -> str:
    """A day in one of ``DATE_STYLES``, month names in English whatever the machine's language."""
    if style == PERIODS:
        return f"{financial_year(day).replace('-', '/')} P{(day.month - 4) % 12 + 1:02d}"
    return day_text(day, DATE_STYLES[style][1])


# What a mark in the place of a number may mean; or the counts it stands for, such as 1 to 4.
SUPPRESSED, NOT_AVAILABLE, ZERO = "suppressed", "not_available", "zero"
INTERVAL = r"(\d{1,3}) to (\d{1,3})"


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except (re.error, RecursionError) as error:
        raise ValueError(f"pattern {pattern!r} cannot be read: {error}") from None
    return pattern


Pattern = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_compiles)]

Unit = Literal["pounds", "pence", "thousands", "millions"]


class AmountKinds(Strict):
    """The column that says what kind of amount a row holds; amounts themselves have no sign."""

    heading: str
    """Its heading in the file. Example: `Document Type`."""
    debits: list[str] = Field(min_length=1)
    """Its words for what is paid. Example: `[Invoice]`."""
    credits: list[str] = Field(min_length=1)
    """Its words for what comes back, whose amounts count as negative. Example: `[Credit note]`."""

    @model_validator(mode="after")
    def _no_word_is_both(self) -> AmountKinds:
        debits = {word.strip().casefold() for word in self.debits}
        if both := [word for word in self.credits if word.strip().casefold() in debits]:
            raise ValueError(f"{both[0]!r} cannot be both a debit and a credit")
        return self


class Column(Strict):
    """How one canonical field is written in the partner's file."""

    heading: str
    """The heading in the file; case, spaces and line breaks do not matter. Example: `Amount
    (£)`."""
    aliases: list[str] = []
    """Other headings it has had. Example: `[AP Amount (£)]`."""
    position: Annotated[str, Field(pattern=r"^[A-Z]{1,2}$")] | None = None
    """The column's letter in Excel, where no heading stands above it or two have the same one; the
    heading then says what messages call it. Example: `F`."""
    formats: list[str] = []
    """How dates are written, in the order in which they are tried. Example: `[dd/mm/yyyy]`."""
    unit: Unit = "pounds"
    """What amounts are written in. Example: `thousands`."""
    sign: Literal["as_is", "reversed"] = "as_is"
    """Whether costs are negative in the file. Example: `reversed`."""
    trailing_minus: bool = False
    """Whether 123.45- is a credit, as some ledgers write it; else it is no amount. Example:
    `true`."""
    cr_dr: bool = False
    """Whether 123.45 CR is a credit and 123.45 DR a debit; else neither is an amount. Example:
    `true`."""
    credits_under: str | None = None
    """The heading of the column of credits, where debits and credits stand in two: a row has one
    of them, and no credit has a sign. Example: `Credit (£)`."""
    kinds: AmountKinds | None = None
    """Where another column says which amounts are credits."""
    codes: dict[str, str] = {}
    """What the file's words mean, for a field with an agreed list. Example: `{Grant: grant}`."""
    marks: dict[str, str] = {}
    """Marks that stand in the place of a value, each with what it means: `suppressed`,
    `not_available`, `zero`, or the counts it stands for. Example: `{"*": 1 to 4}`."""
    required: bool | None = None
    """Whether a file without the column is refused, and a row whose cell of it cannot be read is
    set aside. Example: `true`."""
    fill_down: bool = False
    """Whether the cell is a label that stands once for the rows below it, whose cells are empty or
    merged with it. Example: `true`."""
    default: Annotated[str, Field(min_length=1)] | None = None
    """What an empty cell, or a column that is not there, is taken to say. Example: `spend`."""

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
    def lacks_year(self) -> bool:
        """Whether its days may have no year."""
        return not {*self.formats}.isdisjoint(YEARLESS)

    @property
    def index(self) -> int | None:
        """The column of ``position``, counted from 0."""
        if self.position is None:
            return None
        *before, last = (ord(letter) - 64 for letter in self.position)
        return 26 * sum(before) + last - 1

    @property
    def signed_by(self) -> str | None:
        """The heading of the other column that decides the sign of an amount."""
        return self.kinds.heading if self.kinds else self.credits_under

    @property
    def has_letters(self) -> bool:
        """Whether CR or DR behind an amount decides its sign."""
        return self.cr_dr or self.signed_by is not None

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
    """The column whose code shows that a row has shifted. Example: `Expense Code`."""
    code_pattern: Pattern
    r"""What a code looks like in full. Example: `'[A-Z]\d{4}'`."""
    from_heading: str
    """The first column that has shifted. Example: `Text`."""


class CellsStand(Strict):
    """Lines that all stand a number of columns beside their headings.

    Where no line can stand so far to the left, because the headings begin at the edge of the
    sheet, the cells are looked for below their headings.
    """

    columns: int = Field(ge=1, le=9)
    """How many columns the cells stand beside their headings. Example: `1`."""
    to_the: Literal["left", "right"]
    """On which side of its heading a cell stands. Example: `left`."""
    from_heading: str | None = None
    """The first heading whose cells do not stand below it, where it is not the first of all.
    Example: `Amount`."""


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
    """Its name, on every receipt. Example: `from_2017`."""
    valid_from: date
    """The first period it is used for. Example: `2017-04-01`."""
    valid_to: date | None = None
    """The last; the newest layout has none. Example: `2023-03-31`."""
    encodings: list[Literal["utf-8", "cp1252", "cp850", "utf-16"]] = ["utf-8"]
    """What the bytes may be, in the order in which they are tried. Example: `[utf-8, cp1252]`."""
    columns: dict[str, Column]
    """The columns, by the field of the feed. Example: `{amount_pence: {heading: Amount}}`."""
    ignored: list[str] = []
    """Headings that may be there and are not read. Example: `[Notes]`."""
    headings: Literal["row", "none"] = "row"
    """`none`: sheets may come without headings, and their columns are known by `position`. Example:
    `none`."""
    totals: dict[str, Pattern] = {}
    """Of a field, what its text looks like in full where the row is a total and no line, with a
    date or not. Example: `{transaction_no: '.* Total'}`."""
    coverage: Literal["whole", "sample"] = "whole"
    """Whether a file holds its whole period; a sample counts for its lines and completes nothing.
    Example: `sample`."""
    undated: Literal["set_aside", "submission_year"] = "set_aside"
    """What becomes of a line without a date. Example: `submission_year`."""
    public_access: Literal["observable", "partly_observable", "not_observable"] = "observable"
    """Whether spending on public access can be seen in such a file; else it is never given as £0.
    Example: `not_observable`."""
    realign: Realign | None = None
    """Rows whose cells stand one column to the left, among others that stand as they should."""
    cells_stand: CellsStand | None = None
    """Where the cells of every line stand, if it is not below their headings. Example:
    `{columns: 1, to_the: right}`."""
    max_set_aside_share: float = Field(default=0.1, ge=0, le=1)
    """The share of rows above which a file is refused for rows that cannot be read. Example:
    `0.1`."""
    wide: Wide | None = None
    """Headings that are values, where the table has a column for each month or year."""
    unit: Unit = "pounds"
    """What amounts are written in, where a column does not say otherwise. Example: `thousands`."""
    marks: dict[str, str] = {}
    """What marks mean, where a column does not say otherwise. Example: `{"-": zero}`."""
    vat: Vat | None = None
    """The VAT in its amounts, where it is not what the feed says. Example: `included`."""
    prices: Prices | None = None
    """The prices of its amounts, where they are not what the feed says. Example: `2008-09`."""

    @model_validator(mode="before")
    @classmethod
    def _columns_have_what_the_layout_says(cls, value: Any) -> Any:
        columns = value.get("columns") if isinstance(value, dict) else None
        said = {key: value[key] for key in ("unit", "marks") if key in value} if columns else {}
        if not isinstance(columns, dict) or not said:
            return value
        return {**value, "columns": {name: _with(column, said) for name, column in columns.items()}}

    @property
    def reading(self) -> str:
        """How its cells are read, as text: equal for two bodies that agreed the same columns. Made
        anew each time, since what is kept of a model goes into its changed copies."""
        return self.model_dump_json(exclude={"id", "valid_from", "valid_to"})

    def holds(self, period: Period) -> bool:
        """Whether the layout was in use at the start of ``period``."""
        return self.valid_from <= period.start and (
            self.valid_to is None or period.start <= self.valid_to
        )
