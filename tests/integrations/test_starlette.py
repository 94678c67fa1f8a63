"""Starlette: where the tagging stands among middlewares, routes and error pages, and where settings come from."""

from __future__ import annotations

import asyncio
import gc
import importlib
import importlib.util
import logging
import os
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

import pytest

if importlib.util.find_spec("starlette") is None and not os.environ.get("NOSTO_TAGGING_STRICT"):
    pytest.skip("Starlette is not installed", allow_module_level=True)

from jinja2 import DictLoader, Environment
from starlette.applications import Starlette
from starlette.authentication import AuthCredentials, AuthenticationBackend, SimpleUser
from starlette.background import BackgroundTask
from starlette.config import Config
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.testclient import TestClient

from nosto_tagging import Customer, Settings, Tagger, api, block, client_script, snippet
from nosto_tagging.errors import InvalidArgument, InvalidSettings, MissingExtra, UndefinedName
from nosto_tagging.integrations.asgi import VisitMiddleware
from nosto_tagging.integrations.starlette import Nosto

NONCE = "cjRuZDBt"
PRIVATE = "private, no-cache"


def templates(**sources: str) -> Jinja2Templates:
    files = {f"{name}.html": source for name, source in sources.items()}
    return Jinja2Templates(env=Environment(loader=DictLoader(files), autoescape=True))


def page(source: str, *, debug: bool = True, **options: Any) -> tuple[Starlette, Nosto]:
    """An application whose front page is `source`."""
    shown = templates(page=source)
    app = Starlette(debug=debug, routes=[Route("/", lambda request: shown.TemplateResponse(request, "page.html"))])
    return app, Nosto(app, shown, **options)


def who(reference: str) -> Customer:
    return Customer(customer_reference=reference)


# --- settings


@pytest.mark.parametrize(
    ("environ", "options", "settings"),
    [
        ({}, {}, Settings()),
        (
            {"NOSTO_ACCOUNT_ID": "shop", "NOSTO_HOST": "staging", "NOSTO_ENABLED": "false", "NOSTO_ERRORS": "log"},
            {},
            Settings(account_id="shop", host="staging", enabled=False, errors="log"),
        ),
        ({"NOSTO_ACCOUNT_ID": "shop"}, {"account_id": "other"}, Settings(account_id="other")),
        ({"NOSTO_ACCOUNT_ID": " ", "ACCOUNT_ID": "theirs"}, {}, Settings()),
    ],
    ids=["none", "config", "options", "blank"],
)
@pytest.mark.parametrize("as_config", [False, True])
def test_settings_come_from_the_options_then_the_configuration_then_the_defaults(
    environ, options, settings, *, as_config: bool
) -> None:
    nosto = Nosto(Starlette(), config=Config(environ=environ) if as_config else environ, **options)
    assert nosto.tagger.settings == settings


def test_a_configuration_with_a_file_and_a_prefix_is_read_as_starlette_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "settings"
    file.write_text('SHOP_NOSTO_ACCOUNT_ID="shop"\nSHOP_NOSTO_HOST=staging\n', encoding="utf-8")
    config = Config(file, environ={"SHOP_NOSTO_HOST": "production"}, env_prefix="SHOP_")
    assert Nosto(Starlette(), config=config).tagger.settings == Settings(account_id="shop")


def test_settings_that_do_not_validate_are_refused() -> None:
    with pytest.raises(InvalidSettings) as caught:
        Nosto(Starlette(), host="test")
    assert str(caught.value) == "Settings.host must be 'production' or 'staging', got text of 4 characters"


@pytest.mark.parametrize(
    ("nonce", "printed"),
    [
        (None, "bWlkZGxld2FyZQ"),
        (lambda request: request.headers["X-Nonce"], NONCE),
        ("c2V0dGluZ3M", "c2V0dGluZ3M"),
    ],
    ids=["state", "callable", "text"],
)
def test_the_nonce_comes_from_the_settings_else_from_where_a_middleware_put_it(nonce, printed: str) -> None:
    app, nosto = page("{% nosto_customer_snippet %}{{ nosto_client_script() }}", account_id="shop", nonce=nonce)
    nosto.customer_loader(lambda _: who("7"))

    async def with_nonce(request: Request, call_next: Any) -> Response:
        request.state.csp_nonce = "bWlkZGxld2FyZQ"
        response: Response = await call_next(request)
        return response

    app.add_middleware(BaseHTTPMiddleware, dispatch=with_nonce)
    answer = TestClient(app).get("/", headers={"X-Nonce": NONCE})
    assert answer.text == f"{snippet(who('7'), nonce=printed)}{client_script('shop', nonce=printed)}"


