"""A file that was checked: what was found, its reports, and submitting the very bytes."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response

from ...contracts.periods import parse_for
from ...hashing import sha256_of
from ...intake.ledger.receipt import Explanation
from ...intake.questions import AnswerError
from ...intake.submit import Submitted
from ...intake.submit import submit as submit_file
from ...steward.labels import VERDICTS
from ..admit import Visit
from ..record import note
from ..room import Kept
from ..show import ready, shown
from ..words import WOULD_BE
from .send import several

_LONGEST_REASON = 2000
_AGAIN = "2"  # seconds until the page asks again whether a check is done


def result(visit: Visit) -> Response:
    """What was found of a file that was checked."""
    number = kept_of(visit).id
    under_way = visit.desk.checks.is_under_way(number)  # before what it found is looked up
    kept = visit.desk.room(visit.session).kept(number)
    if kept is None:
        raise HTTPException(404)
    if kept.receipt:
        return RedirectResponse(f"/receipts/{kept.receipt}", 303)
    if kept.problem:
        return several(visit, kept.feed, [kept])
    if kept.is_checking:
        return _checking(visit, kept, under_way)
    return _result(visit, kept)


def _checking(visit: Visit, kept: Kept, under_way: bool) -> Response:
    """That the file is being checked, asked again by the browser itself; or that the check was
    cut short."""
    page = shown(visit, "checking.html.j2", body=visit.body, kept=kept, under_way=under_way)
    if under_way:
        page.headers["Refresh"] = _AGAIN
    return page


def _result(visit: Visit, kept: Kept, *errors: tuple[str, str]) -> Response:
    try:
        found = kept.result.read_text(encoding="utf-8")
    except OSError:
        raise HTTPException(404) from None
    return shown(
        visit,
        "checked.html.j2",
        422 if errors else 200,
        body=visit.body,
        kept=kept,
        found=ready(found),
        meaning=WOULD_BE.get(kept.verdict, VERDICTS[kept.verdict].meaning),
        reason=visit.text("reason"),
        errors=list(errors),
    )


def report(visit: Visit) -> Response:
    """A report of a file that was checked."""
    name = visit.request.path_params["name"]
    path = kept_of(visit).report(name)
    if path is None or not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, filename=name)


def submit(visit: Visit) -> Response:
    """Submits the bytes that were checked. A second click leads to the receipt of the first."""
    kept, reason = kept_of(visit), visit.text("reason")
    if kept.is_checking or kept.problem:
        return RedirectResponse(f"/checked/{kept.id}", 303)
    if len(reason) > _LONGEST_REASON:
        wrong = f"The answer is longer than {_LONGEST_REASON:,} characters. Make it shorter."
        return _result(visit, kept, ("reason", wrong))
    with kept.alone():
        kept = visit.desk.room(visit.session).kept(kept.id) or kept
        if kept.receipt:
            return RedirectResponse(f"/receipts/{kept.receipt}", 303)
        if not kept.file.is_file() or sha256_of(kept.file) != kept.sha256:
            raise HTTPException(404)
        said = Explanation(reason, visit.who.name) if reason else None
        try:
            done = _submitted(visit, kept, said)
        except AnswerError as error:
            return _result(visit, kept, ("reason", str(error)))
        kept = kept.save(receipt=done.receipt.receipt_id)
        kept.let_go()
    note(
        visit.desk.places, visit.who, "submitted", receipt=done.receipt.receipt_id,
        sha256=kept.sha256, verdict=done.receipt.verdict, answered=int(bool(said)),
    )  # fmt: skip
    return RedirectResponse(f"/receipts/{kept.receipt}{_words_of(done)}", 303)


def _submitted(visit: Visit, kept: Kept, said: Explanation | None) -> Submitted:
    feed = visit.body.feeds[kept.feed]
    period = parse_for(kept.period, feed.cadence) if kept.period else None
    return submit_file(
        visit.desk.settings, visit.body, kept.file, kept.feed, period, said, visit.who.name
    )


def remove(visit: Visit) -> Response:
    """Removes a file that was checked and is not to be submitted."""
    kept = kept_of(visit)
    kept.let_go()
    return RedirectResponse(f"/bodies/{kept.partner_id}/send/{kept.feed}", 303)


def kept_of(visit: Visit) -> Kept:
    """The file an address names; 404 where the body no longer has its feed."""
    if visit.kept is None or visit.kept.feed not in visit.body.feeds:
        raise HTTPException(404)
    return visit.kept


def _words_of(done: Submitted) -> str:
    if done.renamed:
        return "?new=renamed"
    return "?new=answered" if done.explains else "?new=submitted"
