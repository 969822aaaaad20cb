"""A first file in another unit than pounds, or with its signs turned round, is asked about by what
its amounts usually come to; once there are earlier files, they tell."""

import pytest

from orchestration.intake.submit import dry_run
from tests.meaning.returns import (
    COUNTY,
    PARTNERS,
    SAVING,
    SITE,
    deliver,
    deliver_file,
    questions,
    text_of,
)

PAYMENTS = (2380.5, 640, 12000, 522.75, 990, 18400.1, 3115, 270.5, 4023, 750, 1281.25, 960.2)
OVER_25K = [f"{25_000 + 61.37 * n**3:.2f}" for n in range(1, 13)]


def agreed(partner, unit):
    """A contract of which the payments are in this unit."""
    spend = partner.feeds["spend"]
    layouts = [
        layout.model_copy(
            update={
                "columns": layout.columns
                | {"amount_pence": layout.columns["amount_pence"].model_copy(update={"unit": unit})}
            }
        )
        for layout in spend.layouts
    ]
    feeds = partner.feeds | {"spend": spend.model_copy(update={"layouts": layouts})}
    return partner.model_copy(update={"feeds": feeds})


@pytest.fixture
def first(settings, tmp_path):
    """What is asked of a body's first payments, each of so many pounds."""

    def first(partner, amounts, unit="pounds"):
        day = "2018-04-{:02d}" if "ccg" in partner else "{:02d}-Apr-24"
        rows = [
            {"line_date": day.format(n + 1), "amount_pence": amount, "supplier_name": f"A {n} Ltd"}
            | {"department": "Care", "pay_group": "Care", "account": "Care", "entity": "X"}
            for n, amount in enumerate(amounts)
        ]
        path = tmp_path / ("April 2018.csv" if "ccg" in partner else "payments-april-2024.csv")
        path.write_text(text_of(partner, "spend", *rows))
        result, _ = dry_run(settings, agreed(PARTNERS[partner], unit), path, "spend")
        return [f.code for f in result.findings if f.level != "information"]

    return first


@pytest.mark.parametrize(
    ("times", "codes"), [(1, []), (0.001, ["TP-404"]), (100, ["TP-416"]), (-1, ["TP-417"])]
)
def test_payments_over_500(first, times, codes):
    assert first(COUNTY, [f"{times * amount:.2f}" for amount in PAYMENTS]) == codes


@pytest.mark.parametrize(("times", "codes"), [(1, []), (0.001, ["TP-404"]), (-1, ["TP-417"])])
def test_payments_over_25k(first, times, codes):
    amounts = [f"{times * float(amount):.2f}" for amount in OVER_25K]
    assert first("nhs_leicester_city_ccg", amounts) == codes


def test_payments_over_25k_in_pence(first):
    # One in two is above £10,000,000 in pence for £100,000.
    pence = [str(round(float(amount) * 100)) for amount in OVER_25K]
    assert first("nhs_leicester_city_ccg", pence) == ["TP-416"]


def test_payments_that_are_agreed_to_be_in_thousands_have_no_pence(first):
    assert first(COUNTY, [str(n) for n in range(200, 220)], unit="thousands") == []
    assert first(COUNTY, [str(1_000 * n) for n in range(200, 220)]) == ["TP-416"]


def test_large_payments_in_whole_pounds_and_small_ones_are_sound(first):
    assert first(COUNTY, [f"{round(amount)}" for amount in PAYMENTS]) == []
    assert first(COUNTY, ["60000.50", *(f"{10 * amount:.2f}" for amount in PAYMENTS)]) == []


def rows(feed, *amounts):
    made = {
        "savings": lambda n, a: {
            **SAVING, "initiative_id": f"S-{n}", "initiative": f"Saving {'ABCDE'[n]}",
            "actual_pence": str(a), "plan_pence": str(a), "baseline_pence": str(9 * a),
        },
        "budgets": lambda n, a: {
            "service_group": f"Service {n}", "measure": "Budget", "gross_pence": str(a),
            "income_pence": "0", "net_pence": str(a), "price_basis": "cash",
        },
        "access_points": lambda n, a: {
            **SITE, "point_id": f"P-{n}", "name": f"Office {'ABCDE'[n]}",
            "postcode": "", "easting": "458000", "northing": "304000",
            "running_cost_pence": str(a),
        },
    }[feed]  # fmt: skip
    return [made(n, amount) for n, amount in enumerate(amounts)]


@pytest.mark.parametrize(
    ("feed", "amounts"),
    [
        ("savings", (858_900, 80_000, 1_095_000)),
        ("budgets", (22_440_500, 172_912_000, 3_100_000)),
        ("access_points", (39_000, 1_412_500, 319_000)),
    ],
)
@pytest.mark.parametrize("thousands", [False, True])
def test_a_first_return_in_thousands(settings, feed, amounts, thousands):
    sent = [round(amount / 1000) if thousands else amount for amount in amounts]
    found = questions(settings, deliver(settings, COUNTY, feed, "2010-11", *rows(feed, *sent)))
    if not thousands:
        assert found == {}
        return
    assert list(found) == ["TP-404"]
    assert found["TP-404"].endswith(f"£{1000 * sum(sent):,}.00 if they are in thousands.")


def test_a_first_register_in_pence(settings):
    pence = rows("savings", 85_890_000, 8_000_000, 109_500_000)
    pence[2]["baseline_pence"] = "1180000000"
    assert "TP-416" in questions(settings, deliver(settings, COUNTY, "savings", "2010-11", *pence))


def test_a_second_file_of_a_hundredth_is_asked_about(settings, tmp_path):
    def sent(month, times):
        path = tmp_path / f"SYNTHETIC-payments-{month}-2010.csv"
        rows = [
            {
                "line_date": f"{n + 1:02d}-{month[:3]}-10",
                "amount_pence": f"{times * 40 * amount:.2f}",
            }
            | {"supplier_name": f"A {n} Ltd", "department": "Care", "pay_group": "Care"}
            | {"account": "Care"}
            for n, amount in enumerate(PAYMENTS)
        ]
        path.write_text(text_of(COUNTY, "spend", *rows))
        return questions(settings, deliver_file(settings, COUNTY, "spend", path))

    assert sent("april", 1) == {}
    assert sent("june", 1.7) == {}
    assert sent("may", 0.01)["TP-162"] == (
        "The lines of this file add up to £18,133.32; 2 earlier files lie between £1,813,332.00 "
        "and £3,082,664.40."
    )
