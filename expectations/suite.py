"""What a suite is: expectations as plain data, each with a sentence a person can read.

Only kinds that Great Expectations can push down to DuckDB are made here: its pattern, type and
quantile expectations do not work on DuckDB, ``no_rows`` with a condition says the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

Severity = Literal["critical", "warning", "info"]
# £10bn on one line: more than the yearly budget of the largest English council, so a line above
# it is a pence-for-pounds or a column mistake.
LINE_LIMIT = 10_000_000_000_00
# What the marts may say a line is for, and whether it enters the count.
THEMES = ("drug_alcohol", "public_access", "other", "unclassified")
SCOPES = ("in_scope", "outside_place", "capital", "balance_sheet", "collection_fund", "income")
# Ledgers and payment files date their lines; where fewer than nine in ten have a date the date
# column was probably read under the wrong style.
DATED = 0.9
# Kinds that look only at whether a cell is empty, never at what is in it.
NULL_KINDS = frozenset(
    {"ExpectColumnValuesToNotBeNull", "ExpectColumnProportionOfNonNullValuesToBeBetween"}
)


@dataclass(frozen=True)
class Expectation:
    """One expectation: the Great Expectations class ``kind`` with its ``arguments``."""

    kind: str
    arguments: Mapping[str, Any]
    severity: Severity
    description: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose cells are looked at, as far as the arguments name them."""
        column = self.arguments.get("column")
        return ((column,) if column else ()) + tuple(self.arguments.get("column_list", ()))


@dataclass(frozen=True)
class Suite:
    """The expectations of one table. ``may_be_empty`` is the reason why no row may be right;
    without a reason an empty table fails, because nothing was checked."""

    name: str
    table: str
    expectations: tuple[Expectation, ...]
    may_be_empty: str = ""

    @property
    def row_count(self) -> Expectation:
        """The expectation that comes first in every suite, whatever else is in it."""
        least = 0 if self.may_be_empty else 1
        wording = (
            f"May be empty: {self.may_be_empty}" if self.may_be_empty else "Has at least one row"
        )
        arguments = {"min_value": least}
        return Expectation("ExpectTableRowCountToBeBetween", arguments, "critical", wording)


# What holds nothing where nobody has delivered spend. Where somebody has, it holds something.
_OF_SPEND = frozenset(
    {
        "spend",
        "fct_spend_line",
        "fct_spend_line_theme",
        "fct_classification_rule",
        "fct_place_spend",
        "fct_place_reconciliation",
    }
)


def without_spend(suites: Mapping[str, Suite]) -> dict[str, Suite]:
    """The suites where no spend is in force: the tables of spend may then be empty."""
    return {
        table: replace(suite, may_be_empty=suite.may_be_empty or "no spend is in force")
        if table in _OF_SPEND
        else suite
        for table, suite in suites.items()
    }


def not_null(column: str, severity: Severity = "critical") -> Expectation:
    """Every row has a value in ``column``."""
    wording = f"Every row has a value under {column}"
    return Expectation("ExpectColumnValuesToNotBeNull", {"column": column}, severity, wording)


def mostly_present(column: str, share: float, severity: Severity = "warning") -> Expectation:
    """At least ``share`` (0 to 1) of the rows have a value in ``column``."""
    return Expectation(
        "ExpectColumnProportionOfNonNullValuesToBeBetween",
        {"column": column, "min_value": share},
        severity,
        f"At least {share:.0%} of the rows have a value under {column}",
    )


def in_set(column: str, values: Sequence[Any], severity: Severity = "critical") -> Expectation:
    """Every value of ``column`` is one of ``values``; empty cells are another question."""
    return Expectation(
        "ExpectColumnValuesToBeInSet",
        {"column": column, "value_set": list(values)},
        severity,
        f"Every {column} is one of: {', '.join(map(str, values))}",
    )


def between(
    column: str, least: int, most: int | None, wording: str, severity: Severity = "critical"
) -> Expectation:
    """Every value of ``column`` lies between two bounds, both allowed."""
    arguments = {"column": column, "min_value": least, "max_value": most}
    return Expectation("ExpectColumnValuesToBeBetween", arguments, severity, wording)


def unique(column: str, severity: Severity = "critical") -> Expectation:
    """No two rows have the same value in ``column``."""
    wording = f"No {column} occurs twice"
    return Expectation("ExpectColumnValuesToBeUnique", {"column": column}, severity, wording)


def one_row_per(*columns: str, severity: Severity = "critical") -> Expectation:
    """No two rows agree in all of ``columns``; empty cells count as equal."""
    return Expectation(
        "UnexpectedRowsExpectation",
        {
            "unexpected_rows_query": "SELECT 1 AS unexpected FROM {batch} "
            f"GROUP BY {', '.join(columns)} HAVING count(*) > 1"
        },
        severity,
        f"There is one row per {', '.join(columns)}",
    )


def no_rows(condition: str, wording: str, severity: Severity = "critical") -> Expectation:
    """No row meets the SQL ``condition``. Only a 1 is selected, so no cell is ever fetched."""
    query = f"SELECT 1 AS unexpected FROM {{batch}} WHERE {condition}"
    return Expectation(
        "UnexpectedRowsExpectation", {"unexpected_rows_query": query}, severity, wording
    )


def year_written(column: str = "financial_year", *, or_not_known: bool = False) -> Expectation:
    """Every value is a financial year like 2024-25, or ``not_known`` where that is allowed."""
    right = (
        f"regexp_full_match({column}, '[0-9][0-9][0-9][0-9]-[0-9][0-9]') "
        f"AND (TRY_CAST(left({column}, 4) AS INTEGER) + 1) % 100 "
        f"= TRY_CAST(right({column}, 2) AS INTEGER)"
    )
    wording = f"Every {column} is written like 2024-25"
    if or_not_known:
        right, wording = f"{column} = 'not_known' OR ({right})", f"{wording}, or not_known"
    return no_rows(f"NOT ({right})", wording)


def present() -> Expectation:
    """A figure says of how many bodies it is, out of how many."""
    return no_rows(
        "partners_present < 0 OR partners_present > partners_expected",
        "No more partners are present than are expected",
    )
