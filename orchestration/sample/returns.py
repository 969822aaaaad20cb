"""The yearly returns: flows between bodies, and the register of savings.

Here belongs what a partner reports once a year, from the story and from its own spend lines;
how the files look belongs to ``render``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from ..contracts.feeds import DUCKDB_TYPES, FeedSchema
from ..contracts.model import Partner
from .story import Flow, Initiative, Story

_ARROW = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "BIGINT": pa.int64(),
    "DECIMAL(9,8)": pa.string(),
    "BOOLEAN": pa.bool_(),
}


def as_table(rows: list[dict[str, Any]], schema: FeedSchema) -> pa.Table:
    """Rows by canonical name as a typed table of every field of the feed."""
    arrow = pa.schema([(f.name, _ARROW[DUCKDB_TYPES[f.type]]) for f in schema.fields])
    return pa.Table.from_pylist(rows, schema=arrow)


def funding_rows(
    story: Story,
    partners: Mapping[str, Partner],
    partner_id: str,
    year: str,
    spent: Mapping[str, int],
) -> list[dict[str, Any]]:
    """What a partner reports of a year's flows, its own resources last.

    ``spent`` is the partner's true spend in pence by theme. Own resources are what is left of it
    after what others gave for the theme, so that funding and spend agree to the penny where no
    fault is planted; nothing is reported where others gave more.
    """
    rows: list[dict[str, Any]] = []
    left = {theme: pence for theme, pence in spent.items() if theme != "other"}
    for flow in story.flows:
        pence = _told(flow, partner_id, year)
        if flow.payee == partner_id and pence is not None:
            left[flow.theme] = left.get(flow.theme, 0) - pence
        if pence is not None:
            rows.append(
                {
                    "financial_year": year,
                    "agreement_id": flow.agreement,
                    "flow": flow.flow,
                    "payer": _name(partners, flow.payer),
                    "payee": _name(partners, flow.payee),
                    "pool_id": flow.pool,
                    "theme": flow.theme,
                    "amount_pence": pence,
                }
            )
    own = _name(partners, partner_id)
    for number, (theme, pence) in enumerate(sorted(left.items()), 1):
        if pence > 0:
            rows.append(
                {
                    "financial_year": year,
                    "agreement_id": f"OWN-{number}",
                    "flow": "own_resources",
                    "payer": own,
                    "payee": own,
                    "theme": theme,
                    "amount_pence": pence,
                }
            )
    return rows


def _told(flow: Flow, partner_id: str, year: str) -> int | None:
    """The pence a partner reports for a flow, ``None`` if it is not for it to report."""
    if year not in flow.annual:
        return None
    pounds = flow.annual[year]
    if partner_id == flow.payer and "payer" in flow.told_by:
        return pounds * 100
    if partner_id == flow.payee and "payee" in flow.told_by:
        return (pounds + flow.payee_differs.get(year, 0)) * 100
    return None


def savings_rows(
    story: Story, partners: Mapping[str, Partner], partner_id: str, year: str
) -> list[dict[str, Any]]:
    """A partner's register of a year: each initiative it shares, with the whole initiative's
    figures and the partner's own share of them."""
    return [
        _savings_row(initiative, partners, partner_id, year)
        for initiative in story.initiatives
        if partner_id in initiative.shares and year in initiative.years
    ]


def _savings_row(
    initiative: Initiative, partners: Mapping[str, Partner], partner_id: str, year: str
) -> dict[str, Any]:
    figures = initiative.years[year]
    baseline = initiative.baseline
    scope = initiative.scopes.get(partner_id, {})
    row: dict[str, Any] = {
        "financial_year": year,
        "initiative_id": initiative.id,
        "initiative": initiative.name,
        "programme": initiative.programme,
        "lead": _name(partners, initiative.lead),
        "partner_share": initiative.shares[partner_id],
        "saving_class": initiative.saving_class,
        "recurrent": initiative.recurrent,
        "start_date": initiative.start,
        "plan_pence": _pence(figures.plan),
        "forecast_pence": _pence(figures.forecast),
        "actual_pence": _pence(figures.actual),
        "one_off_cost_pence": _pence(figures.one_off),
        "ongoing_cost_pence": _pence(figures.ongoing),
        "method": initiative.method,
        "data_maturity": figures.maturity,
        "systems": initiative.systems,
        "assurance": figures.assurance,
    }
    if baseline:
        row["baseline_pence"] = _pence(baseline.amount)
        row["baseline_date"] = baseline.frozen
        row["baseline_basis"] = baseline.basis
        row["baseline_approver"] = baseline.approver
    if initiative.quality:
        row["quality_measure"], row["quality_before"] = initiative.quality
        row["quality_after"] = figures.quality_after
    return row | {f"scope_{part}": label for part, label in scope.items()}


def _pence(pounds: int | None) -> int | None:
    return None if pounds is None else pounds * 100


def _name(partners: Mapping[str, Partner], who: str) -> str:
    return partners[who].name if who in partners else who
