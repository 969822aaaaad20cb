"""Handing in and taking back: names in landing, explanations, locks, and older ledgers."""

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.landing import discover, is_new
from orchestration.intake.ledger.blob_store import cells_path, lines_path
from orchestration.intake.ledger.ledger import Ledger
from orchestration.intake.receive import receive
from orchestration.intake.submit import safe_name, submit, withdraw
from orchestration.settings import CHECKOUT

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
PARTNERS = {PARTNER.id: PARTNER}


def text(pounds, date="02/04/2024"):
    return f"Date,Supplier,Account,Amount\n{date},Anytown Care Ltd,Care,{pounds}\n"


@pytest.fixture
def file(tmp_path):
    def put(content, name="payments-april-2024.csv"):
        path = tmp_path / name
        path.write_text(content)
        return path

    return put


def in_landing(settings):
    return sorted(p.name for p in (settings.landing / PARTNER.id / "spend").iterdir())


def new(settings):
    ledger = Ledger(settings.ledger)
    return [d for d in discover(settings.landing, PARTNERS) if is_new(ledger, d)]


def test_a_submitted_file_is_booked_and_left_in_landing_and_not_received_again(settings, file):
    done = submit(settings, PARTNER, file(text("1.00")), "spend")
    assert (done.receipt.verdict, done.receipt.pence_accepted) == ("accepted", 100)
    assert in_landing(settings) == ["payments-april-2024.csv"]
    assert new(settings) == []


def test_another_file_of_the_same_name_stands_beside_it(settings, file):
    for number in range(1, 12):
        submit(settings, PARTNER, file(text(f"{number}.00")), "spend")
    names = in_landing(settings)
    assert len(names) == 11
    assert "payments-april-2024 (11).csv" in names
    found = [d.path.stem for d in discover(settings.landing, PARTNERS)]
    assert found[0] == "payments-april-2024"
    assert found[1:] == [f"payments-april-2024 ({n})" for n in range(2, 12)]
    (standing,) = Ledger(settings.ledger).in_force(PARTNER.id, "spend")
    assert standing.pence_accepted == 1100


def test_two_at_once_are_both_booked_and_one_stands(settings, tmp_path):
    paths = []
    for number in (1, 2, 3, 4):
        path = tmp_path / str(number) / "payments-april-2024.csv"
        path.parent.mkdir()
        path.write_text(text(f"10{number}.00"))
        paths.append(path)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda p: submit(settings, PARTNER, p, "spend"), paths))
    statuses = [r.status for r in Ledger(settings.ledger).receipts()]
    assert sorted(statuses) == ["in_force", "superseded", "superseded", "superseded"]
    assert len(in_landing(settings)) == 4
    assert new(settings) == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("payments april.csv", "payments april.csv"),
        (".hidden.csv", "hidden.csv"),
        ("a\u202ecsv.exe", "a_csv.exe"),
        ("line\nbreak\x1b[31m.csv", "line_break_[31m.csv"),
        ('a<b>:"|?*\\.csv', "a_b_______.csv"),
        ("...", "file"),
        ("é" * 200 + ".csv", "é" * 88 + ".csv"),
    ],
)
def test_names_are_made_safe(name, safe):
    assert safe_name(name) == safe
    assert len(os.fsencode(safe_name(name))) <= 180


def test_what_is_withdrawn_does_not_count_and_may_come_again(settings, file):
    path = file(text("1.00"))
    first = submit(settings, PARTNER, path, "spend").receipt
    second = submit(settings, PARTNER, file(text("2.00"), "april-2024-new.csv"), "spend").receipt
    assert withdraw(settings, first.seq, "too late", None) is None  # it was superseded
    gone = withdraw(settings, second.seq, "wrong month", "A Steward")
    assert (gone.status, gone.withdrawn_because, gone.withdrawn_by) == (
        "withdrawn",
        "wrong month",
        "A Steward",
    )
    ledger = Ledger(settings.ledger)
    assert ledger.in_force(PARTNER.id, "spend") == []  # what it replaced does not come back
    assert new(settings) == []  # nor does landing bring it back by itself
    again = submit(settings, PARTNER, file(text("2.00"), "april-2024-new.csv"), "spend").receipt
    assert (again.verdict, again.status) == ("accepted", "in_force")
    assert withdraw(settings, again.seq, "again", None)
    copy = settings.landing / PARTNER.id / "spend" / "april-2024-redrop.csv"
    copy.write_text(text("2.00"))
    (delivery,) = new(settings)
    assert receive(settings, ledger, PARTNERS, delivery).status == "in_force"


