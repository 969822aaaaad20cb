"""Two independent counts of generated places: the dbt models and the plain-Python oracle.

They agree to the penny, and whichever rule of the count is broken in the models, they no longer do.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from tests.warehouse.compiled import Compiled, Few, seeds
from tests.warehouse.invariants.mutants import COUNT, Mutant
from tests.warehouse.invariants.oracle.compare import COLUMNS, differences
from tests.warehouse.invariants.oracle.compare_streams import STREAMED, stream_differences
from tests.warehouse.invariants.oracle.count import Count, count
from tests.warehouse.invariants.oracle.worlds import make
from tests.warehouse.world import World

# What holds of every place whatever was submitted: a query that finds where it does not.
NEVER = {
    "every pound of the lines is in the place's spend": """
        SELECT * FROM (SELECT sum(gross_pence) AS spend FROM fct_place_spend),
            (SELECT sum(amount_pence) AS lines FROM fct_spend_line)
        WHERE spend IS DISTINCT FROM lines""",
    "drug and alcohol spend is its part of the place's": """
        SELECT * FROM (
            SELECT financial_year, body_id, scope, service_code, sum(gross_pence) AS gross,
                sum(eliminated_pence) AS eliminated, sum(in_scope_net_pence) AS net
            FROM fct_place_spend
            WHERE theme = 'drug_alcohol' AND scope IN ('in_scope', 'outside_place') GROUP BY ALL
        ) AS place FULL JOIN (
            SELECT financial_year, body_id, scope, service_code, sum(gross_pence) AS gross,
                sum(eliminated_pence) AS eliminated, sum(in_scope_net_pence) AS net
            FROM fct_drug_alcohol_spend GROUP BY ALL
        ) AS theme USING (financial_year, body_id, scope, service_code)
        WHERE (place.gross, place.eliminated, place.net)
            IS DISTINCT FROM (theme.gross, theme.eliminated, theme.net)""",
    "the streams that fund a service add up to it": """
        SELECT * FROM fct_drug_alcohol_spend
        WHERE in_scope_net_pence IS DISTINCT FROM
            in_scope_net_by_ptb_pence + in_scope_net_by_s256_pence + in_scope_net_by_s75_pence
            + in_scope_net_by_grant_pence + in_scope_net_by_recharge_pence
            + in_scope_net_by_own_pence + in_scope_net_by_unknown_pence""",
    "a service of the place is its bodies' spend where every body is complete, else not stated": """
        SELECT h.* FROM fct_headline AS h
        LEFT JOIN (
            SELECT financial_year, theme || '_spend' AS headline, sum(in_scope_net_pence) AS pence
            FROM fct_place_spend WHERE scope = 'in_scope' GROUP BY ALL
        ) AS p USING (financial_year, headline)
        LEFT JOIN fct_place_completeness AS c USING (financial_year)
        WHERE h.body_id = 'place' AND h.headline IN ('drug_alcohol_spend', 'public_access_spend')
            AND h.pence IS DISTINCT FROM CASE
                WHEN c.is_complete AND h.status <> 'not_observable' THEN coalesce(p.pence, 0)
            END""",
    "whose money it was adds up to a body's drug and alcohol spend": """
        SELECT * FROM (
            SELECT financial_year, body_id, sum(in_scope_net_pounds) AS pounds
            FROM v_drug_alcohol_stream GROUP BY ALL
        ) FULL JOIN (
            SELECT financial_year, body_id, sum(in_scope_net_pence) AS pence
            FROM fct_place_spend
            WHERE theme = 'drug_alcohol' AND scope = 'in_scope' GROUP BY ALL
        ) USING (financial_year, body_id)
        WHERE coalesce(pounds * 100, 0) <> coalesce(pence, 0)""",
    "a reported flow has an amount": """
        SELECT amount_pence FROM fct_funding_flow WHERE amount_pence IS NULL
        UNION ALL SELECT amount_pence FROM fct_funding_source WHERE amount_pence IS NULL""",
}
MARTS = [
    *COLUMNS,
    *("fct_spend_line", "fct_drug_alcohol_spend", "fct_public_access_spend"),
    *("fct_headline", "v_drug_alcohol_stream"),
]


class Counted(NamedTuple):
    """A written world and the oracle's count of it."""

    world: World
    found: Count


def counted(seed: int, home: Path) -> Counted:
    """The world of a seed, counted by the oracle and written for the models."""
    world = make(seed, home)
    world.write()
    return Counted(world, count(world.inputs, world.lines))


def disagreements(made: Counted, warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    """Where the models and the oracle differ, and what never holds but does."""
    broken = [
        f"not so: {what}: {found}"
        for what, query in NEVER.items()
        if (found := warehouse.execute(query).fetchall())
    ]
    found = differences(made.world.inputs, made.found, warehouse)
    return found + stream_differences(made.found, warehouse) + broken


@pytest.fixture(scope="module")
def few(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> Few[Counted]:
    """Worlds, and a few of them to try broken models on."""

    def make(seed: int) -> tuple[Path, Counted]:
        made = counted(seed, tmp_path_factory.mktemp("world"))
        return made.world.home, made

    return Few(compiled, range(12), make)


@pytest.mark.parametrize("seed", seeds(25, sweep=200))
def test_models_and_oracle_agree(few: Few[Counted], seed: int) -> None:
    made, built = few.world(seed)
    assert disagreements(made, built.having(MARTS)) == []


@pytest.mark.parametrize("mutant", COUNT, ids=lambda m: m.rule)
def test_a_broken_rule_is_noticed(few: Few[Counted], mutant: Mutant) -> None:
    for made, warehouse in few.broken(mutant, [*COLUMNS, STREAMED]):
        if differences(made.world.inputs, made.found, warehouse):
            return
        if stream_differences(made.found, warehouse):
            return
    pytest.fail(f"the second count does not notice that this is broken: {mutant.rule}")
