"""What is offered for a faulty cell: only what can mean one thing, and only what passes."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.contracts.feeds import FEEDS, Field
from orchestration.contracts.layout import DATE_STYLES, Column
from orchestration.intake.judge.parse import value_sql
from orchestration.intake.judge.rules.headings import about_persons, near
from orchestration.intake.judge.suggest import suggestions

MONEY, DAY = FEEDS["spend"].field("amount_pence"), FEEDS["spend"].field("line_date")
FLOW, YEAR = FEEDS["funding"].field("flow"), FEEDS["funding"].field("financial_year")
SHARE = Field("share", "share", "A share")
WHOLE = Field("number", "integer", "A number")
CON = duckdb.connect()
POUNDS = Column(heading="Amount")
DAYS = Column(heading="Date", formats=["dd/mm/yyyy"])
FLOWS = Column(heading="Flow", codes={"Grant": "grant", "Section 75": "s75", "Section 256": "s256"})


def offered(field, column, text):
    return suggestions(CON, field, column, [text])[0]


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("1 234.50", "1234.50"),
        ("1\u00a0234.50", "1234.50"),
        ("1234.5O", "1234.50"),
        ("1,234.50 CR", "-1,234.50"),
        ("1,234.50 DR", "1,234.50"),
        ("GBP 12.00", "12.00"),
        ("12.00 GBP", "12.00"),
        ("12.00-", "-12.00"),
        ("\u2212 12.00", "-12.00"),
        ("+12.00", "12.00"),
        ("1'234.50", "1234.50"),
        # Two readings, or none: nothing is offered.
        ("1.234,50", None),
        ("£1.234.50", None),
        ("12,50", None),
        ("1,23,456.00", None),
        ("€12.00", None),
        ("12.005", None),
        ("-12.00 CR", None),
        ("12.00 - 14.00", None),
        ("1e3", None),
        ("tbc", None),
        ("O", None),
    ],
)
def test_an_amount_is_offered_only_where_it_can_mean_one_thing(text, better):
    assert offered(MONEY, POUNDS, text) == better


def test_credit_marks_say_nothing_where_signs_are_turned_round():
    assert offered(MONEY, Column(heading="Amount", sign="reversed"), "12.00 CR") is None


def test_pence_are_never_made_of_pounds():
    pence = Column(heading="Amount", unit="pence")
    assert (offered(MONEY, pence, "1,234"), offered(MONEY, pence, "12.34")) == ("1234", None)


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("2024-04-02", "02/04/2024"),
        ("2024-04-02T00:00:00", "02/04/2024"),
        ("20240402", "02/04/2024"),
        ("2 April 2024", "02/04/2024"),
        ("2nd Apr 2024", "02/04/2024"),
        ("April 2, 2024", "02/04/2024"),
        ("02.04.2024", "02/04/2024"),
        ("02-04-2024", "02/04/2024"),
        ("02/04/24", "02/04/2024"),
        ("02/04/2024 00:00", "02/04/2024"),
        ("31/04/2024", None),
        ("29/02/2023", None),
        ("2024-13-02", None),
        ("April 2024", None),
        ("tbc", None),
    ],
)
def test_a_date_is_offered_as_agreed(text, better):
    assert offered(DAY, DAYS, text) == better


def test_an_order_of_day_and_month_nobody_agreed_is_not_guessed():
    worded = Column(heading="Date", formats=["dd-mmm-yyyy"])
    assert offered(DAY, worded, "03/04/2024") is None
    assert offered(DAY, worded, "13/04/2024") == "13-Apr-2024"


@pytest.mark.parametrize(
    ("text", "better"),
    [("Grnat", "Grant"), ("GRANT.", "Grant"), ("Sction 75", "Section 75"), ("Gift", None)],
)
def test_a_code_is_offered_when_it_is_clearly_the_nearest(text, better):
    assert offered(FLOW, FLOWS, text) == better


def test_two_codes_as_near_are_no_suggestion():
    column = Column(heading="Flow", codes={"Scheme A": "grant", "Scheme B": "s75"})
    assert offered(FLOW, column, "Scheme C") is None


@pytest.mark.parametrize(
    ("field", "text", "better"),
    [
        (YEAR, "2008/9", "2008-09"),
        (YEAR, "FY2008-09", "2008-09"),
        (YEAR, "2008-10", None),
        (SHARE, "25%", "0.25"),
        (SHARE, "140%", None),
        (WHOLE, "1,234", "1234"),
    ],
)
def test_other_kinds(field, text, better):
    assert offered(field, Column(heading="X"), text) == better


def test_nothing_is_offered_for_a_value_that_may_name_a_person():
    secret = Field("amount_pence", "money", "An amount", classification="personal")
    assert offered(secret, POUNDS, "GBP 12.00") is None


_MARKS = st.text(alphabet="0123456789Oo.,-+£ CRDGBP()'/:T\u2212\u00a0", max_size=16)
_WORDS = st.sampled_from(
    ["Jan", "april", "May ", "sept", " 2nd ", "2024", "31", "/", "-", ".", " "]
)
_DATES = st.lists(_WORDS, max_size=8).map("".join) | st.dates().map(str)
_CASES = st.one_of(
    st.tuples(st.just(MONEY), st.sampled_from(["pounds", "pence"]), _MARKS | st.text(max_size=12)),
    st.tuples(st.just(DAY), st.sampled_from(sorted(DATE_STYLES)), _DATES | _MARKS),
    st.tuples(st.just(FLOW), st.just(""), st.text(alphabet="GrantSection 75206", max_size=12)),
    st.tuples(st.sampled_from([YEAR, SHARE, WHOLE]), st.just(""), _MARKS | st.from_regex(r"\d+%")),
)


@given(_CASES)
@settings(max_examples=400, deadline=None)
def test_every_suggestion_passes_the_rule(case):
    field, how, text = case
    column = POUNDS
    if field is MONEY:
        column = Column(heading="Amount", unit=how)
    elif field is DAY:
        column = Column(heading="Date", formats=[how])
    elif field is FLOW:
        column = FLOWS
    better = offered(field, column, text)
    if better is not None:
        rule = value_sql(field, column, "t")
        kept = CON.execute(f"SELECT {rule} FROM (SELECT ? AS t)", [better]).fetchall()[0][0]
        assert kept is not None


def test_a_renamed_heading_is_recognised_and_none_serves_twice():
    pairs = near(["Amount", "Supplier"], ["Net Amount (£)", "SUPPLIER_NAME", "Ward"])
    assert pairs == {"Amount": "Net Amount (£)", "Supplier": "SUPPLIER_NAME"}
    assert len(near(["Amount", "Amounts"], ["Amount (£)"])) == 1


@pytest.mark.parametrize(
    "heading",
    [
        "NI Number",
        "NHS No.",
        "D.O.B",
        "dateOfBirth",
        "First_Name",
        "Surname",
        "Home address",
        "E-mail",
        "Telephone",
        "Bank Account No",
        "Sort-Code",
        "Gender",
        "Ethnicity",
        "Client ID",
        "Postcode of client",
    ],
)
def test_headings_about_persons(heading):
    assert about_persons(heading)


@pytest.mark.parametrize(
    "heading",
    [
        "Supplier Name",
        "Account code",
        "Cost Centre Name",
        "Client department",
        "NHS Trust",
        "Postcode",
        "Adobe",
        "Essex",
        "Body Name",
        "Service Name",
        "Account number",
        "Unit no",
    ],
)
def test_headings_about_bodies(heading):
    assert not about_persons(heading)
