"""A made-up place of many bodies with equal lines in all, each with a contract and files of the
same years: what a body costs beside its lines, and what workers save of many lines. SYNTHETIC."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

LINES = 200_000
YEARS = ("2023-24",)
SERVICES = ("Adult Social Care", "Highways", "Drug and Alcohol Treatment", "Contact Centre", "IT")

_PLACE = """\
# SYNTHETIC: made up for a measurement; no name or code here is a real body's.
place:
  name: Many Bodies
  areas: [E10999901]
prices: {release: HMT-2020-03, base_year: 2018-19}
matching: {window_days: 31, reason: Bodies pay within a month}
keys: []
organisations: []
"""
_CONTRACT = """\
# SYNTHETIC: a made-up council.
id: council_%(number)04d
name: Council Number %(number)04d
short_name: Council %(number)04d
kind: council
codes: {gss: E069%(number)05d}
in_place: true
feeds:
  spend:
    basis: payments_over_500
    accounting: cash
    cadence: financial_year
    expected_from: %(first)s-04-01
    expected_to: %(last)s-03-31
    period_in_file_name: '(?P<fy>\\d{4}-\\d{2})'
    layouts:
      - id: only
        valid_from: %(first)s-04-01
        columns:
          transaction_no: {heading: Reference}
          line_date: {heading: Date, formats: [yyyy-mm-dd]}
          supplier_name: {heading: Supplier}
          account: {heading: Service}
          amount_pence: {heading: Amount}
"""
# The lines of one file: each cell is drawn by a hash of the line, the same in every place made.
_FILE = """
WITH lines AS (
    SELECT row, hash(row, $body, $year) AS drawn FROM range($lines) AS rows (row)
)
SELECT
    printf('R%07d', row) AS Reference,
    make_date($year, 4, 1) + (drawn % 360)::INTEGER AS Date,
    'Supplier ' || (drawn // 360 % 4_000 + 1) || ' Ltd' AS Supplier,
    $services[(drawn // 1_440_000 % len($services))::INTEGER + 1] AS Service,
    printf('%d.%02d', 500 + drawn // 7_200_000 % 89_500, drawn // 1_000_000_000_000 % 100) AS Amount
FROM lines ORDER BY row
"""


def place_of(
    folder: Path,
    bodies: int,
    lines: int = LINES,
    years: Sequence[str] = YEARS,
    *,
    last: str | None = None,
) -> dict[str, str]:
    """Writes the place with so many lines in all, and contracts that go on to the year ``last``;
    the settings a run over it needs."""
    (folder / "partners").mkdir(parents=True)
    (folder / "place.yml").write_text(_PLACE)
    span = {"first": years[0][:4], "last": int((last or years[-1])[:4]) + 1}
    for number in range(bodies):
        contract = _CONTRACT % {"number": number, **span}
        (folder / "partners" / f"{_name(number)}.yml").write_text(contract)
        for year in years:
            write_file(folder, number, year, lines // bodies // len(years))
    return {
        "TOTALPLACE_PLACE": str(folder / "place.yml"),
        "TOTALPLACE_PARTNERS": str(folder / "partners"),
        "TOTALPLACE_LANDING": str(folder / "landing"),
    }


def write_file(folder: Path, number: int, year: str, lines: int) -> Path:
    """Writes a file of so many lines into the landing folder of one body of the place."""
    landing = folder / "landing" / _name(number) / "spend"
    landing.mkdir(parents=True, exist_ok=True)
    drawn = {"body": number, "year": int(year[:4]), "services": list(SERVICES), "lines": lines}
    file = landing / f"SYNTHETIC-payments-{year}.csv"
    duckdb.sql(_FILE, params=drawn).write_csv(str(file), header=True)
    return file


def _name(number: int) -> str:
    return f"council_{number:04d}"
