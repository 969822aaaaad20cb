"""The steward's day, through the command line: try, send, explain, see, take back, ask again."""

import csv
import hashlib
import json
import shutil

import pytest

from orchestration.cli.main import main
from orchestration.intake import receive as module
from orchestration.intake.judge import judge as judging
from orchestration.intake.judge.findings import Finding
from orchestration.settings import CHECKOUT

FILE = "payments-april-2024.csv"
TEXT = (
    "Date,Supplier,Account,Amount\n"
    "02/04/2024,Anytown Care Ltd,Care,1234.50\n"
    "30/04/2024,Beta Ltd,Care,-7.00\n"
    "31/02/2024,Gamma Ltd,Care,5.00\n"
)
TO = ["--partner", "contract", "--feed", "spend"]


@pytest.fixture
def steward(tmp_path, monkeypatch, capsys):
    """Runs a verb in a home of its own: exit code, what was printed, what was complained of."""
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    shutil.copy(CHECKOUT / "tests/rules/contract.yml", contracts)
    monkeypatch.setenv("TOTALPLACE_PARTNERS", str(contracts))
    monkeypatch.setenv("TOTALPLACE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TOTALPLACE_LANDING", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / FILE).write_text(TEXT)

    def verb(*arguments, machine=False):
        capsys.readouterr()
        code = main([*map(str, arguments), *(["--json"] if machine else [])])
        out, err = capsys.readouterr()
        return code, json.loads(out) if machine else out, err

    return verb


@pytest.fixture
def asking(monkeypatch):
    """Every file has something to explain."""

    def judge(*arguments, **options):
        result = judging.judge(*arguments, **options)
        result.findings.append(
            Finding("TP-041", "please_explain", "The total rose a lot.", "Say why.")
        )
        return result

    monkeypatch.setattr(module, "judge", judge)


def test_try_stores_nothing_and_sending_says_the_same(steward, tmp_path):
    code, tried, _ = steward("check", FILE, *TO, machine=True)
    assert code == 0
    assert not (tmp_path / "home").exists()
    code, sent, _ = steward("submit", FILE, *TO, machine=True)
    assert code == 0
    for name in ("verdict", "period", "rows_in", "rows_accepted", "pence_accepted"):
        assert sent[name] == tried[name]
    assert sent["findings"][0]["groups"]
    assert sent["findings"] == tried["findings"]


