"""Releases: swap the one pointer, list what is published, clear away what died half-made."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from expectations.result import ExpectationResult

from ..sql import Memory
from .audit import OF_DATA, AuditFinding, audit, refusals, run_check
from .candidate import (
    Candidate,
    Draft,
    accompanied,
    described,
    discard,
    draft_tables,
    sealed,
    sealed_again,
    stamp,
    undone,
    unsealed,
)
from .checks import files_are_sealed
from .issues import TABLE as ISSUES
from .issues import with_issues
from .journal import append, newest_release, read_journal, settle, steering
from .manifest import FILE_NAME, Manifest, ReleaseInputs, broken_seals
from .parts import parquet_of
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

# What expectations say of a release's tables, by their Parquet: a file, or a folder of parts.
Judge = Callable[[Mapping[str, Path]], Iterable[ExpectationResult]]
Tested = Callable[[], list[str]]
# What writes pages about a release into its folder.
Report = Callable[[Path], object]


@dataclass(frozen=True)
class Release:
    """A published release: its id and its folder, which never changes again."""

    release_id: str
    path: Path


@dataclass(frozen=True)
class ReleaseInfo:
    """One line of the list of releases; ``problem`` says why a release cannot be read. The current
    one may be ``pinned``, and the newest then be ``waiting``."""

    release_id: str
    created_at: str
    current: bool
    path: Path
    synthetic: bool
    problem: str = ""
    pinned: bool = False
    waiting: bool = False


@dataclass(frozen=True)
class PublishOutcome:
    """What became of a candidate. ``release_id`` and ``path`` are of the release that readers
    see now; after a refusal that is the one from before, or ``None`` if there was none.
    ``waiting`` is the release that was made, or would be made again, while another is pinned."""

    status: Literal["published", "waiting", "unchanged", "refused"]
    release_id: str | None
    path: Path | None
    findings: tuple[AuditFinding, ...]
    waiting: str | None = None

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
    report: Report | None = None,
    memory: Memory | None = None,
    now: datetime | None = None,
) -> PublishOutcome:
    """Candidate, audit, swap: the whole way from the build file to readers.

    ``tables`` are the names every release must hold. ``judge`` gets the Parquet of each table and
    returns results for the audit, which compares these files with all others; it is asked in a
    thread of its own. ``tested`` says why the build is not known to have passed its own tests, if
    it is not. ``report`` writes pages into the candidate's folder, in a thread of its own, beside
    which the candidate is only read. If the current release already has this content nothing is
    written.
    Raises ``ReleaseError`` if there is nothing to publish or another process published meanwhile.
    """
    sweep(published)
    current, newest = current_release(published), newest_release(published)
    draft = draft_tables(build_db, published, tables, inputs, memory=memory, now=now)
    seen = current.name if current else None
    if newest and _is_intact(newest, draft.made_of):
        discard(draft)
        return PublishOutcome("unchanged", seen, current, (), steering(published).waiting)
    with undone(draft):
        draft = with_restatement(draft, unsealed(draft, inputs))
        candidate, findings = _audited(draft, inputs, judge, report)
        if tested:
            findings += run_check("dbt_tests", "Every dbt test passed on this build.", tested)
        if refusals(findings):
            discard(candidate)
            return PublishOutcome("refused", seen, current, tuple(findings))
        release = publish(candidate, findings)
    if steering(published).pin:
        return PublishOutcome("waiting", seen, current, tuple(findings), release.release_id)
    return PublishOutcome("published", release.release_id, release.path, tuple(findings))


def publish(candidate: Candidate, findings: Sequence[AuditFinding]) -> Release:
    """Makes an audited candidate a release, and the current one unless another is pinned.

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
            raise ReleaseError(
                "another release was published meanwhile, or readers were led back to one: "
                "run again"
            )
        if target.exists():
            # Only the same content on the same day can have this name: published, rolled back,
            # and now current again.
            require_intact(target, manifest.made_of)
            shutil.rmtree(candidate.folder)
        else:
            candidate.claim.note(manifest.release_id)
            os.replace(candidate.folder, target)  # noqa: PTH105 - replaceable in tests
            sync(published)
        append(published, "made", manifest.release_id)
        if not steering(published).pin:
            swap_pointer(published, manifest.release_id)
        candidate.claim.release()
    return Release(manifest.release_id, target)


