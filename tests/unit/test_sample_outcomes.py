"""What the samples of contacts, access points and treatment tell, read without our own reader."""

from __future__ import annotations

import csv
from collections import Counter
from math import hypot

import openpyxl
import pytest

from orchestration.contracts.feeds import FEEDS
from orchestration.sample.render import Sheet
from orchestration.sample.yearly_returns import YearlyReturn, yearly_return_sheets
from orchestration.settings import CHECKOUT
from tests.unit.sample_files import PARTNERS, lines

SAMPLES = CHECKOUT / "data" / "samples"
COUNTY = next(p for p in PARTNERS if "county_council" in p and (SAMPLES / p).is_dir())
CITY = next(p for p in PARTNERS if "city_council" in p)


def rows(partner: str, feed: str, year: str) -> list[dict[str, object]]:
    path = next((SAMPLES / partner / feed).glob(f"*{year}*"))
    return list(lines(path, feed))


def number(cell: object) -> int:
    return int(str(cell))


def places() -> dict[str, tuple[int, int]]:
    """The shipped list of postcodes, by postcode without spaces."""
    with (CHECKOUT / "data/postcodes.csv").open(encoding="utf-8", newline="") as file:
        return {r[0].replace(" ", ""): (int(r[2]), int(r[3])) for r in csv.reader(file)}


def where(point: dict[str, object]) -> tuple[int, int] | None:
    code = str(point.get("postcode") or "").replace(" ", "")
    if code:
        return places()[code]
    east = point.get("easting")
    return (number(east), number(point["northing"])) if east not in ("", None) else None


def test_the_county_has_fifty_three_offices_and_then_twenty_two() -> None:
    offices = {}
    for year in ("2008-09", "2009-10", "2010-11", "2011-12"):
        kinds = Counter(str(r["point_type"]) for r in rows(COUNTY, "access_points", year))
        offices[year] = kinds["Service point"] + kinds["Reception"]
        assert (kinds["Contact centre"], kinds["Website"]) == (1, 1)
    assert offices == {"2008-09": 53, "2009-10": 45, "2010-11": 33, "2011-12": 22}


def test_the_countys_register_is_a_workbook_of_two_sheets() -> None:
    path = next((SAMPLES / COUNTY / "access_points").glob("*.xlsx"))
    assert openpyxl.load_workbook(path).sheetnames == ["Offices", "Phone and web"]


def test_ten_thousand_contacts_move_from_the_counter_to_the_web() -> None:
    totals = {}
    for year in ("2009-10", "2010-11"):
        sums: Counter[str] = Counter()
        for row in rows(COUNTY, "contacts", year):
            sums[str(row["channel"])] += number(row["contacts"])
        totals[year] = sums
    moved = {c: totals["2010-11"][c] - totals["2009-10"][c] for c in totals["2009-10"]}
    assert moved == {"Face to face": -10_000, "Telephone": 0, "Web": 10_000}


def test_an_agency_counts_more_people_than_the_partnership() -> None:
    def effective(partner: str) -> int:
        found = [r for r in rows(partner, "treatment", "2009-10") if r["substance"] == "All"]
        wanted = (r for r in found if r["measure"] == "In effective treatment" and not r["tier"])
        return number(next(wanted)["clients"])

    agencies = [p for p in PARTNERS if (SAMPLES / p / "treatment").is_dir()]
    pairs = {p: effective(p) for p in agencies}
    trusts = [n for p, n in pairs.items() if p not in (COUNTY, CITY)]
    councils = sorted((pairs[COUNTY], pairs[CITY]))
    assert len(trusts) == 2
    assert all(a > b for a, b in zip(sorted(trusts), councils, strict=True))


def test_small_counts_noughts_and_counts_not_told_are_there() -> None:
    told = [
        str(r["clients"])
        for path in SAMPLES.glob("*/treatment/*")
        for r in lines(path, "treatment")
    ]
    assert {"0", "1", "7"} <= set(told)
    assert "" in told
    assert sum(t in {"1", "2", "3", "4", "5", "6", "7"} for t in told) >= 8


def test_city_and_county_stand_beside_each_other() -> None:
    county, city = (
        [at for r in rows(body, "access_points", "2010-11") if (at := where(r))]
        for body in (COUNTY, CITY)
    )
    near = [1 for a in county for b in city if hypot(a[0] - b[0], a[1] - b[1]) <= 800]
    assert len(near) == 2


def test_only_the_postcodes_in_use_are_shipped() -> None:
    used = {
        str(r.get("postcode") or "").replace(" ", "")
        for path in SAMPLES.glob("*/access_points/*")
        for r in lines(path, "access_points")
    }
    assert used - {""} == set(places())
    assert len(places()) < 60


def sheets(told: YearlyReturn, year: str = "2009-10") -> list[Sheet]:
    return yearly_return_sheets(told, FEEDS["contacts"], year)


def told(**facts: object) -> YearlyReturn:
    row = {"channel": "web", "lgsl_code": 57, "contacts": {"2009-10": 25}}
    made = {"years": ["2009-10"], "file_name": "x", "style": {}, "by_month": True, "rows": [row]}
    return YearlyReturn.model_validate(made | facts)


def test_a_years_count_is_spread_over_its_months_without_loss() -> None:
    table = sheets(told())[0].rows
    assert table["contacts"].to_pylist() == [3, *[2] * 11]
    assert [d.month for d in table["month_date"].to_pylist()] == [*range(4, 13), 1, 2, 3]
    assert table["avoidable"].to_pylist() == [None] * 12


def test_a_year_of_which_nothing_is_told_has_no_file() -> None:
    assert sheets(told(), "2010-11") == []
    closed = {"channel": "web", "lgsl_code": 57, "contacts": 25, "until": "2008-09"}
    assert sheets(told(rows=[closed])) == []


def test_a_field_that_the_feed_does_not_have_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="'contact', which is no field of contacts"):
        sheets(told(rows=[{"contact": 5}]))
