"""The load page in Starlette, rendered in tasks: ``python -m load.starlette_app``, or with the name of a control."""

from __future__ import annotations

import asyncio
import socket
from contextvars import ContextVar
from typing import Any

from jinja2 import DictLoader, Environment
from load.page import COOKIE, SOURCE, fields, number_in, token, wrong
from load.serving import LEFT, Control, Records, control, left, serve

from nosto_tagging import Customer, Settings, Tagger
from nosto_tagging.jinja import install

__all__ = ["made"]

_number: ContextVar[int] = ContextVar("number")


def _customer() -> Customer | None:
    given = fields(_number.get())
    return None if given is None else Customer(**given)


async def _pause() -> str:
    # Of different lengths, so that requests overtake each other.
    await asyncio.sleep(_number.get() % 4 / 1000)
    return ""


class _ByTask(Tagger):
    """Knows the visitor as a framework module does."""

    def current(self, topic: str) -> Customer | None:
        return _customer()


class _Leaky(Tagger):
    """What must not be: a visitor who is kept on an object that outlives the request."""

    visitor: Customer | None = None

    def current(self, topic: str) -> Customer | None:
        return self.visitor


def made(control: Control | None) -> Any:
    """The ASGI application."""
    # Here and not above: pytest looks into every module of the tests, also where Starlette is absent.
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, PlainTextResponse, Response
    from starlette.routing import Route

    env = Environment(loader=DictLoader({"page.html": SOURCE}), autoescape=True, enable_async=True)
    install(env)
    settings = Settings(errors="log", nonce=lambda: f"n{token(_number.get())}")
    tagger = _Leaky(settings) if control == "leaky" else _ByTask(settings)
    env.nosto_tagging = tagger  # type: ignore[attr-defined]  # set by name, as documented
    records = Records()
    kept: list[str] = []

    async def page(request: Request) -> Response:
        number = number_in(request.cookies[COOKIE])
        _number.set(number)
        customer = _customer()
        if isinstance(tagger, _Leaky):
            tagger.visitor = customer
        template = env.get_template("page.html")
        html = await template.render_async(customer=customer, token=token(number), wrong=wrong(number), pause=_pause)
        if control == "hoarding":
            kept.append(html * 16)  # as long as pages are, so that few are enough
        return HTMLResponse(html)

    async def account(_: Request) -> Response:
        return PlainTextResponse(left(records))

    return Starlette(routes=[Route("/", page), Route(LEFT, account)])


def main() -> None:
    import uvicorn

    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    # Without WebSockets, for which it takes a later package than the oldest release of another framework lets be there.
    config = uvicorn.Config(made(control()), ws="none", log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    serve(lambda: server.run(sockets=[listening]), lambda: int(listening.getsockname()[1]))


if __name__ == "__main__":
    main()
