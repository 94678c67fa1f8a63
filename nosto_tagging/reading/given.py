"""What a page's calls give for each model: the literal that should be its object, and what that has for its fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from nosto_tagging.models import Buyer, Order, PageTagging
from nosto_tagging.models.product import ProductVariation
from nosto_tagging.models.tagging import TaggingPart, parts_of
from nosto_tagging.reading.literals import UNREAD, items, members
from nosto_tagging.reading.made import names_of
from nosto_tagging.reading.names import CLASSES
from nosto_tagging.reading.page import Value, told_of
from nosto_tagging.reading.seen import SeenCall
from nosto_tagging.reading.written import Spot

__all__ = ["Given", "Member", "given_in"]


class Member(NamedTuple):
    """What stands in an object for a field."""

    field: str
    name: str
    literal: object
    spot: Spot


class Given(NamedTuple):
    """What is given for a model."""

    kind: type[TaggingPart]
    block: str
    part: str
    literal: object
    spot: Spot
    members: tuple[Member, ...] = ()
    """Those of an object that have a field, in its order."""
    known: bool = False
    """Whether all that the object has is known."""

    def value(self, name: str, literal: object, spot: Spot) -> Value:
        """A literal in it, as a value of that name."""
        text = "" if isinstance(literal, dict | list | tuple) else str(literal)
        return Value(self.block, self.part, name, text, literal, "call", spot.call.script.node, spot)


def given_in(call: SeenCall) -> Iterator[Given]:
    """What a call gives, from the outside to the inside; first of all what it tells for a field of the page's."""
    for field, block, name, _, literal, spot in told_of(call):
        told = (Member(field, name, literal, spot),)
        yield Given(PageTagging, block, block, None, spot, told)
        yield from _parts(PageTagging, block, told)


def _given(kind: type[TaggingPart], block: str, literal: object, spot: Spot, *more: Member) -> Iterator[Given]:
    held = members(literal)
    found = [*more, *_members(kind, held, spot)]
    known = isinstance(literal, dict) and "..." not in held
    if kind is Order and "info" in held:
        info, inside = held["info"], spot.inside("info")
        found += _members(kind, members(info), inside)
        known = known and info is not UNREAD and "..." not in members(info)
        yield from _given(Buyer, block, info, inside)
    yield Given(kind, block, CLASSES[kind], literal, spot, tuple(found), known)
    yield from _parts(kind, block, found)


def _members(kind: type[TaggingPart], held: dict[object, object], spot: Spot) -> Iterator[Member]:
    names = names_of(kind)
    for name, literal in held.items():
        if isinstance(name, str) and name in names:
            yield Member(names[name], name, literal, spot.inside(name))


def _parts(kind: type[TaggingPart], block: str, found: Iterable[Member]) -> Iterator[Given]:
    """What the members give that hold models."""
    parts = parts_of(kind)
    for field, _, literal, spot in found:
        if field not in parts:
            continue
        part, several = parts[field]
        if not several:
            yield from _given(part, block, literal, spot)
        for number, each in enumerate(items(literal) if several else ()):
            yield from _given(part, block, each, spot.inside(number))
        if part is ProductVariation:  # which may stand under their codes
            for code, each in members(literal).items():
                at = spot.inside(code)
                yield from _given(part, block, each, at, Member("variation_id", "variation_id", code, at))
