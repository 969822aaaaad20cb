"""What is refused or held stays on the screen and in the status, whatever its period, until it is
put right: a later accepted file of the same period or name, or it is withdrawn."""

import dataclasses
from datetime import date

import pytest

from orchestration.cli.gaps import Received, gaps
from orchestration.cli.last_screen import summary_text
from orchestration.contracts.load import Partners, load_partner
from orchestration.intake.ledger.receipt import Receipt
from orchestration.intake.not_put_right import not_put_right
from orchestration.settings import CHECKOUT
from orchestration.steward.status import of_nobody, open_rows, status_rows

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")


def receipt(seq, verdict, period="2024-04", name="april.csv", **more):
    status = {"accepted": "in_force", "held": "held"}.get(verdict, "none")
    standard = {"partner_id": PARTNER.id, "feed": "spend", "status": status, "period": period}
    return Receipt(
        "S-1", name, "00", 10, verdict, "rules", seq=seq, landing_path=name, **(standard | more)
    )


def left(*receipts, landing):
    return [r.seq for r in not_put_right(receipts, landing)]


REFUSED, HELD = receipt(1, "refused"), receipt(1, "held")


@pytest.mark.parametrize("first", [REFUSED, HELD], ids=["refused", "held"])
def test_it_stays_until_something_is_accepted_in_its_place(first, tmp_path):
    other_month = receipt(2, "accepted", period="2024-05", name="may.csv")
    assert left(first, other_month, landing=tmp_path) == [1]
    again = receipt(3, "refused")
    assert left(first, other_month, again, landing=tmp_path) == [1, 3]


def test_the_same_period_puts_right(tmp_path):
    assert left(REFUSED, receipt(2, "accepted", name="april-2.csv"), landing=tmp_path) == []


def test_the_same_name_puts_right_where_no_period_was_known(tmp_path):
    unknown = receipt(1, "refused", period=None)
    other = receipt(2, "accepted", name="may.csv", period="2024-05")
    assert left(unknown, other, landing=tmp_path) == [1]
    assert left(unknown, receipt(2, "accepted"), landing=tmp_path) == []


def test_what_came_before_or_was_withdrawn_puts_nothing_right(tmp_path):
    assert left(receipt(1, "accepted"), receipt(2, "refused"), landing=tmp_path) == [2]
    taken_back = receipt(2, "accepted", status="withdrawn")
    assert left(REFUSED, taken_back, landing=tmp_path) == [1]


def test_bytes_that_count_already_put_right(tmp_path):
    good = receipt(1, "accepted", name="sent-before.csv")
    refused = receipt(2, "refused", period=None)
    again = receipt(3, "duplicate", duplicate_of=1)
    assert left(good, refused, again, landing=tmp_path) == []


def test_what_is_withdrawn_is_put_right(tmp_path):
    for verdict in ("refused", "held"):
        withdrawn = receipt(1, verdict, status="withdrawn")
        assert left(withdrawn, landing=tmp_path) == []


def test_a_file_of_nobody_is_listed_while_it_lies_there(tmp_path):
    stray = receipt(1, "refused", partner_id=None, feed=None, period=None)
    assert left(stray, landing=tmp_path) == []
    (tmp_path / "april.csv").touch()
    assert left(stray, landing=tmp_path) == [1]


def test_the_screen_says_refused_and_held_in_words(settings):
    held = receipt(2, "held", name="june-2019.csv", period="2019-06")
    said = gaps(settings, {PARTNER.id: PARTNER}, Received([REFUSED, held], []), date(2024, 6, 1))
    assert said == [
        "april.csv (R-000001) is refused",
        "june-2019.csv (R-000002) is held: its question waits for an answer",
    ]


def test_the_status_lists_the_same_and_what_is_left_alone(tmp_path):
    held = receipt(2, "held", name="june-2019.csv", period="2019-06")
    receipts, landing = [REFUSED, held], [("contract/spend/may.csv.part", "an upload")]
    (row, *_) = status_rows({PARTNER.id: PARTNER}, receipts, (), {1, 2})
    assert (row["held"], row["not_put_right"]) == (["R-000002"], ["R-000001", "R-000002"])
    assert open_rows(receipts, {1, 2}, landing) == [
        ("april.csv (R-000001)", "contract/spend", "2024-04", "refused"),
        ("june-2019.csv (R-000002)", "contract/spend", "2019-06", "held"),
        ("contract/spend/may.csv.part", "", "", "an upload"),
    ]
    (nobody,) = of_nobody(Partners(), receipts, {1, 2}, landing)
    assert nobody["left_alone"] == [{"place": landing[0][0], "reason": "an upload"}]
    assert of_nobody(Partners(), receipts, {1, 2}, []) == []


def test_the_last_screen_shows_what_a_held_file_would_count():
    held = {
        "receipt_id": "R-000002",
        "file_name": "june.csv",
        "verdict": "held",
        "period": "2019-06",
        "rows_held": 12,
        "pence_held": 123_45,
        "rows_unpriced": 0,
        "rows_set_aside": 0,
        "pence_set_aside": 0,
        "reason": "It rose.",
    }
    text = summary_text(
        {
            "status": "unchanged",
            "failure": None,
            "refusals": [],
            "release_id": "2024-06-01-0",
            "delivered": [],
            "not_counted": [held],
            "doubtful": [
                {
                    "receipt_id": "R-000003",
                    "file_name": "may.csv",
                    "period": "2019-05",
                    "rows": 6,
                    "pence": 25_000_100,
                    "questions": ["2 lines stand in one sheet and again in another.", "It rose."],
                }
            ],
            "left_alone": [{"place": "a/b/c.part", "reason": "an upload"}],
            "gaps": [],
        }
    )
    assert "june.csv (R-000002)  held  2019-06  12 rows  £123.45  It rose." in text
    assert (
        "Counted, though a question is open\n  may.csv (R-000003)  2019-05  6 rows  £250,001.00  "
        "2 lines stand in one sheet and again in another. (and 1 more)"
    ) in text
    assert "Left alone in landing\n  a/b/c.part  an upload" in text


def test_a_refused_receipt_can_be_withdrawn(settings):
    from orchestration.intake.ledger.ledger import Ledger
    from orchestration.intake.submit import withdraw

    ledger = Ledger(settings.ledger)
    booked = ledger.record(dataclasses.replace(REFUSED, seq=0), [])
    ledger.close()
    done = withdraw(settings, booked.seq, "sent to the wrong council", "A Steward")
    assert (done.status, done.verdict) == ("withdrawn", "refused")
