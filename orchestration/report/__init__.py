"""The Board's report: a folder of pages made from the published tables of one release.

It reads a release folder and nothing else, and holds no rule: which figure may be stated, what a
year lacks and why a figure is missing stand in the tables. What adds figures up belongs in dbt.
"""

from __future__ import annotations

from pathlib import Path


def release_report(folder: Path) -> None:
    """Writes the report of the release in ``folder`` into it."""
    from .site import FOLDER, write_report

    write_report(folder, folder / FOLDER)


def prepare() -> None:
    """Loads what a report is made with, which takes two seconds, before there is a release."""
    import altair  # noqa: F401

    from . import site  # noqa: F401
    from .svg import begin_drawing

    begin_drawing()
