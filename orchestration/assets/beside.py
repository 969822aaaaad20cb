"""A second process for what one core can do while the other builds: it is started early, because
Great Expectations takes seven seconds to import, and gets work when its turn comes.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.util import Finalize
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Made = TypeVar("Made")


def begin(
    work: Callable[Arguments, Made], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Future[Made]:
    """Has the other process do ``work`` after all that it was given before."""
    return _process().submit(work, *args, **kwargs)


def warm_up() -> None:
    """Has the imports that take longest done on the other core."""
    for module in ("expectations.run", "great_expectations", "orchestration.report.site", "altair"):
        begin(import_module, module)


def cool_down() -> None:
    """Ends the process, if there is one."""
    if _process.cache_info().currsize:
        _process().shutdown()
        _process.cache_clear()
        gc.collect()  # frees the pool's semaphores now, not when Python goes down


@cache
def _process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_leave_at_once)


def _leave_at_once() -> None:
    """At its end the process just stops: it has nothing to save, and going down in order takes
    two seconds and has DuckDB's bindings report "leaks"."""
    Finalize(None, os._exit, args=(0,), exitpriority=-100)
