"""The verdict on one file: every row judged on its raw text, everything said in one pass.

``judge`` reads a file through its contract and returns a ``Judgement``. It stores nothing but the
Parquet files it is asked for, and knows no ledger: duplicates and overlaps belong to ``submit``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ..contracts.feeds import FEEDS, FeedSchema
from ..contracts.model import Feed, Layout
from ..contracts.periods import Period, from_file_name
from . import conform, read
from .detect import detect
from .findings import Cell, Finding, column_letter, finding, shown
from .layout import Match, find_headings
from .when import period_by_content, period_findings

Verdict = Literal["accepted", "accepted_with_rows_set_aside", "refused", "duplicate"]


@dataclass
class Judgement:
    """What was found in one file. Rows in = accepted + set aside + non-data, always."""

    verdict: Verdict = "refused"
    period: Period | None = None
    layout: Layout | None = None
    encoding: str | None = None
    rows_in: int = 0
    rows_accepted: int = 0
    rows_set_aside: int = 0
    rows_non_data: int = 0
    pence_accepted: int = 0
    pence_set_aside: int = 0
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, found: Finding) -> None:
        """Adds a finding that refuses the file: every data row counts as set aside."""
        self.findings.append(found)
        self.verdict = "refused"
        self.rows_set_aside += self.rows_accepted
        self.pence_set_aside += self.pence_accepted
        self.rows_accepted = self.pence_accepted = 0


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
) -> Judgement:
    """Judges the file at ``path``; ``file_name`` is what its sender called it.

    ``lines`` and ``aside`` are Parquet files to write accepted lines and rows set aside to;
    ``stamp`` is the submission id and SHA-256 written beside every line. Raises nothing for bad
    input: whatever is wrong with the file is a finding.
    """
    stated = period or from_file_name(file_name, feed.period_in_file_name, feed.cadence)
    result = Judgement(period=stated)
    kind, meaning = detect(path)
    if kind == "empty":
        result.findings.append(finding("TP-002"))
        return result
    if kind == "unsupported":
        result.findings.append(finding("TP-001", detail=meaning))
        return result
    work = _Judging(FEEDS[feed_name], feed, stated, result, lines, aside, stamp)
    try:
        layouts = feed.layouts_for(stated)
        source = read.open_source(path, kind, layouts[0].encodings)
        result.encoding = source.encoding
        if source.encoding not in (None, "utf-8"):
            result.findings.append(finding("TP-032", detail=source.encoding or ""))
        work.read_sheets(source, layouts)
        work.conclude()
    except read.UnreadableError as error:
        result.findings.append(finding(error.code, detail=error.detail))
        result.refuse(result.findings.pop())
    finally:
        work.close()
    return result


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
        self.lines, self.aside, self.stamp = lines, aside, stamp
        self.con = duckdb.connect(config={"threads": 2, "autoinstall_known_extensions": False})
        self.match: Match | None = None
        self.matches: dict[str | None, Match] = {}
        self.shifted: list[tuple[str | None, int]] = []
        self.non_data: dict[str, int] = {}
        self.totals: list[tuple[str | None, int, int | None, int]] = []
        self.writer: pq.ParquetWriter | None = None
        self._has_aside = False
        self.con.execute(
            "CREATE TABLE fault (code VARCHAR, field VARCHAR, sheet VARCHAR, source_row BIGINT, "
            "value VARCHAR, amount BIGINT);"
            "CREATE TABLE dated (sheet VARCHAR, source_row BIGINT, day DATE, raw VARCHAR, "
            "year VARCHAR, amount BIGINT)"
        )

    def close(self) -> None:
        """Finishes the Parquet files and lets go of the private database."""
        if self.writer:
            self.writer.close()
        if self.aside and self.result.rows_set_aside and self._has_aside:
            self.con.sql("FROM aside").write_parquet(str(self.aside), compression="zstd")
        self.con.close()

    def read_sheets(self, source: read.Source, layouts: list[Layout]) -> None:
        """Judges every sheet that has the headings; says which were not read."""
        left: list[read.Sheet] = []
        for sheet in source.sheets:
            match = find_headings(sheet.head, self.schema, layouts)
            if match is None:
                left.append(sheet)
                continue
            self.match = self.match or match
            self.matches[sheet.name] = match
            self._headings(match)
            self._judge_sheet(source, sheet, match)
        for sheet in left:
            rows = self._count_unread(source, sheet)
            if self.match is not None:
                self._note("sheet not read", sheet.records)
                if rows:
                    self.result.findings.append(
                        finding("TP-017", detail=f"'{shown(sheet.name)}'", count=rows)
                    )
            else:
                self.result.rows_in += sheet.records
                self.result.rows_set_aside += rows
                self.result.rows_non_data += sheet.records - rows
        if self.match is None:
            wanted = ", ".join(f"'{c.heading}'" for c in layouts[0].columns.values())
            self.result.findings.append(finding("TP-010", detail=wanted))

    def conclude(self) -> None:
        """Findings of the whole file, the period, and the verdict."""
        result = self.result
        if self.match is None:
            return
        result.layout = self.match.layout
        result.rows_non_data = sum(self.non_data.values())
        result.rows_in = result.rows_non_data + result.rows_accepted + result.rows_set_aside
        self._fault_findings()
        if result.rows_accepted + result.rows_set_aside == 0:
            result.findings.append(finding("TP-006"))
        if result.period is None:
            result.period = period_by_content(self.con, self.schema, self.feed.cadence)
        if result.period is None:
            result.findings.append(finding("TP-015"))
        else:
            result.findings += period_findings(
                self.con, result.period, self.match, self.schema, self._cell
            )
        self._totals()
        self._share_set_aside()
        others = {k: n for k, n in sorted(self.non_data.items()) if k != "heading"}
        if others:
            detail = ", ".join(f"{n:,} {kind}" for kind, n in others.items())
            result.findings.append(finding("TP-042", count=sum(others.values()), detail=detail))
        if fatal := [f for f in result.findings if f.level == "must_fix"]:
            result.findings.remove(fatal[0])
            result.refuse(fatal[0])
        else:
            result.verdict = "accepted_with_rows_set_aside" if result.rows_set_aside else "accepted"

    def _headings(self, match: Match) -> None:
        for code, headings in (
            ("TP-011", match.missing_required),
            ("TP-012", match.missing_optional),
            ("TP-013", match.unknown),
            ("TP-014", match.duplicated),
        ):
            for heading in headings:
                found = finding(code, heading=shown(heading) or "")
                if found not in self.result.findings:
                    self.result.findings.append(found)

    def _judge_sheet(self, source: read.Source, sheet: read.Sheet, match: Match) -> None:
        running = 0
        for batch in source.batches(sheet, match.width):
            running = self._judge_batch(self._after_heading(batch, match), sheet, match, running)
        later = [r for r in sheet.ragged if r.row > match.row]
        self._note("heading", min(1, sheet.records))
        self._note("title", min(match.row, sheet.records) - 1)
        if later:
            self._judge_batch(_squared(later, match.width), sheet, match, running)
        if sheet.ragged_beyond_cap:
            raise read.UnreadableError("TP-004", "most rows differ in width from the heading row")

    def _after_heading(self, batch: pa.RecordBatch, match: Match) -> pa.RecordBatch:
        import pyarrow.compute as pc

        if batch.num_rows and batch["source_row"][0].as_py() <= match.row:
            batch = batch.filter(pc.greater(batch["source_row"], match.row))
        return batch.append_column("ragged", pa.repeat(pa.scalar(False), batch.num_rows))

    def _judge_batch(
        self, batch: pa.RecordBatch, sheet: read.Sheet, match: Match, running: int
    ) -> int:
        """Judges one batch; returns the pence of the sheet's data rows so far."""
        if not batch.num_rows:
            return running
        con = self.con
        con.register("batch", pa.Table.from_batches([batch]))
        con.execute("SET VARIABLE sheet = ?", [sheet.name])
        relation = "(SELECT *, CAST(getvariable('sheet') AS VARCHAR) AS sheet FROM batch)"
        con.execute(
            "CREATE OR REPLACE TEMP TABLE judged AS "
            + conform.judging_sql(self.schema, match, relation)
        )
        con.unregister("batch")
        money = f"v_{self.schema.money_field}"
        for kind, aside, rows, pence, any_fault in con.execute(
            f"SELECT kind, mask <> 0, count(*), CAST(coalesce(sum({money}), 0) AS BIGINT), "
            "CAST(bit_or(mask) AS BIGINT) FROM judged GROUP BY ALL"
        ).fetchall():
            if kind != "data":
                self._note(kind, rows)
            elif aside:
                self.result.rows_set_aside += rows
                self.result.pence_set_aside += pence
                self._keep_faults(match, any_fault)
            else:
                self.result.rows_accepted += rows
                self.result.pence_accepted += pence
        self._keep_totals(sheet, money, running)
        self._keep_shape(match)
        self._write_lines()
        rows = con.execute(f"SELECT sum({money}) FROM judged WHERE kind = 'data'").fetchall()
        return running + int(rows[0][0] or 0)

    def _keep_faults(self, match: Match, any_fault: int) -> None:
        money = f"v_{self.schema.money_field}"
        for fault in conform.faults_of(self.schema, match.layout):
            if not any_fault & fault.bit:
                continue
            value = f"s_{fault.field}" if fault.field else "NULL"
            self.con.execute(
                f"INSERT INTO fault SELECT ?, ?, sheet, source_row, {value}, {money} FROM judged "
                f"WHERE mask & {fault.bit} <> 0",
                [fault.code, fault.field],
            )
        if self.aside:
            self.con.execute(
                "CREATE TABLE IF NOT EXISTS aside AS SELECT * FROM judged WHERE false;"
                "INSERT INTO aside BY NAME SELECT * FROM judged WHERE mask <> 0"
            )
            self._has_aside = True

    def _keep_totals(self, sheet: read.Sheet, money: str, running: int) -> None:
        if self.non_data.get("total", 0) == len(self.totals):
            return
        for row, stated, above in self.con.execute(
            f"SELECT t.source_row, t.{money}, (SELECT coalesce(sum(d.{money}), 0) FROM judged d "
            f"WHERE d.kind = 'data' AND d.source_row < t.source_row) FROM judged t "
            "WHERE t.kind = 'total' ORDER BY 1"
        ).fetchall():
            self.totals.append((sheet.name, row, stated, running + int(above)))

    def _keep_shape(self, match: Match) -> None:
        """Remembers realigned rows, and what the period needs of each accepted line."""
        if match.layout.realign:
            self.shifted += self.con.execute(
                "SELECT sheet, source_row FROM judged WHERE shifted AND kind = 'data'"
            ).fetchall()
        day = f"v_{self.schema.date_field}" if self.schema.date_field else "NULL"
        raw = f"s_{self.schema.date_field}" if self.schema.date_field else "NULL"
        year = f"v_{self.schema.year_field}" if self.schema.year_field else "NULL"
        inside = "false"
        if self.stated and self.schema.date_field:
            inside = f"{day} BETWEEN '{self.stated.start}' AND '{self.stated.end}'"
        self.con.execute(
            f"INSERT INTO dated SELECT sheet, source_row, {day}, {raw}, {year}, "
            f"v_{self.schema.money_field} FROM judged WHERE kind = 'data' AND mask = 0 "
            f"AND NOT coalesce({inside}, false)"
        )

    def _write_lines(self) -> None:
        if not self.lines:
            return
        table = self.con.sql(
            f"SELECT {raw_columns_sql(self.schema, self.stamp)} FROM judged "
            "WHERE kind = 'data' AND mask = 0"
        ).to_arrow_table()
        if self.writer is None:
            self.writer = pq.ParquetWriter(self.lines, table.schema, compression="zstd")
        self.writer.write_table(table)

    def _fault_findings(self) -> None:
        layout = self.result.layout
        groups = self.con.execute(
            "SELECT code, field, count(*), sum(amount) FROM fault GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        for code, name, count, pence in groups:
            rows = self.con.execute(
                "SELECT sheet, source_row, value FROM fault WHERE code = ? AND field = ? "
                "ORDER BY sheet, source_row",
                [code, name],
            ).fetchall()
            column = layout.columns[name] if layout and name else None
            self.result.findings.append(
                finding(
                    code,
                    count=count,
                    amount_pence=None if pence is None else int(pence),
                    field=name,
                    heading=column.heading if column else "",
                    detail=self._expected(name),
                    cells=[self._cell(name, *row) for row in rows],
                )
            )
        if self.shifted and layout and layout.realign:
            self.result.findings.append(
                finding(
                    "TP-031",
                    count=len(self.shifted),
                    heading=layout.realign.from_heading,
                    cells=[Cell(s, r, "", "", None) for s, r in self.shifted],
                )
            )

    def _expected(self, name: str) -> str:
        """What a good cell of the field looks like, in words."""
        if not name:
            return f"{self.match.width if self.match else 0} cells expected"
        field_, column = self.schema.field(name), self.matches_layout().columns[name]
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

    def matches_layout(self) -> Layout:
        """The layout of the first sheet that was read."""
        assert self.match is not None
        return self.match.layout

    def _cell(self, name: str, sheet: str | None, row: int, value: str | None) -> Cell:
        match = self.matches.get(sheet) or self.match
        if not name or match is None or name not in match.positions:
            return Cell(sheet, row, "", "", None)
        index = match.positions[name]
        masked = self.schema.field(name).classification != "public" and value
        text = "[not shown: may name a person]" if masked else shown(value)
        return Cell(sheet, row, column_letter(index), shown(match.headings[index]) or "", text)

    def _totals(self) -> None:
        previous: dict[str | None, int] = {}
        for sheet, row, stated, above in self.totals:
            if stated is None:
                continue
            since = above - previous.get(sheet, 0)
            previous[sheet] = above
            place = f"{row}" if sheet is None else f"{row} of sheet '{shown(sheet)}'"
            cell = [self._cell(self.schema.money_field, sheet, row, f"{stated / 100:.2f}")]
            if stated in (above, since):
                self.result.findings.append(
                    finding("TP-041", detail=_both(stated, stated), rows=place, cells=cell)
                )
            else:
                self.result.findings.append(
                    finding("TP-040", detail=_both(stated, above), rows=place, cells=cell)
                )

    def _share_set_aside(self) -> None:
        result = self.result
        rows = result.rows_accepted + result.rows_set_aside
        limit = self.matches_layout().max_set_aside_share
        if rows and result.rows_set_aside > limit * rows:
            detail = f"{result.rows_set_aside:,} of {rows:,}"
            result.findings.append(finding("TP-050", detail=detail, count=result.rows_set_aside))

    def _count_unread(self, source: read.Source, sheet: read.Sheet) -> int:
        """Rows of a sheet without headings that hold anything at all."""
        width = max((len(r) for r in sheet.head), default=1)
        filled = sum(
            sum(1 for row in zip(*batch.columns[1:], strict=True) if any(c.as_py() for c in row))
            for batch in source.batches(sheet, max(width, 1))
        )
        return filled + sum(1 for r in sheet.ragged if any(r.cells)) + sheet.ragged_beyond_cap

    def _note(self, kind: str, rows: int) -> None:
        if rows:
            self.non_data[kind] = self.non_data.get(kind, 0) + rows


def raw_columns_sql(schema: FeedSchema, stamp: tuple[str, str] | None) -> str:
    """The raw columns of a feed, from judged columns, or as typed NULLs when ``stamp`` is None."""
    if stamp is None:
        texts = [f"CAST(NULL AS VARCHAR) AS {c}" for c in ("submission_id", "file_sha256", "sheet")]
        numbers = ["CAST(NULL AS BIGINT) AS source_row"]
        typed = [
            f"CAST(NULL AS {conform.DUCKDB_TYPES[f.type]}) AS {f.name}" for f in schema.fields
        ]
        raw = [f"CAST(NULL AS VARCHAR) AS {n}_as_submitted" for n in schema.names]
        return ", ".join(texts + numbers + typed + raw)
    return ", ".join(
        [f"'{stamp[0]}' AS submission_id", f"'{stamp[1]}' AS file_sha256", "sheet", "source_row"]
        + [f"v_{n} AS {n}" for n in schema.names]
        + [f"s_{n} AS {n}_as_submitted" for n in schema.names]
    )


def _squared(rows: Iterable[read.Ragged], width: int) -> pa.RecordBatch:
    """Ragged rows cut or filled to ``width``; only empty cells too many or too few are no fault."""
    table: list[list[Any]] = []
    for row in rows:
        short = len(row.cells) < width and len(row.cells) > 1
        extra = any(c.strip() for c in row.cells[width:])
        cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
        table.append([row.row, *cells, short or extra])
    columns = list(zip(*table, strict=True))
    arrays = [pa.array(columns[0], pa.int64())]
    arrays += [pa.array(c, pa.string()) for c in columns[1:-1]]
    arrays += [pa.array(columns[-1], pa.bool_())]
    names = ["source_row", *[f"c{i}" for i in range(width)], "ragged"]
    return pa.RecordBatch.from_arrays(arrays, names=names)


def _both(stated: int, found: int) -> str:
    from .findings import pounds

    return f"{pounds(stated)}; the lines add up to {pounds(found)}"
