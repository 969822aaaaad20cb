"""The main job in this process: one lock, Dagster's job, and the last screen."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from ..assets.around import begun, ended
from ..contracts.model import Partner
from ..contracts.usable import load_usable
from ..progress import shown, stage, warn
from ..publish.outcome import up_to_date
from ..settings import Settings
from ..trouble import unexpected
from ..warehouse.dbt import BuildError, Dbt
from ..warehouse.engine import EngineError
from ..warehouse.engines import engine_of
from ..warehouse.turn import BusyError, exclusive
from .console import ExitCode
from .failure import failure_of

if TYPE_CHECKING:
    import dagster as dg


class NoRoomError(Exception):
    """The disk has less room than a run needs; the message says how much and what to do."""


# Bytes of disk that a run takes for each byte of raw lines in Parquet (build, spilling, release)
# and of new files (the original kept, and its lines): ten million lines, 1.2 GB of files and 0.3 GB
# of raw lines, took 2.6 GB. Beside them, what an empty home needs.
PER_RAW_BYTE, PER_NEW_BYTE, AT_LEAST = 5, 3, 200 << 20


def require_room(settings: Settings) -> None:
    """Raises ``NoRoomError`` if the disk of the home has less room than a run is likely to need."""
    kept = _bytes(settings.originals, "*")
    new = max(0, _bytes(settings.landing, "*") - kept)
    needed = AT_LEAST + PER_NEW_BYTE * new + PER_RAW_BYTE * _bytes(settings.raw, "*.parquet")
    free = shutil.disk_usage(settings.home).free
    if free < needed:
        raise NoRoomError(
            f"There are {free / 1e9:.1f} GB free on the disk of {settings.home}, and this run may "
            f"need {needed / 1e9:.1f} GB. Free some, or use another disk with --home."
        )


def _bytes(folder: Path, names: str) -> int:
    return sum(p.stat().st_size for p in folder.rglob(names) if p.is_file())


def run(settings: Settings, *, as_json: bool = False, force: bool = False) -> ExitCode:
    """Collect, judge, model, audit, publish; prints the last screen and returns the exit code.

    If that would make the current release again it is said, and nothing is done unless ``force``.
    """
    from .last_screen import summary_text
    from .summary import summarise

    started = time.monotonic()
    try:
        with exclusive(settings), shown(settings.warehouse / "stages.json"):
            partners, _ = load_usable(settings.partners, settings.place, settings.contracts)
            for partner_id, why in partners.left_out.items():
                warn(f"{partner_id}: {why}")
            failure = None
            settings = replace(settings, builds_everything=force)
            if not force and (unchanged := up_to_date(settings, partners)):
                unchanged.write(settings)
            else:
                failure = _make(settings, partners)
    except (BusyError, NoRoomError, EngineError) as error:
        print(f"totalplace: {error}", file=sys.stderr)
        return ExitCode.REFUSED
    summary = summarise(settings, failure)
    summary["seconds"] = round(time.monotonic() - started, 1)
    if as_json:
        json.dump(summary, sys.stdout, ensure_ascii=False, indent=2, default=str)
        print()
    else:
        print(summary_text(summary))
    if summary["status"] in ("refused", "failed"):
        return ExitCode.REFUSED
    return ExitCode.GAPS if summary["gaps"] else ExitCode.DONE


def _make(settings: Settings, partners: Mapping[str, Partner]) -> str | None:
    """Runs the job, and remembers of what its release was made; the reason if it failed."""
    settings.prepare()
    require_room(settings)
    engine_of(settings).require(settings)
    landing = begun(settings, partners)
    failure = execute(settings, partners)
    ended(settings, landing)
    return failure


def execute(settings: Settings, partners: Mapping[str, Partner]) -> str | None:
    """Runs the job through Dagster in this process; the reason if it failed, else ``None``."""
    stage("Starting")
    settings.prepare()
    with Dbt(settings) as dbt:
        dbt.start()

        import dagster as dg

        from ..assets.automation import JOB
        from ..assets.beside import cool_down, warm_up
        from ..definitions import build_definitions

        warm_up()
        try:
            job = build_definitions(settings, partners, dbt).resolve_job_def(JOB)
            with dagster_instance(settings) as instance:
                stage("Collecting what is new in landing")
                result = job.execute_in_process(
                    instance=instance,
                    raise_on_error=False,
                    run_config=dg.RunConfig(
                        loggers={"console": {"config": {"log_level": "CRITICAL"}}}
                    ),
                )
        except BuildError as error:
            return str(error)
        except duckdb.Error as error:
            return unexpected(settings, error, "while the run was begun")
        finally:
            cool_down()
    return None if result.success else failure_of(settings, result)


@contextmanager
def dagster_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """Dagster's own state, in files of this home, with telemetry off."""
    import dagster as dg

    configuration = settings.dagster_home / "dagster.yaml"
    text = _DAGSTER.format(folder=json.dumps(str(settings.dagster_home / "events")))
    if not configuration.exists() or configuration.read_text() != text:
        configuration.write_text(text)
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        yield instance


_DAGSTER = """\
telemetry:
  enabled: false
nux:
  enabled: false
event_log_storage:
  module: orchestration.assets.event_log
  class: KeptEventLog
  config:
    base_dir: {folder}
"""


def dev(settings: Settings) -> ExitCode:
    """Opens the Dagster UI on the loopback address only; ends when it is closed."""
    settings.prepare()
    with dagster_instance(settings):
        pass
    command = [str(Path(sys.executable).with_name("dagster")), "dev"]
    command += ["-m", "orchestration.definitions", "-h", "127.0.0.1"]
    ended = subprocess.call(command, env=settings.environment_for_dagster())
    return ExitCode.REFUSED if ended else ExitCode.DONE
