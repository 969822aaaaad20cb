"""How a process ends that a run starts beside itself, for dbt or for Great Expectations."""

from __future__ import annotations

import os
from multiprocessing.util import Finalize


def leave_at_once() -> None:
    """Has this process just stop at its end, after what multiprocessing has to clear away.

    A helper has nothing to save by then; to go down in order takes up to two seconds, and DuckDB's
    bindings would report "leaks" on the terminal of whoever runs it.
    """
    Finalize(None, os._exit, args=(0,), exitpriority=-100)
