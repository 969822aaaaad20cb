"""Progress for the person at the terminal: plain lines on standard error."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """One line of progress. It carries counts and ids, never a cell's value."""
    print(text, file=sys.stderr, flush=True)
