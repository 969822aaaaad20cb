"""The canonical schema of each feed: one table per feed, the same for every partner.

Here belong the names, types and meaning of canonical fields. What a partner calls them, and how
it writes them, belongs in the partner's contract.
"""

from __future__ import annotations

from .outcome_feeds import ACCESS_POINTS, BUDGETS, CONTACTS, INDICATORS, TREATMENT
from .schema import DUCKDB_TYPES, Bound, FeedSchema, Field, FieldType, Move

__all__ = ["DUCKDB_TYPES", "FEEDS", "FeedSchema", "Field", "FieldType", "has_money"]

# What is lost with a column, as a question about it says.
_PAYEE = (
    "it is not known who was paid: payments to other public bodies would stay in the count, and "
    "no provider would be recognised by its name"
)
_LABELS = "lines cannot be classified by it"
_COST = "0 or more: a cost has no minus sign and no brackets"
_SCOPE = "savings cannot be held against the lines they were made on"

# What the count does not know of a row whose cell is lost.
_NO_AMOUNT = "nothing is added to the sum of that column"
_NOT_FROZEN = (
    "the baseline is not known to be older than the change, and the saving stays preliminary"
)
_EVIDENCE = "the claim is supported by less evidence than its lead body has"

# A measure of quality as a number; nothing where it is words.
_MEASURE = "TRY_CAST(regexp_replace({{{}}}, '[%,£ ]', '', 'g') AS DECIMAL(18, 4))"
_BEFORE, _AFTER = _MEASURE.format("quality_before"), _MEASURE.format("quality_after")
_YEAR = "[0-9][0-9][0-9][0-9] *[-/] *([0-9][0-9])?[0-9][0-9]"

SPEND = FeedSchema(
    name="spend",
    grain="one row is a ledger or payment line",
    money_field="amount_pence",
    date_field="line_date",
    references=("transaction_no", "invoice_no"),
    fields=(
        Field("line_date", "date", "Payment or invoice date of the line"),
        Field("amount_pence", "money", "Amount of the line; credits are negative", required=True),
        Field("supplier_name", "text", "Who was paid", classification="payee", needed=_PAYEE),
        Field("supplier_code", "text", "The payer's own number for the supplier"),
        Field(
            "department",
            "text",
            "Department, directorate or department family",
            needed=_LABELS,
            places=True,
        ),
        Field("area", "text", "Expense area, cost centre or service", needed=_LABELS, places=True),
        Field(
            "account", "text", "Account, purpose or subjective label", needed=_LABELS, places=True
        ),
        Field("account_code", "text", "Account or expense code", needed=_LABELS),
        Field("expense_type", "text", "Further type label", classification="personal"),
        Field("pay_group", "text", "Kind of payee as the payer's ledger groups it", needed=_LABELS),
        Field("merchant_category", "text", "Merchant category", needed=_LABELS),
        Field("entity", "text", "Body named inside the file", needed=_LABELS),
        Field("transaction_no", "text", "Transaction number"),
        Field("invoice_no", "text", "Invoice number", classification="personal"),
        Field(
            "vat_no",
            "text",
            "VAT registration number of the payee",
            needed="a body whose name is withheld is not recognised by its number",
        ),
        Field("vat_pence", "money", "Irrecoverable VAT"),
        Field("vat_code", "text", "VAT code"),
        Field("description", "text", "Free text of the line", classification="personal"),
        Field(
            "direction",
            "text",
            "Whether the line is spending or the ledger's income, negative like a credit; "
            "nothing said is spending",
            values=("spend", "income"),
            needed="income cannot be told from spending",
            # Nothing said is spending: what cannot be read would be counted with the wrong sign.
            must_read=True,
        ),
    ),
)

