"""Rules on what is not there: the fields that Nosto needs, and elements that hold nothing."""

from __future__ import annotations

from collections.abc import Iterator

from nosto_tagging.reading.findings import Hit, rule
from nosto_tagging.reading.page import CONSENT, Page

_LINE = ("product_id", "quantity", "name", "unit_price", "price_currency_code")
_NEEDED = {
    "line_item": _LINE,
    "nosto_purchase_order": ("order_number",),
    "nosto_product": ("product_id", "name", "url", "image_url", "availability", "price", "price_currency_code"),
    "nosto_sku": ("id", "name", "price", "availability"),
    "variation": ("variation_id", "price_currency_code", "price", "availability"),
}


@rule("field-missing", "error", "A field that Nosto needs is not in its block.")
def field_missing(page: Page) -> Iterator[Hit]:
    for block in page.seen.blocks:
        for part in (block, *block.parts):
            held = {field.name for field in part.fields}
            needed = ("product_id",) if "nosto_basic" in part.classes else _NEEDED.get(part.name, ())
            for name in needed:
                if name not in held:
                    yield Hit(f"The {part.name} has no {name}, which Nosto needs.", None, name, part.node)
            if part.name == "nosto_customer" and held.isdisjoint(("email", "customer_reference")):
                message = "The nosto_customer has neither an email nor a customer_reference, so it is nobody."
                yield Hit(message, None, "email or customer_reference", part.node)
        if block.name == "nosto_purchase_order" and not block.parts_of("line_item"):
            yield Hit("The nosto_purchase_order has no line_item: nothing was bought.", None, "line_item", block.node)


@rule("field-empty", "warning", "An element holds nothing.")
def field_empty(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if not value.text and value.name not in CONSENT:
            yield Hit.of(value, f"The {value.called} is empty; leave out what is not known.", "no element", "")
