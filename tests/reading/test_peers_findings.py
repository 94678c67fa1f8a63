"""What `check` says of pages as other shop modules print them, each rebuilt in words of our own."""

from __future__ import annotations

import hashlib

import pytest

from nosto_tagging import check

JANE = "jane.doe@example.com"
UNKEYED = hashlib.sha256(f"42{JANE}".encode()).hexdigest()
STUB = "<script>window.nostojs=window.nostojs||function(cb){(window.nostojs.q=window.nostojs.q||[]).push(cb)};</script>"

# By what prints it: the page, and code and what was found of each finding.
PAGES = {
    "an SDK that prints no as nothing": (
        f"""<div class="notranslate" style="display:none"><span class="nosto_customer">
        <span class="email">{JANE}</span><span class="marketing_permission"></span></span></div>""",
        [("consent-value", "")],
    ),
    "an SDK that prints yes as 1": (
        f"""<div class="notranslate" style="display:none"><span class="nosto_customer">
        <span class="email">{JANE}</span><span class="marketing_permission">1</span></span></div>""",
        [("consent-value", "1")],
    ),
    "an SDK with its items in a list": (
        """<div class="notranslate" style="display:none"><span class="nosto_cart"><span class="items">
        <span class="line_item"><span class="product_id">1</span><span class="quantity">2</span>
        <span class="name">Canoe</span><span class="unit_price">1299.00</span>
        <span class="price_currency_code">EUR</span></span></span></span></div>""",
        [],
    ),
    "a cart with an address that is not escaped": (
        """<div class="nosto_cart" style="display:none" translate="no">
        <span class="restore_link">https://shop.example.com/cart?h=abc&copy=1</span></div>""",
        [("url-mangled", "a text of 38 characters")],
    ),
    "a module that escapes what is escaped": (
        """<div class="nosto_category" style="display:none" translate="no">/Salt &amp;amp; Pepper</div>
        <div class="nosto_search_term" style="display:none" translate="no">&amp;quot;canoe&amp;quot;</div>""",
        [("encoded-twice", "&amp;"), ("encoded-twice", "&quot;")],
    ),
    "a module whose reference is a hash without a secret": (
        f"""<div class="nosto_customer" style="display:none" translate="no"><span class="email">{JANE}</span>
        <span class="customer_reference">{UNKEYED}</span></div>""",
        [("reference-guessable", "a text of 64 characters")],
    ),
    "a module that hides its tagging by a style sheet, from before translators": (
        f"""<div class="nosto_customer hidden-by-css"><span class="email">{JANE}</span></div>""",
        [("block-visible", None), ("translation-guard", None)],
    ),
    "a page builder that writes a category as people read it": (
        """<div class="nosto_category" style="display:none" translate="no">Home &gt; Canoes</div>""",
        [("category-form", "Home > Canoes")],
    ),
    "a module with a key that nobody reads": (
        STUB + """<script>nostojs(function(api){api.internal.setTaggingProvider("searchTerm", "canoe")})</script>""",
        [("provider-key", "searchTerm")],
    ),
    "a module that printed nothing where its provider should be": (
        STUB + """<div class="nosto_page_type" hidden translate="no">product</div><script></script>""",
        [("product-missing", "product")],
    ),
    "a page cache that kept the nonce": (
        STUB.replace("<script>", '<script nonce="yesterday">'),
        [("script-nonce", "another nonce")],
    ),
    "a page cache that keeps customers": (
        f"""<div class="nosto_customer" hidden translate="no"><span class="email">{JANE}</span></div>""",
        [("personal-cacheable", "cache-control: public, s-maxage=600")],
    ),
}
HEADERS = {
    "a page cache that kept the nonce": {"Content-Security-Policy": "script-src 'nonce-today'"},
    "a page cache that keeps customers": {"Cache-Control": "public, s-maxage=600"},
}


@pytest.mark.parametrize("name", PAGES)
def test_what_others_print_is_found(name: str) -> None:
    page, expected = PAGES[name]
    assert [(found.code, found.found) for found in check(page, headers=HEADERS.get(name))] == expected
