"""The panel of `check`: on which pages of which applications it stands, and what is left alone, byte for byte."""

from __future__ import annotations

import gzip
import importlib.util
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pytest

if importlib.util.find_spec("fastapi") is None and not os.environ.get("NOSTO_TAGGING_STRICT"):
    pytest.skip("FastAPI is not installed", allow_module_level=True)

from asgiref.sync import async_to_sync
from django.http import HttpResponse, StreamingHttpResponse
from django.test import AsyncClient, Client, override_settings
from django.urls import path
from fastapi import FastAPI
from flask import Flask
from flask import Response as FlaskResponse
from starlette.applications import Starlette
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from support.django_project import MIDDLEWARE, urlconf

from nosto_tagging import Customer, PageTagging, block
from nosto_tagging.errors import MissingExtra
from nosto_tagging.integrations import fastapi, flask, starlette
from nosto_tagging.integrations.flask import NostoPanel
from nosto_tagging.integrations.panel import NostoPanelMiddleware
from nosto_tagging.reading import panel
from nosto_tagging.reading.findings import rules
from nosto_tagging.reading.panel import panel_in

TAGGING = block(PageTagging(page_type="front", tags=["new"])) + block(Customer(email="jane.doe@example.com"))
PAGE = f"<!doctype html><html><head><title>Shop</title></head><body>{TAGGING}</body></html>".encode()
HTML = "text/html; charset=utf-8"
MARK = b"<nosto-tagging-panel>"


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Given(NamedTuple):
    """What a view answers."""

    body: bytes = PAGE
    status: int = 200
    headers: dict[str, str] = {}
    streamed: bool = False


def with_flask(given: Given, debug: bool, method: str = "GET", **asked: str) -> Answer:
    app = Flask("shop")
    app.debug = debug

    @app.get("/")
    def front() -> Any:
        body = iter([given.body]) if given.streamed else given.body
        return FlaskResponse(body, given.status, {"Content-Type": HTML, **given.headers})

    NostoPanel(app)
    found = app.test_client().open("/", method=method, headers=asked)
    return Answer(found.status_code, {k.lower(): v for k, v in found.headers.items()}, found.data)


def with_asgi(make: Callable[..., Any]) -> Callable[..., Answer]:
    def ask(given: Given, debug: bool, method: str = "GET", **asked: str) -> Answer:
        async def front(request: Any) -> Response:
            headers = {"Content-Type": HTML, **given.headers}
            if given.streamed:
                return StreamingResponse(iter([given.body]), given.status, headers)
            return Response(given.body, given.status, headers)

        app = make(debug=debug, routes=[Route("/", front)])
        app.add_middleware(NostoPanelMiddleware)
        headers = {"Accept-Encoding": "identity", **asked}
        with TestClient(app).stream(method, "/", headers=headers) as found:
            body = b"".join(found.iter_raw())
        return Answer(found.status_code, {k.lower(): v for k, v in found.headers.items()}, body)

    return ask


def with_django(given: Given, debug: bool, method: str = "GET", **asked: str) -> Answer:
    def front(request: Any) -> Any:
        made = StreamingHttpResponse([given.body]) if given.streamed else HttpResponse(given.body)
        made.status_code = given.status
        for name, value in {"Content-Type": HTML, **given.headers}.items():
            made.headers[name] = value
        return made

    middleware = ["nosto_tagging.integrations.django.NostoPanelMiddleware", *MIDDLEWARE]
    with override_settings(ROOT_URLCONF=urlconf(path("", front)), MIDDLEWARE=middleware, DEBUG=debug):
        found: Any = Client().generic(method, "/", headers=asked)
        body = found.getvalue() if given.streamed else found.content
    return Answer(found.status_code, {k.lower(): v for k, v in found.headers.items()}, body)


FRAMEWORKS = [
    pytest.param(with_flask, id="flask"),
    pytest.param(with_asgi(Starlette), id="starlette"),
    pytest.param(with_asgi(FastAPI), id="fastapi"),
    pytest.param(with_django, id="django"),
]
every = pytest.mark.parametrize("ask", FRAMEWORKS)


