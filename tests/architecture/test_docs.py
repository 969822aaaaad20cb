"""What is made from the code is up to date, and `make` explains itself."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys

import pytest

from orchestration.contracts.model import Partner
from orchestration.contracts.place import Place
from orchestration.contracts.reference import contract_reference, entries, models
from orchestration.settings import CHECKOUT, Settings


def maker(name):
    spec = importlib.util.spec_from_file_location(name, CHECKOUT / "docs" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where a dataclass looks for its own module
    spec.loader.exec_module(module)
    return module


def dictionary():
    return maker("dictionary")


@pytest.mark.parametrize("name", ["dictionary", "country"])
def test_a_page_is_what_its_code_writes(name):
    made = maker(name)
    assert made.PAGE.read_text(encoding="utf-8") == made.page(), f"run: python docs/{name}.py"


def test_the_reference_of_contracts_is_that_of_the_models():
    page = (CHECKOUT / "docs" / "contract.md").read_text(encoding="utf-8")
    assert page == contract_reference(), "run: make contract-docs"


@pytest.mark.parametrize("model", [*models(Partner), *models(Place)], ids=lambda m: m.__name__)
def test_every_key_has_a_meaning_and_every_plain_one_an_example(model):
    for entry in entries(model):
        assert entry.meaning, entry.key
        assert entry.example or entry.holds_keys, entry.key


def test_every_target_of_make_has_its_line_of_help():
    makefile = (CHECKOUT / "Makefile").read_text()
    targets = re.findall(r"^([a-z-]+):", makefile, flags=re.M)
    explained = re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.M)
    assert targets == explained


def test_make_clean_spares_the_ledger_the_received_files_and_the_releases(tmp_path):
    settings = Settings.from_environment(tmp_path / "home")
    settings.prepare()
    kept = [
        settings.ledger,
        settings.originals / "abc",
        settings.quarantine / "files" / "abc",
        settings.published / "2026-01-01-abc" / "manifest.json",
    ]
    made_again = [settings.build_db, settings.dbt_target / "manifest.json"]
    for path in (*kept, *made_again):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    shutil.copy(CHECKOUT / "Makefile", tmp_path)
    environment = os.environ | {"TOTALPLACE_HOME": str(settings.home)}
    subprocess.run(["make", "clean"], cwd=tmp_path, env=environment, check=True)
    assert [p for p in kept if not p.exists()] == []
    assert [p for p in made_again if p.exists()] == []
