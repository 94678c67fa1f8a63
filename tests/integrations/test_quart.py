"""Quart: the settings, async functions, the order of what runs around a view, what is streamed."""

from __future__ import annotations

import asyncio
import gc
import importlib
import importlib.util
import logging
import os
import sys
import weakref
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

if importlib.util.find_spec("quart") is None and not os.environ.get("NOSTO_TAGGING_STRICT"):
    pytest.skip("Quart is not installed", allow_module_level=True)

import quart
from quart import Blueprint, Quart, g, make_response, render_template_string, request, session
from quart.wrappers import Response
from werkzeug.wrappers import Response as WerkzeugResponse

from nosto_tagging import Customer, Settings, Tagger, api, block, client_script, snippet
from nosto_tagging.errors import InvalidArgument, InvalidSettings, MissingExtra, UndefinedName
from nosto_tagging.integrations.quart import Nosto

PRIVATE = "private, no-cache"


def shop(**config: Any) -> Quart:
    app = Quart("shop")
    app.config.update({"TESTING": True, "SECRET_KEY": "of the tests", **config})
    return app


def page(app: Quart, source: str, path: str = "/") -> None:
    async def view() -> str:
        return await render_template_string(source)

    app.add_url_rule(path, path, view)


def get(app: Quart, *paths: str, method: str = "GET", **options: Any) -> list[Response]:
    """The answers to one client, whose text is there as ``shown``."""

    async def ask() -> list[Response]:
        client = app.test_client()
        answers = [await client.open(path, method=method, **options) for path in paths or ("/",)]
        for answer in answers:
            answer.shown = await answer.get_data(as_text=True)
        return answers

    return asyncio.run(ask())


def texts(app: Quart, *paths: str, **options: Any) -> list[str]:
    return [answer.shown for answer in get(app, *paths, **options)]


def who(reference: str) -> Customer:
    return Customer(customer_reference=reference)


# --- settings


@pytest.mark.parametrize(
    ("config", "options", "settings"),
    [
        ({}, {}, Settings()),
        (
            {"NOSTO_ACCOUNT_ID": "shop", "NOSTO_HOST": "staging", "NOSTO_ENABLED": "false", "NOSTO_ERRORS": "log"},
            {},
            Settings(account_id="shop", host="staging", enabled=False, errors="log"),
        ),
        ({"NOSTO_ACCOUNT_ID": "shop", "NOSTO_NONCE": None}, {"account_id": "other"}, Settings(account_id="other")),
    ],
    ids=["none", "config", "options"],
)
def test_settings_come_from_the_options_then_the_configuration_then_the_defaults(config, options, settings) -> None:
    app = shop(**config)
    Nosto(app, **options)
    assert app.extensions["nosto_tagging"].settings == settings


def test_settings_that_do_not_validate_are_refused() -> None:
    with pytest.raises(InvalidSettings) as caught:
        Nosto(shop(NOSTO_HOST="test"))
    assert str(caught.value) == "Settings.host must be 'production' or 'staging', got text of 4 characters"


@pytest.mark.parametrize(
    ("nonce", "at", "printed"),
    [
        (None, "g", "b2ZHZw"),
        (None, "request", "b2ZSZXF1ZXN0"),
        (None, "", None),
        (lambda: request.headers["X-Nonce"], "g", "Y2FsbGFibGU"),
        ("c2V0dGluZ3M", "g", "c2V0dGluZ3M"),
    ],
    ids=["g", "request", "none", "callable", "text"],
)
def test_the_nonce_comes_from_the_settings_else_from_where_the_shop_put_it(nonce, at: str, printed) -> None:
    app = shop()
    Nosto(app, account_id="shop", nonce=nonce).customer_loader(lambda: who("7"))

    @app.before_request
    def put() -> None:
        if at == "g":
            g.csp_nonce = "b2ZHZw"
        if at == "request":
            request.csp_nonce = "b2ZSZXF1ZXN0"

    macro = "{% from 'nosto/customer.html' import customer_snippet %}{{ customer_snippet() }}"
    page(app, f"{{% nosto_customer_snippet %}}{macro}{{{{ nosto_client_script() }}}}")
    expected = f"{snippet(who('7'), nonce=printed) * 2}{client_script('shop', nonce=printed)}"
    assert texts(app, headers={"X-Nonce": "Y2FsbGFibGU"}) == [expected]


