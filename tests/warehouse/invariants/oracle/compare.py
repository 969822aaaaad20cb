"""The oracle's figures as rows in the shape of the published tables, to be compared with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol

from tests.warehouse.invariants.oracle.compare_lives import completeness, scorecard
from tests.warehouse.invariants.oracle.count import Count
from tests.warehouse.invariants.oracle.elimination import Amounts, Cell
from tests.warehouse.invariants.oracle.facts import Inputs
from tests.warehouse.invariants.oracle.prices import indices
from tests.warehouse.invariants.oracle.trend import deflated
from tests.warehouse.invariants.oracle.views import PlaceYear

Record = tuple[Any, ...]
Table = dict[Record, Record]


class Warehouse(Protocol):
    """What runs a query: a DuckDB connection."""

    def execute(self, query: str, /) -> Any: ...


# Table -> its key columns and the columns compared.
COLUMNS: dict[str, tuple[str, str]] = {
    "fct_place_spend": (
        "financial_year, body_id, scope, theme, service_code, basis, accounting",
        "lines, gross_pence, eliminated_pence, net_pence, in_scope_net_pence, "
        "out_of_scope_pence, credits_pence, review_pence, real_terms_pence, price_basis, "
        "vat_basis",
    ),
    "fct_transfer_match": (
        "financial_year, payer_body_id, payee_body_id",
        "match_status, payer_pence, payee_pence, agreed_pence, timing_pence, eliminated_pence, "
        "possible_double_count_pence, payer_return_pence, in_spend, lines",
    ),
    "fct_outside_transfer": (
        "financial_year, payer_body_id, payee_body_id",
        "match_status, payer_pence, payee_pence, agreed_pence, payer_return_pence, in_spend, lines",
    ),
    "fct_pool_balance": (
        "financial_year, pool_id, funder_body_id",
        "contributed_pence, spent_pence, carried_forward_pence",
    ),
    "fct_partner_reconciliation": (
        "financial_year, body_id",
        "has_source_data, has_spend, spend_pence, off_ledger_pence, pool_change_pence, "
        "own_pence, outside_pence, received_pence, unreported_pence, shortfall_pence, "
        "unexplained_pence",
    ),
    "fct_place_reconciliation": (
        "financial_year",
        "reconciliation_status, final_spend_pence, source_pence, difference_pence, "
        "carried_forward_pence, in_transit_pence, one_sided_pence, unexplained_pence, "
        "possible_double_count_pence, gross_pence, eliminated_pence, "
        "in_scope_classified_pence, in_scope_unclassified_pence, out_of_scope_pence",
    ),
    "fct_funding_flow": (
        "financial_year, stage, theme, flow, agreement_id, pool_id, payer_body_id, payee_body_id",
        "payer_pence, payee_pence, amount_pence",
    ),
    "fct_funding_source": (
        "financial_year, theme, flow, agreement_id, payer_body_id, payee_body_id",
        "payer_pence, payee_pence, amount_pence",
    ),
    "fct_place_trend": (
        "financial_year, theme",
        "in_scope_net_pence, real_terms_pence, real_change_pence, real_change_unavailable_reason, "
        "price_basis, vat_basis",
    ),
    "fct_headline": ("financial_year, measure", "price_basis, vat_basis"),
    "fct_place_completeness": (
        "financial_year",
        "partners_expected, partners_present, partners_missing, partners_not_asked, is_complete",
    ),
    "fct_partner_scorecard": (
        "financial_year, body_id, feed",
        "periods_expected, periods_present, periods_not_asked_for, other_year_pence, other_years",
    ),
}

# Of a table of which the count knows only a part: which.
ONLY = {"fct_headline": "headline = 'place_spend'"}


def differences(inputs: Inputs, found: Count, warehouse: Warehouse) -> list[str]:
    """Every row in which the warehouse and the oracle differ, in words."""
    differences = []
    for table, (keys, columns) in COLUMNS.items():
        query = f"SELECT {keys}, {columns} FROM {table} WHERE {ONLY.get(table, 'true')}"
        rows = warehouse.execute(query).fetchall()
        width = len(keys.split(", "))
        ours, theirs = EXPECTED[table](inputs, found), {r[:width]: r[width:] for r in rows}
        if len(theirs) != len(rows):
            differences.append(f"{table}: {len(rows) - len(theirs)} rows twice")
        if table in ("fct_pool_balance", "fct_partner_reconciliation"):
            # A funder before it pays in, a body in a year in which nobody names it: a row of
            # nothing, or no row, says the same.
            ours, theirs = ({k: v for k, v in t.items() if any(v)} for t in (ours, theirs))
        names = columns.split(", ")
        for key in sorted(ours.keys() | theirs.keys(), key=repr):
            mine, other = ours.get(key), theirs.get(key)
            if mine is None or other is None:
                differences.append(f"{table} {key}: warehouse {other}, oracle {mine}")
            elif mine != other:
                cells = zip(names, other, mine, strict=True)
                what = ", ".join(f"{n} {t} not {o}" for n, t, o in cells if t != o)
                differences.append(f"{table} {key}: {what}")
    return differences


def _place_spend(inputs: Inputs, found: Count) -> Table:
    index = indices(inputs)
    return {
        key: (
            a.lines, a.gross, a.eliminated, a.net, a.in_scope_net, a.net - a.in_scope_net,
            a.credits, a.review, deflated(inputs, index, key[0], a), a.price_basis, a.vat_basis,
        )
        for key, a in found.place_spend.items()
    }  # fmt: skip


def _transfers(_: Inputs, found: Count) -> Table:
    """Between bodies of the place, whose money alone is eliminated."""
    return {
        key: (
            p.status, p.payer_pence if p.payer_reported else None,
            p.payee_pence if p.payee_reported else None, p.agreed, p.timing, p.eliminated,
            p.possible_double_count, p.payer_return_pence if p.payer_return else None, p.in_spend,
            len(p.paid),
        )
        for key, p in found.transfers.items()
        if p.payer_in_group and p.payee_in_group
    }  # fmt: skip


def _outside_transfers(_: Inputs, found: Count) -> Table:
    """With a public body outside the place; a figure of elimination would have no column there."""
    outside = {
        key: p for key, p in found.transfers.items() if not (p.payer_in_group and p.payee_in_group)
    }
    assert not any(p.eliminated or p.possible_double_count for p in outside.values())
    return {
        key: (
            p.status, p.payer_pence if p.payer_reported else None,
            p.payee_pence if p.payee_reported else None, p.agreed,
            p.payer_return_pence if p.payer_return else None, p.in_spend, len(p.paid),
        )
        for key, p in outside.items()
    }  # fmt: skip


def _pools(_: Inputs, found: Count) -> Table:
    return {
        key: (b.contributed_in_year, b.spent_in_year, b.carried_forward)
        for key, b in found.pools.items()
    }


def _bodies(_: Inputs, found: Count) -> Table:
    return {
        key: (
            b.has_source_rows, b.has_spend, b.spend, b.off_ledger, b.pool_change, b.own,
            b.outside, b.received, b.unmatched_to_it, b.shortfall, b.unexplained,
        )
        for key, b in found.bodies.items()
    }  # fmt: skip


def _place(inputs: Inputs, found: Count) -> Table:
    """Also where every pound submitted went: four sums that add up to the gross."""
    where: Counter[tuple[str, str]] = Counter()
    for cell, a in found.cells.items():
        known = "unclassified" if cell.theme == "unclassified" else "classified"
        where[cell.year, "gross"] += a.gross
        where[cell.year, "eliminated"] += a.eliminated
        where[cell.year, known] += a.in_scope_net
        where[cell.year, "out"] += a.net - a.in_scope_net
    sums = ("gross", "eliminated", "classified", "unclassified", "out")
    return {
        (year,): (
            p.status, p.final_spend,
            # Without a source view there is nothing to hold beside the final spend.
            *((None,) * 6 if p.status == "no_source_data" else _second_view(p)),
            p.possible_double_count, *(where[year, name] for name in sums),
        )
        for year, p in found.place.items()
    }  # fmt: skip


def _second_view(p: PlaceYear) -> Record:
    return p.source, p.difference, p.pool_change, p.in_transit, p.one_sided, p.unexplained


def _flows(_: Inputs, found: Count) -> Table:
    return {
        tuple(key): (sides.payer, sides.payee, sides.amount)
        for key, sides in found.flows.items()
        if key.stage != "source"
    }


def _sources(_: Inputs, found: Count) -> Table:
    return {
        (key.year, key.theme, key.form, key.agreement, key.payer, key.payee): (
            sides.payer, sides.payee, sides.amount,
        )
        for key, sides in found.flows.items()
        if key.stage == "source"
    }  # fmt: skip


def _trend(_: Inputs, found: Count) -> Table:
    return {
        key: (t.cash, t.real, t.change, t.reason, t.total.price_basis, t.total.vat_basis)
        for key, t in found.trend.items()
    }


def _first_figures(inputs: Inputs, found: Count) -> Table:
    """On what base each measure of the place is: of the cells that give it money, or could."""
    group = {str(p["partner_id"]) for p in inputs["partners"] if p["in_place"]}
    expected: Table = {}
    for year in found.place:
        totals = {name: Amounts() for name in MEASURES}
        for cell, amounts in found.cells.items():
            for name, belongs in MEASURES.items():
                if cell.year == year and belongs(cell, amounts, group):
                    totals[name].add(amounts)
        for name, total in totals.items():
            expected[year, name] = (
                (total.price_basis, total.vat_basis) if total.lines else (None, None)
            )
    return expected


MEASURES: dict[str, Callable[[Cell, Amounts, set[str]], bool]] = {
    "gross": lambda _cell, _amounts, _group: True,
    "eliminated": lambda _cell, amounts, _group: amounts.eliminated != 0,
    "out_of_scope": lambda _cell, amounts, _group: amounts.net != amounts.in_scope_net,
    "in_scope_net": lambda cell, _amounts, _group: cell.scope == "in_scope",
    "possible_double_count": lambda cell, _amounts, group: (
        cell.body in group and cell.scope != "income"
    ),
}
EXPECTED: dict[str, Callable[[Inputs, Count], Table]] = {
    "fct_place_spend": _place_spend,
    "fct_transfer_match": _transfers,
    "fct_outside_transfer": _outside_transfers,
    "fct_pool_balance": _pools,
    "fct_partner_reconciliation": _bodies,
    "fct_place_reconciliation": _place,
    "fct_funding_flow": _flows,
    "fct_funding_source": _sources,
    "fct_place_trend": _trend,
    "fct_headline": _first_figures,
    "fct_place_completeness": completeness,
    "fct_partner_scorecard": scorecard,
}
