"""Postcodes that are no longer in use, where the list says when they ended.

One that ended in the row's year or later was right for it, and its end is told; one that had ended
before is asked about. Postcodes on no list belong to ``reference_lists``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....display import display_safe
from ..findings import Finding, finding
from ..postcodes import squeezed_sql

if TYPE_CHECKING:
    from ..state import JudgingState

_SHOWN = 5


def ended_postcodes(state: JudgingState) -> Iterator[Finding]:
    """What is told, and what is asked, of postcodes that ended."""
    year, name = state.schema.year_field, "postcode"
    if not (state.has_kept and year and name in state.match.positions):
        return
    begins = f"make_date(CAST(left(v_{year}, 4) AS INTEGER), 4, 1)"
    for code, when in (("TP-386", f"ended >= {begins}"), ("TP-387", f"ended < {begins}")):
        rows = state.con.sql(
            f"SELECT sheet, source_row, s_postcode AS value, {state.schema.judged_pence} AS pence, "
            "strftime(ended, '%B %Y') AS ended FROM kept JOIN postcodes "
            f"ON postcodes.postcode = {squeezed_sql('v_postcode')} "
            f"WHERE {when} ORDER BY sheet, source_row"
        ).to_arrow_table()
        if not rows.num_rows:
            continue
        said = [
            f"{display_safe(row['value'])} in row {row['source_row']:,} ended in {row['ended']}"
            for row in rows.slice(0, _SHOWN).to_pylist()
        ]
        if rows.num_rows > _SHOWN:
            said.append(f"and {rows.num_rows - _SHOWN:,} more")
        pence = [p for p in rows["pence"].to_pylist() if p is not None]
        yield finding(
            code,
            count=rows.num_rows,
            amount_pence=sum(pence) if pence else None,
            field=name,
            heading=display_safe(state.match.layout.columns[name].heading) or "",
            detail="; ".join(said),
            cells=state.cells(name, rows.select(["sheet", "source_row", "value"])),
        )
