"""Net, VAT and gross that do not agree are asked about; whatever else stands beside is not."""

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT

SPEND = load_partner(CHECKOUT / "tests/rules/contract.yml").feeds["spend"]
NET = (2380.50, 640.00, 522.75, 1840.10, 311.50, 99.95)


@pytest.fixture
def asked(tmp_path):
    """What is asked of amounts under this heading with these columns beside them."""

    def asked(heading, beside, amounts, *columns, vat="not_stated"):
        layout = SPEND.layouts[0]
        money = layout.columns["amount_pence"].model_copy(update={"heading": heading})
        layout = layout.model_copy(update={"columns": {**layout.columns, "amount_pence": money}})
        feed = SPEND.model_copy(update={"layouts": [layout], "vat": vat})
        path = tmp_path / "payments-april-2024.csv"
        lines = [f"Date,Supplier,Account,{','.join([heading, *beside])}"]
        for n, cells in enumerate(zip(amounts, *columns, strict=True)):
            money_cells = ",".join(f"{cell:.2f}" for cell in cells)
            lines.append(f"{n + 1:02d}/04/2024,Alder {n} Ltd,Care,{money_cells}")
        path.write_text("\n".join(lines) + "\n")
        result = judge(JudgeRequest(path, path.name, "spend", feed))
        return [f.message for f in result.findings if f.level != "information"]

    return asked


def of(rate):
    return [round(amount * rate + 1e-9, 2) for amount in NET]


def test_amounts_that_agree_are_sound(asked):
    assert asked("Net", ["VAT", "Gross"], NET, of(0.2), of(1.2)) == []
    assert asked("Gross amount", ["Net amount", "VAT"], of(1.2), NET, of(0.2)) == []
    assert asked("Amount", ["VAT"], NET, of(0.2), vat="excluded") == []
    assert asked("Amount", ["VAT"], of(1.2), of(0.2), vat="included") == []


def test_gross_amounts_under_the_heading_net(asked):
    assert asked("Net", ["VAT", "Gross"], of(1.2), of(0.2), of(1.2)) == [
        "In 6 of 6 lines 'Net' is not 'Gross' less 'VAT'. The file adds up to £6,953.76 as sent, "
        "£5,794.80 with 'Gross' less 'VAT' in these lines."
    ]


def test_net_amounts_under_the_heading_gross(asked):
    (message,) = asked("Gross", ["Net", "VAT (£)"], [*of(1.2)[:5], NET[5]], NET, of(0.2))
    assert message.startswith("In 1 of 6 lines 'Gross' is not 'Net' with 'VAT (£)'.")


@pytest.mark.parametrize(
    ("heading", "vat", "amounts", "said"),
    [
        ("Amount", "excluded", of(1.2), "is six times 'VAT', as an amount with VAT is"),
        ("Amount incl. VAT", "not_stated", NET, "is five times 'VAT', as an amount without VAT is"),
    ],
)
def test_the_amount_and_vat_alone_say_which_one_it_is(asked, heading, vat, amounts, said):
    (message,) = asked(heading, ["VAT"], amounts, of(0.2), vat=vat)
    assert said in message


@pytest.mark.parametrize(
    "heading", ["VAT number", "VAT code", "Irrecoverable VAT", "VAT rate", "VAT %", "Private rent"]
)
def test_columns_that_are_no_amounts_of_vat(asked, heading):
    assert asked("Net", [heading, "Gross"], of(1.2), of(0.2), of(1.2)) == []


def test_where_nobody_says_which_the_amount_is_nothing_is_asked(asked):
    assert asked("Amount", ["VAT"], of(1.2), of(0.2)) == []


def test_columns_that_mean_something_else_are_not_asked_about(asked):
    assert asked("Net", ["VAT", "Gross"], NET, of(0.07), of(2.5)) == []
