"""What is asked of a judgement, and what one gathers while it is under way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from ...contracts.feeds import FEEDS, FeedSchema
from ...contracts.layout import Layout
from ...contracts.model import Feed
from ...contracts.periods import Period, from_file_name
from ...display import column_letter, display_safe
from ..read.source import Remark, Source
from . import raw_lines
from .batch import TABLES, Gathered
from .findings import NOT_SHOWN, Cell, Cells, Place, finding
from .judgement import Judgement
from .layout import Match
from .raw_lines import LinesFile
from .reference import Reference
from .rules.columns import Rival
from .rules.control_totals import Control, Total
from .rules.counterparties import Counterparties
from .rules.dates import DateCounts
from .rules.net_and_vat import Beside
from .rules.same_lines import SameLines
from .rules.set_aside import Sizes
from .rules.total_rows import Doubt
from .rules.unread_columns import Marked


@dataclass(frozen=True)
class JudgeRequest:
    """A file to judge, by which contract, and what may be looked up.

    ``file_name`` is what its sender called it. ``lines`` and ``aside`` are Parquet files to write
    accepted lines and rows set aside to; ``stamp`` is the submission id and SHA-256 written beside
    every line; ``control_file`` holds the sender's control totals; ``others`` is whom the file may
    name; ``reference`` is where the public lists are; ``life`` is when the body began and ended.
    """

    path: Path
    file_name: str
    feed_name: str
    feed: Feed
    period: Period | None = None
    lines: Path | None = None
    aside: Path | None = None
    stamp: tuple[str, str] = ("", "")
    control_file: Path | None = None
    others: Counterparties | None = None
    reference: Reference | None = None
    life: tuple[date | None, date | None] = (None, None)

    @cached_property
    def stated_period(self) -> Period | None:
        """The period that was given, else the one in the file's name."""
        names, cadence = self.feed.period_in_file_name, self.feed.cadence
        return self.period or from_file_name(self.file_name, names, cadence)

    @cached_property
    def layouts(self) -> list[Layout]:
        """The layouts of the contract, the likeliest for the period first."""
        return self.feed.layouts_for(self.stated_period)


