"""The ledger in SQLite and in PostgreSQL: numbers, all or nothing, whose receipts they are."""

import dataclasses
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from orchestration.cli.main import main
from orchestration.contracts.load import load_partner
from orchestration.intake.bookkeeping import book_once
from orchestration.intake.judge.findings import finding
from orchestration.intake.landing import discover
from orchestration.intake.ledger import postgres_store
from orchestration.intake.ledger.ledger import Ledger, LedgerError
from orchestration.intake.ledger.receipt import Receipt
from orchestration.intake.ledger.sqlite_store import SqliteStore
from orchestration.intake.receive import prepare
from orchestration.settings import CHECKOUT

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
PARTNERS = {PARTNER.id: PARTNER}
APRIL = "Date,Supplier,Account,Amount\n02/04/2024,Anytown Care Ltd,Care,1.00\n"
SECRET = "hunter2"


def receipt(name="april.csv", **told):
    return Receipt("S-1", name, "aa", 1, "refused", "r", landing_path=f"a/spend/{name}", **told)


def fails(_):
    raise OSError("the disk is full")


def test_receipts_are_numbered_in_the_order_received_and_none_is_left_out(either_ledger):
    """Input: a receipt, one whose files cannot be kept, another. Numbers: 1, none, 2."""
    with closing(Ledger(either_ledger.ledger)) as ledger:
        assert ledger.record(receipt("april.csv"), []).seq == 1
        with pytest.raises(OSError, match="the disk is full"):
            ledger.record(receipt("may.csv"), [finding("TP-090", detail="x")], keep=fails)
        assert ledger.findings() == []
        assert ledger.record(receipt("june.csv"), []).receipt_id == "R-000002"


def test_a_receipt_comes_back_as_it_was_written(either_ledger):
    told = {"partner_id": "a", "feed": "spend", "pence_accepted": 2**62, "synthetic": True}
    with closing(Ledger(either_ledger.ledger)) as ledger:
        kept = ledger.record(receipt(**told, pence_by_month={"2024-04": -1}), [])
    assert (kept.pence_accepted, kept.synthetic, kept.pence_by_month) == (
        2**62,
        True,
        {"2024-04": -1},
    )


def test_a_sign_that_no_database_text_may_hold_does_not_stop_the_booking(either_ledger):
    with closing(Ledger(either_ledger.ledger)) as ledger:
        told = ledger.record(receipt(), [finding("TP-090", detail="a\0b")])
        (found,) = ledger.findings(told.seq)
    assert found["message"].replace(r"\x00", "\0").count("a\0b") == 1


def test_the_rows_equation_is_held_by_the_database(either_ledger):
    with (
        closing(Ledger(either_ledger.ledger)) as ledger,
        pytest.raises((sqlite3.IntegrityError, LedgerError)),
    ):
        ledger.record(receipt(rows_in=2, rows_accepted=1), [])


def test_what_is_open_to_be_read_only_cannot_be_written(either_ledger):
    Ledger(either_ledger.ledger).close()
    with (
        closing(Ledger(either_ledger.ledger, read_only=True)) as ledger,
        pytest.raises((sqlite3.OperationalError, LedgerError)),
    ):
        ledger.record(receipt(), [])


def test_two_who_book_the_same_file_at_the_same_moment_make_one_receipt(either_ledger):
    settings = either_ledger
    path = settings.landing / PARTNER.id / "spend" / "payments-april-2024.csv"
    path.parent.mkdir(parents=True)
    path.write_text(APRIL)
    (delivery,) = discover(settings.landing, PARTNERS)
    both = [prepare(settings, PARTNERS, delivery, ()) for _ in range(2)]
    together, booked = threading.Barrier(2), []

    def worker(outcome):
        with closing(Ledger(settings.ledger)) as ledger:
            together.wait()
            booked.append(book_once(settings, ledger, outcome))

    workers = [threading.Thread(target=worker, args=[outcome]) for outcome in both]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sorted(r.seq if r else 0 for r in booked) == [0, 1]
    with closing(Ledger(settings.ledger)) as ledger:
        assert [r.status for r in ledger.receipts()] == ["in_force"]
    assert not list(settings.warehouse.glob("submit-*"))


