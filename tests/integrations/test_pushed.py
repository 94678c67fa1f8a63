"""What a session keeps for the next page: forged, replayed, asked for twice at a time."""

from __future__ import annotations

import json
import threading
from decimal import Decimal
from typing import Any

import flask
import pytest
from support.shops.shop import customer, order

from nosto_tagging import Cart, Customer, LineItem, Order, PageTagging, Product, api, snippet
from nosto_tagging.api import TrustedJavaScript
from nosto_tagging.errors import InvalidArgument, InvalidTagging
from nosto_tagging.integrations import pushed
from nosto_tagging.integrations.flask import Nosto
from nosto_tagging.markup.told import calls_of

NOT_OURS = "pushed() found something in the session that push() did not put there"
CANOE = LineItem(product_id="Canoe123", quantity=1, name="Acme Canoe", unit_price="999.00", price_currency_code="EUR")
ORDER = Order(
    order_number=1445,
    items=[CANOE],
    buyer={"email": "jane.doe@example.com", "marketing_permission": True, "phone": "1"},
    created_at="2026-11-29 10:00:00",
    order_status_code="paid",
)
JANE = Customer(email="jane.doe@example.com", date_of_birth="1990-01-02", marketing_permission=False)
SHOE = Product(product_id="1", basic=True)


def kept(thing: Any, *, on_server: bool = False) -> list[Any]:
    """What a session holds of it, after a session's JSON."""
    session: dict[str, Any] = {}
    pushed.add(session, thing, on_server=on_server)
    return pushed.taken(json.loads(json.dumps(session)))


@pytest.mark.parametrize("thing", [JANE, Cart(items=[CANOE]), ORDER], ids=["customer", "cart", "order"])
def test_on_the_server_a_model_comes_back_as_it_was(thing: Any):
    (held,) = kept(thing, on_server=True)
    assert pushed.restored(held) == thing


@pytest.mark.parametrize(
    ("thing", "held"),
    [(JANE, {"customer": ""}), (Cart(items=[CANOE]), {"cart": ""}), (ORDER, {"order": "1445"})],
    ids=["customer", "cart", "order"],
)
def test_what_the_visitor_carries_is_a_reference(thing: Any, held: dict[str, str]):
    assert kept(thing) == [held]
    ((topic, key),) = held.items()
    assert pushed.restored(held) == pushed.Reference(topic, key)


@pytest.mark.parametrize(
    "call",
    [
        api.add_segment_code_to_visit("vip"),
        api.add_affinity_signals({"brand": ["Acme"], "__proto__": ["x"]}),
        api.report_add_to_cart("101", "slot", sku_id="7"),
        api.set_tagging_provider("pageType", "front", priority=True),
        api.session.view_product("101").set_placements(["a"]).load(skip_page_views=True),
        api.set_do_not_track(True),
        api.open_popup("p", overlay_opacity=Decimal("0.3")),
        api.record_attribution("vp", "101").done(),
    ],
    ids=repr,
)
def test_a_call_is_printed_as_it_was(call: api.Call):
    (held,) = kept(call)
    thing = pushed.restored(held)
    assert isinstance(thing, api.Call)
    assert snippet(thing) == snippet(call)


def test_a_page_and_a_product_are_kept_as_their_calls():
    page = PageTagging(page_type="front", categories=["/a"])
    assert [snippet(pushed.restored(held)) for held in kept(page)] == [snippet(call) for call in calls_of(page)]
    assert snippet(pushed.restored(kept(SHOE)[0])) == snippet(SHOE)


@pytest.mark.parametrize(
    "thing",
    [
        api.customer(JANE),
        api.session.set_cart(Cart(items=[CANOE])).view_cart().update(),
        api.session.set_restore_link("https://example.com/cart/1").view_cart().update(),
        PageTagging(page_type="front", customer=JANE),
    ],
    ids=["customer", "cart", "link", "page"],
)
def test_a_visitors_data_goes_into_no_session_that_they_carry(thing: Any):
    session: dict[str, Any] = {}
    with pytest.raises(InvalidArgument) as caught:
        pushed.add(session, thing, on_server=False)
    assert str(caught.value) == (
        "push() keeps a visitor's data only in a session that lies on the server (session_on_server=True); "
        "a Customer, a Cart or an Order alone is kept as a reference"
    )
    assert session == {}


