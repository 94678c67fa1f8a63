"""ASGI: the middleware that knows the visit, and has the response say what it has to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, MutableMapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, TypeAlias

from nosto_tagging.integrations.endpoint import Reply
from nosto_tagging.integrations.site import SiteTagger
from nosto_tagging.integrations.visits import Visit, visits

__all__ = [
    "PARTS",
    "ASGIApp",
    "Message",
    "Receive",
    "Scope",
    "Send",
    "VisitMiddleware",
    "answered",
    "send_reply",
    "settled_start",
]

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
ASGIApp: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


class VisitMiddleware:
    """Stands as near to the views as it can: sessions and logins are there by then, and nothing is compressed yet."""

    def __init__(self, app: ASGIApp, *, tagger: SiteTagger, visit: Callable[[Scope], Visit]) -> None:
        self._app = app
        self._tagger = tagger
        self._visit = visit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = self._visit(scope)
        with _visiting(self._tagger, visit):
            if not _is_for_a_part(scope):
                await self._tagger.prepare(visit)
            await self._app(scope, receive, _Settling(self._tagger, visit, send))


@contextmanager
def _visiting(tagger: SiteTagger, visit: Visit) -> Generator[None, None, None]:
    """While `visit` is answered with the help of `tagger`."""
    token = visits.set({**(visits.get() or {}), id(tagger): visit})
    try:
        yield
    finally:
        visits.reset(token)


async def answered(tagger: SiteTagger, visit: Visit, view: Callable[[], Awaitable[ASGIApp]]) -> ASGIApp:
    """The response that `view` gives for `visit`, where that is asked outside of the middleware."""
    with _visiting(tagger, visit):
        await tagger.prepare(visit)
        response = await view()

    async def settled(scope: Scope, receive: Receive, send: Send) -> None:
        await response(scope, receive, _Settling(tagger, visit, send))

    return settled


# Where browsers say so: what they fetch for a page, and put no tagging of a visitor's into.
PARTS = (b"audio", b"font", b"image", b"manifest", b"style", b"track", b"video")


def _is_for_a_part(scope: Scope) -> bool:
    return any(name == b"sec-fetch-dest" and value in PARTS for name, value in scope["headers"])


class _Settling:
    """What sends the response: its headers wait for its body where that holds what is a visitor's own."""

    def __init__(self, tagger: SiteTagger, visit: Visit, send: Send) -> None:
        self._tagger = tagger
        self._visit = visit
        self._send = send
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.start":
            if self._visit.touched:
                self._start = message
                return
            self._visit.sent = True
        elif self._start is not None and kind != "http.response.debug":  # which is Starlette's test client's
            start, self._start = self._start, None
            whole = kind == "http.response.body" and not message.get("more_body", False)
            message = await self._settled(start, message, whole=whole)
        await self._send(message)

    async def _settled(self, start: Message, message: Message, *, whole: bool) -> Message:
        """Send the start of the response; gives the message that follows."""
        start, left = settled_start(self._tagger, self._visit, start, message.get("body", b"") if whole else None)
        await self._send(start)
        return message if left is None else {**message, "body": left}


def settled_start(tagger: SiteTagger, visit: Visit, start: Message, body: bytes | None) -> tuple[Message, bytes | None]:
    """The start of the response to `visit` as it has to be, and its body if that has to be another.

    `body` is ``None`` where it is not known as a whole. Raises `PublicResponse` where the error policy is to raise.
    """
    given: list[tuple[bytes, bytes]] = [(bytes(name), bytes(value)) for name, value in start.get("headers", [])]

    def header(name: str) -> str | None:
        values = [value.decode("latin-1") for held, value in given if held.lower() == name.lower().encode()]
        return ", ".join(values) if values else None

    headers, left = tagger.settle(visit, header, body)
    if left is not None:
        headers = {**headers, "Content-Length": str(len(left))}
    changed = {name.lower().encode(): value.encode("latin-1") for name, value in headers.items()}
    kept = [(name, value) for name, value in given if name.lower() not in changed]
    return {**start, "headers": [*kept, *changed.items()]}, left


async def send_reply(reply: Reply, send: Send) -> None:
    """Send a response of ours."""
    headers = [(name.lower().encode(), value.encode()) for name, value in reply.headers.items()]
    if reply.status != HTTPStatus.NO_CONTENT:  # which says no length
        headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
