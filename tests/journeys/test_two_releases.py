"""A month is withdrawn: the next release says what changed by it, to the penny, takes over what it
does not touch of the long tables, and is what a build of everything makes."""

import shutil

import pytest

from tests.journeys.program import Program
from tests.shared import made_once


@pytest.fixture(scope="session")
def withdrawn(tmp_path_factory, samples_home):
    """The program after a second run, from which June 2012 of the County was withdrawn, and the
    number of that receipt. It is only read."""
    (june,) = (
        receipt
        for receipt in samples_home("receipts", "--json", check=0).json
        if (receipt["partner_id"], receipt["feed"], receipt["period"], receipt["status"])
        == ("leicestershire_county_council", "spend", "2012-06", "in_force")
    )
    number = june["receipt_id"]

    def second_run(folder):
        shutil.copytree(samples_home.home, folder / "home", symlinks=True)
        program = Program(folder / "home", samples_home.landing)
        program("withdraw", number, "--reason", "to be sent again", check=0)
        program("run", check=3)

    folder = made_once(tmp_path_factory, "withdrawn", second_run)
    return Program(folder / "home", samples_home.landing), number


def test_a_withdrawn_month_is_the_cause_of_every_figure_that_changed(withdrawn):
    program, number = withdrawn
    rows = program("diff", "--json", check=0).json["rows"]
    assert {(row["cause"], row["cause_references"]) for row in rows} == {("withdrawal", number)}
    (gone,) = (row for row in rows if row["change"] == "lines disappeared")
    assert (gone["old_value"], gone["difference_pence"]) == ("54", -1_341_408_08)
    said = program("diff", check=0).out
    assert "£629,476,651.64 → £628,135,243.56 (-£1,341,408.08)" in said
    assert said.count(f"Cause: withdrawal {number}.") > 5
    assert program("diff").out == said
    assert f"withdrawal {number}" in (program.home / "published/current/CHANGES.md").read_text()


def test_only_the_year_of_the_withdrawn_month_is_made_again(withdrawn):
    program, _ = withdrawn
    before, after = (
        {
            file.relative_to(release).as_posix(): file.stat().st_ino
            for table in ("fct_spend_line", "fct_spend_line_theme")
            for file in (release / "parquet" / table).glob("*.parquet")
        }
        for release in sorted(
            (r for r in (program.home / "published").glob("2*") if r.is_dir()),
            key=lambda r: (r / "manifest.json").stat().st_mtime,
        )
    )
    made = {file for file in after if before.get(file) != after[file]}
    assert made == {
        f"parquet/{table}/leicestershire_county_council-2012-13.parquet"
        for table in ("fct_spend_line", "fct_spend_line_theme")
    }
    assert before.keys() == after.keys()


def test_a_build_of_everything_makes_the_same_release(withdrawn, tmp_path):
    program, _ = withdrawn
    shutil.copytree(program.home, tmp_path / "home", symlinks=True)
    again = Program(tmp_path / "home", program.landing)
    assert again("run", "--force", "--json").json["status"] == "unchanged"
