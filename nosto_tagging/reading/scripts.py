"""The calls of Nosto's client in a page's scripts, read from their literal arguments; nothing is run."""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborNode

__all__ = ["UNREAD", "SeenCall", "SeenScript", "Unread", "calls_in", "is_javascript"]


class Unread:
    """What is no literal."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNREAD"


UNREAD = Unread()
"""Stands in a call for an argument that only running the script would give."""


@dataclass(frozen=True, slots=True)
class SeenScript:
    """A script element."""

    node: LexborNode
    source: str
    src: str | None
    attributes: dict[str, str | None]


@dataclass(frozen=True, slots=True)
class SeenCall:
    """A call of Nosto's ``api``: each method with its arguments, ``UNREAD`` for what is no literal."""

    steps: tuple[tuple[str, tuple[object, ...]], ...]
    literal: bool
    """Whether all the arguments are literals."""
    offset: int
    """Where the call begins in the script's source, in characters."""
    script: SeenScript


def is_javascript(script: SeenScript) -> bool:
    """Whether a browser runs it, and its source stands in the page."""
    if script.src is not None:
        return False
    kind = (script.attributes.get("type") or "").strip(" \t\n\f\r").lower()
    return kind in _TYPES


_TYPES = frozenset(("", "module", "text/javascript", "application/javascript", "text/ecmascript", "application/ecmascript"))


def calls_in(script: SeenScript) -> list[SeenCall]:
    """The calls in a script, in its order."""
    return []
