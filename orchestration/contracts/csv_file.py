"""Files of facts beside the contracts, a row each: read into a model, a mistake named by its line.

What a row is, and what must hold of all of them together, belongs with the facts (``register``,
``outlines``).
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from .load import ContractError, ContractProblem

Fact = TypeVar("Fact", bound=BaseModel)


def facts_in(path: Path, model: type[Fact]) -> list[Fact]:
    """The rows of a CSV file in UTF-8. Raises ``ContractError`` with line and column of the first
    that does not fit ``model``; ``OSError`` or ``UnicodeDecodeError`` if it cannot be read."""
    found = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            try:
                found.append(model.model_validate(row))
            except ValidationError as error:
                first = error.errors()[0]
                key = ".".join(map(str, first["loc"]))
                problem = ContractProblem(path.name, number, key, first["msg"])
                raise ContractError([problem]) from None
    return found