@every
def test_a_page_under_debug_has_its_panel(ask: Callable[..., Answer]) -> None:
    headers = {"Cache-Control": "private, no-cache", "ETag": '"1"', "CDN-Cache-Control": "max-age=9", "X-Own": "1"}
    found = ask(Given(headers=headers), True)
    told = {name.lower(): value for name, value in headers.items()}
    expected = panel_in(PAGE, url="/", headers=told)
    assert found.body == expected
    assert MARK in found.body
    assert {name: found.headers.get(name) for name in [*told, "content-length", "content-type"]} == {
        "cache-control": "private, no-store",
        "etag": None,
        "cdn-cache-control": "no-store",
        "x-own": "1",
        "content-length": str(len(expected)),
        "content-type": HTML,
    }


@every
@pytest.mark.parametrize("status", [200, 201, 404, 410])
def test_so_has_one_that_says_what_is_not_there(ask: Callable[..., Answer], status: int) -> None:
    found = ask(Given(status=status), True)
    assert (found.status, MARK in found.body) == (status, True)


@every
@pytest.mark.parametrize(
    ("given", "method", "asked"),
    [
        (Given(streamed=True), "GET", {}),
        (Given(status=500), "GET", {}),
        (Given(status=301), "GET", {}),
        (Given(status=206), "GET", {}),
        (Given(headers={"Content-Type": "application/json"}), "GET", {}),
        (Given(headers={"Content-Type": "text/html2"}), "GET", {}),
        (Given(headers={"Content-Disposition": "attachment; filename=a.html"}), "GET", {}),
        (Given(gzip.compress(PAGE), headers={"Content-Encoding": "gzip"}), "GET", {}),
        (Given(b"<p class=nosto_tag>new</p>"), "GET", {}),
        (Given(), "GET", {"HX-Request": "true"}),
        (Given(), "GET", {"X-Requested-With": "XMLHttpRequest"}),
        (Given(), "GET", {"Sec-Fetch-Dest": "empty"}),
        (Given(), "HEAD", {}),
        (Given(panel_in(PAGE)), "GET", {}),
    ],
    ids=[
        "stream", "error", "redirect", "part", "json", "other", "download", "gzip", "fragment", "htmx", "xhr", "fetch",
        "head", "twice",
    ],
)  # fmt: skip
def test_what_is_no_page_is_as_it_is_without_debug(
    ask: Callable[..., Answer], given: Given, method: str, asked
) -> None:
    kept = given._replace(headers={**given.headers, "ETag": '"1"', "Cache-Control": "max-age=9"})
    assert ask(kept, True, method, **asked) == ask(kept, False, method, **asked)


@every
def test_in_production_nothing_is_done(ask: Callable[..., Answer]) -> None:
    assert ask(Given(), False).body == PAGE


@every
def test_a_check_that_fails_is_logged_and_the_page_sent(ask: Callable[..., Answer], monkeypatch, caplog) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise LookupError("jane.doe@example.com")

    monkeypatch.setattr(panel, "findings_on", fails)
    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        found = ask(Given(headers={"ETag": '"1"'}), True)
    assert (found.body, found.headers["etag"]) == (PAGE, '"1"')
    assert [record.getMessage() for record in caplog.records] == ["No panel: raised LookupError"]


# What the site has decided --------------------------------------------------------------------------------------------

DECIDED = {"check_ignore": "stub-missing, Page-Type-Unknown", "leave_out_email": True}
WRONG = PAGE.replace(b">front<", b">home<")


def decided_in_flask(**settings: Any) -> bytes:
    app = Flask("shop")
    app.debug = True
    app.add_url_rule("/", view_func=lambda: WRONG)
    NostoPanel(app)
    flask.Nosto(app, **settings)
    return app.test_client().get("/").data


def decided_in_asgi(make: Callable[..., Any], **settings: Any) -> bytes:
    app = make(debug=True, routes=[Route("/", lambda _: Response(WRONG, media_type="text/html"))])
    starlette.Nosto(app, **settings)
    app.add_middleware(NostoPanelMiddleware)
    return TestClient(app).get("/").content


def decided_in_django(**settings: Any) -> bytes:
    middleware = ["nosto_tagging.integrations.django.NostoPanelMiddleware", *MIDDLEWARE]
    urls = urlconf(path("", lambda _: HttpResponse(WRONG)))
    nosto = {name.upper(): value for name, value in settings.items()}
    with override_settings(ROOT_URLCONF=urls, MIDDLEWARE=middleware, DEBUG=True, NOSTO=nosto):
        return Client().get("/").content


