"""What is one visitor's own: known as such, taken out, signed with their checksum."""

from __future__ import annotations

from typing import Any

import pytest

from nosto_tagging import Buyer, Cart, Customer, LineItem, Order, PageTagging, Product, Settings, Tagger, api

HCID = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
OTHER = "0" * 64
JANE = Customer(email="jane.doe@example.com")
CANOE = LineItem(product_id="Canoe123", quantity=1, name="Acme Canoe", unit_price="999.00", price_currency_code="EUR")
CART = Cart(items=[CANOE])
ORDER = Order(order_number=1445, items=[CANOE], buyer=Buyer(email="jane.doe@example.com"))
SHOE = Product(product_id="1", basic=True)
LINK = "https://example.com/cart/1"


def made(method: str, *given: Any) -> api.Call:
    """A call made past the functions."""
    (step,) = api.load().steps
    return api.Call(step._replace(method=method, arguments=given))


PERSONAL: list[Any] = [
    JANE,
    CART,
    ORDER,
    PageTagging(customer=JANE),
    PageTagging(cart=CART),
    PageTagging(order=ORDER),
    PageTagging(restore_link=LINK),
    api.customer(JANE),
    api.customer("jane.doe@example.com"),
    api.resend_cart_content(CART),
    api.set_tagging_provider("customer", JANE),
    api.set_tagging_provider("order", ORDER),
    api.set_tagging_provider("restoreLink", LINK),
    api.session.set_customer(JANE).view_front_page().load(),
    api.session.set_cart(CART).view_cart().update(),
    api.session.set_restore_link(LINK).view_cart().update(),
    api.session.add_order(ORDER).set_placements(["a"]).load(),
    # Made past the functions.
    api.Call(*[step._replace(arguments=([JANE],)) for step in api.load().steps]),
    api.Call(*[step._replace(arguments=({"a": {"b": (CART,)}},)) for step in api.load().steps]),
]
PLAIN: list[Any] = [
    # As they come out of a session on the server, or were put together by hand.
    made("customer", {"email": "jane.doe@example.com", "first_name": "Jane"}),
    made("customer", "jane.doe@example.com"),
    made("setCustomer", {"email": "jane.doe@example.com"}),
    made("setTaggingProvider", "customer", {"email": "jane.doe@example.com"}),
    made("setTaggingProvider", "order", {"info": {"order_number": "1", "email": "jane.doe@example.com"}, "items": []}),
    made("addOrder", {"info": {"order_number": "1", "email": "jane.doe@example.com"}, "items": []}),
    made("setTaggingProvider", "cart", {"items": []}),
    made("resendCartContent", {"items": []}),
    made("setCart", {"items": []}),
    made("setCartContent", {"items": []}),
    made("anything", [JANE]),
    made("anything", {"a": [{"b": JANE}]}),
    made("anything", Buyer(email="jane.doe@example.com")),
    made("anything", [CANOE]),
]
PERSONAL += PLAIN
NOBODYS: list[Any] = [
    SHOE,
    PageTagging(page_type="front", products=[SHOE]),
    api.add_segment_code_to_visit("vip"),
    api.set_tagging_provider("pageType", "front"),
    api.set_tagging_provider("products", [SHOE]),
    api.session.set_customer({}).set_cart({}).view_front_page().load(),
    api.load(),
]


@pytest.mark.parametrize("thing", PERSONAL, ids=repr)
def test_what_is_a_visitors_own_is_known(thing: Any):
    assert thing.is_personal()
    left = thing.without_personal()
    assert left == (PageTagging() if isinstance(thing, PageTagging) else None)


@pytest.mark.parametrize("thing", NOBODYS, ids=repr)
def test_what_is_nobodys_is_left_as_it_is(thing: Any):
    assert not thing.is_personal()
    assert thing.without_personal() is thing


def test_a_page_keeps_what_is_nobodys():
    page = PageTagging(page_type="cart", customer=JANE, cart=CART, restore_link=LINK, products=[SHOE])
    assert page.without_personal() == PageTagging(page_type="cart", products=[SHOE])


@pytest.mark.parametrize("model", [JANE, CART, ORDER], ids=repr)
def test_a_checksum_is_put_where_there_is_none(model: Any):
    signed = model.with_hcid(HCID)
    assert signed.hcid == HCID
    assert signed.with_hcid(OTHER) is signed
    assert model.hcid is None


def test_a_page_and_a_call_have_it_in_their_models():
    page = PageTagging(customer=JANE, cart=CART, order=ORDER, page_type="order")
    signed = [each.with_hcid(HCID) for each in (JANE, CART, ORDER)]
    assert page.with_hcid(HCID) == PageTagging(customer=signed[0], cart=signed[1], order=signed[2], page_type="order")
    assert api.customer(JANE).with_hcid(HCID) == api.customer(signed[0])
    chain = api.session.set_customer(JANE).set_cart(CART)
    assert chain.view_front_page().load().with_hcid(HCID) == (
        api.session.set_customer(signed[0]).set_cart(signed[1]).view_front_page().load()
    )


def test_what_has_no_place_for_it_stays_as_it_is():
    assert SHOE.with_hcid(HCID) is SHOE
    assert PageTagging(page_type="front").with_hcid(HCID) == PageTagging(page_type="front")


@pytest.mark.parametrize("call", PLAIN, ids=lambda call: repr((call, *call.steps[0].arguments)))
def test_no_address_is_left_in_a_call_whatever_it_is_made_of(call: Any):
    assert "@" not in Tagger(Settings(leave_out_email=True)).statement(call)


def test_a_customer_of_plain_data_is_known_by_the_reference():
    tagger = Tagger(Settings(leave_out_email=True))
    fields = {"email": "jane.doe@example.com", "customer_reference": "r7"}
    assert tagger.payload(made("customer", fields)) == {
        "calls": [{"steps": [["customer", [{"customer_reference": "r7"}]]]}]
    }
    assert tagger.payload(made("customer", {"email": "jane.doe@example.com"})) == {"calls": []}


def test_the_email_policy_leaves_a_logout_as_it_is():
    tagger = Tagger(Settings(leave_out_email=True))
    call = api.session.set_customer({}).set_cart({}).view_front_page().load()
    assert tagger.snippet(call) == Tagger().snippet(call)
