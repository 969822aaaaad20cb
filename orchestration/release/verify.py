"""Whether a release is what was published: every byte against the manifest, and the manifest
against everything that knows its hash. How that is shown belongs in ``cli``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..hashing import sha256_of
from ..publish.content import TableContent, content_hash
from ..publish.journal import JOURNAL, read_journal
from ..publish.manifest import FILE_NAME, Manifest, broken_seals, parquet_name


@dataclass(frozen=True)
class Verified:
    """What was looked at in ``folder`` (``files`` beside the manifest, and their bytes) and a
    sentence for everything that is not as it was published.

    ``witnesses`` says what knows the SHA-256 of the manifest; without one, an edit of the manifest
    and of a file that agree with each other is not seen.
    """

    release_id: str
    folder: Path
    manifest_sha256: str
    files: int
    size: int
    problems: tuple[str, ...]
    witnesses: tuple[str, ...]


def verify(folder: Path, published: Path) -> Verified:
    """Reads every byte of a release folder, which may be a copy. Its manifest is compared with the
    journal in ``published`` and with the releases beside it. Changes nothing."""
    manifest_file = folder / FILE_NAME
    try:
        manifest = Manifest.read(folder)
    except (OSError, ValueError):
        problem = f"{FILE_NAME} is missing or cannot be read: restore the folder from a copy"
        return Verified(folder.name, folder, "", 0, 0, (problem,), ())
    seal = sha256_of(manifest_file)
    known = dict(_known(manifest.release_id, folder, published))
    problems = [
        *broken_seals(folder, manifest),
        *_contradictions(manifest),
        *(
            f"{FILE_NAME} was edited: its SHA-256 is {seal}, {witness} has {other}"
            for witness, other in known.items()
            if other != seal
        ),
        *_chain(manifest, folder),
        *_journal(manifest.release_id, folder, published),
    ]
    size = sum(file.bytes for file in manifest.files.values())
    return Verified(
        manifest.release_id,
        folder,
        seal,
        len(manifest.files),
        size,
        tuple(problems),
        tuple(known),
    )


def _known(release_id: str, folder: Path, published: Path) -> Iterator[tuple[str, str]]:
    """What knows the SHA-256 of a release's manifest, and what it has."""
    for entry in read_journal(published)[0]:
        if entry.release_id == release_id:
            yield f"line {entry.number} of {JOURNAL}", entry.manifest_sha256
    for other, manifest in _beside(folder):
        previous = manifest.previous
        if previous and previous.release_id == release_id:
            yield f"the manifest of {other.name}, made after it,", previous.manifest_sha256


def _beside(folder: Path) -> Iterator[tuple[Path, Manifest]]:
    """The other releases in the same folder whose manifests can be read."""
    for other in sorted(folder.parent.glob("[0-9]*-*")):
        if other != folder:
            try:
                yield other, Manifest.read(other)
            except (OSError, ValueError):
                continue


def _contradictions(manifest: Manifest) -> Iterator[str]:
    """What the manifest says that cannot be, if it is as it was written."""
    edited = f"{FILE_NAME} was edited"
    for table, promised in manifest.tables.items():
        if manifest.sealed_content(table) != promised.content_sha256:
            where = parquet_name(table, "" if promised.parts else None)
            yield f"{edited}: it has two hashes for {where}, or only one"
    content = {
        name: TableContent(t.columns, t.rows, t.content_sha256)
        for name, t in manifest.tables.items()
    }
    if content_hash(content) != manifest.content_hash:
        yield f"{edited}: its tables do not come to its content hash"
    if manifest.release_id[:10] != manifest.created_at[:10]:
        yield f"{edited}: release {manifest.release_id} cannot be of {manifest.created_at}"
    if not manifest.release_id.endswith(f"-{manifest.made_of[:10]}"):
        yield f"{edited}: release {manifest.release_id} cannot be made of {manifest.made_of[:10]}…"


def _chain(manifest: Manifest, folder: Path) -> Iterator[str]:
    """Whether the release before, if it is there, still is the one that this was made after."""
    if (previous := manifest.previous) is None:
        return
    before = folder.parent / previous.release_id / FILE_NAME
    if before.is_file() and sha256_of(before) != previous.manifest_sha256:
        yield (
            f"{previous.release_id}/{FILE_NAME}, the manifest of the release before, is not the "
            f"one this release was made after: its SHA-256 is {sha256_of(before)}, and was "
            f"{previous.manifest_sha256}"
        )


def _journal(release_id: str, folder: Path, published: Path) -> Iterator[str]:
    """What is wrong with the journal, of a release that lies beside it."""
    if folder.parent.resolve() != published.resolve():
        return
    entries, problems = read_journal(published)
    yield from problems
    if entries and release_id not in {entry.release_id for entry in entries}:
        yield f"no line of {JOURNAL} says that release {release_id} was made"
    if folder.name != release_id:
        yield f"the folder is called {folder.name}, and its manifest is of release {release_id}"
