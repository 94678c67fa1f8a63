"""A bounded load on a server of this machine, every response of which is read and judged whole."""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from load.page import COOKIE, TOKEN, expected, token

__all__ = ["HOST", "Tally", "ask", "load"]

HOST = "127.0.0.1"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_MOST_EXAMPLES = 5


@dataclass
class Tally:
    """What came back."""

    responses: int = 0
    """With the status 200, and the whole of the text that was expected."""
    mismatches: int = 0
    """With any other text."""
    leaks: int = 0
    """With something of another customer's, among the mismatches."""
    errors: int = 0
    """Requests that no response came to."""
    seconds: float = 0
    statuses: Counter[int] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    """A few of what was wrong."""

    def judge(self, number: int, status: int, body: str) -> None:
        self.statuses[status] += 1
        if status == 200 and body == expected(number):
            self.responses += 1
            return
        self.mismatches += 1
        self.leaks += bool(set(TOKEN.findall(body)) - {token(number)})
        self.note(f"customer {number} got {status}: {body}")

    def failed(self, number: int, error: Exception) -> None:
        self.errors += 1
        self.note(f"customer {number} got {error!r}")

    def note(self, example: str) -> None:
        if len(self.examples) < _MOST_EXAMPLES:
            self.examples.append(example)


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, cookie: object) -> tuple[int, str]:
    """The status and the text of one response on a connection that stays open."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nCookie: {COOKIE}={cookie}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if length is None:
        raise ValueError("a response without a length")
    body = await reader.readexactly(int(length[1]))
    return int(head.split(b" ", 2)[1]), body.decode()


async def load(
    port: int, *, requests: int, connections: int, seconds: float, every: int = 0, sample: Callable[[], None]
) -> Tally:
    """Ask for `requests` pages, each for another customer, on `connections` at once, for at most `seconds`.

    `sample` is called after the first `every` of them, after as many again, and so on.
    """
    tally = Tally()
    numbers = iter(range(requests))
    done = itertools.count(1)

    async def connection() -> None:
        reader, writer = await asyncio.open_connection(HOST, port)
        try:
            for number in numbers:
                try:
                    tally.judge(number, *await ask(reader, writer, "/", number))
                except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
                    tally.failed(number, error)
                    writer.close()
                    reader, writer = await asyncio.open_connection(HOST, port)
                if every and next(done) % every == 0:
                    sample()
        finally:
            writer.close()
            await writer.wait_closed()

    begun = time.monotonic()
    running = [asyncio.create_task(connection()) for _ in range(connections)]
    _, late = await asyncio.wait(running, timeout=seconds)
    for each in late:
        each.cancel()
    for outcome in await asyncio.gather(*running, return_exceptions=True):
        if outcome is not None:  # the server is gone, or it is late
            tally.errors += 1
            tally.note(f"a connection ended with {outcome!r}")
    tally.seconds = time.monotonic() - begun
    return tally
