"""The shop with Starlette."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.templating import Jinja2Templates
from starlette.testclient import TestClient
from support.shops.shop import PAGES, WHO, Answer, cart, customer, order, pushed_things

from nosto_tagging import api
from nosto_tagging.integrations.starlette import Nosto

__all__ = ["ClientShop", "loaders", "made", "templates"]


class ClientShop:
    """An ASGI application, asked through Starlette's test client, which is FastAPI's, too."""

    def __init__(self, app: Any, *, debug: bool) -> None:
        self.client = TestClient(app, raise_server_exceptions=debug, follow_redirects=False)

    def request(self, method: str, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        answer = self.client.request(method, path, headers=dict(headers or {}))
        return Answer(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.text)

    def set_cookie(self, name: str, value: str) -> None:
        self.client.cookies.set(name, value)

    def cookies(self) -> dict[str, str]:
        return {name: unquote(value) for name, value in self.client.cookies.items()}


def templates() -> Jinja2Templates:
    return Jinja2Templates(directory=Path(__file__).parent / "templates")


def loaders(nosto: Nosto, *, asynchronous: bool) -> None:
    """Have `nosto` ask the shop who its visitors are."""
    if not asynchronous:
        nosto.customer_loader(lambda request: customer(request.cookies.get(WHO)))
        nosto.cart_loader(lambda request: cart(request.cookies.get(WHO)))
        nosto.order_loader(lambda _, number: order(number))
        return

    @nosto.customer_loader
    async def _(request: Request) -> Any:
        return customer(request.cookies.get(WHO))

    @nosto.cart_loader
    async def _(request: Request) -> Any:
        return cart(request.cookies.get(WHO))

    @nosto.order_loader
    async def _(_: Request, number: str) -> Any:
        return order(number)


def made(*, debug: bool, asynchronous: bool = False, **options: Any) -> ClientShop:
    shown = templates()

    def page(template: str, cache_control: str | None) -> Any:
        headers = {} if cache_control is None else {"Cache-Control": cache_control}

        def view(request: Request) -> Response:  # in a thread
            return shown.TemplateResponse(request, template, headers=headers)

        async def async_view(request: Request) -> Response:
            return view(request)

        return async_view if asynchronous else view

    async def push(_: Request) -> Response:
        for thing in pushed_things():
            nosto.push(thing)
        return RedirectResponse("/pushed")

    async def push_much(_: Request) -> Response:
        for _each in range(3):
            nosto.push(api.add_segment_code_to_visit("v" * 900))
        return PlainTextResponse("pushed")

    async def login(_: Request) -> Response:
        return JSONResponse(nosto.payload(customer("jane")))

    async def streamed(request: Request) -> Response:
        return StreamingResponse(shown.get_template("page.html").generate(request=request), media_type="text/html")

    app = Starlette(
        debug=debug,
        routes=[
            *[Route(path, page(*given)) for path, given in PAGES.items()],
            Route("/push", push),
            Route("/push-much", push_much),
            Route("/login", login, methods=["POST"]),
            Route("/streamed", streamed),
        ],
        middleware=[Middleware(SessionMiddleware, secret_key="of the tests")],
    )
    nosto = Nosto(app, shown, **options)
    loaders(nosto, asynchronous=asynchronous)
    return ClientShop(app, debug=debug)
