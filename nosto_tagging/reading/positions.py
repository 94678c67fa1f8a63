"""Where elements stand in the source: a second pass, over pages that have findings, because the parser keeps no
positions.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

__all__ = ["Place", "Places"]

# What may stand in a selector, and does not end early in the source.
_plain_name = re.compile(r"[a-z][a-z0-9-]*").fullmatch
_NAME_ENDS = frozenset(b" \t\n\f\r/>")
_MARK = "nosto-tagging-place"


class Place(NamedTuple):
    """A line and a column, both counted from 1; the column in characters."""

    line: int
    column: int


class Places:
    """The places of some elements of a page.

    The page is parsed again, with an attribute put into everything that looks like one of their start tags, in a
    comment or a script as well: it says where it stands, and the parser says which of them are elements, and which
    ones. An attribute changes nothing about the tree.
    """

    def __init__(self, source: bytes, tree: LexborHTMLParser, nodes: Iterable[LexborNode]) -> None:
        self._source = source
        self._starts: dict[int, int] = {}
        wanted: dict[str, set[int]] = {}
        for node in nodes:
            if _plain_name(name := node.tag or ""):
                wanted.setdefault(name, set()).add(node.mem_id)
        if not wanted:
            return
        marked = LexborHTMLParser(_marked(source, wanted))
        for name, numbers in wanted.items():
            before, after = tree.css(name), marked.css(name)
            if len(before) == len(after):
                for node, twin in zip(before, after, strict=True):
                    if node.mem_id in numbers and (start := twin.attributes.get(_MARK)):
                        self._starts[node.mem_id] = int(start)

    def place(self, node: LexborNode, offset: int | None = None) -> Place | None:
        """Where an element begins, or what stands so many characters after its start tag; ``None`` where the source
        has no tag for it.
        """
        start = self._starts.get(node.mem_id)
        if start is None:
            return None
        return self._at(start) if offset is None else self._within(_end(self._source, start), offset)

    def _at(self, at: int) -> Place:
        line = bisect_right(self._lines, at)
        before = self._source[self._lines[line - 1] : at]
        return Place(line, len(before.decode("utf-8", "replace")) + 1)

    @cached_property
    def _lines(self) -> list[int]:
        """Where each line begins."""
        return [0, *[end.end() for end in re.finditer(rb"\r\n|\r|\n", self._source)]]

    def _within(self, at: int, characters: int) -> Place:
        # A character has at most four bytes, and the parser has made one of each end of a line.
        held = self._source[at : at + 4 * characters].decode("utf-8", "replace")
        for part in held.split("\r\n"):
            if len(part) >= characters:
                return self._at(at + len(part[:characters].encode()))
            characters -= len(part) + 1
            at += len(part.encode()) + 2
        return self._at(min(at, len(self._source)))


def _marked(source: bytes, names: Collection[str]) -> bytes:
    """The page with its place in each of what looks like a start tag of these names."""
    lowered = source.lower()
    ends: list[tuple[int, int]] = []
    for name in names:
        opening = b"<" + name.encode()
        start = lowered.find(opening)
        while start >= 0:
            end = start + len(opening)
            if end < len(source) and source[end] in _NAME_ENDS:
                ends.append((end, start))
            start = lowered.find(opening, end)
    pieces: list[bytes] = []
    before = 0
    for end, start in sorted(ends):
        # Without quotes: it may stand between some.
        pieces += (source[before:end], b" %b=%d " % (_MARK.encode(), start))
        before = end
    return b"".join((*pieces, source[before:]))


def _end(source: bytes, at: int) -> int:
    """Where the start tag that begins at `at` ends: after the first ``>`` that stands in no quoted value."""
    quote = 0
    value = False
    for at in range(at, len(source)):  # noqa: PLR1704, B020 - from there on
        sign = source[at]
        if quote:
            quote = 0 if sign == quote else quote
        elif sign == ord(">"):
            return at + 1
        elif sign in b"\"'" and value:
            quote = sign
            value = False
        elif sign not in b" \t\n\f\r":
            value = sign == ord("=")
    return len(source)
