"""Whose file it seems to be: headings that fit a layout of another contract, or of another feed."""

from __future__ import annotations

from collections.abc import Iterator

from ...contracts.feeds import FEEDS
from .layout import Match, find_headings
from .reference import usual
from .state import JudgingState

# Fewer headings than these are in every file; more bodies than these are no help.
_LEAST, _NAMED = 3, 3
_MOST_OF = 0.8


def looks_like(state: JudgingState, head: list[list[str]]) -> str:
    """Whose layout the headings fit, in words; empty if nobody's, or if no contract can be read."""
    names = list(dict.fromkeys(_owners(state, head)))
    if not names:
        return ""
    more = " and of others" if len(names) > _NAMED else ""
    return f"The headings look like the layout of {' or of '.join(names[:_NAMED])}{more}."


def _owners(state: JudgingState, head: list[list[str]]) -> Iterator[str]:
    for partner in (state.request.reference or usual()).contracts:
        for name, feed in partner.feeds.items():
            if feed == state.request.feed:
                continue
            for layout in feed.layouts:
                if _fits(find_headings(head, FEEDS[name], [layout])):
                    yield f"{partner.name} for {name.replace('_', ' ')}"


def _fits(match: Match | None) -> bool:
    if match is None or match.missing_required or not match.headed:
        return False
    found = len(match.positions)
    return found >= max(_LEAST, _MOST_OF * len(match.layout.columns))
