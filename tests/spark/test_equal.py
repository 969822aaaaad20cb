"""The same tables from both engines, row by row: the release that each run publishes says so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import CHECKOUT
from tests.journeys.program import Program

WHAT = ("samples", "extracts", "million")
# Of a release, and not of what it says.
NOT_COMPARED = ("release_id",)


@pytest.fixture(scope="module", params=WHAT)
def landing(request, tmp_path_factory):
    """The committed samples, the real extracts (if they are there), and a million made-up lines."""
    if request.param == "samples":
        return CHECKOUT / "data" / "samples"
    if request.param == "extracts":
        return request.getfixturevalue("extracts") / "landing"
    base = tmp_path_factory.mktemp("million")
    made = Program(base / "home", base)("sample", "--lines", 1_000_000, "--out", base / "landing")
    assert made.code == 0, made.err
    return base / "landing"


@pytest.fixture(scope="module")
def homes(landing, tmp_path_factory, cluster):
    """A home built by DuckDB, and a copy of it built again by Spark."""
    base = tmp_path_factory.mktemp("homes")
    ours = Program(base / "duckdb", landing, settings={"TOTALPLACE_QUIET_SECONDS": "0"})
    assert ours("run").code in (0, 3)
    shutil.copytree(ours.home, base / "spark", symlinks=True)
    shutil.rmtree(base / "spark" / "published")
    theirs = Program(base / "spark", landing, settings=cluster.environment)
    done = theirs("run", "--force")
    assert done.code in (0, 3), done.out + done.err
    return ours, theirs


def differing(a: Path, b: Path) -> dict[str, tuple[int, int]]:
    """By table of two releases, the rows that only the one and only the other has."""
    found = {}
    with duckdb.connect() as con:
        for alias, release in (("a", a), ("b", b)):
            con.execute(f"ATTACH '{next(release.glob('*.duckdb'))}' AS {alias} (READ_ONLY)")
        tables = con.execute(
            "SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() "
            "WHERE database_name = 'a' AND NOT internal GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        for table, columns in tables:
            kept = ", ".join(f'"{c}"' for c in columns if c not in NOT_COMPARED)
            one, other = (
                con.execute(
                    f"SELECT count(*) FROM (SELECT {kept} FROM {x}.{table} "
                    f"EXCEPT ALL SELECT {kept} FROM {y}.{table})"
                ).fetchone()[0]
                for x, y in (("a", "b"), ("b", "a"))
            )
            if one or other:
                found[table] = (one, other)
    assert tables
    return found


def test_every_row_of_every_published_table_is_the_same(homes):
    ours, theirs = homes
    assert differing(ours.current.resolve(), theirs.current.resolve()) == {}


def test_both_releases_promise_the_same_tables_and_columns(homes):
    ours, theirs = (
        json.loads((home.current / "manifest.json").read_text())["tables"] for home in homes
    )
    assert {t: of["columns"] for t, of in ours.items()} == {
        t: of["columns"] for t, of in theirs.items()
    }


def test_one_penny_in_one_row_is_noticed(homes, tmp_path):
    ours, _ = homes
    other = shutil.copytree(ours.current.resolve(), tmp_path / "other")
    with duckdb.connect(str(next(other.glob("*.duckdb")))) as con:
        con.execute(
            "UPDATE fct_place_spend SET net_pence = net_pence + 1 WHERE rowid = "
            "(SELECT max(rowid) FROM fct_place_spend)"
        )
    assert differing(ours.current.resolve(), other) == {"fct_place_spend": (1, 1)}
