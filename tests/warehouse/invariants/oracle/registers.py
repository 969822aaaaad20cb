"""Made-up registers of savings and the ledgers beside them, the same for the same seed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from tests.warehouse.invariants.oracle.facts import Row, after, year_of, year_start
from tests.warehouse.invariants.oracle.maker import BODIES
from tests.warehouse.world import World

PROGRAMMES = ["Customer First", "Joint Change Programme", "Organisational Efficiency", "Side Show"]
CLASSES = ["non_cash_releasing", "cost_avoidance", "income", "service_reduction", "one_off"]
# What a claim needs to be final, and what may be wrong with it.
SURE: Row = {
    "quality_before": "7", "quality_after": "8", "method": "agreed",
    "data_maturity": "will_not_change", "systems": "substantial",
}  # fmt: skip
UNSURE: dict[str, list[str | None]] = {
    "quality_before": [None], "quality_after": [None], "method": ["not_agreed", None],
    "data_maturity": ["may_change", "likely_to_change", None], "systems": ["partial", None],
}  # fmt: skip
# What makes a claim look better than it is, or what it is worth.
TRICKS: list[Row] = [
    {"status": "planned"}, {"status": "stopped"}, {"status": None},
    {"saving_class": "cost_avoidance"}, {"recurrent": False},
    {"quality_before": "90", "quality_after": "40"}, {"quality_before": "90%"},
    {"quality_before": "31", "quality_after": "35", "quality_aim": "lower_is_better"},
    {"quality_before": "31", "quality_after": "27", "quality_aim": "higher_is_better"},
    {"quality_after": "Good"}, {"baseline_pence": 3},
    {"start_date": date(2007, 9, 1)}, {"start_date": date(2016, 4, 1)},
    {"start_date": date(2008, 4, 1), "baseline_date": date(2008, 4, 1)},
]  # fmt: skip
ACCOUNTS = {"Drugs line": "drug_alcohol", "Desk line": "public_access", "Roads line": "other"}
SUPPLIERS = ["Ambrose Paper Ltd", "Kestrel Freight plc", "Kestrel Freight (North) plc", "Larkspur"]
# Labels that no rule of classification knows; a scope names them, a ledger writes the same.
DEPARTMENTS = ["Upper House", "Lower House"]
AREAS = ["North Wing", "South Wing"]


@dataclass
class Registers:
    """One place in the making."""

    random: Random
    world: World
    group: list[str]
    outside: list[str]
    years: list[str]
    scale: int
    rows: dict[tuple[str, str], list[Row]] = field(default_factory=lambda: defaultdict(list))
    scopes: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def money(self) -> int:
        return self.random.randint(1, self.scale)

    def written(self, label: str) -> str:
        """A label as somebody else would write it."""
        return self.random.choice([label, label, label.upper(), f" {label.replace(' ', '  ')} "])


def make_registers(seed: int, home: Path) -> World:
    """The world of a seed."""
    random = Random(seed)
    bodies = random.sample(sorted(BODIES), 5)
    first = random.choice([2006, 2007, 2008, 2009, 2010, 2014])
    count = random.randint(2, 4)
    made = Registers(
        random, World(home), sorted(bodies[:count]), bodies[4:] if random.random() < 0.2 else [],
        [year_of(date(first + i, 4, 1)) for i in range(random.randint(3, 6))],
        random.choice([7, 1000, 50_000_000, 50_000_000, 10**12]),
    )  # fmt: skip
    _people(made)
    for number in range(random.randint(1, 9)):
        _initiative(made, f"IN-{number}")
    _told_again(made, Random(f"again {seed}"))
    _doctored(made, Random(f"doctored {seed}"))
    for body in [*made.group, *made.outside]:
        for year in made.years:
            _register(made, body, year)
            _ledger(made, body, year)
    _set_aside(made, Random(f"aside {seed}"))
    _spend_set_aside(made, Random(f"spend aside {seed}"))
    _answers(made, Random(f"answers {seed}"))
    return made.world


def _people(made: Registers) -> None:
    world = made.world
    for body in [*made.group, *made.outside]:
        name, kind = BODIES[body]
        world.partner(body, in_place=body in made.group, name=name, kind=kind)
        world.department(body, "Works", scope="capital")
        world.inputs["code_map"] += [
            {
                "partner_id": body, "rule_id": f"{account[:3].upper()}-0", "theme": theme,
                "service_code": None, "share": Decimal(1), "grade": "sure", "account": account,
                "source": "The body's own statement",
            }
            for account, theme in ACCOUNTS.items()
        ]  # fmt: skip
    world.complete()


def _initiative(made: Registers, initiative: str) -> None:
    """An initiative's facts, the years it is in the registers, and what each body reports."""
    random = made.random
    everybody = [*made.group, *made.outside]
    sharers = random.sample(everybody, random.choice([1, 1, 2, min(3, len(everybody))]))
    lead = sharers[0] if made.chance(0.9) else random.choice(everybody)
    start_year = random.choice(made.years[:3])
    start = _start(made, start_year)
    kind = "cash_releasing" if made.chance(0.75) else random.choice(CLASSES)
    facts: Row = {
        "initiative": f"The {initiative} change", "initiative_id": initiative,
        "programme": random.choice(PROGRAMMES), "saving_class": kind,
        "recurrent": made.chance(0.9), "start_date": start if made.chance(0.95) else None,
        "baseline_pence": made.money() * 5 if made.chance(0.9) else None,
        "baseline_date": start - timedelta(days=random.choice([1, 30, 200, 200]))
        if made.chance(0.9) else None,
        "baseline_version": 1, "status": random.choice(["in_delivery", "delivered", "planned"]),
        **SURE, "assurance": random.choice(["preliminary", "interim", "final", "final"]),
    }  # fmt: skip
    if made.chance(0.04):
        facts["baseline_date"] = start + timedelta(days=random.choice([0, 20]))
    for _ in range(random.choice([0, 0, 1, 1, 2])):
        name = random.choice(sorted(UNSURE))
        facts[name] = random.choice(UNSURE[name])
    if made.chance(0.3):
        facts["milestone_due"] = start + timedelta(days=random.randrange(900))
        facts["milestone_done"] = start + timedelta(days=400) if made.chance(0.4) else None
    scopes = {body: _scope(made, body) for body in sharers}
    shares = _shares(made, sharers)
    lapses = random.choice([None] * 7 + [1, 2, 3])
    begun = made.years.index(start_year) + (1 if made.chance(0.15) else 0)
    for offset, year in enumerate(made.years[begun:]):
        if offset == lapses and made.chance(0.5):
            break
        claim, cost = made.money(), made.money() // 6
        one_off = made.money() if offset == 0 and made.chance(0.5) else 0
        figures: Row = {
            "plan_pence": claim, "forecast_pence": claim, "actual_pence": claim,
            "ongoing_cost_pence": cost if made.chance(0.5) else None,
            "one_off_cost_pence": one_off or None,
        }  # fmt: skip
        if offset == lapses:
            figures["actual_pence"] = random.choice([0, None, -claim, 1])
            figures["ongoing_cost_pence"] = 1
        for body in sharers:
            if offset and made.chance(0.03):
                continue  # this body forgot
            own = {
                **facts, **scopes[body], **_own_view(made, figures), "financial_year": year,
                "partner_share": shares[body], "lead": _lead_name(made, lead),
            }  # fmt: skip
            made.rows[body, year].append(own)


