"""Contracts as tables: what the build may know of partners, and nothing by name in its SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from .bodies import NAME_CODES, all_bodies
from .model import Feed, Partner
from .periods import Period, in_year, of_year
from .place import Place, share_of
from .register import Register

Rows = list[tuple[Any, ...]]

# The feed whose money is counted: what a body spent is part of the place all its life.
COUNTED = "spend"

# Table name -> (column, DuckDB type) in order; rows come from the function of the same name.
SCHEMAS: dict[str, list[tuple[str, str]]] = {
    "partners": [
        ("partner_id", "VARCHAR"),
        ("name", "VARCHAR"),
        ("short_name", "VARCHAR"),
        ("kind", "VARCHAR"),
        ("in_place", "BOOLEAN"),
        ("valid_from", "DATE"),
        ("valid_to", "DATE"),
        ("gss_code", "VARCHAR"),
        ("ods_code", "VARCHAR"),
    ],
    "partner_aliases": [("partner_id", "VARCHAR"), ("alias", "VARCHAR")],
    "feeds": [
        ("partner_id", "VARCHAR"),
        ("feed", "VARCHAR"),
        ("basis", "VARCHAR"),
        ("accounting", "VARCHAR"),
        ("cadence", "VARCHAR"),
        ("expected_from", "DATE"),
        ("expected_to", "DATE"),
        ("due_days", "BIGINT"),
    ],
    "expected_periods": [
        ("partner_id", "VARCHAR"),
        ("feed", "VARCHAR"),
        ("financial_year", "VARCHAR"),
        ("period", "VARCHAR"),
        ("period_start", "DATE"),
        ("period_end", "DATE"),
        ("due_date", "DATE"),
        ("asked_for", "BOOLEAN"),
    ],
    "departments": [
        ("partner_id", "VARCHAR"),
        ("rule_no", "BIGINT"),
        ("field", "VARCHAR"),
        ("how", "VARCHAR"),
        ("match", "VARCHAR"),
        ("department_class", "VARCHAR"),
        ("scope", "VARCHAR"),
    ],
    "code_map": [
        ("partner_id", "VARCHAR"),
        ("rule_id", "VARCHAR"),
        ("theme", "VARCHAR"),
        ("service_code", "VARCHAR"),
        ("share", "DECIMAL(9,8)"),
        ("grade", "VARCHAR"),
        ("department", "VARCHAR"),
        ("area", "VARCHAR"),
        ("account", "VARCHAR"),
        ("account_code", "VARCHAR"),
        ("supplier", "VARCHAR"),
        ("valid_from", "DATE"),
        ("valid_to", "DATE"),
        ("source", "VARCHAR"),
        ("key_id", "VARCHAR"),
        ("key_vintage", "VARCHAR"),
    ],
    "organisations": [
        ("organisation_id", "VARCHAR"),
        ("name", "VARCHAR"),
        ("short_name", "VARCHAR"),
        ("kind", "VARCHAR"),
        ("partner_id", "VARCHAR"),
        ("in_group", "BOOLEAN"),
        ("is_listed", "BOOLEAN"),
        ("valid_from", "DATE"),
        ("valid_to", "DATE"),
        ("successor_id", "VARCHAR"),
        ("gss_code", "VARCHAR"),
        ("ods_code", "VARCHAR"),
    ],
    "organisation_aliases": [
        ("organisation_id", "VARCHAR"),
        ("alias", "VARCHAR"),
        ("kind", "VARCHAR"),
    ],
    "organisation_vat": [("organisation_id", "VARCHAR"), ("vat_no", "VARCHAR")],
    "pools": [
        ("pool_id", "VARCHAR"),
        ("name", "VARCHAR"),
        ("host_id", "VARCHAR"),
        ("theme", "VARCHAR"),
    ],
    "footprints": [
        ("partner_id", "VARCHAR"),
        ("key_id", "VARCHAR"),
        ("driver", "VARCHAR"),
        ("key_year", "VARCHAR"),
        ("vintage", "VARCHAR"),
        ("inside_count", "BIGINT"),
        ("total_count", "BIGINT"),
    ],
    "apportionment_keys": [
        ("key_id", "VARCHAR"),
        ("driver", "VARCHAR"),
        ("key_year", "VARCHAR"),
        ("vintage", "VARCHAR"),
        ("area", "VARCHAR"),
        ("area_count", "BIGINT"),
        ("source", "VARCHAR"),
    ],
    "count_settings": [
        ("place_name", "VARCHAR"),
        ("window_days", "BIGINT"),
        ("price_release", "VARCHAR"),
        ("price_base_year", "VARCHAR"),
    ],
    "disclosure": [
        ("feed", "VARCHAR"),
        ("suppress_from", "BIGINT"),
        ("suppress_to", "BIGINT"),
        ("round_to", "BIGINT"),
        ("reason", "VARCHAR"),
    ],
    "access_settings": [("walking_metres", "BIGINT"), ("reason", "VARCHAR")],
}


class Owed(NamedTuple):
    """A period of a year that needs a partner's feed, and whether the contract asks for it.

    Of two financial years a calendar year is a period of each.
    """

    year: str
    partner_id: str
    feed: str
    period: Period
    asked_for: bool


def owed(partners: Mapping[str, Partner], years: Iterable[str]) -> list[Owed]:
    """Every period of these financial years that is needed for them to be complete.

    They are those in which the body existed, for a whole day at least, whatever part of the year
    the contract asks for: of spend of a body of the place in every year, of other feeds, and of
    other bodies, in years in which it asks for any.
    """
    found: list[Owed] = []
    for year in map(of_year, sorted(set(years))):
        for partner in (p for p in partners.values() if _exists(p, year)):
            for name, feed in partner.feeds.items():
                lived = [p for p in in_year(year, feed.cadence) if _exists(partner, p)]
                of_feed = [
                    Owed(year.label, partner.id, name, p, _asks(partner, feed, p)) for p in lived
                ]
                counts = name == COUNTED and partner.in_place
                if (counts and feed.expected_from) or any(o.asked_for for o in of_feed):
                    found += of_feed
    return found


def _exists(partner: Partner, period: Period) -> bool:
    return (partner.valid_from is None or partner.valid_from <= period.end) and (
        partner.valid_to is None or period.start <= partner.valid_to
    )


def _asks(partner: Partner, feed: Feed, period: Period) -> bool:
    """Whether the contract asks for a period: by its first day on which the body exists."""
    if feed.expected_from is None:
        return False
    first = max(period.start, partner.valid_from or period.start)
    return feed.expected_from <= first and (feed.expected_to is None or first <= feed.expected_to)


def contract_tables(
    partners: Mapping[str, Partner],
    place: Place,
    years: Iterable[str],
    register: Register = (),
) -> dict[str, Rows]:
    """The rows of every table of ``SCHEMAS``; ``years`` are those in which anything arrived."""
    tables: dict[str, Rows] = {name: [] for name in SCHEMAS}
    for p in partners.values():
        codes = (p.codes.get("gss"), p.codes.get("ods"))
        tables["partners"].append(
            (p.id, p.name, p.short_name, p.kind, p.in_place, p.valid_from, p.valid_to, *codes)
        )
        names = dict.fromkeys([p.name, *p.aliases])
        tables["partner_aliases"] += [(p.id, alias) for alias in names]
        tables["pools"] += [(pool.id, pool.name, p.id, pool.theme) for pool in p.pools]
        tables["footprints"] += _footprint(p, place)
        for name, f in p.feeds.items():
            promised = (f.basis, f.accounting, f.cadence, f.expected_from, f.expected_to)
            tables["feeds"].append((p.id, name, *promised, f.due_days))
            tables["departments"] += [
                (p.id, n, d.field, d.how, d.match, d.department_class, d.scope)
                for n, d in enumerate(f.departments, 1)
            ]
        tables["code_map"] += _code_map(p, place)
    for year, partner_id, name, period, asked_for in owed(partners, years):
        due = period.end + timedelta(days=partners[partner_id].feeds[name].due_days)
        dates = (year, period.label, period.start, period.end, due)
        tables["expected_periods"].append((partner_id, name, *dates, asked_for))
    return tables | _organisations(place, partners, register) | _agreed(place)


def _code_map(partner: Partner, place: Place) -> Rows:
    rows: Rows = []
    for feed in partner.feeds.values():
        for c in feed.code_map:
            key = place.key(c.key) if c.key else None
            selectors = (c.department, c.area, c.account, c.account_code, c.supplier)
            rows.append(
                (
                    partner.id,
                    c.rule,
                    c.theme,
                    c.service_code,
                    str(share_of(c, place)),
                    c.grade,
                    *selectors,
                    c.valid_from,
                    c.valid_to,
                    c.source,
                    key.id if key else None,
                    key.vintage if key else None,
                )
            )
    return rows


def _footprint(partner: Partner, place: Place) -> Rows:
    """What a partner covers, and what of it lies in the place; nothing if it does not say."""
    if partner.footprint is None:
        return []
    key, areas = place.key(partner.footprint.key), partner.footprint.areas
    assert key is not None
    inside = key.total([a for a in areas if a in place.place.areas])
    vintage = (key.id, key.driver, str(key.year), key.vintage)
    return [(partner.id, *vintage, inside, key.total(areas))]


def _organisations(
    place: Place, partners: Mapping[str, Partner], register: Register
) -> dict[str, Rows]:
    tables: dict[str, Rows] = {
        "organisations": [],
        "organisation_aliases": [],
        "organisation_vat": [],
    }
    for b in all_bodies(place, partners, register):
        dates = (b.valid_from, b.valid_to, b.successor_id)
        codes = (b.codes.get("gss"), b.codes.get("ods"))
        identity = (b.id, b.name, b.short_name, b.kind, b.partner_id, b.in_group, b.listed)
        tables["organisations"].append((*identity, *dates, *codes))
        tables["organisation_aliases"] += [
            (b.id, name, "name" if b.listed else "registered") for name in b.names
        ]
        tables["organisation_aliases"] += [
            (b.id, b.codes[code], "code") for code in NAME_CODES if code in b.codes
        ]
        tables["organisation_vat"] += [(b.id, number) for number in b.vat]
    return tables


def _agreed(place: Place) -> dict[str, Rows]:
    prices = (place.prices.release, place.prices.base_year)
    return {
        "apportionment_keys": [
            (key.id, key.driver, str(key.year), key.vintage, area, count, key.source)
            for key in place.keys
            for area, count in key.counts.items()
        ],
        "count_settings": [(place.place.name, place.matching.window_days, *prices)],
        "disclosure": [
            (d.feed, d.suppress_from, d.suppress_to, d.round_to, d.reason) for d in place.disclosure
        ],
        "access_settings": [(a.walking_metres, a.reason) for a in [place.access] if a],
    }
