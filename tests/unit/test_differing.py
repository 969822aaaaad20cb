"""A release that is refused since a year differs from its sources says which, and by how much."""

import duckdb

from orchestration.publish.differing import differing_years


def test_each_year_that_differs_is_named_with_its_pounds_and_what_to_do(tmp_path):
    build = tmp_path / "build.duckdb"
    with duckdb.connect(str(build)) as connection:
        connection.execute(
            "CREATE TABLE fct_place_reconciliation AS SELECT * FROM (VALUES "
            "('2011-12', 'differs', 61459568859, 61383311812, 93840380), "
            "('2012-13', 'reconciled', 5, 5, 0), ('2013-14', 'incomplete', 5, 3, 2)) AS t("
            "financial_year, reconciliation_status, final_spend_pence, source_pence, "
            "unexplained_pence)"
        )
    assert differing_years(build) == [
        "2011-12: £614,595,688.59 was spent, and £613,833,118.12 is where it came from; "
        "£938,403.80 remain that nothing explains. Correct or withdraw the spend or the funding "
        "return of that year which is not right, and run again."
    ]
