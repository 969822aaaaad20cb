"""What earlier files had and this one lacks: the cells of a column, all lines of a label.

The bounds are data in ``expectations/drift.yml``.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence

from ....contracts.bodies import Bodies
from ....contracts.feeds import FeedSchema
from ....contracts.layout import Layout
from ....display import display_safe, pounds
from ..findings import Finding, finding
from .columns import asks_for, half_empty
from .drift import Profile, threshold

# Labels that one question names; new names that may stand for them.
_NAMED = 5


def absence_findings(
    profile: Profile,
    history: Sequence[Profile],
    schema: FeedSchema,
    layout: Layout,
    bodies: Bodies | None = None,
) -> Iterator[Finding]:
    """What is asked against ``history``: earlier files in force of the same length of period.

    ``bodies`` are those that labels name, each of which may be called by any of its names.
    """

    def one(label: str) -> str:
        """What a label is known by, however it is written."""
        return (bodies.resolve(label) if bodies else None) or label.casefold()

    alike = [p for p in history if p.layout == profile.layout and p.rows]
    if alike:
        yield from _blank(profile, alike, schema, layout)
        yield from _labels(profile, alike, schema, layout, one)


def _blank(
    profile: Profile, history: Sequence[Profile], schema: FeedSchema, layout: Layout
) -> Iterator[Finding]:
    """Columns the count needs, filled until now, of which a quarter or more is blank."""
    for field in schema.fields:
        shares = [p.filled[field.name] / p.rows for p in history if field.name in p.filled]
        # A payee's column is asked about from the first file on.
        if not (shares and field.needed and asks_for(layout, field)):
            continue
        if field.classification == "payee" or min(shares) < 1 - threshold("blank.usual"):
            continue
        now = profile.filled.get(field.name, 0) / profile.rows if profile.rows else 1
        if statistics.median(shares) - now > threshold("filled.change") and (
            profile.rows >= threshold("filled.least_rows")
        ):
            continue  # asked about as a column filled differently
        before = f"Earlier files had {statistics.median(shares):.0%} filled."
        yield from half_empty(schema, field, layout, profile, before)


def _labels(
    profile: Profile,
    history: Sequence[Profile],
    schema: FeedSchema,
    layout: Layout,
    one: Callable[[str], str],
) -> Iterator[Finding]:
    """Labels with much money in each of the latest files and no line in this one."""
    recent = [p for p in history if p.value_pence][-threshold("labels.files") :]
    for name in threshold("labels.columns").get(schema.name, []):
        now = profile.values.get(name, {})
        most = max(len(p.values.get(name, {})) for p in [profile, *recent])
        if name not in profile.filled or not recent or most > threshold("labels.most"):
            continue
        here = {one(v) for v in now}
        gone = {v: p for v, p in _usual(name, recent, one).items() if one(v) not in here}
        if gone:
            known = {one(v) for p in history for v in p.values.get(name, {})}
            new = [v for v in now if one(v) not in known]
            heading = layout.columns[name].heading
            yield _label_gone(name, heading, gone, new, len(recent))


def _usual(name: str, recent: Sequence[Profile], one: Callable[[str], str]) -> dict[str, int]:
    """Labels that every one of the files has with much money, each with its least pence."""
    spelt = {one(v): v for p in recent for v in p.value_pence.get(name, {})}
    found = {}
    for key, label in spelt.items():
        least = min(_pence(p, name, key, one) for p in recent)
        share = min(_pence(p, name, key, one) / max(1, abs(p.pence)) for p in recent)
        if least >= threshold("labels.least_pence") and share >= threshold("labels.share"):
            found[label] = least
    return found


def _pence(profile: Profile, name: str, key: str, one: Callable[[str], str]) -> int:
    return sum(n for v, n in profile.value_pence.get(name, {}).items() if one(v) == key)


def _label_gone(
    name: str, heading: str, gone: dict[str, int], new: Sequence[str], files: int
) -> Finding:
    largest = sorted(gone.items(), key=lambda pair: -pair[1])[:_NAMED]
    named = ", ".join(f"'{display_safe(v)}' ({pounds(p)})" for v, p in largest)
    more = f" and {len(gone) - _NAMED:,} more" if len(gone) > _NAMED else ""
    names = ", ".join(f"'{display_safe(v)}'" for v in new[:_NAMED])
    return finding(
        "TP-152",
        count=len(gone),
        amount_pence=sum(gone.values()),
        field=name,
        heading=heading,
        detail=f"{named}{more}",
        rows=f"each of the {files:,} files before" if files > 1 else "the file before",
        hint=f"New in this file: {names}." if new else "",
    )
