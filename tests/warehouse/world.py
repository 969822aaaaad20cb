"""A made-up world for the warehouse: what the build reads, written from literal rows.

``World`` holds submissions, lines and contract facts as plain dictionaries, writes them as the
Parquet files the dbt project reads, runs ``dbt build`` once and opens the result. Money is integer
pence. No name in a world may be a real person's.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration.contracts.feeds import DUCKDB_TYPES, FEEDS
from orchestration.contracts.periods import Cadence, parse_for

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"

Value = str | int | bool | date | Decimal | None
Row = dict[str, Value]

# The files beside raw, column by column, in the types in which Python writes them.
INPUTS: dict[str, dict[str, str]] = {
    "submissions": {
        "receipt_id": "VARCHAR", "seq": "BIGINT", "submission_id": "VARCHAR",
        "partner_id": "VARCHAR", "feed": "VARCHAR", "period": "VARCHAR", "period_kind": "VARCHAR",
        "period_start": "DATE", "period_end": "DATE", "file_name": "VARCHAR",
        "file_sha256": "VARCHAR", "bytes": "BIGINT", "verdict": "VARCHAR", "in_force": "BOOLEAN",
        "synthetic": "BOOLEAN", "rows_in": "BIGINT", "rows_accepted": "BIGINT",
        "rows_set_aside": "BIGINT", "rows_non_data": "BIGINT", "pence_accepted": "BIGINT",
        "pence_set_aside": "BIGINT", "layout_id": "VARCHAR", "coverage": "VARCHAR",
        "public_access": "VARCHAR", "basis": "VARCHAR", "accounting": "VARCHAR",
    },
    "findings": {
        "receipt_id": "VARCHAR", "submission_id": "VARCHAR", "partner_id": "VARCHAR",
        "feed": "VARCHAR", "period": "VARCHAR", "file_name": "VARCHAR", "code": "VARCHAR",
        "level": "VARCHAR", "field": "VARCHAR", "heading": "VARCHAR", "message": "VARCHAR",
        "fix": "VARCHAR", "row_count": "BIGINT", "amount_pence": "BIGINT",
        "first_sheet": "VARCHAR", "first_row": "BIGINT", "explanation": "VARCHAR",
        "explained_by": "VARCHAR",
    },
    "expectations": {
        "feed": "VARCHAR", "code": "VARCHAR", "level": "VARCHAR", "message": "VARCHAR",
        "fix": "VARCHAR", "row_count": "BIGINT",
    },
    "partners": {
        "partner_id": "VARCHAR", "name": "VARCHAR", "short_name": "VARCHAR", "kind": "VARCHAR",
        "in_place": "BOOLEAN", "valid_from": "DATE", "valid_to": "DATE", "gss_code": "VARCHAR",
        "ods_code": "VARCHAR",
    },
    "partner_aliases": {"partner_id": "VARCHAR", "alias": "VARCHAR"},
    "feeds": {
        "partner_id": "VARCHAR", "feed": "VARCHAR", "basis": "VARCHAR", "accounting": "VARCHAR",
        "cadence": "VARCHAR", "expected_from": "DATE", "expected_to": "DATE", "due_days": "BIGINT",
    },
    "expected_periods": {
        "partner_id": "VARCHAR", "feed": "VARCHAR", "financial_year": "VARCHAR",
        "period": "VARCHAR", "period_start": "DATE", "period_end": "DATE", "due_date": "DATE",
    },
    "departments": {
        "partner_id": "VARCHAR", "rule_no": "BIGINT", "field": "VARCHAR", "how": "VARCHAR",
        "match": "VARCHAR", "department_class": "VARCHAR", "scope": "VARCHAR",
    },
    "code_map": {
        "partner_id": "VARCHAR", "rule_id": "VARCHAR", "theme": "VARCHAR",
        "service_code": "VARCHAR", "share": "DECIMAL(9,8)", "grade": "VARCHAR",
        "department": "VARCHAR", "area": "VARCHAR", "account": "VARCHAR",
        "account_code": "VARCHAR", "supplier": "VARCHAR", "valid_from": "DATE",
        "valid_to": "DATE", "source": "VARCHAR",
    },
}  # fmt: skip


def raw_columns(feed: str) -> dict[str, str]:
    """The columns of a feed's raw Parquet file and their DuckDB types, in order."""
    fields = FEEDS[feed].fields
    return {
        "submission_id": "VARCHAR",
        "file_sha256": "VARCHAR",
        "sheet": "VARCHAR",
        "source_row": "BIGINT",
        **{f.name: DUCKDB_TYPES[f.type] for f in fields},
        **{f"{f.name}_as_submitted": "VARCHAR" for f in fields},
    }


