"""The steward's verbs: check a file, submit it, withdraw it, see its receipt, get a template.

Each imports only what it needs, when it needs it: none of them loads Dagster, dbt or pandas.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from .console import ExitCode, UsageError, ledger_of, print_json, report_error, settings_of

if TYPE_CHECKING:
    from ..contracts.model import Feed, Partner
    from ..contracts.periods import Period
    from ..intake.ledger.receipt import Explanation, Receipt
    from ..settings import Settings

Verb = Callable[[argparse.Namespace], ExitCode]
Add = Callable[[str, Verb, str], argparse.ArgumentParser]


def add_verbs(add: Add) -> None:
    """Adds the steward's verbs and their options to the command line."""
    check_ = add("check", check, "judge a file without storing anything")
    submit_ = add("submit", submit, "submit a file, and get a receipt")
    for verb in (check_, submit_):
        verb.add_argument("file", type=Path)
        verb.add_argument("--partner", required=True, metavar="ID")
        verb.add_argument("--feed", required=True)
        verb.add_argument("--period", help="for example 2024-04, 2024-25-Q1 or 2024-25")
    submit_.add_argument("--reason", metavar="TEXT", help="explains a finding that asks for it")
    submit_.add_argument("--name", help="who submits it, and explains it if there is a reason")
    explain_ = add("explain", explain, "answer the open questions of a submission; it then counts")
    explain_.add_argument("receipt", metavar="RECEIPT", help="for example R-000042")
    explain_.add_argument("--reason", required=True, metavar="TEXT")
    explain_.add_argument("--name", required=True, help="who explains it")
    certify_ = add("certify", certify, "certify a submission as a second person; it then counts")
    certify_.add_argument("receipt", metavar="RECEIPT", help="for example R-000042")
    certify_.add_argument("--name", required=True, help="who certifies it; not who submitted it")
    withdraw_ = add("withdraw", withdraw, "withdraw a submission; its lines no longer count")
    withdraw_.add_argument("receipt", metavar="RECEIPT")
    withdraw_.add_argument("--reason", required=True, metavar="TEXT")
    withdraw_.add_argument("--name", help="who withdraws it")
    receipt_ = add("receipt", receipt, "everything about one submission")
    receipt_.add_argument("receipt", metavar="RECEIPT", help="for example R-000042")
    for verb in (check_, receipt_):
        verb.add_argument("--report", type=Path, metavar="DIR", help="write reports into DIR")
    template_ = add("template", template, "a blank file, a worked example and a guide")
    template_.add_argument("partner", metavar="PARTNER")
    template_.add_argument("feed", metavar="FEED")
    template_.add_argument("--xlsx", action="store_true", help="workbooks instead of CSV files")
    template_.add_argument("--out", type=Path, default=Path(), metavar="DIR")


def _partner_and_feed(options: argparse.Namespace, settings: Settings) -> tuple[Partner, Feed]:
    """The partner and feed that a command names."""
    from ..contracts.usable import load_usable

    partners, _ = load_usable(settings.partners, settings.place, settings.contracts)
    if left := partners.left_out.get(options.partner):
        listed = "\n".join(map(str, left.problems))
        raise UsageError(f"The contract of '{options.partner}' cannot be used:\n{listed}")
    if options.partner not in partners:
        raise UsageError(f"No partner '{options.partner}'. Known: {', '.join(partners)}.")
    partner = partners[options.partner]
    if options.feed not in partner.feeds:
        raise UsageError(
            f"{partner.name} has no feed '{options.feed}'. It has: {', '.join(partner.feeds)}."
        )
    return partner, partner.feeds[options.feed]


def _file_and_period(options: argparse.Namespace, feed: Feed) -> Period | None:
    from ..contracts.periods import parse_for
    from ..intake.read.control_file import is_manifest

    if not options.file.is_file():
        raise UsageError(f"No file {options.file}.")
    if is_manifest(options.file):
        of = options.file.name.rpartition(".manifest")[0]
        raise UsageError(
            f"This is the control file of {of}. Name {of}: the control file goes along."
        )
    try:
        return parse_for(options.period, feed.cadence) if options.period else None
    except ValueError as error:
        raise UsageError(str(error)) from None


