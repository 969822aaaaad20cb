"""Workers read bodies ahead of the build and keep what they read under the key of what it was read
from: contract, place, code, receipts and bytes."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import duckdb
import pytest

from orchestration.assets import reading as assets
from orchestration.assets.reading import read_body
from orchestration.cli.main import main
from orchestration.contracts.load import load_partner
from orchestration.intake.submit import submit
from orchestration.settings import Settings
from orchestration.sql import Memory
from orchestration.warehouse import workers
from orchestration.warehouse.dbt import BuildError, Dbt
from orchestration.warehouse.readings import (
    KINDS,
    Unread,
    keep,
    kept_readings,
    take_over,
    unread,
)
from orchestration.warehouse.turn import BusyError, exclusive
from orchestration.warehouse.workers import ChangedError, shared_out

pytestmark = pytest.mark.long

CONTRACT = """\
id: {body}
name: {body} Council
short_name: {body}
kind: council
in_place: true
feeds:
  spend:
    basis: all_payments
    accounting: cash
    cadence: month
    expected_from: 2024-04-01
    period_in_file_name: '(?P<month>[a-z]{{3,9}})-(?P<year>\\d{{4}})'
    layouts:
      - id: v1
        valid_from: 2024-04-01
        columns:
          line_date: {{heading: Date, formats: [dd/mm/yyyy]}}
          supplier_name: {{heading: Supplier}}
          account: {{heading: Account}}
          amount_pence: {{heading: Amount}}
"""
LINES = (
    "Date,Supplier,Account,Amount\n02/04/2024,Anytown Care Ltd,Care,1.00\n"
    "03/04/2024,Anytown Care Ltd,Care,2.50\n"
)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home in which two lines of ``alder`` are in force, and a contract of ``birch``."""
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    for body in ("alder", "birch"):
        (contracts / f"{body}.yml").write_text(CONTRACT.format(body=body))
    monkeypatch.setenv("TOTALPLACE_PARTNERS", str(contracts))
    made = Settings.from_environment(home=tmp_path / "home")
    made.prepare()
    (tmp_path / "april-2024.csv").write_text(LINES)
    submit(made, load_partner(contracts / "alder.yml"), tmp_path / "april-2024.csv", "spend")
    return made


def asked_of(settings: Settings) -> list[Unread]:
    """The readings of ``alder`` that a build would ask for now."""
    return assets._sources(settings, "alder")


def test_a_body_is_read_once(settings: Settings) -> None:
    assert read_body(settings, "alder") == 2
    ((key, kept),) = kept_readings(settings.read_lines).items()
    (asked,) = asked_of(settings)
    assert (asked.key, asked.financial_year, kept.is_whole) == (key, "2024-25", True)
    lines = duckdb.connect().execute(
        "SELECT source_row, amount_pence FROM read_parquet(?) ORDER BY ALL",
        [str(kept.files["int_read_lines"])],
    )
    assert lines.fetchall() == [(2, 100), (3, 250)]
    assert read_body(settings, "alder") == 0
    assert read_body(settings, "birch") == 0


def change_contract(settings: Settings) -> None:
    with (settings.partners / "alder.yml").open("a") as file:
        file.write("aliases: [Alder BC]\n")


def change_place(settings: Settings) -> None:
    with settings.place.open("a") as file:
        file.write("# agreed again\n")


def state_a_vat_number(settings: Settings) -> None:
    """By the contract of another body, by which it is known wherever it is paid."""
    with (settings.partners / "birch.yml").open("a") as file:
        file.write('vat: ["123456789"]\n')


@pytest.mark.parametrize("change", [change_contract, change_place, state_a_vat_number])
def test_another_contract_or_place_asks_for_another_reading(settings, change, tmp_path) -> None:
    place = tmp_path / "place.yml"
    place.write_bytes(settings.place.read_bytes())
    settings = dataclasses.replace(settings, place=place)
    (before,) = asked_of(settings)
    change(settings)
    (after,) = asked_of(settings)
    assert after.key != before.key
    assert after[1:] == before[1:]


def test_other_code_asks_for_another_reading(settings, monkeypatch) -> None:
    (before,) = asked_of(settings)
    of = assets.MadeFrom.of
    update = {"code": "another"}
    monkeypatch.setattr(assets.MadeFrom, "of", lambda s: of(s).model_copy(update=update))
    (after,) = asked_of(settings)
    assert after.key != before.key


