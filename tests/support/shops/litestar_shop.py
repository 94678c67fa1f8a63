"""The shop with Litestar."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.middleware.session.client_side import CookieBackendConfig
from litestar.response import Redirect, Stream, Template
from litestar.template import TemplateConfig
from litestar.testing import TestClient
from support.shops.shop import PAGES, WHO, Answer, cart, customer, order, pushed_things

from nosto_tagging import api
from nosto_tagging.integrations.litestar import Nosto

try:
    from litestar.plugins.jinja import JinjaTemplateEngine
except ImportError:  # before 2.22
    from litestar.contrib.jinja import JinjaTemplateEngine

__all__ = ["made"]

BASE = "http://shop.example.com"


class _Shop:
    def __init__(self, app: Litestar) -> None:
        self.client = TestClient(app, base_url=BASE)

    def request(self, method: str, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        answer = self.client.request(method, path, headers=dict(headers or {}), follow_redirects=False)
        return Answer(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.text)

    def set_cookie(self, name: str, value: str) -> None:
        self.client.cookies.set(name, value, domain="shop.example.com")

    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self.client.cookies.jar}


def made(*, debug: bool, asynchronous: bool = False, **options: Any) -> _Shop:
    nosto = Nosto(**options)
    _loaders(nosto, asynchronous=asynchronous)

    @post("/login", status_code=200, sync_to_thread=False)
    def login() -> dict[str, Any]:
        return nosto.payload(customer("jane"))

    @get("/push", sync_to_thread=False)
    def push() -> Redirect:
        for thing in pushed_things():
            nosto.push(thing)
        return Redirect("/pushed")

    @get("/push-much", sync_to_thread=False)
    def push_much() -> str:
        for _ in range(3):
            nosto.push(api.add_segment_code_to_visit("v" * 900))
        return "pushed"

    @get("/streamed", sync_to_thread=False)
    def streamed(request: Request[Any, Any, Any]) -> Stream:
        async def pieces() -> AsyncIterator[str]:
            engine: Any = request.app.template_engine
            for piece in engine.get_template("page.html").generate():
                yield piece

        return Stream(pieces(), media_type="text/html")

    app = Litestar(
        [*(_page(path, *given) for path, given in PAGES.items()), login, push, push_much, streamed],
        debug=debug,
        plugins=[nosto],
        template_config=TemplateConfig(engine=JinjaTemplateEngine, directory=Path(__file__).parent / "templates"),
        middleware=[CookieBackendConfig(secret=b"of the tests 016").middleware],
        logging_config=None,  # which would take the place of pytest's
    )
    return _Shop(app)


def _page(path: str, template: str, cache_control: str | None) -> HTTPRouteHandler:
    @get(path, sync_to_thread=False)
    def page() -> Template:
        return Template(template, headers={} if cache_control is None else {"Cache-Control": cache_control})

    return page


def _loaders(nosto: Nosto, *, asynchronous: bool) -> None:
    def who(request: Request[Any, Any, Any]) -> str | None:
        return request.cookies.get(WHO)

    if asynchronous:

        @nosto.customer_loader
        async def visitor(request: Request[Any, Any, Any]) -> Any:
            return customer(who(request))

        @nosto.cart_loader
        async def basket(request: Request[Any, Any, Any]) -> Any:
            return cart(who(request))

        @nosto.order_loader
        async def placed(request: Request[Any, Any, Any], number: str) -> Any:
            return order(number)

    else:
        nosto.customer_loader(lambda request: customer(who(request)))
        nosto.cart_loader(lambda request: cart(who(request)))
        nosto.order_loader(lambda request, number: order(number))
