"""Real terms (rule 9): once, from cash, by the index of a named release as it was published."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from tests.warehouse.invariants.oracle.arithmetic import rounded
from tests.warehouse.invariants.oracle.facts import Inputs, Row

SEED = Path(__file__).resolve().parents[4] / "dbt_project/seeds/gdp_deflator.csv"


def indices(inputs: Inputs) -> dict[str, int]:
    """The outturn index of every year of the release that the place names."""
    release = inputs["count_settings"][0]["price_release"]
    with SEED.open(encoding="utf-8", newline="") as file:
        return {
            row["financial_year"]: int(row["index_e6"])
            for row in csv.DictReader(file)
            if row["release_id"] == release and row["outturn"] == "true"
        }


def real_terms(inputs: Inputs, index: dict[str, int], year: str, cash: int) -> int | None:
    """Cash of a year in the prices of the base year; nothing where the year has no index."""
    base = index[str(inputs["count_settings"][0]["price_base_year"])]
    return rounded(cash, base, index[year]) if year in index else None


def base_of(row: Row) -> str | None:
    """The year in whose prices a register's row is stated; nothing for cash."""
    said = str(row.get("price_base") or "").strip()
    if said.lower() in ("", "cash"):
        return None
    year = re.fullmatch(r"(\d{4})\s*[-/]\s*(?:\d\d)?(\d\d)", said)
    return "-".join(year.groups()) if year else said
