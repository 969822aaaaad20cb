"""Every cell that was at fault, kept beside the receipt, so that a report can be made later."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ...sql import private_cursor
from ..judge.findings import Cell, Finding, Group
from ..read.source import int64s

_BLOCK, _WRITTEN = 10_000, 100_000
_GROUPS, _DISTINCT = "groups", "distinct"


def each(cells: Sequence[Cell], limit: int | None = None) -> Iterator[Cell]:
    """Cells one after the other, up to ``limit``; made by the block, as they come cheapest."""
    count = len(cells) if limit is None else min(limit, len(cells))
    for start in range(0, count, _BLOCK):
        yield from cells[start : min(start + _BLOCK, count)]


def write_cells(path: Path, findings: Sequence[Finding]) -> bool:
    """Writes the cells of all findings, in their order; ``False`` (no file) if there are none."""
    if not any(len(f.cells) for f in findings):
        return False
    groups = {n: [g.as_json() for g in f.groups] for n, f in enumerate(findings) if f.groups}
    integers, texts = ("position", "row"), ("sheet", "column", "heading", "value")
    schema = pa.schema(
        [(n, pa.int64()) for n in integers] + [(n, pa.string()) for n in texts],
        metadata={
            _GROUPS: json.dumps(groups),
            _DISTINCT: json.dumps({n: f.distinct for n, f in enumerate(findings) if f.groups}),
        },
    )
    numbered = ((n, cell) for n, f in enumerate(findings) for cell in each(f.cells))
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while block := list(islice(numbered, _WRITTEN)):
            arrays = [
                int64s(array("q", [n for n, _ in block])),
                int64s(array("q", [cell.row for _, cell in block])),
            ]
            for name in texts:
                builder = pa.lib.StringBuilder()
                builder.append_values([getattr(cell, name) for _, cell in block])
                arrays.append(builder.finish())
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return True


def kept_findings(rows: Sequence[Mapping[str, Any]], path: Path) -> list[Finding]:
    """The findings of a receipt as they were reported, with every cell if they were kept."""
    cells: dict[int, list[Cell]] = {}
    groups: dict[str, list[dict[str, Any]]] = {}
    distinct: dict[str, int] = {}
    if path.is_file():
        kept = pq.read_schema(path).metadata or {}
        groups = json.loads(kept.get(_GROUPS.encode(), b"{}"))
        distinct = json.loads(kept.get(_DISTINCT.encode(), b"{}"))
        with private_cursor() as con:
            for position, *address in con.execute(
                'SELECT position, sheet, "row", "column", heading, value FROM read_parquet(?)',
                [str(path)],
            ).fetchall():
                cells.setdefault(position, []).append(Cell(*address))
    return [
        Finding(
            code=row["code"],
            level=row["level"],
            message=row["message"],
            fix=row["fix"],
            count=row["row_count"],
            amount_pence=row["amount_pence"],
            field=row["field"],
            heading=row["heading"],
            cells=cells.get(row["position"], []),
            groups=tuple(Group(**g) for g in groups.get(str(row["position"]), [])),
            distinct=distinct.get(str(row["position"]), 0),
        )
        for row in rows
    ]
