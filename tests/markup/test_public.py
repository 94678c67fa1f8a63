"""`PublicTagger`: what is one visitor's own comes into no page that anybody may get."""

from __future__ import annotations

import pytest
from jinja2 import Environment
from support.expected import JANE
from werkzeug.local import LocalProxy

from nosto_tagging import Cart, Customer, Order, PageTagging, Product, PublicTagger, Settings, Tagger, api
from nosto_tagging.errors import InvalidArgument, InvalidTagging, PublicPage
from nosto_tagging.jinja import attach

JANE_TAGGED = Customer(**JANE)
LINE = {"product_id": "Canoe123", "quantity": 1, "name": "Jane's", "unit_price": 9, "price_currency_code": "EUR"}
CART = Cart(items=[LINE])
ORDER = Order(order_number="jane-7", items=[LINE], buyer={"email": "jane.doe@example.com"})
LINK = "https://example.com/cart?of=jane"
WHOLE = PageTagging(page_type="front", customer=JANE_TAGGED, cart=CART, order=ORDER, restore_link=LINK)

PERSONAL = {
    "Customer": JANE_TAGGED,
    "Cart": CART,
    "Order": ORDER,
    "PageTagging.customer": PageTagging(customer=JANE_TAGGED),
    "PageTagging.customer, cart, restore_link, order": WHOLE,
    "<Call api.customer(...)>": api.customer("jane.doe@example.com"),
    "<Call api.resendCartContent(...)>": api.resend_cart_content(CART),
    "<Call api.setTaggingProvider(..., ...)>": api.set_tagging_provider("customer", JANE_TAGGED),
    "<Call api.defaultSession().setCustomer(...).viewCart().update()>": (
        api.session.set_customer(JANE_TAGGED).view_cart().update()
    ),
    "<Call api.defaultSession().setCart(...).viewCart().load()>": api.session.set_cart(CART).view_cart().load(),
    "<Call api.defaultSession().addOrder(...).load()>": api.session.add_order(ORDER).load(),
    "<Call api.defaultSession().setRestoreLink(...).viewCart().update()>": (
        api.session.set_restore_link(LINK).view_cart().update()
    ),
}
each_personal = pytest.mark.parametrize(("name", "thing"), PERSONAL.items(), ids=PERSONAL)
PROVIDER = api.set_tagging_provider("restoreLink", LINK)

VERBS = {
    "block": lambda tagger, thing: tagger.block(thing),
    "snippet": lambda tagger, thing: tagger.snippet(thing),
    "statement": lambda tagger, thing: tagger.statement(thing),
    "statement_attribute": lambda tagger, thing: tagger.statement_attribute(thing),
    "payload": lambda tagger, thing: tagger.payload(thing),
    "tell": lambda tagger, thing: tagger.tell(thing),
}
each_verb = pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)


def told(what: str) -> str:
    return f"{what} is one visitor's own, and this page is for everyone: nosto_deferred asks in their browser"


# --- what is refused


@each_verb
@each_personal
def test_what_is_one_visitors_own_is_refused_by_every_verb(verb, name: str, thing) -> None:
    with pytest.raises(PublicPage) as caught:
        verb(PublicTagger(), thing)
    assert str(caught.value) == told(name)


@each_verb
@each_personal
def test_under_the_policy_log_it_is_logged_and_left_out(
    verb, name: str, thing, caplog: pytest.LogCaptureFixture
) -> None:
    made = verb(PublicTagger(Settings(errors="log")), thing)
    assert "jane" not in str(made).lower()
    assert caplog.messages[0] == f"Left out of Python: {told(name)}"


def test_a_restore_link_is_one_visitors_own_wherever_it_stands() -> None:
    for thing in (PROVIDER, PageTagging(restore_link=LINK), PageTagging(cart=Cart(restore_link=LINK))):
        with pytest.raises(PublicPage):
            PublicTagger().statement(thing)


def test_the_rest_of_a_page_and_the_other_things_are_printed(caplog: pytest.LogCaptureFixture) -> None:
    tagger = PublicTagger(Settings(errors="log"))
    vip = api.add_segment_code_to_visit("vip")
    assert tagger.snippet(JANE_TAGGED, WHOLE, vip) == Tagger().snippet(PageTagging(page_type="front"), vip)
    assert tagger.block(WHOLE) == Tagger().block(PageTagging(page_type="front"))
    assert caplog.messages == [
        f"Left out of Python: {told(what)}"
        for what in ("Customer", *["PageTagging.customer, cart, restore_link, order"] * 2)
    ]


def test_what_stands_behind_a_proxy_is_refused_as_well() -> None:
    for proxy in (LocalProxy(lambda: JANE_TAGGED), LocalProxy(lambda: WHOLE)):
        with pytest.raises(PublicPage):
            PublicTagger().block(proxy)
    assert PublicTagger().block(LocalProxy(lambda: None)) == ""


