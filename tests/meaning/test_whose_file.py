"""Another body's file sent as one's own is asked about: it names that body, or its rows are in
force already under that body's name."""

import pytest

from tests.meaning.returns import CITY, COUNTY, SAVING, deliver, deliver_file, questions, text_of

CITY_PCT = "nhs_leicester_city_pct"
CITY_NAME = "Leicester City Council"


def services(*pounds):
    return [
        {"service_group": f"Service {n}", "measure": "Budget", "gross_pence": str(gross)}
        | {"income_pence": "0", "net_pence": str(gross), "price_basis": "cash"}
        for n, gross in enumerate(pounds)
    ]


@pytest.mark.parametrize(
    ("pounds", "codes"),
    [
        ((22_440_517, 172_912_310, 3_104_900), ["TP-418"]),
        # Of one of them another figure; the same flat sums.
        ((22_440_517, 172_912_310, 3_104_901), []),
    ],
)
def test_budgets_that_are_in_force_as_another_bodys(settings, pounds, codes):
    theirs = services(22_440_517, 172_912_310, 3_104_900)
    assert questions(settings, deliver(settings, CITY, "budgets", "2010-11", *theirs)) == {}
    found = questions(settings, deliver(settings, COUNTY, "budgets", "2010-11", *services(*pounds)))
    assert list(found) == codes
    if found:
        assert found["TP-418"] == (
            "These rows are in force already, with the same figures, as those of "
            "Leicester City Council (receipt R-000001): 3 of 3 rows of £198,457,727.00. If both "
            "files count, £198,457,727.00 counts twice."
        )


def test_flat_sums_are_alike_in_many_bodies(settings):
    flat = services(1_000_000, 1_000_000, 1_000_000)
    deliver(settings, CITY, "budgets", "2010-11", *flat)
    assert questions(settings, deliver(settings, COUNTY, "budgets", "2010-11", *flat)) == {}


def register(lead, share="1"):
    return [
        {**SAVING, "initiative_id": f"CX-{n}", "initiative": name, "actual_pence": str(actual)}
        | {"lead": lead, "partner_share": share}
        for n, (name, actual) in enumerate(
            {"Branches": 400_100, "Fostering": 85_300, "Highways": 1_095_000}.items()
        )
    ]


@pytest.mark.parametrize(
    ("lead", "share", "codes"),
    [
        (CITY_NAME, "1", ["TP-419"]),
        ("Leicestershire CC", "1", []),
        # A joint programme that another body leads, and a lead that nobody knows.
        (CITY_NAME, "0.5", []),
        ("Joint Change Board", "1", []),
    ],
)
def test_a_register_of_savings_that_another_body_leads(settings, lead, share, codes):
    receipt = deliver(settings, COUNTY, "savings", "2010-11", *register(lead, share))
    found = questions(settings, receipt)
    assert list(found) == codes
    if found:
        assert found["TP-419"] == (
            "This file names Leicester City Council under 'Lead body', and never the body that "
            "sends it. It claims the whole of 3 savings. If it is theirs, £1,580,400.00 would "
            "count for you by mistake; if it is yours, all of it counts."
        )


def flows(payer, payee):
    return [
        {"agreement_id": f"A-{n}", "flow": "Grant", "payer": payer, "payee": payee}
        | {"theme": "Drugs and alcohol", "amount_pence": str(1_000_000 + 17_311 * n)}
        for n in range(3)
    ]


def test_a_return_of_flows_between_other_bodies(settings):
    receipt = deliver(settings, COUNTY, "funding", "2010-11", *flows("Home Office", CITY_NAME))
    assert list(questions(settings, receipt)) == ["TP-419"]


def test_a_return_that_names_its_sender_once_is_its_own(settings):
    rows = flows("Home Office", CITY_NAME)
    rows[0] = {**rows[0], "payer": "Leicestershire County Council"}
    assert questions(settings, deliver(settings, COUNTY, "funding", "2010-11", *rows)) == {}


@pytest.mark.parametrize(
    ("entity", "codes"),
    [
        ("NHS Leicester City PCT", []),
        ("Leicestershire County and Rutland PCT", ["TP-419"]),
        ("A body of which nobody knows", []),
    ],
)
def test_payments_that_name_their_entity(settings, entity, codes):
    rows = [
        {"line_date": f"2010-04-{n + 1:02d}", "amount_pence": f"{30_000 + 71.3 * n:.2f}"}
        | {"department": "Department of Health", "entity": entity, "area": "Care"}
        | {"supplier_name": f"A {n} Ltd", "account": "Care", "transaction_no": str(n)}
        for n in range(4)
    ]
    path = settings.home / "SYNTHETIC-April 2010 - Expenditure over 25k.csv"
    path.write_text(text_of(CITY_PCT, "spend", *rows))
    assert list(questions(settings, deliver_file(settings, CITY_PCT, "spend", path))) == codes
