"""Sanic: what is special to it, beside what test_contract.py asks of every framework."""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import socket
import sys
import weakref
from typing import Any

import httpx
import pytest
from sanic import HTTPResponse, Request, Sanic, response
from sanic_ext import Extend, render
from support.expected import JANE, JANE_BLOCK, JANE_SCRIPT
from support.shops.sanic_shop import Browser, new_app

from nosto_tagging import Customer, Settings, Tagger, api, block, snippet
from nosto_tagging.errors import InvalidArgument, InvalidSettings, MissingExtra, PublicResponse
from nosto_tagging.integrations.sanic import Nosto

JANE_TAGGED = Customer(**JANE)
PUBLIC = PublicResponse("its Cache-Control header")


def shown(app: Any, source: str, path: str = "/", headers: dict[str, str] | None = None) -> None:
    async def page(request: Request) -> HTTPResponse:
        return await render(template_source=source, app=app, headers=headers, context={"jane": JANE_TAGGED})

    app.add_route(page, path, name=f"page{path.replace('/', '-')}")


def get(app: Any, path: str = "/", *, test_mode: bool = False) -> Any:
    return Browser(app, test_mode=test_mode).request("GET", path)


def by_reference(request: Request) -> Customer | None:
    reference = request.args.get("reference")
    return None if reference is None else Customer(customer_reference=reference)


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "nosto_tagging"]


# --- settings


@pytest.mark.parametrize(
    ("config", "options", "settings"),
    [
        ({}, {}, Settings()),
        (
            {"NOSTO_ACCOUNT_ID": "shop", "NOSTO_ENABLED": "false", "NOSTO_NONCE": ""},
            {},
            Settings(account_id="shop", enabled=False),
        ),
        (
            {"NOSTO_ACCOUNT_ID": "shop", "NOSTO_HOST": "staging"},
            {"account_id": "other"},
            Settings(account_id="other", host="staging"),
        ),
        # Somebody else's.
        ({"NOSTO_SECRET_OF_OURS": "x"}, {}, Settings()),
    ],
)
def test_settings_come_from_the_arguments_then_the_configuration_then_the_defaults(config, options, settings) -> None:
    assert Nosto(new_app(debug=True, **config), **options).tagger.settings == settings


def test_settings_that_do_not_validate_are_refused_when_the_app_is_made() -> None:
    with pytest.raises(InvalidSettings) as caught:
        Nosto(new_app(debug=True, NOSTO_HOST="live"))
    assert str(caught.value) == "Settings.host must be 'production' or 'staging', got text of 4 characters"


def test_without_an_application_there_are_no_verbs() -> None:
    with pytest.raises(InvalidArgument) as caught:
        Nosto().tagger  # noqa: B018 - the point of it
    assert str(caught.value) == "app must be given first: Nosto(app), or init_app(app)"


