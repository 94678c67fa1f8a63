"""Pages for the browsers, served to this machine alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from typing import NamedTuple

__all__ = ["Answer", "Site", "serve"]


_PAUSE = 0.3  # seconds in which a browser has long begun with what there is


class Answer(NamedTuple):
    """What an address answers with."""

    body: bytes
    content_type: str | None = "text/html; charset=utf-8"
    headers: Mapping[str, str] = {}
    status: int = 200
    rest: bytes = b""
    """What comes a little after the body."""


class Site:
    """What there is to be had: paths, each with its answer; and every path that was asked for."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []


@contextmanager
def serve() -> Iterator[Site]:
    """A server on a port of the loopback interface that is free, for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            found = site.answers.get(self.path, Answer(b"", "text/plain", status=404))
            self.send_response(found.status)
            if found.content_type is not None:
                self.send_header("Content-Type", found.content_type)
            for name, value in found.headers.items():
                self.send_header(name, value)
            # Libraries may be kept; pages change under the same address.
            self.send_header("Cache-Control", "max-age=600" if self.path.startswith("/lib/") else "no-store")
            self.send_header("Content-Length", str(len(found.body) + len(found.rest)))
            self.end_headers()
            try:
                self.wfile.write(found.body)
                if found.rest:
                    sleep(_PAUSE)
                    self.wfile.write(found.rest)
            except ConnectionError:
                self.close_connection = True  # the browser has left the page early

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base calls it
            """Nothing: pytest shows what went wrong."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
