"""Why a run did not finish, in words: in which step, what it means, where all of it stands."""

from __future__ import annotations

import re
import traceback
from typing import TYPE_CHECKING

from ..display import without_cells
from ..settings import Settings

if TYPE_CHECKING:
    import dagster as dg

_STEPS = {
    "raw__in_force": "writing down what is in force",
    "models": "combining with dbt",
    "simulation": "simulating whether the target is reached",
    "raw_expectations": "holding the lines against the expectations",
    "published__release": "auditing and publishing",
    "landing__unclaimed": "collecting what lies in folders of nobody",
}
# What an engine's error means for the person who runs the program, by its words.
_MEANS = (
    (r"out of memory|cannot allocate memory", "there was too little memory"),
    (r"no space left|disk quota", "the disk is full"),
    (
        r"could not set lock|conflicting lock|database is locked",
        "another program has a file of this home open: close it, then run again",
    ),
    (
        r"permission denied|read-only file system|operation not permitted",
        "a file or folder of this home may not be written: `totalplace doctor` says which",
    ),
    (
        r"no files found|no such file|cannot open file|does not exist",
        "something that this home should hold is not there: `totalplace doctor` looks at it",
    ),
    (
        r"magic bytes|corrupt|not a valid duckdb|malformed|checksum|too small to be a parquet",
        "a file of this home is damaged: `totalplace doctor` says which",
    ),
)
_OURS = "it is a fault of the program or of its installation, of no partner's file"


def meaning(message: str) -> str:
    """What an error means, in words."""
    found = (words for pattern, words in _MEANS if re.search(pattern, message, re.IGNORECASE))
    return next(found, _OURS)


def failure_of(settings: Settings, result: dg.ExecuteInProcessResult) -> str:
    """What failed, in one line a step without the cell values an error may quote; the whole of it
    is in ``failure.log``, which is private to the build."""
    reasons, whole = [], []
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            cause = error.cause or error if error else None
            whole.append(f"{event.step_key}\n{error.to_string() if error else 'unknown'}")
            name = str(cause.cls_name) if cause else ""
            reasons.append(
                _of_step(str(event.step_key), name, str(cause.message) if cause else "?")
            )
    if not reasons:
        return "a check that guards the release did not pass"
    return _said(settings, "; ".join(reasons), "\n\n".join(whole))


def unexpected(settings: Settings, error: Exception, during: str) -> str:
    """The same for an error outside every step."""
    whole = "".join(traceback.format_exception(error))
    said = without_cells(f"{type(error).__name__} {error}")
    return _said(settings, f"{during}: {meaning(str(error))} ({said})", whole)


def _of_step(key: str, name: str, message: str) -> str:
    said = without_cells(message)
    if name == "BuildError":  # it says already which model, and where its log is
        means = meaning(said)
        return f"{key}: {said}" + (f"; {means}" if means != _OURS else "")
    step = _STEPS.get(key) or f"collecting {key.replace('__', '/', 1)}"
    return f"{key}: while {step}: {meaning(said)} ({said})"


def _said(settings: Settings, reason: str, whole: str) -> str:
    log = settings.warehouse / "failure.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(whole, encoding="utf-8")
    return f"{reason} (in full: {log}){_advice(settings, reason)}"


def _advice(settings: Settings, reason: str) -> str:
    """What helps where the machine was too small."""
    if "Out of Memory" in reason:
        return f". Give it more memory: TOTALPLACE_MEMORY=4GB (it was {settings.memory_limit})"
    if "No space left" in reason:
        return f". Free some of the disk of {settings.home}, then run again"
    return ""
