"""Work on several cores: in its order, a little ahead, and never longer than who asked for it lives."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import parent_process
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import TypeVar

__all__ = ["in_order"]

Chunk = TypeVar("Chunk")
Made = TypeVar("Made")


def in_order(work: Callable[[Chunk], Made], chunks: Iterable[Chunk], jobs: int) -> Iterator[Made]:
    """What `work` makes of each chunk, in their order, on `jobs` cores."""
    if jobs == 1:
        yield from map(work, chunks)
        return
    with ProcessPoolExecutor(jobs, initializer=_watch_parent) as pool:
        # A few chunks ahead keep all cores busy; all of them would be all of the file in memory.
        ahead: deque[Future[Made]] = deque()
        try:
            for chunk in chunks:
                ahead.append(pool.submit(work, chunk))
                if len(ahead) > 2 * jobs:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _watch_parent() -> None:
    """End with the process that asks for work, even if it is killed: who waits for work then keeps its locks."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    wait([parent.sentinel])
    os._exit(1)
