"""What every framework module promises, asked of the same shop made with each."""

from __future__ import annotations

import importlib
import importlib.util
import json
import logging
import os
from collections.abc import Callable
from typing import Any

import pytest
from support.shops.shop import NONCE, Answer, Shop, cart, customer, order

from nosto_tagging import Order, PageTagging, Settings, Tagger, api, block, client_script, hcid, snippet
from nosto_tagging.errors import InvalidArgument, InvalidTagging, PublicResponse

FRAMEWORKS = [
    # Name, the package that has to be there, whether the loaders are async.
    ("django", "django", False),
    ("django", "django", True),
    ("django_templates", "django", False),
    ("django_templates", "django", True),
    ("fastapi", "fastapi", False),
    ("fastapi", "fastapi", True),
    ("flask", "flask", False),
    ("litestar", "litestar", False),
    ("litestar", "litestar", True),
    ("quart", "quart", False),
    ("quart", "quart", True),
    ("sanic", "sanic", False),
    ("sanic", "sanic", True),
    ("starlette", "starlette", False),
    ("starlette", "starlette", True),
]
COOKIE = "4f8d2c1b9e7a6053"
DEFERRED = Tagger().deferred()
NO_FRAMEWORK = "this framework is not installed"


@pytest.fixture(params=FRAMEWORKS, ids=[f"{name}{'-async' if later else ''}" for name, _, later in FRAMEWORKS])
def make(request: pytest.FixtureRequest) -> Callable[..., Shop]:
    name, package, asynchronous = request.param
    if importlib.util.find_spec(package) is None and not os.environ.get("NOSTO_TAGGING_STRICT"):
        pytest.skip(NO_FRAMEWORK)
    module: Any = importlib.import_module(f"support.shops.{name}_shop")

    def made(*, debug: bool = True, who: str | None = "jane", **options: Any) -> Shop:
        shop: Shop = module.made(debug=debug, asynchronous=asynchronous, **options)
        if who is not None:
            shop.set_cookie("who", who)
        return shop

    return made


def get(shop: Shop, path: str, **headers: str) -> Answer:
    return shop.request("GET", path, {name.replace("_", "-"): value for name, value in headers.items()})


def page(who: str, checksum: str | None = None) -> str:
    held: list[Any] = [customer(who), cart(who)]
    if checksum is not None:
        held = [each.with_hcid(checksum) for each in held]
    return f"<p>{block(held[0])}{snippet(held[1])}</p>"


def varies(answer: Answer) -> set[str]:
    return {name.strip().lower() for name in answer.headers.get("vary", "").split(",") if name.strip()}


def named(error: BaseException) -> list[BaseException]:
    """An error and all that it came of, or holds: test clients hand errors on in wrappings of their own."""
    inside = [error, *getattr(error, "exceptions", ())]
    return [each for one in inside for each in (one, one.__cause__, one.__context__) if each is not None]


def raised(shop: Shop, path: str, kind: type[Exception]) -> str:
    """What a page raises under debug: out of the test client, or as a page of status 500."""
    try:
        answer = get(shop, path)
    except Exception as error:
        found = [each for each in named(error) if isinstance(each, kind)]
        if not found:
            raise
        return str(found[0])
    assert answer.status == 500
    assert kind.__name__ in answer.text
    return ""


# --- a page of the visitor's own


def test_a_page_with_the_visitor_in_it_is_theirs_alone(make):
    shop = make()
    answer = get(shop, "/")
    assert answer.text == page("jane")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "cookie" in varies(answer)


def test_nobody_gets_a_page_that_caches_may_keep(make):
    answer = get(make(who=None), "/")
    assert answer.text == "<p></p>"
    assert "cache-control" not in answer.headers


def test_the_nosto_cookie_gives_the_checksum(make):
    shop = make()
    shop.set_cookie("2c.cId", COOKIE)
    assert get(shop, "/").text == page("jane", hcid(COOKIE))


@pytest.mark.parametrize(("path", "kept"), [("/strict", "no-store"), ("/private", "private, no-cache")])
def test_what_the_view_said_stands_if_it_is_as_strict(make, path: str, kept: str):
    answer = get(make(), path)
    assert answer.text == page("jane")
    assert answer.headers["cache-control"] == kept
    assert "cookie" in varies(answer)


@pytest.mark.parametrize("path", ["/public", "/shared"])
def test_a_public_page_with_a_visitor_in_it_raises_under_debug(make, path: str):
    message = raised(make(), path, PublicResponse)
    assert message in ("", str(PublicResponse("its Cache-Control header")))


