"""``csvw.json``: the CSV files of a release, described as the W3C's CSV on the Web has it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from ..dictionary import Dictionary, Entry, Table

FILE = "csvw.json"
_KINDS = {"BOOLEAN": "boolean", "VARCHAR": "string", "DATE": "date", "TIMESTAMP": "datetime"}


def write_csvw(folder: Path, dictionary: Dictionary) -> Path:
    """Writes the description of the CSV files that lie in ``folder``."""
    there = {t.name: t for t in dictionary.tables if (folder / "csv" / f"{t.name}.csv").is_file()}
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": dictionary.title,
        "dc:identifier": dictionary.release_id,
        "tables": [_table(table, set(there)) for table in there.values()],
    }
    path = folder / FILE
    path.write_text(json.dumps(described, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def tables_in(folder: Path) -> dict[str, list[str]]:
    """The tables that the file describes, each with its columns in order."""
    described = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return {
        Path(table["url"]).stem: [column["name"] for column in table["tableSchema"]["columns"]]
        for table in described["tables"]
    }


def _table(table: Table, there: set[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {"columns": [_column(entry) for entry in table.entries]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    foreign = [
        {
            "columnReference": entry.name,
            "reference": {"resource": f"csv/{to[0]}.csv", "columnReference": to[1]},
        }
        for entry in table.entries
        if (to := entry.column.refers_to) and to[0] in there
    ]
    if foreign:
        schema["foreignKeys"] = foreign
    return {
        "url": f"csv/{table.name}.csv",
        "dc:title": table.name,
        "dc:description": table.about,
        "tableSchema": schema,
    }


def _column(entry: Entry) -> dict[str, Any]:
    column = entry.column
    datatype: Any = _KINDS.get(entry.kind, "integer")
    if entry.kind.startswith("DECIMAL"):
        datatype = "decimal"
    if column.accepted:
        values = "|".join(map(re.escape, column.accepted))
        datatype = {"base": "string", "format": f"^({values})$"}
    described: dict[str, Any] = {
        "name": entry.name,
        "titles": entry.name,
        "dc:description": entry.in_full,
        "datatype": datatype,
    }
    return described | ({"required": True} if column.never_empty else {})
