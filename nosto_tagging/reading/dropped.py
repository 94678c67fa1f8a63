"""Which values of a page `read` leaves out, because the fields that they are for may not hold them."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple, get_origin

from nosto_tagging.models import Buyer, Cart, Customer, LineItem, Order, PageTagging, Product
from nosto_tagging.models.product import ProductVariation, Sku
from nosto_tagging.models.tagging import TaggingPart, parts_of, printed
from nosto_tagging.models.text import trimmed
from nosto_tagging.reading.made import names_of, refused, sound
from nosto_tagging.reading.page import Value
from nosto_tagging.validation import is_list

__all__ = ["is_address", "is_dropped", "why_dropped"]

_KINDS: dict[str, type[TaggingPart]] = {
    "nosto_customer": Customer,
    "nosto_cart": Cart,
    "nosto_purchase_order": Order,
    "nosto_product": Product,
    "line_item": LineItem,
    "buyer": Buyer,
    "nosto_sku": Sku,
    "variation": ProductVariation,
}
_CUSTOM = "custom field "


class _Field(NamedTuple):
    kind: type[TaggingPart]
    name: str
    several: bool
    named: bool


def is_dropped(value: Value) -> bool:
    """Whether `read` leaves a value out: not of what it has no field for."""
    field = _field(value)
    if field is None:
        return False
    held = _held(value, field)
    return held is None or not sound(field.kind, field.name, held)


def why_dropped(value: Value) -> str:
    """Why it does, as the end of a sentence."""
    field = _field(value)
    if field is None:
        return "has no field"
    held = _held(value, field)
    if held is None:  # a text without a colon, or with nothing after it
        return "must be a name, a colon and a value"
    return refused(field.kind, field.name, held)


def _held(value: Value, field: _Field) -> object:
    """A value as its field takes it."""
    if not field.named:
        in_list = value.listed or (field.several and value.origin == "block")
        return [value.given] if in_list else value.given
    if not value.name.startswith(_CUSTOM):
        name, _, text = value.text.partition(":")
        return {name: [text]} if trimmed(text) else None
    name = value.name.removeprefix(_CUSTOM)
    return {name: [value.given] if value.listed else value.given}


def is_address(value: Value) -> bool:
    """Whether a value is to be an e-mail address."""
    field = _field(value)
    return field is not None and field.name == "email"


def _field(value: Value) -> _Field | None:
    """The field that a value is for."""
    kind = _KINDS.get(value.part)
    if value.name.startswith(_CUSTOM):
        if kind is None:
            return _fields(PageTagging, block=True).get(value.part)
        return _fields(kind, block=True).get("custom_fields")
    if kind is None:
        return _fields(PageTagging, block=True).get(value.name)
    if value.origin == "block":
        return _fields(kind, block=True).get(value.name)
    if kind is Customer and value.name == value.part:  # customer("jane.doe@example.com")
        return _fields(kind, block=True)["email"]
    found = _fields(kind, block=False).get(value.name)
    return _fields(Order, block=False).get(value.name) if found is None and kind is Buyer else found


@cache
def _fields(kind: type[TaggingPart], *, block: bool) -> dict[str, _Field]:
    """The fields of a class that hold no parts, by their names in a block, or by all that they have."""
    names = {called: field for field, called, _ in printed(kind, "block")} if block else names_of(kind)
    return {
        called: _Field(kind, field, is_list(held), get_origin(held) is dict)
        for called, field in names.items()
        if field not in parts_of(kind)
        for held in [kind.model_fields[field].annotation]
    }
