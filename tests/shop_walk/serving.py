"""The shop on a free port of this machine, with a database of its own; and pages of it in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.serving import WSGIRequestHandler, make_server

from boathouse import Config, create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["REFERENCE_SECRET", "Shop", "made", "serve"]

REFERENCE_SECRET = "a secret of thirty-two bytes ..."


class Shop(NamedTuple):
    """The running shop."""

    address: str
    app: Flask
    sessions: sessionmaker[Session]


def made(folder: Path, **chosen: Any) -> Flask:
    """The shop with a new database in `folder`."""
    return create_app(
        Config(
            database=f"sqlite:///{folder / 'boathouse.db'}",
            secret_key="of the tests",
            reference_secret=REFERENCE_SECRET,
            testing=True,
            **chosen,
        )
    )


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - as the base calls it
        """Nothing: pytest shows what went wrong."""


def _whole(app: WSGIApplication) -> WSGIApplication:
    """The same application, each of its answers made before any of it is sent: where the browser has gone by then,
    Werkzeug leaves a file open that it was sending.
    """

    def answered(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            if (close := getattr(parts, "close", None)) is not None:
                close()

    return answered


@contextmanager
def serve(folder: Path, **chosen: Any) -> Iterator[Shop]:
    """The shop, for as long as the block lasts."""
    app = made(folder, **chosen)
    server = make_server("127.0.0.1", 0, _whole(app), threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Shop(f"http://127.0.0.1:{server.server_port}", app, app.extensions["boathouse_sessions"])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        app.extensions["boathouse_sessions"].kw["bind"].dispose()
