"""The main job in this process: one lock, Dagster's job, and the last screen."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..contracts.cross_checks import load_together
from ..progress import shown, stage
from ..settings import Settings
from .console import ExitCode

if TYPE_CHECKING:
    import dagster as dg
from ..warehouse.dbt import prepare_manifest


class BusyError(Exception):
    """Another run holds the home."""


@contextmanager
def exclusive(settings: Settings) -> Iterator[None]:
    """Holds the home for one run; the kernel lets go of the lock however the holder dies."""
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    with (settings.warehouse / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise BusyError(
                f"Another run is at work on {settings.home} ({lock.read().strip() or 'unknown'}). "
                "Wait for it to end, then run again."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}")
        lock.flush()
        yield


def run(settings: Settings, *, as_json: bool = False) -> ExitCode:
    """Collect, judge, model, audit, publish; prints the last screen and returns the exit code."""
    from .last_screen import summary_text
    from .summary import summarise

    started = time.monotonic()
    try:
        with exclusive(settings), shown(settings.warehouse / "stages.json"):
            failure = execute(settings)
    except BusyError as error:
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


def execute(settings: Settings) -> str | None:
    """Runs the job through Dagster in this process; the reason if it failed, else ``None``."""
    stage("Starting")
    settings.prepare()
    partners, _ = load_together(settings.partners, settings.place)
    for left in settings.warehouse.glob("judge-*"):  # by a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    parsed = prepare_manifest(settings)

    import dagster as dg

    from ..assets.automation import JOB
    from ..assets.expectations import cool_down, warm_up
    from ..assets.release import OUTCOME
    from ..definitions import build_definitions

    parsed()
    (settings.warehouse / OUTCOME).unlink(missing_ok=True)
    with dagster_instance(settings) as instance:
        job = build_definitions(settings, partners).resolve_job_def(JOB)
        warm_up()
        stage("Collecting what is new in landing")
        try:
            result = job.execute_in_process(
                instance=instance,
                raise_on_error=False,
                run_config=dg.RunConfig(loggers={"console": {"config": {"log_level": "CRITICAL"}}}),
            )
        finally:
            cool_down()
    return None if result.success else _failure(result)


@contextmanager
def dagster_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """Dagster's own state, in files of this home, with telemetry off."""
    import dagster as dg
    from sqlalchemy import Engine, event

    def relaxed(connection: object, _: object) -> None:
        # A run writes over a thousand events, each in a commit of its own: waiting for the disk at
        # every one took 8 s. With a write-ahead log a crash loses nothing so; a power cut may cost
        # Dagster's last events, never a receipt or a release.
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous = NORMAL")

    event.listen(Engine, "connect", relaxed)
    configuration = settings.dagster_home / "dagster.yaml"
    if not configuration.exists():
        configuration.write_text("telemetry:\n  enabled: false\nnux:\n  enabled: false\n")
    try:
        with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
            yield instance
    finally:
        event.remove(Engine, "connect", relaxed)


def _failure(result: dg.ExecuteInProcessResult) -> str:
    """What failed, in one line a step, without the cell values an exception may quote."""
    reasons = []
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            cause = error.cause or error if error else None
            first = cause.message.strip().splitlines()[0] if cause else "unknown"
            reasons.append(f"{event.step_key}: {first}")
    return "; ".join(reasons) or "a check that guards the release did not pass"


def dev(settings: Settings) -> ExitCode:
    """Opens the Dagster UI on the loopback address only; ends when it is closed."""
    settings.prepare()
    with dagster_instance(settings):
        pass
    command = [str(Path(sys.executable).with_name("dagster")), "dev"]
    command += ["-m", "orchestration.definitions", "-h", "127.0.0.1"]
    ended = subprocess.call(command, env=settings.environment_for_dagster())
    return ExitCode.REFUSED if ended else ExitCode.DONE
