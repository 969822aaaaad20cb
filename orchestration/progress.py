"""Progress of a run for the person at the terminal, on standard error.

On a terminal one live bar says which stage is under way and how long the run may still take, by
the times of the last run in this home. Elsewhere (a pipe, a log) there is a plain line for each
stage and each detail. Texts carry counts and ids, never a cell.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

_STARTED = time.monotonic()


class _Run:
    """The stages of one run and their times, now and by the last run (seconds by stage)."""

    def __init__(self, last: dict[str, float]) -> None:
        self.last = last
        self.begun: dict[str, float] = {}
        self.bar: Any = None
        self.task: Any = None

    def begin(self, name: str) -> None:
        self.begun[name] = time.monotonic()

    def seconds(self, until: float) -> dict[str, float]:
        """How long each stage took."""
        starts = [*self.begun.values(), until]
        return {n: round(starts[i + 1] - starts[i], 1) for i, n in enumerate(self.begun)}

    def share(self) -> float:
        """How much of the run is done, 0 to 1, by the times of the last run."""
        whole = sum(self.last.values())
        if not whole or not self.begun:
            return 0.0
        *before, now = self.begun
        done = sum(self.last.get(name, 0.0) for name in before)
        here = min(time.monotonic() - self.begun[now], self.last.get(now, 0.0))
        return min((done + here) / whole, 0.99)


_run: _Run | None = None


@contextmanager
def shown(history: Path) -> Iterator[None]:
    """Shows the stages of a run while it lasts; ``history`` keeps their times for the next run."""
    global _run
    last: dict[str, float] = {}
    with suppress(OSError, ValueError):
        last = json.loads(history.read_text())
    _run = _Run(last)
    try:
        with _live(_run) if sys.stderr.isatty() else nullcontext():
            yield
        with suppress(OSError):
            history.write_text(json.dumps(_run.seconds(time.monotonic())))
    finally:
        _run = None


def stage(name: str) -> None:
    """A new stage begins."""
    if _run:
        _run.begin(name)
    if _run and _run.bar:
        _run.bar.update(_run.task, description=name, detail="")
    else:
        _line(name)


def say(text: str) -> None:
    """A detail of the stage under way; a problem stays on the screen."""
    if _run and _run.bar:
        _run.bar.update(_run.task, detail=text.strip())
    else:
        _line(f"  {text}")


def warn(text: str) -> None:
    """A detail that must stay to be read."""
    if _run and _run.bar:
        _run.bar.console.print(f"  {text.strip()}", markup=False, highlight=False)
    else:
        _line(f"  {text}")


def _line(text: str) -> None:
    print(f"{time.monotonic() - _STARTED:6.1f} s  {text}", file=sys.stderr, flush=True)


@contextmanager
def _live(run: _Run) -> Iterator[None]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    class ByTheLastRun(BarColumn):
        """A bar that grows with the time the stages took in the last run."""

        def render(self, task: Any) -> Any:
            task.completed = run.share() * 100
            return super().render(task)

    usual = f"of about {sum(run.last.values()):,.0f} s" if run.last else ""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        ByTheLastRun(bar_width=30),
        TimeElapsedColumn(),
        TextColumn(usual, markup=False),
        TextColumn("{task.fields[detail]}", markup=False),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        run.bar = bar
        run.task = bar.add_task("", total=100, detail="")
        yield