def _told_again(made: Registers, random: Random) -> None:
    """What another body has in its register under another reference, much or quite the same."""
    # Only in registers that have a row: what is made up after it stays as it was.
    for (body, year), told in sorted(made.rows.items()):
        others = [b for b in made.group if b != body and made.rows.get((b, year))]
        if not others or random.random() < 0.7:
            continue
        row = random.choice(told)
        name = str(row["initiative"])
        again: Row = {
            "initiative_id": f"X-{body}-{row['initiative_id']}",
            "initiative": random.choice(
                [name.upper(), f"Our change: {name.removesuffix(' change')}", "Another change"]
            ),
        }
        if random.random() < 0.4:
            again["baseline_pence"] = 7
        if random.random() < 0.3:
            again["programme"] = random.choice(PROGRAMMES)
        made.rows[random.choice(others), year].append({**row, **again})


def _doctored(made: Registers, random: Random) -> None:
    """What a register does that wants to look good, here and there."""
    for (body, year), told in sorted(made.rows.items()):
        for row in [*told]:
            if random.random() < 0.1:
                row |= random.choice(TRICKS)
            if random.random() < 0.05 and row.get("actual_pence"):
                row["actual_pence"] = int(str(row["actual_pence"])) // 9
            if random.random() < 0.06:
                row["price_base"] = random.choice(
                    [year, after(year, -3), year.replace("-", "/"), "Cash", "2061-62", "real"]
                )
            if random.random() < 0.08:
                again: Row = {"initiative_id": f"Y-{row['initiative_id']}"}
                again["initiative"] = random.choice([str(row["initiative"]).upper(), "Other name"])
                made.rows[body, year].append({**row, **again})


def _set_aside(made: Registers, random: Random) -> None:
    """The references of rows that were set aside, where they can be read."""
    for submission in made.world.inputs["submissions"]:
        if submission["feed"] == "savings" and submission["rows_set_aside"]:
            reference = random.choice([None, f"IN-{random.randint(0, 4)}", "IN-99"])
            made.world.inputs["set_aside"].append(
                {
                    "submission_id": submission["submission_id"], "source_row": 99,
                    "codes": "TP-120", "initiative_id": reference,
                }
            )  # fmt: skip


