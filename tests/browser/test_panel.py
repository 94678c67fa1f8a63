"""The panel of `check` in a browser: it opens without a script, runs nothing, and stays apart from the shop's page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from browser.engines import chromium
from support.hostile import HOSTILE

from nosto_tagging import Customer, block, check
from nosto_tagging.reading.panel import panel_in

SHOP = "https://shop.example.com/"
PRICE = '"><script>window.canary=1</script>'
HOSTILE_PAGE = "".join(
    f'<div class="nosto_product" hidden><span class="product_id">{number}</span><span class="price">{escaped}</span></div>'
    for number, value in enumerate([PRICE, *[value for _, value in HOSTILE if len(value) < 1_000]])
    for escaped in [value.replace("&", "&amp;").replace("<", "&lt;").encode("utf-8", "replace").decode()]
)
# Whatever the shop says of elements is not of the panel's.
STYLE = (
    "<style>html { font-size: 4px } * { color: rgb(1, 2, 3) !important; display: block } div { float: left }</style>"
)
PAGE = f"<!doctype html><html><head><title>Shop</title>{STYLE}</head><body>{HOSTILE_PAGE}{block(Customer(email='jane.doe@example.com'))}</body></html>"
CLASSES = "() => JSON.stringify([...document.querySelectorAll('[class]')].map((element) => element.className))"
IN_PANEL = "document.querySelector('nosto-tagging-panel').shadowRoot"

Load = Callable[..., Any]


@pytest.fixture(scope="module")
def load() -> Iterator[Load]:
    with ExitStack() as stack:
        page = chromium(stack).new_page(viewport={"width": 1280, "height": 800})
        answer: dict[str, Any] = {}
        page.route("**/*", lambda route: route.fulfill(status=200, **answer))

        def loaded(html: bytes, **headers: str) -> Any:
            answer.update(body=html, headers={"content-type": "text/html; charset=utf-8", **headers})
            page.goto(SHOP, wait_until="load")
            return page

        yield loaded


def test_it_opens_to_what_was_found_and_no_value_runs(load: Load) -> None:
    page = load(panel_in(PAGE.encode()))
    summary = page.locator("nosto-tagging-panel summary")
    findings = page.locator("nosto-tagging-panel .finding")
    assert summary.inner_text().startswith("Nosto: ")
    assert not findings.first.is_visible()
    summary.click()
    assert findings.first.is_visible()
    assert findings.count() == len(check(PAGE))
    assert PRICE in page.locator("nosto-tagging-panel .findings").text_content()
    assert page.evaluate("() => String(window.canary)") == "undefined"
    summary.click()
    assert not findings.first.is_visible()


def test_the_page_has_none_of_its_elements(load: Load) -> None:
    plain = json.loads(load(PAGE.encode()).evaluate(CLASSES))
    page = load(panel_in(PAGE.encode()))
    assert json.loads(page.evaluate(CLASSES)) == plain
    assert page.evaluate(f"() => {IN_PANEL}.querySelectorAll('script, [onclick], [src], [href]').length") == 0


def test_the_shops_styles_are_not_the_panels(load: Load) -> None:
    page = load(panel_in(PAGE.encode()))
    found = page.evaluate(
        f"""() => {{
            const style = getComputedStyle({IN_PANEL}.querySelector("summary"));
            const host = getComputedStyle(document.querySelector("nosto-tagging-panel"));
            return [style.display, style.fontSize, style.color, host.position, host.right, host.float];
        }}"""
    )
    assert found == ["flex", "14px", "rgb(29, 36, 38)", "fixed", "16px", "none"]


@pytest.mark.parametrize(("policy", "position"), [("'nonce-cjRuZDBt'", "fixed"), ("'self'", "static")])
def test_under_a_policy_it_has_its_style_by_the_nonce_and_can_be_read_without(
    load: Load, policy: str, position: str
) -> None:
    headers = {"content-security-policy": f"default-src 'none'; style-src {policy}"}
    page = load(panel_in(b"<!doctype html><body><p class=nosto_tag>new</p></body>", headers=headers), **headers)
    assert page.evaluate("() => getComputedStyle(document.querySelector('nosto-tagging-panel')).position") == position
    page.locator("nosto-tagging-panel summary").click()
    assert page.locator("nosto-tagging-panel .finding").first.is_visible()