decided = pytest.mark.parametrize(
    "ask",
    [decided_in_flask, partial(decided_in_asgi, Starlette), partial(decided_in_asgi, FastAPI), decided_in_django],
    ids=["flask", "starlette", "fastapi", "django"],
)


@decided
def test_the_panel_knows_the_settings(ask: Callable[..., bytes]) -> None:
    assert ask() == panel_in(WRONG, url="/")
    assert ask(**DECIDED) == panel_in(WRONG, url="/", ignore=["page-type-unknown"], leave_out_email=True)
    codes = [b">page-type-unknown<", b">email-in-page<"]
    assert [code in ask() for code in codes] == [True, False]
    assert [code in ask(**DECIDED) for code in codes] == [False, True]


@decided
def test_a_code_that_no_rule_has_is_logged(ask: Callable[..., bytes], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        assert ask(check_ignore="no-such-rule") == WRONG
    assert [record.getMessage() for record in caplog.records] == [
        f"No panel: ignore has no rule no-such-rule, must be of: {', '.join(rules)}"
    ]


def test_the_async_side_of_django() -> None:
    async def front(request: Any) -> HttpResponse:
        return HttpResponse(PAGE)

    middleware = ["nosto_tagging.integrations.django.NostoPanelMiddleware"]
    with override_settings(ROOT_URLCONF=urlconf(path("", front)), MIDDLEWARE=middleware, DEBUG=True):
        found = async_to_sync(AsyncClient().get)("/")
    assert found.content == panel_in(PAGE, url="/", headers={"content-type": HTML})


def test_a_page_in_several_messages_and_a_file_that_the_server_sends() -> None:
    start = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]}
    start["headers"].append((b"content-length", str(len(PAGE)).encode()))  # type: ignore[attr-defined]  # the list

    def sent(*messages: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []

        async def app(scope: Any, receive: Any, send: Any) -> None:
            for each in messages:
                await send(each)

        async def send(message: Any) -> None:
            found.append(message)

        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "app": Starlette(debug=True)}
        async_to_sync(NostoPanelMiddleware(app))(scope, None, send)  # type: ignore[arg-type]  # nobody reads
        return found

    parts = [{"type": "http.response.body", "body": PAGE[:9], "more_body": True}]
    parts.append({"type": "http.response.body", "body": PAGE[9:]})
    whole = sent(start, *parts)
    assert [each["type"] for each in whole] == ["http.response.start", "http.response.body"]
    assert MARK in whole[1]["body"]
    file = {"type": "http.response.pathsend", "path": "/page.html"}
    assert sent(start, file) == [start, file]


@pytest.mark.parametrize("debug", [True, False])
def test_without_the_extra_debug_says_which_one(monkeypatch: pytest.MonkeyPatch, *, debug: bool) -> None:
    for name in [each for each in sys.modules if each.startswith("nosto_tagging.reading")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "selectolax.lexbor", None)
    app = Flask("shop")
    app.debug = debug
    if not debug:
        NostoPanel(app)
        assert with_asgi(Starlette)(Given(), False).body == with_django(Given(), False).body == PAGE
        assert [each for each in sys.modules if each.startswith("nosto_tagging.reading.")] == []
        return
    for begin in (
        lambda: NostoPanel(app),
        lambda: with_asgi(Starlette)(Given(), True),
        lambda: with_django(Given(), True),
    ):
        with pytest.raises(MissingExtra) as caught:
            begin()
        assert caught.value.extra == "check"


def test_without_debug_no_reader_of_pages_is_imported() -> None:
    script = (
        "import sys; from flask import Flask; from nosto_tagging.integrations.flask import NostoPanel\n"
        "app = Flask('shop'); NostoPanel(app); app.test_client().get('/')\n"
        "import nosto_tagging.integrations.fastapi, nosto_tagging.integrations.django\n"
        "print([name for name in sys.modules if name.startswith(('nosto_tagging.reading', 'selectolax', 'tree_sitter'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_public_names() -> None:
    assert starlette.NostoPanelMiddleware is fastapi.NostoPanelMiddleware is NostoPanelMiddleware