@dataclass
class World:
    """Literal rows of a warehouse and the folder they are written to."""

    home: Path
    inputs: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in INPUTS})
    lines: dict[str, list[Row]] = field(default_factory=dict)
    connection: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)

    def partner(self, partner_id: str, *, in_place: bool = True, **facts: Value) -> None:
        """Add a body; its name and short name are made from its id unless given."""
        name = partner_id.replace("_", " ").title()
        self.inputs["partners"].append(
            {
                "partner_id": partner_id, "name": name, "short_name": name, "kind": "council",
                "in_place": in_place, **facts,
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

    def expect(self, partner_id: str, feed: str, year: str, periods: dict[str, Cadence]) -> None:
        """Say which periods of a year a body promised, each with its cadence."""
        for label, cadence in periods.items():
            span = parse_for(label, cadence)
            self.inputs["expected_periods"].append(
                {
                    "partner_id": partner_id, "feed": feed, "financial_year": year,
                    "period": label, "period_start": span.start, "period_end": span.end,
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
        money = FEEDS[feed].money_field
        verdict = facts.get("verdict", "accepted")
        self.inputs["submissions"].append(
            {
                "receipt_id": f"R{seq:04d}", "seq": seq, "submission_id": submission_id,
                "partner_id": partner_id, "feed": feed, "period": period, "period_kind": cadence,
                "period_start": span.start, "period_end": span.end,
                "file_name": f"{partner_id}-{feed}-{period}.csv", "verdict": verdict,
                "in_force": verdict in ("accepted", "accepted_with_rows_set_aside"),
                "synthetic": False, "rows_in": len(lines), "rows_accepted": len(lines),
                "rows_set_aside": 0, "rows_non_data": 0, "pence_set_aside": 0,
                "pence_accepted": sum(int(str(line.get(money) or 0)) for line in lines),
                "layout_id": "v1", "coverage": "whole", "public_access": "observable",
                "basis": "payments_over_500", "accounting": "cash", **facts,
            }
        )  # fmt: skip
        for number, line in enumerate(lines, 2):
            self.lines.setdefault(f"{feed}/partner_id={partner_id}/period={period}", []).append(
                {"submission_id": submission_id, "sheet": sheet, "source_row": number, **line}
            )
        return submission_id

    def write(self) -> None:
        """Write raw and inputs, each with its zero-row twin, as the Python side does."""
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
        self.write()
        completed = subprocess.run(
            [
                sys.executable, "-m", "dbt.cli.main", "build",
                "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
                "--target-path", str(self.home / "target"), "--log-path", str(self.home / "logs"),
                *arguments,
            ],
            env={**os.environ, **self.environment()},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if completed.returncode:
            raise AssertionError(f"dbt build failed:\n{completed.stdout}\n{completed.stderr}")
        return duckdb.connect(str(self.database), read_only=True)

    @property
    def database(self) -> Path:
        """The build's private DuckDB file."""
        return self.home / "warehouse" / "build.duckdb"

    def environment(self) -> dict[str, str]:
        """The variables by which dbt finds this world."""
        return {
            "TOTALPLACE_DBT_RAW": str(self.home / "raw"),
            "TOTALPLACE_DBT_INPUTS": str(self.home / "warehouse" / "inputs"),
            "TOTALPLACE_DBT_DATABASE": str(self.database),
            "DO_NOT_TRACK": "1",
        }

    def _write(self, target: Path, columns: dict[str, str], rows: list[Row]) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        unknown = {key for row in rows for key in row} - set(columns)
        assert not unknown, f"{target.name} has no column {sorted(unknown)}"
        shape = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE rows ({shape})")
        if rows:
            marks = ", ".join("?" for _ in columns)
            self.connection.executemany(
                f"INSERT INTO rows VALUES ({marks})",
                [[row.get(name) for name in columns] for row in rows],
            )
        self.connection.execute(f"COPY rows TO '{target}' (FORMAT parquet)")