def test_bytes_that_come_again_for_another_period_leave_one_set_of_lines(settings, tmp_path):
    from orchestration.contracts.periods import parse

    path = tmp_path / "payments.csv"
    path.write_text(text("1.00"))
    first = submit(settings, PARTNER, path, "spend", parse("2024-05")).receipt
    withdraw(settings, first.seq, "wrong month", None)
    second = submit(settings, PARTNER, path, "spend", parse("2024-04")).receipt
    assert first.submission_id == second.submission_id
    assert not lines_path(settings, first).exists()
    assert lines_path(settings, second).exists()


def test_a_refused_receipt_keeps_every_cell(settings, file):
    import duckdb

    rows = "".join(f"0{n}/04/2024,X Ltd,Care,tbc\n" for n in range(1, 8))
    done = submit(settings, PARTNER, file(text("1.00") + rows), "spend").receipt
    assert done.verdict == "refused"
    path = cells_path(settings, done.receipt_id)
    found = duckdb.sql(f"SELECT \"row\", \"column\", value FROM '{path}' WHERE value = 'tbc'")
    assert found.fetchall() == [(n, "D", "tbc") for n in range(3, 10)]


def test_pence_by_month_and_dates_add_up(settings, file):
    more = "30/04/2024,B Ltd,Care,2.50\n01/05/2024,C Ltd,Care,-1.00\n"
    r = submit(settings, PARTNER, file(text("1.00") + more), "spend").receipt
    assert r.pence_by_month == {"2024-04": 350, "2024-05": -100}
    assert sum(r.pence_by_month.values()) == r.pence_accepted
    assert (str(r.first_date), str(r.last_date)) == ("2024-04-02", "2024-05-01")
    assert len(r.contract_version) == 12


def test_an_older_ledger_gets_the_new_columns(settings, file):
    first = submit(settings, PARTNER, file(text("1.00")), "spend").receipt
    with sqlite3.connect(settings.ledger) as db:
        for name in ("explanation", "withdrawn_at", "pence_by_month", "contract_version"):
            db.execute(f"ALTER TABLE receipt DROP COLUMN {name}")
        db.execute("PRAGMA user_version = 0")  # ledgers had no number of their version then
    old = Ledger(settings.ledger).receipt(first.seq)
    assert (old.explanation, old.pence_by_month, old.contract_version) == (None, {}, None)
    assert withdraw(settings, first.seq, "wrong", None).status == "withdrawn"


def test_nothing_half_made_is_left_behind(settings, file):
    submit(settings, PARTNER, file(text("1.00")), "spend")
    left = [p for p in Path(settings.home).rglob("*") if p.name.startswith((".submit-", "submit-"))]
    assert left == []


def test_a_control_file_is_left_in_landing_with_its_file(settings, file):
    path = file(text("1.00"))
    beside = path.with_name(f"{path.name}.manifest.json")
    beside.write_text('{"rows": 1, "pence": 5}')
    assert submit(settings, PARTNER, path, "spend").receipt.verdict == "refused"
    assert in_landing(settings) == [path.name, beside.name]
    beside.write_text('{"rows": 1, "pence": 100}')
    assert submit(settings, PARTNER, path, "spend").receipt.verdict == "accepted"
    names = ["payments-april-2024 (2).csv", "payments-april-2024 (2).csv.manifest.json"]
    assert in_landing(settings) == [*names, path.name, beside.name]
    assert submit(settings, PARTNER, path, "spend").receipt.verdict == "duplicate"
    assert len(in_landing(settings)) == 4
    assert new(settings) == []


def test_an_earlier_file_can_come_back_once_what_replaced_it_is_withdrawn(settings, file):
    first = submit(settings, PARTNER, file(text("1.00")), "spend").receipt
    second = submit(settings, PARTNER, file(text("2.00")), "spend").receipt
    early = submit(settings, PARTNER, file(text("1.00")), "spend").receipt
    assert (early.verdict, early.duplicate_of) == ("duplicate", first.seq)
    (told,) = Ledger(settings.ledger).findings(early.seq)
    assert "which R-000002 has replaced since" in told["message"]
    withdraw(settings, second.seq, "the first was right", None)
    back = submit(settings, PARTNER, file(text("1.00")), "spend").receipt
    assert (back.verdict, back.status, back.pence_accepted) == ("accepted", "in_force", 100)
    (standing,) = Ledger(settings.ledger).in_force(PARTNER.id, "spend")
    assert standing.seq == back.seq
