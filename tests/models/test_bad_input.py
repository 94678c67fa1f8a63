"""Wrong values for every type of field, each with what a shop's developer is told; and that nothing is printed by halves."""

from __future__ import annotations

import itertools
import logging
import math
from datetime import date, datetime, timezone
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
from jinja2 import Environment
from markupsafe import Markup
from pydantic import BaseModel, ValidationError

from nosto_tagging import (
    Buyer,
    Cart,
    LineItem,
    Order,
    PageTagging,
    Product,
    ProductVariation,
    Settings,
    Sku,
    Tagger,
    block,
    snippet,
)
from nosto_tagging.errors import InvalidTagging
from nosto_tagging.jinja import install

LINE: dict[str, Any] = {
    "product_id": "1",
    "quantity": 1,
    "name": "Kayak",
    "unit_price": "9.90",
    "price_currency_code": "EUR",
}
SKU: dict[str, Any] = {"id": "1", "name": "Red", "price": "9.90", "availability": "InStock"}
VARIATION: dict[str, Any] = {
    "variation_id": "CLUB",
    "price_currency_code": "EUR",
    "price": "9.90",
    "availability": "InStock",
}
ORDER: dict[str, Any] = {"order_number": "1", "items": [LINE]}
BASIC: dict[str, Any] = {"product_id": "1", "basic": True}

_DIGITS = "digits with a point and without separators, at most 15 of them and at most 6 after the point"
PRICE = f"must be a price such as 10.50: {_DIGITS}, not negative"
AMOUNT = f"must be an amount such as 10.50: {_DIGITS}"
MEASURE = f"must be a number such as 1.5: {_DIGITS}, not negative"
RATING = "must be a rating from 0 to 5 such as 3.8"
QUANTITY = "must be a whole number from 1"
COUNT = "must be a whole number from 0"
CURRENCY = "must be a currency code of ISO 4217 in upper case, such as 'EUR'"
URL = "must be an absolute URL with http or https and without blanks, such as https://example.com/canoe"
CATEGORY = "must be a path such as '/Mens/Shoes', with '/' and not '>'"
TEXT = "must be text"
IDENTIFIER = "must be text, a whole number of at most 512 bits, or a UUID"
AVAILABILITY = "must be 'InStock', 'OutOfStock', 'Invisible' or 'Discontinued'"
PAGE_TYPE = (
    "must be 'front', 'category', 'product', 'cart', 'checkout', 'order', 'post-purchase', 'search', 'notfound' or "
    "'other'"
)
DATE = "must be a date, or text such as '2011-12-31'"
MOMENT = "must be a date and time, or text such as '2026-11-25 14:30:00'"
CONSENT = "must be true (True, 1, 'true', '1'), false (False, 0, 'false', '0') or not given (None, '')"
HCID = "must be the 64 lower-case hexadecimal digits that hcid() gives"
LIST = "must be a list"
MAPPING = "must be a mapping from names to values"

