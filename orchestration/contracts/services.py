"""The published services, of which a body's statement about its lines may name one.

They are reference data of the warehouse, read from its own file, so that they stand once.
"""

from __future__ import annotations

import csv
from functools import cache

from ..settings import SERVICES


@cache
def theme_of_services() -> dict[str, str]:
    """Every service by its code, with its theme."""
    with SERVICES.open(encoding="utf-8", newline="") as file:
        return {row["service_code"]: row["theme"] for row in csv.DictReader(file)}


def mistake_in(service_code: str, theme: str) -> str | None:
    """What is wrong with a service that a statement about ``theme`` names; ``None`` if nothing."""
    themes = theme_of_services()
    of_theme = ", ".join(code for code, one in themes.items() if one == theme)
    if service_code not in themes:
        return f"{service_code!r} is no published service: {of_theme} are those of {theme}"
    if themes[service_code] != theme:
        other = themes[service_code]
        return f"{service_code!r} is a service of {other}, and the theme is {theme}: {of_theme} are"
    return None
