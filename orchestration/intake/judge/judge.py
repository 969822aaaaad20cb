"""The verdict on one file: every row judged on its raw text, everything said in one pass.

``judge`` reads a file through its contract and returns a ``Judgement``. It stores nothing but the
Parquet files it is asked for, and knows no ledger: duplicates and overlaps belong to ``submit``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from ...contracts.feeds import FEEDS, FeedSchema, has_money
from ...contracts.layout import Layout
from ...contracts.model import Feed
from ...contracts.periods import Period, from_file_name
from ...display import display_safe
from ..read import sandbox, source
from ..read.detect import REFUSED, detect, misnamed
from ..read.read_ahead import read_ahead
from . import findings_from_faults, parse
from .findings import finding
from .judgement import Judgement
from .layout import Match, after_heading, find_headings, squared, with_trimmed
from .raw_lines import LinesFile, lines_sql
from .reference import Reference
from .rules import control_totals, reference_lists
from .rules.counterparties import Counterparties
from .rules.headings import heading_findings
from .rules.period import period_by_content, period_findings
from .rules.personal_data import keep_doubtful


def judge(
    path: Path,
    file_name: str,
    feed_name: str,
    feed: Feed,
    *,
    period: Period | None = None,
    lines: Path | None = None,
    aside: Path | None = None,
    stamp: tuple[str, str] = ("", ""),
    manifest: Path | None = None,
    others: Counterparties | None = None,
    reference: Reference | None = None,
) -> Judgement:
    """Judges the file at ``path``; ``file_name`` is what its sender called it.

    ``lines`` and ``aside`` are Parquet files to write accepted lines and rows set aside to;
    ``stamp`` is the submission id and SHA-256 written beside every line; ``manifest`` holds the
    sender's control totals, ``others`` is whom the file may name, ``reference`` where the public
    lists are. Raises nothing for bad input: whatever is wrong is a finding.
    """
    stated = period or from_file_name(file_name, feed.period_in_file_name, feed.cadence)
    result = Judgement(period=stated, money=has_money(feed_name))
    kind, meaning = detect(path)
    if kind in REFUSED:
        result.findings.append(finding(REFUSED[kind], detail=meaning))
        return result
    if said := misnamed(file_name, kind):
        result.findings.append(finding("TP-106", detail=said))
    work = _Judging(FEEDS[feed_name], feed, stated, result, lines, aside, stamp)
    work.kept.others = others
    try:
        reference_lists.prepare(work.con, work.schema, reference)
        if manifest:
            work.take_manifest(manifest)
        layouts = feed.layouts_for(stated)
        opened = sandbox.open_limited(path, kind, list(layouts[0].encodings))
        result.encoding = opened.encoding
        if opened.encoding not in (None, "utf-8"):
            result.findings.append(finding("TP-032", detail=opened.encoding or ""))
        work.read_sheets(opened, layouts)
        result.findings += findings_from_faults.remark_findings(opened.remarks, work.kept)
        work.conclude()
    except source.UnreadableError as error:
        work.count_rows()
        result.refuse(finding(error.code, detail=error.detail))
    finally:
        work.close()
    return result


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 2, "autoinstall_known_extensions": False})


class _Judging:
    """One judgement under way: a private DuckDB holds faults, rows set aside and dates."""

    def __init__(
        self,
        schema: FeedSchema,
        feed: Feed,
        stated: Period | None,
        result: Judgement,
        lines: Path | None,
        aside: Path | None,
        stamp: tuple[str, str],
    ) -> None:
        self.schema, self.feed, self.stated, self.result = schema, feed, stated, result
        self.money = schema.judged_pence
        self.kept = findings_from_faults.Kept(schema)
        self.lines = LinesFile(lines, lines_sql(schema, stamp)) if lines else None
        self.aside = LinesFile(aside, "SELECT * FROM judged WHERE mask <> 0") if aside else None
        # A cursor has temporary tables of its own; a new database would cost 25 ms a file.
        self.con = _database().cursor()
        self.con.execute(findings_from_faults.SCHEMA)

    def close(self) -> None:
        """Finishes the Parquet files and lets go of the private database."""
        for file in filter(None, (self.lines, self.aside)):
            file.close()
        self.con.close()

    def take_manifest(self, manifest: Path) -> None:
        """Reads the sender's control totals from the file beside the file."""
        if said := control_totals.read_manifest(manifest):
            self.kept.controls.append(said)
        else:
            self.result.findings.append(finding("TP-047"))

    def read_sheets(self, opened: source.Source, layouts: list[Layout]) -> None:
        """Judges every sheet that has the headings; says which were not read."""
        left: list[source.Sheet] = []
        for sheet in opened.sheets:
            match = find_headings(sheet.head, self.schema, layouts)
            if match is None:
                left.append(sheet)
                continue
            self.kept.matches[sheet.name] = match
            for found in heading_findings(match, self.schema):
                if found not in self.result.findings:
                    self.result.findings.append(found)
            self._judge_sheet(opened, sheet, match)
        for sheet in left:
            self._count_unread(opened, sheet)
        if not self.kept.matches:
            wanted = ", ".join(f"'{c.heading}'" for c in layouts[0].columns.values())
            self.result.findings.append(finding("TP-010", detail=wanted))

    def count_rows(self) -> None:
        """Settles the rows equation from what has been read."""
        result = self.result
        result.rows_non_data = sum(self.kept.non_data.values())
        result.rows_in = result.rows_non_data + result.rows_accepted + result.rows_set_aside

    def conclude(self) -> None:
        """Findings of the whole file, the period, and the verdict."""
        result, kept = self.result, self.kept
        self.count_rows()
        if not kept.matches:
            return
        result.layout = kept.match.layout
        result.findings[:0] = control_totals.control_findings(self.kept.controls, result)
        result.findings += findings_from_faults.fault_findings(self.con, kept)
        if result.period is None:
            result.period = period_by_content(self.con, self.schema, self.feed.cadence)
        if result.period is None:
            result.findings.append(finding("TP-015"))
        else:
            result.findings += period_findings(
                self.con, result.period, kept.match, self.schema, kept.cell
            )
        result.findings += findings_from_faults.total_findings(kept)
        result.findings += findings_from_faults.closing_findings(result, kept)
        if fatal := [f for f in result.findings if f.level == "must_fix"]:
            result.findings.remove(fatal[0])
            result.refuse(fatal[0])
        else:
            result.verdict = "accepted_with_rows_set_aside" if result.rows_set_aside else "accepted"

    def _judge_sheet(self, opened: source.Source, sheet: source.Sheet, match: Match) -> None:
        running = 0

        def below() -> Iterator[tuple[list[pa.Table], control_totals.Control | None]]:
            for batch in source.together(opened.batches(sheet, match.width)):
                parts, trailer = control_totals.take_trailer(after_heading(batch, match))
                yield [with_trimmed(part) for part in parts if part.num_rows], trailer

        for parts, trailer in read_ahead(below()):
            self.kept.take_trailer(trailer)
            for cells in parts:
                running += self._judge_batch(cells, sheet, match, running)
        self.kept.note("heading", min(1, sheet.records))
        self.kept.note("title", min(match.row, sheet.records) - 1)
        opened.remarks.extend(source.marks_above(sheet, match.row))
        self.kept.openers |= {(sheet.name, r.row): r.index for r in sheet.ragged}
        self.kept.take_trailer(control_totals.take_short_trailer(sheet))
        for code, batch in squared((r for r in sheet.ragged if r.row > match.row), match.width):
            self._judge_batch(with_trimmed(batch), sheet, match, running, ragged=code)
            control_totals.add_ragged(self.con, self.kept.totals, sheet.name, self.money)
        if sheet.ragged_beyond_cap:
            raise source.UnreadableError("TP-004", "most rows differ in width from the heading row")

    def _judge_batch(
        self,
        cells: pa.Table,
        sheet: source.Sheet,
        match: Match,
        running: int,
        *,
        ragged: str | None = None,
    ) -> int:
        """Judges one batch after ``running`` pence; returns the pence of its data rows."""
        self._type(cells, sheet, match, ragged is not None)
        all_pence, totals = 0, 0
        for kind, aside, rows, pence, any_fault in self.con.execute(
            f"SELECT kind, mask <> 0, count(*), CAST(coalesce(sum({self.money}), 0) AS BIGINT), "
            "CAST(bit_or(mask) AS BIGINT) FROM judged GROUP BY ALL"
        ).fetchall():
            if kind != "data":
                self.kept.note(kind, rows)
                totals += rows if kind == "total" else 0
                continue
            all_pence += pence
            if aside:
                self.result.rows_set_aside += rows
                self.result.pence_set_aside += pence
                self._keep_faults(match, any_fault, ragged)
            else:
                self.result.rows_accepted += rows
                self.result.pence_accepted += pence
        if totals:
            self.kept.totals += control_totals.totals_in(self.con, sheet.name, self.money, running)
        keep_doubtful(self.con, self.schema, match)
        if self.kept.others:
            self.kept.others.keep_unknown(self.con, self.schema)
        self.result.profile.add(self.con, self.schema, match)
        self._keep_shape(match)
        if self.lines:
            self.lines.add(self.con)
        return all_pence

    def _type(self, cells: pa.Table, sheet: source.Sheet, match: Match, ragged: bool) -> None:
        """Makes ``judged`` of a batch: what is read of its cells, beside the cells themselves."""
        self.con.register("cells", cells)
        relation = f"(SELECT *, {ragged} AS ragged FROM cells)"
        typed_sql = parse.typed_sql(self.schema, match, relation)
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE typed AS {typed_sql}")
        typed = self.con.sql("FROM typed").to_arrow_table()
        if typed["source_row"] != cells["source_row"]:
            raise RuntimeError("Rows changed their order while they were judged.")
        for name in typed.column_names[1:]:
            cells = cells.append_column(name, typed[name])
        self.con.register("cells", cells)
        self.con.execute("SET VARIABLE sheet = ?", [sheet.name])
        sheet_name = "CAST(getvariable('sheet') AS VARCHAR)"
        judged = parse.judged_sql(self.schema, match, "cells", sheet_name)
        self.con.execute(f"CREATE OR REPLACE TEMP VIEW judged AS {judged}")

    def _keep_faults(self, match: Match, any_fault: int, ragged: str | None) -> None:
        for fault in parse.faults_of(self.schema, match.layout):
            if any_fault & fault.bit:
                value = f"s_{fault.field}" if fault.field else "NULL"
                self.con.execute(
                    f"INSERT INTO fault SELECT ?, ?, sheet, source_row, {value}, {self.money} "
                    f"FROM judged WHERE mask & {fault.bit} <> 0",
                    [fault.code if fault.field else ragged, fault.field],
                )
        if self.aside:
            self.aside.add(self.con)

    def _keep_shape(self, match: Match) -> None:
        """Remembers realigned rows, and accepted lines that do not lie in the stated period."""
        if match.layout.realign:
            self.kept.shifted += self.con.execute(
                "SELECT sheet, source_row FROM judged WHERE shifted AND kind = 'data'"
            ).fetchall()
        date_field, year_field = self.schema.date_field, self.schema.year_field
        day = f"v_{date_field}" if date_field else "NULL"
        raw = f"s_{date_field}" if date_field else "NULL"
        year = f"v_{year_field}" if year_field else "NULL"
        inside = "false"
        if self.stated and date_field:
            inside = f"{day} BETWEEN '{self.stated.start}' AND '{self.stated.end}'"
        self.con.execute(
            f"INSERT INTO dated SELECT sheet, source_row, {day}, {raw}, {year}, {self.money} "
            f"FROM judged WHERE kind = 'data' AND mask = 0 AND NOT coalesce({inside}, false)"
        )

    def _count_unread(self, opened: source.Source, sheet: source.Sheet) -> None:
        """A sheet without headings: a note when others were read, else rows set aside."""
        width = max((len(r) for r in sheet.head), default=1)
        filled = 0
        for batch in opened.batches(sheet, max(width, 1)):
            self.con.register("cells", with_trimmed(batch))
            cells = ", ".join(f"w{i}" for i in range(max(width, 1)))
            query = f"SELECT count(*) FROM cells WHERE concat({cells}) <> ''"
            filled += self.con.execute(query).fetchall()[0][0]
        filled += sum(1 for r in sheet.ragged if any(r.cells)) + sheet.ragged_beyond_cap
        if not self.kept.matches:
            self.kept.note("blank", sheet.records - filled)
            self.result.rows_set_aside += filled
            return
        self.kept.note("sheet not read", sheet.records)
        if filled:
            name = f"'{display_safe(sheet.name)}'"
            self.result.findings.append(finding("TP-017", detail=name, count=filled))
