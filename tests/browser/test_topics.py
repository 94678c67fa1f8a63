"""Carts, orders, products and pages in a real browser: every hostile value in every text of every model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from browser.engines import chromium
from support.hostile import HOSTILE
from support.topics import filled, leaves

from nosto_tagging import Cart, Order, Product, block, snippet

SHOP = "https://shop.example.com/"
MODELS = filled([value for _, value in HOSTILE])
RECORDER = f"<script>{Path(__file__).with_name('recorder.js').read_text()}</script>"
# The innermost elements, by the classes that lead to them. A name of a custom field may hold anything, slashes included.
LEAVES = """() => JSON.stringify([...document.querySelectorAll("main > *")].flatMap((root) => {
    const found = [];
    const walk = (element, path) => {
        const inside = [...path, element.className.replace(/ notranslate$/, "")];
        if (element.children.length) [...element.children].forEach((child) => walk(child, inside));
        else found.push([inside.join("/"), element.textContent]);
    };
    walk(root, []);
    return found;
}))"""
CALLS = "() => JSON.stringify(calls)"
CANARY = "() => String(window.canary)"


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    with ExitStack() as stack:
        page = chromium(stack).new_page()
        html = [b""]
        page.route("**/*", lambda route: route.fulfill(status=200, headers={"content-type": "text/html"}, body=html[0]))

        def load(body: str, head: str = "") -> Any:
            made = f"<!DOCTYPE html><html><head><title>Shop</title>{head}</head><body><main>{body}</main></body></html>"
            html[0] = made.encode("ascii")
            page.goto(SHOP, wait_until="load")
            return page

        yield load


def test_every_hostile_value_is_read_out_of_the_block_of_every_model_and_none_runs(page: Any) -> None:
    shown = page("".join(map(block, MODELS)))
    expected = [list(leaf) for model in MODELS for leaf in leaves(model)]
    assert json.loads(shown.evaluate(LEAVES)) == expected
    assert shown.evaluate(CANARY) == "undefined"


def told(model: Any) -> list[Any]:
    """The calls that a snippet of the model makes."""
    payload = model.payload("provider")
    if isinstance(model, Cart):
        return [["api.resendCartContent", [payload]]]
    if isinstance(model, Order):
        return [["api.setTaggingProvider", ["order", payload]]]
    if isinstance(model, Product):
        return [["api.setTaggingProvider", ["products", [payload]]]]
    return [["api.setTaggingProvider", [key, value]] for key, value in payload.items()]


def test_every_hostile_value_is_handed_over_by_the_snippet_of_every_model_and_none_runs(page: Any) -> None:
    shown = page("".join(snippet(model) for model in MODELS), RECORDER)
    assert json.loads(shown.evaluate(CALLS)) == [call for model in MODELS for call in told(model)]
    assert shown.evaluate(CANARY) == "undefined"
