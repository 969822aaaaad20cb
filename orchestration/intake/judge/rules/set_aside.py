"""Whether too much of a file is set aside: by rows, by £, and where the £ cannot be read.

* More rows, or more £, than the agreement allows refuse the file (TP-050). Pounds are added up
  without their signs, so that credits do not hide what is missing.
* Rows whose amount cannot be read are asked about (TP-124) where they are fifty, or three and more
  than one in a hundred lines: nobody can say how much money that is. Not where the sender's own
  total or control total equals the lines that were read: then nothing is missing.
* More than ten rows of a few words, without a date or an amount, are no notes any more (TP-122).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ....contracts.layout import Layout
from ....display import pounds
from ..findings import Finding, finding
from ..judgement import Judgement

MOST_NOTES = 10
_MANY, _FEW, _SHARE = 50, 3, 100


@dataclass
class Sizes:
    """Pence of the rows of data without their signs: of those set aside, and of all."""

    aside: int = 0
    all: int = 0

    def add(self, group: Mapping[str, int]) -> None:
        """Adds a group of rows, either all set aside or all accepted."""
        self.all += group["gross"]
        self.aside += group["gross"] if group["aside"] else 0


def share_findings(
    result: Judgement, sizes: Sizes, layout: Layout, *, known: bool
) -> Iterator[Finding]:
    """``known``: a total of the sender's equals the lines that were read."""
    aside = result.rows_set_aside
    rows = result.rows_accepted + aside
    if not rows:
        yield finding("TP-006")
        return
    said = f"{aside:,} of {rows:,} lines"
    if too_many_rows(result, layout):
        yield finding("TP-050", detail=said, count=aside)
    elif sizes.aside > layout.max_set_aside_share * sizes.all:
        money = f"{pounds(sizes.aside)} of {pounds(sizes.all)} ({said})"
        yield finding("TP-050", detail=money, count=aside, amount_pence=result.pence_set_aside)
    elif not known and _many(result.rows_unpriced, rows):
        yield finding(
            "TP-124",
            count=result.rows_unpriced,
            detail=f"the other {rows - result.rows_unpriced:,} lines come to "
            f"{pounds(result.pence_accepted + result.pence_set_aside)}",
        )


def too_many_rows(result: Judgement, layout: Layout) -> bool:
    """Whether more rows are set aside than the agreement allows."""
    rows = result.rows_accepted + result.rows_set_aside
    return result.rows_set_aside > layout.max_set_aside_share * rows


def _many(unpriced: int, rows: int) -> bool:
    return unpriced >= _MANY or (unpriced >= _FEW and unpriced * _SHARE > rows)
