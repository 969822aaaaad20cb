"""A share where percentages stand: 0.248 beside a target of 24, other bodies, other percentages.

Asked of values that say what they aim for (``Field.aim``), of all rows of a file. A value below 1
is doubted only where a hundred times as much fits: the target of its row, the middle of the bodies
of its indicator, or the way in which the other percentages of the file are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....contracts.feeds import Field
from ....display import display_safe
from ..findings import Finding, finding

if TYPE_CHECKING:
    from ..state import JudgingState

# Bodies that make a middle; percentages that make a way of writing; digits more than they have.
_BODIES, _PERCENTAGES, _DIGITS = 3, 2, 2
_SHOWN = 3
_PERCENTAGE = r"%|\bper ?cent"


def share_findings(state: JudgingState) -> Iterator[Finding]:
    """Values below 1 that a hundred times as much would fit."""
    for field in state.schema.fields:
        if field.aim and state.has_kept and field.name in state.match.positions:
            yield from _shares(state, field)


def _shares(state: JudgingState, field: Field) -> Iterator[Finding]:
    con, schema = state.con, state.schema
    same = ", ".join(f"v_{n}" for n in schema.key[:-1])
    texts = ", ".join(f"v_{f.name}" for f in schema.fields if f.type == "text")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE valued AS SELECT sheet, source_row, "
        f"s_{field.name} AS written, v_{field.name} AS value, v_{field.aim} AS aim, "
        f"CASE WHEN count(v_{field.name}) OVER same >= {_BODIES} "
        f"THEN quantile_disc(v_{field.name}, 0.5) OVER same END AS middle, "
        f"regexp_matches(lower(concat_ws(' ', {texts})), '{_PERCENTAGE}') AS is_percentage, "
        f"length(regexp_extract(s_{field.name}, '[.]([0-9]+)', 1)) AS digits FROM kept "
        f"WHERE v_{field.name} IS NOT NULL WINDOW same AS (PARTITION BY {same})"
    )
    rows = con.sql(
        "SELECT sheet, source_row, written AS value, value * 100 AS hundredfold, aim, middle, "
        f"{_fits('aim')} AS fits_aim, {_fits('middle')} AS fits_middle FROM valued, "
        "(SELECT count(*) AS others, max(digits) AS usual FROM valued "
        "WHERE is_percentage AND value >= 1) "
        "WHERE value > 0 AND value < 1 AND NOT contains(written, '%') AND "
        f"({_fits('aim')} OR {_fits('middle')} OR (is_percentage AND others >= {_PERCENTAGES} "
        f"AND digits >= usual + {_DIGITS})) ORDER BY 1, 2"
    ).to_arrow_table()
    if rows.num_rows:
        heading = state.match.layout.columns[field.name].heading
        yield finding(
            "TP-376",
            count=rows.num_rows,
            field=field.name,
            heading=display_safe(heading) or "",
            detail="; ".join(_said(row) for row in rows.slice(0, _SHOWN).to_pylist()),
            cells=state.cells(field.name, rows.select(["sheet", "source_row", "value"])),
        )


def _fits(other: str) -> str:
    """Whether the value is a hundredth of another, or between half and twice as much."""
    return f"coalesce({other} >= 1 AND value * 200 >= {other} AND value * 50 <= {other}, false)"


def _said(row: dict[str, object]) -> str:
    """What a doubtful value says, what it would say in per cent, and what that fits."""
    beside = "other percentages of the file"
    if row["fits_middle"]:
        beside = f"{_plain(row['middle'])}, the middle of all bodies"
    if row["fits_aim"]:
        beside = f"a target of {_plain(row['aim'])}"
    share = f"{display_safe(str(row['value']).strip())} in row {row['source_row']:,}"
    return f"{share} is {_plain(row['hundredfold'])}%, beside {beside}"


def _plain(number: object) -> str:
    return f"{number:f}".rstrip("0").rstrip(".") if number is not None else ""
