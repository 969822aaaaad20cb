"""A text that does not fit as it is read: by another separator, or in another code page.

A file is read another way only where that is safe: its agreed headings are found so, and no longer
otherwise. What cannot be read safely is named instead, with how to save it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..read import sandbox
from ..read.source import PLAIN, Dialect, UnreadableError
from .findings import Finding, finding
from .layout import find_headings, heading_key
from .state import JudgingState

SEPARATORS = {"\t": "tabs", ";": "semicolons", "|": "pipes (|)"}
_PAGES = {
    "utf-8": "UTF-8",
    "cp1252": "Windows code page 1252",
    "cp850": "DOS code page 850",
    "mac-roman": "Mac Roman",
}
_TWICE = ("cp1252", "cp850", "mac-roman")
_STATED = re.compile(r'"?sep=([;|:^~#!])"?')
# An amount that lost its pound sign; so many of them are no chance.
LOST_AMOUNT = re.compile(r"[-(]?\s?[?\ufffd]\s?-?\d[\d,]*(?:\.\d+)?\)?")
_LOST = 3

Head = list[list[str]]


def separator_name(mark: str) -> str:
    """What separates the cells, in words."""
    return SEPARATORS.get(mark, f"the character {mark!r}")


def fitting_reading(state: JudgingState, opened: sandbox.ChildSource) -> sandbox.ChildSource:
    """The file as it was opened, or opened anew as it is really written."""
    dialect = PLAIN
    for mark in _separators(opened.sheets[0].head):
        if _fits(state, opened.sheets[0].head):
            break
        other = _opened(state, opened, replace(PLAIN, delimiter=mark))
        if other and _fits(state, other.sheets[0].head):
            dialect, state.separator = replace(PLAIN, delimiter=mark), mark
            opened.close()
            opened = other
            break
    return _in_its_code_page(state, opened, dialect)


def seems_separated(head: Head) -> str | None:
    """What seems to separate the cells of a text that has no commas between them."""
    rows = [",".join(row) for row in head if any(row)]
    for mark in _separators(head):
        counts = [row.count(mark) for row in rows]
        if counts and max(counts) >= 2 and counts.count(max(counts)) > len(counts) / 2:
            return mark
    return None


def separator_findings(state: JudgingState) -> Iterator[Finding]:
    """That another separator was taken; it is not trusted where rows do not fit it."""
    if state.separator == PLAIN.delimiter:
        return
    ragged = [f for f in state.judgement.findings if f.code in ("TP-030", "TP-140")]
    count = sum(f.count for f in ragged)
    code = "TP-155" if ragged else "TP-154"
    yield finding(code, detail=separator_name(state.separator), count=max(1, count))


def _separators(head: Head) -> list[str]:
    """Marks that may separate the cells of this text, one that it names itself first."""
    first = next(iter(head), [])
    stated = _STATED.fullmatch(",".join(first).strip())
    marks = [stated[1]] if stated else []
    marks += [mark for mark in SEPARATORS if any(mark in cell for row in head for cell in row)]
    return [mark for mark in dict.fromkeys(marks) if mark != PLAIN.delimiter]


def _fits(state: JudgingState, head: Head) -> bool:
    match = find_headings(head, state.schema, state.request.layouts)
    return match is not None and not match.missing_required


def _opened(
    state: JudgingState,
    opened: sandbox.ChildSource,
    dialect: Dialect,
    encoding: str | None = None,
) -> sandbox.ChildSource | None:
    """The file opened another way; ``None`` if it cannot be."""
    encodings = [encoding] if encoding else list(state.request.layouts[0].encodings)
    try:
        return sandbox.open_limited(state.request.path, state.kind, encodings, dialect)
    except UnreadableError:
        return None


def _in_its_code_page(
    state: JudgingState, opened: sandbox.ChildSource, dialect: Dialect
) -> sandbox.ChildSource:
    """The file in the code page that its pound signs show; one that lost them is refused."""
    head = opened.sheets[0].head
    for mark, encoding, twice in other_code_pages(opened.encoding or ""):
        if not stands_for_pound(mark, head):
            continue
        said = _said(mark, opened.encoding or "", encoding, twice)
        other = _opened(state, opened, replace(dialect, twice=twice), encoding)
        there = other.sheets[0].head if other else []
        if other and _fits(state, there) and not stands_for_pound(mark, there):
            opened.close()
            state.find("TP-156", detail=said)
            return other
        # Where the headings fit all the same, its few cells are told one by one.
        if not _fits(state, head):
            raise UnreadableError("TP-157", said)
    if _lost_its_pounds(state, head):
        said = "the pound signs have become question marks, and other letters may have, too"
        raise UnreadableError("TP-157", said)
    return opened


def other_code_pages(encoding: str) -> Iterator[tuple[str, str | None, str | None]]:
    """What '£' looks like when it is read wrongly: the mark, the encoding that is right, or the
    code page by which it was encoded twice."""
    if encoding.startswith("utf"):
        for page in _TWICE:
            yield "£".encode().decode(page), None, page
        return
    for right in ("utf-8", "cp850", "cp1252"):
        if right != encoding:
            yield "£".encode(right).decode(encoding, "replace"), right, None


def stands_for_pound(mark: str, head: Head) -> bool:
    """Whether the mark stands where a pound sign does: before digits, or alone in brackets."""
    pound = rf"(?:(?<!\w)|^){re.escape(mark)}"
    pattern = re.compile(rf"{pound}\s?[-(]?\d|\({re.escape(mark)}\)|{pound}$")
    return any(pattern.search(cell.strip()) for row in head for cell in row if mark in cell)


def _said(mark: str, read: str, right: str | None, twice: str | None) -> str:
    if twice:
        return (
            f"the text was encoded twice ('{mark}' stands for '£'): it was UTF-8, was opened as "
            f"{_PAGES[twice]} and saved as UTF-8 once more"
        )
    page, wrong = _PAGES[right or "utf-8"], _PAGES.get(read, read)
    return f"the text is written in {page}, not in {wrong} as agreed ('{mark}' stands for '£')"


def _lost_its_pounds(state: JudgingState, head: Head) -> bool:
    """Whether question marks stand where the agreed headings, or amounts, have pound signs."""
    agreed = {
        heading_key(h).replace("£", "?")
        for layout in state.request.layouts
        for column in layout.columns.values()
        for h in column.headings
        if "£" in h
    }
    cells = [cell.strip() for row in head for cell in row if "?" in cell or "\ufffd" in cell]
    if any(heading_key(cell) in agreed for cell in cells if "?" in cell):
        return not _fits(state, head)
    lost = sum(1 for cell in cells if LOST_AMOUNT.fullmatch(cell))
    return lost >= max(_LOST, sum(map(any, head)) / 2)
