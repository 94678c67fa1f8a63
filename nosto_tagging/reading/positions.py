"""Where elements stand in the source: a second pass, over pages that have findings, because the parser keeps no
positions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from nosto_tagging.reading.seen import parsed

__all__ = ["Place", "Places"]

# What may stand in a selector, and does not end early in the source.
_plain_name = re.compile(r"[a-z][a-z0-9-]*").fullmatch
_LAST = ord("Z")
# The parser repeats them where others end, and no more than three that are alike: marked, none are.
_REPEATED = frozenset(("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"))
# What it makes where there is no such tag in the source, or several of where there is one.
_MADE = _REPEATED | {"html", "head", "body", "tbody", "tr", "colgroup", "p", "br", "img"}
_MOST_REPEATED = 1_000
_MARK = "nosto-tagging-place"


class Place(NamedTuple):
    """A line and a column, both counted from 1; the column in characters."""

    line: int
    column: int


class Places:
    """The places of some elements of a page.

    Where each of what looks like a start tag is an element, the first is the first. In every other page, one with a
    tag in a comment or a script, or with a table, out of which the parser moves what does not belong there, the page
    is parsed again, with an attribute put into everything that looks like one of those tags. It says where it stands,
    and the parser says which of them are elements, and which ones: but for what it repeats, an attribute changes
    nothing about the tree.
    """

    def __init__(self, source: bytes, tree: LexborHTMLParser, nodes: Iterable[LexborNode]) -> None:
        self._source = source
        self._starts: dict[int, int] = {}
        self._ends: dict[int, int] = {}
        # Where the last place is: they are asked for in their order, and each goes on from there.
        self._line, self._at_line, self._at_last, self._column = 1, 0, 0, 1
        self._inside: dict[int, tuple[int, int]] = {}
        self._returns = b"\r" in source
        wanted: dict[str, set[int]] = {}
        for node in nodes:
            if _plain_name(name := node.tag or ""):
                wanted.setdefault(name, set()).add(node.mem_id)
        moved = bool(wanted) and bool(_starts(source, "table"))
        doubtful: dict[str, list[int]] = {}
        for name, numbers in wanted.items():
            starts, elements = _starts(source, name), tree.css(name)
            if moved or name in _MADE or len(starts) != len(elements):
                if name not in _REPEATED or len(starts) <= _MOST_REPEATED:  # of more, it would take for ever
                    doubtful[name] = starts
                continue
            for node, start in zip(elements, starts, strict=True):
                if node.mem_id in numbers:
                    self._starts[node.mem_id] = start
        if doubtful:
            marked = parsed(_marked(source, doubtful))
            for name in doubtful:
                self._read(tree.css(name), marked.css(name), wanted[name])

    def _read(self, elements: list[LexborNode], twins: list[LexborNode], numbers: set[int]) -> None:
        if len(elements) == len(twins):
            for node, twin in zip(elements, twins, strict=True):
                if node.mem_id in numbers and (start := twin.attributes.get(_MARK)):
                    self._starts[node.mem_id] = int(start)

    def place(self, node: LexborNode, offset: int | None = None) -> Place | None:
        """Where an element begins, or what stands so many characters after its start tag; ``None`` where the source
        has no tag for it.
        """
        start = self._starts.get(node.mem_id)
        if start is None:
            return None
        if offset is None:
            return self._at(start)
        if start not in self._ends:
            self._ends[start] = _end(self._source, start)
        return self._within(self._ends[start], offset)

    def in_order(self, node: LexborNode | None, offset: int | None = None) -> tuple[int, int]:
        """By this, the places of a page are asked for the fastest."""
        return (-1, -1) if node is None else (self._starts.get(node.mem_id, -1), -1 if offset is None else offset)

    def _at(self, at: int) -> Place:
        if at < self._at_last:
            self._line, self._at_line, self._at_last, self._column = 1, 0, 0, 1
        end = self._source.rfind(b"\n", self._at_last, at) + 1
        if self._returns:
            end = max(end, self._source.rfind(b"\r", self._at_last, at) + 1)
        if end:
            self._line += self._source.count(b"\n", self._at_line, end)
            if self._returns:
                lone = self._source.count(b"\r", self._at_line, end) - self._source.count(b"\r\n", self._at_line, end)
                self._line += lone
            self._at_line = self._at_last = end
            self._column = 1
        self._column += len(self._source[self._at_last : at].decode("utf-8", "replace"))
        self._at_last = at
        return Place(self._line, self._column)

    def _within(self, start: int, characters: int) -> Place:
        at, known = self._inside.get(start, (start, 0))
        if characters < known:
            at, known = start, 0
        at = self._past(at, characters - known)
        self._inside[start] = at, characters
        return self._at(at)

    def _past(self, at: int, characters: int) -> int:
        """The byte that stands so many characters after one."""
        # A character has at most four bytes, and the parser has made one of each end of a line.
        held = self._source[at : at + 4 * characters].decode("utf-8", "replace")
        for part in held.split("\r\n"):
            if len(part) >= characters:
                return at + len(part[:characters].encode())
            characters -= len(part) + 1
            at += len(part.encode()) + 2
        return min(at, len(self._source))


def _starts(source: bytes, name: str) -> list[int]:
    """Where what looks like a start tag of this name begins."""
    letters = b"".join([b"[%c%c]" % (sign, sign - 32) if sign > _LAST else b"%c" % sign for sign in name.encode()])
    return [found.start() for found in re.finditer(rb"<%b[\t\n\f\r />]" % letters, source)]


def _marked(source: bytes, starts: dict[str, list[int]]) -> bytes:
    """The page with its place in each of what looks like a start tag of these names."""
    ends = [(start + len(name) + 1, start) for name, held in starts.items() for start in held]
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
