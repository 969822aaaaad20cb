"""Paths and switches, read from the environment once; nothing else reads ``os.environ``."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from .sql import Memory

CHECKOUT = Path(__file__).resolve().parents[1]
_SHIPPED = Path(__file__).resolve().parent / "shipped"
# The services that are published, whose list belongs to the warehouse.
SERVICES = (
    (CHECKOUT if (CHECKOUT / "dbt_project").is_dir() else _SHIPPED)
    / "dbt_project"
    / "seeds"
    / "service.csv"
)


# A table of more rows has no sheet in the workbook: a release must not take seconds longer for what
# nobody reads through (100,000 cells take about 0.6 s).
WORKBOOK_ROWS = 5_000


# Beside the file of a place: the outlines of its areas, if it has any.
OUTLINES = "outlines.csv"
# Below the warehouse: lines as a build has read them, for the next one.
READ = "read"
# The engine that builds the models, unless another is named by its address.
DUCKDB = "duckdb"
# Below the warehouse: a folder for each worker that reads lines ahead of the build.
WORKERS = "workers"


class SettingError(ValueError):
    """A variable holds what it cannot hold; the message says which, what, and what is expected."""


# More processes than this on one machine is a slip of the keyboard.
MOST_WORKERS = 64


@dataclass(frozen=True)
class Database:
    """A PostgreSQL database that has the ledger of a home, which is otherwise in ``file``."""

    url: str = field(repr=False)  # it holds a password
    file: Path

    @property
    def mark(self) -> Path:
        """What says in the home that its ledger is in a database, and in which."""
        return self.mark_of(self.file)

    @staticmethod
    def mark_of(file: Path) -> Path:
        """The mark of the home whose ledger is otherwise in ``file``."""
        return file.with_name("ledger.database")

    def exists(self) -> bool:
        """Whether the home has a ledger there."""
        return self.mark.is_file()


@dataclass(frozen=True)
class Settings:
    """Where everything is. ``home`` holds the run-time rooms; ``landing`` may lie elsewhere."""

    home: Path
    landing: Path
    partners: Path
    place: Path
    postcodes: Path
    dbt_project: Path
    story: Path
    # The pages of the method, which go with a release.
    method: Path = CHECKOUT / "docs" / "method"
    # Councils and health bodies of the country, the same for every place.
    public_bodies: Path = CHECKOUT / "data" / "public_body.csv"
    memory_limit: str = "1500MB"
    # How long a file in landing must not have changed before it is taken.
    quiet_seconds: float = 5.0
    workbook_rows: int = WORKBOOK_ROWS
    # What one upload at the desk may hold, all its files together.
    desk_megabytes: int = 200
    # The PostgreSQL database that has the ledger; without one it is a file of the home.
    database_url: str = field(default="", repr=False)
    # Whether a build takes nothing over from the newest release (`--force`).
    builds_everything: bool = False
    # ``duckdb``, or the address of a Spark: `local[*]`, `spark://host:7077`, `sc://host:15002`.
    engine: str = DUCKDB
    # How many processes read lines beside each other, ahead of the build; with one the build does.
    workers: int = 1
    # Which of them this is; none for the build.
    worker: str = ""

    @classmethod
    def from_environment(cls, home: Path | None = None, landing: Path | None = None) -> Settings:
        """Settings from ``TOTALPLACE_HOME``, ``_LANDING``, ``_PARTNERS``, ``_PLACE``,
        ``_POSTCODES``, ``_MEMORY``, ``_QUIET_SECONDS``, ``_WORKBOOK_ROWS``, ``_DESK_MEGABYTES``,
        ``_DATABASE_URL``, ``_ENGINE``, ``_WORKERS``. ``SettingError`` if there cannot be so many
        workers."""
        env = os.environ
        home = home or Path(env.get("TOTALPLACE_HOME") or CHECKOUT / "data")
        home = home.expanduser().absolute()
        landing = landing or Path(env.get("TOTALPLACE_LANDING") or home / "landing")
        source = CHECKOUT if (CHECKOUT / "dbt_project").is_dir() else None
        data = source / "data" if source else _SHIPPED
        return cls(
            home=home,
            landing=landing.expanduser().absolute(),
            partners=Path(env.get("TOTALPLACE_PARTNERS") or data / "partners"),
            place=Path(env.get("TOTALPLACE_PLACE") or data / "place.yml"),
            postcodes=Path(env.get("TOTALPLACE_POSTCODES") or data / "postcodes.csv"),
            public_bodies=data / "public_body.csv",
            dbt_project=(source or _SHIPPED) / "dbt_project",
            story=data / "story.yml",
            method=(source / "docs" if source else _SHIPPED) / "method",
            memory_limit=env.get("TOTALPLACE_MEMORY") or cls.memory_limit,
            quiet_seconds=_seconds(env.get("TOTALPLACE_QUIET_SECONDS"), cls.quiet_seconds),
            desk_megabytes=_whole(env.get("TOTALPLACE_DESK_MEGABYTES"), cls.desk_megabytes),
            engine=env.get("TOTALPLACE_ENGINE") or DUCKDB,
            database_url=(env.get("TOTALPLACE_DATABASE_URL") or "").strip(),
            workbook_rows=_whole(env.get("TOTALPLACE_WORKBOOK_ROWS"), cls.workbook_rows),
            workers=_workers(env.get("TOTALPLACE_WORKERS")),
        )

    def of_worker(self, worker: str, among: int) -> Settings:
        """The same for one worker of so many: a folder of its own, and its share of the memory."""
        return replace(self, worker=worker, memory_limit=self.memory.share(among).limit)

    @property
    def outlines(self) -> Path:
        """The outlines of the place's areas, for a map; there need be no such file."""
        return self.place.with_name(OUTLINES)

    @property
    def raw(self) -> Path:
        """Accepted lines as Parquet, and the original bytes of every accepted file."""
        return self.home / "raw"

    @property
    def originals(self) -> Path:
        return self.raw / "originals"

    @property
    def quarantine(self) -> Path:
        """Refused files, rows set aside and the cells that were at fault."""
        return self.home / "quarantine"

    @property
    def warehouse(self) -> Path:
        """Everything private to the build: ledger, inputs, build file, Dagster's own state."""
        return self.home / "warehouse"

    @property
    def ledger(self) -> Path | Database:
        """Where the receipts are: a file of the home, or a database."""
        file = self.warehouse / "ledger.sqlite"
        return Database(self.database_url, file) if self.database_url else file

    @property
    def contracts(self) -> Path:
        """The contracts as the last run that could use them read them."""
        return self.warehouse / "contracts"

    @property
    def build_room(self) -> Path:
        """Where the build is made: in the warehouse, or in a worker's own folder below it."""
        return self.warehouse / WORKERS / self.worker if self.worker else self.warehouse

    @property
    def inputs(self) -> Path:
        return self.build_room / "inputs"

    @property
    def read_lines(self) -> Path:
        """Lines of spend as a build has read them."""
        return self.warehouse / READ

    @property
    def build_db(self) -> Path:
        return self.build_room / "build.duckdb"

    @property
    def dagster_home(self) -> Path:
        return self.warehouse / "dagster"

    @property
    def dbt_target(self) -> Path:
        return self.build_room / "dbt"

    @property
    def memory(self) -> Memory:
        """What DuckDB may use in the build, and where it spills: never beside the releases."""
        return Memory(self.memory_limit, self.build_room / "spill")

    @property
    def parsed(self) -> Path:
        """Where dbt's reading of its project is kept: with the project, for every home, or in the
        home if the project is installed where nothing can be written."""
        with_project = os.access(self.dbt_project, os.W_OK)
        return self.dbt_project / "target" if with_project else self.warehouse / "dbt"

    @property
    def published(self) -> Path:
        return self.home / "published"

    @property
    def decisions(self) -> Path:
        """What people decided about lines without a class: a data file, to be kept."""
        return self.home / "decisions.jsonl"

    def export_for_dbt(self) -> None:
        """Tells dbt, which reads only the environment, where to build and with how much memory."""
        os.environ |= {
            "TOTALPLACE_DBT_DATABASE": str(self.build_db),
            "TOTALPLACE_DBT_MEMORY": self.memory.limit,
            "TOTALPLACE_DBT_SPILL": str(self.memory.spill),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DO_NOT_TRACK": "1",
        }
        if self.engine.startswith("sc:"):
            os.environ["SPARK_REMOTE"] = self.engine

    def environment_for_dagster(self) -> dict[str, str]:
        """The environment of Dagster's own processes: this home, and no telemetry."""
        return os.environ | {
            "DAGSTER_HOME": str(self.dagster_home),
            "TOTALPLACE_HOME": str(self.home),
            "TOTALPLACE_LANDING": str(self.landing),
            "DO_NOT_TRACK": "1",
        }

    def prepare(self) -> None:
        """Makes the run-time rooms."""
        for room in (
            self.originals,
            self.quarantine,
            self.inputs,
            self.dagster_home,
            self.dbt_target,
            self.published,
        ):
            room.mkdir(parents=True, exist_ok=True)


def _seconds(text: str | None, otherwise: float) -> float:
    """A number of seconds, nought or more; ``otherwise`` where none is given or it is no number."""
    try:
        seconds = float(text or otherwise)
    except ValueError:
        return otherwise
    return seconds if 0 <= seconds <= 3600 else otherwise


def _workers(text: str | None) -> int:
    if not text:
        return 1
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise SettingError(
            f"TOTALPLACE_WORKERS is {text!r}, where a whole number from 1 to {MOST_WORKERS} is "
            "expected: how many processes read lines ahead of the build. Correct it, or drop it."
        )
    return int(text)


def _whole(text: str | None, otherwise: int) -> int:
    """A whole number, at most the rows that a sheet of Excel holds; ``otherwise`` where none is
    given or it is no such number."""
    return int(text) if text and text.isdecimal() and int(text) <= 1_048_000 else otherwise
