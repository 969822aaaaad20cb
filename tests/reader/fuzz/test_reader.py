"""Random texts through the reader and the judge, against Python's csv module.

A few seconds in the suite, always the same texts; ``make fuzz`` runs for minutes with new ones.
"""

import os
import random
import time
from pathlib import Path

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.intake.read import csv_source as read_csv
from orchestration.intake.read import quotes
from orchestration.intake.read.source import UnreadableError

from .oracle import mended, read, read_all, records

SECONDS = float(os.environ.get("TOTALPLACE_FUZZ_SECONDS", "0"))
SEED = int(os.environ.get("TOTALPLACE_FUZZ_SEED", "1"))
PARTNER = load_partner(Path(__file__).parents[2] / "rules" / "contract.yml")
LETTERS = ["a", ",", '"', "\n", "\r\n", "\r", " ", "£", '""', '","', '"\n"', "a,b,c\n"]


def rounds(least):
    """Numbered generators: ``least`` of them, or as many as the time allows."""
    start, number = time.monotonic(), 0
    while number < least or time.monotonic() - start < SECONDS:
        yield number, random.Random(f"{SEED}-{number}")
        number += 1


def texts(least):
    for number, dice in rounds(least):
        text = "".join(dice.choices(LETTERS, k=dice.randint(1, 60)))
        if text.strip():
            yield number, dice, text


def cut(data, size):
    return [data[i : i + size] for i in range(0, len(data), size)]


def test_the_byte_pass_finds_every_unclosed_mark_whatever_the_blocks():
    for number, dice, text in texts(600):
        changed, faults = mended(text)
        data = text.encode()
        expected = [len(text[:at].encode()) for at in faults]
        for size in (1, 2, dice.randint(3, 20), 1000):
            marks = quotes.scan(cut(data, size))
            assert [at for at, _ in marks.faults] == expected, (SEED, number, text)
            assert marks.records == len(records(changed)), (SEED, number, text)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_rows_numbers_and_cells_are_those_of_the_csv_module(tmp_path, encoding):
    path = tmp_path / "fuzz.csv"
    for number, dice, text in texts(400):
        path.write_bytes(text.encode(encoding))
        width = dice.randint(2, 4)
        good, ragged, count = read_all(path, width, encoding)
        expected, unclosed = read(text)
        assert count == len(expected), (SEED, number, text)
        for row, cells in enumerate(expected, 1):
            told = (SEED, number, row, text)
            if row in unclosed:
                assert ragged.pop(row) == (cells, "TP-140"), told
            elif len(cells) == width or not cells:
                assert good.pop(row) == (cells or [""] * width), told
            else:
                assert ragged.pop(row) == (cells, "TP-030"), told
        assert not good and not ragged, (SEED, number, text)


def test_blocks_of_the_reader_may_end_anywhere(tmp_path, monkeypatch):
    path = tmp_path / "fuzz.csv"
    for number, dice in rounds(40):
        text = "".join(dice.choices(LETTERS, k=3000))
        path.write_bytes(text.encode())
        whole = read_all(path, 3)
        monkeypatch.setattr(read_csv, "_BLOCK", dice.choice([4096, 5000, 7001]))
        assert read_all(path, 3) == whole, (SEED, number)
        monkeypatch.undo()


CELLS = [
    *("02/04/2024", "31/02/2024", "Anytown Care Ltd", "Care", "1.00", "£2,175.00", "-", "(5.00)"),
    *("Total", "n/a", "", " ", "x", '"a,b"', '"a\nb"', '"', '""', 'a"b', "£", "Date", "Amount"),
]


@pytest.mark.parametrize("feed", ["spend", "funding"])
def test_the_judge_never_fails_and_its_rows_add_up(tmp_path, feed):
    columns = PARTNER.feeds[feed].layouts[0].columns
    heading = ",".join(c.heading for c in columns.values())
    path = tmp_path / "payments-april-2024.csv"
    for number, dice in rounds(15):
        lines = [
            ",".join(
                dice.choices(CELLS, k=max(0, len(columns) + dice.choice([0] * 8 + [-9, -1, 1])))
            )
            for _ in range(dice.randint(0, 30))
        ]
        if dice.random() < 0.9:
            lines.insert(min(len(lines), dice.choice([0, 0, 0, 2])), heading)
        text = dice.choice(["\n", "\r\n", "\r"]).join(lines) + dice.choice(["", "\n"])
        if not text.strip():
            continue
        path.write_bytes(text.encode())
        result = judge(JudgeRequest(path, path.name, feed, PARTNER.feeds[feed]))
        told = (SEED, number, text, result.findings)
        parts = result.rows_accepted + result.rows_set_aside + result.rows_non_data
        assert result.rows_in == parts == len(read(text)[0]), told


@pytest.mark.skipif(SECONDS == 0, reason="part of `make fuzz`, which runs for minutes")
def test_bytes_of_any_kind_are_judged_not_feared(tmp_path):
    path = tmp_path / "anything"
    feed = PARTNER.feeds["spend"]
    for _, dice in rounds(1):
        path.write_bytes(b"Date,Supplier,Account,Amount\n" + dice.randbytes(dice.randint(0, 400)))
        result = judge(JudgeRequest(path, "payments-april-2024.csv", "spend", feed))
        parts = result.rows_accepted + result.rows_set_aside + result.rows_non_data
        assert result.rows_in == parts


def test_a_file_of_stray_marks_is_told_once(tmp_path):
    path = tmp_path / "payments-april-2024.csv"
    path.write_text("Date,Supplier,Account,Amount\n" + '02/04/2024,a,5" pipe,1.00\n' * 5_001)
    result = judge(JudgeRequest(path, path.name, "spend", PARTNER.feeds["spend"]))
    assert [f.code for f in result.findings if f.level == "must_fix"] == ["TP-004"]
    assert "more than 5,000 quotation marks" in str(result.findings[-1].message)


def test_two_counts_that_differ_refuse_the_file(tmp_path, monkeypatch):
    path = tmp_path / "payments-april-2024.csv"
    path.write_text("Date,Supplier,Account,Amount\n02/04/2024,a,Care,1.00\n")
    honest = quotes.scan

    def miscounting(parts):
        marks = honest(parts)
        marks.records += 1
        return marks

    monkeypatch.setattr(quotes, "scan", miscounting)
    with pytest.raises(UnreadableError, match="3 by their line ends, 2 by their cells") as told:
        read_all(path, 4)
    assert told.value.code == "TP-142"


def test_a_text_with_every_control_character_and_an_unclosed_mark_is_refused():
    every = bytes([*range(1, 9), *range(14, 32), 127])
    assert quotes.standin([every.replace(b"\x05", b"")]) == 5
    with pytest.raises(UnreadableError):
        quotes.standin([every])
