"""Calls before Nosto's client script is there: the stub keeps them, ours and the one of Nosto's own package."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from browser.engines import chromium

from nosto_tagging import Cart, PageTagging, Settings, Tagger, api, snippet

SHOP = "https://shop.example.com/"
CLIENT = "https://connect.nosto.com/include/shop"
PACKAGE = Path(__file__).parent.parent.parent / "build" / "npm" / "node_modules" / "@nosto" / "nosto-js" / "dist"

# Stands for the client script: takes what waits, in order, and answers from then on.
RECORDER = """(() => {
    // The package asks for the settings by itself, which is no call of ours.
    const internal = { getSettings: () => ({}) };
    const after = (path) => new Proxy({}, {
        get: (_, method) => method === "internal" ? internal : (...given) => {
            calls.push([`${path}.${String(method)}`, given]);
            return after(`${path}.${String(method)}()`);
        },
    });
    const waiting = window.nostojs?.q ?? [];
    window.calls = [];
    window.nostojs = (callback) => callback(after("api"));
    waiting.forEach((callback) => nostojs(callback));
})()"""
# The package's own stub is there as soon as the package is; its init loads the client script.
IMPORTED = f'<script type="module">import {{ init }} from "{SHOP}lib/index.es.js"; window.begin = () => init({{ merchantId: "shop" }});</script>'  # fmt: skip

FIRST: list[Any] = [PageTagging(page_type="front", search_terms=["sea kayak"]), api.set_auto_load(False)]
THEN: list[Any] = [Cart(), api.add_segment_code_to_visit("vip"), api.session.view_front_page().load()]
TOLD_FIRST = [
    ["api.setTaggingProvider", ["pageType", "front"]],
    ["api.setTaggingProvider", ["searchTerms", ["sea kayak"]]],
    ["api.setAutoLoad", [False]],
]
TOLD_THEN = [
    ["api.resendCartContent", [{"items": []}]],
    ["api.addSegmentCodeToVisit", ["vip"]],
    ["api.defaultSession", []],
    ["api.defaultSession().viewFrontPage", []],
    ["api.defaultSession().viewFrontPage().load", []],
]

Load: TypeAlias = Callable[[str], Any]


@pytest.fixture
def load() -> Iterator[Load]:
    """Opens a page with this head; the package lies on the shop's own server."""
    if not PACKAGE.is_dir():
        reason = "Nosto's package could not be had from the npm registry"
        (pytest.fail if os.environ.get("NOSTO_TAGGING_STRICT") else pytest.skip)(reason)
    with ExitStack() as stack:
        page = chromium(stack).new_page()

        def opened(head: str) -> Any:
            def answer(route: Any) -> None:
                url = route.request.url
                if url == SHOP:
                    body = f"<!DOCTYPE html><html><head><title>Shop</title>{head}</head><body></body></html>"
                    route.fulfill(status=200, headers={"content-type": "text/html"}, body=body)
                elif url.startswith(f"{SHOP}lib/"):
                    file = PACKAGE / url.removeprefix(f"{SHOP}lib/")
                    route.fulfill(status=200, headers={"content-type": "text/javascript"}, body=file.read_bytes())
                elif url == CLIENT:
                    route.fulfill(status=200, headers={"content-type": "text/javascript"}, body=RECORDER)
                else:
                    route.abort()

            page.route("**/*", answer)
            page.goto(SHOP, wait_until="load")
            return page

        yield opened


def told(page: Any) -> Any:
    return json.loads(page.evaluate("() => JSON.stringify(window.calls)"))


def later(page: Any, *things: Any) -> None:
    """Print a snippet into the page that is there, as an answer to a fetch does."""
    source = str(snippet(*things)).removeprefix("<script>").removesuffix("</script>")
    page.evaluate("(source) => { const made = document.createElement('script'); made.text = source; document.head.append(made); }", source)  # fmt: skip


def test_our_stub_keeps_calls_until_the_client_script_is_there(load: Load) -> None:
    tagger = Tagger(Settings(account_id="shop"))
    stub, _, script = tagger.client_script().partition("</script>")
    page = load(f"{stub}</script>{tagger.snippet(*FIRST)}{script}")
    later(page, *THEN)
    assert told(page) == TOLD_FIRST + TOLD_THEN


def test_the_stub_of_nostos_package_keeps_calls_until_its_init_has_loaded_the_client_script(load: Load) -> None:
    page = load(IMPORTED)
    later(page, *FIRST)
    later(page, *THEN)
    assert page.evaluate("() => [typeof window.calls, nostojs.q.length]") == ["undefined", 7]
    page.evaluate("() => begin()")
    assert told(page) == TOLD_FIRST + TOLD_THEN


def test_both_stubs_on_one_page_keep_one_queue_in_order(load: Load) -> None:
    stub, _, _ = Tagger(Settings(account_id="shop")).client_script().partition("</script>")
    page = load(f"{stub}</script>{snippet(*FIRST)}{IMPORTED}")
    later(page, *THEN)
    page.evaluate("() => begin()")
    assert told(page) == TOLD_FIRST + TOLD_THEN
    later(page, api.load())  # and once it is there, it answers at once
    assert told(page)[-1] == ["api.load", []]
