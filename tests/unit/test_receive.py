"""Deliveries: what is taken in, in which order, and what replaces what."""

import hashlib
import os

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.landing import discover, is_new
from orchestration.intake.ledger.blob_store import lines_path
from orchestration.intake.ledger.ledger import Ledger
from orchestration.intake.receive import receive
from orchestration.settings import CHECKOUT

PARTNER = load_partner(CHECKOUT / "tests/rules/contract.yml")
PARTNERS = {PARTNER.id: PARTNER}
HEAD = "Date,Supplier,Account,Amount\n"


@pytest.fixture
def settings(either_ledger):
    return either_ledger


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
    from orchestration.intake.bookkeeping import book
    from orchestration.intake.receive import prepare

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


def control(path, rows, pence):
    path.with_name(f"{path.name}.manifest.json").write_text(f'{{"rows": {rows}, "pence": {pence}}}')


def test_a_corrected_manifest_alone_brings_the_same_bytes_to_judgement_again(settings, drop):
    path = drop("payments-april-2024.csv", april("1.00"))
    control(path, 2, 100)
    assert [r.verdict for r in collect(settings)] == ["refused"]
    assert collect(settings) == []  # both identical: nothing is new
    control(path, 1, 100)
    (accepted,) = collect(settings)
    assert (accepted.verdict, accepted.status) == ("accepted", "in_force")
    manifest = path.with_name(f"{path.name}.manifest.json").read_bytes()
    assert accepted.manifest_sha256 == hashlib.sha256(manifest).hexdigest()
    assert (settings.originals / accepted.manifest_sha256).read_bytes() == manifest
    assert collect(settings) == []


def test_a_manifest_that_comes_later_is_judged_and_a_wrong_one_leaves_what_stands(settings, drop):
    path = drop("payments-april-2024.csv", april("1.00"))
    (first,) = collect(settings)
    control(path, 1, 999)
    (wrong,) = collect(settings)
    assert (wrong.verdict, wrong.status) == ("refused", "none")
    ledger = Ledger(settings.ledger)
    assert [r.seq for r in ledger.in_force(PARTNER.id, "spend")] == [first.seq]
    control(path, 1, 100)
    (right,) = collect(settings)
    assert (right.verdict, right.replaces) == ("accepted", first.seq)
    assert lines_path(settings, right).exists()
    drop("april-2024-again.csv", april("1.00"))  # the bytes alone say that it is the same file
    assert [(r.verdict, r.duplicate_of) for r in collect(settings)] == [("duplicate", right.seq)]


def test_no_manifest_makes_the_same_bytes_count_in_two_periods(settings, drop):
    path = drop("payments-april-2024.csv", april("1.00"))
    (first,) = collect(settings)
    path = drop("payments-may-2024.csv", april("1.00"))
    control(path, 1, 100)
    (second,) = collect(settings)
    assert (second.verdict, second.duplicate_of) == ("duplicate", first.seq)
    assert lines_path(settings, first).exists()
    assert collect(settings) == []


def test_an_unreadable_manifest_refuses_the_file_and_no_more(settings, drop):
    path = drop("payments-april-2024.csv", april("1.00"))
    path.with_name(f"{path.name}.manifest.csv").write_bytes(b"\0" * 5_000_000)
    (receipt,) = collect(settings)
    assert receipt.verdict == "refused"
    assert "TP-047" in [f["code"] for f in Ledger(settings.ledger).findings()]
    assert collect(settings) == []


def test_the_outline_is_written_with_the_receipt_or_not_at_all(settings, drop, monkeypatch):
    from orchestration.intake import bookkeeping as module

    def outlines():
        return Ledger(settings.ledger).outlines(PARTNER.id, "spend", "month", "", False)

    drop("payments-april-2024.csv", april("1.00"))

    def killed(*_):
        return lambda number: 1 / 0  # the last step before the receipt can be seen

    monkeypatch.setattr(module, "keep_files", killed)
    with pytest.raises(ZeroDivisionError):
        collect(settings)
    assert (Ledger(settings.ledger).receipts(), outlines()) == ([], [])
    monkeypatch.undo()
    collect(settings)
    assert len(outlines()) == 1
    drop("payments-may-2024.csv", "nothing of use")
    collect(settings)
    assert len(outlines()) == 1  # what is not in force is no history


def test_the_rules_version_covers_the_bounds_of_drift(monkeypatch):
    from orchestration.intake.ledger import fingerprints as figures

    before = figures.rules_version.__wrapped__()
    monkeypatch.setattr(figures, "thresholds", lambda: {"size": {"factor": 3}})
    assert figures.rules_version.__wrapped__() != before


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        (b"caf\xe9-april-2024.csv", r"caf\xe9-april-2024.csv"),
        (b"x" * 240 + b"-april-2024.csv", "x" * 240 + "-april-2024.csv"),
        (b"a\nb-april-2024.csv", "a\nb-april-2024.csv"),
    ],
    ids=["not UTF-8", "as long as can be", "two lines"],
)
def test_no_name_of_a_file_stops_the_collection(settings, drop, name, kept):
    folder = drop("payments-april-2024.csv", april("100.00")).parent
    with open(os.path.join(os.fsencode(folder), name), "wb") as file:  # noqa: PTH118, PTH123
        file.write(april("101.00").encode())
    found = {r.file_name: r.verdict for r in collect(settings)}
    assert found == {"payments-april-2024.csv": "accepted", kept: "accepted"}
    assert collect(settings) == []


def test_what_is_withdrawn_while_a_run_looks_is_judged_by_the_next_one(settings, drop):
    from orchestration.intake import receive as module
    from orchestration.intake.submit import withdraw

    drop("payments-april-2024.csv", april("1.00"))
    (first,) = collect(settings)
    drop("payments-april-2024-again.csv", april("1.00"))
    ledger = Ledger(settings.ledger)
    (again,) = [d for d in discover(settings.landing, PARTNERS) if is_new(ledger, d)]
    prepared = module.prepare(settings, PARTNERS, again, ledger.known())
    withdraw(settings, first.seq, "wrong month", None)
    with pytest.raises(module.IntakeError):
        module.book(settings, ledger, prepared)
    assert len(ledger.receipts()) == 1
    assert [r.status for r in collect(settings)] == ["in_force"]
