"""A made-up place of many bodies with equal lines in all, each with a contract and one file: what a
body costs beside its lines. SYNTHETIC."""

from __future__ import annotations

import csv
import random
from pathlib import Path

LINES = 200_000
YEAR = "2023-24"
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
    expected_from: 2023-04-01
    expected_to: 2024-03-31
    period_in_file_name: '(?P<fy>\\d{4}-\\d{2})'
    layouts:
      - id: only
        valid_from: 2023-04-01
        columns:
          transaction_no: {heading: Reference}
          line_date: {heading: Date, formats: [yyyy-mm-dd]}
          supplier_name: {heading: Supplier}
          account: {heading: Service}
          amount_pence: {heading: Amount}
"""


def place_of(folder: Path, bodies: int) -> dict[str, str]:
    """Writes the place with ``LINES`` lines in all; the settings a run over it needs."""
    made = random.Random(20231)
    (folder / "partners").mkdir(parents=True)
    (folder / "place.yml").write_text(_PLACE)
    for number in range(bodies):
        name = f"council_{number:04d}"
        (folder / "partners" / f"{name}.yml").write_text(_CONTRACT % {"number": number})
        landing = folder / "landing" / name / "spend"
        landing.mkdir(parents=True)
        with (landing / f"SYNTHETIC-payments-{YEAR}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("Reference", "Date", "Supplier", "Service", "Amount"))
            for row in range(LINES // bodies):
                pence = made.randint(500_00, 90_000_00)
                day = f"2023-{made.randint(4, 12):02d}-{made.randint(1, 28):02d}"
                supplier = f"Supplier {made.randint(1, 4_000)} Ltd"
                amount = f"{pence // 100}.{pence % 100:02d}"
                writer.writerow((f"R{row:06d}", day, supplier, made.choice(SERVICES), amount))
    return {
        "TOTALPLACE_PLACE": str(folder / "place.yml"),
        "TOTALPLACE_PARTNERS": str(folder / "partners"),
        "TOTALPLACE_LANDING": str(folder / "landing"),
    }
