"""What is made from the code is up to date, and `make` explains itself."""

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest

from orchestration.cli.main import build_parser
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


PAGES = sorted(
    p.relative_to(CHECKOUT) for p in [*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md")]
)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_of_a_page_leads_to_a_file(page):
    text = (CHECKOUT / page).read_text(encoding="utf-8")
    linked = {link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link}
    folder = (CHECKOUT / page).parent
    assert {link for link in linked if not (folder / link).exists()} == set()


def commands(page):
    """The commands of the program that a page names, in its text and in blocks of a terminal."""
    text = re.sub(r"\\\n\s*", "", (CHECKOUT / page).read_text(encoding="utf-8"))
    inline = re.findall(r"`totalplace ([^`]+)`", text)
    blocks = re.findall(r"^(?:\$ )?totalplace (.+?)(?:\s+#.*)?$", text, flags=re.M)
    return {" ".join(command.split()) for command in [*inline, *blocks]}


@pytest.mark.parametrize(
    "page", ["README.md", "docs/analysing.md", "docs/running.md", "docs/sending.md"]
)
def test_every_command_that_a_page_names_is_understood(page, capsys):
    named = commands(page)
    assert len(named) > 5
    for command in named:
        words = shlex.split(command)
        try:
            build_parser().parse_args(words if words[1:] else [*words, "--help"])
        except SystemExit as ended:
            assert ended.code == 0, f"{command}: {capsys.readouterr().err}"


def test_every_setting_is_explained():
    read = set()
    for path in (CHECKOUT / "orchestration").rglob("*.py"):
        read |= set(re.findall(r"TOTALPLACE_[A-Z_]+[A-Z]", path.read_text(encoding="utf-8")))
    told = (CHECKOUT / "docs" / "running.md").read_text(encoding="utf-8")
    read = {name for name in read if not name.startswith("TOTALPLACE_DBT_")}  # of our own process
    assert len(read) > 10
    assert {name for name in read if f"`{name}`" not in told} == set()
