"""Whether Spark could read every model and test: `make check` says which it could not, and why.

Nothing is built and no Java is needed: dbt compiles the project, and each query is translated.
"""

from __future__ import annotations

import gc
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ...settings import DUCKDB, Settings
from ..dbt import compiled
from .dialect import spark_sql
from .rewrites import UntranslatableError


def untranslatable(queries: Mapping[str, str]) -> list[str]:
    """A sentence for each compiled query, by its file, that has no translation."""
    found = []
    for file, query in queries.items():
        try:
            spark_sql(query)
        except UntranslatableError as error:
            found.append(f"{file}: {error}")
    return found


def main() -> int:
    """Compiles the project in a folder of its own and translates it; 1 if something has none."""
    with tempfile.TemporaryDirectory() as home:
        settings = replace(Settings.from_environment(home=Path(home)), engine=DUCKDB)
        settings.prepare()
        queries = {
            node.original_file_path + (f" ({node.name})" if node.resource_type == "test" else ""): (
                node.compiled_code
            )
            for node in compiled(settings)
            if node.resource_type in ("model", "test")
        }
    gc.collect()  # frees dbt's semaphores now, not when Python goes down
    problems = untranslatable(queries)
    for problem in problems:
        print(problem)
    if not problems:
        print(f"All {len(queries)} queries of models and tests can be said in Spark's SQL")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
