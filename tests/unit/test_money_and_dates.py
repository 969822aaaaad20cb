"""The grammar of money and dates, against plain Python."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.contracts.layout import YEARLESS, Column, written
from orchestration.contracts.periods import of_day, parse, year_around
from orchestration.intake.judge.numbers import year_sql
from orchestration.intake.judge.parse import date_sql, money_sql, number_text_sql

CON = duckdb.connect()


def pence(texts, **options):
    rows = CON.execute(
        f"SELECT {money_sql('t', **options)} FROM (SELECT unnest(?::VARCHAR[]) "
        "AS t, generate_subscripts(?::VARCHAR[], 1) AS n) ORDER BY n",
        [[t.strip() or None for t in texts]] * 2,
    ).fetchall()
    return [r[0] for r in rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10040.42", 1004042),
        ("£2,175.00", 217500),
        ("-£1,234.50", -123450),
        ("1,234,567.89", 123456789),
        ("9,999,999,999.1", 999_999_999_910),
        ("999,999,999,999,999.1", None),
        ("£-1,234.50", -123450),
        ("(500.00)", -50000),
        ("(£500)", -50000),
        (" 12 ", 1200),
        ("\u00a012.5", 1250),
        (".5", 50),
        ("-0.01", -1),
        ("0", 0),
        (" -   ", 0),
        ("1428.6399999999999", 142864),
        ("1428.6400000000001", 142864),
        ("9999999999.99", 999999999999),
        ("10000000000", None),
    ],
)
def test_money_people_write_is_read_to_the_penny(text, expected):
    assert pence([text]) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        *("1e3", "1_000", "+5", "5.", "1.005", "tbc", "1.234,50", "1,23.00", "nan", "inf", "0x10"),
        *("12,34", "(-5)", "--5", "£", "5\n6", "１２", "\u22125", "$5", "€5", "12345678901234"),
    ],
)
def test_what_is_no_amount_to_the_penny_is_never_guessed(text):
    assert pence([text]) == [None]


def test_pence_and_reversed_signs_are_the_contracts_to_say():
    assert pence(["-250", "2.50"], unit="pence") == [-250, None]
    assert pence(["12.50"], sign="reversed") == [-1250]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1 - 10**12, 10**12 - 1), min_size=1, max_size=50))
def test_every_way_of_writing_a_penny_gives_the_penny(amounts):
    styles = []
    for amount in amounts:
        value = Decimal(amount) / 100
        styles += [f"{value:.2f}", f"{value:,.2f}", str(value), f"£{value:,.2f}"]
        styles.append(f"({abs(value):,.2f})" if amount < 0 else f" {value:.2f} ")
    wanted = [a for a in amounts for _ in range(5)]
    assert pence([s.replace("£-", "-£") for s in styles]) == wanted


GRAMMAR = re.compile(
    r"(?:-? ?£? ?|£ ?- ?)(?:NUM)|\( ?£? ?(?:NUM) ?\)|-? ?£? ?-".replace(
        "NUM", r"(?:[0-9]{1,13}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,18})?|\.[0-9]{1,18}"
    )
)


# Decimals a formula left are rounded, and asked about. Three of them after at most three digits may
# be thousands, 12.345, and are no amount.
FOUR_DIGITS = re.compile(r"[0-9]{4}$|,[0-9]{3}$")


def oracle(text):
    """The same grammar with Python's regular expressions and Decimal."""
    text = text.strip()
    if not text or not GRAMMAR.fullmatch(text):
        return None
    digits = re.sub(r"[^0-9.]", "", text)
    if not digits:
        return 0
    exact = Decimal(digits) * 100
    near = exact.to_integral_value(ROUND_HALF_UP)
    whole, _, decimals = text.rstrip(" )").rpartition(".")
    formula = len(decimals) > 3 or (len(decimals) == 3 and FOUR_DIGITS.search(whole))
    if abs(exact - near) > Decimal("0.0001") and not formula:
        return None
    return int(-near if "-" in text or text.startswith("(") else near)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(alphabet="0123456789.,-£() eE+_\u00a0", max_size=14), max_size=60))
def test_any_text_at_all_is_read_as_the_oracle_reads_it(texts):
    if texts:
        assert pence(texts) == [oracle(t) for t in texts]


def days(text, formats):
    return CON.execute(f"SELECT {date_sql('t', formats)} FROM (SELECT ? AS t)", [text]).fetchall()[
        0
    ][0]


