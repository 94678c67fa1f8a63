"""What the two load apps share: the account they give of themselves, and how they start and end."""

from __future__ import annotations

import gc
import json
import logging
import sys
from collections.abc import Callable
from threading import Thread
from typing import Literal, TypeAlias, get_args

from load.page import Left, record

from nosto_tagging import Customer

__all__ = ["LEFT", "Control", "Records", "control", "left", "serve"]

LEFT = "/left"

Control: TypeAlias = Literal["leaky", "hoarding"]
"""What is wrong on purpose with an app: the visitor is kept where other requests find it, or each page for ever."""


def control() -> Control | None:
    """What the command asks for."""
    asked = sys.argv[1:]
    return next((each for each in get_args(Control) if [each] == asked), None)


class Records(logging.Handler):
    """Counts what the library logs; the handler's own lock guards the counts."""

    def __init__(self) -> None:
        super().__init__()
        self.logged = self.strays = 0
        logger = logging.getLogger("nosto_tagging")
        logger.addHandler(self)
        logger.propagate = False

    def emit(self, logged: logging.LogRecord) -> None:
        if record(logged.getMessage()):
            self.logged += 1
        else:
            self.strays += 1


def left(records: Records) -> str:
    """A `Left` as JSON."""
    gc.collect()
    customers = sum(type(each) is Customer for each in gc.get_objects())
    return json.dumps(Left(records.logged, records.strays, customers)._asdict())


def serve(run: Callable[[], object], port: Callable[[], int]) -> None:
    """Run a server until standard input ends, as it does when whoever started this is gone, however that came."""
    Thread(target=run, daemon=True).start()
    sys.stdout.write(f"{port()}\n")
    sys.stdout.flush()
    sys.stdin.read()
