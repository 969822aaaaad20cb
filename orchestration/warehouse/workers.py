"""Lines of spend read ahead of the build, by workers beside each other.

A worker reads bodies with the build's own models, in a DuckDB file and folder of its own, and keeps
what it read as a build does (``readings``), under the same key. The build takes that over and reads
the rest itself, so that it makes the same tables whoever has read, and also where a worker died.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from ..progress import stage, warn
from ..settings import WORKERS, Settings
from .dbt import BuildError, Dbt
from .readings import Unread, keep, take_over, unread

# A worker computes 4 to 5 s before it reads a line (dbt imported, the project loaded), in which the
# build reads most of a million lines itself.
WORTH_A_WORKER = 1_000_000


class ChangedError(Exception):
    """A contract, a receipt or the code changed while lines were read by it."""


def read_by_workers(settings: Settings) -> None:
    """Has what is not read yet read by up to ``settings.workers`` processes, and the build over
    ``settings.inputs`` take it over. What a worker that fails leaves, the build reads."""
    shutil.rmtree(settings.warehouse / WORKERS / "run", ignore_errors=True)
    shares = shared_out(unread(settings.inputs), settings.workers)
    if len(shares) < 2:  # a worker alone is no quicker than the build
        return
    stage("Reading lines")
    among = len(shares)
    with ThreadPoolExecutor(among) as pool:
        working = [
            pool.submit(read, settings.of_worker(f"run/{number}", among), settings.inputs, share)
            for number, share in enumerate(shares, 1)
        ]
    for number, worker in enumerate(working, 1):
        try:
            worker.result()
        except (BuildError, duckdb.Error, OSError) as error:
            warn(f"Worker {number} failed, and the build reads its lines itself: {error}")
    take_over(settings.inputs, settings.read_lines)


def shared_out(readings: Sequence[Unread], workers: int) -> list[list[Unread]]:
    """What each worker reads: whole bodies, in shares of about as many lines; fewer shares than
    workers where there are fewer bodies, or too few lines to be worth them all."""
    lines: Counter[str] = Counter()
    for reading in readings:
        lines[reading.body_id] += reading.lines
    worth = min(workers, len(lines), lines.total() // WORTH_A_WORKER)
    shares: list[list[str]] = [[] for _ in range(worth)]
    for body, _ in lines.most_common() if shares else ():
        min(shares, key=lambda share: sum(lines[b] for b in share)).append(body)
    return [[r for r in readings if r.body_id in share] for share in shares]


def read(
    worker: Settings,
    inputs: Path,
    wanted: Sequence[Unread],
    is_as_before: Callable[[], bool] = lambda: True,
) -> None:
    """Reads and keeps the ``wanted`` lines, by what a build over ``inputs`` is given.

    Raises ``BuildError`` if dbt fails, and ``ChangedError`` unless all ``is_as_before`` when the
    lines are read; nothing is kept then. A reading is kept whole or not at all.
    """
    try:
        with Dbt(worker) as dbt:
            dbt.start()
            dbt.read(inputs, wanted)
        if not is_as_before():
            raise ChangedError(
                f"What decides the lines of {worker.worker} changed while they were read, and "
                "nothing of them is kept: read them again, or leave them to the next run."
            )
        keep(worker.build_db, wanted, worker.read_lines, worker.memory)
    finally:  # dbt's log stays where it failed
        for left in worker.build_room.glob("build.duckdb*"):
            left.unlink()
    for folder in (worker.inputs, worker.dbt_target):
        shutil.rmtree(folder)
