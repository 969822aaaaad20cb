"""A proposal put to the test: its text loaded as a contract, and its file judged by it.

The judge is that of ``totalplace check``. Here belongs what that says of the proposal.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..contracts.load import load_partner
from ..contracts.model import Partner
from ..hashing import sha256_of
from ..intake.judge.judgement import Judgement
from ..intake.ledger.blob_store import move
from ..intake.submit import dry_run
from ..settings import Settings
from .as_yaml import contract_yaml
from .evidence import Proposal


class ContractChangedError(Exception):
    """The contract is no longer the one that was looked at."""


@dataclass(frozen=True)
class Checked:
    """What came of it: the contract as it loads, its text, and the verdict on each file."""

    partner: Partner
    text: str
    judgements: dict[str, Judgement]

    @property
    def accepted(self) -> bool:
        """Whether every file would be accepted whole and without a question."""
        return all(
            j.verdict == "accepted" and not j.asks and not j.rows_set_aside
            for j in self.judgements.values()
        )


def checked(settings: Settings, proposal: Proposal, paths: list[Path]) -> Checked:
    """The files judged by the contract that was proposed from them. Nothing is stored."""
    text = contract_yaml(proposal)
    partner = loaded(text, proposal.partner_id)
    found = {}
    for path in paths:
        result, _ = dry_run(settings, partner, path, proposal.feed)
        found[path.name] = result
    return Checked(partner, text, found)


def loaded(text: str, partner_id: str) -> Partner:
    """The text of a contract as it loads; ``ContractError`` if it does not."""
    with tempfile.TemporaryDirectory() as work:
        file = Path(work) / f"{partner_id}.yml"
        file.write_text(text, encoding="utf-8")
        return load_partner(file)


def written_over(target: Path, text: str, before: str) -> None:
    """Writes a contract, whole, in the place of one whose SHA-256 is ``before``;
    ``ContractChangedError`` if it is another one by now."""
    with target.with_name(f".{target.stem}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if sha256_of(target) != before:
            raise ContractChangedError
        new = target.with_name(f".{target.stem}.{secrets.token_hex(8)}.new")
        try:
            new.write_text(text, encoding="utf-8")
            move(new, target)
        finally:
            new.unlink(missing_ok=True)


def written_to(target: Path, text: str) -> None:
    """Writes a contract, whole, to a file that is not there yet; ``FileExistsError`` if it is."""
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".{target.stem}.{secrets.token_hex(8)}.new")
    try:
        new.write_text(text, encoding="utf-8")
        os.link(new, target)  # never over another, and never half of it
    finally:
        new.unlink(missing_ok=True)