# --- templates


def test_async_templates_are_refused_with_what_to_do() -> None:
    env = Environment(enable_async=True)
    app = Starlette()
    with pytest.raises(InvalidArgument) as caught:
        Nosto(app, Jinja2Templates(env=env))
    assert str(caught.value) == (
        "templates must not be async, as TemplateResponse does not wait for them; for those that you render yourself, "
        "there is nosto_tagging.jinja.attach(env, nosto.tagger)"
    )
    assert (app.user_middleware, app.routes, env.extensions) == ([], [], {})


def test_an_application_needs_no_templates() -> None:
    app = Starlette(routes=[Route("/", lambda _: JSONResponse(nosto.payload(who("7"))))])
    nosto = Nosto(app)
    answer = TestClient(app).get("/")
    assert answer.json() == Tagger().payload(who("7"))
    assert answer.headers["Cache-Control"] == PRIVATE


def test_templates_in_a_folder_go_before_ours(tmp_path: Path) -> None:
    for name, text in {"page.html": "{% include 'nosto/customer.html' %}", "nosto/customer.html": "own"}.items():
        tmp_path.joinpath(name).parent.mkdir(exist_ok=True)
        tmp_path.joinpath(name).write_text(text, encoding="utf-8")
    shown = Jinja2Templates(directory=tmp_path)
    app = Starlette(routes=[Route("/", lambda request: shown.TemplateResponse(request, "page.html"))])
    Nosto(app, shown)
    assert TestClient(app).get("/").text == "own"


# --- middlewares


class _ByHeader(AuthenticationBackend):
    async def authenticate(self, conn: Any) -> Any:
        name = conn.headers.get("X-User")
        return None if name is None else (AuthCredentials(), SimpleUser(name))


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("before", [False, True])
def test_loaders_see_the_login_and_the_session_wherever_their_middlewares_are_added(
    *, asynchronous: bool, before: bool
) -> None:
    def found(request: Request) -> Customer | None:
        name = request.user.display_name
        return who(f"{name}-{request.session.get('visits', 0)}") if name else None

    async def found_later(request: Request) -> Customer | None:
        await asyncio.sleep(0)
        return found(request)

    shown = templates(page="{% nosto_customer %}")

    def counted(request: Request) -> Response:
        answer = shown.TemplateResponse(request, "page.html")
        request.session["visits"] = request.session.get("visits", 0) + 1
        return answer

    middlewares: list[Any] = [
        Middleware(SessionMiddleware, secret_key="of the tests"),
        Middleware(AuthenticationMiddleware, backend=_ByHeader()),
    ]
    app = Starlette(debug=True, routes=[Route("/", counted)], middleware=middlewares if before else None)
    nosto = Nosto(app, shown)
    nosto.customer_loader(found_later if asynchronous else found)
    if not before:
        app.add_middleware(AuthenticationMiddleware, backend=_ByHeader())
        app.add_middleware(SessionMiddleware, secret_key="of the tests")
    assert app.user_middleware[-1].cls is VisitMiddleware
    client = TestClient(app)
    headers = {"X-User": "jane"}
    assert [client.get("/", headers=headers).text for _ in range(2)] == [block(who("jane-0")), block(who("jane-1"))]
    assert client.get("/").text == ""


def test_an_application_that_serves_already_is_refused_by_starlette() -> None:
    app = Starlette()
    TestClient(app).get("/")
    with pytest.raises(RuntimeError, match="Cannot add middleware after an application has started"):
        Nosto(app)


def test_what_is_taken_out_of_a_public_page_is_so_before_it_is_compressed(caplog) -> None:
    text = "<p>canoes</p>" * 100
    shown = templates(page=f"{text}{{% nosto_customer %}}")
    headers = {"Cache-Control": "public"}
    app = Starlette(
        routes=[Route("/", lambda request: shown.TemplateResponse(request, "page.html", headers=headers))],
        middleware=[Middleware(GZipMiddleware)],
    )
    Nosto(app, shown).customer_loader(lambda _: who("7"))
    answer = TestClient(app).get("/")
    assert (answer.text, answer.headers["Content-Encoding"]) == (text, "gzip")
    assert "Cookie" not in answer.headers["Vary"]
    assert len(caplog.records) == 1


def test_a_session_without_anything_for_the_next_page_has_no_page_vary() -> None:
    app, nosto = page("{% nosto_pushed %}{% nosto_customer none %}")

    @nosto.order_loader
    async def order(_: Request, number: str) -> None:
        raise LookupError(number)

    app.add_middleware(SessionMiddleware, secret_key="of the tests")
    answer = TestClient(app).get("/")
    assert (answer.text, answer.headers.get("Vary"), answer.headers.get("Set-Cookie")) == ("", None, None)


