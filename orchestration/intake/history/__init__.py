"""A file against what is in force of the periods before it.

By key (``history_findings``): the value of a saving, a site or an agreement beside its own earlier
one (``values``), what it says of itself (``answers``), what a register says of its savings
(``registers``). As a whole (``whole``): the same figures again, or much gone. By its lines and last
day (``cut_short``). Other bodies' lines belong to ``same_saving``, lines of payments to
``same_money``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from ...contracts.feeds import FEEDS, FeedSchema
from ...contracts.layout import Layout
from ...sql import private_cursor
from ..judge.findings import Finding
from .answers import not_steady, other_shares
from .registers import baselines, running, stopped
from .values import compare, factors, moved, returned


def history_findings(
    feed: str, layout: Layout, now: Path, earlier: Sequence[Path], *, shares: bool = True
) -> Iterator[Finding]:
    """What asks of a file's lines beside those of the periods before it, the latest first;
    ``shares``: whether a number below 1 may be asked about, as it has not been beside its file."""
    schema = FEEDS[feed]
    if not schema.key or not earlier or not now.is_file():
        return
    with private_cursor() as con:
        if value := schema.compared_field:
            compare(con, schema, value, (now, *earlier), shares=shares)
            yield from _of_values(con, schema, layout, value, (now, *earlier))
        yield from not_steady(con, schema, layout, now, earlier[0])
        for field in schema.fields:
            if field.part_of and {field.name, field.part_of} <= layout.columns.keys():
                yield from other_shares(con, schema, layout, field, now, earlier[0])


def _of_values(
    con: duckdb.DuckDBPyConnection,
    schema: FeedSchema,
    layout: Layout,
    value: str,
    files: Sequence[Path],
) -> Iterator[Finding]:
    """What asks of the value that each key has; the latest of the ``files`` first."""
    now, *earlier = files
    yield from factors(con, schema, layout, value)
    if schema.name == "savings":
        run_on = list(running(con, layout, len(earlier[:2])))
        yield from run_on
        yield from baselines(con, layout, now, earlier[0])
        yield from stopped(con, layout, now, earlier)
        if run_on:  # which speaks of the same figures
            return
    yield from moved(con, schema, layout, value)
    if schema.name == "access_points" and len(earlier) > 1:
        yield from returned(con, layout)
