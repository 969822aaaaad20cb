"""A build on Spark: what it needs, the tables it reads, and what becomes of those it made.

Spark reads the Parquet files that DuckDB would, and writes Parquet below the warehouse. The build
file then holds a view of each table, which the release is made from by the same audit.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import duckdb

from ...contracts.feeds import FEEDS
from ...intake.judge.raw_lines import no_lines_sql
from ...settings import Settings
from ...sql import literal
from ..engine import EngineError, NeverEmpty, clear
from ..readings import KINDS, SOURCES, Unread

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

URLS = "local[*], spark://HOST:PORT or sc://HOST:PORT"
CONNECT_SECONDS = 5
LOG = "spark.log"
SCHEMA = "main"
# A wrong sum must be an error, dates are days of no time zone, and small tables small work.
_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
    "spark.sql.mapKeyDedupPolicy": "EXCEPTION",
}
# Of a session that is begun here; a Spark Connect server has its own.
_OWN_SETTINGS = {
    "spark.app.name": "totalplace",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    # Nobody else looks for these tables by name.
    "spark.sql.catalogImplementation": "in-memory",
}


class Spark:
    """The engine at an address: ``local[*]``, a master of a cluster, or a Spark Connect server."""

    target = "spark"

    def __init__(self, url: str) -> None:
        self._url = url

    def require(self, settings: Settings) -> None:
        """Asks for the packages, for Java, and for somebody who listens at the address."""
        address = urlsplit(self._url)
        local = re.fullmatch(r"local(\[(\d+|\*)\])?", self._url)
        if not local and not (address.scheme in ("spark", "sc") and address.hostname):
            raise EngineError(f"TOTALPLACE_ENGINE is {self._url!r}; expected duckdb, {URLS}.")
        missing = [name for name in ("pyspark", "dbt.adapters.spark") if not _is_there(name)]
        if missing:
            raise EngineError(
                f"TOTALPLACE_ENGINE is {self._url}, and {' and '.join(missing)} cannot be "
                "imported. Make the environment for Spark: make spark-env."
            )
        if address.scheme != "sc" and not shutil.which("java"):
            raise EngineError(
                f"TOTALPLACE_ENGINE is {self._url}, and there is no java on the PATH, which Spark "
                "needs. Install Java 17 or newer, for instance Debian's default-jre-headless."
            )
        if address.hostname:
            _require_listener(self._url, address.hostname, address.port or _PORTS[address.scheme])

    def install(self) -> None:
        """Puts our adapter in the place of dbt-spark's."""
        from . import adapter

        adapter.install()

    def begin(
        self, settings: Settings, inputs: Path, wanted: Sequence[Unread] | None = None
    ) -> None:
        """A session for this process, which dbt's adapter then finds, and a table of each source.
        No worker reads ahead of Spark, whose own workers do.

        Raises ``EngineError`` if the cluster cannot read the files of the home.
        """
        shutil.rmtree(_tables(settings), ignore_errors=True)
        clear(settings)
        # What Java says is of no use on the screen, and all there is if it fails.
        with (settings.dbt_target / "run" / LOG).open("w") as log:
            os.dup2(log.fileno(), 2)
        session = self.session(settings)
        _require_shared_path(session, inputs)
        schemas = {"raw": "", "inputs": "", SCHEMA: f" LOCATION {_text(_tables(settings))}"}
        for schema, place in schemas.items():  # a Spark Connect server outlives a build
            session.sql(f"DROP DATABASE IF EXISTS {schema} CASCADE")
            session.sql(f"CREATE DATABASE {schema}{place}")
        for statement in source_tables(settings.raw, inputs):
            session.sql(statement)

    def finish(self, settings: Settings, never_empty: NeverEmpty) -> None:
        """Makes a view of each of Spark's tables in a new build file.

        Raises ``EngineError`` if a column that is ``never_empty`` has an empty cell: Parquet
        keeps no such constraint, and Spark has not asked.
        """
        must_be_there = never_empty()
        made = {folder.name: folder for folder in _tables(settings).iterdir() if folder.is_dir()}
        with settings.memory.connect(settings.build_db) as connection:
            for table, folder in sorted(made.items()):
                connection.execute(
                    f'CREATE VIEW "{table}" AS '
                    f"SELECT * FROM read_parquet({literal(folder / '*.parquet')})"
                )
                if empty := _empty(connection, table, must_be_there.get(table, ())):
                    raise EngineError(
                        f"Spark made the table {table}, and {', '.join(empty)} is empty in some of "
                        "its rows, where dbt's YAML says that it never is."
                    )

    def session(self, settings: Settings) -> SparkSession:
        """The session of this process; the first call begins it."""
        from pyspark.sql import SparkSession

        builder: Any = SparkSession.builder
        made = _SETTINGS  # a Spark Connect server is found by SPARK_REMOTE, by dbt-spark too
        if not self._url.startswith("sc:"):
            builder = builder.master(self._url)
            made = _SETTINGS | _OWN_SETTINGS
        for key, value in made.items():
            builder = builder.config(key, value)
        session: SparkSession = builder.getOrCreate()
        return session