# --- async functions


@pytest.mark.parametrize("asynchronous", [False, True])
def test_loaders_see_what_functions_before_the_request_found_whenever_they_were_declared(*, asynchronous: bool) -> None:
    app = shop()
    nosto = Nosto(app)

    async def later() -> Customer:
        await asyncio.sleep(0)
        return who(g.user)

    nosto.customer_loader(later if asynchronous else lambda: who(g.user))
    part = Blueprint("part", "part", url_prefix="/part")

    @app.before_request
    async def login() -> None:
        g.user = "7"

    @part.before_request
    async def login_to_part() -> None:
        g.user = "8"

    @part.get("/")
    async def index() -> str:
        return await render_template_string("{% nosto_customer %}")

    app.register_blueprint(part)
    page(app, "{% nosto_customer %}{% nosto_customer_snippet %}")
    assert texts(app, "/", "/part/") == [f"{block(who('7'))}{snippet(who('7'))}", block(who("8"))]


def test_an_async_loader_is_asked_once_a_request_and_only_for_templates(tmp_path: Path) -> None:
    tmp_path.joinpath("canoe.txt").write_text("canoe", encoding="utf-8")
    app = Quart("shop", static_folder=str(tmp_path), static_url_path="/static")
    nosto = Nosto(app)
    asked: list[str] = []

    @nosto.customer_loader
    async def visitor() -> Customer:
        asked.append(request.path)
        return who("7")

    @app.get("/data")
    async def data() -> dict[str, str]:
        return {}

    @app.get("/")
    async def twice() -> str:
        return await render_template_string("{% nosto_customer %}") + await render_template_string(
            "{% nosto_customer %}"
        )

    assert texts(app, "/static/canoe.txt", "/data", "/") == ["canoe", "{}\n", f"{block(who('7'))}" * 2]
    assert asked == ["/"]


def test_an_async_loader_sees_the_login_that_the_view_made() -> None:
    app = shop()
    nosto = Nosto(app)

    @nosto.customer_loader
    async def visitor() -> Customer | None:
        return who(session["user"]) if "user" in session else None

    @app.post("/login")
    async def login() -> str:
        session["user"] = "7"
        return await render_template_string("{% nosto_customer %}")

    assert texts(app, "/login", method="POST") == [block(who("7"))]


@pytest.mark.parametrize(("answer", "agreed"), [(True, True), (False, False), (1, False)])
@pytest.mark.parametrize("asynchronous", [False, True])
def test_consent_holds_for_views_and_templates_and_is_asked_once(answer, *, agreed: bool, asynchronous: bool) -> None:
    asked: list[str] = []

    def consent() -> Any:
        asked.append(request.path)
        return answer

    async def consent_later() -> Any:
        return consent()

    app = shop()
    nosto = Nosto(app, consent=consent_later if asynchronous else consent)

    @nosto.customer_loader
    async def visitor() -> Customer:
        if not agreed:
            raise LookupError  # which nobody has to know
        return who("7")

    @app.get("/data")
    async def data() -> dict[str, Any]:
        return nosto.payload(who("7"))

    page(app, "{% nosto_customer %}{{ nosto_block(7 and other|default(none)) }}{% nosto_customer_snippet %}")
    answers = get(app, "/", "/data")
    assert answers[0].shown == (f"{block(who('7'))}{snippet(who('7'))}" if agreed else "")
    assert asyncio.run(answers[1].get_json()) == (Tagger().payload(who("7")) if agreed else {"calls": []})
    assert [each.headers.get("Cache-Control") for each in answers] == [PRIVATE if agreed else None] * 2
    assert asked == ["/", "/data"]


