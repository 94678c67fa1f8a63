"""Django's caches, of pages and of parts of them; what middlewares say of a page; compressed and streamed ones."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.core.cache import cache
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.test import AsyncClient, Client, RequestFactory, override_settings
from django.urls import path
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import cache_page
from support.django_project import MIDDLEWARE, from_string, urlconf
from support.shops.shop import WHO, customer

from nosto_tagging import Tagger, api, block, snippet
from nosto_tagging.errors import PublicResponse
from nosto_tagging.integrations.django import Middleware, nosto

SESSIONS = MIDDLEWARE[1:]
MIDDLE = "django.middleware.cache"
SITE_CACHE = [f"{MIDDLE}.UpdateCacheMiddleware", *MIDDLEWARE, f"{MIDDLE}.FetchFromCacheMiddleware"]
PAGE = "<p>{% nosto_customer %}</p>"
LEFT = "a visitor's own tagging, after the response's headers were sent; print it before, or print {% nosto_deferred %}"


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def html(source: str = PAGE, **context: Any) -> str:
    return str(from_string(source).render(context))


def of_django(source: str) -> str:
    return str(from_string(source, using="django").render())


def ask(
    view: Any,
    *visitors: str | None,
    middleware: list[str] = MIDDLEWARE,
    debug: bool = False,
    read: bool = True,
    **headers: str,
) -> Any:
    """What each visitor gets from `view`, one after the other."""
    nosto_settings = {"CUSTOMER_LOADER": lambda request: customer(request.COOKIES.get(WHO))}
    changed = {"MIDDLEWARE": middleware, "NOSTO": nosto_settings, "DEBUG": debug}
    answers = []
    with override_settings(ROOT_URLCONF=urlconf(path("", view)), **changed):
        for who in visitors:
            client = Client(headers=headers)
            if who is not None:
                client.cookies[WHO] = who
            answers.append(client.get("/"))
            if answers[-1].streaming and read:
                answers[-1].streamed = answers[-1].getvalue()
    return answers


async def ask_async(view: Any, *visitors: str | None, middleware: list[str] = MIDDLEWARE, debug: bool = False):
    async def loader(request: Any) -> Any:
        return customer(request.COOKIES.get(WHO))

    answers = []
    changed = {"MIDDLEWARE": middleware, "NOSTO": {"CUSTOMER_LOADER": loader}, "DEBUG": debug}
    with override_settings(ROOT_URLCONF=urlconf(path("", view)), **changed):
        for who in visitors:
            client = AsyncClient()
            if who is not None:
                client.cookies[WHO] = who
            answers.append(await client.get("/"))
            if answers[-1].streaming:
                answers[-1].streamed = b"".join([part async for part in answers[-1]])
    return answers


def jane() -> str:
    return f"<p>{block(customer('jane'))}</p>"


def john() -> str:
    return f"<p>{block(customer('john'))}</p>"


# --- pages that a decorator keeps


@cache_page(60)
def plain(_: Any) -> HttpResponse:
    return HttpResponse(html())


@cache_page(60)
def late(request: Any) -> TemplateResponse:
    return TemplateResponse(request, from_string(PAGE))


@method_decorator(cache_page(60), name="dispatch")
class OfAClass(View):
    def get(self, _: Any) -> HttpResponse:
        return HttpResponse(html())


@cache_page(60)
async def awaited(_: Any) -> HttpResponse:
    return HttpResponse(html())


@cache_page(60)
async def in_a_thread(_: Any) -> HttpResponse:
    # Nothing on this thread's stack tells of the decorator.
    return HttpResponse(await sync_to_async(html)())


@cache_page(60)
async def awaited_late(request: Any) -> TemplateResponse:
    return TemplateResponse(request, from_string(PAGE))


KEPT = [plain, late, OfAClass.as_view(), awaited, in_a_thread, awaited_late]
NAMES = ["plain", "late", "class", "awaited", "in a thread", "awaited late"]


@pytest.mark.parametrize("view", KEPT, ids=NAMES)
@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_page_that_is_kept_for_all_raises_under_debug(view: Any, asynchronous: bool):
    with pytest.raises(PublicResponse) as caught:
        async_to_sync(ask_async)(view, "jane", debug=True) if asynchronous else ask(view, "jane", debug=True)
    assert caught.value.keeper == "Django's cache_page"


@pytest.mark.parametrize("view", KEPT, ids=NAMES)
@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_page_that_is_kept_for_all_goes_without_the_visitor_in_production(view: Any, asynchronous: bool, caplog):
    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        answers = async_to_sync(ask_async)(view, "jane", "john") if asynchronous else ask(view, "jane", "john")
    assert [answer.text for answer in answers] == ["<p></p>"] * 2
    # The second visitor got what was kept.
    keeper = PublicResponse("Django's cache_page")
    assert caplog.messages == [f"Left out of <template>, line 1: {keeper}"]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"max-age=60"}


def test_a_page_for_nobody_is_kept():
    asked = []

    @cache_page(60)
    def view(_: Any) -> HttpResponse:
        asked.append("view")
        return HttpResponse(html())

    assert [answer.text for answer in ask(view, None, None, debug=True)] == ["<p></p>"] * 2
    assert asked == ["view"]


def test_a_kept_page_with_the_deferred_script_is_the_same_for_all():
    view = cache_page(60)(lambda _: HttpResponse(html("{% nosto_deferred %}")))
    answers = ask(view, "jane", "john", None, debug=True)
    assert {answer.text for answer in answers} == {Tagger().deferred()}


# --- the cache of a whole site


@pytest.mark.parametrize(
    "middleware",
    [
        SITE_CACHE,
        [MIDDLEWARE[0], f"{MIDDLE}.UpdateCacheMiddleware", *SESSIONS, f"{MIDDLE}.FetchFromCacheMiddleware"],
        [f"{MIDDLE}.CacheMiddleware", *MIDDLEWARE],
        [*MIDDLEWARE, f"{MIDDLE}.CacheMiddleware"],
    ],
    ids=["around ours", "inside of ours", "in one, around ours", "in one, inside of ours"],
)
@pytest.mark.parametrize("asynchronous", [False, True])
def test_the_cache_of_the_site_keeps_no_page_with_a_visitor_in_it(middleware: list[str], asynchronous: bool):
    def view(_: Any) -> HttpResponse:
        return HttpResponse(html())

    visitors = ("jane", "john", "jane")
    answers = (
        async_to_sync(ask_async)(view, *visitors, middleware=middleware, debug=True)
        if asynchronous
        else ask(view, *visitors, middleware=middleware, debug=True)
    )
    assert [answer.text for answer in answers] == [jane(), john(), jane()]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"private, no-cache"}


def test_the_cache_of_the_site_keeps_a_page_for_nobody():
    asked = []

    def view(_: Any) -> HttpResponse:
        asked.append("view")
        return HttpResponse(html())

    answers = ask(view, None, None, middleware=SITE_CACHE)
    assert [answer.text for answer in answers] == ["<p></p>"] * 2
    assert asked == ["view"]


def test_a_page_where_no_view_is_found_may_have_the_visitor_in_it():
    # It is before the view that a cache of the whole site is told from one around the view.
    urls = urlconf()
    urls.handler404 = lambda *_, **__: HttpResponse(html(), status=404)  # type: ignore[attr-defined]  # Django's
    told = {"CUSTOMER_LOADER": lambda _: customer("jane"), "ERRORS": "raise"}
    with override_settings(ROOT_URLCONF=urls, MIDDLEWARE=SITE_CACHE, NOSTO=told):
        answer = Client().get("/missing")
    assert (answer.status_code, answer.text) == (404, jane())
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("middleware", [SITE_CACHE, [*MIDDLEWARE, f"{MIDDLE}.CacheMiddleware"]])
def test_the_endpoints_answer_is_kept_by_nobody(middleware: list[str]):
    told = {"CUSTOMER_LOADER": lambda request: customer(request.COOKIES.get(WHO))}
    with override_settings(ROOT_URLCONF=urlconf(), MIDDLEWARE=middleware, NOSTO=told):
        client = Client()
        client.cookies[WHO] = "jane"
        first = client.get("/nosto/visitor")
        told["CUSTOMER_LOADER"] = lambda _: customer("john")
        nosto.tagger.forget()
        second = client.get("/nosto/visitor")
    assert first.json() == Tagger().payload(customer("jane"))
    assert second.json() == Tagger().payload(customer("john"))
    assert first.headers["Cache-Control"] == "no-store"


def test_what_was_pushed_is_in_no_cached_page():
    # It is no personal data, and still one visitor's own.
    urls = urlconf(
        path("push", lambda _: HttpResponse(nosto.push(api.add_segment_code_to_visit("vip")) or "pushed")),
        path("pushed", lambda _: HttpResponse(html("{% nosto_pushed %}"))),
    )
    middleware = [*MIDDLEWARE, f"{MIDDLE}.CacheMiddleware"]
    with override_settings(ROOT_URLCONF=urls, MIDDLEWARE=middleware, DEBUG=True):
        client = Client()
        client.get("/push")
        assert client.get("/pushed").text == snippet(api.add_segment_code_to_visit("vip"))
        assert client.get("/pushed").text == Client().get("/pushed").text == ""


# --- parts of pages


def fragment(request: Any) -> HttpResponse:
    return HttpResponse(of_django("{% cache 60 part %}<p>{% nosto_customer %}</p>{% endcache %}"))


def fragment_by_visitor(request: Any) -> HttpResponse:
    # Whoever gets it out of the cache gets it in a page that is not marked.
    source = "{% cache 60 part request.COOKIES.who %}<p>{% nosto_customer %}</p>{% endcache %}"
    return HttpResponse(from_string(source, using="django").render({}, request))


def value(request: Any) -> HttpResponse:
    return HttpResponse(cache.get_or_set("part", html))


async def value_async(request: Any) -> HttpResponse:
    return HttpResponse(await cache.aget_or_set("part", html))


PARTS = [
    (fragment, "Django's {% cache %}"),
    (fragment_by_visitor, "Django's {% cache %}"),
    (value, "Django's get_or_set()"),
    (value_async, "Django's get_or_set()"),
]


@pytest.mark.parametrize(("view", "keeper"), PARTS, ids=[view.__name__ for view, _ in PARTS])
def test_a_part_that_is_kept_raises_under_debug(view: Any, keeper: str):
    with pytest.raises(PublicResponse) as caught:
        ask(view, "jane", debug=True)
    assert caught.value.keeper == keeper


@pytest.mark.parametrize(("view", "keeper"), PARTS, ids=[view.__name__ for view, _ in PARTS])
def test_a_part_that_is_kept_goes_without_the_visitor_in_production(view: Any, keeper: str, caplog):
    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        answers = ask(view, "jane", "jane")
    assert [answer.text for answer in answers] == ["<p></p>"] * 2
    assert caplog.messages == [f"Left out of <template>, line 1: {PublicResponse(keeper)}"]


def test_what_stands_beside_a_part_that_is_kept_is_printed():
    source = "{% cache 60 part %}<b></b>{% endcache %}<p>{% nosto_customer %}</p>"
    answers = ask(lambda _: HttpResponse(of_django(source)), "jane", "john", debug=True)
    assert [answer.text for answer in answers] == [f"<b></b>{jane()}", f"<b></b>{john()}"]


# --- what other middlewares say and do


def says(**headers: str) -> Any:
    def middleware(get_response: Any) -> Any:
        def call(request: Any) -> Any:
            response = get_response(request)
            for name, said in headers.items():
                response.headers[name.replace("_", "-")] = said
            return response

        return call

    return middleware


public = says(Cache_Control="public, max-age=60", ETag='"1"')
delivered = says(CDN_Cache_Control="max-age=60")
HERE = __name__


@pytest.fixture(autouse=True)
def _found_by_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    # Where pytest imports tests without their folder on the path, Django finds no middleware in them.
    import sys

    monkeypatch.setitem(sys.modules, "middlewares_of_the_tests", sys.modules[HERE])


def other(name: str) -> str:
    return f"middlewares_of_the_tests.{name}"


@pytest.mark.parametrize(("name", "header"), [("public", "Cache-Control"), ("delivered", "CDN-Cache-Control")])
def test_what_another_middleware_says_of_caches_is_heard(name: str, header: str, caplog):
    def view(_: Any) -> HttpResponse:
        return HttpResponse(html())

    middleware = [MIDDLEWARE[0], other(name), *SESSIONS]
    with pytest.raises(PublicResponse) as caught:
        ask(view, "jane", middleware=middleware, debug=True)
    assert caught.value.keeper == f"its {header} header"
    (answer,) = ask(view, "jane", middleware=middleware)
    assert answer.text == "<p></p>"
    assert answer.headers["Content-Length"] == "7"
    assert "ETag" not in answer.headers
    assert caplog.messages[-1] == f"Left out of Python: {PublicResponse(f'its {header} header')}"


for_all = says(Access_Control_Allow_Origin="https://example.com", Access_Control_Allow_Credentials="true", Cache_Control="public")  # fmt: skip


def test_what_another_middleware_says_of_all_answers_is_not_said_of_the_endpoints():
    told = {"CUSTOMER_LOADER": lambda _: customer("jane")}
    with override_settings(ROOT_URLCONF=urlconf(), MIDDLEWARE=[MIDDLEWARE[0], other("for_all")], NOSTO=told):
        answer = Client().get("/nosto/visitor")
    assert answer.json() == Tagger().payload(customer("jane"))
    assert answer.headers["Cache-Control"] == "no-store"
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize(
    ("middleware", "text", "said"),
    [
        # Compressed where ours stands around it, it has nothing in it any more that could be taken out.
        ([MIDDLEWARE[0], "django.middleware.gzip.GZipMiddleware"], None, "private, no-store"),
        (["django.middleware.gzip.GZipMiddleware", MIDDLEWARE[0]], "", "public, max-age=60"),
    ],
    ids=["inside of ours", "around ours"],
)
def test_a_compressed_page_that_is_public_has_no_visitor_in_it_or_is_kept_by_nobody(middleware, text, said):
    filler = "<p>a long page</p>" * 40

    def view(_: Any) -> HttpResponse:
        return HttpResponse(filler + html(), headers={"Cache-Control": "public, max-age=60"})

    (answer,) = ask(view, "jane", middleware=middleware, **{"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == said
    made = gzip.decompress(answer.content).decode()
    assert made == filler + (jane() if text is None else "<p></p>")


@pytest.mark.parametrize("first", [True, False])
def test_a_compressed_page_of_the_visitors_own_is_marked(first: bool):
    gzipped = ["django.middleware.gzip.GZipMiddleware"]
    middleware = [*MIDDLEWARE, *gzipped] if first else [*gzipped, *MIDDLEWARE]
    filler = "<p>a long page</p>" * 40
    (answer,) = ask(
        lambda _: HttpResponse(filler + html()), "jane", middleware=middleware, **{"Accept-Encoding": "gzip"}
    )
    assert gzip.decompress(answer.content).decode() == filler + jane()
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert {name.strip() for name in answer.headers["Vary"].split(",")} == {"Accept-Encoding", "Cookie"}


def test_an_answer_without_a_body_is_marked_too():
    # The view printed something, and something else answers.
    middleware = [*MIDDLEWARE, "django.middleware.http.ConditionalGetMiddleware"]

    def view(_: Any) -> HttpResponse:
        return HttpResponse(html())

    (answer,) = ask(view, "jane", middleware=middleware)
    (again,) = ask(view, "jane", middleware=middleware, **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in again.headers["Vary"]


# --- what is streamed


def test_a_stream_leaves_out_the_visitor_and_keeps_all_else(caplog):
    def parts() -> Iterator[str]:
        yield "<b>1</b>"
        yield html()
        yield html("{% nosto_search 'canoe' %}")

    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        (answer,) = ask(lambda _: StreamingHttpResponse(parts()), "jane", debug=True)
    text = answer.streamed.decode()
    assert text.startswith("<b>1</b><p></p><div ")
    assert text.count("canoe") == 1
    assert caplog.messages == [f"Left out of <template>, line 1: {LEFT}"]
    assert "Cache-Control" not in answer.headers


def test_what_is_printed_before_a_stream_begins_marks_it():
    def view(_: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse([html()])

    (answer,) = ask(view, "jane", debug=True)
    assert answer.streamed.decode() == jane()
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_stream_with_the_visitor_in_it_that_is_public_is_kept_by_nobody():
    (answer,) = ask(lambda _: StreamingHttpResponse([html()], headers={"Cache-Control": "public"}), "jane")
    assert answer.streamed.decode() == jane()
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_stream_that_is_compressed_is_left_without_the_visitor(caplog):
    def parts() -> Iterator[str]:
        yield html()

    for middleware in (
        [*MIDDLEWARE, "django.middleware.gzip.GZipMiddleware"],
        ["django.middleware.gzip.GZipMiddleware", *MIDDLEWARE],
    ):
        (answer,) = ask(
            lambda _: StreamingHttpResponse(parts()), "jane", middleware=middleware, **{"Accept-Encoding": "gzip"}
        )
        assert gzip.decompress(answer.streamed) == b"<p></p>"


def test_a_stream_is_closed_when_the_response_is():
    closed = []

    def parts() -> Iterator[str]:
        try:
            yield "1"
            yield "2"
        finally:
            closed.append("parts")

    (answer,) = ask(lambda _: StreamingHttpResponse(parts()), "jane", read=False)
    assert next(iter(answer)) == b"1"
    answer.close()
    assert closed == ["parts"]


def test_a_file_is_sent_as_it_is(tmp_path):
    file = tmp_path / "catalogue.txt"
    file.write_text("canoes")
    # Django's test client puts something of its own around what is streamed.
    answer = Middleware(lambda _: FileResponse(file.open("rb")))(RequestFactory().get("/"))
    try:
        assert answer.file_to_stream is not None  # which servers send without reading it
        assert answer.getvalue() == b"canoes"
    finally:
        answer.close()


def test_an_async_stream_leaves_out_the_visitor(caplog):
    async def parts() -> Any:
        yield "<b>1</b>"
        yield html()
        yield await sync_to_async(html)()

    async def view(_: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(parts())

    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        (answer,) = async_to_sync(ask_async)(view, "jane", debug=True)
    assert answer.streamed == b"<b>1</b><p></p><p></p>"
    assert caplog.messages == [f"Left out of <template>, line 1: {LEFT}"] * 2
