"""Names are the field's words (the word list in the README), in code and in published columns."""

import ast
import re

import pytest
import yaml

from orchestration.settings import CHECKOUT

# A riddle, and the word to use instead.
BETTER = {
    "told": "reported",
    "teller": "reported_by",
    "telling": "register row",
    "untold": "unallocated, not_reported",
    "standing": "recurring (of an amount)",
    "leaves": "excluded_at_step",
    "because": "reason",
    "meant": "resolved",
    "roomy": "eliminable",
    "foretell": "preview",
    "complain": "report_error",
    "squared": "pad_to_width",
}
# ``standing`` is also the status of a receipt; the ledger's file keeps a column of its first days.
ALLOWED = {"standing", "withdrawn_because"}
CODE = [
    path
    for room in ("orchestration", "expectations")
    for path in sorted((CHECKOUT / room).rglob("*.py"))
    if "shipped" not in path.parts
]


def riddles(name):
    return set(name.lower().split("_")) & set(BETTER) if name not in ALLOWED else set()


def names_in(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name):
            yield node.id


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(CHECKOUT)))
def test_no_name_in_code_is_a_riddle(path):
    found = {name: [BETTER[word] for word in riddles(name)] for name in names_in(path)}
    assert {name: words for name, words in found.items() if words} == {}


def test_no_published_column_and_no_model_is_a_riddle():
    project = CHECKOUT / "dbt_project" / "models"
    names = {path.stem for path in project.rglob("*.sql")}
    for path in project.rglob("*.yml"):
        document = yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
        tables = document.get("models", [])
        tables += [t for s in document.get("sources", []) for t in s["tables"]]
        names |= {c["name"] for table in tables for c in table.get("columns", [])}
    assert len(names) > 300
    assert {name for name in names if riddles(name)} == set()


def test_the_word_list_has_the_words_that_names_are_made_of():
    readme = (CHECKOUT / "README.md").read_text()
    words = re.findall(r"\*\*(.+?)\*\*", readme.partition("## Word list")[2])
    listed = {word.strip() for entry in words for word in entry.split(",")}
    wanted = {"submission", "receipt", "finding", "control file", "provider", "payee"}
    wanted |= {"commissioner", "body", "reported by", "in force", "set aside", "recurring"}
    assert wanted <= listed, wanted - listed
