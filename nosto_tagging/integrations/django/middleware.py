"""The middleware that knows the visit, and has the response say what it has to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from asgiref.sync import async_to_sync, iscoroutinefunction, markcoroutinefunction
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from nosto_tagging.integrations.django.config import KnowsVisits
from nosto_tagging.integrations.django.site import SITE_WIDE, nosto
from nosto_tagging.integrations.visits import Visit, visits

__all__ = ["DjangoVisit", "Middleware"]


class DjangoVisit(Visit):
    """A visit that Django's page caches know of, also those that keep a page before its response is marked."""

    def touch(self) -> None:
        super().touch()
        self.request._cache_update_cache = False  # noqa: SLF001 - there is no other way in


class Middleware(KnowsVisits):
    """For ``MIDDLEWARE``, first: then it has the last word on what caches are told."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        nosto.tagger.config  # noqa: B018 - what cannot be used stops the server's start
        self._get_response = get_response
        self._is_async = _is_async(get_response)
        self.process_view = self._before_async if self._is_async else self._before
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self._is_async:
            return self._later(request)
        visit = _visit(request)
        with _visiting(visit):
            return _settled(visit, self._get_response(request))

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        visit = _visit(request)
        with _visiting(visit):
            return _settled(visit, await self._get_response(request))

    # When all of the others have seen the request: sessions and logins are there by then.

    def _before(self, request: Any, view: Callable[..., Any], *_: Any) -> None:
        _note_page_cache(request)
        visit = nosto.tagger.visit()
        if visit is not None and _is_async(view):
            async_to_sync(nosto.tagger.prepare)(visit)

    async def _before_async(self, request: Any, view: Callable[..., Any], *_: Any) -> None:
        _note_page_cache(request)
        visit = nosto.tagger.visit()
        # Other views run in a thread, in which the tags themselves can wait for the loaders.
        if visit is not None and _is_async(view):
            await nosto.tagger.prepare(visit)


def _is_async(function: Callable[..., Any]) -> bool:
    # The marks of Python 3.11 are asgiref's own.
    return iscoroutinefunction(function)  # pyright: ignore[reportDeprecated] - what it is under the others


def _note_page_cache(request: Any) -> None:
    if getattr(request, "_cache_update_cache", False):
        request._cache_update_cache = SITE_WIDE  # noqa: SLF001 - as true as it was


def _visit(request: Any) -> DjangoVisit:
    return DjangoVisit(request, cookie=request.COOKIES.get, session=lambda: getattr(request, "session", None))


@contextmanager
def _visiting(visit: Visit) -> Generator[None, None, None]:
    token = visits.set({**(visits.get() or {}), id(nosto.tagger): visit})
    try:
        yield
    finally:
        visits.reset(token)


def _settled(visit: DjangoVisit, response: HttpResponseBase) -> HttpResponseBase:
    for name in visit.foreign([*response.headers]):
        del response.headers[name]
    _put(response, visit.reply or {})
    whole = response if isinstance(response, HttpResponse) else None
    body = whole.content if whole is not None and visit.touched else None
    headers, left = nosto.tagger.settle(visit, response.headers.get, body)
    _put(response, headers)
    if whole is not None and left is not None:
        whole.content = left
        response.headers.pop("ETag", None)  # it was of the other body
        if "Content-Length" in response.headers:
            response.headers["Content-Length"] = str(len(left))
    if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
        # What renders it has to know whose visit it is, and that the headers are gone.
        streamed = response.streaming_content
        response.streaming_content = (
            _streamed_async(visit, cast("AsyncIterator[bytes]", streamed))
            if response.is_async
            else _streamed(visit, cast("Iterator[bytes]", streamed))
        )
    return response


def _put(response: HttpResponseBase, headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        response.headers[name] = value


def _streamed(visit: Visit, parts: Iterator[bytes]) -> Iterator[bytes]:
    while True:
        with _visiting(visit):
            try:
                part = next(parts)
            except StopIteration:
                return
        yield part


async def _streamed_async(visit: Visit, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    while True:
        with _visiting(visit):
            try:
                part = await anext(parts)
            except StopAsyncIteration:
                return
        yield part
