"""More than a name in a payee's cell is asked about and not shown; a sole trader's name is not."""

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")


@pytest.fixture
def asked(tmp_path):
    def read(payee):
        path = tmp_path / "payments-april-2024.csv"
        path.write_text(
            f'Date,Supplier,Account,Amount\n02/04/2024,"{payee}",Care,5.00\n'
            "03/04/2024,Anytown Care Ltd,Care,6.00\n"
        )
        result = judge(JudgeRequest(path, path.name, "spend", PARTNER.feeds["spend"]))
        return next((f for f in result.findings if f.code == "TP-125"), None)

    return read


@pytest.mark.parametrize(
    "payee",
    [
        "Mrs A Example tel 0116 496 0123, ZZ2 1AB",
        "MR B EXAMPLE 07700 900123",
        "Ms C Example (0116) 4960123",
        "Miss D Example, 1 High Street, ZZ2 1AB",
        "ZZ2 1AB Dr E Example",
        "F Example f.example@example.org",
        "f.example+pay@mail.example.co.uk",
    ],
)
def test_a_persons_address_or_number_is_asked_about_and_masked(asked, payee):
    found = asked(payee)
    assert (found.level, found.count, found.amount_pence) == ("please_explain", 1, 500)
    assert found.message == (
        "1 cell under 'Supplier' holds more than a name: an e-mail address, or a title with a "
        "telephone number or a postcode. They are not shown here."
    )
    assert found.fix == (
        "Leave only the name in these cells, or 'Redacted' for a private person, and send the "
        "file again. If they are details of organisations, say so."
    )
    assert (found.cells[0].row, found.cells[0].column) == (2, "B")
    shown = str(found.as_json())
    assert not any(word in shown for word in ("xample", "XAMPLE", "496", "900123", "ZZ2"))


@pytest.mark.parametrize(
    "payee",
    [
        "Mr A Example",
        "Mrs B Example T/A Example Cleaning",
        "Dr C Example & Partners 2024",
        "Anytown Care Ltd ZZ2 1AB",
        "Anytown Taxis 0116 496 0123",
        "Example Smiths 4 Hire",
    ],
)
def test_a_name_alone_or_an_organisations_address_is_not_asked_about(asked, payee):
    assert asked(payee) is None
