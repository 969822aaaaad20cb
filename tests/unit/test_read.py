"""Row numbers and cells against Python's own csv module."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.intake.read.csv_source import CsvSource
from orchestration.intake.read.source import UnreadableError


def read(path, width, encodings=("utf-8",)):
    source = CsvSource(path, list(encodings))
    sheet = source.sheets[0]
    rows = {}
    for batch in source.batches(sheet, width):
        for row in batch.to_pylist():
            number, *cells = row.values()
            rows[number] = cells
    return rows, {r.row: list(r.cells) for r in sheet.ragged}, sheet.records


def test_blank_lines_and_quoted_newlines_are_counted_as_excel_counts_them(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text('a,b\n\n"x\ny",1\n,\nz,2\n')
    rows, ragged, records = read(path, 2)
    assert rows == {1: ["a", "b"], 2: ["", ""], 3: ["x\ny", "1"], 4: ["", ""], 5: ["z", "2"]}
    assert (ragged, records) == ({}, 5)


def test_a_ragged_row_keeps_its_number_and_moves_no_neighbour(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("title\na,b\n1,2\n3,4,5\n6\n7,8\n")
    rows, ragged, records = read(path, 2)
    assert rows == {2: ["a", "b"], 3: ["1", "2"], 6: ["7", "8"]}
    assert ragged == {1: ["title"], 4: ["3", "4", "5"], 5: ["6"]}
    assert records == 6


def test_the_first_encoding_that_reads_every_byte_is_taken(tmp_path):
    path = tmp_path / "f.csv"
    path.write_bytes("a,£5\n".encode("cp1252"))
    assert CsvSource(path, ["utf-8", "cp1252"]).encoding == "cp1252"
    assert read(path, 2, ["utf-8", "cp1252"])[0] == {1: ["a", "£5"]}


def test_every_leading_byte_order_mark_is_dropped(tmp_path):
    path = tmp_path / "f.csv"
    path.write_bytes(b"\xef\xbb\xbf\xef\xbb\xbfa,b\n")
    assert read(path, 2)[0] == {1: ["a", "b"]}


def test_bytes_no_agreed_encoding_reads_are_refused(tmp_path):
    path = tmp_path / "f.csv"
    path.write_bytes(b"a,\x9c5\n")
    with pytest.raises(UnreadableError, match="TP-003"):
        CsvSource(path, ["utf-8"])


CELL = st.text(alphabet='ab ,"\n£\u00e9', max_size=6)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=30))
def test_any_table_comes_back_cell_by_cell(tmp_path_factory, table):
    path = tmp_path_factory.mktemp("csv") / "f.csv"
    text = io.StringIO()
    csv.writer(text).writerows(table)
    path.write_text(text.getvalue(), newline="", encoding="utf-8")
    rows, ragged, _ = read(path, 3)
    assert rows == dict(enumerate(table, 1))
    assert ragged == {}