def test_without_a_session_push_says_what_is_missing() -> None:
    app = Starlette(routes=[Route("/", lambda _: nosto.push(who("7")))])  # type: ignore[arg-type,return-value]  # raises
    nosto = Nosto(app)
    with pytest.raises(InvalidArgument, match=r"^push\(\) needs a request with the framework's session$"):
        TestClient(app).get("/")


# --- error pages


@pytest.mark.parametrize("key", [500, Exception])
@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_page_of_an_error_is_the_visitors_like_any_other(key: Any, *, asynchronous: bool) -> None:
    # Starlette calls its handler outside of all middlewares.
    shown = templates(error="<p>{% nosto_customer %}{{ kind }}</p>")

    def failing(_: Request) -> Response:
        raise LookupError("of the view")

    def handler(request: Request, error: Exception) -> Response:
        kind = type(error).__name__
        return shown.TemplateResponse(request, "error.html", {"kind": kind}, status_code=500)

    async def handler_later(request: Request, error: Exception) -> Response:
        return handler(request, error)

    async def visitor(request: Request) -> Customer:
        return who(request.cookies["who"])

    handlers: dict[Any, Any] = {key: handler_later if asynchronous else handler}
    app = Starlette(routes=[Route("/", failing)], exception_handlers=handlers)
    Nosto(app, shown).customer_loader(visitor)
    cookies = {"who": "7"}
    answer = TestClient(app, raise_server_exceptions=False, cookies=cookies).get("/")
    assert (answer.status_code, answer.text) == (500, f"<p>{block(who('7'))}LookupError</p>")
    assert (answer.headers["Cache-Control"], answer.headers["Vary"]) == (PRIVATE, "Cookie")
    with pytest.raises(LookupError, match="of the view"):  # which the server hears of, all the same
        TestClient(app, cookies=cookies).get("/")