def _answers(made: Registers, random: Random) -> None:
    """Questions about what looks the same, now and then answered."""
    for submission in made.world.inputs["submissions"]:
        if submission["feed"] == "savings" and random.random() < 0.3:
            said = random.choice([None, "They are two savings"])
            made.world.inputs["findings"].append(
                {
                    "submission_id": submission["submission_id"],
                    "code": random.choice(["TP-379", "TP-334"]), "explanation": said,
                }
            )  # fmt: skip


def _own_view(made: Registers, figures: Row) -> Row:
    """The year's figures as one body reports them: now and then not as the others do."""
    own = {**figures}
    if made.chance(0.06):
        own["actual_pence"] = made.money()
    if made.chance(0.1):  # and sees the whole in its own way
        own |= {"programme": made.random.choice(PROGRAMMES), "recurrent": made.chance(0.5)}
    return own


def _lead_name(made: Registers, lead: str) -> str:
    name = BODIES[lead][0]
    return made.random.choice([name, name.upper(), f"The {name}"])


def _start(made: Registers, year: str) -> date:
    """The day a saving starts: mostly the first of a month, sometimes late in the year."""
    begin = year_start(year)
    month = made.random.choice([0, 0, 0, 1, 6, 6, 10, 11])
    day = date(begin.year + (3 + month) // 12, (3 + month) % 12 + 1, 1)
    return day + timedelta(days=made.random.choice([0, 0, 0, 14]))


def _shares(made: Registers, sharers: list[str]) -> dict[str, Decimal]:
    """Shares to eight places that add up to 1, or nearly, or not."""
    if len(sharers) == 3 and made.chance(0.3):
        third = Decimal("0.33333333")
        return dict.fromkeys(sharers, third)  # a hundred-millionth short: still 1
    cuts = sorted(made.random.randint(1, 10**8 - 1) for _ in sharers[1:])
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, 10**8], strict=True)]
    if made.chance(0.08):
        parts[0] = max(1, parts[0] - made.random.choice([2, 10**6]))
    return {body: Decimal(part) / 10**8 for body, part in zip(sharers, parts, strict=True)}


def _scope(made: Registers, body: str) -> Row:
    """What a body says its ledger shows the saving under; often much what it said before."""
    if made.chance(0.25):
        return {}
    before = made.scopes[body]
    if before and made.chance(0.3):
        again = dict(made.random.choice(before))
        if len(again) > 1 and made.chance(0.5):
            del again[made.random.choice(sorted(again))]
        return again
    choices = {
        "scope_department": DEPARTMENTS, "scope_area": AREAS, "scope_account": list(ACCOUNTS),
        "scope_supplier": ["Kestrel Freight", "AMBROSE PAPER"],
    }  # fmt: skip
    named = made.random.sample(sorted(choices), made.random.choice([1, 1, 2]))
    scope: Row = {name: made.written(made.random.choice(choices[name])) for name in named}
    before.append(scope)
    return scope


def _spend_set_aside(made: Registers, random: Random) -> None:
    """Some ledgers had rows that no line was made of."""
    for submission in made.world.inputs["submissions"]:
        if submission["feed"] == "spend" and random.random() < 0.2:
            submission["rows_set_aside"] = random.randint(1, 9)


def _register(made: Registers, body: str, year: str) -> None:
    """Hand in a body's register: mostly in force, sometimes missing or no longer counting."""
    made.world.expect(body, "savings", year, {year: "financial_year"})
    rows = made.rows[body, year]
    if made.chance(0.06) or (not rows and made.chance(0.5)):
        return
    facts: Row = {}
    if made.chance(0.05):
        facts["in_force"] = False
    if made.chance(0.15):
        facts["rows_set_aside"] = 1
    if made.chance(0.03):
        facts["coverage"] = "sample"
    made.world.submit(body, year, rows, feed="savings", cadence="financial_year", **facts)


def _ledger(made: Registers, body: str, year: str) -> None:
    """A body's spend of a year; the years before the first are needed for a base."""
    for shown in [after(year, -1), year] if year == made.years[0] else [year]:
        rows: list[Row] = []
        for _ in range(made.random.randint(0, 14)):
            pence = made.money() * 3
            rows.append(
                {
                    "line_date": year_start(shown) + timedelta(days=made.random.randrange(365)),
                    "amount_pence": -pence if made.chance(0.05) else pence,
                    "department": made.random.choice([*map(made.written, DEPARTMENTS), "Works"]),
                    "area": made.random.choice([*map(made.written, AREAS), None]),
                    "account": made.random.choice([*ACCOUNTS, "General line"]),
                    "supplier_name": made.random.choice([*SUPPLIERS, SUPPLIERS[0].upper(), None]),
                }
            )  # fmt: skip
        if rows and made.chance(0.05):
            income = -made.money()
            rows.append(
                {**rows[0], "amount_pence": income, "direction": "income", "supplier_name": None}
            )
        made.world.expect(body, "spend", shown, {shown: "financial_year"})
        if made.chance(0.95):
            made.world.submit(body, shown, rows, cadence="financial_year")
