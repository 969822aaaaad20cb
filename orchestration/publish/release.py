"""Releases: swap the one pointer, list what is published, clear away what died half-made."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from expectations.result import ExpectationResult

from ..sql import Memory
from .audit import AuditFinding, audit, refusals, run_check
from .candidate import Candidate, Draft, discard, draft_tables, sealed, stamp, undone, unsealed
from .issues import with_issues
from .manifest import FILE_NAME, Manifest, ReleaseInputs, broken_seals
from .restatement import with_restatement
from .store import (
    ReleaseError,
    current_release,
    dead_claims,
    exclusive,
    swap_pointer,
    sync,
    sync_tree,
)

Judge = Callable[[Path], Iterable[ExpectationResult]]
Tested = Callable[[], list[str]]


@dataclass(frozen=True)
class Release:
    """A published release: its id and its folder, which never changes again."""

    release_id: str
    path: Path


@dataclass(frozen=True)
class ReleaseInfo:
    """One line of the list of releases; ``problem`` says why a release cannot be read."""

    release_id: str
    created_at: str
    current: bool
    path: Path
    synthetic: bool
    problem: str = ""


@dataclass(frozen=True)
class PublishOutcome:
    """What became of a candidate. ``release_id`` and ``path`` are of the release that readers
    see now; after a refusal that is the one from before, or ``None`` if there was none."""

    status: Literal["published", "unchanged", "refused"]
    release_id: str | None
    path: Path | None
    findings: tuple[AuditFinding, ...]

    @property
    def refusals(self) -> list[AuditFinding]:
        """The findings that stopped the release."""
        return refusals(self.findings) if self.status == "refused" else []


def publish_release(
    build_db: Path,
    published: Path,
    tables: Sequence[str],
    inputs: ReleaseInputs,
    *,
    judge: Judge | None = None,
    tested: Tested | None = None,
    memory: Memory | None = None,
    now: datetime | None = None,
) -> PublishOutcome:
    """Candidate, audit, swap: the whole way from the build file to readers.

    ``tables`` are the names every release must hold. ``judge`` gets the path of the candidate's
    DuckDB file (open it read-only, and close it) and returns results for the audit. ``tested``
    says why the build is not known to have passed its own tests, if it is not. If the
    current release already has this content nothing is written. Raises ``ReleaseError`` if there
    is nothing to publish or another process published meanwhile.
    """
    sweep(published)
    current = current_release(published)
    draft = draft_tables(build_db, published, tables, memory=memory, now=now)
    if current and _is_intact(current, draft.made_of):
        discard(draft)
        return PublishOutcome("unchanged", current.name, current, ())
    with undone(draft):
        stamp(draft)
        draft = with_restatement(draft, unsealed(draft, inputs))
        candidate, findings = _audited(draft, inputs, judge)
        if tested:
            findings += run_check("dbt_tests", "Every dbt test passed on this build.", tested)
        if refusals(findings):
            discard(candidate)
            return PublishOutcome(
                "refused", current.name if current else None, current, tuple(findings)
            )
        release = publish(candidate, findings)
    return PublishOutcome("published", release.release_id, release.path, tuple(findings))


def publish(candidate: Candidate, findings: Sequence[AuditFinding]) -> Release:
    """Makes an audited candidate the current release.

    Everything is on disk before the folder gets its name, and the folder has its name before the
    pointer moves: whenever the process dies, readers see the release before or this one, whole.
    Raises ``ReleaseError`` if ``findings`` forbid it or the pointer moved since the candidate
    was built (the manifest's link to the release before would be wrong).
    """
    if stopped := refusals(findings):
        raise ReleaseError(f"the audit refused this candidate: {stopped[0].message}")
    published, manifest = candidate.published, candidate.manifest
    target = published / manifest.release_id
    sync_tree(candidate.folder)
    with exclusive(published):
        current = current_release(published)
        previous = manifest.previous.release_id if manifest.previous else None
        if (current.name if current else None) != previous:
            raise ReleaseError("another release was published meanwhile: run again")
        if target.exists():
            # Only the same content on the same day can have this name: published, rolled back,
            # and now current again.
            _require_intact(target, manifest.made_of)
            shutil.rmtree(candidate.folder)
        else:
            candidate.claim.note(manifest.release_id)
            os.replace(candidate.folder, target)  # noqa: PTH105 - replaceable in tests
            sync(published)
        swap_pointer(published, manifest.release_id)
        candidate.claim.release()
    return Release(manifest.release_id, target)


def point_to(published: Path, release_id: str) -> Release:
    """Makes an earlier release current again; ``ReleaseError`` if it is unknown or damaged."""
    with exclusive(published):
        _sweep(published)
        target = published / release_id
        if release_id not in {info.release_id for info in list_releases(published)}:
            known = ", ".join(info.release_id for info in list_releases(published)) or "none yet"
            raise ReleaseError(f"there is no release {release_id}; releases are: {known}")
        _require_intact(target)
        swap_pointer(published, release_id)
    return Release(release_id, target)


def list_releases(published: Path) -> list[ReleaseInfo]:
    """Every release in the folder, the oldest first."""
    current = current_release(published)
    found = []
    for folder in sorted(published.glob("[0-9]*-*")):
        if not folder.is_dir():
            continue
        is_current = folder == current
        try:
            manifest = Manifest.read(folder)
            found.append(
                ReleaseInfo(
                    folder.name, manifest.created_at, is_current, folder, manifest.synthetic
                )
            )
        except (OSError, ValueError):
            problem = f"{FILE_NAME} is missing or damaged"
            found.append(ReleaseInfo(folder.name, "", is_current, folder, False, problem))
    return sorted(found, key=lambda info: (info.created_at, info.release_id))


def sweep(published: Path) -> list[Path]:
    """Removes what processes that died left behind: half candidates, and folders that had got
    their release name but were never pointed at. Returns the removed folders."""
    with exclusive(published):
        return _sweep(published)


def _sweep(published: Path) -> list[Path]:
    removed = []
    for folder, release_id in dead_claims(published):
        leftovers = [folder]
        current = current_release(published)
        if release_id and (current is None or current.name != release_id):
            leftovers.append(published / release_id)
        for leftover in leftovers:
            if leftover.is_dir():
                shutil.rmtree(leftover)
                removed.append(leftover)
    return removed


def _audited(
    draft: Draft, inputs: ReleaseInputs, judge: Judge | None
) -> tuple[Candidate, list[AuditFinding]]:
    """What may be published, with the judge's findings among its issues, and the audit of it."""
    if judge is None:
        candidate = sealed(draft, inputs)
        return candidate, audit(candidate)
    judgements: list[ExpectationResult] = []

    def ask() -> list[str]:
        judgements.extend(judge(draft.database))
        return []

    asked = run_check("expectations", "The expectations were asked.", ask)
    # The audit comes after the judge: the seals must hold on the bytes as the judge left them.
    if refusals(asked):
        candidate = sealed(draft, inputs)
        return candidate, [*asked, *audit(candidate)]
    synthetic = any(s.synthetic for s in inputs.submissions)
    candidate = sealed(with_issues(draft, judgements, synthetic=synthetic), inputs)
    return candidate, [*asked, *audit(candidate, judgements)]


def _damage(folder: Path, content: str) -> list[str]:
    """What is wrong with a published folder; ``content`` is what it is made of, or ``''``."""
    try:
        manifest = Manifest.read(folder)
        problems = broken_seals(folder, manifest)
    except (OSError, ValueError):
        return [f"{FILE_NAME} is missing or damaged"]
    if content and manifest.made_of != content:
        problems.append("its content is not what its name says")
    return problems


def _is_intact(folder: Path, content: str) -> bool:
    return not _damage(folder, content)


def _require_intact(folder: Path, content: str = "") -> None:
    if problems := _damage(folder, content):
        raise ReleaseError(
            f"release {folder.name} is damaged ({problems[0]}): restore the folder from a copy, "
            "or remove it and run again"
        )
