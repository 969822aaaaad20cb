"""Workbooks with parts changed at random: each is judged or refused, none is feared."""

import importlib.util
import io
import re
import zipfile
from pathlib import Path

from orchestration.intake.judge.judge import JudgeRequest, judge

from .test_reader import PARTNER, SEED, rounds

_path = Path(__file__).parents[1] / "hostile" / "bombs.py"
_spec = importlib.util.spec_from_file_location("bombs", _path)
bombs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(bombs)

# What stands between quotation marks or tags, or is a whole cell or row, is changed for another;
# so most parts stay well formed.
TOKEN = re.compile(rb'(?<=")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)|<c .*?</c>|<row .*?</row>', re.DOTALL)
VALUES = [
    *(b"", b"C2", b"A1", b"A0", b"1A", b"XFD1048576", b"0", b"1", b"9", b"1048577", b"99999999999"),
    *(b"-1", b"1e400", b"NaN", b"-0", b"1E5", b"e", b"s", b"b", b"d", b"n", b"str", b"inlineStr"),
    *(b"true", b"#N/A", b"&amp;", b"2024-02-31", b"veryHidden", b"hidden", b"date1904", b"A1:B9"),
    *(b"=1+1", b"&#0;", b"\xff", b"<v>1</v>", b"<f>1</f>", b"<c/>", b"<row/>", b"<!--", b">", b'"'),
]


def changed(parts, dice):
    """The workbook with some tokens of its parts changed, mostly of its sheet and its texts."""
    out = io.BytesIO()
    chosen = dice.choice([[bombs.SHEET], [bombs.SHEET, bombs.STRINGS], dice.sample([*parts], 2)])
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            for _ in range(dice.choice([1, 1, 2, 5]) if name in chosen else 0):
                places = [m.span() for m in TOKEN.finditer(data)] or [(0, 0)]
                (start, end), (first, last) = dice.choice(places), dice.choice(places)
                data = data[:start] + dice.choice([*VALUES, data[first:last]]) + data[end:]
            archive.writestr(name, data)
    return out.getvalue()


def fill(book, sheet):
    for row in range(3, 9):
        sheet.write_row(row, 0, ["02/04/2024", "Anytown Care Ltd", "Care", row])
    sheet.write_formula(9, 3, "=1/0", None, "#DIV/0!")
    sheet.write_boolean(10, 2, True)


def test_a_workbook_changed_at_random_is_judged_or_refused(tmp_path):
    with zipfile.ZipFile(io.BytesIO(bombs.workbook(fill))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    path = tmp_path / "payments-april-2024.xlsx"
    for number, dice in rounds(25):
        path.write_bytes(changed(parts, dice))
        result = judge(JudgeRequest(path, path.name, "spend", PARTNER.feeds["spend"]))
        rows = result.rows_accepted + result.rows_set_aside + result.rows_non_data
        assert result.rows_in == rows, (SEED, number)
        assert result.findings or result.verdict == "accepted", (SEED, number)


def test_a_file_with_bytes_changed_at_random_is_judged_or_refused(tmp_path):
    data = bombs.workbook(fill)
    path = tmp_path / "payments-april-2024.xlsx"
    for number, dice in rounds(25):
        mutant = bytearray(data)
        for _ in range(dice.choice([1, 2, 10])):
            mutant[dice.randrange(len(mutant))] = dice.randrange(256)
        path.write_bytes(mutant[: dice.choice([None, None, dice.randrange(len(mutant))])])
        result = judge(JudgeRequest(path, path.name, "spend", PARTNER.feeds["spend"]))
        rows = result.rows_accepted + result.rows_set_aside + result.rows_non_data
        assert result.rows_in == rows, (SEED, number)
