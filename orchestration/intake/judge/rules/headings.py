"""Says what is wrong with a heading row: missing, renamed, unknown, twice, or about persons."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence

from ....contracts.feeds import FeedSchema
from ....display import display_safe
from ..findings import Finding, finding
from ..layout import Match, heading_key

# 'Net Amount (£)' for 'Amount' scores 0.8, 'Supplier' for 'Supplier No' 0.89, 'Ward' for
# 'Account' 0.36.
_NEAR = 0.7
# Headings outside the agreement that a question about a missing one names.
NAMED = 5
# Headings of client records, and of a payee's private details. Each has stood in a file that a
# body published by mistake or is named in data-protection guidance as identifying.
_PERSONAL = re.compile(
    r"\b(?:national insurance|n\.?i\.? ?(?:no|num|number)|nino|nhs ?(?:no|num|number|id)"
    r"|date of birth|birth ?date|d\.?o\.?b|forenames?|surname|maiden name|middle name"
    r"|(?:first|last|given|family) name|home address|gender|sex|ethnic(?:ity| origin| group)?"
    r"|religion|disabilit(?:y|ies)|sexual orientation|marital status|nationality|passport"
    r"|(?:tele)?phone(?: ?(?:no|num|number))?|mobile(?: ?(?:no|num|number))?|e ?mail"
    r"|bank account|bank a/c|iban|sort ?code"
    r"|(?:client|patient|pupil|resident|tenant|claimant|service user|carer|child)(?:'?s)?"
    r" (?:id|no|num|number|ref|reference|name|address|postcode)"
    r"|(?:address|postcode) of (?:the )?(?:client|patient|service user))\b"
)
# Headings of a client's own record, which may stand in other feeds: a supplier has a name.
_CLIENT = re.compile(
    r"(?:(?:client|patient|person|service user|episode|case|keyworker|gp|referral|admission"
    r"|assessment|discharge|triage)s?(?: (?:id|no|number|ref|reference|code|initials|date|name))?"
    r"|(?:full |client |patient )?(?:name|initials|postcode|post code|address|age)"
    r"|date of (?:death|referral|triage|admission|discharge)|attributor|accommodation)"
)

# Words that make a heading that of another figure.
_OTHER_FIGURES = tuple(
    re.compile(pattern)
    for pattern in (
        r"ytd|to date|so far|\bcum\b|cumulat|accumulat|running total",
        r"€|\beuros?\b|\beur\b",
        r"\$|\busd\b|\bdollars?\b",
        r"%|per ?cent",
        r"\bforecast|\bproject(?:ed|ion)|\bestimate",
        r"\bbudget",
        r"\bplan(?:ned|s)?\b",
        r"\btarget",
        r"\bactuals?\b",
        r"\b(?:previous|prior|last)\b",
        r"\bvariance|\bdifference",
    )
)


def heading_findings(match: Match, schema: FeedSchema, whose: str = "") -> Iterator[Finding]:
    """Headings that are missing, unknown, or that name personal details.

    ``whose`` says whose file it seems to be, where a heading is missing that must be there.
    """
    personal = [h for h in match.unknown if about_persons(h)]
    clients = [h for h in match.unknown if schema.of_people and _CLIENT.fullmatch(heading_key(h))]
    clients = [h for h in clients if h not in personal]
    unknown = [h for h in match.unknown if h not in personal and h not in clients]
    gone = [match.layout.columns[name].heading for name in match.gone]
    renamed = near([*match.missing_required, *match.missing_optional, *gone], unknown)
    unpaired = unknown
    # What may be a missing column under a new name is asked about there, and not said again.
    asked = set(renamed.values())
    if any(heading not in renamed for heading in gone):
        asked |= set(match.unknown[:NAMED])
    unknown = [h for h in unknown if h not in asked]
    for heading in dict.fromkeys(personal):
        yield finding("TP-043", heading=display_safe(heading) or "")
    for heading in dict.fromkeys(clients):
        yield finding("TP-346", heading=display_safe(heading) or "")
    for code, headings in (
        ("TP-011", match.missing_required),
        ("TP-012", match.missing_optional),
        ("TP-013", unknown),
    ):
        for heading in headings:
            other = renamed.get(heading) if code in ("TP-011", "TP-012") else None
            hint = renamed_hint(heading, other, unpaired) if other else ""
            if whose and heading == match.missing_required[0]:
                hint = whose
            yield finding(code, heading=display_safe(heading) or "", hint=hint)


def renamed_hint(heading: str, other: str, unknown: Sequence[str]) -> str:
    """The headings that may be the missing one under a new name: the likeliest first."""
    others = [h for h in unknown if h != other and _likeness(heading, h) >= _NEAR]
    likely = [h for h in [other, *others] if says_the_same(heading, h)]
    if not likely:
        return f"'{display_safe(other)}' is like it, and may say something else: it is not read."
    names = " or ".join(f"'{display_safe(h)}'" for h in likely[:NAMED])
    return f"Did you mean '{display_safe(heading)}' by {names}?"


def says_the_same(heading: str, other: str) -> bool:
    """Whether two headings that are like each other differ in no word that makes it another figure:
    the year so far, another currency, a plan."""
    one, two = (
        [bool(pattern.search(heading_key(text))) for pattern in _OTHER_FIGURES]
        for text in (heading, other)
    )
    return one == two


def about_persons(heading: str) -> bool:
    """Whether a heading announces details of a person, such as a date of birth."""
    key = re.sub(r"[-_]+", " ", heading_key(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)))
    return bool(_PERSONAL.search(key))


def near(missing: list[str], unknown: list[str]) -> dict[str, str]:
    """For each missing heading the unknown one that is most like it, no unknown one twice."""
    scores = sorted(
        ((_likeness(m, u), m, u) for m in missing for u in unknown[:200]),
        reverse=True,
    )
    pairs: dict[str, str] = {}
    for score, wanted, there in scores:
        if score >= _NEAR and wanted not in pairs and there not in pairs.values():
            pairs[wanted] = there
    return pairs


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, _bare(one), _bare(other)).ratio()


def _bare(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading_key(heading))[:100]
