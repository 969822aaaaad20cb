"""What the form of a contract offers: our fields, styles, kinds and bases, each in words.

What a contract may say is ``contracts``'; here it only becomes choices, and the choices made
become corrections.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from ..contracts.feeds import FEEDS
from ..contracts.layout import DATE_STYLES, Unit
from ..contracts.model import Feed, Partner
from ..contracts.periods import Cadence
from ..proposal.corrected import Corrections
from ..proposal.evidence import Proposal

Choices = list[tuple[str, str]]

# Columns that the form shows; a wider file has most of them empty.
MOST_COLUMNS = 200
_KINDS = {
    "pct": "primary care trust (PCT)",
    "ccg": "clinical commissioning group (CCG)",
    "icb": "integrated care board (ICB)",
    "nhs_trust": "NHS trust",
}
_BASES = {
    "payments_over_250": "payments over £250",
    "payments_over_500": "payments over £500",
    "payments_over_25k": "payments over £25,000",
}
_VAT = {
    "excluded": "without VAT",
    "included": "with VAT",
    "recoverable_excluded": "with only the VAT that the body cannot recover",
    "not_stated": "not stated",
}
_UNITS = {"thousands": "thousands of pounds", "millions": "millions of pounds"}
_SIGNS = {"as_is": "costs are positive, credits negative", "reversed": "costs are negative"}
_YES_NO = {"yes": "yes", "no": "no"}


def _in_words(values: tuple[str, ...], words: dict[str, str]) -> Choices:
    return [(v, words.get(v, v.replace("_", " "))) for v in values]


def fields() -> Choices:
    """Every field of spend in words; the first is for a column that is not read."""
    return [("", "Not read"), *((f.name, f.description) for f in FEEDS["spend"].fields)]


def offered(proposal: Proposal) -> list[tuple[str, str, Choices, str]]:
    """Every other question of the form: its name, its words, its choices, and what was chosen."""
    contract, feed = proposal.contract, proposal.contract["feeds"][proposal.feed]
    columns = feed["layouts"][-1]["columns"]
    amount, formats = columns["amount_pence"], columns.get("line_date", {}).get("formats", [])
    dates = formats[0] if len(formats) == 1 else ""
    as_read = ", ".join(formats) if len(formats) > 1 else "there is no date"
    styles = [(s, s) for s in DATE_STYLES]
    return [
        ("kind", "Kind of body", _in_words(_values(Partner, "kind"), _KINDS), contract["kind"]),
        ("in_place", "Is it a body of this place?", _in_words(("yes", "no"), _YES_NO),
         "yes" if contract["in_place"] else "no"),
        ("basis", "What the lines are", _in_words(_values(Feed, "basis"), _BASES), feed["basis"]),
        ("vat", "VAT in the amounts", _in_words(tuple(_VAT), _VAT), feed["vat"]),
        ("cadence", "One file is of a", _in_words(get_args(Cadence), {}), feed["cadence"]),
        ("dates", "How dates are written", [*([("", as_read)] if not dates else []), *styles],
         dates),
        ("unit", "Amounts are in", _in_words(get_args(Unit), _UNITS), amount.get("unit", "pounds")),
        ("sign", "Signs of amounts", _in_words(tuple(_SIGNS), _SIGNS), amount.get("sign", "as_is")),
        ("trailing_minus", "Is 123.45- a credit?", _in_words(("no", "yes"), _YES_NO),
         "yes" if amount.get("trailing_minus") else "no"),
        ("cr_dr", "Is 123.45 CR a credit?", _in_words(("no", "yes"), _YES_NO),
         "yes" if amount.get("cr_dr") else "no"),
    ]  # fmt: skip


def asked(proposal: Proposal) -> list[tuple[str, str, str]]:
    """The open questions: the field of the form that answers each, empty where none does, what
    that field is called, and the question."""
    words = {name: label for name, label, _, _ in offered(proposal)} | {"name": "Name in full"}
    by_field = {c.field: c.letter for c in shown_columns(proposal)}
    found = []
    for question in proposal.open_questions:
        last = question.key.rpartition(".")[2]
        letter = by_field.get(last)
        if last in words:
            found.append((last, words[last], question.text))
        elif letter:
            found.append((f"column-{letter}", f"Column {letter}", question.text))
        else:
            found.append(("", last.replace("_", " "), question.text))
    return found


def _values(model: Any, key: str) -> tuple[str, ...]:
    return get_args(model.model_fields[key].annotation)


def wrong_choices(proposal: Proposal, said: Callable[[str], str]) -> list[tuple[str, str]]:
    """Fields of the form that hold what it does not offer, each with what to do. A browser sends
    none of them."""
    known = {name: {value for value, _ in choices} for name, _, choices, _ in offered(proposal)}
    known |= {f"column-{c.letter}": {n for n, _ in fields()} for c in shown_columns(proposal)}
    return [(name, "Choose one of the list.") for name in known if said(name) not in known[name]]


def shown_columns(proposal: Proposal) -> list[Any]:
    """The columns that the form shows: those of the file that hold something."""
    return [c for c in proposal.columns if c.filled or c.field][:MOST_COLUMNS]


def corrections(proposal: Proposal, said: Callable[[str], str]) -> Corrections:
    """What the form says. ``said`` gives the text of one of its fields."""
    columns = {c.letter: said(f"column-{c.letter}") or None for c in shown_columns(proposal)}
    body: dict[str, object] = {
        "kind": said("kind"), "in_place": said("in_place") == "yes", "name": said("name"),
    }  # fmt: skip
    if body["name"] == proposal.contract["name"]:
        del body["name"]
    amount = {"unit": said("unit"), "sign": said("sign"),
              "trailing_minus": said("trailing_minus") == "yes",
              "cr_dr": said("cr_dr") == "yes"}  # fmt: skip
    feed = {key: said(key) for key in ("basis", "vat", "cadence")}
    formats = proposal.contract["feeds"][proposal.feed]["layouts"][-1]["columns"]
    dates = said("dates")
    if formats.get("line_date", {}).get("formats") == [dates]:
        dates = ""
    return Corrections(columns, dates, amount, body, feed)
