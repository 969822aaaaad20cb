"""One sheet of a file, batch by batch: typed, asked by every row rule, counted, written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from ...contracts.periods import year_around
from ..read import source
from ..read.read_ahead import read_ahead
from . import parse, wide
from .batch import ACCEPTED, Batch
from .beside import note_beside, note_ragged
from .labels_below import columns_to_fill, fill_down
from .layout import Match, after_row, pad_to_width, with_trimmed, written_dates
from .planned import Planned
from .rules import ROW_RULES, columns, control_totals, dates, reference_lists, unread_columns
from .rules.drift import Profile
from .rules.keys_and_bounds import keep_rows
from .rules.moved_labels import note_moved_labels
from .rules.net_and_vat import note_vat, vat_beside
from .rules.totals import TotalsFinder
from .signed_amounts import in_one_column
from .state import JudgingState

_MOST_NOTES = 50
_ASKING = [rule for rule in ROW_RULES if rule.effect in ("ask", "ask_all")]


class SheetJudge:
    """One sheet under judgement. ``running`` is the pence of its data rows so far."""

    def __init__(
        self, state: JudgingState, sheet: source.Sheet, match: Match, planned: Planned
    ) -> None:
        self.state, self.sheet, self.match, self.planned = state, sheet, match, planned
        self.schema, self.con = state.schema, state.con
        reference_lists.prepare(planned.con, self.schema, state.request.reference)
        day = match.layout.columns.get(self.schema.date_field or "")
        if state.stated and day and day.lacks_year:
            # A plan that reads a variable is made again.
            planned.con.execute("SET VARIABLE year_from = ?", [year_around(state.stated)])
        self.money = self.schema.judged_pence
        self.measures = planned.once("measures", self._measures)
        self.faults = planned.once(
            "faults", lambda: parse.masked_faults(self.schema, match.layout, ROW_RULES)
        )
        self.amounts = [
            f.name
            for f in self.schema.fields
            if f.type == "money"
            and f.name in match.positions
            and match.layout.columns[f.name].unit == "pounds"
        ]
        self.numbered = any(n in match.positions for n in self.schema.references)
        # What notes and a column of units say of the amounts; columns that mark lines.
        self.notes: list[str] = []
        self.units: list[tuple[str, str]] = []
        self.unit_columns = unread_columns.unit_columns(match)
        self.marked = unread_columns.marked_columns(self.schema, match)
        agreed = state.request.feed.price_and_vat(match.layout.id)[1]
        self.vat = vat_beside(self.schema, match, agreed)
        self.running = self.turned = self.lines = self.filled = 0
        self.above: dict[int, str] = {}
        self.finder = TotalsFinder(sheet.name, state.read_pence)
        # Rows whose amount or count is struck through.
        self.value = self.schema.compared_field or ""
        self.struck = [
            remark.row
            for remark in state.opened.remarks
            if (remark.code, remark.sheet) == (source.STRUCK, sheet.name)
            and remark.index == match.positions.get(self.value)
            and match.spread is None
        ]

    def _measures(self) -> dict[str, str]:
        found = Profile.measures(self.schema, self.match)
        found |= dates.measures(self.schema, self.match)
        if day := self.schema.date_field:
            found |= {
                "dated": f"count(v_{day})",
                "earliest": f"min(v_{day})",
                "latest": f"max(v_{day})",
            }
        return found

    def run(self) -> None:
        """Judges the rows below the heading row, and then the ragged ones."""
        state, sheet, match = self.state, self.sheet, self.match
        for parts, trailer in read_ahead(self._below_heading()):
            state.take_trailer(trailer)
            for cells in parts:
                self.running += self._judge_batch(self._lines(cells))
        self.finder.finish()
        self._take_totals()
        headings = min(int(match.headed), sheet.records)
        state.note("heading", headings)
        state.note("title", min(match.row, sheet.records) - headings)
        state.opened.remarks.extend(source.marks_above(sheet, match.row))
        state.openers |= {(sheet.name, r.row): r.index for r in sheet.ragged}
        state.take_trailer(control_totals.take_short_trailer(sheet))
        below = [r for r in sheet.ragged if r.row > match.row]
        note_ragged(state, match, sheet.name, below)
        for code, batch in pad_to_width(below, match.file_width):
            self._judge_batch(self._lines(with_trimmed(batch), ragged=bool(code)), ragged=code)
            control_totals.add_ragged(self.planned, state.totals, sheet.name, self.money)
        self._take_totals()
        state.doubts += self.finder.doubts
        if sheet.ragged_beyond_cap:
            raise source.UnreadableError("TP-170", f"{source.RAGGED_CAP:,}")

    def _take_totals(self) -> None:
        self.state.totals += self.finder.totals
        self.finder.totals = []

    def _below_heading(self) -> Iterator[tuple[list[pa.Table], control_totals.Control | None]]:
        opened = self.state.opened
        width, dates = self.match.file_width, written_dates(self.schema, self.match)
        for batch in source.together(opened.batches(self.sheet, width, dates)):
            parts, trailer = control_totals.take_trailer(after_row(batch, self.match.row))
            yield [with_trimmed(part) for part in parts if part.num_rows], trailer

    def _lines(self, cells: pa.Table, *, ragged: bool = False) -> pa.Table:
        """The rows as they are, or the lines that the cells of a wide table make."""
        cells = in_one_column(self.con, cells, self.match)
        spread, width = self.match.spread, self.match.file_width
        labels = [] if ragged else columns_to_fill(self.match)
        if spread is None and not labels:
            return cells
        rows = cells.select(["source_row", *(f"c{i}" for i in range(width))])
        if labels:
            rows, count = fill_down(self.con, rows, self.above, labels)
            self.filled += count
        if spread is None:
            return with_trimmed(rows)
        if ragged:
            lines = wide.without_lines(rows, spread, width)
        else:
            lines, unfilled = wide.as_lines(self.con, rows, spread, width)
            self.state.note("rows without a figure", unfilled)
            self.turned += rows.num_rows - unfilled
            self.lines += lines.num_rows
        trimmed = with_trimmed(lines.drop_columns(["part"]))
        return trimmed.append_column("part", lines["part"])

    def _judge_batch(self, cells: pa.Table, ragged: str | None = None) -> int:
        """Judges one batch; returns the pence of its data rows. ``ragged`` is the rule broken by
        all of its rows, whose columns are unreliable."""
        state = self.state
        self.batch = Batch(self.con, self.planned, self.schema, self.match, cells)
        self._type(cells, ragged is not None)
        aside = state.judgement.rows_set_aside
        pence = self._count(ragged)
        if not ragged and state.judgement.rows_set_aside > aside:
            note_beside(state, self.batch)
        if not ragged:
            note_moved_labels(state, self.batch)
            self.units += unread_columns.units_said(self.batch, self.unit_columns)
            unread_columns.note_marked(self.batch, self.sheet.name, self.marked)
            if self.vat:
                note_vat(self.batch, self.vat)
        self.batch.ask(_ASKING)
        if self.struck:
            condition = "source_row IN (SELECT unnest(?::BIGINT[]))"
            self.batch.add_faults(source.STRUCK, self.value, condition, [self.struck])
        if state.others:
            state.others.flag_unknown(self.batch)
        if self.match.rivals:
            columns.weigh(self.batch, state.rivals)
        self._note_realigned()
        keep_rows(state, self.planned)
        state.judgement.by_month.add(self.planned, self.schema)
        if state.lines:
            state.lines.add(self.planned)
        return pence

    def _type(self, cells: pa.Table, ragged: bool) -> None:
        """Makes ``judged`` of a batch: what is read of its cells, beside the cells themselves."""
        self.planned.put("texts", cells)
        typed = self.planned.table(
            self.planned.once(("typed", ragged), lambda: self._typed_sql(ragged))
        )
        if typed["source_row"] != cells["source_row"]:
            raise RuntimeError("Rows changed their order while they were judged.")
        if not ragged:
            typed = self.finder.settle(self.batch, typed)
        self.state.same_lines.add(self.sheet.name, self.schema, self.numbered, typed)
        sheet = source.one_word(self.sheet.name, cells.num_rows)
        columns = [*cells.columns, *typed.columns[1:], sheet]
        names = [*cells.column_names, *typed.column_names[1:], "sheet"]
        self.planned.put("cells", pa.Table.from_arrays(columns, names=names))
        judged = self.planned.once(
            "judged", lambda: parse.judged_sql(self.schema, self.match, "cells")
        )
        self.planned.view("judged", judged)

    def _typed_sql(self, ragged: bool) -> str:
        relation = f"(SELECT *, {ragged} AS ragged FROM texts)"
        return parse.typed_sql(self.schema, self.match, relation, self.faults)

    def _count(self, ragged: str | None) -> int:
        """Counts the rows of the batch by what became of them; the pence of its data rows.

        Everything that is counted is counted by one statement: planning each cost 3 ms a file.
        """
        state, result = self.state, self.state.judgement
        all_pence, totals, noted = 0, 0, 0
        counted = {
            "kind": "kind",
            "aside": "mask <> 0",
            "rows": "count(*)",
            "pence": f"CAST(coalesce(sum({self.money}), 0) AS BIGINT)",
            "gross": f"CAST(coalesce(sum(abs({self.money})), 0) AS BIGINT)",
            "priced": f"count({self.money})",
            "any_fault": "CAST(bit_or(mask) AS BIGINT)",
            "any_noted": "CAST(bit_or(noted) AS BIGINT)",
            **self.measures,
        }
        rows = self.planned.rows(
            f"SELECT {', '.join(counted.values())} FROM judged GROUP BY kind, mask <> 0"
        )
        for row in rows:
            group = dict(zip(counted, row, strict=True))
            if group["kind"] != "data":
                if group["kind"] == "note":
                    self.batch.add_faults("TP-122", "", "true", among="kind = 'note'")
                    self._keep_notes()
                state.note(group["kind"], group["rows"])
                totals += group["rows"] if group["kind"] == "total" else 0
                continue
            all_pence += group["pence"]
            state.sizes.add(group)
            noted |= group["any_noted"]
            if group["aside"]:
                result.rows_set_aside += group["rows"]
                result.pence_set_aside += group["pence"]
                if self.schema.money_field:
                    result.rows_unpriced += group["rows"] - group["priced"]
                self._save_set_aside(group["any_fault"], ragged)
                continue
            result.rows_accepted += group["rows"]
            if self.schema.money_field and self.schema.money_field not in self.match.positions:
                result.rows_without_column += group["rows"]
            result.pence_accepted += group["pence"]
            result.profile.add(self.planned, self.schema, self.match, group)
            state.dates.add(self.batch, self.sheet.name, group)
            if not self._all_inside(group):
                self._note_dates()
            self._note_fine_amounts()
        self._save_noted(noted)
        if totals and ragged and self.schema.money_field:
            state.totals += control_totals.totals_in(
                self.planned, self.sheet.name, self.money, self.running
            )
        return all_pence

    def _keep_notes(self) -> None:
        """Keeps the words of notes, which may state a unit."""
        words = ", ".join(f"nullif(w{i}, '')" for i in range(self.match.width))
        if len(self.notes) < _MOST_NOTES:
            found = self.planned.rows(
                f"SELECT concat_ws(' ', {words}) FROM cells WHERE kind = 'note' LIMIT {_MOST_NOTES}"
            )
            self.notes += [text for (text,) in found]

    def _note_fine_amounts(self) -> None:
        """Remembers accepted amounts that were rounded to the penny."""
        for name in self.amounts:
            if any(map(parse.has_many_decimals, self.batch.texts(name))):
                column = self.match.layout.columns[name]
                text = parse.number_text_sql(column, f"trim(s_{name})")
                finer = parse.finer_than_pence_sql(text)
                self.batch.add_faults("TP-158", name, finer)

    def _save_set_aside(self, any_fault: int, ragged: str | None) -> None:
        for fault in self.faults:
            if fault.aside and any_fault & fault.bit:
                code = fault.code if fault.field else ragged or fault.code
                among = f"mask & {fault.bit} <> 0"
                self.batch.add_faults(code, fault.field, "true", among=among)
        if self.state.aside:
            self.state.aside.add(self.planned)

    def _save_noted(self, any_noted: int) -> None:
        """Remembers cells of which something is said while their rows stay, once for all rows."""
        for fault in self.faults:
            if not fault.aside and any_noted & fault.bit:
                among = f"kind = 'data' AND noted & {fault.bit} <> 0"
                self.batch.add_faults(fault.code, fault.field, "true", among=among)

    def _note_realigned(self) -> None:
        if self.match.layout.realign:
            self.state.shifted += self.planned.rows(
                "SELECT sheet, source_row FROM judged WHERE shifted AND kind = 'data'"
            )

    def _all_inside(self, group: Mapping[str, Any]) -> bool:
        """Whether every accepted line of the batch is dated in the stated period."""
        stated, first, last = self.state.stated, group.get("earliest"), group.get("latest")
        if not stated or group.get("dated") != group["rows"]:
            return False
        return bool(first and last and stated.start <= first and last <= stated.end)

    def _note_dates(self) -> None:
        """Remembers accepted lines that do not lie in the stated period."""
        date_field, year_field = self.schema.date_field, self.schema.year_field
        day = f"v_{date_field}" if date_field else "NULL"
        raw = f"s_{date_field}" if date_field else "NULL"
        year = f"v_{year_field}" if year_field else "NULL"
        stated = self.state.stated if date_field else None
        inside = f"{day} BETWEEN CAST(? AS DATE) AND CAST(? AS DATE)" if stated else "false"
        found = self.planned.table(
            f"SELECT sheet, source_row, {day} AS day, {raw} AS raw, {year} AS year, "
            f"{self.money} AS amount, part FROM judged WHERE {ACCEPTED} "
            f"AND NOT coalesce({inside}, false)",
            [stated.start, stated.end] if stated else [],
        )
        self.con.add("dated", found)
