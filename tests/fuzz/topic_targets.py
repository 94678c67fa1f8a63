"""Carts, orders, products and pages from any values in any field: taken or refused, and what is taken arrives."""

from __future__ import annotations

import copy
import json
from typing import Any, cast

from fuzz.given import value
from fuzz.python_targets import door
from fuzz.reading import calls
from support import page
from support.topics import leaves

from nosto_tagging import Cart, Order, PageTagging, Product, Settings, Tagger, block, snippet, statement
from nosto_tagging.errors import InvalidArgument, InvalidTagging
from nosto_tagging.models.tagging import TaggingModel

__all__ = ["topics"]

LINE = {
    "product_id": "1",
    "sku_id": "1",
    "quantity": 1,
    "name": "x",
    "unit_price": "1.50",
    "price_currency_code": "EUR",
}
SKU = {"id": "1", "name": "x", "price": 1, "availability": "InStock", "custom_fields": {"size": "S"}}
VARIATION = {"variation_id": "A", "price_currency_code": "EUR", "price": 1, "availability": "InStock"}
ROWS: list[tuple[type[TaggingModel], dict[str, Any]]] = [
    (Cart, {"items": [LINE, LINE]}),
    (Order, {"order_number": "1", "buyer": {"email": "jane.doe@example.com"}, "items": [LINE]}),
    (
        Product,
        {"product_id": "1", "basic": True, "skus": [SKU], "variations": [VARIATION], "custom_fields": {"a": "b"}},
    ),
    (PageTagging, {"page_type": "front", "custom_fields": {"a": ["b"]}, "tags": ["c"]}),
]


def topics(given: list[bytes]) -> None:
    """The first piece picks the topic; in the others a byte picks a field, on the outside or in a part, and a value follows."""
    kind, harmless = ROWS[given[0][0] % len(ROWS)] if given and given[0] else ROWS[0]
    row = copy.deepcopy(harmless)
    places = list(_places(kind, row))
    for piece in given[1:]:
        if len(piece) > 1:
            holder, name = places[piece[0] % len(places)]
            holder[name] = value(piece[1:])
    made = door(lambda: kind.model_validate(row), InvalidTagging)
    if made is None:
        return
    if isinstance(made, PageTagging) and (made.customer or made.cart or made.order or made.products):
        door(lambda: block(made), InvalidTagging)  # a model in it may have been made past validation
        door(lambda: statement(made), InvalidTagging)
        return
    assert json.loads(json.dumps(made.payload())) == made.payload()
    _arrives(made)


def _places(kind: type[TaggingModel], row: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Each field that may be set: of the model, and of the parts and maps that the row has."""
    found = [(row, name) for name in kind.model_fields]
    for held in row.values():
        for part in held if isinstance(held, list) else [held]:
            if isinstance(part, dict):
                found += [(cast("dict[str, Any]", part), name) for name in [*part, "list_price", "url", "gtin"]]
    return found


def _arrives(made: TaggingModel) -> None:
    printed = door(lambda: block(made), InvalidTagging)
    if printed is not None:
        assert printed.isascii()
        assert page.leaves(printed) == leaves(cast("Any", made)), printed
    told = statement(made)
    assert told.isascii()
    payload = made.payload("provider")
    if isinstance(made, Cart):
        assert calls(told) == [("resendCartContent", [payload])], told
    elif isinstance(made, PageTagging):
        assert calls(told) == [("setTaggingProvider", [name, held]) for name, held in payload.items()], told
    else:
        key, held = ("order", payload) if isinstance(made, Order) else ("products", [payload])
        assert calls(told) == [("setTaggingProvider", [key, held])], told
    if told:
        assert page.script(page.PAGE.format(snippet(made))) == told
    tagger = Tagger(Settings(leave_out_email=True, errors="log", enabled=True))
    door(lambda: tagger.snippet(made), InvalidArgument)
