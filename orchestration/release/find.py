"""Which folder a release is in: by its id, ``current``, or the path of a folder that was copied."""

from __future__ import annotations

from pathlib import Path

from ..publish.manifest import FILE_NAME
from ..publish.store import CURRENT, ReleaseError, current_release


def find_release(release: str | Path, published: Path) -> Path:
    """The folder of a release: an id, ``current`` or the path of a folder; ``published`` is where
    ids are looked for. Raises ``ReleaseError`` naming the releases there are."""
    found = {path.name: path for path in sorted(published.glob("[0-9]*-*")) if path.is_dir()}
    current = current_release(published)
    if current is not None:
        found[CURRENT] = current
    if isinstance(release, str) and release in found:
        return found[release]
    if isinstance(release, Path) or "/" in release or Path(release).is_dir():
        folder = Path(release).expanduser().resolve()
        if (folder / FILE_NAME).is_file():
            return folder
        raise ReleaseError(f"{folder} is not a release: it has no {FILE_NAME}")
    if not found:
        raise ReleaseError(f"nothing has been published in {published} yet: totalplace run")
    raise ReleaseError(f"there is no release '{release}'; releases are: {', '.join(found)}")
