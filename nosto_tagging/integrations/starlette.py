"""Starlette: `Nosto`, which puts the tagging into an application and its ``Jinja2Templates``; a panel for debug."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from nosto_tagging.errors import InvalidArgument, MissingExtra

try:
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.config import Config
    from starlette.middleware.errors import ServerErrorMiddleware
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route
    from starlette.templating import Jinja2Templates
except ImportError:
    raise MissingExtra("nosto_tagging.integrations.starlette", "starlette") from None

from nosto_tagging.integrations.asgi import ASGIApp, Scope, VisitMiddleware, answered
from nosto_tagging.integrations.endpoint import Reply, script_reply, script_url, visitor_reply
from nosto_tagging.integrations.panel import TAGGER, NostoPanelMiddleware
from nosto_tagging.integrations.site import Site, SiteTagger, is_async
from nosto_tagging.integrations.visits import Visit, visits
from nosto_tagging.jinja import attach
from nosto_tagging.settings import keys

__all__ = ["Nosto", "NostoPanelMiddleware"]


class Nosto(Site):
    """Nosto's tagging in a Starlette application: ``Nosto(app, templates)``, or ``Nosto()`` and `init_app` later.

    Adds the tags, globals and macros to `templates`, whose own files under ``nosto/`` go before the bundled ones.
    Settings come from `options`, else from `config` (``NOSTO_ACCOUNT_ID``, ``NOSTO_HOST``, and so on for each of
    `Settings`): a `starlette.config.Config`, or a mapping. Where ``errors`` is not set, what is wrong raises under
    ``app.debug``, and is logged and left out of the page otherwise. Where ``nonce`` is not set, the one that a
    middleware put at ``request.state.csp_nonce`` is taken.

    Loaders, and callables in the settings, take the request. An async one is asked before the view: it sees what
    middlewares made of the request, and not what the view does.

    Responses with a visitor's own tagging are marked ``Cache-Control: private, no-cache`` and ``Vary: Cookie``. The
    endpoint for `Tagger.deferred` is at the setting ``visitor_url``, and the visitor script there with ``.js``.

    Raises `InvalidSettings`, and what `init_app` raises.
    """

    def __init__(
        self,
        app: Starlette | None = None,
        templates: Jinja2Templates | None = None,
        *,
        config: Config | Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._config = {key: config.get(key, default=None) for key in keys()} if isinstance(config, Config) else config
        self._all: WeakValueDictionary[int, SiteTagger] = WeakValueDictionary()
        if app is not None:
            self.init_app(app, templates)

    def init_app(self, app: Starlette, templates: Jinja2Templates | None = None) -> None:
        """Put the tagging into `app`, before it serves, and into `templates` if it has any.

        Raises `InvalidSettings`; `InvalidArgument` for templates that are rendered async.
        """
        if templates is not None and templates.env.is_async:
            raise InvalidArgument(
                "templates",
                "must not be async, as TemplateResponse does not wait for them; for those that you render yourself, "
                "there is nosto_tagging.jinja.attach(env, nosto.tagger)",
            )
        tagger = self._made(_StarletteTagger, self._config or {}, lambda: app.debug)
        app.add_middleware(VisitMiddleware, tagger=tagger, visit=_visit)
        # The innermost: sessions and logins are there by then, and nothing is compressed yet.
        app.user_middleware.append(app.user_middleware.pop(0))
        _see_error_pages(app, tagger)
        if templates is not None:
            attach(templates.env, tagger)
        url = tagger.settings.visitor_url
        if not any(getattr(route, "path", None) == url for route in app.routes):
            # Before the others, one of which may take every path.
            app.router.routes[:0] = [
                Route(url, _visitor(tagger), methods=_METHODS, name="nosto_visitor", include_in_schema=False),
                Route(script_url(url), _script, name="nosto_visitor_script", include_in_schema=False),
            ]
        self._all[id(tagger)] = tagger
        setattr(app.state, TAGGER, tagger)

    @property
    def tagger(self) -> SiteTagger:
        """The verbs under the current application's settings, for views; outside of a request, the newest one's.

        Raises `InvalidArgument` where there is no application yet.
        """
        taggers = dict(self._all)
        for key in reversed([*taggers, *(visits.get() or ())]):  # of applications in one another, the inner one
            if key in taggers:
                return taggers[key]
        raise InvalidArgument("app", "must be given first: Nosto(app, templates), or init_app(app, templates)")


class _StarletteTagger(SiteTagger):
    def framework_nonce(self) -> object:
        visit = self.visit()
        return None if visit is None else getattr(visit.request.state, "csp_nonce", None)


def _visit(scope: Scope) -> Visit:
    request = Request(scope)
    return Visit(
        request,
        cookie=lambda name: request.cookies.get(name),  # noqa: PLW0108 - read where one is needed
        # Not the request's, of which each look has the page vary with every cookie.
        session=lambda: scope.get("session"),
        root=scope.get("root_path", "").rstrip("/"),
    )


_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # and HEAD; all but one are refused


def _visitor(tagger: SiteTagger) -> Callable[[Request], Response]:
    # No coroutine, so that Starlette takes a thread: loaders may wait for a database.
    def visitor(request: Request) -> Response:
        visit = tagger.visit() or _visit(request.scope)
        site = request.headers.get("Sec-Fetch-Site")
        return _response(visitor_reply(tagger, visit, method=request.method, fetch_site=site))

    return visitor


async def _script(_: Request) -> Response:
    return _response(script_reply())


def _response(reply: Reply) -> Response:
    return Response(reply.body, reply.status, reply.headers)


def _see_error_pages(app: Starlette, tagger: SiteTagger) -> None:
    """Have a handler of errors with status 500, which Starlette calls outside of all middlewares, know the visit."""
    build = app.build_middleware_stack

    def built() -> ASGIApp:
        stack = build()
        if isinstance(stack, ServerErrorMiddleware) and stack.handler is not None:
            handler: Any = stack.handler
            made = handler if is_async(handler) else partial(run_in_threadpool, handler)

            async def page(request: Request, error: Exception) -> Any:  # which is sent as a response
                return await answered(tagger, _visit(request.scope), partial(made, request, error))

            stack.handler = page
        return stack

    app.build_middleware_stack = built  # type: ignore[method-assign]  # this application's alone