_PORTS = {"spark": 7077, "sc": 15002}


def _tables(settings: Settings) -> Path:
    """Where Spark keeps the tables of its schema."""
    return settings.warehouse / "spark" / f"{SCHEMA}.db"


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _require_listener(url: str, host: str, port: int) -> None:
    try:
        socket.create_connection((host, port), CONNECT_SECONDS).close()
    except OSError as error:
        raise EngineError(
            f"TOTALPLACE_ENGINE is {url}, and nothing answers there ({error.strerror or error}). "
            "Start the cluster's master, or correct the address."
        ) from None


def _require_shared_path(session: SparkSession, inputs: Path) -> None:
    """Has a worker read a file of the home."""
    known = inputs / "submissions.parquet"
    try:
        session.read.parquet(str(known)).count()
    except Exception as error:
        raise EngineError(
            f"Spark cannot read {known}: every worker must see the home under the same path. Put "
            f"it on a disk that all share, with --home. Spark says: {str(error).splitlines()[0]}"
        ) from None


def source_tables(raw: Path, inputs: Path) -> list[str]:
    """Spark's statements for a table of each source, over its Parquet files. Columns of raw lines
    are as the feed declares them: a file of an earlier version may lack one."""
    made = []
    for feed in FEEDS.values():
        columns = _columns(f"SELECT {no_lines_sql(feed)}") | dict.fromkeys(_FOLDERS, "STRING")
        declared = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        made += [
            f"CREATE TABLE raw.{feed.name} ({declared}) USING parquet "
            f"OPTIONS (path {_text(raw / feed.name)}) PARTITIONED BY "
            f"({', '.join(_FOLDERS)})",
            f"MSCK REPAIR TABLE raw.{feed.name}",
        ]
    made += [
        f"CREATE TABLE inputs.{path.stem} USING parquet OPTIONS (path {_text(path)})"
        for path in sorted(inputs.glob("*.parquet"))
    ]
    # Nothing is taken over from an earlier build.
    for kind, source in SOURCES.items():
        nothing = (f"CAST(NULL AS {_kind(of)}) AS {column}" for column, of in KINDS[kind].items())
        made.append(f"CREATE VIEW inputs.{source} AS SELECT {', '.join(nothing)} WHERE false")
    return made


# The folders between a feed's lines and their feed: Spark reads these columns from their names.
_FOLDERS = ("partner_id", "period", "submission_id")


def _columns(query: str) -> dict[str, str]:
    """The columns of a query of DuckDB, with their types in Spark."""
    return {column: _kind(kind) for column, kind, *_ in duckdb.sql(f"DESCRIBE {query}").fetchall()}


def _kind(of_duckdb: str) -> str:
    return "STRING" if of_duckdb == "VARCHAR" else of_duckdb


def _text(value: object) -> str:
    """A text of Spark's SQL, in which a backslash escapes."""
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def _empty(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> list[str]:
    """Those of the columns of a table that are NULL somewhere."""
    if not columns:
        return []
    asked = ", ".join(f'coalesce(bool_or("{column}" IS NULL), false)' for column in columns)
    (found,) = connection.execute(f'SELECT {asked} FROM "{table}"').fetchall()
    return [column for column, is_empty in zip(columns, found, strict=True) if is_empty]
