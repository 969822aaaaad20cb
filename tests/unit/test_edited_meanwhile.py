"""A contract or the place edited while a run reads files by the one before."""

import dataclasses
import shutil

import dagster as dg
import pytest

from orchestration.assets.warehouse import in_force_asset
from orchestration.contracts.usable import load_usable
from orchestration.publish.outcome import INPUTS_KEY
from tests.unit.test_workers import CONTRACT


@pytest.fixture
def settings(settings, tmp_path):
    """Two bodies, in a place of their own folder."""
    (tmp_path / "partners").mkdir()
    for body in ("alder", "birch"):
        (tmp_path / "partners" / f"{body}.yml").write_text(CONTRACT.format(body=body))
    shutil.copy(settings.place, tmp_path / "place.yml")
    return dataclasses.replace(
        settings, partners=tmp_path / "partners", place=tmp_path / "place.yml"
    )


def nothing(settings):
    pass


def another_contract(settings):
    with (settings.partners / "alder.yml").open("a") as file:
        file.write("aliases: [Alder BC]\n")


def one_more_body(settings):
    (settings.partners / "cedar.yml").write_text(CONTRACT.format(body="cedar"))


def another_place(settings):
    with settings.place.open("a") as file:
        file.write("# agreed again\n")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (nothing, ""),
        (another_contract, "alder.yml: changed during this run, which goes by the earlier text"),
        (one_more_body, "cedar.yml: changed during this run, which goes by the earlier text"),
        (another_place, "place.yml: changed during this run, which goes by the earlier text"),
    ],
)
def test_no_later_run_takes_the_release_for_one_by_the_new_agreement(
    settings, change, said, capsys
):
    partners, _ = load_usable(settings.partners, settings.place)
    change(settings)
    assert dg.materialize([in_force_asset(settings, partners, [])]).success
    # Without a key the next run makes everything again.
    assert ((settings.warehouse / INPUTS_KEY).read_text() == "") == bool(said)
    assert said in capsys.readouterr().err
