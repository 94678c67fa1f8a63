"""Django: the settings, the loaders, the nonce, the session, the endpoint's place, the checks."""

from __future__ import annotations

import importlib
import json
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any

import django
import jinja2
import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings as django_settings
from django.contrib.sessions.backends.signed_cookies import SessionStore as SignedCookies
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured, SynchronousOnlyOperation
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.test import AsyncClient, Client, RequestFactory, override_settings
from django.urls import path, set_script_prefix
from support import page
from support.django_project import MIDDLEWARE, from_string, urlconf
from support.expected import JANE, JANE_BLOCK, JANE_SCRIPT
from support.shops.shop import order

from nosto_tagging import Customer, Settings, Tagger, api, block, client_script, snippet
from nosto_tagging.errors import InvalidArgument, InvalidSettings, InvalidTagging, MissingExtra, UndefinedName
from nosto_tagging.integrations.django import Extension, Middleware, nosto, urls
from nosto_tagging.jinja import NostoExtension

HERE = "project_of_the_tests"
BACKENDS = "django.contrib.sessions.backends"
JANE_TAGGED = Customer(**JANE)
NO_LOADER = "customer must be given: no @nosto.customer_loader says who the visitor is"
NO_MIDDLEWARE = (
    "MIDDLEWARE must have 'nosto_tagging.integrations.django.Middleware' before anything personal is printed"
)


# --- a project, found by dotted paths


def visitor(request: Any) -> Customer | None:
    reference = request.GET.get("reference")
    return None if reference is None else Customer(customer_reference=reference)


def nonce(request: Any) -> str:
    return str(request.GET["nonce"])


def refuses(request: Any) -> bool:
    return "agreed" in request.GET


class CarriedStore(SignedCookies):
    """A store of somebody else's, which the visitor carries as well."""


SessionStore = CarriedStore


class OurOwn(Middleware):
    """A project may make more of it."""


def of_another(get_response: Any) -> Any:
    return get_response


not_a_function = "text"


@pytest.fixture(autouse=True)
def _found_by_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    # Where pytest imports tests without their folder on the path, Django would import another copy, or none.
    monkeypatch.setitem(sys.modules, HERE, sys.modules[__name__])


def rendered(source: str, using: str = "jinja2", **context: Any) -> str:
    return str(from_string(source, using=using).render(context))


def get(source: str, address: str = "/", *, using: str = "jinja2", **changed: Any) -> Any:
    """What a view that renders `source` answers."""
    with override_settings(ROOT_URLCONF=urlconf(path("", lambda _: HttpResponse(rendered(source, using)))), **changed):
        return Client().get(address)


# --- settings


@pytest.mark.parametrize(
    ("given", "settings"),
    [
        ({}, Settings()),
        (
            {
                "ACCOUNT_ID": "shop",
                "HOST": "staging",
                "ENABLED": False,
                "NONCE": "r4nd0m",
                "ERRORS": "log",
                "LEAVE_OUT_EMAIL": True,
                "VISITOR_URL": "/who",
                "SESSION_ON_SERVER": True,
                "CHECK_IGNORE": ["block-visible"],
            },
            Settings(
                account_id="shop",
                host="staging",
                enabled=False,
                nonce="r4nd0m",
                errors="log",
                leave_out_email=True,
                visitor_url="/who",
                session_on_server=True,
                check_ignore=["block-visible"],
            ),
        ),
        # As environment variables give them.
        ({"ENABLED": "false", "LEAVE_OUT_EMAIL": "1"}, Settings(enabled=False, leave_out_email=True)),
        ({"ACCOUNT_ID": None, "NONCE": "", "CUSTOMER_LOADER": "", "ORDER_LOADER": None}, Settings()),
        ({"NONCE": f"{HERE}.nonce", "CONSENT": f"{HERE}.refuses"}, Settings(nonce=nonce, consent=refuses)),
        ({"NONCE": nonce, "CONSENT": refuses}, Settings(nonce=nonce, consent=refuses)),
    ],
)
def test_the_settings_are_those_of_the_dict(given: dict[str, Any], settings: Settings):
    with override_settings(NOSTO=given):
        assert nosto.tagger.settings == settings


