"""One bad contract harms its own partner and no other; mended, all is as before."""

import dataclasses
import shutil
from contextlib import closing
from datetime import date

import duckdb
import pytest

from orchestration.assets.around import begun
from orchestration.cli.gaps import Received, gaps
from orchestration.contracts.load import ContractError, load_partner
from orchestration.contracts.periods import from_file_name, parse
from orchestration.contracts.usable import keep_contracts, load_usable
from orchestration.intake.landing import discover, left_alone
from orchestration.intake.ledger.ledger import Ledger
from orchestration.warehouse.inputs import write_inputs
from tests.shared import collect_new

COUNTY, RUTLAND = "leicestershire_county_council", "rutland_county_council"
HEAD = "PAYMENT DATE,DEPARTMENT,SUPPLIER NAME,PAY GROUP,ACCOUNT DESCRIPTION,NET AMOUNT\n"
LINE = "02-Apr-24,Public Health (P),Turning Point,TRADE,Substance misuse treatment,1000.10\n"


@pytest.fixture
def home(settings, tmp_path):
    """A home with contracts of its own."""
    shutil.copytree(settings.partners, tmp_path / "partners")
    return dataclasses.replace(settings, partners=tmp_path / "partners")


def load(home):
    return load_usable(home.partners, home.place, home.contracts)[0]


def change(home, partner_id, old, new):
    path = home.partners / f"{partner_id}.yml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def no_first_day(home):
    change(home, COUNTY, "        valid_from: 2007-04-01\n", "")


def no_day(home):
    change(home, COUNTY, "expected_from: 2008-04-01", "expected_from: 17-06")


def an_impossible_day(home):
    change(home, COUNTY, "expected_from: 2008-04-01", "expected_from: 2008-13-45")


def a_broken_pattern(home):
    change(home, COUNTY, "period_in_file_name: '", "period_in_file_name: '(")


def broken_yaml(home):
    change(home, COUNTY, "name:", "name: [")


def a_key_twice(home):
    change(home, COUNTY, "kind: council", "kind: council\naliases: [Rutland County Council]")


def no_text(home):
    (home.partners / f"{COUNTY}.yml").write_bytes(b"id: \xff\xfe")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (no_first_day, "valid_from: is missing: expected a day, such as 2024-04-01"),
        (no_day, "expected_from: expected a day, such as 2024-04-01, and found '17-06'"),
        (an_impossible_day, "holds a value that cannot be read: month must be in 1..12"),
        (a_broken_pattern, "cannot be read: missing ), unterminated subpattern"),
        (broken_yaml, "the file can be read as YAML up to here; look at the line above too"),
        (a_key_twice, "line 9: aliases: is there already, in line 6"),
        (no_text, "is not UTF-8"),
    ],
)
def test_a_contract_that_cannot_be_used_is_said_in_words_and_the_others_go_on(home, spoil, said):
    whole = load(home)
    spoil(home)
    found = load(home)
    assert set(found) == set(whole) - {COUNTY}
    assert said in str(found.left_out[COUNTY])
    assert f"{COUNTY}.yml" in str(found.left_out[COUNTY])


def drop(home, partner_id, name, text=HEAD + LINE):
    path = home.landing / partner_id / "spend" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_files_of_that_partner_wait_without_a_receipt_and_come_when_it_is_mended(home):
    drop(home, COUNTY, "payments-april-2024.csv")
    kept = (home.partners / f"{COUNTY}.yml").read_text()
    no_first_day(home)
    found = load(home)
    assert discover(home.landing, found) == []
    assert collect_new(home, found, None, None) == []
    (left,) = left_alone(home.landing, found)
    assert left.reason == f"waits until the contract of {COUNTY} can be used"
    (home.partners / f"{COUNTY}.yml").write_text(kept)
    (receipt,) = collect_new(home, load(home), COUNTY, "spend")
    assert receipt.verdict == "accepted"


def inputs(home, partners):
    with closing(Ledger(home.ledger)) as ledger:
        write_inputs(home, ledger, partners)
        return ledger.receipts()


def counted(home):
    query = f"SELECT count(*) FROM '{home.inputs}/submissions.parquet' WHERE in_force"
    return duckdb.sql(query).fetchall()[0][0]


