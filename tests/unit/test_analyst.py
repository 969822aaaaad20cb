"""The analyst's door: exact figures, and errors that say what there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from orchestration import analyst
from orchestration.publish import ReleaseError
from orchestration.publish.lineage import Recipe
from tests.unit.release_world import INPUTS, TRACES, build, publish_in

pytestmark = pytest.mark.long


@pytest.fixture
def home(tmp_path: Path) -> Path:
    build(tmp_path / "build.duckdb")
    return tmp_path


def test_an_analyst_loads_exact_pence(home: Path) -> None:
    publish_in(home)

    frame = analyst.load("current", "fct_spend_line", home=home)

    assert str(frame["amount_pence"].dtype) == "Int64"
    assert frame["amount_pence"].sum() == 9_007_199_254_753_293  # a float cannot hold this
    assert str(frame["line_date"].dtype).startswith("datetime64")
    assert str(frame["is_synthetic"].dtype) == "boolean"
    assert frame["supplier_name"].isna().tolist() == [False, True, False]


def test_an_analyst_loads_by_id_and_by_path(home: Path) -> None:
    outcome = publish_in(home)
    assert outcome.release_id is not None
    assert outcome.path is not None

    by_id = analyst.load(outcome.release_id, "dim_partner", home=home)
    by_path = analyst.load(outcome.path, "dim_partner")

    pd.testing.assert_frame_equal(by_id, by_path)
    assert str(by_id["share"].dtype) == "decimal128(9, 8)[pyarrow]"


@pytest.fixture
def parquet(home: Path) -> Path:
    """A table with a column of each kind, and a row where money, pounds and day are empty."""
    with duckdb.connect(str(home / "build.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE v_cost AS SELECT * FROM (VALUES (9_007_199_254_740_993, "
            "90071992547409.93::DECIMAL(18, 2), DATE '2024-05-01', 0.1::DECIMAL(9, 8), 'a'), "
            "(NULL, NULL, NULL, NULL, 'b')) AS v (cost_pence, price_pounds, line_date, share, cell)"
        )
    pounds = Recipe(figures=("price_pounds", "cost_pence"), taken_from="a made-up table")
    path = publish_in(home, replace(INPUTS, traces=TRACES | {"v_cost": (pounds,)})).path
    assert path is not None
    return path / "parquet" / "v_cost.parquet"


# What docs/analysing.md says that each tool shows of pence, pounds, a date and a share.
COLUMNS = ["cost_pence", "price_pounds", "line_date", "share"]
EXACT = [9_007_199_254_740_993, Decimal("90071992547409.93"), Decimal("0.10000000")]


def kinds(frame: pd.DataFrame) -> list[str]:
    return [str(frame[column].dtype) for column in COLUMNS]


def test_load_keeps_money_exact_also_where_a_cell_is_empty(parquet: Path) -> None:
    frame = analyst.load(parquet.parent.parent, "v_cost")

    assert kinds(frame) == [
        "Int64", "decimal128(18, 2)[pyarrow]", "datetime64[s]", "decimal128(9, 8)[pyarrow]"
    ]  # fmt: skip
    assert frame[["cost_pence", "price_pounds", "share"]].iloc[0].tolist() == EXACT
    assert frame.iloc[1].isna()[COLUMNS].all()
    assert frame["price_pounds"].sum() == EXACT[1]
    assert frame.groupby("line_date")["price_pounds"].sum().tolist() == [EXACT[1]]


def test_pandas_own_reader_is_exact_with_arrow_types(parquet: Path) -> None:
    frame = pd.read_parquet(parquet, dtype_backend="pyarrow")

    assert kinds(frame) == [
        "int64[pyarrow]", "decimal128(18, 2)[pyarrow]", "date32[day][pyarrow]",
        "decimal128(9, 8)[pyarrow]",
    ]  # fmt: skip
    assert frame[["cost_pence", "price_pounds", "share"]].iloc[0].tolist() == EXACT


def test_pandas_own_reader_makes_a_float_of_pence_beside_an_empty_cell(parquet: Path) -> None:
    """Why the documentation says to name the types."""
    frame = pd.read_parquet(parquet)

    assert kinds(frame) == ["float64", "object", "object", "object"]
    assert int(frame["cost_pence"][0]) == 9_007_199_254_740_992


def test_duckdb_is_exact_but_by_its_way_to_pandas(parquet: Path) -> None:
    found = duckdb.read_parquet(str(parquet))

    assert [str(kind) for kind in found.dtypes][:4] == [
        "BIGINT", "DECIMAL(18,2)", "DATE", "DECIMAL(9,8)"
    ]  # fmt: skip
    pence, pounds, day, share, *_ = found.order("cost_pence").fetchall()[0]
    assert [pence, pounds, share] == EXACT
    assert day == date(2024, 5, 1)
    assert kinds(found.df())[:2] == ["Int64", "float64"]


def test_a_file_has_types_that_r_and_power_bi_know(parquet: Path) -> None:
    schema = pq.read_schema(parquet)

    assert [str(schema.field(column).type) for column in COLUMNS] == [
        "int64", "decimal128(18, 2)", "date32[day]", "decimal128(9, 8)"
    ]  # fmt: skip


def test_an_analyst_is_told_what_there_is(home: Path) -> None:
    with pytest.raises(ReleaseError, match=r"nothing has been published in .* totalplace run"):
        analyst.load("current", "dim_partner", home=home)

    release_id = publish_in(home).release_id

    with pytest.raises(ReleaseError, match=f"no release 'last'; releases are: {release_id}, cur"):
        analyst.load("last", "dim_partner", home=home)
    with pytest.raises(ReleaseError, match="tables are: dim_partner, fct_place_spend, fct_spend_"):
        analyst.load("current", "spend", home=home)
    assert analyst.releases(home=home)["release_id"].tolist() == [release_id]
