"""A small cache in front of the pages that are the same for everybody, as a proxy before the application would be."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from threading import Lock
from typing import NamedTuple, TypeAlias
from urllib.parse import parse_qsl, urlencode
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.wrappers import Response

Key: TypeAlias = tuple[str, str, str, str]


class _Kept(NamedTuple):
    response: Response
    since: float
    until: float


class PageCache:
    """WSGI middleware that keeps what says ``Cache-Control: public, s-maxage=…``.

    It stands in front of the paths that begin with `prefix`, and asks the application for their pages as nobody:
    no cookie gets through to it, so that nothing of the visitor who happens to come first can be in the page, and none
    comes back, which would be nobody's and take the place of the visitor's own. Of the query only the `parameters`
    named are handed on, so that the cache cannot be filled with pages that differ in nothing. A page that would set a
    cookie, or varies by one, is not kept.

    The answer says ``X-Page-Cache: hit`` or ``miss``, and how old it is in ``Age``.
    """

    def __init__(self, app: WSGIApplication, *, prefix: str, parameters: Collection[str] = (), most: int = 500) -> None:
        self._app = app
        self._prefix = prefix
        self._parameters = parameters
        self._most = most
        self._kept: dict[Key, _Kept] = {}
        self._lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or not environ["PATH_INFO"].startswith(self._prefix):
            return self._app(environ, start_response)
        asked = {name: value for name, value in environ.items() if name not in {"HTTP_COOKIE", "HTTP_AUTHORIZATION"}}
        given = parse_qsl(environ.get("QUERY_STRING", ""))
        asked["QUERY_STRING"] = urlencode(sorted((name, value) for name, value in given if name in self._parameters))
        asked["REQUEST_METHOD"] = "GET"
        # The host is in the key because pages may have it in them.
        host: str = environ.get("HTTP_HOST") or environ["SERVER_NAME"]
        key = (environ["wsgi.url_scheme"], host, environ["PATH_INFO"], asked["QUERY_STRING"])
        now = time.monotonic()
        kept = self._kept.get(key)
        if kept is None or kept.until <= now:
            response = Response.from_app(self._app, asked, buffered=True)
            self._keep(key, response, now)
            return self._answer(response, "miss", 0, environ, start_response)
        return self._answer(kept.response, "hit", int(now - kept.since), environ, start_response)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()

    def _keep(self, key: Key, response: Response, now: float) -> None:
        control = response.cache_control
        seconds = control.s_maxage
        for_all = control.public and "Set-Cookie" not in response.headers and not response.vary
        if response.status_code == 200 and for_all and seconds:  # noqa: PLR2004 - OK
            with self._lock:
                if len(self._kept) >= self._most:
                    self._kept.pop(next(iter(self._kept)))  # the one that came first
                self._kept[key] = _Kept(response, now, now + seconds)

    def _answer(
        self, response: Response, word: str, age: int, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        body = response.get_data()
        copy = Response(body, response.status, response.headers.copy())
        copy.headers.pop("Set-Cookie", None)
        copy.headers["X-Page-Cache"] = word
        copy.headers["Age"] = str(age)
        return copy(environ, start_response)
