"""The comments on a page by which it switches rules off: ``<!-- nosto-tagging: ignore code, code -->``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nosto_tagging.reading.seen import Seen
from nosto_tagging.settings import codes_in

# Not before `seen`, which says which extra is missing.
if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

__all__ = ["ignored_in", "switches_in"]

_SWITCH = "nosto-tagging:"


def ignored_in(seen: Seen) -> frozenset[str]:
    """The codes that the comments on a page switch off, of rules that there are or not."""
    return frozenset(code for _, codes in switches_in(seen) for code in codes)


def switches_in(seen: Seen) -> Iterator[tuple[LexborNode, list[str]]]:
    """The comments on a page that switch rules off, each with the codes that it names."""
    if _SWITCH.encode() not in seen.source:
        return
    root = seen.tree.root
    document = None if root is None else root.parent  # in which comments stand before its root, and after
    for node in () if document is None else document.traverse(include_text=True):
        if node.is_comment_node:
            before, switch, told = (node.comment_content or "").partition(_SWITCH)
            verb, *codes = codes_in(told) or ("",)
            if switch and not before.strip() and verb == "ignore":
                yield node, codes
