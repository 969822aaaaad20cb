"""Contacts, what one costs, and what a shift between channels would save: plain Python.

Written from the rules (5 and 17), not from the models.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

from tests.oracle.arithmetic import rounded, shared_out
from tests.oracle.count import Count
from tests.oracle.facts import Inputs, Lines, Row, in_force, year_of
from tests.oracle.feed_years import (
    feed_year,
    in_place,
    number,
    presence,
    rows_in_force,
    told,
)

SEED = Path(__file__).resolve().parents[2] / "dbt_project/seeds/access_benchmark.csv"
# Which way of access each service's money pays for; of the last the label does not say.
CHANNEL_OF = {
    "PA-CONTACT-CENTRE": "telephone",
    "PA-SERVICE-POINT": "face_to_face",
    "PA-DIGITAL": "web",
    "PA-OTHER": None,
}
Table = dict[tuple[Any, ...], tuple[Any, ...]]


class Contact(NamedTuple):
    """A row of a body's contacts, placed in its year and month."""

    body: str
    year: str
    month: str | None
    channel: str
    lgsl: int
    contacts: int
    avoidable: int | None
    resolved: int | None


class UnitCost(NamedTuple):
    """What a contact costs, and on whose word."""

    pence: int | None
    source: str
    benchmark: tuple[str | None, str | None] = (None, None)


def contacts(inputs: Inputs, lines: Lines) -> list[Contact]:
    """Every row in force. A month outside its file's span counts in that span."""
    found = []
    for body, row, submission in rows_in_force(inputs, lines, "contacts"):
        day: Any = row["month_date"]
        first: Any = submission["period_start"]
        last: Any = submission["period_end"]
        inside = first <= day <= last
        one_month = submission["period_kind"] == "month"
        month = f"{day:%Y-%m}" if inside else str(submission["period"]) if one_month else None
        found.append(
            Contact(
                body, year_of(day if inside else first), month, str(row["channel"]),
                int(str(row["lgsl_code"])), int(str(row["contacts"])), number(row, "avoidable"),
                number(row, "resolved"),
            )
        )  # fmt: skip
    return found


def channels(inputs: Inputs, found: list[Contact]) -> Table:
    """Contacts of a month by channel and service, and the rates of those that were assessed."""
    cells: dict[tuple[Any, ...], list[Contact]] = defaultdict(list)
    for c in found:
        cells[c.body, c.year, c.month, c.channel, c.lgsl].append(c)
    table: Table = {}
    for (body, year, *rest), rows in cells.items():
        figures: list[int | None] = [sum(r.contacts for r in rows)]
        for name in ("avoidable", "resolved"):
            asked = [r for r in rows if getattr(r, name) is not None]
            yes = sum(getattr(r, name) for r in asked) if asked else None
            base = sum(r.contacts for r in asked) if asked else None
            figures += [yes, base, rounded(yes, 1000, base) if yes is not None and base else None]
        whole = feed_year(inputs, "contacts", body, year).is_whole
        scope = "in_scope" if body in in_place(inputs) else "outside_place"
        present = presence(inputs, "contacts", year)
        table[body, year, *rest] = (scope, *figures, whole, *present)
    return table


def unit_costs(inputs: Inputs, found: list[Contact], count: Count) -> Table:
    """What a contact costs by the body's own ledger, else by a national figure, marked so."""
    table: Table = {}
    told_of = _volumes(found)
    spent = {(body, year_of(first)) for body, first, _ in _spend_files(inputs)}
    body_years = {(b, y) for b, y, _ in told_of} | spent
    for body, year in body_years:
        if body not in in_place(inputs):
            continue
        money = _money(inputs, count, body, year)
        for channel, (served_with, *_) in benchmarks().items():
            volume = told_of.get((body, year, channel))
            pool = [told_of.get((body, year, c)) for c, b in benchmarks().items()
                    if served_with and b[0] == served_with]  # fmt: skip
            cost_contacts = sum(told(pool)) if told(pool) else None
            spend = money.get(served_with) if served_with else None
            pence = spend[1] if spend else None
            if volume is None and not (pence and served_with == channel):
                continue
            reason = _refused(inputs, body, year, volume, served_with, spend, cost_contacts)
            cost = _cost(channel, volume, reason, pence, cost_contacts)
            other = money.get(None)
            table[year, body, channel] = (
                volume, served_with, pence, cost_contacts, other[1] if other else None,
                _basis(inputs, body, year),
                *feed_year(inputs, "spend", body, year)[:2],
                *feed_year(inputs, "contacts", body, year)[:2],
                cost.pence, cost.source, *cost.benchmark, reason,
                *presence(inputs, "contacts", year),
            )  # fmt: skip
    return table


