"""What every verb of the command line shares: exit codes, usage errors, JSON, settings."""

from __future__ import annotations

import argparse
import json
import sys
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..intake.ledger.ledger import Ledger
    from ..settings import Settings


class ExitCode(IntEnum):
    """What a verb's exit code says. They are part of the public interface."""

    DONE = 0
    REFUSED = 1  # the file is refused, nothing was published, or something is at fault
    USAGE = 2
    GAPS = 3  # published, but something was refused, unknown or is overdue


class UsageError(Exception):
    """The command cannot be carried out as given; the message says what to do instead."""


def settings_of(options: argparse.Namespace) -> Settings:
    """The settings a command runs with. Raises ``UsageError`` if one cannot be as it is given."""
    from ..settings import SettingError, Settings

    try:
        return Settings.from_environment(options.home, getattr(options, "landing", None))
    except SettingError as error:
        raise UsageError(str(error)) from None


def collecting_settings(options: argparse.Namespace) -> Settings:
    """The settings of a command that collects. Raises ``UsageError`` also if a landing folder was
    named that is not there, such as one of a disk that is not mounted: it would seem empty."""
    settings = settings_of(options)
    named = settings.landing != settings.home / "landing"
    if named and not settings.landing.is_dir():
        raise UsageError(
            f"There is no folder {settings.landing}. Partners' files are collected from the folder "
            "that --landing or TOTALPLACE_LANDING names, or from landing in the home."
        )
    return settings


def ledger_of(options: argparse.Namespace) -> Ledger:
    """The ledger of the command's home."""
    from ..intake.ledger.ledger import Ledger

    return Ledger(settings_of(options).ledger)


def print_json(value: object) -> None:
    """Prints a value for machines."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    print()


def report_error(options: argparse.Namespace, message: str, code: ExitCode) -> ExitCode:
    """Says what went wrong, to people and, if asked for, to machines; returns ``code``."""
    if getattr(options, "json", False):
        print_json({"error": message})
    print(f"totalplace: {message}", file=sys.stderr)
    return code
