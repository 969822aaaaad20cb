"""Says what a judgement kept: faults, realigned rows, totals and shares become findings.

Everything here reads the judgement's private tables once, after the last row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from ..contracts.feeds import FeedSchema
from ..contracts.model import Layout
from .findings import Cell, Finding, column_letter, finding, pounds, shown
from .judgement import Judgement
from .layout import Match
from .read import Remark

SCHEMA = """
CREATE TEMP TABLE fault (code VARCHAR, field VARCHAR, sheet VARCHAR, source_row BIGINT,
    value VARCHAR, amount BIGINT);
CREATE TEMP TABLE dated (sheet VARCHAR, source_row BIGINT, day DATE, raw VARCHAR, year VARCHAR,
    amount BIGINT);
"""
_NOT_SHOWN = "[not shown: may name a person]"


@dataclass(frozen=True)
class Total:
    """A totals line: what it states and what the lines above it in its sheet add up to."""

    sheet: str | None
    row: int
    stated: int | None
    above: int


@dataclass
class Kept:
    """What a judgement keeps for its findings beside the tables of ``SCHEMA``."""

    schema: FeedSchema
    matches: dict[str | None, Match] = field(default_factory=dict)
    shifted: list[tuple[str | None, int]] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    non_data: dict[str, int] = field(default_factory=dict)

    @property
    def match(self) -> Match:
        """The headings of the first sheet that was read."""
        return next(iter(self.matches.values()))

    def note(self, kind: str, rows: int) -> None:
        """Counts rows that are no lines of data."""
        if rows:
            self.non_data[kind] = self.non_data.get(kind, 0) + rows

    def cell(self, name: str, sheet: str | None, row: int, value: str | None) -> Cell:
        """A cell as Excel addresses it; values that may name a person are not shown."""
        match = self.matches.get(sheet) or self.match
        if name not in match.positions:
            return Cell(sheet, row, "", "", None)
        index = match.positions[name]
        masked = self.schema.field(name).classification != "public" and value
        text = _NOT_SHOWN if masked else shown(value)
        return Cell(sheet, row, column_letter(index), shown(match.headings[index]) or "", text)

    def remarked(self, remark: Remark) -> Cell:
        """The cell, or the row, of a reader's remark."""
        match = self.matches.get(remark.sheet) if self.matches else None
        if remark.index is None:
            return Cell(remark.sheet, remark.row, "", "", None)
        names = {i: n for n, i in match.positions.items()} if match else {}
        if remark.index in names:
            return self.cell(names[remark.index], remark.sheet, remark.row, remark.value)
        return Cell(remark.sheet, remark.row, column_letter(remark.index), "", _NOT_SHOWN)


def heading_findings(match: Match) -> Iterator[Finding]:
    """Headings that are missing, unknown or there twice."""
    for code, headings in (
        ("TP-011", match.missing_required),
        ("TP-012", match.missing_optional),
        ("TP-013", match.unknown),
        ("TP-014", match.duplicated),
    ):
        for heading in headings:
            yield finding(code, heading=shown(heading) or "")


def remark_findings(remarks: Sequence[Remark], kept: Kept) -> Iterator[Finding]:
    """What the reader noticed, each rule (with its detail) once."""
    groups: dict[tuple[str, str], list[Remark]] = {}
    for remark in remarks:
        groups.setdefault((remark.code, remark.detail), []).append(remark)
    for (code, detail), group in groups.items():
        yield finding(
            code, count=len(group), detail=detail, cells=[kept.remarked(r) for r in group]
        )


def fault_findings(con: duckdb.DuckDBPyConnection, kept: Kept) -> Iterator[Finding]:
    """Every kind of fault once, with its count, its £ and all its cells."""
    layout = kept.match.layout
    groups = con.execute(
        "SELECT code, field, count(*), sum(amount) FROM fault GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for code, name, count, pence in groups:
        rows = con.execute(
            "SELECT sheet, source_row, value FROM fault WHERE code = ? AND field = ? "
            "ORDER BY sheet, source_row",
            [code, name],
        ).fetchall()
        yield finding(
            code,
            count=count,
            amount_pence=None if pence is None else int(pence),
            field=name,
            heading=layout.columns[name].heading if name else "",
            detail=_expected(kept, layout, name),
            cells=[kept.cell(name, *row) for row in rows],
        )
    if kept.shifted and layout.realign:
        yield finding(
            "TP-031",
            count=len(kept.shifted),
            heading=layout.realign.from_heading,
            cells=[Cell(sheet, row, "", "", None) for sheet, row in kept.shifted],
        )


def total_findings(kept: Kept) -> Iterator[Finding]:
    """Totals lines as control totals: of the whole sheet so far, or since the total before."""
    previous: dict[str | None, int] = {}
    for total in kept.totals:
        if total.stated is None:
            continue
        since = total.above - previous.get(total.sheet, 0)
        previous[total.sheet] = total.above
        agrees = total.stated in (total.above, since)
        sheet = "" if total.sheet is None else f" of sheet '{shown(total.sheet)}'"
        found = total.stated if agrees else total.above
        yield finding(
            "TP-041" if agrees else "TP-040",
            detail=f"{pounds(total.stated)}; the lines add up to {pounds(found)}",
            rows=f"{total.row}{sheet}",
            cells=[kept.cell(kept.schema.money_field, total.sheet, total.row, None)],
        )


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
    }.get(field_.type, "")
