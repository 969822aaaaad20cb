from datetime import date

import pytest

from orchestration.contracts.periods import (
    financial_year,
    from_file_name,
    in_year,
    of_day,
    parse,
    parse_for,
)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2024, 3, 31), "2023-24"),
        (date(2024, 4, 1), "2024-25"),
        (date(1999, 12, 31), "1999-00"),
        (date(2000, 2, 29), "1999-00"),
    ],
)
def test_a_financial_year_runs_from_april_to_march(day, year):
    assert financial_year(day) == year


@pytest.mark.parametrize(
    ("label", "start", "end"),
    [
        ("2024-04", date(2024, 4, 1), date(2024, 4, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-25-Q1", date(2024, 4, 1), date(2024, 6, 30)),
        ("2024-25-Q4", date(2025, 1, 1), date(2025, 3, 31)),
        ("2024-25", date(2024, 4, 1), date(2025, 3, 31)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_a_label_is_a_span_of_days(label, start, end):
    assert (parse(label).start, parse(label).end) == (start, end)


def test_2008_09_is_a_year_where_years_are_delivered_and_september_where_months_are():
    assert parse_for("2008-09", "financial_year").start == date(2008, 4, 1)
    assert parse_for("2008-09", "month").start == date(2008, 9, 1)


@pytest.mark.parametrize(
    "label", ["April", "2024-13", "2024-26", "2024-25-Q5", "24-25", "1066", ""]
)
def test_anything_else_is_refused_with_the_four_forms(label):
    with pytest.raises(ValueError, match="2024-04, a quarter as 2024-25-Q1"):
        parse(label)


def test_a_period_of_another_length_is_refused():
    with pytest.raises(ValueError, match="not a month: write one as 2024-04"):
        parse_for("2024-25-Q1", "month")


def test_a_year_has_twelve_months_four_quarters_and_one_year():
    year = parse("2024-25")
    assert [p.label for p in in_year(year, "quarter")] == [
        "2024-25-Q1",
        "2024-25-Q2",
        "2024-25-Q3",
        "2024-25-Q4",
    ]
    assert len(in_year(year, "month")) == 12
    assert in_year(year, "financial_year") == [year]


@pytest.mark.parametrize(
    ("name", "pattern", "cadence", "label"),
    [
        ("payments-april-2024.csv", r"(?P<month>[a-z]+)-(?P<year>\d{4})", "month", "2024-04"),
        ("September 2018 - over.xlsx", r"(?P<month>[a-z]+) (?P<year>\d{4})", "month", "2018-09"),
        ("25K Pmts 18-19.xlsx", r"(?P<fy>\d{2}-\d{2})", "financial_year", "2018-19"),
        ("all_2022_to_2023.csv", r"(?P<fy>\d{4}_to_\d{4})", "financial_year", "2022-23"),
        (
            "p-2009-10-q3.csv",
            r"(?P<fy>\d{4}-\d{2})-q(?P<quarter>\d)",
            "quarter",
            "2009-10-Q3",
        ),
        ("payments-smarch-2024.csv", r"(?P<month>[a-z]+)-(?P<year>\d{4})", "month", None),
        ("25K Pmts 18-20.xlsx", r"(?P<fy>\d{2}-\d{2})", "financial_year", None),
        ("payments-apr-17.csv", r"(?P<month>[a-z]+)-(?P<year>\d{2})", "month", "2017-04"),
        ("spend1704.csv", r"(?P<year>\d{2})(?P<month>\d{2})", "month", "2017-04"),
        ("spend201704.csv", r"(?P<year>\d{4})(?P<month>\d{2})", "month", "2017-04"),
        # 20 of 2017 is no year, and neither is 201.
        ("payments-apr-2017.csv", r"(?P<month>[a-z]+)-(?P<year>\d{2})", "month", None),
        ("payments-apr-201.csv", r"(?P<month>[a-z]+)-(?P<year>\d{3})", "month", None),
    ],
)
def test_a_file_name_may_say_the_period(name, pattern, cadence, label):
    period = from_file_name(name, [pattern], cadence)
    assert (period.label if period else None) == label


def test_the_period_of_a_day_holds_it():
    assert of_day(date(2025, 1, 15), "quarter").label == "2024-25-Q4"


def test_a_calendar_year_has_days_of_two_financial_years_and_any_other_period_of_one():
    assert parse("2024").financial_years == ["2023-24", "2024-25"]
    assert parse("2024-25").financial_years == ["2024-25"]
    assert [p.label for p in in_year(parse("2024-25"), "calendar_year")] == ["2024", "2025"]


def test_a_file_name_states_a_calendar_year_by_its_year_alone():
    pattern = [r"(?P<year>\d{4})"]
    assert from_file_name("spend-2024.csv", pattern, "calendar_year") == parse("2024")


def test_a_month_is_no_calendar_year():
    with pytest.raises(ValueError, match="is not a calendar year: write one as 2024"):
        parse_for("2024-04", "calendar_year")
