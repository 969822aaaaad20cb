"""Pictures of the report and of the desk for the README: `make report-pictures`.

A run over the SYNTHETIC samples in a home of its own, then a picture of a part of some pages; a
desk with made-up files. Beside the pictures stands the SHA-256 of the text that each shows, by
which a test knows one that is out of date.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.settings import CHECKOUT
from tests.browser.at_desk import TOO_MUCH, check, opened, served, sign_in, submit
from tests.browser.visit import chromium
from tests.journeys.program import Program
from tests.unit.desk_world import APRIL, FAULTY, GOOD
from tests.unit.test_desk_columns import OTHER

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from orchestration.desk.core import Desk

FOLDER = CHECKOUT / "docs" / "pictures"
HASHES = FOLDER / "pictures.json"
# A longer page is cut at the bottom.
WIDTH, HEIGHT, SCALE = 1160, 1250, 0.75
# What is another in each release of the same content: its moment and its name; and on a receipt the
# versions of rules and contract, which are other ones with every line of code.
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?|-SYNTHETIC-\w+)|\b[0-9a-f]{12}\b")


@dataclass(frozen=True)
class Picture:
    """A picture: its file, its page, and the figures of the page that it shows."""

    file: str
    page: str
    figures: tuple[str, ...]

    @property
    def style(self) -> str:
        """What leaves the rest of the page out."""
        kept = "".join(f":not(#{name})" for name in self.figures)
        return f"footer, .tp-contents, #questions, .tp-figure{kept} {{ display: none }}"


PICTURES = (
    Picture("report-summary.png", "index.html", ("decisions",)),
    Picture("report-savings.png", "savings.html", ("waterfall",)),
    Picture("report-drug-alcohol.png", "drug-alcohol.html", ("drug-alcohol-by-body",)),
    Picture("report-access.png", "access.html", ("points",)),
)


DESK = ("desk-checked.png", "desk-columns.png", "desk-question.png", "desk-certify.png")
# A file that is made up says so where its name stands.
MADE_UP = f"SYNTHETIC-{APRIL}"


def desk_states(browser: Browser, desk: tuple[Desk, str]) -> Iterator[tuple[str, Page]]:
    """The states of the desk that are drawn, one after the other: the picture's file, the page."""
    contract = desk[0].settings.partners / "contract.yml"
    with opened(browser, desk, width=WIDTH) as page:
        sign_in(page)
        check(page, MADE_UP, FAULTY)
        yield DESK[0], page
        check(page, MADE_UP, OTHER)
        page.get_by_role("link", name="match the columns").click()
        yield DESK[1], page
        check(page, MADE_UP, GOOD)
        submit(page)
        check(page, MADE_UP, TOO_MUCH)
        submit(page)
        yield DESK[2], page
        contract.write_text(contract.read_text() + "certification: second_person\n")
        check(page, MADE_UP, GOOD.replace("1234.50", "1243.50"))
        submit(page)
    with opened(browser, desk, width=WIDTH) as page:
        sign_in(page, "Cleo Certifier")
        page.goto("/receipts/R-000003")
        yield DESK[3], page


@contextmanager
def shown(browser: Browser, report: Path, picture: Picture) -> Iterator[Page]:
    """The page of a picture, with what the picture shows."""
    page = browser.new_page(viewport={"width": WIDTH, "height": 1}, device_scale_factor=SCALE)
    page.goto((report / picture.page).as_uri())
    page.add_style_tag(content=picture.style)
    yield page
    page.close()


def text_in(page: Page) -> str:
    """The words of a picture, those inside drawings too, without what ``MOMENT`` finds."""
    drawn = page.locator("svg:visible").all_text_contents()
    return MOMENT.sub("…", " ".join([page.inner_text("body"), *drawn]))


def hash_of(text: str) -> str:
    """The SHA-256 of the words of a picture, however they are broken into lines."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def draw(report: Path) -> None:
    """Makes every picture of a report, and the hashes of what they show."""
    FOLDER.mkdir(exist_ok=True)
    hashes = {}
    with chromium() as browser:
        for picture in PICTURES:
            with shown(browser, report, picture) as page:
                tall = page.evaluate("document.body.scrollHeight")
                page.set_viewport_size({"width": WIDTH, "height": min(tall, HEIGHT)})
                page.screenshot(path=FOLDER / picture.file)
                hashes[picture.file] = hash_of(text_in(page))
        with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as desk:
            for file, page in desk_states(browser, desk):
                page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
                page.screenshot(path=FOLDER / file)
                hashes[file] = hash_of(text_in(page))
    HASHES.write_text(json.dumps(hashes, indent=2) + "\n")


def main() -> None:
    """Draws the pictures of a run over the samples, or of the report in a folder that is named."""
    if len(sys.argv) > 1:
        draw(Path(sys.argv[1]).resolve())
        return
    with tempfile.TemporaryDirectory(prefix="totalplace-pictures-") as home:
        program = Program(Path(home), CHECKOUT / "data" / "samples")
        program("run", check=3)
        draw(program.current.resolve() / "report")


if __name__ == "__main__":
    main()
