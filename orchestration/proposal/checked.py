"""A proposal put to the test: its text loaded as a contract, and its file judged by it.

The judge is that of ``totalplace check``. Here belongs what that says of the proposal.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..contracts.load import load_partner
from ..contracts.model import Partner
from ..intake.judge.judgement import Judgement
from ..intake.submit import dry_run
from ..settings import Settings
from .as_yaml import contract_yaml
from .evidence import Proposal


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
    with tempfile.TemporaryDirectory() as work:
        file = Path(work) / f"{proposal.partner_id}.yml"
        file.write_text(text, encoding="utf-8")
        partner = load_partner(file)
    found = {}
    for path in paths:
        result, _ = dry_run(settings, partner, path, proposal.feed)
        found[path.name] = result
    return Checked(partner, text, found)


def written_to(target: Path, text: str) -> None:
    """Writes a contract, whole, to a file that is not there yet; ``FileExistsError`` if it is."""
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".{target.stem}.{secrets.token_hex(8)}.new")
    try:
        new.write_text(text, encoding="utf-8")
        os.link(new, target)  # never over another, and never half of it
    finally:
        new.unlink(missing_ok=True)
