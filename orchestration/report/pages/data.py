"""Data: every file of the release with size and SHA-256, the dictionary, methods, licence."""

from __future__ import annotations

from collections.abc import Iterator

from ...publish.manifest import FILE_NAME
from ..content import Linked, Page, Table
from ..facts import Facts
from ..words import counted

# Files for a person, and what they are for; the rest are the tables.
DOCUMENTS = {
    "published-tables.xlsx": "the headline tables, for everybody",
    "totalplace.xlsx": "every short table, for analysts",
    "totalplace.duckdb": "all tables with types and descriptions",
    "dictionary.html": "what every table and column means",
    "METHOD.md": "how the figures are made",
    "CHANGES.md": "what changed since the release before",
    "README.txt": "how to open the files, and the licence",
    "datapackage.json": "the tables described for programs (Data Package)",
    "csvw.json": "the tables described for programs (CSV on the Web)",
}


def pages(facts: Facts) -> Iterator[Page]:
    """The page about data."""
    manifest = facts.published.manifest
    yield Page(
        "data.html",
        "Data, methods and licence",
        "data.html.j2",
        "The tables behind this report, what they mean, and how the figures are made.",
        {
            "documents": _table(facts, "Documents and whole releases", list(DOCUMENTS)),
            "tables": _table(
                facts,
                "Tables as CSV and Parquet",
                [file for file in manifest.files if file.startswith(("csv/", "parquet/"))],
            ),
            "manifest": FILE_NAME,
            "versions": manifest.versions,
            "submissions": counted(len(manifest.submissions), "submission"),
        },
    )


def _table(facts: Facts, caption: str, names: list[str]) -> Table:
    files = facts.published.manifest.files
    rows = [
        (
            Linked(name, f"../{name}") if facts.in_release else name,
            DOCUMENTS.get(name, ""),
            files[name].bytes,
            files[name].sha256,
        )
        for name in names
        if name in files
    ]
    headings = ("File", "For", "#Bytes", "SHA-256")
    if any(name not in DOCUMENTS for name in names):
        rows = [(row[0], row[2], row[3]) for row in rows]  # type: ignore[misc]
        headings = ("File", "#Bytes", "SHA-256")  # type: ignore[assignment]
    return Table(caption, headings, rows, sortable=len(rows) > 20)
