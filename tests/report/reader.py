"""The pages of a report as a reader of HTML sees them, apart from the code that makes them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder

VOID = {"br", "hr", "img", "input", "link", "meta"}
AMOUNT = re.compile(r"[−-]?£\d[\d,]*(?:\.\d+)?m?")


class _Reader(HTMLParser):
    """Builds the tree of a page; a tag that is never closed, or closed out of turn, is an error."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = TreeBuilder()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self.builder.end(tag)
        else:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> is out of turn"
        self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        if self.open:
            self.builder.data(data)


def parsed(html: str) -> Element:
    """The tree of a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader.builder.close()


def text_of(element: Element) -> str:
    """All text within an element, with its blanks put together."""
    return " ".join("".join(element.itertext()).split())


def texts_outside(element: Element, *tags: str) -> Iterator[str]:
    """The text nodes of an element that lie in none of ``tags``."""
    if element.tag not in tags:
        yield element.text or ""
        for child in element:
            yield from texts_outside(child, *tags)
            yield child.tail or ""


def amounts_in(text: str) -> list[str]:
    """Every amount in pounds that is written in a text."""
    return AMOUNT.findall(text)


@dataclass(frozen=True)
class Datum:
    """An amount on a page, with the table, row and column that it is of."""

    table: str
    column: str
    key: dict[str, str]
    form: str
    value: str
    shown: str

    @classmethod
    def of(cls, element: Element) -> Datum:
        get = element.attrib
        key: dict[str, Any] = json.loads(get["data-key"])
        return cls(
            get["data-table"],
            get["data-column"],
            key,
            get["data-form"],
            get["value"],
            text_of(element),
        )


@dataclass(frozen=True)
class Section:
    """One figure of a page: its element, and what stands in it."""

    page: str
    element: Element

    @property
    def name(self) -> str:
        return f"{self.page}#{self.element.get('id')}"

    @property
    def text(self) -> str:
        return text_of(self.element)

    @property
    def pictures(self) -> list[Element]:
        return list(self.element.iter("svg"))

    @property
    def tables(self) -> list[Element]:
        return list(self.element.iter("table"))

    def part(self, css: str) -> Element | None:
        """The first element of a class."""
        found = (e for e in self.element.iter() if css in e.get("class", "").split())
        return next(found, None)

    def data(self) -> list[Datum]:
        """The amounts of the section."""
        return [Datum.of(e) for e in self.element.iter("data")]


@dataclass(frozen=True)
class Written:
    """One page of a report, as it was written."""

    file: str
    html: str

    @cached_property
    def tree(self) -> Element:
        return parsed(self.html)

    @property
    def text(self) -> str:
        return text_of(self.tree)

    def data(self) -> list[Datum]:
        """The amounts of the page."""
        return [Datum.of(e) for e in self.tree.iter("data")]

    def sections(self) -> list[Section]:
        """The figures of the page."""
        found = (e for e in self.tree.iter("section") if e.get("class") == "tp-figure")
        return [Section(self.file, e) for e in found]

    def section(self, name: str) -> Section:
        """The figure of that name."""
        (found,) = (s for s in self.sections() if s.element.get("id") == name)
        return found

    def drawings(self) -> list[str]:
        """The pictures of the page, as they stand in it."""
        return re.findall(r"<svg.*?</svg>", self.html, re.DOTALL)


def pages_of(report: Path) -> dict[str, Written]:
    """Every page of a report by its file."""
    files = sorted(report.rglob("*.html"))
    names = [file.relative_to(report).as_posix() for file in files]
    return {
        name: Written(name, file.read_text("utf-8"))
        for name, file in zip(names, files, strict=True)
    }
