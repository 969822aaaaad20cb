"""Reading goes on while what was read before is judged: the next item waits in a thread."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator
from typing import TypeVar

Item = TypeVar("Item")


def read_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items in the same order, the next ones already on their way in a thread.

    Two at most wait beside the one in use, however many there are. What ``items`` raises is
    raised here, where it would have come. When the caller stops early, so does the thread.
    """
    held: queue.Queue[Item | _End] = queue.Queue(1)
    stopped = threading.Event()

    def fill() -> None:
        try:
            for item in items:
                held.put(item)
                if stopped.is_set():
                    return
        except BaseException as error:
            held.put(_End(error))
        else:
            held.put(_End(None))

    thread = threading.Thread(target=fill, name="read ahead", daemon=True)
    thread.start()
    item: Item | _End | None = None
    try:
        while not isinstance(item := held.get(), _End):
            yield item
        if item.error:
            raise item.error
    finally:
        # An error knows this frame: were it kept here, what is being read would not be let go of.
        item = None
        stopped.set()
        with contextlib.suppress(queue.Empty):
            held.get_nowait()  # room for the one that the thread may be about to add
        thread.join()


class _End:
    """The last of what a thread hands over: nothing more comes, or an error did."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error
