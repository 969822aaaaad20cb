"""An auditor counts the place again, in plain Python, from the lines behind a published release.

What each line is for is taken as published; who was paid, what is a transfer, what is eliminated,
apportioned and held against its sources is worked out a second time from the names as submitted.
"""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.invariants.oracle.compare import differences
from tests.warehouse.invariants.oracle.count import Count, count_parts
from tests.warehouse.invariants.oracle.facts import Funding, Part

LINES = """
    SELECT t.financial_year, t.body_id, t.scope, t.theme, t.service_code, l.basis,
        l.accounting, t.evidence_grade, l.line_date, raw.supplier_name, raw.vat_no, t.amount_pence,
        l.submission_id || l.sheet, l.source_row, l.supplier_name, l.price_basis, l.vat_basis
    FROM fct_spend_line_theme t
    JOIN fct_spend_line l USING (line_id)
    JOIN raw ON raw.submission_id = l.submission_id AND raw.source_row = l.source_row
        AND coalesce(raw.sheet, 'no_sheet') = l.sheet
"""
FLOWS = """
    SELECT f.financial_year, s.partner_id, f.flow, f.payer, f.payee, f.pool_id, f.theme,
        f.amount_pence, f.agreement_id
    FROM funding f JOIN submissions s USING (submission_id) WHERE s.in_force
"""


def raw(home: Path, feed: str) -> str:
    """The accepted lines of a feed, whether in force or not."""
    files = home / "raw" / feed / "*" / "*" / "*" / "lines.parquet"
    return f"read_parquet('{files}', hive_partitioning = false, union_by_name = true)"


def counted_again(home: Path, release: duckdb.DuckDBPyConnection) -> tuple[dict[str, Any], Count]:
    """What the build could read, and the second count of it."""
    inputs: dict[str, Any] = {}
    with duckdb.connect() as con:
        for file in sorted((home / "warehouse" / "inputs").glob("*.parquet")):
            rows = con.execute("FROM read_parquet(?)", [str(file)])
            names = [d[0] for d in rows.description]
            inputs[file.stem] = [dict(zip(names, r, strict=True)) for r in rows.fetchall()]
        file = home / "warehouse" / "inputs" / "submissions.parquet"
        con.execute(f"CREATE VIEW submissions AS FROM read_parquet('{file}')")
        con.execute(f"CREATE VIEW funding AS FROM {raw(home, 'funding')}")
        flows = [Funding(*row) for row in con.execute(FLOWS).fetchall()]
    release.execute(f"CREATE OR REPLACE TEMP VIEW raw AS FROM {raw(home, 'spend')}")
    spent = [Part(*r[:12], (r[12], r[13]), *r[14:]) for r in release.execute(LINES).fetchall()]
    return inputs, count_parts(inputs, spent, flows)


@pytest.mark.parametrize("home", ["samples_home", "real_home"])
def test_a_second_count_agrees_to_the_penny(home: str, request: pytest.FixtureRequest) -> None:
    place = request.getfixturevalue(home)
    with duckdb.connect(str(place.current.resolve() / "totalplace.duckdb"), True) as release:
        inputs, found = counted_again(place.home, release)
        assert found.transfers, "nothing was looked at"
        assert differences(inputs, found, release) == []
