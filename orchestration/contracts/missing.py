"""A partner whose contract cannot be used, and never could: what can be read of it says what is
missing. It is no contract: nothing is received or counted by it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, get_args

import yaml

from .feeds import FEEDS
from .model import Feed, Partner
from .periods import Cadence

# What stands on a line of its own, and can be read though the rest of the file cannot.
_OWN_LINE = r"^(name|short_name|in_place|valid_from|valid_to):.*$"


def missing_partner(file: Path) -> Partner:
    """Who is missing, and which feeds. Where that cannot be read it is a body of the place that
    owes its spend, so that no figure of the place passes for whole without it."""
    read = _read(file)
    text = {key: read[key] for key in ("name", "short_name") if isinstance(read.get(key), str)}
    feeds = read.get("feeds")
    listed = feeds if isinstance(feeds, dict) else {}
    return Partner.model_construct(
        id=file.stem,
        name=text.get("name", file.stem),
        short_name=text.get("short_name", text.get("name", file.stem)),
        kind="council",
        in_place=read.get("in_place") is not False,
        valid_from=_day(read, "valid_from"),
        valid_to=_day(read, "valid_to"),
        feeds={n: _feed(f) for n, f in listed.items() if n in FEEDS} or {"spend": _feed({})},
    )


def _feed(stated: object) -> Feed:
    read = stated if isinstance(stated, dict) else {}
    cadence = read.get("cadence")
    return Feed.model_construct(
        basis="return",
        accounting="cash",
        vat="not_stated",
        prices="cash",
        cadence=cadence if cadence in get_args(Cadence) else "financial_year",
        expected_from=_day(read, "expected_from") or date.min,
        expected_to=_day(read, "expected_to"),
        due_days=0,
        layouts=[],
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    whole = _parsed(text)
    if isinstance(whole, dict):
        return whole
    lines = (_parsed(line[0]) for line in re.finditer(_OWN_LINE, text, re.MULTILINE))
    return {key: value for line in lines if isinstance(line, dict) for key, value in line.items()}


def _parsed(text: str) -> object:
    try:
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except (ValueError, OverflowError, RecursionError, yaml.YAMLError):
        return None


def _day(read: Mapping[str, Any], key: str) -> date | None:
    day = read.get(key)
    return day if type(day) is date else None
