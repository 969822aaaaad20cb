"""A made-up world for the warehouse: what the build reads, written from literal rows.

``World`` holds submissions, lines and contract facts as plain dictionaries, writes them as the
Parquet files the dbt project reads, runs ``dbt build`` once and opens the result. Money is integer
pence. No name in a world may be a real person's.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.contracts.feeds import FEEDS
from orchestration.contracts.periods import Cadence, parse_for
from orchestration.settings import CHECKOUT
from orchestration.warehouse.inputs import make_source_views
from tests.warehouse.shapes import ARROW, INPUTS, Row, Value, raw_columns

PROJECT = CHECKOUT / "dbt_project"
# Debug lines are a third of what dbt computes; what fails is said without them.
QUIET = ("--log-level", "info", "--log-level-file", "info")


@dataclass
class World:
    """Literal rows of a warehouse and the folder they are written to."""

    home: Path
    inputs: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in INPUTS})
    lines: dict[str, list[Row]] = field(default_factory=dict)

    def partner(self, partner_id: str, *, in_place: bool = True, **facts: Value) -> None:
        """Add a body; its name and short name are made from its id unless given."""
        name = partner_id.replace("_", " ").title()
        self.inputs["partners"].append(
            {
                "partner_id": partner_id, "name": name, "short_name": name, "kind": "council",
                "in_place": in_place, "valid_from": date(1974, 4, 1), **facts,
            }
        )  # fmt: skip

    def department(
        self,
        partner_id: str,
        match: str,
        department_class: str | None = None,
        scope: str | None = None,
        field: str = "department",
        how: str = "equals",
    ) -> None:
        """Add the next rule on what a department (or area) of a body means."""
        rules = self.inputs["departments"]
        rules.append(
            {
                "partner_id": partner_id, "rule_no": len(rules) + 1, "field": field, "how": how,
                "match": match, "department_class": department_class, "scope": scope,
            }
        )  # fmt: skip

    def expect(
        self,
        partner_id: str,
        feed: str,
        year: str,
        periods: dict[str, Cadence],
        *,
        asked_for: bool = True,
    ) -> None:
        """Say which periods of a year are needed of a body, each with its cadence."""
        for label, cadence in periods.items():
            span = parse_for(label, cadence)
            self.inputs["expected_periods"].append(
                {
                    "partner_id": partner_id, "feed": feed, "financial_year": year,
                    "period": label, "period_start": span.start, "period_end": span.end,
                    "asked_for": asked_for,
                }
            )  # fmt: skip

    def submit(
        self,
        partner_id: str,
        period: str,
        lines: list[Row],
        *,
        feed: str = "spend",
        cadence: Cadence = "month",
        sheet: str | None = None,
        **facts: Value,
    ) -> str:
        """Add a submission in force (unless ``facts`` say otherwise) and its lines; its id."""
        seq = len(self.inputs["submissions"]) + 1
        submission_id = f"s{seq:04d}"
        span = parse_for(period, cadence)
        money = FEEDS[feed].money_field or ""
        verdict = facts.get("verdict", "accepted")
        self.inputs["submissions"].append(
            {
                "receipt_id": f"R{seq:04d}", "seq": seq, "submission_id": submission_id,
                "partner_id": partner_id, "feed": feed, "period": period, "period_kind": cadence,
                "period_start": span.start, "period_end": span.end,
                "file_name": f"{partner_id}-{feed}-{period}.csv", "verdict": verdict,
                "in_force": verdict in ("accepted", "accepted_with_rows_set_aside"),
                "status": "held" if verdict == "held" else "in_force",
                "synthetic": False, "rows_in": len(lines), "rows_accepted": len(lines),
                "rows_set_aside": 0, "rows_non_data": 0, "pence_set_aside": 0, "rows_unpriced": 0,
                "pence_accepted": sum(int(str(line.get(money) or 0)) for line in lines),
                "layout_id": "v1", "coverage": "whole", "public_access": "observable",
                "basis": "payments_over_500", "accounting": "cash", "price_basis": "cash",
                "vat_basis": "excluded", **facts,
            }
        )  # fmt: skip
        for number, line in enumerate(lines, 2):
            self.lines.setdefault(f"{feed}/partner_id={partner_id}/period={period}", []).append(
                {"submission_id": submission_id, "sheet": sheet, "source_row": number, **line}
            )
        return submission_id

    def organisation(
        self, organisation_id: str, *aliases: str, vat: Sequence[str] = (), **facts: Value
    ) -> None:
        """Add a public body that is no partner; its name is made from its id unless given."""
        name = facts.pop("name", organisation_id.replace("_", " ").title())
        self.inputs["organisations"].append(
            {
                "organisation_id": organisation_id, "name": name, "short_name": name,
                "kind": "other", "in_group": False, "is_listed": True, **facts,
            }
        )  # fmt: skip
        self.aliases(organisation_id, str(name), *aliases)
        self.inputs["organisation_vat"] += [
            {"organisation_id": organisation_id, "vat_no": number} for number in vat
        ]

    def aliases(self, organisation_id: str, *aliases: str) -> None:
        """Add names under which a body appears in others' files."""
        self.inputs["organisation_aliases"] += [
            {"organisation_id": organisation_id, "alias": alias, "kind": "name"}
            for alias in aliases
        ]

    def complete(self) -> None:
        """Add what follows from the partners: every one is an organisation under its names."""
        known = {row["organisation_id"] for row in self.inputs["organisations"]}
        for partner in self.inputs["partners"]:
            partner_id = partner["partner_id"]
            if partner_id in known:
                continue
            codes = {code: partner.get(code) for code in ("gss_code", "ods_code")}
            self.inputs["organisations"].append(
                {
                    "organisation_id": partner_id, "partner_id": partner_id,
                    "in_group": partner["in_place"], "is_listed": True, **codes,
                    **{k: partner.get(k) for k in ("name", "short_name", "kind")},
                    **{k: partner.get(k) for k in ("valid_from", "valid_to")},
                }
            )  # fmt: skip
            names = [
                row["alias"]
                for row in self.inputs["partner_aliases"]
                if row["partner_id"] == partner_id
            ]
            self.aliases(str(partner_id), *(str(n) for n in [partner["name"], *names]))
            self.inputs["organisation_aliases"] += [
                {"organisation_id": partner_id, "alias": code, "kind": "code"}
                for code in codes.values()
                if code
            ]
        if not self.inputs["count_settings"]:
            self.inputs["count_settings"].append(
                {
                    "place_name": "The made-up place", "window_days": 31,
                    "price_release": "HMT-2020-03", "price_base_year": "2008-09",
                }
            )  # fmt: skip
        if not self.inputs["access_settings"]:
            walk: Row = {"walking_metres": 800, "reason": "Ten minutes on foot"}
            self.inputs["access_settings"].append(walk)
        if not self.inputs["disclosure"]:
            hide: Row = {"feed": "treatment", "suppress_from": 1, "suppress_to": 7, "round_to": 5}
            self.inputs["disclosure"].append({**hide, "reason": "Small counts"})

    def write(self) -> None:
        """Write raw and inputs, each with its zero-row twin, as the Python side does."""
        self.complete()
        for name, columns in INPUTS.items():
            target = self.home / "warehouse" / "inputs" / f"{name}.parquet"
            self._write(target, columns, self.inputs[name])
        for feed in FEEDS:
            folder = self.home / "raw" / feed
            empty = folder / "partner_id=_/period=_/submission_id=_/lines.parquet"
            self._write(empty, raw_columns(feed), [])
        for where, rows in self.lines.items():
            columns = raw_columns(where.split("/")[0])
            for submission_id in dict.fromkeys(str(row["submission_id"]) for row in rows):
                target = self.home / "raw" / where / f"submission_id={submission_id}/lines.parquet"
                self._write(
                    target, columns, [r for r in rows if r["submission_id"] == submission_id]
                )

    def build(self, *arguments: str) -> duckdb.DuckDBPyConnection:
        """Write everything, run ``dbt build`` and open the result read-only."""
        self.dbt("build", *arguments)
        return duckdb.connect(str(self.database), read_only=True)

    def dbt(self, *arguments: str) -> Path:
        """Write everything and run dbt over it by hand; the folder of what dbt made."""
        self.write()
        completed = subprocess.run(
            [sys.executable, "-m", "orchestration.warehouse.by_hand", *arguments, *QUIET],
            env={**os.environ, "TOTALPLACE_HOME": str(self.home), "DO_NOT_TRACK": "1"},
            cwd=CHECKOUT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if completed.returncode:
            raise AssertionError(f"dbt failed:\n{completed.stdout}\n{completed.stderr}")
        return self.home / "warehouse" / "dbt" / "by-hand"

    def make_sources(self, connection: duckdb.DuckDBPyConnection, database: str = "") -> None:
        """Make the views by which the models read this world."""
        inputs = self.home / "warehouse" / "inputs"
        make_source_views(connection, self.home / "raw", inputs, database)

    @property
    def database(self) -> Path:
        """The build's private DuckDB file."""
        return self.home / "warehouse" / "build.duckdb"

    def _write(self, target: Path, columns: dict[str, str], rows: list[Row]) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        unknown = {key for row in rows for key in row} - set(columns)
        assert not unknown, f"{target.name} has no column {sorted(unknown)}"
        if rows:
            pq.write_table(pa.Table.from_pylist(rows, schema=_schema(columns)), target)
        else:
            target.write_bytes(_without_rows(tuple(columns.items())))


def _schema(columns: Mapping[str, str]) -> pa.Schema:
    return pa.schema([(name, ARROW[kind]) for name, kind in columns.items()])


@cache
def _without_rows(columns: tuple[tuple[str, str], ...]) -> bytes:
    """A Parquet file of these columns and no row: two in three files of a world are one."""
    made = io.BytesIO()
    pq.write_table(_schema(dict(columns)).empty_table(), made)
    return made.getvalue()
