"""What a person decided about lines of which no rule can say what they are for.

Here belongs the record of decisions, one a line, only ever added to. Which lines a decision is
about, and that it comes after every rule, is decided in the models (``int_spend_parts``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator

from .base import Strict
from .load import ContractError, ContractProblem

Theme = Literal["drug_alcohol", "public_access", "other", "unclassified"]
Said = Annotated[str, Field(min_length=1)]
# The columns of the input table, in the order of ``Decision``.
COLUMNS = [
    ("decision_no", "BIGINT"),
    ("decided_on", "DATE"),
    ("decided_by", "VARCHAR"),
    ("pattern_id", "VARCHAR"),
    ("partner_id", "VARCHAR"),
    ("department", "VARCHAR"),
    ("area", "VARCHAR"),
    ("account", "VARCHAR"),
    ("theme", "VARCHAR"),
    ("reason", "VARCHAR"),
]


class Decision(Strict):
    """One decision: when (UTC), by whom, about which pattern of labels of a body, what its lines
    are for (``unclassified`` takes an earlier decision back), and why."""

    decided_on: date
    decided_by: Said
    pattern_id: Annotated[str, Field(pattern=r"^U-[0-9a-f]{8}$")]
    body_id: Said
    department: Said
    area: Said
    account: Said
    theme: Theme
    reason: Said

    @field_validator("decided_by", "reason", mode="before")
    @classmethod
    def _on_one_line(cls, value: object) -> object:
        return " ".join(value.split()) if isinstance(value, str) else value


def today() -> date:
    """The day on which a decision that is made now is dated."""
    return datetime.now(UTC).date()


def add_decision(file: Path, decision: Decision) -> None:
    """Writes a decision durably, after all that are there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as out:
        out.write(decision.model_dump_json().encode() + b"\n")
        out.flush()
        os.fsync(out.fileno())


def decisions(file: Path) -> list[Decision]:
    """Every decision, the oldest first; ``ContractError`` with the line that cannot be read."""
    return [decision for _, decision in _numbered(file)]


def decision_rows(file: Path) -> list[tuple[object, ...]]:
    """The rows of the input table: every decision with its number."""
    return [(number, *d.model_dump().values()) for number, d in _numbered(file)]


def _numbered(file: Path) -> Iterator[tuple[int, Decision]]:
    if not file.is_file():
        return
    # A line that a power cut left half has no end, and was not confirmed to anybody.
    for number, line in enumerate(file.read_bytes().split(b"\n")[:-1], 1):
        try:
            yield number, Decision.model_validate(json.loads(line))
        except (ValueError, ValidationError) as error:
            said = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
            raise ContractError([ContractProblem(file.name, number, "", said)]) from None
