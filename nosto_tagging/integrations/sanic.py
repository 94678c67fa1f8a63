"""Sanic, with Sanic Extensions: `Nosto`, the extension object, with the settings from ``app.config``."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from inspect import isawaitable
from types import SimpleNamespace
from typing import Any, cast
from weakref import WeakValueDictionary

from nosto_tagging.errors import InvalidArgument, MissingExtra, PublicResponse

try:
    from sanic import Request, Sanic
    from sanic.exceptions import SanicException
    from sanic.response import BaseHTTPResponse, HTTPResponse
    from sanic_ext import openapi
except ImportError:
    raise MissingExtra("nosto_tagging.integrations.sanic", "sanic") from None

from nosto_tagging.integrations.asgi import PARTS
from nosto_tagging.integrations.endpoint import Reply, script_reply, script_url, visitor_reply
from nosto_tagging.integrations.site import Site, SiteTagger
from nosto_tagging.integrations.visits import Session, Visit
from nosto_tagging.jinja import attach

__all__ = ["Nosto"]

documented: Any = openapi


class Nosto(Site):
    """Nosto's tagging in a Sanic application: ``Nosto(app)`` after ``Extend(app)``, or ``Nosto()`` and then `init_app`.

    Adds the tags, globals and macros to the application's templates; its own files under ``nosto/`` go before the
    bundled ones. Settings come from `options`, else from ``app.config`` (``NOSTO_ACCOUNT_ID``, ``NOSTO_HOST``, and so
    on for each of `Settings`), as they are when `init_app` is called. Where ``errors`` is not set, what is wrong raises
    under debug and in Sanic's test mode, and is logged and left out of the page otherwise. Where ``nonce`` is not set,
    ``request.ctx.csp_nonce`` is taken. Sanic has no session: `push` needs a mapping at ``request.ctx.session``.

    Loaders, and ``consent``, take the request, and may be async: then they are asked before the handler.

    Responses with a visitor's own tagging are marked ``Cache-Control: private, no-cache`` and ``Vary: Cookie``. The
    endpoint for `Tagger.deferred` is at the setting ``visitor_url``, and the visitor script there with ``.js``.

    Raises `InvalidSettings`.
    """

    def __init__(self, app: Sanic[Any, Any] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._all: WeakValueDictionary[int, SiteTagger] = WeakValueDictionary()
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Sanic[Any, Any]) -> None:
        """Put the tagging into `app`. Reads ``app.ext.environment``, so call ``Extend(app)`` before.

        Raises `InvalidSettings`.
        """
        tagger = self._made(_SanicTagger, app.config, lambda: app.debug or Sanic.test_mode)
        self._all[id(tagger)] = app.ctx.nosto_tagging = tagger
        untyped: Any = app
        environment = getattr(untyped.ext, "environment", None)
        if environment is not None:
            attach(environment, tagger)
        untyped.middleware(_prepare, "request", priority=_LAST)
        untyped.middleware(_responding, "response", priority=_LAST)  # which for responses is the first
        app.add_signal(_responded, "http.lifecycle.response")
        url = tagger.settings.visitor_url
        app.add_route(_visitor, url, methods=_METHODS, name="nosto_visitor")
        app.add_route(_script, script_url(url), name="nosto_visitor_script")
        for handler in (_visitor, _script):
            documented.exclude()(handler)

    @property
    def tagger(self) -> SiteTagger:
        """The verbs under the current application's settings, for views; outside of a request, the newest one's.

        Raises `InvalidArgument` where there is no application yet.
        """
        request = _request()
        taggers = dict(self._all)
        current = None if request is None else id(getattr(request.app.ctx, "nosto_tagging", None))
        for key in (current, *reversed(taggers)):
            if key in taggers:
                return taggers[key]
        raise InvalidArgument("app", "must be given first: Nosto(app), or init_app(app)")


class _SanicTagger(SiteTagger):
    def visit(self) -> Visit | None:
        # Not in a ContextVar of ours: all requests of a connection are one task.
        request = _request()
        if request is None:
            return None
        visit: Visit | None = getattr(request.ctx, "nosto_visit", None)
        if visit is None:
            # Without the request, which holds it: in a circle, neither would go before the garbage collector comes by.
            seen = SimpleNamespace(method=request.method)
            visit = request.ctx.nosto_visit = Visit(seen, cookie=request.cookies.get, session=_session)
        return visit

    def _ask(self, function: Callable[..., Any], visit: Visit | None, *given: Any) -> Any:  # noqa: ARG002 - see there
        return function(_request(), *given)

    def framework_nonce(self) -> object:
        request = _request()
        return None if request is None else getattr(request.ctx, "csp_nonce", None)


_LAST = -1_000
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # of which all but one are refused


def _request() -> Request[Any, Any] | None:
    try:
        return Request.get_current()
    except SanicException:
        return None


def _session() -> Session | None:
    request = _request()
    held: object = None if request is None else getattr(request.ctx, "session", None)
    return cast("Session", held) if isinstance(held, MutableMapping) else None


def _tagger(request: Request[Any, Any]) -> SiteTagger:
    tagger: SiteTagger = request.app.ctx.nosto_tagging
    return tagger


async def _prepare(request: Request[Any, Any]) -> None:
    visit = _tagger(request).visit()
    headers: Any = request.headers
    if visit is not None and headers.get("Sec-Fetch-Dest", "").encode() not in PARTS:
        await _tagger(request).prepare(visit)


async def _responding(request: Request[Any, Any], response: BaseHTTPResponse) -> Any:
    """Settle what is being responded with: of a streamed response, this is the last that is seen before it is sent."""
    try:
        await _responded(request, response)
    except PublicResponse as error:
        # Sanic goes on with the response where a middleware fails.
        made: Any = request.app.error_handler.response(request, error)
        answer = await made if isawaitable(made) else made
        await _responded(request, answer)
        return answer
    return None


async def _responded(request: Request[Any, Any], response: BaseHTTPResponse) -> None:
    """Settle `response` as all middlewares have left it, whichever of them put another in its place."""
    tagger = _tagger(request)
    visit = tagger.visit()
    if visit is None:
        return
    given: Any = response.headers

    def header(name: str) -> str | None:
        values: list[str] = given.getall(name, [])
        return ", ".join(values) if values else None

    headers, left = tagger.settle(visit, header, response.body)
    for name, value in headers.items():
        if header(name) != value:  # a streamed response has been sent when it comes by again, and is left alone
            given[name] = value
    if left is not None:
        response.body = left


async def _visitor(request: Request[Any, Any]) -> HTTPResponse:
    tagger = _tagger(request)
    visit = tagger.visit()
    if visit is None:
        raise RuntimeError("a handler is called outside of a request")
    headers: Any = request.headers
    fetch_site = headers.get("Sec-Fetch-Site")
    return _response(visitor_reply(tagger, visit, method=request.method, fetch_site=fetch_site))


async def _script(_: Request[Any, Any]) -> HTTPResponse:
    return _response(script_reply())


def _response(reply: Reply) -> HTTPResponse:
    return HTTPResponse(reply.body, reply.status, reply.headers, "text/plain; charset=utf-8")
