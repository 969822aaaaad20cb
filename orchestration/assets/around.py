"""What stands around the steps of every run, from wherever it was begun; call it with the lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..contracts.load import Partners
from ..contracts.model import Partner
from ..contracts.usable import keep_contracts
from ..intake.collect import clear_left
from ..intake.impossible import take_back_impossible
from ..progress import warn
from ..publish.outcome import Outcome, landing_key
from ..settings import Settings


def begun(settings: Settings, partners: Mapping[str, Partner], *, whole: bool = True) -> str:
    """Clears away what a run that was killed left, and keeps the contracts that it reads by.

    Gives the key of what lies in landing, for ``ended``; empty unless the run is a ``whole`` one,
    from landing to release, which may come to another outcome than the last.
    """
    settings.prepare()
    clear_left(settings)
    if isinstance(partners, Partners):
        keep_contracts(partners, settings.contracts)
    for said in take_back_impossible(settings):
        warn(said)
    if not whole:
        return ""
    Outcome.forget(settings)
    return landing_key(settings, partners)


def ended(settings: Settings, landing: str) -> None:
    """Remembers of which state of landing a release was made."""
    if landing and (outcome := Outcome.read(settings)):
        replace(outcome, landing=landing).write(settings)
