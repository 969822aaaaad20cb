"""One asset per partner and feed, made from the contracts, and one step that collects for them all.

Assets are unpartitioned and each run judges all that is new: assets of one job must share a
partitions definition, and periods differ by partner. A step costs a run a tenth of a second and an
event 15 ms, so there is one step, and each asset is reported once, with the periods that are new.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from typing import NamedTuple

import dagster as dg

from ..contracts.feeds import FEEDS
from ..contracts.load import left_out
from ..contracts.model import Partner
from ..display import display_safe, pounds, pounds_aside
from ..intake.at_rest import StillWrittenError, note_still_written, prepare_at_rest, settled
from ..intake.bookkeeping import book
from ..intake.folder_by_folder import prepared_ahead
from ..intake.landing import Delivery, discover, is_new
from ..intake.ledger.ledger import Ledger, Receipt
from ..intake.outcomes import IntakeError, Outcome
from ..intake.read_again import read_older_again
from ..progress import say, warn
from ..settings import Settings
from ..warehouse.trouble import unexpected


class Folder(NamedTuple):
    """Whose files lie in a folder of landing, and of which feed; of nobody we know without."""

    partner_id: str | None = None
    feed: str | None = None

    @property
    def key(self) -> dg.AssetKey:
        return dg.AssetKey([self.partner_id or "landing", self.feed or "unclaimed"])


UNCLAIMED = Folder().key


def submissions_asset(settings: Settings, partners: Mapping[str, Partner]) -> dg.AssetsDefinition:
    """An asset ``<partner>/<feed>`` for every feed of every contract, and one for the rest."""
    folders = [Folder(p.id, feed) for p in partners.values() for feed in p.feeds]

    @dg.multi_asset(
        name="submissions",
        specs=[*(_spec(partners, folder) for folder in folders), _unclaimed()],
        check_specs=[
            dg.AssetCheckSpec(
                "verdicts",
                asset=folder.key,
                description="Nothing was refused, nothing set aside, and no question is open.",
            )
            for folder in folders
        ],
        can_subset=True,
    )
    def submissions(
        context: dg.AssetExecutionContext,
    ) -> Iterator[dg.MaterializeResult[None]]:
        asked = [f for f in (*folders, Folder()) if f.key in context.selected_asset_keys]
        taken = dict(collect_new(settings, partners, asked))
        verdicts = _verdicts(settings)
        for folder, receipts in taken.items():
            checks = [verdicts(folder)] if folder.feed else []
            yield dg.MaterializeResult(
                folder.key, metadata=_metadata(receipts), check_results=checks
            )

    return submissions


def _spec(partners: Mapping[str, Partner], folder: Folder) -> dg.AssetSpec:
    name = partners[str(folder.partner_id)].name
    return dg.AssetSpec(
        folder.key,
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


def collect_new(
    settings: Settings, partners: Mapping[str, Partner], folders: Sequence[Folder]
) -> Iterator[tuple[Folder, list[Receipt]]]:
    """Receives every new delivery of these folders; the receipts, a folder after the other.

    A program error on one delivery is reported and the next one is taken; it leaves no receipt, so
    that the next run tries again. So does a file that is still being written.
    """
    ledger = Ledger(settings.ledger)
    try:
        known = ledger.known()
        new, moving = settled(_new(settings, partners, ledger, folders), settings.quiet_seconds)
        for delivery in moving:
            _leave(settings, delivery)
        by_folder = [[d for d in new if (d.partner_id, d.feed) == folder] for folder in folders]
        with prepared_ahead(
            by_folder, lambda d: prepare_at_rest(settings, partners, d, known)
        ) as outcomes:
            for folder, mine in zip(folders, by_folder, strict=True):
                receipts = [r for d in mine for r in _booked(settings, ledger, d, outcomes[d])]
                receipts += _read_again(settings, ledger, partners, folder)
                _say(folder, receipts)
                yield folder, receipts
    finally:
        ledger.close()


def _new(
    settings: Settings, partners: Mapping[str, Partner], ledger: Ledger, folders: Sequence[Folder]
) -> list[Delivery]:
    if not settings.landing.is_dir():
        return []
    found: dict[tuple[str | None, str | None], list[Delivery]] = {f: [] for f in folders}
    for delivery in discover(settings.landing, partners):
        mine = found.get((delivery.partner_id, delivery.feed))
        if mine is not None and is_new(ledger, delivery):
            mine.append(delivery)
    return [delivery for mine in found.values() for delivery in mine]


def _read_again(
    settings: Settings, ledger: Ledger, partners: Mapping[str, Partner], folder: Folder
) -> list[Receipt]:
    """What was received before under another agreement or rule, and comes out otherwise now."""
    partner_id, feed = folder
    receipts: list[Receipt] = []
    if partner_id and feed and partner_id not in left_out(partners):
        for again in read_older_again(settings, ledger, partners, partner_id, feed):
            if isinstance(again, IntakeError):
                during = "the program failed on reading again what was received before"
                warn(unexpected(settings, again.__cause__ or again, during))
            else:
                receipts.append(again)
    return receipts


def _say(folder: Folder, receipts: Sequence[Receipt]) -> None:
    if not receipts:
        return
    partner_id, feed = folder
    taken = [r for r in receipts if r.status == "in_force"]
    rows = sum(r.rows_accepted for r in taken)
    has_money = feed in FEEDS and FEEDS[feed].money_field
    amount = f", {pounds(sum(r.pence_accepted for r in taken))}" if has_money else ""
    say(
        f"{partner_id or 'unknown partner'}/{feed or ''}: {len(receipts)} new, "
        f"{len(taken)} accepted, {rows:,} lines{amount}"
    )


def _booked(
    settings: Settings, ledger: Ledger, delivery: Delivery, prepared: Future[Outcome]
) -> list[Receipt]:
    """The receipt of a delivery that was judged; none if it is to be tried again."""
    try:
        return [book(settings, ledger, prepared.result())]
    except StillWrittenError:
        _leave(settings, delivery)
    except IntakeError as error:
        during = "the program failed, which is no fault of the file; the next run tries again"
        said = unexpected(settings, error.__cause__ or error, during)
        warn(f"{display_safe(delivery.place)}: {said}")
        ledger.program_error(delivery.place, str(error))
    return []


def _leave(settings: Settings, delivery: Delivery) -> None:
    warn(f"{display_safe(delivery.place)} is still being written: the next run takes it")
    note_still_written(settings, delivery.place)


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
    ledger = Ledger(settings.ledger)
    try:
        received = ledger.receipts()
        asked = {r.seq for r in ledger.unexplained()}
    finally:
        ledger.close()

    def verdict(folder: Folder) -> dg.AssetCheckResult:
        mine = [r for r in received if (r.partner_id, r.feed) == folder]
        refused = [r.receipt_id for r in mine if r.verdict == "refused"]
        aside = [r.receipt_id for r in mine if r.status == "in_force" and r.rows_set_aside]
        open_questions = [r.receipt_id for r in mine if r.seq in asked]
        return dg.AssetCheckResult(
            asset_key=folder.key,
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
