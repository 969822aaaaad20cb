"""The command line: each verb calls one function, and imports only what that verb needs.

``--help`` imports nothing but argparse; ``check`` and ``status`` import neither Dagster nor dbt,
Great Expectations or pandas. Exit codes: 0 done · 3 published with gaps · 1 nothing published, or
the file is refused · 2 usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

DONE, REFUSED, USAGE, GAPS = 0, 1, 2, 3


class UsageError(Exception):
    """The command cannot be carried out as given; the message says what to do instead."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one verb; returns its exit code."""
    parser = build_parser()
    options = parser.parse_args(argv)
    verb: Callable[[argparse.Namespace], int] = options.verb
    try:
        return verb(options)
    except UsageError as error:
        return _complain(options, str(error), USAGE)
    except BrokenPipeError:
        sys.stderr.close()
        return DONE
    except Exception as error:
        from .contracts.load import ContractError

        if isinstance(error, ContractError):
            return _complain(options, f"A contract cannot be used:\n{error}", USAGE)
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

    def add(name: str, verb: Callable[[argparse.Namespace], int], text: str) -> Any:
        sub = verbs.add_parser(name, help=text, description=text, parents=[common])
        sub.set_defaults(verb=verb)
        return sub

    run = add("run", _run, "collect what is new in landing, judge, model, audit, publish")
    run.add_argument(
        "--landing", type=Path, metavar="DIR", help="the landing folder (HOME/landing)"
    )
    check = add("check", _check, "judge a file without storing anything")
    check.add_argument("file", type=Path)
    check.add_argument("--partner", required=True, metavar="ID")
    check.add_argument("--feed", required=True)
    check.add_argument("--period", help="for example 2024-04, 2024-25-Q1 or 2024-25")
    add("status", _status, "who has delivered what, and what is in force")
    add("receipts", _receipts, "every delivery with its verdict")
    add("releases", _releases, "the published releases")
    sample = add("sample", _sample, "make synthetic extracts in the partners' real layouts")
    sample.add_argument("--out", type=Path, required=True, metavar="DIR")
    sample.add_argument("--lines", type=int, metavar="N", help="spend lines in all")
    sample.add_argument("--seed", type=int, default=1)
    add("dev", _dev, "open the Dagster UI on this machine only")
    return parser


def _settings(options: argparse.Namespace) -> Any:
    from .settings import Settings

    return Settings.from_environment(options.home, getattr(options, "landing", None))


def _run(options: argparse.Namespace) -> int:
    from .run import run

    return run(_settings(options), as_json=options.json)


def _check(options: argparse.Namespace) -> int:
    from .contracts.load import load_partners
    from .contracts.periods import parse_for
    from .intake.judge import judge
    from .intake.screens import judgement_json, judgement_text

    settings = _settings(options)
    partners = load_partners(settings.partners)
    if options.partner not in partners:
        raise UsageError(f"No partner '{options.partner}'. Known: {', '.join(partners)}.")
    partner = partners[options.partner]
    if options.feed not in partner.feeds:
        raise UsageError(
            f"{partner.name} has no feed '{options.feed}'. It has: {', '.join(partner.feeds)}."
        )
    if not options.file.is_file():
        raise UsageError(f"No file {options.file}.")
    feed = partner.feeds[options.feed]
    try:
        period = parse_for(options.period, feed.cadence) if options.period else None
    except ValueError as error:
        raise UsageError(str(error)) from None
    result = judge(options.file, options.file.name, options.feed, feed, period=period)
    if options.json:
        _print_json(judgement_json(result))
    else:
        print(judgement_text(options.file.name, partner, result))
    return REFUSED if result.verdict == "refused" else DONE


def _ledger(options: argparse.Namespace) -> Any:
    from .intake.ledger import Ledger

    return Ledger(_settings(options).ledger)


def _receipts(options: argparse.Namespace) -> int:
    from .intake.screens import receipts_text

    receipts = _ledger(options).receipts()
    if options.json:
        _print_json([r.as_json() for r in receipts])
    else:
        print(receipts_text(receipts))
    return DONE


def _status(options: argparse.Namespace) -> int:
    from .contracts.load import load_partners
    from .intake.screens import status_rows, status_text

    settings = _settings(options)
    partners = load_partners(settings.partners)
    rows = status_rows(partners, _ledger(options).receipts())
    if options.json:
        _print_json(rows)
    else:
        print(status_text(rows))
    return DONE


def _releases(options: argparse.Namespace) -> int:
    from .publish.release import list_releases

    releases = list_releases(_settings(options).published)
    rows = [
        {
            "release_id": r.release_id,
            "created_at": r.created_at,
            "current": r.current,
            "path": str(r.path),
        }
        for r in releases
    ]
    if options.json:
        _print_json(rows)
    elif not rows:
        print("Nothing has been published yet. Start with: totalplace run")
    for row in rows if not options.json else []:
        mark = "*" if row["current"] else " "
        print(f"{mark} {row['release_id']}  {row['created_at']}  {row['path']}")
    return DONE


def _sample(options: argparse.Namespace) -> int:
    from .contracts.load import load_partners
    from .sample import generate

    settings = _settings(options)
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
        _print_json([str(f) for f in files])
    else:
        print(f"{len(files)} SYNTHETIC files written to {options.out}")
    return DONE


def _dev(options: argparse.Namespace) -> int:
    from .run import dev

    return dev(_settings(options))


def _print_json(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    print()


def _complain(options: argparse.Namespace, message: str, code: int) -> int:
    if getattr(options, "json", False):
        _print_json({"error": message})
    print(f"totalplace: {message}", file=sys.stderr)
    return code


def entry() -> None:
    """The program."""
    sys.exit(main())


if __name__ == "__main__":
    entry()