FUNDING = FeedSchema(
    name="funding",
    grain="one row is a flow between bodies, or into or out of a pool, in a financial year",
    money_field="amount_pence",
    year_field="financial_year",
    key=("financial_year", "agreement_id", "flow", "payer", "payee", "pool_id", "theme"),
    fields=(
        Field("financial_year", "year", "Financial year of the flow", required=True),
        Field("agreement_id", "text", "Reference of the agreement", required=True),
        Field(
            "flow",
            "text",
            "Legal form of the flow",
            required=True,
            values=("s75", "s256", "grant", "pooled_treatment_budget", "recharge", "own_resources"),
            steady=True,
        ),
        Field("payer", "text", "Body that pays, as named in the file", required=True),
        Field("payee", "text", "Body that receives, as named in the file", required=True),
        Field(
            "pool_id",
            "text",
            "Pooled budget the flow enters or leaves",
            needed="what enters or leaves a pool cannot be told from any other payment",
        ),
        Field(
            "theme",
            "text",
            "What the flow is for",
            values=("drug_alcohol", "public_access", "other"),
            needed="no flow is known to be for one of the themes",
            steady=True,
        ),
        Field(
            "amount_pence",
            "money",
            "Amount of the flow in the year",
            required=True,
            bounds=(
                Bound(
                    "TP-358",
                    "{amount_pence} >= 0",
                    "not below 0: who pays and who receives say the direction",
                ),
            ),
            moves=Move(
                50_000_000,
                "most councils call a decision of that size a key decision",
                # What a body pays of its own is what is left over, and moves with all the rest.
                unless="{flow} = 'own_resources'",
            ),
        ),
    ),
)

