"""Never run, only type-checked: what the models of all topics and the calls take and give."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, assert_type

from markupsafe import Markup

from nosto_tagging import (
    Buyer,
    Cart,
    LineItem,
    Order,
    PageTagging,
    Product,
    ProductVariation,
    Sku,
    Tagger,
    api,
    block,
    placement,
    snippet,
)
from nosto_tagging.api import Action, Attribution, Call, RecommendationRequest, Session, TrustedJavaScript


def models_are_made_of_their_fields(row: dict[str, Any]) -> None:
    canoe = LineItem(
        product_id="1", quantity=2, name="Acme Canoe", unit_price=Decimal("9.90"), price_currency_code="EUR"
    )
    cart = Cart(items=[canoe], restore_link="https://example.com/")
    Cart(items=(canoe, canoe))
    Cart(**row)
    assert_type(cart.items, Sequence[LineItem])
    assert_type(cart.items[0].unit_price, Decimal)
    assert_type(LineItem.pseudo(name="Discount", unit_price="-5.00", price_currency_code="EUR"), LineItem)
    order = Order(order_number="1", items=[canoe], buyer=Buyer(email="jane.doe@example.com"))
    assert_type(order.buyer, Buyer | None)
    product = Product(
        product_id="1",
        name="Acme Canoe",
        price=Decimal("9.90"),
        category=["/Boats"],
        custom_fields={"hull": "round"},
        skus=[Sku(id="1", name="Red", price=Decimal(9), availability="InStock")],
        variations=[
            ProductVariation(
                variation_id="CLUB", price_currency_code="EUR", price=Decimal(8), availability="OutOfStock"
            )
        ],
    )
    assert_type(product.price, Decimal | None)
    page = PageTagging(page_type="product", cart=cart, order=order, products=[product], tags=["sea"])
    assert_type(page.tags, Sequence[str])
    assert_type(page.in_block(), PageTagging)
    assert_type(block(page), Markup)
    assert_type(snippet(cart, order, product, page, api.load()), Markup)
    assert_type(placement("front-1"), Markup)
    assert_type(Tagger().placement("front-1"), Markup)
    block(canoe)  # type: ignore[arg-type]  # a part of a cart, no tagging
    Cart(itms=[canoe])  # type: ignore[call-arg]  # misspelt


def calls_are_typed(cart: Cart, order: Order, product: Product, text: str) -> None:
    assert_type(api.resend_cart_content(cart), Call)
    assert_type(api.session.set_cart(cart).set_variation("EUR"), Session)
    assert_type(api.session.set_cart({}).view_product(product).set_placements(["a"]), Action)
    assert_type(api.session.add_order(order).load(track_events=True), Call)
    assert_type(api.create_recommendation_request(include_tagging=True), RecommendationRequest)
    assert_type(api.create_recommendation_request().set_products([product, "2"]).load(), Call)
    assert_type(api.record_attribution("vp", "1", ref_type="cmp"), Attribution)
    assert_type(api.record_attribution("vp", "1").done(), Call)
    assert_type(api.listen("postrender", TrustedJavaScript("() => {}")), Call)
    assert_type(api.set_tagging_provider("tags", ["sea"]), Call)
    assert_type(api.set_tagging_provider("pageType", "front"), Call)
    assert_type(api.set_tagging_provider("customFields", {"hull": ["round"]}, priority=True), Call)
    api.listen("postrender", "() => {}")  # type: ignore[arg-type]  # nothing becomes trusted by itself
    api.listen("postRender", TrustedJavaScript(text))  # type: ignore[arg-type]  # lower case
    api.record_attribution("view")  # type: ignore[arg-type]  # "vp"
    api.set_tagging_provider("pageType", "home")  # type: ignore[call-overload]  # "front"
    api.resend_cart_content(order)  # type: ignore[arg-type]  # a Cart
    api.session.view_cart().set_cart(cart)  # type: ignore[attr-defined]  # too late
    api.set_auto_load("false")  # type: ignore[arg-type]  # a text is always true