def check(options: argparse.Namespace) -> ExitCode:
    """Judges a file and stores nothing."""
    from ..intake.submit import dry_run
    from ..steward.text import judgement_json, judgement_text

    settings = settings_of(options)
    partner, feed = _partner_and_feed(options, settings)
    period = _file_and_period(options, feed)
    result, compared = dry_run(settings, partner, options.file, options.feed, period)
    made: list[Path] = []
    if options.report:
        from ..steward.reports import write_reports
        from ..steward.view import submission_view

        name, found = options.file.name, result.findings
        view = submission_view(result, found, name, partner.name, options.feed)
        made = write_reports(
            options.report,
            view,
            source=options.file if result.layout else None,  # else its bytes were no table
            feed=feed,
            period=result.period,
        )
    if options.json:
        print_json(judgement_json(result) | {"compared": compared})
    else:
        print(judgement_text(options.file.name, partner, result, compared=compared))
        _say_written(made)
    if result.verdict == "refused":
        return ExitCode.REFUSED
    return ExitCode.GAPS if result.verdict == "held" or result.asks else ExitCode.DONE


def submit(options: argparse.Namespace) -> ExitCode:
    """Submits a file and shows its receipt."""
    from ..intake.outcomes import IntakeError
    from ..intake.questions import AnswerError
    from ..intake.submit import submit as submit_file

    settings = settings_of(options)
    partner, feed = _partner_and_feed(options, settings)
    period = _file_and_period(options, feed)
    by = (options.name or "").strip() or None
    said = _explanation(options) if options.reason is not None else None
    try:
        done = submit_file(settings, partner, options.file, options.feed, period, said, by)
    except AnswerError as error:
        return report_error(options, str(error), ExitCode.REFUSED)
    except IntakeError as error:
        from ..trouble import unexpected

        during = "The program failed on this file, which is no fault of the file"
        message = unexpected(settings, error.__cause__ or error, during)
        return report_error(options, message, ExitCode.REFUSED)
    _show_receipt(options, settings, done.receipt)
    if not options.json and _holds_both_kinds(options):
        print(
            "\nThis home holds SYNTHETIC files and real ones: nothing is published while both"
            " count.\nUse a home of its own (--home DIR), and withdraw this receipt here."
        )
    if done.renamed and not options.json:
        print(f"\nAnother file had that name: yours is kept as '{done.receipt.file_name}'.")
    if done.explains and not options.json:
        print(f"\nThe explanation was kept with receipt {done.explains.receipt_id}.")
    if done.receipt.verdict == "refused":
        return ExitCode.REFUSED
    waits = done.open_question or done.receipt.waits_for_certifier
    return ExitCode.GAPS if waits else ExitCode.DONE


def certify(options: argparse.Namespace) -> ExitCode:
    """Certifies a submission in somebody's name."""
    from ..intake.certification import CertifyError
    from ..intake.certification import certify as certify_receipt

    settings, name = settings_of(options), options.name.strip()
    if not name:
        raise UsageError("Say who certifies it with --name.")
    try:
        done = certify_receipt(settings, _numbered(options).seq, name)
    except CertifyError as error:
        return report_error(options, str(error), ExitCode.REFUSED)
    if not options.json:
        print(f"{done.receipt_id} is certified. Its lines count from the next run on.\n")
    _show_receipt(options, settings, done)
    return ExitCode.DONE


