"""What stands in a cell in the place of a number: suppressed, not available, provisional.

Here belong the usual marks of statistics and how a contract's own are read beside them, as SQL over
a trimmed cell. How a number is read belongs to ``parse``; what is said of a mark to ``rules``.
"""

from __future__ import annotations

import re

from ...contracts.feeds import Field
from ...contracts.layout import INTERVAL, NOT_AVAILABLE, SUPPRESSED, ZERO, Column
from ...sql import literal

# In lower case, as the Government Analysis Function, NHS bodies and spreadsheets write them.
_NOT_AVAILABLE = (
    *("n/a", "na", "n.a.", "#n/a", "n/k", "nk", "not available", "not applicable", "not known"),
    *("not reported", "not recorded", "unknown", "tbc", "tba", "to be confirmed", ":", "..", "..."),
    *("[x]", "[z]", "[n/a]"),
)
_SUPPRESSED = ("*", "**", "c", "[c]", "[low]", "suppressed")
# May be nought, or not available: only the sender can say.
_DASHES = ("-", "–", "—", "--")
# The counts that a mark alone stands for, where the contract does not say.
_USUAL = (1, 7)
_BELOW = r"(?:<|under|fewer than|less than) ?([2-9]|[1-9][0-9]{1,2})"
_UP_TO = r"(?:<=|≤|up to) ?([1-9][0-9]{0,2})"
_PROVISIONAL = r"^(.*[0-9](?: ?%)?) ?(?:\(([pr])\)|\[([pr])\]|([pr]))$"


def number_sql(column: Column, text: str) -> str:
    """The cell without the letter that calls it provisional or revised; 0 for a mark of nought."""
    plain = f"regexp_replace({text}, {literal(_PROVISIONAL)}, '\\1', 'i')"
    if noughts := _agreed(column, ZERO):
        return f"CASE WHEN {_is_one_of(text, noughts)} THEN '0' ELSE {plain} END"
    return plain


def without_agreed_sql(column: Column, text: str) -> str:
    """The cell, NULL where the contract says that its mark means that there is none."""
    if marks := _agreed(column, NOT_AVAILABLE):
        return f"CASE WHEN NOT {_is_one_of(text, marks)} THEN {text} END"
    return text


def state_sql(column: Column, text: str, value: str) -> str:
    """What a marked cell says: reported, provisional, revised, suppressed or not_available; NULL
    where it is empty or says nothing that can be read. ``value`` is the number read, or NULL."""
    letter = f"lower(regexp_extract({text}, {literal(_PROVISIONAL)}, {{}}, 'i'))"
    last = "concat({})".format(", ".join(letter.format(n) for n in (2, 3, 4)))
    return (
        f"CASE WHEN {is_suppressed_sql(column, text)} THEN 'suppressed' "
        f"WHEN {is_not_available_sql(column, text)} OR {is_dash_sql(column, text)} "
        "THEN 'not_available' "
        f"WHEN {value} IS NULL THEN NULL "
        f"WHEN {last} = 'p' THEN 'provisional' WHEN {last} = 'r' THEN 'revised' "
        "ELSE 'reported' END"
    )


def interval_sql(column: Column, text: str) -> tuple[str, ...]:
    """The least and the most that a suppressed count stands for, NULL of any other cell."""
    below, up_to = (
        f"TRY_CAST(regexp_extract(lower({text}), {literal(p)}, 1) AS BIGINT)"
        for p in (_BELOW, _UP_TO)
    )
    own = {mark: _ends(meaning) for mark, meaning in _marks(column).items()}
    cases = [
        (f"lower({text}) = {literal(mark)}", str(ends[0]), str(ends[1]))
        for mark, ends in own.items()
        if ends
    ]
    cases += [
        (_matches(text, _BELOW), "1", f"{below} - 1"),
        (_matches(text, _UP_TO), "1", up_to),
        ("true", str(_USUAL[0]), str(_USUAL[1])),
    ]
    hidden = is_suppressed_sql(column, text)
    low, high = (" ".join(f"WHEN {c[0]} THEN {c[n]}" for c in cases) for n in (1, 2))
    return tuple(f"CASE WHEN {hidden} THEN CASE {ends} END END" for ends in (low, high))


def is_suppressed_sql(column: Column, text: str) -> str:
    """Whether the sender suppressed the count in a cell; false of an empty one."""
    agreed = _marks(column)
    own = [m for m, meaning in agreed.items() if meaning == SUPPRESSED or _ends(meaning)]
    usual = [m for m in _SUPPRESSED if m not in agreed]
    shapes = " OR ".join(_matches(text, p) for p in (_BELOW, _UP_TO))
    listed = _is_one_of(text, [*own, *usual])
    others = _agreed(column, NOT_AVAILABLE) + _agreed(column, ZERO)
    agreed_otherwise = f"AND NOT {_is_one_of(text, others)}" if others else ""
    return f"coalesce(({listed} OR {shapes}) {agreed_otherwise}, false)"


def is_not_available_sql(column: Column, text: str) -> str:
    """Whether a cell says that there is no value; false of an empty one."""
    agreed = _marks(column)
    usual = [m for m in _NOT_AVAILABLE if m not in agreed]
    return f"coalesce({_is_one_of(text, [*usual, *_agreed(column, NOT_AVAILABLE)])}, false)"


def is_dash_sql(column: Column, text: str) -> str:
    """Whether a cell is a dash of which the contract says nothing; false of an empty one."""
    dashes = [d for d in _DASHES if d not in _marks(column)]
    return f"coalesce({_is_one_of(text, dashes)}, false)" if dashes else "false"


def is_provisional_sql(text: str) -> str:
    """Whether a letter calls the number in a cell provisional or revised."""
    return f"coalesce(regexp_matches({text}, {literal(_PROVISIONAL)}, 'i'), false)"


def beside_sql(field: Field, column: Column, text: str, value: str) -> dict[str, str]:
    """What is kept beside a marked field, by column: its state and the ends of its interval."""
    kept = {f"{field.name}_state": state_sql(column, text, value)}
    if field.type == "integer":
        low, high = interval_sql(column, text)
        kept |= {f"{field.name}_low": low, f"{field.name}_high": high}
    return kept


def _marks(column: Column) -> dict[str, str]:
    return {mark.casefold(): meaning for mark, meaning in column.marks.items()}


def _agreed(column: Column, meaning: str) -> list[str]:
    return [mark for mark, said in _marks(column).items() if said == meaning]


def _ends(meaning: str) -> tuple[int, int] | None:
    found = re.fullmatch(INTERVAL, meaning)
    return (int(found[1]), int(found[2])) if found else None


def _is_one_of(text: str, words: list[str]) -> str:
    # Not IN: of a long list DuckDB makes a join, and a join changes the order of the rows.
    shape = "|".join(re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", word) for word in words)
    return f"regexp_full_match(lower({text}), {literal(shape)})"


def _matches(text: str, shape: str) -> str:
    return f"regexp_full_match(lower({text}), {literal(shape)})"
