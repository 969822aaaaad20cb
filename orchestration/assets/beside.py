"""A second process for what one core can do while the other builds: it is started early, because
Great Expectations takes seven seconds to import, and gets work when its turn comes.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from importlib import import_module
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

from ..helper import leave_at_once
from ..report import prepare

Arguments = ParamSpec("Arguments")
Made = TypeVar("Made")


def begin(
    work: Callable[Arguments, Made], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Future[Made]:
    """Has the other process do ``work`` after all that it was given before."""
    return _process().submit(work, *args, **kwargs)


def warm_up() -> None:
    """Has the imports that take longest done on the other core."""
    for module in ("expectations.run", "great_expectations"):
        begin(import_module, module)
    begin(prepare)


def cool_down() -> None:
    """Ends the process, if there is one."""
    if _process.cache_info().currsize:
        _process().shutdown()
        _process.cache_clear()
        gc.collect()  # frees the pool's semaphores now, not when Python goes down


@cache
def _process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=leave_at_once)
