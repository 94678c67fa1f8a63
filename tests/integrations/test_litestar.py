"""Litestar: what is special to it, beside what test_contract.py asks of every framework."""

from __future__ import annotations

import asyncio
import gc
import importlib
import sys
import weakref
from typing import Any

import pytest
from litestar import Litestar, Request, Router, get
from litestar.config.compression import CompressionConfig
from litestar.exceptions import NotAuthorizedException
from litestar.middleware.session.server_side import ServerSideSessionConfig
from litestar.response import Template
from litestar.template import TemplateConfig
from litestar.testing import AsyncTestClient, TestClient
from support.expected import JANE, JANE_BLOCK, JANE_SCRIPT
from support.shops.litestar_shop import JinjaTemplateEngine

from nosto_tagging import Customer, PageTagging, Settings, Tagger, api, block, snippet
from nosto_tagging.errors import InvalidArgument, InvalidSettings, MissingExtra, PublicResponse
from nosto_tagging.integrations.litestar import Nosto

JANE_TAGGED = Customer(**JANE)
CACHED = "the route handler's cache"


def app_with(nosto: Nosto, *handlers: Any, folder: Any = "templates", **options: Any) -> Litestar:
    config = TemplateConfig(engine=JinjaTemplateEngine, directory=folder)
    options = {"debug": True, "logging_config": None, "template_config": config, "plugins": [nosto], **options}
    return Litestar([*handlers], **options)


def page(source: str, path: str = "/", headers: dict[str, str] | None = None, **options: Any) -> Any:
    @get(path, sync_to_thread=False, **options)
    def shown() -> Template:
        return Template(template_str=source, headers=headers)

    return shown


def by_reference(request: Request[Any, Any, Any]) -> Customer | None:
    reference = request.query_params.get("reference")
    return None if reference is None else Customer(customer_reference=reference)


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "nosto_tagging"]


# --- settings


def test_settings_are_the_plugins_arguments() -> None:
    nosto = Nosto(account_id="shop", host="staging", leave_out_email=True)
    app_with(nosto)
    assert nosto.tagger.settings == Settings(account_id="shop", host="staging", leave_out_email=True)


def test_settings_that_do_not_validate_are_refused_when_the_application_is_made() -> None:
    with pytest.raises(InvalidSettings) as caught:
        app_with(Nosto(host="live"))
    assert str(caught.value) == "Settings.host must be 'production' or 'staging', got text of 4 characters"


def test_without_an_application_there_are_no_verbs() -> None:
    with pytest.raises(InvalidArgument) as caught:
        Nosto().tagger  # noqa: B018 - the point of it
    assert str(caught.value) == "plugins must be given it first: Litestar(plugins=[nosto])"


def test_an_application_without_templates_has_the_endpoint_and_the_verbs() -> None:
    nosto = Nosto()
    nosto.customer_loader(lambda _: JANE_TAGGED)
    client = TestClient(app_with(nosto, template_config=None))
    assert client.get("/nosto/visitor").json() == Tagger().payload(JANE_TAGGED)
    assert nosto.tagger.snippet(JANE_TAGGED) == JANE_SCRIPT


def test_one_plugin_serves_two_applications_with_loaders_and_debug_of_their_own() -> None:
    nosto = Nosto()

    @get("/view", sync_to_thread=False)
    def view() -> dict[str, Any]:
        raises = nosto.tagger.raises()
        return {"raises": raises, **nosto.payload(nosto.tagger.current("customer"))}

    clients = []
    for name, debug in (("first", True), ("second", False)):
        clients.append(TestClient(app_with(nosto, page("{% nosto_customer %}"), view, debug=debug)))
        nosto.customer_loader(lambda _, name=name: Customer(customer_reference=name))
    who = [Customer(customer_reference="first"), Customer(customer_reference="second")]
    assert [client.get("/").text for client in clients] == list(map(block, who))
    assert [client.get("/view").json() for client in clients] == [
        {"raises": True, **Tagger().payload(who[0])},
        {"raises": False, **Tagger().payload(who[1])},
    ]


