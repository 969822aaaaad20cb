"""`totalplace contract new`, `check` and `diff` on the command line: exit codes, words, files."""

import json
import shutil

import pytest
import yaml

from orchestration.cli.main import main
from orchestration.contracts.load import load_partner
from orchestration.settings import CHECKOUT

pytestmark = pytest.mark.long

CONTRACT = CHECKOUT / "tests/rules/contract.yml"
TEXT = (
    "Body Name,Payment Date,Supplier Name,Department,Net Amount\n"
    "Thurrock Council,02/04/2024,Anytown Care Ltd,Parks,1234.50\n"
    "Thurrock Council,30/04/2024,Oak Clinics Ltd,Housing,507.00\n"
)


@pytest.fixture
def verb(tmp_path, monkeypatch, capsys):
    """Runs a verb of contracts: exit code, what was printed, what was complained of."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOTALPLACE_HOME", str(tmp_path / "home"))
    (tmp_path / "payments-april-2024.csv").write_text(TEXT)

    def run(*arguments):
        code = main(["contract", *map(str, arguments)])
        return code, *capsys.readouterr()

    return run


NEW = ["new", "payments-april-2024.csv", "--feed", "spend", "--out", "out"]
WHO = ["--partner", "thurrock_council"]


@pytest.fixture
def edited(tmp_path):
    """The contract of the rules' tests with keys changed, in a folder of its own."""

    def made(folder, change):
        said = yaml.safe_load(CONTRACT.read_text())
        change(said)
        path = tmp_path / folder / "contract.yml"
        path.parent.mkdir()
        path.write_text(yaml.safe_dump(said, sort_keys=False))
        return path

    return made


def test_a_body_known_by_the_register_needs_no_decision(verb, tmp_path):
    code, out, err = verb(*NEW, *WHO, "--name", "Thurrock Council")
    assert (code, err) == (0, "")
    assert "Accepted: payments-april-2024.csv, 2024-04" in out
    assert "3 rows in the file = 2 accepted + 0 set aside + 1 non-data row" in out
    assert "£1,741.50 accepted, £0.00 set aside" in out
    made = load_partner(tmp_path / "out" / "thurrock_council.yml")
    assert (made.kind, made.codes["gss"], made.in_place) == ("council", "E06000034", False)
    assert made.feeds["spend"].vat == "excluded"


def test_a_body_that_nobody_knows_leaves_questions(verb, tmp_path):
    (tmp_path / "spend.csv").write_text(TEXT.replace("Thurrock", "Anytown Borough"))
    code, out, _ = verb("new", "spend.csv", *NEW[2:], "--partner", "anytown_council")
    assert code == 3
    assert "in_place: the file does not say whether it is a body of the place" in out
    text = (tmp_path / "out" / "anytown_council.yml").read_text()
    assert "# OPEN: the file does not say whether it is a body of the place" in text
    assert "name: Anytown Borough Council" in text


def test_a_district_may_lie_in_a_county_of_the_place(verb, tmp_path):
    (tmp_path / "spend.csv").write_text(TEXT.replace("Thurrock", "Blaby District"))
    _, out, _ = verb("new", "spend.csv", *NEW[2:], "--partner", "blaby")
    assert "in_place: the file does not say" in out


def test_names_of_payees_are_not_shown(verb):
    _, out, _ = verb(*NEW, *WHO)
    assert "Supplier Name" in out
    assert "Oak Clinics" not in out
    assert "'1234.50'" in out


def test_machines_get_columns_questions_and_the_contract(verb):
    _, out, _ = verb(*NEW, *WHO, "--json")
    said = json.loads(out)
    assert said["columns"][4] == {
        "letter": "E",
        "heading": "Net Amount",
        "field": "amount_pence",
        "confidence": "sure",
        "why": "by its heading and its cells",
        "filled": 2,
        "examples": ["1234.50", "507.00"],
    }
    assert said["contract"]["feeds"]["spend"]["cadence"] == "month"
    assert said["files"]["payments-april-2024.csv"]["verdict"] == "accepted"


