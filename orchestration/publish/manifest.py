"""The manifest of a release: what is in it, what it was made from, and the seal on each file."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

import duckdb
from pydantic import BaseModel, ConfigDict

from ..contracts.periods import financial_year
from ..hashing import sha256_of
from ..settings import WORKBOOK_ROWS
from ..sql import literal
from .content import PartContent, digest_of_parts
from .lineage import Recipe
from .made_from import MadeFrom
from .meanings import Shape

FILE_NAME = "manifest.json"
DATABASE = "totalplace.duckdb"
# What reads the files and makes the figures: another version of one may change a figure although
# nobody sent anything.
TOOLS = (
    "totalplace",
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "great-expectations",
    "numpy",
    "pyarrow",
    "python-calamine",
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SubmissionInForce(_Part):
    """A submission whose lines count, with the rows and pence its receipt promised."""

    receipt_id: str
    submission_id: str
    partner_id: str
    feed: str
    period: str
    file_name: str
    file_sha256: str
    rows_accepted: int
    pence_accepted: int
    synthetic: bool
    # Of its period, empty where it is of two; and whether it counts because somebody answered what
    # was asked about it.
    financial_year: str = ""
    explained: bool = False


class SealedFile(_Part):
    """Size and SHA-256 of one file of the release."""

    bytes: int
    sha256: str


class PublishedPart(_Part):
    """A part of a long table: whose, of which year, the key of all it is made from, rows."""

    body_id: str
    financial_year: str
    key: str
    rows: int

    @classmethod
    def of(cls, part: PartContent) -> PublishedPart:
        return cls(**{field: getattr(part, field) for field in cls.model_fields})

    def sealed(self, file: SealedFile) -> PartContent:
        """The part with the hash of its file."""
        return PartContent(**self.model_dump(), digest=file.sha256)


class PublishedTable(_Part):
    """Columns with their DuckDB types (``release_id`` left out), rows, SHA-256 of its Parquet file,
    where it is as CSV or how it is had; what its figures are made of, what a row is known by, the
    feeds it is made from, and what one of its rows is (``about``). A long table is a folder of
    ``parts`` by name, and has one hash over theirs."""

    columns: dict[str, str]
    rows: int
    content_sha256: str
    csv: str = ""
    trace: tuple[Recipe, ...] = ()
    key: list[str] = []
    feeds: list[str] = []
    about: str = ""
    parts: dict[str, PublishedPart] = {}


class YearCompleteness(_Part):
    """How many partners were expected and present in one financial year."""

    financial_year: str
    partners_expected: int
    partners_present: int


class PreviousRelease(_Part):
    """The link of the chain: the release before this one and the SHA-256 of its manifest."""

    release_id: str
    manifest_sha256: str


class Manifest(_Part):
    """Everything ``manifest.json`` says. Money is pence, times are UTC, hashes are SHA-256.

    ``build_hash`` is of the content before the expectations' findings joined its issues, if any.
    ``versions`` are those of Python and of the tools that read and reckoned.
    """

    format: int = 1
    release_id: str
    created_at: str
    content_hash: str
    build_hash: str = ""
    synthetic: bool
    rules_version: str
    made_from: MadeFrom = MadeFrom()
    previous: PreviousRelease | None
    versions: dict[str, str] = {}
    years: list[YearCompleteness]
    submissions: list[SubmissionInForce]
    tables: dict[str, PublishedTable]
    files: dict[str, SealedFile]

    @property
    def made_of(self) -> str:
        """The hash of what the build made, which the release id is taken from."""
        return self.build_hash or self.content_hash

    def sealed_content(self, table: str) -> str | None:
        """The hash of a table's content by the seals on its files; ``None`` if one has none."""
        published = self.tables[table]
        if not published.parts:
            sealed = self.files.get(parquet_name(table))
            return sealed.sha256 if sealed else None
        found = {
            part: p.sealed(self.files[file])
            for part, p in published.parts.items()
            if (file := parquet_name(table, part)) in self.files
        }
        return digest_of_parts(found) if len(found) == len(published.parts) else None

    @property
    def received_from(self) -> str:
        """How many submissions of how many bodies are in force, in words."""
        files, bodies = len(self.submissions), len({s.partner_id for s in self.submissions})
        return (
            f"{files:,} submission{'' if files == 1 else 's'} of {bodies} "
            f"{'body' if bodies == 1 else 'bodies'}"
        )

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest in a release folder; ``ValueError`` or ``OSError`` if it cannot be read."""
        return cls.model_validate_json((folder / FILE_NAME).read_bytes())

    def write(self, folder: Path) -> None:
        """Writes ``manifest.json`` into ``folder``."""
        (folder / FILE_NAME).write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")


def parquet_name(table: str, part: str | None = None) -> str:
    """Where a table, or a part of a long table, stands as Parquet in a release; with an empty
    ``part`` the folder of the parts."""
    whole = f"parquet/{table}"
    return f"{whole}.parquet" if part is None else f"{whole}/{part}.parquet" if part else whole


@dataclass(frozen=True)
class ReleaseInputs:
    """What a release is made from: the submissions in force, the version (a hash) of the rules that
    judged them, and all else it is made from; of each table what its figures are made of, and what
    it and its columns mean; the pages of the method, by title. A table of more than
    ``workbook_rows`` has no sheet in the workbook."""

    submissions: tuple[SubmissionInForce, ...]
    rules_version: str
    traces: Mapping[str, tuple[Recipe, ...]] = field(default_factory=dict)
    made_from: MadeFrom = field(default_factory=MadeFrom)
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    workbook_rows: int = WORKBOOK_ROWS
    method: tuple[str, ...] = ()

    @property
    def synthetic(self) -> bool:
        """Whether any submission is made up; the audit refuses a mixture of both kinds."""
        return any(s.synthetic for s in self.submissions)

    @classmethod
    def from_parquet(
        cls,
        submissions: Path,
        rules_version: str,
        traces: Mapping[str, Sequence[Mapping[str, Any]]],
        made_from: MadeFrom,
        shapes: Mapping[str, Shape],
    ) -> ReleaseInputs:
        """The rows in force of ``submissions.parquet``, in ledger order; ``traces`` are the recipes
        that tables declare in dbt's YAML."""
        made = ("financial_year", "explained")
        fields = [f for f in SubmissionInForce.model_fields if f not in made]
        rows = duckdb.sql(
            f"SELECT {', '.join(fields)}, period_start, period_end, verdict = 'held' "
            f"FROM read_parquet({literal(submissions)}) WHERE in_force ORDER BY seq"
        ).fetchall()
        found = tuple(
            SubmissionInForce(
                **dict(zip(fields, row[:-3], strict=True)),
                financial_year=_one_year(row[-3], row[-2]),
                explained=row[-1],
            )
            for row in rows
        )
        recipes = {
            table: tuple(map(Recipe.model_validate, declared)) for table, declared in traces.items()
        }
        return cls(found, rules_version, recipes, made_from, shapes)


