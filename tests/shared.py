"""What several rooms of tests need: what takes long to make and is only read, made once for every
worker of a test run; and what a run receives from one folder of landing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

if TYPE_CHECKING:
    from orchestration.contracts.model import Partner
    from orchestration.intake.ledger.receipt import Receipt
    from orchestration.settings import Settings


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder ``name`` of this run, filled by the first worker that asks; others wait for it."""
    base = factory.getbasetemp()
    folder = (base.parent if base.name.startswith("popen-") else base) / name
    with FileLock(f"{folder}.lock"):
        if not (folder / "made").exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            (folder / "made").touch()
    return folder


def collect_new(
    settings: Settings, partners: Mapping[str, Partner], partner_id: str, feed: str
) -> list[Receipt]:
    """The receipts of what is new in the folder of a partner and feed."""
    from orchestration.intake.collect import Folder, collect

    (receipts,) = collect(settings, partners, [Folder(partner_id, feed)]).values()
    return receipts
