"""Writes dictionary.md: every published table with its grain and columns, from dbt's YAML.

python docs/dictionary.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "dictionary.md"
INTRODUCTION = """# Data dictionary

Every published table: what one of its rows is, and each column with its type. Money is in pence.
Every table also has `is_synthetic`: whether its figures are made up for a trial. In DuckDB and CSV,
and as `load` reads it, every table has `release_id` too, the release it is read from; a Parquet
file has not, so that the same content is the same file in every release. The columns that tell the
rows of a table apart are its key; none of them is ever empty. This page is made from the YAML
beside the models (`make dictionary`); change it there.
"""


def tables() -> list[dict[str, Any]]:
    """Every published table as dbt's YAML describes it, by name."""
    found: list[dict[str, Any]] = []
    for path in sorted((ROOT / "dbt_project" / "models" / "marts").glob("_*.yml")):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        found += document.get("models", [])
        for source in document.get("sources", []):
            found += source["tables"]
    return sorted(found, key=lambda table: str(table["name"]))


def key_of(table: dict[str, Any]) -> list[str]:
    """The columns that tell a table's rows apart; none for a table that declares no key."""
    tests = table.get("data_tests", [])
    keys: list[list[str]] = tests[0]["declared"]["arguments"].get("keys", []) if tests else []
    return keys[0] if keys else []


def page() -> str:
    """The dictionary as Markdown."""
    out = [INTRODUCTION]
    for table in tables():
        out += [f"## {table['name']}", "", table["description"], ""]
        if key := key_of(table):
            out += [f"Key: {', '.join(f'`{column}`' for column in key)}.", ""]
        out += ["| column | type | empty? | meaning |", "|---|---|---|---|"]
        for column in table["columns"]:
            rules = [rule["type"] for rule in column.get("constraints", [])]
            empty = "never" if "not_null" in rules else "may be"
            meaning = column["description"].replace("|", "\\|").replace("\n", " ").strip()
            out.append(f"| `{column['name']}` | {column['data_type']} | {empty} | {meaning} |")
        out.append("")
    return "\n".join(out)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
