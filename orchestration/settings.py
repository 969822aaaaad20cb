"""Paths and switches, read from the environment once; nothing else reads ``os.environ``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
_SHIPPED = Path(__file__).resolve().parent / "shipped"


@dataclass(frozen=True)
class Settings:
    """Where everything is. ``home`` holds the run-time rooms; ``landing`` may lie elsewhere."""

    home: Path
    landing: Path
    partners: Path
    dbt_project: Path
    story: Path

    @classmethod
    def from_environment(cls, home: Path | None = None, landing: Path | None = None) -> Settings:
        """Settings from ``TOTALPLACE_HOME``, ``_LANDING`` and ``_PARTNERS``; arguments win."""
        env = os.environ
        home = home or Path(env.get("TOTALPLACE_HOME") or CHECKOUT / "data")
        home = home.expanduser().absolute()
        landing = landing or Path(env.get("TOTALPLACE_LANDING") or home / "landing")
        source = CHECKOUT if (CHECKOUT / "dbt_project").is_dir() else None
        partners = env.get("TOTALPLACE_PARTNERS")
        return cls(
            home=home,
            landing=landing.expanduser().absolute(),
            partners=Path(partners)
            if partners
            else (source / "data" / "partners" if source else _SHIPPED / "partners"),
            dbt_project=(source or _SHIPPED) / "dbt_project",
            story=source / "data" / "story.yml" if source else _SHIPPED / "story.yml",
        )

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
    def ledger(self) -> Path:
        return self.warehouse / "ledger.sqlite"

    @property
    def inputs(self) -> Path:
        return self.warehouse / "inputs"

    @property
    def build_db(self) -> Path:
        return self.warehouse / "build.duckdb"

    @property
    def dagster_home(self) -> Path:
        return self.warehouse / "dagster"

    @property
    def dbt_target(self) -> Path:
        return self.warehouse / "dbt"

    @property
    def published(self) -> Path:
        return self.home / "published"

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
