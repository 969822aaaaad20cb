"""The control file that may stand beside a file: ``FILE.manifest.json`` or ``FILE.manifest.csv``.

Here it is found, copied and hashed; what it says is compared in ``judge/rules/control_totals``.
"""

from __future__ import annotations

from pathlib import Path

from ...hashing import sha256_text

ENDINGS = (".manifest.json", ".manifest.csv")
# A control file is two numbers; what is longer is something else.
LONGEST = 4096


def is_manifest(path: Path) -> bool:
    """Whether ``path`` is the manifest of a file that stands beside it, and so no delivery."""
    return any(
        path.name.endswith(e) and path.with_name(path.name.removesuffix(e)).is_file()
        for e in ENDINGS
        if path.name != e
    )


def manifest_of(path: Path) -> Path | None:
    """The manifest beside a file, if there is one; links are not followed."""
    beside = (path.with_name(path.name + e) for e in ENDINGS)
    try:
        return next((p for p in beside if p.is_file() and not p.is_symlink()), None)
    except OSError:  # the name of a manifest would be longer than any file's
        return None


def manifest_digest(path: Path) -> str:
    """The SHA-256 of the manifest beside a file, or ``""`` if there is none."""
    beside = manifest_of(path)
    return sha256_text(manifest_bytes(beside)) if beside else ""


def take_manifest(path: Path, work: Path) -> tuple[Path | None, str]:
    """A copy in ``work`` of the manifest beside a file, and its SHA-256.

    What is judged and what is booked are then the same bytes, whatever becomes of the manifest.
    """
    beside = manifest_of(path)
    if beside is None:
        return None, ""
    content = manifest_bytes(beside)
    copy = work / f"control{beside.suffix}"
    copy.write_bytes(content)
    return copy, sha256_text(content)


def manifest_bytes(path: Path) -> bytes:
    """All that is of use of a manifest; nothing of one that cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(LONGEST + 1)
    except OSError:
        return b""
