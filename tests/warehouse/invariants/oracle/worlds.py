"""Made-up places, the same for the same seed: who is in them, who paid whom, and who reported it.

Money moves first; then each side tells it in its own way, or late, or wrongly, or not at all.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from tests.warehouse.invariants.oracle.count import count
from tests.warehouse.invariants.oracle.facts import Row, after, year_of, year_start
from tests.warehouse.invariants.oracle.maker import (
    ACCOUNTS,
    ALIASES,
    BODIES,
    OTHERS,
    PRIVATE,
    SCOPES,
    THEME_ACCOUNT,
    Maker,
)
from tests.warehouse.world import World


def make(seed: int, home: Path) -> World:
    """The world of a seed."""
    random = Random(seed)
    bodies = random.sample(sorted(BODIES), len(BODIES))
    group = sorted(bodies[: random.randint(2, 5)])
    first = random.randint(2006, 2010)
    # Some years are past the last one that has an index of prices.
    first += 12 if Random(f"past {seed}").random() < 0.2 else 0
    maker = Maker(
        random=random,
        world=World(home),
        group=group,
        outside=sorted(set(bodies[5 : 5 + random.randint(0, 2)]) - set(group)),
        years=[year_of(date(first + i, 4, 1)) for i in range(random.randint(1, 3))],
        scale=random.choice([9, 300, 5_000_000, 5_000_000, 10**12]),
        silent=random.random() < 0.12,
    )
    people(maker)
    for year in maker.years:
        for payer in [*group, *maker.outside]:
            own_money(maker, payer, year)
            for payee in [*group, *maker.outside, *OTHERS]:
                if payee != payer and maker.chance(0.35 if payee in OTHERS else 0.6):
                    transfer(maker, payer, payee, year)
    if len(maker.years) == 3:
        between(maker, *random.sample(group, 2))
    for number in range(random.randint(0, 2)):
        pool(maker, f"POOL-{number}")
    balance(maker)
    return maker.world


def people(maker: Maker) -> None:
    """The bodies, what else there is, and what each body says its accounts mean."""
    world, random = maker.world, maker.random
    for number, body in enumerate([*maker.group, *maker.outside]):
        name, kind = BODIES[body]
        world.partner(
            body, in_place=body in maker.group, name=name, kind=kind, ods_code=f"X{number}Z"
        )
        world.inputs["partner_aliases"] += [
            {"partner_id": body, "alias": alias} for alias in ALIASES.get(body, [])
        ]
        world.inputs["organisation_vat"].append(
            {"organisation_id": body, "vat_no": f"{112233440 + number}"}
        )
        if body in maker.group and maker.chance(0.4):
            total = random.randint(2, 1_017_697)
            world.inputs["footprints"].append(
                {
                    "partner_id": body, "key_id": "people", "driver": "resident population",
                    "key_year": "2011", "vintage": "made up",
                    "inside_count": random.randint(1, total), "total_count": total,
                }
            )  # fmt: skip
        for match, scope in SCOPES.items():
            world.department(body, match, scope=scope)
        for account, shares in ACCOUNTS.items():
            world.inputs["code_map"] += [
                {
                    "partner_id": body, "rule_id": f"{account[:3].upper()}-{i}", "theme": theme,
                    "service_code": service, "share": Decimal(share), "grade": grade,
                    "account": account, "source": "The body's own statement",
                }
                for i, (theme, service, share, grade) in enumerate(shares)
            ]  # fmt: skip
    ends = {"later_agency": random.choice([*maker.group, "fire"])}
    for number, (organisation, facts) in enumerate(OTHERS.items()):
        more: Row = {"successor_id": ends[organisation]} if organisation in ends else {}
        world.organisation(organisation, vat=[f"{998877660 + number}"], **{**facts, **more})
    world.inputs["count_settings"].append(
        {
            "place_name": "Mere and Vale", "window_days": random.choice([31, 31, 10, 1]),
            "price_release": "HMT-2020-03", "price_base_year": "2008-09",
        }
    )  # fmt: skip
    world.complete()


def own_money(maker: Maker, body: str, year: str) -> None:
    """Own delivery, payments to the market, look-alikes of public bodies, money from outside."""
    for _ in range(maker.random.randint(0, 4)):
        supplier = maker.random.choice(PRIVATE)
        pence = maker.money() if maker.chance(0.85) else -maker.money()
        maker.pay(body, year, pence, (None if supplier == "[none]" else supplier, None))
    other = maker.random.choice(maker.group)
    vat = next(
        str(v["vat_no"])
        for v in maker.world.inputs["organisation_vat"]
        if v["organisation_id"] == other
    )
    if maker.chance(0.3):
        maker.pay(body, year, maker.money(), ("St Hilda Primary School", vat))
    if maker.chance(0.3):
        maker.pay(body, year, maker.money(), (f"{BODIES[other][0]} Pension Fund", None))
    if maker.chance(0.2):
        maker.pay(body, year, maker.money(), maker.name(body, year))
    if maker.chance(0.2):
        # The first 32 characters of two bodies: nobody can say which.
        maker.pay(body, year, maker.money(), ("Mere University Hospitals and Ca", None))
    for payer in maker.random.sample(["department", "The Unlisted Board", "Home Ministry"], 2):
        pence = maker.money()
        if maker.chance(0.5):
            maker.report(body, year, payer, body, pence, flow="grant")
        if maker.chance(0.3) and not maker.silent:
            name = maker.name(payer, year) if payer in OTHERS else (payer, None)
            maker.pay(body, year, -pence, name, direction="income")


def transfer(maker: Maker, payer: str, payee: str, year: str) -> None:
    """Money from one body to another, and what each side makes of it."""
    theme = maker.random.choice([*THEME_ACCOUNT, "unclassified"])
    pence = maker.money() if maker.chance(0.93) else -maker.money()
    off_ledger = maker.chance(0.12)
    late, early = maker.chance(0.2), maker.chance(0.2)
    if not off_ledger and maker.chance(0.93):
        for part in maker.split(abs(pence)):
            account = THEME_ACCOUNT.get(theme) if maker.chance(0.7) else None
            facts = {"account": account} if account else {}
            when = "tail" if late else "head" if early else "any"
            sign = -1 if pence < 0 else 1
            maker.pay(payer, year, sign * part, maker.name(payee, year), when=when, **facts)
    if off_ledger or maker.chance(0.3):
        maker.report(payer, year, payer, payee, pence)
    if payee in OTHERS or maker.chance(0.2):
        return
    received = pence if maker.chance(0.75) else maker.money()
    booked = after(year) if late else after(year, -1) if early else year
    if booked not in maker.years:
        booked = year
    parts = maker.split(received, 2) if received > 0 else [received]
    if maker.chance(0.25) and not maker.silent:
        for part in parts:
            maker.pay(payee, booked, -part, maker.name(payer, booked), direction="income")
    if maker.chance(0.8):
        for part in parts:
            said = maker.random.choice([theme, theme, "other", None])
            facts = {"theme": said} if said in THEME_ACCOUNT else {}
            maker.report(payee, booked, payer, payee, part, **facts)


def between(maker: Maker, payer: str, payee: str) -> None:
    """Paid on both sides of a year in which the payee tells of one payment only."""
    before, year, later = maker.years
    pence = maker.money()
    maker.pay(payer, before, pence, maker.name(payee, before), when="tail")
    maker.report(payee, year, payer, payee, pence)
    maker.pay(payer, later, pence, maker.name(payee, later), when="head")


def pool(maker: Maker, pool_id: str) -> None:
    """A pooled budget: its host, who pays in, and what is drawn."""
    host = maker.random.choice(maker.group)
    maker.world.inputs["pools"].append(
        {"pool_id": pool_id, "name": "A pooled budget", "host_id": host, "theme": "drug_alcohol"}
    )
    strangers = ["department", "The Unlisted Board"]
    funders = [b for b in [*maker.group, *maker.outside, *strangers] if b != host]
    for year in maker.years:
        for funder in maker.random.sample(funders, maker.random.randint(1, min(3, len(funders)))):
            pence = maker.money()
            facts = {"flow": "s75", "pool_id": pool_id, "theme": "drug_alcohol"}
            if funder not in strangers:
                if maker.chance(0.8):
                    where = maker.name(host, year)
                    maker.pay(funder, year, pence, where, account="Drugs line")
                if maker.chance(0.4):
                    maker.report(funder, year, funder, host, pence, **facts)
            if maker.chance(0.8):
                reported = pence if maker.chance(0.8) else maker.money()
                maker.report(host, year, funder, host, reported, **facts)
            if maker.chance(0.1):
                # Hearsay: a body that neither paid nor got it.
                maker.report(maker.random.choice(maker.group), year, funder, host, pence, **facts)
        if maker.chance(0.3):
            own = {"flow": "own_resources", "pool_id": pool_id, "theme": "drug_alcohol"}
            maker.report(host, year, host, host, maker.money(), **own)
        for _ in range(maker.random.randint(0, 2)):
            payee = maker.random.choice([host, "Larkspur Works LLP", *maker.group])
            drawn = {"flow": "s75", "pool_id": pool_id, "theme": "drug_alcohol"}
            maker.report(host, year, host, payee, maker.money(), **drawn)


def balance(maker: Maker) -> None:
    """Hand everything in; then most bodies report what own money stands behind their spend."""
    for (body, year), rows in maker.spend.items():
        submit_spend(maker, body, year, rows)
    for (body, year), rows in maker.reported.items():
        maker.world.submit(body, year, rows, feed="funding", cadence="financial_year")
    promise(maker)
    if maker.silent:
        return
    honest = maker.chance(0.6)
    bodies = count(maker.world.inputs, maker.world.lines).bodies
    for (year, body), found in sorted(bodies.items()):
        if not found.has_spend or not maker.chance(0.95 if honest else 0.5):
            continue
        own = found.shortfall if maker.chance(0.9 if honest else 0.5) else maker.money()
        if maker.chance(0.3):
            own -= found.unmatched_to_it
        name = BODIES[body][0]
        row: Row = {
            "financial_year": year, "agreement_id": "OWN", "flow": "own_resources",
            "payer": name, "payee": name.upper(), "amount_pence": own,
        }  # fmt: skip
        path = f"funding/partner_id={body}/period={year}"
        there = maker.world.lines.get(path)
        if there:
            number = max(int(str(r["source_row"])) for r in there) + 1
            there.append({**there[-1], "theme": None, "pool_id": None, "source_row": number, **row})
        else:
            maker.world.submit(body, year, [row], feed="funding", cadence="financial_year")


def submit_spend(maker: Maker, body: str, year: str, rows: list[Row]) -> None:
    """A body's lines of a year in one file or twelve, and sometimes one that no longer counts."""
    basis: Row = maker.random.choice(
        [
            {"basis": "ledger", "accounting": "accruals"},
            {"basis": "payments_over_500", "accounting": "cash"},
        ]
    )
    steady = Random(f"steady {maker.group} {maker.scale}").random() < 0.6
    if steady:
        basis = {"basis": "ledger", "accounting": "accruals"}
    basis |= amounts_are(maker, body, year)
    if maker.chance(0.15):
        junk = [{"amount_pence": 10**9, "account": "Drugs line"}]
        cadence = "financial_year"
        maker.world.submit(body, year, junk, cadence=cadence, in_force=False, **basis)
    if maker.chance(0.5):
        maker.world.submit(body, year, rows, cadence="financial_year", **basis)
        return
    months: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        day = row["line_date"]
        filed = day if isinstance(day, date) else year_start(year)
        months[f"{filed:%Y-%m}"].append(row)
        if maker.chance(0.03):
            row["line_date"] = filed - timedelta(days=40)
    for month, lines in sorted(months.items()):
        mixed: Row = {**basis, **amounts_are(maker, body, month)}
        if maker.chance(0.1) and not steady:
            mixed |= {"basis": "payments_over_25k", "accounting": "cash"}
        maker.world.submit(body, month, lines, **mixed)


