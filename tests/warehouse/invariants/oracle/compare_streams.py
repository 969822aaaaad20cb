"""The streams of money behind drug and alcohol spend, compared in made-up places.

Known providers have several names, which the oracle does not tell apart; here nobody has.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tests.warehouse.invariants.oracle.compare import Warehouse
from tests.warehouse.invariants.oracle.count import Count
from tests.warehouse.invariants.oracle.streams import ALL

STREAMED = "fct_drug_alcohol_spend"
_COLUMN = {"pooled_treatment_budget": "ptb", "own_resources": "own"}


def stream_differences(found: Count, warehouse: Warehouse) -> list[str]:
    """Every kind of spend of which the warehouse and the oracle share the money differently."""
    streams = ", ".join(f"in_scope_net_by_{_COLUMN.get(s, s)}_pence" for s in ALL)
    rows = warehouse.execute(
        "SELECT financial_year, body_id, scope, service_code, delivery, in_scope_net_pence, "
        f"{streams} FROM {STREAMED}"
    ).fetchall()
    theirs: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        theirs[row[:5]].append(row[5:])
    return [
        f"{STREAMED} {key}: warehouse {sorted(theirs[key])}, oracle {found.streams.get(key)}"
        for key in sorted(found.streams.keys() | theirs.keys())
        if sorted(theirs[key]) != found.streams.get(key, [])
    ]
