"""What must hold of the files beside the data: each says what the manifest says, and no other.

Every form of the dictionary lists the release's tables and columns in order, and the workbooks hold
the rows and the money of the tables they are made from. As in ``checks``: a sentence for every
fault, read back from disk. The data's own files belong there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ..display import pounds
from .checks import Check, Evidence
from .companions import comments, csvw, datapackage, headline_tables, page
from .content import IS_SYNTHETIC, RELEASE_ID, name
from .dictionary import OF_EVERY_TABLE
from .workbook import CONTENTS, DICTIONARY, file_name, heading, is_money

Tables = Mapping[str, list[str]]


class _Book:
    """A workbook read back: the names of its sheets, and the rows of one."""

    def __init__(self, file: Path) -> None:
        from python_calamine import CalamineWorkbook

        self._book = CalamineWorkbook.from_path(file)
        self.sheets: list[str] = self._book.sheet_names

    def rows(self, sheet: str) -> list[list[object]]:
        found: list[list[object]] = self._book.get_sheet_by_name(sheet).to_python(
            skip_empty_area=False
        )
        return found


def every_form_lists_the_tables(evidence: Evidence) -> list[str]:
    """Every form of the dictionary describes the tables and columns of the manifest, in order."""
    folder, files = evidence.candidate.folder, evidence.manifest.files
    whole = {t: [*of.columns, RELEASE_ID] for t, of in evidence.manifest.tables.items()}
    in_csv = {t: columns for t, columns in whole.items() if f"csv/{t}.csv" in files}
    packed = {t: c if t in in_csv else c[:-1] for t, c in whole.items()}
    particular = {
        table: [c for c in columns if c not in OF_EVERY_TABLE] for table, columns in whole.items()
    }
    forms: list[tuple[str, Tables, Tables]] = [
        (page.FILE, particular, page.tables_in(folder)),
        (datapackage.FILE, packed, datapackage.tables_in(folder)),
        (csvw.FILE, in_csv, csvw.tables_in(folder)),
        (f"the sheet {DICTIONARY}", whole, _in_sheet(folder / file_name(evidence.manifest))),
        ("the comments in DuckDB", whole, comments.tables_in(evidence.connection, "release")),
    ]
    return [problem for form, wanted, found in forms for problem in _differing(form, wanted, found)]


def workbook_is_the_tables(evidence: Evidence) -> list[str]:
    """Every sheet of the workbook has the rows of its table, and its money to the penny."""
    manifest = evidence.manifest
    book = _Book(evidence.candidate.folder / file_name(manifest))
    contents = book.rows(CONTENTS)
    listed = {str(row[0]): str(row[3]) for row in contents if row[0] in manifest.tables}
    problems = [
        f"{file_name(manifest)} does not list {table}: run again"
        for table in manifest.tables
        if table not in listed
    ]
    for table, sheet in listed.items():
        if sheet in book.sheets:
            columns = [c for c in manifest.tables[table].columns if c != IS_SYNTHETIC]
            held = _Held(sheet, book.rows(sheet), 1, columns, [heading(c) for c in columns])
            problems += _unlike(evidence, file_name(manifest), table, held)
    return problems


def headline_tables_are_the_tables(evidence: Evidence) -> list[str]:
    """The accessible workbook has every headline table, with its rows and its money."""
    manifest, folder = evidence.manifest, evidence.candidate.folder
    all_sheets = _Book(folder / file_name(manifest)).sheets
    wanted = [
        table
        for table in all_sheets
        if headline_tables.is_headline(table) and manifest.tables[table].rows
    ]
    file = folder / headline_tables.file_name(manifest)
    if not (wanted or file.is_file()):
        return []
    book = _Book(file)
    problems = [f"{file.name} has no sheet {table}" for table in _without(wanted, book.sheets)]
    for sheet in book.sheets:
        if sheet in manifest.tables:
            columns = [c for c in manifest.tables[sheet].columns if c != IS_SYNTHETIC]
            held = _Held(sheet, book.rows(sheet), headline_tables.ABOVE, columns, None)
            problems += _unlike(evidence, file.name, sheet, held)
    return problems


FORM_CHECKS: tuple[Check, ...] = (
    every_form_lists_the_tables,
    workbook_is_the_tables,
    headline_tables_are_the_tables,
)


@dataclass(frozen=True)
class _Held:
    """What a sheet holds: its rows with the headings in row ``top`` (counted from 0), and the
    table's columns that its columns are; their ``headings``, where they are those of a table."""

    sheet: str
    rows: list[list[object]]
    top: int
    columns: Sequence[str]
    headings: Sequence[str] | None

    @property
    def cells(self) -> list[list[object]]:
        return self.rows[self.top + 1 :]

    def pence(self, column: str) -> int:
        """The £ of a column in pence; a cell that is a text of no number is none."""
        at = self.columns.index(column)
        return sum(_pence(row[at]) for row in self.cells)


def _unlike(evidence: Evidence, file: str, table: str, held: _Held) -> Iterator[str]:
    """A sentence for each thing in which a sheet is unlike its table in DuckDB."""
    where = f"{file}, sheet {held.sheet}"
    heads = held.rows[held.top][: len(held.columns)] if len(held.rows) > held.top else []
    if len(heads) != len(held.columns) or (held.headings and heads != list(held.headings)):
        yield f"{where}, Excel row {held.top + 1}: the headings are not the columns of {table}"
        return
    money = [c for c in held.columns if is_money(c) or c.endswith("_pounds")]
    sums = [
        f"CAST(coalesce(sum({name(c)}), 0) * {1 if is_money(c) else 100} AS HUGEINT)" for c in money
    ]
    wanted = evidence.first(
        f"SELECT {', '.join(['count(*)', *sums])} FROM release.main.{name(table)}"
    )
    if len(held.cells) != wanted[0]:
        yield f"{where}: there are {len(held.cells)} rows, and {wanted[0]} in DuckDB"
    for column, total in zip(money, wanted[1:], strict=True):
        if (found := held.pence(column)) != (pence := int(str(total))):
            yield f"{where}, column {column}: {pounds(found)} in all, and {pounds(pence)} in DuckDB"


def _pence(cell: object) -> int:
    if isinstance(cell, bool) or not isinstance(cell, (int, float, str)):
        return 0
    try:
        return int(Decimal(str(cell)) * 100)
    except ArithmeticError:
        return 0


def _in_sheet(file: Path) -> dict[str, list[str]]:
    """The tables that the sheet Dictionary describes, each with its columns in order."""
    found: dict[str, list[str]] = {}
    for table, column, *_ in _Book(file).rows(DICTIONARY)[2:]:
        found.setdefault(str(table), []).append(str(column))
    return found


def _differing(form: str, wanted: Tables, found: Tables) -> Iterator[str]:
    yield from (f"{form} does not describe {table}" for table in _without(wanted, found))
    yield from (
        f"{form} describes {table}, which is not in it" for table in _without(found, wanted)
    )
    for table in wanted.keys() & found.keys():
        if wanted[table] != found[table]:
            yield f"{form} does not describe the columns of {table} as they are: {wanted[table]}"


def _without(these: Iterable[str], those: Iterable[str]) -> list[str]:
    return sorted({*these} - {*those})
