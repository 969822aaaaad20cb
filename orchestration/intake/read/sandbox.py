"""Every partner file is opened in a limited child process; here is the side that asks.

``open_limited`` gives a ``Source`` like any other. Whatever becomes of the child (out of memory,
killed, aborted, silent beyond its time) is a finding about that one file and never touches this
process, whose memory holds no more than a batch at a time.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from .detect import bom_encoding
from .frames import FRAME, receive, receive_bytes, send_json
from .source import PLAIN, Dates, Dialect, Ragged, Remark, Sheet, UnreadableError

_ROOT = Path(__file__).resolve().parents[3]
_KEPT_VARIABLES = ("PATH", "LANG", "LC_", "LD_LIBRARY_PATH", "TMPDIR", "OPENBLAS_")
# One thread, no arenas: the address space is limited, and a fork must find no thread. Memory that
# is let go of is kept for the next block of the file: asking the kernel anew took a third more.
_VARIABLES = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
_MAX_FRAME = {b"J": 16 << 20, b"R": 64 << 20, b"M": 64 << 20, b"E": 1 << 20}
_MAX_BATCH = 512 << 20
_START_SECONDS = 30.0


@dataclass(frozen=True)
class Limits:
    """What one file may cost. ``wall_seconds`` counts only the time spent waiting for the child."""

    memory_bytes: int = 3 << 29
    cpu_seconds: int = 120
    written_bytes: int = 1 << 20
    open_files: int = 64
    wall_seconds: float = 50.0

    def rlimits(self) -> dict[str, int]:
        return {
            "RLIMIT_AS": self.memory_bytes,
            "RLIMIT_CPU": self.cpu_seconds,
            "RLIMIT_FSIZE": self.written_bytes,
            "RLIMIT_NOFILE": self.open_files,
            "RLIMIT_CORE": 0,
        }


LIMITS = Limits()


def open_limited(
    path: Path, kind: str, encodings: list[str], dialect: Dialect = PLAIN
) -> ChildSource:
    """Opens a file of a detected kind in a limited child; ``UnreadableError`` if it cannot be."""
    return ChildSource(path, kind, encodings, LIMITS, dialect)


def network_is_cut() -> bool:
    """Whether the children that open files have no network at all."""
    return _server().network_is_cut


def files_are_cut() -> bool:
    """Whether a child can open no file but the one it is given."""
    return _server().files_are_cut


class ChildSource:
    """A file open in a child. The same protocol as the readers', and ``close``."""

    def __init__(
        self,
        path: Path,
        kind: str,
        encodings: list[str],
        limits: Limits,
        dialect: Dialect = PLAIN,
    ) -> None:
        marked = bom_encoding(path) if kind == "csv" else None
        if marked or dialect.twice:  # Such text is written out anew, in memory, before it is read.
            limits = replace(limits, written_bytes=min(_MAX_BATCH, 2 * path.stat().st_size))
        self._limits = limits
        self._waited = 0.0
        self._streaming = False
        self._server = _server()
        self._channel, self._pid = self._server.fork(
            {
                "path": str(path.absolute()),
                "kind": kind,
                "encodings": encodings,
                "marked": marked,
                "delimiter": dialect.delimiter,
                "twice": dialect.twice,
                "limits": limits.rlimits(),
            }
        )
        self._ended = weakref.finalize(self, _end, self._server, self._channel, self._pid)
        self.remarks: list[Remark] = []
        opened = json.loads(self._frame()[1])
        self.encoding: str | None = opened["encoding"]
        self.sheets = [Sheet(**sheet) for sheet in opened["sheets"]]
        self._finish(None)

    def close(self) -> None:
        """Ends the child. Also done when the source is no longer in use."""
        self._ended()

    def batches(
        self, sheet: Sheet, width: int, dates: Dates | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Every record of ``sheet`` as text cells; fills ``sheet.ragged`` and ``records``."""
        if self._streaming:
            self._finish(None)
        index = next(i for i, known in enumerate(self.sheets) if known is sheet)
        try:
            send_json(self._channel, b"Q", [index, width, list((dates or {}).items())])
        except OSError:
            raise self._death() from None
        self._streaming = True
        names = ["source_row", *(f"c{i}" for i in range(width))]
        kinds = [pa.int64(), *[pa.string()] * width]
        schema = pa.schema([pa.field(*pair) for pair in zip(names, kinds, strict=True)])
        while True:
            kind, data = self._frame()
            if kind != b"B":
                break
            batch = pa.ipc.read_record_batch(pa.py_buffer(data), schema)
            batch.validate()
            yield batch
        self._take(kind, data, sheet)
        if self._streaming:
            self._finish(sheet)

    def _finish(self, sheet: Sheet | None) -> None:
        """Takes all that follows the batches."""
        self._streaming = True
        while self._streaming:
            self._take(*self._frame(), sheet)

    def _take(self, kind: bytes, data: bytearray, sheet: Sheet | None) -> None:
        if kind == b"B":
            return
        message = json.loads(data)
        if kind == b"M":
            self.remarks += [Remark(**remark) for remark in message]
        elif kind == b"R" and sheet:
            sheet.ragged += [Ragged(**row | {"cells": tuple(row["cells"])}) for row in message]
        elif kind == b"Z":
            self._streaming = False
            for name, value in message.items() if sheet else ():
                if name not in ("name", "head"):
                    setattr(sheet, name, value)

    def _frame(self) -> tuple[bytes, bytearray]:
        """The child's next frame; whatever ends the child is raised as a finding."""
        started = time.monotonic()
        try:
            self._channel.settimeout(max(0.001, self._limits.wall_seconds - self._waited))
            kind, size = FRAME.unpack(receive(self._channel))
            if size > _MAX_FRAME.get(kind, _MAX_BATCH):
                raise self._dead("TP-103", "a row or a heading of it is longer than any table's")
            data = receive_bytes(self._channel, size)
        except TimeoutError:
            raise self._dead("TP-108", f"{self._limits.wall_seconds:,.0f} seconds") from None
        except (EOFError, OSError):
            raise self._death() from None
        finally:
            self._waited += time.monotonic() - started
        if kind == b"E":
            self.close()
            message = json.loads(data)
            if "trace" in message:
                raise RuntimeError(f"A reader failed:\n{message['trace']}")
            raise UnreadableError(**message)
        return kind, data

    def _dead(self, code: str, detail: str) -> UnreadableError:
        self.close()
        return UnreadableError(code, detail)

    def _death(self) -> UnreadableError:
        status = self._ended() or 0
        if status == -signal.SIGXCPU:
            return UnreadableError("TP-108", f"{self._limits.cpu_seconds:,} seconds of computing")
        return UnreadableError("TP-103", "it asks for more memory than any table needs")


class _Server:
    """The process that forks a child a file."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        kept = {k: v for k, v in os.environ.items() if k.startswith(_KEPT_VARIABLES)}
        code = (
            f"import sys; sys.path.insert(0, {str(_ROOT)!r}); "
            f"from orchestration.intake.read.worker import main; main({theirs.fileno()})"
        )
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", code],
                pass_fds=[theirs.fileno()],
                env=kept | _VARIABLES,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
            )
        self.owner = os.getpid()
        self._lock = threading.Lock()
        self._control = ours
        self._control.settimeout(_START_SECONDS)
        answer = self._answer()
        self.network_is_cut = bool(answer["network_is_cut"])
        self.files_are_cut = bool(answer["files_are_cut"])

    def fork(self, request: dict[str, Any]) -> tuple[socket.socket, int]:
        """A new child at work on ``request``, and the channel to it."""
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            data = json.dumps(request).encode()
            socket.send_fds(self._control, [FRAME.pack(b"O", len(data))], [theirs.fileno()])
            self._control.sendall(data)
            return ours, int(self._answer()["pid"])

    def end(self, pid: int) -> int:
        """Makes sure that a child is gone; its exit status, negative for a signal."""
        with self._lock:
            send_json(self._control, b"X", {"end": pid})
            return int(self._answer()["status"])

    def stop(self) -> None:
        self._control.close()
        if self.owner == os.getpid():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)

    def runs(self) -> bool:
        return self.owner == os.getpid() and self._process.poll() is None

    def _answer(self) -> dict[str, Any]:
        try:
            _, size = FRAME.unpack(receive(self._control))
            answer: dict[str, Any] = json.loads(receive_bytes(self._control, size))
        except (EOFError, OSError) as error:
            raise RuntimeError("The process that opens files could not be started.") from error
        return answer


def _end(server: _Server, channel: socket.socket, pid: int) -> int:
    channel.close()
    if not server.runs():
        return 0
    with contextlib.suppress(RuntimeError, OSError):
        return server.end(pid)
    return 0


_servers: list[_Server] = []
_starting = threading.Lock()


def _server() -> _Server:
    """The one server of this process, started when first needed and again if it was lost."""
    with _starting:
        if not _servers or not _servers[0].runs():
            for lost in _servers:
                lost.stop()
            _servers[:] = [_Server()]
            atexit.register(_servers[0].stop)
        return _servers[0]
