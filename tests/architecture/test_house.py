"""The house rules that a machine can hold: imports, sizes, names, descriptions."""

import ast
import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from orchestration.assets.forecast import BACKTEST, FORECAST
from orchestration.contracts.load import load_partners
from orchestration.intake.submit import submit
from orchestration.publish.restatement import TABLE as RESTATEMENT
from orchestration.publish.restatement import VIEW as CHANGED
from orchestration.settings import CHECKOUT, Settings

CODE = [
    p
    for room in ("orchestration", "expectations")
    for p in sorted((CHECKOUT / room).rglob("*.py"))
    if "shipped" not in p.parts
]
SQL = sorted((CHECKOUT / "dbt_project").glob("[mt]*/**/*.sql"))
DOMAINS = sorted(
    f"intermediate/{path.name}" for path in (CHECKOUT / "dbt_project/models/intermediate").iterdir()
)
CORE = ("contracts", "intake", "publish")
HEAVY = {"dagster", "great_expectations", "dbt", "pandas"}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (a.name.split(".")[0] for a in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_there_is_something_to_hold():
    assert len(CODE) > 30
    assert len(SQL) > 20


def test_the_core_imports_neither_dagster_nor_great_expectations_nor_pandas():
    for path in CODE:
        if set(path.relative_to(CHECKOUT).parts) & set(CORE):
            assert not HEAVY & set(imports(path)), path


LIGHT = (
    "--help",
    "check --help",
    "collect",
    "receipts",
    "status",
    "releases",
    "verify",
    "rollback ID --reason TEXT --name NAME",
    "sql -c SELECT",
    "doctor",
    "check FILE",
    "check FILE --report DIR",
    "submit FILE",
    "withdraw R-000001 --reason TEXT",
    "receipt R-000001 --report DIR",
    "template contract spend --xlsx --out DIR",
    "contract new EXTRACT --partner a_body --feed spend --out DIR",
    "contract check CONTRACT",
    "contract diff CONTRACT CONTRACT",
)
# One process runs the verbs one after another, and says after each what is loaded by then.
PROBE = f"""
import json, sys
from orchestration.cli.main import main
verbs, found, screen = json.loads(sys.argv[1]), [], sys.stdout
for verb in verbs:
    sys.stdout = sys.stderr
    try: main(verb)
    except SystemExit: pass
    sys.stdout = screen
    found.append(sorted({{name.split('.')[0] for name in sys.modules}} & {HEAVY!r}))
print(json.dumps(found))
"""


def spelled_out(verb, folder):
    """The arguments of a light verb over a home of its own, with what they name laid out."""
    path = CHECKOUT / "tests/rules/TP-042/bad/payments-april-2024.csv"
    folder.mkdir()
    shutil.copy(CHECKOUT / "tests/rules/contract.yml", folder)
    named = {"DIR": folder / "out", "EXTRACT": path, "CONTRACT": folder / "contract.yml"}
    named |= {"SELECT": "SELECT 1"}
    arguments = [str(named.get(a, a)) for a in verb.split()]
    if "FILE" in arguments:
        rest = [a for a in arguments[1:] if a != "FILE"]
        arguments = [arguments[0], str(path), "--partner", "contract", "--feed", "spend", *rest]
    if "R-000001" in arguments:
        settings = dataclasses.replace(Settings.from_environment(folder / "home"), partners=folder)
        submit(settings, load_partners(folder)["contract"], path, "spend")
    home = [] if arguments[-1] == "--help" else ["--home", str(folder / "home")]
    return [*arguments, *home]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """What is loaded of what is heavy once a light verb, and those before it, have been run."""
    base = tmp_path_factory.mktemp("light")
    shutil.copy(CHECKOUT / "tests/rules/contract.yml", base)
    verbs = [spelled_out(verb, base / str(number)) for number, verb in enumerate(LIGHT)]
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(verbs)],
        capture_output=True,
        text=True,
        check=True,
        cwd=CHECKOUT,
        env=os.environ | {"TOTALPLACE_PARTNERS": str(base)},
    )
    return dict(zip(LIGHT, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("verb", LIGHT)
def test_light_verbs_load_nothing_heavy(verb, loaded):
    assert loaded[verb] == []


def test_no_partner_is_named_in_code_or_sql():
    ids = re.compile("|".join(load_partners(CHECKOUT / "data" / "partners")))
    macros = sorted((CHECKOUT / "dbt_project").rglob("*.sql"))
    for path in [*CODE, *macros]:
        assert not ids.search(path.read_text()), path


def test_only_settings_reads_the_environment():
    for path in CODE:
        if path.name != "settings.py":
            found = re.findall(r"os\.(?:environ\.get|environ\[|getenv)", path.read_text())
            assert not found, path


def test_every_column_of_every_mart_is_described_and_its_contract_enforced():
    described = {}
    for path in sorted((CHECKOUT / "dbt_project/models/marts").glob("*.yml")):
        told = yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
        made = [table for source in told.get("sources", []) for table in source["tables"]]
        for model in [*told.get("models", []), *made]:
            described[model["name"]] = model
    marts = {p.stem for p in (CHECKOUT / "dbt_project/models/marts").rglob("*.sql")}
    marts |= {key.to_user_string() for key in (FORECAST, BACKTEST)}  # made by no SQL
    marts |= {RESTATEMENT, CHANGED}  # made with the release
    assert set(described) == marts
    project = yaml.load(
        (CHECKOUT / "dbt_project/dbt_project.yml").read_text(), Loader=yaml.CSafeLoader
    )
    assert project["models"]["totalplace"]["marts"]["+contract"] == {"enforced": True}
    for name, model in described.items():
        assert "contract" not in model.get("config", {}), name
        assert model["description"].strip(), name
        for column in model["columns"]:
            assert column.get("description", "").strip(), (name, column["name"])
            assert column.get("data_type"), (name, column["name"])


def test_sql_reads_in_one_direction():
    """Staging reads what arrived, intermediate no mart: nothing reads backwards."""
    models = CHECKOUT / "dbt_project" / "models"
    rooms = {p.stem: p.relative_to(models).parts[0] for p in models.rglob("*.sql")}
    order = ["staging", "intermediate", "marts"]
    assert {"staging", "intermediate", "marts"} == set(rooms.values())
    backwards = [
        f"{p.stem} reads {read}"
        for p in models.rglob("*.sql")
        for read in re.findall(r"ref\('(\w+)'\)", p.read_text())
        if read in rooms and order.index(rooms[read]) > order.index(rooms[p.stem])
    ]
    assert backwards == []


@pytest.mark.parametrize("folder", ["staging", *DOMAINS])
def test_every_model_says_what_one_row_is(folder):
    models = CHECKOUT / "dbt_project/models" / folder
    described = {
        model["name"]: model.get("description", "")
        for path in models.glob("*.yml")
        for model in yaml.load(path.read_text(), Loader=yaml.CSafeLoader).get("models", [])
    }
    assert set(described) == {path.stem for path in models.glob("*.sql")}
    assert [name for name, text in described.items() if not text.startswith("One row")] == []


def test_only_staging_reads_sources():
    models = CHECKOUT / "dbt_project" / "models"
    readers = [
        p.stem
        for p in [*models.rglob("*.sql"), *(CHECKOUT / "dbt_project/tests").rglob("*.sql")]
        if p.parent.name != "staging" and "source(" in p.read_text()
    ]
    assert readers == []


def test_no_host_of_a_package_registry_is_committed():
    names = ["pyp" + "i.org", "python" + "hosted", "npm" + "js", "index" + "-url"]
    files = subprocess.run(
        ["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    for name in filter(None, files):
        path = CHECKOUT / name
        if path.is_file() and path.suffix not in (".xlsx",):
            text = path.read_text(encoding="utf-8", errors="ignore")
            assert not [n for n in names if n in text], name


def test_the_readme_shows_the_two_commands_first():
    readme = (CHECKOUT / "README.md").read_text()
    assert 0 < readme.index("make run") < readme.index("make test") < 1500
    assert "make test" in (CHECKOUT / ".ci/run").read_text()


def test_the_top_level_is_the_agreed_one():
    files = subprocess.run(
        ["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    agreed = {"orchestration", "dbt_project", "expectations", "data", "tests", "README.md"}
    agreed |= {"pyproject.toml", "Makefile", "requirements.lock", "LICENSE", "CHANGELOG.md"}
    agreed |= {"CONTRIBUTING.md", ".ci", ".github", ".gitignore", ".sqlfluff"}
    agreed |= {"docs", ".pre-commit-config.yaml"}
    assert {f.split("/")[0] for f in files if f} <= agreed
