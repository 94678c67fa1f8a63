"""The shop's own logic, without a browser: what it refuses, what it keeps, and what it says in its headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from shop_walk.serving import made
from sqlalchemy import select
from support.page import block, elements, scripts
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from boathouse.forms import Form, place_to_go
from boathouse.models import Cart, Order, Product, Sku, User
from boathouse.page_cache import PageCache
from boathouse.seed import PASSWORD

Send: TypeAlias = Callable[..., Any]


@pytest.fixture(scope="module")
def module_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    yield from _opened(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Flask]:
    yield from _opened(tmp_path)


def _opened(folder: Path, **chosen: Any) -> Iterator[Flask]:
    app = made(folder, **chosen)
    yield app
    app.extensions["boathouse_sessions"].kw["bind"].dispose()


def customer(shop: Flask, *, agrees: bool = True) -> FlaskClient:
    client = shop.test_client()
    if agrees:
        client.set_cookie("boathouse_consent", "yes")
    return client


def sends(client: FlaskClient, path: str, **fields: Any) -> Any:
    """A form as the page has it, with its token; with ``json=True`` by fetch."""
    json = fields.pop("json", False)
    (meta,) = elements(client.get("/").text, 'meta[name="csrf-token"]')
    headers = {"Accept": "application/json"} if json else {}
    return client.post(path, data={**fields, "csrf_token": meta.attributes["content"]}, headers=headers)


def logs_in(client: FlaskClient, **fields: str) -> Any:
    given = {"email": "jane.doe@example.com", "password": PASSWORD, **fields}
    return sends(client, "/login", **given)


def rows(shop: Flask, question: Any) -> list[Any]:
    with shop.extensions["boathouse_sessions"]() as session:
        return list(session.execute(question))


# --- accounts


def test_a_wrong_password_and_a_wrong_address_are_told_apart_by_nothing(module_shop: Flask) -> None:
    client = customer(module_shop)
    wrong = {"error": "There is no account with this e-mail address and password."}
    for fields in ({"password": "wrong"}, {"email": "nobody@example.com"}, {"password": ""}, {"email": ""}):
        given = {"email": "jane.doe@example.com", "password": PASSWORD, **fields}
        by_fetch = sends(client, "/login.json", json=True, **given)
        assert (by_fetch.status_code, by_fetch.json) == (422, wrong)
        by_form = logs_in(client, **fields)
        assert by_form.status_code == 422
        assert [each.text() for each in elements(by_form.text, "main .wrong")] == [wrong["error"]]
    assert client.get("/account").headers["Location"] == "/login?next=/account"


def test_a_login_begins_a_new_session_and_a_logout_leaves_none(module_shop: Flask) -> None:
    client = customer(module_shop)
    client.get("/login")
    with client.session_transaction() as session:
        session["from"] = "before"
    assert logs_in(client).headers["Location"] == "/account"
    with client.session_transaction() as session:
        assert set(session) == {"_fresh", "_id", "_user_id", "orders"} | ({"_flashes"} & set(session))
        assert session["_user_id"] == "1"
    sends(client, "/logout")
    with client.session_transaction() as session:
        assert "_user_id" not in session


@pytest.mark.parametrize(
    "path",
    [
        "/login",
        "/login.json",
        "/logout",
        "/cart/add",
        "/cart/change",
        "/checkout",
        "/newsletter",
        "/register",
        "/account/newsletter",
    ],
)
@pytest.mark.parametrize("token", [None, "another"])
def test_a_form_from_elsewhere_is_refused(module_shop: Flask, path: str, token: str | None) -> None:
    client = customer(module_shop)
    logs_in(client)
    answer = client.post(path, data={} if token is None else {"csrf_token": token})
    assert answer.status_code == 400
    assert [each.text() for each in elements(answer.text, "h1")] == ["Once more, please."]
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/cart", "/cart"),
        ("/search?q=a%20b", "/search?q=a%20b"),
        ("", "/account"),
        ("https://example.com/", "/account"),
        ("//example.com/", "/account"),
        ("/\\example.com/", "/account"),
        ("\\\\example.com", "/account"),
        ("javascript:alert(1)", "/account"),
        ("/\t/example.com/", "/account"),
        ("cart", "/account"),
    ],
)
def test_a_login_leads_to_pages_of_the_shop_only(module_shop: Flask, asked: str, led_to: str) -> None:
    with module_shop.test_request_context("/login", method="POST", data={"next": asked}):
        assert place_to_go("/account") == led_to


def test_a_new_account_is_somebody_at_once_and_its_address_is_taken(shop: Flask) -> None:
    fields = {"first_name": " Jane ", "last_name": "Doe", "email": "J.Doe@Example.com", "password": "12345678"}
    client = customer(shop)
    answer = sends(client, "/register", **fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    (row,) = rows(shop, select(User.id, User.email, User.first_name, User.marketing_permission).where(User.id == 3))
    assert tuple(row) == (3, "j.doe@example.com", "Jane", False)
    assert dict(block(client.get("/account").text))["marketing_permission"] == "false"

    again = sends(customer(shop), "/register", **fields)
    assert again.status_code == 422
    assert [each.text() for each in elements(again.text, "main .wrong")] == [
        "There is an account with this address already."
    ]
    for name, value, error in (
        ("first_name", " ", "The first name is missing."),
        ("last_name", "x" * 81, "The last name must be at most 80 characters long."),
        ("email", "jane", "This does not look like an e-mail address."),
        ("password", "1234567", "A password has at least 8 characters."),
    ):
        refused = sends(customer(shop), "/register", **{**fields, "email": "jd@example.com", name: value})
        assert refused.status_code == 422
        assert [each.text() for each in elements(refused.text, "main .wrong")] == [error]
        assert "12345678" not in refused.text
    assert len(rows(shop, select(User.id))) == 3


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("jane.doe@example.com", True),
        ("j+o'x@mail.example.com", True),
        (f"{'x' * 242}@example.com", True),
        (f"{'x' * 243}@example.com", False),
        ("jane@example", False),
        ("jane@-example.com", False),
        ("jane@exa mple.com", False),
        ("jane doe@example.com", False),
        ("@example.com", False),
        ("", False),
    ],
)
def test_addresses(module_shop: Flask, address: str, is_one: bool) -> None:
    with module_shop.test_request_context("/newsletter", method="POST", data={"email": address}):
        form = Form()
        form.email()
    assert form.errors == ({} if is_one else {"email": "This does not look like an e-mail address."})


def test_nobody_gets_letters_without_a_tick(module_shop: Flask) -> None:
    client = customer(module_shop)
    refused = sends(client, "/newsletter", email="jane.doe@example.com")
    assert refused.status_code == 422
    assert [each.text() for each in elements(refused.text, "main .wrong")] == [
        "Without your consent we do not write to you."
    ]
    assert [each for each in scripts(refused.text) if "api.customer" in each] == []


# --- the cart, and what is bought


def test_the_cart_holds_no_more_than_there_is(shop: Flask) -> None:
    client = customer(shop)

    def put(sku: str, quantity: Any, path: str = "/cart/add") -> Any:
        answer = sends(client, path, json=True, sku=sku, quantity=quantity)
        return answer.status_code, answer.json and answer.json["count"]

    assert put("heron-red", 3) == (200, 3)
    assert put("heron-red", 3) == (200, 4)
    assert put("mug-sand", 999) == (200, 24)
    assert put("heron-blue", 1) == (200, 24)  # sold out
    assert put("mug-sand", "-7") == (200, 17)
    assert put("mug-sand", "x") == (200, 18)
    assert put("mug-sand", 0, "/cart/change") == (200, 4)
    assert put("nothing", 1) == (404, None)
    assert put("heron-red", -1, "/cart/change") == (200, 0)


def test_the_cart_works_without_scripts(shop: Flask) -> None:
    client = customer(shop)
    answer = sends(client, "/cart/add", sku="heron-red")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cart")
    page = client.get("/cart").text
    assert [each.text() for each in elements(page, "#said p")] == ["Heron touring canoe, red is in your cart."]
    assert [each.text() for each in elements(page, ".nosto_cart .sku_id")] == ["heron-red"]


def test_a_guests_cart_is_added_to_the_accounts_own(shop: Flask) -> None:
    first = customer(shop)
    logs_in(first)
    sends(first, "/cart/add", sku="mug-sand", quantity=2)
    second = customer(shop)
    sends(second, "/cart/add", sku="mug-sand", quantity=1)
    sends(second, "/cart/add", sku="heron-red", quantity=1)
    logs_in(second)
    with shop.extensions["boathouse_sessions"]() as session:
        (cart,) = session.scalars(select(Cart))
        assert (cart.user_id, [(line.sku_id, line.quantity) for line in cart.lines]) == (
            1,
            [("mug-sand", 3), ("heron-red", 1)],
        )


def test_of_two_who_want_the_last_one_the_first_gets_it(shop: Flask) -> None:
    fast, slow = customer(shop), customer(shop)
    address = {"email": "jane.doe@example.com", "first_name": "Jane", "last_name": "Doe", "address": "1 Lake Road"}
    for client in (fast, slow):
        sends(client, "/cart/add", sku="mug-blue", quantity=1)
        sends(client, "/cart/add", sku="otter-sand", quantity=1)
    assert sends(fast, "/checkout", **address).headers["Location"] == "/orders/B10001"
    assert sends(slow, "/checkout", **address).headers["Location"] == "/cart"
    stock = dict(map(tuple, rows(shop, select(Sku.id, Sku.stock).where(Sku.id.in_(["otter-sand", "mug-blue"])))))
    assert stock == {"otter-sand": 0, "mug-blue": 44}
    assert len(rows(shop, select(Order.id))) == 1
    assert "Somebody was faster" in slow.get("/cart").text


def test_an_order_needs_to_know_where_to_and_an_empty_cart_is_none(shop: Flask) -> None:
    client = customer(shop)
    assert client.get("/checkout").headers["Location"] == "/cart"
    assert sends(client, "/checkout").headers["Location"] == "/cart"
    sends(client, "/cart/add", sku="mug-sand", quantity=1)
    refused = sends(client, "/checkout", email="x", first_name="", last_name="", address="x" * 301)
    assert refused.status_code == 422
    assert [each.text() for each in elements(refused.text, "main .wrong")] == [
        "This does not look like an e-mail address.",
        "The first name is missing.",
        "The last name is missing.",
        "The address must be at most 300 characters long.",
    ]
    assert rows(shop, select(Order.id)) == []


def test_an_orders_number_out_of_somebody_elses_cookie_tells_nothing(shop: Flask) -> None:
    buyer, stranger = customer(shop), customer(shop)
    logs_in(buyer)
    sends(buyer, "/cart/add", sku="mug-sand", quantity=1)
    sends(buyer, "/checkout", first_name="Jane", last_name="Doe", address="1 Lake Road")
    with buyer.session_transaction() as session:
        pushed = session["_nosto_pushed"]
    assert pushed == [{"order": "B10001"}]  # a reference, and nothing of the order
    with stranger.session_transaction() as session:
        session["_nosto_pushed"] = pushed
    assert "setTaggingProvider(" not in stranger.get("/").text
    assert stranger.get("/orders/B10001").status_code == 404
    # The buyer's own page tells it, once.
    assert [buyer.get("/orders/B10001").text.count('setTaggingProvider("order"') for _ in range(2)] == [1, 0]


@pytest.mark.parametrize("number", ["B10002", "B9999", "10001", "B", "B１０００１", "BB10001", "B010001", "B-1"])
def test_a_number_that_is_no_orders_is_not_found(module_shop: Flask, number: str) -> None:
    assert customer(module_shop).get(f"/orders/{number}").status_code == 404


# --- pages


def test_the_search_finds_every_word_anywhere_and_takes_no_pattern(module_shop: Flask) -> None:
    def found(words: str) -> list[str]:
        page = customer(module_shop).get("/search", query_string={"q": words}).text
        return [each.text() for each in elements(page, ".card-name")]

    assert found("WOOL felt") == ["Felt seat pad"]
    assert found("felt canoe") == []
    assert found("") == []
    assert found("%") == []
    assert found("_") == []
    assert found("'") == [
        name
        for (name,) in rows(
            module_shop,
            select(Product.name)
            .where(Product.name.contains("'") | Product.description.contains("'"))
            .order_by(Product.id),
        )
    ]
    assert found("  lantern  ") == ["Storm lantern"]
    hostile = customer(module_shop).get("/search", query_string={"q": '<script>alert("x")</script>'}).text
    assert [each.text() for each in elements(hostile, ".nosto_search_term")] == ['<script>alert("x")</script>']
    assert [each for each in scripts(hostile) if "alert" in each] == []


def test_every_picture_is_drawn_in_the_colour_of_its_sku(module_shop: Flask) -> None:
    skus = rows(module_shop, select(Sku.id, Sku.colour))
    assert len(skus) == 37
    for sku_id, colour in skus:
        answer = customer(module_shop).get(f"/pictures/{sku_id}.svg")
        assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
        assert ET.fromstring(answer.text).attrib == {"viewBox": "0 0 320 320"}  # noqa: S314 - the shop's own
        assert f'"{colour}"' in answer.text
    assert customer(module_shop).get("/pictures/none.svg").status_code == 404


def test_a_sold_out_sku_cannot_be_chosen(module_shop: Flask) -> None:
    page = customer(module_shop).get("/product/heron?sku=heron-blue").text
    chosen = [
        (each.attributes["value"], "checked" in each.attributes, "disabled" in each.attributes)
        for each in elements(page, "input[name=sku]")
    ]
    assert chosen == [("heron-red", False, False), ("heron-green", False, False), ("heron-blue", False, True)]


@pytest.mark.parametrize("path", ["/product/none", "/category/none", "/none"])
def test_what_is_not_there_says_so_to_nosto_too(module_shop: Flask, path: str) -> None:
    answer = customer(module_shop).get(path)
    assert answer.status_code == 404
    assert [each.text() for each in elements(answer.text, ".nosto_page_type")] == ["notfound"]


# --- headers

OWN = "default-src 'none'; script-src 'self' https://*.nosto.com{}; style-src 'self' https://*.nosto.com; img-src 'self' https://*.nosto.com; connect-src 'self' https://*.nosto.com; form-action 'self' https://*.nosto.com; base-uri 'none'; frame-ancestors 'none'; style-src-attr 'self' 'unsafe-hashes' 'sha256-aqNNdDLnnrDOnTNdkJpYlAxKVJtLt9CtFLklmInuUAE='; frame-src https://*.nosto.com"


def test_a_visitors_page_has_a_nonce_of_its_own_and_is_nobody_elses(module_shop: Flask) -> None:
    client = customer(module_shop)
    nonces = set()
    for path in ("/", "/cart", "/product/heron", "/login", "/search?q=mug", "/none"):
        answer = client.get(path)
        inline = [each for each in elements(answer.text, "script") if "src" not in each.attributes]
        (nonce,) = {each.attributes["nonce"] for each in inline}
        assert answer.headers["Content-Security-Policy"] == OWN.format(f" 'nonce-{nonce}'")
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "Cookie" in answer.headers["Vary"]
        nonces.add(nonce)
    assert len(nonces) == 6


def test_a_page_for_everybody_has_hashes_and_nothing_of_a_visitor(shop: Flask) -> None:
    jane = customer(shop)
    logs_in(jane)
    sends(jane, "/cart/add", sku="mug-sand", quantity=1)
    first = jane.get("/category/canoes")
    others = [customer(shop, agrees=False).get("/category/canoes"), jane.get("/category/canoes?utm=x")]
    assert [each.headers["X-Page-Cache"] for each in (first, *others)] == ["miss", "hit", "hit"]
    shop.extensions["boathouse_page_cache"].clear()
    others.append(customer(shop).get("/category/canoes"))
    assert {each.data for each in others} == {first.data}
    for each in (first, *others):
        assert each.headers["Content-Security-Policy"].startswith(OWN.partition("{}")[0] + " 'sha256-")
        assert each.headers["Cache-Control"] == "public, max-age=0, s-maxage=60"
        assert {"Vary", "Set-Cookie"}.isdisjoint(each.headers.keys())
    assert "nonce" not in first.text
    assert "csrf" not in first.text
    assert re.findall("(?i)jane", first.text) == []
    assert [each.text() for each in elements(first.text, "#count, #name")] == ["Log in", ""]


def test_the_hashes_are_of_the_scripts_that_stand_there(shop: Flask) -> None:
    from boathouse.security import _hash

    answer = customer(shop).get("/category/canoes")
    inline = [each.text() for each in elements(answer.text, "script") if "src" not in each.attributes]
    assert len(inline) == 2
    found = re.findall(r"'sha256-[^']+'", answer.headers["Content-Security-Policy"].partition(";")[2].partition(";")[0])
    assert found == [_hash(each) for each in inline]


def test_with_an_account_the_real_client_script_is_loaded(tmp_path: Path) -> None:
    for shop in _opened(tmp_path, nosto_account_id="shopify-11368366139"):
        real = "https://connect.nosto.com/include/shopify-11368366139"
        for path, kind in (("/", None), ("/category/canoes", "text/plain")):
            page = customer(shop).get(path).text
            sources = {each.attributes["src"]: each.attributes.get("type") for each in elements(page, "script[src]")}
            assert sources == {real: kind, "/static/shop.js": None}
        agreed_not = customer(shop, agrees=False).get("/").text
        assert [each.attributes["src"] for each in elements(agreed_not, "script[src]")] == ["/static/shop.js"]


def test_the_visitors_header_is_kept_by_nobody(module_shop: Flask) -> None:
    client = customer(module_shop)
    logs_in(client)
    answer = client.get("/header.json")
    assert (answer.json or {})["name"] == "Jane"
    assert answer.headers["Cache-Control"] == "no-store"


# --- the page cache


def cached(control: str, **cookies: str) -> tuple[Client, list[str]]:
    asked: list[str] = []

    @Request.application
    def app(request: Request) -> Response:
        asked.append(
            f"{request.method} {request.full_path} {sorted(request.cookies)} {'Authorization' in request.headers}"
        )
        response = Response(f"page {len(asked)}", 404 if request.path.endswith("none") else 200)
        response.headers["Cache-Control"] = control
        for name, value in cookies.items():
            response.set_cookie(name, value)
        return response

    return Client(PageCache(app, prefix="/kept/", parameters=("order",), most=2)), asked


def test_the_cache_asks_as_nobody_and_keeps_by_what_makes_a_difference() -> None:
    client, asked = cached("public, s-maxage=60")
    client.set_cookie("session", "jane")

    def get(path: str, **options: Any) -> tuple[str, str | None]:
        answer = client.get(path, **options)
        return answer.text, answer.headers.get("X-Page-Cache")

    assert get("/kept/a?x=1", headers={"Authorization": "Basic jane"}) == ("page 1", "miss")
    assert get("/kept/a?y=2&x=3") == ("page 1", "hit")
    assert get("/kept/a?order=price") == ("page 2", "miss")
    assert client.head("/kept/a").headers["Content-Length"] == "6"
    assert get("/kept/a", base_url="https://shop.example.com") == ("page 3", "miss")  # and the first one has to go
    assert get("/kept/a") == ("page 4", "miss")
    assert get("/other") == ("page 5", None)
    assert client.post("/kept/a").text == "page 6"
    assert asked == [
        "GET /kept/a? [] False",
        "GET /kept/a?order=price [] False",
        "GET /kept/a? [] False",
        "GET /kept/a? [] False",
        "GET /other? ['session'] False",
        "POST /kept/a? ['session'] False",
    ]


@pytest.mark.parametrize(
    "control",
    ["", "private", "no-store", "max-age=60", "public", "public, max-age=60", "s-maxage=60", "public, s-maxage=0"],
)
def test_the_cache_keeps_nothing_that_does_not_say_so(control: str) -> None:
    client, asked = cached(control)
    assert [client.get("/kept/a").headers["X-Page-Cache"] for _ in range(2)] == ["miss", "miss"]
    assert len(asked) == 2


def test_the_cache_keeps_no_page_with_a_cookie_and_gives_nobodys_to_anybody() -> None:
    client, asked = cached("public, s-maxage=60", session="nobody")
    answers = [client.get("/kept/a") for _ in range(2)]
    assert [each.headers.get("Set-Cookie") for each in answers] == [None, None]
    assert len(asked) == 2


def test_the_cache_keeps_no_error_and_nothing_for_longer_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    client, asked = cached("public, s-maxage=60")
    now = 1000.0
    monkeypatch.setattr("boathouse.page_cache.time.monotonic", lambda: now)
    assert [client.get("/kept/none").headers["X-Page-Cache"] for _ in range(2)] == ["miss", "miss"]
    client.get("/kept/a")
    now = 1059.5
    assert (client.get("/kept/a").headers["Age"], len(asked)) == ("59", 3)
    now = 1060.0
    assert (client.get("/kept/a").headers["Age"], len(asked)) == ("0", 4)
