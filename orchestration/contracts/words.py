"""A contract in words: who the body is, what it sends, how its files look, what is asked when.

Here belongs wording of one contract; what changes between two is ``difference``'s, what every key
means ``reference``'s.
"""

from __future__ import annotations

from collections.abc import Iterator

from .layout import Column, Layout
from .model import Feed, Partner
from .periods import named

_VAT = {
    "excluded": "amounts are without VAT",
    "included": "amounts are with VAT",
    "recoverable_excluded": "amounts hold only the VAT that is not recovered",
    "not_stated": "whether amounts are with VAT is not stated",
}


def contract_words(partner: Partner) -> list[str]:
    """The contract as lines of text."""
    kind = partner.kind.replace("_", " ")
    place = "a body of the place" if partner.in_place else "no body of the place"
    out = [f"{partner.name} ({kind}), id {partner.id}; {place}."]
    if partner.codes:
        out.append("Codes: " + ", ".join(f"{k} {v}" for k, v in partner.codes.items()) + ".")
    if partner.valid_from or partner.valid_to:
        out.append(f"Its life: {_span(partner.valid_from, partner.valid_to)}.")
    if partner.certification == "second_person":
        out.append("No file counts before a second person has certified it.")
    for name, feed in partner.feeds.items():
        out += ["", *_feed(partner, name, feed)]
    return out


def _feed(partner: Partner, name: str, feed: Feed) -> Iterator[str]:
    yield (
        f"{name}: {feed.basis.replace('_', ' ')}, {feed.accounting}, "
        f"one file a {named(feed.cadence)}; {_VAT[feed.vat]}."
    )
    if feed.expected_from:
        asked = _span(feed.expected_from, feed.expected_to)
        yield f"  Files are asked for {asked}, {feed.due_days} days after each period's end."
    else:
        yield "  No file is ever missing: it does not say from when files are asked for."
    held = "holds the file" if partner.holds(name) else "does not hold the file"
    yield f"  An open question {held}."
    patterns = len(feed.period_in_file_name)
    where = "the file's name, or else its dates" if patterns else "the dates of its lines"
    yield f"  The period is read from {where}, unless it is given."
    for layout in feed.layouts:
        yield from _layout(layout)
    for count, what in ((feed.departments, "department"), (feed.code_map, "statement of themes")):
        if count:
            yield f"  {len(count)} {what}{'' if len(count) == 1 else 's'} explained."


def _layout(layout: Layout) -> Iterator[str]:
    yield f"  Layout {layout.id}, {_span(layout.valid_from, layout.valid_to)}:"
    for name, column in layout.columns.items():
        yield f"    {name}: {_column(column)}"
    if layout.ignored:
        yield f"    not read: {', '.join(map(repr, layout.ignored))}"
    if layout.undated == "submission_year":
        yield "    a line without a date counts in the financial year of its file"
    if layout.realign:
        yield f"    cells one column to the left from {layout.realign.from_heading!r} are put right"
    if layout.coverage == "sample":
        yield "    a file is a sample: its lines count and complete no period"


def _column(column: Column) -> str:
    parts = [" or ".join(map(repr, column.headings))]
    parts += [f"in column {column.position}"] if column.position else []
    parts += [f"written {' or '.join(column.formats)}"] if column.formats else []
    parts += [f"in {column.unit}"] if column.unit != "pounds" else []
    parts += ["costs are negative"] if column.sign == "reversed" else []
    parts += ["a minus may stand behind"] if column.trailing_minus else []
    parts += ["CR behind an amount is a credit"] if column.cr_dr else []
    parts += [f"credits stand under {column.credits_under!r}"] if column.credits_under else []
    if column.kinds:
        parts.append(
            f"{', '.join(column.kinds.credits)} under {column.kinds.heading!r} is a credit"
        )
    parts += [f"{m!r} means {v.replace('_', ' ')}" for m, v in column.marks.items()]
    parts += ["stands once for the rows below"] if column.fill_down else []
    return ", ".join(parts)


def _span(first: object, last: object) -> str:
    begins = f"from {first}" if first else "from the beginning"
    return f"{begins} to {last}" if last else begins