@pytest.mark.parametrize(("path", "said"), [("/public", "public, max-age=60"), ("/shared", "s-maxage=60")])
def test_a_public_page_goes_without_the_visitor_in_production(make, caplog, path: str, said: str):
    shop = make(debug=False)
    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        answer = get(shop, path)
    assert answer.text == "<p></p>"
    assert answer.headers["cache-control"] == said
    assert answer.headers.get("content-length") in (None, "7")
    (record,) = [each for each in caplog.records if each.name == "nosto_tagging"]
    assert record.getMessage() == f"Left out of Python: {PublicResponse('its Cache-Control header')}"


def test_a_page_without_a_visitor_is_left_as_it_is(make):
    shop = make(account_id="shopify-11368366139", nonce=NONCE)
    answer = get(shop, "/plain")
    assert answer.text == (
        f"<p>{block(PageTagging(page_type='front'))}{client_script('shopify-11368366139', nonce=NONCE)}</p>"
    )
    assert answer.headers["cache-control"] == "public, max-age=60"


def test_what_is_streamed_has_nothing_of_the_visitor_in_it(make, caplog):
    shop = make()
    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        answer = get(shop, "/streamed")
    if answer.status == 404:
        return  # this framework streams no templates
    assert answer.text == "<p></p>"
    told = [each.getMessage() for each in caplog.records if each.name == "nosto_tagging"]
    assert (
        told
        == [
            "Left out of page.html, line 1: a visitor's own tagging, after the response's headers were sent; print it "
            "before, or print {% nosto_deferred %}"
        ]
        * 2
    )


# --- the nonce, the templates, the error policy


@pytest.mark.parametrize("path", ["/snippet", "/macro"])
def test_the_nonce_of_the_settings_reaches_tags_and_imported_macros(make, path: str):
    assert get(make(nonce=NONCE), path).text == f"<p>{snippet(customer('jane'), nonce=NONCE)}</p>"


def test_the_shops_own_templates_win(make):
    assert get(make(), "/own").text == "<p>the shop's own</p>"


def test_what_is_wrong_raises_under_debug(make):
    message = raised(make(), "/wrong", InvalidTagging)
    assert message in (
        "", "Customer.email must be an e-mail address such as jane.doe@example.com, got text of 8 characters"
    )  # fmt: skip


def test_what_is_wrong_is_left_out_in_production(make, caplog):
    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        answer = get(make(debug=False), "/wrong")
    assert (answer.status, answer.text) == (200, "<p></p>")
    (record,) = [each for each in caplog.records if each.name == "nosto_tagging"]
    assert record.getMessage() == (
        "Left out of wrong.html, line 1: Customer.email must be an e-mail address such as jane.doe@example.com, "
        "got text of 8 characters"
    )


def test_the_settings_go_before_debug(make):
    assert get(make(debug=True, errors="log"), "/wrong").text == "<p></p>"
    shop = make(debug=False, errors="raise")
    try:
        status = get(shop, "/wrong").status
    except InvalidTagging:  # some test clients hand it on
        status = 500
    assert status == 500


# --- consent, e-mail, enabled


def refusing(*_: Any) -> bool:
    return False


def failing(*_: Any) -> bool:
    raise LookupError("jane.doe@example.com")


@pytest.mark.parametrize(
    "consent", [refusing, failing, lambda *_: 1, lambda *_: None], ids=["no", "fails", "1", "None"]
)
def test_without_consent_nothing_is_loaded_and_nothing_personal_printed(make, consent, caplog):
    shop = make(consent=consent, account_id="shopify-11368366139")
    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        answer = get(shop, "/")
        assert get(shop, "/nosto/visitor").status == 204
        plain = get(shop, "/plain").text
    assert answer.text == "<p></p>"
    assert "cache-control" not in answer.headers
    assert "connect.nosto.com" not in plain
    assert plain.startswith(f"<p>{block(PageTagging(page_type='front'))}<script>window.nostojs=")
    assert "jane" not in caplog.text


def test_with_consent_everything_is_printed(make):
    assert get(make(consent=lambda *_: True), "/").text == page("jane")


def test_the_email_policy_holds_everywhere(make):
    shop = make(leave_out_email=True)
    assert get(shop, "/").text == f"<p>{snippet(cart('jane'))}</p>"
    assert "@" not in get(shop, "/nosto/visitor").text
    assert json.loads(shop.request("POST", "/login").text) == {"calls": []}


def test_what_is_not_enabled_prints_nothing(make):
    shop = make(enabled=False)
    assert get(shop, "/").text == get(shop, "/deferred").text == "<p></p>"
    assert get(shop, "/nosto/visitor").status == 204


# --- pages that caches may keep


def test_a_deferred_page_is_the_same_for_every_visitor(make):
    shops = [make(who=who) for who in ("jane", "john", None)]
    shops[0].set_cookie("2c.cId", COOKIE)
    answers = [get(shop, "/deferred") for shop in shops]
    assert {answer.text for answer in answers} == {f"<p>{DEFERRED}</p>"}
    assert {answer.headers["cache-control"] for answer in answers} == {"public, max-age=60"}
    assert all("cookie" not in varies(answer) for answer in answers)
    assert all("set-cookie" not in answer.headers for answer in answers)


