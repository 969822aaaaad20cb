"""Steering what readers see: back to an earlier release, held there, and on again.

Both are decisions of a person, with a name and a reason in the journal. No release is made or
changed here.
"""

from __future__ import annotations

from pathlib import Path

from .journal import Steering, append, read_journal, steering
from .release import list_releases, require_intact, sweep_locked
from .store import ReleaseError, exclusive, swap_pointer


def rollback(published: Path, release_id: str, *, name: str, reason: str) -> Steering:
    """Leads readers to ``release_id`` and holds them there (a pin) until ``unpin``; how things
    stand then. The current release can be held too.

    Raises ``ReleaseError`` if the release is unknown, was removed or is damaged in any byte, or if
    name or reason are empty.
    """
    name, reason = _signed(name, reason)
    with exclusive(published):
        sweep_locked(published)
        _require_there(published, release_id)
        require_intact(published / release_id)
        append(published, "rolled back", release_id, name=name, reason=reason)
        swap_pointer(published, release_id)
        return steering(published)


def unpin(published: Path, *, name: str, reason: str) -> Steering:
    """Takes the pin off: readers see the newest release, now and after every run; how things stand
    then. Raises ``ReleaseError`` if nothing is pinned, if there is no release to see or the newest
    is damaged, or if name or reason are empty."""
    name, reason = _signed(name, reason)
    with exclusive(published):
        sweep_locked(published)
        stands = steering(published)
        if stands.pin is None:
            raise ReleaseError("no release is pinned: readers see the newest already")
        if stands.newest is None:
            raise ReleaseError("there is no release that readers could see: totalplace run")
        require_intact(published / stands.newest)
        append(published, "unpinned", stands.newest, name=name, reason=reason)
        swap_pointer(published, stands.newest)
        return steering(published)


def _signed(name: str, reason: str) -> tuple[str, str]:
    """Both in one line each, without control characters."""
    said = []
    for what, text in (("name", name), ("reason", reason)):
        line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        if not line:
            raise ReleaseError(f"the {what} is empty: say --name NAME and --reason TEXT")
        said.append(line)
    return said[0], said[1]


def _require_there(published: Path, release_id: str) -> None:
    there = [info.release_id for info in list_releases(published)]
    if release_id in there:
        return
    known = ", ".join(there) or "none yet"
    made = [e for e in read_journal(published)[0] if e.release_id == release_id]
    if made:
        raise ReleaseError(
            f"release {release_id} of {made[0].at[:10]} is no longer in {published}: it was "
            f"removed; releases are: {known}"
        )
    raise ReleaseError(f"there is no release {release_id}; releases are: {known}")
