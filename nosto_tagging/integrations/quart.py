"""Quart: `Nosto`, the extension object, with the settings from ``app.config``."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, cast

from nosto_tagging.errors import MissingExtra

try:
    from quart import Quart, Response, current_app, g, has_app_context, has_request_context, request
    from quart.globals import request_ctx
    from quart.typing import ResponseTypes
    from quart.wrappers.response import DataBody
except ImportError:
    raise MissingExtra("nosto_tagging.integrations.quart", "quart") from None

from nosto_tagging.integrations.endpoint import Reply, script_reply, script_url, visitor_reply
from nosto_tagging.integrations.site import Site, SiteTagger
from nosto_tagging.integrations.visits import Session, Visit
from nosto_tagging.jinja import attach

__all__ = ["Nosto"]


class Nosto(Site):
    """Nosto's tagging in a Quart application: ``Nosto(app)``, or ``Nosto()`` and `init_app` later.

    Adds the tags, globals and macros to the application's templates; its own files under ``templates/nosto/``
    go before the bundled ones. Settings come from `options`, else from the configuration (``NOSTO_ACCOUNT_ID``,
    ``NOSTO_HOST``, and so on for each of `Settings`), as they are when `init_app` is called. Where ``errors`` is not
    set, what is wrong raises under debug and testing, and is logged and left out of the page otherwise. Where ``nonce``
    is not set, ``g.csp_nonce`` is taken, or ``request.csp_nonce``.

    Loaders, and callables in the settings, take nothing. A loader that is async is asked when the request's first
    template is rendered (`render_template` and its like), an async ``consent`` before the view.

    Responses with a visitor's own tagging are marked ``Cache-Control: private, no-cache`` and ``Vary: Cookie``. The
    endpoint for `Tagger.deferred` is at the setting ``visitor_url``, and the visitor script there with ``.js``.

    Raises `InvalidSettings`.
    """

    def __init__(self, app: Quart | None = None, **options: Any) -> None:
        super().__init__(**options)
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Quart) -> None:
        """Put the tagging into `app`. Reads ``app.jinja_env``, so set ``app.jinja_options`` before.

        Raises `InvalidSettings`.
        """
        tagger = self._made(_QuartTagger, app.config, lambda: app.debug or app.testing)
        attach(app.jinja_env, tagger)
        is_new = "nosto_tagging" not in app.extensions
        app.extensions["nosto_tagging"] = tagger
        if is_new:
            app.before_request(_ask_consent)
            app.context_processor(_ask_loaders)
            # The first of them is called last, when the others have said what they want of the caches.
            app.after_request_funcs.setdefault(None, []).insert(0, _settled)
        url = tagger.settings.visitor_url
        if not any(rule.rule == url for rule in app.url_map.iter_rules()):
            app.add_url_rule(url, _VISITOR, _visitor, methods=_METHODS, provide_automatic_options=False)
            app.add_url_rule(script_url(url), f"{_VISITOR}_script", _script)

    @property
    def tagger(self) -> SiteTagger:
        """The verbs under the current application's settings, for views."""
        return _current()


class _QuartTagger(SiteTagger):
    gives_request = False

    def visit(self) -> Visit | None:
        if not has_request_context():
            return None
        scope = cast("MutableMapping[str, Any]", request.scope)
        key = f"nosto_tagging.{id(self)}"
        visit: Visit | None = scope.get(key)
        if visit is None:
            cookies, root = request.cookies, request.root_path.rstrip("/")
            # With what stands for the request and not the request itself, which holds it: in a circle, neither would go
            # before the garbage collector comes by.
            visit = scope[key] = Visit(request, cookie=cookies.get, session=_session, root=root)
        return visit

    def framework_nonce(self) -> object:
        nonce = getattr(g, "csp_nonce", None) if has_app_context() else None
        return getattr(request, "csp_nonce", None) if nonce is None and has_request_context() else nonce


def _session() -> Session | None:
    # Not quart.session, which stands for it: Quart's page of errors looks into variables when that stands for nothing.
    found = request_ctx.session
    # Without a secret key there is one that takes nothing.
    return None if current_app.session_interface.is_null_session(found) else found


_VISITOR = "nosto_tagging.visitor"
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # of which all but one are refused


def _current() -> SiteTagger:
    tagger: SiteTagger = current_app.extensions["nosto_tagging"]
    return tagger


async def _ask_consent() -> None:
    if (visit := _current().visit()) is not None:
        await _current().prepare_consent(visit)


async def _ask_loaders() -> dict[str, Any]:
    if (visit := _current().visit()) is not None:  # there is none in a mail, or for a websocket
        await _current().prepare(visit)
    return {}


async def _settled(response: ResponseTypes) -> ResponseTypes:
    tagger = _current()
    visit = tagger.visit()
    if visit is not None:
        for each in visit.foreign([*response.headers.keys()]):
            del response.headers[each]
        response.headers.update(visit.reply or {})

        def header(name: str) -> str | None:
            return ", ".join(response.headers.getlist(name)) or None

        whole = response if isinstance(response, Response) and isinstance(response.response, DataBody) else None
        body = None if whole is None else await whole.get_data(as_text=False)
        headers, left = tagger.settle(visit, header, body)
        response.headers.update(headers)
        if whole is not None and left is not None:
            whole.set_data(left)
    return response


async def _visitor() -> Response:
    tagger = _current()
    visit = tagger.visit()
    if visit is None:
        raise RuntimeError("a view is called outside of a request")
    await tagger.prepare(visit)
    site = request.headers.get("Sec-Fetch-Site")
    return _response(visitor_reply(tagger, visit, method=request.method, fetch_site=site))


async def _script() -> Response:
    return _response(script_reply())


def _response(reply: Reply) -> Response:
    return Response(reply.body, reply.status, reply.headers)