def test_a_handler_of_errors_hears_of_one_after_the_response_has_begun() -> None:
    heard: list[str] = []

    def handler(request: Request, error: Exception) -> Response:
        heard.append(f"{request.url.path} {error}")
        return PlainTextResponse("not sent")

    async def failing(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise LookupError("of the stream")

    app = Starlette(routes=[Mount("/", failing)], exception_handlers={500: handler})
    Nosto(app)
    with pytest.raises(LookupError, match="of the stream"):
        TestClient(app).get("/")
    assert heard == ["/ of the stream"]


def test_without_a_handler_errors_are_answered_as_ever() -> None:
    def failing(_: Request) -> Response:
        raise LookupError

    answers = []
    for tagged in (False, True):
        app = Starlette(routes=[Route("/", failing)])
        if tagged:
            Nosto(app)
        answer = TestClient(app, raise_server_exceptions=False).get("/")
        answers.append((answer.status_code, answer.text, answer.headers))
    assert answers[0] == answers[1]


def test_the_page_of_what_is_not_found_is_marked() -> None:
    shown = templates(missing="{% nosto_customer %}")

    def handler(request: Request, error: HTTPException) -> Response:
        return shown.TemplateResponse(request, "missing.html", status_code=error.status_code)

    handlers: dict[Any, Any] = {404: handler}
    app = Starlette(exception_handlers=handlers)
    Nosto(app, shown).customer_loader(lambda _: who("7"))
    answer = TestClient(app).get("/nowhere")
    assert (answer.status_code, answer.text, answer.headers["Cache-Control"]) == (404, block(who("7")), PRIVATE)


# --- responses


def test_a_task_after_the_response_runs_and_cannot_push(caplog) -> None:
    done: list[str] = []

    def task() -> None:
        nosto.push(api.add_segment_code_to_visit("late"))
        done.append("done")

    shown = templates(page="{% nosto_customer %}")
    app = Starlette(
        routes=[
            Route("/", lambda request: shown.TemplateResponse(request, "page.html", background=BackgroundTask(task)))
        ],
        middleware=[Middleware(SessionMiddleware, secret_key="of the tests")],
    )
    nosto = Nosto(app, shown)
    nosto.customer_loader(lambda _: who("7"))
    answer = TestClient(app).get("/")
    assert (answer.text, answer.headers["Cache-Control"], done) == (block(who("7")), PRIVATE, ["done"])
    assert [record.getMessage() for record in caplog.records] == [
        "Left out of Python: push() comes after the response's headers, with which the session was saved"
    ]


def test_a_head_has_the_headers_of_the_page() -> None:
    app, nosto = page("{% nosto_customer %}")
    nosto.customer_loader(lambda _: who("7"))
    client = TestClient(app)
    head, got = client.head("/"), client.get("/")
    assert head.headers == got.headers
    assert head.headers["Content-Length"] == str(len(block(who("7"))))
    assert (head.text, head.headers["Cache-Control"]) == ("", PRIVATE)


def test_a_file_is_sent_as_ever_and_marked_only_where_the_view_told_something(tmp_path: Path) -> None:
    file = tmp_path / "canoe.txt"
    file.write_text("canoe", encoding="utf-8")

    async def told(_: Request) -> Response:
        nosto.payload(who("7"))
        return FileResponse(file)

    app = Starlette(routes=[Route("/told", told), Mount("/static", StaticFiles(directory=tmp_path))])
    nosto = Nosto(app)
    client = TestClient(app)
    plain, marked = client.get("/static/canoe.txt"), client.get("/told")
    assert (plain.text, plain.headers.get("Cache-Control")) == ("canoe", None)
    assert (marked.text, marked.headers["Cache-Control"]) == ("canoe", PRIVATE)
    assert marked.headers["ETag"] == plain.headers["ETag"]


def test_a_stream_whose_view_told_something_is_marked(caplog) -> None:
    async def parts() -> Any:
        for each in ("a", "b"):
            yield each

    async def told(_: Request) -> Response:
        nosto.payload(who("7"))
        return StreamingResponse(parts(), headers={"Cache-Control": "public"})

    app = Starlette(routes=[Route("/", told)])
    nosto = Nosto(app)
    answer = TestClient(app).get("/")
    assert (answer.text, answer.headers["Cache-Control"]) == ("ab", "private, no-store")
    assert len(caplog.records) == 1


def test_websockets_are_left_alone() -> None:
    shown = templates(part="{{ nosto.tell(customer) }}", visitor="{% nosto_customer %}")

    async def talk(socket: Any) -> None:
        await socket.accept()
        await socket.send_text(shown.get_template("part.html").render(customer=who("7")))
        await socket.send_text(shown.get_template("visitor.html").render())
        await socket.close()

    app = Starlette(routes=[WebSocketRoute("/talk", talk)])
    Nosto(app, shown).customer_loader(lambda _: pytest.fail("asked"))
    with TestClient(app).websocket_connect("/talk") as socket:
        assert socket.receive_text() == Tagger().tell(who("7"))
        assert socket.receive_text() == ""


def test_tasks_that_take_turns_each_get_their_own_visitor() -> None:
    app, nosto = page("{% nosto_customer %}{% nosto_customer_snippet %}")

    @nosto.customer_loader
    async def visitor(request: Request) -> Customer:
        await asyncio.sleep(int(request.query_params["who"]) % 3 / 1000)
        return who(request.query_params["who"])

    async def ask(number: int) -> str:
        body = b""

        async def send(message: Any) -> None:
            nonlocal body
            body += message.get("body", b"")

        async def receive() -> Any:
            return {"type": "http.request"}

        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"who=%d" % number, "headers": []}
        await app(scope, receive, send)
        return body.decode()

    async def together() -> list[str]:
        return await asyncio.gather(*map(ask, range(60)))

    expected = [f"{block(who(str(number)))}{snippet(who(str(number)))}" for number in range(60)]
    assert asyncio.run(together()) == expected


# --- routes


def test_the_endpoint_goes_before_a_route_that_takes_every_path(tmp_path: Path) -> None:
    app = Starlette(routes=[Mount("/", StaticFiles(directory=tmp_path))])
    nosto = Nosto(app)
    nosto.customer_loader(lambda _: who("7"))
    client = TestClient(app)
    assert client.get("/nosto/visitor").json() == Tagger().payload(who("7"))
    assert client.get("/nosto/visitor.js").status_code == 200
    assert app.url_path_for("nosto_visitor") == "/nosto/visitor"
    assert app.url_path_for("nosto_visitor_script") == "/nosto/visitor.js"


def test_a_route_of_the_applications_own_goes_before_the_endpoint() -> None:
    app = Starlette(routes=[Route("/nosto/visitor", lambda _: PlainTextResponse("own"))])
    Nosto(app)
    client = TestClient(app)
    assert [client.get(path).status_code for path in ("/nosto/visitor", "/nosto/visitor.js")] == [200, 404]
    assert client.get("/nosto/visitor").text == "own"


