"""How a canonical value is written: money, dates, flags, codes, as a contract's column says.

Here belongs the way from typed columns to text columns, the reverse of what intake parses.
Columns are worked on as a whole. What surrounds the cells belongs to ``render``.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from ..contracts import feeds
from ..contracts.base import Strict
from ..contracts.layout import Column

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Style(Strict):
    """How a partner's program writes: what a layout leaves open.

    ``money``: ``decimal`` 2684.00, ``float`` 2684.0, ``grouped`` 2,684.00, ``pounds`` £2,684.00.
    ``negatives``: a minus sign, or brackets as text. ``date`` is one of the column's own formats.
    ``byte_order_marks`` may be more than one. ``numeric`` lists text fields that a workbook holds
    as numbers. ``headings`` overrides the layout's heading of a field.
    """

    kind: Literal["csv", "xlsx"] = "csv"
    encoding: Literal["utf-8", "cp1252", "cp850", "utf-16"] = "utf-8"
    byte_order_marks: int = 0
    line_ending: Literal["lf", "crlf"] = "crlf"
    money: Literal["decimal", "float", "grouped", "pounds"] = "decimal"
    negatives: Literal["minus", "brackets"] = "minus"
    date: str | None = None
    upper_case_months: bool = False
    headings: dict[str, str] = Field(default_factory=dict)
    numeric: list[str] = Field(default_factory=list)
    blank_columns_before: int = 0
    blank_row_under_headings: bool = False
    empty_sheets: list[str] = Field(default_factory=list)


def column_texts(values: pa.Array, field: feeds.Field, column: Column, style: Style) -> pa.Array:
    """A canonical column as text, empty where there is no value; never null."""
    if field.type == "money":
        known = pc.fill_null(values, 0).to_numpy(zero_copy_only=False)
        texts = money_texts(known, column, style)
        return pc.if_else(values.is_valid(), texts, "") if values.null_count else texts
    if field.type == "date":
        return _dates(values, column, style)
    if field.type == "flag":
        return pa.array(["" if v is None else "Yes" if v else "No" for v in values.to_pylist()])
    if column.codes:
        words = {code: word for word, code in column.codes.items()}
        return pa.array([words.get(v, v) if v else "" for v in values.to_pylist()], pa.string())
    if isinstance(values, pa.DictionaryArray):
        return values
    return pc.fill_null(values.cast(pa.string()), "")


def date_format(column: Column, style: Style) -> str:
    """The program's own date style where the column allows it, else the column's first."""
    if style.date is not None and style.date in column.formats:
        return style.date
    return column.formats[0]


def date_text(day: date, style: str, upper: bool = False) -> str:
    """``day`` in one of the date styles a contract may name, for example ``dd-mmm-yy``."""
    month = _MONTHS[day.month - 1]
    text = style.replace("yyyy", f"{day.year:04d}").replace("yy", f"{day.year % 100:02d}")
    text = text.replace("hh:mm:ss", "00:00:00").replace("dd", f"{day.day:02d}")
    if "mmm" in text:
        return text.replace("mmm", month.upper() if upper else month)
    return text.replace("mm", f"{day.month:02d}")


def money_texts(pence: np.ndarray[Any, Any], column: Column, style: Style) -> pa.Array:
    """Integer pence as text, in the column's unit and sign; exact for any amount."""
    signed = -pence if column.sign == "reversed" else pence
    size = np.abs(signed)
    if column.unit == "pence":
        text = _digits(size)
    else:
        pounds, rest = size // 100, size % 100
        whole = _grouped(pounds) if style.money in ("grouped", "pounds") else _digits(pounds)
        fraction = pc.utf8_lpad(_digits(rest), 2, "0")
        if style.money == "float":
            fraction = pc.if_else(pa.array(rest % 10 == 0), _digits(rest // 10), fraction)
        text = _glue(whole, ".", fraction)
        if style.money == "pounds":
            text = _glue("£", text)
    if not (signed < 0).any():
        return text
    minus = _glue("(", text, ")") if style.negatives == "brackets" else _glue("-", text)
    return pc.if_else(pa.array(signed < 0), minus, text)


def _dates(values: pa.Array, column: Column, style: Style) -> pa.Array:
    encoded = values.dictionary_encode()
    shape = date_format(column, style)
    written = [date_text(d, shape, style.upper_case_months) for d in encoded.dictionary.to_pylist()]
    return pc.fill_null(pa.array(written, pa.string()).take(encoded.indices), "")


def _digits(numbers: np.ndarray[Any, Any]) -> pa.Array:
    return pc.cast(pa.array(numbers), pa.string())


def _glue(*parts: Any) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


def _grouped(pounds: np.ndarray[Any, Any]) -> pa.Array:
    """Whole pounds with thousands commas: 1,234,567."""
    parts: list[pa.Array] = []
    rest = pounds
    while True:
        higher = rest // 1000
        group = _digits(rest % 1000)
        padded = _glue(",", pc.utf8_lpad(group, 3, "0"))
        part = pc.if_else(pa.array(higher > 0), padded, group)
        parts.insert(0, pc.if_else(pa.array(rest > 0), part, "") if parts else part)
        if not (higher > 0).any():
            return _glue(*parts) if len(parts) > 1 else parts[0]
        rest = higher
