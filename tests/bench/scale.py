"""A place of eight bodies and four years with many lines: one process, workers, and Spark.

``python tests/bench/scale.py LINES [WAY ...]`` judges the files once, then makes everything after
that (reading, dbt, audit, publishing) anew in each way, and prints a table. A way is a number of
workers that read ahead, or the address of a Spark (``local[*]``, ``spark://host:7077``).
The way ``month`` has 100,000 lines of one body and a new year come on top of the history, once with
what is kept of it and once without. It fails unless every release has the same Parquet files, byte
for byte. Memory is that of all processes of the run together (Linux).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import bodies

CHECKOUT = Path(__file__).parents[2]
RUN = [sys.executable, "-m", "orchestration.cli.main", "run"]
COLUMNS = ("way", "seconds", "computing", "MB", "load")
BODIES, YEARS = 8, ("2020-21", "2021-22", "2022-23", "2023-24")
NEXT, MONTH = "2024-25", 100_000


class Memory:
    """The most memory that a process and all it started had in use at once, in MB."""

    def __init__(self, process: int) -> None:
        self._process, self._ended, self.peak = process, threading.Event(), 0
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(1):
            self.peak = max(self.peak, sum(map(_kilobytes, _family(self._process))) // 1024)


def _family(process: int) -> Iterator[int]:
    yield process
    try:
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from _family(int(child))
    except OSError:  # it has just ended
        return


def _kilobytes(process: int) -> int:
    """Its part of what it shares with others included."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))


def run(home: Path, settings: dict[str, str], *options: str) -> dict[str, Any]:
    """One run: seconds, computing seconds, memory of all processes, load, seconds of stages."""
    load, started = os.getloadavg()[0], time.perf_counter()
    said = home.with_suffix(".log")
    with said.open("w") as log:
        process = subprocess.Popen(
            [*RUN, *options, "--home", str(home)], cwd=CHECKOUT, env=os.environ | settings,
            stdout=log, stderr=log,
        )  # fmt: skip
        with Memory(process.pid) as memory:
            _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        raise SystemExit(said.read_text())
    return {
        "seconds": round(time.perf_counter() - started),
        "computing": round(usage.ru_utime + usage.ru_stime),
        "MB": memory.peak,
        "load": f"{load:.1f} to {os.getloadavg()[0]:.1f}",
        "stages": json.loads((home / "warehouse" / "stages.json").read_text()),
    }


def measure(work: Path, lines: int, ways: Sequence[str]) -> Iterator[dict[str, Any]]:
    """A row for the whole first run, and one for each way without the judging."""
    settings = bodies.place_of(work / "place", BODIES, lines, YEARS, last=NEXT)
    home, again = work / "home", work / "again"
    yield {"lines": lines, "way": "1, judging too", **run(home, settings)}
    sealed = _parquet(home)
    for way in ways:
        if way == "month":
            yield from _month(work / "place", home, again, lines, settings)
            continue
        shutil.copytree(home, again, symlinks=True)
        for made in (again / "published", again / "warehouse" / "read"):
            shutil.rmtree(made)
        named = "TOTALPLACE_WORKERS" if way.isdecimal() else "TOTALPLACE_ENGINE"
        row = run(again, settings | {named: way})
        if _parquet(again) != sealed:
            raise SystemExit(f"By the way {way} other Parquet files were made.")
        yield {"lines": lines, "way": way, **row}
        shutil.rmtree(again)


def _month(
    place: Path, home: Path, again: Path, lines: int, settings: dict[str, str]
) -> Iterator[dict[str, Any]]:
    """A row for the run with a month on top, and one for a run that takes nothing over. The month
    is taken away again from landing and home."""
    for copy in (again, again.with_name("anew")):
        shutil.copytree(home, copy, symlinks=True)
    anew = again.with_name("anew")
    file = bodies.write_file(place, 0, NEXT, MONTH)
    shutil.rmtree(anew / "warehouse" / "read")
    yield {"lines": lines + MONTH, "way": "a month on top", **run(again, settings)}
    yield {"lines": lines + MONTH, "way": "all of it anew", **run(anew, settings, "--force")}
    if _parquet(again) != _parquet(anew):
        raise SystemExit("A month on top made other Parquet files than everything anew.")
    file.unlink()
    shutil.rmtree(again)
    shutil.rmtree(anew)


def _parquet(home: Path) -> dict[str, str]:
    manifest = json.loads((home / "published" / "current" / "manifest.json").read_text())
    files = manifest["files"].items()
    return {name: file["sha256"] for name, file in files if name.startswith("parquet/")}


def row_of(measured: dict[str, Any]) -> str:
    """A measured row as Markdown."""
    stages = ", ".join(f"{name} {seconds:.0f}" for name, seconds in measured["stages"].items())
    cells = (f"{measured['lines']:,}", *(measured[key] for key in COLUMNS), stages)
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    lines, ways = int(sys.argv[1]), sys.argv[2:] or ["1", "2", "4"]
    place = Path(tempfile.mkdtemp(prefix="totalplace-scale-"))
    print("| lines | way | seconds | computing | MB | load | stages |\n" + "|---" * 7 + "|")
    try:
        for measured in measure(place, lines, ways):
            print(row_of(measured), flush=True)
    finally:
        shutil.rmtree(place, ignore_errors=True)
