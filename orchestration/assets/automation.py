"""When the main job starts by itself: new files in landing, and the deadlines of the contracts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import dagster as dg

from ..contracts.model import Partner
from ..contracts.periods import Cadence, in_year, of_year
from ..intake.landing import discover, listing_key
from ..settings import Settings

JOB = "total_place"
TIMEZONE = "Europe/London"
# The tag of a run that says for which state of landing it was asked.
LISTING = "landing"


def main_job() -> dg.UnresolvedAssetJobDefinition:
    """The one job: everything from landing to release, as ``totalplace run`` executes it."""
    return dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="Collect what is new, judge, model, audit, publish.",
    )


def landing_sensor(settings: Settings, partners: Mapping[str, Partner]) -> dg.SensorDefinition:
    """Starts the job when landing is not as it was when the job was last asked for.

    Only paths, sizes and times are looked at; the run reads the files and decides what is new. A
    run that failed is asked for again under another key.
    """

    @dg.sensor(name="landing", job_name=JOB, minimum_interval_seconds=60)
    def landing(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        deliveries = discover(settings.landing, partners)
        if not deliveries:
            return dg.SkipReason("Landing is empty.")
        key = listing_key(deliveries)
        attempts = context.instance.get_runs_count(dg.RunsFilter(tags={LISTING: key}))
        failed = context.instance.get_runs_count(
            dg.RunsFilter(
                tags={LISTING: key},
                statuses=[dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED],
            )
        )
        if attempts > failed:
            return dg.SkipReason("Nothing has changed in landing since the last run was asked for.")
        run_key = key if not failed else f"{key}-{failed + 1}"
        return dg.RunRequest(run_key=run_key, tags={LISTING: key})

    return landing


def deadline_schedules(partners: Mapping[str, Partner]) -> list[dg.ScheduleDefinition]:
    """One schedule per feed deadline, on the morning after it: late files show the same day."""
    deadlines = {
        (name, feed.cadence, feed.due_days)
        for partner in partners.values()
        for name, feed in partner.feeds.items()
        if feed.expected_from
    }
    return [
        dg.ScheduleDefinition(
            name=f"{feed}_{cadence}_{days}_days",
            job_name=JOB,
            cron_schedule=deadline_crons(cadence, days),
            execution_timezone=TIMEZONE,
            description=f"The morning after {feed} by {cadence.replace('_', ' ')} is due.",
        )
        for feed, cadence, days in sorted(deadlines)
    ]


def deadline_crons(cadence: Cadence, due_days: int) -> list[str]:
    """Cron lines for six in the morning after each deadline of an ordinary financial year.

    ``month`` and 30 days: the April file is due on 30 May, so the line for it is 31 May.
    """
    crons = []
    for period in in_year(of_year("2025-26"), cadence):
        morning = period.end + timedelta(days=due_days + 1)
        crons.append(f"0 6 {morning.day} {morning.month} *")
    return crons
