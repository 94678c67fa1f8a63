"""ASGI: what the middleware does to messages, and what it leaves alone, under no framework at all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest
from jinja2 import DictLoader, Environment

from nosto_tagging import Customer, Settings, api, block
from nosto_tagging.errors import InvalidArgument, PublicResponse
from nosto_tagging.integrations.asgi import VisitMiddleware, answered, send_reply
from nosto_tagging.integrations.endpoint import Reply
from nosto_tagging.integrations.site import SiteTagger
from nosto_tagging.integrations.visits import Visit, visits
from nosto_tagging.jinja import attach

JANE = Customer(customer_reference="7")
JANE_BLOCK = str(block(JANE))
PRIVATE = [(b"cache-control", b"private, no-cache"), (b"vary", b"Cookie")]
Message = dict[str, Any]


def tagger(*, debug: bool = False, **settings: Any) -> SiteTagger:
    return SiteTagger(Settings(**settings), debug=lambda: debug, by_policy=False)


class Request(dict[str, Any]):
    method = "GET"


def visit_of(scope: Any) -> Visit:
    return Visit(
        Request(scope), cookie=lambda _: None, session=lambda: scope.get("session"), root=scope.get("root_path", "")
    )


def around(app: Any, site: SiteTagger) -> VisitMiddleware:
    return VisitMiddleware(app, tagger=site, visit=visit_of)


def asked(app: Any, *, headers: list[tuple[bytes, bytes]] | None = None, **scope: Any) -> list[Message]:
    """The messages that `app` sends."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    asyncio.run(app({"type": "http", "method": "GET", "path": "/", "headers": headers or [], **scope}, receive, send))
    return sent


def start(*headers: tuple[bytes, bytes]) -> Message:
    return {"type": "http.response.start", "status": 200, "headers": [*headers]}


