"""The limited side: opens one partner file in a process that may do little else.

A server without threads keeps the readers imported and forks one child a file, so that a child
costs a few milliseconds. It has no network where the kernel allows that, and none of the
environment's secrets; the child itself can open no file but the one it is given, where the kernel
allows that. The other side is ``sandbox``; ``frames`` is what they exchange.
"""

from __future__ import annotations

import codecs
import ctypes
import dataclasses
import errno
import json
import os
import resource
import signal
import socket
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import landlock
from .detect import check_columns, check_lines, undecodable
from .frames import FRAME, receive, receive_bytes, send, send_json
from .source import Source, UnreadableError

RAGGED_A_FRAME = 2_000
# A batch goes over in pieces of about this size, which bounds the parent's memory.
PIECE_BYTES = 16 << 20
_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_GRACE = 0.2
# Codecs are imported when first used, which a child cannot. Names in archives are in cp437.
_CODECS = (
    *("ascii", "cp437", "cp850", "cp1252", "latin-1", "mac-roman"),
    *("utf-8", "utf-16", "utf-16-le", "utf-16-be"),
)


def main(descriptor: int) -> None:
    """Serves the control channel until its other end is closed."""
    cut = {"network_is_cut": _cut_network(), "files_are_cut": landlock.works()}
    _preload()
    control = socket.socket(fileno=descriptor)
    # Each is waited for when its file is done with, so that its number is not used anew before.
    children: set[int] = set()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    send_json(control, b"H", cut)
    try:
        while _serve(control, children):
            pass
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)


def _preload() -> None:
    import numpy  # noqa: F401
    import pyarrow.compute
    import pyarrow.csv  # noqa: F401
    import python_calamine  # noqa: F401

    from . import csv_source, xlsx_source  # noqa: F401

    for name in _CODECS:
        codecs.lookup(name)


def _serve(control: socket.socket, children: set[int]) -> bool:
    """Answers one request: ``{open: …}`` with a channel, or ``{end: pid}``."""
    head, descriptors, _, _ = socket.recv_fds(control, FRAME.size, 1)
    if not head:
        return False
    head += bytes(receive_bytes(control, FRAME.size - len(head)))
    request = json.loads(receive_bytes(control, FRAME.unpack(head)[1]))
    if "end" in request:
        status = _end(request["end"]) if request["end"] in children else 0
        children.discard(request["end"])
        send_json(control, b"S", {"status": status})
        return True
    pid = os.fork()
    if not pid:
        code = 1
        try:
            control.close()
            _child(socket.socket(fileno=descriptors[0]), request)
            code = 0
        finally:
            os._exit(code)
    os.close(descriptors[0])
    children.add(pid)
    send_json(control, b"S", {"pid": pid})
    return True


