"""How Dagster runs our steps: in one process, and one run of a home at a time.

Schedules, the sensor and the UI begin runs by themselves; each waits for the lock that
``totalplace run`` takes, and does then what that does before and after the steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster._core.execution.context.system import PlanOrchestrationContext
from dagster._core.execution.plan.plan import ExecutionPlan
from dagster._core.execution.retries import RetryMode
from dagster._core.executor.in_process import InProcessExecutor

from ..contracts.model import Partner
from ..publish.outcome import up_to_date
from ..settings import Settings
from ..warehouse.turn import exclusive
from .around import begun, ended
from .reading import READINGS

# What Dagster writes on a run that nobody asked for by hand.
_BY_ITSELF = ("dagster/sensor_name", "dagster/schedule_name")


def one_at_a_time(
    settings: Settings, partners: Mapping[str, Partner], whole: str
) -> dg.ExecutorDefinition:
    """The executor of a home; ``whole`` is the job that goes from landing to release."""

    @dg.executor(name="one_at_a_time")
    def executor(_: Any) -> InProcessExecutor:
        return _OneAtATime(settings, partners, whole)

    return executor


class _OneAtATime(InProcessExecutor):
    def __init__(self, settings: Settings, partners: Mapping[str, Partner], whole: str) -> None:
        super().__init__(RetryMode.DISABLED)
        self._settings, self._partners, self._whole = settings, partners, whole

    def execute(
        self, plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan
    ) -> Iterator[dg.DagsterEvent]:
        run, settings = plan_context.dagster_run, self._settings
        if run.asset_selection == {READINGS}:  # a worker, which disturbs no run
            yield from super().execute(plan_context, execution_plan)
            return
        whole = run.job_name == self._whole and not run.asset_selection
        with exclusive(settings, wait=plan_context.log.info):
            by_itself = any(tag in run.tags for tag in _BY_ITSELF)
            if whole and by_itself and (unchanged := up_to_date(settings, self._partners)):
                unchanged.write(settings)
                plan_context.log.info("Nothing has changed since the run before: nothing is done.")
                return
            landing = begun(settings, self._partners, whole=whole)
            yield from super().execute(plan_context, execution_plan)
            ended(settings, landing)
