"""Quotation marks out of place, by example: what is told, on which row, and what stays whole."""

import time
from pathlib import Path

import pytest

from orchestration.contracts.load import load_partner
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.intake.read import quotes

PARTNER = load_partner(Path(__file__).parents[2] / "rules" / "contract.yml")
HEADING = b"Date,Supplier,Account,Amount\n"
PLAIN = b"02/04/2024,Anytown Care Ltd,Care,1.00\n"
QUOTED = b'02/04/2024,"Care, Anytown",Care,"1.00"\n'
SEVERAL = b'02/04/2024,"Care,\nAnytown",Care,1.00\n'


def judged(tmp_path, data):
    path = tmp_path / "payments-april-2024.csv"
    path.write_bytes(data)
    return judge(JudgeRequest(path, path.name, "spend", PARTNER.feeds["spend"]))


@pytest.mark.parametrize("row", [PLAIN, QUOTED, SEVERAL], ids=["plain", "quoted", "several lines"])
@pytest.mark.parametrize("at", [2, 1_003])
@pytest.mark.parametrize("column", [0, 1, 2, 3])
def test_an_unclosed_mark_costs_its_own_row_only(tmp_path, row, at, column):
    cells = PLAIN.split(b",")
    cells[column] = b'"' + cells[column]
    rows = [row] * 1_002
    rows.insert(at - 2, b",".join(cells))
    for line_end in (b"\n", b"\r\n"):
        result = judged(tmp_path, (HEADING + b"".join(rows)).replace(b"\n", line_end))
        found = {f.code: f for f in result.findings}
        assert [c.row for c in found["TP-140"].cells] == [at]
        assert (result.rows_accepted, result.rows_set_aside) == (1_002, 1)
        assert result.pence_accepted == 100_200


def test_a_mark_in_a_title_or_the_heading_row_is_told_and_costs_nothing(tmp_path):
    data = b'"Payments\n' + HEADING.replace(b"Supplier", b'"Supplier') + PLAIN * 3 + QUOTED
    result = judged(tmp_path, data)
    assert (result.verdict, result.rows_accepted, result.rows_non_data) == ("accepted", 4, 2)
    found = {f.code: f for f in result.findings}
    assert [c.row for c in found["TP-141"].cells] == [1, 2]


def test_the_row_set_aside_keeps_the_mark_its_sender_wrote(tmp_path):
    import duckdb

    path = tmp_path / "payments-april-2024.csv"
    path.write_bytes(HEADING + PLAIN.replace(b",Any", b',"Any') + PLAIN)
    aside = tmp_path / "aside.parquet"
    judge(JudgeRequest(path, path.name, "spend", PARTNER.feeds["spend"], aside=aside))
    rows = duckdb.execute("SELECT s_supplier_name FROM read_parquet(?)", [str(aside)]).fetchall()
    assert rows == [('"Anytown Care Ltd',)]


def test_a_line_end_on_the_edge_of_a_block_stays_whole_within_a_cell(tmp_path):
    import duckdb

    cell = b'03/04/2024,"Anytown\r\nCare",Care,2.00\r\n'
    rows = HEADING + PLAIN * ((1 << 20) // len(PLAIN) - 4)
    edge = rows + b"x" * ((1 << 20) - len(rows) - cell.index(b"\r") - 3) + b"\r\n" + cell
    assert edge[(1 << 20) - 1 : (1 << 20) + 1] == b"\r\n"
    path = tmp_path / "payments-april-2024.csv"
    path.write_bytes(edge)
    lines = tmp_path / "lines.parquet"
    judge(JudgeRequest(path, path.name, "spend", PARTNER.feeds["spend"], lines=lines))
    found = duckdb.execute(
        "SELECT supplier_name FROM read_parquet(?) WHERE amount_pence = 200", [str(lines)]
    ).fetchall()
    assert found == [("Anytown\r\nCare",)]


def test_a_clean_million_lines_cost_a_moment():
    block = (QUOTED + PLAIN * 6) * 4_000
    parts = [block[i : i + (1 << 20)] for i in range(0, len(block), 1 << 20)] * 36
    start = time.process_time()
    marks = quotes.scan(parts)
    assert marks.records == 28_000 * 36 and not marks.faults and not marks.strays
    assert time.process_time() - start < 1.5  # seconds of computing