def _end(pid: int) -> int:
    """Waits for a child for a moment, then kills it; its exit status, negative for a signal."""
    until = time.monotonic() + _GRACE
    while time.monotonic() < until:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.001)
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _cut_network() -> bool:
    """A network namespace of its own, with nothing in it, where the kernel allows one."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        return any(libc.unshare(flags) == 0 for flags in (_NEWNET, _NEWUSER | _NEWNET))
    except (OSError, AttributeError):
        return False


def _child(channel: socket.socket, request: dict[str, Any]) -> None:
    limits = request["limits"]
    for name, value in limits.items():
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard - 1 if name == "RLIMIT_CPU" else hard)
        # Beyond the hard limit on time comes a plain kill, which would not say why.
        resource.setrlimit(kind, (value, value + 1 if name == "RLIMIT_CPU" else value))
    try:
        for name in request["encodings"]:
            codecs.lookup(name)
        landlock.restrict_to_file(Path(request["path"]))
        _answer(channel, request)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    except BaseException as error:
        send_json(channel, b"E", _described(error))


def _described(error: BaseException) -> dict[str, Any]:
    """What went wrong: a rule the file breaks, or a fault of the program with its trace."""
    if isinstance(error, UnreadableError):
        return {"code": error.code, "detail": error.detail, "row": error.row}
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return {"code": "TP-103", "detail": "it is too large in this encoding"}
    if isinstance(error, MemoryError) or "memory" in type(error).__name__.lower():
        return {"code": "TP-103", "detail": "it asks for more memory than any table needs"}
    if not isinstance(error, Exception):
        return {"code": "TP-103", "detail": "its cells stand where no cell can be"}
    return {"trace": "".join(traceback.format_exception(error))}


def open_here(path: Path, kind: str, encodings: list[str], delimiter: str = ",") -> Source:
    """Opens a file in this very process, which only the limited child may do."""
    if kind == "xlsx":
        from .xlsx_source import XlsxSource

        return XlsxSource(path)
    from .csv_source import CsvSource

    return CsvSource(path, encodings, delimiter, blank_beyond=True)


def _answer(channel: socket.socket, request: dict[str, Any]) -> None:
    """Opens the file, describes its sheets, then sends each sheet that is asked for."""
    path, encodings, marked = Path(request["path"]), request["encodings"], request["marked"]
    if request["kind"] != "xlsx":
        check_lines(path, marked)
        if marked or request["twice"]:
            path = _as_utf8(path, marked or "utf-8", request["twice"])
            encodings = ["utf-8"]
    try:
        source = open_here(path, request["kind"], encodings, request["delimiter"])
    except UnreadableError as error:
        where = undecodable(path, encodings[-1]) if error.code == "TP-003" else ""
        raise UnreadableError(
            error.code, "; ".join(filter(None, (error.detail, where))), error.row
        ) from None
    for sheet in source.sheets:
        check_columns(sheet.head)
    opened = {"encoding": marked or source.encoding, "sheets": [_plain(s) for s in source.sheets]}
    send_json(channel, b"J", opened)
    sent = _send_remarks(channel, source.remarks, 0)
    send_json(channel, b"Z", {})
    while True:
        _, size = FRAME.unpack(receive(channel))
        index, width, dates = json.loads(receive_bytes(channel, size))
        sheet = source.sheets[index]
        for batch in source.batches(sheet, width, dict(dates)):
            for piece in _pieces(batch):
                send(channel, b"B", memoryview(piece.serialize()))
        for start in range(0, len(sheet.ragged), RAGGED_A_FRAME):
            rows = sheet.ragged[start : start + RAGGED_A_FRAME]
            send_json(channel, b"R", [_plain(row) for row in rows])
        sent = _send_remarks(channel, source.remarks, sent)
        send_json(channel, b"Z", _plain(sheet) | {"head": None})


def _as_utf8(path: Path, encoding: str, twice: str | None = None) -> Path:
    """The text of a file whose encoding is known, as UTF-8 in memory.

    ``twice`` is the code page as which its UTF-8 was taken before it was saved once more.
    """
    copy = os.memfd_create("text")
    try:
        with (
            path.open(encoding=encoding, newline="") as text,
            open(copy, "wb", closefd=False) as out,
        ):
            while block := text.read(1 << 20):
                if twice:
                    out.write(block.removeprefix("\ufeff").encode(twice, "c1"))
                else:
                    out.write(block.encode())
    except UnicodeError:
        raise UnreadableError("TP-003", encoding.upper()) from None
    return Path(f"/proc/self/fd/{copy}")


def _c1(error: UnicodeError) -> tuple[bytes, int]:
    """What no code page has at a byte, which programs pass through as that byte."""
    if isinstance(error, UnicodeEncodeError):
        text = error.object[error.start : error.end]
        if all("\x80" <= mark <= "\x9f" for mark in text):
            return text.encode("latin-1"), error.end
    raise error


codecs.register_error("c1", _c1)


def _pieces(batch: Any) -> Iterator[Any]:
    count = max(1, -(-batch.nbytes // PIECE_BYTES))
    rows = -(-batch.num_rows // count) or 1
    for start in range(0, batch.num_rows, rows):
        yield batch.slice(start, rows)


def _send_remarks(channel: socket.socket, remarks: list[Any], sent: int) -> int:
    for start in range(sent, len(remarks), RAGGED_A_FRAME):
        send_json(channel, b"M", [_plain(r) for r in remarks[start : start + RAGGED_A_FRAME]])
    return len(remarks)


def _plain(value: Any) -> dict[str, Any]:
    """A reader's dataclass as JSON takes it; ragged rows go in frames of their own."""
    return {f.name: getattr(value, f.name) for f in dataclasses.fields(value) if f.name != "ragged"}
