"""The shop with FastAPI."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse
from starlette.middleware.sessions import SessionMiddleware
from support.shops.shop import PAGES, customer, pushed_things
from support.shops.starlette_shop import ClientShop, loaders, templates

from nosto_tagging import api
from nosto_tagging.integrations.fastapi import Nosto

__all__ = ["made"]


def made(*, debug: bool, asynchronous: bool = False, **options: Any) -> ClientShop:
    app = FastAPI(debug=debug)
    shown = templates()
    nosto = Nosto(app, shown, **options)
    loaders(nosto, asynchronous=asynchronous)
    app.add_middleware(SessionMiddleware, secret_key="of the tests")

    def add(path: str, template: str, cache_control: str | None) -> None:
        headers = {} if cache_control is None else {"Cache-Control": cache_control}

        def view(request: Request) -> Response:
            return shown.TemplateResponse(request, template, headers=headers)

        async def async_view(request: Request) -> Response:
            return view(request)

        app.get(path)(async_view if asynchronous else view)

    for path, given in PAGES.items():
        add(path, *given)

    @app.get("/push")
    async def push() -> Response:
        for thing in pushed_things():
            nosto.push(thing)
        return RedirectResponse("/pushed")

    @app.get("/push-much")
    def push_much() -> str:
        for _ in range(3):
            nosto.push(api.add_segment_code_to_visit("v" * 900))
        return "pushed"

    @app.post("/login")
    def login() -> dict[str, Any]:
        return nosto.payload(customer("jane"))

    @app.get("/streamed")
    def streamed(request: Request) -> Response:
        return StreamingResponse(shown.get_template("page.html").generate(request=request), media_type="text/html")

    return ClientShop(app, debug=debug)
