"""What every model of a contract or of the place is made of: strict keys and shared types."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
)

from .periods import of_year

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,62}$")]
Grade = Literal["sure", "likely", "review"]


def _cash_or_year(value: str) -> str:
    if value != "cash":
        try:
            of_year(value)
        except ValueError:
            raise ValueError(f"'{value}' is not a financial year: write cash, or 2008-09") from None
    return value


# Whether amounts are without VAT, with it, or with only what the body cannot recover.
Vat = Literal["excluded", "included", "recoverable_excluded", "not_stated"]
# Amounts as they were paid, or at the prices of a financial year.
Prices = Annotated[str, AfterValidator(_cash_or_year)]
Theme = Literal["drug_alcohol", "public_access", "other"]
# A number is nine digits, or twelve where the last three are a branch.
VatNumber = Annotated[str, Field(pattern=r"^\d{9}(\d{3})?$")]
AreaCode = Annotated[str, Field(pattern=r"^[EWSNK]\d{8}$")]


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


Texts = Annotated[list[str], BeforeValidator(_one_or_many)]


class Strict(BaseModel):
    """A part of a contract: unknown keys are refused, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Document(Strict):
    """A whole file, which remembers its text so that a later mistake can be reported by line."""

    called: ClassVar[str] = "a contract"
    begins: ClassVar[str] = "id, name, feeds, …"
    _file: Path | None = PrivateAttr(default=None)

    @property
    def file(self) -> Path | None:
        """The file it was loaded from."""
        return self._file