def test_what_is_in_force_stays_under_the_contract_as_it_was(home):
    drop(home, COUNTY, "payments-april-2024.csv")
    begun(home, before := load(home))
    collect_new(home, before, COUNTY, "spend")
    no_first_day(home)
    found = load(home)
    assert found[COUNTY].model_dump() == before[COUNTY].model_dump()
    receipts = inputs(home, found)
    assert counted(home) == 1
    (first, *_) = gaps(home, found, Received(receipts, []), date(2024, 5, 1))
    assert first == (
        "Leicestershire County Council: its contract cannot be used: "
        f"{COUNTY}.yml, line 23: feeds.spend.layouts.0.valid_from: is missing: expected a day, "
        "such as 2024-04-01. So what is in force stays, as the contract was before, and nothing "
        "new is taken"
    )


def test_without_an_earlier_contract_the_partner_counts_as_missing(home):
    """A figure of the place must not pass for whole without it."""
    drop(home, COUNTY, "payments-april-2024.csv")
    collect_new(home, load(home), COUNTY, "spend")
    broken_yaml(home)
    found = load(home)
    receipts = inputs(home, found)
    assert counted(home) == 0
    missing = duckdb.sql(
        f"SELECT DISTINCT financial_year FROM '{home.inputs}/expected_periods.parquet' "
        f"WHERE partner_id = '{COUNTY}' AND feed = 'spend'"
    ).fetchall()
    assert missing == [("2024-25",)]
    said = gaps(home, found, Received(receipts, []), date(2024, 5, 1))
    assert "nothing of this partner counts until it can" in said[0]
    assert said[1] == (
        f"{COUNTY}/spend: 1 file with £1,000.10 in force, not counted: there is no contract to say "
        "what the lines are"
    )


def test_of_two_that_contradict_each_other_the_changed_one_is_left_out(home):
    keep_contracts(load(home), home.contracts)
    change(home, COUNTY, "aliases: [", "aliases: [Rutland County Council, ")
    assert list(load(home).left_out) == [COUNTY]
    shutil.rmtree(home.contracts)
    assert list(load(home).left_out) == [RUTLAND]  # without a memory, the later one


def test_a_successor_whose_contract_is_broken_is_no_fault_of_the_one_before(home):
    name = "nhs_leicester_city_ccg"
    path = home.partners / "nhs_leicester_city_pct.yml"
    assert name in path.read_text()
    (home.partners / f"{name}.yml").write_text("id: [")
    assert list(load(home).left_out) == [name]


def test_without_any_usable_contract_nothing_is_begun(home):
    for path in home.partners.glob("*.yml"):
        path.write_text("id: [")
    with pytest.raises(
        ContractError,
        match=r"leicester_city_council\.yml, line 2: did not find expected node content",
    ):
        load(home)


@pytest.mark.parametrize(
    ("name", "pattern", "label"),
    [
        ("spend-06-17.csv", r"(?P<month>\d\d)-(?P<year>\d\d)", "2017-06"),
        ("spend-06-0017.csv", r"(?P<month>\d\d)-(?P<year>\d{4})", None),
        ("spend-2024.csv", r"(?P<fy>\d{4})", None),
        ("spend.csv", r"spend(?P<month>\d)?(?P<year>\d)?", None),
    ],
)
def test_a_year_in_a_file_name_is_a_year_of_our_time(name, pattern, label):
    found = from_file_name(name, [pattern], "month")
    assert (found.label if found else None) == label


@pytest.mark.parametrize("label", ["17-06", "0017-06", "1017-18", "9999-04"])
def test_no_other_year_is_a_period(label):
    with pytest.raises(ValueError, match="is not a period: write a month as 2024-04"):
        parse(label)


def test_a_home_that_once_took_such_a_period_recovers(home):
    """The receipt is taken back, with its reason, and the file is read again from landing."""
    drop(home, COUNTY, "payments-april-2024.csv")
    partners = load(home)
    (taken,) = collect_new(home, partners, COUNTY, "spend")
    with closing(Ledger(home.ledger)) as ledger:
        ledger._store.change("UPDATE receipt SET period = '17-06', period_start = '0017-06-01'")
        begun(home, partners)
        back = ledger.receipt(taken.seq)
        assert back.status == "withdrawn"
        assert back.withdrawn_because == ("Its period, '17-06', is none that a delivery can be of")
    (again,) = collect_new(home, partners, COUNTY, "spend")
    assert (again.period, again.status) == ("2024-04", "in_force")
    assert len(inputs(home, partners)) == 2


def test_only_a_whole_contract_is_kept(home):
    partners = load(home)
    keep_contracts(partners, home.contracts)
    broken_yaml(home)
    keep_contracts(load(home), home.contracts)
    kept = load_partner(home.contracts / f"{COUNTY}.yml")
    assert kept.model_dump() == partners[COUNTY].model_dump()
