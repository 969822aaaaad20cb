"""The register of public bodies: councils and health bodies of the country, by official names.

Facts only, the same for every place: name, kind, codes, life span and successors, each with its
source. Whom a place lists or has a contract of is its own and comes first (``place``). Short forms
and names cut off belong to no register: what they mean depends on who pays.

It has no primary care trusts (2001 to 2013): none of its sources holds them with codes and days,
and nothing is made up. Those of a place are listed by it or have a contract; a name of another one
means nobody, and ``v_unresolved_body`` lists it with its £.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import Field, field_validator

from .base import Identifier, Strict
from .csv_file import facts_in
from .load import ContractError, ContractProblem

Register = tuple["RegisteredBody", ...]


class RegisteredBody(Strict):
    """One row of the register."""

    body_id: Identifier
    name: str = Field(min_length=1)
    kind: str = Field(min_length=1)
    gss_code: str
    ods_code: str
    successors: tuple[Identifier, ...]
    valid_from: date | None
    valid_to: date | None
    source: str = Field(min_length=1)
    licence: str = Field(min_length=1)

    @field_validator("successors", mode="before")
    @classmethod
    def _split(cls, value: str) -> tuple[str, ...]:
        return tuple(filter(None, value.split(";")))

    @field_validator("valid_from", "valid_to", mode="before")
    @classmethod
    def _no_day(cls, value: str) -> str | None:
        return value or None

    @property
    def codes(self) -> dict[str, str]:
        """Its codes by register; those that it has."""
        both = {"gss": self.gss_code, "ods": self.ods_code}
        return {register: code for register, code in both.items() if code}


def load_register(path: Path) -> Register:
    """The register in ``path``; ``ContractError`` with the line of the first mistake."""
    try:
        return _load(path, path.stat().st_mtime_ns)
    except OSError as error:
        problem = ContractProblem(str(path), 0, "", f"cannot be read: {error.strerror}")
        raise ContractError([problem]) from None


@lru_cache(maxsize=4)
def _load(path: Path, changed_ns: int) -> Register:
    return tuple(facts_in(path, RegisteredBody))
