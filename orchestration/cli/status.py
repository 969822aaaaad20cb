"""The verbs that say how things stand, whatever state the home is in: status and summary."""

from __future__ import annotations

import argparse
from contextlib import closing

from .console import ExitCode, ledger_of, print_json, settings_of


def status(options: argparse.Namespace) -> ExitCode:
    """Who has delivered what, and what still needs somebody."""
    from ..display import table
    from ..intake.landing import left_alone
    from ..intake.not_put_right import not_put_right
    from ..publish.journal import steering
    from ..steward.status import of_nobody, open_rows, status_rows, status_text
    from .summary import usable

    settings = settings_of(options)
    partners, without = usable(settings)
    with closing(ledger_of(options)) as ledger:
        receipts, unexplained = ledger.receipts(), {r.seq for r in ledger.unexplained()}
    waiting = {r.seq for r in not_put_right(receipts, settings.landing)}
    left = left_alone(settings.landing, partners, receipts)
    landing = [(one.place, one.reason) for one in left]
    stands = steering(settings.published)
    rows = status_rows(partners, receipts, unexplained, waiting)
    if options.json:
        print_json([*rows, *of_nobody(partners, receipts, waiting, landing, stands.as_json())])
        return ExitCode.DONE
    print("\n".join(without) or status_text(rows))
    if said := stands.said():
        print(f"\n{said}")
    for partner_id, why in partners.left_out.items():
        print(f"\n{partner_id}: {why}")
    if still := open_rows(receipts, waiting, landing):
        print("\n".join(["\nNot put right, and left alone", *table(still)]))
    return ExitCode.DONE


def summary(options: argparse.Namespace) -> ExitCode:
    """The last screen again."""
    from .last_screen import summary_text
    from .summary import summarise

    settings = settings_of(options)
    found = summarise(settings, None)
    if options.json:
        print_json(found)
    else:
        print(summary_text(found))
    return ExitCode.GAPS if found["gaps"] else ExitCode.DONE