def test_a_project_without_the_dict_has_the_default_settings():
    assert not hasattr(django_settings, "NOSTO")
    assert nosto.tagger.settings == Settings()
    assert nosto.tagger.loaders == {}


NAMES = (
    "ACCOUNT_ID, HOST, ENABLED, NONCE, ERRORS, LEAVE_OUT_EMAIL, CONSENT, VISITOR_URL, SESSION_ON_SERVER, "
    "CHECK_IGNORE, CUSTOMER_LOADER, CART_LOADER, ORDER_LOADER"
)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"HOST": "live"}, "NOSTO.HOST must be 'production' or 'staging', got text of 4 characters"),
        ({"ACOUNT_ID": "shop"}, f"NOSTO has no 'ACOUNT_ID', must be one of: {NAMES}"),
        ({"account_id": "shop"}, f"NOSTO has no 'account_id', must be one of: {NAMES}"),
        ({7: "shop", "HOSTS": ""}, f"NOSTO has no (int), must be one of: {NAMES}; NOSTO has no 'HOSTS', must be one of: {NAMES}"),
        ([("HOST", "staging")], "NOSTO must be a dict, got list"),
        ({"CUSTOMER_LOADER": "visitor"}, "NOSTO.CUSTOMER_LOADER must be a function or the dotted path of one, got text of 7 characters"),
        ({"CART_LOADER": f"{HERE}.not_a_function"}, "NOSTO.CART_LOADER must be a function or the dotted path of one, got text of 4 characters"),
        ({"ORDER_LOADER": f"{HERE}.missing"}, f"NOSTO.ORDER_LOADER must be a function or the dotted path of one; importing '{HERE}.missing' raised ImportError"),
        ({"NONCE": "no_such_module.nonce"}, "NOSTO.NONCE must be a function or the dotted path of one; importing 'no_such_module.nonce' raised ModuleNotFoundError"),
        ({"CONSENT": "yes"}, "NOSTO.CONSENT must be a callable that gives True or False, or None, got text of 3 characters"),
        ({"ACCOUNT_ID": "a/b", "VISITOR_URL": "who"}, "NOSTO.ACCOUNT_ID must be the account's id as it stands in a URL path (letters, digits and -._~), got text of 3 characters; NOSTO.VISITOR_URL must be a path of this site that begins with one slash and does not end in one (letters, digits and -._~), got text of 3 characters"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_used_stop_the_servers_start_and_the_checks(given: Any, message: str):
    with override_settings(NOSTO=given):
        with pytest.raises(InvalidSettings) as caught:
            Middleware(lambda _: HttpResponse())
        assert [(each.id, each.msg) for each in run_checks()] == [("nosto_tagging.E001", message)]
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("engine", "on_server"),
    [
        (f"{BACKENDS}.signed_cookies", False),
        (HERE, False),
        (f"{BACKENDS}.db", True),
        (f"{BACKENDS}.cache", True),
        (f"{BACKENDS}.cached_db", True),
        (f"{BACKENDS}.file", True),
    ],
)
def test_the_session_lies_on_the_server_unless_a_cookie_holds_it_or_the_settings_say_so(engine: str, on_server: bool):
    with override_settings(SESSION_ENGINE=engine):
        assert nosto.tagger.settings.session_on_server is on_server
        for said in (True, False):
            with override_settings(NOSTO={"SESSION_ON_SERVER": said}):
                assert nosto.tagger.settings.session_on_server is said


def test_settings_that_a_test_overrides_are_its_own():
    source = "{% nosto_customer_snippet email='jane.doe@example.com' customer_reference='7' %}"
    before = rendered(source)
    with override_settings(NOSTO={"NONCE": "r4nd0m"}):
        assert page.attribute(rendered(source), "script", "nonce") == "r4nd0m"
        with override_settings(NOSTO={"LEAVE_OUT_EMAIL": True}):
            assert rendered(source) == snippet(Customer(customer_reference="7"))
        assert page.attribute(rendered(source, "django"), "script", "nonce") == "r4nd0m"
    assert rendered(source) == before == snippet(Customer(email="jane.doe@example.com", customer_reference="7"))


