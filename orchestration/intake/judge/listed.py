"""How a cell of codes that stand on a public list is read: a postcode, several service codes.

Here belongs what is read of such a cell, as SQL over its trimmed text. What is said of it belongs
to ``rules.reference_lists``, and where the lists are to ``reference``.
"""

from __future__ import annotations

from .postcodes import POSTCODE, squeezed_sql


def value_sql(kind: str | None, text: str) -> str:
    """The cell of a text field as far as it can be read; any text where it is on no list."""
    if kind == "postcode":
        return f"CASE WHEN regexp_full_match({squeezed_sql(text)}, '{POSTCODE}') THEN {text} END"
    return _known_services_sql(text) if kind == "services" else text


def is_service_sql(number: str) -> str:
    """Whether a number is on the list of services; false of NULL."""
    return f"coalesce(list_contains(getvariable('services'), {number}), false)"


def strange_services_sql(text: str) -> str:
    """The codes in a cell that are not on the list of services, as a list."""
    return f"list_filter({_codes(text)}, lambda code: code <> '' AND NOT {_is_code('code')})"


def _known_services_sql(text: str) -> str:
    """A cell as it stands where all of its codes are on the list, else those that are."""
    known = f"list_filter({_codes(text)}, lambda code: {_is_code('code')})"
    return (
        f"CASE WHEN len({strange_services_sql(text)}) = 0 THEN {text} "
        f"ELSE nullif(array_to_string({known}, '; '), '') END"
    )


def _codes(text: str) -> str:
    return f"regexp_split_to_array({text}, '[;,\\s]+')"


def _is_code(code: str) -> str:
    number = f"CASE WHEN regexp_full_match({code}, '[0-9]{{1,9}}') THEN CAST({code} AS BIGINT) END"
    return is_service_sql(number)
