"""The verbs about releases: list them, lead readers back to one and on again, verify one."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .console import ExitCode, UsageError, print_json, report_error, settings_of

if TYPE_CHECKING:
    from ..publish.journal import Steering
    from ..release.verify import Verified
    from .steward import Add


def add_verbs(add: Add) -> None:
    """Adds the verbs about releases and their options to the command line."""
    list_ = add("releases", releases, "the published releases: which is current, pinned or waiting")
    list_.add_argument("--on", metavar="DATE", help="only the one that readers saw on a day")
    rollback_ = add("rollback", rollback, "lead readers back to a release, and pin it")
    rollback_.add_argument("release", metavar="ID", help="a release's id: totalplace releases")
    unpin_ = add("unpin", unpin, "take the pin off: readers see the newest release again")
    for verb in (rollback_, unpin_):
        verb.add_argument("--reason", required=True, metavar="TEXT")
        verb.add_argument("--name", required=True, help="who decides it")
    note_ = add("note", note, "note something about a release, for whoever reads the next one")
    note_.add_argument("text", metavar="TEXT")
    note_.add_argument("--release", metavar="ID", help="a release's id (the current one)")
    note_.add_argument("--name", required=True, help="who notes it")
    verify_ = add("verify", verify, "read every byte of a release against its manifest")
    verify_.add_argument(
        "release",
        nargs="?",
        metavar="ID",
        help="a release's id, a day or a folder (the current one)",
    )


def releases(options: argparse.Namespace) -> ExitCode:
    """Every release, the oldest first, and the pin if there is one."""
    from ..display import table
    from ..publish.journal import steering
    from ..publish.release import list_releases

    published = settings_of(options).published
    if options.on:
        return _seen_on(options, published)
    found, stands = list_releases(published), steering(published)
    if options.json:
        kept = ("release_id", "created_at", "synthetic", "current", "pinned", "waiting", "problem")
        rows = [{key: getattr(one, key) for key in kept} for one in found]
        print_json([row | {"path": str(one.path)} for row, one in zip(rows, found, strict=True)])
        return ExitCode.DONE
    if not found:
        print("Nothing has been published yet. Start with: totalplace run")
        return ExitCode.DONE
    lines = []
    for one in found:
        marks = [mark for mark in ("current", "pinned", "waiting") if getattr(one, mark)]
        made = one.created_at.replace("T", " ")[:16]
        kind = "SYNTHETIC" if one.synthetic else "real" if made else ""
        lines.append((one.release_id, made, kind, one.problem or ", ".join(marks), str(one.path)))
    print("\n".join(table(lines, ("Release", "Made (UTC)", "Data", "", "Folder"))))
    if said := stands.said():
        print(f"\n{said}")
    return ExitCode.DONE


def _seen_on(options: argparse.Namespace, published: Path) -> ExitCode:
    from ..publish.manifest import Manifest
    from ..publish.store import ReleaseError
    from ..release.find import release_on

    try:
        folder = release_on(options.on, published)
        made = Manifest.read(folder).created_at
    except ReleaseError as error:
        raise UsageError(_sentence(error)) from None
    except (OSError, ValueError):
        made = ""
    if options.json:
        print_json({"on": options.on, "release_id": folder.name, "path": str(folder)})
    else:
        when = f", made {made[:16].replace('T', ' ')} UTC" if made else ""
        print(f"On {options.on} readers saw release {folder.name}{when}: {folder}")
        print(f"Ask it with: totalplace sql {options.on}")
    return ExitCode.DONE


def rollback(options: argparse.Namespace) -> ExitCode:
    """Leads readers back to a release, which stays until it is unpinned."""
    from ..publish.steer import rollback

    published = settings_of(options).published
    return _steered(
        options,
        lambda: rollback(published, options.release, name=options.name, reason=options.reason),
    )


def unpin(options: argparse.Namespace) -> ExitCode:
    """Takes the pin off."""
    from ..publish.steer import unpin

    published = settings_of(options).published
    return _steered(options, lambda: unpin(published, name=options.name, reason=options.reason))


def note(options: argparse.Namespace) -> ExitCode:
    """Adds a note about a release; it stands in ``diff`` and in the next release's CHANGES.md."""
    from ..publish.notes import add_note
    from ..publish.store import CURRENT, ReleaseError
    from ..release.find import find_release

    published = settings_of(options).published
    try:
        folder = find_release(options.release or CURRENT, published)
    except ReleaseError as error:
        raise UsageError(_sentence(error)) from None
    added = add_note(published, folder.name, options.text, options.name)
    if options.json:
        print_json(added.model_dump())
    else:
        print(f"Noted about release {folder.name}.")
    return ExitCode.DONE


def _steered(options: argparse.Namespace, steer: Callable[[], Steering]) -> ExitCode:
    from ..publish.store import ReleaseError

    try:
        stands = steer()
    except ReleaseError as error:
        return report_error(options, _sentence(error), ExitCode.REFUSED)
    if options.json:
        print_json({"current": stands.current, "pin": stands.as_json()})
    else:
        print("\n".join(filter(None, [f"Readers see release {stands.current}.", stands.said()])))
    return ExitCode.DONE


def verify(options: argparse.Namespace) -> ExitCode:
    """Says whether a release is what was published; exits with 1 if it is not."""
    from ..publish.store import CURRENT, ReleaseError
    from ..release.find import find_release
    from ..release.verify import verify

    published = settings_of(options).published
    wanted = options.release or CURRENT
    try:
        found = verify(find_release(wanted, published), published)
    except ReleaseError as error:
        if not Path(wanted).is_dir():
            raise UsageError(_sentence(error)) from None
        return report_error(options, _sentence(error), ExitCode.REFUSED)
    if options.json:
        kept = ("release_id", "manifest_sha256", "files", "size", "problems", "witnesses")
        said = {key: getattr(found, key) for key in kept}
        print_json({"right": not found.problems, "path": str(found.folder)} | said)
    else:
        print(_verified(found))
    return ExitCode.REFUSED if found.problems else ExitCode.DONE


def _verified(found: Verified) -> str:
    if found.problems:
        return "\n".join(
            [
                f"Release {found.release_id} is not as it was published ({found.folder}):",
                *(f"  {problem}" for problem in found.problems),
                "Restore the folder from a copy, or remove it and run again.",
            ]
        )
    seal = f"The SHA-256 of its manifest is {found.manifest_sha256}"
    return "\n".join(
        [
            f"Release {found.release_id} is as it was published: {found.files} files with "
            f"{found.size:,} bytes, each with the size and the hash in its manifest.",
            f"{seal}, as it stands in {'; '.join(found.witnesses).rstrip(',')}."
            if found.witnesses
            else f"{seal}. Nothing here has it to compare: `totalplace verify {found.release_id}` "
            "shows it where the release was made.",
        ]
    )


def _sentence(error: Exception) -> str:
    said = str(error)
    return f"{said[:1].upper()}{said[1:]}."
