"""Finished pages, from any bytes: what must hold of what is read and found there, whatever they are."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from selectolax.lexbor import LexborHTMLParser

from nosto_tagging import check, read
from nosto_tagging.models import PageTagging
from nosto_tagging.reading.findings import Finding, rules
from nosto_tagging.reading.formats import Checked, json_text, junit_text, sarif_text, sentence
from nosto_tagging.reading.names import FIELDS, TEXTS
from nosto_tagging.reading.panel import panel_in
from nosto_tagging.reading.report import html_text

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
    b'<script data-nosto-tell>{"calls":[{"steps":[["customer",[',
    b"]]]}]}</script>",
    b'<div class="custom_fields"><b class="',
    b'<meta http-equiv="content-security-policy" content="script-src ',
    b"<script nonce=",
    b'<script src="//connect.nosto.com/include/',
    b"<b class='",
    b"'>",
    b"",
)


def pages(given: list[bytes]) -> None:
    """Each piece is one of some tags, by its first byte, and what follows it, as it is."""
    page = b"".join([_OPENED[piece[0] % len(_OPENED)] + piece[1:] for piece in given if piece])
    tagging = read(page)
    assert isinstance(tagging, PageTagging)
    assert read(panel_in(page)) == tagging
    found = check(page, headers={"Cache-Control": "public"}, leave_out_email=True)
    lines = page.count(b"\n") + page.count(b"\r") + 1
    for each in found:
        assert rules[each.code].severity == each.severity
        assert each.line is None or 0 < each.line <= lines or page.startswith((b"\xfe", b"\xff")) or b"charset" in page
        words = " ".join(part for part in (each.message, each.found, each.expected) if part)
        assert "@" not in words.removesuffix(" name@example.com"), each.code  # as an example of an address
    _reported(page, found[:5])


def _reported(page: bytes, found: list[Finding]) -> None:
    """Whatever was found, each report is whole, and the page takes no part in it."""
    assert all(map(str.isprintable, map(sentence, found)))
    name = page.decode("utf-8", "surrogateescape")
    pages = [Checked(name, tuple(found))]
    assert len(json.loads(json_text(pages))["findings"]) == len(found)
    (run,) = json.loads(sarif_text(pages, "1"))["runs"]
    assert [each["ruleId"] for each in run["results"]] == [each.code for each in found]
    suite = ET.fromstring(junit_text(pages, "error"))  # noqa: S314 - it was made here
    assert [each.tag for each in suite] == ["testcase"]
    tree = LexborHTMLParser(html_text(pages, {name: page}))
    assert len(tree.css(".finding")) == len(found)
    assert {each.tag for each in tree.css("*")} <= _IN_REPORT
    assert not tree.css("[onclick], [onerror], [src]")


_IN_REPORT = set(
    "html head meta title style body header main footer section div h1 h2 h3 h4 p ul li a span code dl dt dd".split()  # noqa: SIM905 - for the reader
)
