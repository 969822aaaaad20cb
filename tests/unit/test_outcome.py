"""Whether a run would make anything else: every input has its part in one key."""

import dataclasses
import shutil

import pytest

from orchestration.intake.ledger.ledger import Ledger
from orchestration.publish import outcome
from orchestration.publish.manifest import ReleaseInputs
from orchestration.publish.outcome import Outcome, inputs_key, landing_key, up_to_date
from orchestration.publish.steer import rollback, unpin
from tests.unit.release_world import INPUTS, LINES, NOON, TRACES, build, publish_in

pytestmark = pytest.mark.long

FEWER = ReleaseInputs(INPUTS.submissions[:1], "rules-1", TRACES)


@pytest.fixture
def home(settings):
    """A home of its own inputs, with a release whose outcome was kept."""
    inputs = settings.home / "inputs"
    shutil.copytree(settings.partners, inputs / "partners")
    shutil.copytree(settings.dbt_project, inputs / "dbt", ignore=shutil.ignore_patterns("target"))
    shutil.copy(settings.place, inputs / "place.yml")
    settings = dataclasses.replace(
        settings,
        partners=inputs / "partners",
        place=inputs / "place.yml",
        dbt_project=inputs / "dbt",
        landing=settings.home / "landing",
    )
    Ledger(settings.ledger).close()
    build(settings.home / "build.duckdb")
    made = publish_in(settings.home)
    note(settings, made.release_id)
    return settings


def note(settings, release_id, **other):
    kept = Outcome("published", release_id, [], inputs_key(settings), landing_key(settings, {}))
    dataclasses.replace(kept, **other).write(settings)


def test_nothing_new_is_the_same_release_unchanged(home):
    found = up_to_date(home, {})
    assert found
    assert (found.status, found.release_id) == ("unchanged", Outcome.read(home).release_id)


def a_contract(home):
    path = next(home.partners.glob("*.yml"))
    path.write_text(path.read_text() + "\n# agreed anew\n")


def the_place(home):
    home.place.write_text(home.place.read_text() + "\n")


def a_model(home):
    (home.dbt_project / "models" / "marts" / "fct_issue.sql").write_text("select 1")


def the_ledger(home):
    ledger = Ledger(home.ledger)
    ledger.program_error("body/spend/a.csv", "the program failed")
    ledger.close()


def landing(home):
    (home.landing / "body" / "spend").mkdir(parents=True)
    (home.landing / "body" / "spend" / "a.csv").write_text("a")


def a_file_of_the_release(home):
    path = next((home.published / "current" / "csv").iterdir())
    path.chmod(0o644)
    path.write_text("cut")


def the_pointer(home):
    (home.published / "current").unlink()


@pytest.mark.parametrize(
    "change",
    [a_contract, the_place, a_model, the_ledger, landing, a_file_of_the_release, the_pointer],
)
def test_whatever_changes_makes_a_run(home, change):
    change(home)
    assert up_to_date(home, {}) is None


def test_a_delivery_that_failed_on_us_is_tried_again_by_every_run(home):
    the_ledger(home)
    note(home, Outcome.read(home).release_id)  # the failure is known to what was noted
    assert up_to_date(home, {}) is None


def test_another_landing_folder_without_anything_new_is_nothing_new(home):
    empty = dataclasses.replace(home, landing=home.home / "another")
    note(home, Outcome.read(home).release_id, landing="as it was")
    assert up_to_date(empty, {}).landing == landing_key(empty, {})


def test_another_version_of_a_tool_makes_a_run(home, monkeypatch):
    monkeypatch.setattr(outcome, "versions", lambda: {"duckdb": "99"})
    assert up_to_date(home, {}) is None


def test_what_was_refused_or_asked_for_by_the_ui_is_relied_on_by_no_run(home):
    kept = Outcome.read(home)
    note(home, kept.release_id, inputs="")
    assert up_to_date(home, {}) is None
    note(home, kept.release_id, landing="")
    assert up_to_date(home, {}) is None
    Outcome.forget(home)
    assert up_to_date(home, {}) is None


def test_under_a_pin_nothing_new_is_unchanged_and_readers_keep_the_pinned_release(home):
    first = Outcome.read(home).release_id
    build(home.home / "build.duckdb", LINES[:2])
    second = publish_in(home.home, FEWER, now=NOON.replace(hour=13)).release_id
    note(home, second)

    rollback(home.published, first, name="A. Nalyst", reason="why")
    found = up_to_date(home, {})
    assert (found.status, found.release_id, found.waiting) == ("unchanged", first, second)

    found.write(home)
    unpin(home.published, name="A. Nalyst", reason="put right")
    found = up_to_date(home, {})
    assert (found.status, found.release_id, found.waiting) == ("unchanged", second, None)


def test_a_release_that_waits_and_is_damaged_makes_a_run(home):
    first = Outcome.read(home).release_id
    build(home.home / "build.duckdb", LINES[:2])
    second = publish_in(home.home, FEWER, now=NOON.replace(hour=13))
    note(home, second.release_id)
    rollback(home.published, first, name="A. Nalyst", reason="why")
    (second.path / "totalplace.duckdb").unlink()

    assert up_to_date(home, {}) is None