@pytest.mark.parametrize("on_server", [True, False])
def test_trusted_javascript_is_never_kept(on_server: bool):
    with pytest.raises(InvalidArgument) as caught:
        pushed.add({}, api.listen("taggingsent", TrustedJavaScript("() => 1")), on_server=on_server)
    assert str(caught.value) == "payload() takes what is data all through, got a TrustedJavaScript in a call"


def test_twenty_things_are_kept_and_no_more():
    session: dict[str, Any] = {}
    for _ in range(20):
        pushed.add(session, api.add_segment_code_to_visit("vip"), on_server=False)
    with pytest.raises(InvalidArgument) as caught:
        pushed.add(session, api.add_segment_code_to_visit("vip"), on_server=False)
    assert str(caught.value) == "push() keeps at most 20 things for the next page, got more"
    assert len(pushed.taken(session)) == 20
    assert session == {}


def test_on_the_server_there_is_more_room_and_an_end_to_it():
    session: dict[str, Any] = {}
    big = Cart(items=[LineItem(**{**CANOE.model_dump(), "name": "x" * 900})] * 60)
    pushed.add(session, big, on_server=True)
    with pytest.raises(InvalidArgument) as caught:
        pushed.add(session, big, on_server=True)
    said, _, size = str(caught.value).rpartition(" ")
    assert said == "push() keeps at most 100000 bytes for the next page on the server, got"
    assert int(size) > 100_000
    assert len(pushed.taken(session)) == 1


FORGED = [
    None,
    [],
    {},
    "call",
    {"call": None},
    {"call": {}},
    {"call": {"steps": []}},
    {"call": {"steps": [["constructor", ["alert(1)"]]]}},
    {"call": {"steps": [["visit.constructor", []]]}},
    {"call": {"steps": [["x(1);alert", []]]}},
    {"call": {"steps": [["customer</script>", []]]}},
    {"call": {"steps": [["__proto__.x", []]]}},
    {"call": {"steps": [["customer", {"a": 1}]]}},
    {"call": {"steps": [["customer"]]}},
    {"call": {"steps": [["customer", []]], "dates": [[0]]}},
    {"call": {"steps": [["customer", []]], "dates": [[0, 1, 7]]}},
    {"call": {"steps": [["customer", ["x"]]], "dates": [[0, 1, 0]]}},
    {"call": {"steps": [["customer", [float("nan")]]]}},
    {"call": {"steps": [["load", []]] * 101}},
    {"customer": 7},
    {"customer": ""} | {"order": ""},
    {"product": {"product_id": "1"}},
    {"settings": {}},
]


@pytest.mark.parametrize("held", FORGED, ids=lambda held: str(held)[:60])
def test_what_push_cannot_have_kept_is_refused(held: Any):
    with pytest.raises(InvalidArgument) as caught:
        pushed.restored(held)
    assert str(caught.value) == NOT_OURS


def test_a_model_that_does_not_validate_any_more_is_refused_without_its_data():
    with pytest.raises(InvalidTagging) as caught:
        pushed.restored({"customer": {"email": "jane.doe"}})
    assert str(caught.value) == (
        "Customer.email must be an e-mail address such as jane.doe@example.com, got text of 8 characters"
    )


@pytest.mark.parametrize("kept_there", ["text", 7, {"a": 1}, None])
def test_a_session_with_something_else_under_the_key_is_begun_anew(kept_there: Any):
    session: dict[str, Any] = {"_nosto_pushed": kept_there}
    pushed.add(session, JANE, on_server=False)
    assert pushed.taken(session) == [{"customer": ""}]


# --- in an application whose visitors carry their session


