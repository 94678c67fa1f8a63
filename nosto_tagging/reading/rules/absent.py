"""Rules on what is not there: the fields that Nosto needs, and elements that hold nothing."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from typing import TYPE_CHECKING

from nosto_tagging.models import Customer, Order, Product
from nosto_tagging.models.customer import SAYS_WHO
from nosto_tagging.models.product import NEEDED
from nosto_tagging.models.tagging import TaggingPart, parts_of
from nosto_tagging.reading.findings import Hit, rule
from nosto_tagging.reading.given import Given, given_in
from nosto_tagging.reading.names import CLASSES, MODELS
from nosto_tagging.reading.page import CONSENT, Page
from nosto_tagging.reading.seen import SeenBlock
from nosto_tagging.reading.written import Spot, Way

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode


@rule("field-missing", "error", "A field that Nosto needs is not in its block, or not in the object of its call.")
def field_missing(page: Page) -> Iterator[Hit]:
    for block in page.seen.blocks:
        for part in (block, *block.parts):
            if part.name in MODELS:
                for message, expected in _missing(
                    MODELS[part.name], _in_block(part), basic="nosto_basic" in part.classes
                ):
                    empty = part.first(expected)
                    yield Hit(message, None, expected, part.node if empty is None else empty.node)
    for call in page.seen.calls:
        for given in given_in(call):
            if given.known:
                # Scripts do not say which form of a product it is.
                for message, expected in _missing(given.kind, _in_call(given), basic=True):
                    spots = (each.spot for each in given.members if each.field == expected and each.literal == "")
                    yield Hit(message, None, expected, call.script.node, None, next(spots, given.spot))


def _in_block(part: SeenBlock) -> set[str]:
    held = {field.name for field in part.fields if field.text}
    return held | {"items"} if part.parts_of("line_item") else held


def _in_call(given: Given) -> set[str]:
    # Scripts say null where they have nothing.
    return {field for field, _, held, _ in given.members if held not in (None, "") and (field, held) != ("items", [])}


def _missing(kind: type[TaggingPart], held: AbstractSet[str], *, basic: bool) -> Iterator[tuple[str, str]]:
    """What a model needs and has not, each with what is expected."""
    name = CLASSES[kind]
    for field in (*_needed(kind), *(NEEDED if kind is Product and not basic else ())):
        if field not in held:
            yield f"The {name} has no {field}, which Nosto needs.", field
    if kind is Customer and held.isdisjoint(SAYS_WHO):
        either, other = SAYS_WHO
        yield f"The {name} has neither an {either} nor a {other}, so it is nobody.", f"{either} or {other}"
    if kind is Order and "items" not in held:
        yield f"The {name} has no line_item: nothing was bought.", "line_item"


@cache
def _needed(kind: type[TaggingPart]) -> tuple[str, ...]:
    """The fields without which there is no such model."""
    return tuple(
        [name for name, info in kind.model_fields.items() if info.is_required() and name not in parts_of(kind)]
    )


@rule("field-empty", "warning", "An element holds nothing.")
def field_empty(page: Page) -> Iterator[Hit]:
    empty = [value for value in page.values if not value.text and value.name not in CONSENT]
    if not empty:
        return
    missed = {_where(hit.node, hit.spot) for hit in field_missing(page)}
    for value in empty:
        if _where(value.node, value.spot) not in missed:
            yield Hit.of(value, f"The {value.called} is empty; leave out what is not known.", "no element", "")


def _where(node: LexborNode | None, spot: Spot | None) -> tuple[object, Way | None]:
    if spot is not None:
        return id(spot.call), spot.way
    return None if node is None else node.mem_id, None
