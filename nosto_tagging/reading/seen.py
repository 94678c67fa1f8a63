"""What stands in a page, raw: the blocks, the texts, the placements and the calls, before anything is validated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from nosto_tagging.errors import MissingExtra
from nosto_tagging.models.text import trimmed
from nosto_tagging.reading.decoding import as_utf8
from nosto_tagging.reading.limits import is_boundless
from nosto_tagging.reading.names import FIELDS, KINDS, PARTS, PATH, WRAPPED

try:
    from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

    from nosto_tagging.reading.scripts import SeenCall, SeenScript, calls_in, seen_script
except ModuleNotFoundError:
    raise MissingExtra("nosto_tagging.reading", "check") from None

__all__ = ["Seen", "SeenBlock", "SeenCall", "SeenField", "SeenScript", "looked", "parsed"]


class SeenField(NamedTuple):
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
    boundless: bool = False
    """Whether it was not parsed, because that might take for ever; nothing is seen of it then."""

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


# Without the copies that <selectedcontent> asks for, which may be of a copy each.
_AS_IT_STANDS = LexborDocumentOptions.WO_EVENTS


def parsed(source: bytes) -> LexborHTMLParser:
    """The tree of a page in UTF-8, as a browser makes it that runs scripts."""
    return LexborHTMLParser(source, options=_AS_IT_STANDS, scripting=True)


def looked(html: str | bytes) -> Seen:
    """What stands in a page. Of bytes, the encoding is that of a byte order mark or a ``meta``, else UTF-8.

    Takes anything, and never raises for what is in it. What stands in a ``noscript`` or a ``template`` is no element
    to a browser that runs Nosto's client, and is not seen.
    """
    source = as_utf8(html)
    if is_boundless(source):
        return Seen(source, parsed(b""), (), (), (), (), (), boundless=True)
    tree = parsed(source)
    walk = _Walk()
    scripts: list[SeenScript] = []
    for node in tree.css('[class*="nosto_"],script'):
        if node.tag == "script":
            scripts.append(seen_script(node))
        elif node.mem_id not in walk.walked:
            walk.walk(node)
    return Seen(
        source,
        tree,
        tuple([each.seen() for each in walk.blocks]),
        tuple(walk.texts),
        tuple(walk.placements),
        tuple(scripts),
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


class _Place(NamedTuple):
    """Where an element stands: in which block, and in which element around several."""

    block: _Block | None
    wrapper: str
    fields: list[SeenField] | None
    """Of the block, if it is one in which a field's class is what it says."""


_OUTSIDE = _Place(None, "", None)
_CUSTOM = ("custom_fields",)
_NOTHING: tuple[str, ...] = ()


class _Walk:
    """Sorts elements by their classes, each of them once."""

    def __init__(self) -> None:
        self.blocks: list[_Block] = []
        self.texts: list[SeenField] = []
        self.placements: list[SeenField] = []
        self.walked: set[int] = set()
        # The names of the fields around an element. Of one in another of its name, the text is that one's as well: to
        # take both would take for ever in a page of nothing but open tags.
        self._around: set[str] = set()

    def walk(self, root: LexborNode) -> None:
        """Sort an element and all that is in it."""
        around = self._around
        # The elements around, and the one before: which it is, where its children stand, which fields it is.
        above: list[tuple[int, _Place, tuple[str, ...]]] = []
        last_number, last, begun = 0, _OUTSIDE, _NOTHING
        for node in root.css("*"):
            parent = node.parent
            number = 0 if parent is None else parent.mem_id
            if number == last_number:
                above.append((last_number, last, begun))
                around.update(begun)
            else:
                while above and above[-1][0] != number:
                    around.difference_update(above.pop()[2])
            place = above[-1][1] if above else _OUTSIDE
            last_number, last, begun = node.mem_id, place, _NOTHING
            given = node.attributes.get("class")
            if not given:
                continue
            if place.fields is not None and given in FIELDS:  # as most are, with the one class
                if given not in around:
                    place.fields.append(SeenField(given, _text(node), node))
                    begun = (given,)
                continue
            if "nosto_" in given:
                self.walked.add(last_number)
            if place.block is None or place.block.name != "custom_fields":
                last, begun = self._sorted(node, given, place)
            elif "custom_fields" not in around:
                place.block.fields.append(SeenField(given, _text(node), node))
                last, begun = _OUTSIDE, _CUSTOM
        around.clear()

    def _sorted(self, node: LexborNode, given: str, place: _Place) -> tuple[_Place, tuple[str, ...]]:
        """Keep what an element is, by its classes; gives where its children stand, and the fields that it is."""
        classes = _classes(given)
        begun = _NOTHING
        for each in classes:
            block, wrapper, _ = place
            name = WRAPPED.get((wrapper, each), each)
            kind = KINDS.get(name)
            if kind == "field":
                if block is not None and name not in self._around:
                    block.fields.append(SeenField(name, _text(node), node))
                    begun = (*begun, name)
            elif kind == "text":
                if name not in self._around:
                    path = node.css_first(f".{PATH}") if name == "nosto_category" else None
                    self.texts.append(SeenField(name, _text(path or node), node))
                    begun = (*begun, name)
            elif kind == "block":
                new = _Block(name, node, classes)
                place = _Place(new, "", new.fields)
                self.blocks.append(new)
            elif kind == "placement":
                self.placements.append(SeenField(name, node.attributes.get("id") or "", node))
            elif block is not None:
                if name in PARTS.get(block.name, ()):
                    new = _Block(name, node, classes)
                    place = _Place(new, "", None if name == "custom_fields" else new.fields)
                    block.parts.append(new)
                else:
                    place = _Place(block, name, None)
        return place, begun


# The blanks at which HTML divides classes; Python knows more of them.
_BLANKS = str.maketrans("\t\n\f\r", "    ")


def _classes(given: str) -> tuple[str, ...]:
    if " " not in given and given.isprintable():  # with no blank at all
        return (given,)
    return tuple([each for each in dict.fromkeys(given.translate(_BLANKS).split(" ")) if each])


def _text(node: LexborNode) -> str:
    text = trimmed(node.text_lexbor())
    return text if len(text) <= _LONGEST else text[:_LONGEST]


_LONGEST = 100_001
"""Characters, one more than any field may have: so much of a text is kept."""
