"""What a file changes against the one whose place it takes, in words."""

from __future__ import annotations

from ..display import display_safe, pounds, table
from ..intake.judge.difference import Amount, Difference

# Of a difference: what, before, now, and by how much.
Row = tuple[str, str, str, str]
HEADINGS = ("", "Then", "Now", "Difference")


def difference_rows(found: Difference, *, money: bool) -> list[Row]:
    """Lines and £ first, then where they moved, then what else is no longer as it was."""
    rows: list[Row] = [_lines("Lines", found.before, found.now)]
    if money:
        rows.append(_pounds("£", found.before.pence, found.now.pence))
    for name, amount in (("New", found.new), ("Gone", found.gone), ("Changed", found.changed)):
        if amount.lines:
            by = _signed(-amount.pence if name == "Gone" else amount.pence) if money else ""
            was, now = ("", _count(amount)) if name != "Gone" else (_count(amount), "")
            rows.append((name, was, now, by))
    for label in found.labels:
        name = f"{found.heading} {display_safe(label.value) or 'empty'}"
        if money:
            rows.append(_pounds(name, label.before.pence, label.now.pence))
        else:
            rows.append(_lines(name, label.before, label.now))
    if found.more_labels:
        rows.append((f"… and {found.more_labels:,} more", "", "", ""))
    rows += [(f"Column {display_safe(h)}", "filled", "empty", "") for h in found.emptied]
    first, last = found.days
    if first and last and first != last:
        rows.append(("First and last date", " to ".join(first), " to ".join(last), ""))
    if found.published:
        name = f"Published spend of {found.published.financial_year}"
        rows.append(_pounds(name, found.published.pence_before, found.published.pence_now))
    return rows


def difference_lines(found: Difference, *, money: bool) -> list[str]:
    """The same for the terminal."""
    shown = table(difference_rows(found, money=money), HEADINGS)
    return ["", f"In place of {found.replaces}", *(f"  {line}" for line in shown)]


def _lines(name: str, before: Amount, now: Amount) -> Row:
    return name, f"{before.lines:,}", f"{now.lines:,}", f"{now.lines - before.lines:+,}"


def _pounds(name: str, before: int, now: int) -> Row:
    return name, pounds(before), pounds(now), _signed(now - before)


def _count(amount: Amount) -> str:
    return f"{amount.lines:,} {'line' if amount.lines == 1 else 'lines'}"


def _signed(pence: int) -> str:
    return f"+{pounds(pence)}" if pence > 0 else pounds(pence)
