"""A receipt: what became of a submission, its reports, answers to its questions, taking it back."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response

from ...intake.certification import CertifyError, why_not_by
from ...intake.certification import certify as certify_receipt
from ...intake.certification import send_back as return_receipt
from ...intake.ledger.blob_store import stored_path
from ...intake.ledger.receipt import Explanation, Receipt
from ...intake.questions import AnswerError
from ...intake.questions import explain as explain_receipt
from ...intake.submit import withdraw as withdraw_receipt
from ...steward.receipts import Opened, open_receipt, receipt_reports, why_unmarked
from ..admit import Visit
from ..core import LINK_DAYS
from ..record import note
from ..show import ready, result_part, shown
from ..words import questions, readings

REPORTS = ("report.html", "findings.csv", "marked.xlsx")
_LONGEST_REASON = 2000
# What a page says of what was just done, by the word in its address.
NEWS = {
    "submitted": "The file is submitted.",
    "renamed": "The file is submitted. Another file had its name, so it is kept under the name "
    "shown here.",
    "answered": "The answer is kept with the earlier receipt of the same file.",
    "explained": "The question is answered. The lines count from the next run on.",
    "explained-waits": "The question is answered. Now a second person has to certify the file.",
    "certified": "The submission is certified. Its lines count from the next run on.",
    "returned": "The submission is returned. Whoever sent it sees why.",
    "withdrawn": "The submission is withdrawn. Its lines do not count from the next run on, and "
    "the same file may be submitted again.",
}


def receipt(visit: Visit) -> Response:
    """Everything about one submission."""
    return _receipt(visit)


def _receipt(visit: Visit, *errors: tuple[str, str], **values: object) -> Response:
    opened = open_receipt(visit.desk.settings, receipt_of(visit))
    r = opened.receipt
    asks = visit.desk.ask_ledger(lambda ledger: ledger.is_open(r.seq))
    return shown(
        visit,
        "receipt.html.j2",
        422 if errors else 200,
        body=visit.partner,
        opened=opened,
        receipt=r,
        view=opened.view,
        found=ready(result_part(opened.view)),
        asks=asks,
        questions=questions(opened.view.findings) if asks else (),
        readings=readings(r) if asks else ("", ""),
        marked=_has_workbook(visit, opened),
        why_unmarked=why_unmarked(visit.desk.settings, r),
        original=stored_path(visit.desk.settings, r.sha256) is not None,
        may_withdraw=_may_be_withdrawn(r),
        news=NEWS.get(visit.request.query_params.get("new", ""), ""),
        errors=list(errors),
        cannot_certify=why_not_by(r, visit.who.name),
        **({"back": "", "link": "", "link_days": LINK_DAYS, "reason": "", "why": ""} | values),
    )


def report(visit: Visit) -> Response:
    """A report of a receipt, made when it is asked for."""
    name = visit.request.path_params["name"]
    if name not in REPORTS:
        raise HTTPException(404)
    opened = open_receipt(visit.desk.settings, receipt_of(visit))
    folder = Path(tempfile.mkdtemp(prefix="desk-"))
    made = {p.name: p for p in receipt_reports(visit.desk.settings, opened, folder)}
    gone = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    if name not in made:
        shutil.rmtree(folder, ignore_errors=True)
        raise HTTPException(404)
    shown_name = f"{opened.receipt.receipt_id}-{name}"
    return FileResponse(made[name], filename=shown_name, background=gone)


def file(visit: Visit) -> Response:
    """The bytes of a submission as they were received."""
    r = receipt_of(visit)
    path = stored_path(visit.desk.settings, r.sha256)
    if path is None:
        raise HTTPException(404)
    return FileResponse(path, filename=r.file_name, media_type="application/octet-stream")


def explain(visit: Visit) -> Response:
    """Answers the open question of a submission in the name of who has signed in."""
    r, reason = receipt_of(visit), visit.text("reason")
    if wrong := _wrong_reason(reason, "the file is right as it is"):
        return _receipt(visit, ("reason", wrong), reason=reason)
    try:
        said = Explanation(reason, visit.who.name)
        done = explain_receipt(visit.desk.settings, r.seq, said)
    except AnswerError as error:
        return _receipt(visit, ("reason", str(error)), reason=reason)
    note(visit.desk.places, visit.who, "explained", receipt=r.receipt_id)
    new = "explained-waits" if done.waits_for_certifier else "explained"
    return RedirectResponse(f"/receipts/{r.receipt_id}?new={new}", 303)


def withdraw(visit: Visit) -> Response:
    """Takes a submission back, with a reason."""
    r, reason = receipt_of(visit), visit.text("why")
    if wrong := _wrong_reason(reason, "the submission is taken back"):
        return _receipt(visit, ("why", wrong), why=reason)
    if withdraw_receipt(visit.desk.settings, r.seq, reason, visit.who.name) is None:
        wrong = f"{r.receipt_id} is not in force, held or refused: there is nothing to withdraw."
        return _receipt(visit, ("why", wrong), why=reason)
    note(visit.desk.places, visit.who, "withdrew", receipt=r.receipt_id)
    return RedirectResponse(f"/receipts/{r.receipt_id}?new=withdrawn", 303)


def certify(visit: Visit) -> Response:
    """Certifies a submission in the name of who has signed in."""
    r = receipt_of(visit)
    try:
        certify_receipt(visit.desk.settings, r.seq, visit.who.name)
    except CertifyError as error:
        return _receipt(visit, ("certify", str(error)))
    note(visit.desk.places, visit.who, "certified", receipt=r.receipt_id)
    return RedirectResponse(f"/receipts/{r.receipt_id}?new=certified", 303)


def send_back(visit: Visit) -> Response:
    """Returns a submission to whoever sent it, with a reason."""
    r, reason = receipt_of(visit), visit.text("back")
    if wrong := _wrong_reason(reason, "the file is returned, and what is to be changed"):
        return _receipt(visit, ("back", wrong), back=reason)
    try:
        return_receipt(visit.desk.settings, r.seq, reason, visit.who.name)
    except CertifyError as error:
        return _receipt(visit, ("certify", str(error)), back=reason)
    note(visit.desk.places, visit.who, "returned", receipt=r.receipt_id)
    return RedirectResponse(f"/receipts/{r.receipt_id}?new=returned", 303)


def share(visit: Visit) -> Response:
    """Makes a link by which the receipt can be read without signing in, for 14 days."""
    r = receipt_of(visit)
    link = f"{visit.request.base_url}shared/{visit.desk.link(r.seq, visit.who.name)}"
    note(visit.desk.places, visit.who, "shared", receipt=r.receipt_id)
    return _receipt(visit, link=link)


def receipt_of(visit: Visit) -> Receipt:
    """The receipt that an address names."""
    if visit.receipt is None:
        raise HTTPException(404)
    return visit.receipt


def _wrong_reason(reason: str, why: str) -> str:
    if not reason:
        return f"There is no reason. Write in a sentence why {why}."
    if len(reason) > _LONGEST_REASON:
        return f"The reason is longer than {_LONGEST_REASON:,} characters. Make it shorter."
    return ""


def _has_workbook(visit: Visit, opened: Opened) -> bool:
    """Whether a marked workbook can be made: the bytes are here, and the agreement to read them."""
    r, partner = opened.receipt, opened.partner
    kept = bool(r.layout_id) and stored_path(visit.desk.settings, r.sha256) is not None
    return kept and partner is not None and r.feed in partner.feeds


def _may_be_withdrawn(r: Receipt) -> bool:
    refused = r.verdict == "refused" and r.status == "none"
    return refused or r.status in ("in_force", "held")