def body(text: str = "", *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": text.encode(), "more_body": more}


def view(site: SiteTagger, *messages: Message) -> Callable[..., Any]:
    """An application that prints Jane, and sends these messages, in whose bodies a ``%`` is what it printed."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        printed = site.block(JANE).encode()
        for message in messages:
            await send({**message, "body": message["body"].replace(b"%", printed)} if "body" in message else message)

    return app


# --- messages


@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
def test_what_is_no_request_is_left_alone(kind: str) -> None:
    seen: list[Any] = []

    async def app(*given: Any) -> None:
        seen.append((given, visits.get()))

    scope, receive, send = {"type": kind}, object(), object()
    asyncio.run(around(app, tagger())(scope, receive, send))  # type: ignore[arg-type]  # nobody calls them
    assert seen == [((scope, receive, send), None)]


@pytest.mark.parametrize(
    ("after", "sent"),
    [
        ([body("<p>%</p>")], [body(f"<p>{JANE_BLOCK}</p>")]),
        ([body("<p>%", more=True), body("</p>")], [body(f"<p>{JANE_BLOCK}", more=True), body("</p>")]),
        # Extensions, by which the server sends a file.
        ([{"type": "http.response.pathsend", "path": "/page"}], [{"type": "http.response.pathsend", "path": "/page"}]),
        ([{"type": "http.response.zerocopysend", "file": 3}], [{"type": "http.response.zerocopysend", "file": 3}]),
        ([body("%"), {"type": "http.response.trailers"}], [body(JANE_BLOCK), {"type": "http.response.trailers"}]),
    ],
    ids=["whole", "in-parts", "path", "file", "trailers"],
)
def test_a_response_with_a_visitor_in_it_is_marked_however_it_is_sent(after, sent) -> None:
    site = tagger()
    given = (b"content-type", b"text/html")
    assert asked(around(view(site, start(given), *after), site)) == [start(given, *PRIVATE), *sent]


def test_what_starlettes_test_client_is_told_goes_first() -> None:
    site = tagger()
    debug = {"type": "http.response.debug", "info": {}}
    assert asked(around(view(site, start(), debug, body("%")), site)) == [debug, start(*PRIVATE), body(JANE_BLOCK)]


def test_a_response_without_a_visitor_is_sent_as_it_comes() -> None:
    messages = [start((b"Cache-Control", b"public")), body("a", more=True), body("b")]
    passed: list[int] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)
            passed.append(id(message))

    sent: list[int] = []

    async def send(message: Any) -> None:
        sent.append(id(message))
        assert len(sent) == len(passed) + 1  # at once

    asyncio.run(around(app, tagger())({"type": "http", "headers": []}, None, send))  # type: ignore[arg-type]  # unread
    assert sent == passed == [*map(id, messages)]


def test_headers_that_stand_on_several_lines_are_one() -> None:
    site = tagger()
    given = [(b"Vary", b"Accept"), (b"X-Own", b"1"), (b"vary", b"Origin"), (b"Cache-Control", b"no-transform")]
    assert asked(around(view(site, start(*given), body()), site))[0] == start(
        (b"X-Own", b"1"), (b"cache-control", b"private, no-cache, no-transform"), (b"vary", b"Accept, Origin, Cookie")
    )


def test_what_is_taken_out_of_a_public_page_changes_its_length() -> None:
    site = tagger()
    given = [(b"cache-control", b"public"), (b"content-length", b"999")]
    assert asked(around(view(site, start(*given), body("<p>%</p>")), site)) == [
        start((b"cache-control", b"public"), (b"content-length", b"7")),
        body("<p></p>"),
    ]


def test_a_public_page_whose_end_is_not_known_is_kept_by_nobody() -> None:
    site = tagger()
    given = (b"cache-control", b"public")
    assert asked(around(view(site, start(given), body("%", more=True), body()), site)) == [
        start((b"cache-control", b"private, no-store"), (b"vary", b"Cookie")),
        body(JANE_BLOCK, more=True),
        body(),
    ]


def test_under_debug_a_public_page_raises_before_anything_is_sent() -> None:
    site = tagger(debug=True)
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    app = around(view(site, start((b"cache-control", b"public")), body("%")), site)
    with pytest.raises(PublicResponse):
        asyncio.run(app({"type": "http", "headers": []}, None, send))  # type: ignore[arg-type]  # nobody reads
    assert sent == []


def test_an_error_goes_through_and_the_visit_is_over() -> None:
    site = tagger()
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(site.visit())
        await send(start())
        raise LookupError("of the view")

    async def asks() -> None:
        with pytest.raises(LookupError, match="of the view"):
            await around(app, site)({"type": "http", "headers": []}, None, sink)  # type: ignore[arg-type]  # unread
        seen.append(site.visit())

    async def sink(_: Any) -> None: ...

    asyncio.run(asks())
    assert [type(each) for each in seen] == [Visit, type(None)]


def test_what_comes_after_the_headers_has_no_visitor_in_it(caplog) -> None:
    site = tagger()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(start())
        await send(body(site.block(JANE)))

    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        assert asked(around(app, site)) == [start(), body()]
    assert [record.getMessage() for record in caplog.records] == [
        "Left out of Python: a visitor's own tagging, after the response's headers were sent; print it before, "
        "or print {% nosto_deferred %}"
    ]


def test_what_is_pushed_after_the_headers_is_refused() -> None:
    # The session is saved with them: it would be lost without a word.
    site = tagger(debug=True)
    session: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        site.push(api.add_segment_code_to_visit("vip"))
        await send(start())
        site.push(api.add_segment_code_to_visit("late"))

    with pytest.raises(InvalidArgument) as caught:
        asked(around(app, site), session=session)
    assert str(caught.value) == "push() comes after the response's headers, with which the session was saved"
    assert session == {"_nosto_pushed": [{"call": {"steps": [["addSegmentCodeToVisit", ["vip"]]]}}]}


def test_a_session_that_holds_nothing_of_ours_counts_as_unused() -> None:
    class Session(dict[str, Any]):
        accessed = False

        def get(self, key: str, default: Any = None) -> Any:
            self.accessed = True
            return super().get(key, default)

    site = tagger()
    session = Session()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(start())
        await send(body(site.pushed()))

    assert asked(around(app, site), session=session) == [start(), body()]
    assert session.accessed is False
    session["_nosto_pushed"] = []
    session["_nosto_pushed"].append({"customer": ""})
    asked(around(app, site), session=session)
    assert session.accessed is True


# --- async functions


@pytest.mark.parametrize(
    ("destination", "asks"),
    [
        *[(each, 0) for each in ("audio", "font", "image", "manifest", "style", "track", "video")],
        *[(each, 1) for each in (None, "document", "empty", "iframe", "script", "nested-navigate", "Image")],
    ],
)
def test_async_loaders_are_not_asked_for_what_browsers_fetch_for_a_page(destination: str | None, asks: int) -> None:
    site = tagger()
    count = 0

    async def loader(_: Any) -> None:
        nonlocal count
        count += 1

    site.loaders["customer"] = loader
    headers = [] if destination is None else [(b"sec-fetch-dest", destination.encode())]
    asked(around(view(site, start(), body()), site), headers=headers)
    assert count == asks


def page(site: SiteTagger, source: str) -> Callable[[], str]:
    env = Environment(loader=DictLoader({"page.html": source}), autoescape=True)
    attach(env, site)
    return lambda: env.get_template("page.html").render()


def renders(site: SiteTagger, source: str) -> Callable[..., Any]:
    made = page(site, source)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        html = made()
        await send(start())
        await send(body(html))

    return app


async def fails(_: Any) -> Any:
    raise LookupError("jane.doe@example.com")


def test_what_an_async_loader_raises_is_the_tags_and_logged_there(caplog) -> None:
    site = tagger()
    site.loaders["customer"] = fails
    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        assert asked(around(renders(site, "<p></p>"), site)) == [start(), body("<p></p>")]
        assert caplog.records == []
        assert asked(around(renders(site, "\n<p>{% nosto_customer %}</p>"), site)) == [start(), body("\n<p></p>")]
    assert [record.getMessage() for record in caplog.records] == ["Left out of page.html, line 2: raised LookupError"]


def test_under_debug_it_is_raised_there_with_its_own_traceback() -> None:
    site = tagger(debug=True)
    site.loaders["customer"] = fails
    assert asked(around(renders(site, "<p></p>"), site)) == [start(), body("<p></p>")]
    with pytest.raises(LookupError) as caught:
        asked(around(renders(site, "{% nosto_customer %}"), site))
    assert {"fails", "top-level template code"} <= {each.name for each in caught.traceback}


def test_what_an_async_loader_gives_is_checked_like_what_any_gives() -> None:
    site = tagger(debug=True)

    async def loader(_: Any) -> str:
        return "jane.doe@example.com"

    site.loaders["customer"] = loader
    with pytest.raises(InvalidArgument, match=r"customer must be a Customer, a mapping of its fields, or None, got "):
        asked(around(renders(site, "{% nosto_customer %}"), site))


@pytest.mark.parametrize(
    ("answer", "printed", "asks"), [(True, JANE_BLOCK, 1), (False, "", 0), (1, "", 0), (None, "", 0)]
)
def test_without_the_consent_that_is_asked_async_no_loader_is(answer: Any, printed: str, asks: int) -> None:
    count = {"consent": 0, "loader": 0}

    async def consent(scope: Any) -> Any:
        count["consent"] += 1
        return answer if scope["path"] == "/" else pytest.fail("another request")

    async def loader(_: Any) -> Customer:
        count["loader"] += 1
        return JANE

    site = tagger(debug=True, consent=consent)
    site.loaders["customer"] = loader
    assert asked(around(renders(site, "{% nosto_customer %}"), site))[1] == body(printed)
    assert count == {"consent": 1, "loader": asks}


def test_a_consent_that_fails_is_logged_once_and_is_none(caplog) -> None:
    site = tagger(debug=True, consent=fails)
    site.loaders["customer"] = fails
    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        assert asked(around(renders(site, "{% nosto_customer %}{% nosto_customer_snippet %}"), site))[1] == body()
    assert [record.getMessage() for record in caplog.records] == ["Nothing personal: consent raised LookupError"]


def test_a_plain_loader_is_not_asked_either_without_consent() -> None:
    site = tagger(debug=True, consent=lambda _: False)
    site.loaders["customer"] = lambda _: pytest.fail("asked")
    assert asked(around(renders(site, "{% nosto_customer %}"), site))[1] == body()


def test_functions_that_take_a_request_say_so_where_there_is_none() -> None:
    site = tagger(debug=True)
    site.loaders["customer"] = lambda scope: scope["customer"]
    with pytest.raises(InvalidArgument) as caught:
        page(site, "{% nosto_customer %}")()
    assert str(caught.value) == "request must be there for functions that take it; none is being answered here"


# --- applications in one another, and beside one another


def test_applications_in_one_another_each_have_their_own_visit() -> None:
    outer, inner = tagger(debug=True), tagger(debug=True, visitor_url="/inner/visitor")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        printed = f"{outer.visitor_url()} {inner.visitor_url()} {outer.block(JANE)}"
        await send(start())
        await send(body(printed))

    async def mounted(scope: Any, receive: Any, send: Any) -> None:
        await around(app, inner)({**scope, "root_path": "/shop"}, receive, send)

    assert asked(around(mounted, outer)) == [
        start(*PRIVATE),
        body(f"/nosto/visitor /shop/inner/visitor {JANE_BLOCK}"),
    ]


def test_templates_that_two_applications_share_are_marked_by_the_one_whose_page_it_is() -> None:
    # The environment has the tagger of the application that came last.
    first, last = tagger(), tagger()
    assert asked(around(view(last, start(), body("%")), first)) == [start(*PRIVATE), body(JANE_BLOCK)]


def test_a_view_outside_of_the_middleware_is_answered_in_the_same_way() -> None:
    site = tagger()

    async def loader(_: Any) -> Customer:
        return JANE

    site.loaders["customer"] = loader
    made = page(site, "{% nosto_customer %}")

    async def made_view() -> Any:
        html = made()

        async def response(scope: Any, receive: Any, send: Any) -> None:
            await send(start())
            await send(body(html))

        return response

    async def app(scope: Any, receive: Any, send: Any) -> None:
        response = await answered(site, visit_of(scope), made_view)
        assert visits.get() is None
        await response(scope, receive, send)

    assert asked(app) == [start(*PRIVATE), body(JANE_BLOCK)]


@pytest.mark.parametrize(
    ("reply", "headers"),
    [
        (Reply(200, {"Vary": "Cookie"}, b"abc"), [(b"vary", b"Cookie"), (b"content-length", b"3")]),
        (Reply(204, {"Vary": "Cookie"}), [(b"vary", b"Cookie")]),
        (Reply(403, {}), [(b"content-length", b"0")]),
    ],
)
def test_a_reply_of_ours_is_sent(reply: Reply, headers: list[Any]) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send_reply(reply, send)

    assert asked(app) == [
        {"type": "http.response.start", "status": reply.status, "headers": headers},
        {"type": "http.response.body", "body": reply.body},
    ]