def test_what_an_async_loader_raises_is_logged_where_it_is_missed(caplog) -> None:
    app = shop(TESTING=False)
    nosto = Nosto(app)

    @nosto.customer_loader
    async def visitor() -> Customer:
        raise LookupError("jane.doe@example.com")

    page(app, "<p>{{ request.path }}</p>")
    page(app, "\n<p>{% nosto_customer %}</p>", "/account")
    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        assert texts(app, "/", "/account") == ["<p>/</p>", "\n<p></p>"]
    assert [record.getMessage() for record in caplog.records] == ["Left out of <template>, line 2: raised LookupError"]


def test_tasks_that_take_turns_each_get_their_own_visitor() -> None:
    app = shop()
    nosto = Nosto(app)

    @nosto.customer_loader
    async def visitor() -> Customer:
        await asyncio.sleep(int(request.args["who"]) % 3 / 1000)
        return who(request.args["who"])

    page(app, "{% nosto_customer %}{% nosto_customer_snippet %}")

    async def ask(number: int) -> str:
        return await (await app.test_client().get(f"/?who={number}")).get_data(as_text=True)

    async def together() -> list[str]:
        return await asyncio.gather(*map(ask, range(40)))

    expected = [f"{block(who(str(number)))}{snippet(who(str(number)))}" for number in range(40)]
    assert asyncio.run(together()) == expected


# --- responses


def test_what_others_say_of_caches_is_heard_whenever_they_were_declared() -> None:
    app = shop()
    part = Blueprint("part", "part")

    def say(*headers: tuple[str, str]) -> Callable[[Response], Awaitable[Response]]:
        async def said(response: Response) -> Response:
            for name, value in headers:
                response.headers.add(name, value)
            return response

        return said

    app.after_request(say(("Vary", "Accept")))
    Nosto(app).customer_loader(lambda: who("7"))
    app.after_request(say(("Vary", "Origin"), ("Cache-Control", "no-transform")))
    part.after_request(say(("Cache-Control", "must-revalidate")))

    @part.get("/")
    async def index() -> str:
        return await render_template_string("{% nosto_customer %}")

    app.register_blueprint(part)
    (answer,) = get(app)
    assert answer.headers.getlist("Cache-Control") == [f"{PRIVATE}, must-revalidate, no-transform"]
    assert [each for line in answer.headers.getlist("Vary") for each in line.split(", ")] == [
        "Origin",
        "Accept",
        "Cookie",
    ]


async def _file() -> Any:
    return await quart.send_file(__file__)


async def _werkzeug() -> Any:
    return WerkzeugResponse("page")


async def _parts() -> Any:
    async def parts() -> Any:
        yield "a"
        yield "b"

    return parts()


@pytest.mark.parametrize("view", [_file, _werkzeug, _parts], ids=["file", "werkzeug", "parts"])
@pytest.mark.parametrize("public", [False, True])
def test_what_is_not_a_page_is_marked_and_sent_as_it_is(view, caplog, *, public: bool) -> None:
    app = shop(TESTING=False)
    nosto = Nosto(app)

    @app.get("/")
    async def told() -> Any:
        nosto.payload(who("7"))
        response = await make_response(await view())
        response.headers["Cache-Control"] = "public" if public else "max-age=60"
        return response

    (answer,) = get(app)
    expected = {_file: Path(__file__).read_text(encoding="utf-8"), _werkzeug: "page", _parts: "ab"}
    assert answer.shown == expected[view]
    assert answer.headers["Cache-Control"] == ("private, no-store" if public else PRIVATE)
    assert len(caplog.records) == public


