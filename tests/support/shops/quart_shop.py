"""The shop with Quart."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import quart
from support.shops.shop import PAGES, WHO, Answer, cart, customer, order, pushed_things

from nosto_tagging import api
from nosto_tagging.integrations.quart import Nosto

__all__ = ["made"]


class _Shop:
    def __init__(self, app: quart.Quart) -> None:
        self.client = app.test_client()

    def request(self, method: str, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        async def ask() -> Answer:
            answer = await self.client.open(path, method=method, headers=dict(headers or {}))
            text = await answer.get_data(as_text=True)
            return Answer(answer.status_code, {name.lower(): value for name, value in answer.headers}, text)

        return asyncio.run(ask())

    def set_cookie(self, name: str, value: str) -> None:
        self.client.set_cookie("localhost", name, value)

    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self.client.cookie_jar or ()}


def made(*, debug: bool, asynchronous: bool = False, **options: Any) -> _Shop:
    app = quart.Quart("shop", template_folder=str(Path(__file__).parent / "templates"))
    app.secret_key = "of the tests"
    app.debug = debug
    app.config["PROPAGATE_EXCEPTIONS"] = debug
    nosto = Nosto(app, **options)
    if asynchronous:

        @nosto.customer_loader
        async def _() -> Any:
            return customer(quart.request.cookies.get(WHO))

        @nosto.cart_loader
        async def _() -> Any:
            return cart(quart.request.cookies.get(WHO))

        @nosto.order_loader
        async def _(number: str) -> Any:
            return order(number)

    else:
        nosto.customer_loader(lambda: customer(quart.request.cookies.get(WHO)))
        nosto.cart_loader(lambda: cart(quart.request.cookies.get(WHO)))
        nosto.order_loader(order)

    async def page(template: str, cache_control: str | None) -> quart.Response:
        response: Any = await quart.make_response(await quart.render_template(template))
        if cache_control is not None:
            response.headers["Cache-Control"] = cache_control
        return response

    for path, given in PAGES.items():

        async def view(given: Any = given) -> quart.Response:
            return await page(*given)

        app.add_url_rule(path, path, view)

    @app.get("/push")
    async def push() -> Any:
        for thing in pushed_things():
            nosto.push(thing)
        return quart.redirect("/pushed")

    @app.get("/push-much")
    def push_much() -> str:  # in a thread
        for _ in range(3):
            nosto.push(api.add_segment_code_to_visit("v" * 900))
        return "pushed"

    @app.post("/login")
    async def login() -> Any:
        return nosto.payload(customer("jane"))

    @app.get("/streamed")
    async def streamed() -> Any:
        return await quart.stream_template("page.html")

    return _Shop(app)
