"""The synthetic samples: same seed, same bytes; exact sizes; what the story promises is there.

Files are read with Python's csv module, openpyxl and exact decimals, never with our intake.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from orchestration.contracts.periods import from_file_name, in_year, of_year, parse_for
from orchestration.sample import generate
from orchestration.settings import CHECKOUT
from tests.unit.sample_files import PARTNERS, STORY, accepted, day, in_force, lines, pence, tables

pytestmark = pytest.mark.long

COMMITTED = CHECKOUT / "data" / "samples"


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def unpacked(data: bytes) -> dict[str, bytes]:
    """A workbook's parts: their packing may differ between versions of zlib, their text not."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def tally(folder: Path) -> dict[str, dict[str, dict[str, dict[str, int]]]]:
    """Rows and pence in force by partner, feed and year, rows that must be set aside left out."""
    found: dict[str, dict[str, dict[str, dict[str, int]]]] = {}
    for partner, feed, path, period in in_force(folder):
        year = found.setdefault(partner, {}).setdefault(feed, {})
        sums = year.setdefault(period.financial_year, {"rows": 0, "pence": 0})
        for amount, _ in accepted(path, feed):
            sums["rows"] += 1
            sums["pence"] += amount
    return found


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    generate(folder, partners=PARTNERS)
    return folder


@pytest.fixture(scope="module")
def of_lines(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], tuple[Path, list[Path]]]:
    """Samples of so many lines, made once: their folder and their files."""

    @cache
    def made(wanted: int) -> tuple[Path, list[Path]]:
        folder = tmp_path_factory.mktemp("lines")
        return folder, generate(folder, lines=wanted, partners=PARTNERS)

    return made


def test_the_same_seed_gives_the_same_bytes(fresh: Path, tmp_path: Path) -> None:
    made = generate(tmp_path, partners=PARTNERS)
    assert content(tmp_path) == content(fresh)
    assert made == sorted(p for p in tmp_path.rglob("*") if p.is_file())


def test_another_seed_gives_other_lines(fresh: Path, tmp_path: Path) -> None:
    generate(tmp_path, lines=500, seed=2, partners=PARTNERS)
    name = next(name for name in content(tmp_path) if "/spend/" in name)
    assert content(tmp_path)[name] != content(fresh)[name]


def test_the_committed_samples_are_what_the_story_makes(fresh: Path) -> None:
    committed, made = content(COMMITTED), content(fresh)
    assert sorted(committed) == sorted(made), "make them again: make samples"
    for name, data in made.items():
        if name.endswith(".xlsx"):
            assert unpacked(committed[name]) == unpacked(data), name
        else:
            assert committed[name] == data, name


def test_the_committed_samples_stay_small() -> None:
    assert sum(map(len, content(COMMITTED).values())) <= 2_000_000
    assert len(content(COMMITTED)) <= 255


@pytest.mark.parametrize("wanted", [1, 40, 1_000, 9_999, 40_000])
def test_any_number_of_lines_is_kept_exactly(
    wanted: int, of_lines: Callable[[int], tuple[Path, list[Path]]]
) -> None:
    _, made = of_lines(wanted)
    spend = [p for p in made if p.parts[-2] == "spend"]
    # The file without its amount column has lines too, so cells are counted, not amounts.
    assert sum(1 for p in spend for _ in lines(p, "spend")) == wanted


def test_growth_goes_into_csv_files_only(
    fresh: Path, of_lines: Callable[[int], tuple[Path, list[Path]]]
) -> None:
    folder, made = of_lines(40_000)
    for path in made:
        if path.suffix == ".xlsx":
            natural = fresh / path.relative_to(folder)
            assert path.read_bytes() == natural.read_bytes()


def test_no_lines_at_all_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        generate(tmp_path, lines=0, partners=PARTNERS)


def test_a_partner_without_a_contract_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no contract"):
        generate(tmp_path, partners={})


def test_every_file_says_it_is_synthetic_and_which_period_it_covers(fresh: Path) -> None:
    for path in fresh.glob("*/*/*"):
        assert path.name.startswith("SYNTHETIC-")
        feed = PARTNERS[path.parts[-3]].feeds[path.parts[-2]]
        period = from_file_name(path.name, feed.period_in_file_name, feed.cadence)
        assert period is not None and period.kind == feed.cadence, path.name
        assert period.financial_year in STORY.years


def test_every_promised_period_is_there_but_the_planted_gap(fresh: Path) -> None:
    missing = []
    for partner in STORY.partners:
        feed = PARTNERS[partner].feeds["spend"]
        names = [p.name for p in (fresh / partner / "spend").iterdir()]
        found = {
            period.label
            for name in names
            if (period := from_file_name(name, feed.period_in_file_name, feed.cadence))
        }
        promised = [p.label for y in STORY.years for p in in_year(of_year(y), feed.cadence)]
        missing += [(partner, label) for label in promised if label not in found]
    assert missing == [(f.partner, f.period) for f in STORY.faults if f.kind == "gap"]