def test_what_a_stream_pushes_is_refused(caplog) -> None:
    app = shop(TESTING=False)
    nosto = Nosto(app)

    @app.get("/")
    async def streamed() -> Any:
        @quart.stream_with_context
        async def parts() -> Any:
            nosto.push(api.add_segment_code_to_visit("late"))
            yield "streamed"

        return parts()

    (answer,) = get(app)
    assert (answer.shown, answer.headers.get("Set-Cookie")) == ("streamed", None)
    assert [record.getMessage() for record in caplog.records] == [
        "Left out of Python: push() comes after the response's headers, with which the session was saved"
    ]


@pytest.mark.parametrize("status", [404, 500])
def test_a_page_of_an_error_is_the_visitors_like_any_other(status: int) -> None:
    app = shop(TESTING=False)
    nosto = Nosto(app)

    @nosto.customer_loader
    async def visitor() -> Customer:
        return who("7")

    @app.get("/500")
    async def failing() -> str:
        raise LookupError

    @app.errorhandler(status)
    async def handler(_: Exception) -> tuple[str, int]:
        return await render_template_string("{% nosto_customer %}"), status

    (answer,) = get(app, f"/{status}")
    assert (answer.status_code, answer.shown) == (status, block(who("7")))
    assert answer.headers["Cache-Control"] == PRIVATE


def test_a_head_has_the_headers_of_the_page() -> None:
    app = shop()
    Nosto(app).customer_loader(lambda: who("7"))
    page(app, "{% nosto_customer %}")
    (head,), (got,) = get(app, method="HEAD"), get(app)
    assert head.headers == got.headers
    assert (head.headers["Content-Length"], head.headers["Cache-Control"]) == (str(len(got.shown)), PRIVATE)


def test_a_page_without_anything_for_it_does_not_vary() -> None:
    app = shop()
    nosto = Nosto(app)

    @nosto.order_loader
    async def order(number: str) -> None:
        raise LookupError(number)

    page(app, "{% nosto_pushed %}{{ nosto.deferred() }}")
    (answer,) = get(app)
    assert (answer.shown, answer.headers.get("Vary")) == (Tagger().deferred(), None)


def test_websockets_are_left_alone() -> None:
    app = shop(NOSTO_ERRORS="log")
    Nosto(app).customer_loader(lambda: pytest.fail("asked"))

    @app.websocket("/talk")
    async def talk() -> None:
        told = await render_template_string("{{ nosto.tell(customer) }}", customer=who("7"))
        await quart.websocket.send(told)

    async def ask() -> str:
        async with app.test_client().websocket("/talk") as socket:
            return str(await socket.receive())

    assert asyncio.run(ask()) == Tagger().tell(who("7"))


# --- applications


def test_the_address_of_the_endpoint_is_what_browsers_see() -> None:
    app = shop()
    Nosto(app).customer_loader(lambda: who("7"))
    page(app, "{% nosto_deferred %}")
    texted, told = get(app, "/shop/", "/shop/nosto/visitor", root_path="/shop")
    assert texted.shown == Tagger(Settings(visitor_url="/shop/nosto/visitor")).deferred()
    assert asyncio.run(told.get_json()) == Tagger().payload(who("7"))


def test_a_route_of_the_applications_own_goes_before_the_endpoint() -> None:
    app = shop()
    page(app, "own", "/nosto/visitor")
    Nosto(app)
    assert texts(app, "/nosto/visitor") == ["own"]
    assert get(app, "/nosto/visitor.js")[0].status_code == 404


def test_one_object_serves_two_applications_with_settings_of_their_own() -> None:
    nosto = Nosto()
    first, second = shop(NOSTO_ACCOUNT_ID="first"), shop(NOSTO_ACCOUNT_ID="second")
    for app in (first, second):
        nosto.init_app(app)
        page(app, "{{ nosto_client_script() }}{% nosto_customer %}")
    nosto.customer_loader(lambda: who(quart.current_app.config["NOSTO_ACCOUNT_ID"]))
    assert [texts(app) for app in (first, second)] == [
        [f"{client_script('first')}{block(who('first'))}"],
        [f"{client_script('second')}{block(who('second'))}"],
    ]