def test_the_receipt_can_be_worked_out_again_by_its_sender(steward, tmp_path):
    steward("submit", FILE, *TO)
    code, r, _ = steward("receipt", "R-000001", machine=True)
    assert code == 0
    content = (tmp_path / FILE).read_bytes()
    assert (r["sha256"], r["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))
    amounts = [row["Amount"] for row in csv.DictReader(TEXT.splitlines())]
    total = sum(round(float(a) * 100) for a in amounts)
    assert r["pence_accepted"] + r["pence_set_aside"] == total
    assert r["pence_by_month"] == {"2024-04": 122750}
    assert r["rows_in"] == r["rows_accepted"] + r["rows_set_aside"] + r["rows_non_data"] == 4
    assert (r["first_date"], r["last_date"]) == ("2024-04-02", "2024-04-30")
    assert len(r["rules_version"]) == len(r["contract_version"]) == 12
    _, shown, _ = steward("receipt", 1)
    for word in ("R-000001", r["sha256"], "£1,227.50", "in force", "sha256sum", "31/02/2024"):
        assert word in shown


def test_refused_and_repeated_deliveries_have_receipts_too(steward, tmp_path):
    assert steward("submit", FILE, *TO)[0] == 0
    code, again, _ = steward("submit", FILE, *TO)
    assert code == 0
    assert "Already received" in again
    assert "Same bytes as" in again
    (tmp_path / "bad-april-2024.csv").write_text(TEXT.replace("Amount", "Value"))
    code, bad, _ = steward("submit", "bad-april-2024.csv", *TO)
    assert code == 1
    assert "Refused: bad-april-2024.csv" in bad
    assert steward("receipt", "R-3")[0] == 0
    _, status, _ = steward("status", machine=True)
    assert status[0]["in_force"] == ["2024-04"]


def test_a_correction_takes_the_place_and_both_receipts_say_so(steward, tmp_path):
    steward("submit", FILE, *TO)
    (tmp_path / FILE).write_text(TEXT.replace("31/02", "29/04"))
    _, second, _ = steward("submit", FILE, *TO, machine=True)
    assert (second["replaces"], second["file_name"]) == ("R-000001", "payments-april-2024 (2).csv")
    _, first, _ = steward("receipt", "R-1", machine=True)
    assert (first["status"], first["replaced_by"]) == ("superseded", "R-000002")


def test_withdraw_needs_a_reason_and_something_in_force(steward):
    steward("submit", FILE, *TO)
    code, said, _ = steward(
        "withdraw", "R-000001", "--reason", "wrong month", "--name", "A Steward"
    )
    assert code == 0
    assert "is withdrawn" in said
    assert "wrong month" in said
    code, _, why = steward("withdraw", "R-000001", "--reason", "twice")
    assert code == 1
    assert "not in force" in why
    assert "R-000001" in why
    assert steward("withdraw", "R-000009", "--reason", "x")[0] == 2
    assert steward("withdraw", "nonsense", "--reason", "x")[0] == 2
    assert steward("withdraw", "R-000001", "--reason", " ")[0] == 2
    assert "Withdrawn" in steward("receipts")[1]
    code, again, _ = steward("submit", FILE, *TO, machine=True)
    assert (code, again["status"], again["receipt_id"]) == (0, "in_force", "R-000002")


def test_withdrawn_lines_are_not_what_the_build_reads(steward, tmp_path):
    import duckdb

    from orchestration.contracts.load import load_partners
    from orchestration.intake.ledger.ledger import Ledger
    from orchestration.settings import Settings
    from orchestration.warehouse.inputs import write_inputs

    steward("submit", FILE, *TO)
    steward("withdraw", "R-1", "--reason", "wrong month")
    settings = Settings.from_environment()
    write_inputs(settings, Ledger(settings.ledger), load_partners(settings.partners))
    submissions = settings.inputs / "submissions.parquet"
    found = duckdb.sql(f"SELECT receipt_id, in_force FROM '{submissions}'").fetchall()
    assert found == [("R-000001", False)]


def test_something_to_explain_wants_both_reason_and_name(steward, asking):
    code, out, _ = steward("submit", FILE, *TO)
    assert code == 3
    assert out.startswith(f"Held: {FILE}")
    assert 'totalplace explain R-000001 --reason "…" --name "your name"' in out
    assert steward("submit", FILE, *TO, "--reason", "one-off")[0] == 2
    assert steward("explain", "R-1", "--reason", "one-off", "--name", " ")[0] == 2
    said = ["--reason", "A one-off <b>payment</b>", "--name", "A Steward"]
    code, out, _ = steward("explain", "R-000001", *said)
    assert code == 0
    assert "A one-off <b>payment</b> (A Steward)" in out
    code, r, _ = steward("receipt", "R-1", machine=True)
    assert (r["explanation"], r["explained_by"]) == ("A one-off <b>payment</b>", "A Steward")
    assert (r["verdict"], r["status"]) == ("accepted_with_rows_set_aside", "in_force")
    assert steward("explain", "R-1", *said)[0] == 1
    assert steward("explain", "R-99", *said)[0] == 2
    steward("receipt", "R-1", "--report", "reports")


def test_a_second_person_certifies_what_was_submitted(steward, tmp_path):
    contract = tmp_path / "contracts/contract.yml"
    contract.write_text(contract.read_text() + "certification: second_person\n")
    assert steward("check", FILE, *TO)[0] == 3
    code, out, _ = steward("submit", FILE, *TO, "--name", "A Steward")
    assert code == 3
    assert out.startswith(f"Waits to be certified: {FILE}")
    assert 'totalplace certify R-000001 --name "their name"' in out
    code, _, err = steward("certify", "R-1", "--name", "a steward")
    assert (code, "sent R-000001 and cannot certify it" in err) == (1, True)
    code, out, _ = steward("certify", "R-1", "--name", "A Certifier")
    assert (code, "R-000001 is certified." in out) == (0, True)
    _, found, _ = steward("receipt", "R-1", machine=True)
    assert (found["status"], found["certified_by"]) == ("in_force", "A Certifier")


def test_reports_on_request_from_check_and_from_the_receipt(steward, tmp_path):
    code, out, _ = steward("check", FILE, *TO, "--report", "tried")
    assert code == 0
    names = ["findings.csv", "marked.xlsx", "report.html"]
    assert sorted(p.name for p in (tmp_path / "tried").iterdir()) == names
    assert all(f"Written: tried/{name}" in out for name in names)
    steward("submit", FILE, *TO)
    steward("receipt", "R-1", "--report", "sent")
    sent = (tmp_path / "sent/findings.csv").read_bytes()
    assert sent == (tmp_path / "tried/findings.csv").read_bytes()
    page = (tmp_path / "sent/report.html").read_text()
    assert "SHA-256" in page
    assert "31/02/2024" in page


def test_a_template_is_filled_in_tried_and_sent(steward, tmp_path):
    code, made, _ = steward("template", "contract", "spend", "--out", "t", machine=True)
    assert code == 0
    assert [p.rsplit("/", 1)[1] for p in made] == [
        "contract-spend-template.csv",
        "SYNTHETIC-EXAMPLE-contract-spend.csv",
        "contract-spend-guide.md",
    ]
    with (tmp_path / made[0]).open("a") as file:
        file.write("02/04/2024,Anytown Care Ltd,Care,12.50\n")
    code, tried, _ = steward("check", made[0], *TO, machine=True)
    assert (code, tried["verdict"], tried["findings"]) == (0, "accepted", [])
    assert steward("submit", made[0], *TO)[0] == 0
    assert steward("template", "contract", "spend", "--xlsx", "--out", "t")[0] == 0


def test_a_home_that_fails_is_told_in_one_line(steward, tmp_path):
    (tmp_path / "home").write_text("a file where the home should be")
    for verb in (["submit", FILE, *TO], ["receipts"], ["status"]):
        code, _, why = steward(*verb)
        assert (code, len(why.splitlines())) == (1, 1)
        assert "totalplace doctor" in why
    shutil.move(tmp_path / "home", tmp_path / "away")
    steward("submit", FILE, *TO)
    (tmp_path / "home/warehouse/ledger.sqlite").write_bytes(b"x" * 9000)
    assert "totalplace doctor" in steward("receipts")[2]


@pytest.mark.parametrize("verb", ["submit", "check"])
def test_usage_errors_say_what_is_known(steward, verb, tmp_path):
    assert steward(verb, "nowhere.csv", *TO)[0] == 2
    code, _, why = steward(verb, FILE, "--partner", "nobody", "--feed", "spend")
    assert code == 2
    assert "Known: contract" in why
    assert steward(verb, FILE, *TO, "--period", "soon")[0] == 2
    (tmp_path / f"{FILE}.manifest.json").write_text('{"rows": 3, "pence": 1}')
    code, _, why = steward(verb, f"{FILE}.manifest.json", *TO)
    assert (code, f"the control file of {FILE}" in why) == (2, True)
    assert steward("template", "contract", "gossip")[0] == 2
    assert steward("receipt", "R-77")[0] == 2


def month(number, lines, pounds="1000.00"):
    rows = "".join(f"02/{number:02d}/2024,Anytown Care Ltd,Care,{pounds}\n" for _ in range(lines))
    return f"Date,Supplier,Account,Amount\n{rows}"


def everything(folder):
    return {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in folder.rglob("*")}


def test_a_try_asks_about_the_same_drift_as_sending_and_touches_nothing(steward, tmp_path):
    for number in range(1, 6):
        (tmp_path / f"payments-{number}.csv").write_text(month(number, 200 + number))
        assert steward("submit", f"payments-{number}.csv", *TO)[0] == 0
    (tmp_path / "payments-6.csv").write_text(month(6, 4000, "9000.00"))
    before = everything(tmp_path / "home")
    code, tried, _ = steward("check", "payments-6.csv", *TO, machine=True)
    assert everything(tmp_path / "home") == before
    assert (code, tried["verdict"], tried["compared"]) == (3, "held", True)
    assert [f["code"] for f in tried["findings"]] == ["TP-161", "TP-162"]
    code, sent, _ = steward("submit", "payments-6.csv", *TO, machine=True)
    assert (code, sent["status"]) == (3, "held")
    assert sent["findings"] == tried["findings"]
    (tmp_path / "payments-5.csv").write_text(month(5, 210))
    assert "replaces receipt R-000005" in steward("check", "payments-5.csv", *TO)[1]
    assert "identical to receipt R-000001" in steward("check", "payments-1.csv", *TO)[1]
    shutil.rmtree(tmp_path / "home")
    code, tried, _ = steward("check", "payments-6.csv", *TO, machine=True)
    assert (code, tried["compared"], tried["findings"]) == (0, False, [])
    assert not (tmp_path / "home").exists()


def test_a_first_file_in_thousands_is_asked_about_before_anything_is_stored(steward, tmp_path):
    (tmp_path / "payments-4.csv").write_text(month(4, 20, "2.38"))
    code, tried, _ = steward("check", "payments-4.csv", *TO, machine=True)
    assert (code, tried["compared"]) == (3, False)
    assert [f["code"] for f in tried["findings"]] == ["TP-404"]
    assert tried["findings"][0]["message"].endswith(
        "The lines add up to £47.60 as they stand, £47,600.00 if they are in thousands."
    )
    assert not (tmp_path / "home").exists()


def test_a_try_beside_an_open_or_a_broken_ledger(steward, tmp_path):
    from orchestration.intake.ledger.ledger import Ledger

    steward("submit", FILE, *TO)
    ledger = Ledger(tmp_path / "home/warehouse/ledger.sqlite")
    ledger.program_error("a/b/c.csv", "its change is still in the log beside the file")
    assert "identical to receipt R-000001" in steward("check", FILE, *TO)[1]
    ledger.close()
    (tmp_path / "home/warehouse/ledger.sqlite").write_bytes(b"no ledger at all" * 100)
    code, tried, _ = steward("check", FILE, *TO)
    assert code == 0
    assert "Not compared with earlier deliveries" in tried


def test_the_receipt_has_the_marked_workbook_while_the_bytes_are_kept(steward, tmp_path):
    from python_calamine import load_workbook

    steward("check", FILE, *TO, "--report", "tried")
    steward("submit", FILE, *TO)
    assert "Written: sent/marked.xlsx" in steward("receipt", "R-1", "--report", "sent")[1]
    sent, tried = (load_workbook(tmp_path / d / "marked.xlsx") for d in ("sent", "tried"))
    for name in tried.sheet_names:
        assert sent.get_sheet_by_name(name).to_python() == tried.get_sheet_by_name(name).to_python()
    (tmp_path / "note-april-2024.csv").write_text("not a table\n")
    steward("submit", "note-april-2024.csv", *TO)
    assert "could not be read" in steward("receipt", "R-2", "--report", "note")[1]
    steward("submit", FILE, *TO)
    assert "is made for R-000001" in steward("receipt", "R-3", "--report", "again")[1]
    steward("withdraw", "R-1", "--reason", "wrong month")
    steward("receipt", "R-1", "--report", "taken-back")
    assert "This file was withdrawn" in (tmp_path / "taken-back/report.html").read_text()
    assert "Withdrawn: payments" in steward("receipt", "R-1")[1]
    for kept in (tmp_path / "home/raw/originals").iterdir():
        kept.unlink()
    _, out, _ = steward("receipt", "R-1", "--report", "gone")
    assert "the file itself is no longer kept here" in out
    assert not (tmp_path / "gone/marked.xlsx").exists()


def test_a_real_file_among_synthetic_ones_is_told_at_once(steward, tmp_path):
    made_up = tmp_path / "SYNTHETIC-payments-may-2024.csv"
    made_up.write_text(TEXT.replace("/04/", "/05/").replace("31/02", "31/06"))
    assert "nothing is published" not in steward("submit", made_up, *TO)[1]
    code, told, _ = steward("submit", FILE, *TO)
    assert code == 0
    assert "nothing is published while both count" in told