def test_planted_faults_name_files_that_exist_in_order_of_arrival(fresh: Path) -> None:
    for fault in STORY.faults:
        folder = fresh / fault.partner / fault.feed
        assert all((folder / name).is_file() for name in fault.files), fault.id
        assert bool(fault.files) == (fault.kind != "gap"), fault.id
        stems = [Path(name).stem for name in fault.files]
        assert stems == sorted(stems), fault.id
    duplicate = next(f for f in STORY.faults if f.kind == "duplicate")
    first, second = (
        (fresh / duplicate.partner / "spend" / n).read_bytes() for n in duplicate.files
    )
    assert first == second


def test_a_correction_changes_nothing_but_the_amounts_keyed_in_pence(fresh: Path) -> None:
    fault = next(f for f in STORY.faults if f.kind == "corrected")
    first, second = (list(lines(fresh / fault.partner / "spend" / n, "spend")) for n in fault.files)
    changed = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    assert len(changed) == len(fault.rows)
    for wrong, right in changed:
        amount = pence(right["amount_pence"])
        assert amount is not None and pence(wrong["amount_pence"]) == 100 * amount


def test_lines_lie_in_their_period_but_where_planted(fresh: Path) -> None:
    outside: Counter[tuple[str, str]] = Counter()
    unreadable: Counter[tuple[str, str]] = Counter()
    for path in fresh.glob("*/spend/*"):
        feed = PARTNERS[path.parts[-3]].feeds["spend"]
        period = from_file_name(path.name, feed.period_in_file_name, feed.cadence)
        assert period is not None
        for line in lines(path, "spend"):
            when = day(line["line_date"])
            key = (path.parts[-3], path.name)
            unreadable[key] += when is None
            outside[key] += when is not None and not period.start <= when <= period.end
    planted = {
        (f.partner, f.files[0]): len(f.rows)
        for f in STORY.faults
        if f.kind == "dates_before_period"
    }
    assert {k: n for k, n in outside.items() if n} == planted
    dates = {(f.partner, f.files[0]): 1 for f in STORY.faults if f.kind == "rows_set_aside"}
    assert {k: n for k, n in unreadable.items() if n} == dates


def test_a_totals_line_agrees(fresh: Path) -> None:
    for fault in (f for f in STORY.faults if f.kind == "totals_line"):
        path = fresh / fault.partner / "spend" / fault.files[0]
        total = next(row for rows in tables(path) for row in rows if "Total" in row)
        summed = sum(pence(line["amount_pence"]) or 0 for line in lines(path, "spend"))
        assert pence(total[total.index("Total") + 1]) == summed


def test_the_files_hold_what_the_story_expects(fresh: Path) -> None:
    expected = {
        partner: {
            feed: {year: t.model_dump() for year, t in years.items()}
            for feed, years in feeds.items()
        }
        for partner, feeds in STORY.expected.items()
    }
    assert tally(fresh) == expected


def test_flows_stand_in_the_payers_ledger_to_the_penny(fresh: Path) -> None:
    """Where every file of the year is in force, the ledger's lines add up to the agreement."""
    incomplete = {
        (f.partner, parse_for(f.period, PARTNERS[f.partner].feeds["spend"].cadence).financial_year)
        for f in STORY.faults
        if f.kind in ("gap", "missing_column")
    }
    paid: Counter[tuple[str, str, str]] = Counter()
    for partner, feed, path, period in in_force(fresh):
        for amount, line in accepted(path, feed) if feed == "spend" else ():
            key = f"{line.get('area', '')}|{line['account']}|{line['supplier_name']}"
            paid[partner, period.financial_year, key] += amount
    checked = 0
    for flow in (f for f in STORY.flows if f.ledger):
        for year, pounds in flow.annual.items():
            labels = flow.ledger.labels_in(year) if flow.ledger else {}
            key = f"{labels.get('area', '')}|{labels['account']}|{labels['supplier_name']}"
            if (flow.payer, year) not in incomplete:
                assert paid[flow.payer, year, key] == pounds * 100, (flow.agreement, year)
                checked += 1
    assert checked > 20


def test_shares_of_an_initiative_add_up_to_one() -> None:
    for initiative in STORY.initiatives:
        assert sum(map(Decimal, initiative.shares.values())) == 1, initiative.id
        assert set(initiative.shares) <= set(STORY.partners)
        assert initiative.lead in initiative.shares


def test_departments_of_the_story_are_known_to_the_contracts() -> None:
    for partner, cast in STORY.partners.items():
        rules = PARTNERS[partner].feeds["spend"].departments
        known = {r.match for r in rules if r.field == "department"}
        kinds = [*cast.spend.streams, *cast.spend.commitments]
        used = {k.labels.get("department") or cast.spend.constants["department"] for k in kinds}
        assert used <= known
