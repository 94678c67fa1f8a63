"""`read` of a shop's page, beside what the parsers alone take for it."""

from __future__ import annotations

from collections.abc import Callable

import tree_sitter_javascript
from selectolax.lexbor import LexborHTMLParser
from tree_sitter import Language, Parser

from nosto_tagging import PageTagging, block, read, snippet

__all__ = ["candidates"]

PLAIN, SCRIPTED = 200_000, 50_000
"""Characters of a page without inline scripts, and of the scripts of another."""
ITEM = {"quantity": 1, "name": "Acme Kayak", "unit_price": "799.00", "price_currency_code": "EUR"}
SKU = {"name": "Acme Kayak, red", "price": "799.00", "availability": "InStock", "custom_fields": {"colour": "red"}}
TAGGING = PageTagging(
    page_type="product",
    customer={"email": "jane.doe@example.com", "first_name": "Jane", "marketing_permission": True},
    cart={"items": [{**ITEM, "product_id": f"Kayak{number}"} for number in range(3)]},
    products=[
        {
            "product_id": "Kayak7",
            "name": "Acme Kayak",
            "url": "https://example.com/kayak",
            "image_url": "https://example.com/kayak.jpg",
            "availability": "InStock",
            "price": "799.00",
            "price_currency_code": "EUR",
            "category": ["/Boats", "/Boats/Kayaks"],
            "skus": [{**SKU, "id": f"7-{number}"} for number in range(4)],
        }
    ],
    elements=["product-1", "product-2"],
)
CARD = """
  <li class="grid__item product-card">
    <a class="product-card__link" href="/products/kayak-{0}?ref=list" data-product="{0}">
      <img class="product-card__image" src="https://cdn.example.com/kayak-{0}.jpg" width="400" height="300" alt="Kayak">
      <span class="product-card__title">Acme Kayak {0} &amp; paddle</span>
    </a>
    <p class="product-card__price"><s>899,00</s> <strong>799,00</strong> EUR</p>
  </li>"""
CODE = """
  function open{0}(event, options) {{
    const drawer = document.querySelector("[data-drawer='{0}']");
    if (!drawer || options.disabled) return null;
    drawer.classList.toggle("is-open", event.type !== "close");
    return fetch(`/drawers/{0}?at=${{Date.now()}}`).then(answer => answer.json()).then(data => render(drawer, data));
  }}"""


def candidates() -> tuple[dict[str, Callable[[], object]], list[tuple[str, str, str, float, None]]]:
    """What is timed, by name, and the promises about it."""
    plain = page(str(block(TAGGING)))
    code = "".join([CODE.format(number) for number in range(SCRIPTED // len(CODE.format(100)))])
    calls = snippet(TAGGING).striptags().replace("&lt;", "<")
    script = f"{code}\n{calls}"
    scripted = page(f"{block(TAGGING)}<script>{script}</script>")
    assert read(plain) == TAGGING.in_block()
    assert read(scripted).payload() == TAGGING.payload()
    parser = Parser(Language(tree_sitter_javascript.language()))
    functions: dict[str, Callable[[], object]] = {
        "read, a page of 200 kB": lambda: read(plain),
        "its parser alone": lambda: LexborHTMLParser(plain),
        "read, with 50 kB of scripts": lambda: read(scripted),
        "both parsers alone": lambda: (LexborHTMLParser(scripted), parser.parse(script.encode())),
    }
    return functions, [
        ("read / parser", "read, a page of 200 kB", "its parser alone", 1.5, None),
        ("read with scripts / both parsers", "read, with 50 kB of scripts", "both parsers alone", 1.5, None),
    ]


def page(tagging: str, size: int = PLAIN) -> str:
    """A listing of that many cards that it has 200 kB, or as many as asked for, without what is put into it."""
    cards = "".join([CARD.format(number) for number in range(size // len(CARD.format(100)))])
    return f"<!DOCTYPE html><html><head><title>Shop</title></head><body>{tagging}<ul>{cards}</ul></body></html>"
