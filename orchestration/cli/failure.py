"""Why a run did not finish, in words: in which step, what it means, where all of it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..display import without_cells
from ..settings import Settings
from ..trouble import OURS, logged, meaning

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
    return logged(settings, "; ".join(reasons), "\n\n".join(whole))


def _of_step(key: str, name: str, message: str) -> str:
    said = without_cells(message)
    if name == "BuildError":  # it says already which model, and where its log is
        means = meaning(said)
        return f"{key}: {said}" + (f"; {means}" if means != OURS else "")
    step = _STEPS.get(key) or f"collecting {key.replace('__', '/', 1)}"
    return f"{key}: while {step}: {meaning(said)} ({said})"
