"""The two views of the place in the samples: what leaves the bodies, and what they brought in.

Both are counted here from the files, with the names that the story gives to its flows, and their
difference is counted a second time from what is planted: to the penny, year by year.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from orchestration.contracts.periods import from_file_name, parse_for
from orchestration.sample import generate
from orchestration.sample.lines import instalments
from orchestration.settings import CHECKOUT
from tests.unit.sample_files import PARTNERS, STORY, accepted, day, in_force

pytestmark = pytest.mark.long

IDS = {PARTNERS[p].name: p for p in STORY.partners}
# A payment to another body by what its ledger says: payer, year, account, area, name.
PAYEES = {
    (flow.payer, year, *(flow.ledger.labels_in(year).get(n, "") for n in NAMES)): flow
    for NAMES in [("account", "area", "supplier_name")]
    for flow in STORY.flows
    if flow.ledger
    for year in flow.annual
}


class Views:
    """Everything the two views need, in pence, counted from the files of a folder."""

    def __init__(self, folder: Path, *, faults: bool = True) -> None:
        self.spend: Counter[tuple[str, str]] = Counter()  # body, year
        self.files: Counter[tuple[str, str]] = Counter()  # body, file
        self.paid: Counter[tuple[str, str, str]] = Counter()  # year, payer, payee
        self.in_march: Counter[tuple[str, str, str]] = Counter()
        self.agreed_in: Counter[tuple[str, str, str]] = Counter()  # body, file, agreement
        self.told: Counter[tuple[str, str, str]] = Counter()  # as paid, told by the payee
        self.brought: Counter[tuple[str, str]] = Counter()  # body, year: from outside the bodies
        self.pool: Counter[tuple[str, str]] = Counter()  # host, year: contributions less drawings
        for partner, feed, path, period in in_force(folder, STORY.faults if faults else ()):
            year = period.financial_year
            for amount, line in accepted(path, feed):
                if feed == "spend":
                    self._spent(partner, year, path.name, amount, line)
                elif feed == "funding":
                    self._funded(partner, year, amount, line)

    def _spent(
        self, partner: str, year: str, name: str, amount: int, line: dict[str, object]
    ) -> None:
        self.spend[partner, year] += amount
        self.files[partner, name] += amount
        labels = (str(line.get(n, "")) for n in ("account", "area", "supplier_name"))
        if flow := PAYEES.get((partner, year, *labels)):
            self.paid[year, partner, flow.payee] += amount
            self.agreed_in[partner, name, flow.agreement] += amount
            when = day(line["line_date"])
            self.in_march[year, partner, flow.payee] += amount if when and when.month == 3 else 0

    def _funded(self, partner: str, year: str, amount: int, line: dict[str, object]) -> None:
        payer, payee = IDS.get(str(line["payer"])), IDS.get(str(line["payee"]))
        if payee != partner:
            return
        if line["pool_id"]:
            self.pool[partner, year] += -amount if payer == partner else amount
        if payer and payer != partner:
            self.told[year, payer, partner] += amount
        elif not line["pool_id"]:
            self.brought[partner, year] += amount

    def residual(self, year: str, payer: str, payee: str) -> int:
        """What the payer paid and the payee did not tell, in this year or the next."""
        paid, told = self.paid[year, payer, payee], self.told[year, payer, payee]
        return max(0, paid - told) - self.late(year, payer, payee)

    def late(self, year: str, payer: str, payee: str) -> int:
        """What was paid in March and is in the payee's return of the year after."""
        following = f"{int(year[:4]) + 1}-{int(year[:4]) % 100 + 2:02d}"
        paid, told = self.paid[year, payer, payee], self.told[year, payer, payee]
        more = self.told[following, payer, payee] - self.paid[following, payer, payee]
        return max(0, min(paid - told, more, self.in_march[year, payer, payee]))

    def shortfall(self, body: str, year: str) -> int:
        """Spend, with what its pool kept, less all that the body says it had to spend."""
        received = sum(p for (y, _, payee), p in self.told.items() if (y, payee) == (year, body))
        spent = self.spend[body, year] + self.pool[body, year]
        return spent - self.brought[body, year] - received

    def final_spend(self, year: str) -> int:
        """What leaves the bodies: payments between them that both sides tell are taken out."""
        gross = sum(pence for (_, y), pence in self.spend.items() if y == year)
        pairs = [key for key in self.paid if key[0] == year]
        return gross - sum(min(self.paid[k], self.told[k]) + self.late(*k) for k in pairs)

    def sources(self, year: str) -> int:
        """What the bodies brought in."""
        return sum(pence for (_, y), pence in self.brought.items() if y == year)


