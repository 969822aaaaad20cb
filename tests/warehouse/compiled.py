"""The dbt models without dbt: compiled once, then run over any number of worlds in memory.

dbt writes each model's SQL with the place of its sources filled in. Here that SQL runs in the
order of its dependencies in a database of its own per world, so that a world takes half a second
and not half a minute; for a broken model only what is made from it is made again. What dbt does
around the SQL (contracts, tests) is left to ``dbt build``.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, Generic, TypeVar

import duckdb
import pyarrow as pa
import pytest

from orchestration.sql import ParsedOnce
from tests.shared import made_once
from tests.warehouse.invariants.mutants import Mutant
from tests.warehouse.world import PROJECT, World

DATABASE = "build"
Made = TypeVar("Made")
MANIFEST = "warehouse/dbt/by-hand/manifest.json"


def seeds(few: int, *, sweep: int) -> list[int]:
    """The seeds of made-up worlds to try: a few in every run, and many more in `make sweep`."""
    more = range(1000, 1000 + sweep) if "TOTALPLACE_SWEEP" in os.environ else ()
    return [*range(few), *more]


@dataclass
class Compiled:
    """The compiled project, and the folder it was compiled in."""

    home: Path

    @classmethod
    def once(cls, factory: pytest.TempPathFactory) -> Compiled:
        """The project, compiled once for all workers of a test run."""
        return cls(made_once(factory, "compiled", _compile))

    @cached_property
    def nodes(self) -> dict[str, Any]:
        """The project's models and seeds by name."""
        manifest = json.loads((self.home / MANIFEST).read_text("utf-8"))
        return {
            node["name"]: node
            for node in manifest["nodes"].values()
            if node["resource_type"] in ("model", "seed")
        }

    def above(self, name: str) -> set[str]:
        """What a model is made from, without the sources."""
        above = self.nodes[name].get("depends_on", {}).get("nodes", [])
        return {n.split(".")[2] for n in above if not n.startswith("source.")}

    def order(self, wanted: Iterable[str]) -> list[str]:
        """The wanted models and all they are made from, those first."""
        graph: dict[str, set[str]] = {}
        queue = list(wanted)
        while queue:
            name = queue.pop()
            if name not in graph:
                graph[name] = self.above(name)
                queue += graph[name]
        return list(TopologicalSorter(graph).static_order())

    def run(self, world: World, wanted: Iterable[str]) -> duckdb.DuckDBPyConnection:
        """Write the world and run over it what the wanted models need."""
        world.write()
        return self.over(world.home, wanted)

    def asked(self, world: World) -> Asked:
        """Write the world, to be asked: only what a question names is made."""
        world.write()
        return Asked(self, world.home)

    @cached_property
    def seeds(self) -> dict[str, pa.Table]:
        """The project's seeds, read once for all worlds."""
        with duckdb.connect() as connection:
            return {
                name: connection.sql(_seed(node)).to_arrow_table()
                for name, node in self.nodes.items()
                if node["resource_type"] == "seed"
            }

    def over(self, home: Path, wanted: Iterable[str]) -> duckdb.DuckDBPyConnection:
        """Run over a world that is written what the wanted models need."""
        return Built(self, home).having(wanted)


class Built:
    """The models' tables over one world that is written, each made when it is first needed."""

    def __init__(self, compiled: Compiled, home: Path) -> None:
        self._compiled, self._made = compiled, set[str]()
        self._connection = duckdb.connect(config={"threads": 1})
        self._connection.execute(f"ATTACH ':memory:' AS {DATABASE}")
        World(home).make_sources(self._connection, DATABASE)
        self._connection.execute(f"USE {DATABASE}")

    def having(self, wanted: Iterable[str]) -> duckdb.DuckDBPyConnection:
        """The connection, with the wanted models and all they are made from."""
        for name in self._compiled.order(wanted):
            if name not in self._made:
                self._make(name)
                self._made.add(name)
        return self._connection

    @contextmanager
    def broken(self, mutant: Mutant, wanted: Sequence[str]) -> Iterator[duckdb.DuckDBPyConnection]:
        """The same while a mutant stands in the place of its model: what is made from that model
        is made again, and put back afterwards."""
        nodes, changed = self._compiled.nodes, {mutant.model}
        if mutant.model not in nodes:
            raise AssertionError(f"there is no model {mutant.model}: mend the mutant")
        connection = self.having(wanted)
        connection.begin()
        try:
            for name in self._compiled.order(wanted):
                if name == mutant.model:
                    self._make(name, mutant.query.format(model=nodes[name]["relation_name"]))
                elif changed & self._compiled.above(name):
                    changed.add(name)
                    self._make(name)
            yield connection
        finally:
            connection.rollback()

    def _make(self, name: str, query: str = "") -> None:
        """Makes the table of a model anew; dbt has put the SQL of an ephemeral one into others."""
        node = self._compiled.nodes[name]
        if node["resource_type"] == "seed":
            seed = self._compiled.seeds[name]  # which the query names
            self._connection.register("seed", seed)
            query = query or "FROM seed"
        elif node["config"]["materialized"] == "ephemeral":
            return
        query = query or str(node["compiled_code"])
        statement = f"CREATE OR REPLACE TABLE {node['relation_name']} AS {query}"
        ParsedOnce(self._connection).execute(statement).fetchall()


class Asked:
    """The models' tables over one world that is written, of which only those are made that a
    question names, with all they are made from."""

    def __init__(self, compiled: Compiled, home: Path) -> None:
        self._nodes, self._built = compiled.nodes, Built(compiled, home)

    def execute(self, query: str) -> duckdb.DuckDBPyConnection:
        """The answer to a question."""
        named = set(re.findall(r"\w+", query)) & self._nodes.keys()
        return self._built.having(sorted(named)).execute(query)


class Few(Generic[Made]):
    """A few worlds to try broken models on, each made when one first comes to it.

    ``make`` writes the world of a seed; it gives the world's folder and what is known of it. The
    worlds in which most broken models were noticed so far are tried first: most tries are spared.
    """

    def __init__(
        self, compiled: Compiled, seeds: Iterable[int], make: Callable[[int], tuple[Path, Made]]
    ) -> None:
        self._compiled, self._make = compiled, make
        self._noticed = Counter(dict.fromkeys(seeds, 0))
        self._worlds: dict[int, tuple[Made, Built]] = {}

    def world(self, seed: int) -> tuple[Made, Built]:
        """What is known of the world of a seed, and its tables, none of which is broken."""
        if seed in self._worlds:
            return self._worlds[seed]
        home, made = self._make(seed)
        world = made, Built(self._compiled, home)
        if seed in self._noticed:
            self._worlds[seed] = world
        return world

    def broken(
        self, mutant: Mutant, wanted: Sequence[str]
    ) -> Iterator[tuple[Made, duckdb.DuckDBPyConnection]]:
        """World by world, what is known of it, and its tables while a model is broken. Whoever
        notices asks for no other world."""
        for seed, _ in self._noticed.most_common():
            made, built = self.world(seed)
            with built.broken(mutant, wanted) as connection:
                try:
                    yield made, connection
                except GeneratorExit:
                    self._noticed[seed] += 1
                    raise


def _compile(home: Path) -> None:
    World(home).dbt("compile", "--select", "resource_type:model")


def _seed(node: dict[str, Any]) -> str:
    types = node["config"]["column_types"]
    path = PROJECT / node["original_file_path"]
    return f"SELECT * FROM read_csv('{path}', header = true, types = {types})"