# What is no number whatever kind of number is asked for.
NO_NUMBER: list[tuple[Any, str]] = [
    (True, "bool"),
    (b"1", "bytes"),
    ([1], "list"),
    ({}, "dict"),
    (1j, "complex"),
    (date(2026, 1, 1), "date"),
    (math.nan, "float"),
    (math.inf, "float"),
    (Decimal("NaN"), "Decimal"),
    (Decimal("-Infinity"), "Decimal"),
    (1e22, "float"),
    (10**15, "int"),
    (Decimal("1e15"), "Decimal"),
    ("ten", "text of 3 characters"),
    ("nan", "text of 3 characters"),
    ("inf", "text of 3 characters"),
    ("1e2", "text of 3 characters"),
    ("+5", "text of 2 characters"),
    ("0x1F", "text of 4 characters"),
    ("1_000", "text of 5 characters"),
    ("1,5", "text of 3 characters"),
    ("1,234.50", "text of 8 characters"),
    ("1 234.50", "text of 8 characters"),
    ("€10", "text of 3 characters"),
    ("10.", "text of 3 characters"),
    (".5", "text of 2 characters"),
    ("١٠", "text of 2 characters"),  # Arabic digits
    ("９.９", "text of 3 characters"),
    ("1\x000", "text of 3 characters"),
    ("1" * 16, "text of 16 characters"),
    ("1" * 1_000_000, "text of 1000000 characters"),
]
NO_DECIMAL: list[tuple[Any, str]] = [
    *NO_NUMBER,
    (0.1 + 0.2, "float"),  # the residue of arithmetic: round it first
    (Decimal(2) / 3, "Decimal"),
    ("1.1234567", "text of 9 characters"),
]
NOT_NEGATIVE: list[tuple[Any, str]] = [*NO_DECIMAL, (-1, "int"), ("-0.01", "text of 5 characters")]
NO_COUNT: list[tuple[Any, str]] = [
    *NO_NUMBER,
    (-1, "int"),
    (1.5, "float"),
    (Decimal("1.5"), "Decimal"),
    ("1.5", "text of 3 characters"),
]
NO_TEXT: list[tuple[Any, str]] = [
    (1, "int"),
    (1.5, "float"),
    (True, "bool"),
    (b"a", "bytes"),
    (["a"], "list"),
    ({"a": "b"}, "dict"),
    (object(), "object"),
]
NO_LIST: list[tuple[Any, str]] = [
    ("abc", "text of 3 characters"),
    (Markup("abc"), "text of 3 characters"),
    (b"abc", "bytes"),
    (1, "int"),
    ({"a": 1}, "dict"),
    (object(), "object"),
    (list, "type"),
    (type("Closed", (), {"__iter__": None})(), "Closed"),
    (Product.model_construct(), "Product"),
    (Enum("Size", "SMALL LARGE")(1), "Size"),  # whose class can be iterated
]
NO_MOMENT: list[tuple[Any, str]] = [
    (date(2026, 11, 25), "date"),
    (1764082800, "int"),
    ("2026-11-25", "text of 10 characters"),
    ("25.11.2026 14:30", "text of 16 characters"),
    ("2026-02-30 10:00:00", "text of 19 characters"),
    ("2026-11-25 24:30:00", "text of 19 characters"),
    ("20261125T143000", "text of 15 characters"),
    (datetime.min.replace(tzinfo=timezone.max), "datetime"),
]

