"""What a strict page hides: nobody sees a block, whatever the page's policy does to its style."""

from __future__ import annotations

import json

import pytest
from browser.engines import Engine
from browser.server import Answer, Site
from support.expected import JANE

from nosto_tagging import Customer, block

POLICIES = [
    "style-src 'none'",
    "default-src 'none'",
    "style-src 'self'; style-src-attr 'none'",
    "sandbox; style-src 'none'",
]
# Computed by the engine: the boxes and the heights of the block and all in it, and the text that a person could read.
SEEN = """JSON.stringify({
    boxes: [...document.querySelectorAll(".nosto_customer, .nosto_customer *")].map(
        (each) => [each.getClientRects().length, each.offsetHeight, getComputedStyle(each).visibility]),
    root: getComputedStyle(document.querySelector(".nosto_customer")).display,
    text: document.body.innerText.trim(),
    selected: (getSelection().selectAllChildren(document.body), getSelection().toString().trim()),
})"""


def seen(engine: Engine, site: Site, made: str, policy: str) -> dict[str, object]:
    page = f"<!DOCTYPE html><html><head><title>Shop</title></head><body><p>before</p>{made}</body></html>"
    site.answers["/"] = Answer(page.encode(), headers={"Content-Security-Policy": policy} if policy else {})
    engine.open(f"{site.address}/")
    found: dict[str, object] = json.loads(engine.ask(SEEN))
    return found


@pytest.mark.parametrize("policy", ["", *POLICIES])
def test_a_block_is_not_seen(policy: str, browser_engine: Engine, site: Site) -> None:
    assert seen(browser_engine, site, block(Customer(**JANE)), policy) == {
        "boxes": [[0, 0, "visible"]] * 6,
        "root": "none",
        "text": "before",
        "selected": "before",
    }


@pytest.mark.parametrize("policy", POLICIES)
def test_without_the_attribute_a_strict_page_shows_a_block(policy: str, browser_engine: Engine, site: Site) -> None:
    # Why it is there; and that what is measured can tell.
    found = seen(browser_engine, site, block(Customer(**JANE)).replace(' hidden=""', ""), policy)
    assert found["root"] == "block"
    assert "jane.doe@example.com" in str(found["text"])
