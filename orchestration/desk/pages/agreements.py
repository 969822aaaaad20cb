"""A new body: an officer brings its files, puts right what was proposed, and saves the contract."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from ...contracts.load import ContractError, left_out
from ...contracts.usable import contradictions
from ...hashing import sha256_of
from ...intake.submit import safe_name
from ...proposal.as_yaml import contract_yaml
from ...proposal.checked import Checked, checked, written_to
from ...proposal.corrected import CorrectionError, corrected
from ...proposal.eras import propose_from
from ...proposal.evidence import NothingProposedError, Proposal
from ..admit import Visit
from ..choices import asked, corrections, fields, offered, shown_columns, wrong_choices
from ..drafts import Draft, draft_of, found_of, is_draft
from ..record import note
from ..room import sweep
from ..show import shown
from .send import store

_ID = r"[a-z][a-z0-9_]{1,62}"
_LONGEST_NAME = 120
Errors = list[tuple[str, str]]
_THERE = (
    "There is a contract of '{}' already, and nothing was written over it. Choose another id, or "
    "ask the data team to change that contract."
)


def form(visit: Visit) -> Response:
    """The form by which a body is begun."""
    _check_officer(visit)
    return _form(visit, [])


def upload(visit: Visit) -> Response:
    """Proposes a contract from the files of an upload; nothing is stored but in this session."""
    _check_officer(visit)
    files = visit.files("files")
    errors = _wrong_body(visit)
    if not files:
        errors.append(("files", "No file was chosen. Choose one file of the body, or several."))
    names = [safe_name(str(f.filename)) for f in files]
    if len({n.casefold() for n in names}) < len(names):
        errors.append(("files", "Two of the files have one name. Rename one of them."))
    if errors:
        return _form(visit, errors)
    sweep(visit.desk.places.rooms)
    folder = visit.desk.room(visit.session).new_folder()
    paths = [_stored(folder, file, name) for file, name in zip(files, names, strict=True)]
    partner_id = visit.text("id")
    try:
        with visit.desk.judging:
            proposal = propose_from(
                visit.desk.settings, paths, partner_id, "spend", visit.text("name") or None
            )
            draft, _ = _tried(visit, Draft(folder, proposal))
    except (NothingProposedError, ContractError) as error:
        text = _unusable(error) if isinstance(error, ContractError) else str(error)
        return _form(visit, [("files", text)])
    finally:
        if not is_draft(folder):
            shutil.rmtree(folder, ignore_errors=True)
    for path in paths:
        note(visit.desk.places, visit.who, "contract proposed", partner=partner_id,
             sha256=sha256_of(path))  # fmt: skip
    return RedirectResponse(f"/agreements/{draft.id}", 303)


def proposed(visit: Visit) -> Response:
    """The proposal as a form."""
    draft = _draft(visit)
    if draft.saved:
        return RedirectResponse(f"/bodies/{draft.proposal.partner_id}/people", 303)
    return _proposed(visit, draft, [])


def try_again(visit: Visit) -> Response:
    """Judges the files by the contract as it was put right."""
    draft = _draft(visit)
    found = _put_right(visit, draft)
    if isinstance(found, Response):
        return found
    return RedirectResponse(f"/agreements/{draft.id}?tried=1", 303)


def save(visit: Visit) -> Response:
    """Writes the contract, never over another one, and leads to who may send its files."""
    draft = _draft(visit)
    found = _put_right(visit, draft)
    if isinstance(found, Response):
        return found
    draft, done = found
    partner_id = draft.proposal.partner_id
    if errors := _not_to_be_saved(visit, done):
        return _proposed(visit, draft, errors)
    target = visit.desk.settings.partners / f"{partner_id}.yml"
    try:
        written_to(target, done.text)
    except FileExistsError:
        return _proposed(visit, draft, [("save", _THERE.format(partner_id))], 409)
    note(visit.desk.places, visit.who, "contract saved", partner=partner_id,
         sha256=sha256_of(target))  # fmt: skip
    Draft(draft.folder, draft.proposal, draft.found, saved=True).keep()
    return RedirectResponse(f"/bodies/{partner_id}/people?new=contract", 303)


def _not_to_be_saved(visit: Visit, done: Checked) -> Errors:
    """Why a contract is of no use: its own files are refused, or it contradicts another one."""
    refused = [name for name, j in done.judgements.items() if j.verdict == "refused"]
    errors = [
        (
            "save",
            f"By this contract {name} is refused. Put right what is said of it, and try again.",
        )
        for name in refused
    ]
    s = visit.desk.settings
    beside = contradictions(done.partner, s.partners, s.place, s.contracts)
    return [*errors, *(("save", text) for text in beside)]


def _put_right(visit: Visit, draft: Draft) -> Response | tuple[Draft, Checked]:
    """The draft with what the form says, kept and tried; or the page with what is wrong."""
    if draft.saved:
        return RedirectResponse(f"/bodies/{draft.proposal.partner_id}/people", 303)
    errors = _wrong_name(visit.text("name")) + wrong_choices(draft.proposal, visit.text)
    if errors:
        return _proposed(visit, draft, errors)
    try:
        proposal = corrected(draft.proposal, corrections(draft.proposal, visit.text))
        with visit.desk.judging:
            return _tried(visit, Draft(draft.folder, proposal))
    except CorrectionError as error:
        where = error.where if error.where == "dates" else f"column-{error.where}"
        return _proposed(visit, draft, [(where, str(error))])
    except ContractError as error:
        return _proposed(visit, draft, [("save", _unusable(error))])


def _tried(visit: Visit, draft: Draft) -> tuple[Draft, Checked]:
    done = checked(visit.desk.settings, draft.proposal, draft.files)
    found = [found_of(name, result) for name, result in done.judgements.items()]
    return Draft(draft.folder, draft.proposal, found).keep(), done


def _unusable(error: ContractError) -> str:
    return "No contract can say this: " + "; ".join(p.message for p in error.problems) + "."


def _form(visit: Visit, errors: Sequence[tuple[str, str]]) -> Response:
    return shown(
        visit,
        "new_body.html.j2",
        422 if errors else 200,
        id=visit.text("id"),
        name=visit.text("name"),
        most=visit.desk.settings.desk_megabytes,
        errors=list(errors),
    )


def _proposed(visit: Visit, draft: Draft, errors: Errors, status: int = 422) -> Response:
    proposal: Proposal = draft.proposal
    posted = visit.request.method == "POST"
    columns = shown_columns(proposal)
    return shown(
        visit,
        "proposed.html.j2",
        status if errors else 200,
        draft=draft,
        proposal=proposal,
        text=contract_yaml(proposal).splitlines(),
        columns=columns,
        unshown=len(proposal.columns) - len(columns),
        fields=fields(),
        offered=offered(proposal),
        asked=asked(proposal),
        said=visit.text if posted else None,
        tried="tried" in visit.request.query_params,
        errors=errors,
    )


def _draft(visit: Visit) -> Draft:
    """The draft that an address names; 404 for another session's."""
    _check_officer(visit)
    draft = draft_of(visit.desk.room(visit.session), visit.request.path_params["draft"])
    if draft is None:
        raise HTTPException(404)
    return draft


def _check_officer(visit: Visit) -> None:
    """New bodies are agreed by whoever reads those of every body."""
    if visit.who.partner_id is not None:
        raise HTTPException(403)


def _wrong_body(visit: Visit) -> Errors:
    partner_id = visit.text("id")
    errors = _wrong_name(visit.text("name")) if visit.text("name") else []
    if not re.fullmatch(_ID, partner_id):
        text = "Write the id in small letters, digits and _, such as anytown_council."
        return [("id", text), *errors]
    partners = visit.desk.partners()
    target = visit.desk.settings.partners / f"{partner_id}.yml"
    if partner_id in partners or partner_id in left_out(partners) or target.exists():
        errors.insert(0, ("id", _THERE.format(partner_id)))
    return errors


def _wrong_name(name: str) -> Errors:
    if name and len(name) <= _LONGEST_NAME and name.isprintable():
        return []
    return [("name", f"Write the body's name in full, at most {_LONGEST_NAME} characters.")]


def _stored(folder: Path, file: UploadFile, name: str) -> Path:
    path = folder / "file" / name
    store(file, path)
    return path
