"""The pages that the output is dropped into."""

from __future__ import annotations

import html
import json
import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from browser.server import Answer

__all__ = [
    "NONCE",
    "Maker",
    "Page",
    "after_shift",
    "bare",
    "charset",
    "fetched",
    "framed",
    "html_page",
    "in_element",
    "markdown_page",
    "mounted",
    "recursing",
    "under_policy",
    "swapped",
    "xhtml",
]

NONCE = "cjRuZDBt"


class Page(NamedTuple):
    """A page, and what else it asks its server for."""

    answer: Answer
    others: Mapping[str, Answer] = {}


Maker: TypeAlias = Callable[[str], Page]


def html_page(
    cells: str,
    *,
    head: str = "",
    after: str = "",
    content_type: str | None = "text/html; charset=utf-8",
    encoding: str = "utf-8",
    headers: Mapping[str, str] | None = None,
    others: Mapping[str, Answer] | None = None,
) -> Page:
    """The page of most rows."""
    body = (
        f'<!DOCTYPE html><html><head><title>Shop</title><script src="/recorder.js" nonce="{NONCE}"></script>{head}'
        f"</head><body><p>before</p>{cells}<p>after</p>{after}</body></html>"
    )
    return Page(Answer(body.encode(encoding, "replace"), content_type, headers or {}), others or {})


def xhtml(cells: str) -> Page:
    """One that XML's parser reads, which stops at the first thing that is wrong."""
    body = (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>Shop</title>'
        f'<script src="/recorder.js"></script></head><body><p>before</p>{cells}<p>after</p></body></html>'
    )
    return Page(Answer(body.encode("utf-8", "replace"), "application/xhtml+xml"))


def markdown_page(render: Callable[[str], str]) -> Maker:
    """One that is written in Markdown."""
    return lambda cells: html_page(render(f"Jane\n\n{cells}\n\nDoe"))


def recursing(render: Callable[[str], str]) -> Callable[[str], str]:
    """`render` with room: marko calls itself for each emphasis in another, and a value may be a thousand underscores."""

    def deep(text: str) -> str:
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(20_000)
        try:
            return render(text)
        finally:
            sys.setrecursionlimit(limit)

    return deep


def in_element(name: str) -> Maker:
    """One element around all the output."""
    return lambda cells: html_page(f"<{name}>{cells}</{name}>")


def framed(cells: str) -> Page:
    """A page with a frame whose own page the output is in."""
    inside = html.escape(f'<script src="/recorder.js"></script>{cells}')
    return html_page(f'<iframe srcdoc="{inside}"></iframe>')


def under_policy(policy: str) -> Maker:
    """A page under a Content-Security-Policy."""
    return lambda cells: html_page(cells, headers={"Content-Security-Policy": policy})


def charset(content_type: str | None, *, encoding: str = "utf-8") -> Maker:
    """A page that says one thing of its charset and may be sent in another."""
    return lambda cells: html_page(cells, content_type=content_type, encoding=encoding)


def after_shift(charset: str, shift: str) -> Maker:
    """A page in whose text somebody else has left a shift of the charset."""
    made = f"text/html; charset={charset}"
    return lambda cells: html_page(f"<p>{shift}</p>{cells}", content_type=made, encoding="latin-1")


def bare(cells: str) -> Page:
    """Nothing but the output, opened as if it were a page."""
    return Page(Answer(cells.encode("ascii", "replace")))


def fetched(take: str, *, policy: str = "") -> Maker:
    """A page that gets the output as JSON and puts it in by `take`."""

    def page(cells: str) -> Page:
        fragment = Answer(json.dumps({"html": cells}).encode("ascii", "replace"), "application/json")
        script = f"ready = fetch('/fragment.json').then((it) => it.json()).then((data) => {{ {take} }});"
        headers = {"Content-Security-Policy": policy} if policy else {}
        after = f"<script>{script}</script>"
        return html_page("<main></main>", after=after, headers=headers, others={"/fragment.json": fragment})

    return page


def swapped(library: str, around: str, start: str = "", fragment: str = "{}") -> Maker:
    """A page into which a library swaps the output."""

    def page(cells: str) -> Page:
        answer = Answer(fragment.replace("{}", cells).encode("utf-8", "replace"))
        return html_page(
            around,
            head=f'<script src="/lib/{library}"></script><script>{start}</script>',
            others={"/fragment": answer},
        )

    return page


def mounted(library: str, start: str, attributes: str = "") -> Maker:
    """A page over which a framework of the browser is mounted."""
    script = f'<script src="/lib/{library}"></script><script>{start}</script>'
    return lambda cells: html_page(f'<div id="app"{attributes}>{cells}</div>', after=script)
