"""One asset per partner and feed, made from the contracts, and few steps that collect for them all.

Assets are unpartitioned and each run judges all that is new: assets of one job must share a
partitions definition, and periods differ by partner. A step costs a run a tenth of a second and an
event 15 ms, so a step collects for many folders, and each asset is reported once, with the periods
that are new. With every asset that it reports, Dagster goes through all others of the step: of a
thousand in one step that took 40 s.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing

import dagster as dg

from ..contracts.model import Partner
from ..display import pounds, pounds_aside
from ..intake.collect import Folder, collect, folders_of
from ..intake.ledger.ledger import Ledger, Receipt
from ..settings import Settings


def key_of(folder: Folder) -> dg.AssetKey:
    """The key of a folder's asset."""
    return dg.AssetKey([folder.partner_id or "landing", folder.feed or "unclaimed"])


UNCLAIMED = key_of(Folder())
# Folders of one step.
_A_STEP = 100


def submissions_assets(
    settings: Settings, partners: Mapping[str, Partner]
) -> list[dg.AssetsDefinition]:
    """An asset ``<partner>/<feed>`` for every feed of every contract, and one for the rest; of each
    definition the assets of one step, in the order in which folders are collected."""
    folders = folders_of(partners)
    steps = [folders[i : i + _A_STEP] for i in range(0, len(folders), _A_STEP)]
    return [_step(settings, partners, step, number) for number, step in enumerate(steps)]


def _step(
    settings: Settings, partners: Mapping[str, Partner], folders: Sequence[Folder], number: int
) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=f"submissions_{number + 1}" if number else "submissions",
        specs=[_spec(partners, folder) if folder.feed else _unclaimed() for folder in folders],
        check_specs=[
            dg.AssetCheckSpec(
                "verdicts",
                asset=key_of(folder),
                description="Nothing was refused, nothing set aside, and no question is open.",
            )
            for folder in folders
            if folder.feed
        ],
        can_subset=True,
        op_tags={"dagster/priority": str(-number)},  # receipts are numbered in this order
    )
    def submissions(
        context: dg.AssetExecutionContext,
    ) -> Iterator[dg.MaterializeResult[None]]:
        selected = context.selected_asset_keys  # Dagster makes the set anew each time
        asked = [folder for folder in folders if key_of(folder) in selected]
        taken = collect(settings, partners, asked)
        verdicts = _verdicts(settings)
        for folder, receipts in taken.items():
            checks = [verdicts(folder)] if folder.feed else []
            yield dg.MaterializeResult(
                key_of(folder), metadata=_metadata(receipts), check_results=checks
            )

    return submissions


def _spec(partners: Mapping[str, Partner], folder: Folder) -> dg.AssetSpec:
    name = partners[str(folder.partner_id)].name
    return dg.AssetSpec(
        key_of(folder),
        group_name="landing",
        description=f"{name}: every {folder.feed} file received, judged and booked.",
        kinds={"python", "parquet"},
    )


def _unclaimed() -> dg.AssetSpec:
    return dg.AssetSpec(
        UNCLAIMED,
        group_name="landing",
        description="Files in landing whose folder no contract knows: kept, reported, not opened.",
    )


def _metadata(receipts: list[Receipt]) -> dict[str, int | str]:
    """Counts, £ and receipt numbers: never a cell, a file name or a partner's own words."""
    return {
        "receipts": ", ".join(r.receipt_id for r in receipts) or "none new",
        "periods": ", ".join(sorted({r.period for r in receipts if r.period})) or "none new",
        "rows_accepted": sum(r.rows_accepted for r in receipts),
        "rows_set_aside": sum(r.rows_set_aside for r in receipts),
        "accepted": pounds(sum(r.pence_accepted for r in receipts)),
        "set_aside": pounds_aside(
            sum(r.pence_set_aside for r in receipts),
            sum(r.rows_set_aside for r in receipts),
            sum(r.rows_unpriced or 0 for r in receipts),
        ),
        "refused": sum(r.verdict == "refused" for r in receipts),
    }


def _verdicts(settings: Settings) -> Callable[[Folder], dg.AssetCheckResult]:
    """The standing of everything received so far, not only of this run. It warns, never blocks."""
    received: dict[Folder, list[Receipt]] = {}
    with closing(Ledger(settings.ledger)) as ledger:
        for receipt in ledger.receipts():
            received.setdefault(Folder(receipt.partner_id, receipt.feed), []).append(receipt)
        asked = {r.seq for r in ledger.unexplained()}

    def verdict(folder: Folder) -> dg.AssetCheckResult:
        mine = received.get(folder, [])
        refused = [r.receipt_id for r in mine if r.verdict == "refused"]
        aside = [r.receipt_id for r in mine if r.status == "in_force" and r.rows_set_aside]
        open_questions = [r.receipt_id for r in mine if r.seq in asked]
        return dg.AssetCheckResult(
            asset_key=key_of(folder),
            check_name="verdicts",
            passed=not refused and not aside and not open_questions,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                "refused": ", ".join(refused) or "none",
                "with rows set aside": ", ".join(aside) or "none",
                "with an open question": ", ".join(open_questions) or "none",
            },
        )

    return verdict
