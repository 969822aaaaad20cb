"""Periods, scope, completeness and sums: small files in, exact pence out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb

from tests.warehouse.world import Row, World

UPLAND, LOWLAND, VALE, FAR = "upland_council", "lowland_council", "vale_pct", "far_council"


def _line(day: date | None, department: str, amount_pence: int, **facts: str) -> Row:
    return {"line_date": day, "department": department, "amount_pence": amount_pence, **facts}


UPLAND_JUNE: list[Row] = [
    _line(date(2009, 6, 3), "Services", 10_000),
    # A date outside the file's month: the month and year are the file's, the date is kept.
    _line(date(2009, 3, 31), "Services", 2_500),
    _line(None, "Services", -500),
    _line(date(2009, 6, 30), "Capital - Roads", 70_000),
    _line(date(2009, 6, 30), "Balance Sheet", 30_000),
    _line(date(2009, 6, 30), "Services", 40_000, entity="Collection Fund"),
    _line(date(2009, 6, 1), "Services", 101, account="Shared desk"),
    _line(date(2009, 6, 1), "Services", -101, account="Shared desk"),
    _line(date(2009, 6, 15), "Services", 7, account="Old code"),
    _line(date(2009, 6, 16), "Services", 8, account="Old code"),
    _line(date(2009, 6, 16), "Services", 900, account="Customer Services"),
]
LOWLAND_QUARTER: list[Row] = [
    {"line_date": date(2009, 5, 2), "amount_pence": 5_000, "area": "Substance Misuse"},
    {"line_date": None, "amount_pence": 6_000, "area": "Substance Misuse"},
    {"line_date": date(2009, 8, 1), "amount_pence": 7_000, "area": "Waste"},
]
VALE_YEAR: list[Row] = [
    {"line_date": date(2010, 3, 31), "amount_pence": 1, "area": "Detox"},
    {"line_date": date(2010, 4, 1), "amount_pence": 2, "area": "Detox"},
]


def arrange(world: World) -> None:
    """Three bodies of the place that deliver by month, quarter and year, and one outside it."""
    for partner, name in ((UPLAND, "Upland"), (LOWLAND, "Lowland"), (VALE, "Vale")):
        world.partner(partner, short_name=name)
    world.partner(FAR, in_place=False)
    world.department(UPLAND, "Capital", scope="capital", how="starts_with")
    world.department(UPLAND, "balance sheet", scope="balance_sheet")
    world.department(UPLAND, "Collection Fund", scope="collection_fund", field="entity")
    shared = {"partner_id": UPLAND, "account": "shared  DESK", "grade": "sure", "source": "x"}
    old = {"partner_id": UPLAND, "account": "Old code", "grade": "sure", "source": "x"}
    world.inputs["code_map"] += [
        {**shared, "rule_id": "UP-DESK", "theme": "public_access", "share": Decimal("0.5")},
        {**shared, "rule_id": "UP-DRUGS", "theme": "drug_alcohol", "share": Decimal("0.25")},
        {
            **old, "rule_id": "UP-OLD", "theme": "drug_alcohol", "share": Decimal(1),
            "service_code": "DA-PREVENTION", "valid_to": date(2009, 6, 15),
        },
    ]  # fmt: skip
    world.submit(UPLAND, "2009-06", UPLAND_JUNE)
    world.submit(LOWLAND, "2009-10-Q1", LOWLAND_QUARTER, cadence="quarter", sheet="Q1")
    world.submit(
        VALE, "2009-10", VALE_YEAR, cadence="financial_year", public_access="not_observable"
    )
    world.submit(FAR, "2009-06", [{"amount_pence": 4_400, "area": "Substance Misuse"}])
    # Superseded, refused and sample files: the first two count nowhere, a sample is not presence.
    world.submit(UPLAND, "2009-06", [{"amount_pence": 999_999}], in_force=False)
    world.submit(LOWLAND, "2009-10-Q2", [], cadence="quarter", verdict="refused")
    world.submit(LOWLAND, "2009-10-Q2", [{"amount_pence": 1}], cadence="quarter", coverage="sample")
    world.expect(UPLAND, "spend", "2009-10", {"2009-06": "month"})
    world.expect(LOWLAND, "spend", "2009-10", {"2009-10-Q1": "quarter", "2009-10-Q2": "quarter"})
    world.expect(VALE, "spend", "2009-10", {"2009-10": "financial_year"})
    world.expect(FAR, "spend", "2009-10", {"2009-06": "month"})
    world.inputs["findings"].append(
        {
            "receipt_id": world.inputs["submissions"][-2]["receipt_id"], "submission_id": None,
            "partner_id": LOWLAND, "feed": "spend", "period": "2009-10-Q2", "code": "TP-101",
            "level": "must_fix", "message": "The heading Amount is missing", "row_count": 0,
        }
    )  # fmt: skip
    # One question nobody has answered, one that is answered, one about a file that does not count.
    for receipt, explanation in (("R0001", None), ("R0002", "A late invoice"), ("R0005", None)):
        world.inputs["findings"].append(
            {
                "receipt_id": receipt, "feed": "spend", "code": "TP-162",
                "level": "please_explain", "message": "More than usual", "row_count": 1,
                "amount_pence": -4_400,
                "explanation": explanation,
            }
        )  # fmt: skip
    world.submit(FAR, "2009-07", [{"amount_pence": 5, "area": "Detox"}], verdict="held")


def lines(
    warehouse: duckdb.DuckDBPyConnection, partner: str, columns: str
) -> list[tuple[object, ...]]:
    """Columns of a body's lines in file order."""
    query = f"SELECT {columns} FROM fct_spend_line WHERE body_id = ?"
    rows = warehouse.execute(f"{query} ORDER BY file_name, source_row", [partner])
    return list(rows.fetchall())