CLAIMS = """
import sys, time
from pathlib import Path
from dataclasses import replace
from orchestration.settings import Settings
from orchestration.intake.ledger.ledger import Ledger
settings = replace(Settings.from_environment(home=Path(sys.argv[1])), database_url=sys.argv[2])
ledger = Ledger(settings.ledger)
print(ledger.claim("april"), flush=True)
time.sleep(600)
"""


def test_a_claim_ends_with_the_worker_that_made_it(either_ledger):
    settings = either_ledger
    command = [sys.executable, "-c", CLAIMS, str(settings.home), settings.database_url]
    other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT)
    with closing(Ledger(settings.ledger)) as ledger:
        assert other.stdout.readline() == "True\n"
        assert (ledger.claim("april"), ledger.claim("may")) == (False, True)
        other.kill()
        other.communicate()
        for _ in range(100):  # a server notices a moment later
            if taken := ledger.claim("april"):
                break
            time.sleep(0.1)
    assert taken


def test_a_home_remembers_that_its_receipts_are_in_a_database(settings, database_url):
    """Without it a setting that is forgotten would count every file once more."""
    database = dataclasses.replace(settings, database_url=database_url)
    Ledger(database.ledger).close()
    with pytest.raises(LedgerError, match="TOTALPLACE_DATABASE_URL is not set"):
        Ledger(settings.ledger)
    Ledger(database.ledger).close()


def test_a_database_has_the_receipts_of_one_home(settings, database_url, tmp_path):
    first = dataclasses.replace(settings, database_url=database_url)
    Ledger(first.ledger).close()
    other = dataclasses.replace(first, home=tmp_path / "other")
    with pytest.raises(LedgerError, match=f"is not that of {other.home}"):
        Ledger(other.ledger)


def test_a_home_that_lost_its_database_does_not_begin_anew(
    settings, database_url, postgres_server, tmp_path
):
    home = dataclasses.replace(settings, database_url=database_url)
    Ledger(home.ledger).close()
    empty = dataclasses.replace(home, database_url=postgres_server)
    with pytest.raises(LedgerError, match=f"is not that of {home.home}"):
        Ledger(empty.ledger)


def test_receipts_in_the_file_of_a_home_are_not_left_behind(settings, database_url):
    with closing(Ledger(settings.ledger)) as ledger:
        ledger.record(receipt(), [])
    with pytest.raises(LedgerError, match=r"has its receipts in .*ledger\.sqlite"):
        Ledger(dataclasses.replace(settings, database_url=database_url).ledger)


def test_a_home_moves_its_receipts_into_a_database_once(
    settings, database_url, monkeypatch, capsys
):
    with closing(Ledger(settings.ledger)) as ledger:
        held = receipt("may.csv", status="held", partner_id="a", feed="spend", synthetic=True)
        ledger.record(receipt("april.csv"), [finding("TP-090", detail="a\0b")])
        ledger.record(held, [], outline="{}")
        ledger.program_error("a/spend/june.csv", "it failed")
        before = (ledger.receipts(), ledger.program_errors(), len(ledger.findings()))
    move = ["move-ledger", "--home", str(settings.home)]
    assert main(move) == 2
    assert "Set TOTALPLACE_DATABASE_URL" in capsys.readouterr().err
    monkeypatch.setenv("TOTALPLACE_DATABASE_URL", database_url)
    assert main(move) == 0
    assert "2 receipts are in the database" in capsys.readouterr().out
    moved = dataclasses.replace(settings, database_url=database_url)
    with closing(Ledger(moved.ledger)) as ledger:
        assert (ledger.receipts(), ledger.program_errors(), len(ledger.findings())) == before
        assert ledger.record(receipt("july.csv"), []).seq == 3
    with pytest.raises(LedgerError, match="TOTALPLACE_DATABASE_URL is not set"):
        Ledger(settings.ledger)
    assert main(move) == 2
    assert "are in a database already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"mysql://a:{SECRET}@db/totalplace", "is no address of a PostgreSQL database"),
        (f"postgresql://a:{SECRET}@db", "is no address of a PostgreSQL database"),
        (f"postgresql://a:x@{SECRET}@db/totalplace", "is no address of a PostgreSQL database"),
        (f"postgresql://a:x/{SECRET}@db/totalplace", "is no address of a PostgreSQL database"),
        (f"postgresql://a:x#{SECRET}@db/totalplace", "is no address of a PostgreSQL database"),
        (f"postgresql://a:x?{SECRET}@db/totalplace", "is no address of a PostgreSQL database"),
        (
            f"postgresql://a:{SECRET}@127.0.0.1:1/totalplace",
            "The ledger in the PostgreSQL database totalplace at 127.0.0.1:1 cannot be reached",
        ),
    ],
)
def test_a_wrong_address_is_said_before_anything_is_judged_and_without_its_password(
    settings, monkeypatch, capsys, url, said
):
    monkeypatch.setenv("TOTALPLACE_DATABASE_URL", url)
    home = ["--home", str(settings.home)]
    for verb in (["collect"], ["receipts"], ["run"]):
        assert main([*verb, *home]) == 2
        told = capsys.readouterr().err
        assert said in told
        assert SECRET not in told
    assert SECRET not in repr(type(settings).from_environment(settings.home))


