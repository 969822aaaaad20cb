"""How pages are made: one way to set up Jinja, with every value escaped and every sign visible,
and the stylesheet that pages of several rooms share."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..display import display_safe, pounds

if TYPE_CHECKING:
    from jinja2 import Environment

# GOV.UK Frontend without its brand: see README.md beside it.
STYLESHEET = Path(__file__).with_name("govuk-frontend.min.css")


@cache
def environment(*templates: Path) -> Environment:
    """Jinja over folders of templates, the first that has one; a name that a template uses and
    nobody gave is an error."""
    # Imported here, because only who makes a page needs it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "display_safe": lambda text: display_safe(text) or "",
        "pounds": pounds,
        "thousands": lambda number: f"{number:,}".replace("-", "−"),
    }
    return made


def visible(value: Any) -> Any:
    """A text in which what has no sign of its own (controls, direction marks, what is no character)
    stands as a code; what is no text, or is a page's own HTML, as it is."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    if value.isprintable():  # nothing of the kind is, and almost every text is
        return value
    return "".join(
        c if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn") else f"\\x{ord(c):02x}"
        for c in value
    )
