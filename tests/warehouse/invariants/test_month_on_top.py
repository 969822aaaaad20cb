"""Releases made one on top of the other hold, byte for byte, what a build of everything holds.

A history is a few random deliveries, corrections, withdrawals, and changes of a contract and of the
place. After each of them the long tables are published twice: on top of the release before, and
from nothing. A key of a part that leaves out what it is made from makes them differ.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import duckdb
import pytest

from orchestration.contracts.periods import financial_year
from orchestration.hashing import sha256_text
from orchestration.publish.audit import AuditFinding
from orchestration.publish.candidate import build_candidate
from orchestration.publish.manifest import ReleaseInputs
from orchestration.publish.parts import SORTED_BY, kept_parts
from orchestration.publish.release import publish
from orchestration.sql import Memory
from orchestration.warehouse.inputs import with_readings
from orchestration.warehouse.readings import KINDS, keep_readings, kept_readings
from tests.warehouse.compiled import Built, Compiled, seeds
from tests.warehouse.invariants.mutants import Mutant
from tests.warehouse.shapes import INPUTS
from tests.warehouse.world import Row, World

TABLES = (*SORTED_BY, "fct_spend_cell", "fct_place_spend", "fct_classification_rule", "dim_partner")
BODIES = ("alder", "birch")
MONTHS = ("2008-05", "2008-06", "2009-05")
Everything = dict[tuple[int, int], tuple[dict[str, bytes], list[tuple[object, ...]]]]
PASSED = [AuditFinding("audit", "passed", "info", "Not asked here.")]


@dataclass
class History:
    """What has been delivered so far, and what contracts and place say now."""

    chance: random.Random
    deliveries: list[tuple[str, str, list[Row]]] = field(default_factory=list)
    withdrawn: set[int] = field(default_factory=set)
    share: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(BODIES, Decimal(1)))
    names: list[str] = field(default_factory=list)

    def steps(self) -> Iterator[str]:
        """Lets one thing happen at a time, and says what."""
        for body in BODIES:
            self._deliver(body, MONTHS[0])
        yield "two months"
        for what in self.chance.sample([*self._EVENTS], len(self._EVENTS)):
            self._EVENTS[what](self)
            yield what

    def _deliver(self, body: str, month: str) -> None:
        lines: list[Row] = [
            {
                "amount_pence": self.chance.choice([100, -35, 7, 12_345]),
                "account": self.chance.choice(["Drug treatment", "Library", "Stationery"]),
                "department": self.chance.choice(["Adults", "Roads"]),
                "supplier_name": self.chance.choice(["Mere Trust", "Turning Point Ltd", None]),
                "line_date": date(int(month[:4]), int(month[5:]), self.chance.randint(1, 28)),
            }
            for _ in range(self.chance.randint(1, 5))
        ]
        same = {n for n, (b, m, _) in enumerate(self.deliveries) if (b, m) == (body, month)}
        self.withdrawn |= same
        self.deliveries.append((body, month, lines))

    def _new_month(self) -> None:
        self._deliver(self.chance.choice(BODIES), self.chance.choice(MONTHS[1:]))

    def _correction(self) -> None:
        self._deliver(self.chance.choice(BODIES), MONTHS[0])

    def _withdrawal(self) -> None:
        self.withdrawn.add(self.chance.randrange(len(self.deliveries)))

    def _contract(self) -> None:
        self.share[self.chance.choice(BODIES)] = Decimal(self.chance.choice(["0.5", "0.33333333"]))

    def _place(self) -> None:
        self.names.append("Mere Trust")

    _EVENTS: ClassVar[dict[str, Callable[[History], None]]] = {
        "a month": _new_month,
        "a correction": _correction,
        "a withdrawal": _withdrawal,
        "another contract": _contract,
        "another place": _place,
        "one more month": _new_month,
    }

    def world(self, home: Path, published: Path | None) -> World:
        """The history as the build reads it, on top of what is published."""
        world = World(home)
        for body in BODIES:
            world.partner(body)
            world.inputs["code_map"].append(
                {
                    "partner_id": body, "rule_id": f"{body}-DA", "theme": "drug_alcohol",
                    "share": self.share[body], "grade": "sure", "account": "Drug treatment",
                    "source": "The body's own statement",
                }
            )  # fmt: skip
        for name in self.names:
            world.organisation("mere_trust", name=name, in_group=True)
        sources: list[tuple[str, str, str, str]] = []
        for number, (body, month, lines) in enumerate(self.deliveries):
            counts = number not in self.withdrawn
            submission = world.submit(body, month, lines, in_force=counts)
            read = repr((world.inputs["submissions"][-1], lines, self.share[body], self.names))
            year = financial_year(date.fromisoformat(f"{month}-01"))
            sources += [(submission, sha256_text(read), body, year)] if counts else []
        readings = home.parent.parent / "read"
        if published:
            readings.mkdir(exist_ok=True)
            (home / "warehouse").mkdir(parents=True)
            (home / "warehouse" / "read").symlink_to(readings)
        whole = [key for key, kept in kept_readings(readings).items() if kept.is_whole]
        world.inputs["line_sources"] = [
            dict(zip(INPUTS["line_sources"], row, strict=True))
            for row in with_readings(sources, whole if published else [])
        ]
        kept, problems = kept_parts(published) if published else ([], [])
        assert problems == []
        names = ("release_id", "body_id", "financial_year", "part_key")
        world.inputs["kept_parts"] = [dict(zip(names, row, strict=True)) for row in kept]
        return world


def released(compiled: Compiled, world: World, published: Path, mutant: Mutant | None) -> Path:
    """The folder of the release that the world comes to."""
    wanted = (*TABLES, "int_spend_part_keys", *KINDS)
    build = world.home / "build.duckdb"
    world.write()
    built = Built(compiled, world.home)
    # A mutant stands in a transaction, which may write to no second database.
    with built.broken(mutant, wanted) if mutant else nullcontext(built.having(wanted)) as tables:
        for table in wanted:
            tables.execute(f"COPY {table} TO '{world.home / table}.parquet'")
    with duckdb.connect(str(build)) as connection:
        for table in wanted:
            connection.execute(f"CREATE TABLE {table} AS FROM '{world.home / table}.parquet'")
    room = world.home / "warehouse"
    keep_readings(build, room / "inputs", room / "read", Memory("500MB", world.home / "spill"))
    inputs = ReleaseInputs((), "rules-1")
    return publish(build_candidate(build, published, TABLES, inputs), PASSED).path


def parquet(release: Path) -> dict[str, bytes]:
    folder = release / "parquet"
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*.parquet")}


def rows(release: Path) -> list[tuple[object, ...]]:
    """What the DuckDB file holds of the long tables, beside the id of the release."""
    with duckdb.connect(str(release / "totalplace.duckdb"), read_only=True) as connection:
        return [
            row
            for table in SORTED_BY
            for row in connection.execute(
                f"SELECT * EXCLUDE (release_id) FROM {table} ORDER BY ALL"
            ).fetchall()
        ]


@pytest.fixture(scope="module")
def everything() -> Everything:
    """What releases of everything hold, by the seed of a history and the number of the step."""
    return {}


def compared(
    compiled: Compiled, home: Path, seed: int, everything: Everything, mutant: Mutant | None = None
) -> Iterator[tuple[str, bool, int]]:
    """Step by step of a history: what happens, whether the two releases differ after it, and how
    many parts the one on top took over."""
    history = History(random.Random(seed))
    for number, what in enumerate(history.steps()):
        folder = home / str(number)
        top = history.world(folder / "top", home / "published")
        on_top = released(compiled, top, home / "published", mutant)
        if (seed, number) not in everything:
            world = history.world(folder / "whole", None)
            whole = released(compiled, world, folder / "published", None)
            everything[seed, number] = parquet(whole), rows(whole)
        differs = (parquet(on_top), rows(on_top)) != everything[seed, number]
        yield what, differs, len(top.inputs["kept_parts"])


@pytest.mark.parametrize("seed", seeds(2, sweep=30))
def test_a_month_on_top_is_what_a_whole_build_makes(
    compiled: Compiled, tmp_path: Path, seed: int, everything: Everything
) -> None:
    steps = list(compared(compiled, tmp_path, seed, everything))
    assert [what for what, differs, _ in steps if differs] == []
    assert sum(kept for _, _, kept in steps) > 0


BROKEN = Mutant(
    "a key of the submissions alone",
    "int_spend_part_keys",
    """
    WITH keyed AS (
        SELECT partner_id, financial_year,
            string_agg(DISTINCT submission_id, ';' ORDER BY submission_id) AS part_key
        FROM build.main.int_spend_lines GROUP BY ALL
    )
    SELECT keyed.*, kept.release_id AS kept_in, kept.release_id IS NOT NULL AS is_kept
    FROM keyed LEFT JOIN build.main.stg_kept_parts AS kept
        ON keyed.partner_id = kept.body_id AND keyed.financial_year = kept.financial_year
        AND keyed.part_key = kept.part_key
    """,
)


def test_a_key_without_the_contract_is_noticed(
    compiled: Compiled, tmp_path: Path, everything: Everything
) -> None:
    steps = compared(compiled, tmp_path, 0, everything, BROKEN)
    assert any(what == "another contract" and differs for what, differs, _ in steps)