def shop() -> tuple[flask.Flask, list[str]]:
    app = flask.Flask("shop")
    app.secret_key = "of the tests"
    app.debug = True
    app.config["PROPAGATE_EXCEPTIONS"] = True
    nosto = Nosto(app)
    asked: list[str] = []

    @nosto.order_loader
    def load(number: str) -> Order | None:
        asked.append(number)
        # Only to whom it belongs: the one who is logged in.
        return order(number) if flask.request.cookies.get("who") == "jane" else None

    @app.get("/push")
    def push() -> str:
        nosto.push(order("1445"))
        return ""

    @app.get("/")
    def page() -> str:
        return flask.render_template_string("{% nosto_pushed %}")

    return app, asked


def test_a_replayed_cookie_prints_again_what_its_loader_still_gives_and_no_more():
    # The session's cookie is the visitor's: they can keep a copy, and come back with it.
    app, asked = shop()
    browser = app.test_client()
    browser.set_cookie("who", "jane")
    browser.get("/push")
    (copy,) = [cookie.value for cookie in browser._cookies.values() if cookie.key == "session"]
    printed = snippet(order("1445"))
    assert browser.get("/").text == printed
    assert browser.get("/").text == ""
    browser.set_cookie("session", copy)
    assert browser.get("/").text == printed
    stranger = app.test_client()
    stranger.set_cookie("session", copy)
    assert stranger.get("/").text == ""
    assert asked == ["1445"] * 3


def test_a_cookie_that_somebody_wrote_is_nobodys():
    app, asked = shop()
    browser = app.test_client()
    browser.set_cookie("session", "eyJfbm9zdG9fcHVzaGVkIjpbeyJvcmRlciI6IjE0NDUifV19.aaaaaa.forged")
    assert browser.get("/").text == ""
    assert asked == []


def test_two_requests_at_a_time_may_both_print_it():
    # Each has the cookie that was there when it set out: documented, and Nosto counts an order's number once.
    app, _ = shop()
    browser = app.test_client()
    browser.set_cookie("who", "jane")
    browser.get("/push")
    cookies = {cookie.key: cookie.value for cookie in browser._cookies.values()}
    both: list[str] = []
    barrier = threading.Barrier(2)

    def ask() -> None:
        one = app.test_client()
        for name, value in cookies.items():
            one.set_cookie(name, value)
        barrier.wait()
        both.append(one.get("/").text)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert both == [snippet(order("1445"))] * 2


def test_without_a_secret_key_there_is_no_session_and_a_clear_word():
    app = flask.Flask("shop")
    nosto = Nosto(app)
    app.add_url_rule("/", "page", lambda: flask.render_template_string("<p>{% nosto_pushed %}</p>"))
    assert app.test_client().get("/").text == "<p></p>"  # under the policy log
    with app.test_request_context():
        app.preprocess_request()
        with pytest.raises(InvalidArgument) as caught:
            nosto.push(customer("jane"))
    assert str(caught.value) == "push() needs a request with the framework's session"


def test_outside_of_a_request_there_is_none_either():
    app = flask.Flask("shop")
    nosto = Nosto(app)
    with app.app_context(), pytest.raises(InvalidArgument) as caught:
        nosto.push(customer("jane"))
    assert str(caught.value) == "push() needs a request with the framework's session"


# --- what the settings say, of a session on the server, too


@pytest.mark.parametrize("settings", [{"leave_out_email": True}, {"consent": lambda: False}], ids=["email", "consent"])
@pytest.mark.parametrize("path", ["/next", "/nosto/visitor"])
@pytest.mark.parametrize(
    "thing",
    [
        api.customer(JANE),
        api.session.set_customer(JANE).view_front_page().load(),
        api.set_tagging_provider("order", ORDER),
        PageTagging(customer=JANE, order=ORDER),
    ],
    ids=repr,
)
def test_a_call_that_comes_out_of_the_session_is_under_the_settings(thing: Any, path: str, settings: dict[str, Any]):
    app = flask.Flask("shop")
    app.secret_key = "of the tests"
    nosto = Nosto(app, session_on_server=True, **settings)

    @app.get("/")
    def push() -> str:
        nosto.push(thing)
        return ""

    @app.get("/next")
    def next_page() -> str:
        return flask.render_template_string("{% nosto_pushed %}")

    browser = app.test_client()
    browser.get("/")
    printed = browser.get(path).text
    assert "jane" not in printed
    if "consent" in settings:
        assert printed == ""
