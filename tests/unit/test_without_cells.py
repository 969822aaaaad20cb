"""What an error says on the screen: its own words, without a cell that it quotes."""

import pytest

from orchestration.display import without_cells


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            "Conversion Error: Could not convert string 'Ann Smith' to INT64",
            "Conversion Error: Could not convert string '…' to INT64",
        ),
        (
            'Constraint Error: Duplicate key "name: Ann Smith" violates unique constraint',
            "Constraint Error: Duplicate key '…' violates unique constraint",
        ),
        (
            "_duckdb.OutOfMemoryException: Out of Memory Error: failed to pin block of size 256 KiB"
            "\n\nPossible solutions:\n* Reducing the number of threads",
            "Out of Memory Error: failed to pin block of size 256 KiB",
        ),
        (
            "Runtime Error in model int_x (models/int_x.sql)\n  IO Error: No files match 'raw/*'",
            "IO Error: No files match 'raw/*'",
        ),
        (
            "orchestration.warehouse.dbt.BuildError: dbt model int_x: Out of Memory Error: failed",
            "dbt model int_x: Out of Memory Error: failed",
        ),
    ],
)
def test_an_error_in_one_line(message, said):
    assert without_cells(message) == said


def test_a_very_long_message_is_cut():
    assert len(without_cells("IO Error: " + "x" * 5_000)) == 601
