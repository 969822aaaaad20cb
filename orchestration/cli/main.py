"""The command line: each verb calls one function, and imports only what that verb needs.

``--help`` imports nothing but argparse; ``check`` and ``status`` import neither Dagster nor dbt,
Great Expectations or pandas. Exit codes: 0 done · 3 published with gaps, or a question is open ·
1 nothing published, or the file is refused · 2 usage.
"""

from __future__ import annotations

import argparse
import atexit
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from . import contract, desk, diff, releases, report, review, sql, steward
from .collect import collect
from .console import (
    ExitCode,
    UsageError,
    collecting_settings,
    ledger_of,
    print_json,
    report_error,
    settings_of,
)
from .status import status, summary
from .steward import Verb
from .trace import trace

_CONTRACT = "propose, check or compare contracts, or list every key of one"


def main(argv: Sequence[str] | None = None) -> ExitCode:
    """Runs one verb; returns its exit code."""
    parser = build_parser()
    options = parser.parse_args(argv)
    verb: Verb = options.verb
    try:
        return verb(options)
    except UsageError as error:
        return report_error(options, str(error), ExitCode.USAGE)
    except BrokenPipeError:
        sys.stderr.close()
        return ExitCode.DONE
    except Exception as error:
        from ..contracts.load import ContractError
        from ..intake.ledger.store import LedgerError, LedgerLostError

        if isinstance(error, ContractError):
            return report_error(options, f"A contract cannot be used:\n{error}", ExitCode.USAGE)
        if isinstance(error, LedgerError):
            is_lost = isinstance(error, LedgerLostError)
            code = ExitCode.REFUSED if is_lost else ExitCode.USAGE
            return report_error(options, str(error), code)
        if isinstance(error, OSError) or type(error).__module__ == "sqlite3":
            message = f"{error}. `totalplace doctor` looks at the home and says what to do."
            return report_error(options, message, ExitCode.REFUSED)
        if type(error).__module__.endswith("duckdb"):
            from ..trouble import unexpected

            message = unexpected(settings_of(options), error, "The program could not go on")
            return report_error(options, message, ExitCode.REFUSED)
        raise