# A model with all that it needs; a field; what is asked for; what is wrong for it.
FIELDS: list[tuple[type[Any], dict[str, Any], str, str, list[tuple[Any, str]]]] = [
    (LineItem, LINE, "product_id", IDENTIFIER, [(None, "None"), (1.5, "float"), (True, "bool"), ([], "list")]),
    (LineItem, LINE, "sku_id", IDENTIFIER, [(1.5, "float"), (2**513, "int")]),
    (LineItem, LINE, "quantity", QUANTITY, [*NO_COUNT, (0, "int"), ("0", "text of 1 character"), (None, "None")]),
    (LineItem, LINE, "name", TEXT, [*NO_TEXT, (None, "None"), (UUID(int=1), "UUID")]),
    (LineItem, LINE, "unit_price", AMOUNT, [*NO_DECIMAL, (None, "None")]),
    (
        LineItem,
        LINE,
        "price_currency_code",
        CURRENCY,
        [
            ("eur", "text of 3 characters"),
            ("EURO", "text of 4 characters"),
            ("€", "text of 1 character"),
            ("ABC", "text of 3 characters"),
            ("BGN", "text of 3 characters"),  # withdrawn
        ],
    ),
    (LineItem, LINE, "price_currency_code", TEXT, [(978, "int"), (None, "None")]),
    (Cart, {}, "hcid", HCID, [("a" * 63, "text of 63 characters"), ("A" * 64, "text of 64 characters")]),
    (
        Cart,
        {},
        "restore_link",
        URL,
        [
            ("/cart", "text of 5 characters"),
            ("//example.com/cart", "text of 18 characters"),
            ("javascript:alert(1)", "text of 19 characters"),
            ("ftp://example.com/cart", "text of 22 characters"),
            ("https:/example.com", "text of 18 characters"),
            ("https://", "text of 8 characters"),
            ("https:///cart", "text of 13 characters"),
            ("http:///cart", "text of 12 characters"),
            ("https://jane@example.com/", "text of 25 characters"),
            ("https://example.com/a b", "text of 23 characters"),
            ("https://example.com/a\tb", "text of 23 characters"),
            ("https://example.com\\@evil", "text of 25 characters"),
            ("https://example.com/\u202ecba", "text of 24 characters"),
        ],
    ),
    (Cart, {}, "restore_link", TEXT, NO_TEXT),
    (Cart, {}, "restore_link", "must be at most 2048 characters", [("https://a/" + "b" * 2048, "text of 2058 characters")]),
    (Cart, {}, "items", LIST, NO_LIST),
    (Order, ORDER, "order_number", IDENTIFIER, [(None, "None"), (1.5, "float")]),
    (Order, ORDER, "created_at", MOMENT, NO_MOMENT),
    (Order, ORDER, "items", LIST, [*NO_LIST, (None, "None")]),
    (Order, ORDER, "buyer", "must be given as fields or a mapping of them", [("Jane", "text of 4 characters"), (1, "int")]),
    (Buyer, {}, "email", "must be an e-mail address such as jane.doe@example.com", [("jane", "text of 4 characters")]),
    (Buyer, {}, "marketing_permission", CONSENT, [("yes", "text of 3 characters"), (2, "int"), (1.0, "float")]),
    (Buyer, {}, "phone", TEXT, NO_TEXT),
    (Product, BASIC, "name", "must be at most 1000 characters", [("a" * 1001, "text of 1001 characters")]),
    (Product, BASIC, "description", "must be at most 100000 characters", [("a" * 100_001, "text of 100001 characters")]),
    (Product, BASIC, "price", PRICE, NOT_NEGATIVE),
    (Product, BASIC, "rating_value", RATING, [*NOT_NEGATIVE, (5.1, "float"), (6, "int"), ("3,8", "text of 3 characters")]),
    (Product, BASIC, "review_count", COUNT, NO_COUNT),
    (Product, BASIC, "unit_pricing_measure", MEASURE, NOT_NEGATIVE),
    (Product, BASIC, "inventory_level", AMOUNT, NO_DECIMAL),
    (
        Product,
        BASIC,
        "availability",
        AVAILABILITY,
        [
            ("Instock", "text of 7 characters"),
            ("in_stock", "text of 8 characters"),
            ("true", "text of 4 characters"),
            (True, "bool"),
            (5, "int"),
            ("http://schema.org/PreOrder", "text of 26 characters"),
            ("http://schema.org/", "text of 18 characters"),
            ("http://schema.org/https://schema.org/InStock", "text of 44 characters"),
        ],
    ),
    (Product, BASIC, "date_published", DATE, [("1.5.2026", "text of 8 characters"), (2026, "int"), (datetime(2026, 1, 1), "datetime")]),  # noqa: DTZ001 - no zone is the point
    (Product, BASIC, "category", LIST, NO_LIST),
    (Product, BASIC, "custom_fields", MAPPING, [(["a"], "list"), ("a", "text of 1 character"), ([("a", "b")], "list")]),
    (Product, BASIC, "basic", "must be true or false", [("maybe", "text of 5 characters"), (3, "int")]),
    (Sku, SKU, "price", PRICE, [*NOT_NEGATIVE, (None, "None")]),
    (ProductVariation, VARIATION, "available", CONSENT, [("yes", "text of 3 characters")]),
    (PageTagging, {}, "page_type", PAGE_TYPE, [("home", "text of 4 characters"), ("Front", "text of 5 characters"), (404, "int")]),
    (PageTagging, {}, "affinity_signals", MAPPING, [(["a"], "list")]),
    (PageTagging, {}, "customer", "must be given as fields or a mapping of them", [(LineItem(**LINE), "LineItem")]),
]  # fmt: skip
CASES = [
    pytest.param(kind, row, field, value, f"{kind.__name__}.{field} {asked}, got {told}", id=f"{kind.__name__}.{field}-{told}-{number}")
    for number, (kind, row, field, asked, values) in enumerate(FIELDS)
    for value, told in values
]  # fmt: skip


