"""Which folder a release is in: by its id, ``current``, a day on which it was current, or the path
of a folder that was copied."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

from ..publish.journal import JOURNAL, current_on
from ..publish.manifest import FILE_NAME
from ..publish.store import CURRENT, ReleaseError, current_release


def find_release(release: str | Path, published: Path) -> Path:
    """The folder of a release: an id, ``current``, a day (2026-11-01: what readers saw at its end,
    in UTC) or the path of a folder; ``published`` is where ids are looked for. Raises
    ``ReleaseError`` naming the releases there are."""
    found = {path.name: path for path in sorted(published.glob("[0-9]*-*")) if path.is_dir()}
    current = current_release(published)
    if current is not None:
        found[CURRENT] = current
    if isinstance(release, str) and release in found:
        return found[release]
    if isinstance(release, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", release):
        return release_on(release, published)
    if isinstance(release, Path) or "/" in release or Path(release).is_dir():
        folder = Path(release).expanduser().resolve()
        if (folder / FILE_NAME).is_file():
            return folder
        raise ReleaseError(f"{folder} is not a release: it has no {FILE_NAME}")
    if not found:
        raise ReleaseError(f"nothing has been published in {published} yet: totalplace run")
    raise ReleaseError(f"there is no release '{release}'; releases are: {', '.join(found)}")


def release_on(day: str, published: Path) -> Path:
    """The folder of the release that readers saw at the end of a day (UTC), written 2026-11-01.
    Raises ``ReleaseError`` if that is no day, is to come, is before the first release, or if the
    folder was removed."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise ReleaseError(f"'{day}' is not a day: write for example 2026-11-01") from None
    if wanted > datetime.now(UTC).date():
        raise ReleaseError(f"{day} is yet to come: the newest release is called {CURRENT}")
    found = current_on(published, wanted)
    if found is None:
        raise ReleaseError(f"by {published / JOURNAL} there was no release yet on {day}")
    if not (published / found).is_dir():
        raise ReleaseError(
            f"release {found} was current on {day}, but its folder was removed: restore it from a "
            f"copy to {published / found}"
        )
    return published / found
