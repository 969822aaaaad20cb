"""The rows of files in force that were set aside, for the build: place, codes and amount, and of a
register the reference of the initiative, which says whose absence proves nothing.

Their other cells stay in quarantine; what a cell says of a person never comes here. What the rows
of a file are judged by belongs in ``intake/judge``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ..contracts.feeds import FEEDS
from ..intake.ledger.blob_store import cells_path
from ..intake.ledger.ledger import Ledger
from ..intake.ledger.receipt import Receipt
from ..settings import Settings
from ..sql import literal

COLUMNS = {
    "submission_id": "VARCHAR",
    "sheet": "VARCHAR",
    "source_row": "BIGINT",
    "codes": "VARCHAR",
    "amount_pence": "BIGINT",
    "initiative_id": "VARCHAR",
}


def set_aside_sql(settings: Settings, ledger: Ledger, receipts: Iterable[Receipt]) -> str:
    """A query of every row set aside in a file in force, with ``COLUMNS``; none if none was."""
    wanted = [r for r in receipts if r.status == "in_force" and r.rows_set_aside]
    codes = _codes(ledger, {r.seq for r in wanted})
    queries = [
        _of_receipt(r, rows, cells_path(settings, r.receipt_id), codes.get(r.seq, {}))
        for r in wanted
        if (rows := settings.quarantine / "rows" / f"{r.submission_id}.parquet").is_file()
    ]
    nothing = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in COLUMNS.items())
    return " UNION ALL ".join(queries) or f"SELECT {nothing} WHERE false"


def _codes(ledger: Ledger, wanted: set[int]) -> dict[int, dict[int, str]]:
    """The codes that set rows aside, by receipt and by position among its findings."""
    found: dict[int, dict[int, str]] = {}
    for f in ledger.findings():
        if f["seq"] in wanted and f["level"] == "set_aside":
            found.setdefault(f["seq"], {})[f["position"]] = f["code"]
    return found


def _of_receipt(receipt: Receipt, rows: Path, cells: Path, codes: Mapping[int, str]) -> str:
    schema = FEEDS[receipt.feed or ""]
    known = "initiative_id" in schema.names
    initiative = "v_initiative_id" if known else "CAST(NULL AS VARCHAR)"
    named = ", ".join(f"({position}, {literal(code)})" for position, code in codes.items())
    why = "SELECT NULL AS sheet, NULL AS source_row, NULL AS codes WHERE false"
    if named and cells.is_file():
        why = (
            "SELECT sheet, \"row\" AS source_row, string_agg(DISTINCT code, ', ' ORDER BY code) AS "
            f"codes FROM read_parquet({literal(cells)}) JOIN (VALUES {named}) AS named (position, "
            "code) USING (position) GROUP BY ALL"
        )
    return (
        f"SELECT {literal(receipt.submission_id)} AS submission_id, aside.sheet, "
        f"aside.source_row, why.codes, CAST({schema.judged_pence} AS BIGINT) AS amount_pence, "
        f"{initiative} AS initiative_id "
        f"FROM read_parquet({literal(rows)}) AS aside LEFT JOIN ({why}) AS why "
        "ON aside.source_row = why.source_row AND aside.sheet IS NOT DISTINCT FROM why.sheet"
    )