@pytest.mark.parametrize("nonce", [None, "", "r4nd0m"])
def test_the_nonce_of_the_requests_state_is_taken(nonce: str | None) -> None:
    def with_nonce(app: Any) -> Any:
        async def middleware(scope: Any, receive: Any, send: Any) -> None:
            scope["state"]["csp_nonce"] = nonce
            await app(scope, receive, send)

        return middleware

    nosto = Nosto()
    nosto.customer_loader(lambda _: JANE_TAGGED)
    client = TestClient(app_with(nosto, page("{% nosto_customer_snippet %}"), middleware=[with_nonce]))
    assert client.get("/").text == snippet(JANE_TAGGED, nonce=nonce)


def test_a_nonce_by_a_callable_takes_the_request() -> None:
    nosto = Nosto(nonce=lambda request: request.query_params["nonce"])
    client = TestClient(app_with(nosto, page("{% nosto_customer_snippet customer_reference='7' %}")))
    assert client.get("/?nonce=r4nd0m").text == snippet(Customer(customer_reference="7"), nonce="r4nd0m")


# --- who is asked when


@pytest.mark.parametrize("answer", [True, False])
def test_an_async_consent_is_asked_before_the_handler(answer: bool) -> None:
    async def consent(request: Request[Any, Any, Any]) -> bool:
        await asyncio.sleep(0)
        return request.cookies.get("consent") == "yes"

    nosto = Nosto(consent=consent)
    nosto.customer_loader(lambda _: JANE_TAGGED)
    client = TestClient(app_with(nosto, page("{% nosto_customer %}")), base_url="http://shop.example.com")
    client.cookies.set("consent", "yes" if answer else "no", domain="shop.example.com")
    assert client.get("/").text == (JANE_BLOCK if answer else "")


def test_loaders_know_whom_the_applications_middleware_let_in() -> None:
    def login(app: Any) -> Any:
        async def middleware(scope: Any, receive: Any, send: Any) -> None:
            scope["user"] = "7"
            await app(scope, receive, send)

        return middleware

    nosto = Nosto()

    @nosto.customer_loader
    async def visitor(request: Request[Any, Any, Any]) -> Customer:
        return Customer(customer_reference=request.user)

    client = TestClient(app_with(nosto, page("{% nosto_customer %}"), middleware=[login]))
    assert client.get("/").text == block(Customer(customer_reference="7"))


def test_a_handler_in_a_thread_knows_the_visit() -> None:
    nosto = Nosto(errors="log")
    nosto.customer_loader(lambda _: JANE_TAGGED)

    @get("/", sync_to_thread=True)
    def told() -> dict[str, Any]:
        return nosto.payload(nosto.tagger.current("customer"))

    answer = TestClient(app_with(nosto, told)).get("/")
    assert answer.json() == Tagger().payload(JANE_TAGGED)
    assert answer.headers["cache-control"] == "private, no-cache"


def test_requests_at_the_same_time_get_their_own_visitors() -> None:
    nosto = Nosto()

    @nosto.customer_loader
    async def visitor(request: Request[Any, Any, Any]) -> Customer | None:
        await asyncio.sleep(0)
        return by_reference(request)

    @get("/")
    async def shown() -> Template:
        await asyncio.sleep(0)
        return Template(template_str="{% nosto_customer %}")

    async def ask() -> list[str]:
        async with AsyncTestClient(app_with(nosto, shown)) as client:
            answers = await asyncio.gather(*(client.get(f"/?reference={number}") for number in range(1, 60)))
        return [answer.text for answer in answers]

    assert asyncio.run(ask()) == [block(Customer(customer_reference=str(number))) for number in range(1, 60)]


