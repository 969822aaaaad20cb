"""The analyst's door: exact figures, and errors that say what there is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from orchestration import analyst
from orchestration.publish import ReleaseError
from tests.unit.release_world import (
    build,
    publish_in,
)


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


def test_an_analyst_is_told_what_there_is(home: Path) -> None:
    with pytest.raises(ReleaseError, match=r"nothing has been published in .* totalplace run"):
        analyst.load("current", "dim_partner", home=home)

    release_id = publish_in(home).release_id

    with pytest.raises(ReleaseError, match=f"no release 'last'; releases are: {release_id}, cur"):
        analyst.load("last", "dim_partner", home=home)
    with pytest.raises(ReleaseError, match="tables are: dim_partner, fct_place_spend, fct_spend_"):
        analyst.load("current", "spend", home=home)
    assert analyst.releases(home=home)["release_id"].tolist() == [release_id]
