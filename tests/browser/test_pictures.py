"""The README's pictures show the report as it is, and say that its data are made up."""

import json

import pytest

from orchestration.settings import CHECKOUT
from tests.browser.pictures import (
    DESK,
    FOLDER,
    HASHES,
    PICTURES,
    desk_states,
    hash_of,
    shown,
    text_in,
)

LARGEST = 150_000


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.file)
def test_a_picture_shows_what_its_page_says_today(browser, report, picture):
    with shown(browser, report, picture) as page:
        text = text_in(page)
    assert "SYNTHETIC" in text
    again = f"docs/pictures/{picture.file} is out of date: make report-pictures"
    assert json.loads(HASHES.read_text())[picture.file] == hash_of(text), again


def test_a_picture_of_the_desk_shows_what_the_desk_says_today(browser, desk):
    today = {}
    for file, page in desk_states(browser, desk):
        text = text_in(page)
        assert "SYNTHETIC" in text
        today[file] = hash_of(text)
    drawn = json.loads(HASHES.read_text())
    again = "docs/pictures/desk-….png is out of date: make report-pictures"
    assert today == {file: drawn.get(file) for file in DESK}, again


def test_every_picture_is_small_and_shown_in_the_readme():
    readme = (CHECKOUT / "README.md").read_text()
    files = [*(picture.file for picture in PICTURES), *DESK]
    assert sorted(file.name for file in FOLDER.glob("*.png")) == sorted(files)
    for file in files:
        assert (FOLDER / file).stat().st_size <= LARGEST, file
        assert f"](docs/pictures/{file})" in readme


def test_the_moment_and_the_name_of_a_release_are_no_part_of_what_is_compared(browser, report):
    with shown(browser, report, PICTURES[0]) as page:
        text = text_in(page)
    assert "Data as at … UTC" in text
    assert "Release …" in text
