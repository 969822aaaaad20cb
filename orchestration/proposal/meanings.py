"""What each column stands for, by its heading and by what its cells look like.

A heading weighs more than cells, but never against them: a column of words is no amount, whatever
stands above it. Here belongs the choice among columns; what headings mean is ``vocabulary``'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from .evidence import Confidence, Facts
from .vocabulary import heading_scores, is_known

_HEADING, _CELLS = 0.65, 0.35
# By its cells alone a column is taken for these, and only so surely.
_WITHOUT_HEADING = 0.5
_BY_CELLS = ("line_date", "amount_pence", "supplier_name", "vat_no", "entity")
# And for these where hardly a heading is known: in another language, or where there are none.
_WITHOUT_WORDS = ("transaction_no", "department", "area", "account")
_FEW_KNOWN = 3
_LABELS = ("department", "area", "account")
_LEAST, _LEAST_BY_CELLS = 0.3, 0.27
# A file is of so many bodies at most; more are those who are paid.
_BODIES = 20
# Two columns fit one field alike when the lesser has this share of the better one's score.
_ALIKE = 0.85


@dataclass(frozen=True)
class Meaning:
    """A column taken for a field, how surely (0 to 1), and what for. ``heading`` and ``cells`` are
    the two parts of it, each from 0 to 1."""

    index: int
    field: str
    score: float
    heading: float
    cells: float

    @property
    def confidence(self) -> Confidence:
        if self.heading >= 0.7 and self.cells >= 0.4:
            return "sure"
        by_form = self.heading or self.field in ("line_date", "amount_pence")
        return "likely" if by_form and self.score >= 0.4 else "guess"

    @property
    def why(self) -> str:
        """In words, on what it rests."""
        if not self.heading:
            return "by its cells"
        return "by its heading and its cells" if self.cells >= 0.4 else "by its heading"


@dataclass(frozen=True)
class Meanings:
    """What the columns of a table were taken for, and who else might have been taken.

    ``rivals`` are the columns, by field, that fit it nearly as well and are taken for nothing.
    """

    by_field: dict[str, Meaning]
    rivals: dict[str, list[Meaning]]


def meanings_of(headings: Sequence[str], facts: Sequence[Facts]) -> Meanings:
    """The field of each column; a column or field without a fit is left out."""
    known = sum(map(is_known, headings))
    alone = _BY_CELLS if known >= _FEW_KNOWN else (*_BY_CELLS, *_WITHOUT_WORDS)
    possible = [m for h, f in zip(headings, facts, strict=True) for m in _possible(h, f, alone)]
    possible.sort(key=lambda m: (-m.score, m.index))
    taken: dict[str, Meaning] = {}
    columns: set[int] = set()
    for one in possible:
        if one.field not in taken and one.index not in columns:
            taken[one.field] = one
            columns.add(one.index)
    _divide_labels(possible, taken, columns, facts)
    rivals: dict[str, list[Meaning]] = {}
    for one in possible:
        best = taken.get(one.field)
        if best and one.index not in columns and one.score >= _ALIKE * best.score:
            rivals.setdefault(one.field, []).append(one)
    return Meanings(taken, rivals)


def _divide_labels(
    possible: Sequence[Meaning],
    taken: dict[str, Meaning],
    columns: set[int],
    facts: Sequence[Facts],
) -> None:
    """Of two columns that say which service a line is for, the coarser stands for the department
    where none is named."""
    area = taken.get("area")
    others = [m for m in possible if m.field == "area" and m.index not in columns and m.heading]
    if area is None or not others or "department" in taken:
        return
    fine, coarse = sorted((area, others[0]), key=lambda m: -facts[m.index].distinct)
    taken["area"] = fine
    taken["department"] = replace(coarse, field="department")
    columns.add(others[0].index)


def _possible(heading: str, facts: Facts, alone: Sequence[str]) -> list[Meaning]:
    named = heading_scores(heading)
    found = []
    for name, by_cells in _BY_FIELD.items():
        cells, words = by_cells(facts), named.get(name, 0.0)
        if words and cells:
            score = _HEADING * words + _CELLS * cells * _filled(name, facts)
        elif cells and not named and name in alone:
            score = _WITHOUT_HEADING * cells
        else:
            continue
        if score >= (_LEAST if words else _LEAST_BY_CELLS):
            found.append(Meaning(facts.index, name, score, words, cells))
    return found


def _filled(name: str, facts: Facts) -> float:
    """How much of its weight a column of labels keeps: one that most lines lack says little."""
    whole = facts.filled / max(1, facts.rows)
    return 0.2 + 0.8 * whole if name in _LABELS else 1.0


def _when_filled(fits: Callable[[Facts], float]) -> Callable[[Facts], float]:
    """Of a column of texts that is empty in this file, only the heading can speak."""
    return lambda facts: fits(facts) if facts.filled else 0.3


def _date(f: Facts) -> float:
    best = max(f.dates + f.serials if f.dates else 0, f.dates)
    days = f.share(best)
    if days >= 0.5:
        return days
    if f.share(f.serials) >= 0.9 and f.variety < 0.5:
        return 0.3  # days as Excel counts them, or any number of five digits: its heading decides
    months = f.share(f.months)
    return 0.4 * months if months >= 0.9 else 0.0


def _amount(f: Facts) -> float:
    money = f.share(f.money)
    if money < 0.8:
        return 0.0
    written = max(f.decimals, f.grouped, f.pounds, f.negative)
    # Codes and numbers of documents are whole, and all about as long.
    whole = f.share(written) < 0.02
    spread = min(1.0, (f.longest - f.shortest) / 4)
    if whole:
        return 0.15 * money * spread + 0.05
    filled = min(1.0, f.filled / max(1, f.rows))
    return (
        money
        * (0.4 + 0.3 * min(1.0, 2 * f.share(written)) + 0.3 * min(1.0, 2 * f.variety))
        * filled
    )


def _text(f: Facts) -> float:
    return f.share(f.letters) * (1 - f.share(f.codes)) * (1 - f.share(f.dates))


def _payee(f: Facts) -> float:
    if _text(f) < 0.5 or f.distinct <= 1 < f.rows / 3:
        return 0.3 * _text(f) if f.distinct <= 1 else 0.0
    companies, varied = min(1.0, 4 * f.share(f.companies)), min(1.0, 5 * f.variety)
    return _text(f) * (0.2 + 0.5 * companies + 0.3 * varied)


def _labels(most: float, ideal: int) -> Callable[[Facts], float]:
    """A column of labels, of which there are few: the fewer beside ``ideal`` the better."""

    def fits(f: Facts) -> float:
        text = _text(f)
        if text < 0.5:
            return 0.0
        few = min(1.0, ideal / max(1, f.distinct))
        return text * max(0.05, 0.35 + most * few - 0.5 * min(1.0, 4 * f.share(f.companies)))

    return fits


def _code(f: Facts) -> float:
    """Codes of a short list."""
    if f.share(f.codes) < 0.5 or f.distinct < 2:
        return 0.2 * f.share(f.codes)
    return f.share(f.codes) * (1.0 - f.variety)


def _number(f: Facts) -> float:
    """Numbers that are nearly one a line, or a document."""
    if f.share(f.codes) < 0.5 or f.share(f.dates) > 0.5 or f.share(f.decimals) > 0.5:
        return 0.0
    return f.share(f.codes) * min(1.0, 0.3 + f.variety) * (1.0 if f.mean_length >= 4 else 0.5)


def _body(f: Facts) -> float:
    if _text(f) < 0.5 or f.distinct > _BODIES:
        return 0.0
    if f.distinct > max(3, 0.02 * f.filled):
        return 0.2
    return 0.5 + 0.5 * f.share(f.bodies)


def _anything(f: Facts) -> float:
    return 0.5 if f.filled else 0.3


def _vat_number(f: Facts) -> float:
    likely = f.share(f.vat_numbers)
    return likely if likely >= 0.5 and f.longest <= 16 else 0.1


def _money_or_none(f: Facts) -> float:
    return 0.6 * f.share(f.money) if f.share(f.money) >= 0.8 else 0.0


_BY_FIELD: dict[str, Callable[[Facts], float]] = {
    "line_date": _date,
    "amount_pence": _amount,
    "supplier_name": _when_filled(_payee),
    "supplier_code": _when_filled(lambda f: f.share(f.codes) if f.share(f.codes) >= 0.5 else 0.0),
    "department": _when_filled(_labels(0.5, 12)),
    "area": _when_filled(_labels(0.4, 60)),
    "account": _when_filled(_labels(0.38, 60)),
    "account_code": _when_filled(_code),
    "expense_type": _anything,
    "pay_group": _anything,
    "merchant_category": _anything,
    "entity": _when_filled(_body),
    "transaction_no": _when_filled(_number),
    "invoice_no": _when_filled(lambda f: max(0.3, _number(f))),
    "vat_no": _when_filled(_vat_number),
    "vat_pence": _when_filled(_money_or_none),
    "vat_code": _anything,
    "description": _when_filled(lambda f: 0.3 + 0.5 * f.share(f.words)),
}
