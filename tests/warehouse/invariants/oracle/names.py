"""Who is meant (rule 3): from the master of organisations, never from a flag in the file.

A name, else a name cut off at 32 characters, else a VAT number that the name does not contradict.
Then the date decides: a body that ended before the year stands for its successor (rule 8).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache

from tests.warehouse.invariants.oracle.facts import Row, year_start

LEGAL_FORMS = ("ltd", "limited", "plc", "llp", "cic", "cio")
WITHHELD = re.compile(
    r"redacted|redaction|withheld|personal data|data protection|confidential|anonymous"
)


@cache
def folded(text: str | None) -> str:
    """Lower case, no accents, ``&`` as ``and``, everything that is no letter or digit a space."""
    plain = unicodedata.normalize("NFKD", text or "")
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    plain = plain.replace("&amp;", "&").split("&&")[0].replace("&", " and ")
    return " ".join(re.findall(r"[^\W_]+", plain))


@cache
def core(text: str | None) -> str:
    """The folded name without a leading article and a trailing legal form."""
    name = folded(text).removeprefix("the ")
    for form in LEGAL_FORMS:
        if name.endswith(f" {form}"):
            return name.removesuffix(f" {form}")
    return name


def squeezed(text: str) -> str:
    """For names cut off: case and runs of spaces do not tell two apart."""
    return " ".join(text.split()).lower()


class Master:
    """The master of organisations, partners among them."""

    def __init__(self, inputs: dict[str, list[Row]]) -> None:
        self.organisations = {str(o["organisation_id"]): o for o in inputs["organisations"]}
        self.aliases = [
            (str(a["alias"]), str(a["organisation_id"]))
            for a in inputs["organisation_aliases"]
            if a["kind"] == "name"
        ]
        # Official names of the register, which stand behind those of the place and in full only.
        self.registered = [
            (str(a["alias"]), str(a["organisation_id"]))
            for a in inputs["organisation_aliases"]
            if a["kind"] == "registered"
        ]
        self.codes = [
            (str(a["alias"]), str(a["organisation_id"]))
            for a in inputs["organisation_aliases"]
            if a["kind"] == "code"
        ]
        self.vat_numbers = [
            (str(v["vat_no"]), str(v["organisation_id"])) for v in inputs["organisation_vat"]
        ]
        self.known: dict[tuple[str | None, str | None, str], str | None] = {}

    def meant(self, name: str | None, vat: str | None, year: str) -> str | None:
        """The organisation that a name stands for in a financial year, or nobody we know."""
        if (name, vat, year) not in self.known:
            found = self._named(name) or self._cut_off(name) or self._by_vat(name, vat)
            self.known[name, vat, year] = found and self._successor(found, year_start(year))
        return self.known[name, vat, year]

    def party(self, name: str, year: str) -> str | None:
        """The same of a side of a flow, which may be written as the body's official code.

        In a ledger a code is the payer's own number for somebody.
        """
        found = _only({o for code, o in self.codes if core(code) == core(name)})
        if found:
            return self._successor(found, year_start(year))
        return self.meant(name, None, year)

    def _named(self, name: str | None) -> str | None:
        for aliases in (self.aliases, self.registered):
            if found := {o for alias, o in aliases if core(name) and core(alias) == core(name)}:
                return _only(found)
        return None

    def _cut_off(self, name: str | None) -> str | None:
        written = (name or "").strip()
        if len(written) != 32:
            return None
        return _only({o for a, o in self.aliases if squeezed(a)[:32] == squeezed(written)})

    def _by_vat(self, name: str | None, vat: str | None) -> str | None:
        digits = re.sub(r"\D", "", vat or "")
        owner = _only({o for number, o in self.vat_numbers if digits and number == digits})
        text = folded(name)
        if owner is None or not text or WITHHELD.search(text):
            return owner
        # A maintained school has its council's number: the name must say the council's too.
        own = [core(alias) for alias, o in self.aliases if o == owner]
        return owner if any(core(name).startswith(f"{alias} ") for alias in own) else None

    def _successor(self, organisation: str, start: date) -> str:
        for _ in range(2):
            facts = self.organisations[organisation]
            ended, successor = facts.get("valid_to"), facts.get("successor_id")
            if not isinstance(ended, date) or ended >= start or not successor:
                break
            organisation = str(successor)
        return organisation


def _only(found: set[str]) -> str | None:
    return next(iter(found)) if len(found) == 1 else None
