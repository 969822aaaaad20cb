"""A large file with many faults of many kinds, the same each time: what a busy desk is given."""

from __future__ import annotations

HEAD = "Date,Supplier,Account,Amount\n"
# A fault in the place of each good cell, in turn; as many rows of each.
_FAULTS = (
    "31/02/2024,Alder Care {n} Ltd,Care,{p}.50\n",
    "{d:02}/04/2024,Alder Care {n} Ltd,Care,£1.234.{p}\n",
    "{d:02}/04/2024,,Care,\n",
    "{d:02}/04/2031,Alder Care {n} Ltd,Care,{p}.50\n",
    "{d:02}/04/2024,Alder Care {n} Ltd,Care\n",
    "{d:02}-04-2024,Alder Care {n} Ltd,Care,n/a\n",
)


def faulty_file(rows: int, faults: int) -> str:
    """A file of spend for April 2024 of so many rows, of which so many are faulty, spread over the
    whole of it."""
    every = rows // faults
    lines = [HEAD]
    for n in range(rows):
        facts = {"n": n, "d": n % 28 + 1, "p": n % 997}
        turn, rest = divmod(n, every)
        shape = "{d:02}/04/2024,Alder Care {n} Ltd,Care,{p}.50\n"
        if rest == every - 1 and turn < faults:
            shape = _FAULTS[turn % len(_FAULTS)]
        lines.append(shape.format(**facts))
    return "".join(lines)
