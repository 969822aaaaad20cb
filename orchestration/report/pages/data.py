"""Data: every file of the release with size and SHA-256, the dictionary, methods, licence."""

from __future__ import annotations

from collections.abc import Iterator

from ...publish.manifest import FILE_NAME
from ..content import Linked, Page, Table
from ..facts import Facts
from ..words import counted

MARK = "SYNTHETIC-"
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
    files = manifest.files
    documents = [file for name in DOCUMENTS for file in files if _plain(file) == name]
    tables = [file for file in files if file.startswith(("csv/", "parquet/"))]
    yield Page(
        "data.html",
        "Data, methods and licence",
        "data.html.j2",
        "The tables behind this report, what they mean, and how the figures are made.",
        {
            "documents": Table(
                "Documents and whole releases",
                ("File", "For", "#Bytes", "SHA-256"),
                [
                    (_link(facts, file), DOCUMENTS[_plain(file)], *_sealed(facts, file))
                    for file in documents
                ],
            ),
            "tables": Table(
                "Tables as CSV and Parquet",
                ("File", "#Bytes", "SHA-256"),
                [(_link(facts, file), *_sealed(facts, file)) for file in tables],
                sortable=True,
            ),
            "manifest": FILE_NAME,
            "versions": manifest.versions,
            "submissions": counted(len(manifest.submissions), "submission"),
        },
    )


def _plain(file: str) -> str:
    """A file's name without the mark of made-up data."""
    return file.removeprefix(MARK)


def _link(facts: Facts, file: str) -> object:
    return Linked(file, f"../{file}") if facts.in_release else file


def _sealed(facts: Facts, file: str) -> tuple[int, str]:
    sealed = facts.published.manifest.files[file]
    return sealed.bytes, sealed.sha256