def test_a_missing_driver_is_said_with_how_to_install_it(settings, monkeypatch, capsys):
    monkeypatch.setenv("TOTALPLACE_DATABASE_URL", "postgresql://a@db/totalplace")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    postgres_store._driver.cache_clear()
    try:
        assert main(["receipts", "--home", str(settings.home)]) == 2
    finally:
        postgres_store._driver.cache_clear()
    assert "the driver for PostgreSQL is not installed" in capsys.readouterr().err


def cut_off(postgres_server):
    """Ends every connection of ours to the server, as when it goes away."""
    import psycopg

    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> %s AND "
            "application_name = 'totalplace'",
            [server.info.backend_pid],
        )


def test_a_server_that_goes_away_is_said_in_one_line(settings, database_url, postgres_server):
    home = dataclasses.replace(settings, database_url=database_url)
    with closing(Ledger(home.ledger)) as ledger:
        cut_off(postgres_server)
        with pytest.raises(LedgerError, match=r"cannot be used: .*See that the server is up"):
            ledger.receipts()


def test_a_server_that_goes_away_in_the_middle_is_no_fault_of_the_command(
    settings, database_url, postgres_server, monkeypatch, capsys
):
    monkeypatch.setenv("TOTALPLACE_DATABASE_URL", database_url)
    receipts = Ledger.receipts

    def without_a_server(ledger):
        cut_off(postgres_server)
        return receipts(ledger)

    monkeypatch.setattr(Ledger, "receipts", without_a_server)
    assert main(["receipts", "--home", str(settings.home)]) == 1
    assert "See that the server is up" in capsys.readouterr().err


def test_statements_and_values_are_kept_apart_in_postgresql():
    assert postgres_store._for_psycopg("a LIKE 'x%' AND b = :seq") == "a LIKE 'x%%' AND b = %(seq)s"


def test_the_tables_of_sqlite_are_those_of_homes_that_exist(tmp_path):
    """Any difference here would be a table that an earlier version of the program did not make."""
    Ledger(tmp_path / "ledger.sqlite").close()
    with closing(SqliteStore(tmp_path / "ledger.sqlite")) as store:
        made = store.rows("SELECT sql FROM sqlite_master WHERE name = 'program_error'")
        journal = store.rows("PRAGMA journal_mode") + store.rows("PRAGMA synchronous")
        assert store.version() == 5
    assert [row["sql"] for row in made] == [
        "CREATE TABLE program_error (place TEXT PRIMARY KEY, message TEXT, at TEXT NOT NULL)"
    ]
    assert journal == [{"journal_mode": "wal"}, {"synchronous": 2}]


def test_where_a_database_is_said_without_user_or_password():
    url = f"postgresql://a:{SECRET}@db.example:5433/totalplace?sslmode=require"
    assert urlsplit(url).password == SECRET
    assert postgres_store.where_of(url) == "the PostgreSQL database totalplace at db.example:5433"