def test_the_build_takes_over_what_was_read_by_its_own_key_alone(settings: Settings) -> None:
    (asked,) = asked_of(settings)
    with duckdb.connect(str(settings.build_db)) as connection:
        for kind, columns in KINDS.items():
            declared = ", ".join(f"{column} {of}" for column, of in columns.items())
            connection.execute(f"CREATE TABLE {kind} ({declared})")
    for key, left in {"of-another-contract": [asked], asked.key: []}.items():
        read = [asked._replace(key=key, lines=0)]
        keep(settings.build_db, read, settings.read_lines, settings.memory)
        take_over(settings.inputs, settings.read_lines)
        assert unread(settings.inputs) == left


def test_nothing_is_kept_of_what_changed_while_it_was_read(settings, monkeypatch) -> None:
    monkeypatch.setattr(Dbt, "start", lambda _: None)
    monkeypatch.setattr(Dbt, "read", lambda *_: change_contract(settings))
    with pytest.raises(ChangedError, match="the lines of alder changed while they were read"):
        read_body(settings, "alder")
    assert kept_readings(settings.read_lines) == {}


def test_a_body_is_read_by_one_worker_at_a_time(settings: Settings) -> None:
    with (
        exclusive(settings.of_worker("alder", 1)),
        pytest.raises(BusyError, match=f"Another worker reads alder .*process {os.getpid()}"),
    ):
        read_body(settings, "alder")


def test_a_worker_waits_for_no_run_of_the_home(settings: Settings) -> None:
    with exclusive(settings):
        assert read_body(settings, "birch") == 0


def reading(body: str, lines: int, year: str = "2024-25") -> Unread:
    return Unread(f"{body} {year}", body, year, (f"s-{body}-{year}",), lines)


def test_workers_read_whole_bodies_in_shares_of_about_as_many_lines(monkeypatch) -> None:
    monkeypatch.setattr(workers, "WORTH_A_WORKER", 1)
    readings = [
        reading("alder", 60), reading("birch", 20, "2023-24"), reading("birch", 20),
        reading("cedar", 30),
    ]  # fmt: skip
    shares = [[r.key for r in share] for share in shared_out(readings, 2)]
    assert shares == [["alder 2024-25"], ["birch 2023-24", "birch 2024-25", "cedar 2024-25"]]
    assert [len(share) for share in shared_out(readings, 8)] == [1, 2, 1]


def test_there_are_no_more_workers_than_lines_are_worth(monkeypatch) -> None:
    monkeypatch.setattr(workers, "WORTH_A_WORKER", 100)
    bodies = [reading(body, 70) for body in ("alder", "birch", "cedar")]
    assert len(shared_out(bodies, 4)) == 2
    assert shared_out(bodies[:1], 4) == []
    assert shared_out([], 4) == []


def test_what_a_worker_that_fails_leaves_is_said_and_read_by_the_build(
    settings, monkeypatch, capsys
) -> None:
    (asked,) = asked_of(settings)

    def fail(worker: Settings, *_: object) -> None:
        if worker.worker == "run/2":
            raise BuildError("dbt's process ended with -9")

    monkeypatch.setattr(workers, "shared_out", lambda *_: [[asked], [asked]])
    monkeypatch.setattr(workers, "read", fail)
    workers.read_by_workers(dataclasses.replace(settings, workers=2))
    assert (
        "Worker 2 failed, and the build reads its lines itself: dbt's process ended with -9"
        in capsys.readouterr().err
    )
    assert unread(settings.inputs) == [asked]


@pytest.mark.parametrize("workers", ["0", "many", "2.5", "65"])
def test_a_wrong_number_of_workers_is_said_before_any_work(
    tmp_path, monkeypatch, capsys, workers
) -> None:
    monkeypatch.setenv("TOTALPLACE_WORKERS", workers)
    assert main(["run", "--home", str(tmp_path / "home")]) == 2
    assert capsys.readouterr().err == (
        f"totalplace: TOTALPLACE_WORKERS is '{workers}', where a whole number from 1 to 64 is "
        "expected: how many processes read lines ahead of the build. Correct it, or drop it.\n"
    )
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("limit", "among", "share"),
    [
        ("1500MB", 1, "1500MB"),
        ("1500MB", 4, "375.00MB"),
        ("80%", 2, "40.00%"),
        ("4 GB", 2, "2.00 GB"),
    ],
)
def test_workers_share_the_memory(tmp_path: Path, limit: str, among: int, share: str) -> None:
    assert Memory(limit, tmp_path).share(among).limit == share
