"""Returns of the sample bodies written from a few cells a row, and what is asked about them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from orchestration.contracts.load import load_partners
from orchestration.intake.landing import Delivery
from orchestration.intake.ledger.ledger import Ledger
from orchestration.intake.ledger.receipt import Receipt
from orchestration.intake.receive import receive
from orchestration.settings import CHECKOUT, Settings

PARTNERS = load_partners(CHECKOUT / "data" / "partners")
COUNTY, CITY = "leicestershire_county_council", "leicester_city_council"
SAVING = {
    "initiative": "Offices", "programme": "Organisational Efficiency", "partner_share": "1",
    "lead": "Leicestershire County Council", "saving_class": "Cash-releasing", "recurrent": "Yes",
    "start_date": "01/04/2008", "baseline_pence": "9000000", "baseline_date": "31/03/2008",
    "assurance": "Interim", "status": "In delivery", "method": "Agreed",
}  # fmt: skip
SITE = {"point_type": "Service point", "lgsl_codes": "279", "running_cost_pence": "25000"}


def text_of(partner: str, feed: str, *rows: dict[str, str]) -> str:
    """A CSV in the partner's own headings; ``rows`` name our fields, and what they leave out is
    empty."""
    columns = PARTNERS[partner].feeds[feed].layouts[-1].columns
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow([column.heading for column in columns.values()])
    writer.writerows([[row.get(name, "") for name in columns] for row in rows])
    return made.getvalue()


def deliver(
    settings: Settings, partner: str, feed: str, year: str, *rows: dict[str, str]
) -> Receipt:
    """Receives a return of made-up rows for a financial year."""
    year_field = {"financial_year": year}
    path = settings.home / f"SYNTHETIC-{feed}-{year}.csv"
    path.write_text(text_of(partner, feed, *({**year_field, **row} for row in rows)))
    return deliver_file(settings, partner, feed, path)


def deliver_file(settings: Settings, partner: str, feed: str, path: Path) -> Receipt:
    """Receives a file of a sample body."""
    ledger = Ledger(settings.ledger)
    try:
        delivery = Delivery(path, f"{partner}/{feed}/{path.name}", partner, feed)
        return receive(settings, ledger, PARTNERS, delivery)
    finally:
        ledger.close()


def questions(settings: Settings, receipt: Receipt) -> dict[str, str]:
    """The message of each question about a file, by its code."""
    ledger = Ledger(settings.ledger, read_only=True)
    try:
        found = ledger.findings(receipt.seq)
    finally:
        ledger.close()
    return {f["code"]: f["message"] for f in found if f["level"] in ("please_explain", "must_fix")}


def second_of_two(
    settings: Settings,
    feed: str,
    before: Sequence[dict[str, str]],
    now: Sequence[dict[str, str]],
    partner: str = COUNTY,
) -> dict[str, str]:
    """The questions about the second of two returns of several rows, of 2011-12 and 2012-13."""
    deliver(settings, partner, feed, "2011-12", *before)
    return questions(settings, deliver(settings, partner, feed, "2012-13", *now))


def savings(*rows: dict[str, str]) -> list[dict[str, str]]:
    """Savings of offices, each with cells of its own."""
    return [
        {**SAVING, "initiative_id": f"OE-{n}", "initiative": f"Office {n}", **cells}
        for n, cells in enumerate(rows)
    ]
