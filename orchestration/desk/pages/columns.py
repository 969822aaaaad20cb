"""Matching the columns of a file that does not fit: a steward's form, and what becomes of it."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from ...contracts.periods import parse_for
from ...intake.judge.layout import heading_key
from ...proposal.evidence import NothingProposedError
from ...proposal.matching import FileColumns, MatchError, file_columns, guessed, wanted
from ...proposal.matching import matched_layout as layout_of
from ..admit import Visit
from ..mappings import Mapping
from ..matched import judged_alone
from ..record import note, now
from ..room import Kept
from ..show import shown
from .checked import kept_of

Errors = list[tuple[str, str]]


def form(visit: Visit) -> Response:
    """Ours beside theirs, as far as they can be guessed."""
    kept = _kept(visit)
    theirs = _columns(visit, kept)
    if isinstance(theirs, Response):
        return theirs
    chosen = guessed(kept.feed, visit.body.feeds[kept.feed], theirs)
    return _form(visit, kept, theirs, chosen, [])


def send(visit: Visit) -> Response:
    """Keeps what was matched for an officer, if a file can be read by it."""
    kept = _kept(visit)
    theirs = _columns(visit, kept)
    if isinstance(theirs, Response):
        return theirs
    feed = visit.body.feeds[kept.feed]
    said = {w.field: visit.text(f"column-{w.field}") for w in wanted(kept.feed, feed)}
    chosen = {name: letter for name, letter in said.items() if letter}
    try:
        layout = layout_of(kept.feed, feed, theirs, chosen)
    except MatchError as error:
        where = f"column-{error.where}" if error.where else "send"
        return _form(visit, kept, theirs, chosen, [(where, str(error))])
    period = parse_for(kept.period, feed.cadence) if kept.period else None
    with visit.desk.judging:
        found = judged_alone(visit.desk, visit.body, kept.file, kept.feed, layout, period)
    if found.period is None:
        text = (
            "Which period the file is of is not known: neither its name nor these dates say it. "
            "Check it again, and choose the period there."
        )
        return _form(visit, kept, theirs, chosen, [("send", text)])
    with visit.desk.mappings.alone():
        if wrong := _already(visit, kept, theirs):
            return _form(visit, kept, theirs, chosen, [("send", wrong)])
        made = visit.desk.mappings.add(_mapping(visit, kept, theirs, chosen), kept.file)
    note(visit.desk.places, visit.who, "columns matched", mapping=made.id, partner=made.partner_id,
         feed=made.feed, sha256=made.sha256)  # fmt: skip
    return RedirectResponse(f"/bodies/{visit.body.id}?new=matched", 303)


def _kept(visit: Visit) -> Kept:
    """The file whose columns are to be matched; 404 for one that fits, or that is gone."""
    kept = kept_of(visit)
    if not kept.unread or kept.receipt or not kept.file.is_file():
        raise HTTPException(404)
    return kept


def _columns(visit: Visit, kept: Kept) -> FileColumns | Response:
    """The columns of the file, or a page that says why there are none to match."""
    try:
        with visit.desk.judging:
            return file_columns(kept.file, kept.feed, visit.body.feeds[kept.feed])
    except NothingProposedError as error:
        return shown(visit, "error.html.j2", 422, wrong="No columns can be matched",
                     to_do=str(error))  # fmt: skip


def _mapping(visit: Visit, kept: Kept, theirs: FileColumns, chosen: dict[str, str]) -> Mapping:
    return Mapping(
        kept.folder,
        kept.partner_id,
        kept.feed,
        kept.period,
        kept.name,
        tuple(theirs.headings),
        chosen,
        kept.sha256,
        visit.who.name,
        now(),
    )


def _already(visit: Visit, kept: Kept, theirs: FileColumns) -> str:
    """That the same headings wait already, whoever matched them."""
    keys = list(map(heading_key, theirs.headings))
    for one in visit.desk.mappings.waiting(kept.partner_id):
        if one.feed == kept.feed and list(map(heading_key, one.headings)) == keys:
            return (
                f"{one.by} matched these headings on {one.at[:10]}, and the data team has not "
                "decided yet. Nothing more is to be done until it has."
            )
    return ""


def _form(
    visit: Visit, kept: Kept, theirs: FileColumns, chosen: dict[str, str], errors: Errors
) -> Response:
    choices = [("", "No column")]
    choices += [(c.letter, f"{c.letter}: {c.heading or '(no heading)'}") for c in theirs.columns]
    return shown(
        visit,
        "columns.html.j2",
        422 if errors else 200,
        body=visit.body,
        kept=kept,
        wanted=wanted(kept.feed, visit.body.feeds[kept.feed]),
        choices=choices,
        chosen=chosen,
        columns=[(c, c.shown(to_sender=True, classification=None)) for c in theirs.columns],
        errors=errors,
    )
