"""Lines that are more alike than payments are: one value all the way down a column, as a cell that
was filled down gives it.

The bounds are data in ``expectations/drift.yml``. What earlier files of the same body had is usual.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ....contracts.feeds import FeedSchema
from ....contracts.layout import Layout
from ....display import pounds
from ..findings import Finding, finding
from .drift import Profile, threshold


def alike_findings(
    profile: Profile, history: Sequence[Profile], schema: FeedSchema, layout: Layout
) -> Iterator[Finding]:
    """What is asked of a file of payments, with ``history``: earlier files in force."""
    alike = {name for name in threshold("alike.columns") if _is_one_value(profile, name)}
    if alike >= {schema.money_field, schema.payee_field}:
        return  # one amount to one payee, again and again: a scheme, not a cell filled down
    for name in threshold("alike.columns"):
        if name in alike and not any(_is_one_value(p, name) for p in history):
            rows, pence = profile.alike[name]
            which = " that were looked at" if profile.looked < profile.rows else ""
            yield finding(
                "TP-405",
                heading=layout.columns[name].heading,
                field=name,
                count=rows,
                amount_pence=pence,
                detail=f"{rows:,} of {profile.looked:,} lines{which}",
                rows=f"{pounds(pence)} of the file's {pounds(profile.pence)}",
            )


def _is_one_value(profile: Profile, name: str) -> bool:
    rows, _ = profile.alike.get(name, (0, 0))
    return bool(rows > threshold("alike.columns")[name] * profile.looked)
