"""Pages as other shop modules print them, each rebuilt in words of our own: what is read of them, and what is found."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import pytest

from nosto_tagging import check, read

JANE = "jane.doe@example.com"
HCID = hashlib.sha256(b"a visitor").hexdigest()
UNKEYED = hashlib.sha256(f"42{JANE}".encode()).hexdigest()
KEYED = "b7c9d06a-8c0e-4f2a-9d0e-0242ac130003"
STUB = "<script>window.nostojs=window.nostojs||function(cb){(window.nostojs.q=window.nostojs.q||[]).push(cb)};</script>"
CLIENT = '<script src="https://connect.nosto.com/include/example" async></script>'
SHARED = {"Cache-Control": "public, s-maxage=600"}
HIDDEN = 'style="display:none"'


def spans(fields: dict[str, str]) -> str:
    return "".join([f'\n    <span class="{name}">{text}</span>' for name, text in fields.items()])


def sdk(name: str, inner: str) -> str:
    """As Nosto's PHP SDK prints an object."""
    return f'<div class="notranslate" {HIDDEN}>\n  <span class="{name}" {HIDDEN}>{inner}\n  </span>\n</div>'


def template(name: str, inner: str, attributes: str = HIDDEN) -> str:
    """As page templates from before translators do."""
    return f'<div class="{name}" {attributes}>{inner}\n</div>'


def guarded(name: str, inner: str) -> str:
    return template(name, inner, f'{HIDDEN} translate="no"')


CANOE = {
    "product_id": "7",
    "quantity": "2",
    "name": "Canoe",
    "unit_price": "1299.00",
    "price_currency_code": "EUR",
}
LINE = {"product_id": "7", "quantity": 2, "name": "Canoe", "unit_price": 1299, "price_currency_code": "EUR"}
PRODUCT = {
    "url": "https://shop.example.com/canoe",
    "product_id": "7",
    "name": "Canoe",
    "image_url": "https://shop.example.com/canoe.jpg",
    "price": "1299.00",
    "price_currency_code": "EUR",
    "availability": "InStock",
}
TOLD = {
    "product_id": "7",
    "name": "Canoe",
    "url": "https://shop.example.com/canoe",
    "image_url": "https://shop.example.com/canoe.jpg",
    "availability": "InStock",
    "price": 1299,
    "price_currency_code": "EUR",
}


def lines(*given: dict[str, str], tag: str = "span") -> str:
    return "".join([f'<{tag} class="line_item">{spans(each)}</{tag}>' for each in given])


def customer(**fields: Any) -> dict[str, Any]:
    return {"customer": {"email": JANE, **fields}}


class Peer(NamedTuple):
    page: str
    told: dict[str, Any]
    """What is read, as a tagging provider would have it."""
    found: list[tuple[str, str | None]]
    """Code, and what was found, of each finding."""
    options: dict[str, Any] = {}
    """How `check` is called."""


PEERS: dict[str, Peer] = {}


@pytest.mark.parametrize("name", PEERS)
def test_what_others_print_is_read_and_what_is_wrong_with_it_found(name: str) -> None:
    page, told, found, options = PEERS[name]
    assert read(page).payload() == told
    assert [(each.code, each.found) for each in check(page, **options)] == found
