"""The verb ``trace``: a published figure to its lines, or a receipt to the figures it feeds.

It reads a release folder alone: no home is needed where ``--release`` names a folder.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from .console import ExitCode, UsageError, print_json, settings_of

if TYPE_CHECKING:
    from ..release.opened import Opened


def trace(options: argparse.Namespace) -> ExitCode:
    """Shows what is behind a figure; exits with 1 if it does not add up."""
    from ..publish.store import CURRENT, ReleaseError
    from ..release.find import find_release
    from ..release.opened import opened
    from ..release.rows import TraceError

    try:
        folder = find_release(options.release or CURRENT, settings_of(options).published)
        out = options.csv.absolute() if options.csv else None
        if out is not None and (not out.parent.is_dir() or folder in out.parents):
            raise UsageError(f"Nothing can be written to {out}: name a file in another folder.")
        with opened(folder, may_write=out) as release:
            shown = _receipt if re.fullmatch(r"R-\d+", options.table) else _figure
            return shown(options, release, out)
    except ReleaseError as error:
        raise UsageError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    except TraceError as error:
        raise UsageError(str(error)) from None


def _figure(options: argparse.Namespace, release: Opened, out: Path | None) -> ExitCode:
    from ..release.lines import write_lines
    from ..release.rows import parsed_keys
    from ..release.trace import trace_figure
    from ..release.trace_text import trace_json, trace_text

    found = trace_figure(release, options.table, parsed_keys(options.keys), options.figure)
    if options.json:
        print_json(trace_json(found))
    else:
        print(trace_text(found))
    if out is not None:
        lines = write_lines(found, out)
        if not options.json:
            print(f"\n{lines:,} lines written to {out}")
    return ExitCode.DONE if found.adds_up else ExitCode.REFUSED


def _receipt(options: argparse.Namespace, release: Opened, out: Path | None) -> ExitCode:
    from ..release.feeds import figures_fed, write_figures
    from ..release.trace_text import feeding_json, feeding_text

    if options.keys or options.figure:
        raise UsageError(f"A receipt is traced as a whole: totalplace trace {options.table}")
    found = figures_fed(release, options.table)
    if options.json:
        print_json(feeding_json(found))
    else:
        print(feeding_text(found))
    if out is not None:
        figures = write_figures(found, out)
        if not options.json:
            print(f"\n{figures:,} figures written to {out}")
    return ExitCode.DONE
