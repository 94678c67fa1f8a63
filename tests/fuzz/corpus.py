"""The corpus: inputs that reach, each of them, something that no other does; a bytes literal a line."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

__all__ = ["read", "write"]

_FILE = Path(__file__).with_name("corpus.txt")


def read() -> list[bytes]:
    """The inputs that are kept."""
    return [ast.literal_eval(line) for line in _FILE.read_text(encoding="ascii").splitlines()]


def write(inputs: Iterable[bytes]) -> None:
    """Keep `inputs`, in an order of their own, so that a change shows as lines that come and go."""
    _FILE.write_text("".join(f"{each!r}\n" for each in sorted(set(inputs))), encoding="ascii")
