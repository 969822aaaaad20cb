"""What a CSV says, letter by letter and slowly: the yardstick for the reader's fast passes."""

import csv
import io

from orchestration.intake.read.csv_source import CsvSource

STANDIN = "\x01"


def mended(text):
    """``text`` with every unclosed opening mark replaced, and the offsets of those marks.

    A mark opens a cell where a cell begins. It is unclosed if the mark that should close it is
    missing, or is followed by text and lies in a later line.
    """
    letters, faults, i, begins = list(text), [], 0, True
    while i < len(letters):
        letter = letters[i]
        if letter == '"' and begins:
            j = i + 1
            while j < len(letters) and (
                letters[j] != '"' or (j + 1 < len(letters) and letters[j + 1] == '"')
            ):
                j += 2 if letters[j] == '"' else 1
            follows = "".join(letters[j + 1 : j + 2])
            spans = "\n" in text[i:j] or "\r" in text[i:j]
            if j >= len(letters) or (follows not in ("", ",", "\r", "\n") and spans):
                faults.append(i)
                letters[i] = STANDIN
                begins = False
                i += 1
            else:
                i, begins = j + 1, False
            continue
        begins = letter in ",\r\n"
        i += 1
    return "".join(letters), faults


def records(text):
    """The records of a text as Python's csv module reads it."""
    return list(csv.reader(io.StringIO(text, newline="")))


def read(text):
    """Records with the marks put back, and the row numbers of those with an unclosed mark."""
    changed, faults = mended(text)
    found = records(changed)
    rows = [n for n, cells in enumerate(found, 1) if any(STANDIN in c for c in cells)]
    assert len(rows) <= len(faults)
    return [[c.replace(STANDIN, '"') for c in cells] for cells in found], rows


def read_all(path, width, encoding="utf-8"):
    """What our reader says: good rows by number, ragged rows by number with their rule, records."""
    source = CsvSource(path, [encoding])
    sheet = source.sheets[0]
    good = {}
    for batch in source.batches(sheet, width):
        for row, *cells in zip(*(c.to_pylist() for c in batch.columns), strict=True):
            good[row] = cells
    return good, {r.row: (list(r.cells), r.code) for r in sheet.ragged}, sheet.records
