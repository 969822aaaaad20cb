"""The verb ``report``: the Board's report of a release, in a folder of one's own."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from .console import ExitCode, UsageError, print_json, settings_of

if TYPE_CHECKING:
    from .steward import Add


def add_verb(add: Add) -> None:
    """Adds the verb and its options to the command line."""
    verb = add("report", report, "write the Board's report of a release into a folder")
    verb.add_argument(
        "release",
        nargs="?",
        metavar="RELEASE",
        help="a release's id, a day or a folder (the current one)",
    )
    verb.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="a new or empty folder"
    )
    verb.add_argument(
        "--pdf", action="store_true", help="print the board paper too, with the machine's Chromium"
    )


def report(options: argparse.Namespace) -> ExitCode:
    """Writes the report; nothing but the release is read. A folder that holds anything else than
    an earlier report is left as it is."""
    from ..publish.manifest import DATABASE
    from ..publish.store import CURRENT, ReleaseError
    from ..release.find import find_release
    from ..report.pdf import print_paper
    from ..report.site import FIRST, is_own, write_report

    out: Path = options.out
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not is_own(out / FIRST))):
        raise UsageError(f"{out} holds other files: name a new or an empty folder.")
    if any((folder / DATABASE).is_file() for folder in out.resolve().parents):
        raise UsageError(f"{out} lies in a release, which never changes: name another folder.")
    try:
        folder = find_release(options.release or CURRENT, settings_of(options).published)
        pages = write_report(folder, out)
        paper = print_paper(out) if options.pdf else None
    except ReleaseError as error:
        raise UsageError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    first = out.absolute() / FIRST
    if options.json:
        print_json(
            {
                "release_id": folder.name,
                "pages": len(pages),
                "report": str(first),
                "paper": str(paper or ""),
            }
        )
    else:
        print(f"{len(pages)} pages of release {folder.name}. Open {first}")
        if paper:
            print(f"The board paper to print: {paper}")
    return ExitCode.DONE