@pytest.mark.parametrize(
    ("debug", "test_mode", "raises"), [(False, False, False), (True, False, True), (False, True, True)]
)
def test_errors_raise_under_debug_and_in_test_mode(
    debug: bool, test_mode: bool, raises: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    nosto = Nosto(new_app(debug=debug))
    monkeypatch.setattr(Sanic, "test_mode", test_mode)
    assert nosto.tagger.raises() is raises


def test_one_object_serves_two_apps_with_settings_and_loaders_of_their_own() -> None:
    nosto = Nosto()
    apps = []
    for name in ("first", "second"):
        app = new_app(debug=True, NOSTO_NONCE=name)
        nosto.init_app(app)
        nosto.customer_loader(lambda _, name=name: Customer(customer_reference=name))

        @app.get("/")
        async def page(_: Request) -> HTTPResponse:
            return response.html(nosto.tagger.snippet(nosto.tagger.current("customer")))

        apps.append(app)
    assert [get(app).text for app in apps] == [
        snippet(Customer(customer_reference=name), nonce=name) for name in ("first", "second")
    ]
    assert nosto.tagger.settings.nonce == "second"


def test_an_app_without_the_templating_extension_has_the_endpoint_and_the_verbs() -> None:
    app = new_app(debug=True, extensions=False)
    nosto = Nosto(app)
    nosto.customer_loader(lambda _: JANE_TAGGED)
    assert json.loads(get(app, "/nosto/visitor").text) == Tagger().payload(JANE_TAGGED)
    assert nosto.tagger.snippet(JANE_TAGGED) == JANE_SCRIPT


@pytest.mark.parametrize("nonce", [None, "", "r4nd0m"])
def test_the_nonce_of_the_requests_context_is_taken(nonce: str | None) -> None:
    app = new_app(debug=True)
    Nosto(app).customer_loader(lambda _: JANE_TAGGED)
    shown(app, "{% nosto_customer_snippet %}")

    @app.on_request
    async def with_nonce(request: Request) -> None:
        request.ctx.csp_nonce = nonce

    assert get(app).text == snippet(JANE_TAGGED, nonce=nonce)


def test_the_decorator_for_templates_prints_the_visitor_too(tmp_path) -> None:
    (tmp_path / "page.html").write_text("<p>{% nosto_customer %}</p>", encoding="utf-8")
    app = new_app(debug=True, TEMPLATING_PATH_TO_TEMPLATES=tmp_path)
    Nosto(app).customer_loader(lambda _: JANE_TAGGED)

    @app.get("/")
    @app.ext.template("page.html")
    async def page(_: Request) -> dict[str, Any]:
        return {}

    answer = get(app)
    assert answer.text == f"<p>{JANE_BLOCK}</p>"
    assert answer.headers["cache-control"] == "private, no-cache"


# --- who is asked when


@pytest.mark.parametrize("answer", [True, False])
def test_an_async_consent_is_asked_before_the_handler(answer: bool) -> None:
    async def consent(request: Request) -> bool:
        await asyncio.sleep(0)
        return request.cookies.get("consent") == "yes"

    app = new_app(debug=True)
    Nosto(app, consent=consent).customer_loader(lambda _: JANE_TAGGED)
    shown(app, "{% nosto_customer %}")
    browser = Browser(app, test_mode=True)
    browser.set_cookie("consent", "yes" if answer else "no")
    assert browser.request("GET", "/").text == (JANE_BLOCK if answer else "")


def test_loaders_know_whom_the_applications_middleware_let_in() -> None:
    app = new_app(debug=True)
    nosto = Nosto(app)
    shown(app, "{% nosto_customer %}")

    @nosto.customer_loader
    async def visitor(request: Request) -> Customer:
        return Customer(customer_reference=request.ctx.user)

    @app.on_request
    async def login(request: Request) -> None:
        request.ctx.user = "7"

    assert get(app).text == block(Customer(customer_reference="7"))


@pytest.mark.parametrize(("fetched", "asked"), [("document", 1), ("image", 0), ("style", 0)])
def test_async_loaders_are_not_asked_for_the_parts_of_a_page(fetched: str, asked: int) -> None:
    app = new_app(debug=True)
    nosto = Nosto(app)
    count: list[str] = []

    @nosto.customer_loader
    async def visitor(request: Request) -> None:
        count.append(request.path)

    Browser(app, test_mode=True).request("GET", "/nowhere", {"Sec-Fetch-Dest": fetched})
    assert count == ["/nowhere"] * asked


def test_without_a_session_there_is_nothing_to_push_into() -> None:
    app = new_app(debug=True)
    nosto = Nosto(app)

    @app.get("/")
    async def push(request: Request) -> HTTPResponse:
        request.ctx.session = "no mapping"
        with pytest.raises(InvalidArgument) as caught:
            nosto.push(api.add_segment_code_to_visit("vip"))
        return response.text(str(caught.value))

    assert get(app).text == "push() needs a request with the framework's session"


def test_a_page_that_no_route_has_knows_the_visitor() -> None:
    app = new_app(debug=True)
    nosto = Nosto(app)

    @nosto.customer_loader
    async def visitor(_: Request) -> Customer:
        return JANE_TAGGED

    @app.exception(Exception)
    async def failed(_: Request, error: Exception) -> HTTPResponse:
        return await render(template_source="{% nosto_customer %}", app=app, status=getattr(error, "status_code", 500))

    answer = get(app, "/nowhere")
    assert (answer.status, answer.text) == (404, JANE_BLOCK)
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["vary"] == "Cookie"


# --- caches, and other middleware


def test_a_middleware_that_has_every_page_kept_raises_under_debug() -> None:
    app = new_app(debug=True)
    Nosto(app).customer_loader(lambda _: JANE_TAGGED)
    shown(app, "{% nosto_customer %}")

    @app.on_response
    async def kept(_: Request, answer: HTTPResponse) -> None:
        answer.headers["Cache-Control"] = "public, max-age=60"

    answer = get(app)
    assert answer.status == 500
    assert str(PUBLIC) in answer.text
    assert "jane" not in answer.text


def test_a_middleware_that_has_every_page_kept_gets_it_without_the_visitor_in_production(caplog) -> None:
    app = new_app(debug=False)
    Nosto(app).customer_loader(lambda _: JANE_TAGGED)
    shown(app, "<p>{% nosto_customer %}</p>")

    @app.on_response
    async def kept(_: Request, answer: HTTPResponse) -> None:
        answer.headers["Cache-Control"] = "public, max-age=60"

    answer = get(app)
    assert answer.text == "<p></p>"
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert logged(caplog) == [f"Left out of Python: {PUBLIC}"]


def test_a_response_that_a_middleware_puts_in_its_place_is_marked_too() -> None:
    app = new_app(debug=False)
    Nosto(app).customer_loader(lambda _: JANE_TAGGED)
    shown(app, "{% nosto_customer %}")

    @app.on_response
    async def another(_: Request, answer: HTTPResponse) -> HTTPResponse:
        # After which Sanic asks no other middleware.
        return response.html(b"<p>" + (answer.body or b"") + b"</p>", headers={"Vary": "Accept-Encoding"})

    answer = get(app)
    assert answer.text == f"<p>{JANE_BLOCK}</p>"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["vary"] == "Accept-Encoding, Cookie"


def test_two_lines_of_a_header_are_read_as_one() -> None:
    app = new_app(debug=False)
    Nosto(app).customer_loader(lambda _: JANE_TAGGED)

    @app.get("/")
    async def page(_: Request) -> HTTPResponse:
        answer = await render(template_source="{% nosto_customer %}", app=app)
        answer.headers.add("Vary", "Accept-Encoding")
        answer.headers.add("Vary", "Accept-Language")
        return answer

    assert get(app).headers["vary"] == "Accept-Encoding, Accept-Language, Cookie"


def streamed(app: Any, nosto: Nosto, headers: dict[str, str]) -> None:
    @app.get("/")
    async def page(request: Request) -> None:
        first = nosto.tagger.block(JANE_TAGGED)
        stream = await request.respond(content_type="text/html", headers=headers)
        await stream.send(first)
        await stream.send(nosto.tagger.block(JANE_TAGGED))
        await stream.eof()


def test_a_streamed_response_is_marked_for_what_was_printed_before_it(caplog) -> None:
    app = new_app(debug=True)
    streamed(app, Nosto(app), {"Vary": "Accept-Encoding"})
    answer = get(app)
    assert answer.text == JANE_BLOCK
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["vary"] == "Accept-Encoding, Cookie"
    assert logged(caplog) == [
        "Left out of Python: a visitor's own tagging, after the response's headers were sent; print it before, or "
        "print {% nosto_deferred %}"
    ]


def test_a_streamed_response_that_is_public_is_kept_by_nobody_in_production(caplog) -> None:
    app = new_app(debug=False)
    streamed(app, Nosto(app), {"Cache-Control": "public"})
    answer = get(app)
    assert answer.text == JANE_BLOCK
    assert answer.headers["cache-control"] == "private, no-store"
    assert logged(caplog)[0] == f"Left out of Python: {PUBLIC}"


def test_a_streamed_response_that_is_public_is_an_error_under_debug() -> None:
    app = new_app(debug=True)
    streamed(app, Nosto(app), {"Cache-Control": "public"})
    answer = get(app)
    assert answer.status == 500
    assert str(PUBLIC) in answer.text
    assert answer.headers["cache-control"] == "private, no-cache"


# --- Sanic's own server


def test_requests_on_one_connection_get_their_own_visitors() -> None:
    """All of them are one task of Sanic's, whose methods it has rewritten to do without what nobody listens to."""
    app = Sanic("shop-served", configure_logging=False)
    app.config.TEMPLATING_PATH_TO_TEMPLATES = "templates"
    Extend(app)
    Nosto(app).customer_loader(by_reference)
    shown(app, "<p>{% nosto_customer %}</p>")
    answers: list[tuple[str, str | None]] = []
    schema: dict[str, Any] = {}
    requests: list[weakref.ref[Request]] = []
    left: list[bool] = []

    @app.on_request
    async def seen(request: Request) -> None:
        requests.append(weakref.ref(request))

    @app.on_response
    async def another(_: Request, answer: HTTPResponse) -> HTTPResponse:
        return response.raw(answer.body or b"", content_type=answer.content_type or "text/html")

    @app.after_server_start
    async def ask(app: Any) -> None:
        async def asked() -> None:
            base = f"http://127.0.0.1:{listening.getsockname()[1]}"
            gc.disable()
            try:
                async with httpx.AsyncClient(base_url=base, limits=httpx.Limits(max_connections=1)) as client:
                    for path in ("/?reference=1", "/", "/?reference=2"):
                        answer = await client.get(path)
                        answers.append((answer.text, answer.headers.get("cache-control")))
                    # All but the last, which the connection has, are gone without the garbage collector.
                    left.extend(request() is not None for request in requests[:-1])
                    schema.update((await client.get("/docs/openapi.json")).json())
            finally:
                gc.enable()
                app.stop()

        app.add_task(asked())

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        app.run(sock=listening, single_process=True, access_log=False, motd=False)
    Sanic.unregister_app(app)
    assert answers == [
        (f"<p>{block(Customer(customer_reference='1'))}</p>", "private, no-cache"),
        ("<p></p>", None),
        (f"<p>{block(Customer(customer_reference='2'))}</p>", "private, no-cache"),
    ]
    assert left == [False, False]
    assert list(schema["paths"]) == ["/"]


# --- the extra


@pytest.mark.parametrize("missing", ["sanic", "sanic_ext"])
def test_without_sanic_and_its_extensions_the_message_names_the_extra(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.delitem(sys.modules, "nosto_tagging.integrations.sanic")
    with pytest.raises(MissingExtra) as caught:
        importlib.import_module("nosto_tagging.integrations.sanic")
    assert str(caught.value) == (
        "nosto_tagging.integrations.sanic needs the 'sanic' extra: install nosto-tagging[sanic]"
    )
    assert caught.value.__suppress_context__
