"""The yearly returns: flows between bodies, and the register of savings.

Here belongs what a partner reports once a year, from the story and from its own spend lines;
how the files look belongs to ``render``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ..contracts.model import Partner
from ..contracts.periods import financial_year, of_year
from .lines import Spent, instalments
from .story import Flow, Initiative, Story

Truth = Mapping[tuple[str, str], Spent]  # by partner and year


def funding_rows(
    story: Story,
    partners: Mapping[str, Partner],
    partner_id: str,
    year: str,
    spent: Truth,
) -> list[dict[str, Any]]:
    """What a partner reports of a year: its flows, what it drew from pools it hosts, and last its
    own resources.

    ``spent`` is what every partner truly spent, by partner and year. Own resources are what is
    left of a partner's spend after what it truly received and what it drew from its pools, where
    contributions go: own resources + received = spend + contributions - drawings. So funding and
    spend agree to the penny where no fault is planted. They are negative where others gave more
    than was spent, as in a sample of few lines.
    """
    mine = spent.get((partner_id, year), Spent())
    rows: list[dict[str, Any]] = []
    left = dict(mine.themes)

    def add(agreement: str, flow: str, payer: str, payee: str, **rest: Any) -> None:
        names = {"payer": _name(partners, payer), "payee": _name(partners, payee)}
        rows.append(
            {"financial_year": year, "agreement_id": agreement, "flow": flow, **names, **rest}
        )

    for flow in story.flows:
        received = _received(flow, year, spent)
        if flow.payee == partner_id and flow.pool is None:
            left[flow.theme] = left.get(flow.theme, 0) - received
        pence = _reported(flow, partner_id, year, spent)
        if pence:
            details = {"pool_id": flow.pool, "theme": flow.theme, "amount_pence": pence}
            add(flow.agreement, flow.flow, flow.payer, flow.payee, **details)
    for paid in story.partners[partner_id].spend.commitments:
        pence = mine.agreements.get(paid.agreement or "", 0)
        if paid.agreement and pence:
            left[paid.theme] -= pence
            drawn = {"pool_id": paid.pool, "theme": paid.theme, "amount_pence": pence}
            add(paid.agreement, "s75", partner_id, partner_id, **drawn)
    for number, (theme, pence) in enumerate(sorted(left.items()), 1):
        if pence:
            own = {"theme": theme, "amount_pence": pence}
            add(f"OWN-{number}", "own_resources", partner_id, partner_id, **own)
    return rows


def _reported(flow: Flow, partner_id: str, year: str, spent: Truth) -> int | None:
    """The pence a partner reports for a flow, ``None`` if it is not for it to report."""
    if partner_id == flow.payer and "payer" in flow.reported_by:
        return _paid(flow, year, spent)
    if partner_id == flow.payee and "payee" in flow.reported_by:
        differs = flow.payee_differs.get(year, 0) if _in_full(flow, year, spent) else 0
        return _received(flow, year, spent) + differs * 100
    return None


def _paid(flow: Flow, year: str, spent: Truth) -> int:
    """The pence truly paid: the lines of the payer's ledger, where it is in the story."""
    if flow.ledger is None:
        return flow.annual.get(year, 0) * 100
    return spent.get((flow.payer, year), Spent()).agreements.get(flow.agreement, 0)


def _received(flow: Flow, year: str, spent: Truth) -> int:
    """The pence truly received in a year; an instalment under way at its end comes in the next."""
    before = financial_year(of_year(year).start - timedelta(1))
    under_way = [
        instalments(flow.annual[y], 12)[-1] if y in flow.late and _in_full(flow, y, spent) else 0
        for y in (before, year)
    ]
    return _paid(flow, year, spent) + under_way[0] - under_way[1]


def _in_full(flow: Flow, year: str, spent: Truth) -> bool:
    """Whether the year's lines hold the whole annual sum: few lines may have left some out."""
    return _paid(flow, year, spent) == flow.annual.get(year, 0) * 100


def savings_rows(
    story: Story, partners: Mapping[str, Partner], partner_id: str, year: str
) -> list[dict[str, Any]]:
    """A partner's register of a year: each initiative it shares, with the whole initiative's
    figures and the partner's own share of them."""
    return [
        _savings_row(initiative, partners, partner_id, year)
        for initiative in story.initiatives
        if partner_id in initiative.shares
        and year in initiative.years
        and year not in initiative.not_reported.get(partner_id, ())
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
        "status": figures.status,
    }
    if figures.milestone:
        names = ("milestone", "milestone_due", "milestone_done")
        row |= dict(zip(names, figures.milestone, strict=True))
    if baseline:
        row["baseline_pence"] = _pence(baseline.amount)
        row["baseline_date"] = baseline.frozen
        row["baseline_basis"] = baseline.basis
        row["baseline_approver"] = baseline.approver
        row["baseline_version"] = baseline.version
    if initiative.quality:
        row["quality_measure"], row["quality_before"] = initiative.quality
        row["quality_after"] = figures.quality_after
    return row | {f"scope_{part}": label for part, label in scope.items()}


def _pence(pounds: int | None) -> int | None:
    return None if pounds is None else pounds * 100


def _name(partners: Mapping[str, Partner], who: str) -> str:
    return partners[who].name if who in partners else who
