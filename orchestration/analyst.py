"""The notebook's door: ``load("current", "fct_place_spend")`` gives a pandas frame.

Whole numbers (money is pence) come as nullable ``Int64``, decimals as exact Arrow decimals, dates
as ``datetime64``, text as ``str``, flags as ``boolean``. Nothing passes through a float.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from .publish.parts import parquet_of
from .publish.release import list_releases
from .publish.store import CURRENT, ReleaseError
from .release.find import find_release
from .release.lines import all_lines
from .release.opened import opened
from .release.trace import trace_figure
from .settings import Settings


def load(release: str | Path, table: str, *, home: Path | str | None = None) -> pd.DataFrame:
    """A published table as a data frame, one row per row of the table.

    ``release`` is a release id, ``"current"``, a day (``"2026-11-01"``: what readers saw at its
    end, UTC) or the path of a release folder; ``home`` is where the releases are (default:
    ``TOTALPLACE_HOME`` or ``./data``). Columns that end in ``_pence``
    are integer pence; ``release_id`` says of which release it is. Raises ``ReleaseError``
    naming the releases or tables there are.
    """
    folder = find_release(release, _published(home))
    tables = sorted(path.stem for path in (folder / "parquet").iterdir())
    if table not in tables:
        raise ReleaseError(
            f"release {folder.name} has no table '{table}'; its tables are: {', '.join(tables)}"
        )
    file = parquet_of(folder, table)
    files = sorted(file.glob("*.parquet")) if file.is_dir() else [file]
    frame = _frame(pa.concat_tables([pq.ParquetFile(part).read() for part in files]))
    frame["release_id"] = folder.resolve().name
    return frame


def trace(
    table: str,
    keys: Mapping[str, str],
    *,
    figure: str | None = None,
    release: str | Path = CURRENT,
    home: Path | str | None = None,
) -> pd.DataFrame:
    """The lines behind a figure of the one row of ``table`` with these values, one row per line, in
    pence: which step it belongs to, receipt, file, sheet, Excel row, amount and SHA-256.

    ``figure`` is a column, else the row's first figure. The frame's ``attrs`` have ``figure``,
    ``published``, ``again`` (what its parts come to) and ``adds_up`` (at every step). Raises
    ``TraceError`` naming what there is, ``ReleaseError`` as ``load`` does.
    """
    with opened(find_release(release, _published(home))) as found:
        traced = trace_figure(found, table, keys, figure)
        frame = _frame(all_lines(traced).to_arrow_table())
        followed = traced.figure
        frame.attrs = {
            "figure": followed.column,
            "published": followed.published,
            "again": followed.again,
            "adds_up": traced.adds_up,
        }
    return frame


def releases(*, home: Path | str | None = None) -> pd.DataFrame:
    """The published releases, the oldest first: id, time (UTC), which is current, synthetic."""
    found = list_releases(_published(home))
    columns = ["release_id", "created_at", "current", "synthetic"]
    return pd.DataFrame([[getattr(r, c) for c in columns] for r in found], columns=columns)


def _published(home: Path | str | None) -> Path:
    return Settings.from_environment(None if home is None else Path(home)).published


def _frame(data: pa.Table) -> pd.DataFrame:
    """Arrow to pandas without a float: nulls stay nulls, whole numbers stay whole."""
    for position, field in enumerate(data.schema):
        if pa.types.is_date(field.type):
            days = data.column(position).cast(pa.timestamp("s"))
            data = data.set_column(position, field.name, days)
    frame: pd.DataFrame = data.to_pandas(types_mapper=_pandas_type)
    return frame


def _pandas_type(arrow: pa.DataType) -> pd.api.extensions.ExtensionDtype | None:
    if pa.types.is_integer(arrow):
        return pd.Int64Dtype()
    if pa.types.is_boolean(arrow):
        return pd.BooleanDtype()
    if pa.types.is_decimal(arrow):
        return pd.ArrowDtype(arrow)
    return None  # text and timestamps: pandas' own str and datetime64