@pytest.mark.parametrize(("kind", "row", "field", "value", "message"), CASES)
def test_a_wrong_value_is_refused_with_the_field_the_kind_given_and_what_is_allowed(
    kind: type[Any], row: dict[str, Any], field: str, value: Any, message: str
) -> None:
    with pytest.raises(InvalidTagging) as caught:
        kind(**{**row, field: value})
    assert str(caught.value) == message


# Where something is wrong inside of a field.
INSIDE: list[tuple[type[Any], dict[str, Any], str]] = [
    (Product, {**BASIC, "tags1": ["a", 1]}, f"Product.tags1[1] {TEXT}, got int"),
    (Product, {**BASIC, "category": ["a", "b", "Mens > Shoes"]}, f"Product.category[2] {CATEGORY}, got text of 12 characters"),
    (Product, {**BASIC, "category_id": [1.5]}, f"Product.category_id[0] {IDENTIFIER}, got float"),
    (Product, {**BASIC, "alternate_image_urls": ["x.jpg"]}, f"Product.alternate_image_urls[0] {URL}, got text of 5 characters"),
    (Product, {**BASIC, "custom_fields": {"a": ["b"]}}, f"Product.custom_fields has a name or a value that {IDENTIFIER}, got list"),
    (Product, {**BASIC, "custom_fields": {1.5: "b"}}, f"Product.custom_fields has a name or a value that {IDENTIFIER}, got float"),
    (Product, {**BASIC, "custom_fields": {" ": "b"}}, "Product.custom_fields has a name or a value that must not be blank"),
    (Product, {**BASIC, "custom_fields": {"a": "b", "a ": "c"}}, "Product.custom_fields has a name or a value that must be there once, got two that a page cannot tell apart"),
    (Product, {**BASIC, "skus": [SKU, {**SKU, "price": "9,90"}]}, f"Product.skus[1].price {PRICE}, got text of 4 characters"),
    (Product, {**BASIC, "skus": [{}]}, "Product.skus[0].id must be given; Product.skus[0].name must be given; Product.skus[0].price must be given; Product.skus[0].availability must be given"),
    (Product, {**BASIC, "skus": [{**SKU, "name": " ", "availability": ""}]}, "Product.skus[0].name must not be blank; Product.skus[0].availability must not be blank"),
    (Product, {**BASIC, "skus": ["red"]}, "Product.skus[0] must be given as fields or a mapping of them, got text of 3 characters"),
    (Product, {**BASIC, "skus": [{**SKU, "colour": "red"}]}, "Product.skus[0] has no field 'colour', must be one of: id, name, price, list_price, url, image_url, availability, gtin, custom_fields, inventory_level"),
    (Product, {**BASIC, "variations": {"CLUB": {**VARIATION, "variation_id": "TRADE"}}}, "Product.variations must have under each code the variation of that variation_id, got another"),
    (Product, {**BASIC, "variations": {5: {**VARIATION, "variation_id": 6}}}, "Product.variations must have under each code the variation of that variation_id, got another"),
    (Product, {**BASIC, "variations": {1.5: {"price": 1}}}, f"Product.variations[0].variation_id {IDENTIFIER}, got float; Product.variations[0].price_currency_code must be given; Product.variations[0].availability must be given"),
    (Product, {**BASIC, "variations": {"CLUB": "cheap"}}, "Product.variations must have under each code the variation of that variation_id, got another"),
    (Product, {**BASIC, "variations": [VARIATION, VARIATION]}, "Product.variations must have each variation_id once"),
    (Product, {"product_id": "1", "name": "Kayak", "price": 1}, "Product needs url, image_url, availability, price_currency_code; the minimal form, with nothing but a product_id, is basic=True"),
    (Product, {"product_id": " ", "basic": True}, "Product.product_id must not be blank"),
    (Order, {"order_number": "1", "items": []}, "Order.items must hold what was bought, got nothing"),
    (Order, {"order_number": " ", "items": [LINE]}, "Order.order_number must not be blank"),
    (LineItem, {}, "LineItem.product_id must be given; LineItem.quantity must be given; LineItem.name must be given; LineItem.unit_price must be given; LineItem.price_currency_code must be given"),
    (LineItem, dict.fromkeys(LINE, " "), "; ".join(f"LineItem.{name} must not be blank" for name in LINE)),
    (LineItem, {**LINE, "unit_price": "-5.00"}, "LineItem.unit_price must not be negative, but in a LineItem.pseudo() for a discount"),
    (Cart, {"items": [LINE, {**LINE, "unit_price": -5}]}, "Cart.items[1].unit_price must not be negative, but in a LineItem.pseudo() for a discount"),
    (PageTagging, {"elements": ["a", "b c"]}, "PageTagging.elements[1] must be the id of a placement, without blanks, got text of 3 characters"),
    (PageTagging, {"custom_fields": {"a": "b"}}, "PageTagging.custom_fields has a name or a value that must be a list, got text of 1 character"),
    (PageTagging, {"plugin_version": {}}, "PageTagging.plugin_version needs the version of a module, got none"),
    (PageTagging, {"cart": {"items": [LINE] * 3 + [{**LINE, "quantity": "two"}]}}, f"PageTagging.cart.items[3].quantity {QUANTITY}, got text of 3 characters"),
    (PageTagging, {"products": [{**BASIC, "skus": [{**SKU, "url": "x"}]}]}, f"PageTagging.products[0].skus[0].url {URL}, got text of 1 character"),
    (PageTagging, {"order": {**ORDER, "buyer": {"email": "jane"}}}, "PageTagging.order.buyer.email must be an e-mail address such as jane.doe@example.com, got text of 4 characters"),
    (PageTagging, {"restore_link": "https://a.example.com/", "cart": {"restore_link": "https://b.example.com/"}}, "PageTagging.restore_link must be the cart's, which has another"),
    (PageTagging, {"searchTerms": ["a"]}, f"PageTagging has no field 'searchTerms', must be one of: {', '.join(PageTagging.model_fields)}"),
    (Cart, {"items": itertools.repeat(LINE)}, "Cart.items must hold at most 100000 items, got more"),
    (PageTagging, {"tags": ("a" for _ in range(200_000))}, "PageTagging.tags must hold at most 100000 items, got more"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "row", "message"), INSIDE, ids=[message[:60] for _, _, message in INSIDE])
