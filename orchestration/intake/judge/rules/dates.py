"""How the dates of a file are written and where they lie, for the questions asked of the file as a
whole. Only dates that may have day and month exchanged are looked at line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ....contracts.feeds import FeedSchema
from ..batch import ACCEPTED, Batch
from ..layout import Match

# Styles in which a program read a day and a month; others only look like a date.
_READ = ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "dd-mmm-yyyy", "dd-mmm-yy", "excel-serial")
_TEXT = r"^\s*\d{1,2}[/.-]\d{1,2}[/.-]"
_SERIAL = r"\s*[345]\d{4}\s*"


def measures(schema: FeedSchema, match: Match) -> dict[str, str]:
    """What is counted of the dates of a batch of ``judged``, as SQL aggregates by name."""
    name = schema.date_field
    if name is None or name not in match.positions:
        return {}
    day, raw, formats = f"v_{name}", f"s_{name}", match.layout.columns[name].formats
    found = {
        "first_date": f"min({day})",
        "last_date": f"max({day})",
        "last_day": f"max(day({day}))",
    }
    if any(f in _READ for f in formats) and not all(f in _READ for f in formats):
        text = f"regexp_matches({raw}, '{_TEXT}')"
        found["last_day"] += f" FILTER (NOT {text})"
        found["first_day_of_text"] = f"min(day({day})) FILTER ({text})"
    if "excel-serial" in formats:
        serial = f"FILTER (regexp_full_match({raw}, '{_SERIAL}'))"
        found["serials"] = f"count(*) {serial}"
        found["serial_pence"] = f"coalesce(sum({schema.judged_pence}) {serial}, 0)"
    return found


@dataclass
class DateCounts:
    """The measures of accepted lines. ``sheets`` says of which sheet day and month may have been
    exchanged; its lines stand in the table ``written``."""

    first: date | None = None
    last: date | None = None
    serials: int = 0
    serial_pence: int = 0
    sheets: dict[str | None, bool] = field(default_factory=dict)

    def add(
        self,
        batch: Batch,
        sheet: str | None,
        group: Mapping[str, Any],
    ) -> None:
        """Adds what was counted of the accepted lines of the batch in ``judged``."""
        if group.get("first_date") is None:
            return
        days = [group["first_date"], group["last_date"], self.first, self.last]
        self.first, self.last = min(d for d in days if d), max(d for d in days if d)
        self.serials += group.get("serials", 0)
        self.serial_pence += int(group.get("serial_pence", 0))
        late_text = (group.get("first_day_of_text") or 31) > 12
        may_be = (group["last_day"] or 31) <= 12 and late_text and self.sheets.get(sheet, True)
        self.sheets[sheet] = may_be
        if may_be:
            _keep(batch)

    @property
    def suspects(self) -> list[str]:
        """The sheets of which day and month may have been exchanged; a CSV is called ``''``."""
        return [sheet or "" for sheet, may_be in self.sheets.items() if may_be]


def _keep(batch: Batch) -> None:
    name = batch.schema.date_field
    batch.con.execute(
        "CREATE TEMP TABLE IF NOT EXISTS written "
        "(sheet VARCHAR, source_row BIGINT, day DATE, raw VARCHAR, amount BIGINT)"
    )
    found = batch.planned.table(
        f"SELECT sheet, source_row, v_{name} AS day, s_{name} AS raw, {batch.schema.judged_pence} "
        f"AS amount FROM judged WHERE {ACCEPTED} AND v_{name} IS NOT NULL"
    )
    batch.con.add("written", found)
