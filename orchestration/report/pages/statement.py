"""The accessibility statement."""

from __future__ import annotations

from collections.abc import Iterator

from ..content import Page
from ..facts import Facts


def pages(facts: Facts) -> Iterator[Page]:
    """The accessibility statement."""
    yield Page("accessibility.html", "Accessibility statement", "accessibility.html.j2")
