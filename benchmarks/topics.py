"""The blocks of each topic, beside the macro that one would write by hand for the same block."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial
from html import unescape
from typing import Any

from jinja2 import Environment

from nosto_tagging import Cart, Customer, Order, Product, block
from nosto_tagging.models.tagging import TaggingModel

__all__ = ["candidates", "growth"]

# Rows as a shop's database gives them: the block that each makes has every field of the row.
CUSTOMER: dict[str, Any] = {
    "email": "jane.doe@example.com",
    "first_name": "Jane",
    "last_name": "Doe",
    "marketing_permission": "true",
    "customer_reference": "5e3d4a9c-cf58-11ea-87d0-0242ac130003",
    "hcid": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "customer_group": "General",
    "gender": "Female",
    "date_of_birth": "1980-01-31",
    "region": "Uusimaa",
    "city": "Helsinki",
    "street": "Bulevardi 21",
}
ITEM: dict[str, Any] = {
    "product_id": "Kayak7",
    "sku_id": "7-1",
    "quantity": 1,
    "name": "Acme Kayak",
    "unit_price": Decimal("799.00"),
    "price_currency_code": "EUR",
}
ORDER: dict[str, Any] = {
    "order_number": "20451",
    "buyer": {name: CUSTOMER[name] for name in ("email", "first_name", "last_name", "marketing_permission")},
    "payment_provider": "invoice",
    "order_status_code": "pending",
    "items": [{**ITEM, "product_id": f"Kayak{number}"} for number in range(10)],
}
SKU: dict[str, Any] = {
    "id": "7-1",
    "name": "Acme Kayak, red",
    "price": Decimal("799.00"),
    "list_price": Decimal("899.00"),
    "url": "https://shop.example.com/kayaks/7?colour=red",
    "image_url": "https://images.example.com/kayaks/7-red.jpg",
    "availability": "InStock",
    "custom_fields": {"colour": "red", "length": "4.2 m"},
}
PRODUCT: dict[str, Any] = {
    "product_id": "Kayak7",
    "name": "Acme Kayak",
    "url": "https://shop.example.com/kayaks/7",
    "image_url": "https://images.example.com/kayaks/7.jpg",
    "availability": "InStock",
    "price": Decimal("799.00"),
    "price_currency_code": "EUR",
    "category": ["/Boats/Kayaks", "/Boats/Kayaks/Sea Kayaks"],
    "brand": "Acme",
    "description": "Goes straight, turns when asked.",
    "list_price": Decimal("899.00"),
    "tags1": ["sea"],
    "rating_value": Decimal("4.5"),
    "review_count": 36,
    "skus": [{**SKU, "id": f"7-{number}"} for number in range(10)],
}
ROWS: dict[str, tuple[type[TaggingModel], dict[str, Any]]] = {
    "customer": (Customer, CUSTOMER),
    "cart of 10": (Cart, {"items": ORDER["items"]}),
    "order of 10": (Order, ORDER),
    "product, 10 SKUs": (Product, PRODUCT),
}


def _spans(of: str, names: Iterable[str]) -> str:
    """Unrolled, field by field: a loop over the names would take longer."""
    return "".join(f'<span class="{name}">{{{{ {of}.{name} }}}}</span>' for name in names)


def _each(of: str, one: str) -> str:
    return f"{{% for each in {of} %}}{one}{{% endfor %}}"


_ITEMS = _each("row['items']", f'<div class="line_item">{_spans("each", ITEM)}</div>')
_SKU = (
    f'<span class="nosto_sku">{_spans("each", list(SKU)[:-1])}<span class="custom_fields">'
    '{% for name, value in each.custom_fields.items() %}<span class="{{ name }}">{{ value }}</span>{% endfor %}'
    "</span></span>"
)
INSIDE = {
    "customer": _spans("row", CUSTOMER),
    "cart of 10": _ITEMS,
    "order of 10": (
        f'{_spans("row", ["order_number"])}<div class="buyer">{_spans("row.buyer", ORDER["buyer"])}</div>'
        f'{_spans("row", ["payment_provider", "order_status_code"])}<div class="purchased_items">{_ITEMS}</div>'
    ),
    "product, 10 SKUs": (
        _spans("row", list(PRODUCT)[:7])
        + _each("row.category", '<span class="category">{{ each }}</span>')
        + _spans("row", ["brand", "description", "list_price"])
        + _each("row.tags1", '<span class="tag1">{{ each }}</span>')
        + _spans("row", ["rating_value", "review_count"])
        + _each("row.skus", _SKU)
    ),
}


def candidates() -> tuple[dict[str, Callable[[], object]], list[tuple[str, str, str, float]]]:
    """What is timed, by name; and the promises: ours, by hand, and the limit of their ratio."""
    env = Environment(autoescape=True)
    functions: dict[str, Callable[[], object]] = {}
    bars: list[tuple[str, str, str, float]] = []
    for topic, (kind, row) in ROWS.items():
        made = kind(**row)
        drawn = str(block(made))
        root = drawn[: drawn.index(">") + 1]
        macro = f"{{% macro draw(row) %}}{root}{INSIDE[topic]}</div>{{% endmacro %}}{{{{ draw(row) }}}}"
        by_hand = partial(env.from_string(macro).render, row=row)
        assert unescape(by_hand()) == unescape(drawn), topic
        functions[f"{topic}, macro by hand"] = by_hand
        functions[f"{topic}, block"] = partial(block, made)
        functions[f"{topic}, validated and block"] = lambda kind=kind, row=row: block(kind(**row))  # type: ignore[misc]  # defaults bind
        limit = 0.3 if topic == "customer" else 0.4
        bars += [
            (f"{topic}, block / by hand", f"{topic}, block", f"{topic}, macro by hand", limit),
            (f"{topic}, validated / by hand", f"{topic}, validated and block", f"{topic}, macro by hand", 0.6),
        ]
    return functions, bars


def growth() -> tuple[dict[str, Callable[[], object]], str, str]:
    """The blocks of carts of 10 and of 10,000 lines; and which is which."""

    def cart(number: int) -> Callable[[], object]:
        return partial(block, Cart(items=[{**ITEM, "product_id": f"Kayak{each}"} for each in range(number)]))

    return {"cart of 10": cart(10), "cart of 10,000": cart(10_000)}, "cart of 10", "cart of 10,000"