def shifts(inputs: Inputs, found: list[Contact], costs: Table) -> Table:
    """What moved between channels since a body's first whole year, and what that would save."""
    table: Table = {}
    volumes = _volumes(found)
    for body in {c.body for c in found} & in_place(inputs):
        years = sorted({c.year for c in found if c.body == body})
        whole = [y for y in years if feed_year(inputs, "contacts", body, y).is_whole]
        for year in (y for y in years if whole and y > whole[0]):
            base = whole[0]
            names = sorted({c for b, y, c in volumes if b == body and y in (base, year)})
            then = [volumes.get((body, base, c), 0) for c in names]
            now = [volumes.get((body, year, c), 0) for c in names]
            reason = (
                "contacts_incomplete" if year not in whole
                else "no_base_contacts" if not sum(then) else None
            )  # fmt: skip
            usual = shared_out(sum(now), then)
            rows, savings = [], []
            for channel, was, volume, expected in zip(names, then, now, usual, strict=True):
                cost = _used(costs.get((year, body, channel)), channel)
                shifted = None if reason else volume - expected
                saving = (
                    None if shifted is None
                    else 0 if shifted == 0
                    else None if cost.pence is None else -shifted * cost.pence
                )  # fmt: skip
                savings.append(saving)
                why = reason or ("no_unit_cost" if saving is None else None)
                rows.append((
                    channel,
                    [base, was, sum(then), volume, sum(now), None if reason else expected,
                     shifted, cost.pence, cost.source, *cost.benchmark, saving],
                    why,
                ))  # fmt: skip
            total = None if None in savings else sum(told(savings))
            for channel, figures, why in rows:
                table[year, body, channel] = (
                    *figures, total, "non_cash_releasing", False, why,
                    *presence(inputs, "contacts", year),
                )  # fmt: skip
    return table


def benchmarks() -> dict[str, tuple[str | None, int | None, str | None, str | None]]:
    """Channel -> whose services bear its cost, the national unit cost, its source and year."""
    with SEED.open(encoding="utf-8", newline="") as file:
        return {
            r["channel"]: (
                r["served_with"] or None, int(r["unit_cost_pence"] or 0) or None,
                r["source"] or None, r["year"] or None,
            )
            for r in csv.DictReader(file)
        }  # fmt: skip


def _volumes(found: list[Contact]) -> dict[tuple[str, str, str], int]:
    volumes: dict[tuple[str, str, str], int] = defaultdict(int)
    for c in found:
        volumes[c.body, c.year, c.channel] += c.contacts
    return dict(volumes)


def _spend_files(inputs: Inputs) -> list[tuple[str, Any, Row]]:
    return [
        (str(s["partner_id"]), s["period_start"], s) for s in in_force(inputs, "spend").values()
    ]


def _files(inputs: Inputs, body: str, year: str) -> list[Row]:
    return [s for b, day, s in _spend_files(inputs) if b == body and year_of(day) == year]


def _basis(inputs: Inputs, body: str, year: str) -> str | None:
    return "; ".join(sorted({str(s["basis"]) for s in _files(inputs, body, year)})) or None


def _money(
    inputs: Inputs, count: Count, body: str, year: str
) -> dict[str | None, tuple[int | None, int | None]]:
    """Channel -> net pence and what of them is in the place; None where files cannot show it."""
    files = _files(inputs, body, year)
    if not files:
        return {}
    seen = all(f["public_access"] == "observable" for f in files)
    money: dict[str | None, tuple[int | None, int | None]] = {}
    for service, channel in CHANNEL_OF.items():
        cells = [
            a for key, a in count.place_spend.items()
            if key[:5] == (year, body, "in_scope", "public_access", service)
        ]  # fmt: skip
        if cells or seen:
            money[channel] = (sum(a.net for a in cells), sum(a.in_scope_net for a in cells))
        else:
            money[channel] = (None, None)
    return money


def _refused(
    inputs: Inputs,
    body: str,
    year: str,
    volume: int | None,
    served_with: str | None,
    spend: tuple[int | None, int | None] | None,
    cost_contacts: int | None,
) -> str | None:
    """Why a body's own unit cost is not shown: the first reason that holds."""
    files = _files(inputs, body, year)
    reasons = {
        "no_contacts": not volume,
        "contacts_incomplete": not feed_year(inputs, "contacts", body, year).is_whole,
        "no_service_for_channel": served_with is None,
        "no_spend": not files,
        "spend_incomplete": not feed_year(inputs, "spend", body, year).is_whole,
        "spend_not_observable": any(f["public_access"] != "observable" for f in files),
        "spend_is_not_a_ledger": any(f["basis"] != "ledger" for f in files),
        "spend_apportioned": bool(spend and spend[0] != spend[1]),
        "no_spend_in_channel": not (spend and spend[1] and spend[1] > 0),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _cost(
    channel: str, volume: int | None, reason: str | None, pence: int | None, over: int | None
) -> UnitCost:
    if reason is None:
        assert pence and over
        return UnitCost(rounded(pence, 1, over), "own_ledger")
    return _national(channel) if volume else UnitCost(None, "none")


def _national(channel: str) -> UnitCost:
    _, pence, source, year = benchmarks()[channel]
    return (
        UnitCost(pence, "national_benchmark", (source, year)) if pence else UnitCost(None, "none")
    )


def _used(row: tuple[Any, ...] | None, channel: str) -> UnitCost:
    """The unit cost of the year; of a channel nobody uses any more only the national is known."""
    if row and row[11] == "own_ledger":
        return UnitCost(row[10], row[11])
    return _national(channel)
