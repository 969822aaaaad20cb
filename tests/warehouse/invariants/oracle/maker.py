"""One made-up place in the making: its cast, and how money, days and names come about."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tests.warehouse.invariants.oracle.facts import Row, after, year_start
from tests.warehouse.world import World

BODIES = {
    "northmere_council": ("Northmere City Council", "council"),
    "southvale_council": ("Southvale County Council", "council"),
    "northmere_pct": ("Northmere Primary Care Trust", "pct"),
    "vale_trust": ("Southvale and Northmere Partnership NHS Trust", "nhs_trust"),
    "mere_police": ("Mere Police Authority", "police"),
    "eastholm_council": ("Eastholm Borough Council", "council"),
    "eastholm_pct": ("Eastholm and Westholm Teaching Primary Care Trust", "pct"),
}
ALIASES = {
    "northmere_council": ["Northmere City C", "NCC (Northmere)"],
    "southvale_council": ["Southvale C.C.", "County Council of Southvale & District"],
    "northmere_pct": ["NHS Northmere"],
    "vale_trust": ["Vale Partnership Trust"],
}
# Public bodies that send nothing; the first two ended, each with one successor.
OTHERS: dict[str, Row] = {
    "old_agency": {"valid_to": date(2007, 9, 30), "successor_id": "later_agency"},
    "later_agency": {"valid_to": date(2009, 3, 31)},
    "department": {"name": "Department of Wellbeing"},
    "university_one": {"name": "Mere University Hospitals and Clinics NHS Trust"},
    "university_two": {"name": "Mere University Hospitals and Carers NHS Trust"},
    "fire": {"name": "Mere Fire and Rescue Service"},
}
PRIVATE = ["Ambrose Paper Ltd", "Kestrel Freight plc", "Larkspur Works LLP", "[none]"]
ACCOUNTS = {
    "Drugs line": [("drug_alcohol", "DA-TREATMENT", "1", "sure")],
    "Detox line": [("drug_alcohol", "DA-RESIDENTIAL", "1", "likely")],
    "Desk line": [("public_access", None, "1", "sure")],
    "Roads line": [("other", None, "1", "sure")],
    "Shared line": [
        ("drug_alcohol", "DA-PREVENTION", "0.3", "sure"),
        ("public_access", "PA-DIGITAL", "0.25", "likely"),
    ],
    "Thirds line": [
        ("drug_alcohol", None, "0.33333333", "sure"),
        ("public_access", None, "0.33333333", "sure"),
        ("other", None, "0.33333334", "sure"),
    ],
    "General line": [],
}
THEME_ACCOUNT = {"drug_alcohol": "Drugs line", "public_access": "Desk line", "other": "Roads line"}
SCOPES = {"Works": "capital", "Holding": "balance_sheet", "Rates": "collection_fund"}
FLOWS = ["s75", "s256", "grant", "pooled_treatment_budget", "recharge"]


@dataclass
class Maker:
    """One world in the making."""

    random: Random
    world: World
    group: list[str]
    outside: list[str]
    years: list[str]
    scale: int
    silent: bool  # a place without any source data
    spend: dict[tuple[str, str], list[Row]] = field(default_factory=lambda: defaultdict(list))
    reported: dict[tuple[str, str], list[Row]] = field(default_factory=lambda: defaultdict(list))

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def money(self) -> int:
        return self.random.randint(1, self.scale)

    def split(self, pence: int, at_most: int = 3) -> list[int]:
        """A sum in a few payments, sometimes with a credit and its correction among them."""
        cuts = sorted(self.random.randint(0, pence) for _ in range(self.random.randrange(at_most)))
        parts = [b - a for a, b in zip([0, *cuts], [*cuts, pence], strict=True)]
        if self.chance(0.2):
            credit = self.money()
            parts += [-credit, credit]
        return parts

    def day(self, year: str, where: str = "any") -> date | None:
        """A day of the year, or near its ends, or none."""
        start, end = year_start(year), year_start(after(year)) - timedelta(days=1)
        if where == "tail":
            return end - timedelta(days=self.random.randrange(33))
        if where == "head":
            return start + timedelta(days=self.random.randrange(33))
        if self.chance(0.1):
            return None
        return start + timedelta(days=self.random.randrange(365))

    def name(self, organisation: str, year: str) -> tuple[str | None, str | None]:
        """A name and VAT number under which somebody writes of a body."""
        names = [
            str(a["alias"])
            for a in self.world.inputs["organisation_aliases"]
            if (a["organisation_id"], a["kind"]) == (organisation, "name")
        ]
        name = self.random.choice(names)
        way = self.random.randrange(8)
        vat = next(
            (
                str(v["vat_no"])
                for v in self.world.inputs["organisation_vat"]
                if v["organisation_id"] == organisation
            ),
            None,
        )
        before = [
            o
            for o in self.world.inputs["organisations"]
            if o.get("successor_id") == organisation and str(o["valid_to"]) < str(year_start(year))
        ]
        if before and self.chance(0.5):
            return str(before[0]["name"]).upper(), None
        if way == 0:
            return f"  The {name.upper()}", None
        if way == 1:
            return f"{name} Limited", None
        if way == 2 and any(len(n) > 32 for n in names):
            return next(n for n in names if len(n) > 32).upper()[:32], None
        if vat and way == 3:
            return f"{name} Payments Team", f"GB {vat[:3]} {vat[3:7]} {vat[7:]}"
        if vat and way == 4:
            return self.random.choice([None, "REDACTED PERSONAL DATA"]), vat
        return name, None

    def bare_name(self, organisation: str, year: str) -> str:
        """A name that needs no VAT number beside it, or a code: returns have no number."""
        codes = [
            str(a["alias"])
            for a in self.world.inputs["organisation_aliases"]
            if (a["organisation_id"], a["kind"]) == (organisation, "code")
        ]
        if codes and self.chance(0.1):
            return codes[0]
        while True:
            name, vat = self.name(organisation, year)
            if name and vat is None:
                return name

    def pay(
        self, body: str, year: str, pence: int, payee: tuple[str | None, str | None], **facts: str
    ) -> None:
        """A line of the payer's file; ``when`` says near which end of the year."""
        when = facts.pop("when", "any")
        if self.chance(0.1):
            facts["department"] = self.random.choice(list(SCOPES))
        self.spend[body, year].append(
            {
                "line_date": self.day(year, when), "amount_pence": pence,
                "account": self.random.choice(list(ACCOUNTS)), "supplier_name": payee[0],
                "vat_no": payee[1], "department": "Services", **facts,
            }
        )  # fmt: skip

    def report(
        self, body: str, year: str, payer: str, payee: str, pence: int, **facts: str
    ) -> None:
        """A row of a body's funding return; the name of a body we know is written somehow."""
        if self.silent:
            return
        known = {str(o["organisation_id"]) for o in self.world.inputs["organisations"]}
        names = [self.bare_name(o, year) if o in known else o for o in (payer, payee)]
        row: Row = {
            "financial_year": year, "agreement_id": f"A{self.random.randrange(100)}",
            "flow": self.random.choice(FLOWS), "payer": names[0], "payee": names[1],
            "amount_pence": pence,
        }  # fmt: skip
        agreed = Random(f"{payer} {payee} {year} {self.scale}")
        if agreed.random() < 0.6:
            # Both sides write the same of it, and meet in one row.
            row |= {"agreement_id": f"S{agreed.randrange(100)}", "flow": agreed.choice(FLOWS)}
        row |= facts
        self.reported[body, year].append(row)