def build_parser() -> argparse.ArgumentParser:
    """The verbs and their options."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--home", type=Path, metavar="DIR", help="the run-time home (TOTALPLACE_HOME, ./data)"
    )
    common.add_argument("--json", action="store_true", help="print JSON for machines")
    parser = argparse.ArgumentParser(
        prog="totalplace",
        description="One honest count of public money across the bodies of a place.",
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def add(name: str, verb: Verb, text: str) -> argparse.ArgumentParser:
        sub = verbs.add_parser(name, help=text, description=text, parents=[common])
        sub.set_defaults(verb=verb)
        return sub

    run = add("run", _run, "collect what is new in landing, judge, model, audit, publish")
    run.add_argument("--force", action="store_true", help="build again though nothing has changed")
    collect_ = add(
        "collect", collect, "judge and book what is new in landing, beside other workers; no more"
    )
    for verb in (run, collect_):
        verb.add_argument(
            "--landing", type=Path, metavar="DIR", help="the landing folder (HOME/landing)"
        )
    steward.add_verbs(add)
    desk.add_verbs(add)
    add("status", status, "who has delivered what, what is in force, and what still needs somebody")
    add("summary", summary, "the last screen of the last run, as things stand now")
    add("receipts", _receipts, "every delivery with its verdict")
    releases.add_verbs(add)
    diff.add_verb(add)
    report.add_verb(add)
    sql.add_verb(add)
    review.add_verb(add)
    export = add("export", _export, "a table of a release as CSV, however long")
    export.add_argument("table", metavar="TABLE")
    export.add_argument("--csv", action="store_true", required=True, help="as CSV")
    export.add_argument("--release", metavar="ID", help="a release's id, a day or a folder")
    export.add_argument("--out", type=Path, metavar="FILE", help="where to (standard output)")
    trace_ = add(
        "trace", trace, "from a published figure to its lines, or from a receipt to figures"
    )
    trace_.add_argument("table", metavar="TABLE", help="a published table, or a receipt (R-000042)")
    trace_.add_argument("keys", nargs="*", metavar="KEY=VALUE", help="columns that name one row")
    trace_.add_argument("--figure", metavar="COLUMN", help="the figure that is followed")
    trace_.add_argument(
        "--release", metavar="ID", help="a release's id, a day or a folder (the current one)"
    )
    trace_.add_argument("--csv", type=Path, metavar="FILE", help="write every line into FILE")
    sample = add("sample", _sample, "make synthetic extracts in the partners' real layouts")
    sample.add_argument("--out", type=Path, required=True, metavar="DIR")
    sample.add_argument("--lines", type=int, metavar="N", help="spend lines in all")
    sample.add_argument("--seed", type=int, default=1)
    contract.add_verbs(verbs.add_parser("contract", help=_CONTRACT, description=_CONTRACT), common)
    add("move-ledger", _move_ledger, "move the receipts of a home into TOTALPLACE_DATABASE_URL")
    add("doctor", _doctor, "check the installation and the home; says what to do")
    add("dev", _dev, "open the Dagster UI on this machine only")
    return parser


def _run(options: argparse.Namespace) -> ExitCode:
    from .run import run

    return run(collecting_settings(options), as_json=options.json, force=options.force)


def _receipts(options: argparse.Namespace) -> ExitCode:
    from ..steward.text import receipts_text

    ledger = ledger_of(options)
    receipts, unexplained = ledger.receipts(), {r.seq for r in ledger.unexplained()}
    if options.json:
        print_json([r.as_json() | {"unexplained": r.seq in unexplained} for r in receipts])
    else:
        print(receipts_text(receipts, unexplained))
    return ExitCode.DONE


def _export(options: argparse.Namespace) -> ExitCode:
    from ..publish.export import export_csv
    from ..publish.store import CURRENT, ReleaseError
    from ..release.find import find_release

    try:
        folder = find_release(options.release or CURRENT, settings_of(options).published)
        rows = export_csv(folder, options.table, options.out or Path("/dev/stdout"))
    except ReleaseError as error:
        raise UsageError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    if options.json:
        print_json({"release_id": folder.name, "rows": rows, "out": str(options.out or "")})
    elif options.out:
        print(f"{rows:,} rows of {options.table} written to {options.out}")
    return ExitCode.DONE


def _sample(options: argparse.Namespace) -> ExitCode:
    from ..contracts.load import load_partners
    from ..sample import generate

    settings = settings_of(options)
    if options.lines is not None and options.lines < 1:
        raise UsageError("--lines must be 1 or more.")
    files = generate(
        options.out,
        lines=options.lines,
        seed=options.seed,
        partners=load_partners(settings.partners),
        story=settings.story,
    )
    if options.json:
        print_json([str(f) for f in files])
    else:
        print(f"{len(files)} SYNTHETIC files written to {options.out}")
    return ExitCode.DONE


def _move_ledger(options: argparse.Namespace) -> ExitCode:
    from ..intake.ledger.moving import move_ledger
    from ..settings import Database
    from ..warehouse.turn import BusyError, exclusive

    settings = settings_of(options)
    if not isinstance(settings.ledger, Database):
        raise UsageError(
            "Set TOTALPLACE_DATABASE_URL to the database that is to have the receipts."
        )
    try:
        with exclusive(settings):
            count = move_ledger(settings.ledger)
    except BusyError as error:
        return report_error(options, str(error), ExitCode.REFUSED)
    if options.json:
        print_json({"receipts": count})
    else:
        print(f"{count:,} receipts are in the database, and are read from there from now on.")
    return ExitCode.DONE


def _doctor(options: argparse.Namespace) -> ExitCode:
    from ..doctor import as_json, as_text, examine, is_healthy

    found = examine(settings_of(options))
    if options.json:
        print_json(as_json(found))
    else:
        print(as_text(found))
    return ExitCode.DONE if is_healthy(found) else ExitCode.REFUSED


def _dev(options: argparse.Namespace) -> ExitCode:
    from .run import dev

    return dev(settings_of(options))


def entry() -> None:
    """The program. When all is said and cleared away it stops at once: to take apart what a run has
    loaded takes Python most of a second."""
    codes: list[int] = []
    atexit.register(_stop, codes)  # what is registered first is done last
    codes.append(main())
    sys.exit(codes[0])


def _stop(codes: Sequence[int]) -> None:
    """Ends the process with the code of ``main``, if that came to an end."""
    if codes:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(codes[0])


if __name__ == "__main__":
    entry()