def test_what_is_wrong_inside_is_told_with_its_place(kind: type[Any], row: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidTagging) as caught:
        kind(**row)
    assert str(caught.value) == message


def test_no_message_tells_what_was_given() -> None:
    secret = "jane.doe@example.com"
    for kind, row in (
        (Cart, {"items": [{**LINE, "quantity": secret, "unit_price": secret, "price_currency_code": secret}]}),
        (Cart, {secret: secret, "items": secret, "restore_link": secret}),
        (Order, {**ORDER, "created_at": secret, "buyer": secret}),
        (Product, {**BASIC, "price": secret, "availability": secret, "skus": [secret], "custom_fields": {secret: {}}}),
        (Product, {**BASIC, "variations": {secret: {"price": secret}}, "category": [secret + ">"]}),
        (PageTagging, {"page_type": secret, "elements": [f"{secret} x"], "affinity_signals": {secret: secret}}),
    ):
        with pytest.raises(InvalidTagging) as caught:
            kind(**row)
        assert secret not in str(caught.value)
        assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_nested_in_somebody_elses_model_an_error_holds_nothing_of_the_data() -> None:
    class Page(BaseModel):
        cart: Cart
        lines: list[LineItem]

    with pytest.raises(ValidationError) as caught:
        Page(cart={"items": [{**LINE, "quantity": "jane"}]}, lines=[{**LINE, "unit_price": "jane"}])  # type: ignore[arg-type]  # as data comes
    assert [(error["loc"], error["msg"]) for error in caught.value.errors()] == [
        (("cart", "items", 0, "quantity"), f"{QUANTITY}, got text of 4 characters"),
        (("lines", 0, "unit_price"), f"{AMOUNT}, got text of 4 characters"),
    ]
    assert "jane" not in str(caught.value)
    assert [error["input"] for error in caught.value.errors()] == [None, None]