# --- loaders


@pytest.mark.parametrize("using", ["jinja2", "django"])
@pytest.mark.parametrize("loader", [visitor, f"{HERE}.visitor"], ids=["function", "dotted path"])
def test_each_request_gets_its_own_visitor(using: str, loader: Any):
    source = "{% nosto_customer %}"
    answers = [
        get(source, address, using=using, NOSTO={"CUSTOMER_LOADER": loader}).text
        for address in ("/?reference=1", "/", "/?reference=2")
    ]
    assert answers == [block(Customer(customer_reference="1")), "", block(Customer(customer_reference="2"))]


@pytest.fixture
def declared() -> Iterator[None]:
    yield
    nosto._loaders.clear()


@pytest.mark.usefixtures("declared")
def test_a_loader_may_be_declared_and_the_settings_go_before_it():
    assert nosto.customer_loader(visitor) is visitor
    assert get("{% nosto_customer %}", "/?reference=1").text == block(Customer(customer_reference="1"))
    settings = {"CUSTOMER_LOADER": lambda _: JANE}
    assert get("{% nosto_customer %}", "/?reference=1", NOSTO=settings).text == JANE_BLOCK


@pytest.mark.parametrize("using", ["jinja2", "django"])
def test_without_a_loader_the_error_says_so(using: str):
    with pytest.raises(InvalidArgument) as caught:
        get("{% nosto_customer %}", using=using, DEBUG=True)
    assert str(caught.value) == NO_LOADER


