"""The analyst's door: questions in SQL to one release, which can change nothing and open nothing.

Two walls: only a statement that reads is asked at all, with functions from a list after FROM; and
DuckDB itself has the release read-only, no other file, no extension and no setting to change. What
a query may use is bounded in memory, disk and time. Prompts and tables belong in ``cli``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from ..display import inert
from ..publish.content import name
from ..publish.csv_copy import write_csv
from ..publish.manifest import DATABASE
from ..publish.store import ReleaseError
from ..sql import Memory
from .stop import Stop, stoppable

SPILL = "4GB"
# Functions that make rows without opening anything. One that is not here, such as a function that
# a newer DuckDB brings, is refused.
_ROWS = (
    *("duckdb_columns", "duckdb_functions", "duckdb_tables", "duckdb_types", "generate_series"),
    *("json_each", "json_tree", "pragma_table_info", "range", "repeat_row", "unnest"),
)
_ONLY = (
    "is not possible here: SELECT, DESCRIBE, SHOW and SUMMARIZE are, of the tables of this "
    "release. To write an answer to a file, use --csv FILE."
)
_WHOLE = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|BOOLEAN")
_NO_TEXT = re.compile(rf"{_WHOLE.pattern}|DECIMAL\(.*\)|FLOAT|DOUBLE|DATE|TIME.*")


class DoorError(Exception):
    """A question that is refused or cannot be answered; the message says what to do."""


@dataclass(frozen=True)
class Answer:
    """What a question came to: columns with their types, and the first rows. Whole numbers and
    booleans are as such, all else is text, exact; ``more`` says whether there are further rows."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[int | bool | str | None, ...], ...]
    more: bool = False


