"""Units that a file states in a heading, in a line above or below its table, in the name of a
sheet, in a column of units or in the number format of its amounts: £'000, £m, %, per 1,000.

A unit is a fact of the layout (``unit:``), never guessed: where the contract says nothing of it,
the file is refused and the unit named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ....contracts.feeds import FeedSchema
from ....display import display_safe
from ...read.source import UNIT_SHOWN, Remark
from ..findings import Finding, finding
from ..layout import Match
from ..unit_words import WORDS, states_unit, unit_of_format, unit_of_text, unit_stated, without_unit
from .headings import near

_TIMES = {"thousands": "a thousand", "millions": "a million"}
_TOO_SMALL = "A new name for the column alone would make them {} times too small."


def without_units(schema: FeedSchema, match: Match) -> Match:
    """The match without headings that are missing and unknown only because they state a unit."""
    other = _renamed(schema, match)
    gone = {match.layout.columns[name].heading for name in other}
    return replace(
        match,
        missing_required=[h for h in match.missing_required if h not in gone],
        missing_optional=[h for h in match.missing_optional if h not in gone],
        gone=[name for name in match.gone if name not in other],
        unknown=[h for h in match.unknown if h not in other.values()],
    )


def unit_findings(
    schema: FeedSchema,
    match: Match,
    lines: Sequence[str],
    sheet: str | None,
    known: Sequence[tuple[str, str]] = (),
) -> Iterator[Finding]:
    """Units stated in headings, in lines of text or in the sheet's name, that are not agreed;
    ``known`` are units that are stated otherwise, with their words."""
    stated: dict[str, list[str]] = {}
    there = {name: match.headings[index] for name, index in match.positions.items()}
    named_here = (there | _renamed(schema, match)).items()
    for name, heading in sorted(named_here, key=lambda pair: match.headings.index(pair[1])):
        unit = unit_stated(heading, schema.field(name).type)
        if unit and unit != match.layout.columns[name].unit:
            stated.setdefault(unit, []).append(heading)
    said = [*((unit_of_text(text), text) for text in lines), *known]
    agreed = _agreed(schema, match)
    for unit, text in [*said, (unit_stated(sheet or "", "money"), sheet or "")]:
        if unit and unit not in agreed:
            stated.setdefault(unit, []).append(text)
    for unit, texts in stated.items():
        named = ", ".join(f"'{display_safe(' '.join(t.split()))}'" for t in dict.fromkeys(texts))
        yield finding(
            "TP-360",
            detail=WORDS[unit],
            rows=named,
            count=len(dict.fromkeys(texts)),
            remedy=_TOO_SMALL.format(_TIMES[unit]) if unit in _TIMES else "",
        )


def formats_said(
    remarks: Sequence[Remark], match: Match, schema: FeedSchema, sheet: str | None
) -> Iterator[tuple[str, str]]:
    """What the number formats of a workbook's amounts say of their unit, with their words."""
    amounts = {i: n for n, i in match.positions.items() if schema.field(n).type == "money"}
    for remark in remarks:
        here = (remark.code, remark.sheet) == (UNIT_SHOWN, sheet) and match.spread is None
        if here and remark.index in amounts and remark.row > match.row:
            unit = unit_of_format(remark.value or "")
            yield unit, f"{match.headings[remark.index]}: {remark.value}"


def _renamed(schema: FeedSchema, match: Match) -> dict[str, str]:
    """Fields that are missing, with the unknown heading that is theirs but for its unit."""
    columns = match.layout.columns
    plain = {without_unit(h): h for h in match.unknown if states_unit(h)}
    missing = {without_unit(c.heading): n for n, c in columns.items() if n not in match.positions}
    return {
        missing[wanted]: plain[there]
        for wanted, there in near(list(missing), list(plain)).items()
        if unit_stated(plain[there], schema.field(missing[wanted]).type)
    }


def _agreed(schema: FeedSchema, match: Match) -> set[str]:
    """The units that the layout agreed for its amounts."""
    fields = (f.name for f in schema.fields if f.type == "money" and f.name in match.layout.columns)
    return {match.layout.columns[name].unit for name in fields}
