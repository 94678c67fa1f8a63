"""How much of the processor something takes, without what others do meanwhile."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import process_time

__all__ = ["seconds"]


def seconds(work: Callable[[], object], *, times: int = 3) -> float:
    """The least that `work` takes of so many times, in seconds of this process; objects of other tests are not
    collected meanwhile.
    """
    taken: list[float] = []
    enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        for _ in range(times):
            begin = process_time()
            work()
            taken.append(process_time() - begin)
    finally:
        if enabled:
            gc.enable()
    return min(taken)
