"""A partition a body: its lines of spend, read ahead of the build by any number of workers.

No run waits for it: a build takes over what was read, and reads the rest itself. So a body may be
read as soon as its files are booked, beside other bodies and beside a run of the home.
"""

from collections.abc import Mapping
from contextlib import closing

import dagster as dg

from ..contracts.feeds import SPEND
from ..contracts.model import Partner
from ..contracts.usable import load_usable
from ..intake.collect import Folder
from ..intake.ledger.ledger import Ledger
from ..publish.made_from import MadeFrom
from ..publish.parts import body_digests
from ..settings import Settings
from ..warehouse.inputs import Known, write_inputs
from ..warehouse.readings import Unread, kept_readings, unread
from ..warehouse.turn import exclusive
from ..warehouse.workers import read
from .submissions import key_of

READINGS = dg.AssetKey(["raw", "readings"])


def readings_asset(settings: Settings, partners: Mapping[str, Partner]) -> dg.AssetsDefinition:
    """The asset, with a partition for each body that sends spend, named by its contract's id."""
    bodies = [partner.id for partner in partners.values() if SPEND.name in partner.feeds]

    @dg.asset(
        key=READINGS,
        partitions_def=dg.StaticPartitionsDefinition(bodies),
        deps=[key_of(Folder(body, SPEND.name)) for body in bodies],
        group_name="raw",
        kinds={"dbt", "parquet"},
        description="A body's lines of spend, read ahead of the build, which takes them over.",
    )
    def readings(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        return dg.MaterializeResult(metadata={"lines": read_body(settings, context.partition_key)})

    return readings


def read_body(settings: Settings, body: str) -> int:
    """Reads those of a body's lines in force whose reading is not kept; how many lines that were.

    Raises ``BusyError`` if another worker reads this body, ``BuildError`` if dbt fails, and
    ``ChangedError`` if what decides its lines changed meanwhile. Nothing is kept then.
    """
    worker = settings.of_worker(body, settings.workers)
    with exclusive(worker):
        sources, kept = _sources(worker, body), kept_readings(worker.read_lines)
        wanted = [reading for reading in sources if reading.key not in kept]
        if wanted:
            read(worker, worker.inputs, wanted, lambda: _sources(worker, body) == sources)
    return sum(reading.lines for reading in wanted)


def _sources(worker: Settings, body: str) -> list[Unread]:
    """Writes what the build is given now into the worker's folder; all readings of the body."""
    # The digest first: a contract that is changed before it is loaded has another one afterwards.
    digests = body_digests(MadeFrom.of(worker))
    partners, _ = load_usable(worker.partners, worker.place, worker.contracts)
    own = {body: digests[body]} if body in digests else {}
    with closing(Ledger(worker.ledger)) as ledger:
        write_inputs(worker, ledger, partners, Known(digests=own))
    return unread(worker.inputs)
