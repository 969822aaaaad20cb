"""Sending: a feed and a period are chosen, files arrive, and each is judged by itself."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from ...contracts.load import left_out
from ...contracts.periods import Period, named, parse_for
from ...hashing import sha256_of
from ...intake.read.control_file import ENDINGS, LONGEST
from ...intake.submit import dry_run, safe_name
from ...steward.reports import write_reports
from ...steward.view import submission_view
from ..admit import Visit
from ..due import choices
from ..record import note, problem
from ..room import Kept, Room, sweep
from ..show import result_part, shown
from ..words import questions, readings
from .start import feed_of

# Headings that do not fit: none found, one missing, one twice, one that the count needs missing.
UNREAD = ("TP-010", "TP-011", "TP-014", "TP-150")


def form(visit: Visit) -> Response:
    """The form of one feed."""
    _check_contract(visit)
    return _form(visit, feed_of(visit), visit.request.query_params.get("period", ""))


def upload(visit: Visit) -> Response:
    """Judges every file of an upload; nothing is stored but in the room of this session."""
    _check_contract(visit)
    feed, files = feed_of(visit), visit.files("files")
    chosen = visit.text("period")
    try:
        period = parse_for(chosen, visit.body.feeds[feed].cadence) if chosen else None
    except ValueError as error:
        return _form(visit, feed, "", [("period", f"{_sentence(error)}. Choose one of the list.")])
    control, data = _apart(files)
    if not data:
        wrong = "No file was chosen. Choose the file that you want to send."
        return _form(visit, feed, chosen, [("files", wrong)])
    sweep(visit.desk.places.rooms)
    room = visit.desk.room(visit.session)
    checks, numbers = visit.desk.checks, []
    for file in data:
        kept = _kept(visit, room, feed, period, file, control)
        checks.begin(kept.id, partial(_check, visit, kept, period))
        numbers.append(kept.id)
    checks.wait(numbers, visit.desk.patience)
    found = list(filter(None, map(room.kept, numbers)))
    if len(found) == 1 and not found[0].problem:
        return RedirectResponse(f"/checked/{found[0].id}", 303)
    return several(visit, feed, found)


def several(visit: Visit, feed: str, kept: Sequence[Kept]) -> Response:
    """A list of files that were checked, or are being checked, or could not be."""
    return shown(visit, "several.html.j2", body=visit.body, feed=feed, kept=kept)


def _form(visit: Visit, feed: str, chosen: str, errors: Sequence[tuple[str, str]] = ()) -> Response:
    agreed = visit.body.feeds[feed]
    return shown(
        visit,
        "send.html.j2",
        422 if errors else 200,
        body=visit.body,
        feed=feed,
        cadence=named(agreed.cadence),
        periods=[p.label for p in choices(agreed, visit.desk.today())],
        chosen=chosen,
        most=visit.desk.settings.desk_megabytes,
        errors=list(errors),
    )


def _check_contract(visit: Visit) -> None:
    """A contract that cannot be used takes no files."""
    if visit.body.id in left_out(visit.desk.partners()):
        raise HTTPException(404)


def _apart(files: Sequence[UploadFile]) -> tuple[dict[str, UploadFile], list[UploadFile]]:
    """Control files by the name of the file that each is for, and the files themselves."""
    names = {safe_name(str(f.filename)) for f in files}
    control: dict[str, UploadFile] = {}
    for file in files:
        name = safe_name(str(file.filename))
        of = next((name.removesuffix(e) for e in ENDINGS if name.endswith(e)), None)
        if of in names:
            control[str(of)] = file
    return control, [f for f in files if f not in control.values()]


def _kept(
    visit: Visit,
    room: Room,
    feed: str,
    period: Period | None,
    file: UploadFile,
    control: dict[str, UploadFile],
) -> Kept:
    """Keeps one file in the room, of which nothing is known yet."""
    folder, name = room.new_folder(), safe_name(str(file.filename))
    path = folder / "file" / name
    store(file, path)
    with_it = []
    if beside := control.get(name):
        control_name = safe_name(str(beside.filename))
        store(beside, path.with_name(control_name), LONGEST + 1)
        with_it.append(control_name)
    label = period.label if period else ""
    of = (visit.body.id, feed, label, sha256_of(path))
    return Kept(folder, name, *of, with_it=tuple(with_it)).save()


def _check(visit: Visit, kept: Kept, period: Period | None) -> None:
    """Judges a file that was kept; a program error is said of this file alone. Who signed out
    meanwhile has taken the file away."""
    places = visit.desk.places
    try:
        with visit.desk.judging:
            kept = _judged(visit, kept, period)
        note(
            places, visit.who, "checked", partner=kept.partner_id, feed=kept.feed,
            sha256=kept.sha256, verdict=kept.verdict,
        )  # fmt: skip
    except Exception as error:
        if kept.folder.is_dir():
            number = problem(places, error, f"checking a file of {kept.partner_id}")
            kept.save(problem=number).let_go()


def _judged(visit: Visit, kept: Kept, period: Period | None) -> Kept:
    partner, feed = visit.body, visit.body.feeds[kept.feed]
    result, compared = dry_run(visit.desk.settings, partner, kept.file, kept.feed, period)
    view = submission_view(result, result.findings, kept.name, partner.name, kept.feed)
    source = kept.file if result.layout else None  # else its bytes were no table
    made = write_reports(
        kept.folder / "reports", view, source=source, feed=feed, period=result.period
    )
    kept.result.write_text(result_part(view), encoding="utf-8")
    return kept.save(
        verdict=view.verdict,
        asks=result.asks and result.verdict != "refused",
        compared=compared,
        unread=any(f.code in UNREAD for f in result.findings),
        found_period=result.period.label if result.period else "",
        questions=questions(view.findings),
        readings=readings(result),
        reports=tuple(path.name for path in made),
    )


def store(file: UploadFile, path: Path, most: int | None = None) -> None:
    """Writes a file that arrived; of ``most`` bytes no more."""
    with path.open("xb") as target:
        if most is None:
            shutil.copyfileobj(file.file, target, 1 << 20)
        else:
            target.write(file.file.read(most))


def _sentence(error: ValueError) -> str:
    text = str(error)
    return text[:1].upper() + text[1:]
