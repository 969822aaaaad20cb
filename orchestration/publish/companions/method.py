"""``METHOD.md``: the method that made a release, with what was known when it was made."""

from __future__ import annotations

from pathlib import Path


def method_pages(folder: Path) -> tuple[str, ...]:
    """The pages of the method in order: the count first. ``FileNotFoundError`` if there is none."""
    pages = sorted(folder.glob("*.md"), key=lambda path: (path.stem != "count", path.stem))
    if not pages:
        raise FileNotFoundError(f"{folder} holds no page of the method")
    return tuple(page.read_text(encoding="utf-8") for page in pages)
