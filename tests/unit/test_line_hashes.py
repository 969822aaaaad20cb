"""Lines of payments as hashes: the same whichever way a file is read."""

import duckdb
import pytest

from orchestration.contracts.feeds import FEEDS
from orchestration.intake import line_hashes

SPEND = FEEDS["spend"]
LINES = """SELECT * FROM (VALUES
    (DATE '2024-04-02', 10000, 'Oak Ltd', 'T1', NULL),
    (DATE '2024-04-03', 10000, 'Oak Ltd', 'T1', NULL),
    (DATE '2024-04-04', 2550, 'Elm Ltd', NULL, NULL),
    (DATE '2024-04-04', 2550, 'Elm Ltd', NULL, NULL),
    (NULL, 99, 'Ash Ltd', NULL, NULL)
) AS line(line_date, amount_pence, supplier_name, transaction_no, invoice_no)"""


def written(path, query=LINES):
    duckdb.sql(query).write_parquet(str(path))
    return str(path)


def told(table):
    """What is said of each line, the largest amount first, then the most alike."""
    columns = ("pence", "n", "numbered", "dated")
    return sorted(zip(*(table[c].to_pylist() for c in columns), strict=True), reverse=True)


def test_lines_alike_are_one_and_the_same_money_on_another_day_is_another_line(tmp_path):
    found = line_hashes.hashes_of(written(tmp_path / "lines.parquet"), SPEND)
    assert told(found) == [
        (10000, 1, True, True),
        (10000, 1, True, True),
        (2550, 2, False, True),
        (99, 1, False, False),
    ]
    assert len(set(found["line"].to_pylist())) == 4
    assert len(set(found["money"].to_pylist())) == 3


@pytest.mark.parametrize("part", [1, 2])
def test_a_large_file_has_the_hashes_that_a_small_one_has(tmp_path, monkeypatch, part):
    small = line_hashes.hashes_of(written(tmp_path / "small.parquet"), SPEND, part)
    monkeypatch.setattr(line_hashes, "_SMALL", 0)
    large = line_hashes.hashes_of(written(tmp_path / "large.parquet"), SPEND, part)
    assert large.sort_by("line").equals(small.sort_by("line"))


def test_of_one_payment_or_payee_in_so_many_all_lines_are_taken(tmp_path):
    path = written(tmp_path / "lines.parquet")
    whole = line_hashes.hashes_of(path, SPEND).to_pylist()
    taken = line_hashes.hashes_of(path, SPEND, 2).to_pylist()
    chosen = [row for row in whole if row["money"] % 2 == 0 or row["payee"] % 2 == 0]
    by_line = {row["line"]: row for row in chosen}
    assert {row["line"]: row for row in taken} == by_line


def test_a_file_of_before_a_column_was_agreed_has_it_empty(tmp_path):
    full = line_hashes.hashes_of(written(tmp_path / "full.parquet"), SPEND)
    earlier = written(tmp_path / "earlier.parquet", f"SELECT * EXCLUDE (invoice_no) FROM ({LINES})")
    assert line_hashes.hashes_of(earlier, SPEND).sort_by("line").equals(full.sort_by("line"))


def test_a_file_that_was_moved_is_not_read_again(tmp_path, monkeypatch):
    path = tmp_path / "staged.parquet"
    before = line_hashes.hashes_of(written(path), SPEND)
    path.rename(tmp_path / "booked.parquet")
    after = line_hashes.hashes_of(str(tmp_path / "booked.parquet"), SPEND)
    assert after is before
