"""One value nearly all the way down a column is asked about, once; what real files have is not."""

from pathlib import Path

import pytest

from orchestration.contracts.feeds import FEEDS
from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.intake.judge.rules.alike import alike_findings
from orchestration.intake.judge.rules.drift import Profile
from orchestration.intake.ledger.receipt import Identity
from orchestration.intake.ledger_checks import findings_beside

PARTNER = load_partner(Path(__file__).parents[1] / "rules" / "contract.yml")
SPEND = PARTNER.feeds["spend"]
HEADINGS = "Date,Supplier,Account,Amount\n"


def line(number, payee=None, amount=None):
    payee, amount = payee or f"Payee {number}", amount or f"{100 + 13 * number}.{number % 100:02d}"
    return f"{number % 28 + 1:02d}/04/2024,{payee},Care,{amount}\n"


@pytest.fixture
def outline(tmp_path):
    """A file of these lines as the ledger keeps its outline, and what is asked of it."""

    def _outline(lines, before=()):
        path = tmp_path / "payments-april-2024.csv"
        path.write_text(HEADINGS + "".join(lines))
        result = judge(JudgeRequest(path, path.name, "spend", SPEND))
        identity = Identity("S", PARTNER.id, "spend", None, False)
        asked = findings_beside([Profile.from_text(p) for p in before], identity, result)
        return result.profile.as_text(), [f.message for f in asked if f.code == "TP-405"]

    return _outline


def test_half_of_the_amounts_are_nought(outline):
    _, asked = outline(line(n, amount="0.00" if n % 2 else None) for n in range(1, 101))
    assert asked == [
        "50 of 100 lines have the same value under 'Amount', as a cell that was filled down gives "
        "them. They come to £0.00 of the file's £38,174.50."
    ]


def test_one_payee_all_the_way_down_and_no_payee_is_named_or_kept(outline):
    kept, (asked,) = outline(
        line(n, payee="Jane Citizen" if n > 20 else None) for n in range(1, 101)
    )
    assert asked.startswith("80 of 100 lines have the same value under 'Supplier'")
    assert "Jane" not in kept + asked


@pytest.mark.parametrize(
    "lines",
    [
        [line(n, payee="One Ltd" if n <= 75 else None) for n in range(1, 101)],
        [line(n, amount="50.00" if n <= 30 else None) for n in range(1, 101)],
        [line(n, amount="50.00") for n in range(1, 100)],
        [line(n, payee="Voucher Ltd", amount="50.00") for n in range(1, 101)],
    ],
    ids=["three payees in four", "three amounts in ten", "a small file", "one amount to one payee"],
)
def test_what_may_be_so_is_not_asked_about(outline, lines):
    assert outline(lines)[1] == []


def test_what_an_earlier_file_had_is_usual(outline):
    lines = [line(n, payee="One Ltd") for n in range(1, 101)]
    kept, asked = outline(lines)
    assert len(asked) == 1
    assert outline(lines, before=[kept])[1] == []


def test_of_a_large_file_it_is_said_how_many_lines_were_looked_at():
    profile = Profile(rows=400_000, looked=262_144, alike={"amount_pence": (200_000, 999_800_000)})
    [asked] = alike_findings(profile, [], FEEDS["spend"], SPEND.layouts[0])
    assert asked.message.startswith(
        "200,000 of 262,144 lines that were looked at have the same value under 'Amount'"
    )
