"""What every verb of the command line shares: exit codes, usage errors, JSON, settings."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

DONE, REFUSED, USAGE, GAPS = 0, 1, 2, 3


class UsageError(Exception):
    """The command cannot be carried out as given; the message says what to do instead."""


def settings_of(options: argparse.Namespace) -> Any:
    """The settings a command runs with."""
    from ..settings import Settings

    return Settings.from_environment(options.home, getattr(options, "landing", None))


def ledger_of(options: argparse.Namespace) -> Any:
    """The ledger of the command's home."""
    from ..intake.ledger.ledger import Ledger

    return Ledger(settings_of(options).ledger)


def print_json(value: Any) -> None:
    """Prints a value for machines."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    print()


def complain(options: argparse.Namespace, message: str, code: int) -> int:
    """Says what went wrong, to people and, if asked for, to machines; returns ``code``."""
    if getattr(options, "json", False):
        print_json({"error": message})
    print(f"totalplace: {message}", file=sys.stderr)
    return code