def test_requests_in_two_threads_get_their_own_visitors():
    barrier = threading.Barrier(2)
    strays: list[str] = []

    def visit(reference: str) -> None:
        who = Customer(customer_reference=reference)
        client = Client()
        barrier.wait()
        for _ in range(100):
            made = client.get(f"/?reference={reference}").text
            if made != block(who) + snippet(who):
                strays.append(made)

    view = path("", lambda _: HttpResponse(rendered("{% nosto_customer %}{% nosto_customer_snippet %}")))
    with override_settings(ROOT_URLCONF=urlconf(view), NOSTO={"CUSTOMER_LOADER": visitor}):
        threads = [threading.Thread(target=visit, args=(reference,)) for reference in ("1", "2")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert strays == []


# --- async


async def later(request: Any) -> Customer | None:
    return visitor(request)


async def agrees(request: Any) -> bool:
    return refuses(request)


def sync_view(_: Any) -> HttpResponse:
    return HttpResponse(rendered("{% nosto_customer %}"))


async def async_view(_: Any) -> HttpResponse:
    return HttpResponse(rendered("{% nosto_customer %}"))


async def async_view_with_a_thread(_: Any) -> HttpResponse:
    return HttpResponse(await sync_to_async(rendered)("{% nosto_customer %}"))


VIEWS = [sync_view, async_view, async_view_with_a_thread]


def asked(view: Any, address: str, *, asynchronous: bool, client: Any = None, **changed: Any) -> Any:
    with override_settings(ROOT_URLCONF=urlconf(path("", view)), **changed):
        if not asynchronous:
            return (client or Client()).get(address)
        return async_to_sync((client or AsyncClient()).get)(address)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("loader", [visitor, later])
@pytest.mark.parametrize("middleware", [MIDDLEWARE, [*MIDDLEWARE, f"{HERE}.of_another"]], ids=["", "with a sync one"])
@pytest.mark.parametrize("asynchronous", [False, True], ids=["WSGI", "ASGI"])
def test_views_and_loaders_may_be_sync_or_async_under_any_server(
    view: Any, loader: Any, middleware: list[str], asynchronous: bool
):
    settings = {"CUSTOMER_LOADER": loader, "CONSENT": agrees, "ERRORS": "raise"}
    changed = {"asynchronous": asynchronous, "MIDDLEWARE": middleware, "NOSTO": settings}
    answer = asked(view, "/?reference=1&agreed", **changed)
    assert answer.text == block(Customer(customer_reference="1"))
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert asked(view, "/?reference=1", **changed).text == ""


def test_an_async_loader_is_asked_by_the_endpoint():
    settings = {"CUSTOMER_LOADER": later, "ERRORS": "raise"}
    for asynchronous in (False, True):
        answer = asked(sync_view, "/nosto/visitor?reference=1", asynchronous=asynchronous, NOSTO=settings)
        assert answer.json() == Tagger().payload(Customer(customer_reference="1"))


def test_a_page_that_is_asked_for_nothing_asks_no_async_loader_of_a_sync_view():
    asked_for = []

    async def loader(request: Any) -> Customer | None:
        asked_for.append(request.path)
        return None

    settings = {"CUSTOMER_LOADER": loader}
    assert asked(lambda _: HttpResponse("ok"), "/", asynchronous=True, NOSTO=settings).text == "ok"
    assert asked_for == []
    assert asked(sync_view, "/", asynchronous=True, NOSTO=settings).text == ""
    assert asked_for == ["/"]


def test_what_an_async_loader_raises_is_left_to_the_error_policy(caplog):
    async def fails(_: Any) -> Customer:
        raise LookupError("jane.doe@example.com")

    settings = {"CUSTOMER_LOADER": fails}
    for view in VIEWS:
        for asynchronous in (False, True):
            assert asked(view, "/", asynchronous=asynchronous, NOSTO=settings).text == ""
            with pytest.raises(LookupError):
                asked(view, "/", asynchronous=asynchronous, NOSTO=settings, DEBUG=True)
    told = {record.getMessage() for record in caplog.records if record.name == "nosto_tagging"}
    assert told == {"Left out of <template>, line 1: raised LookupError"}


def test_a_sync_loader_that_may_not_run_in_an_async_view_is_left_to_the_error_policy(caplog):
    def loader(_: Any) -> Customer:
        raise SynchronousOnlyOperation

    answer = asked(async_view, "/", asynchronous=True, NOSTO={"CUSTOMER_LOADER": loader})
    assert answer.text == ""
    assert caplog.messages[-1] == "Left out of <template>, line 1: raised SynchronousOnlyOperation"


# --- the nonce


@pytest.mark.parametrize("given", [nonce, f"{HERE}.nonce"], ids=["function", "dotted path"])
def test_a_nonce_of_the_request_reaches_tags_globals_and_imported_macros(given: Any):
    source = (
        "{% nosto_customer_snippet %}{{ nosto_client_script() }}{% nosto_deferred %}"
        "{% from 'nosto/customer.html' import customer_snippet %}{{ customer_snippet() }}"
        "{% from 'nosto/script.html' import client_script %}{{ client_script() }}"
    )
    settings = {"CUSTOMER_LOADER": lambda _: JANE, "NONCE": given, "ACCOUNT_ID": "shop"}
    for each in ("first", "second"):
        made = get(source, f"/?nonce={each}", NOSTO=settings).text
        assert [node.attributes["nonce"] for node in page.elements(made, "script")] == [each] * 7


CSP = {"DIRECTIVES": {"script-src": ["'self'"]}}
DJANGO_6 = pytest.mark.skipif(django.VERSION < (6, 0), reason="Django has a policy of its own since 6.0")


def policies() -> list[Any]:
    try:
        from csp.constants import NONCE
    except ImportError:
        NONCE = None  # noqa: N806 - django-csp's name
    theirs = {
        "CONTENT_SECURITY_POLICY": {"DIRECTIVES": {"script-src": [NONCE]}},
        "MIDDLEWARE": [*MIDDLEWARE, "csp.middleware.CSPMiddleware"],
    }
    own = {
        "SECURE_CSP": {"script-src": ["<CSP_NONCE_SENTINEL>"]},
        "MIDDLEWARE": [*MIDDLEWARE, "django.middleware.csp.ContentSecurityPolicyMiddleware"],
    }
    missing = pytest.mark.skipif(NONCE is None, reason="django-csp is not installed")
    return [pytest.param(theirs, id="django-csp", marks=missing), pytest.param(own, id="Django's", marks=DJANGO_6)]


@pytest.mark.parametrize("changed", policies())
@pytest.mark.parametrize("using", ["jinja2", "django"])
def test_the_nonce_of_the_policy_is_taken(changed: dict[str, Any], using: str):
    settings = {"CUSTOMER_LOADER": lambda _: JANE}
    seen = set()
    for _ in range(2):
        answer = get("{% nosto_customer_snippet %}{% nosto_deferred %}", using=using, NOSTO=settings, **changed)
        nonces = {node.attributes["nonce"] for node in page.elements(answer.text, "script")}
        (only,) = nonces
        assert f"'nonce-{only}'" in answer.headers["Content-Security-Policy"]
        seen |= nonces
    assert len(seen) == 2


@pytest.mark.parametrize("changed", policies())
def test_a_page_without_a_script_has_no_nonce_in_its_policy(changed: dict[str, Any]):
    answer = get("{% nosto_customer %}", NOSTO={"CUSTOMER_LOADER": lambda _: JANE}, **changed)
    assert answer.text == JANE_BLOCK
    assert "nonce" not in answer.headers.get("Content-Security-Policy", "")


@pytest.mark.parametrize("changed", policies())
def test_the_settings_nonce_goes_before_the_policys(changed: dict[str, Any]):
    settings = {"CUSTOMER_LOADER": lambda _: JANE, "NONCE": "r4nd0m"}
    assert page.attribute(get("{% nosto_customer_snippet %}", NOSTO=settings, **changed).text, "script", "nonce") == "r4nd0m"  # fmt: skip


# --- errors


@pytest.mark.parametrize(
    ("debug", "errors", "raises"),
    [(False, None, False), (True, None, True), (False, "raise", True), (True, "log", False)],
)
@pytest.mark.parametrize("using", ["jinja2", "django"])
def test_errors_raise_under_debug_and_are_logged_in_production(debug, errors, raises: bool, using: str, caplog):
    changed = {"DEBUG": debug, "NOSTO": {} if errors is None else {"ERRORS": errors}}
    source = "<p>1</p>{% nosto_customer email='jane.doe' %}<p>2</p>"
    message = "Customer.email must be an e-mail address such as jane.doe@example.com, got text of 8 characters"
    with caplog.at_level(logging.ERROR, "nosto_tagging"), override_settings(**changed):
        if raises:
            with pytest.raises(InvalidTagging) as caught:
                rendered(source, using)
            assert str(caught.value) == message
            assert caplog.messages == []
        else:
            assert rendered(source, using) == "<p>1</p><p>2</p>"
            assert caplog.messages == [f"Left out of <template>, line 1: {message}"]


# --- without the middleware


@pytest.mark.parametrize("middleware", [[], [f"{HERE}.of_another", "no.such.Middleware"]])
def test_without_the_middleware_nothing_personal_is_printed(middleware: list[str], caplog):
    with override_settings(MIDDLEWARE=middleware):
        for using in ("jinja2", "django"):
            assert rendered("{% nosto_customer email='jane.doe@example.com' %}", using) == ""
            with override_settings(DEBUG=True), pytest.raises(InvalidArgument) as caught:
                rendered("{% nosto_customer email='jane.doe@example.com' %}", using)
            assert str(caught.value) == NO_MIDDLEWARE
            assert "canoe" in rendered("{% nosto_search 'canoe' %}", using)
        assert nosto.payload(JANE_TAGGED, api.add_segment_code_to_visit("vip")) == Tagger().payload(
            api.add_segment_code_to_visit("vip")
        )
    assert caplog.messages[0] == f"Left out of <template>, line 1: {NO_MIDDLEWARE}"


def test_without_the_middleware_the_endpoint_says_so():
    with override_settings(MIDDLEWARE=[], ROOT_URLCONF=urlconf()), pytest.raises(ImproperlyConfigured) as caught:
        Client().get("/nosto/visitor")
    assert str(caught.value) == "MIDDLEWARE must have 'nosto_tagging.integrations.django.Middleware'"


def test_a_middleware_made_of_ours_will_do():
    with override_settings(MIDDLEWARE=[f"{HERE}.OurOwn"], NOSTO={"CUSTOMER_LOADER": lambda _: JANE}):
        answer = get("{% nosto_customer %}")
        assert run_checks() == []
    assert (answer.text, answer.headers["Cache-Control"]) == (JANE_BLOCK, "private, no-cache")


def test_outside_of_a_request_what_is_given_is_printed_and_nobody_is_asked():
    assert rendered("{% nosto_customer customer %}", customer=JANE_TAGGED) == JANE_BLOCK
    assert nosto.tagger.snippet(JANE_TAGGED) == JANE_SCRIPT
    with pytest.raises(InvalidArgument) as caught:
        nosto.push(JANE_TAGGED)
    assert str(caught.value) == "push() needs a request with the framework's session"


# --- the checks


FIRST = MIDDLEWARE[0]


@pytest.mark.parametrize(
    ("middleware", "said"),
    [
        (MIDDLEWARE, []),
        (["django.middleware.security.SecurityMiddleware", "django.middleware.cache.UpdateCacheMiddleware", FIRST], []),
        (["nosto_tagging.integrations.django.panel.NostoPanelMiddleware", FIRST], []),
        (
            [],
            [("nosto_tagging.E002", f"MIDDLEWARE must have {FIRST!r}.")],
        ),
        (
            [f"{HERE}.of_another", FIRST, f"{HERE}.of_another"],
            [
                (
                    "nosto_tagging.W001",
                    f"MIDDLEWARE has {HERE}.of_another before {FIRST}, which does not see what they say to caches.",
                )
            ],
        ),
    ],
    ids=["first", "behind Django's own", "behind our panel", "missing", "behind another"],
)
def test_the_checks_look_for_the_middleware(middleware: list[str], said: list[tuple[str, str]]):
    with override_settings(MIDDLEWARE=middleware):
        messages = run_checks()
    assert [(each.id, each.msg) for each in messages] == said
    assert {each.hint for each in messages} <= {"Put it first."}


# --- the endpoint's place


@pytest.mark.parametrize("mounted", ["", "/mounted"])
@pytest.mark.parametrize("endpoint", ["", "shop/"])
def test_the_deferred_script_asks_where_the_endpoint_is(endpoint: str, mounted: str):
    view = path("", lambda _: HttpResponse(rendered("{% nosto_deferred %}")))

    def ask(address: str) -> HttpResponse:
        environ = {**RequestFactory()._base_environ(), "PATH_INFO": address, "SCRIPT_NAME": mounted}
        return WSGIHandler()(environ, lambda *_: None)  # the test client knows no SCRIPT_NAME

    with override_settings(ROOT_URLCONF=urlconf(view, endpoint=endpoint), NOSTO={"CUSTOMER_LOADER": lambda _: JANE}):
        try:
            place = f"/{endpoint}nosto/visitor"
            assert ask("/").text == Tagger().deferred(url=f"{mounted}{place}")
            assert json.loads(ask(place).text) == Tagger().payload(JANE_TAGGED)
            assert ask(f"{place}.js").headers["Content-Type"] == "text/javascript; charset=utf-8"
        finally:
            set_script_prefix("/")


@pytest.mark.parametrize("using", ["jinja2", "django"])
def test_an_endpoint_that_is_not_there_is_missed(using: str):
    view = path("", lambda _: HttpResponse(rendered("{% nosto_deferred %}", using)))
    missing = override_settings(ROOT_URLCONF=urlconf(view, endpoint=None), DEBUG=True)
    with missing, pytest.raises(InvalidArgument) as caught:
        Client().get("/")
    assert str(caught.value) == (
        "nosto_deferred needs the endpoint: path('', include('nosto_tagging.integrations.django.urls')) in the URLconf"
    )


def test_the_endpoint_needs_no_login():
    assert urls._visitor.login_required is False  # type: ignore[attr-defined]  # as the decorator marks it
    assert urls._script.login_required is False  # type: ignore[attr-defined]


def test_the_urls_have_no_other_names():
    with pytest.raises(AttributeError) as caught:
        urls.handler404  # type: ignore[attr-defined]  # noqa: B018 - the point of it
    assert str(caught.value) == "module 'nosto_tagging.integrations.django.urls' has no attribute 'handler404'"


# --- sessions on the server


@pytest.fixture
def database() -> Iterator[None]:
    from django.contrib.sessions.models import Session  # which needs a project

    with connection.schema_editor() as editor:
        editor.create_model(Session)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(Session)
    connection.close()


def push(_: Any) -> HttpResponse:
    nosto.push(order("1445"))
    return HttpResponse("pushed")


async def push_async(_: Any) -> HttpResponse:
    await sync_to_async(nosto.push)(order("1445"))
    return HttpResponse("pushed")


async def pushed_async(_: Any) -> HttpResponse:
    return HttpResponse(await sync_to_async(rendered)("{% nosto_pushed %}"))


@pytest.mark.parametrize("engine", ["db", "cache", "file"])
@pytest.mark.usefixtures("database")
def test_what_was_pushed_lies_on_the_server_and_is_printed_once(engine: str, tmp_path: Any):
    urls = urlconf(path("push", push), path("pushed", lambda _: HttpResponse(rendered("{% nosto_pushed %}"))))
    changed = {"ROOT_URLCONF": urls, "SESSION_ENGINE": f"{BACKENDS}.{engine}", "SESSION_FILE_PATH": str(tmp_path)}
    with override_settings(**changed, DEBUG=True):
        client = Client()
        client.get("/push")
        (cookie,) = client.cookies.values()
        assert len(cookie.value) == 32
        assert client.get("/pushed").text == snippet(order("1445"))
        assert client.get("/pushed").text == ""


@pytest.mark.parametrize("engine", ["cache", "file"])
def test_async_views_push_and_print(engine: str, tmp_path: Any):
    urls = urlconf(path("push", push_async), path("pushed", pushed_async))
    changed = {"ROOT_URLCONF": urls, "SESSION_ENGINE": f"{BACKENDS}.{engine}", "SESSION_FILE_PATH": str(tmp_path)}
    with override_settings(**changed, DEBUG=True):
        client = AsyncClient()
        async_to_sync(client.get)("/push")
        assert async_to_sync(client.get)("/pushed").text == snippet(order("1445"))
        assert async_to_sync(client.get)("/pushed").text == ""


def test_an_async_order_loader_is_asked_for_what_waits_and_the_look_does_not_have_other_pages_vary():
    asked_for = []

    async def loader(_: Any, number: str) -> Any:
        asked_for.append(number)
        return order(number)

    async def bare(_: Any) -> HttpResponse:
        return HttpResponse("bare")

    async def pushed(_: Any) -> HttpResponse:
        return HttpResponse(rendered("{% nosto_pushed %}"))

    urls = urlconf(path("", bare), path("push", push_async), path("pushed", pushed))
    settings = {"ORDER_LOADER": loader, "SESSION_ON_SERVER": False}
    with override_settings(ROOT_URLCONF=urls, SESSION_ENGINE=f"{BACKENDS}.cache", NOSTO=settings, DEBUG=True):
        client = AsyncClient()
        assert async_to_sync(client.get)("/").headers.get("Vary") is None
        async_to_sync(client.get)("/push")
        assert async_to_sync(client.get)("/").headers.get("Vary") is None
        assert async_to_sync(client.get)("/pushed").text == snippet(order("1445"))
    assert asked_for == ["1445", "1445"]


def test_without_sessions_nothing_waits_for_an_async_order_loader():
    async def loader(_: Any, number: str) -> Any:
        return order(number)

    client = AsyncClient()
    client.cookies["sessionid"] = "of an earlier day"
    changed = {"MIDDLEWARE": MIDDLEWARE[:1], "NOSTO": {"ORDER_LOADER": loader, "CUSTOMER_LOADER": later}, "DEBUG": True}
    assert asked(async_view, "/?reference=1", asynchronous=True, client=client, **changed).text == block(
        Customer(customer_reference="1")
    )


def test_a_deferred_page_does_not_touch_the_session():
    client = Client()
    with override_settings(ROOT_URLCONF=urlconf(path("push", push))):
        client.get("/push")
    view = path("", lambda _: HttpResponse(rendered("{% nosto_deferred %}")))
    with override_settings(ROOT_URLCONF=urlconf(view), NOSTO={"CUSTOMER_LOADER": lambda r: r.session.get("who")}):
        assert "Vary" not in client.get("/").headers


# --- Jinja


def test_the_projects_own_macros_win(tmp_path):
    (tmp_path / "nosto").mkdir()
    (tmp_path / "nosto/customer.html").write_text("{% macro customer_block() %}ours{% endmacro %}")
    backend = {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [tmp_path],
        "OPTIONS": {"extensions": ["nosto_tagging.integrations.django.Extension"]},
    }
    source = (
        "{% from 'nosto/customer.html' import customer_block %}{{ customer_block() }}"
        "{% from 'nosto/script.html' import client_script %}{{ client_script() }}"
    )
    with override_settings(TEMPLATES=[backend], NOSTO={"ACCOUNT_ID": "shop"}):
        assert rendered(source) == f"ours{client_script('shop')}"


def environment(**options: Any) -> jinja2.Environment:
    made = jinja2.Environment(**options)
    made.globals["shop"] = "canoes"
    return made


def test_the_extension_goes_with_an_environment_of_the_projects_own():
    backend = {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "OPTIONS": {
            "environment": f"{HERE}.environment",
            "extensions": ["nosto_tagging.integrations.django.Extension"],
        },
    }
    with override_settings(TEMPLATES=[backend]):
        assert rendered("{{ shop }}{% nosto_customer c %}", c=JANE_TAGGED) == f"canoes{JANE_BLOCK}"


@pytest.mark.parametrize("extensions", [[NostoExtension, Extension], [Extension, NostoExtension]])
def test_beside_the_plain_extension_the_projects_settings_hold(extensions: list[Any]):
    made = jinja2.Environment(extensions=extensions, autoescape=True)
    with override_settings(NOSTO={"ENABLED": False}):
        assert made.from_string("{% nosto_customer c %}{{ nosto_block(c) }}").render(c=JANE_TAGGED) == ""


# --- the extra, and the rest


def test_without_django_a_message_names_the_extra(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "django", None)
    for name in [name for name in sys.modules if name.startswith("nosto_tagging.integrations.django")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("", ".urls", ".templatetags.nosto"):
        with pytest.raises(MissingExtra) as caught:
            importlib.import_module(f"nosto_tagging.integrations.django{name}")
        assert str(caught.value) == (
            "nosto_tagging.integrations.django needs the 'django' extra: install nosto-tagging[django]"
        )


def test_a_request_that_is_answered_without_the_handler_is_marked_too():
    # As tests of views do it, and mounted applications.
    with override_settings(NOSTO={"CUSTOMER_LOADER": lambda _: JANE}):
        answer = Middleware(lambda _: HttpResponse(rendered("{% nosto_customer %}")))(RequestFactory().get("/"))
    assert (answer.text, answer.headers["Cache-Control"]) == (JANE_BLOCK, "private, no-cache")


def test_a_logins_answer_is_data_and_marked():
    def login(request: Any) -> HttpResponse:
        return HttpResponse(json.dumps(nosto.payload(JANE_TAGGED)), content_type="application/json")

    answer = asked(login, "/", asynchronous=False)
    assert answer.json() == Tagger().payload(JANE_TAGGED)
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_what_failed_in_a_view_is_marked_by_what_it_had_printed():
    def fails(request: Any) -> HttpResponse:
        rendered("{% nosto_customer %}")
        raise LookupError

    client = Client(raise_request_exception=False)
    answer = asked(fails, "/", asynchronous=False, client=client, NOSTO={"CUSTOMER_LOADER": lambda _: JANE})
    assert answer.status_code == 500
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_undefined_names_follow_the_policy_in_jinja():
    with override_settings(DEBUG=True), pytest.raises(UndefinedName):
        rendered("{% nosto_customer custmer %}")
    assert rendered("{% nosto_customer custmer %}") == ""


def test_a_template_of_the_page_has_the_request_and_the_tags():
    def view(request: Any) -> HttpResponse:
        return render(request, "snippet.html", using="django")

    answer = asked(view, "/", asynchronous=False, NOSTO={"CUSTOMER_LOADER": lambda _: JANE})
    assert answer.text == f"<p>{JANE_SCRIPT}</p>"
