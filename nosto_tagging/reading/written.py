"""Where the literals of calls are written in their scripts: looked for when something is said of one, not before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias, cast

from tree_sitter import Node

from nosto_tagging.reading.literals import children
from nosto_tagging.reading.scripts import Characters, SeenCall

__all__ = ["Spot", "Way", "offsets"]

Way: TypeAlias = "tuple[Way | None, object]"
"""The way to a literal: the number of the call's step, that of the argument, then names and numbers; the last is
outermost, so that all ways through an object share theirs to it.
"""


class Spot(NamedTuple):
    """A literal in a call."""

    call: SeenCall
    way: Way

    def inside(self, key: object) -> Spot:
        """What stands in it, under that name or number."""
        return Spot(self.call, (self.way, key))


def offsets(spots: Iterable[Spot]) -> list[int]:
    """Where each is written in its script's source, in characters; of what is told as data, where that begins."""
    looked = _Looked()
    found = [(spot.call, looked.node(spot)) for spot in spots]
    starts = [call.offset for call, _ in found]
    characters: dict[int, Characters] = {}
    # Each script is gone through once, from its beginning.
    written = [(node.start_byte, number, call) for number, (call, node) in enumerate(found) if node is not None]
    for byte, number, call in sorted(written, key=lambda each: each[:2]):
        script = call.script.node.mem_id
        if script not in characters:
            characters[script] = Characters(call.script)
        starts[number] = characters[script].at(byte)
    return starts


class _Looked:
    """The syntax of what was looked for, so that the items of a long array are counted once."""

    def __init__(self) -> None:
        self._children: dict[int, dict[object, Node]] = {}

    def node(self, spot: Spot) -> Node | None:
        """The innermost node on the way that is known."""
        if not spot.call.written:
            return None
        *keys, step = _keys(spot.way)
        node = spot.call.written[cast("int", step)]
        for key in reversed(keys):
            if node.id not in self._children:
                self._children[node.id] = children(node)
            inner = self._children[node.id].get(key)
            if inner is None:
                break
            node = inner
        return node


def _keys(way: Way) -> list[object]:
    keys: list[object] = []
    left: Way | None = way
    while left is not None:
        left, key = left
        keys.append(key)
    return keys