def list_releases(published: Path) -> list[ReleaseInfo]:
    """Every release in the folder, the oldest first."""
    current, stands = current_release(published), steering(published)
    pinned = stands.pin.release_id if stands.pin else None
    found = []
    for folder in sorted(published.glob("[0-9]*-*")):
        if not folder.is_dir():
            continue
        created_at, synthetic, problem = "", False, ""
        try:
            manifest = Manifest.read(folder)
            created_at, synthetic = manifest.created_at, manifest.synthetic
        except (OSError, ValueError):
            problem = f"{FILE_NAME} is missing or damaged"
        found.append(
            ReleaseInfo(
                folder.name,
                created_at,
                folder == current,
                folder,
                synthetic,
                problem,
                folder.name == pinned,
                folder.name == stands.waiting,
            )
        )
    return sorted(found, key=lambda info: (info.created_at, info.release_id))


def sweep(published: Path) -> list[Path]:
    """Removes what processes that died left behind: half candidates, and folders that had got
    their release name but stand in no journal. Returns the removed folders. What the journal says
    and such a process did not come to is done: the pointer follows the last entry."""
    with exclusive(published):
        return sweep_locked(published)


def sweep_locked(published: Path) -> list[Path]:
    """``sweep``, for a caller that holds ``exclusive``."""
    settle(published)
    written_down = {entry.release_id for entry in read_journal(published)[0]}
    removed = []
    for folder, release_id in dead_claims(published):
        leftovers = [folder]
        current = current_release(published)
        pointed_at = current is not None and current.name == release_id
        if release_id and not pointed_at and release_id not in written_down:
            leftovers.append(published / release_id)
        for leftover in leftovers:
            if leftover.is_dir():
                shutil.rmtree(leftover)
                removed.append(leftover)
    return removed


def _audited(
    draft: Draft, inputs: ReleaseInputs, judge: Judge | None, report: Report | None
) -> tuple[Candidate, list[AuditFinding]]:
    """What may be published, with the judge's findings among its issues, and the audit of it."""
    with ThreadPoolExecutor(1) as beside:
        asked = beside.submit(_judged, draft, judge)
        stamp(draft)
        described(draft, inputs)
        judgements, findings = asked.result()
    draft = with_issues(draft, judgements or ())
    described(draft, inputs, [ISSUES])
    accompanied(draft, inputs)
    candidate = sealed(draft, inputs)
    if report is None or refusals(findings):
        return candidate, [*findings, *audit(candidate, judgements)]
    with ThreadPoolExecutor(1) as beside:
        written = beside.submit(report, candidate.folder)
        findings += audit(candidate, judgements, checks=OF_DATA)
        written.result()
    candidate = sealed_again(candidate)
    # The last of all: the seals must hold on the bytes as everybody left them.
    return candidate, [*findings, *audit(candidate, checks=[files_are_sealed])]


def _judged(
    draft: Draft, judge: Judge | None
) -> tuple[list[ExpectationResult] | None, list[AuditFinding]]:
    """What the judge found (``None`` without a judge), and why it could not be asked, if so."""
    if judge is None:
        return None, []
    files = {table: parquet_of(draft.folder, table) for table in draft.content}
    judgements: list[ExpectationResult] = []

    def ask() -> list[str]:
        judgements.extend(judge(files))
        return []

    findings = run_check("expectations", "The expectations were asked.", ask)
    return (None, findings) if refusals(findings) else (judgements, findings)


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
    # Whether it is another release is known without reading every byte of it.
    try:
        is_same = Manifest.read(folder).made_of == content
    except (OSError, ValueError):
        return False
    return is_same and not _damage(folder, content)


def require_intact(folder: Path, content: str = "") -> None:
    """Raises ``ReleaseError`` if a byte of a release, or the ``content`` it is made of, is other
    than its manifest says."""
    if problems := _damage(folder, content):
        raise ReleaseError(
            f"release {folder.name} is damaged ({problems[0]}): restore the folder from a copy, "
            "or remove it and run again"
        )