@pytest.mark.parametrize("who", ["jane", "john"])
@pytest.mark.parametrize("site", [None, "same-origin", "none"])
def test_the_endpoint_tells_who_the_visitor_is(make, who: str, site: str | None):
    answer = get(make(who=who), "/nosto/visitor", **({} if site is None else {"Sec_Fetch_Site": site}))
    assert answer.status == 200
    assert json.loads(answer.text) == Tagger().payload(customer(who), cart(who))
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert {"cookie", "sec-fetch-site"} <= varies(answer)
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
def test_the_endpoint_tells_other_sites_nothing(make, site: str):
    answer = get(make(), "/nosto/visitor", Sec_Fetch_Site=site)
    assert (answer.status, answer.text) == (403, "")
    assert answer.headers["cache-control"] == "no-store"


def test_the_endpoint_has_nothing_to_say_of_nobody(make):
    answer = get(make(who=None), "/nosto/visitor")
    assert (answer.status, answer.text) == (204, "")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_the_endpoint_is_for_get(make, method: str):
    answer = make().request(method, "/nosto/visitor")
    assert (answer.status, answer.text) == (405, "")
    assert answer.headers["allow"] == "GET"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_endpoint_moves_with_its_setting(make):
    shop = make(visitor_url="/who")
    assert get(shop, "/deferred").text == f"<p>{Tagger(Settings(visitor_url='/who')).deferred()}</p>"
    assert get(shop, "/who").status == 200
    assert get(shop, "/nosto/visitor").status == 404


def test_the_script_is_served_too(make):
    answer = get(make(), "/nosto/visitor.js")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert "window.nostoTagging = { tell, ask };" in answer.text


def test_a_login_by_fetch_is_answered_with_what_nosto_is_to_be_told(make):
    answer = make(who=None).request("POST", "/login")
    assert json.loads(answer.text) == Tagger().payload(customer("jane"))
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "cookie" in varies(answer)


# --- the next page


def the_order() -> Order:
    found = order("1445")
    assert found is not None
    return found


def pushed_page() -> str:
    return f"<p>{snippet(api.add_segment_code_to_visit('vip'), the_order())}</p>"


def test_what_was_pushed_is_printed_on_the_next_page_once(make):
    shop = make()
    answer = get(shop, "/push")
    assert answer.status in (302, 303, 307)
    assert answer.headers["location"].endswith("/pushed")
    first = get(shop, "/pushed")
    assert first.text == pushed_page()
    assert first.headers["cache-control"] == "private, no-cache"
    assert "cookie" in varies(first)
    assert get(shop, "/pushed").text == "<p></p>"


def test_a_session_that_the_visitor_carries_has_only_a_reference_in_it(make):
    shop = make()
    before = shop.cookies()
    get(shop, "/push")
    added = "".join(value for name, value in shop.cookies().items() if before.get(name) != value)
    assert "jane" not in added
    assert "Canoe" not in added


def test_a_session_on_the_server_keeps_the_thing_itself(make):
    shop = make(session_on_server=True)
    get(shop, "/push")
    assert get(shop, "/pushed").text == pushed_page()


def test_what_was_pushed_reaches_a_deferred_page_through_the_endpoint(make):
    shop = make(who=None)
    get(shop, "/push")
    assert get(shop, "/deferred").text == f"<p>{DEFERRED}</p>"
    assert json.loads(get(shop, "/nosto/visitor").text) == Tagger().payload(
        api.add_segment_code_to_visit("vip"), the_order(), api.send_tagging()
    )
    assert get(shop, "/nosto/visitor").status == 204


def test_other_sites_do_not_take_what_was_pushed(make):
    shop = make()
    get(shop, "/push")
    get(shop, "/nosto/visitor", Sec_Fetch_Site="cross-site")
    shop.request("HEAD", "/nosto/visitor")
    shop.request("HEAD", "/pushed")
    assert get(shop, "/pushed").text == pushed_page()


def test_too_much_is_refused_with_its_size(make):
    message = raised(make(), "/push-much", InvalidArgument)
    assert message == "" or message.startswith(
        "push() keeps at most 1500 bytes for the next page in a cookie (session_on_server=True has more room), got 1"
    )


def test_too_much_is_left_out_in_production_and_the_rest_kept(make, caplog):
    shop = make(debug=False)
    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        assert get(shop, "/push-much").status == 200
    assert get(shop, "/pushed").text == f"<p>{snippet(api.add_segment_code_to_visit('v' * 900))}</p>"


def test_another_visitor_gets_none_of_it(make):
    one, other = make(), make(who="john")
    get(one, "/push")
    assert get(other, "/pushed").text == "<p></p>"
    assert get(other, "/").text == page("john")
