"""One quotation mark too many or too few in a real published file costs that row and no other."""

import random

import pytest

from orchestration.contracts.load import load_partners
from orchestration.intake.read.csv_source import CsvSource
from orchestration.settings import CHECKOUT

from .oracle import records
from .test_reader import SECONDS, SEED

PARTNERS = load_partners(CHECKOUT / "data" / "partners")
EACH = 5 if SECONDS == 0 else 60


def cells_by_row(path, encodings, width):
    """Every row's cells, and the rows about which anything is said."""
    source = CsvSource(path, encodings)
    sheet = source.sheets[0]
    rows = {}
    for batch in source.batches(sheet, width):
        columns = [c.to_pylist() for c in batch.columns]
        rows |= {row: tuple(cells) for row, *cells in zip(*columns, strict=True)}
    rows |= {r.row: r.cells for r in sheet.ragged}
    return rows, {r.row for r in sheet.ragged} | {r.row for r in source.remarks}


def mutated(text, dice):
    """The text with one mark deleted or inserted, and the place."""
    marks = [i for i, letter in enumerate(text) if letter == '"']
    if marks and dice.random() < 0.5:
        at = dice.choice(marks)
        return text[:at] + text[at + 1 :], at
    # Between the halves of a line end there is no place for a mark.
    at = dice.randrange(len(text))
    at += text[at - 1 : at + 1] == "\r\n"
    return text[:at] + '"' + text[at:], at


def row_at(text, at):
    """The record in which an offset lies; the mark at the start of a row belongs to that row."""
    return len(records(text[:at] + "x"))


@pytest.fixture(scope="module")
def files(extracts):
    found = sorted((extracts / "landing").glob("*/spend/*.csv"))
    assert len(found) == 8
    return found


def test_the_row_is_told_and_no_other_row_changes(files, tmp_path):
    told = whole = tried = 0
    for path in files:
        layout = PARTNERS[path.parents[1].name].feeds["spend"].layouts[0]
        encodings = list(layout.encodings)
        whole_file = CsvSource(path, encodings)
        encoding, width = whole_file.encoding, max(map(len, whole_file.sheets[0].head))
        before, said = cells_by_row(path, encodings, width)
        text = path.read_bytes().decode(encoding).lstrip("\ufeff")
        copy = tmp_path / "copy.csv"
        for number in range(EACH):
            dice = random.Random(f"{SEED}-{path.name}-{number}")
            changed, at = mutated(text, dice)
            copy.write_bytes(changed.encode(encoding))
            after, now = cells_by_row(copy, [encoding], width)
            row = row_at(text, at)
            tried += 1
            told += now - said == {row}
            others = {r for r in before | after if r != row and before.get(r) != after.get(r)}
            # A mark inside a cell of several lines: only its author knows where the cell ends.
            several = any("\n" in cell or "\r" in cell for cell in before[row])
            whole += not others or several
    assert tried == EACH * len(files)
    assert (told, whole) == (tried, tried)
