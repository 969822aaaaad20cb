"""Why figures differ between two releases: what is different in what they were made from.

The list of changes is exact: it is read from the two manifests. Which of them a figure follows from
is told by feed, year and body as far as these tell it apart; where they do not, all are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .manifest import Manifest, SubmissionInForce

NEW, CORRECTION, WITHDRAWAL = "new submission", "correction", "withdrawal"
ANSWER, READ_AGAIN = "answer to a question", "read again"
CONTRACT, PLACE, RULE = "contract change", "place change", "rule change"
REFERENCE, CODE, LIBRARY = "reference change", "code change", "library change"
DECISION = "review decision"
HELD, REFUSED = "file held", "file refused"
SEVERAL, UNKNOWN = "several", "not known"
CAUSES = (
    NEW, CORRECTION, WITHDRAWAL, ANSWER, READ_AGAIN, CONTRACT, PLACE, RULE, REFERENCE, CODE,
    LIBRARY, DECISION, HELD, REFUSED, SEVERAL, UNKNOWN,
)  # fmt: skip
# A saving counts only if later years sustain it, and is weighed by the ledgers of the years before:
# of what is made from registers a change of any year may reach any other. What is compared with the
# year before is reached by that year's files.
_SAVINGS = "savings"


@dataclass(frozen=True)
class Change:
    """One difference in what two releases were made from: its kind, the receipt or part that it
    is known by, and whose, of which feed and financial year, where it is one submission's or one
    body's."""

    cause: str
    reference: str
    body: str | None = None
    feed: str | None = None
    year: str = ""

    def reaches(self, feeds: Sequence[str], year: str | None, *, own_year: bool = False) -> bool:
        """Whether a figure made from ``feeds`` for ``year`` may follow from it; ``feeds`` are not
        known of a table about deliveries of any feed. ``own_year``: nothing of the figure is
        compared with another year."""
        if self.feed is None:
            return True
        if feeds and self.feed not in feeds:
            return False
        # A figure of all years says so in a word.
        of_all = year is None or not year[:4].isdigit()
        if of_all or not self.year:
            return True
        if own_year:
            return year == self.year
        return self.feed == _SAVINGS or year in (self.year, _next(self.year))


def changes(before: Manifest, after: Manifest) -> list[Change]:
    """Everything that is different in what two releases were made from."""
    return [*_submissions(before, after), *_parts(before, after)]


def attributed(
    found: Sequence[Change],
    feeds: Sequence[str],
    year: str | None,
    bodies: Sequence[str],
    *,
    own_year: bool = False,
) -> tuple[str, str]:
    """The cause of a figure and its receipts or parts, joined by ``; ``: those of the figure's own
    body first. ``several`` if they are of more than one kind: then each is named with its kind."""
    reaching = [c for c in found if c.reaches(feeds, year, own_year=own_year)]
    may_reach = [c for c in found if _SAVINGS in feeds and c.reaches(feeds, None)]
    if not own_year and {c.cause for c in may_reach} - {c.cause for c in reaching}:
        reaching = may_reach
    reaching = reaching or list(found)
    if not reaching:
        return UNKNOWN, ""
    reaching.sort(key=lambda c: c.body not in bodies)
    kinds = {c.cause for c in reaching}
    if len(kinds) == 1:
        return kinds.pop(), "; ".join(dict.fromkeys(c.reference for c in reaching))
    return SEVERAL, "; ".join(dict.fromkeys(f"{c.cause} {c.reference}" for c in reaching))


def waiting(
    receipts: Iterable[tuple[str, str, str, str, str | None, str | None, str | None]],
) -> Iterator[Change]:
    """What became of files that do not count, from receipts that are not what they were: number,
    body, feed, year, status before, status now (``None``: no such receipt), verdict now. A release
    is not made from them, so no manifest names them."""
    for receipt, body, feed, year, before, now, verdict in receipts:
        if now == "held":
            cause = HELD
        elif before == "held":
            cause = {"in_force": ANSWER, "withdrawn": WITHDRAWAL}.get(str(now), CORRECTION)
        elif before is None and verdict == "refused":
            cause = REFUSED
        else:
            continue
        yield Change(cause, receipt, _known(body), _known(feed), _known(year) or "")


def _known(word: str) -> str | None:
    return None if word == "not_known" else word


def _submissions(before: Manifest, after: Manifest) -> Iterator[Change]:
    """Submissions that came into force or went out of it, by what each covers."""
    old, new = ({s.submission_id: s for s in m.submissions} for m in (before, after))
    by_slot = {slot(s): s for s in before.submissions}
    by_bytes = {(s.partner_id, s.feed, s.file_sha256): s for s in before.submissions}
    covered = set()
    for submission in new.values():
        there = old.get(submission.submission_id)
        if there and (there.receipt_id, there.rows_accepted, there.pence_accepted) == (
            submission.receipt_id, submission.rows_accepted, submission.pence_accepted,
        ):  # fmt: skip
            continue
        if there or (submission.partner_id, submission.feed, submission.file_sha256) in by_bytes:
            cause = READ_AGAIN
        elif submission.explained:
            cause = ANSWER
        else:
            cause = CORRECTION if slot(submission) in by_slot else NEW
        covered.add(slot(submission))
        yield _change(cause, submission)
    for submission in old.values():
        if submission.submission_id not in new and slot(submission) not in covered:
            yield _change(WITHDRAWAL, submission)


def slot(s: SubmissionInForce) -> tuple[str, str, str]:
    """What a submission covers: another of the same takes its place."""
    return s.partner_id, s.feed, s.period


def _change(cause: str, s: SubmissionInForce) -> Change:
    return Change(cause, s.receipt_id, s.partner_id, s.feed, s.financial_year)


def _parts(before: Manifest, after: Manifest) -> Iterator[Change]:
    old, new = before.made_from, after.made_from
    if not old.code or not new.code:
        yield Change(UNKNOWN, "a release made before causes were recorded")
        return
    for name in _differing(old.contracts, new.contracts):
        yield Change(CONTRACT, name, body=name)
    for name in _differing(old.rules, new.rules):
        yield Change(RULE, f"{name} {new.rules.get(name, 'gone')[:12]}")
    for name in _differing(old.decisions, new.decisions):
        body = (new.decisions.get(name) or old.decisions[name]).split()[0]
        yield Change(DECISION, name, body, "spend")
    for name in _differing(before.versions, after.versions):
        versions = f"{before.versions.get(name, 'none')} to {after.versions.get(name, 'none')}"
        yield Change(LIBRARY, f"{name} {versions}")
    for cause, mine, theirs in (
        (PLACE, old.place, new.place),
        (REFERENCE, old.references, new.references),
        (CODE, old.code, new.code),
    ):
        if mine != theirs:
            yield Change(cause, theirs[:12])
    if old == new and before.rules_version != after.rules_version:
        yield Change(RULE, after.rules_version)


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    return [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]


def _next(year: str) -> str:
    first = int(year[:4]) + 1
    return f"{first}-{(first + 1) % 100:02d}"
