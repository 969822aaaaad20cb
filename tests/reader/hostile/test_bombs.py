"""A hostile file refuses itself, with its own sentence, and costs nobody else anything."""

import dataclasses
import gzip
import importlib.util
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.intake.read import sandbox as child
from orchestration.intake.read.source import UnreadableError

_spec = importlib.util.spec_from_file_location("bombs", Path(__file__).with_name("bombs.py"))
bombs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(bombs)

PARTNER = load_partner(Path(__file__).parents[2] / "rules" / "contract.yml")
GOOD = bombs.GOOD_CSV.encode()
HEAD = GOOD.split(b"\n")[0] + b"\n"
LINE = b"02/04/2024,Anytown Care Ltd,Care,100.00\n"


def verdict(tmp_path, data, name="payments-april-2024.csv"):
    path = tmp_path / name
    path.write_bytes(data)
    return judge(JudgeRequest(path, name, "spend", PARTNER.feeds["spend"]))


def codes(result):
    return {f.code: f for f in result.findings}


def resident_mb():
    with Path("/proc/self/status").open() as status:
        return next(int(line.split()[1]) >> 10 for line in status if line.startswith("VmRSS"))


@pytest.fixture(scope="module", autouse=True)
def warm(tmp_path_factory):
    """What the first judgement of a process loads is no cost of a hostile file."""
    for data, name in ((GOOD, "payments-april-2024.csv"), (bombs.workbook(), "x.xlsx")):
        verdict(tmp_path_factory.mktemp("warm"), data, name)


HOSTILE = [
    (bombs.entities, "TP-103", "defines entities"),
    (bombs.quadratic, "TP-103", "defines entities"),
    (bombs.external_entity, "TP-103", "defines entities"),
    (bombs.bomb_of_rows, "TP-104", "1,024 MB when unpacked"),
    (bombs.bomb_of_one_string, "TP-104", "1,024 MB when unpacked"),
    (lambda: bombs.bomb_of_rows(190), "TP-104", "more than 1,048,576 rows"),
    (lambda: bombs.rows_within_the_limits(190), "TP-104", "more than 6,000,000 cells"),
    (bombs.lying_contents, "TP-005", "do not agree"),
    (bombs.far_cell, "TP-103", "more memory"),
    (bombs.bad_reference, "TP-005", "cannot be read"),
    (lambda: bombs.bad_reference("A99999999999"), "TP-103", "no cell can be"),
    (bombs.too_many_parts, "TP-104", "more than 1,000"),
    (bombs.twice_the_same_part, "TP-104", "two parts of the same name"),
    (bombs.leading_out, "TP-104", "leads out of the file"),
    (lambda: bombs.workbook()[:3000], "TP-005", "cut off"),
    (lambda: b"PK" + GOOD, "TP-005", "cut off"),
    (bombs.locked, "TP-100", "password"),
    (lambda: bombs.repacked({"xl/vbaProject.bin": b"x"}), "TP-101", "macros"),
    (lambda: bombs.other_zip("a.csv"), "TP-001", "a zip archive"),
    (lambda: bombs.other_zip("xl/workbook.bin"), "TP-001", "binary workbook"),
    (lambda: bombs.other_zip("word/document.xml"), "TP-001", "a Word document"),
    (lambda: bombs.other_zip("mimetype", "content.xml"), "TP-001", "OpenDocument"),
    (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), "TP-001", "old Office file"),
    (lambda: gzip.compress(GOOD), "TP-001", "gzip"),
    (lambda: b"\n<!DOCTYPE html><form><input type='text' name=login>", "TP-001", "a login page"),
    (lambda: b"<html><body>Not found", "TP-001", "a web page"),
    (lambda: b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "TP-001", "MHTML"),
    (lambda: b"%PDF-1.7\n", "TP-001", "PDF"),
    (lambda: b"", "TP-002", "is empty"),
    (lambda: HEAD + LINE * 3 + bytes(4096), "TP-102", "at least 4,096 zero bytes"),
    (lambda: HEAD + LINE * 500 + b"\0" + LINE * 500, "TP-102", "a zero byte at position 20,029"),
    (lambda: bytes(5000), "TP-102", "consists of zero bytes"),
    (lambda: HEAD + b"a" * (100 << 20), "TP-105", "more than 1,000,000 characters"),
    (lambda: b",".join([b"a"] * 100_000) + b"\n", "TP-105", "100,000 columns"),
    (lambda: HEAD + LINE + b"02/04/2024,Caf\x81,Care,1\n", "TP-003", "line 3: bytes 81"),
]


@pytest.mark.parametrize(
    ("build", "code", "words"), HOSTILE, ids=[f"{c}-{w[:30]}" for _, c, w in HOSTILE]
)
def test_a_hostile_file_refuses_itself_and_nothing_else(build, code, words, tmp_path, monkeypatch):
    data = build()
    path = tmp_path / "payments-april-2024.csv"
    path.write_bytes(data)
    del data
    # Five seconds of computing, in the child (which would be stopped: TP-108) and here.
    monkeypatch.setattr(child, "LIMITS", dataclasses.replace(child.LIMITS, cpu_seconds=5))
    before, started = resident_mb(), time.process_time()
    result = judge(JudgeRequest(path, path.name, "spend", PARTNER.feeds["spend"]))
    assert time.process_time() - started < 5
    assert resident_mb() - before < 50
    assert result.verdict == "refused"
    assert code in codes(result), result.findings
    assert words in codes(result)[code].message
    assert verdict(tmp_path, GOOD, "other-april-2024.csv").verdict == "accepted"


