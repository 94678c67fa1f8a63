"""The blocks of carts, orders, products and pages, whole."""

from __future__ import annotations

import pickle

import pytest
from support.page import leaves
from support.statements import CART, CUSTOMER, EVERYTHING, ORDER, PRODUCT
from support.topics import leaves as expected

from nosto_tagging import Cart, LineItem, Order, PageTagging, Product, Settings, Tagger, block, placement, snippet
from nosto_tagging.errors import InvalidArgument

HIDDEN = 'style="display:none" hidden="" translate="no" data-nosnippet="" v-pre="" ng-non-bindable=""'


def root(classes: str, inside: str = "") -> str:
    return f'<div class="{classes} notranslate" {HIDDEN}>{inside}</div>'


def span(name: str, text: str) -> str:
    return f'<span class="{name}">{text}</span>'


LINE = (
    '<div class="line_item"><span class="product_id">Kayak7</span><span class="sku_id">7-red</span>'
    '<span class="quantity">2</span><span class="name">Acme Kayak</span><span class="unit_price">799.00</span>'
    '<span class="price_currency_code">EUR</span></div>'
)
HCID = span("hcid", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
WHOLE = {
    "a cart": (
        CART,
        root(
            "nosto_cart",
            LINE + '<div class="line_item"><span class="product_id">-1</span><span class="quantity">1</span>'
            '<span class="name">Discount</span><span class="unit_price">-50.00</span>'
            '<span class="price_currency_code">EUR</span></div>'
            + HCID
            + span("restore_link", "https&#58;//shop.example.com/cart/restore?key&#61;9f1c"),
        ),
    ),
    "an empty cart": (Cart(), root("nosto_cart")),
    "an empty cart of somebody": (Cart(hcid=CART.hcid), root("nosto_cart", HCID)),
    "an order": (
        ORDER,
        root(
            "nosto_purchase_order",
            span("order_number", "20451")
            + span("external_order_ref", "A-20451")
            + span("created_at", "2026-11-25 14&#58;30&#58;00")
            + f'<div class="buyer">{span("email", "john.doe@example.com")}{span("first_name", "John")}'
            + f"{span('last_name', 'Doe')}{span('marketing_permission', 'false')}</div>"
            + span("payment_provider", "invoice")
            + span("order_status_code", "pending")
            + span("order_status_label", "Pending")
            + f'<div class="purchased_items">{LINE}</div>'
            + HCID,
        ),
    ),
    # Of whom nothing is printed, there is no element.
    "a buyer with a phone alone": (
        Order(order_number=1, buyer={"phone": "1", "post_code": "2", "country": "FI"}, items=ORDER.items),
        root("nosto_purchase_order", f'{span("order_number", "1")}<div class="purchased_items">{LINE}</div>'),
    ),
    "a basic product": (
        Product(product_id="Kayak7", basic=True),
        root("nosto_product nosto_basic", span("product_id", "Kayak7")),
    ),
    "a page": (
        PageTagging(
            page_type="category",
            variation="EUR",
            categories=["Boats / Kayaks"],
            brands=["Acme"],
            tags=["sea", "new"],
            custom_fields={"hull": ["round", "flat"]},
            search_terms=["a & b"],
            affinity_signals={"brand": ["Acme"]},
            sort_order="cmp",
            elements=["c-1", "c-2"],
            category_ids=["1"],
            plugin_version={"main_module": "1"},
        ),
        root("nosto_page_type", "category")
        + root("nosto_variation", "EUR")
        + root("nosto_category", "/Boats/Kayaks")
        + root("nosto_brand", "Acme")
        + root("nosto_tag", "sea")
        + root("nosto_tag", "new")
        + root("nosto_custom_field", "hull&#58;round")
        + root("nosto_custom_field", "hull&#58;flat")
        + root("nosto_search_term", "a &#38; b")
        + root("nosto_affinity_signals", "brand&#58;Acme")
        + root("nosto_sort_order", "cmp")
        + '<div class="nosto_element" id="c-1" translate="no"></div>'
        '<div class="nosto_element" id="c-2" translate="no"></div>',
    ),
    "nothing": (PageTagging(), ""),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_model_makes_exactly_this_block(name: str) -> None:
    model, markup = WHOLE[name]
    assert block(model) == markup
    assert block(pickle.loads(pickle.dumps(model))) == markup  # noqa: S301 - our own


def test_a_whole_product_holds_every_field_in_the_documented_nesting() -> None:
    assert leaves(block(PRODUCT)) == expected(PRODUCT)
    shown = str(block(PRODUCT))
    assert (
        '<span class="category_ids"><span class="category_id">11</span><span class="category_id">12</span></span>'
        in shown
    )
    assert '<span class="tag3">add-to-cart</span><span class="tag3">low-stock</span>' in shown
    assert (
        '<div class="variation"><span class="variation_id">CLUB</span><span class="price_currency_code">EUR</span>'
        '<span class="price">749.00</span><span class="list_price">899.00</span>'
        '<span class="availability">OutOfStock</span></div><span class="nosto_sku"><span class="id">7-red</span>'
    ) in shown
    assert shown.endswith('<span class="availability">InStock</span></span></div>')


def test_what_a_page_must_not_tell_is_nowhere() -> None:
    product = PRODUCT.model_copy(update={"inventory_level": 424242, "supplier_cost": 434343})
    order = ORDER.model_copy(update={"buyer": ORDER.buyer and ORDER.buyer.model_copy(update={"phone": "444444"})})
    for model in (product, order, EVERYTHING.model_copy(update={"products": (product,), "order": order})):
        for verb in (Tagger().block, Tagger().snippet, Tagger().statement, Tagger().statement_attribute):
            assert not any(secret in verb(model) for secret in ("424242", "434343", "444444"))
        for form in ("block", "call", "provider"):
            assert not any(secret in str(model.payload(form)) for secret in ("424242", "434343", "444444"))
    assert "inventory" not in str(PRODUCT.payload()) + block(PRODUCT)


def test_a_page_prints_the_block_of_each_of_its_models_in_order() -> None:
    page = PageTagging(page_type="order", customer=CUSTOMER, cart=CART, order=ORDER, products=[PRODUCT])
    assert block(page) == (root("nosto_page_type", "order") + "".join(map(block, (CUSTOMER, CART, ORDER, PRODUCT))))


def test_a_restore_link_of_the_page_stands_in_its_cart() -> None:
    link = "https://shop.example.com/r"
    inside = span("restore_link", "https&#58;//shop.example.com/r")
    assert block(PageTagging(cart=Cart(), restore_link=link)) == root("nosto_cart", inside)
    assert block(PageTagging(cart=Cart(restore_link=link), restore_link=link)) == root("nosto_cart", inside)
    assert block(PageTagging(restore_link=link)) == ""


def test_in_a_block_a_page_is_what_its_blocks_carry() -> None:
    carried = EVERYTHING.in_block()
    assert block(carried) == block(EVERYTHING)
    assert carried.in_block() == carried
    assert (carried.category_ids, carried.plugin_version, carried.restore_link) == ((), None, None)
    assert carried.order is not None
    assert carried.order.buyer is not None
    assert (carried.order.buyer.phone, carried.order.buyer.email) == (None, "john.doe@example.com")
    assert [sku.inventory_level for sku in carried.products[0].skus] == [None, None]
    assert Product(product_id="1", basic=True, inventory_level=1).in_block() == Product(product_id="1", basic=True)


def test_a_long_cart_is_the_block_of_all_its_lines() -> None:
    names = ["Kayak", "D'Oe & <Sons>", "カヤック", "</div>"]
    cart = Cart(items=[{**LINE_FIELDS, "name": f"{names[each % 4]} {each}"} for each in range(3_000)], hcid=CART.hcid)
    assert leaves(block(cart)) == expected(cart)
    order = Order(order_number=1, items=cart.items, hcid=CART.hcid)
    assert leaves(block(order)) == expected(order)


def test_an_older_pickle_without_a_field_prints_the_rest() -> None:
    old = CART.model_copy()
    del old.__dict__["hcid"]
    line = LineItem(**LINE_FIELDS)
    del line.__dict__["sku_id"]
    older = Cart.model_construct(items=(line,), restore_link=None)
    del older.__dict__["hcid"]
    assert block(old) == block(CART.model_copy(update={"hcid": None}))
    whole = Cart(items=[{**LINE_FIELDS, "sku_id": None}])
    assert block(older) == block(whole)
    assert snippet(older) == snippet(whole)
    assert snippet(old) == snippet(CART.model_copy(update={"hcid": None}))


LINE_FIELDS = {
    "product_id": "1",
    "sku_id": "2",
    "quantity": 1,
    "name": "x",
    "unit_price": 1,
    "price_currency_code": "EUR",
}


# --- placements


def test_a_placement_is_an_element_that_is_shown_with_one_class() -> None:
    assert placement("front-1") == '<div class="nosto_element" id="front-1" translate="no"></div>'
    assert placement(' "><b> '.replace(" ", "")) == (
        '<div class="nosto_element" id="&#34;&#62;&#60;b&#62;" translate="no"></div>'
    )
    assert Tagger(Settings(enabled=False)).placement("front-1") == ""


@pytest.mark.parametrize(
    ("identifier", "message"),
    [
        (None, "must be text, a whole number of at most 512 bits, or a UUID, got None"),
        ("", "must not be blank"),
        ("a b", "must be the id of a placement, without blanks, got text of 3 characters"),
    ],
)
def test_what_is_no_id_is_refused(identifier: str, message: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(InvalidArgument) as caught:
        placement(identifier)
    assert str(caught.value) == f"placement_id {message}"
    assert Tagger(Settings(errors="log")).placement(identifier) == ""
    assert [record.getMessage() for record in caplog.records] == [f"Left out of Python: placement_id {message}"]