@dataclass
class JudgingState:
    """One judgement under way.

    ``con`` is a private connection with the tables of ``batch.TABLES``; ``judgement`` is what will
    be returned. The rest is gathered while sheets are read: where the headings stand by sheet,
    rows put right, the heading from which labels moved, totals rows and rows that may be one, £
    without their signs, control totals, where a quotation mark opened that is never closed, how
    many non-data rows there are of each kind, the accepted lines of each sheet with their pence,
    what columns hold that fit a field beside the one that was used, how dates are written,
    what lines are known again by, columns outside the agreement that mark lines, and
    columns of VAT beside the amount.
    """

    request: JudgeRequest
    judgement: Judgement
    con: Gathered
    kind: str = ""
    source: Source | None = None
    separator: str = ","
    matches: dict[str | None, Match] = field(default_factory=dict)
    shifted: list[tuple[str | None, int]] = field(default_factory=list)
    moved_from: str = ""
    totals: list[Total] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    sizes: Sizes = field(default_factory=Sizes)
    controls: list[Control] = field(default_factory=list)
    openers: dict[tuple[str | None, int], int | None] = field(default_factory=dict)
    non_data: dict[str, int] = field(default_factory=dict)
    has_kept: bool = False  # accepted rows are in ``kept``, for what is asked of them together
    read: dict[str | None, tuple[int, int]] = field(default_factory=dict)
    rivals: dict[tuple[str, int], Rival] = field(default_factory=dict)
    dates: DateCounts = field(default_factory=DateCounts)
    same_lines: SameLines = field(default_factory=SameLines)
    marked: list[Marked] = field(default_factory=list)
    vat: list[Beside] = field(default_factory=list)
    lines: LinesFile | None = None

    def __post_init__(self) -> None:
        self.con.execute(TABLES)
        request, accepted = self.request, raw_lines.lines_sql(self.schema)
        unlike = raw_lines.seldom_alike(self.schema)
        if request.lines:
            self.lines = LinesFile(request.lines, accepted, request.stamp, unlike)
        set_aside = "SELECT * FROM judged WHERE mask <> 0"
        self.aside = LinesFile(request.aside, set_aside) if request.aside else None

    @cached_property
    def schema(self) -> FeedSchema:
        return FEEDS[self.request.feed_name]

    @property
    def others(self) -> Counterparties | None:
        return self.request.others

    @property
    def read_pence(self) -> int:
        """The pence of the rows of data read so far."""
        return self.judgement.pence_accepted + self.judgement.pence_set_aside

    @property
    def opened(self) -> Source:
        """The file, once it has been opened."""
        assert self.source is not None
        return self.source

    @property
    def lacks_year(self) -> bool:
        """Whether the days of the file have no year, and none is known."""
        day = self.match.layout.columns.get(self.schema.date_field or "")
        return not self.stated and day is not None and day.lacks_year

    @property
    def stated(self) -> Period | None:
        """The period that was given or stands in the file's name."""
        return self.request.stated_period

    def find(self, code: str, **details: Any) -> None:
        """Adds a finding to the judgement."""
        self.judgement.findings.append(finding(code, **details))

    def close(self) -> None:
        """Finishes the Parquet files and lets go of the private database."""
        for file in filter(None, (self.lines, self.aside)):
            file.close()
        self.con.close()

    @property
    def match(self) -> Match:
        """The headings of the first sheet that was read."""
        return next(iter(self.matches.values()))

    def note(self, kind: str, rows: int) -> None:
        """Counts non-data rows."""
        if rows:
            self.non_data[kind] = self.non_data.get(kind, 0) + rows

    def take_trailer(self, trailer: Control | None) -> None:
        """Keeps the control total of a trailer, which is a non-data row."""
        if trailer:
            self.controls.append(trailer)
            self.note("trailer", 1)

    def cell(
        self, name: str, sheet: str | None, row: int, value: str | None, part: int | None = None
    ) -> Cell:
        """A cell as Excel addresses it; values that may name a person are not shown."""
        place = self.place(name, sheet, part)
        if not place.column:
            return Cell(sheet, row, "", "", None)
        text = NOT_SHOWN if place.masked and value else display_safe(value)
        return Cell(sheet, row, place.column, place.heading, text)

    def place(
        self, name: str, sheet: str | None, part: int | None = None, *, masked: bool = False
    ) -> Place:
        """Where a field stands in a sheet, for a line of the ``part`` of a wide table; values that
        may name a person are masked."""
        match = self.matches.get(sheet) or self.match
        if name not in match.positions:
            return Place("", "", True)
        index = match.column(name, part)
        masked = masked or self.schema.field(name).classification != "public"
        return Place(column_letter(index), display_safe(match.headings[index]) or "", masked)

    def cells(self, name: str, table: pa.Table, *, masked: bool = False) -> Cells:
        """The cells of a field listed in ``table`` (sheet, source_row, value), made when asked."""
        places = {
            (sheet, part): self.place(name, sheet, part, masked=masked)
            for sheet, match in self.matches.items()
            for part in (None, *range(len(match.spread.parts) if match.spread else 0))
        }
        return Cells(table, places, self.place(name, None, masked=masked))

    def rows(self, table: pa.Table) -> list[Cell]:
        """Rows whose cells cannot be separated; the cell of a mark that is never closed."""
        places = zip(table["sheet"].to_pylist(), table["source_row"].to_pylist(), strict=True)
        return [self.remarked(Remark("", *place, self.openers.get(place))) for place in places]

    def remarked(self, remark: Remark) -> Cell:
        """The cell, or the row, of a reader's remark."""
        match = self.matches.get(remark.sheet) if self.matches else None
        if remark.index is None:
            return Cell(remark.sheet, remark.row, "", "", None)
        names = {i: n for n, i in match.positions.items()} if match else {}
        if remark.index in names:
            return self.cell(names[remark.index], remark.sheet, remark.row, remark.value)
        return Cell(remark.sheet, remark.row, column_letter(remark.index), "", NOT_SHOWN)
