"""Progress for the person at the terminal: plain lines on standard error."""

from __future__ import annotations

import sys
import time

_STARTED = time.monotonic()


def say(text: str) -> None:
    """One line of progress with the seconds so far. It carries counts and ids, never a cell."""
    print(f"{time.monotonic() - _STARTED:6.1f} s  {text}", file=sys.stderr, flush=True)