def without_faults(folder: Path, lines: int | None = None) -> Views:
    """The same story where every file is sent and right; flows still differ where they do."""
    told = yaml.load((CHECKOUT / "data" / "story.yml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    (folder / "story.yml").write_text(yaml.safe_dump(told | {"faults": []}), "utf-8")
    made = folder / "samples"
    generate(made, partners=PARTNERS, story=folder / "story.yml", lines=lines)
    return Views(made, faults=False)


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Views:
    folder = tmp_path_factory.mktemp("samples")
    generate(folder, partners=PARTNERS)
    return Views(folder)


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Views:
    return without_faults(tmp_path_factory.mktemp("right"))


def untold(views: Views, body: str, year: str) -> int:
    """What others paid a body and it never tells."""
    return sum(views.residual(year, p, body) for p in STORY.partners if p != body)


def test_every_body_has_what_it_spent_where_all_is_sent(right: Views) -> None:
    for year in STORY.years:
        for body in STORY.partners:
            assert right.shortfall(body, year) == untold(right, body, year), (body, year)


@pytest.mark.parametrize("wanted", [60, 700, 20_000])
def test_returns_follow_the_lines_of_a_sample_of_any_size(wanted: int, tmp_path: Path) -> None:
    few = without_faults(tmp_path, wanted)
    for year in STORY.years:
        for body in STORY.partners:
            assert few.shortfall(body, year) == untold(few, body, year), (body, year)


def test_the_first_year_agrees_and_the_second_but_for_the_flow_of_one_side(views: Views) -> None:
    assert views.final_spend("2007-08") == views.sources("2007-08")
    assert views.final_spend("2008-09") - views.sources("2008-09") == 150_000_00
    assert views.shortfall("leicestershire_county_council", "2008-09") == 150_000_00


def test_an_instalment_of_march_is_told_in_the_next_year(views: Views) -> None:
    late = {k: views.late(*k) for k in views.paid if views.late(*k)}
    assert late == {("2011-12", "nhs_leicester_city_pct", "leicester_city_council"): 275_833_33}


def test_the_pool_keeps_what_its_host_has_not_drawn(views: Views) -> None:
    host = "leicester_city_council"
    assert (views.pool[host, "2011-12"], views.pool[host, "2012-13"]) == (50_000_00, -20_000_00)
    assert {key for key, kept in views.pool.items() if kept} == {(host, y) for y in STORY.years[4:]}


def planted(views: Views, right: Views) -> dict[str, Counter[str]]:
    """By year, what each thing that is planted adds to final spend less sources."""
    found: dict[str, Counter[str]] = {year: Counter() for year in STORY.years}
    reported_by_payee = {f.agreement for f in STORY.flows if "payee" in f.reported_by}
    for fault in STORY.faults:
        cadence = PARTNERS[fault.partner].feeds[fault.feed].cadence
        year = parse_for(fault.period, cadence).financial_year
        if fault.kind == "rows_set_aside":
            key = (fault.partner, fault.files[0])
            found[year][fault.id] += views.files[key] - right.files[key]
        elif fault.kind in ("missing_column", "gap"):
            # Its lines are not counted, and payments in it that the payee tells are not taken out.
            feed = PARTNERS[fault.partner].feeds["spend"]
            name = next(
                name
                for body, name in right.files
                if body == fault.partner
                and (p := from_file_name(name, feed.period_in_file_name, feed.cadence))
                and p.label == fault.period
            )
            assert (fault.partner, name) not in views.files
            kept = sum(
                pence
                for (p, n, agreement), pence in right.agreed_in.items()
                if (p, n) == (fault.partner, name) and agreement in reported_by_payee
            )
            found[year][fault.id] += kept - right.files[fault.partner, name]
        elif fault.kind == "flow_differs":
            flow = next(f for f in STORY.flows if f.agreement in fault.expect)
            found[year][fault.id] -= flow.payee_differs[year] * 100
        elif fault.kind == "flow_reported_by_one_side":
            flow = next(f for f in STORY.flows if f.agreement in fault.expect)
            for one, pounds in flow.annual.items():
                found[one][fault.id] += pounds * 100
        elif fault.kind == "timing_difference":
            flow = next(f for f in STORY.flows if f.agreement in fault.expect)
            last = instalments(flow.annual[year], 12)[-1]
            found[year][fault.id] -= last
            found[STORY.years[STORY.years.index(year) + 1]][fault.id] += last
    drawn = [c for cast in STORY.partners.values() for c in cast.spend.commitments if c.pool]
    for year in STORY.years:
        given = sum(f.annual.get(year, 0) for f in STORY.flows if f.pool)
        found[year]["pool"] += (sum(c.annual.get(year, 0) for c in drawn) - given) * 100
    return {year: Counter({k: v for k, v in c.items() if v}) for year, c in found.items()}


def test_the_views_differ_by_what_is_planted_to_the_penny(views: Views, right: Views) -> None:
    why = planted(views, right)
    assert sorted(STORY.reconciliation) == STORY.years
    for year, told in STORY.reconciliation.items():
        assert {c.cause: c.pence for c in told.why} == why[year], year
        assert told.final_spend_pence == views.final_spend(year), year
        assert told.sources_pence == views.sources(year), year
        assert told.difference_pence == told.final_spend_pence - told.sources_pence
        assert told.difference_pence == sum(c.pence for c in told.why), year


def test_payees_are_written_in_ways_a_matcher_must_meet() -> None:
    names = {
        f.ledger.labels_in(y)["supplier_name"] for f in STORY.flows if f.ledger for y in f.annual
    }
    assert any(len(name) == 32 for name in names), "a name cut at 32 characters"
    assert any(name.isupper() for name in names) and any(name.istitle() for name in names)
    numbers = [ls for f in STORY.flows if f.ledger for ls in f.ledger.varied.values()]
    assert any("vat_no" in labels for labels in numbers)
