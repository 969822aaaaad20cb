"""Checks under way: files that are judged beside the requests, so that a page can say so meanwhile.

Which checks are under way is known to this process alone: what it left undone is begun again by
whoever sent the file.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

# Files that are begun at one time; how many of them have a core is said by ``Desk.judging``.
_AT_ONCE = 8


class Checks:
    """The checks of one desk, by the id of the file."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_AT_ONCE, "check")
        self._lock = threading.Lock()
        self._under_way: dict[str, Future[None]] = {}

    def begin(self, number: str, check: Callable[[], object]) -> None:
        """Begins a check; it is under way until ``check`` has returned."""

        def run() -> None:
            try:
                check()
            finally:
                with self._lock:
                    self._under_way.pop(number, None)

        with self._lock:
            self._under_way[number] = self._pool.submit(run)

    def is_under_way(self, number: str) -> bool:
        with self._lock:
            return number in self._under_way

    def wait(self, numbers: Sequence[str], seconds: float) -> None:
        """Waits until these checks are done, but no longer."""
        with self._lock:
            some = [self._under_way[n] for n in numbers if n in self._under_way]
        wait(some, seconds)
