"""Two independent readings of generated treatment returns: what may be shown of small counts.

The models and the plain-Python oracle agree on every cell, and whichever rule of disclosure is
broken in the models, they no longer do.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from tests.warehouse.compiled import Compiled, Few, seeds
from tests.warehouse.invariants.mutants import DISCLOSURE, Mutant
from tests.warehouse.invariants.oracle.treatment import COLUMNS, KEYS, Table, outcome_table
from tests.warehouse.invariants.oracle.treatment_worlds import make

TABLE = "fct_treatment_outcome"


class Shown(NamedTuple):
    """A written world and what the oracle shows of it."""

    home: Path
    table: Table


def shown(seed: int, home: Path) -> Shown:
    """The world of a seed, read by the oracle and written for the models."""
    world = make(seed, home)
    world.write()
    return Shown(home, outcome_table(world.inputs, world.lines))


def published(warehouse: duckdb.DuckDBPyConnection) -> Table:
    """The published table by its key; a key that occurs twice is no table."""
    rows = warehouse.execute(f"SELECT {KEYS}, {COLUMNS} FROM {TABLE}").fetchall()
    width = len(KEYS.split(", "))
    table = {row[:width]: row[width:] for row in rows}
    assert len(table) == len(rows)
    return table


@pytest.fixture(scope="module")
def few(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> Few[Shown]:
    """Worlds, and a few of them to try broken models on."""

    def make(seed: int) -> tuple[Path, Shown]:
        made = shown(seed, tmp_path_factory.mktemp("world"))
        return made.home, made

    return Few(compiled, range(12), make)


@pytest.mark.parametrize("seed", seeds(12, sweep=150))
def test_models_and_oracle_agree(few: Few[Shown], seed: int) -> None:
    made, built = few.world(seed)
    assert published(built.having([TABLE])) == made.table


@pytest.mark.parametrize("mutant", DISCLOSURE, ids=lambda m: m.rule)
def test_a_broken_rule_is_noticed(few: Few[Shown], mutant: Mutant) -> None:
    broken = few.broken(mutant, [TABLE])
    assert any(published(warehouse) != made.table for made, warehouse in broken), (
        f"the oracle does not notice that this is broken: {mutant.rule}"
    )