def test_a_visit_is_gone_with_its_request_without_the_garbage_collector() -> None:
    nosto = Nosto()
    nosto.customer_loader(lambda _: JANE_TAGGED)
    held: list[weakref.ref[Any]] = []

    @get("/", sync_to_thread=False)
    def shown(request: Request[Any, Any, Any]) -> Template:
        request.scope["of_the_request"] = thing = Tagger()  # type: ignore[typeddict-unknown-key]
        held.append(weakref.ref(thing))
        return Template(template_str="{% nosto_customer %}")

    app = app_with(nosto, shown, exception_handlers={404: error_page("{% nosto_customer jane %}")})
    gc.disable()
    try:
        asyncio.run(asked(app, "/", []))
        assert [thing() is not None for thing in held] == [False]
    finally:
        gc.enable()


async def asked(app: Any, path: str, sent: list[Any]) -> None:
    """Ask without a client, in this task."""

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b"", "root_path": ""}
    await app({**scope, "http_version": "1.1", "scheme": "http", "server": ("shop.example.com", 80)}, receive, send)


# --- sessions


def test_without_a_session_there_is_nothing_to_push_into() -> None:
    nosto = Nosto()

    @get("/", sync_to_thread=False)
    def push() -> None:
        nosto.push(api.add_segment_code_to_visit("vip"))

    answer = TestClient(app_with(nosto, push)).get("/")
    assert answer.status_code == 500
    assert "InvalidArgument: push() needs a request with the framework's session" in answer.text.replace("&#x27;", "'")


@pytest.mark.parametrize("layer", ["app", "router"])
def test_what_a_logout_pushes_is_in_the_session_that_it_cleared(layer: str) -> None:
    nosto = Nosto()

    @get("/logout", sync_to_thread=False)
    def logout(request: Request[Any, Any, Any]) -> None:
        request.set_session({"user": "jane"})
        request.clear_session()
        nosto.push(api.add_segment_code_to_visit("left"))

    middleware = [ServerSideSessionConfig().middleware]
    routes = [logout, page("{% nosto_pushed %}")]
    if layer == "app":
        app = app_with(nosto, *routes, middleware=middleware)
    else:
        app = app_with(nosto, Router("/", route_handlers=routes, middleware=middleware))
    client = TestClient(app, base_url="http://shop.example.com")
    client.get("/logout")
    assert [client.get("/").text for _ in range(2)] == [snippet(api.add_segment_code_to_visit("left")), ""]


# --- what Litestar answers outside of all middleware


def error_page(source: str, **headers: str) -> Any:
    def shown(_: Request[Any, Any, Any], error: Exception) -> Template:
        status = getattr(error, "status_code", 500)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return Template(template_str=source, context={"jane": JANE_TAGGED}, status_code=status, headers=given)

    return shown


LAYOUT = (
    "{% nosto_customer %}{% nosto_cart %}{% nosto_pushed %}{% nosto_deferred %}{% nosto_page page_type='notfound' %}"
)


def test_a_page_that_no_route_has_is_the_same_for_everyone() -> None:
    nosto = Nosto()
    nosto.customer_loader(lambda request: pytest.fail(f"asked, without a session: {request.session}"))
    nosto.cart_loader(lambda request: pytest.fail(f"asked, without a session: {request.session}"))
    app = app_with(
        nosto, middleware=[ServerSideSessionConfig().middleware], exception_handlers={404: error_page(LAYOUT)}
    )
    answer = TestClient(app).get("/nowhere")
    assert (answer.status_code, answer.text) == (
        404, f"{Tagger().deferred()}{block(PageTagging(page_type='notfound'))}"
    )  # fmt: skip
    assert "cache-control" not in answer.headers


def test_a_visitor_whom_such_a_page_is_given_is_marked() -> None:
    app = app_with(Nosto(), exception_handlers={404: error_page("{% nosto_customer jane %}")})
    answer = TestClient(app).get("/nowhere")
    assert (answer.status_code, answer.text) == (404, JANE_BLOCK)
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["vary"] == "Cookie"


