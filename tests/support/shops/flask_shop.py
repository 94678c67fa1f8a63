"""The shop with Flask."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import flask
from support.shops.shop import PAGES, WHO, Answer, cart, customer, order, pushed_things

from nosto_tagging import api
from nosto_tagging.integrations.flask import Nosto

__all__ = ["made"]


class _Shop:
    def __init__(self, app: flask.Flask) -> None:
        self.client = app.test_client()

    def request(self, method: str, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        answer = self.client.open(path, method=method, headers=dict(headers or {}))
        return Answer(answer.status_code, {name.lower(): value for name, value in answer.headers}, answer.text)

    def set_cookie(self, name: str, value: str) -> None:
        self.client.set_cookie(name, value)

    def cookies(self) -> dict[str, str]:
        return {cookie.key: cookie.value for cookie in self.client._cookies.values()}  # has no other way


def made(*, debug: bool, asynchronous: bool = False, **options: Any) -> _Shop:
    assert not asynchronous
    app = flask.Flask("shop", template_folder=str(Path(__file__).parent / "templates"))
    app.secret_key = "of the tests"
    app.debug = debug
    app.config["PROPAGATE_EXCEPTIONS"] = debug
    nosto = Nosto(app, **options)
    nosto.customer_loader(lambda: customer(flask.request.cookies.get(WHO)))
    nosto.cart_loader(lambda: cart(flask.request.cookies.get(WHO)))
    nosto.order_loader(order)

    def page(template: str, cache_control: str | None) -> flask.Response:
        response = flask.make_response(flask.render_template(template))
        if cache_control is not None:
            response.headers["Cache-Control"] = cache_control
        return response

    for path, given in PAGES.items():
        app.add_url_rule(path, path, lambda given=given: page(*given))

    @app.get("/push")
    def push() -> Any:
        for thing in pushed_things():
            nosto.push(thing)
        return flask.redirect("/pushed")

    @app.get("/push-much")
    def push_much() -> str:
        for _ in range(3):
            nosto.push(api.add_segment_code_to_visit("v" * 900))
        return "pushed"

    @app.post("/login")
    def login() -> Any:
        return nosto.payload(customer("jane"))

    @app.get("/streamed")
    def streamed() -> Any:
        return flask.stream_template("page.html")

    return _Shop(app)
