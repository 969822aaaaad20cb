"""What decides a proposal, part by part: words of headings, periods, the basis, the body."""

from datetime import date

import pytest

from orchestration.contracts.bodies import Body
from orchestration.contracts.feeds import SPEND
from orchestration.contracts.periods import from_file_name
from orchestration.proposal.basis import Sizes, basis_of
from orchestration.proposal.body import identity_of
from orchestration.proposal.timing import stated_span, timing_of
from orchestration.proposal.vocabulary import heading_scores, plain_words, vat_stated

# Headings as councils, police, fire and health bodies write them, by what they mean.
HEADINGS = {
    "line_date": "Payment Date; Date Paid; Trans.date; Pstng Date; Date (dd/mm/yyyy); Check Date; "
    "Date of Payment; DATE_PAID; Invoice Payment Date; Effective Date; Inv. Date; Doc. Date",
    "amount_pence": "Amount; Net Amount £; Amount (excl. VAT); Total Excl VAT; Value (Net); £; "
    "Invoice Line Net Amount; Sum of Amount; AP Amount (£); Amount in LC; Original Gross Amt; "
    "Amount GBP; Total Paid; Local Crcy Amt; Spend (£); Payment Amount Exc VAT; cur_amount",
    "supplier_name": "Supplier; Vendor Name; Payee; Creditor Name; Name of Beneficiary; Paid To; "
    "Supplier Number(T); Merchant Name; SupplierName; Trading Name; Apar Name; Recipient",
    "supplier_code": "Supplier ID; Vendor No.; Creditor Number; Supplier Ref; Apar ID",
    "department": "Directorate; Dept; Department Family; Business Unit; Portfolio; Directorate(T)",
    "area": "Expense Area; Cost Centre Description; Service Category Label; CostC(T); Team",
    "account": "Expense Type; Purpose of Spend; Account Desc; Subjective Name; Nature of Spend; "
    "Expenditure Category; G/L Account Description; Summary of the purpose of the expenditure",
    "account_code": "Expense Code; GL Code; Subjective Code; Cost Element; G/L Account",
    "transaction_no": "Transaction Number; TransNo; Unique ID; Document No; Voucher No; Our Ref",
    "invoice_no": "Invoice Number; Inv No; Supplier Invoice No; Purchase invoice number",
    "vat_no": "VAT Registration Number; VAT Reg No; VAT Number",
    "vat_pence": "Irrecoverable VAT; Non-recoverable VAT; Value of irrecoverable VAT (£)",
    "merchant_category": "Merchant Category; Procurement Classification; ProClass; CPV Code",
    "pay_group": "Pay Group; Creditor Type; Supplier Category",
    "entity": "Body Name; Organisation Label; Entity; Local Authority Name; Publishing Body",
    "expense_type": "Revenue/Capital; Cap/Rev; Document Type; Payment Method",
    "description": "Description; Narrative; Invoice Line Description; Payment Details; Item Text",
}


@pytest.mark.parametrize("field", HEADINGS)
def test_the_usual_headings_name_their_field(field):
    for heading in HEADINGS[field].split("; "):
        scores = heading_scores(heading)
        best = max(scores, key=lambda name: scores[name], default="")
        assert scores.get(field, 0.0) >= 0.7, heading
        assert scores[field] >= scores[best] - 0.25, (heading, best)


def test_every_field_that_headings_name_is_one_of_spend():
    assert {*HEADINGS} <= {*SPEND.names}
    assert {name for h in ("Amount", "Name", "Type", "Code") for name in heading_scores(h)} <= {
        *SPEND.names
    }


@pytest.mark.parametrize(
    "heading", ["Organisation URI", "Contract Number", "Charity Number", "Postcode", "VCSE", ""]
)
def test_other_columns_name_no_field(heading):
    assert heading_scores(heading) == {}


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("Vendor Nbr", "supplier no"),
        ("SupplierNumber", "supplier no"),
        ("Amount of Payment (£)", "amount payment"),
        ("Dept.", "department"),
        ("Payment Date (DD/MM/YYYY)", "payment date"),
    ],
)
def test_words_are_taken_in_their_usual_form(heading, words):
    assert plain_words(heading) == words


@pytest.mark.parametrize(
    ("heading", "vat"),
    [
        ("Net Amount", "excluded"),
        ("Amount (exc. VAT)", "excluded"),
        ("Gross", "included"),
        ("Amount inc VAT", "included"),
        ("Amount excluding recoverable VAT", "recoverable_excluded"),
        ("Amount", ""),
    ],
)
def test_what_a_heading_says_of_vat(heading, vat):
    assert vat_stated(heading) == vat


APRIL, MAY, JUNE = (date(2024, month, 1) for month in (4, 5, 6))
YEAR = {date(2024 + (month < 4), month, 1): 10 for month in range(1, 13)}


