"""How cells, columns and money are written for a person: in messages, pages and workbooks."""

from __future__ import annotations

# A cell is shown no longer than this; what is cut is marked.
SHOWN = 80


def display_safe(value: str | None) -> str | None:
    """A cell's text made safe to show: control characters visible, length limited."""
    if value is None:
        return None
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in value[: SHOWN + 1])
    return text if len(value) <= SHOWN else text[:SHOWN] + "…"


def column_letter(index: int) -> str:
    """Excel's letter of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def pounds(pence: int | None) -> str:
    """Pence as people write them: -£1,234.50; a dash when there is no amount."""
    if pence is None:
        return "–"
    sign = "-" if pence < 0 else ""
    return f"{sign}£{abs(pence) // 100:,}.{abs(pence) % 100:02d}"
