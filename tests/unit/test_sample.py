"""The synthetic samples: same seed, same bytes; exact sizes; what the story promises is there.

Files are read here with Python's csv module, openpyxl and exact decimals, never with our intake.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import openpyxl
import pytest

from orchestration.contracts.feeds import FEEDS
from orchestration.contracts.load import load_partners
from orchestration.contracts.periods import from_file_name, in_year, of_year, parse_for
from orchestration.sample import generate
from orchestration.sample.story import load_story
from orchestration.settings import CHECKOUT

COMMITTED = CHECKOUT / "data" / "samples"
PARTNERS = load_partners(CHECKOUT / "data" / "partners")
STORY = load_story()
# Dates as the four partners write them; tried in order, so two-digit years come first.
DATES = ("%d-%b-%y", "%d-%b-%Y", "%Y-%m-%d")


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def unpacked(data: bytes) -> dict[str, bytes]:
    """A workbook's parts: their packing may differ between versions of zlib, their text not."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def decoded(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8").lstrip("\ufeff")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def tables(path: Path) -> Iterator[list[list[object]]]:
    """Every table of a file, as rows of cells."""
    if path.suffix == ".csv":
        yield [list(row) for row in csv.reader(io.StringIO(decoded(path), newline=""))]
        return
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        yield [["" if c is None else c for c in row] for row in sheet.iter_rows(values_only=True)]


def lines(path: Path, feed: str) -> Iterator[dict[str, object]]:
    """The data lines of a file by canonical name: rows under the headings that are not blank,
    a total or a note."""
    columns = PARTNERS[path.parts[-3]].feeds[feed].layouts[0].columns
    names = {" ".join(h.split()): n for n, c in columns.items() for h in c.headings}
    for rows in tables(path):
        known: list[str | None] = []
        for row in rows:
            keys = [names.get(" ".join(str(c).split())) for c in row]
            if not known:
                known = keys if sum(k is not None for k in keys) * 2 > len(columns) else []
            elif sum(c != "" for c in row) > 2:
                yield {k: v for k, v in zip(known, row, strict=False) if k}


def pence(cell: object) -> int | None:
    """Exact pence of a cell, ``None`` when it is no amount."""
    text = str(cell).strip()
    negative = text.startswith(("-", "("))
    bare = re.fullmatch(r"[-(]?£?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\)?", text)
    if not bare:
        return None
    try:
        amount = Decimal(bare[1].replace(",", "") + (bare[2] or "")) * 100
    except InvalidOperation:
        return None
    return round(amount) * (-1 if negative else 1)


def day(cell: object) -> date | None:
    """The date of a cell, ``None`` when it is none."""
    if isinstance(cell, datetime):
        return cell.date()
    for style in DATES:
        try:
            return datetime.strptime(str(cell), style).date()
        except ValueError:
            continue
    return None


def out_of_force() -> set[tuple[str, str, str]]:
    """Files that do not count, by the story's faults: replaced, refused or sent again."""
    gone: set[tuple[str, str, str]] = set()
    for fault in STORY.faults:
        for kind, index in (("corrected", 0), ("missing_column", 0), ("duplicate", 1)):
            if fault.kind == kind:
                gone.add((fault.partner, fault.feed, fault.files[index]))
    return gone


def tally(folder: Path) -> dict[str, dict[str, dict[str, dict[str, int]]]]:
    """Rows and pence in force by partner, feed and year, rows that must be set aside left out."""
    found: dict[str, dict[str, dict[str, dict[str, int]]]] = {}
    for path in sorted(folder.glob("*/*/*")):
        partner, feed = path.parts[-3], path.parts[-2]
        if (partner, feed, path.name) in out_of_force():
            continue
        promise = PARTNERS[partner].feeds[feed]
        period = from_file_name(path.name, promise.period_in_file_name, promise.cadence)
        assert period is not None
        year = found.setdefault(partner, {}).setdefault(feed, {})
        sums = year.setdefault(period.financial_year, {"rows": 0, "pence": 0})
        for line in lines(path, feed):
            amount = pence(line[FEEDS[feed].money_field])
            if amount is not None and (feed != "spend" or day(line["line_date"])):
                sums["rows"] += 1
                sums["pence"] += amount
    return found


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    generate(folder, partners=PARTNERS)
    return folder


def test_the_same_seed_gives_the_same_bytes(fresh: Path, tmp_path: Path) -> None:
    made = generate(tmp_path, partners=PARTNERS)
    assert content(tmp_path) == content(fresh)
    assert made == sorted(p for p in tmp_path.rglob("*") if p.is_file())


def test_another_seed_gives_other_lines(fresh: Path, tmp_path: Path) -> None:
    generate(tmp_path, lines=500, seed=2, partners=PARTNERS)
    name = next(iter(content(tmp_path)))
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
    assert len(content(COMMITTED)) <= 225


@pytest.mark.parametrize("wanted", [1, 40, 1_000, 9_999, 40_000])
def test_any_number_of_lines_is_kept_exactly(wanted: int, tmp_path: Path) -> None:
    made = generate(tmp_path, lines=wanted, partners=PARTNERS)
    spend = [p for p in made if p.parts[-2] == "spend"]
    # The file without its amount column has lines too, so cells are counted, not amounts.
    assert sum(1 for p in spend for _ in lines(p, "spend")) == wanted


def test_growth_goes_into_csv_files_only(fresh: Path, tmp_path: Path) -> None:
    for path in generate(tmp_path, lines=40_000, partners=PARTNERS):
        if path.suffix == ".xlsx":
            natural = fresh / path.relative_to(tmp_path)
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
    for path in fresh.glob("*/spend/*"):
        if (path.parts[-3], "spend", path.name) in out_of_force():
            continue
        feed = PARTNERS[path.parts[-3]].feeds["spend"]
        period = from_file_name(path.name, feed.period_in_file_name, feed.cadence)
        assert period is not None
        for line in lines(path, "spend"):
            key = f"{line.get('area', '')}|{line['account']}|{line['supplier_name']}"
            paid[path.parts[-3], period.financial_year, key] += pence(line["amount_pence"]) or 0
    checked = 0
    for flow in (f for f in STORY.flows if f.ledger):
        labels = flow.ledger.labels if flow.ledger else {}
        key = f"{labels.get('area', '')}|{labels['account']}|{labels['supplier_name']}"
        for year, pounds in flow.annual.items():
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
