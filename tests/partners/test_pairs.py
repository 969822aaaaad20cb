"""The same month as a workbook and as CSV: two doors, one set of canonical rows."""

import duckdb
import pytest

from orchestration.contracts.load import load_partners
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT

PARTNER = "nhs_leicester_city_ccg"
MONTHS = ("April", "May", "June", "July", "August", "September")
# What a cell looked like and where it stood differs between a workbook and its CSV twin.
_APART = ("source_sheet", "source_row", "sheet")


def with_us_dates(feed):
    """The feed as its CSV twins are written: month before day, as Excel exported them."""
    layout = feed.layouts[0]
    column = layout.columns["line_date"].model_copy(update={"formats": ["mm/dd/yyyy"]})
    columns = {**layout.columns, "line_date": column}
    return feed.model_copy(update={"layouts": [layout.model_copy(update={"columns": columns})]})


def canonical(con, lines):
    names = [
        row[0] for row in con.execute("DESCRIBE FROM read_parquet(?)", [str(lines)]).fetchall()
    ]
    kept = [n for n in names if not n.endswith("as_submitted") and n not in _APART]
    assert {"line_date", "amount_pence", "supplier_name"} <= set(kept)
    chosen = ", ".join(f'"{n}"' for n in kept)
    return con.execute(
        f"SELECT {chosen} FROM read_parquet(?) ORDER BY ALL", [str(lines)]
    ).fetchall()


@pytest.mark.parametrize("month", MONTHS)
def test_twins_give_the_same_canonical_rows(extracts, tmp_path, month):
    feed = load_partners(CHECKOUT / "data" / "partners")[PARTNER].feeds["spend"]
    csv_twin = next((extracts / "pairs" / PARTNER).glob(f"{month}*.csv"))
    book = next((extracts / "landing" / PARTNER / "spend").glob(f"{month}*.xlsx"))
    rows, results = [], []
    with duckdb.connect() as con:
        for path, contract in ((book, feed), (csv_twin, with_us_dates(feed))):
            lines = tmp_path / f"{path.suffix[1:]}.parquet"
            results.append(judge(JudgeRequest(path, path.name, "spend", contract, lines=lines)))
            rows.append(canonical(con, lines))
    assert results[0].verdict == results[1].verdict == "accepted"
    assert results[0].pence_accepted == results[1].pence_accepted
    assert rows[0] == rows[1]
