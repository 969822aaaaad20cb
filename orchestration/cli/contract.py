"""The verbs of a contract: propose one from a file, check one, compare two, list every key.

Each calls one function and imports only what it needs, when it needs it.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from .console import ExitCode, UsageError, print_json, report_error, settings_of

_ID = r"[a-z][a-z0-9_]{1,62}"


def add_verbs(verb: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Adds what can be done with a contract below the verb ``contract``."""
    whats = verb.add_subparsers(required=True, metavar="WHAT")

    def add(name: str, what: object, text: str) -> argparse.ArgumentParser:
        sub = whats.add_parser(name, help=text, description=text, parents=[common])
        sub.set_defaults(verb=what)
        return sub

    new_ = add("new", new, "propose a contract from files of a body that has none")
    new_.add_argument("files", type=Path, nargs="+", metavar="FILE", help="oldest layout or newest")
    new_.add_argument("--partner", required=True, metavar="ID", help="for example anytown_council")
    new_.add_argument("--feed", required=True, choices=["spend"])
    new_.add_argument("--name", help="the body's name in full")
    new_.add_argument("--out", type=Path, required=True, metavar="DIR", help="where ID.yml goes")
    check_ = add("check", check, "whether a contract can be used, and what it says in words")
    check_.add_argument("file", type=Path, metavar="FILE")
    diff_ = add("diff", diff, "what changes from one contract to another, key by key")
    diff_.add_argument("before", type=Path, metavar="A")
    diff_.add_argument("after", type=Path, metavar="B")
    add("docs", docs, "every key of a contract, with its meaning")


def new(options: argparse.Namespace) -> ExitCode:
    """Proposes a contract, tries it on its own files, and writes it."""
    from ..proposal.as_text import proposal_json, proposal_text
    from ..proposal.checked import checked, written_to
    from ..proposal.eras import propose_from
    from ..proposal.evidence import NothingProposedError

    if not re.fullmatch(_ID, options.partner):
        raise UsageError(
            f"'{options.partner}' cannot be an id: use small letters, digits and _, such as "
            "anytown_council."
        )
    for file in options.files:
        if not file.is_file():
            raise UsageError(f"No file {file}.")
    target = options.out / f"{options.partner}.yml"
    if target.exists():
        raise UsageError(f"{target} is there already, and nothing was written over it.")
    settings = settings_of(options)
    try:
        proposal = propose_from(
            settings, options.files, options.partner, options.feed, options.name
        )
    except NothingProposedError as error:
        return report_error(options, str(error), ExitCode.REFUSED)
    done = checked(settings, proposal, options.files)
    written_to(target, done.text)
    if options.json:
        print_json(proposal_json(proposal, done, str(target)))
    else:
        print(proposal_text(proposal, done, str(target)))
    return ExitCode.DONE if done.accepted and not proposal.open_questions else ExitCode.GAPS


def check(options: argparse.Namespace) -> ExitCode:
    """Says whether a contract can be used."""
    from ..contracts.load import ContractError, load_partner
    from ..contracts.usable import contradictions
    from ..contracts.words import contract_words

    if not options.file.is_file():
        raise UsageError(f"No file {options.file}.")
    try:
        partner = load_partner(options.file)
    except ContractError as error:
        return report_error(options, f"The contract cannot be used:\n{error}", ExitCode.REFUSED)
    settings = settings_of(options)
    beside = contradictions(partner, settings.partners, settings.place, settings.contracts)
    words = contract_words(partner)
    if options.json:
        print_json({"usable": not beside, "problems": beside, "contract": words})
    else:
        print("\n".join(words))
        if beside:
            print("\nIt can be used by itself, and not beside the place and the other contracts:")
            print("\n".join(f"  {problem}" for problem in beside))
    return ExitCode.REFUSED if beside else ExitCode.DONE


def diff(options: argparse.Namespace) -> ExitCode:
    """Says what changes between two contracts."""
    from ..contracts.difference import contract_changes
    from ..contracts.load import load_partner
    from ..intake.ledger.fingerprints import feeds_read_otherwise

    for file in (options.before, options.after):
        if not file.is_file():
            raise UsageError(f"No file {file}.")
    before, after = load_partner(options.before), load_partner(options.after)
    changes = contract_changes(before, after)
    again = feeds_read_otherwise(settings_of(options), before, after)
    if options.json:
        print_json({"changes": changes, "read_again": again})
        return ExitCode.DONE
    print("\n".join(changes) or "Nothing changes.")
    if changes:
        feeds = ", ".join(again)
        print(
            f"\nFiles in force are read again by it: {feeds}."
            if again
            else "\nNo file in force is read again: nothing by which files are read has changed."
        )
    return ExitCode.DONE


def docs(options: argparse.Namespace) -> ExitCode:
    """Prints every key of a contract."""
    from ..contracts.reference import contract_reference

    page = contract_reference()
    if options.json:
        print_json({"reference": page})
    else:
        print(page, end="")
    return ExitCode.DONE