def test_no_contract_is_written_over(verb, tmp_path):
    verb(*NEW, *WHO)
    before = (tmp_path / "out" / "thurrock_council.yml").read_bytes()
    code, _, err = verb(*NEW, *WHO)
    assert code == 2
    assert "is there already, and nothing was written over it" in err
    assert (tmp_path / "out" / "thurrock_council.yml").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["new", "no.csv", *NEW[2:], *WHO], "No file no.csv."),
        ([*NEW, "--partner", "Thurrock!"], "'Thurrock!' cannot be an id"),
        (["check", "no.yml"], "No file no.yml."),
        (["diff", "no.yml", "no.yml"], "No file no.yml."),
    ],
)
def test_a_wrong_command_says_what_to_do(verb, arguments, said):
    code, _, err = verb(*arguments)
    assert code == 2
    assert said in err


def test_a_file_of_something_else_gets_no_contract(verb, tmp_path):
    (tmp_path / "notes.csv").write_text("Minutes of the meeting\nNobody came\n")
    code, _, err = verb("new", "notes.csv", *NEW[2:], *WHO)
    assert code == 1
    assert "No table of payments was found in it" in err
    assert not (tmp_path / "out").exists()


def test_files_of_one_period_that_call_a_column_otherwise_share_a_layout(verb, tmp_path):
    (tmp_path / "more april 2024.csv").write_text(TEXT.replace("Supplier Name", "Beneficiary"))
    code, out, _ = verb(NEW[0], "more april 2024.csv", *NEW[1:], *WHO)
    assert code == 0
    assert "1 layout of 2 files" in out
    (layout,) = load_partner(tmp_path / "out/thurrock_council.yml").feeds["spend"].layouts
    assert sorted(layout.columns["supplier_name"].headings) == ["Beneficiary", "Supplier Name"]


def test_a_contract_is_said_in_words(verb):
    code, out, _ = verb("check", CONTRACT)
    assert code == 0
    assert "spend: all payments, cash, one file a month;" in out
    assert "line_date: 'Date', written dd/mm/yyyy" in out


def test_a_contract_that_cannot_be_used_names_file_line_and_key(verb, edited):
    path = edited("broken", lambda said: said["feeds"]["spend"].update(cadense="month"))
    code, _, err = verb("check", path)
    assert code == 1
    assert "contract.yml, line " in err
    assert "feeds.spend.cadense: is not a key of a contract here; check the spelling" in err


def test_a_name_that_is_another_bodys_is_said(verb, edited):
    path = edited("twin", lambda said: said.update(name="Rutland County Council"))
    code, out, _ = verb("check", path)
    assert code == 1
    assert "is also a name of" in out


def test_what_changes_is_said_key_by_key_and_what_is_read_again(verb, edited):
    def change(said):
        said["in_place"] = not said["in_place"]
        spend = said["feeds"]["spend"]
        spend["due_days"] = 45
        spend["layouts"][0]["columns"]["line_date"]["formats"] = ["mm/dd/yyyy"]

    code, out, _ = verb("diff", CONTRACT, edited("after", change))
    assert code == 0
    assert "feeds.spend.due_days: new, 45" in out
    assert ".columns.line_date.formats: with 'mm/dd/yyyy'" in out
    assert "Files in force are read again by it: spend." in out


def test_a_change_that_reads_nothing_otherwise_says_so(verb, edited):
    path = edited("after", lambda said: said["feeds"]["spend"].update(due_days=45))
    _, out, _ = verb("diff", CONTRACT, path)
    assert "No file in force is read again" in out


def test_two_equal_contracts_differ_in_nothing(verb, tmp_path):
    shutil.copy(CONTRACT, tmp_path / "contract.yml")
    assert verb("diff", CONTRACT, tmp_path / "contract.yml") == (0, "Nothing changes.\n", "")