def _one_year(first: date, last: date) -> str:
    year = financial_year(first)
    return year if year == financial_year(last) else ""


def versions() -> dict[str, str]:
    """The versions of Python and ``TOOLS`` in use; one that is not installed is left out."""
    found = {"python": platform.python_version()}
    for tool in TOOLS:
        with suppress(metadata.PackageNotFoundError):
            found[tool] = metadata.version(tool)
    return found


def seal(folder: Path, known: Mapping[str, str] | None = None) -> dict[str, SealedFile]:
    """Size and SHA-256 of every file below ``folder`` but the manifest, by relative path.

    ``known`` are hashes that were taken when the files were written."""
    known = known or {}
    files = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / FILE_NAME
    }
    return {
        name: SealedFile(bytes=path.stat().st_size, sha256=known.get(name) or sha256_of(path))
        for name, path in files.items()
    }


def broken_seals(folder: Path, manifest: Manifest) -> list[str]:
    """A sentence for each file of a release that is missing, altered or not in its manifest."""
    found, promised = seal(folder), manifest.files
    problems = [f"{path} is missing" for path in promised if path not in found]
    problems += [f"{path} is not in the manifest" for path in found if path not in promised]
    problems += [
        f"{path} is not the file in the manifest: its SHA-256 is {found[path].sha256}"
        for path in promised
        if path in found and found[path] != promised[path]
    ]
    return problems
