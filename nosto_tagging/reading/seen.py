"""What stands in a page, raw: the blocks, the texts, the placements and the calls, before anything is validated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from nosto_tagging.errors import MissingExtra
from nosto_tagging.models.text import trimmed
from nosto_tagging.reading.decoding import as_utf8
from nosto_tagging.reading.names import BLOCKS, FIELDS, PARTS, TEXTS, WRAPPED

try:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from nosto_tagging.reading.scripts import SeenCall, SeenScript, calls_in, seen_script
except ModuleNotFoundError:
    raise MissingExtra("nosto_tagging.reading", "check") from None

__all__ = ["Seen", "SeenBlock", "SeenCall", "SeenField", "SeenScript", "looked"]


@dataclass(frozen=True, slots=True)
class SeenField:
    """An element by whose class Nosto finds a value: the class, and its text, trimmed.

    In a block's ``custom_fields``, ``name`` is the whole class attribute. Of a placement, ``text`` is the id.
    """

    name: str
    text: str
    node: LexborNode


@dataclass(frozen=True, slots=True)
class SeenBlock:
    """A block, or a part of one (``line_item``, ``nosto_sku``, ``variation``, ``buyer``, ``custom_fields``).

    ``fields`` stand in it and in none of its ``parts``, in the order of the page.
    """

    name: str
    node: LexborNode
    classes: tuple[str, ...]
    fields: tuple[SeenField, ...]
    parts: tuple[SeenBlock, ...]

    def first(self, name: str) -> SeenField | None:
        """The first field of that name, which is the one that counts where only one may stand."""
        return next((each for each in self.fields if each.name == name), None)

    def all(self, name: str) -> list[SeenField]:
        """Every field of that name."""
        return [each for each in self.fields if each.name == name]

    def parts_of(self, name: str) -> list[SeenBlock]:
        """Every part of that name."""
        return [each for each in self.parts if each.name == name]


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands in a page, in its order."""

    source: bytes
    """The page as the parser got it, in UTF-8."""
    tree: LexborHTMLParser
    blocks: tuple[SeenBlock, ...]
    """``nosto_customer``, ``nosto_cart``, ``nosto_purchase_order`` and ``nosto_product``."""
    texts: tuple[SeenField, ...]
    """The elements that hold nothing but a text, ``nosto_page_type``, ``nosto_category``, …"""
    placements: tuple[SeenField, ...]
    """``nosto_element``."""
    scripts: tuple[SeenScript, ...]
    """Every script element."""
    calls: tuple[SeenCall, ...]
    """The calls of Nosto's ``api`` in them."""

    @property
    def page_type(self) -> SeenField | None:
        """The first ``nosto_page_type``."""
        return next((each for each in self.texts if each.name == "nosto_page_type"), None)

    def blocks_of(self, name: str) -> list[SeenBlock]:
        """Every block of that class."""
        return [each for each in self.blocks if each.name == name]

    def texts_of(self, name: str) -> list[SeenField]:
        """Every text of that class."""
        return [each for each in self.texts if each.name == name]


def looked(html: str | bytes) -> Seen:
    """What stands in a page. Of bytes, the encoding is that of a byte order mark or a ``meta``, else UTF-8.

    Takes anything, and never raises for what is in it.
    """
    source = as_utf8(html)
    tree = LexborHTMLParser(source)
    found = _Found()
    walked: set[int] = set()
    for node in tree.css('[class*="nosto_"]'):
        if node.mem_id not in walked:
            _walk(node, found, walked)
    scripts = tuple([seen_script(node) for node in tree.css("script")])
    return Seen(
        source,
        tree,
        tuple([each.seen() for each in found.blocks]),
        tuple(found.texts),
        tuple(found.placements),
        scripts,
        tuple([call for script in scripts for call in calls_in(script)]),
    )


# Elements by their classes --------------------------------------------------------------------------------------------


def _no_blocks() -> list[_Block]:
    return []


@dataclass(slots=True)
class _Block:
    """A block while the elements in it are gone through."""

    name: str
    node: LexborNode
    classes: tuple[str, ...]
    fields: list[SeenField] = field(default_factory=list[SeenField])
    parts: list[_Block] = field(default_factory=_no_blocks)

    def seen(self) -> SeenBlock:
        # A part has no parts but custom fields, and those none: it is three deep at most.
        parts = tuple([each.seen() for each in self.parts])
        return SeenBlock(self.name, self.node, self.classes, tuple(self.fields), parts)


@dataclass(slots=True)
class _Found:
    blocks: list[_Block] = field(default_factory=_no_blocks)
    texts: list[SeenField] = field(default_factory=list[SeenField])
    placements: list[SeenField] = field(default_factory=list[SeenField])


_NONE: frozenset[str] = frozenset()


class _Place(NamedTuple):
    """Where an element stands: in which block, in fields of which names, in which element around several.

    Of one field in another of its name, the text is that one's as well. To take both would take for ever in a page of
    nothing but open tags.
    """

    block: _Block | None = None
    within: frozenset[str] = _NONE
    wrapper: str = ""


_OUTSIDE = _Place()


def _walk(root: LexborNode, found: _Found, walked: set[int]) -> None:
    """Sort an element with one of Nosto's classes, and all that is in it; each is gone through once."""
    stack: list[tuple[Iterator[LexborNode], _Place]] = [(iter((root,)), _OUTSIDE)]
    while stack:
        children, place = stack[-1]
        node = next(children, None)
        if node is None:
            stack.pop()
            continue
        given = node.attributes.get("class")
        if given:
            if "nosto_" in given:
                walked.add(node.mem_id)
            inner = _sorted(node, given, place, found)
            if inner is None:
                continue
            place = inner
        stack.append((node.iter(), place))


# The blanks at which HTML divides classes; Python knows more of them.
_BLANKS = str.maketrans("\t\n\f\r", "    ")


def _classes(given: str) -> tuple[str, ...]:
    if " " not in given and given.isprintable():  # with no blank but the plain one
        return (given,)
    return tuple([each for each in dict.fromkeys(given.translate(_BLANKS).split(" ")) if each])


def _text(node: LexborNode) -> str:
    return trimmed(node.text())[:_LONGEST]


_LONGEST = 100_001
"""Characters, one more than any field may have: so much of a text is kept."""


def _sorted(node: LexborNode, given: str, place: _Place, found: _Found) -> _Place | None:
    """Keep what an element is, by its classes; gives where its children stand, nothing if they do not count."""
    block = place.block
    if block is not None and block.name == "custom_fields":
        block.fields.append(SeenField(given, _text(node), node))
        return None
    within, wrapper = place.within, place.wrapper
    classes = _classes(given)
    for name in classes:
        if name in BLOCKS:
            block, wrapper = _Block(name, node, classes), ""
            found.blocks.append(block)
        elif name in TEXTS:
            if name not in within:
                found.texts.append(SeenField(name, _text(node), node))
                within |= {name}
        elif name == "nosto_element":
            found.placements.append(SeenField(name, node.attributes.get("id") or "", node))
        elif block is None:
            continue
        elif name in PARTS.get(block.name, ()):
            part = _Block(name, node, classes)
            block.parts.append(part)
            block, wrapper = part, ""
        elif (called := WRAPPED.get((wrapper, name), name)) in FIELDS:
            if called not in within:
                block.fields.append(SeenField(called, _text(node), node))
                within |= {called}
        else:
            wrapper = name
    return _Place(block, within, wrapper)
