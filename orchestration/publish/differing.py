"""Which years differ from their sources, for whoever's release was refused for it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ..display import pounds

TABLE = "fct_place_reconciliation"


def differing_years(build_db: Path) -> list[str]:
    """A sentence for each whole year of a build whose spend and sources differ, with both and what
    to do; in pounds and pence."""
    with duckdb.connect(str(build_db), read_only=True) as connection:
        rows = connection.execute(
            "SELECT financial_year, final_spend_pence, source_pence, unexplained_pence "
            f"FROM {TABLE} WHERE reconciliation_status = 'differs' ORDER BY financial_year"
        ).fetchall()
    return [
        f"{year}: {pounds(spent)} was spent, and {pounds(source)} is where it came from; "
        f"{pounds(unexplained)} remain that nothing explains. Correct or withdraw the spend or "
        "the funding return of that year which is not right, and run again."
        for year, spent, source, unexplained in rows
    ]
