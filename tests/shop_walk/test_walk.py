"""Customers in a real browser: what Nosto is told at each step is exactly what the database says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from browser.engines import chromium
from shop_walk.customers import Made, visitor
from shop_walk.expected import cart_items, customer, elements, order, page, product, shelf
from shop_walk.serving import Shop, serve

from boathouse.models import Order, Product, Subscriber


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with ExitStack() as stack:
        yield chromium(stack, back_forward_cache=True)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with serve(tmp_path) as running:
        yield running


@pytest.fixture
def new(browser: Any, shop: Shop) -> Iterator[Made]:
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(visitor(browser, shop, **options))


def cart_call(shop: Shop, who: str | None) -> list[Any]:
    return ["api.resendCartContent", [{"items": cart_items(shop, who)}]]


def found_by(shop: Shop, *words: str) -> list[str]:
    with shop.sessions() as session:
        texts = {
            each.name: f"{each.name} {each.brand} {each.description} {each.category.name}".lower()
            for each in session.query(Product).order_by(Product.id)
        }
    return [name for name, text in texts.items() if all(word in text for word in words)]


def test_a_customer_browses_adds_logs_in_both_ways_orders_and_logs_out(shop: Shop, new: Made) -> None:  # noqa: PLR0915 - one walk
    jane = new()

    # A guest looks around.
    jane.goes("/")
    jane.sees(page("front", shop=shop, who=None, placements=("frontpage-nosto-1",)), [])
    jane.goes_to_shelf("/category/canoes")
    canoes = [["nosto_page_type", "category"], shelf(shop, "canoes"), *elements("categorypage-nosto-1")]
    jane.sees(canoes, [cart_call(shop, None)])
    jane.goes("/search?q=acme%20canoe")
    assert jane.page.locator(".card-name").all_inner_texts() == found_by(shop, "acme", "canoe")
    words = ["nosto_search_term", "acme canoe"]
    jane.sees(page("search", words, shop=shop, who=None, placements=("searchpage-nosto-1",)), [])

    # She puts two things into the cart, without a page load.
    jane.goes("/product/heron")
    heron, on_product = product(shop, "heron"), ("productpage-nosto-1",)
    empty = page("product", heron, shop=shop, who=None, placements=on_product)
    jane.sees(empty, [])
    jane.adds("heron", "heron-green")
    assert [(item["sku_id"], item["quantity"]) for item in cart_items(shop, None)] == [("heron-green", 1)]
    first = cart_call(shop, None)
    jane.sees(empty, [first])  # the block is of when the page was made, and the call is newer
    assert jane.page.inner_text("#count") == "1"
    jane.adds("mug", "mug-blue", 2)
    assert [item["quantity"] for item in cart_items(shop, None)] == [1, 2]
    second = cart_call(shop, None)
    blocks = jane.told()["blocks"]
    assert blocks == [["nosto_page_type", "product"], product(shop, "mug"), *blocks[2:]]
    jane.sees(blocks, [second])

    # She logs in where she is: the answer is told, and the guest's cart has become hers.
    guests = cart_items(shop, None)
    jane.logs_in_by_fetch("Jane")
    assert (cart_items(shop, "Jane"), cart_items(shop, None)) == (guests, [])
    jane.sees(blocks, [second, ["api.customer", [customer(shop, "Jane")]], cart_call(shop, "Jane")])
    assert jane.page.inner_text("#count") == "3"
    # The form of the page has the new session's token.
    jane.page.click("text=Put into the cart")
    jane.page.wait_for_function("() => document.querySelector('#count').textContent === '5'")
    jane.page.wait_for_function("() => nostoStandIn.calls.length === 4")
    assert jane.told()["calls"][3] == cart_call(shop, "Jane")

    # The pages that follow carry her, in the block or in the answer to the page that a cache has kept.
    jane.goes("/cart")
    jane.sees(page("cart", shop=shop, who="Jane", placements=("cartpage-nosto-1",)), [])
    kept = jane.goes_to_shelf("/category/canoes")
    assert kept.headers["x-page-cache"] == "hit"
    jane.sees(canoes, [["api.customer", [customer(shop, "Jane")]], cart_call(shop, "Jane")])
    assert (jane.page.inner_text("#name"), jane.page.inner_text("#count")) == ("Jane", "5")

    # She orders. The page after the redirect tells of it, once.
    jane.goes("/checkout")
    jane.sees(page("checkout", shop=shop, who="Jane"), [])
    jane.page.fill("input[name=address]", "1 Lake Road")
    jane.clicks("text=Order, and pay by invoice")
    assert jane.page.url == f"{shop.address}/orders/B10001"
    assert [line["quantity"] for line in order(shop, 1)["items"]] == [1, 4]
    thanks = page("order", shop=shop, who="Jane", placements=("thankyou-nosto-1",))
    assert ["nosto_cart", ""] in thanks
    jane.sees(thanks, [["api.setTaggingProvider", ["order", order(shop, 1)]]])
    jane.page.reload(wait_until="load")
    jane.sees(thanks, [])

    # She logs out, and nothing is told of anybody.
    jane.logs_out()
    nobody = page("front", shop=shop, who=None, placements=("frontpage-nosto-1",))
    jane.sees(nobody, [])
    assert "jane" not in jane.html().lower()
    jane.goes_to_shelf("/category/canoes")
    jane.sees(canoes, [cart_call(shop, None)])

    # And in again, by form.
    jane.logs_in_by_form("Jane")
    assert jane.page.url == f"{shop.address}/account"
    jane.sees(page("other", shop=shop, who="Jane"), [])
    # What she says of the newsletter is told by the next page.
    jane.page.uncheck("input[name=newsletter]")
    jane.clicks("text=Keep this choice")
    assert customer(shop, "Jane")["marketing_permission"] is False
    jane.sees(page("other", shop=shop, who="Jane"), [])


def test_a_guest_orders_and_shipping_is_a_line_that_is_no_product(shop: Shop, new: Made) -> None:
    guest = new()
    guest.adds("mug", "mug-sand")
    guest.goes("/checkout")
    guest.page.fill("main input[name=email]", "john.doe@example.com")
    guest.page.fill("input[name=first_name]", "John")
    guest.page.fill("input[name=last_name]", "Doe")
    guest.page.fill("input[name=address]", "2 Lake Road")
    guest.clicks("text=Order, and pay by invoice")
    told = order(shop, 1)
    assert [(item["product_id"], item["unit_price"]) for item in told["items"]] == [("mug", 14.5), ("-1", 4.9)]
    assert told["info"]["newsletter"] == "false"
    thanks = page("order", shop=shop, who=None, placements=("thankyou-nosto-1",))
    guest.sees(thanks, [["api.setTaggingProvider", ["order", told]]])


def test_a_guest_signs_up_for_the_newsletter_and_only_that_page_tells_it(shop: Shop, new: Made) -> None:
    guest = new()
    guest.goes("/newsletter")
    guest.page.fill("main input[name=email]", "jane.doe@example.com")
    guest.page.check("input[name=consent]")
    guest.clicks("text=Sign up")
    with shop.sessions() as session:
        subscriber = session.query(Subscriber).one()
    told = {"email": subscriber.email, "marketing_permission": True}
    guest.sees(page("other", shop=shop, who=None), [["api.customer", [told]]])
    guest.goes("/newsletter")
    guest.sees(page("other", shop=shop, who=None), [])


def test_a_second_browser_never_sees_the_first_ones_data(shop: Shop, new: Made) -> None:
    jane, john = new(), new()
    jane.logs_in_by_form("Jane")
    jane.adds("heron", "heron-red")
    kept = jane.goes_to_shelf("/category/canoes")
    assert kept.headers["x-page-cache"] == "miss"  # she is who the cache gets it for
    shelves = [["nosto_page_type", "category"], shelf(shop, "canoes"), *elements("categorypage-nosto-1")]
    jane.sees(shelves, [["api.customer", [customer(shop, "Jane")]], cart_call(shop, "Jane")])

    guests = john.goes_to_shelf("/category/canoes")
    assert guests.headers["x-page-cache"] == "hit"
    assert guests.body() == kept.body()
    john.sees(shelves, [["api.resendCartContent", [{"items": []}]]])
    for path in ("/", "/cart", "/product/heron", "/login", "/category/canoes"):
        john.goes(path)
        assert "jane" not in john.html().lower()

    john.logs_in_by_form("John")
    again = john.goes_to_shelf("/category/canoes")
    assert (again.headers["x-page-cache"], again.body()) == ("hit", kept.body())
    john.sees(shelves, [["api.customer", [customer(shop, "John")]], cart_call(shop, "John")])
    john.goes("/cart")
    john.sees(page("cart", shop=shop, who="John", placements=("cartpage-nosto-1",)), [])
    assert customer(shop, "Jane") != customer(shop, "John")
    # Nor do the answers that no page shows; and orders are their owners'.
    assert john.page.request.get(f"{shop.address}/header.json").json() == {"name": "John", "count": 0}
    jane.goes("/checkout")
    jane.page.fill("input[name=address]", "1 Lake Road")
    jane.clicks("text=Order, and pay by invoice")
    with shop.sessions() as session:
        number = session.query(Order).one().number
    john.goes(f"/orders/{number}")
    john.sees(page("notfound", shop=shop, who="John", placements=("notfound-nosto-1",)), [])


def test_back_after_a_logout_shows_nothing_of_the_visitor(shop: Shop, new: Made) -> None:
    jane = new()
    jane.goes("/")
    jane.logs_in_by_form("Jane")
    jane.goes("/")
    jane.logs_out()
    jane.page.evaluate("() => { sessionStorage.shown = '[]'; }")
    for number, name in ((2, "/login"), (4, "/")):
        jane.page.go_back(wait_until="commit")
        jane.page.wait_for_function("n => JSON.parse(sessionStorage.shown).length === n", arg=number)
        jane.page.wait_for_load_state("load")
        assert jane.page.evaluate("location.pathname") == name
        assert jane.page.inner_text("#name") == "Log in"
        assert "jane" not in jane.html().lower()
    # The browser has kept both pages, and shows nothing of them before the server was asked.
    assert jane.page.evaluate("JSON.parse(sessionStorage.shown)") == [
        [True, "/account", "hidden"],
        [False, "/login", "visible"],
        [True, "/", "hidden"],
        [False, "/", "visible"],
    ]
    jane.sees(page("front", shop=shop, who=None, placements=("frontpage-nosto-1",)), [])


@pytest.mark.parametrize("agrees", [False, None], ids=["says-no", "was-not-asked"])
def test_without_a_yes_nothing_is_loaded_and_nobody_is_told_of(shop: Shop, new: Made, agrees: bool | None) -> None:
    jane = new(agrees=agrees)
    asked: list[str] = []
    jane.page.on("request", lambda request: asked.append(request.url.removeprefix(shop.address)))
    jane.goes("/")
    jane.sees([["nosto_page_type", "front"], *elements("frontpage-nosto-1")], None)
    assert jane.page.is_visible("#consent") is (agrees is None)
    jane.logs_in_by_form("Jane")
    jane.adds("heron", "heron-red")
    jane.sees([["nosto_page_type", "product"], product(shop, "heron"), *elements("productpage-nosto-1")], None)
    jane.goes_to_shelf("/category/canoes")
    jane.sees([["nosto_page_type", "category"], shelf(shop, "canoes"), *elements("categorypage-nosto-1")], None)
    assert "/stand-in/nosto.js" not in asked
    assert jane.page.request.get(f"{shop.address}/nosto/visitor").status == 204


def test_a_yes_is_told_from_the_page_where_it_was_said(shop: Shop, new: Made) -> None:
    jane = new(agrees=None)
    jane.logs_in_by_form("Jane")
    jane.goes_to_shelf("/category/canoes")
    assert jane.told()["calls"] is None
    with jane.page.expect_response("**/nosto/visitor"), jane.page.expect_navigation(wait_until="load"):
        jane.page.click("#consent button[value=yes]")
    shelves = [["nosto_page_type", "category"], shelf(shop, "canoes"), *elements("categorypage-nosto-1")]
    jane.sees(shelves, [["api.customer", [customer(shop, "Jane")]], cart_call(shop, "Jane")])
    assert not jane.page.is_visible("#consent")


def test_the_panel_shows_what_was_told_and_what_stands_in_the_page(shop: Shop, new: Made) -> None:
    jane = new()
    jane.logs_in_by_form("Jane")
    jane.goes("/product/mug?nosto_view=1")
    jane.page.wait_for_selector(".nosto-view")
    jane.page.click("text=Put into the cart")
    jane.page.wait_for_selector(".nosto-view-calls li")
    names = jane.page.locator(".nosto-view-calls code").all_inner_texts()
    told = jane.page.evaluate(
        "[...document.querySelectorAll('.nosto-view-calls pre')].map(each => JSON.parse(each.textContent))"
    )
    assert (names, told) == (["api.resendCartContent()"], [{"items": cart_items(shop, "Jane")}])
    roots = jane.page.locator(".nosto-view-block > summary").all_inner_texts()
    assert roots == [
        "nosto_page_type product",
        "nosto_product",
        "nosto_customer",
        "nosto_cart empty",
        "nosto_element productpage-nosto-1",
    ]
    shown = jane.page.evaluate(
        "[...document.querySelectorAll('.nosto-view-block:nth-child(3) dl > *')].map(each => each.textContent)"
    )
    assert shown == [str(each).replace("True", "true") for pair in customer(shop, "Jane").items() for each in pair]
    # It comes along to the next page, until it is closed.
    jane.goes("/cart")
    jane.page.click("text=Close this view")
    jane.goes("/")
    assert jane.page.locator(".nosto-view").count() == 0
    assert jane.wrong == []


def test_a_violation_of_the_policy_would_be_seen(shop: Shop, new: Made) -> None:
    # Or all those empty lists would say nothing.
    jane = new()
    jane.goes("/")
    jane.page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.ran = true";
        document.body.append(script);
        document.body.setAttribute("style", "color: red");
    }""")
    jane.page.wait_for_function("() => violations.length === 2")
    assert [each[:2] for each in jane.told()["violations"]] == [
        ["script-src-elem", "inline"],
        ["style-src-attr", "inline"],
    ]
    assert jane.page.evaluate("window.ran === undefined && getComputedStyle(document.body).color !== 'rgb(255, 0, 0)'")


def test_nothing_is_wider_than_a_narrow_phone(new: Made) -> None:
    guest = new(viewport={"width": 360, "height": 740})
    guest.adds("heron", "heron-red")
    paths = [
        "/",
        "/category/paddles",
        "/product/heron",
        "/search?q=a",
        "/cart",
        "/checkout",
        "/login",
        "/register",
        "/newsletter",
    ]
    widths = {}
    for path in paths:
        guest.goes(path)
        widths[path] = guest.page.evaluate("document.documentElement.scrollWidth")
    assert widths == dict.fromkeys(paths, 360)
