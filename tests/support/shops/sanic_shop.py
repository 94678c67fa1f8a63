"""The shop with Sanic."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from sanic import Request, Sanic, response
from sanic.application.constants import Mode
from sanic_ext import Extend, render
from sanic_testing.testing import SanicASGITestClient
from support.shops.shop import PAGES, WHO, Answer, cart, customer, order, pushed_things

from nosto_tagging import api
from nosto_tagging.integrations.sanic import Nosto

__all__ = ["Browser", "made", "new_app"]

SESSION = "session"
_numbers = count()


class Browser:
    """Asks an application, with the cookies that it has."""

    def __init__(self, app: Any, *, test_mode: bool) -> None:
        self._client = SanicASGITestClient(app, base_url="http://shop.example.com")
        self._test_mode = test_mode

    def request(self, method: str, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        url = f"http://shop.example.com{path}"
        # The client switches it on, and leaves it so.
        before, Sanic.test_mode = Sanic.test_mode, self._test_mode
        try:
            _, answer = asyncio.run(self._client.request(method, url, headers=dict(headers or {})))
        finally:
            Sanic.test_mode = before
        assert answer is not None
        return Answer(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.text)

    def set_cookie(self, name: str, value: str) -> None:
        self._client.cookies.set(name, value, domain="shop.example.com")

    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self._client.cookies.jar}


def new_app(*, debug: bool, extensions: bool = True, **config: Any) -> Any:
    """An application with Sanic Extensions, in or out of debug mode."""
    app = Sanic(f"shop-{next(_numbers)}", configure_logging=False)
    Sanic.unregister_app(app)  # where it is the only one, others find it without its name
    app.state.mode = Mode.DEBUG if debug else Mode.PRODUCTION
    # The client starts the application anew for each request, which is not made for having its methods rewritten.
    app.config.update({"TOUCHUP": False, "TEMPLATING_PATH_TO_TEMPLATES": Path(__file__).parent / "templates"})
    app.config.update(config)
    Extend(app, config={"oas": False}, built_in_extensions=extensions)
    return app


def made(*, debug: bool, asynchronous: bool = False, **options: Any) -> Browser:
    app = new_app(debug=debug, TEMPLATING_ENABLE_ASYNC=asynchronous)
    _session(app)
    nosto = Nosto(app, **options)
    _loaders(nosto, asynchronous=asynchronous)
    for path, given in PAGES.items():
        app.add_route(_page(*given), path, name=f"page-{path.strip('/')}")

    @app.get("/push")
    async def push(_: Request) -> Any:
        for thing in pushed_things():
            nosto.push(thing)
        return response.redirect("/pushed")

    @app.get("/push-much")
    async def push_much(_: Request) -> Any:
        for _number in range(3):
            nosto.push(api.add_segment_code_to_visit("v" * 900))
        return response.text("pushed")

    @app.post("/login")
    async def login(_: Request) -> Any:
        return response.json(nosto.payload(customer("jane")))

    @app.get("/streamed")
    async def streamed(request: Request) -> None:
        stream = await request.respond(content_type="text/html")
        template = app.ext.environment.get_template("page.html")
        if asynchronous:
            async for piece in template.generate_async():
                await stream.send(piece)
        else:
            for piece in template.generate():
                await stream.send(piece)
        await stream.eof()

    return Browser(app, test_mode=debug)


def _page(template: str, cache_control: str | None) -> Any:
    async def page(request: Request) -> Any:
        headers = {} if cache_control is None else {"Cache-Control": cache_control}
        return await render(template, headers=headers, app=request.app)

    return page


def _session(app: Sanic) -> None:
    """A session in a cookie, as one may write it: Sanic brings none."""

    @app.on_request
    async def read(request: Request) -> None:
        request.ctx.session = json.loads(bytes.fromhex(request.cookies.get(SESSION) or "7b7d"))

    @app.on_response
    async def written(request: Request, answer: response.HTTPResponse) -> None:
        value = json.dumps(getattr(request.ctx, SESSION, {})).encode().hex()
        if value != (request.cookies.get(SESSION) or "7b7d"):
            answer.add_cookie(SESSION, value, secure=False)


def _loaders(nosto: Nosto, *, asynchronous: bool) -> None:
    if asynchronous:

        @nosto.customer_loader
        async def visitor(request: Request) -> Any:
            return customer(request.cookies.get(WHO))

        @nosto.cart_loader
        async def basket(request: Request) -> Any:
            return cart(request.cookies.get(WHO))

        @nosto.order_loader
        async def placed(request: Request, number: str) -> Any:
            return order(number)

    else:
        nosto.customer_loader(lambda request: customer(request.cookies.get(WHO)))
        nosto.cart_loader(lambda request: cart(request.cookies.get(WHO)))
        nosto.order_loader(lambda request, number: order(number))
