"""A contract proposed from each real file as if nobody had seen it: read unedited by what was
proposed, rows and pence must equal an independent count.
"""

import csv
import json

import pytest

from orchestration.proposal.checked import checked
from orchestration.proposal.eras import propose_from
from orchestration.settings import Settings
from tests.shared import made_once


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return Settings.from_environment(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def expected(extracts):
    with (extracts / "EXPECTED.csv").open(encoding="utf-8") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def partner_of(file):
    return file.split("/")[1]


def found_in(home, path, file):
    """What is proposed of a file, and how the judge finds the file by it."""
    proposal = propose_from(home, [path], partner_of(file), "spend")
    result = checked(home, proposal, [path]).judgements[path.name]
    return {
        "counted": (result.rows_accepted, result.pence_accepted, result.rows_set_aside),
        "verdict": result.verdict,
        "asks": bool(result.asks),
        "period": result.period.label,
        "shown": [column.field for column in proposal.columns if column.examples],
    }


@pytest.fixture(scope="module")
def proposed(tmp_path_factory, extracts, expected, home):
    """What came of each file, for every worker."""

    def make(folder):
        found = {file: found_in(home, extracts / file, file) for file in expected}
        (folder / "found.json").write_text(json.dumps(found))

    folder = made_once(tmp_path_factory, "proposed", make)
    return json.loads((folder / "found.json").read_text())


def test_rows_and_pence_of_every_file_agree_with_the_independent_count(expected, proposed):
    counted = {file: tuple(found["counted"]) for file, found in proposed.items()}
    assert len(counted) >= 39
    assert counted == {
        file: (int(row["data_rows"]), int(row["total_pence"]), 0) for file, row in expected.items()
    }


def test_every_file_would_be_accepted_without_a_question(proposed):
    assert {found["verdict"] for found in proposed.values()} == {"accepted"}
    assert not [file for file, found in proposed.items() if found["asks"]]


def test_the_period_of_every_file_is_found(proposed):
    labels = {file.rpartition("/")[2]: found["period"] for file, found in proposed.items()}
    assert labels["25K Pmts 18-19 Full Year.xlsx"] == "2018-19"
    assert labels["tier2_unitaries_leicester_sample.csv"] == "2023-24-Q1"
    assert labels["payments-202304-v01.csv"] == "2023-04"
    assert labels["pcc-2021-22.xlsx"] == "2021-22"
    assert labels["file_4dc68u.bin"] == "2023-06"


def test_no_payee_and_no_free_text_is_shown(proposed):
    shown = {field for found in proposed.values() for field in found["shown"]}
    assert "amount_pence" in shown
    assert not shown & {"supplier_name", "description", "invoice_no", "expense_type", None}


@pytest.mark.parametrize(
    ("folder", "layouts"),
    [("more/devon_county_council", 2), ("more/nhs_nene_ccg", 1), ("more/thurrock_council", 2)],
)
def test_files_of_several_eras_become_one_contract(extracts, expected, home, folder, layouts):
    paths = sorted((extracts / folder).iterdir())
    proposal = propose_from(home, paths, partner_of(f"{folder}/"), "spend")
    done = checked(home, proposal, paths)
    assert len(done.partner.feeds["spend"].layouts) == layouts
    counted = {n: (j.rows_accepted, j.pence_accepted) for n, j in done.judgements.items()}
    rows = {p.name: expected[f"{folder}/{p.name}"] for p in paths}
    assert counted == {n: (int(r["data_rows"]), int(r["total_pence"])) for n, r in rows.items()}
