"""What the five feeds on what the money buys look like to the build, before anything is counted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.warehouse.compiled import Compiled
from tests.warehouse.world import World

BODY = "anyshire"


def test_a_month_outside_the_file_counts_in_the_files_year_and_in_no_month(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = World(tmp_path)
    world.partner(BODY)
    line = {"channel": "web", "lgsl_code": 57, "contacts": 5}
    months = (date(2009, 4, 1), date(2010, 3, 1), date(2010, 4, 1))
    yearly = [{**line, "month_date": month} for month in months]
    world.submit(BODY, "2009-10", yearly, feed="contacts", cadence="financial_year")
    late = [{**line, "month_date": date(2010, 3, 31)}]
    world.submit(BODY, "2010-05", late, feed="contacts")
    world.submit(BODY, "2010-06", late, feed="contacts", verdict="refused")
    found = compiled.run(world, ["stg_contacts_lines"]).execute(
        "SELECT financial_year, period FROM stg_contacts_lines ORDER BY source_file, source_row"
    )
    assert found.fetchall() == [
        ("2009-10", "2009-04"),
        ("2009-10", "2010-03"),
        ("2009-10", None),
        ("2010-11", "2010-05"),
    ]


def test_a_count_is_the_partnerships_only_where_it_says_so(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = World(tmp_path)
    world.partner(BODY)
    line = {"financial_year": "2009-10", "measure": "left", "substance": "all"}
    told = [(None, 3), (True, 9), (False, None)]
    lines = [{**line, "is_partnership": whole, "clients": n} for whole, n in told]
    world.submit(BODY, "2009-10", lines, feed="treatment", cadence="financial_year")
    found = compiled.run(world, ["stg_treatment_lines"]).execute(
        "SELECT is_partnership, clients FROM stg_treatment_lines ORDER BY source_row"
    )
    assert found.fetchall() == [(False, 3), (True, 9), (False, None)]