@dataclass(frozen=True)
class Door:
    """An open release. ``seconds`` is how long a question may take."""

    folder: Path
    connection: duckdb.DuckDBPyConnection
    memory: str
    seconds: float

    def ask(self, sql: str, most: int = 100) -> list[Answer]:
        """The answers to the statements in ``sql``, each with at most ``most`` rows. Raises
        ``DoorError``; a statement after one that fails is not asked."""
        return [self._answer(statement, most) for statement in self._statements(sql)]

    def write(self, sql: str, out: Path) -> int:
        """Writes the whole answer to one statement as CSV, as a release's own CSV files are:
        exact, and text that a spreadsheet might run made inert. Returns the rows; raises
        ``DoorError``, and leaves no half file."""
        statements = self._statements(sql)
        if len(statements) != 1:
            raise DoorError(f"A file takes one answer, and these are {len(statements)} statements.")
        half = out.with_name(f".{out.name}.part") if out.name != "stdout" else out
        with (
            duckdb.connect(config={"threads": 1, "memory_limit": "500MB"}) as writer,
            self._within(writer),
        ):
            relation = self.connection.sql(statements[0])
            headings = _headings(relation.columns)
            kinds = [_kind(str(kind)) for kind in relation.dtypes]
            # As text, since Arrow makes a float of the sum of whole numbers.
            cells = (f"#{n}::VARCHAR AS {name(h)}" for n, h in enumerate(headings, 1))
            writer.register("answer", relation.project(", ".join(cells)).to_arrow_reader())
            try:
                rows = write_csv(writer, "answer", dict(zip(headings, kinds, strict=True)), half)
                if half != out:
                    half.replace(out)
            finally:
                if half != out:
                    half.unlink(missing_ok=True)
        return rows

    def tables(self) -> Answer:
        """The tables of the release with their rows."""
        return self.ask(
            'SELECT table_name AS "table", estimated_size AS "rows" FROM duckdb_tables() '
            "WHERE NOT internal ORDER BY table_name",
            10_000,
        )[0]

    def describe(self, table: str) -> Answer:
        """The columns of a table with their types; ``DoorError`` if the release has no such one."""
        known = [str(row[0]) for row in self.tables().rows]
        if table not in known:
            raise DoorError(f"There is no table '{table}'. The tables are: {', '.join(known)}.")
        return self.ask(f"SELECT column_name, column_type FROM (DESCRIBE {name(table)})", 10_000)[0]

    def _statements(self, sql: str) -> list[duckdb.Statement]:
        with self._within():
            statements: list[duckdb.Statement] = duckdb.extract_statements(sql)
            for statement in statements:
                self._require_reading(statement)
        if not statements:
            raise DoorError("There is nothing to ask.")
        return statements

    def _require_reading(self, statement: duckdb.Statement) -> None:
        query = statement.query.strip()
        if statement.type != duckdb.StatementType.SELECT:
            first = re.match(r"[A-Za-z]+", query)
            raise DoorError(f"{first[0].upper() if first else statement.type.name} {_ONLY}")
        asked = self.connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [query])
        try:
            tree = json.loads(asked.fetchall()[0][0])
        except RecursionError:
            raise DoorError("The statement is nested too deeply: take it apart.") from None
        if tree["error"]:
            raise DoorError(f"This statement {_ONLY}")
        for function in _row_functions(tree):
            if function not in _ROWS:
                raise DoorError(
                    f"{function}() is not possible here: no file is opened but this release, and "
                    f"no setting is changed. After FROM stand tables, or {', '.join(_ROWS)}."
                )

    def _answer(self, statement: duckdb.Statement, most: int) -> Answer:
        with self._within():
            relation = self.connection.sql(statement)
            kinds = [str(kind) for kind in relation.dtypes]
            cells = ", ".join(
                f"#{n}" if _WHOLE.fullmatch(kind) else f"#{n}::VARCHAR"
                for n, kind in enumerate(kinds, 1)
            )
            rows = relation.project(cells).limit(most + 1).fetchall()
        return Answer(
            tuple(relation.columns), tuple(kinds), tuple(rows[:most]), more=len(rows) > most
        )

    @contextmanager
    def _within(self, *others: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Stops what takes longer than it may; a fault of DuckDB's in words."""
        with stoppable([self.connection, *others], self.seconds) as stop:
            try:
                yield
            except (duckdb.Error, MemoryError) as error:
                raise DoorError(self._in_words(error, stop)) from None

    def _in_words(self, error: Exception, stop: Stop) -> str:
        said = str(error)
        if stop.asked.is_set():
            return "The question was stopped."
        if stop.late.is_set():
            return (
                f"The question was stopped after {self.seconds:g} seconds: ask for less, or allow "
                "more with --seconds."
            )
        if isinstance(error, duckdb.PermissionException):
            return "No file can be opened here: only the tables of this release are to be asked."
        if isinstance(error, duckdb.OutOfMemoryException | MemoryError):
            return (
                f"The question needs more than the {self.memory} of memory or the {SPILL} of disk "
                "that it may use: ask for fewer rows or columns, or add them up first."
            )
        said = re.sub(r"^[A-Z][A-Za-z ]+ Error: ", "", said)
        return said.partition("\n\nPossible solutions")[0].strip()


@contextmanager
def open_door(
    folder: Path, memory: Memory, seconds: float = 300, threads: int = 2
) -> Iterator[Door]:
    """The release in ``folder``, to be asked; what does not fit into ``memory`` spills into a
    folder of its own, at most 4 GB. Raises ``ReleaseError`` if its DuckDB file cannot be read."""
    database = folder / DATABASE
    with TemporaryDirectory(prefix="totalplace-sql-") as spill:
        bounds = Memory(memory.limit, Path(spill)).bounds
        try:
            if not database.is_file():
                raise FileNotFoundError
            connection = duckdb.connect(
                str(database), read_only=True, config=bounds | {"threads": threads} | _CLOSED
            )
        except (duckdb.Error, OSError):
            raise ReleaseError(
                f"{database} is missing or damaged: totalplace verify {folder.name} says what else"
            ) from None
        with connection:
            connection.execute(
                "SET enable_external_access = false"
            )  # the folder to spill to is set
            connection.execute("SET lock_configuration = true")  # last: nothing can be set after it
            yield Door(folder, connection, memory.limit, seconds)


_CLOSED = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
    "max_temp_directory_size": SPILL,
}


@contextmanager
def bounded_process(memory_bytes: int) -> Iterator[None]:
    """Keeps this process from taking much more memory than DuckDB's limit: one long text is not
    counted by DuckDB (8 GB were taken under a limit of 300 MB). Where the system cannot, nothing
    happens."""
    try:
        import resource

        now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (ImportError, OSError):
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = now + 2 * memory_bytes + (1 << 30)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def memory_bytes(door: Door) -> int:
    """How many bytes DuckDB may use."""
    rows = door.connection.execute("SELECT current_setting('memory_limit')").fetchall()
    number, unit = str(rows[0][0]).split()
    return int(float(number) * 1024 ** ("bytes", "KiB", "MiB", "GiB", "TiB").index(unit))


def _row_functions(tree: object) -> Iterator[str]:
    """The functions after FROM in a statement that DuckDB wrote as JSON."""
    if isinstance(tree, dict):
        if tree.get("type") == "TABLE_FUNCTION":
            yield str(tree["function"].get("function_name", "?"))
        for part in tree.values():
            yield from _row_functions(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _row_functions(part)


def _headings(columns: Sequence[str]) -> list[str]:
    """Headings for a CSV file: inert, and each only once."""
    found: dict[str, str] = {}
    for column in map(inert, columns):
        heading, number = column, 1
        while heading.casefold() in found:
            number += 1
            heading = f"{column}_{number}"
        found[heading.casefold()] = heading
    return list(found.values())


def _kind(duckdb_type: str) -> str:
    """A type as ``write_csv`` takes it: what may hold any text is text."""
    return duckdb_type if _NO_TEXT.fullmatch(duckdb_type) else "VARCHAR"
