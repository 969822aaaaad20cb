"""When the main job starts by itself: new files in landing, and the deadlines of the contracts."""

from __future__ import annotations

import stat
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from datetime import timedelta

import dagster as dg

from ..contracts.model import Partner
from ..contracts.periods import Cadence, in_year, of_year
from ..intake.landing import Delivery, discover, listing_key
from ..intake.ledger.ledger import Ledger
from ..settings import Settings
from .reading import READINGS

JOB = "total_place"
TIMEZONE = "Europe/London"
# The tag of a run that says for which state of landing it was asked.
LISTING = "landing"


def main_job(
    executor: dg.ExecutorDefinition = dg.in_process_executor,
) -> dg.UnresolvedAssetJobDefinition:
    """The one job: everything from landing to release, as ``totalplace run`` executes it."""
    return dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all() - dg.AssetSelection.assets(READINGS),
        executor_def=executor,
        description="Collect what is new, judge, model, audit, publish.",
    )


def landing_sensor(settings: Settings, partners: Mapping[str, Partner]) -> dg.SensorDefinition:
    """Starts the job when landing is not as it was when the job was last asked for.

    Only paths, sizes and times are looked at; the run reads the files and decides what is new. A
    run that failed, or that left a file of that landing unbooked, is asked for again under another
    key.
    """

    @dg.sensor(name="landing", job_name=JOB, minimum_interval_seconds=60)
    def landing(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        deliveries = discover(settings.landing, partners)
        if not deliveries:
            return dg.SkipReason("Landing is empty.")
        key = listing_key(deliveries)
        runs = context.instance.get_run_records(dg.RunsFilter(tags={LISTING: key}))
        if any(not run.dagster_run.is_finished for run in runs):
            return dg.SkipReason("A run that was asked for is waiting its turn or at work.")
        succeeded = [r for r in runs if r.dagster_run.status == dg.DagsterRunStatus.SUCCESS]
        if succeeded and not unbooked(settings, deliveries):
            return dg.SkipReason("Nothing has changed in landing since the last run was asked for.")
        if _tried_often(len(succeeded), max((r.end_time or 0.0 for r in runs), default=0.0)):
            return dg.SkipReason("Files were left unbooked several times: the next try is later.")
        run_key = f"{key}-{len(runs) + 1}" if runs else key
        return dg.RunRequest(run_key=run_key, tags={LISTING: key})

    return landing


def unbooked(settings: Settings, deliveries: Sequence[Delivery]) -> bool:
    """Whether there is no receipt for as many bytes from the place of one of the deliveries."""
    with closing(Ledger(settings.ledger)) as ledger:
        booked = {(r.landing_path, r.bytes) for r in ledger.receipts()}
    for delivery in deliveries:
        with suppress(OSError):  # gone since it was listed
            facts = delivery.path.lstat()
            if stat.S_ISREG(facts.st_mode) and (delivery.place, facts.st_size) not in booked:
                return True
    return False


def _tried_often(times: int, last: float) -> bool:
    """From the third run that left a file behind each waits twice as long as the one before, to an
    hour: where it is the program that fails on the file, a run a minute would help nobody."""
    return times > 2 and time.time() - last < min(60 * 2 ** (times - 2), 3600)


def deadline_schedules(partners: Mapping[str, Partner]) -> list[dg.ScheduleDefinition]:
    """One schedule of the mornings after a deadline of any feed: late files show the same day, and
    where several are due on one morning there is one run."""
    crons: dict[str, None] = {}
    for cadence, days in sorted(_deadlines(partners)):
        crons |= dict.fromkeys(deadline_crons(cadence, days))
    if not crons:
        return []
    return [
        dg.ScheduleDefinition(
            name="deadlines",
            job_name=JOB,
            cron_schedule=list(crons),
            execution_timezone=TIMEZONE,
            description="The morning after a delivery was due, by the contracts.",
        )
    ]


def _deadlines(partners: Mapping[str, Partner]) -> set[tuple[Cadence, int]]:
    return {
        (feed.cadence, feed.due_days)
        for partner in partners.values()
        for feed in partner.feeds.values()
        if feed.expected_from
    }


def deadline_crons(cadence: Cadence, due_days: int) -> list[str]:
    """Cron lines for six in the morning after each deadline of an ordinary financial year.

    ``month`` and 30 days: the April file is due on 30 May, so the line for it is 31 May.
    """
    crons = []
    for period in in_year(of_year("2025-26"), cadence):
        morning = period.end + timedelta(days=due_days + 1)
        crons.append(f"0 6 {morning.day} {morning.month} *")
    return crons
