"""Finished pages, from any bytes: what must hold of what is read and found there, whatever they are."""

from __future__ import annotations

from nosto_tagging import check, read
from nosto_tagging.models import PageTagging
from nosto_tagging.reading.findings import rules
from nosto_tagging.reading.names import FIELDS, TEXTS

__all__ = ["pages"]

_CLASSES = sorted({*FIELDS, *TEXTS, "nosto_customer", "nosto_cart", "nosto_purchase_order", "nosto_product"})
_CALLS = ("customer", "resendCartContent", "defaultSession().setCart", "defaultSession().addOrder", "load")
_OPENED = (
    *(f'<div class="{name}">'.encode() for name in (*_CLASSES, "line_item", "nosto_sku", "variation", "buyer")),
    *(f"<script>nostojs(api => api.{call}(".encode() for call in _CALLS),
    b'<script>nostojs(api => api.setTaggingProvider("products", [',
    b"</div>",
    b"))</script>",
    b"]))</script>",
    b"<!-- nosto-tagging: ignore ",
    b"-->",
    b'<div class="nosto_element" id="',
    b"<table>",
    b"<meta charset=",
    b"",
)


def pages(given: list[bytes]) -> None:
    """Each piece is one of some tags, by its first byte, and what follows it, as it is."""
    page = b"".join([_OPENED[piece[0] % len(_OPENED)] + piece[1:] for piece in given if piece])
    assert isinstance(read(page), PageTagging)
    found = check(page, headers={"Cache-Control": "public"}, leave_out_email=True)
    lines = page.count(b"\n") + page.count(b"\r") + 1
    for each in found:
        assert rules[each.code].severity == each.severity
        assert each.line is None or 0 < each.line <= lines or page.startswith((b"\xfe", b"\xff")) or b"charset" in page
        assert "@" not in "".join(part for part in (each.message, each.found, each.expected) if part), each.code