def explain(options: argparse.Namespace) -> ExitCode:
    """Answers the open questions of a submission."""
    from ..intake.questions import AnswerError
    from ..intake.questions import explain as explain_receipt

    settings = settings_of(options)
    said = _explanation(options)
    if said is None:
        raise UsageError("An explanation needs both: --reason says why, --name who says so.")
    try:
        done = explain_receipt(settings, _numbered(options).seq, said)
    except AnswerError as error:
        return report_error(options, str(error), ExitCode.REFUSED)
    if not options.json:
        until = "once it is certified" if done.waits_for_certifier else "from the next run on"
        print(f"{done.receipt_id} is explained. Its lines count {until}.\n")
    _show_receipt(options, settings, done)
    return ExitCode.DONE


def _explanation(options: argparse.Namespace) -> Explanation | None:
    from ..intake.ledger.receipt import Explanation

    reason, name = ((t or "").strip() for t in (options.reason, options.name))
    if bool(reason) != bool(name):
        raise UsageError("An explanation needs both: --reason says why, --name who says so.")
    return Explanation(reason, name) if reason else None


def _holds_both_kinds(options: argparse.Namespace) -> bool:
    """Whether made-up and real deliveries are in force together, which stops every release."""
    with closing(ledger_of(options)) as ledger:
        return len({r.synthetic for r in ledger.receipts() if r.status == "in_force"}) > 1


def withdraw(options: argparse.Namespace) -> ExitCode:
    """Withdraws a submission."""
    from ..intake.ledger.receipt import receipt_id
    from ..intake.submit import withdraw as withdraw_receipt

    settings = settings_of(options)
    reason = options.reason.strip()
    if not reason:
        raise UsageError("Say why with --reason.")
    receipt = _numbered(options)
    done = withdraw_receipt(settings, receipt.seq, reason, (options.name or "").strip() or None)
    if done is None:
        nothing = "is not in force, held or refused: there is nothing to withdraw."
        message = f"{receipt.receipt_id} {nothing}"
        later = ledger_of(options).replaced_by(receipt.seq)
        instead = receipt.duplicate_of or (later.seq if later else None)
        if instead and receipt.status != "withdrawn":
            what = "repeats" if receipt.duplicate_of else "was replaced by"
            number = receipt_id(instead)
            message += f" It {what} {number}: `totalplace receipt {number}` says how that stands."
        return report_error(options, message, ExitCode.REFUSED)
    if not options.json:
        print(f"{done.receipt_id} is withdrawn. Its lines do not count from the next run on.")
        if done.replaces:
            print("What it had replaced does not come back by itself: submit that file again.")
        print("The same file may be submitted again.\n")
    _show_receipt(options, settings, done)
    return ExitCode.DONE


def receipt(options: argparse.Namespace) -> ExitCode:
    """Shows one submission, and writes its reports."""
    settings = settings_of(options)
    _show_receipt(options, settings, _numbered(options), options.report)
    return ExitCode.DONE


def template(options: argparse.Namespace) -> ExitCode:
    """Writes template, example and guide."""
    from datetime import date

    from ..steward.template import write_template

    partner, _ = _partner_and_feed(options, settings_of(options))
    made = write_template(options.out, partner, options.feed, date.today(), xlsx=options.xlsx)
    if options.json:
        print_json([str(path) for path in made])
    else:
        _say_written(made)
    return ExitCode.DONE


def _numbered(options: argparse.Namespace) -> Receipt:
    """The receipt a command names."""
    from ..intake.ledger.receipt import receipt_number

    number = receipt_number(options.receipt)
    found = ledger_of(options).receipt(number) if number else None
    if found is None:
        raise UsageError(f"No receipt '{options.receipt}'. `totalplace receipts` lists them.")
    return found


def _show_receipt(
    options: argparse.Namespace, settings: Settings, receipt: Receipt, report: Path | None = None
) -> None:
    from ..steward.receipts import receipt_views, why_unmarked

    shown, as_json, made = receipt_views(settings, receipt, report)
    if options.json:
        print_json(as_json)
        return
    print(shown)
    _say_written(made)
    if report and not any(path.suffix == ".xlsx" for path in made):
        print(why_unmarked(settings, receipt))


def _say_written(paths: Sequence[Path]) -> None:
    for path in paths:
        print(f"Written: {path}")
