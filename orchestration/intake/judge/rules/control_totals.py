"""Control totals: what the sender says the file holds, against what was read.

Three forms. A *totals line* under the lines, labelled Total; a *trailer*, the last row of the
file, of the three cells ``TRAILER``, number of lines, pence; a *manifest* beside the file, of its
whole name and ``.manifest.json`` (``{"rows": 120, "pence": 4512300}``) or ``.manifest.csv`` (a
heading row ``rows,pence`` and one row of numbers). ``rows`` counts lines of data: no heading.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from ....display import display_safe, pounds
from ...read.control_file import LONGEST, manifest_bytes
from ...read.source import Sheet
from ..findings import Finding, finding
from ..judgement import Judgement
from ..planned import Planned

# Blank rows that may stand below a trailer.
_BELOW = 20
_ROWS, _PENCE = re.compile(r"[0-9]{1,12}"), re.compile(r"-?[0-9]{1,15}")


@dataclass(frozen=True)
class Control:
    """What the sender says: lines of data and their pence, and where it is said."""

    rows: int
    pence: int
    where: str


@dataclass(frozen=True)
class Total:
    """A totals line: what it states and what the lines above it in its sheet add up to.

    ``agrees`` where the lines it adds up have been found.
    """

    sheet: str | None
    row: int
    stated: int | None
    above: int
    agrees: bool = False


def read_manifest(path: Path) -> Control | None:
    """The two numbers of a manifest; ``None`` when it does not hold them."""
    raw = manifest_bytes(path)
    try:
        if len(raw) > LONGEST:
            return None
        text = raw.decode("utf-8-sig")
        if path.name.endswith(".json"):
            said = json.loads(text)
            pair = [said["rows"], said["pence"]]
            if any(type(n) is not int for n in pair):
                return None
        else:
            heading, cells = (line.split(",") for line in text.split("\n", 1))
            said = dict(zip([h.strip().lower() for h in heading], cells, strict=True))
            pair = [said["rows"].strip().strip('"'), said["pence"].strip().strip('"')]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return _control(str(pair[0]), str(pair[1]), "Control file")


def take_trailer(batch: pa.RecordBatch) -> tuple[list[pa.RecordBatch], Control | None]:
    """The batch without its trailer: the rows above it and the blank rows below it."""
    for index in range(batch.num_rows - 1, max(-1, batch.num_rows - 2 - _BELOW), -1):
        if batch["c0"][index].as_py().strip().upper() == "TRAILER":
            cells = [column[index].as_py() for column in batch.columns[1:]]
            found = _trailer(cells, batch["source_row"][index].as_py())
            if found:
                return [batch.slice(0, index), batch.slice(index + 1)], found
        if any(column[index].as_py().strip() for column in batch.columns[1:]):
            break
    return [batch], None


def take_short_trailer(sheet: Sheet) -> Control | None:
    """A trailer of three cells under wider rows; it is taken off the rows to be judged."""
    last = sheet.ragged[-1] if sheet.ragged else None
    found = _trailer(last.cells, last.row) if last else None
    if found:
        sheet.ragged.pop()
    return found


def _trailer(cells: Sequence[str], row: int) -> Control | None:
    texts = [c.strip() for c in cells]
    if len(texts) < 3 or texts[0].upper() != "TRAILER" or any(texts[3:]):
        return None
    return _control(texts[1], texts[2], f"Trailer in row {row:,}")


def _control(rows: str, pence: str, where: str) -> Control | None:
    if _ROWS.fullmatch(rows) and _PENCE.fullmatch(pence):
        return Control(int(rows), int(pence), where)
    return None


def control_findings(controls: Sequence[Control], result: Judgement) -> Iterator[Finding]:
    """Each control total against the lines of data read and the pence they add up to."""
    rows = result.rows_accepted + result.rows_set_aside
    pence = result.pence_accepted + result.pence_set_aside
    for said in controls:
        agrees = (said.rows, said.pence) == (rows, pence)
        stated = f"{_lines(said.rows)} and {pounds(said.pence)}"
        detail = stated if agrees else f"{stated}; we read {_lines(rows)} and {pounds(pence)}"
        yield finding("TP-046" if agrees else "TP-045", detail=detail, rows=said.where)


def _lines(number: int) -> str:
    return f"{number:,} {'line' if number == 1 else 'lines'}"


def totals_in(planned: Planned, sheet: str | None, money: str, running: int) -> list[Total]:
    """Totals lines among the judged rows, which come after ``running`` pence."""
    rows = planned.rows(
        f"SELECT t.source_row, t.{money}, (SELECT coalesce(sum(d.{money}), 0) "
        "FROM judged d WHERE d.kind = 'data' AND d.source_row < t.source_row) FROM judged t "
        "WHERE t.kind = 'total' ORDER BY 1"
    )
    return [Total(sheet, row, stated, running + int(above)) for row, stated, above in rows]


def add_ragged(planned: Planned, totals: list[Total], sheet: str | None, money: str) -> None:
    """Ragged rows are judged last; a totals line below one still covers it."""
    for number, total in enumerate(totals):
        if total.sheet == sheet and not total.agrees:
            rows = planned.rows(
                f"SELECT coalesce(sum({money}), 0) FROM judged "
                "WHERE kind = 'data' AND source_row < ?",
                [total.row],
            )
            totals[number] = replace(total, above=total.above + int(rows[0][0]))


def total_findings(
    totals: Sequence[Total], slack: int = 0
) -> Iterator[tuple[list[Total], Finding]]:
    """Totals lines as control totals, those that agree in one finding.

    ``slack`` is how many pence lines may be off that were rounded to the penny.
    """
    previous: dict[str | None, int] = {}
    agreeing: list[Total] = []
    for total in totals:
        if total.stated is None:
            continue
        since = total.above - previous.get(total.sheet, 0)
        previous[total.sheet] = total.above
        if total.agrees or any(abs(total.stated - n) <= slack for n in (total.above, since)):
            agreeing.append(total)
            continue
        sheet = "" if total.sheet is None else f" of sheet '{display_safe(total.sheet)}'"
        detail = f"{pounds(total.stated)}; the lines add up to {pounds(total.above)}"
        yield [total], finding("TP-040", detail=detail, rows=f"{total.row}{sheet}")
    if agreeing:
        said = pounds(agreeing[-1].stated)
        detail = f"{said}; the lines add up to {said}"
        if len(agreeing) > 1:
            detail = f"the last is {said}"
        yield agreeing, finding("TP-041", count=len(agreeing), detail=detail)