SAVINGS = FeedSchema(
    name="savings",
    grain="one row is one initiative's figure for one financial year",
    money_field="actual_pence",
    year_field="financial_year",
    key=("financial_year", "initiative_id"),
    fields=(
        Field("financial_year", "year", "Financial year of the figure", required=True),
        Field("initiative_id", "text", "Reference of the initiative", required=True),
        Field("initiative", "text", "Name of the initiative", required=True),
        Field("programme", "text", "Programme the initiative belongs to", required=True),
        Field("lead", "text", "Lead body, as named in the file", required=True, steady=True),
        Field(
            "partner_share",
            "share",
            "This body's share of the saving, above 0 and at most 1",
            required=True,
            above_zero=True,
            steady=True,
        ),
        Field(
            "saving_class",
            "text",
            "Class of the saving",
            required=True,
            values=(
                "cash_releasing",
                "non_cash_releasing",
                "cost_avoidance",
                "income",
                "service_reduction",
                "one_off",
            ),
            steady=True,
        ),
        Field(
            "recurrent", "flag", "Whether the saving recurs each year", required=True, steady=True
        ),
        Field(
            "start_date",
            "date",
            "Date the saving starts",
            touches=_NOT_FROZEN,
        ),
        Field(
            "baseline_pence",
            "money",
            "Frozen baseline cost a year",
            touches="there is nothing to measure the saving against, and it stays preliminary",
        ),
        Field(
            "baseline_date",
            "date",
            "Date the baseline was frozen",
            before="start_date",
            touches=_NOT_FROZEN,
        ),
        Field("baseline_basis", "text", "What the baseline measures"),
        Field("baseline_approver", "text", "Post that approved the baseline"),
        Field(
            "price_base",
            "text",
            "Prices of the row's amounts: cash, or a financial year; empty: cash",
            examples=("cash", "2024-25", "cash"),
            bounds=(
                Bound(
                    "TP-333",
                    f"lower(trim({{price_base}})) IN ('', 'cash') "
                    f"OR regexp_full_match(trim({{price_base}}), '{_YEAR}')",
                    "cash, or the financial year whose prices they are, such as 2008-09",
                ),
            ),
        ),
        Field("plan_pence", "money", "Planned saving in the year", touches=_NO_AMOUNT),
        Field("forecast_pence", "money", "Forecast saving in the year", touches=_NO_AMOUNT),
        Field(
            "actual_pence",
            "money",
            "Actual saving in the year",
            touches=_NO_AMOUNT,
            reason="negative_reason",
            bounds=(
                Bound(
                    "TP-352",
                    "{actual_pence} <= {baseline_pence}",
                    "not more than the baseline: no more can be saved than was spent",
                ),
                Bound(
                    "TP-353",
                    "{actual_pence} = 0 OR {start_date} < make_date("
                    "CAST(left({financial_year}, 4) AS INTEGER) + 1, 4, 1)",
                    "empty or 0 in years before the saving starts",
                ),
                Bound(
                    "TP-354",
                    # One that stopped may have saved something in the year in which it did.
                    "{actual_pence} = 0 OR {status} <> 'planned'",
                    "empty or 0 while an initiative is only planned",
                ),
            ),
            # Savings grow by design: what the year's plan says, or a first year of some months.
            moves=Move(
                5_000_000,
                "a saving that moves so far beside its plan moves the place's count",
                unless="coalesce(abs({actual_pence} - {plan_pence}) * 100 "
                "<= 15 * abs({plan_pence}), {start_date} > make_date("
                "CAST(left({financial_year}, 4) AS INTEGER) - 1, 4, 1))",
            ),
        ),
        Field(
            "one_off_cost_pence",
            "money",
            "One-off cost falling in the year",
            touches="nothing is taken off the saving",
            bounds=(Bound("TP-351", "{one_off_cost_pence} >= 0", _COST),),
        ),
        Field(
            "ongoing_cost_pence",
            "money",
            "Ongoing cost in the year",
            touches="nothing is taken off the saving",
            bounds=(Bound("TP-351", "{ongoing_cost_pence} >= 0", _COST),),
        ),
        Field("quality_measure", "text", "Measure of service quality"),
        Field("quality_before", "text", "The measure before the change"),
        Field(
            "quality_after",
            "text",
            "The measure after the change",
            bounds=(
                Bound(
                    "TP-335",
                    # Without a word on which way is better, only a fall by half says that it fell.
                    f"{{saving_class}} <> 'cash_releasing' OR NOT CASE {{quality_aim}} "
                    f"WHEN 'lower_is_better' THEN {_AFTER} * 10 > {_BEFORE} * 11 "
                    f"WHEN 'higher_is_better' THEN {_AFTER} * 10 < {_BEFORE} * 9 "
                    f"ELSE {_AFTER} * 2 <= {_BEFORE} AND {_BEFORE} > 0 END",
                    "about as good as before: what is saved on quality is no saving",
                ),
            ),
        ),
        Field(
            "quality_aim",
            "text",
            "Which way the measure is better; empty: higher",
            values=("higher_is_better", "lower_is_better"),
        ),
        Field(
            "method",
            "text",
            "Measurement method",
            values=("agreed", "not_agreed"),
            touches=_EVIDENCE,
        ),
        Field(
            "data_maturity",
            "text",
            "HMT data maturity",
            values=("likely_to_change", "may_change", "will_not_change"),
            touches=_EVIDENCE,
        ),
        Field(
            "systems",
            "text",
            "HMT data systems assurance",
            values=("full", "substantial", "partial"),
            touches=_EVIDENCE,
        ),
        Field(
            "assurance",
            "text",
            "Status of the claim as its lead body signs it off",
            required=True,
            values=("preliminary", "interim", "final"),
        ),
        Field(
            "status",
            "text",
            "How far the initiative is",
            values=("planned", "in_delivery", "delivered", "stopped"),
            examples=("in_delivery", "delivered", "in_delivery"),
        ),
        Field("milestone", "text", "Next milestone"),
        Field("milestone_due", "date", "Date the milestone is due"),
        Field("milestone_done", "date", "Date the milestone was reached"),
        Field("baseline_version", "integer", "Version of the baseline; a new one restates"),
        Field(
            "negative_reason",
            "text",
            "Why the actual saving is negative",
            classification="personal",
        ),
        Field("scope_department", "text", "Ledger scope: department", needed=_SCOPE),
        Field("scope_area", "text", "Ledger scope: area", needed=_SCOPE),
        Field("scope_account", "text", "Ledger scope: account", needed=_SCOPE),
        Field("scope_supplier", "text", "Ledger scope: supplier", needed=_SCOPE),
    ),
)

FEEDS: dict[str, FeedSchema] = {
    f.name: f
    for f in (SPEND, FUNDING, SAVINGS, CONTACTS, ACCESS_POINTS, TREATMENT, INDICATORS, BUDGETS)
}


def has_money(feed: str | None) -> bool:
    """Whether a feed's lines add up to pence; of the others only the rows can be counted."""
    return feed not in FEEDS or FEEDS[feed].money_field is not None
