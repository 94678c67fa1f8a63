"""The shop with Django, and Jinja for its templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.test import AsyncClient, Client, override_settings
from django.urls import path
from support.django_project import urlconf
from support.shops.shop import PAGES, WHO, Answer, cart, customer, order, pushed_things

from nosto_tagging import api
from nosto_tagging.integrations.django import nosto

__all__ = ["made"]


class _Shop:
    """Its settings are the project's while it is asked."""

    def __init__(self, *, asynchronous: bool, **settings: Any) -> None:
        self._settings = settings
        self._is_async = asynchronous
        self._client: Any = (AsyncClient if asynchronous else Client)(raise_request_exception=settings["DEBUG"])

    def request(self, method: str, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        with override_settings(**self._settings):
            if self._is_async:
                return async_to_sync(self._later)(method, path, headers)
            response = self._client.generic(method, path, headers=headers)
            return _answer(response, b"".join(response) if response.streaming else response.content)

    async def _later(self, method: str, path: str, headers: Mapping[str, str] | None) -> Answer:
        response = await self._client.generic(method, path, headers=headers)
        return _answer(
            response, b"".join([part async for part in response]) if response.streaming else response.content
        )

    def set_cookie(self, name: str, value: str) -> None:
        self._client.cookies[name] = value

    def cookies(self) -> dict[str, str]:
        return {name: morsel.value for name, morsel in self._client.cookies.items()}


def _answer(response: Any, body: bytes) -> Answer:
    headers = {name.lower(): value for name, value in response.items()}
    if response.cookies:
        headers["set-cookie"] = response.cookies.output(header="")
    return Answer(response.status_code, headers, body.decode())


def made(*, debug: bool, asynchronous: bool = False, using: str = "jinja2", **options: Any) -> _Shop:
    of = _async if asynchronous else _sync
    pages = [path(route[1:], of(_page(*given, using))) for route, given in PAGES.items()]
    others = [
        path("push", of(_push)),
        path("push-much", of(_push_much)),
        path("login", of(_login)),
        path("streamed", of(_streamed_async(using) if asynchronous else _streamed(using))),
    ]
    return _Shop(
        asynchronous=asynchronous,
        DEBUG=debug,
        ROOT_URLCONF=urlconf(*pages, *others),
        NOSTO={
            "CUSTOMER_LOADER": of(lambda request: customer(request.COOKIES.get(WHO))),
            "CART_LOADER": of(lambda request: cart(request.COOKIES.get(WHO))),
            "ORDER_LOADER": of(lambda _, number: order(number)),
            **{name.upper(): value for name, value in options.items()},
        },
    )


def _sync(function: Any) -> Any:
    return function


def _async(function: Any) -> Any:
    async def later(*given: Any) -> Any:
        return function(*given)

    return later


def _page(template: str, cache_control: str | None, using: str) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        response = render(request, template, using=using)
        if cache_control is not None:
            response.headers["Cache-Control"] = cache_control
        return response

    return view


def _push(_: HttpRequest) -> HttpResponse:
    for thing in pushed_things():
        nosto.push(thing)
    return redirect("/pushed")


def _push_much(_: HttpRequest) -> HttpResponse:
    for _ in range(3):
        nosto.push(api.add_segment_code_to_visit("v" * 900))
    return HttpResponse("pushed")


def _login(_: HttpRequest) -> HttpResponse:
    return JsonResponse(nosto.payload(customer("jane")))


def _streamed(using: str) -> Any:
    def parts() -> Any:
        yield get_template("page.html", using=using).render({})

    return lambda _: StreamingHttpResponse(parts())


def _streamed_async(using: str) -> Any:
    async def parts() -> Any:
        yield get_template("page.html", using=using).render({})

    return lambda _: StreamingHttpResponse(parts())