@pytest.mark.parametrize("field", ["customer", "cart", "order"])
def test_a_page_made_past_validation_hides_nobody(field: str, caplog: pytest.LogCaptureFixture) -> None:
    page = PageTagging.model_construct(page_type="front", **{field: {"email": "jane.doe@example.com"}})
    made = PublicTagger(Settings(errors="log")).block(page)
    assert "jane" not in made
    assert caplog.messages[0] == f"Left out of Python: {told(f'PageTagging.{field}')}"


def test_nor_does_another_model_made_past_validation() -> None:
    page = PageTagging(products=[Product.model_construct(product_id="a", description=JANE_TAGGED)])
    with pytest.raises(InvalidTagging):
        PublicTagger().block(page)


def test_e_mail_addresses_are_left_out_first_where_the_settings_say_so() -> None:
    tagger = PublicTagger(Settings(leave_out_email=True))
    assert tagger.block(Customer(email="jane.doe@example.com")) == ""
    with pytest.raises(PublicPage):
        tagger.block(Customer(customer_reference="7"))


def test_nothing_is_wrong_where_tagging_is_off() -> None:
    tagger = PublicTagger(Settings(enabled=False))
    assert [verb(tagger, JANE_TAGGED) for verb in VERBS.values()] == ["", "", "", "", {"calls": []}, ""]


# --- what is printed


@each_verb
def test_what_everyone_may_get_is_printed_as_any_tagger_does(verb) -> None:
    canoe = Product(product_id="Canoe123", basic=True)
    for thing in (PageTagging(page_type="category", categories=["/Boats"]), canoe, None):
        assert verb(PublicTagger(), thing) == verb(Tagger(), thing)


def test_calls_that_tell_of_nobody_are_printed() -> None:
    calls = [api.add_segment_code_to_visit("vip"), api.session.set_cart({}).view_cart().update()]
    assert PublicTagger().statement(*calls) == Tagger().statement(*calls)


def test_scripts_and_placements_are_printed_as_any_tagger_does() -> None:
    settings = Settings(account_id="shop", visitor_url="/who")
    ours, plain = PublicTagger(settings), Tagger(settings)
    assert ours.client_script() == plain.client_script()
    waiting = {"waits_for": "data-cookieconsent=marketing"}
    assert ours.client_script(**waiting) == plain.client_script(**waiting)
    assert ours.placement("front-1") == plain.placement("front-1")
    assert ours.deferred() == plain.deferred()


# --- in templates


@pytest.mark.parametrize("tag", ["nosto_customer", "nosto_customer_snippet", "nosto_cart", "nosto_cart_snippet"])
def test_a_tag_that_asks_for_the_visitor_is_refused(tag: str, caplog: pytest.LogCaptureFixture) -> None:
    source = f"{{% {tag} %}}"
    env = Environment()
    attach(env, PublicTagger())
    topic = tag.split("_")[1]
    with pytest.raises(PublicPage) as caught:
        env.from_string(source).render()
    assert str(caught.value) == told(topic)
    attach(env, PublicTagger(Settings(errors="log")))
    assert env.from_string(source).render() == ""
    assert caplog.messages == [f"Left out of <template>, line 1: {told(topic)}"]


@pytest.mark.parametrize(
    "source",
    [
        "{% nosto_customer customer %}",
        "{% nosto_customer_snippet email='jane.doe@example.com' %}",
        "{% nosto_page page_type='front', customer=customer %}",
        "{{ nosto_block(customer) }}",
        "{{ nosto_snippet(customer) }}",
        "{{ nosto_statement(customer) }}",
        "{{ nosto_statement_attribute(customer) }}",
        "{{ nosto.customer(customer) }}",
        "{{ nosto.customer_snippet(customer) }}",
        "{{ nosto.tell(customer) }}",
        "{% from 'nosto/customer.html' import customer_block %}{{ customer_block(customer) }}",
        "{% from 'nosto/customer.html' import customer_snippet %}{{ customer_snippet(**row) }}",
    ],
)
def test_no_way_of_a_template_goes_past(source: str) -> None:
    for autoescape in (True, False):
        env = Environment(autoescape=autoescape)
        attach(env, PublicTagger())
        with pytest.raises(PublicPage):
            env.from_string(source).render(customer=JANE_TAGGED, row=JANE)


# --- settings


def test_a_consent_that_nobody_can_be_asked_for_is_refused() -> None:
    with pytest.raises(InvalidArgument) as caught:
        PublicTagger(Settings(consent=lambda: True))
    assert str(caught.value) == (
        "consent cannot be asked for while a page for everyone is made: have the client script wait for it, "
        "nosto_client_script(waits_for=...)"
    )
