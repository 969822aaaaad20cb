"""Every amount on a page is that of a published cell: asked for again, and written again by other
means than the report's own."""

import json
import re
from collections import defaultdict

import pytest
import yaml

from orchestration.settings import CHECKOUT
from tests.report.reader import Datum, amounts_in, texts_outside

# Names of feeds that hold an amount, and the one sentence that says what is not £0.
LABELS = CHECKOUT / "orchestration" / "report" / "labels.yml"
WORDS = ("that is not £0",)


@pytest.fixture(scope="module", params=["samples_home", "real_home"])
def release(request):
    return request.getfixturevalue(request.param).current.resolve()


def written_again(pence, form):
    """An amount as people write it, from whole pence alone."""
    sign, size = ("−" if pence < 0 else ""), abs(pence)
    if form == "exact":
        return f"{sign}£{size // 100:,}.{size % 100:02d}"
    if form == "short" and size >= 10_000_000:
        if size % 100_000_000 == 0:
            return f"{sign}£{size // 100_000_000:,}m"
        tenths = (size + 5_000_000) // 10_000_000
        return f"{sign}£{tenths // 10:,}.{tenths % 10}m"
    pounds = (size + 50) // 100
    return f"{sign if pounds else ''}£{pounds:,}"


@pytest.mark.parametrize(
    ("pence", "form", "shown"),
    [
        (862_754_538, "short", "£8.6m"),
        (862_754_538, "whole", "£8,627,545"),
        (862_754_538, "exact", "£8,627,545.38"),
        (20_000_000_000, "short", "£200m"),
        (9_999_949, "short", "£99,999"),
        (10_000_000, "short", "£0.1m"),
        (-11_699_100, "short", "−£0.1m"),
        (-45, "exact", "−£0.45"),
        (-45, "whole", "£0"),
        (-50, "whole", "−£1"),
        (0, "short", "£0"),
    ],
)
def test_the_second_hand_writes_amounts_so(pence, form, shown):
    assert written_again(pence, form) == shown


def pence_of(value):
    whole, _, part = value.partition(".")
    assert len(part) == 2, value
    return int(whole + part)


@pytest.fixture(scope="module")
def stated(pages):
    """Every amount of every page, with the pages it stands on."""
    found = defaultdict(set)
    for page in pages.values():
        for datum in page.data():
            found[json.dumps(vars(datum), sort_keys=True)].add(page.file)
    return [(Datum(**json.loads(text)), files) for text, files in found.items()]


def test_pages_are_full_of_amounts(stated):
    assert len(stated) > 150


def test_every_amount_is_to_the_penny_that_of_its_published_cell(stated, ask):
    wanted = defaultdict(list)
    for datum, files in stated:
        wanted[datum.table, datum.column, tuple(datum.key)].append((datum, files))
    off = []
    for (table, column, key), data in wanted.items():
        scale = "1" if "pence" in column.split("_") else "100"
        query = (
            f"SELECT {', '.join(f'CAST({k} AS VARCHAR)' for k in key)}"
            f"{', ' if key else ''}CAST({column} * {scale} AS BIGINT) FROM {table}"
        )
        cells = defaultdict(list)
        for *of, pence in ask(query):
            cells[tuple(of)].append(pence)
        for datum, files in data:
            found = cells[tuple(datum.key.values())]
            off += [] if found == [pence_of(datum.value)] else [(files, datum, found)]
    assert off == []


def test_every_amount_is_written_as_its_form_asks(stated):
    off = [
        (files, datum)
        for datum, files in stated
        if datum.shown != written_again(pence_of(datum.value), datum.form)
    ]
    assert off == []


def test_no_amount_stands_outside_the_published_cells(pages, ask):
    # A trace's steps and lines are its own, and held to add up by its tests.
    own = {page.file: page for page in pages.values() if not page.file.startswith("trace/")}
    known = texts_with_amounts(ask)
    left = [
        (page.file, text)
        for page in own.values()
        for text in texts_outside(page.tree, "data", "svg", "code")
        if amounts_in(text) and amounts_in(without(text, known))
    ]
    assert left == []


def texts_with_amounts(ask):
    """Every text of a published cell that holds an amount, and the few that the report has."""
    columns = ask(
        "SELECT table_name, column_name FROM duckdb_columns() "
        "WHERE data_type = 'VARCHAR' AND schema_name = 'main'"
    )
    found = set(WORDS) | set(yaml.safe_load(LABELS.read_text()).values())
    for table, column in columns:
        query = f"SELECT DISTINCT {column} FROM {table} WHERE contains({column}, '£')"
        found |= {" ".join(str(text).split()) for (text,) in ask(query)}
    return sorted(found, key=len, reverse=True)


def without(text, known):
    text = " ".join(text.split())
    for one in known:
        text = re.sub(re.escape(one), " ", text, flags=re.IGNORECASE)
    return text


def test_what_a_pictures_description_says_stands_in_its_own_figure(pages):
    off = []
    for page in pages.values():
        for section in page.sections():
            pence = {pence_of(d.value) for d in section.data()}
            shown = {written_again(p, form) for p in pence for form in ("short", "whole", "exact")}
            for picture in section.pictures:
                said = set(amounts_in(picture.get("aria-label")))
                off += [(section.name, said - shown)] if said - shown else []
    assert off == []


def test_amounts_drawn_in_a_picture_stand_in_its_own_figure(pages):
    off = []
    for page in pages.values():
        for section in page.sections():
            pence = {pence_of(d.value) for d in section.data()}
            shown = {written_again(p, form) for p in pence for form in ("short", "whole", "exact")}
            for picture in section.pictures:
                drawn = {a for text in picture.itertext() for a in amounts_in(text)}
                off += [(section.name, drawn - shown)] if drawn - shown else []
    assert off == []