@pytest.mark.parametrize(
    ("text", "formats", "expected"),
    [
        ("05-Aug-24", ["dd-mmm-yy", "dd-mmm-yyyy"], date(2024, 8, 5)),
        ("05-AUG-2024", ["dd-mmm-yyyy", "dd-mmm-yy"], date(2024, 8, 5)),
        ("12/04/2022", ["dd/mm/yyyy"], date(2022, 4, 12)),
        ("4/12/2022", ["mm/dd/yyyy"], date(2022, 4, 12)),
        ("2018-04-30", ["yyyy-mm-dd"], date(2018, 4, 30)),
        ("2018-04-30 00:00:00", ["yyyy-mm-dd hh:mm:ss"], date(2018, 4, 30)),
        ("31-FEB-2024", ["dd-mmm-yyyy"], None),
        ("29/02/2023", ["dd/mm/yyyy"], None),
        ("05-Aug-224", ["dd-mmm-yy", "dd-mmm-yyyy"], None),
        ("01/01/0001", ["dd/mm/yyyy"], None),
        ("2018-04-30", ["dd/mm/yyyy"], None),
        ("40269", ["dd/mm/yyyy"], None),
    ],
)
def test_a_date_is_read_in_the_styles_the_contract_names_and_no_other(text, formats, expected):
    assert days(text, formats) == expected


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1990, 1, 1), date(2068, 12, 31)))
def test_every_day_survives_every_style(day):
    styles = {
        "yyyy-mm-dd": "%Y-%m-%d",
        "dd/mm/yyyy": "%d/%m/%Y",
        "dd/mm/yy": "%d/%m/%y",
        "dd.mm.yyyy": "%d.%m.%Y",
        "dd-mmm-yyyy": "%d-%b-%Y",
    }
    for name, style in styles.items():
        assert days(day.strftime(style), [name]) == day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2008-09", "2008-09"),
        ("2008/09", "2008-09"),
        ("2008/2009", "2008-09"),
        ("2008-10", None),
        ("2008", None),
        ("08-09", None),
    ],
)
def test_a_financial_year_is_two_years_that_follow_each_other(text, expected):
    assert (
        CON.execute(f"SELECT {year_sql('t')} FROM (SELECT ? AS t)", [text]).fetchall()[0][0]
        == expected
    )


def signed(text, **said):
    column = Column(heading="Amount", **said)
    rule = money_sql(number_text_sql(column, "t"), column.unit)
    return CON.execute(f"SELECT {rule} FROM (SELECT CAST(? AS VARCHAR) AS t)", [text]).fetchall()[
        0
    ][0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("123 CR", -12300),
        ("123.45CR", -12345),
        ("£1,123.45 Cr.", -112345),
        ("123.45DR", 12345),
        ("123.45 dr", 12345),
        ("123.45", 12345),
        ("-123.45", -12345),
        ("0.00 CR", 0),
        ("-123.45 CR", None),
        ("(123.45) CR", None),
        ("-123.45 DR", None),
        ("123.45 CRD", None),
        ("CR", None),
        ("CR 123.45", None),
        ("12.345 CR", None),
    ],
)
def test_cr_behind_an_amount_is_a_credit_and_dr_a_debit(text, expected):
    assert signed(text, cr_dr=True) == expected


def test_letters_behind_an_amount_are_read_only_where_the_contract_says_so():
    assert signed("123.45 CR") is None
    assert signed("123.45-", trailing_minus=True) == -12345


@settings(max_examples=60, deadline=None)
@given(st.integers(1 - 10**12, 10**12 - 1), st.sampled_from(["", " "]), st.booleans())
def test_every_penny_written_with_letters_is_read_as_with_a_minus(amount, space, grouped):
    value = Decimal(abs(amount)) / 100
    number = f"{value:,.2f}" if grouped else f"{value:.2f}"
    text = f"{number}{space}{'CR' if amount < 0 else 'DR'}"
    assert signed(text, cr_dr=True) == amount


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="0123456789.,-£() CRDcrd", max_size=14))
def test_what_has_no_letters_is_read_as_ever(text):
    text = text.strip()
    if not text.casefold().rstrip(".").endswith(("cr", "dr")):
        assert [signed(text or None, cr_dr=True)] == pence([text])


def day_in(text, style, period):
    CON.execute("SET VARIABLE year_from = ?", [year_around(period)])
    try:
        return days(text, [style])
    finally:
        CON.execute("RESET VARIABLE year_from")


@pytest.mark.parametrize(
    ("text", "style", "period", "expected"),
    [
        ("15 Apr", "dd mmm", "2024-04", date(2024, 4, 15)),
        ("5 April", "dd month", "2024-04", date(2024, 4, 5)),
        ("15-Apr", "dd-mmm", "2024-04", date(2024, 4, 15)),
        ("15/04", "dd/mm", "2024-04", date(2024, 4, 15)),
        # Days before and after a month are those next to it.
        ("31 Dec", "dd mmm", "2024-01", date(2023, 12, 31)),
        ("02 Jan", "dd mmm", "2023-12", date(2024, 1, 2)),
        # A financial year has both.
        ("31 Dec", "dd mmm", "2023-24-Q4", date(2023, 12, 31)),
        ("01 Apr", "dd mmm", "2022-23", date(2022, 4, 1)),
        ("31 Mar", "dd mmm", "2022-23", date(2023, 3, 31)),
        ("29 Feb", "dd mmm", "2024-02", date(2024, 2, 29)),
        ("29 Feb", "dd mmm", "2023-02", None),
        ("29/02", "dd/mm", "2023", None),
        ("31/06", "dd/mm", "2024-06", None),
        ("15 Apr 2024", "dd mmm", "2024-04", None),
        ("15 April", "dd mmm", "2024-04", None),
    ],
)
def test_day_without_a_year_is_in_the_year_of_its_period(text, style, period, expected):
    assert day_in(text, style, parse(period)) == expected


def test_day_without_a_year_is_no_date_where_no_period_is_known():
    assert days("15 Apr", ["dd mmm"]) is None


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1990, 4, 1), date(2068, 3, 31)), st.sampled_from(YEARLESS))
def test_every_day_of_a_financial_year_is_found_without_its_year(day, style):
    assert day_in(written(day, style), style, of_day(day, "financial_year")) == day
