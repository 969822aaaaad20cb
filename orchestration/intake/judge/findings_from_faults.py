"""Says what a judgement kept: faults, realigned rows, totals and shares become findings.

Everything here reads the judgement's private tables once, after the last row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb
import pyarrow as pa

from ...contracts.feeds import FeedSchema
from ...contracts.layout import Layout
from ...display import column_letter, display_safe
from ..read.source import Remark
from .findings import NOT_SHOWN, Cell, Cells, Finding, Group, Place, finding
from .judgement import Judgement
from .layout import Match
from .rules.control_totals import Control, Total
from .rules.control_totals import total_findings as judged_totals
from .rules.counterparties import FOREIGN, Counterparties
from .suggest import suggestions

SCHEMA = """
CREATE TEMP TABLE fault (code VARCHAR, field VARCHAR, sheet VARCHAR, source_row BIGINT,
    value VARCHAR, amount BIGINT);
CREATE TEMP TABLE dated (sheet VARCHAR, source_row BIGINT, day DATE, raw VARCHAR, year VARCHAR,
    amount BIGINT);
"""
# Groups of the same value that a finding shows: the commonest, and some of the rarest.
_COMMON, _RARE = 7, 3
# Rules about what no screen may repeat: their values are masked whatever the field.
_SECRET = ("TP-044", "TP-049")


@dataclass
class Kept:
    """What a judgement keeps for its findings beside the tables of ``SCHEMA``."""

    schema: FeedSchema
    others: Counterparties | None = None
    matches: dict[str | None, Match] = field(default_factory=dict)
    shifted: list[tuple[str | None, int]] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    openers: dict[tuple[str | None, int], int | None] = field(default_factory=dict)
    non_data: dict[str, int] = field(default_factory=dict)

    @property
    def match(self) -> Match:
        """The headings of the first sheet that was read."""
        return next(iter(self.matches.values()))

    def note(self, kind: str, rows: int) -> None:
        """Counts rows that are no lines of data."""
        if rows:
            self.non_data[kind] = self.non_data.get(kind, 0) + rows

    def take_trailer(self, trailer: Control | None) -> None:
        """Keeps a trailer, which is a row but no line of data."""
        if trailer:
            self.controls.append(trailer)
            self.note("trailer", 1)

    def cell(self, name: str, sheet: str | None, row: int, value: str | None) -> Cell:
        """A cell as Excel addresses it; values that may name a person are not shown."""
        place = self.place(name, sheet)
        if not place.column:
            return Cell(sheet, row, "", "", None)
        text = NOT_SHOWN if place.masked and value else display_safe(value)
        return Cell(sheet, row, place.column, place.heading, text)

    def place(self, name: str, sheet: str | None, *, masked: bool = False) -> Place:
        """Where a field stands in a sheet; values that may name a person are masked."""
        match = self.matches.get(sheet) or self.match
        if name not in match.positions:
            return Place("", "", True)
        index = match.positions[name]
        masked = masked or self.schema.field(name).classification != "public"
        return Place(column_letter(index), display_safe(match.headings[index]) or "", masked)

    def cells(self, name: str, table: pa.Table, *, masked: bool = False) -> Cells:
        """The cells of a field listed in ``table`` (sheet, source_row, value), made when asked."""
        places = {sheet: self.place(name, sheet, masked=masked) for sheet in self.matches}
        return Cells(table, places, self.place(name, None, masked=masked))

    def rows(self, table: pa.Table) -> list[Cell]:
        """Rows whose cells cannot be told apart; the cell of a mark that is never closed."""
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


def remark_findings(remarks: Sequence[Remark], kept: Kept) -> Iterator[Finding]:
    """What the reader noticed, each rule (with its detail) once."""
    groups: dict[tuple[str, str], list[Remark]] = {}
    for remark in remarks:
        groups.setdefault((remark.code, remark.detail), []).append(remark)
    for (code, detail), group in groups.items():
        count = sum(remark.count for remark in group)
        yield finding(code, count=count, detail=detail, cells=[kept.remarked(r) for r in group])


def fault_findings(con: duckdb.DuckDBPyConnection, kept: Kept) -> Iterator[Finding]:
    """Every kind of fault once, with its count, its £ and all its cells."""
    layout = kept.match.layout
    groups = con.execute(
        "SELECT code, field, count(*), sum(amount) FROM fault GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for code, name, count, pence in groups:
        secret = code in _SECRET
        # A list of its own, so that a million cells are made only where somebody looks.
        cells = con.sql(
            "SELECT sheet, source_row, value FROM fault WHERE code = ? AND field IS NOT DISTINCT "
            "FROM ? ORDER BY sheet, source_row",
            params=[code, name],
        ).to_arrow_table()
        shown_groups, distinct = _groups(con, kept, code, name) if name else ([], 0)
        yield finding(
            code,
            count=count,
            amount_pence=None if pence is None else int(pence),
            field=name,
            heading=layout.columns[name].heading if name else "",
            detail=_expected(kept, layout, name),
            cells=kept.cells(name, cells, masked=secret) if name else kept.rows(cells),
            groups=shown_groups,
            distinct=distinct,
        )
    if kept.shifted and layout.realign:
        yield finding(
            "TP-031",
            count=len(kept.shifted),
            heading=layout.realign.from_heading,
            cells=[Cell(sheet, row, "", "", None) for sheet, row in kept.shifted],
        )


def _groups(
    con: duckdb.DuckDBPyConnection, kept: Kept, code: str, name: str
) -> tuple[list[Group], int]:
    """The same value once: the commonest first, then some of the rarest; and how many there are.

    A cell's spaces around it make no other value. Empty cells have no value to group by.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE same AS SELECT value, rows, pence, first_row, "
        "row_number() OVER (ORDER BY rows DESC, first_row) AS place, "
        "count(*) OVER () AS distinct_values FROM (SELECT trim(value, ' \t\r\n\u00a0') AS value, "
        "count(*) AS rows, sum(amount) AS pence, min(source_row) AS first_row FROM fault "
        "WHERE code = ? AND field = ? AND value IS NOT NULL GROUP BY 1) WHERE value <> ''",
        [code, name],
    )
    rows = con.execute(
        "SELECT value, rows, pence, first_row, distinct_values FROM same "
        f"WHERE place <= {_COMMON} OR place > distinct_values - {_RARE} ORDER BY place"
    ).fetchall()
    masked = code in _SECRET or kept.schema.field(name).classification != "public"
    column = kept.match.layout.columns[name]
    offered: Sequence[str | None] = [None] * len(rows)
    if not masked:
        texts = [r[0] for r in rows]
        offered = suggestions(con, kept.schema.field(name), column, texts)
        if kept.others and code in FOREIGN:
            offered = kept.others.offered(code, texts)
    groups = [
        Group(
            NOT_SHOWN if masked else display_safe(value),
            count,
            None if pence is None else int(pence),
            row,
            better,
        )
        for (value, count, pence, row, _), better in zip(rows, offered, strict=True)
    ]
    return groups, rows[0][4] if rows else 0


