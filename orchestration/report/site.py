"""The site: every page made and written, and the files that all of them share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..html import STYLESHEET, environment
from ..release.opened import opened
from .content import Heat, Indented, Linked, Missing, Page
from .facts import Facts
from .pages import (
    access,
    board,
    changes,
    count,
    data,
    drug_alcohol,
    partners,
    quality,
    savings,
    statement,
    value,
)
from .rows import Money, Published, Sentence
from .trace_pages import FOLDER as FOLDER_OF_TRACES
from .words import heading, label

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
# The folder of the report in a release.
FOLDER = "report"
FIRST = "index.html"
# What stands in the frame of every page.
OWN = 'class="tp-header__name"'
SHARED = (STYLESHEET, *(HERE / "assets" / name for name in ("report.css", "report.js")))
NAVIGATION = (
    ("index.html", "Summary"),
    ("savings.html", "Savings"),
    ("drug-alcohol.html", "Drug and alcohol"),
    ("access.html", "Public access"),
    ("count.html", "The count"),
    ("value.html", "Value"),
    ("partners.html", "Bodies"),
    ("quality.html", "Quality"),
    ("changes.html", "Changes"),
    ("data.html", "Data"),
)
MAKERS: tuple[Callable[[Facts], Iterator[Page]], ...] = (
    board.pages,
    savings.pages,
    drug_alcohol.pages,
    access.pages,
    count.pages,
    value.pages,
    partners.pages,
    quality.pages,
    changes.pages,
    data.pages,
    statement.pages,
)


def write_report(release: Path, out: Path) -> list[Path]:
    """Writes the report of the release in the folder ``release`` into the folder ``out``; the
    pages' paths. The same release gives the same bytes. Raises ``ReleaseError`` if the release
    cannot be read, or is of a version that has not the tables."""
    written = []
    with opened(release) as read:
        facts = Facts(Published(read), in_release=out.resolve() == (release / FOLDER).resolve())
        made = [page for maker in MAKERS for page in maker(facts)]
        made += facts.traces.pages()
        _cleared(out)
        for file in SHARED:
            shutil.copyfile(file, out / file.name)
        for page in made:
            path = out / page.file
            path.parent.mkdir(exist_ok=True)
            path.write_text(html(page, facts), encoding="utf-8")
            written.append(path)
    return written


def _cleared(out: Path) -> None:
    """Makes the folder, without the pages of an earlier report: another release has others."""
    out.mkdir(parents=True, exist_ok=True)
    for page in [*out.glob("*.html"), *(out / FOLDER_OF_TRACES).glob("*.html")]:
        if is_own(page):
            page.unlink()


def is_own(page: Path) -> bool:
    """Whether a file is a page of a report: one that somebody else wrote is never removed."""
    return page.is_file() and OWN in page.read_text("utf-8", "replace")


def html(page: Page, facts: Facts) -> str:
    """A page as HTML."""
    return (
        _environment()
        .get_template(page.template)
        .render(page=page, facts=facts, navigation=NAVIGATION, **page.context)
    )


def _environment() -> Environment:
    made = environment(HERE / "templates")
    made.globals |= {"heading": heading, "label": label, "kind_of": kind_of}
    return made


def kind_of(value: Any) -> str:
    """What a cell holds, for the template that writes it."""
    kinds = {Money: "money", Heat: "heat", Missing: "missing", Linked: "link", Indented: "indented"}
    if type(value) in kinds:
        return kinds[type(value)]
    if isinstance(value, bool | str | Sentence):
        return "text"
    return "none" if value is None else "count" if isinstance(value, int) else "text"
