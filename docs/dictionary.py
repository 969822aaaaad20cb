"""Writes dictionary.md: every published table with its grain and columns, from dbt's YAML.

python docs/dictionary.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from orchestration.publish.dictionary import Entry, Table, in_order, table_of
from orchestration.publish.meanings import Conventions, shape_of

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "dictionary.md"
PROJECT = ROOT / "dbt_project"
INTRODUCTION = """# Data dictionary

Every published table: what one of its rows is, and each column. The same stands in every release as
`dictionary.html`, as the sheet Dictionary of `totalplace.xlsx`, as comments in the DuckDB file, and
for programs in `datapackage.json` and `csvw.json`.

* Money is in pence; in views (`v_...`) in pounds.
* **Empty** says what an empty cell means; it is never £0. The columns that tell the rows of a table
  apart are its key; none of them is ever empty.
* **Adds up** says what the figures of several rows come to: `yes`, add them up; `no`; or over what
  they may not be added.
* Every table also has `is_synthetic`: whether its figures are made up for a trial. In DuckDB and
  CSV, and as `load` reads it, every table has `release_id` too, the release it is read from; a
  Parquet file has not, so that the same content is the same file in every release.

This page is made from the YAML beside the models and from `dbt_project/dictionary.yml`
(`make dictionary`); change it there.
"""
HEADINGS = """| column | type | unit | empty | adds up | meaning |
|---|---|---|---|---|---|"""


def tables() -> list[dict[str, Any]]:
    """Every published table as dbt's YAML describes it, by name."""
    found: list[dict[str, Any]] = []
    for path in sorted((PROJECT / "models" / "marts").glob("_*.yml")):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        found += document.get("models", [])
        for source in document.get("sources", []):
            found += source["tables"]
    return sorted(found, key=lambda table: str(table["name"]))


def rules_of(table: dict[str, Any]) -> dict[str, Any]:
    """What the ``declared`` test of a table asks; without one, what its ``meta`` says."""
    tests = table.get("data_tests", [])
    rules: dict[str, Any] = tests[0]["declared"]["arguments"] if tests else {}
    return rules or {"keys": [table.get("meta", {}).get("key", [])]}


def key_of(table: dict[str, Any]) -> list[str]:
    """The columns that tell a table's rows apart; none for a table that declares no key."""
    keys: list[list[str]] = rules_of(table)["keys"]
    return keys[0]


def described() -> list[Table]:
    """Every published table as in a release's dictionary, but for its rows and feeds."""
    conventions = Conventions.read(PROJECT)
    found = {}
    for table in tables():
        rules: dict[str, Any] = {"accepted": {}, "refers_to": {}} | rules_of(table)
        shape = shape_of({**table, **rules, "key": key_of(table), "feeds": ()}, conventions)
        kinds = {c["name"]: c["data_type"].upper() for c in table["columns"]}
        found[table["name"]] = table_of(table["name"], shape, kinds)
    return [found[name] for name in in_order(found)]


def row(entry: Entry) -> str:
    """One column as a row of Markdown."""
    column = entry.column
    cells = (f"`{entry.name}`", entry.kind_in_words, column.unit, entry.empty, column.adds_up)
    return "| " + " | ".join(c.replace("|", "\\|") for c in (*cells, entry.meaning)) + " |"


def page() -> str:
    """The dictionary as Markdown."""
    out = [INTRODUCTION]
    for table in described():
        out += [f"## {table.name}", "", table.about, ""]
        if table.key:
            out += [f"Key: {', '.join(f'`{column}`' for column in table.key)}.", ""]
        out += [HEADINGS, *map(row, table.entries), ""]
    return "\n".join(out)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
