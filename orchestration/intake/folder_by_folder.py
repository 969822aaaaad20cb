"""Deliveries are prepared two at a time, each thread in a folder of its own.

The files of a folder are mostly of one shape, whose statements a thread plans once (``planned``):
two threads in one folder would both plan them. So a thread helps in another's folder only where
much is left. Here belongs who takes which delivery; how one is prepared belongs to ``receive``, and
in which order they are booked to whoever asks for them.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress

from .landing import Delivery
from .outcomes import Outcome

# What a second thread helps with: so many files, or one of so many bytes.
_MANY, _LARGE = 8, 1_000_000


@contextmanager
def prepared_ahead(
    folders: Sequence[Sequence[Delivery]], prepare: Callable[[Delivery], Outcome]
) -> Iterator[Mapping[Delivery, Future[Outcome]]]:
    """The outcome of each delivery, to be waited for, while two threads prepare them in order.

    What ``prepare`` raises is raised by its future. When the caller stops early, so do the threads,
    after the deliveries in hand.
    """
    waiting = _Waiting(folders)
    outcomes: dict[Delivery, Future[Outcome]] = {d: Future() for f in folders for d in f}

    def work() -> None:
        for delivery in waiting.for_one_thread():
            try:
                outcomes[delivery].set_result(prepare(delivery))
            except BaseException as error:
                outcomes[delivery].set_exception(error)

    with ThreadPoolExecutor(2) as pool:
        for _ in range(2):
            pool.submit(work)
        try:
            yield outcomes
        finally:
            waiting.stop()


class _Waiting:
    """The deliveries of each folder that nobody has taken yet."""

    def __init__(self, folders: Sequence[Sequence[Delivery]]) -> None:
        self._folders = [deque(folder) for folder in folders]
        self._untouched = deque(self._folders)
        self._lock = threading.Lock()

    def for_one_thread(self) -> Iterator[Delivery]:
        """What one thread takes, one after the other, until nothing is left for it."""
        mine: deque[Delivery] = deque()
        while True:
            with self._lock:
                if not mine:
                    mine = self._next_folder()
                if not mine:
                    return
                delivery = mine.popleft()
            yield delivery

    def _next_folder(self) -> deque[Delivery]:
        """The next folder that nobody works in, or else the one in which most is left to do."""
        while self._untouched:
            if folder := self._untouched.popleft():
                return folder
        most = max(self._folders, key=len, default=deque())
        return most if len(most) >= _MANY or any(map(_is_large, most)) else deque()

    def stop(self) -> None:
        """Leaves nothing to be taken."""
        with self._lock:
            for folder in self._folders:
                folder.clear()


def _is_large(delivery: Delivery) -> bool:
    with suppress(OSError):
        return delivery.path.stat().st_size >= _LARGE
    return False
