"""A month is withdrawn, and the next release says what changed by it, to the penny."""

import shutil

from tests.journeys.program import Program


def test_a_withdrawn_month_is_the_cause_of_every_figure_that_changed(samples_home, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(samples_home.home, home, symlinks=True)
    program = Program(home, samples_home.landing)
    (june,) = (
        receipt
        for receipt in program("receipts", "--json", check=0).json
        if (receipt["partner_id"], receipt["feed"], receipt["period"], receipt["status"])
        == ("leicestershire_county_council", "spend", "2012-06", "in_force")
    )
    number = june["receipt_id"]
    program("withdraw", number, "--reason", "to be sent again", check=0)
    program("run", check=3)

    rows = program("diff", "--json", check=0).json["rows"]
    assert {(row["cause"], row["cause_references"]) for row in rows} == {("withdrawal", number)}
    (gone,) = (row for row in rows if row["change"] == "lines disappeared")
    assert (gone["old_value"], gone["difference_pence"]) == ("54", -1_341_408_08)
    said = program("diff", check=0).out
    assert "£629,476,651.64 → £628,135,243.56 (−£1,341,408.08)" in said
    assert said.count(f"Cause: withdrawal {number}.") > 5
    assert program("diff").out == said
    assert f"withdrawal {number}" in (home / "published/current/CHANGES.md").read_text()
