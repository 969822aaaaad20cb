"""A feed's rows by their key: what they are known by from year to year, and how they are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from ...contracts.feeds import FeedSchema
from ...contracts.layout import Layout
from ...display import display_safe, pounds
from ..judge.findings import Cell

# A number, such as that of an indicator, is compared in its four decimal places.
PLACES = 10_000
SHOWN = 5


def row_key(schema: FeedSchema, without: str = "") -> tuple[str, str]:
    """What a row is known by, without its year or month and a field, and the same to be read."""
    left_out = (schema.year_field, schema.date_field, without)
    names = [n for n in schema.key if n not in left_out]
    parts = ", ".join(f"coalesce(lower(trim(CAST({n} AS VARCHAR))), '')" for n in names)
    words = ", ".join(f"CAST({n} AS VARCHAR)" for n in names)
    return f"concat_ws('|', {parts})", f"concat_ws(', ', {words})"


def key_sql(schema: FeedSchema) -> str:
    """The key of a group of rows, and the same to be read."""
    key, name = row_key(schema)
    return f"{key} AS key, any_value({name}) AS name"


def is_number(schema: FeedSchema, value: str) -> bool:
    """Whether a field is compared in its decimal places."""
    return schema.field(value).type == "number"


def figures(
    layout: Layout, name: str, found: Sequence[tuple[Any, ...]], pence: int | None
) -> dict[str, Any]:
    """What a finding has of the cells of a field: rows whose fourth and fifth are sheet and row."""
    heading = display_safe(layout.columns[name].heading) or ""
    return {
        "count": len(found),
        "amount_pence": pence,
        "field": name,
        "heading": heading,
        "cells": [Cell(r[3], r[4], "", heading, None) for r in found],
    }


def listed(texts: Iterable[str]) -> str:
    """The first of some texts, and how many there are more."""
    all_of_them = list(texts)
    more = len(all_of_them) - SHOWN
    return "; ".join([*all_of_them[:SHOWN], *([f"and {more:,} more"] if more > 0 else [])])


def amount_words(schema: FeedSchema, value: str, amount: int) -> str:
    """A value as it is compared, in words."""
    if schema.money_field:
        return pounds(amount)
    if is_number(schema, value):
        return f"{Decimal(amount) / PLACES:,.4f}".rstrip("0").rstrip(".")
    return f"{amount:,}"