@pytest.mark.parametrize(
    ("name", "months", "cadence", "label"),
    [
        ("spend-april-2024.csv", {APRIL: 9}, "month", "2024-04"),
        ("exp-apr-24.csv", {APRIL: 9}, "month", "2024-04"),
        ("Over500_202404.csv", {APRIL: 9}, "month", "2024-04"),
        ("file.csv", {APRIL: 9}, "month", "2024-04"),
        ("spend q1 2024-25.csv", {APRIL: 9, MAY: 9, JUNE: 9}, "quarter", "2024-25-Q1"),
        ("april to june 2024.csv", {APRIL: 9, MAY: 9, JUNE: 9}, "quarter", "2024-25-Q1"),
        ("payments 2024-25.xlsx", YEAR, "financial_year", "2024-25"),
        ("payments 2024-25.xlsx", {APRIL: 9}, "financial_year", "2024-25"),
        ("file.csv", {date(2024, month, 1): 9 for month in range(1, 13)}, "calendar_year", "2024"),
        ("may-2024.csv", {APRIL: 60, MAY: 40}, "month", "2024-05"),
    ],
)
def test_what_a_file_covers(name, months, cadence, label):
    timing = timing_of(name, months)
    assert (timing.cadence, timing.period.label, timing.said) == (cadence, label, [])
    if timing.pattern:
        assert from_file_name(name, [timing.pattern], cadence) == timing.period


def test_a_month_dated_by_its_invoices_is_asked_about():
    timing = timing_of("file.csv", {date(2024, 3, 1): 20, APRIL: 70, date(2024, 1, 1): 10})
    assert (timing.cadence, timing.period.label) == ("month", "2024-04")
    assert timing.said == ["70% of the lines are of 2024-04, most others of months before it"]


def test_a_name_that_states_another_month_than_the_lines_gives_no_pattern():
    timing = timing_of("spend-may-2024.csv", {APRIL: 9})
    assert (timing.period.label, timing.pattern) == ("2024-04", None)
    assert timing.said[0].startswith("the file's name states 2024-05, and 100% of the lines are of")


def test_titles_state_a_span_where_the_name_does_not():
    span = (date(2024, 4, 1), date(2024, 4, 30))
    assert stated_span("file.csv", ["Anytown Council", "Payments April 2024"]) == span
    assert stated_span("file.csv", ["Anytown Council"]) is None


def sizes(lines, below_250=0, below_500=0, below_25k=0):
    return Sizes(
        lines,
        {
            "payments_over_250": below_250,
            "payments_over_500": below_500,
            "payments_over_25k": below_25k,
        },
    )


@pytest.mark.parametrize(
    ("name", "kind", "counted", "basis", "is_open"),
    [
        ("over-£500.csv", "council", sizes(100, 50, 60, 90), "payments_over_500", False),
        ("Over 25K June.csv", "ccg", sizes(100, 0, 0, 30), "payments_over_25k", False),
        ("spend_over_250.csv", "fire", sizes(100, 0, 40, 90), "payments_over_250", False),
        ("file.csv", "council", sizes(100, 0, 0, 90), "payments_over_500", False),
        ("file.csv", "council", sizes(100, 0, 5, 90), "payments_over_500", True),
        ("file.csv", "council", sizes(100, 60, 70, 90), "all_payments", True),
        ("file.csv", "nhs_trust", sizes(100, 20, 30, 40), "payments_over_25k", True),
        ("payments 25,000.csv", "icb", sizes(1), "payments_over_25k", False),
    ],
)
def test_which_payments_a_file_lists(name, kind, counted, basis, is_open):
    found = basis_of(name, [], kind, counted)
    assert (found.name, found.open) == (basis, is_open)


def body(name, kind="council", *, gss="", listed=False):
    codes = {"gss": gss} if gss else {}
    return Body(name, name, name, kind, None, False, (name,), codes, (), None, None, None, listed)


def identity(partner_id, *, given=None, shown=(), titles=(), bodies=(), areas=("E06000001",)):
    return identity_of(partner_id, given, list(shown), list(titles), list(bodies), list(areas))


@pytest.mark.parametrize(
    ("partner_id", "kind"),
    [
        ("anytown_mbc", "council"),
        ("anyshire_county_council", "council"),
        ("anyshire_opcc", "police"),
        ("anyshire_fire_and_rescue", "fire"),
        ("nhs_anytown_ccg", "ccg"),
        ("nhs_anyshire_icb", "icb"),
        ("anytown_hospitals", "nhs_trust"),
    ],
)
def test_the_kind_of_body_is_in_its_name(partner_id, kind):
    assert identity(partner_id).kind == kind


def test_a_kind_that_nothing_says_is_asked_about():
    found = identity("anytown")
    assert found.kind == "council"
    assert [q.key for q in found.questions if q.open] == ["kind", "in_place"]


def test_a_council_of_the_register_is_one_of_the_place_or_not():
    known = [body("Anytown Metropolitan Borough Council", gss="E06000001")]
    inside = identity("anytown_mbc", bodies=known)
    assert (inside.name, inside.in_place) == ("Anytown Metropolitan Borough Council", True)
    outside = identity("anytown_mbc", bodies=known, areas=["E06000002"])
    assert (outside.in_place, outside.questions) == (False, [])


def test_what_its_own_files_call_a_body_is_another_name_of_it():
    known = [body("Anytown Council", gss="E06000001")]
    assert identity("anytown_council", shown=["ANYTOWN BC"], bodies=known).aliases == ["ANYTOWN BC"]


def test_a_name_that_the_place_knows_under_another_id_is_asked_about():
    (question,) = identity(
        "any_bc", given="Oak", bodies=[body("Oak", gss="E06000001", listed=True)]
    ).questions
    assert question.key == "id"
    assert "the place or a contract knows this name as 'Oak'" in question.text


def test_bodies_whose_kind_ended_by_law_are_not_asked_for_afterwards():
    assert identity("nhs_anytown_ccg").life == (date(2013, 4, 1), date(2022, 6, 30))
