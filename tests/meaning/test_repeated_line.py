"""One line that stands in a file again and again is asked about, where nothing like it is usual."""

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.landing import Delivery
from orchestration.intake.ledger.ledger import Ledger
from orchestration.intake.receive import receive
from orchestration.settings import CHECKOUT

ANYTOWN = load_partner(CHECKOUT / "tests/rules/contract.yml")
MONTHS = {"april": 4, "may": 5, "june": 6, "july": 7, "august": 8}


@pytest.fixture
def asked(settings):
    """What is asked of a month of so many lines, of which some stand so many times."""

    def asked(month, lines, *copies):
        text = "Date,Supplier,Account,Amount\n"
        for n in range(lines):
            day = f"{n % 28 + 1:02d}/{MONTHS[month]:02d}/2024"
            line = f"{day},Alder {n} Ltd,Care,{90 + 7.3 * n + MONTHS[month]:.2f}\n"
            text += line * (copies[n] if n < len(copies) else 1)
        path = settings.home / f"payments-{month}-2024.csv"
        path.write_text(text)
        ledger = Ledger(settings.ledger)
        try:
            delivery = Delivery(path, f"contract/spend/{path.name}", "contract", "spend")
            receipt = receive(settings, ledger, {"contract": ANYTOWN}, delivery)
            found = ledger.findings(receipt.seq)
        finally:
            ledger.close()
        return [f["code"] for f in found if f["level"] == "please_explain"]

    return asked


def test_a_line_that_is_a_tenth_of_a_first_file(asked):
    assert asked("april", 40, 8) == ["TP-423"]


def test_a_few_copies_are_sound(asked):
    assert asked("april", 40, 4) == []
    assert asked("may", 100, 6) == []


def test_where_several_lines_are_repeated_they_are_usual(asked):
    assert asked("april", 60, 8, 6, 5) == []


def test_beside_earlier_files_fewer_copies_are_enough(asked):
    for month in ("april", "may", "june", "july"):
        assert asked(month, 100, 2) == []
    assert asked("august", 100, 7) == ["TP-423"]


def test_what_earlier_files_had_too_is_usual(asked):
    for month in ("april", "may", "june", "july"):
        assert asked(month, 100, 6) == []
    assert asked("august", 100, 8) == []