# --- nothing is printed by halves

BROKEN = {"items": [LINE, LINE, {**LINE, "unit_price": "nine"}, LINE]}
MESSAGE = f"Cart.items[2].unit_price {AMOUNT}, got text of 4 characters"


@pytest.mark.parametrize(
    "source",
    [
        "{% nosto_cart cart %}",
        "{% nosto_cart_snippet cart %}",
        "{% nosto_cart items=cart['items'] %}",
        "{{ nosto.cart(cart) }}",
        "{{ nosto.cart_snippet(**cart) }}",
        "{% from 'nosto/cart.html' import cart_block %}{{ cart_block(cart) }}",
        "{% from 'nosto/cart.html' import cart_snippet %}{{ cart_snippet(cart) }}",
    ],
)
def test_a_cart_with_one_bad_line_prints_nothing_and_says_which(source: str, caplog: pytest.LogCaptureFixture) -> None:
    env = Environment(autoescape=True)
    install(env)
    with pytest.raises(InvalidTagging) as caught:
        env.from_string(source).render(cart=BROKEN)
    assert str(caught.value) == MESSAGE
    env = Environment(autoescape=True)
    install(env, Settings(errors="log"))
    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        assert env.from_string(f"a{source}b").render(cart=BROKEN) == "ab"
    (record,) = caplog.records
    assert record.getMessage() == f"Left out of <template>, line 1: {MESSAGE}"


def test_what_was_never_validated_is_left_out_whole(caplog: pytest.LogCaptureFixture) -> None:
    bad = LineItem.model_construct(**{**LINE, "sku_id": None, "name": b"Kayak"})
    carts: list[Any] = [
        Cart.model_construct(items=(LineItem(**LINE), bad), hcid=None, restore_link=None),
        Cart.model_construct(items=(LineItem(**LINE), object()), hcid=None, restore_link=None),
        Cart.model_construct(items=(LineItem(**LINE),), hcid=object(), restore_link=None),
    ]
    tagger = Tagger(Settings(errors="log"))
    for cart in carts:
        for verb in (block, snippet):
            with pytest.raises(InvalidTagging, match=r"the model was made without validation$"):
                verb(cart)
        assert tagger.block(cart) == tagger.snippet(cart) == ""
    assert len(caplog.records) == 6


def test_a_product_whose_field_forges_tagging_is_left_out_of_blocks_whole_and_told_by_snippets() -> None:
    product = Product(**BASIC, custom_fields={"material": "wood", "x Price": "1"})
    with pytest.raises(InvalidTagging) as caught:
        block(product)
    assert str(caught.value).startswith(
        "Product.custom_fields must not have a name that is, or holds between blanks, one of the classes by which "
        "Nosto finds tagging, where blocks are printed: age_group, "
    )
    assert '"x Price":"1"' in snippet(product)
    for page in ({"custom_fields": {"a:b": ["c"]}}, {"affinity_signals": {"a:b": ["c"]}}):
        with pytest.raises(InvalidTagging) as caught:
            block(PageTagging(**page))
        (name,) = page
        assert str(caught.value) == (
            f"PageTagging.{name} must not have a name with a colon in it where blocks are printed, which write name:value"
        )
        assert '"a:b":["c"]' in snippet(PageTagging(**page))
