"""The verb ``diff``: what changed between two releases, in sentences or every figure."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from .console import ExitCode, UsageError, print_json, settings_of

if TYPE_CHECKING:
    from ..release.diff import Diff
    from .steward import Add


def add_verb(add: Add) -> None:
    """Adds the verb and its options to the command line."""
    verb = add("diff", diff, "what changed between two releases, to the penny, and why")
    verb.add_argument("before", nargs="?", metavar="A", help="the one before the later release")
    verb.add_argument("after", nargs="?", metavar="B", help="the later release (the current one)")
    verb.add_argument("--rows", type=int, metavar="N", help="how many sentences (20)")
    verb.add_argument("--csv", type=Path, metavar="FILE", help="write every figure into FILE")


def diff(options: argparse.Namespace) -> ExitCode:
    """Compares the current release with the one before, or A with the current, or A with B."""
    from ..display import display_safe
    from ..publish.change_words import BUDGET, sentences
    from ..publish.notes import notes_on
    from ..publish.store import CURRENT, ReleaseError
    from ..release.diff import before_it
    from ..release.diff import diff as compare
    from ..release.find import find_release

    published = settings_of(options).published
    try:
        after = find_release(options.after or CURRENT, published)
        before = find_release(options.before, published) if options.before else before_it(after)
        if before is None:
            print(f"Release {after.name} is the first here: there is none to compare it with.")
            return ExitCode.DONE
        found = compare(before, after, options.csv)
    except ReleaseError as error:
        raise UsageError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    if options.json:
        print_json(_json(found))
        return ExitCode.DONE
    print(f"From release {found.before.release_id} to {found.after.release_id}:")
    said = sentences(found.rows, found.bodies, options.rows or BUDGET)
    print("\n".join(f"  {line}" for line in said) or "  No figure differs.")
    for note in notes_on(published, found.after.release_id):
        print(f"  Noted by {display_safe(note.name)}, {note.at[:10]}: {display_safe(note.text)}")
    if options.csv:
        print(f"{len(found.rows):,} rows written to {options.csv}")
    return ExitCode.DONE


def _json(found: Diff) -> dict[str, object]:
    return {
        "before": found.before.release_id,
        "after": found.after.release_id,
        "synthetic": found.after.synthetic,
        "rows": [row.as_json() for row in found.rows],
    }