def test_such_a_page_that_is_public_is_kept_by_nobody_in_production(caplog: pytest.LogCaptureFixture) -> None:
    handler = error_page("{% nosto_customer jane %}", cache_control="public")
    answer = TestClient(app_with(Nosto(), debug=False, exception_handlers={404: handler})).get("/nowhere")
    assert answer.headers["cache-control"] == "private, no-store"
    assert logged(caplog) == [f"Left out of Python: {PublicResponse('its Cache-Control header')}"]


def test_what_is_pushed_by_such_a_page_is_refused() -> None:
    nosto = Nosto(errors="raise")
    told: list[str] = []

    def shown(_: Request[Any, Any, Any], __: Exception) -> Template:
        with pytest.raises(TypeError):
            nosto.push(api.add_segment_code_to_visit("vip"))
        told.append("refused")
        return Template(template_str="not found", status_code=404)

    assert TestClient(app_with(nosto, exception_handlers={404: shown})).get("/nowhere").text == "not found"
    assert told == ["refused"]


@pytest.mark.parametrize("answer", [True, False])
def test_an_async_consent_is_asked_for_such_a_page_too(answer: bool) -> None:
    async def consent(_: Request[Any, Any, Any]) -> bool:
        return answer

    app = app_with(Nosto(consent=consent), exception_handlers={404: error_page("{% nosto_customer jane %}")})
    assert TestClient(app).get("/nowhere").text == (JANE_BLOCK if answer else "")


def test_what_a_middleware_refuses_is_marked_too() -> None:
    def login(app: Any) -> Any:
        async def middleware(scope: Any, receive: Any, send: Any) -> None:
            raise NotAuthorizedException

        return middleware

    app = app_with(
        Nosto(), page(""), middleware=[login], exception_handlers={401: error_page("{% nosto_customer jane %}")}
    )
    answer = TestClient(app).get("/")
    assert (answer.status_code, answer.text) == (401, JANE_BLOCK)
    assert answer.headers["cache-control"] == "private, no-cache"


def test_the_handlers_error_page_knows_the_visitor() -> None:
    nosto = Nosto()
    nosto.customer_loader(lambda _: JANE_TAGGED)

    @get("/", sync_to_thread=False)
    def broken() -> None:
        raise LookupError

    app = app_with(nosto, broken, exception_handlers={500: error_page("{% nosto_customer %}")})
    answer = TestClient(app).get("/")
    assert (answer.status_code, answer.text) == (500, JANE_BLOCK)
    assert answer.headers["cache-control"] == "private, no-cache"


def test_after_such_a_page_no_visit_is_left() -> None:
    nosto = Nosto()
    app = app_with(nosto, exception_handlers={404: error_page("{% nosto_customer jane %}")})
    sent: list[Any] = []

    async def ask() -> Any:
        await asked(app, "/nowhere", sent)
        return nosto.tagger.visit()

    assert asyncio.run(ask()) is None
    assert sent == ["http.response.start", "http.response.body"]


# --- caches


def test_a_handler_with_a_cache_raises_under_debug() -> None:
    nosto = Nosto()
    nosto.customer_loader(lambda _: JANE_TAGGED)
    answer = TestClient(app_with(nosto, page("{% nosto_customer %}", cache=True))).get("/")
    assert answer.status_code == 500
    assert f"PublicResponse: {PublicResponse(CACHED)}" in answer.text.replace("&#x27;", "'")


def test_a_handler_with_a_cache_keeps_nobody_in_production(caplog: pytest.LogCaptureFixture) -> None:
    nosto = Nosto()
    nosto.customer_loader(by_reference)
    shown = page("<p>{% nosto_customer %}{% nosto_deferred %}</p>", cache=60, cache_key_builder=lambda _: "same")
    client = TestClient(app_with(nosto, shown, debug=False))
    answers = [client.get(f"/?reference={number}") for number in (1, 2)]
    assert [answer.text for answer in answers] == [f"<p>{Tagger().deferred()}</p>"] * 2
    assert ["cache-control" in answer.headers for answer in answers] == [False, False]
    assert logged(caplog) == [f"Left out of <template>, line 1: {PublicResponse(CACHED)}"]


