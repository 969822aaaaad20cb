"""The dbt models without dbt: compiled once, then run over any number of worlds in memory.

dbt writes each model's SQL with the place of its sources filled in. Here that SQL runs in the
order of its dependencies in a database of its own per world, so that a world takes a second and
not half a minute. What dbt does around the SQL (contracts, tests) is left to ``dbt build``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from tests.warehouse.invariants.mutants import Mutant
from tests.warehouse.world import PROJECT, World

DATABASE = "compiled"


def seeds(few: int, *, sweep: int) -> list[int]:
    """The seeds of made-up worlds to try: a few in every run, and many more in `make sweep`."""
    more = range(1000, 1000 + sweep) if "TOTALPLACE_SWEEP" in os.environ else ()
    return [*range(few), *more]


@dataclass
class Compiled:
    """The compiled project, and the folder it was compiled in."""

    home: Path

    @classmethod
    def at(cls, home: Path) -> Compiled:
        """Compile the project in this folder."""
        completed = subprocess.run(
            [
                sys.executable, "-m", "dbt.cli.main", "compile",
                "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
                "--target-path", str(home / "target"), "--log-path", str(home / "logs"),
            ],
            env={**os.environ, **_database(World(home))},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if completed.returncode:
            raise AssertionError(f"dbt compile failed:\n{completed.stdout}\n{completed.stderr}")
        return cls(home)

    @cached_property
    def nodes(self) -> dict[str, Any]:
        """The project's models and seeds by name."""
        manifest = json.loads((self.home / "target/manifest.json").read_text("utf-8"))
        return {
            node["name"]: node
            for node in manifest["nodes"].values()
            if node["resource_type"] in ("model", "seed")
        }

    def order(self, wanted: Iterable[str]) -> list[str]:
        """The wanted models and all they are made from, those first."""
        graph: dict[str, set[str]] = {}
        queue = list(wanted)
        while queue:
            name = queue.pop()
            if name not in graph:
                above = self.nodes[name].get("depends_on", {}).get("nodes", [])
                graph[name] = {n.split(".")[2] for n in above if not n.startswith("source.")}
                queue += graph[name]
        return list(TopologicalSorter(graph).static_order())

    def run(
        self, world: World, wanted: Iterable[str], mutant: Mutant | None = None
    ) -> duckdb.DuckDBPyConnection:
        """Write the world and run over it what the wanted models need."""
        world.write()
        return self.over(world.home, wanted, mutant)

    def over(
        self, home: Path, wanted: Iterable[str], mutant: Mutant | None = None
    ) -> duckdb.DuckDBPyConnection:
        """Run over a world that is written; a mutant takes the place of its model."""
        order = self.order(wanted)
        if mutant and mutant.model not in self.nodes:
            raise AssertionError(f"there is no model {mutant.model}: mend the mutant")
        connection = duckdb.connect(config={"threads": 1})
        connection.execute(f"ATTACH ':memory:' AS {DATABASE}")
        World(home).make_sources(connection, DATABASE)
        for name in order:
            node = self.nodes[name]
            if node["resource_type"] == "seed":
                query = _seed(node)
            elif node["config"]["materialized"] == "ephemeral":
                continue  # dbt has put its SQL into those that use it
            else:
                query = str(node["compiled_code"])
            if mutant and mutant.model == name:
                connection.execute(f"CREATE TABLE {DATABASE}.main.true_model AS {query}")
                query = mutant.query.format(model=f"{DATABASE}.main.true_model")
            connection.execute(f"CREATE TABLE {node['relation_name']} AS {query}").fetchall()
        connection.execute(f"USE {DATABASE}")
        return connection


def _seed(node: dict[str, Any]) -> str:
    types = node["config"]["column_types"]
    path = PROJECT / node["original_file_path"]
    return f"SELECT * FROM read_csv('{path}', header = true, types = {types})"


def _database(world: World) -> dict[str, str]:
    """Where dbt finds a world; its database only lends its name."""
    path = world.home / f"{DATABASE}.duckdb"
    return {**world.environment(), "TOTALPLACE_DBT_DATABASE": str(path)}
