"""The only place where Dagster's Definitions are assembled."""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg

from .assets.automation import JOB, deadline_schedules, landing_sensor, main_job
from .assets.expectations import Expectations, raw_checks
from .assets.forecast import FORECAST_INPUTS, forecast_assets
from .assets.one_at_a_time import one_at_a_time
from .assets.reading import readings_asset
from .assets.release import release_asset
from .assets.submissions import submissions_assets
from .assets.warehouse import in_force_asset, models_asset
from .contracts.model import Partner
from .contracts.usable import load_usable
from .settings import Settings
from .warehouse.dbt import Dbt


def build_definitions(
    settings: Settings,
    partners: Mapping[str, Partner] | None = None,
    dbt: Dbt | None = None,
) -> dg.Definitions:
    """Everything Dagster knows, over one home; every part can be a test's own."""
    partners = partners or load_usable(settings.partners, settings.place, settings.contracts)[0]
    settings.prepare()
    dbt, expectations = dbt or Dbt(settings), Expectations(settings)
    executor = one_at_a_time(settings, partners, JOB)
    submissions = submissions_assets(settings, partners)
    readings = readings_asset(settings, partners)
    received = sorted(key for step in submissions for key in step.keys)
    in_force = in_force_asset(settings, partners, [*received, *readings.keys])
    models, between = models_asset(settings, dbt, expectations, FORECAST_INPUTS)
    forecast = forecast_assets(settings)
    marts = [key for key, group in models.group_names_by_key.items() if group == "marts"]
    release = release_asset(settings, dbt.parsed(), expectations, [*marts, *forecast.keys])
    return dg.Definitions(
        assets=[*submissions, readings, in_force, models, *between, forecast, release],
        asset_checks=[raw_checks(expectations, marts)],
        jobs=[main_job(executor)],
        executor=executor,  # also of what is materialized by hand in the UI
        sensors=[landing_sensor(settings, partners)],
        schedules=deadline_schedules(partners),
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The definitions of the default home, made when Dagster asks for them."""
    return build_definitions(Settings.from_environment())
