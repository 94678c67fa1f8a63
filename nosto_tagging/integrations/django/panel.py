"""The panel of `check` on the pages of a project under debug."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django import conf
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from nosto_tagging.headers import joined
from nosto_tagging.integrations.django.site import nosto
from nosto_tagging.integrations.panel import asks_for_page, is_page, needed, panelled

__all__ = ["NostoPanelMiddleware"]


class NostoPanelMiddleware:
    """Shows on each page what Nosto will see there and what is wrong with it, while ``DEBUG`` is true.

    For ``MIDDLEWARE``, first of all but those that compress: then it sees pages as they are sent. Whether ``DEBUG`` is
    true is asked at each request; where it is not, nothing is done, and no reader of pages is imported.

    Raises `MissingExtra` at the start of a project that is under debug without the extra ``check``.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        if conf.settings.DEBUG:
            needed()
        self._get_response = get_response
        # The marks of Python 3.11 are asgiref's own.
        self._is_async = iscoroutinefunction(get_response)  # pyright: ignore[reportDeprecated] - what it is under the others
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        return self._later(request) if self._is_async else _shown(request, self._get_response(request))

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        return _shown(request, await self._get_response(request))


def _shown(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if not conf.settings.DEBUG or not isinstance(response, HttpResponse):  # others are streamed
        return response
    given = joined(response.headers)
    if asks_for_page(str(request.method), joined(request.headers)) and is_page(response.status_code, given):
        made = panelled(response.content, request.path, given, nosto.tagger)
        if made is not None:
            response.content, changes = made
            for name, value in changes.items():
                if value is None:
                    del response.headers[name]
                else:
                    response.headers[name] = value
    return response
