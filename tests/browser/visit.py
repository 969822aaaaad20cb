"""One visit of a page in Chromium, and all that the tests want to know of it.

A page is loaded once by file:// and looked at in turn: as it comes, by keyboard, with every detail
open at both widths, and without scripts. What is found is plain data, so that it can be shared.
The windows in which pages are looked at are kept from page to page, for a new one costs a third of
a second.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDE, NARROW, HEIGHT = 1280, 320, 900
# Between which the sides of a page are looked at; the last is that of a telephone.
WIDTHS = (1280, 1100, 1024, 700, NARROW)
# Style sheets are not fetched again, which a page's own policy forbids; only faults are listed.
OPTIONS = {"preload": False, "resultTypes": ["violations"]}
# No colour depends on the width, and to look for each again takes longer than all the rest.
AGAIN = OPTIONS | {"rules": {"color-contrast": {"enabled": False}}}
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", e => window.violations.push(
  e.violatedDirective + " " + e.blockedURI));
"""
OPEN = "document.querySelectorAll('details').forEach(d => { d.open = true; })"
# What the keyboard must reach, in the order of the page.
WANTED = """
() => [...document.querySelectorAll("a[href], button, input, summary, [tabindex='0']")]
  .filter(e => e.checkVisibility({ visibilityProperty: true }))
  .map((e, place) => { e.dataset.place = place; return place; })
"""
# Regions that scroll, and the same with everything open: all can be reached.
EDGES = """
() => Math.min(...[...document.querySelectorAll("h1, nav li, footer p, .tp-header__name")]
  .map(e => e.getBoundingClientRect().left))
"""
SCROLLING = """
() => [...document.querySelectorAll("main *")]
  .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === "auto")
  .filter(e => e.tabIndex !== 0).map(e => e.className)
"""
# Written down by the page as the focus moves: to ask after each Tab takes as long as the Tab.
WRITE_DOWN = """
() => {
  window.stops = [];
  document.addEventListener("focusin", () => {
    const e = document.activeElement, s = getComputedStyle(e), box = e.getBoundingClientRect();
    const outline = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0 &&
      s.outlineColor !== "rgba(0, 0, 0, 0)";
    window.stops.push({
      place: "place" in e.dataset ? Number(e.dataset.place) : -1,
      name: (e.getAttribute("aria-label") || e.textContent).trim().slice(0, 60),
      seen: (outline || s.boxShadow !== "none") && box.width > 1 && box.height > 1,
    });
  });
}
"""
# Words in pictures: their colour, and the shapes behind their middle from the topmost down.
WORDS = """
() => [...document.querySelectorAll("svg text")].filter(t => t.textContent.trim()).map(t => {
  const at = t.getBoundingClientRect();
  window.scrollTo(0, at.y + window.scrollY - innerHeight / 2);
  const box = t.getBoundingClientRect();
  const all = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const seen = e => { const s = getComputedStyle(e);
    return [s.fill, Number(s.opacity) * Number(s.fillOpacity)]; };
  const behind = all.slice(all.indexOf(t) + 1)
    .filter(e => e.closest("svg") && !["svg", "text"].includes(e.tagName)).map(seen);
  return { word: t.textContent, own: seen(t), behind: behind };
}).filter(found => found.own[1] > 0)
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium of this machine; a counted skip where there is none, or no driver for it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no chromium on this machine: no page is opened in a browser")
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright")
    pytest.importorskip("axe_playwright_python", reason="no axe")
    with playwright.sync_playwright() as driver:
        try:
            opened = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except playwright.Error as error:
            pytest.skip(f"chromium cannot be started: {error}")
        yield opened
        opened.close()


class Windows:
    """A window of a browser, and one in which no script runs."""

    def __init__(self, browser: Browser) -> None:
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page = browser.new_page(viewport={"width": WIDE, "height": HEIGHT})
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.add_init_script(WATCH)
        size = {"width": WIDE, "height": 1}
        self._without = browser.new_page(java_script_enabled=False, viewport=size)

    def visited(self, file: Path) -> dict[str, Any]:
        """All that is found on a page."""
        page = self.page
        self.asked.clear()
        self.said.clear()
        page.set_viewport_size({"width": WIDE, "height": HEIGHT})
        page.goto(file.as_uri())
        found: dict[str, Any] = {}
        found["wanted"], found["reached"] = by_keyboard(page)
        page.evaluate(OPEN)
        found["text"], found["words"] = page.inner_text("body"), page.evaluate(WORDS)
        found["wide"] = faults(page, OPTIONS)
        found["edges"] = {}
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            found["edges"][width] = page.evaluate(EDGES)
        found["narrow"], found["scrolling"] = faults(page, AGAIN), page.evaluate(SCROLLING)
        found["width"] = page.evaluate("document.documentElement.scrollWidth")
        found["violations"] = page.evaluate("window.violations")
        found |= {"asked": [*self.asked], "said": [*self.said]}
        return found | {"without_scripts": self.without_scripts(file)}

    def without_scripts(self, file: Path) -> str:
        """The text of a page where scripts do not run, with every detail open."""
        self._without.goto(file.as_uri())
        self._without.evaluate(OPEN)
        return self._without.inner_text("body")

    def close(self) -> None:
        self.page.close()
        self._without.close()


def by_keyboard(page: Page) -> tuple[list[int], list[dict[str, Any]]]:
    """What ought to be reached, and where each press of Tab leads."""
    wanted = page.evaluate(WANTED)
    page.evaluate(WRITE_DOWN)
    for _ in wanted:
        page.keyboard.press("Tab")
    return wanted, page.evaluate("window.stops")


def faults(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe finds wrong: each rule with the first places."""
    from axe_playwright_python.base import AXE_SCRIPT

    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(options).then(all => all.violations)", options)
    return [f"{fault['id']}: {[node['target'] for node in fault['nodes'][:3]]}" for fault in found]


class Looked:
    """States of pages that were looked at, each at both widths with its details open."""

    def __init__(self) -> None:
        self.faults: dict[tuple[str, int], list[str]] = {}
        self.sideways: dict[str, int] = {}
        self.hidden: dict[str, list[str]] = {}
        self.forbidden: dict[str, list[str]] = {}

    def at(self, page, name):
        """Looks at the page as it stands, and calls that state ``name``."""
        page.evaluate(OPEN)
        for width, options in ((WIDE, OPTIONS), (NARROW, AGAIN)):
            page.set_viewport_size({"width": width, "height": HEIGHT})
            self.faults[name, width] = faults(page, options)
        self.sideways[name] = page.evaluate("document.documentElement.scrollWidth")
        self.hidden[name] = page.evaluate(SCROLLING)
        self.forbidden[name] = page.evaluate("window.violations")
        page.set_viewport_size({"width": WIDE, "height": HEIGHT})

    def holds(self):
        """No state had a fault, scrolled sideways, hid a part or did what the page forbids."""
        assert self.faults and {name: at for name, at in self.faults.items() if at} == {}
        assert {name: wide for name, wide in self.sideways.items() if wide > NARROW} == {}
        assert {name: what for name, what in self.hidden.items() if what} == {}
        assert {name: what for name, what in self.forbidden.items() if what} == {}
