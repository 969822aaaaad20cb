"""One asset per partner and feed, made from the contracts.

Assets are unpartitioned and each run judges all that is new: assets of one job must share a
partitions definition, and periods differ by partner. An event costs 15 ms, so a run reports each
asset once, with the periods that are new.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import dagster as dg

from ..contracts.feeds import FEEDS
from ..contracts.load import left_out
from ..contracts.model import Partner
from ..display import display_safe, pounds, pounds_aside
from ..intake.at_rest import StillWrittenError, note_still_written, prepare_at_rest, settled
from ..intake.bookkeeping import book
from ..intake.landing import Delivery, discover, is_new
from ..intake.ledger.ledger import Ledger, Receipt
from ..intake.outcomes import IntakeError, Outcome
from ..intake.read_again import read_older_again
from ..progress import say, warn
from ..settings import Settings
from ..warehouse.trouble import unexpected

UNCLAIMED = dg.AssetKey(["landing", "unclaimed"])


def submission_assets(
    settings: Settings, partners: Mapping[str, Partner]
) -> list[dg.AssetsDefinition]:
    """An asset ``<partner>/<feed>`` for every feed of every contract, and one for the rest."""
    made = [
        _submission_asset(settings, partners, partner, feed)
        for partner in partners.values()
        for feed in partner.feeds
    ]
    return [*made, _unclaimed_asset(settings, partners)]


def _submission_asset(
    settings: Settings, partners: Mapping[str, Partner], partner: Partner, feed: str
) -> dg.AssetsDefinition:
    key = dg.AssetKey([partner.id, feed])

    @dg.asset(
        key=key,
        group_name="landing",
        description=f"{partner.name}: every {feed} file received, judged and booked.",
        kinds={"python", "parquet"},
        check_specs=[
            dg.AssetCheckSpec(
                "verdicts",
                asset=key,
                description="Nothing was refused, nothing set aside, and no question is open.",
            )
        ],
    )
    def collect() -> Iterator[dg.MaterializeResult[None]]:
        receipts = collect_new(settings, partners, partner.id, feed)
        yield dg.MaterializeResult(
            metadata=_metadata(receipts), check_results=[_verdict_check(settings, partner.id, feed)]
        )

    return collect


def _unclaimed_asset(settings: Settings, partners: Mapping[str, Partner]) -> dg.AssetsDefinition:
    @dg.asset(
        key=UNCLAIMED,
        group_name="landing",
        description="Files in landing whose folder no contract knows: kept, reported, not opened.",
    )
    def unclaimed() -> dg.MaterializeResult[None]:
        return dg.MaterializeResult(metadata=_metadata(collect_new(settings, partners, None, None)))

    return unclaimed


def collect_new(
    settings: Settings, partners: Mapping[str, Partner], partner_id: str | None, feed: str | None
) -> list[Receipt]:
    """Receives every new delivery of one partner and feed (``None``: of nobody we know).

    A program error on one delivery is reported and the next one is taken; it leaves no receipt, so
    that the next run tries again. So does a file that is still being written.
    """
    ledger = Ledger(settings.ledger)
    receipts: list[Receipt] = []
    try:
        known = ledger.known()
        new = [d for d in _mine(settings, partners, partner_id, feed) if is_new(ledger, d)]
        new, moving = settled(new, settings.quiet_seconds)
        for delivery in moving:
            _leave(settings, delivery)
        # A small file is mostly DuckDB planning, on one core: two at a time, booked in order.
        with ThreadPoolExecutor(2) as pool:
            waiting = [(d, pool.submit(prepare_at_rest, settings, partners, d, known)) for d in new]
            for delivery, prepared in waiting:
                receipts += _booked(settings, ledger, delivery, prepared)
        if partner_id and feed and partner_id not in left_out(partners):
            for again in read_older_again(settings, ledger, partners, partner_id, feed):
                if isinstance(again, IntakeError):
                    during = "the program failed on reading again what was received before"
                    warn(unexpected(settings, again.__cause__ or again, during))
                else:
                    receipts.append(again)
        if receipts:
            taken = [r for r in receipts if r.status == "in_force"]
            rows = sum(r.rows_accepted for r in taken)
            has_money = feed in FEEDS and FEEDS[feed].money_field
            amount = f", {pounds(sum(r.pence_accepted for r in taken))}" if has_money else ""
            say(
                f"{partner_id or 'unknown partner'}/{feed or ''}: {len(receipts)} new, "
                f"{len(taken)} accepted, {rows:,} lines{amount}"
            )
    finally:
        ledger.close()
    return receipts


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


def _mine(
    settings: Settings, partners: Mapping[str, Partner], partner_id: str | None, feed: str | None
) -> list[Delivery]:
    folder = settings.landing / partner_id / feed if partner_id and feed else settings.landing
    if not folder.is_dir():
        return []
    return [
        d
        for d in discover(settings.landing, partners, within=folder)
        if (d.partner_id, d.feed) == (partner_id, feed)
    ]


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


def _verdict_check(settings: Settings, partner_id: str, feed: str) -> dg.AssetCheckResult:
    """The standing of everything received so far, not only of this run. It warns, never blocks."""
    ledger = Ledger(settings.ledger)
    try:
        mine = [r for r in ledger.receipts() if (r.partner_id, r.feed) == (partner_id, feed)]
        asked = {r.seq for r in ledger.unexplained()}
    finally:
        ledger.close()
    refused = [r.receipt_id for r in mine if r.verdict == "refused"]
    aside = [r.receipt_id for r in mine if r.status == "in_force" and r.rows_set_aside]
    open_questions = [r.receipt_id for r in mine if r.seq in asked]
    return dg.AssetCheckResult(
        check_name="verdicts",
        passed=not refused and not aside and not open_questions,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "refused": ", ".join(refused) or "none",
            "with rows set aside": ", ".join(aside) or "none",
            "with an open question": ", ".join(open_questions) or "none",
        },
    )
