"""What `read` leaves out because it does not validate, `check` says something of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nosto_tagging import check, read
from nosto_tagging.markup.escape import text as escaped
from nosto_tagging.models import Buyer, Cart, Customer, LineItem, Order, PageTagging, Product
from nosto_tagging.models.product import ProductVariation, Sku
from nosto_tagging.models.tagging import TaggingPart, parts_of, printed
from nosto_tagging.models.text import as_carried
from nosto_tagging.validation import is_list

Fields = dict[str, str]
JANE = "jane.doe@example.com"
HIDDEN = 'hidden translate="no"'
LINE = {"product_id": "7", "quantity": "1", "name": "Canoe", "unit_price": "9.00", "price_currency_code": "EUR"}
PRODUCT = {
    "product_id": "7",
    "name": "Canoe",
    "url": "https://shop.example.com/canoe",
    "image_url": "https://shop.example.com/canoe.jpg",
    "availability": "InStock",
    "price": "9.00",
    "price_currency_code": "EUR",
}
SKU = {"id": "7-1", "name": "Red", "price": "9.00", "availability": "InStock"}
VARIATION = {"variation_id": "VIP", "price_currency_code": "EUR", "price": "9.00", "availability": "InStock"}
CUSTOMER = {"email": JANE, "customer_reference": "b7c9d06a-8c0e-4f2a-9d0e-0242ac130003"}


def spans(fields: Fields) -> str:
    return "".join([f'<span class="{name}">{escaped(held)}</span>' for name, held in fields.items()])


def block(name: str, inner: str) -> str:
    return f'<div class="{name}" {HIDDEN}>{inner}</div>'


def part(name: str, inner: str) -> str:
    return f'<div class="{name}">{inner}</div>'


def order(fields: str, buyer: str, line: str) -> str:
    return block("nosto_purchase_order", fields + part("buyer", buyer) + part("line_item", line))


class Place(NamedTuple):
    """Where fields stand: the model of theirs, what else it needs, and the page around ``{}``."""

    kind: type[TaggingPart]
    needed: Fields
    page: str

    def filled(self, fields: Fields) -> str:
        if self.kind is PageTagging and self.page == "{}":
            return "".join([block(name, escaped(held)) for name, held in fields.items()])
        return self.page.replace("{}", spans(fields))


NUMBER = {"order_number": "M-1445"}
BUYER = spans({"email": JANE})
PLACES = {
    "customer": Place(Customer, CUSTOMER, block("nosto_customer", "{}")),
    "cart": Place(Cart, {}, block("nosto_cart", "{}")),
    "line": Place(LineItem, LINE, block("nosto_cart", part("line_item", "{}"))),
    "order": Place(Order, NUMBER, order("{}", BUYER, spans(LINE))),
    "bought": Place(LineItem, LINE, order(spans(NUMBER), BUYER, "{}")),
    "buyer": Place(Buyer, {"email": JANE}, order(spans(NUMBER), "{}", spans(LINE))),
    "product": Place(Product, PRODUCT, block("nosto_product", "{}")),
    "basic": Place(Product, {"product_id": "7"}, block("nosto_product nosto_basic", "{}")),
    "sku": Place(Sku, SKU, block("nosto_product", spans(PRODUCT) + part("nosto_sku", "{}"))),
    "variation": Place(ProductVariation, VARIATION, block("nosto_product", spans(PRODUCT) + part("variation", "{}"))),
    "page": Place(PageTagging, {}, "{}"),
    "custom": Place(PageTagging, {}, block("nosto_product", spans(PRODUCT) + part("custom_fields", "{}"))),
}
FIELDS = [
    (place, name)
    for place, (kind, _, _) in PLACES.items()
    if place != "custom"
    for field, name, _ in printed(kind, "block")
    if field not in parts_of(kind) and name not in ("custom_fields", "elements")
    if (place, name) != ("page", "restore_link")  # which stands in the cart
] + [("custom", "care")]
BAD = [
    "jane", "jane.doe@", "@example.com", "a@b c", "Jane <jane.doe@example.com>", "1,299.00", "1.2.3", "-1", "-1.50", "0",
    "1.5", "-0", "1e5", "1234567890123456", "1.1234567", "999999", "5.1", "eur", "XYZ", "in stock", "instock", "1", "yes",
    "TRUE", "true", "abc", "A" * 64, "a" * 64, "a" * 63, "/relative", "//shop.example.com/x", "ftp://example.com/",
    "https://", "https://shop.example.com/a b", "https://shop.example.com/" + "a" * 2_100, "A > B", "/A//B", " / ", "/", "//",
    "11.12.1994", "1994-02-30", "1994-12-11 25:00", "2026-11-25T14:30:00+99:00", "home", "None", "{{ x }}", "a:", ":a", ":",
    "a : b", "colour", "x" * 1_001, "x" * 100_001, "\u0661", "\u00ad", "a\u0080b", "\U0001f600", "[a, b]", "&amp;", "<b>",
    "0x10", "+1", "1_000", "9" * 400, "inf", "nan",
]  # fmt: skip


def says_so(place: str, name: str, held: str) -> bool:
    """Whether `check` finds something more where `read` sees nothing of a field."""
    without = {each: value for each, value in PLACES[place].needed.items() if each != name}
    missing, wrong = PLACES[place].filled(without), PLACES[place].filled({**without, name: held})
    if read(missing) != read(wrong):
        return True
    known = [found.code for found in check(missing)]
    return any(found.severity != "note" and found.code not in known for found in check(wrong))


@pytest.mark.parametrize(("place", "name"), FIELDS)
def test_of_what_a_field_may_not_hold_there_is_a_finding(place: str, name: str) -> None:
    assert [held for held in BAD if not says_so(place, name, held)] == []


@given(st.sampled_from(FIELDS), st.text(min_size=1, max_size=40))
@settings(max_examples=300, deadline=None)
def test_of_no_text_is_nothing_said(field: tuple[str, str], held: str) -> None:
    assume(as_carried(held))
    assert says_so(*field, held)


TOLD: dict[str, Any] = {
    "pageType": "product",
    "customer": {**CUSTOMER, "first_name": "Jane", "newsletter": True, "hcid": "a" * 64},
    "cart": {"items": [{**LINE, "sku_id": "7-1"}], "hcid": "a" * 64},
    "restoreLink": "https://shop.example.com/cart",
    "order": {
        "info": {"order_number": "1", "email": JANE, "newsletter": "true"},
        "items": [LINE],
        "created_at": "2026-11-25 10:00:00",
    },
    "products": [
        {
            **PRODUCT,
            "category": ["/A"],
            "alternate_image_urls": ["https://shop.example.com/canoe.jpg"],
            "custom_fields": {"care": "by hand"},
            "rating_value": 4,
            "date_published": "2026-11-25",
            "skus": [{**SKU, "custom_fields": {"colour": "red"}}],
            "variations": {"EUR": {**VARIATION, "variation_id": "EUR", "price_text": "9 €"}},
        }
    ],
    "categories": ["/A"],
    "tags": ["new"],
    "searchTerms": ["canoe"],
    "customFields": {"colour": ["red"]},
    "affinitySignals": {"brand": ["Acme"]},
    "variation": "EUR",
    "elements": ["front-1"],
    "sortOrder": "price",
    "categoryIds": ["1"],
}
Way = tuple[str | int, ...]


def ways(told: Any, way: Way = ()) -> Iterator[Way]:
    """To all that is told, from the outside to the inside."""
    inside: Any = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for key, each in inside:
        yield (*way, key)
        yield from ways(each, (*way, key))


def told_with(way: Way, *literals: object) -> str:
    """The page with a literal in place of what stands there, or without that."""
    told: Any = deepcopy(TOLD)
    *above, last = way
    held = told
    for key in above:
        held = held[key]
    del held[last]
    for literal in literals:
        if isinstance(held, list):
            held.insert(last, literal)
        else:
            held[last] = literal
    calls = [f"api.setTaggingProvider({json.dumps(key)}, {json.dumps(each)});" for key, each in told.items()]
    return f"<script>nostojs(api => {{ {' '.join(calls)} }})</script>"


SET_ASIDE = ["stub-missing", "product-script-only"]
REPLACING: list[Any] = [
    *(5, -1, 1.5, True, 10**20, "x", "1,0", "a" * 1_001),
    *(["x"], [5], [True], [""], [[]], [{}], [["x"]], [{"product_id": "x"}], {"a": {}}, {"a": "b"}, {"email": "x"}),
]


def test_what_a_call_tells_is_whole() -> None:
    assert check(told_with(("tags",), ["new"]), ignore=SET_ASIDE) == []


@pytest.mark.parametrize("literal", REPLACING, ids=lambda held: json.dumps(held)[:20])
def test_what_stands_in_place_of_anything_arrives_or_is_found(literal: object) -> None:
    silent = [
        way
        for way in ways(TOLD)
        if read(page := told_with(way, literal)) == read(told_with(way)) and check(page, ignore=SET_ASIDE) == []
    ]
    assert silent == []


LITERALS = [5, -1, 1.5, True, "jane", "x" * 1_001, 10**200, ["jane"], [5], {}, [], [[]], [{}], {"a": {}}, {"a": [[]]}]


@pytest.mark.parametrize("literal", LITERALS, ids=lambda held: json.dumps(held)[:20])
@pytest.mark.parametrize(
    ("key", "kind", "needed"),
    [
        ("customer", Customer, CUSTOMER),
        ("products", Product, PRODUCT),
        ("cart", LineItem, LINE),
        ("order", Order, {**NUMBER, "items": [LINE]}),
        ("skus", Sku, SKU),
        ("variations", ProductVariation, VARIATION),
        ("buyer", Buyer, {}),
    ],
)
def test_nor_of_what_a_call_may_not_tell(
    literal: object, key: str, kind: type[TaggingPart], needed: dict[str, object]
) -> None:
    def page(fields: dict[str, object]) -> str:
        provider, told = {
            "customer": ("customer", fields),
            "products": ("products", [fields]),
            "cart": ("cart", {"items": [fields]}),
            "order": ("order", fields),
            "skus": ("products", [{**PRODUCT, "skus": [fields]}]),
            "variations": ("products", [{**PRODUCT, "variations": [fields]}]),
            "buyer": ("order", {"info": {**NUMBER, **fields}, "items": [LINE]}),
        }[key]
        return f"<script>nostojs(api => api.setTaggingProvider({json.dumps(provider)}, {json.dumps(told)}))</script>"

    silent: list[str] = []
    for field, name, _ in printed(kind, "provider"):
        part, several = parts_of(kind).get(field, (None, is_list(kind.model_fields[field].annotation)))
        # An empty list is one, and of an object for a part its own fields are looked at.
        if literal in ([], {}) and (several or name == "custom_fields"):
            continue
        if isinstance(literal, dict) and part is not None and not several:
            continue
        without = {each: value for each, value in needed.items() if each != name}
        missing, wrong = page(without), page({**without, name: literal})
        if read(missing) != read(wrong):
            continue
        known = {(found.code, found.message) for found in check(missing)}
        if {(found.code, found.message) for found in check(wrong)} <= known:
            silent.append(name)
    assert silent == []
