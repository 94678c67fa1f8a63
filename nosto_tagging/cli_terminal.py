"""What the commands have in common: errors, progress, cores, and what the exit code says."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from nosto_tagging.errors import InvalidRecord, NostoTaggingError

__all__ = ["SOME_FAILED", "UNUSABLE", "cores", "end", "end_if_asked", "progress", "reported", "say", "seconds"]

# What a command's exit says: some of what was asked for is not as it should be, or nothing could be done.
SOME_FAILED: Final = 1
UNUSABLE: Final = 2
_DIGITS_OF_JOBS = 3
_WHOLE_SECONDS = 10  # from which on tenths tell nobody anything


@contextmanager
def reported(console: Console) -> Generator[None]:
    """An error of this library as a line on standard error, and the exit code that goes with it."""
    try:
        yield
    except NostoTaggingError as error:
        say(console, str(error))
        sys.exit(SOME_FAILED if isinstance(error, InvalidRecord) else UNUSABLE)
    except BrokenPipeError:  # whoever read has had enough, which click takes for what it is
        raise
    except OSError as error:
        say(console, f"cannot write: {error.strerror}")
        sys.exit(UNUSABLE)


def say(console: Console, message: str) -> None:
    """A line for whoever is at the terminal, in red; what would steer one, as in the name of a file, as an escape."""
    from nosto_tagging.reading.formats import shown  # noqa: PLC0415 - most commands have nothing to say

    console.print(Text(shown(message), style="red"), soft_wrap=True)


def progress(console: Console) -> Progress:
    """A bar on a terminal, and nothing elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def cores(jobs: str) -> int:
    """What ``--jobs`` says."""
    if jobs == "all":
        return os.cpu_count() or 1
    if jobs.isascii() and jobs.isdigit() and len(jobs) <= _DIGITS_OF_JOBS and int(jobs) > 0:
        return int(jobs)
    raise click.BadParameter("must be a number from 1 to 999, or all", param_hint="--jobs")


def seconds(taken: float) -> str:
    """How long something took."""
    return f"{taken:,.0f} s" if taken >= _WHOLE_SECONDS else f"{taken:.1f} s"


_asked: list[int] = []


def end(signal_number: int, _frame: object) -> NoReturn:
    """Ends the process as a signal asks for it, tidily."""
    _asked.append(128 + signal_number)
    sys.exit(_asked[-1])


def end_if_asked() -> None:
    """The same, of a signal that came before: while an object is taken away, Python lets no exit out."""
    if _asked:
        sys.exit(_asked[-1])