@pytest.mark.parametrize("kind", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_read_by_its_mark_whatever_its_size(kind, tmp_path):
    lines = bombs.GOOD_CSV + "02/04/2024,Café £ Ltd,Care,1.00\n" * 40_000
    result = verdict(tmp_path, ("\ufeff" + lines).encode(kind))
    assert (result.verdict, result.encoding) == ("accepted", "utf-16")
    assert (result.rows_accepted, result.pence_accepted) == (40_002, 4_009_500)


def test_a_misleading_name_is_told_and_the_content_read(tmp_path):
    result = verdict(tmp_path, bombs.workbook(), "payments-april-2024.csv")
    assert result.verdict == "accepted"
    assert "an Excel workbook, though its name ends in .csv" in codes(result)["TP-106"].message
    for name in ("payments-april-2024.xlsx", "payments-april-2024.bin"):
        result = verdict(tmp_path, GOOD, name)
        assert (result.verdict, "TP-106" in codes(result)) == ("accepted", True)


def test_a_reader_that_hangs_is_stopped_at_its_limit(tmp_path, monkeypatch):
    pipe = tmp_path / "never-written.csv"
    os.mkfifo(pipe)
    monkeypatch.setattr(child, "LIMITS", dataclasses.replace(child.LIMITS, wall_seconds=0.3))
    monkeypatch.setattr(child, "bom_encoding", lambda path: None)
    ended: queue.Queue[str] = queue.Queue()

    def attempt():
        try:
            child.open_limited(pipe, "csv", ["utf-8"])
        except UnreadableError as error:
            ended.put(error.code)

    # In a thread, so that a limit that does not hold fails this test instead of hanging it.
    threading.Thread(target=attempt, daemon=True).start()
    assert ended.get(timeout=60) == "TP-108"


def test_a_workbook_that_asks_for_too_much_memory_ends_its_child_alone(tmp_path, monkeypatch):
    small = dataclasses.replace(child.LIMITS, memory_bytes=450 << 20)
    monkeypatch.setattr(child, "LIMITS", small)
    assert verdict(tmp_path, bombs.workbook(), "good-april-2024.xlsx").verdict == "accepted"
    result = verdict(tmp_path, bombs.rows_within_the_limits(), "payments-april-2024.xlsx")
    assert (result.verdict, [f.code for f in result.findings]) == ("refused", ["TP-103"])


def test_a_reader_that_computes_too_long_is_stopped(tmp_path, monkeypatch):
    path = tmp_path / "long.xlsx"
    path.write_bytes(bombs.rows_within_the_limits(80))
    monkeypatch.setattr(child, "LIMITS", dataclasses.replace(child.LIMITS, cpu_seconds=1))
    with pytest.raises(UnreadableError, match="TP-108"):
        source = child.open_limited(path, "xlsx", [])
        list(source.batches(source.sheets[0], 4))


def test_two_threads_share_the_server_and_a_lost_server_is_replaced(tmp_path):
    results = []

    def many():
        for _ in range(10):
            results.append(
                judge(JudgeRequest(path, path.name, "spend", PARTNER.feeds["spend"])).verdict
            )

    path = tmp_path / "payments-april-2024.csv"
    path.write_bytes(GOOD)
    threads = [threading.Thread(target=many) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["accepted"] * 20
    child._servers[0]._process.kill()
    child._servers[0]._process.wait()
    assert verdict(tmp_path, GOOD).verdict == "accepted"


CONFINED = """
import sys
from pathlib import Path
from orchestration.intake.read.landlock import restrict_to_file
given, other = map(Path, sys.argv[1:])
assert restrict_to_file(given) and given.read_bytes()
for attempt in (
    other.read_bytes, other.unlink, lambda: given.open("ab"),
    other.with_name("new").touch, lambda: list(Path("/").iterdir()),
):
    try:
        attempt()
    except PermissionError:
        continue
    sys.exit("it could")
"""


def test_the_child_can_open_its_file_and_no_other(tmp_path):
    if not child.files_are_cut():
        pytest.skip("this kernel cannot take a process's right to open files")
    given, other = tmp_path / "given.csv", tmp_path / "other.csv"
    for path in (given, other):
        path.write_bytes(GOOD)
    subprocess.run([sys.executable, "-c", CONFINED, given, other], check=True)
    source = child.open_limited(given, "csv", ["utf-8"])
    assert "NoNewPrivs:\t1" in Path(f"/proc/{source._pid}/status").read_text()


def test_the_child_sees_no_secret_and_no_network(monkeypatch):
    monkeypatch.setenv("TOTALPLACE_SECRET", "s3cret")
    server = child._Server()
    environment = Path(f"/proc/{server._process.pid}/environ").read_bytes()
    assert b"s3cret" not in environment
    if server.network_is_cut:
        routes = Path(f"/proc/{server._process.pid}/net/dev").read_text().splitlines()[2:]
        assert [line.split(":")[0].strip() for line in routes] == ["lo"]
    server.stop()
