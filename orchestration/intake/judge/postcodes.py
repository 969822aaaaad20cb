"""What a postcode looks like, and a mistyped one put right."""

from __future__ import annotations

import re

# The last letter of an outward code is of a short list: LE1O is no district, W1O none either.
_OUTWARD = (
    r"[A-Z][0-9]{1,2}|[A-Z][A-HK-Y][0-9]{1,2}|[A-Z][0-9][A-HJKPSTUW]"
    r"|[A-Z][A-HK-Y][0-9][ABEHMNPRVWXY]"
)
POSTCODE = rf"(?:{_OUTWARD})[0-9][ABD-HJLNP-UW-Z]{{2}}"
_DIGITS = str.maketrans("OIL", "011")


def squeezed_sql(text: str) -> str:
    """SQL for a postcode as lists have it here: capitals without spaces."""
    return f"upper(regexp_replace({text}, '\\s', '', 'g'))"


def corrected(text: str) -> str | None:
    """A postcode whose letters O, I or L stand for digits, put right; ``None`` if it is none."""
    bare = re.sub(r"\s", "", text).upper()
    if not 5 <= len(bare) <= 7:
        return None
    outward, inward = bare[:-3], bare[-3:]
    inward = inward[0].translate(_DIGITS) + inward[1:]
    for area in (2, 1):
        put_right = outward[:area] + outward[area:].translate(_DIGITS)
        if re.fullmatch(POSTCODE, put_right + inward):
            return f"{put_right} {inward}"
    return None
