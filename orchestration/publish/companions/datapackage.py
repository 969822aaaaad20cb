"""``datapackage.json``: the release for programs that read data packages (profile 2.0).

A table that is a CSV file is described as that, a longer one as Parquet. What a column means comes
from the dictionary, what a file weighs from its seal; nothing is said here that is not there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..content import RELEASE_ID
from ..dictionary import Dictionary, Entry, Table
from ..manifest import SealedFile

FILE = "datapackage.json"
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_KINDS = {"BOOLEAN": "boolean", "VARCHAR": "string", "DATE": "date", "TIMESTAMP": "datetime"}
_CSV = {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
_PARQUET = {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}


def write_datapackage(
    folder: Path, dictionary: Dictionary, sealed: Mapping[str, SealedFile]
) -> Path:
    """Writes the description of the release's tables into ``folder``; ``sealed`` are its files of
    data, by path."""
    package = {
        "$schema": _PROFILE,
        "name": "total-place",
        "title": dictionary.title,
        "version": dictionary.release_id,
        "created": dictionary.created_at,
        "synthetic": dictionary.synthetic,
        "resources": [_resource(table, dictionary, sealed) for table in dictionary.tables],
    }
    path = folder / FILE
    path.write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def tables_in(folder: Path) -> dict[str, list[str]]:
    """The tables that the file describes, each with its columns in order."""
    package = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return {
        resource["name"]: [field["name"] for field in resource["schema"]["fields"]]
        for resource in package["resources"]
    }


def files_of(table: str, sealed: Mapping[str, SealedFile]) -> tuple[list[str], bool]:
    """The files of a table that a package describes, and whether they are CSV."""
    if (csv := f"csv/{table}.csv") in sealed:
        return [csv], True
    parts = (f"parquet/{table}.", f"parquet/{table}/")
    return [file for file in sealed if file.startswith(parts)], False


def _resource(
    table: Table, dictionary: Dictionary, sealed: Mapping[str, SealedFile]
) -> dict[str, Any]:
    files, is_csv = files_of(table.name, sealed)
    held = [e for e in table.entries if is_csv or e.name != RELEASE_ID]
    described: dict[str, Any] = {
        "name": table.name,
        "type": "table",
        "title": table.name,
        "description": table.about,
        "path": files[0] if len(files) == 1 else files,
        **(_CSV if is_csv else _PARQUET),
        "rows": table.rows,
        "feeds": list(table.feeds),
        "schema": _schema(table, held, dictionary),
    }
    if len(files) == 1:  # of a table in parts the manifest has the size and hash of each
        seal = sealed[files[0]]
        described |= {"bytes": seal.bytes, "hash": f"sha256:{seal.sha256}"}
    return described


def _schema(table: Table, held: Sequence[Entry], dictionary: Dictionary) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(e) for e in held], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    there = {other.name for other in dictionary.tables}
    foreign = [
        {"fields": [e.name], "reference": {"resource": to[0], "fields": [to[1]]}}
        for e in held
        if (to := e.column.refers_to) and to[0] in there
    ]
    return schema | ({"foreignKeys": foreign} if foreign else {})


def _field(entry: Entry) -> dict[str, Any]:
    column = entry.column
    constraints: dict[str, Any] = {}
    if column.never_empty:
        constraints["required"] = True
    if column.accepted:
        constraints["enum"] = list(column.accepted)
    whole = "number" if entry.kind.startswith("DECIMAL") else "integer"
    said = {
        "name": entry.name,
        "type": _KINDS.get(entry.kind, whole),
        "description": column.meaning,
        "unit": column.unit,
        "emptyMeans": "" if column.never_empty else entry.empty,
        "addsUp": column.adds_up,
        "madeOf": entry.made_of,
        "constraints": constraints,
    }
    return {what: value for what, value in said.items() if value}