def test_an_application_that_is_set_up_twice_has_the_last_settings_and_is_asked_once() -> None:
    app = shop()
    Nosto(app, account_id="first")
    nosto = Nosto(app, account_id="second")
    asked: list[str] = []

    @nosto.customer_loader
    async def visitor() -> Customer:
        asked.append("asked")
        return who("7")

    page(app, "{{ nosto_client_script() }}{% nosto_customer %}")
    assert texts(app) == [f"{client_script('second')}{block(who('7'))}"]
    assert asked == ["asked"]


def test_an_object_keeps_no_application_alive() -> None:
    nosto = Nosto()
    app = shop()
    nosto.init_app(app)
    gone = weakref.ref(app)
    del app
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("secret", [None, ""])
def test_without_a_secret_key_push_says_what_is_missing(secret: str | None) -> None:
    app = shop(SECRET_KEY=secret)
    nosto = Nosto(app)

    async def push() -> None:
        async with app.test_request_context("/"):
            nosto.push(who("7"))

    with pytest.raises(InvalidArgument) as caught:
        asyncio.run(push())
    assert str(caught.value) == "push() needs a request with the framework's session"


# --- errors


@pytest.mark.parametrize(
    ("flags", "raises"),
    [
        ({"TESTING": False, "DEBUG": False}, False),
        ({"TESTING": True, "DEBUG": False}, True),
        ({"TESTING": False, "DEBUG": True}, True),
        ({"TESTING": True, "NOSTO_ERRORS": "log"}, False),
        ({"TESTING": False, "NOSTO_ERRORS": "raise"}, True),
    ],
)
def test_errors_raise_under_debug_and_testing(flags, caplog, *, raises: bool) -> None:
    app = shop(**flags)
    Nosto(app)
    source = "\n{% nosto_customer custmer %}"
    message = "custmer is undefined; where it may be missing, write |default(none) after it"

    async def rendered() -> str:
        async with app.test_request_context("/"):
            return await render_template_string(source)

    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        if raises:
            with pytest.raises(UndefinedName) as caught:
                asyncio.run(rendered())
            assert str(caught.value) == message
        else:
            assert asyncio.run(rendered()) == "\n"
    logged = [] if raises else [f"Left out of <template>, line 2: {message}"]
    assert [record.getMessage() for record in caplog.records] == logged


def test_quarts_page_of_an_error_is_shown_for_what_push_refuses() -> None:
    # Up to 0.20 it looked into the variables of our functions, and failed at what stands for a session outside of
    # requests.
    app = shop(TESTING=False, DEBUG=True, PROPAGATE_EXCEPTIONS=True)
    nosto = Nosto(app)

    @app.get("/")
    async def pushes() -> None:
        for _ in range(2):
            nosto.push(api.add_segment_code_to_visit("v" * 900))

    try:
        shown = get(app)[0].shown
    except InvalidArgument as error:  # 0.21 hands it on
        shown = str(error)
    assert "push() keeps at most 1500 bytes" in shown


def test_without_quart_a_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "quart", None)
    monkeypatch.delitem(sys.modules, "nosto_tagging.integrations.quart")
    with pytest.raises(MissingExtra) as caught:
        importlib.import_module("nosto_tagging.integrations.quart")
    assert str(caught.value) == (
        "nosto_tagging.integrations.quart needs the 'quart' extra: install nosto-tagging[quart]"
    )
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(("site", "status"), [("none", 200), ("same-site", 403)])
def test_what_is_said_for_all_responses_does_not_open_the_endpoint(site: str, status: int) -> None:
    app = shop()
    Nosto(app).customer_loader(lambda: Customer(email="jane.doe@example.com"))

    @app.after_request
    async def for_all(response: Response) -> Response:  # as Quart-CORS does
        response.headers["Access-Control-Allow-Origin"] = "https://evil.example"
        response.headers["Cache-Control"] = "public, max-age=60"
        return response

    (answer,) = get(app, "/nosto/visitor", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")]
