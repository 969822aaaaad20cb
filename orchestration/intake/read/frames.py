"""What the limited child and its parent exchange: a kind, a length, bytes."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

FRAME = struct.Struct(">cQ")


def receive(channel: socket.socket) -> bytearray:
    """The rest of a stream's next ``FRAME`` header; ``EOFError`` if the other side is gone."""
    return receive_bytes(channel, FRAME.size)


def receive_bytes(channel: socket.socket, size: int) -> bytearray:
    """Exactly ``size`` bytes; ``EOFError`` if the other side is gone."""
    data = bytearray(size)
    view = memoryview(data)
    done = 0
    while done < size:
        count = channel.recv_into(view[done:])
        if not count:
            raise EOFError
        done += count
    return data


def send(channel: socket.socket, kind: bytes, data: Any) -> None:
    """One frame: its kind, its length, its bytes."""
    channel.sendall(FRAME.pack(kind, len(data)))
    channel.sendall(data)


def send_json(channel: socket.socket, kind: bytes, value: Any) -> None:
    """One frame of JSON."""
    send(channel, kind, json.dumps(value).encode())
