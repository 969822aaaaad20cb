"""Finds cells that look like a person's number or address where no personal field is agreed.

Fields that are shown to everybody are searched, and names of payees for what says that the payee is
a person at home: an e-mail address, or a title (Mrs) with a telephone number or a postcode. A name
alone is a sole trader's and is not asked about. Numbers of payments are digits too, so ten
digits count as an NHS number only when spaced as one (``943 476 5919``) and their check digit
holds: one spaced number in eleven would do so by chance.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ....sql import literal
from ...read.source import texts
from ..batch import At, Batch, RowRule

# Codes and references: an unbroken run there is a key of somebody's system, not a person's.
_REFERENCES = ("transaction_no", "supplier_code", "account_code", "vat_no", "vat_code")
_INSURANCE = r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\b"
_SPACED = r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] [0-9]{2} [0-9]{2} [0-9]{2} [A-D]\b"
_NHS = r"\b[0-9]{3}[ -][0-9]{3}[ -][0-9]{4}\b"
_EMAIL = r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}\.[A-Za-z]{2,}"

_TITLE = r"\b(?:mr|mrs|ms|miss|mx|dr|rev|revd|prof|sir|lady)\b"
_PHONE = r"(?:\+44 ?\(?0?\)?|\(?\b0)[1-37][0-9]{1,4}\)?[ -]?[0-9]{3,4}[ -]?[0-9]{3,4}\b"
_POSTCODE = r"\b[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][a-z]{2}\b"
_PRIVATE = rf"(?i){_EMAIL}|{_TITLE}.*(?:{_PHONE}|{_POSTCODE})|(?:{_PHONE}|{_POSTCODE}).*{_TITLE}"


def _is_searched(at: At) -> bool:
    """Free text that is shown to everybody."""
    kind = (at.field.type, at.field.classification, at.field.values)
    return kind == ("text", "public", ()) and not at.column.codes


def _is_payee(at: At) -> bool:
    return at.field.classification == "payee"


def _details_of_a_person(at: At) -> str:
    return f"regexp_matches({at.raw}, {literal(_PRIVATE)})"


def _worth_a_closer_look(batch: Batch, names: Sequence[str]) -> list[str]:
    """Payees' columns in which one of the names is more than a name."""
    return [name for name in names if any(map(_any_private, batch.distinct(name)))]


def _any_private(values: pa.Array) -> bool:
    # Digits and @ leave out nearly every name at a tenth of the cost.
    few = values.filter(pc.match_substring_regex(values, "[0-9@]"))
    return bool(pc.any(pc.match_substring_regex(few, _PRIVATE)).as_py())


def _worth_a_search(batch: Batch, names: Sequence[str]) -> list[str]:
    """Fields worth a closer look: labels by their distinct values, references by a mark.

    Searching every cell took 0.8 s for a million rows of five columns; this takes a tenth. It is
    asked of the cells without SQL, of which planning alone took 10 ms a file.
    """
    values = {name: _searched(name, batch) for name in names}
    every = [found for columns in values.values() for found in columns]
    if not every or not _any_like(pa.concat_arrays(every)):
        return []
    return [name for name in names if any(map(_any_like, values[name]))]


def _searched(name: str, batch: Batch) -> list[pa.Array]:
    if name not in _REFERENCES:
        return batch.distinct(name)
    return [_marked(cells) for cells in batch.texts(name)]


def _marked(cells: pa.ChunkedArray) -> pa.Array:
    marked = [pc.match_substring(cells, mark) for mark in " -@"]
    found = cells.filter(pc.or_(pc.or_(*marked[:2]), marked[2]))
    return found.combine_chunks() if found.num_chunks else texts([])


def _any_like(values: pa.Array) -> bool:
    return bool(pc.any(pc.match_substring_regex(values, f"{_NHS}|{_INSURANCE}|{_EMAIL}")).as_py())


def _numbers(text: str, insurance: str) -> str:
    digits = f"regexp_replace(regexp_extract({text}, '{_NHS}'), '[ -]', '', 'g')"
    total = " + ".join(f"{10 - i} * TRY_CAST({digits}[{i + 1}] AS INTEGER)" for i in range(9))
    check = f"(11 - ({total}) % 11) % 11 = TRY_CAST({digits}[10] AS INTEGER)"
    return (
        f"regexp_matches({text}, '{_NHS}|{insurance}') AND "
        f"(regexp_matches({text}, '{insurance}') OR coalesce({check}, false))"
    )


def _number_of_a_person(at: At) -> str:
    return _numbers(at.raw, _SPACED if at.field.name in _REFERENCES else _INSURANCE)


def _email(at: At) -> str:
    return f"contains({at.raw}, '@') AND regexp_matches({at.raw}, '{_EMAIL}')"


RULES = (
    RowRule("TP-044", _is_searched, _number_of_a_person, effect="ask_all", narrow=_worth_a_search),
    RowRule("TP-049", _is_searched, _email, effect="ask_all", narrow=_worth_a_search),
    RowRule(
        "TP-125", _is_payee, _details_of_a_person, effect="ask_all", narrow=_worth_a_closer_look
    ),
)