def total_findings(kept: Kept) -> Iterator[Finding]:
    """Totals lines against the lines above them, each with its cell."""
    for total, found in judged_totals(kept.totals):
        cell = kept.cell(kept.schema.money_field or "", total.sheet, total.row, None)
        yield replace(found, cells=[cell])


def closing_findings(result: Judgement, kept: Kept) -> Iterator[Finding]:
    """What can be said only of the file as a whole."""
    rows = result.rows_accepted + result.rows_set_aside
    if not rows:
        yield finding("TP-006")
    elif result.rows_set_aside > kept.match.layout.max_set_aside_share * rows:
        detail = f"{result.rows_set_aside:,} of {rows:,}"
        yield finding("TP-050", detail=detail, count=result.rows_set_aside)
    others: Mapping[str, int] = {k: n for k, n in kept.non_data.items() if k != "heading"}
    if others:
        detail = ", ".join(f"{n:,} {kind}" for kind, n in sorted(others.items()))
        yield finding("TP-042", count=sum(others.values()), detail=detail)


def _expected(kept: Kept, layout: Layout, name: str) -> str:
    """What a good cell of the field looks like, in words."""
    if not name:
        return f"{kept.match.width} cells expected"
    field_, column = kept.schema.field(name), layout.columns[name]
    if field_.type == "date":
        return " or ".join(column.formats)
    if column.codes or field_.values:
        return ", ".join(column.codes or field_.values)
    return {
        "share": "a share between 0 and 1, such as 0.25",
        "flag": "Yes or No",
        "year": "a financial year such as 2008-09",
        "integer": "a whole number",
        "number": "a number of at most four decimals, such as 62.5",
    }.get(field_.type, "")
