"""Stopping a question to DuckDB: since it takes too long, or since a person wants it stopped."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb

_EVERY = 0.05


@dataclass(frozen=True)
class Stop:
    """Whether a question was to be stopped: ``late`` for its time, ``asked`` by Ctrl-C."""

    late: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)


@contextmanager
def stoppable(connections: Sequence[duckdb.DuckDBPyConnection], seconds: float) -> Iterator[Stop]:
    """Interrupts what the connections do after ``seconds``, and on Ctrl-C, until it has ended.

    Again and again, since DuckDB forgets an interrupt that comes before a statement has begun, and
    may take a Ctrl-C for itself while it plans one.
    """
    stop, ended = Stop(), threading.Event()

    def watch() -> None:
        until = time.monotonic() + seconds
        while not ended.wait(_EVERY):
            if time.monotonic() > until:
                stop.late.set()
            if stop.late.is_set() or stop.asked.is_set():
                for connection in connections:
                    connection.interrupt()

    is_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, lambda *_: stop.asked.set()) if is_main else None
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield stop
    finally:
        ended.set()
        watcher.join()
        if is_main:
            signal.signal(signal.SIGINT, before)