def test_a_month_file_gives_its_month_to_lines_dated_elsewhere(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = lines(warehouse, UPLAND, "period_id, financial_year, line_date")[:3]
    assert found == [
        ("2009-M06", "2009-10", date(2009, 6, 3)),
        ("2009-M06", "2009-10", date(2009, 3, 31)),
        ("2009-M06", "2009-10", None),
    ]


def test_a_longer_file_gives_only_its_year(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert lines(warehouse, LOWLAND, "period_id, financial_year, sheet")[:3] == [
        ("2009-M05", "2009-10", "Q1"),
        ("2009-10", "2009-10", "Q1"),
        ("2009-10", "2009-10", "Q1"),
    ]
    assert lines(warehouse, VALE, "period_id, financial_year") == [
        ("2010-M03", "2009-10"),
        ("2009-10", "2009-10"),
    ]


def test_scope_says_what_enters_the_count(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        """
        SELECT body_id, scope, sum(amount_pence)::BIGINT FROM fct_spend_line
        WHERE body_id IN (?, ?) GROUP BY ALL ORDER BY ALL
        """,
        [UPLAND, FAR],
    ).fetchall()
    assert found == [
        (FAR, "outside_place", 4_400),
        (UPLAND, "balance_sheet", 30_000),
        (UPLAND, "capital", 70_000),
        (UPLAND, "collection_fund", 40_000),
        (UPLAND, "in_scope", 12_915),
    ]


def test_a_shared_line_is_split_to_the_penny(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        """
        SELECT l.source_row, t.theme, t.share, t.amount_pence, t.classification_rule
        FROM fct_spend_line_theme AS t JOIN fct_spend_line AS l USING (line_id)
        WHERE l.body_id = ? AND l.source_row IN (8, 9)
        ORDER BY l.source_row, t.share DESC, t.theme
        """,
        [UPLAND],
    ).fetchall()
    half, quarter = Decimal("0.5"), Decimal("0.25")
    assert found == [
        (8, "public_access", half, 51, "UP-DESK"),
        (8, "drug_alcohol", quarter, 25, "UP-DRUGS"),
        (8, "unclassified", quarter, 25, "NO-RULE"),
        (9, "public_access", half, -51, "UP-DESK"),
        (9, "drug_alcohol", quarter, -25, "UP-DRUGS"),
        (9, "unclassified", quarter, -25, "NO-RULE"),
    ]


def test_a_statement_holds_for_its_dates(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = lines(warehouse, UPLAND, "account, line_date, theme, service_code")
    assert [row[1:] for row in found if row[0] == "Old code"] == [
        (date(2009, 6, 15), "drug_alcohol", "DA-PREVENTION"),
        (date(2009, 6, 16), "unclassified", "UNCLASSIFIED"),
    ]


def test_the_place_adds_up_to_its_lines(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        """
        SELECT theme, scope, sum(gross_pence)::BIGINT, sum(credits_pence)::BIGINT
        FROM fct_place_spend WHERE financial_year = '2009-10' AND body_id = ?
        GROUP BY ALL ORDER BY ALL
        """,
        [UPLAND],
    ).fetchall()
    assert found == [
        ("drug_alcohol", "in_scope", 7, -25),
        ("other", "balance_sheet", 30_000, 0),
        ("other", "capital", 70_000, 0),
        ("public_access", "in_scope", 900, -51),
        ("unclassified", "collection_fund", 40_000, 0),
        ("unclassified", "in_scope", 12_008, -525),
    ]
    assert sum(row[2] for row in found) == sum(int(str(r["amount_pence"])) for r in UPLAND_JUNE)


def test_drug_and_alcohol_spend_keeps_bodies_outside_the_place_apart(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = warehouse.execute(
        """
        SELECT body_id, scope, service_code, gross_pence, gross_sure_pence, gross_likely_pence,
            partners_expected, partners_present
        FROM fct_drug_alcohol_spend WHERE financial_year = '2009-10' ORDER BY ALL
        """
    ).fetchall()
    assert found == [
        (FAR, "outside_place", "DA-OTHER", 4_400, 4_400, 0, 3, 2),
        (LOWLAND, "in_scope", "DA-OTHER", 11_000, 11_000, 0, 3, 2),
        (UPLAND, "in_scope", "DA-OTHER", 0, 0, 0, 3, 2),
        (UPLAND, "in_scope", "DA-PREVENTION", 7, 7, 0, 3, 2),
        (VALE, "in_scope", "DA-RESIDENTIAL", 3, 3, 0, 3, 2),
    ]


def test_what_cannot_be_seen_is_unknown_not_zero(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        """
        SELECT body_id, observability, sum(lines)::bigint, sum(gross_pence)::bigint
        FROM fct_public_access_spend WHERE financial_year = '2009-10'
        GROUP BY body_id, observability ORDER BY ALL
        """
    ).fetchall()
    assert found == [
        (FAR, "observable", 0, 0),
        (LOWLAND, "observable", 0, 0),
        (UPLAND, "observable", 3, 900),
        (VALE, "not_observable", 0, None),
    ]


def test_a_body_is_present_when_all_it_promised_is_whole(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = warehouse.execute(
        """
        SELECT partners_expected, partners_present, partners_missing, is_complete
        FROM fct_place_completeness WHERE financial_year = '2009-10'
        """
    ).fetchall()
    assert found == [(3, 2, "Lowland", False)]


def test_a_question_nobody_answered_stands_on_every_figure_of_its_feed_and_year(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    for table in ("fct_place_spend", "fct_drug_alcohol_spend", "fct_place_completeness"):
        found = warehouse.execute(
            f"SELECT DISTINCT financial_year, unexplained_findings FROM {table} ORDER BY 1"
        ).fetchall()
        assert ("2009-10", 1) in found
        assert all(number == 0 for year, number in found if year != "2009-10")


def test_a_headline_says_how_much_money_its_open_questions_are_about(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = warehouse.execute(
        "SELECT unexplained_findings, questioned_rows, questioned_pence, "
        "files_held, held_rows, held_pence FROM fct_headline "
        "WHERE headline = 'place_spend' AND measure = 'gross' AND financial_year = '2009-10'"
    ).fetchall()
    assert found == [(1, 1, 4_400, 1, 1, 5)]


def test_a_headline_of_a_body_has_only_its_own_questions(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = warehouse.execute(
        "SELECT DISTINCT body_id, unexplained_findings, files_held FROM fct_headline "
        "WHERE headline = 'drug_alcohol_spend' AND financial_year = '2009-10' "
        "AND body_id <> 'place' ORDER BY 1"
    ).fetchall()
    assert found == [(FAR, 0, 1), (LOWLAND, 0, 0), (UPLAND, 1, 0), (VALE, 0, 0)]


def test_a_held_file_counts_nowhere_and_stands_on_the_scorecard(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = warehouse.execute(
        "SELECT files_received, files_held, rows_accepted, pence_accepted, last_verdict "
        "FROM fct_partner_scorecard "
        "WHERE body_id = ? AND feed = 'spend' AND financial_year = '2009-10'",
        [FAR],
    ).fetchall()
    assert found == [(2, 1, 1, 4_400, "held")]


def test_scorecard_counts_files_and_rows_in_force(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        """
        SELECT periods_expected, periods_present, files_received, files_refused, files_duplicate,
            rows_accepted, pence_accepted, findings, last_verdict, files_coverage
        FROM fct_partner_scorecard
        WHERE body_id = ? AND feed = 'spend' AND financial_year = '2009-10'
        """,
        [LOWLAND],
    ).fetchall()
    assert found == [(2, 1, 3, 1, 0, 4, 18_001, 1, "accepted", "sample")]


def test_a_finding_on_a_refused_file_is_listed(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "SELECT code, verdict, in_force, financial_year FROM fct_issue WHERE body_id = ?",
        [LOWLAND],
    ).fetchall()
    assert found == [("TP-101", "refused", False, "2009-10")]


def test_periods_that_occur_are_listed_once(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        """
        SELECT period_kind, period_id, period_start, period_end FROM dim_period
        WHERE financial_year = '2009-10' ORDER BY ALL
        """
    ).fetchall()
    assert ("month", "2009-M06", date(2009, 6, 1), date(2009, 6, 30)) in found
    assert ("quarter", "2009-10-Q1", date(2009, 4, 1), date(2009, 6, 30)) in found
    assert ("financial_year", "2009-10", date(2009, 4, 1), date(2010, 3, 31)) in found


def test_every_number_is_whole_pence(warehouse: duckdb.DuckDBPyConnection) -> None:
    floats = warehouse.execute(
        """
        SELECT table_name, column_name, data_type FROM information_schema.columns
        WHERE data_type IN ('DOUBLE', 'FLOAT', 'REAL')
            OR (column_name LIKE '%_pence' AND data_type <> 'BIGINT' AND table_name LIKE 'fct_%')
        """
    ).fetchall()
    assert floats == []
