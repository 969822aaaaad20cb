"""What an officer decides of columns that were matched: a list, the figures, yes or no."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from ...contracts.feeds import FEEDS
from ...contracts.load import ContractError
from ...proposal.checked import ContractChangedError, written_over
from ...proposal.dated_layout import NotWritableError
from ...proposal.evidence import NothingProposedError
from ...proposal.matching import MatchError, wanted
from ..admit import Visit
from ..drafts import found_of
from ..mappings import Mapping, decided
from ..matched import Tried, tried
from ..record import note, now
from ..show import shown

_LONGEST_REASON = 2000
Errors = list[tuple[str, str]]
_CHANGED = (
    "The contract of this body was changed since you opened this page. These are the figures by "
    "the contract as it is now: look at them, and decide again."
)


def waiting(visit: Visit) -> Response:
    """Every mapping that waits, of all bodies."""
    _check_officer(visit)
    names = {p.id: p.name for p in visit.desk.partners().values()}
    news = {
        "confirmed": "The columns are agreed. The body’s next file is read by them, and this one "
        "once it is sent again.",
        "declined": "The columns are declined. The body’s stewards see why.",
    }.get(visit.request.query_params.get("new", ""), "")
    return shown(visit, "mappings.html.j2", waiting=visit.desk.mappings.waiting(), names=names,
                 news=news)  # fmt: skip


def look(visit: Visit) -> Response:
    """What a mapping comes to: the table, its rows and £."""
    return _look(visit, _mapping(visit), [])


def confirm(visit: Visit) -> Response:
    """Writes the mapping as a dated layout of the body's contract."""
    with visit.desk.mappings.alone():
        mapping = _mapping(visit)
        if mapping.state != "waiting":
            return _look(visit, mapping, [("decide", _decided(mapping))])
        found = _tried(visit, mapping)
        if isinstance(found, str):
            return _look(visit, mapping, [("decide", found)])
        if errors := _not_to_be_confirmed(visit, mapping, found):
            return _look(visit, mapping, errors)
        target = visit.desk.settings.partners / f"{mapping.partner_id}.yml"
        try:
            written_over(target, found.text, found.before)
        except ContractChangedError:
            return _look(visit, mapping, [("decide", _CHANGED)])
        decided(mapping, "confirmed", visit.who.name, now(), layout=found.layout)
    note(visit.desk.places, visit.who, "mapping confirmed", mapping=mapping.id,
         partner=mapping.partner_id, feed=mapping.feed, layout=found.layout)  # fmt: skip
    return RedirectResponse("/mappings?new=confirmed", 303)


def decline(visit: Visit) -> Response:
    """Declines a mapping with a reason that the body's stewards see."""
    reason = visit.text("reason")
    with visit.desk.mappings.alone():
        mapping = _mapping(visit)
        if mapping.state != "waiting":
            return _look(visit, mapping, [("decide", _decided(mapping))])
        if not reason or len(reason) > _LONGEST_REASON:
            text = (
                "Write in a sentence why, and what to do instead: whoever sent the file reads it. "
                f"At most {_LONGEST_REASON:,} characters."
            )
            return _look(visit, mapping, [("reason", text)])
        decided(mapping, "declined", visit.who.name, now(), reason=reason)
    note(visit.desk.places, visit.who, "mapping declined", mapping=mapping.id,
         partner=mapping.partner_id, feed=mapping.feed)  # fmt: skip
    return RedirectResponse("/mappings?new=declined", 303)


def _not_to_be_confirmed(visit: Visit, mapping: Mapping, found: Tried) -> Errors:
    if visit.text("contract") != found.before:
        return [("decide", _CHANGED)]
    if found.judgement.verdict == "refused":
        text = (
            f"By these columns {mapping.name} would be refused, so nothing is agreed. Decline them "
            "and say what to do instead."
        )
        return [("decide", text)]
    return [("decide", text) for text in found.contradicted]


def _tried(visit: Visit, mapping: Mapping) -> Tried | str:
    """What a mapping comes to, or why it comes to nothing."""
    try:
        with visit.desk.judging:
            return tried(visit.desk, mapping)
    except ContractError as error:
        said = "; ".join(p.message for p in error.problems)
        return f"The contract of this body cannot be used with these columns: {said}."
    except (MatchError, NotWritableError, NothingProposedError) as error:
        return str(error)


def _look(visit: Visit, mapping: Mapping, errors: Errors) -> Response:
    partner = visit.desk.partners().get(mapping.partner_id)
    if partner is None or mapping.feed not in partner.feeds:
        raise HTTPException(404)
    found = _tried(visit, mapping) if mapping.state == "waiting" else ""
    if isinstance(found, str):
        if found and not errors:
            errors = [("decide", found)]
        theirs, result, before = None, None, ""
    else:
        theirs, before = found.theirs, found.before
        result = found_of(mapping.name, found.judgement)
    rows = []
    for want in wanted(mapping.feed, partner.feeds[mapping.feed]):
        one = theirs.at(mapping.chosen.get(want.field, "")) if theirs else None
        kind = FEEDS[mapping.feed].field(want.field).classification
        rows.append((want, one, one.shown(to_sender=False, classification=kind) if one else ()))
    return shown(
        visit,
        "mapping.html.j2",
        422 if errors else 200,
        mapping=mapping,
        body=partner,
        rows=rows,
        found=result,
        contract=before,
        reason=visit.text("reason"),
        errors=errors,
    )


def _decided(mapping: Mapping) -> str:
    return f"{mapping.decided_by} has {mapping.state} this on {mapping.decided_at[:10]} already."


def _mapping(visit: Visit) -> Mapping:
    """The mapping that an address names."""
    _check_officer(visit)
    found = visit.desk.mappings.get(visit.request.path_params["mapping"])
    if found is None:
        raise HTTPException(404)
    return found


def _check_officer(visit: Visit) -> None:
    """What changes a contract is agreed by whoever reads the files of every body."""
    if visit.who.partner_id is not None:
        raise HTTPException(403)
