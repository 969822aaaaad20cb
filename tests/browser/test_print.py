"""The board paper as it leaves a printer."""

import re
import shutil
import subprocess

import pytest

from orchestration.report.pdf import print_paper
from tests.browser.contrast import contrast


@pytest.fixture(scope="module")
def paper(browser, report, tmp_path_factory):
    """The board paper as a PDF, as ``totalplace report --pdf`` prints it."""
    folder = tmp_path_factory.mktemp("paper") / "report"
    shutil.copytree(report, folder)
    folder.chmod(0o755)
    return print_paper(folder)


def test_every_sheet_is_a4(paper):
    boxes = re.findall(rb"/MediaBox \[([\d. ]+)\]", paper.read_bytes())
    assert {tuple(round(float(n)) for n in box.split()) for box in boxes} == {(0, 0, 595, 842)}


def test_the_paper_is_tagged_and_has_a_language_for_screen_readers(paper):
    content = paper.read_bytes()
    assert b"/StructTreeRoot" in content
    assert b"/Marked true" in content
    assert re.search(rb"/Lang \(en-GB\)", content)


def test_every_sheet_has_its_number(paper):
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext: page numbers of a PDF are not read")
    said = subprocess.run(
        ["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True
    ).stdout
    sheets = said.rstrip("\f").split("\f")
    assert len(sheets) > 2
    for number, sheet in enumerate(sheets, 1):
        assert f"Page {number} of {len(sheets)}" in sheet


def test_a_heading_is_set_as_a_heading_in_print(browser, report):
    page = browser.new_page()
    page.emulate_media(media="print")
    page.goto((report / "board-paper.html").as_uri())
    displays = page.evaluate(
        "[...document.querySelectorAll('h2,h3')].map(h => getComputedStyle(h).display)"
    )
    page.close()
    assert set(displays) == {"block"}


def test_no_shade_of_a_heat_table_is_lost_in_print(browser, report):
    page = browser.new_page()
    page.goto((report / "quality.html").as_uri())
    shades = (
        "[...document.querySelectorAll('[class*=tp-heat-]')].map(e => getComputedStyle(e))"
        ".map(s => [s.backgroundColor, s.color, s.printColorAdjust])"
    )
    screen = page.evaluate(shades)
    page.emulate_media(media="print")
    printed = page.evaluate(shades)
    page.close()
    assert len(screen) > 20
    assert {adjust for _, _, adjust in printed} == {"exact"}
    assert [background for background, *_ in printed] == [background for background, *_ in screen]
    assert len({background for background, *_ in printed}) > 1
    assert {
        tuple(shade)
        for *shade, _ in printed
        if contrast({"own": [shade[1], 1], "behind": [[shade[0], 1]]}) < 4.5
    } == set()
