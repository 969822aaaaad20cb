"""Two independent counts of generated places: the models and the plain-Python oracle.

They agree to the penny, and whichever rule is broken in the models, they no longer do.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.oracle.access import Table
from tests.oracle.access_compare import COLUMNS, differences, expected
from tests.oracle.access_worlds import make
from tests.warehouse.access_mutations import MUTATIONS
from tests.warehouse.compiled import Change, Compiled, seeds


class Told(NamedTuple):
    """A written world and the oracle's tables of it."""

    home: Path
    tables: dict[str, Table]


def tell(seed: int, home: Path) -> Told:
    """The world of a seed, counted by the oracle and written for the models."""
    world = make(seed, home)
    world.write()
    return Told(home, expected(world.inputs, world.lines))


@pytest.mark.parametrize("seed", seeds(12, sweep=150))
def test_models_and_oracle_agree(compiled: Compiled, seed: int, tmp_path: Path) -> None:
    told = tell(seed, tmp_path)
    assert differences(told.tables, compiled.over(told.home, COLUMNS)) == []


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    """A few worlds to try broken models on."""
    return [tell(seed, tmp_path_factory.mktemp("world")) for seed in range(12)]


@pytest.mark.parametrize("change", MUTATIONS, ids=lambda c: f"{c.model}: {c.breaks}")
def test_a_broken_rule_is_noticed(compiled: Compiled, few: list[Told], change: Change) -> None:
    assert change.fragment in compiled.sql(change.model), "the fragment is gone: mend the mutation"
    tables = {t: c for t, c in COLUMNS.items() if change.model in compiled.order([t])}
    for told in few:
        mine = {t: told.tables[t] for t in tables}
        if differences(mine, compiled.over(told.home, tables, change)):
            return
    pytest.fail(f"nobody notices that {change.breaks} is broken")
