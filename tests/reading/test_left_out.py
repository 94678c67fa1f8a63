"""What does not validate is left out, as little of it as can be."""

from __future__ import annotations

from typing import Any

import pytest

from nosto_tagging.models import Cart, Customer, LineItem, Order, PageTagging, Product
from nosto_tagging.models.tagging import TaggingPart
from nosto_tagging.reading.made import from_data

JANE = {"email": "jane.doe@example.com"}
ITEM = {"product_id": "1", "quantity": 1, "name": "Kayak", "unit_price": "799.00", "price_currency_code": "EUR"}
VARIATION = {"price_currency_code": "EUR", "price": 1, "availability": "InStock"}


@pytest.mark.parametrize(
    ("kind", "data", "made"),
    [
        (Customer, {**JANE, "hcid": "1", "first_name": 5, "unknown": 1, 3: 4}, Customer(**JANE)),
        (Customer, {"hcid": "1"}, None),
        (Customer, "jane.doe@example.com", None),
        (Customer, {**JANE, "newsletter": "yes"}, Customer(**JANE)),
        (Customer, {**JANE, "newsletter": True, "marketing_permission": False}, Customer(**JANE, marketing_permission=True)),
        (LineItem, {**ITEM, "unit_price": -1}, None),
        (LineItem, {**ITEM, "sku_id": []}, LineItem(**ITEM)),
        (Cart, {"items": [ITEM, {**ITEM, "quantity": 0}, 7]}, Cart(items=[ITEM])),
        (Cart, {"items": 7}, Cart()),
        (Order, {"info": {"order_number": "1", "email": "x"}, "items": [ITEM]}, Order(order_number="1", items=[ITEM])),
        (Order, {"info": {"order_number": "1"}, "items": []}, None),
        (Order, {"order_number": "1", "order_status": "ok", "buyer": {"first_name": "Jane"}, "items": [ITEM]},
         Order(order_number="1", order_status_code="ok", buyer={"first_name": "Jane"}, items=[ITEM])),
        (Product, {"product_id": "1", "price": "1,5", "category": ["/A", "A>B", None, 3]},
         Product(product_id="1", basic=True, category=["/A"])),
        (Product, {"product_id": "1", "category": "A"}, Product(product_id="1", basic=True)),
        (Product, {"product_id": "1", "custom_fields": {"a": "x", "b": [], "c" * 1001: "y", "d": None}},
         Product(product_id="1", basic=True, custom_fields={"a": "x"})),
        (Product, {"product_id": "1", "variations": [{**VARIATION, "variation_id": "A"},
                                                     {**VARIATION, "variation_id": "A", "price": 2}]},
         Product(product_id="1", basic=True, variations=[{**VARIATION, "variation_id": "A"}])),
        (PageTagging, {"categories": ["x>y"], "tags": ["a"], "pageType": "home"}, PageTagging(tags=["a"])),
        (PageTagging, {"cart": {"restore_link": "https://example.com/1"}, "restoreLink": "https://example.com/2"},
         PageTagging(cart={"restore_link": "https://example.com/1"})),
        (PageTagging, {"customFields": {"a": ["x", 5], "b": ["y"], 3: ["z"]}}, PageTagging(custom_fields={"a": ["x"], "b": ["y"], "3": ["z"]})),
        (PageTagging, {"elements": ["a b", "c"]}, PageTagging(elements=["c"])),
    ],
)  # fmt: skip
def test_the_rest_is_taken(kind: type[TaggingPart], data: Any, made: TaggingPart | None) -> None:
    assert from_data(kind, data) == made


def test_a_long_list_is_gone_through_once() -> None:
    page = from_data(PageTagging, {"tags": [5, "a"] * 20_000})
    assert page is not None and len(page.tags) == 20_000
