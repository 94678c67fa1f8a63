"""The rule on values that `read` leaves out, and of which no rule on single values says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nosto_tagging.models import PageTagging
from nosto_tagging.reading.dropped import is_dropped, misplaced, why_dropped
from nosto_tagging.reading.findings import Hit, rule
from nosto_tagging.reading.given import given_in
from nosto_tagging.reading.literals import items, members
from nosto_tagging.reading.made import refused, sound
from nosto_tagging.reading.page import Page, Value, masked
from nosto_tagging.reading.rules.fields import JUDGES, is_price
from nosto_tagging.reading.written import Spot


@rule(
    "value-dropped",
    "warning",
    "A value is none that its field may hold, by the models of this library, and no other rule here says so.",
)
def value_dropped(page: Page) -> Iterator[Hit]:
    wrong = tuple([value for value in page.values if value.text and value.given is not None and is_dropped(value)])
    alone = replace(page, values=wrong)
    told = {id(hit.value) for look in JUDGES for hit in look(alone)}
    for value in wrong:
        if value.name != "nosto_page_type" and id(value) not in told:
            yield Hit.of(value, f"The {value.called} {why_dropped(value)}; it is left out.")
    for call in page.seen.calls:
        for given in given_in(call):
            for value, why in misplaced(given):
                yield Hit.of(value, f"The {value.called} {why}; it is left out.", None, _found(value))
    for placement in page.seen.placements:
        if not sound(PageTagging, "elements", [placement.text]):
            what = refused(PageTagging, "elements", [placement.text])
            yield Hit(
                f"The id of the nosto_element {what}; it is left out.", masked(placement.text), None, placement.node
            )
    yield from _negative(page)


def _found(value: Value) -> str | None:
    given = value.given
    return "an object" if isinstance(given, dict) else "an array" if isinstance(given, list) else None


def _negative(page: Page) -> Iterator[Hit]:
    """The lines that cost less than nothing, and are no discounts."""
    message = "The unit_price in line_item is negative, which only a discount's is; the line is left out."
    expected = "the product_id -1"
    for block in page.seen.blocks:
        for line in block.parts_of("line_item"):
            price, product = line.first("unit_price"), line.first("product_id")
            if price is not None and product is not None and _is_negative(price.text) and product.text != "-1":
                yield Hit(message, masked(price.text), expected, price.node)
    for call in page.seen.calls:
        for step, (_, given) in enumerate(call.steps):
            for argument, told in enumerate(given):
                for number, told_line in enumerate(map(members, items(members(told).get("items")))):
                    price_told, product_told = str(told_line.get("unit_price")), str(told_line.get("product_id"))
                    if _is_negative(price_told) and product_told != "-1":
                        spot = Spot(call, ((((((None, step), argument), "items"), number), "unit_price")))
                        yield Hit(message, masked(price_told), expected, call.script.node, None, spot)


def _is_negative(text: str) -> bool:
    return text.startswith("-") and is_price(text) and text.strip("-0.") != ""
