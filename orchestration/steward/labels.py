"""The words for verdicts and for kinds of findings, once for terminal, page, list and workbook."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """A verdict in one word or two, and what it means for the file."""

    word: str
    meaning: str


@dataclass(frozen=True)
class Kind:
    """A kind of finding: its name, and the heading under which findings of it stand."""

    name: str
    heading: str


VERDICTS = {
    "accepted": Verdict("Accepted", "Every line of this file was accepted."),
    "accepted_with_rows_set_aside": Verdict(
        "Accepted, with rows set aside",
        "This file was accepted. Some rows were set aside: they do not count until they are put "
        "right. The list below says which, and what they come to.",
    ),
    "asked": Verdict(
        "Accepted, with an open question",
        "This file counts, as its contract says, and something about it is not explained yet. The "
        "question stays with every figure it touches.",
    ),
    "would_be_held": Verdict(
        "Would be held",
        "Something about this file needs a word from you. Until then it would be kept and nothing "
        "in it would count; what is in force, the file that counts now, would stay.",
    ),
    "held": Verdict(
        "Held",
        "Something about this file needs a word from you. Until then nothing in it counts; what "
        "was in force before, the file that counted, still is.",
    ),
    "would_wait": Verdict(
        "Would wait to be certified",
        "Every line that is accepted would be kept, and none would count until a second person of "
        "your body has certified the file. What is in force would stay.",
    ),
    "uncertified": Verdict(
        "Waits to be certified",
        "This file was judged, and nothing in it counts until a second person of the body has "
        "certified it. What was in force before still is.",
    ),
    "returned": Verdict(
        "Returned",
        "Whoever certifies for the body has returned this file. None of its lines count; the "
        "reason stands with the receipt.",
    ),
    "refused": Verdict(
        "Refused", "This file was not accepted. Nothing in it counts until it is put right."
    ),
    "duplicate": Verdict(
        "Already received", "This file is identical to one received before. Nothing has changed."
    ),
    "withdrawn": Verdict("Withdrawn", "This file was withdrawn. None of its lines count."),
}
# The gravest first, which is the order in which findings are shown.
KINDS = {
    "must_fix": Kind("Must fix", "Must be fixed before the file can be accepted"),
    "please_explain": Kind("Please explain", "Please explain"),
    "set_aside": Kind("Rows set aside", "Rows set aside"),
    "information": Kind("For information", "For information"),
}
ORDER = tuple(KINDS)
