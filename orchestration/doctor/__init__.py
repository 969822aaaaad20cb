"""``totalplace doctor``: is the installation sound, and is the home? It mends nothing itself.

Each check is one function that yields what it found in plain words; a check that breaks is a
fault of its own and never stops the others. Versions are read, packages are not imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from ..settings import Settings
from . import home, installation
from .checked import Checked, CheckResult

__all__ = ["Checked", "as_json", "as_text", "examine", "is_healthy"]

_CHECKS: tuple[tuple[str, Callable[[Settings], Iterator[CheckResult]]], ...] = (
    ("Python", installation.python),
    ("Packages", installation.packages),
    ("Contracts", installation.contracts),
    ("Opening files", installation.child),
    ("Home", home.home),
    ("Disk", home.disk),
    ("Landing", home.landing),
    ("Ledger", home.ledger),
    ("In force", home.in_force),
    ("Kept files", home.kept_files),
    ("Runs", home.runs),
    ("Release", home.release),
    ("Clock", home.clock),
)


def examine(settings: Settings) -> list[Checked]:
    """Everything that was checked, in order. Nothing is changed."""
    found: list[Checked] = []
    for name, check in _CHECKS:
        try:
            found += [Checked(name, *result) for result in check(settings)]
        except Exception as error:
            message = f"This check could not be carried out: {type(error).__name__}: {error}"
            found.append(Checked(name, "FAULT", message, "Report this with the text above."))
    return found


def as_json(found: Sequence[Checked]) -> dict[str, Any]:
    """The answer for machines."""
    return {"healthy": is_healthy(found), "checks": [asdict(c) for c in found]}


def as_text(found: Sequence[Checked]) -> str:
    """One line a check, and under what is not well how to put it right."""
    lines = []
    for checked in found:
        lines.append(f"{checked.level:<8} {checked.name}: {checked.message}")
        if checked.fix:
            lines.append(f"{'':<8} To fix: {checked.fix}")
    faults = sum(c.level == "FAULT" for c in found)
    warnings = sum(c.level == "WARNING" for c in found)
    lines += ["", f"{len(found)} checks: {faults} at fault, {warnings} with a warning."]
    return "\n".join(lines)


def is_healthy(found: Sequence[Checked]) -> bool:
    """Whether nothing is at fault; warnings are no faults."""
    return not any(c.level == "FAULT" for c in found)
