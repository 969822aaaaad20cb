"""Whatever a partner calls its files, sheets, suppliers and services, a page shows it as text."""

import re
import unicodedata
from xml.etree import ElementTree

import pytest

from tests.report.hostile import PAYLOADS, made_attacked
from tests.report.reader import pages_of

INVISIBLE = ("Cc", "Cf", "Cs")
OWN_LINK = re.compile(r"(\.\./)?(trace/)?[a-z0-9.-]*(#[a-z0-9-]+)?")


@pytest.fixture(scope="module")
def attacked(release, tmp_path_factory):
    """The pages of a copy of the release in which every name begins with something hostile."""
    return pages_of(made_attacked(tmp_path_factory, release))


def shown(payload):
    """A text with a code for each sign that has no shape of its own, on one line."""
    signs = (
        c if unicodedata.category(c) not in (*INVISIBLE, "Cn") else f"\\x{ord(c):02x}"
        for c in payload
    )
    return " ".join("".join(signs).split())


def test_there_are_thirty_payloads_and_more():
    assert len(set(PAYLOADS)) > 30


def test_every_page_is_made(attacked, pages):
    plain = {name for name in pages if not name.startswith("trace/")}
    assert {name for name in attacked if not name.startswith("trace/")} == plain
    assert len(attacked) == len(pages)


def test_every_payload_is_read_as_the_text_that_it_is(attacked):
    whole = "\n".join(page.text for page in attacked.values())
    assert [p for p in PAYLOADS if shown(p) not in whole] == []


def test_no_payload_stands_in_a_page_as_markup(attacked):
    marked = [p for p in PAYLOADS if "<" in p]
    for page in attacked.values():
        assert [p for p in marked if p in page.html] == [], page.file


def made_of(pages):
    """Every element with the names of its attributes, over all pages."""
    return {(e.tag, *sorted(e.attrib)) for page in pages.values() for e in page.tree.iter()}


def test_no_page_has_an_element_or_attribute_that_the_templates_do_not_make(attacked, pages):
    assert made_of(attacked) - made_of(pages) == set()


def test_every_link_and_address_is_one_of_the_reports_own(attacked):
    for page in attacked.values():
        for element in page.tree.iter():
            for name in ("href", "src", "action", "xlink:href"):
                assert OWN_LINK.fullmatch(element.get(name, "")), (page.file, element.attrib)


def test_every_picture_is_well_formed_and_names_no_other_address(attacked):
    drawn = [picture for page in attacked.values() for picture in page.drawings()]
    assert len(drawn) > 10
    for picture in drawn:
        for element in ElementTree.fromstring(picture).iter():
            for name, value in element.attrib.items():
                assert not name.startswith("on")
                assert not re.match(r"\s*(javascript|data|https?|file):", value), value


def test_no_sign_without_a_shape_is_in_a_page(attacked):
    for page in attacked.values():
        found = {c for c in page.html if unicodedata.category(c) in (*INVISIBLE, "Cn")}
        assert found - {"\n"} == set(), page.file


def test_a_name_never_leaves_its_attribute(attacked):
    for page in attacked.values():
        for element in page.tree.iter():
            assert not [name for name in element.attrib if name.startswith("on")]
            if style := element.get("style"):
                assert re.fullmatch(r"padding-left:\d+em|[a-z-]+: ?[\w# .%-]+;?", style), style
