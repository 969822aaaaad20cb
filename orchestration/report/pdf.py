"""The board paper as a tagged PDF, printed by a Chromium that is on the machine.

It is no part of a release, whose bytes must be the same when it is made again: a PDF has the moment
it was printed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from ..publish.store import ReleaseError

PAPER, PDF = "board-paper.html", "board-paper.pdf"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_SECONDS = 120


def print_paper(report: Path) -> Path:
    """Prints the board paper of a report into its folder; the PDF's path. Raises ``ReleaseError``
    if there is no Chromium, or if it prints nothing."""
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        raise ReleaseError(
            f"no Chromium was found ({', '.join(_BROWSERS)}): install one, or open "
            f"{report / PAPER} in a browser and print it"
        )
    out = report / PDF
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser,
            "--headless",
            "--disable-gpu",
            "--disable-background-networking",
            # A root user has no sandbox; the page is ours, and runs no script.
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            f"--user-data-dir={profile}",
            "--no-pdf-header-footer",
            "--export-tagged-pdf",
            f"--print-to-pdf={out.resolve()}",
            (report / PAPER).resolve().as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ReleaseError(f"{browser} could not print the board paper: {error}") from error
    if done.returncode or not out.is_file():
        said = (done.stderr.strip().splitlines() or [""])[-1]
        raise ReleaseError(f"{browser} could not print the board paper: {said}")
    return out