def public(app: Any) -> Any:
    """A middleware around all others that has every page kept."""

    async def middleware(scope: Any, receive: Any, send: Any) -> None:
        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start":
                kept = [each for each in message["headers"] if each[0] != b"cache-control"]
                message["headers"] = [*kept, (b"cache-control", b"public, max-age=60")]
            await send(message)

        await app(scope, receive, sent)

    return middleware


def test_a_middleware_that_has_every_page_kept_raises_under_debug() -> None:
    nosto = Nosto()
    nosto.customer_loader(lambda _: JANE_TAGGED)
    answer = TestClient(app_with(nosto, page("{% nosto_customer %}"), middleware=[public])).get("/")
    assert answer.status_code == 500
    assert f"PublicResponse: {PublicResponse('its Cache-Control header')}" in answer.text


def test_a_middleware_that_has_every_page_kept_is_overruled_in_production(caplog: pytest.LogCaptureFixture) -> None:
    nosto = Nosto()
    nosto.customer_loader(by_reference)
    client = TestClient(app_with(nosto, page("{% nosto_customer %}"), middleware=[public], debug=False))
    hers, nobodys = client.get("/?reference=7"), client.get("/")
    assert (hers.text, nobodys.text) == (block(Customer(customer_reference="7")), "")
    assert hers.headers["cache-control"] == "private, no-store"
    assert hers.headers["vary"] == "Cookie"
    assert nobodys.headers["cache-control"] == "public, max-age=60"
    assert logged(caplog) == [f"Left out of Python: {PublicResponse('its Cache-Control header')}"]


LONG = f"{{% nosto_customer %}}{'<p>long enough</p>' * 100}"


@pytest.mark.parametrize(
    ("said", "kept"), [(None, "private, no-cache"), ("public", "private, no-store")], ids=["nothing", "public"]
)
def test_a_compressed_page_is_marked_and_kept_by_nobody_if_it_is_public(said: str | None, kept: str) -> None:
    nosto = Nosto()
    nosto.customer_loader(lambda _: JANE_TAGGED)
    shown = page(LONG, headers=None if said is None else {"Cache-Control": said})
    app = app_with(nosto, shown, debug=False, compression_config=CompressionConfig("gzip", minimum_size=100))
    answer = TestClient(app).get("/")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.text == JANE_BLOCK + "<p>long enough</p>" * 100
    assert answer.headers["cache-control"] == kept
    assert {name.strip() for name in answer.headers["vary"].split(",")} == {"Accept-Encoding", "Cookie"}


# --- paths


def test_a_path_of_the_application_is_the_endpoints_too() -> None:
    nosto = Nosto()
    nosto.customer_loader(lambda _: JANE_TAGGED)
    client = TestClient(app_with(nosto, page("{% nosto_deferred %}"), path="/shop"))
    assert client.get("/shop").text == Tagger().deferred(url="/shop/nosto/visitor")
    assert client.get("/shop/nosto/visitor").json() == Tagger().payload(JANE_TAGGED)
    assert client.get("/shop/nosto/visitor.js").status_code == 200


def test_an_application_below_a_path_of_the_server_knows_it() -> None:
    client = TestClient(app_with(Nosto(), page("{% nosto_deferred %}")), root_path="/shop")
    assert client.get("/").text == Tagger().deferred(url="/shop/nosto/visitor")


def test_the_endpoint_is_not_in_the_openapi_schema() -> None:
    assert list(app_with(Nosto(), page("", path="/page")).openapi_schema.paths or ()) == ["/page"]


# --- the extra


def test_without_litestar_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "litestar.plugins", None)
    monkeypatch.delitem(sys.modules, "nosto_tagging.integrations.litestar")
    with pytest.raises(MissingExtra) as caught:
        importlib.import_module("nosto_tagging.integrations.litestar")
    assert str(caught.value) == (
        "nosto_tagging.integrations.litestar needs the 'litestar' extra: install nosto-tagging[litestar]"
    )
    assert caught.value.__suppress_context__
