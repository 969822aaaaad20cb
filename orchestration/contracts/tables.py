"""Contracts as tables: what the build may know of partners, and nothing by name in its SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from .model import Partner
from .periods import Period, in_year, of_year

Rows = list[tuple[Any, ...]]

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
    ],
}


def expected(
    partners: Mapping[str, Partner], years: Iterable[str]
) -> list[tuple[str, str, Period]]:
    """Every period each partner promised in these financial years: partner, feed, period.

    A period is promised if the feed was expected and the body existed at its start.
    """
    promised: list[tuple[str, str, Period]] = []
    for year in sorted(set(years)):
        for partner in partners.values():
            for name, feed in partner.feeds.items():
                for period in in_year(of_year(year), feed.cadence):
                    bounds = [
                        (feed.expected_from, feed.expected_to),
                        (partner.valid_from, partner.valid_to),
                    ]
                    if feed.expected_from is not None and all(
                        (first is None or first <= period.start)
                        and (last is None or period.start <= last)
                        for first, last in bounds
                    ):
                        promised.append((partner.id, name, period))
    return promised


def contract_tables(partners: Mapping[str, Partner], years: Iterable[str]) -> dict[str, Rows]:
    """The rows of every table of ``SCHEMAS``; ``years`` are those in which anything arrived."""
    tables: dict[str, Rows] = {name: [] for name in SCHEMAS}
    for p in partners.values():
        codes = (p.codes.get("gss"), p.codes.get("ods"))
        tables["partners"].append(
            (p.id, p.name, p.short_name, p.kind, p.in_place, p.valid_from, p.valid_to, *codes)
        )
        names = dict.fromkeys([p.name, *p.aliases])
        tables["partner_aliases"] += [(p.id, alias) for alias in names]
        for name, f in p.feeds.items():
            tables["feeds"].append(
                (
                    p.id,
                    name,
                    f.basis,
                    f.accounting,
                    f.cadence,
                    f.expected_from,
                    f.expected_to,
                    f.due_days,
                )
            )
            tables["departments"] += [
                (p.id, n, d.field, d.how, d.match, d.department_class, d.scope)
                for n, d in enumerate(f.departments, 1)
            ]
            tables["code_map"] += [
                (
                    p.id,
                    c.rule,
                    c.theme,
                    c.service_code,
                    c.share,
                    c.grade,
                    c.department,
                    c.area,
                    c.account,
                    c.account_code,
                    c.supplier,
                    c.valid_from,
                    c.valid_to,
                    c.source,
                )
                for c in f.code_map
            ]
    for partner_id, name, period in expected(partners, years):
        due = period.end + timedelta(days=partners[partner_id].feeds[name].due_days)
        tables["expected_periods"].append(
            (
                partner_id,
                name,
                period.financial_year,
                period.label,
                period.start,
                period.end,
                due,
            )
        )
    return tables
