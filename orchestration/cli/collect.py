"""Collecting alone, by as many workers as are started: what is new in landing is judged and booked,
and the next run publishes it. Dagster and dbt are not loaded.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .console import ExitCode, collecting_settings, print_json

if TYPE_CHECKING:
    from ..intake.ledger.receipt import Receipt


def collect(options: argparse.Namespace) -> ExitCode:
    """Judges and books what is new in landing, together with other workers; the receipts that this
    one booked. 3 if one of them is not in force, or rows of it were set aside."""
    from ..assets.around import begun
    from ..contracts.usable import load_usable
    from ..intake.collect import collect as collect_new
    from ..intake.collect import folders_of
    from ..progress import warn
    from ..steward.text import receipts_text

    settings = collecting_settings(options)
    partners, _ = load_usable(settings.partners, settings.place, settings.contracts)
    for partner_id, why in partners.left_out.items():
        warn(f"{partner_id}: {why}")
    begun(settings, partners, whole=False)
    found = collect_new(settings, partners, folders_of(partners))
    receipts = sorted((r for mine in found.values() for r in mine), key=lambda r: r.seq)
    if options.json:
        print_json([r.as_json() for r in receipts])
    else:
        print(receipts_text(receipts, set()) if receipts else "Nothing was left to be collected.")
    return ExitCode.GAPS if _is_anything_open(receipts) else ExitCode.DONE


def _is_anything_open(receipts: Sequence[Receipt]) -> bool:
    return any(r.verdict in ("refused", "held") or r.rows_set_aside for r in receipts)
