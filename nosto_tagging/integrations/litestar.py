"""Litestar: `Nosto`, the plugin, which takes the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, cast
from weakref import WeakValueDictionary

from jinja2 import Environment

from nosto_tagging.errors import InvalidArgument, MissingExtra, PublicResponse

try:
    from litestar import types
    from litestar.config.app import AppConfig
    from litestar.handlers import asgi
    from litestar.middleware import DefineMiddleware
    from litestar.plugins import InitPlugin
    from litestar.utils.scope.state import ScopeState
except ImportError:
    raise MissingExtra("nosto_tagging.integrations.litestar", "litestar") from None

from nosto_tagging.integrations.asgi import Message, Scope, VisitMiddleware, send_reply, settled_start
from nosto_tagging.integrations.endpoint import script_reply, script_url, visitor_reply
from nosto_tagging.integrations.site import Site, SiteTagger
from nosto_tagging.integrations.visits import Session, Visit, visits
from nosto_tagging.jinja import attach

__all__ = ["Nosto"]


class Nosto(Site, InitPlugin):
    """Nosto's tagging in a Litestar application: ``Litestar(plugins=[nosto := Nosto(account_id=...)], ...)``.

    Takes each of `Settings` by its name. Adds the tags, globals and macros to the application's Jinja templates; its
    own files under ``nosto/`` go before the bundled ones. Where ``errors`` is not set, what is wrong raises where
    the application is made with ``debug``, and is logged and left out of the page otherwise. Where ``nonce`` is not
    set, ``request.state.csp_nonce`` is taken.

    Loaders, and ``consent``, take the request, and may be async: then they are asked before the handler. What Litestar
    answers outside of all middleware, as where no route is found, has no session, and loaders are not asked.

    Responses with a visitor's own tagging are marked ``Cache-Control: private, no-cache`` and ``Vary: Cookie``. The
    endpoint for `Tagger.deferred` is at the setting ``visitor_url``, and the visitor script there with ``.js``.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._all: WeakValueDictionary[int, SiteTagger] = WeakValueDictionary()

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Put the tagging into the application that is made of `app_config`: Litestar calls it.

        Raises `InvalidSettings`.
        """
        config: Any = app_config
        tagger = self._made(_LitestarTagger, {}, lambda: bool(config.debug))
        self._all[id(tagger)] = tagger
        engine = None if config.template_config is None else config.template_config.engine_instance
        if isinstance(environment := getattr(engine, "engine", None), Environment):
            attach(environment, tagger)
        config.middleware.append(DefineMiddleware(_middleware, tagger=tagger, visit=_visit))
        config.after_exception.append(partial(_failed, tagger))
        config.before_send.append(partial(_sent, tagger))
        config.route_handlers += _routes(tagger)
        return app_config

    @property
    def tagger(self) -> SiteTagger:
        """The verbs under the current application's settings, for views; outside of a request, the newest one's.

        Raises `InvalidArgument` where there is no application yet.
        """
        taggers = dict(self._all)
        for key in reversed([*taggers, *(visits.get() or ())]):
            if key in taggers:
                return taggers[key]
        raise InvalidArgument("plugins", "must be given it first: Litestar(plugins=[nosto])")


class _LitestarTagger(SiteTagger):
    def framework_nonce(self) -> object:
        visit = self.visit()
        return None if visit is None else getattr(visit.request.state, "csp_nonce", None)

    def keeper(self, visit: Visit) -> str | None:
        # Litestar's cache lies nearer to the handler than any middleware, and keeps the page as it is printed.
        cached = getattr(visit.request.scope.get("route_handler"), "cache", False)
        return "the route handler's cache" if cached else super().keeper(visit)

    def settle(
        self, visit: Visit, header: Callable[[str], str | None], body: bytes | None
    ) -> tuple[dict[str, str], bytes | None]:
        try:
            return super().settle(visit, header, body)
        except PublicResponse:
            # Of a response that it takes for sent, Litestar makes no page with the error. It was held back.
            ScopeState.from_scope(visit.request.scope).response_started = False
            raise


_middleware: Any = VisitMiddleware  # of mappings; Litestar's scopes are by their types something else
_FAILED = "nosto_tagging.failed"


def _visit(scope: Scope) -> Visit:
    app: Any = scope["litestar_app"]
    request = app.request_class(scope)

    def session() -> Session | None:
        held = scope.get("session")
        if held is types.Empty:  # as `clear_session` leaves it
            held = scope["session"] = {}
        return cast("Session", held) if isinstance(held, Mapping) else None

    root = f"{scope.get('root_path', '')}{app.path}".rstrip("/")
    return Visit(request, cookie=request.cookies.get, session=session, root=root)


async def _failed(tagger: SiteTagger, _: Exception, scope: Scope) -> None:
    # What is answered outside of all middleware knows the visit, too, but neither a session nor who it is.
    if scope["type"] == "http" and tagger.visit() is None:
        visit = _visit({**scope, "session": MappingProxyType[str, Any]({})})
        visit.loaded = {("customer", ""): None, ("cart", ""): None}
        visits.set({**(visits.get() or {}), id(tagger): visit})
        scope[_FAILED] = True
        await tagger.prepare(visit)


async def _sent(tagger: SiteTagger, message: Message, scope: Scope) -> None:
    visit = tagger.visit()
    if visit is not None and message["type"] == "http.response.start":
        # Other middleware may have said other things of the caches than the view did.
        message.update(settled_start(tagger, visit, message, None)[0])
    elif scope.get(_FAILED) and not message.get("more_body"):
        visits.set({key: held for key, held in (visits.get() or {}).items() if key != id(tagger)})


def _routes(tagger: SiteTagger) -> list[Any]:
    url = tagger.settings.visitor_url

    @asgi(url, copy_scope=False)
    async def nosto_visitor(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001 - by these names
        visit = tagger.visit() or _visit(scope)
        fetch_site = visit.request.headers.get("Sec-Fetch-Site")
        await send_reply(visitor_reply(tagger, visit, method=scope["method"], fetch_site=fetch_site), send)

    @asgi(script_url(url), copy_scope=False)
    async def nosto_visitor_script(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001 - by these names
        await send_reply(script_reply(), send)

    return [nosto_visitor, nosto_visitor_script]
