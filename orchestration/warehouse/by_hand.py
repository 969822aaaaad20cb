"""dbt by hand on the kept build of a home, as ``make model`` and ``make docs`` run it:
``python -m orchestration.warehouse.by_hand build …``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ..settings import DUCKDB, Settings
from .dbt import BuildError, kept_reading, reading
from .inputs import make_source_views
from .readings import SOURCES_FILE
from .turn import BusyError, exclusive


def main(arguments: Sequence[str]) -> int:
    """Runs dbt by hand on the kept build of the home in the environment; dbt's exit code."""
    settings = Settings.from_environment()
    settings.prepare()
    try:
        with exclusive(settings):
            return _by_hand(settings, arguments)
    except (BusyError, BuildError) as error:
        print(f"totalplace: {error}", file=sys.stderr)
        return 1


def _by_hand(settings: Settings, arguments: Sequence[str]) -> int:
    from dbt.cli.main import dbtRunner

    if settings.engine != DUCKDB:
        raise BuildError("dbt by hand works on the build file, which is DuckDB's alone")
    if not (settings.inputs / SOURCES_FILE).is_file():
        raise BuildError(
            f"{settings.home} has no build yet: `totalplace run` makes one (`make run`)"
        )
    settings.export_for_dbt()
    with settings.memory.connect(settings.build_db) as connection:
        make_source_views(connection, settings.raw, settings.inputs)
    folder = str(settings.dbt_target / "by-hand")
    places = ["--project-dir", str(settings.dbt_project), "--profiles-dir"]
    places += [str(settings.dbt_project), "--target-path", folder, "--log-path", folder]
    split = 2 if arguments[0] == "docs" else 1
    # dbt's documentation is of the project on the disk, which it reads for itself.
    known = None if arguments[0] == "docs" else reading(settings, kept_reading(settings))
    ended = dbtRunner(manifest=known).invoke([*arguments[:split], *places, *arguments[split:]])
    return 0 if ended.success else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
