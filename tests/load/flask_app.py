"""The load page in Flask, under a server with many threads: ``python -m load.flask_app``, or with the name of a control."""

from __future__ import annotations

import logging
import time

from flask import Flask, render_template, request
from jinja2 import DictLoader
from load.page import COOKIE, SOURCE, fields, number_in, token, wrong
from load.serving import LEFT, Control, Records, control, left, serve

from nosto_tagging import Customer
from nosto_tagging.integrations.flask import Nosto

__all__ = ["made"]

_THREADS = 64


def _number() -> int:
    return number_in(request.cookies[COOKIE])


def _customer() -> Customer | None:
    given = fields(_number())
    return None if given is None else Customer(**given)


def _pause() -> str:
    # Of different lengths, so that requests overtake each other.
    time.sleep(_number() % 4 / 1000)
    return ""


def _nonce() -> str:
    _pause()
    return f"n{token(_number())}"


class _Leaky(Nosto):
    """What must not be: a visitor who is kept on an object that outlives the request."""

    visitor: Customer | None = None


def made(control: Control | None) -> Flask:
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"page.html": SOURCE})
    nosto = _Leaky(app, nonce=_nonce)
    records = Records()
    kept: list[str] = []

    @nosto.customer_loader
    def loader() -> Customer | None:
        _pause()
        return nosto.visitor if control == "leaky" else _customer()

    @app.get("/")
    def page() -> str:
        number = _number()
        customer = _customer()
        if control == "leaky":
            nosto.visitor = customer
        html = render_template("page.html", customer=customer, token=token(number), wrong=wrong(number), pause=_pause)
        if control == "hoarding":
            kept.append(html * 16)  # as long as pages are, so that few are enough
        return html

    @app.get(LEFT)
    def account() -> str:
        return left(records)

    return app


def main() -> None:
    # Here and not above: pytest looks into every module of the tests, also where waitress is absent.
    from waitress.server import create_server

    # It says that a request waits for a thread, and under load one may.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = create_server(made(control()), host="127.0.0.1", port=0, threads=_THREADS)
    serve(server.run, lambda: int(server.effective_port))


if __name__ == "__main__":
    main()
