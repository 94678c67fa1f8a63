"""What tests of shops use: every framework's responses, the differences told, the recorder and the off switch."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import fastapi
import flask
import litestar
import litestar.testing
import pytest
import quart
import sanic
from jinja2 import Environment
from sanic_testing.testing import SanicASGITestClient
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from werkzeug.local import LocalProxy

from nosto_tagging import Cart, Customer, PageTagging, Product, Settings, Tagger, api, block, snippet
from nosto_tagging.errors import InvalidArgument, InvalidTagging
from nosto_tagging.jinja import install
from nosto_tagging.reading.check import check
from nosto_tagging.reading.formats import sentence
from nosto_tagging.testing import (
    Recorder,
    assert_no_findings,
    assert_tagging,
    html_of,
    recorded,
    tagging_of,
    tagging_off,
)

JANE = Customer(email="jane.doe@example.com", first_name="Jane", marketing_permission=True)
CART = Cart(items=[{"product_id": "101", "name": "Canoe", "quantity": 1, "unit_price": 950, "price_currency_code": "EUR"}])  # fmt: skip
CLIENT = Tagger(Settings(account_id="shopify-11368366139")).client_script()
HEAD = f"<!doctype html><title>Canoe</title>{CLIENT}"
PAGE = f"{HEAD}{block(PageTagging(page_type='front', customer=JANE, cart=CART))}"


def failure(page: object, **expected: Any) -> list[str]:
    with pytest.raises(AssertionError) as caught:
        assert_tagging(page, **expected)
    first, *lines = str(caught.value).splitlines()
    assert first == "The page's tagging is not what was expected:"
    return lines


# Responses ------------------------------------------------------------------------------------------------------------


def of_flask() -> object:
    app = flask.Flask(__name__)
    app.add_url_rule("/", view_func=lambda: PAGE)
    return app.test_client().get("/")


def of_starlette() -> object:
    return TestClient(Starlette(routes=[Route("/", lambda _: HTMLResponse(PAGE))])).get("/")


def of_fastapi() -> object:
    app = fastapi.FastAPI()
    app.add_api_route("/", lambda: HTMLResponse(PAGE))
    return TestClient(app).get("/")


def of_litestar() -> object:
    @litestar.get("/", media_type="text/html", sync_to_thread=False)
    def shown() -> str:
        return str(PAGE)

    return litestar.testing.TestClient(litestar.Litestar([shown])).get("/")


def of_sanic() -> object:
    app = sanic.Sanic("shop-tested", configure_logging=False)
    app.add_route(lambda _: sanic.html(PAGE), "/", name="shown")
    try:
        return asyncio.run(SanicASGITestClient(app).get("/"))[1]
    finally:
        sanic.Sanic.unregister_app(app)


def of_quart() -> object:
    app = quart.Quart(__name__)
    app.add_url_rule("/", view_func=lambda: PAGE)

    return asyncio.run(app.test_client().get("/"))


def of_django() -> object:
    return django_response("HttpResponse", PAGE)


def of_a_stream_of_django() -> object:
    return django_response("StreamingHttpResponse", iter([PAGE[:20], PAGE[20:]]))


def of_an_async_stream_of_django() -> object:
    async def parts() -> AsyncIterator[bytes]:
        yield PAGE[:20].encode()
        yield PAGE[20:].encode()

    return django_response("StreamingHttpResponse", parts())


def django_response(kind: str, body: object) -> Any:
    from django import http
    from support.django_project import MIDDLEWARE

    assert MIDDLEWARE  # importing it has made the process a project
    return getattr(http, kind)(body)


RESPONSES = {
    "text": lambda: PAGE,
    "bytes": PAGE.encode,
    "flask": of_flask,
    "starlette": of_starlette,
    "fastapi": of_fastapi,
    "litestar": of_litestar,
    "sanic": of_sanic,
    "quart": of_quart,
    "django": of_django,
    "django's stream": of_a_stream_of_django,
    "django's async stream": of_an_async_stream_of_django,
    "data": lambda: SimpleNamespace(data=PAGE.encode()),
    "body": lambda: SimpleNamespace(body=PAGE.encode(), text=lambda: PAGE),
}


@pytest.mark.parametrize("name", RESPONSES)
def test_the_tagging_of_every_response(name: str) -> None:
    page = RESPONSES[name]()
    assert tagging_of(page) == PageTagging(page_type="front", customer=JANE, cart=CART)
    assert_tagging(page, customer=JANE, cart=CART, order=None)


@pytest.mark.parametrize("name", ["quart", "django's async stream"])
def test_a_response_is_taken_where_a_loop_runs_already(name: str) -> None:
    page = RESPONSES[name]()

    async def test() -> None:
        assert_tagging(page, customer=JANE)
        assert_tagging(page, customer=JANE)

    asyncio.run(test())


def test_a_stream_can_be_read_after_it_was_looked_at() -> None:
    streamed: Any = of_a_stream_of_django()
    assert html_of(streamed) == PAGE
    assert b"".join(streamed.streaming_content) == PAGE.encode()


def test_what_has_to_be_waited_for_is_refused() -> None:
    async def parts() -> AsyncIterator[bytes]:
        await asyncio.sleep(0)
        yield b""

    with pytest.raises(InvalidArgument) as caught:
        tagging_of(django_response("StreamingHttpResponse", parts()))
    assert str(caught.value) == "page must not have to be waited for: await its body, and give that, text or bytes"


@pytest.mark.parametrize("page", [None, 1, SimpleNamespace(text=lambda: PAGE), [PAGE]])
def test_what_holds_no_page_is_refused(page: object) -> None:
    with pytest.raises(InvalidArgument) as caught:
        html_of(page)
    assert str(caught.value) == (
        f"page must be text, bytes, or a response with one of text, content, data, body that is either, "
        f"got {type(page).__name__}"
    )


# Differences ----------------------------------------------------------------------------------------------------------


def test_the_difference_is_told_field_by_field() -> None:
    expected = {"email": "jane.doe@example.com", "first_name": "Janet", "last_name": "Doe"}
    partial = [
        "  customer.first_name: expected 'Janet', the page has 'Jane'",
        "  customer.last_name: expected 'Doe', the page has none",
    ]
    page_type = "  page_type: expected 'product', the page has 'front'"
    assert failure(PAGE, customer=expected, page_type="product") == [*partial, page_type]
    # A model is compared whole.
    more = "  customer.marketing_permission: not expected, the page has True"
    assert failure(PAGE, customer=Customer(**expected), page_type="product") == [*partial, more, page_type]


def test_the_difference_in_a_list() -> None:
    missing = [
        f"  cart.items[1].{name}: expected {value}, the page has none"
        for name, value in [
            ("product_id", "'101'"),
            ("quantity", "1"),
            ("name", "'Canoe'"),
            ("unit_price", "Decimal('950')"),
            ("price_currency_code", "'EUR'"),
        ]
    ]
    twice = {**CART.items[0].__dict__, "quantity": 2}
    for second in (CART.items[0], {k: v for k, v in CART.items[0].__dict__.items() if v is not None}):
        assert failure(PAGE, cart={"items": [twice, second]}) == [
            "  cart.items[0].quantity: expected 2, the page has 1",
            *missing,
        ]
    assert failure(PAGE, cart={"items": [{"name": "Canoe"}, {"product_id": "7"}]}) == [
        "  cart.items[1].product_id: expected '7', the page has none"
    ]
    two = block(Cart(items=[CART.items[0], CART.items[0]]))
    found = [
        line.replace("expected", "not expected, the page has").partition(", the page has none")[0] for line in missing
    ]
    assert failure(two, cart={"items": [{}]}) == failure(two, cart=CART) == found
    assert failure(PAGE, cart={"items": []}) == [line.replace("[1]", "[0]") for line in found]


@pytest.mark.parametrize(
    "expected",
    [
        {"customer": {}},
        {"customer": {"email": "jane.doe@example.com"}},
        {"customer": {"first_name": " Jane ", "last_name": None}},
        {"customer": {"marketing_permission": "true"}},
        {"cart": {"items": [{}]}},
        {"cart": {"items": [{"unit_price": "950.00"}]}},
        {"cart": {"items": (CART.items[0],)}},
        {"cart": {"items": iter(CART.items)}},
        {"cart": {"items": [{"sku_id": None, "quantity": 1}], "restore_link": None}},
        {"cart": MappingProxyType({"items": [MappingProxyType({"product_id": "101"})]})},
        {"products": [{"custom_fields": {"Colour": "red"}}, {"price": 3, "skus": [{"name": "Red"}]}]},
        {"products": [{"custom_fields": {"Colour": "red", "Care": "none"}}, {}]},
        {"custom_fields": {"Season": ["summer"]}, "tags": ["new"], "order": None},
    ],
)
def test_a_mapping_is_compared_in_its_own_keys(expected: dict[str, Any]) -> None:
    assert_tagging(SHOP_PAGE, **expected)


TOLD = block(
    PageTagging(
        tags=["new"],
        custom_fields={"Season": ["summer"], "Sale": ["no"]},
        products=[
            {"product_id": "1", "basic": True, "custom_fields": {"Colour": "red", "Care": "none"}},
            {"product_id": "2", "basic": True, "price": "3.00", "skus": [{"id": "2r", "name": "Red", "price": "3.00", "availability": "InStock"}]},
        ],
    )
)  # fmt: skip
SHOP_PAGE = f"{PAGE}{TOLD}"


@pytest.mark.parametrize(
    ("expected", "line"),
    [
        ({"order": {}}, "  order: expected {}, the page has none"),
        ({"order": {"order_number": None}}, "  order: expected {'order_number': None}, the page has none"),
        ({"order": {"order_number": 7}}, "  order.order_number: expected '7', the page has none"),
        ({"order": {"items": [{"quantity": 1}]}}, "  order.items[0].quantity: expected 1, the page has none"),
        ({"customer": {"email": None}}, "  customer.email: not expected, the page has 'jane.doe@example.com'"),
        ({"customer": {"marketing_permission": False}}, "  customer.marketing_permission: expected False, the page has True"),
        ({"custom_fields": {"Season": ["winter"]}}, "  custom_fields['Season'][0]: expected 'winter', the page has 'summer'"),
        (
            {"products": [{}, {"skus": [{"name": "Blue"}]}]},
            "  products[1].skus[0].name: expected 'Blue', the page has 'Red'",
        ),
        (
            {"products": [{"custom_fields": {"Colour": "red", "Size": "L"}}, {}]},
            "  products[0].custom_fields['Size']: expected 'L', the page has none",
        ),
        ({"tags": ["new", "red"]}, "  tags[1]: expected 'red', the page has none"),
        ({"tags": []}, "  tags[0]: not expected, the page has 'new'"),
    ],
)  # fmt: skip
def test_a_difference_in_a_part_of_a_part(expected: dict[str, Any], line: str) -> None:
    assert failure(SHOP_PAGE, **expected)[0] == line


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({"cart": {"items": [{}, {"quantity": 0}]}}, "PageTagging.cart.items[1].quantity must be a whole number from 1, got int"),
        ({"cart": {"items": [{}, 3]}}, "PageTagging.cart.items[1] must be given as fields or a mapping of them, got int"),
        ({"cart": {"items": 3}}, "PageTagging.cart.items must be a list, got int"),
        ({"cart": {"itms": []}}, f"PageTagging.cart has no field 'itms', must be one of: {', '.join(Cart.model_fields)}"),
        ({"customer": {"email": 3}}, "PageTagging.customer.email must be text, got int"),
        ({"customer": 3}, "PageTagging.customer must be given as fields or a mapping of them, got int"),
        ({"sort_order": 3.5}, "PageTagging.sort_order must be text, got float"),
    ],
)  # fmt: skip
def test_what_a_model_would_not_hold_is_an_error_of_the_test(expected: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidTagging) as caught:
        assert_tagging(SHOP_PAGE, **expected)
    assert str(caught.value) == message


LINK = "https://shop.example.com/cart?token=1"


def test_the_link_that_restores_a_cart_is_found_wherever_it_is_told() -> None:
    told = PageTagging(cart=CART, restore_link=LINK)
    for page in (block(told), f"{HEAD}{snippet(told)}"):
        assert_tagging(page, restore_link=LINK)
        assert_tagging(page, cart=CART, restore_link=LINK)
        assert_tagging(page, cart={"items": [{"quantity": 1}]}, restore_link=LINK)
        assert failure(page, restore_link="https://shop.example.com/") == [
            f"  restore_link: expected 'https://shop.example.com/', the page has {LINK!r}"
        ]
    assert_tagging(block(told), cart={"restore_link": LINK})
    assert_tagging(block(told), cart=CART.model_copy(update={"restore_link": LINK}), restore_link=LINK)


def test_what_must_not_be_there() -> None:
    assert_tagging(PAGE, order=None, tags=[])
    assert failure("<p>Hello", customer=JANE)[0] == (
        "  customer.email: expected 'jane.doe@example.com', the page has none"
    )
    assert failure(PAGE, cart=None)[0] == "  cart.items[0].product_id: not expected, the page has '101'"


def test_what_a_block_does_not_carry_need_not_be_there_and_may() -> None:
    page = PageTagging(category_ids=["1", "2"], tags=["new"])
    assert page.in_block() != page
    assert_tagging(block(page), tags=["new"], category_ids=["1", "2"])
    assert_tagging(f"{HEAD}{snippet(page)}", tags=["new"], category_ids=["1", "2"])
    assert failure(f"{HEAD}{snippet(page)}", category_ids=["1", "3"]) == [
        "  category_ids[1]: expected '3', the page has '2'",
    ]


def test_a_product_told_of_by_whom_it_is_made_is_the_same() -> None:
    product = {"product_id": "101", "basic": True}
    assert_tagging(block(Product(**product)), products=[product])
    # Which form it is, a script does not say.
    for basic in (True, False):
        assert_tagging(f"{HEAD}{snippet(PageTagging(products=[product]))}", products=[{**product, "basic": basic}])


def test_what_stands_behind_a_proxy_is_compared() -> None:
    for customer in (JANE, {"first_name": "Jane"}):
        assert_tagging(PAGE, customer=LocalProxy(lambda held=customer: held), order=LocalProxy(lambda: None))
    assert_tagging(PAGE, cart={"items": [LocalProxy(lambda: CART.items[0])]})
    assert failure(PAGE, customer=LocalProxy(lambda: None))[0] == (
        "  customer.email: not expected, the page has 'jane.doe@example.com'"
    )


def test_a_name_that_is_not_there_is_an_error_of_the_test() -> None:
    with pytest.raises(InvalidTagging, match="PageTagging has no field 'custmer', must be one of: page_type, customer"):
        assert_tagging(PAGE, custmer=None)


def test_the_failure_says_why_a_value_is_not_there() -> None:
    page = PAGE.replace(">true<", ">perhaps<")
    (finding,) = [each for each in check(page) if each.severity == "error"]
    assert failure(page, customer=JANE) == [
        "  customer.marketing_permission: expected True, the page has none",
        "check finds on the page:",
        f"  {sentence(finding)}",
    ]
    assert finding.code == "consent-value"
    # Where nothing is missing, there is nothing to explain.
    assert failure(page, page_type="product") == [
        "  page_type: expected 'product', the page has 'front'",
    ]


def test_pytest_shows_the_line_of_the_test_only() -> None:
    with pytest.raises(AssertionError) as caught:
        assert_tagging(PAGE, customer=None)
    hidden = [each.frame.f_locals.get("__tracebackhide__", False) for each in caught.traceback]
    assert hidden == [False, True]


# Findings -------------------------------------------------------------------------------------------------------------

GOOD = f"{HEAD}{block(PageTagging(page_type='front'))}"
BAD = GOOD.replace(">front<", ">home<")


def test_a_page_with_nothing_wrong_has_no_findings() -> None:
    assert check(GOOD) == []
    assert_no_findings(GOOD)


def test_findings_are_told_a_line_each() -> None:
    (finding,) = check(BAD)
    with pytest.raises(AssertionError) as caught:
        assert_no_findings(BAD)
    assert str(caught.value) == f"check finds on the page:\n  {sentence(finding)}"
    assert finding.code == "page-type-unknown"


def test_findings_that_do_not_matter() -> None:
    (finding,) = check(BAD)
    assert_no_findings(BAD, ignore=["page-type-unknown"])
    if finding.severity != "error":
        assert_no_findings(BAD, severity="error")
    with pytest.raises(AssertionError, match="page-type-unknown"):
        assert_no_findings(BAD, severity=finding.severity)


def test_the_settings_of_the_site_say_what_does_not_matter() -> None:
    assert_no_findings(BAD, settings=Settings(check_ignore="page-type-unknown"))
    with pytest.raises(AssertionError, match="page-type-unknown"):
        assert_no_findings(BAD, settings=Settings(check_ignore="stub-late"))
    assert_no_findings(BAD, settings=Settings(check_ignore="stub-late"), ignore="Page-Type-Unknown")
    private = f"{GOOD}{block(JANE)}"
    assert_no_findings(private, settings=Settings())
    with pytest.raises(AssertionError, match="email-in-page"):
        assert_no_findings(private, settings=Settings(leave_out_email=True))
    with pytest.raises(InvalidArgument, match="ignore has no rule no-such-rule"):
        assert_no_findings(GOOD, settings=Settings(check_ignore="no-such-rule"))


PRIVATE = f"{GOOD}{block(JANE)}"


@pytest.mark.parametrize("headers", [{"Cache-Control": "public, max-age=60"}, [("Cache-Control", "public"), ("Cache-Control", "max-age=60")]])  # fmt: skip
def test_the_headers_of_a_response_are_checked_with_it(headers: Any) -> None:
    app = flask.Flask(__name__)
    app.add_url_rule("/", view_func=lambda: (PRIVATE, headers))
    response = app.test_client().get("/")
    with pytest.raises(AssertionError, match="personal-cacheable"):
        assert_no_findings(response)
    assert_no_findings(response, headers={"cache-control": "private, no-cache"})
    assert_no_findings(PRIVATE)
    with pytest.raises(AssertionError, match="personal-cacheable"):
        assert_no_findings(PRIVATE, headers=headers)


# The recorder ---------------------------------------------------------------------------------------------------------


def printed(tagger: Tagger) -> None:
    tagger.block(JANE)
    tagger.snippet(JANE, None, api.add_segment_code_to_visit("vip"))
    tagger.statement(CART)
    tagger.payload(CART)
    tagger.placement("front-1")


def test_what_is_printed_is_recorded_in_its_order() -> None:
    with recorded() as recorder:
        printed(Tagger())
        before = list(recorder.things)
    assert before == [JANE, JANE, api.add_segment_code_to_visit("vip"), CART, CART]
    printed(Tagger())
    assert recorder.things == before


def test_a_page_is_recorded_once_and_prints_what_it_did() -> None:
    page = PageTagging(page_type="product", customer=JANE, cart=CART)
    without = (block(page), snippet(page, JANE))
    with recorded() as recorder:
        assert (block(page), snippet(page, JANE)) == without
    assert recorder == Recorder([page, page, JANE])


def test_what_a_template_prints_is_recorded() -> None:
    env = Environment(autoescape=True)
    install(env, Settings(leave_out_email=True))
    with recorded() as recorder:
        env.from_string("{% nosto_customer customer %}").render(
            customer=JANE.model_copy(update={"customer_reference": "r1"})
        )
    # As it was printed: without what the settings leave out.
    (customer,) = recorder.things
    assert isinstance(customer, Customer)
    assert (customer.email, customer.customer_reference) == (None, "r1")


def test_what_is_left_out_is_not_recorded() -> None:
    tagger = Tagger(Settings(errors="log"))
    with recorded() as recorder:
        tagger.snippet("not a thing", JANE)  # type: ignore[arg-type]  # the point of it
        tagger.block("not a model")  # type: ignore[arg-type]  # the same
        Tagger(Settings(enabled=False)).snippet(JANE)
    assert recorder.things == [JANE]


def test_recorders_stand_in_each_other_and_see_all_threads() -> None:
    with recorded() as outer:
        snippet(JANE)
        with recorded() as inner:
            thread = threading.Thread(target=snippet, args=(CART,))
            thread.start()
            thread.join()
    assert (outer.things, inner.things) == ([JANE, CART], [CART])


# The off switch -------------------------------------------------------------------------------------------------------


def everything(tagger: Tagger) -> list[Any]:
    return [
        tagger.block(JANE),
        tagger.snippet(JANE),
        tagger.statement(JANE),
        tagger.statement_attribute(JANE),
        tagger.client_script("shopify-11368366139"),
        tagger.client_script("shopify-11368366139", waits_for="data-cookieconsent=marketing"),
        tagger.placement("front-1"),
        tagger.payload(JANE),
        tagger.tell(JANE),
        tagger.visitor_script(),
        tagger.deferred(),
    ]


def test_off_prints_what_settings_that_are_not_enabled_print() -> None:
    on, disabled = everything(Tagger()), everything(Tagger(Settings(enabled=False)))
    with tagging_off():
        assert everything(Tagger()) == disabled
        assert [type(each) for each in everything(Tagger())] == [type(each) for each in disabled]
    assert everything(Tagger()) == on
    assert all(each != "" for each in on)


def test_on_again_after_a_test_that_fails() -> None:
    on = snippet(JANE)
    with pytest.raises(ZeroDivisionError), tagging_off(), recorded():
        raise ZeroDivisionError
    assert snippet(JANE) == on


def test_a_recorder_sees_nothing_where_tagging_is_off() -> None:
    with tagging_off(), recorded() as recorder:
        printed(Tagger())
    assert recorder.things == []


# pytest ---------------------------------------------------------------------------------------------------------------


def test_the_fixtures(tmp_path: Path) -> None:
    (tmp_path / "test_shop.py").write_text(SHOP)
    arguments = ["-q", "-p", PLUGIN, "-p", "no:nosto_tagging", "-p", "no:cacheprovider", tmp_path]
    done = subprocess.run([sys.executable, "-m", "pytest", *arguments], capture_output=True, text=True, check=False)
    assert "2 passed" in done.stdout, done.stdout
    assert done.returncode == 0


PLUGIN = "nosto_tagging.pytest_plugin"
SHOP = """
from nosto_tagging import Customer, snippet

JANE = Customer(email="jane.doe@example.com")

def test_recorded(nosto_recorder):
    snippet(JANE)
    assert nosto_recorder.things == [JANE]

def test_off(nosto_off):
    assert snippet(JANE) == ""
"""


def test_pytest_finds_the_plugin_by_itself() -> None:
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["entry-points"]["pytest11"] == {"nosto_tagging": PLUGIN}


def test_the_plugin_loads_nothing_of_the_library_until_it_is_used() -> None:
    script = (
        "import sys, pytest; before = {*sys.modules}; import nosto_tagging.pytest_plugin\n"
        "print(sorted(name for name in {*sys.modules} - before if name != '__future__'))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "['nosto_tagging', 'nosto_tagging.pytest_plugin']\n"


def test_asking_for_the_helpers_loads_no_model_and_no_parser() -> None:
    script = (
        "import sys; import nosto_tagging.testing\n"
        "print(sorted(name for name in sys.modules if name.startswith(('nosto_tagging', 'pydantic', 'selectolax'))))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "['nosto_tagging', 'nosto_tagging.errors', 'nosto_tagging.testing']\n"