def test_a_loader_that_may_block_is_asked_in_a_thread_by_the_endpoint() -> None:
    app = Starlette()
    threads: list[int] = []

    async def remember(_: Request) -> None:
        threads.append(threading.get_ident())

    nosto = Nosto(app)
    nosto.cart_loader(remember)
    nosto.customer_loader(lambda _: threads.append(threading.get_ident()))
    assert TestClient(app).get("/nosto/visitor").status_code == 204
    assert len(set(threads)) == 2


@pytest.mark.parametrize("mounted", [False, True])
def test_the_address_of_the_endpoint_is_what_browsers_see(*, mounted: bool) -> None:
    app, nosto = page("{% nosto_deferred %}")
    nosto.customer_loader(lambda _: who("7"))
    if mounted:
        client, path = TestClient(Starlette(routes=[Mount("/shop", app)])), "/shop"
    else:
        client, path = TestClient(app, root_path="/shop"), "/shop"
    assert client.get(f"{path}/").text == Tagger(Settings(visitor_url="/shop/nosto/visitor")).deferred()
    assert client.get(f"{path}/nosto/visitor").json() == Tagger().payload(who("7"))


def test_the_pages_of_a_mounted_application_are_its_own_or_its_parents() -> None:
    inner, nosto = page("{% nosto_deferred %}{% nosto_customer %}", visitor_url="/inner")
    nosto.customer_loader(lambda _: who("7"))
    shown = templates(page="{% nosto_deferred %}{% nosto_customer %}")
    plain = Starlette(routes=[Route("/", lambda request: shown.TemplateResponse(request, "page.html"))])
    outer = Starlette(routes=[Mount("/inner", inner), Mount("/plain", plain)])
    Nosto(outer, shown, visitor_url="/outer").customer_loader(lambda request: who(request.url.path.strip("/")))
    client = TestClient(outer)
    assert client.get("/plain/").text == f"{Tagger(Settings(visitor_url='/outer')).deferred()}{block(who('plain'))}"
    assert client.get("/inner/").text == (f"{Tagger(Settings(visitor_url='/inner/inner')).deferred()}{block(who('7'))}")


# --- one object, several applications


def test_one_object_serves_the_application_whose_request_it_is() -> None:
    nosto = Nosto(account_id="shop")
    with pytest.raises(InvalidArgument) as caught:
        _ = nosto.tagger
    assert str(caught.value) == "app must be given first: Nosto(app, templates), or init_app(app, templates)"

    async def told(_: Request) -> Response:
        return JSONResponse([nosto.tagger.visitor_url(), nosto.payload(who("7"))])

    inner, outer = Starlette(routes=[Route("/", told)]), Starlette(routes=[Route("/", told)])
    nosto.init_app(inner)
    nosto.init_app(outer)
    outer.router.routes.append(Mount("/inner", inner))
    newest = nosto.tagger
    payload = Tagger().payload(who("7"))
    for path, visitor_url in {"/": "/nosto/visitor", "/inner/": "/inner/nosto/visitor"}.items():
        answer = TestClient(outer).get(path)
        assert (answer.json(), answer.headers["Cache-Control"]) == ([visitor_url, payload], PRIVATE)
    assert TestClient(inner).get("/").json() == ["/nosto/visitor", payload]
    assert nosto.tagger is newest


def test_an_object_keeps_no_application_alive() -> None:
    nosto = Nosto()
    app = Starlette()
    nosto.init_app(app)
    gone = weakref.ref(app)
    del app
    gc.collect()
    assert gone() is None


# --- errors


@pytest.mark.parametrize("debug", [False, True])
def test_errors_raise_under_debug_even_where_that_is_set_later(caplog, *, debug: bool) -> None:
    app, _ = page("\n{% nosto_customer custmer %}", debug=not debug)
    app.debug = debug
    message = "custmer is undefined; where it may be missing, write |default(none) after it"
    if debug:
        with pytest.raises(UndefinedName) as caught:
            TestClient(app).get("/")
        assert str(caught.value) == message
    else:
        with caplog.at_level(logging.ERROR, "nosto_tagging"):
            assert TestClient(app).get("/").text == "\n"
        assert [record.getMessage() for record in caplog.records] == [f"Left out of page.html, line 2: {message}"]


def test_without_starlette_a_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "starlette.applications", None)
    monkeypatch.delitem(sys.modules, "nosto_tagging.integrations.starlette")
    with pytest.raises(MissingExtra) as caught:
        importlib.import_module("nosto_tagging.integrations.starlette")
    assert str(caught.value) == (
        "nosto_tagging.integrations.starlette needs the 'starlette' extra: install nosto-tagging[starlette]"
    )
    assert caught.value.__suppress_context__
