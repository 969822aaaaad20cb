"""A file against this partner's own history: size, withheld payees, new values, empty columns; and
payees that are numbers.

A ``Profile`` is counts and the values of a few public columns, never a line. What is said here
asks for a reason and changes nothing else; the thresholds are data in ``expectations/drift.yml``.
"""

from __future__ import annotations

import dataclasses
import json
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

import expectations

from ....contracts.feeds import FeedSchema
from ....contracts.layout import Layout
from ....display import pounds
from ..batch import ACCEPTED
from ..findings import Finding, finding
from ..layout import Match
from ..planned import Planned


@dataclass
class Profile:
    """The outline of one file: how many lines, how much, what is filled, which values."""

    layout: str = ""
    rows: int = 0
    pence: int = 0
    filled: dict[str, int] = dataclasses.field(default_factory=dict)
    payees: int = 0
    redacted: int = 0
    values: dict[str, dict[str, int]] = dataclasses.field(default_factory=dict)
    # Pence of the same values, and of the lines in which a column that the count needs is blank.
    value_pence: dict[str, dict[str, int]] = dataclasses.field(default_factory=dict)
    blank_pence: dict[str, int] = dataclasses.field(default_factory=dict)
    # Payees without a letter.
    coded: int = 0
    # How often the line stands that is repeated most; -1 if nobody looked.
    most_alike: int = -1
    # Of the largest batch: its lines, and rows and pence of the commonest value of a column.
    looked: int = 0
    alike: dict[str, tuple[int, int]] = dataclasses.field(default_factory=dict)

    def as_text(self) -> str:
        """JSON, as the ledger keeps it."""
        return json.dumps(vars(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    @lru_cache(maxsize=500)  # a file is compared with all earlier ones, which are soon hundreds
    def from_text(cls, text: str) -> Profile:
        """The outline that ``as_text`` wrote; nobody may change it."""
        known = {f.name for f in dataclasses.fields(cls)}
        return cls(**{k: v for k, v in json.loads(text).items() if k in known})

    def add(
        self,
        planned: Planned,
        schema: FeedSchema,
        match: Match,
        measures: Mapping[str, int],
    ) -> None:
        """Adds the accepted lines of the batch in ``judged``, of which ``measures`` is what
        ``Profile.measures`` asks for."""
        self.layout = self.layout or match.layout.id
        self.rows, self.pence = self.rows + measures["rows"], self.pence + measures["pence"]
        self.payees += measures["payees"]
        self.redacted += measures["redacted"]
        self.coded += measures["coded"]
        for name in match.positions:
            self.filled[name] = self.filled.get(name, 0) + measures[f"filled_{name}"]
        self._add_blank(planned, schema, match, measures)
        most = threshold("values.most_values")
        counted = []
        for name in threshold("values.columns").get(schema.name, []):
            seen = self.values.setdefault(name, {})
            public = schema.field(name).classification == "public"
            if public and name in match.positions and len(seen) <= most:
                counted.append(
                    f"(SELECT '{name}', v_{name}, count(*), "
                    f"CAST(coalesce(sum({schema.judged_pence}), 0) AS BIGINT) "
                    f"FROM judged WHERE kind = 'data' "
                    f"AND mask = 0 AND v_{name} IS NOT NULL GROUP BY 2 "
                    f"ORDER BY 3 DESC, 2 LIMIT {most + 1})"
                )
        # Of a small file nothing is asked, and the four groupings would take 6 ms of it.
        least = max(self.looked + 1, threshold("alike.least_rows"))
        if schema.line_key and measures["rows"] >= least:
            self.looked, self.alike = measures["rows"], {}
            counted += [
                f"(SELECT '{name}', NULL, count(*), CAST(sum({schema.judged_pence}) AS BIGINT) "
                f"FROM judged WHERE {ACCEPTED} AND v_{name} IS NOT NULL GROUP BY v_{name} "
                "ORDER BY 3 DESC, 4 LIMIT 1)"
                for name in threshold("alike.columns")
                if name in match.positions
            ]
        # One statement for all columns: planning each cost 3 ms a file.
        for name, value, number, pence in (
            planned.rows(" UNION ALL ".join(counted)) if counted else ()
        ):
            if value is None:
                self.alike[name] = (number, pence)
                continue
            self.values[name][value] = self.values[name].get(value, 0) + number
            held = self.value_pence.setdefault(name, {})
            held[value] = held.get(value, 0) + pence

    def _add_blank(
        self,
        planned: Planned,
        schema: FeedSchema,
        match: Match,
        measures: Mapping[str, int],
    ) -> None:
        """The pence of lines in which a column that the count needs is blank, where any is."""
        blank = [
            name
            for name in match.positions
            if schema.field(name).needed and measures[f"filled_{name}"] < measures["rows"]
        ]
        if not blank:
            return
        sums = ", ".join(
            f"CAST(coalesce(sum({schema.judged_pence}) FILTER (v_{name} IS NULL), 0) AS BIGINT)"
            for name in blank
        )
        held = planned.rows(f"SELECT {sums} FROM judged WHERE {ACCEPTED}")[0]
        for name, pence in zip(blank, held, strict=True):
            self.blank_pence[name] = self.blank_pence.get(name, 0) + pence

    @staticmethod
    def measures(schema: FeedSchema, match: Match) -> dict[str, str]:
        """What an outline counts of a batch of ``judged``, as SQL aggregates by name; ``rows`` and
        ``pence`` are counted anyway."""
        payee = schema.payee_field
        hidden = " OR ".join(
            f"contains(lower(s_{payee}), '{w}')" for w in threshold("redaction.words")
        )
        return {
            "payees": f"count(v_{payee})" if payee else "0",
            "redacted": f"count(*) FILTER ({hidden})" if payee else "0",
            # Only what begins with a digit is looked through for a letter.
            "coded": f"count(*) FILTER (v_{payee} >= '0' AND v_{payee} < ':' "
            f"AND NOT regexp_matches(v_{payee}, '[A-Za-z]'))"
            if payee
            else "0",
            **{f"filled_{name}": f"count(v_{name})" for name in match.positions},
        }


def drift_findings(
    profile: Profile, history: Sequence[Profile], schema: FeedSchema, layout: Layout
) -> Iterator[Finding]:
    """What lies far outside ``history``: earlier files in force, of the same length of period."""
    if len(history) >= threshold("history.sizes"):
        yield from _size("TP-161", profile.rows, [p.rows for p in history], "least_rows", _lines)
        yield from _size("TP-162", profile.pence, [p.pence for p in history], "least_pence", pounds)
    headings = {name: column.heading for name, column in layout.columns.items()}
    yield from _coded(profile, schema, headings)
    filled = [p for p in history if p.rows]
    alike = [p for p in filled if p.layout == profile.layout]
    enough = len(alike) >= threshold("history.shares")
    # Whoever sends another layout has the same departments, until somebody says otherwise.
    if enough or len(filled) >= threshold("history.shares"):
        yield from _new_values(profile, alike if enough else filled, headings)
    if enough:
        yield from _redaction(profile, alike)
        yield from _filled(profile, alike, headings)


def extreme_findings(
    profile: Profile, history: Sequence[Profile], schema: FeedSchema
) -> Iterator[Finding]:
    """A sum of payments far beyond a few earlier files, which tell no usual size yet."""
    if not (schema.line_key and 0 < len(history) < threshold("history.sizes")):
        return
    now, before = profile.pence, [p.pence for p in history]
    smallest, largest, extreme = min(before), max(before), threshold("size.extreme")
    fits = smallest <= extreme * now <= extreme**2 * largest
    if smallest > 0 and not fits and max(now, largest) > threshold("size.least_pence"):
        yield _far("TP-162", now, smallest, largest, len(before), pounds)


def repeats_more(profile: Profile, history: Sequence[Profile]) -> bool:
    """Whether a line is repeated far more often than any of the earlier files had one."""
    usual = [p.most_alike for p in history if p.most_alike >= 0]
    enough = len(usual) >= threshold("history.sizes")
    return enough and bool(profile.most_alike > threshold("repeated_line.more") * max(usual))


def _lines(number: int) -> str:
    return f"{number:,} lines"


def _size(
    code: str, now: int, before: list[int], least: str, worded: Callable[[int], str]
) -> Iterator[Finding]:
    usual, smallest, largest = statistics.median(before), min(before), max(before)
    deviation = 1.4826 * statistics.median(abs(n - usual) for n in before)
    factor, extreme = threshold("size.factor"), threshold("size.extreme")
    far = abs(now - usual) > threshold("size.deviations") * deviation
    far |= smallest > 0 and not smallest <= extreme * now <= extreme**2 * largest
    inside = usual > 0 and usual / factor <= now <= usual * factor
    if far and not inside and abs(now - usual) > threshold(f"size.{least}"):
        yield _far(code, now, smallest, largest, len(before), worded)


def _far(
    code: str, now: int, smallest: int, largest: int, files: int, worded: Callable[[int], str]
) -> Finding:
    """The question about a size, beside those of earlier files."""
    before = f"{files} earlier files lie between {worded(smallest)} and {worded(largest)}"
    if files == 1:
        before = f"the one earlier file holds {worded(largest)}"
    few = files < threshold("history.sizes")  # which differ by up to a factor of 3
    span = (smallest // 3, 3 * largest) if few else (smallest, largest)
    return finding(
        code,
        detail=f"{worded(now)}; {before}",
        hint=_in_another_unit(now, *span) if worded is pounds else "",
    )


def _in_another_unit(pence: int, smallest: int, largest: int) -> str:
    """What a sum would be that fits the earlier ones in another unit or with the other sign."""
    readings = {
        "thousands of pounds": pence * 1000,
        "pence": pence // 100,
        "pounds with the other sign": -pence,
    }
    fitting = ((unit, read) for unit, read in readings.items() if smallest <= read <= largest)
    return " ".join(f"In {unit} they would be {pounds(read)}." for unit, read in fitting)


def _coded(profile: Profile, schema: FeedSchema, headings: Mapping[str, str]) -> Iterator[Finding]:
    """Payees that are numbers, which asks for no history."""
    payee = schema.payee_field or ""
    many = profile.coded > threshold("payees.coded_share") * profile.payees
    if payee in headings and many and profile.payees >= threshold("payees.least_rows"):
        detail = f"{profile.coded:,} of {profile.payees:,}"
        yield finding(
            "TP-403", heading=headings[payee], field=payee, count=profile.coded, detail=detail
        )


def _redaction(profile: Profile, history: Sequence[Profile]) -> Iterator[Finding]:
    shares = [p.redacted / p.payees for p in history if p.payees]
    if not shares or profile.payees < threshold("redaction.least_rows"):
        return
    usual, now = statistics.median(shares), profile.redacted / profile.payees
    if usual >= threshold("redaction.usual_share") and now < usual * threshold(
        "redaction.fallen_to"
    ):
        yield finding(
            "TP-163", detail=f"{now:.0%} are withheld, where {usual:.0%} were withheld before"
        )


def _new_values(
    profile: Profile, history: Sequence[Profile], headings: dict[str, str]
) -> Iterator[Finding]:
    most = threshold("values.most_values")
    for name, now in profile.values.items():
        known = {v.casefold() for p in history for v in p.values.get(name, {})}
        new = {v: n for v, n in now.items() if v.casefold() not in known}
        rows, new_rows = sum(now.values()), sum(new.values())
        of_few = "_of_few" if rows < threshold("values.least_rows") else ""
        many = new_rows > threshold(f"values.new_share{of_few}") * rows
        enough = rows >= threshold(f"values.least_rows{of_few}")
        if 0 < len(known) <= most and many and enough:
            detail = f"{new_rows:,} of {rows:,} lines"
            yield finding(
                "TP-164", heading=headings[name], field=name, count=new_rows, detail=detail
            )


def _filled(
    profile: Profile, history: Sequence[Profile], headings: dict[str, str]
) -> Iterator[Finding]:
    if profile.rows < threshold("filled.least_rows"):
        return
    for name, number in profile.filled.items():
        shares = [p.filled[name] / p.rows for p in history if name in p.filled]
        if len(shares) < threshold("history.shares"):
            continue
        now, usual = number / profile.rows, statistics.median(shares)
        nearest = min(abs(now - s) for s in shares)
        if nearest > threshold("filled.change"):
            detail = f"{now:.0%} of the lines, where {usual:.0%} were filled before"
            yield finding("TP-165", heading=headings[name], field=name, detail=detail)


@cache
def thresholds() -> Any:
    """The bounds beyond which we ask, as they stand in ``expectations/drift.yml``."""
    path = Path(expectations.__file__).with_name("drift.yml")
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def threshold(key: str) -> Any:
    """A threshold by its place in the file, such as ``size.factor``."""
    found = thresholds()
    for part in key.split("."):
        found = found[part]
    return found
