"""The panel of `check` on the pages of an application under debug: which responses have one, and what they say then.

Nothing here imports the readers of pages before an application is under debug.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from importlib import import_module

from nosto_tagging.errors import NostoTaggingError
from nosto_tagging.headers import joined
from nosto_tagging.integrations.asgi import ASGIApp, Message, Receive, Scope, Send
from nosto_tagging.integrations.caching import LOOKED_AT, closed
from nosto_tagging.markup.tagger import Tagger, logger
from nosto_tagging.settings import Settings

__all__ = ["TAGGER", "NostoPanelMiddleware", "asks_for_page", "is_page", "needed", "panelled"]

TAGGER = "nosto_tagging"
"""Under this name, an application's ``state`` has its tagger."""
_UNFIT = (HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT, HTTPStatus.PARTIAL_CONTENT)
_OF_A_PAGE = (b"<!doctype", b"<html", b"</body>")
_OF_THE_OTHER_BODY = (
    "Accept-Ranges",
    "Content-Digest",
    "Content-MD5",
    "Digest",
    "ETag",
    "Last-Modified",
    "Repr-Digest",
)


def needed() -> None:
    """Import what the panel needs. Raises `MissingExtra`."""
    import_module("nosto_tagging.reading.panel")


def asks_for_page(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a request is a browser's for a page of its own, and not a script's for a part of one."""
    if method == "HEAD" or "hx-request" in headers or "x-requested-with" in headers:
        return False
    return headers.get("sec-fetch-dest", "document") in ("document", "iframe")


def is_page(status: int, headers: Mapping[str, str]) -> bool:
    """Whether a response is a page as a browser shows it.

    One with a status from 500 is the framework's own page under debug.
    """
    if status // 100 not in (2, 4) or status in _UNFIT or "content-encoding" in headers:
        return False
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "text/html" and not headers.get("content-disposition", "").lower().startswith("attachment")


def panelled(
    body: bytes, url: str, headers: Mapping[str, str], tagger: Tagger | None
) -> tuple[bytes, dict[str, str | None]] | None:
    """A page with its panel, and the headers that change, of which ``None`` takes one away.

    `tagger` is the application's, if it has one, for what its settings say of checks.

    ``None`` for what is no whole page, and where the panel fails, which is logged.
    """
    lowered = body.lower()
    if not any(each in lowered for each in _OF_A_PAGE):
        return None
    try:
        from nosto_tagging.reading.panel import panel_in  # noqa: PLC0415 - see above

        settings = Settings() if tagger is None else tagger.settings
        ignore, leave_out_email = settings.check_ignore, settings.leave_out_email
        made = panel_in(body, url=url, headers=headers, ignore=ignore, leave_out_email=leave_out_email)
    except Exception as error:
        # What others raise may say what is in the page.
        logger.error(
            "No panel: %s", error if isinstance(error, NostoTaggingError) else f"raised {type(error).__name__}"
        )
        return None
    if made == body:
        return None
    closing = {name: closed(name) for name in LOOKED_AT if name.lower() in headers}
    gone = dict.fromkeys(name for name in _OF_THE_OTHER_BODY if name.lower() in headers)
    # Nobody keeps it, and gives it to somebody else, or to the application when it is under debug no more.
    return made, {**gone, **closing, "Cache-Control": "private, no-store", "Content-Length": str(len(made))}


class NostoPanelMiddleware:
    """Shows on each page what Nosto will see there and what is wrong with it, while the application is under debug.

    For Starlette and FastAPI: ``app.add_middleware(NostoPanelMiddleware)``, after all others but those that compress.
    Whether ``app.debug`` is set is asked at each request; where it is not, nothing is done, and no reader of pages is
    imported. Needs the extra ``check``: under debug, an application without it raises `MissingExtra`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if getattr(scope.get("app"), "debug", False):
            needed()
            if scope["type"] == "http" and asks_for_page(scope["method"], _texts(scope)):
                send = _Showing(scope["path"], getattr(scope["app"].state, TAGGER, None), send)
        await self._app(scope, receive, send)


class _Showing:
    """What sends the response: a page of a known length waits until all of it is there."""

    def __init__(self, url: str, tagger: Tagger | None, send: Send) -> None:
        self._url = url
        self._tagger = tagger
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.start":
            headers = _texts(message)
            if is_page(message["status"], headers) and "content-length" in headers:
                self._start = message
                return
        elif self._start is not None and kind == "http.response.body":
            self._body += message.get("body", b"")
            if message.get("more_body", False):
                return
            message = await self._settled(self._start, message)
        elif self._start is not None and kind != "http.response.debug":  # which is Starlette's test client's
            start, self._start = self._start, None  # the server sends a file by itself
            await self._send(start)
        await self._send(message)

    async def _settled(self, start: Message, message: Message) -> Message:
        """Send the start of the response; gives the message that follows."""
        self._start = None
        made = panelled(self._body, self._url, _texts(start), self._tagger)
        if made is None:
            await self._send(start)
            return {**message, "body": self._body}
        body, changes = made
        changed = {name.lower().encode(): value for name, value in changes.items()}
        kept = [(name, value) for name, value in start["headers"] if name.lower() not in changed]
        put = [(name, value.encode()) for name, value in changed.items() if value is not None]
        await self._send({**start, "headers": [*kept, *put]})
        return {**message, "body": body}


def _texts(held: Message | Scope) -> dict[str, str]:
    """The headers of a request or of a response."""
    return joined(held.get("headers", []))