def amounts_are(maker: Maker, body: str, period: str) -> Row:
    """The prices and VAT of a file's amounts: in most places all alike, in others of any kind."""
    random = Random(f"{maker.scale} {maker.group} {body} {period}")
    like = Random(f"{maker.scale} {maker.group}").random() < 0.6
    return {
        "price_basis": "cash" if like or random.random() < 0.8 else "2008-09",
        "vat_basis": "excluded" if like else random.choice(["excluded", "included", "not_stated"]),
    }


def promise(maker: Maker) -> None:
    """What bodies were to deliver: in most worlds just what they did."""
    late = maker.chance(0.2)
    for submission in maker.world.inputs["submissions"]:
        if late and maker.chance(0.05):
            submission["rows_set_aside"] = 1
        if late and Random(str(submission)).random() < 0.1:
            submission["coverage"] = "sample"
        if submission["in_force"] and maker.chance(0.9):
            body, year = str(submission["partner_id"]), year_of_submission(submission)
            kind = str(submission["period_kind"])
            period = {str(submission["period"]): "month" if kind == "month" else "financial_year"}
            asked_for = Random(f"{body} {year} {maker.scale}").random() < 0.8
            feed = str(submission["feed"])
            maker.world.expect(body, feed, year, period, asked_for=asked_for)
    if late:
        body, year = maker.random.choice(maker.group), maker.random.choice(maker.years)
        maker.world.expect(body, "spend", year, {f"{year}-Q4": "quarter"})


def year_of_submission(submission: Row) -> str:
    start = submission["period_start"]
    assert isinstance(start, date)
    return year_of(start)
