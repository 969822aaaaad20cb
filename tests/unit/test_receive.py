"""Deliveries: what is taken in, in which order, and what replaces what."""

import os

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.ledger import Ledger
from orchestration.intake.receive import discover, is_new, lines_path, receive
from orchestration.settings import CHECKOUT

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
PARTNERS = {PARTNER.id: PARTNER}
HEAD = "Date,Supplier,Account,Amount\n"


@pytest.fixture
def drop(settings):
    """Drops a file into landing: its name and text, or bytes."""

    def put(name, text, folder=f"{PARTNER.id}/spend"):
        path = settings.landing / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return put


def collect(settings):
    """Receives everything new, as a run does; the receipts of this collection."""
    ledger = Ledger(settings.ledger)
    return [
        receive(settings, ledger, PARTNERS, d)
        for d in discover(settings.landing, PARTNERS)
        if is_new(ledger, d)
    ]


def april(pounds):
    return HEAD + f"02/04/2024,Anytown Care Ltd,Care,{pounds}\n"


def test_a_file_is_received_once_however_often_we_look(settings, drop):
    drop("payments-april-2024.csv", april("1.00"))
    assert [r.verdict for r in collect(settings)] == ["accepted"]
    assert collect(settings) == []


def test_the_same_name_with_new_bytes_replaces_even_with_the_same_size_and_time(settings, drop):
    path = drop("payments-april-2024.csv", april("1.00"))
    before = path.stat()
    (first,) = collect(settings)
    drop("payments-april-2024.csv", april("2.00"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    (second,) = collect(settings)
    assert second.replaces == first.seq
    ledger = Ledger(settings.ledger)
    assert [r.status for r in ledger.receipts()] == ["superseded", "in_force"]
    assert [r.pence_accepted for r in ledger.in_force(PARTNER.id, "spend")] == [200]


def test_a_correction_comes_after_what_it_corrects(settings, drop):
    drop("payments-april-2024-corrected.csv", april("2.00"))
    drop("payments-april-2024.csv", april("1.00"))
    assert [r.file_name for r in collect(settings)] == [
        "payments-april-2024.csv",
        "payments-april-2024-corrected.csv",
    ]


def test_a_refused_correction_leaves_the_accepted_file_in_force(settings, drop):
    drop("payments-april-2024.csv", april("1.00"))
    drop("payments-april-2024-corrected.csv", april("2.00").replace("Amount", "Value"))
    assert [r.verdict for r in collect(settings)] == ["accepted", "refused"]
    ledger = Ledger(settings.ledger)
    assert [r.pence_accepted for r in ledger.in_force(PARTNER.id, "spend")] == [100]


def test_a_file_of_another_length_on_top_of_one_in_force_is_refused(settings, drop):
    year = {PARTNER.id: PARTNER.model_copy(deep=True)}
    feed = PARTNER.feeds["spend"].model_copy(update={"cadence": "financial_year"})
    year[PARTNER.id] = PARTNER.model_copy(update={"feeds": {"spend": feed}})
    drop("payments-april-2024.csv", april("1.00"))
    collect(settings)
    drop("whole.csv", april("1.00") + "02/05/2024,Anytown Care Ltd,Care,3.00\n")
    ledger = Ledger(settings.ledger)
    (new,) = [d for d in discover(settings.landing, year) if is_new(ledger, d)]
    receipt = receive(settings, ledger, year, new)
    assert (receipt.verdict, receipt.rows_accepted, receipt.rows_set_aside) == ("refused", 0, 2)
    assert "TP-016" in [f["code"] for f in ledger.findings()]


def test_a_folder_nobody_knows_is_kept_told_and_not_opened(settings, drop):
    drop("x.csv", april("1.00"), folder="someone_else/spend")
    drop("y.csv", april("1.00"), folder=f"{PARTNER.id}/gossip")
    receipts = collect(settings)
    assert [(r.partner_id, r.verdict) for r in receipts] == [(None, "refused"), (None, "refused")]
    assert all((settings.quarantine / "files" / r.sha256).exists() for r in receipts)
    assert {f["code"] for f in Ledger(settings.ledger).findings()} == {"TP-090"}


def test_links_and_pipes_are_refused_without_being_read(settings, drop):
    path = drop("a-april-2024.csv", april("1.00"))
    path.with_name("link.csv").symlink_to("/etc/hostname")
    os.mkfifo(path.with_name("pipe.csv"))
    found = {r.file_name: r.verdict for r in collect(settings)}
    assert found == {"a-april-2024.csv": "accepted", "link.csv": "refused", "pipe.csv": "refused"}
    assert collect(settings) == []


def test_uploads_under_way_are_left_alone(settings, drop):
    drop(".payments-april-2024.csv.part", april("1.00"))
    assert collect(settings) == []


def test_accepted_lines_stand_under_partner_period_and_submission(settings, drop):
    import duckdb

    drop("payments-april-2024.csv", april('"£1,234.50"'))
    (receipt,) = collect(settings)
    path = lines_path(settings, receipt)
    assert path.relative_to(settings.raw).parts[:3] == (
        "spend",
        f"partner_id={PARTNER.id}",
        "period=2024-04",
    )
    rows = duckdb.sql(
        "SELECT file_sha256, sheet, source_row, amount_pence, amount_pence_as_submitted, "
        f"typeof(amount_pence) FROM '{path}'"
    ).fetchall()
    assert rows == [(receipt.sha256, None, 2, 123450, "£1,234.50", "BIGINT")]
    assert (settings.originals / receipt.sha256).read_bytes().startswith(HEAD.encode())


def test_rows_set_aside_are_kept(settings, drop):
    import duckdb

    drop("payments-april-2024.csv", april("1.00") * 1 + "x,Anytown Care Ltd,Care,5.00\n")
    (receipt,) = collect(settings)
    kept = settings.quarantine / "rows" / f"{receipt.submission_id}.parquet"
    assert duckdb.sql(f"SELECT source_row, s_line_date FROM '{kept}'").fetchall() == [(3, "x")]


def test_a_program_error_is_never_booked_as_a_fault_of_the_file(settings, drop, monkeypatch):
    from orchestration.intake import receive as module

    drop("payments-april-2024.csv", april("1.00"))

    def broken(*_, **__):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(module, "judge", broken)
    with pytest.raises(module.IntakeError):
        collect(settings)
    assert Ledger(settings.ledger).receipts() == []
    monkeypatch.undo()
    assert [r.verdict for r in collect(settings)] == ["accepted"]


def test_the_same_bytes_twice_at_once_are_one_file_and_one_duplicate(settings, drop):
    from orchestration.intake.receive import book, prepare

    drop("payments-april-2024.csv", april("1.00"))
    drop("payments-april-2024-again.csv", april("1.00"))
    ledger = Ledger(settings.ledger)
    both = [
        prepare(settings, PARTNERS, d, ledger.known()) for d in discover(settings.landing, PARTNERS)
    ]
    verdicts = [book(settings, ledger, prepared).verdict for prepared in both]
    assert verdicts == ["accepted", "duplicate"]
    assert len(list(settings.originals.iterdir())) == 1
    assert not list(settings.warehouse.glob("judge-*"))
