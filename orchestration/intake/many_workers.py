"""Work that any number of workers share, on one machine or several: each task is prepared by one of
them and comes to its turn in the order of the list, as if there were one worker.

A worker claims a task before it prepares it. A claim ends with its worker, however that comes, so
what a killed worker had in hand is taken by another. A claim only saves work: whoever books looks
again whether that has been done (``bookkeeping.book_once``).

Each worker prepares with two threads. The tasks of a folder are mostly of one shape, whose
statements a thread plans once (``planned``): a thread helps in another's folder only where much is
left. Here belongs who takes which task; what a task is belongs to ``collect``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Hashable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..display import display_safe
from ..progress import warn
from .ledger.ledger import Ledger

Made = TypeVar("Made")

# What a second thread helps with: so many tasks, or one of so many bytes.
_MANY, _LARGE = 8, 1_000_000
# A worker has no more tasks in hand than this, prepared or not, while it waits for their turn.
_IN_HAND = 200
# A thread has its next task before it has finished the one under work, unless that is a large one:
# another worker can take it sooner.
_AHEAD = 2
# Seconds until a task that another worker has is asked for again, unless it is its turn: where much
# is in hand elsewhere, asking took more time than judging.
_ASK_AGAIN = 1.0
# Seconds between two looks at what the other workers have done; after so many looks at one task it
# is said that this worker waits for another.
_LOOK_SECONDS, _LONG = 0.1, 600


@dataclass(frozen=True)
class Task(Generic[Made]):
    """A piece of work, known to all workers by ``name``. ``prepare`` may run in any thread;
    ``is_done`` says whether the ledger shows it as done, by whomever."""

    name: str
    folder: Hashable
    bytes: int
    prepare: Callable[[], Made]
    is_done: Callable[[], bool]


def in_turn(
    ledger: Ledger, tasks: Sequence[Task[Made]]
) -> Generator[tuple[Task[Made], Future[Made]], None, None]:
    """Each task that this worker prepared, with its outcome, when all before it are done.

    The caller books the outcome before it asks for the next one. What ``prepare`` raises is raised
    by the outcome. Ends when every task is done, by this worker or another. When it is closed early
    the threads end after the tasks in hand.
    """
    worker = _Worker(ledger, tasks)
    with worker.threads:
        for task in tasks:
            looks = 0
            while (outcome := worker.has(task)) is None and not worker.is_done(task):
                worker.wait()
                looks += 1
                if looks == _LONG:
                    warn(f"Another worker has had {display_safe(task.name)} in hand for a while")
            while outcome and not outcome.done():
                worker.wait()
            if outcome:
                worker.keep_threads_at_work()
                yield task, outcome
                worker.let_go(task)


class _Thread(Generic[Made]):
    """One thread, with the folder it works in and what it was given to do."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(1)
        self.folder: Hashable = None
        self._given: dict[Future[Made], int] = {}

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown(cancel_futures=True)

    @property
    def unfinished(self) -> dict[Future[Made], int]:
        """What it has not finished yet, with the bytes of each."""
        return {outcome: size for outcome, size in self._given.items() if not outcome.done()}

    @property
    def has_room(self) -> bool:
        """Whether it can be given another task."""
        sizes = self.unfinished.values()
        return len(sizes) < _AHEAD and sum(sizes) < _LARGE

    def give(self, task: Task[Made]) -> Future[Made]:
        """Has it do a task after those it was given before."""
        outcome = self.pool.submit(task.prepare)
        self.folder = task.folder
        self._given = self.unfinished | {outcome: task.bytes}
        return outcome


class _Worker(Generic[Made]):
    def __init__(self, ledger: Ledger, tasks: Iterable[Task[Made]]) -> None:
        self._ledger = ledger
        self._mine: dict[str, Future[Made]] = {}
        # By folder, in order: what this worker neither has nor knows to be done.
        self._left: dict[Hashable, dict[str, Task[Made]]] = {}
        for task in tasks:
            self._left.setdefault(task.folder, {})[task.name] = task
        # When a task was asked for that another worker had.
        self._elsewhere: dict[str, float] = {}
        self._threads: list[_Thread[Made]] = [_Thread(), _Thread()]
        self.threads = ExitStack()
        for thread in self._threads:
            self.threads.enter_context(thread)

    def has(self, task: Task[Made]) -> Future[Made] | None:
        """The outcome of a task if this worker has it, or can have it now that its turn is near."""
        if task.name not in self._mine and self._is_claimed(task):
            thread = min(self._threads, key=lambda t: len(t.unfinished))
            self._mine[task.name] = thread.give(task)
        return self._mine.get(task.name)

    def is_done(self, task: Task[Made]) -> bool:
        """Whether nothing is left to do of a task that this worker does not have."""
        return task.name not in self._left[task.folder]

    def keep_threads_at_work(self) -> None:
        """Gives each thread what it can do next; one that is idle before one that is not."""
        for _ in range(_AHEAD):
            for thread in sorted(self._threads, key=lambda t: len(t.unfinished)):
                may = thread.has_room and len(self._mine) < _IN_HAND
                if may and (task := self._next_for(thread)):
                    self._mine[task.name] = thread.give(task)

    def wait(self) -> None:
        """Waits until a thread has finished something, or another worker may have."""
        self.keep_threads_at_work()
        unfinished = [one for thread in self._threads for one in thread.unfinished]
        if unfinished:
            wait(unfinished, _LOOK_SECONDS, FIRST_COMPLETED)
        else:
            time.sleep(_LOOK_SECONDS)

    def let_go(self, task: Task[Made]) -> None:
        """A task has been booked, or is left for another time."""
        del self._mine[task.name]
        self._ledger.release(task.name)

    def _is_claimed(self, task: Task[Made]) -> bool:
        """Whether this worker has taken a task; ``False`` if another has it, or it is done."""
        left = self._left[task.folder]
        if task.name not in left:
            return False
        if not self._ledger.claim(task.name):
            self._elsewhere[task.name] = time.monotonic()
            return False
        del left[task.name]
        if task.is_done():
            self._ledger.release(task.name)
            return False
        return True

    def _next_for(self, thread: _Thread[Made]) -> Task[Made] | None:
        """The next task of the thread's folder; else the first of a folder in which nobody works;
        else one of the folder in which most is left."""
        if task := self._first(self._left.get(thread.folder, {})):
            return task
        busy = {other.folder for other in self._threads}
        for folder, left in self._left.items():
            if folder not in busy and (task := self._first(left, only_one=True)):
                return task
        for left in sorted(self._left.values(), key=len, reverse=True):
            is_much = len(left) >= _MANY or any(task.bytes >= _LARGE for task in left.values())
            if is_much and (task := self._first(left)):
                return task
        return None

    def _first(self, left: dict[str, Task[Made]], *, only_one: bool = False) -> Task[Made] | None:
        """The first task that can be claimed. ``only_one``: not if another worker has one of them,
        for then it works in this folder."""
        before = time.monotonic() - _ASK_AGAIN
        for task in list(left.values()):
            if self._elsewhere.get(task.name, before) <= before and self._is_claimed(task):
                return task
            if only_one and task.name in left:
                return None
        return None
