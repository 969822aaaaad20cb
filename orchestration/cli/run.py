"""The main job in this process: one lock, Dagster's job, and the last screen."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..contracts.cross_checks import load_together
from ..contracts.model import Partner
from ..display import without_cells
from ..progress import shown, stage
from ..publish.outcome import Outcome, landing_key, up_to_date
from ..settings import Settings
from ..warehouse.dbt import BuildError, Dbt
from .console import ExitCode

if TYPE_CHECKING:
    import dagster as dg


class BusyError(Exception):
    """Another run holds the home."""


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


def run(settings: Settings, *, as_json: bool = False, force: bool = False) -> ExitCode:
    """Collect, judge, model, audit, publish; prints the last screen and returns the exit code.

    If that would make the current release again it is said, and nothing is done unless ``force``.
    """
    from .last_screen import summary_text
    from .summary import summarise

    started = time.monotonic()
    try:
        with exclusive(settings), shown(settings.warehouse / "stages.json"):
            partners, _ = load_together(settings.partners, settings.place)
            failure = None
            if not force and (unchanged := up_to_date(settings, partners)):
                unchanged.write(settings)
            else:
                failure = _make(settings, partners)
    except (BusyError, NoRoomError) as error:
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
    landing = landing_key(settings, partners)
    Outcome.forget(settings)
    failure = execute(settings, partners)
    if outcome := Outcome.read(settings):
        replace(outcome, landing=landing).write(settings)
    return failure


def execute(settings: Settings, partners: Mapping[str, Partner]) -> str | None:
    """Runs the job through Dagster in this process; the reason if it failed, else ``None``."""
    stage("Starting")
    settings.prepare()
    for left in settings.warehouse.glob("judge-*"):  # by a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    with Dbt(settings) as dbt:
        dbt.start()

        import dagster as dg

        from ..assets.automation import JOB
        from ..assets.expectations import cool_down, warm_up
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
        finally:
            cool_down()
    return None if result.success else _failure(settings, result)


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


def _failure(settings: Settings, result: dg.ExecuteInProcessResult) -> str:
    """What failed, in one line a step without the cell values an error may quote; the whole of it
    is in ``failure.log``, which is private to the build."""
    reasons, whole = [], []
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            cause = error.cause or error if error else None
            whole.append(f"{event.step_key}\n{error.to_string() if error else 'unknown'}")
            reasons.append(f"{event.step_key}: {without_cells(cause.message if cause else '?')}")
    if not reasons:
        return "a check that guards the release did not pass"
    log = settings.warehouse / "failure.log"
    log.write_text("\n\n".join(whole), encoding="utf-8")
    return f"{'; '.join(reasons)} (in full: {log}){_advice(settings, '; '.join(reasons))}"


def _advice(settings: Settings, reason: str) -> str:
    """What helps where the machine was too small."""
    if "Out of Memory" in reason:
        return f". Give it more memory: TOTALPLACE_MEMORY=4GB (it was {settings.memory_limit})"
    if "No space left" in reason:
        return f". Free some of the disk of {settings.home}, then run again"
    return ""


def dev(settings: Settings) -> ExitCode:
    """Opens the Dagster UI on the loopback address only; ends when it is closed."""
    settings.prepare()
    with dagster_instance(settings):
        pass
    command = [str(Path(sys.executable).with_name("dagster")), "dev"]
    command += ["-m", "orchestration.definitions", "-h", "127.0.0.1"]
    ended = subprocess.call(command, env=settings.environment_for_dagster())
    return ExitCode.REFUSED if ended else ExitCode.DONE
