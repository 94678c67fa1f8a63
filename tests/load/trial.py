"""A load app under load: started, asked, watched, stopped, and what there is to say against it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from load.client import HOST, Tally, ask, load
from load.page import Left, is_faulty
from load.serving import LEFT, Control

__all__ = ["APPS", "MOST_GROWTH", "App", "Trial", "memory", "trial"]

App: TypeAlias = Literal["flask", "starlette"]
APPS: dict[App, tuple[str, ...]] = {"flask": ("flask", "waitress"), "starlette": ("starlette", "uvicorn")}
"""Each app with the packages that it needs, the framework and the server."""

MOST_GROWTH = 2 << 20
"""How many bytes a server may grow by between its warm-up and its end. Over the 180,000 responses in between that is
11 bytes for each, and no object of Python's is so small: one that is kept for each is seen."""

_TESTS = Path(__file__).parent.parent
_PATIENCE = 60


@dataclass
class Trial:
    """What came back, what the server says of itself, and its memory in bytes: at the warm-up's end, and on."""

    app: App
    requests: int
    tally: Tally
    left: Left
    memory: list[int]

    @property
    def growth(self) -> int:
        return self.memory[-1] - self.memory[0]

    @property
    def findings(self) -> list[str]:
        """What is wrong; nothing when all is well."""
        tally = self.tally
        wanted = {
            "responses": (tally.responses, self.requests),
            "mismatches": (tally.mismatches, 0),
            "leaks": (tally.leaks, 0),
            "errors": (tally.errors, 0),
            "errors logged": (self.left.logged, sum(map(is_faulty, range(self.requests)))),
            "other records": (self.left.strays, 0),
            "customers in memory": (self.left.customers, 0),
        }
        found = [f"{what}: {is_} in place of {should}" for what, (is_, should) in wanted.items() if is_ != should]
        if self.memory and self.growth > MOST_GROWTH:
            found.append(f"memory grew by {self.growth} bytes, of at most {MOST_GROWTH}")
        return found


def memory(process: int) -> int:
    """The bytes of `process` that are resident."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def trial(
    app: App, *, requests: int, connections: int = 64, seconds: float, every: int = 0, control: Control | None = None
) -> Trial:
    """`requests` on a server of its own. With `every`, its memory is read after as many of them, again and again."""
    resident: list[int] = []
    with _server(app, control=control) as (process, port):

        async def run() -> tuple[Tally, Left]:
            tally = await load(
                port,
                requests=requests,
                connections=connections,
                seconds=seconds,
                every=every,
                sample=lambda: resident.append(memory(process)),
            )
            return tally, await _left(port)

        return Trial(app, requests, *asyncio.run(run()), resident)


async def _left(port: int) -> Left:
    reader, writer = await asyncio.open_connection(HOST, port)
    _, account = await ask(reader, writer, LEFT, "")
    writer.close()
    await writer.wait_closed()
    return Left(**json.loads(account))


@contextmanager
def _server(app: App, *, control: Control | None) -> Iterator[tuple[int, int]]:
    """Its process, and the port that it listens on."""
    path = os.pathsep.join([str(_TESTS), *filter(None, [os.environ.get("PYTHONPATH")])])
    with subprocess.Popen(
        [sys.executable, "-m", f"load.{app}_app", *([control] if control else [])],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.pid, int(process.stdout.readline())
        finally:
            process.stdin.close()  # which it takes for the end
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
