"""Flask: `Nosto`, the extension object, with the settings from ``app.config``; `NostoPanel`, for debug."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

from nosto_tagging.errors import MissingExtra

try:
    from flask import Flask, Response, current_app, has_request_context, request, session
    from werkzeug.datastructures import EnvironHeaders
    from werkzeug.test import run_wsgi_app
except ImportError:
    raise MissingExtra("nosto_tagging.integrations.flask", "flask") from None

from nosto_tagging.headers import joined
from nosto_tagging.integrations.caching import kept_by
from nosto_tagging.integrations.endpoint import Reply, script_reply, script_url, visitor_reply
from nosto_tagging.integrations.panel import asks_for_page, is_page, needed, panelled
from nosto_tagging.integrations.site import Site, SiteTagger
from nosto_tagging.integrations.visits import Session, Visit
from nosto_tagging.jinja import attach

__all__ = ["Nosto", "NostoPanel"]


class Nosto(Site):
    """Nosto's tagging in a Flask application: ``Nosto(app)``, or ``Nosto()`` and `init_app` later.

    Adds the tags, globals and macros to the application's templates; its own files under ``templates/nosto/``
    go before the bundled ones. Settings come from `options`, else from the configuration (``NOSTO_ACCOUNT_ID``,
    ``NOSTO_HOST``, and so on for each of `Settings`), as they are when `init_app` is called. Where ``errors`` is not
    set, what is wrong raises under debug and testing, and is logged and left out of the page otherwise. Where ``nonce``
    is not set, Flask-Talisman's is taken.

    Responses with a visitor's own tagging are marked ``Cache-Control: private, no-cache`` and ``Vary: Cookie``. The
    endpoint for `Tagger.deferred` is at the setting ``visitor_url``, and the visitor script there with ``.js``.

    Raises `InvalidSettings`.

    >>> app = Flask("shop")
    >>> nosto = Nosto(app)
    >>> @nosto.customer_loader
    ... def visitor():
    ...     return {"email": "jane.doe@example.com"}
    >>> from flask import render_template_string
    >>> with app.test_request_context():
    ...     print(render_template_string("{% nosto_customer_snippet %}"))
    <script>nostojs(api => api.customer({"email":"jane.doe@example.com"}))</script>
    """

    def __init__(self, app: Flask | None = None, **options: Any) -> None:
        super().__init__(**options)
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Put the tagging into `app`. Reads ``app.jinja_env``, so set ``app.jinja_options`` before.

        Raises `InvalidSettings`.
        """
        tagger = self._made(_FlaskTagger, app.config, lambda: app.debug or app.testing)
        attach(app.jinja_env, tagger)
        is_new = "nosto_tagging" not in app.extensions
        app.extensions["nosto_tagging"] = tagger
        if is_new:
            app.before_request_funcs.setdefault(None, []).insert(0, _begun)
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


class _FlaskTagger(SiteTagger):
    gives_request = False

    def visit(self) -> Visit | None:
        if not has_request_context():
            return None
        held: dict[_FlaskTagger, Visit] = request.environ.setdefault(_VISITS, {})
        visit = held.get(self)
        if visit is None:
            made = Visit(request, cookie=request.cookies.get, session=_session, root=request.root_path)
            visit = held.setdefault(self, made)
        return visit

    def keeper(self, visit: Visit) -> str | None:
        found = super().keeper(visit)
        thread = request.environ.get(_THREAD)
        if found is not None or thread in (None, threading.get_ident()):
            return found
        # An async view is run in another thread, and so is what a view hands to one: the request's own waits, inside
        # of what keeps the page.
        frame = sys._current_frames().get(thread)  # noqa: SLF001 - documented  # pyright: ignore[reportPrivateUsage] - same
        return None if frame is None else kept_by(frame)

    def framework_nonce(self) -> object:
        # Where Flask-Talisman keeps it.
        return getattr(request, "csp_nonce", None) if has_request_context() else None


def _session() -> Session | None:
    # Without a secret key there is one that takes nothing.
    return None if current_app.session_interface.is_null_session(session) else session


_VISITOR = "nosto_tagging.visitor"
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # of which all but one are refused


def _current() -> SiteTagger:
    tagger: SiteTagger = current_app.extensions["nosto_tagging"]
    return tagger


_THREAD = "nosto_tagging.thread"
_VISITS = "nosto_tagging.visits"


def _begun() -> None:
    request.environ[_THREAD] = threading.get_ident()


def _settled(response: Response) -> Response:
    _current().visit()  # whatever is rendered from now on finds one whose headers are sent
    # An application's templates may be rendered while another one answers.
    settling: dict[_FlaskTagger, Visit] = request.environ.get(_VISITS, {})
    for tagger, visit in settling.items():
        for name in visit.foreign([*response.headers.keys()]):
            del response.headers[name]
        response.headers.update(visit.reply or {})
        # As it is, and not made into one: a response may refuse that.
        body = response.get_data() if visit.touched and response.is_sequence else None
        headers, left = tagger.settle(visit, lambda name: ", ".join(response.headers.getlist(name)) or None, body)
        response.headers.update(headers)
        if left is not None:
            response.set_data(left)
    return response


def _visitor() -> Response:
    tagger = _current()
    visit = tagger.visit()
    if visit is None:
        raise RuntimeError("a view is called outside of a request")
    site = request.headers.get("Sec-Fetch-Site")
    return _response(visitor_reply(tagger, visit, method=request.method, fetch_site=site))


def _script() -> Response:
    return _response(script_reply())


def _response(reply: Reply) -> Response:
    return Response(reply.body, reply.status, reply.headers)


# The panel ------------------------------------------------------------------------------------------------------------


class NostoPanel:
    """Shows on each page what Nosto will see there and what is wrong with it, while the application is under debug.

    ``NostoPanel(app)``, or ``NostoPanel()`` and `init_app` later. Whether ``app.debug`` is set is asked at each
    request; where it is not, nothing is done, and no reader of pages is imported.

    Raises `MissingExtra` for an application that is under debug without the extra ``check``.

    >>> app = Flask("shop")
    >>> panel = NostoPanel(app)
    """

    def __init__(self, app: Flask | None = None) -> None:
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Put the panel on the pages of `app`. Raises `MissingExtra`."""
        if app.debug:
            needed()
        # Around the whole of it: the session's headers are not known before.
        app.wsgi_app = _Panelled(app)  # type: ignore[method-assign]  # Flask's documented way to put something before it


class _Panelled:
    def __init__(self, app: Flask) -> None:
        self._app = app
        self._inner: Any = app.wsgi_app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self._app.debug or not asks_for_page(environ["REQUEST_METHOD"], joined(EnvironHeaders(environ))):
            answer: Iterable[bytes] = self._inner(environ, start_response)
            return answer
        parts, status, given = run_wsgi_app(self._inner, environ)
        told = joined(given)
        # A stream has no length.
        if is_page(int(status.partition(" ")[0]), told) and "content-length" in told:
            parts = [_read(parts)]
            url = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
            made = panelled(parts[0], url, told, self._app.extensions.get("nosto_tagging"))
            if made is not None:
                parts = [made[0]]
                for name, value in made[1].items():
                    given.pop(name, None) if value is None else given.set(name, value)
        start_response(status, given.to_wsgi_list())
        return parts


def _read(parts: Iterable[bytes]) -> bytes:
    try:
        return b"".join(parts)
    finally:
        close: Callable[[], None] | None = getattr(parts, "close", None)
        if close is not None:
            close()
