"""Each rule of `check`: a page that it finds something on, with all that is found there, and one with nothing to find."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from nosto_tagging import Cart, Customer, Order, PageTagging, api, client_script, placement, snippet
from nosto_tagging import block as block_of
from nosto_tagging.errors import InvalidArgument
from nosto_tagging.reading.check import check
from nosto_tagging.reading.findings import Finding, rules
from nosto_tagging.reading.site import SITE_RULES

HIDDEN = 'hidden translate="no"'
JANE = "jane.doe@example.com"
REFERENCE = "b7c9d06a-8c0e-4f2a-9d0e-0242ac130003"
PRODUCT = {
    "product_id": "Canoe123",
    "name": "Acme Canoe",
    "url": "https://shop.example.com/canoe",
    "image_url": "https://shop.example.com/canoe.jpg",
    "availability": "InStock",
    "price": "1299.00",
    "price_currency_code": "EUR",
}
LINE = {
    "product_id": "Canoe123",
    "quantity": "1",
    "name": "Acme Canoe",
    "unit_price": "1299.00",
    "price_currency_code": "EUR",
}
VARIATION = {"variation_id": "VIP", "price_currency_code": "EUR", "price": "999.00", "availability": "InStock"}
STUB_SOURCE = "window.nostojs=window.nostojs||(cb=>{(nostojs.q=nostojs.q||[]).push(cb)})"
STUB_HASH = b64encode(hashlib.sha256(STUB_SOURCE.encode()).digest()).decode()
STUB = f"<script>{STUB_SOURCE}</script>"
CLIENT = '<script src="https://connect.nosto.com/include/example" async></script>'


def span(name: str, text: str) -> str:
    return f'<span class="{name}">{text}</span>'


def spans(fields: dict[str, str | None]) -> str:
    return "".join([span(name, held) for name, held in fields.items() if held is not None])


def block(name: str, inner: str) -> str:
    return f'<div class="{name}" {HIDDEN}>{inner}</div>'


def customer(inner: str) -> str:
    return block("nosto_customer", inner)


def product(more: str = "", **fields: str | None) -> str:
    return block("nosto_product", spans(PRODUCT | fields) + more)


def line(**fields: str | None) -> str:
    return f'<div class="line_item">{spans(LINE | fields)}</div>'


def cart(inner: str) -> str:
    return block("nosto_cart", inner)


def order(inner: str) -> str:
    return block("nosto_purchase_order", inner)


def text(name: str, held: str) -> str:
    return block(f"nosto_{name}", held)


def call(written: str) -> str:
    return f"<script>nostojs(api => api.{written})</script>"


def told(**fields: object) -> str:
    """A line as scripts have it; without what is `None`."""
    return json.dumps({name: held for name, held in (LINE | fields).items() if held is not None})


def digest(name: str, held: str) -> str:
    return hashlib.new(name, held.encode()).hexdigest()


class Case(NamedTuple):
    code: str
    severity: str
    bad: str
    findings: list[tuple[int | None, int | None, str, str | None, str | None]]
    """Line, column, message, what was found, what is expected."""
    good: str
    options: dict[str, Any] = {}
    """For both pages; two of one in a list are for either."""


CASES = [
    Case(
        "ignore-unknown",
        "note",
        "<!-- nosto-tagging: ignore stub-late, Price-Seperator jane.doe@example.com --><!-- nosto-tagging: ignore x -->",
        [
            (None, None, "The comment switches off what is no rule.", "a text of 37 characters", "codes of rules"),
            (None, None, "The comment switches off what is no rule.", "x", "codes of rules"),
        ],
        "<!-- nosto-tagging: ignore stub-late, Price-Separator --><!-- nosto-tagging: x -->",
    ),
    Case(
        "field-missing",
        "error",
        product(image_url=None),
        [(1, 1, "The nosto_product has no image_url, which Nosto needs.", None, "image_url")],
        product(),
    ),
    Case(
        "field-missing",
        "error",
        product('<span class="nosto_sku">' + span("id", "1") + span("name", "Red") + span("price", "1.00") + "</span>"),
        [(1, 365, "The nosto_sku has no availability, which Nosto needs.", None, "availability")],
        product(
            '<span class="nosto_sku">'
            + span("id", "1")
            + span("name", "Red")
            + span("price", "1.00")
            + span("availability", "InStock")
            + "</span>"
        ),
    ),
    Case(
        "field-missing",
        "error",
        customer(span("first_name", "Jane")),
        [
            (
                1,
                1,
                "The nosto_customer has neither an email nor a customer_reference, so it is nobody.",
                None,
                "email or customer_reference",
            )
        ],
        customer(span("email", JANE)),
    ),
    Case(
        "field-missing",
        "error",
        product(product_id=" "),
        [(1, 50, "The nosto_product has no product_id, which Nosto needs.", None, "product_id")],
        product(product_id="0"),
    ),
    Case(
        "field-missing",
        "error",
        STUB + call(f"resendCartContent({{items:[{told(product_id='')}]}})"),
        [(1, 159, "The line_item has no product_id, which Nosto needs.", None, "product_id")],
        STUB + call(f"resendCartContent({{items:[{told(product_id=0)}]}})"),
    ),
    Case(
        "field-missing",
        "error",
        order(span("order_number", "M123")),
        [(1, 1, "The nosto_purchase_order has no line_item: nothing was bought.", None, "line_item")],
        order(span("order_number", "M123") + line()),
    ),
    Case(
        "field-missing",
        "error",
        cart(line(quantity=None)),
        [(1, 47, "The line_item has no quantity, which Nosto needs.", None, "quantity")],
        cart(line()),
    ),
    Case(
        "field-missing",
        "error",
        f"""<div class="nosto_product" {HIDDEN}>{span("product_id", "1")}</div>""".replace("hidden", "hidden"),
        [
            (1, 1, "The nosto_product has no name, which Nosto needs.", None, "name"),
            (1, 1, "The nosto_product has no url, which Nosto needs.", None, "url"),
            (1, 1, "The nosto_product has no image_url, which Nosto needs.", None, "image_url"),
            (1, 1, "The nosto_product has no availability, which Nosto needs.", None, "availability"),
            (1, 1, "The nosto_product has no price, which Nosto needs.", None, "price"),
            (1, 1, "The nosto_product has no price_currency_code, which Nosto needs.", None, "price_currency_code"),
        ],
        f"""<div class="nosto_product nosto_basic" {HIDDEN}>{span("product_id", "1")}</div>""",
    ),
    Case(
        "field-missing",
        "error",
        STUB + call(f"resendCartContent({{items:[{told(quantity=None)},{{}}]}})"),
        [
            (1, 144, "The line_item has no quantity, which Nosto needs.", None, "quantity"),
            (1, 248, "The line_item has no product_id, which Nosto needs.", None, "product_id"),
            (1, 248, "The line_item has no quantity, which Nosto needs.", None, "quantity"),
            (1, 248, "The line_item has no name, which Nosto needs.", None, "name"),
            (1, 248, "The line_item has no unit_price, which Nosto needs.", None, "unit_price"),
            (1, 248, "The line_item has no price_currency_code, which Nosto needs.", None, "price_currency_code"),
        ],
        # What only the browser knows may be there.
        STUB + call(f"resendCartContent({{items:[{told()},{{...line}},line,{told(quantity=None)[:-1]},[key]:1}}]}})"),
    ),
    Case(
        "field-missing",
        "error",
        STUB + call("defaultSession().addOrder({items:[]}).load()"),
        [
            (1, 144, "The nosto_purchase_order has no order_number, which Nosto needs.", None, "order_number"),
            (1, 144, "The nosto_purchase_order has no line_item: nothing was bought.", None, "line_item"),
        ],
        STUB
        + call(f"defaultSession().addOrder({{info:{{order_number:1}},items:[{told()}]}}).load()")
        + call(f"defaultSession().addOrder({{info,items:[{told()}]}}).load()")
        + call("defaultSession().addOrder({info:{...info},items}).load()"),
    ),
    Case(
        "field-missing",
        "error",
        STUB + call('customer({first_name:"Jane",email:null})'),
        [
            (
                1,
                127,
                "The nosto_customer has neither an email nor a customer_reference, so it is nobody.",
                None,
                "email or customer_reference",
            )
        ],
        STUB + call(f'customer({{customer_reference:"{REFERENCE}"}})') + call("customer(null)") + call("customer()"),
    ),
    Case(
        "field-missing",
        "error",
        product() + STUB + call('setTaggingProvider("products",[{name:"Canoe",variations:{EUR:{}},skus:[{id:"1"}]}])'),
        [
            (1, 519, "The nosto_product has no product_id, which Nosto needs.", None, "product_id"),
            (1, 549, "The variation has no price_currency_code, which Nosto needs.", None, "price_currency_code"),
            (1, 549, "The variation has no price, which Nosto needs.", None, "price"),
            (1, 549, "The variation has no availability, which Nosto needs.", None, "availability"),
            (1, 559, "The nosto_sku has no name, which Nosto needs.", None, "name"),
            (1, 559, "The nosto_sku has no price, which Nosto needs.", None, "price"),
            (1, 559, "The nosto_sku has no availability, which Nosto needs.", None, "availability"),
        ],
        product()
        + STUB
        + call(
            'setTaggingProvider("products",[{product_id:"1",variations:{EUR:{price:1,price_currency_code:"EUR",'
            'availability:"InStock"}},skus:[{id:"1",name:"Red",price:1,availability:"InStock"}]}])'
        ),
    ),
    Case(
        "field-empty",
        "warning",
        customer(span("email", JANE) + span("last_name", " ")) + product(brand=""),
        [
            (1, 98, "The last_name in nosto_customer is empty; leave out what is not known.", "", "no element"),
            (1, 500, "The brand in nosto_product is empty; leave out what is not known.", "", "no element"),
        ],
        customer(span("email", JANE)) + product(brand="Acme"),
    ),
    Case(
        "price-separator",
        "error",
        product(price="1,299.00"),
        [(1, 287, "The price in nosto_product has a separator that Nosto does not read.", "1,299.00", "1234.45")],
        product(price="1299.00"),
    ),
    Case(
        "price-separator",
        "error",
        product(list_price="1.299.00"),
        [(1, 365, "The list_price in nosto_product has a separator that Nosto does not read.", "1.299.00", "1234.45")],
        product(list_price="1299"),
    ),
    Case(
        "price-separator",
        "error",
        cart(line(unit_price="1'299")),
        [(1, 177, "The unit_price in line_item has a separator that Nosto does not read.", "1'299", "1234.45")],
        cart(line(unit_price="-5.00", product_id="-1")),
    ),
    Case(
        "price-separator",
        "error",
        STUB + call(f"resendCartContent({{items:[{told(unit_price='10,50')}]}})"),
        [(1, 224, "The unit_price in line_item has a separator that Nosto does not read.", "10,50", "1234.45")],
        STUB + call(f"resendCartContent({{items:[{told(unit_price=10.5)}]}})"),
    ),
    Case(
        "price-format",
        "error",
        product(price="€1299.00"),
        [(1, 287, "The price in nosto_product is no number.", "€1299.00", "digits and a point, 1234.45")],
        product(price="0"),
    ),
    Case(
        "quantity-format",
        "error",
        cart(line(quantity="1.5")),
        [(1, 110, "The quantity in line_item is no whole number from 1.", "1.5", "a whole number from 1")],
        cart(line(quantity="2")),
    ),
    Case(
        "currency-unknown",
        "error",
        product(price_currency_code="eur"),
        [(1, 321, "The price_currency_code in nosto_product is no currency of ISO 4217.", "eur", "a code such as EUR")],
        product(price_currency_code="SEK"),
    ),
    Case(
        "availability-unknown",
        "error",
        product(availability="in stock"),
        [(1, 246, "The availability in nosto_product is none that Nosto knows.", "in stock", "InStock or OutOfStock")],
        product(availability="https://schema.org/OutOfStock"),
    ),
    Case(
        "consent-value",
        "error",
        customer(span("email", JANE) + span("marketing_permission", "")),
        [(1, 98, "The marketing_permission in nosto_customer is empty.", "", "true or false")],
        customer(span("email", JANE) + span("marketing_permission", "false")),
    ),
    Case(
        "consent-value",
        "error",
        customer(span("email", JANE) + span("marketing_permission", "1")),
        [(1, 98, "The marketing_permission in nosto_customer is neither true nor false.", "1", "true or false")],
        customer(span("email", JANE) + span("marketing_permission", "true")),
    ),
    Case(
        "consent-value",
        "error",
        customer(span("email", JANE) + span("marketing_permission", JANE)),
        [
            (
                1,
                98,
                "The marketing_permission in nosto_customer is neither true nor false.",
                "an e-mail address of 20 characters",
                "true or false",
            )
        ],
        customer(span("email", JANE)),
    ),
    Case(
        "consent-value",
        "error",
        STUB + call('customer({email:"jane.doe@example.com",newsletter:1})'),
        [(1, 168, "The newsletter in nosto_customer is neither true nor false.", "1", "true or false")],
        STUB + call('customer({email:"jane.doe@example.com",newsletter:true})'),
    ),
    Case(
        "consent-value",
        "error",
        STUB + call('setTaggingProvider("customer",{email:"jane.doe@example.com",newsletter:"false"})'),
        [
            (
                1,
                189,
                "The newsletter in nosto_customer is a text, and to a script any text is as good as true.",
                "false",
                "true or false, without quotes",
            )
        ],
        STUB
        + call('setTaggingProvider("customer",{email:"jane.doe@example.com",newsletter:false})')
        + call(f'defaultSession().addOrder({{info:{{order_number:1,newsletter:"true"}},items:[{told()}]}}).load()'),
    ),
    Case(
        "url-relative",
        "error",
        product(url="/canoe?session=1"),
        [(1, 126, "The url in nosto_product is no absolute address of the web.", "/canoe?…", "https://example.com/…")],
        product(url="HTTP://shop.example.com"),
    ),
    Case(
        "url-relative",
        "error",
        product(image_url="//shop.example.com/canoe.jpg"),
        [
            (
                1,
                181,
                "The image_url in nosto_product is no absolute address of the web.",
                "//shop.example.com/canoe.jpg",
                "https://example.com/…",
            )
        ],
        product(),
    ),
    Case(
        "url-relative",
        "error",
        product(url="javascript:alert(1)"),
        [
            (
                1,
                126,
                "The url in nosto_product is no absolute address of the web.",
                "javascript:alert(1)",
                "https://example.com/…",
            )
        ],
        product(),
    ),
    Case(
        "url-mangled",
        "warning",
        cart('<div class="restore_link">https://shop.example.com/cart?token=secret&currency=EUR</div>'),
        [
            (
                1,
                47,
                "The query of the restore_link in nosto_cart has lost a parameter to an unescaped &.",
                "a text of 49 characters",
                "&amp;",
            )
        ],
        cart('<div class="restore_link">https://shop.example.com/cart?token=secret&amp;currency=EUR&amp;q=é</div>'),
    ),
    Case(
        "category-form",
        "warning",
        product(span("category", "Mens / Shoes")),
        [
            (
                1,
                365,
                "The category in nosto_product is no path of names with a slash before each.",
                "Mens / Shoes",
                "/Mens/Shoes",
            )
        ],
        product(span("category", "/Mens/Shoes for rain")),
    ),
    Case(
        "category-form",
        "warning",
        text("category", "Mens &gt; Shoes"),
        [(1, 1, "The nosto_category is no path of names with a slash before each.", "Mens > Shoes", "/Mens/Shoes")],
        text("category", "Mens/Shoes"),
    ),
    Case(
        "category-form",
        "warning",
        text("category", "/Mens/Shoes/"),
        [(1, 1, "The nosto_category is no path of names with a slash before each.", "/Mens/Shoes/", "/Mens/Shoes")],
        text("category", "/Mens"),
    ),
    Case(
        "category-form",
        "warning",
        text("category", "Shoes") + product(span("category", "/Shoes")),
        [
            (
                1,
                1,
                "The nosto_category has no slash before it, and another category of the page has one.",
                "Shoes",
                "/Mens/Shoes",
            )
        ],
        text("category", "Shoes") + product(span("category", "Shoes")),
    ),
    Case(
        "placeholder",
        "error",
        customer(span("email", "None") + span("customer_reference", REFERENCE)),
        [(1, 51, "The email in nosto_customer is what a template left behind, and no value.", "None", "a value")],
        customer(span("customer_reference", REFERENCE)),
    ),
    Case(
        "placeholder",
        "error",
        customer(span("email", "{{ customer.email }}")),
        [
            (
                1,
                51,
                "The email in nosto_customer is what a template left behind, and no value.",
                "a template's code",
                "a value",
            )
        ],
        customer(span("email", JANE)),
    ),
    Case(
        "placeholder",
        "error",
        product(price="undefined"),
        [(1, 287, "The price in nosto_product is what a template left behind, and no value.", "undefined", "a value")],
        text("search_term", "null"),
    ),
    Case(
        "encoded-twice",
        "error",
        product(name="Salt &amp;amp; pepper"),
        [(1, 90, "The name in nosto_product was escaped once too often.", "&amp;", "escaped once")],
        product(span("description", "&lt;b&gt;Salt &amp;amp; pepper&lt;/b&gt;"), name="Salt &amp; pepper"),
    ),
    Case(
        "encoded-twice",
        "error",
        product(name="Caf&amp;eacute;"),
        [(1, 90, "The name in nosto_product was escaped once too often.", "&eacute;", "escaped once")],
        product(name="R&amp;D; Caf&eacute;"),
    ),
    Case(
        "invisible-character",
        "warning",
        product(name="Ca\xadnoe"),
        [(1, 90, "The name in nosto_product holds a character that nobody sees.", "U+00AD", "text without it")],
        product(name="Ca\u200dnoe"),
    ),
    Case(
        "invisible-character",
        "warning",
        product(product_id="Canoe\u200d123"),
        [(1, 50, "The product_id in nosto_product holds a character that nobody sees.", "U+200D", "text without it")],
        product(),
    ),
    Case(
        "invisible-character",
        "warning",
        text("element", "").replace("<div", '<div id="front-\xad1"'),
        [(1, 1, "The id of the nosto_element holds a character that nobody sees.", "U+00AD", "an id without it")],
        text("element", "").replace("<div", '<div id="främre-1"'),
    ),
    Case(
        "invisible-character",
        "warning",
        STUB
        + call('setTaggingProvider("elements",["front\u200d-1"])')
        + call('customer({email:"jane.doe@example.com",first_name:"Ja\xadne"})'),
        [
            (1, 149, "The nosto_element holds a character that nobody sees.", "U+200D", "text without it"),
            (
                1,
                248,
                "The first_name in nosto_customer holds a character that nobody sees.",
                "U+00AD",
                "text without it",
            ),
        ],
        STUB
        + call('setTaggingProvider("elements",["front-1"])')
        + call('customer({email:"jane.doe@example.com",first_name:"Jané"})'),
    ),
    Case(
        "invisible-character",
        "warning",
        STUB
        + call('reportAddToCart("Canoe\xad123", "fro\u200bnt-1")')
        + call('defaultSession().viewProduct("1\ufeff").load()'),
        [
            (
                1,
                134,
                "What reportAddToCart() is given holds a character that nobody sees.",
                "U+00AD",
                "text without it",
            ),
            (
                1,
                147,
                "What reportAddToCart() is given holds a character that nobody sees.",
                "U+200B",
                "text without it",
            ),
            (1, 224, "What viewProduct() is given holds a character that nobody sees.", "U+FEFF", "text without it"),
        ],
        STUB + call('reportAddToCart("Canoe123", "främre-1")') + call('defaultSession().viewProduct("1").load()'),
    ),
    Case(
        "inventory-in-page",
        "error",
        product(span("inventory_level", "12")),
        [
            (
                1,
                365,
                "The inventory_level in nosto_product is for Nosto's API alone; here everybody reads it.",
                "a text of 2 characters",
                "none",
            )
        ],
        product(),
    ),
    Case(
        "inventory-in-page",
        "error",
        STUB + call('setTaggingProvider("products",[{product_id:"1",supplier_cost:4.5}])') + product(product_id="1"),
        [
            (
                1,
                179,
                "The supplier_cost in nosto_product is for Nosto's API alone; here everybody reads it.",
                "a text of 3 characters",
                "none",
            )
        ],
        STUB + call('setTaggingProvider("products",[{product_id:"1"}])') + product(product_id="1"),
    ),
    Case(
        "email-in-page",
        "error",
        customer(span("email", JANE)),
        [
            (
                1,
                51,
                "The email in nosto_customer is an e-mail address.",
                "an e-mail address of 20 characters",
                "customer_reference",
            )
        ],
        customer(span("customer_reference", REFERENCE)),
        {"leave_out_email": True},
    ),
    Case(
        "reference-guessable",
        "error",
        customer(span("customer_reference", "1445")),
        [
            (
                1,
                51,
                "The customer_reference in nosto_customer can be guessed: it is a number.",
                "a text of 4 characters",
                "an HMAC-SHA256 with a secret, as customer_reference() gives",
            )
        ],
        customer(span("customer_reference", REFERENCE)),
    ),
    Case(
        "reference-guessable",
        "error",
        customer(span("customer_reference", "jane-1445")),
        [
            (
                1,
                51,
                "The customer_reference in nosto_customer can be guessed: it is shorter than 16 characters.",
                "a text of 9 characters",
                "an HMAC-SHA256 with a secret, as customer_reference() gives",
            )
        ],
        customer(span("customer_reference", digest("sha256", "a secret"))),
    ),
    Case(
        "reference-guessable",
        "error",
        customer(span("customer_reference", JANE)),
        [
            (
                1,
                51,
                "The customer_reference in nosto_customer can be guessed: it is an e-mail address.",
                "an e-mail address of 20 characters",
                "an HMAC-SHA256 with a secret, as customer_reference() gives",
            )
        ],
        customer(span("email", JANE)),
    ),
    Case(
        "reference-guessable",
        "error",
        customer(span("customer_reference", digest("md5", "7"))),
        [
            (
                1,
                51,
                "The customer_reference in nosto_customer can be guessed: it is the plain MD5 of a small number.",
                "a text of 32 characters",
                "an HMAC-SHA256 with a secret, as customer_reference() gives",
            )
        ],
        customer(span("customer_reference", digest("md5", "a secret"))),
    ),
    Case(
        "reference-guessable",
        "error",
        customer(span("email", JANE) + span("customer_reference", digest("sha1", JANE))),
        [
            (
                1,
                98,
                "The customer_reference in nosto_customer can be guessed: it is the plain SHA1 of the page's own e-mail address, or of it and a small number.",
                "a text of 40 characters",
                "an HMAC-SHA256 with a secret, as customer_reference() gives",
            )
        ],
        customer(span("email", JANE) + span("customer_reference", digest("sha1", "a secret"))),
    ),
    Case(
        "reference-guessable",
        "error",
        customer(span("email", JANE.upper()) + span("customer_reference", digest("sha256", "12" + JANE))),
        [
            (
                1,
                98,
                "The customer_reference in nosto_customer can be guessed: it is the plain SHA256 of the page's own e-mail address, or of it and a small number.",
                "a text of 64 characters",
                "an HMAC-SHA256 with a secret, as customer_reference() gives",
            )
        ],
        customer(span("email", "john.doe@example.com") + span("customer_reference", digest("sha256", "12" + JANE))),
    ),
    Case(
        "reference-guessable",
        "error",
        customer(span("customer_reference", digest("sha256", "99999"))),
        [
            (
                1,
                51,
                "The customer_reference in nosto_customer can be guessed: it is the plain SHA256 of a small number.",
                "a text of 64 characters",
                "an HMAC-SHA256 with a secret, as customer_reference() gives",
            )
        ],
        customer(span("customer_reference", digest("sha256", "100000"))),
    ),
    Case(
        "nothing-told",
        "note",
        STUB + "\n" + CLIENT + '<div class="nosto_element" id="front-1"></div>',
        [(2, 1, "The page loads Nosto's client, and tells it nothing.", None, "a nosto_page_type, say")],
        CLIENT + text("page_type", "front"),
    ),
    Case(
        "nothing-told",
        "note",
        CLIENT.replace(" async", ' data-page="1"'),
        [(1, 1, "The page loads Nosto's client, and tells it nothing.", None, "a nosto_page_type, say")],
        CLIENT.replace(" async", "") + "<script>window['nostojs'](tell)</script>",
    ),
    Case(
        "nothing-told",
        "note",
        CLIENT + "<script>visitorTagging.ask('/visitor')</script>",
        [(1, 1, "The page loads Nosto's client, and tells it nothing.", None, "a nosto_page_type, say")],
        CLIENT + f"<script>{STUB_SOURCE};nostoTagging.ask('/visitor')</script>",
    ),
    Case(
        "nothing-told",
        "note",
        STUB + CLIENT,
        [(1, 91, "The page loads Nosto's client, and tells it nothing.", None, "a nosto_page_type, say")],
        STUB + CLIENT + call("customer(visitor)"),
    ),
    Case(
        "page-type-unknown",
        "error",
        text("page_type", "home"),
        [
            (
                1,
                1,
                "The page type is none that Nosto knows.",
                "home",
                "front, category, product, cart, checkout, order, post-purchase, search, notfound, other",
            )
        ],
        text("page_type", "front"),
    ),
    Case(
        "product-missing",
        "error",
        text("page_type", "product"),
        [(1, 1, "The page says that it is a product's, and has no nosto_product.", "product", "nosto_product")],
        text("page_type", "product") + product(),
    ),
    Case(
        "order-missing",
        "error",
        text("page_type", "order"),
        [
            (
                1,
                1,
                "The page says that it is an order's, and has no nosto_purchase_order.",
                "order",
                "nosto_purchase_order",
            )
        ],
        text("page_type", "order") + order(span("order_number", "M123") + line()),
    ),
    Case(
        "cart-missing",
        "error",
        text("page_type", "cart"),
        [(1, 1, "The page says that it is the cart's, and has no nosto_cart.", "cart", "nosto_cart")],
        text("page_type", "cart") + cart(""),
    ),
    Case(
        "search-term-missing",
        "error",
        text("page_type", "search"),
        [(1, 1, "The page says that it is a search's, and has no nosto_search_term.", "search", "nosto_search_term")],
        text("page_type", "search") + text("search_term", "canoe"),
    ),
    Case(
        "category-missing",
        "warning",
        text("page_type", "category"),
        [
            (
                1,
                1,
                "The page says that it is a category's, and has neither a nosto_category nor a nosto_brand.",
                "category",
                "nosto_category or nosto_brand",
            )
        ],
        text("page_type", "category") + text("brand", "Acme"),
    ),
    Case(
        "product-missing",
        "error",
        STUB + call('setTaggingProvider("pageType","product")'),
        [(1, 148, "The page says that it is a product's, and has no nosto_product.", "product", "nosto_product")],
        STUB + call('setTaggingProvider("pageType","front")'),
    ),
    Case(
        "product-script-only",
        "warning",
        STUB + call('setTaggingProvider("products",[{product_id:"Canoe123"}])'),
        [
            (
                1,
                161,
                "The product is told by a script alone, and Nosto's crawler runs none.",
                "Canoe123",
                "a nosto_product block as well",
            )
        ],
        STUB + call('setTaggingProvider("products",[{product_id:"Canoe123"}])') + product(),
    ),
    Case(
        "block-visible",
        "warning",
        '<div class="nosto_page_type" translate="no">front</div>',
        [(1, 1, "The nosto_page_type is not hidden.", None, 'style="display:none" or hidden')],
        '<div style="display: none"><p class="nosto_page_type" translate="no">front</p></div>',
    ),
    Case(
        "block-visible",
        "warning",
        '<div class="nosto_cart" translate="no" style="display:none;display:block"></div>',
        [(1, 1, "The nosto_cart is not hidden.", None, 'style="display:none" or hidden')],
        '<div class="nosto_cart" translate="no" style="/* x */ DISPLAY : NONE !important ; display:block"></div>',
    ),
    Case(
        "block-visible",
        "warning",
        '<div class="nosto_cart" translate="no" style="--display:none; visibility:visible"></div>',
        [(1, 1, "The nosto_cart is not hidden.", None, 'style="display:none" or hidden')],
        '<div class="nosto_cart" translate="no" style="visibility: hidden"></div>',
    ),
    Case(
        "translation-guard",
        "warning",
        '<div class="nosto_cart" hidden></div>',
        [(1, 1, "The nosto_cart is translated with the page.", None, 'translate="no"')],
        '<div class="nosto_cart notranslate" hidden></div>',
    ),
    Case(
        "translation-guard",
        "warning",
        '<meta name="robots" content="notranslate"><div class="nosto_cart" hidden></div>',
        [(1, 43, "The nosto_cart is translated with the page.", None, 'translate="no"')],
        '<meta name="google" content="notranslate"><div class="nosto_cart" hidden></div>',
    ),
    Case(
        "translation-guard",
        "warning",
        '<html translate="yes"><div class="nosto_cart" hidden></div>',
        [(1, 23, "The nosto_cart is translated with the page.", None, 'translate="no"')],
        '<html translate="no"><div class="nosto_cart" hidden></div>',
    ),
    Case(
        "placement-class",
        "warning",
        '<div class="nosto_element wide" id="front-1"></div>',
        [
            (
                1,
                1,
                "The placement has another class, and some of Nosto's scripts look for nosto_element alone.",
                "nosto_element wide",
                "nosto_element",
            )
        ],
        '<div class="nosto_element" id="front-1"></div><div class="nosto_element no-inject" id="front-2"></div>',
    ),
    Case(
        "placement-id-missing",
        "error",
        '<div class="nosto_element"></div>',
        [(1, 1, "The placement has no id, so nothing fills it.", None, "an id")],
        '<div class="nosto_element" id="front-1"></div>',
    ),
    Case(
        "placement-id-repeated",
        "error",
        '<div class="nosto_element" id="front-1"></div>\n<div class="nosto_element" id="front-1"></div>',
        [(2, 1, "Another placement has this id, too.", "front-1", "an id of its own")],
        '<div class="nosto_element" id="front-1"></div><div class="nosto_element" id="front-2"></div>',
    ),
    Case(
        "value-repeated",
        "warning",
        text("page_type", "front") + text("page_type", "other"),
        [(1, 63, "The nosto_page_type is there before, with another value.", "other", "front")],
        text("page_type", "front") + text("page_type", "front") + text("category", "/A") + text("category", "/B"),
    ),
    Case(
        "value-repeated",
        "warning",
        customer(span("email", JANE)) + "\n" + customer(span("email", "john.doe@example.com")),
        [
            (
                2,
                51,
                "The email in nosto_customer is there before, with another value.",
                "an e-mail address of 20 characters",
                "an e-mail address of 20 characters",
            )
        ],
        customer(span("email", JANE)) + customer(span("email", JANE)),
    ),
    Case(
        "value-repeated",
        "warning",
        product(span("price", "1.00")),
        [(1, 365, "The price in nosto_product is there before, with another value.", "1.00", "1299.00")],
        product(span("category", "/A") + span("category", "/B")),
    ),
    Case(
        "value-repeated",
        "warning",
        cart(line() + line(product_id="2").replace("</div>", span("name", "Paddle") + "</div>")),
        [(1, 472, "The name in line_item is there before, with another value.", "Paddle", "Acme Canoe")],
        cart(line() + line(product_id="2")),
    ),
    Case(
        "value-repeated",
        "warning",
        text("variation", "EUR") + STUB + call('setTaggingProvider("variation","GBP")'),
        [(1, 209, "The nosto_variation is there before, with another value.", "GBP", "EUR")],
        text("variation", "EUR") + STUB + call('setTaggingProvider("variation","EUR")'),
    ),
    Case(
        "value-repeated",
        "warning",
        customer(span("email", JANE) + span("marketing_permission", "false"))
        + STUB
        + call(f'setTaggingProvider("customer",{{email:"{JANE}",newsletter:true}})'),
        [(1, 339, "The newsletter in nosto_customer is there before, with another value.", "true", "false")],
        customer(span("email", JANE) + span("marketing_permission", "true"))
        + STUB
        + call(f'setTaggingProvider("customer",{{email:"{JANE}",newsletter:true}})')
        + call('customer({email:"john.doe@example.com"})'),
    ),
    Case(
        "personal-cacheable",
        "error",
        customer(span("email", JANE)),
        [
            (
                1,
                51,
                "One visitor's nosto_customer stands in a response that caches may give to others.",
                "cache-control: public, max-age=60",
                "Cache-Control: private, no-cache",
            )
        ],
        customer(span("email", JANE)),
        {"headers": [{"Cache-Control": "public, max-age=60"}, {"Cache-Control": "private, max-age=60"}]},
    ),
    Case(
        "personal-cacheable",
        "error",
        customer(span("email", JANE)),
        [
            (
                1,
                51,
                "One visitor's nosto_customer stands in a response that caches may give to others.",
                "cdn-cache-control: max-age=60",
                "Cache-Control: private, no-cache",
            )
        ],
        customer(span("email", JANE)),
        {
            "headers": [
                {"Cache-Control": "private", "CDN-Cache-Control": "max-age=60"},
                {"cache-control": "max-age=0, s-maxage=0", "X-Accel-Expires": "0"},
            ]
        },
    ),
    Case(
        "personal-cacheable",
        "error",
        STUB + call('customer({email:"jane.doe@example.com"})'),
        [
            (
                1,
                134,
                "One visitor's nosto_customer stands in a response that caches may give to others.",
                "x-accel-expires: 60",
                "Cache-Control: private, no-cache",
            )
        ],
        text("page_type", "front"),
        {"headers": [{"X-Accel-Expires": "60"}, {"X-Accel-Expires": "60"}]},
    ),
    Case(
        "personal-cacheable",
        "error",
        customer(span("email", JANE)),
        [
            (
                1,
                51,
                "One visitor's nosto_customer stands in a response that caches may give to others.",
                "expires: Sun, 29 Nov 2026 09:00:00 GMT",
                "Cache-Control: private, no-cache",
            )
        ],
        customer(span("email", JANE)),
        {
            "headers": [
                {"Expires": "Sun, 29 Nov 2026 09:00:00 GMT", "Date": "Sun, 29 Nov 2026 08:00:00 GMT"},
                {"Expires": "Sun, 29 Nov 2026 08:00:00 GMT", "Date": "Sun, 29 Nov 2026 08:00:00 GMT"},
            ]
        },
    ),
    Case(
        "personal-cacheable",
        "error",
        customer(span("email", JANE)),
        [
            (
                1,
                51,
                "One visitor's nosto_customer stands in a response that caches may give to others.",
                "expires: Fri, 01 Jan 2999 00:00:00 GMT",
                "Cache-Control: private, no-cache",
            )
        ],
        customer(span("email", JANE)),
        {
            "headers": [
                {"Expires": "Fri, 01 Jan 2999 00:00:00 GMT"},
                {"Expires": "Fri, 01 Jan 2999 00:00:00 GMT", "Cache-Control": "private"},
            ]
        },
    ),
    Case(
        "personal-cacheable",
        "error",
        customer(span("email", JANE)),
        [
            (
                1,
                51,
                "One visitor's nosto_customer stands in a response that caches may give to others.",
                "surrogate-control: max-age=3600+600",
                "Cache-Control: private, no-cache",
            )
        ],
        customer(span("email", JANE)),
        {
            "headers": [
                {"Cache-Control": "private", "Surrogate-Control": "max-age=3600+600"},
                {"Expires": "0", "Surrogate-Control": "no-store"},
            ]
        },
    ),
    Case(
        "stub-missing",
        "error",
        call("load()"),
        [(1, 24, "nostojs is called, and the page has no stub.", None, "the stub first")],
        STUB + call("load()"),
    ),
    Case(
        "stub-missing",
        "error",
        CLIENT + call("load()"),
        [
            (
                1,
                95,
                "nostojs is called, and the client script, which may come later, has no stub.",
                None,
                "the stub first",
            )
        ],
        CLIENT.replace(" async", "") + call("load()"),
    ),
    Case(
        "stub-missing",
        "error",
        CLIENT + "<script>$(() => { nostojs(api => api.load()) })</script>",
        [
            (
                1,
                105,
                "nostojs is called, and the client script, which may come later, has no stub.",
                None,
                "the stub first",
            )
        ],
        CLIENT.replace("async", "defer") + "<script>$(document).ready(() => { nostojs(api => api.load()) })</script>",
    ),
    Case(
        "stub-missing",
        "error",
        CLIENT
        + "<script>document.addEventListener(/* when */ 'DOMContentLoaded', () => { nostojs(api => api.load()) })</script>",
        [
            (
                1,
                160,
                "nostojs is called, and the client script, which may come later, has no stub.",
                None,
                "the stub first",
            )
        ],
        CLIENT
        + "<script>addEventListener('load', () => { nostojs(api => api.load()) }); onload = () => nostojs(api => api.load())</script>",
    ),
    Case(
        "stub-missing",
        "error",
        CLIENT + "<script>nostojs(api => fetch('/me').then(me => api.customer(me)))</script>",
        [
            (
                1,
                119,
                "nostojs is called, and the client script, which may come later, has no stub.",
                None,
                "the stub first",
            )
        ],
        CLIENT + "<script>fetch('/me').then(me => nostojs(api => api.customer(me)))</script>",
    ),
    Case(
        "stub-missing",
        "error",
        "<script>[1].forEach(() => nostojs(api => api.load()))</script>",
        [(1, 42, "nostojs is called, and the page has no stub.", None, "the stub first")],
        "<script>new MutationObserver(() => nostojs(api => api.load()))</script>",
    ),
    Case(
        "stub-missing",
        "error",
        CLIENT + "<script type=module>nostojs(api => api.load())</script>",
        [
            (
                1,
                107,
                "nostojs is called, and the client script, which may come later, has no stub.",
                None,
                "the stub first",
            )
        ],
        CLIENT.replace("async", "defer") + "<script type=module>nostojs(api => api.load())</script>",
    ),
    Case(
        "stub-late",
        "error",
        call("load()") + "\n" + STUB,
        [(1, 24, "nostojs is called before the stub.", None, "the stub first")],
        "<script>addEventListener;function later() { nostojs(api => api.load()) }</script>" + STUB,
    ),
    Case(
        "stub-late",
        "error",
        call("load()") + STUB,
        [(1, 24, "nostojs is called before the stub.", None, "the stub first")],
        "<script>jQuery(($) => { nostojs(api => api.load()) })</script>" + STUB,
    ),
    Case(
        "client-script-late",
        "error",
        call("load()") + CLIENT.replace(" async", ""),
        [(1, 24, "nostojs is called before the client script, and there is no stub.", None, "the stub first")],
        STUB + call("load()") + CLIENT.replace(" async", ""),
    ),
    Case(
        "client-script-late",
        "error",
        "<script defer>nostojs(api => api.load())</script>" + CLIENT.replace(" async", ""),
        [(1, 30, "nostojs is called before the client script, and there is no stub.", None, "the stub first")],
        "<script>$(() => { nostojs(api => api.load()) })</script>" + CLIENT.replace(" async", ""),
    ),
    Case(
        "stub-doubled",
        "warning",
        STUB + STUB,
        [(1, 144, "The stub is in the page already.", None, "one stub")],
        STUB,
    ),
    Case(
        "client-script-doubled",
        "error",
        STUB + CLIENT + CLIENT + text("page_type", "front"),
        [
            (
                1,
                162,
                "The client script is in the page already.",
                "https://connect.nosto.com/include/example",
                "one client script",
            )
        ],
        STUB + CLIENT + text("page_type", "front"),
    ),
    Case(
        "script-broken",
        "error",
        '<script>nostojs(api => api.customer({"first_name":"\\"O"Doe"}))</script>',
        [(1, 1, "The script is no JavaScript that runs: nothing of it reaches Nosto.", None, "JavaScript")],
        STUB + call('customer({"email":"jane.doe@example.com"})'),
    ),
    Case(
        "script-broken",
        "error",
        "<script>import x from './x.js'; nostojs(api => x(api))</script>" + STUB,
        [(1, 1, "The script is no JavaScript that runs: nothing of it reaches Nosto.", None, "JavaScript")],
        STUB
        + "<script type=module>import x from './x.js'; nostojs(api => x(api))</script><script>import('nosto')</script>",
    ),
    Case(
        "script-broken",
        "error",
        STUB + "<script>nostojs(api => api.loadRecommendations({mark\xadNostoElementClicked: 'front-1'}))</script>",
        [(1, 91, "The script is no JavaScript that runs: nothing of it reaches Nosto.", None, "JavaScript")],
        STUB
        + "<script>nostojs(api => api.loadRecommendations({markNostoElementClicked: 'fr\xadont-1'})) // \u200b</script>",
    ),
    Case(
        "provider-late",
        "warning",
        STUB + CLIENT.replace(" async", "") + call('setTaggingProvider("pageType","front")'),
        [
            (
                1,
                179,
                "The tagging provider stands after the client script, which may have read the page by then.",
                "pageType",
                "before the client script",
            )
        ],
        STUB + call('setTaggingProvider("pageType","front")') + CLIENT.replace(" async", ""),
    ),
    Case(
        "provider-late",
        "warning",
        STUB
        + CLIENT.replace(" async", "")
        + "<script>nostojs(api => api.internal.setTaggingProvider('variation', 'GBP'))</script>",
        [
            (
                1,
                179,
                "The tagging provider stands after the client script, which may have read the page by then.",
                "variation",
                "before the client script",
            )
        ],
        STUB + CLIENT + call('setTaggingProvider("pageType","front")') + call('setTaggingProvider("variation","GBP")'),
    ),
    Case(
        "provider-key",
        "error",
        STUB + call('setTaggingProvider("searchTerm","canoe")'),
        [
            (
                1,
                137,
                "Nosto has no tagging provider of this key.",
                "searchTerm",
                "pageType, customer, cart, restoreLink, products, order, searchTerms, categories, brands, categoryIds, parentCategoryIds, tags, customFields, variation, affinitySignals, elements, sortOrder, pluginVersion",
            )
        ],
        STUB + call('setTaggingProvider("searchTerms",["canoe"])'),
    ),
    Case(
        "provider-null",
        "error",
        STUB + call('setTaggingProvider("customer",{email:"jane.doe@example.com",last_name:null})'),
        [
            (
                1,
                188,
                "The tagging provider holds null, which breaks it in Nosto's client.",
                "customer",
                "no member for what is not known",
            )
        ],
        STUB + call('setTaggingProvider("customer",{email:"jane.doe@example.com"})'),
    ),
    Case(
        "session-unsent",
        "error",
        STUB + call('defaultSession().viewFrontPage().setPlacements(["front-1"])'),
        [(1, 114, "The chain of the session is never sent.", "….setPlacements()", ".load() or .update()")],
        STUB + call('defaultSession().viewFrontPage().setPlacements(["front-1"]).load()'),
    ),
    Case(
        "session-unsent",
        "error",
        STUB + call("defaultSession().setCart({})"),
        [(1, 114, "The chain of the session is never sent.", "….setCart()", ".load() or .update()")],
        STUB + call("defaultSession().setCart({})") + call("defaultSession().viewCart().update()"),
    ),
    Case(
        "session-unsent",
        "error",
        STUB + call("defaultSession().viewCart().then(x)"),
        [(1, 114, "The chain of the session is never sent.", "….then()", ".load() or .update()")],
        STUB + call("defaultSession().viewCart().load().then(x).catch(x)"),
    ),
    Case(
        "session-unsent",
        "error",
        STUB + "<script>nostojs(api => { const set = 1; api.defaultSession().viewCart().load; })</script>",
        [(1, 131, "The chain of the session is never sent.", "….viewCart()", ".load() or .update()")],
        STUB
        + "<script>nostojs(api => { const view = api.defaultSession().viewCart(); send(api.defaultSession().viewOther()); view.update() })</script>",
    ),
    Case(
        "session-unsent",
        "error",
        STUB + call("defaultSession().viewCart().update()") + call("defaultSession().setCart({})"),
        [(1, 187, "The chain of the session is never sent.", "….setCart()", ".load() or .update()")],
        STUB
        + call("defaultSession().viewCart().update()")
        + "<script>function change() { nostojs(api => api.defaultSession().setCart({})) }</script>",
    ),
    Case(
        "session-unsent",
        "error",
        STUB + "<script>function change() { nostojs(api => api.defaultSession().setCart({})) }</script>",
        [(1, 134, "The chain of the session is never sent.", "….setCart()", ".load() or .update()")],
        STUB + "<script>const session = []; nostojs(api => { session.push(api.defaultSession()) })</script>",
    ),
    Case(
        "script-nonce",
        "error",
        STUB,
        [(1, 1, "The Content-Security-Policy keeps this script from running.", "no nonce", "the nonce of the policy")],
        STUB.replace("<script", '<script nonce="abc"'),
        {"headers": [{"Content-Security-Policy": "script-src 'self' 'nonce-abc'"}] * 2},
    ),
    Case(
        "script-nonce",
        "error",
        STUB,
        [(1, 1, "The Content-Security-Policy keeps this script from running.", "no nonce", "the nonce of the policy")],
        STUB.replace("<script", '<script nonce="abc"'),
        {
            "headers": [
                [("Content-Security-Policy", "img-src *"), ("Content-Security-Policy", "script-src 'nonce-abc'")],
                {"Content-Security-Policy": "script-src 'nonce-abc', default-src * 'unsafe-inline'"},
            ]
        },
    ),
    Case(
        "script-throws",
        "error",
        STUB + call('customer({email:"jane.doe@example.com",first_name:"None of them",newsletter: True})'),
        [
            (
                1,
                195,
                "The script throws where this is: a template printed it as another language spells it.",
                "True",
                "true, false, or nothing",
            )
        ],
        STUB
        + call('defaultSession().viewOther().load().then(x => { Log.True("is None", x ? y : {None: 1}) })')
        + "<script>const None = null; nostojs(api => api.addSegmentCodeToVisit(None)) // True</script>",
    ),
    Case(
        "script-throws",
        "error",
        STUB + "<script>\nvar visitor = {email: None, é: nil}\nnostojs(api => api.customer(visitor))</script>",
        [
            (
                2,
                23,
                "The script throws where this is: a template printed it as another language spells it.",
                "None",
                "true, false, or nothing",
            )
        ],
        STUB + "<script>var visitor = {email: None}</script>",
    ),
    Case(
        "script-nonce",
        "error",
        STUB.replace("<script", '<script nonce="old"'),
        [
            (
                1,
                1,
                "The Content-Security-Policy keeps this script from running.",
                "another nonce",
                "the nonce of the policy",
            )
        ],
        STUB,
        {"policy": ["default-src 'nonce-abc'", "script-src 'self' 'unsafe-inline'"]},
    ),
    Case(
        "script-nonce",
        "error",
        '<meta http-equiv="Content-Security-Policy" content="script-src \'self\'">' + STUB,
        [(1, 72, "The Content-Security-Policy keeps this script from running.", "no nonce", "the nonce of the policy")],
        '<meta http-equiv="Content-Security-Policy" content="img-src \'self\'">' + STUB,
    ),
    Case(
        "script-nonce",
        "error",
        STUB,
        [(1, 1, "The Content-Security-Policy keeps this script from running.", "no nonce", "the nonce of the policy")],
        STUB,
        {"policy": ["script-src 'sha256-aaaa'", f"script-src 'sha256-{STUB_HASH}'"]},
    ),
    Case(
        "value-repeated",
        "warning",
        cart(line()) + cart(""),
        [(1, 272, "The nosto_cart is there before, with other things in it.", "0 line_items", "1 line_item")],
        cart(line()) + cart(line()),
    ),
    Case(
        "value-repeated",
        "warning",
        product(2 * ('<div class="variation">' + spans(VARIATION) + "</div>")),
        [(1, 572, "A variation of this variation_id is there before.", "VIP", "each once")],
        product('<div class="variation">' + spans(VARIATION) + "</div>"),
    ),
    Case(
        "email-format",
        "error",
        customer(span("email", "Jane, Doe")),
        [(1, 51, "The email in nosto_customer is no e-mail address.", "a text of 9 characters", "name@example.com")],
        customer(span("email", JANE)),
    ),
    Case(
        "email-format",
        "error",
        STUB + call('customer("jane.doe")'),
        [(1, 127, "The nosto_customer is no e-mail address.", "a text of 8 characters", "name@example.com")],
        STUB + call('customer("jane.doe@example.com")'),
    ),
    Case(
        "placeholder",
        "error",
        product(span("tag1", "[red, new]")),
        [(1, 365, "The tag1 in nosto_product is a list as a template prints it.", "[…]", "an element for each")],
        product(span("tag1", "[red") + span("tag1", "new]") + span("brand", "[Acme]")),
    ),
    Case(
        "placeholder",
        "error",
        product(name="%(name)s", brand="__BRAND__") + product(name="%s", brand="[object Promise]", product_id="2"),
        [
            (
                1,
                90,
                "The name in nosto_product is what a template left behind, and no value.",
                "a template's code",
                "a value",
            ),
            (
                1,
                363,
                "The brand in nosto_product is what a template left behind, and no value.",
                "a template's code",
                "a value",
            ),
            (
                1,
                487,
                "The name in nosto_product is what a template left behind, and no value.",
                "a template's code",
                "a value",
            ),
            (
                1,
                754,
                "The brand in nosto_product is what a template left behind, and no value.",
                "a template's code",
                "a value",
            ),
        ],
        product(name="50% silk", brand="__"),
    ),
    Case(
        "placeholder",
        "error",
        product(name="&lt;?php echo $name ?&gt;", brand="<?php echo $product->brand; ?>"),
        [
            (
                1,
                90,
                "The name in nosto_product is what a template left behind, and no value.",
                "a template's code",
                "a value",
            ),
            (
                1,
                380,
                "The brand in nosto_product is what a template left behind, and no value.",
                "a template's code",
                "a value",
            ),
        ],
        product(name="Why?"),
    ),
    Case(
        "element-in-value",
        "warning",
        customer(span("email", JANE) + span("first_name", "Jane <img src=x>")),
        [
            (
                1,
                98,
                "An element stands in the first_name in nosto_customer: its text was not escaped, or its tag not closed.",
                "a text of 4 characters",
                "escaped text",
            )
        ],
        customer(span("email", JANE) + span("first_name", "Jane &lt;3<!-- ko -->"))
        + text("category", span("category_string", "/Boats")),
    ),
    Case(
        "value-dropped",
        "warning",
        customer(span("email", JANE) + span("hcid", "abc") + span("date_of_birth", "11.12.1994")),
        [
            (
                1,
                98,
                "The hcid in nosto_customer must be the 64 lower-case hexadecimal digits that hcid() gives; it is left out.",
                "a text of 3 characters",
                None,
            ),
            (
                1,
                127,
                "The date_of_birth in nosto_customer must be a date, or text such as '2011-12-31'; it is left out.",
                "a text of 10 characters",
                None,
            ),
        ],
        customer(span("email", JANE) + span("hcid", "0" * 64) + span("date_of_birth", "1994-12-11")),
    ),
    Case(
        "value-dropped",
        "warning",
        text("custom_field", "colour")
        + text("element", "").replace("<div", '<div id="a b"')
        + product(f'<span class="custom_fields">{span("care", "x" * 1_001)}</span>'),
        [
            (1, 1, "The nosto_custom_field must be a name, a colon and a value; it is left out.", "colour", None),
            (
                1,
                67,
                "The id of the nosto_element must be the id of a placement, without blanks; it is left out.",
                "a b",
                None,
            ),
            (
                1,
                523,
                "The custom field care in nosto_product has a name or a value that must be at most 1000 characters; it is left out.",
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…",
                None,
            ),
        ],
        text("custom_field", "colour:red") + '<div class="nosto_element" id="a"></div>',
    ),
    Case(
        "value-dropped",
        "warning",
        STUB + call('setTaggingProvider("customer",{email:"jane.doe@example.com",first_name:5})'),
        [(1, 189, "The first_name in nosto_customer must be text; it is left out.", "a text of 1 character", None)],
        STUB + call('setTaggingProvider("customer",{email:"jane.doe@example.com",first_name:"5"})'),
    ),
    Case(
        "value-dropped",
        "warning",
        STUB + call('customer({email:{},customer_reference:[],first_name:[[]],last_name:new Date("2026-11-25")})'),
        [
            (1, 134, "The email in nosto_customer must be text; it is left out.", "an object", None),
            (
                1,
                156,
                "The customer_reference in nosto_customer must be text, a whole number of at most 512 bits, or a UUID; it is left out.",
                "an array",
                None,
            ),
            (1, 170, "The first_name in nosto_customer must be text; it is left out.", "an array", None),
            (1, 185, "The last_name in nosto_customer must be text; it is left out.", "a text of 10 characters", None),
        ],
        STUB + call(f'customer({{email:"{JANE}",date_of_birth:new Date("1994-12-11")}})'),
    ),
    Case(
        "value-dropped",
        "warning",
        STUB + call('resendCartContent("canoe")') + call("resendCartContent({items:[5,[]]})"),
        [
            (
                1,
                136,
                "The nosto_cart must be given as fields or a mapping of them; it is left out.",
                "a text of 5 characters",
                None,
            ),
            (1, 207, "The line_item must be given as fields or a mapping of them; it is left out.", "5", None),
            (1, 209, "The line_item must be given as fields or a mapping of them; it is left out.", "an array", None),
        ],
        STUB
        + call("resendCartContent(cart)")
        + call("resendCartContent({items:lines})")
        + call("resendCartContent(null)"),
    ),
    Case(
        "value-dropped",
        "warning",
        STUB + call("defaultSession().setCart({items:{}}).setCustomer([]).viewCart().load()"),
        [
            (1, 150, "The items in nosto_cart must be a list; it is left out.", "an object", None),
            (
                1,
                167,
                "The nosto_customer must be given as fields or a mapping of them; it is left out.",
                "an array",
                None,
            ),
        ],
        STUB + call("defaultSession().setCart({items:[]}).viewCart().load()"),
    ),
    Case(
        "value-dropped",
        "warning",
        STUB
        + call('setTaggingProvider("tags",["a",["b"],{}])')
        + call('setTaggingProvider("brands",{})')
        + call('setTaggingProvider("customFields",{colour:["red",{}],jane:{}})')
        + call('setTaggingProvider("affinitySignals","a:b")')
        + call('setTaggingProvider("categoryIds",[1.5])')
        + call("defaultSession().setTags([5]).viewOther().load()")
        + call('defaultSession().viewCategory("/A",{}).viewSearch(5).viewProduct({product_id:{}}).load()')
        + call('setTaggingProvider("elements",["a b"])'),
        [
            (1, 149, "The nosto_tag must be text; it is left out.", "an array", None),
            (1, 155, "The nosto_tag must be text; it is left out.", "an object", None),
            (1, 224, "The nosto_brand must be a list; it is left out.", "an object", None),
            (
                1,
                313,
                "The custom field colour in nosto_custom_field has a name or a value that must be text, a whole number of at most 512 bits, or a UUID; it is left out.",
                "an object",
                None,
            ),
            (
                1,
                322,
                "The custom field jane in nosto_custom_field has a name or a value that must be a list; it is left out.",
                "an object",
                None,
            ),
            (1, 400, "The nosto_affinity_signals must be a mapping from names to values; it is left out.", "a:b", None),
            (
                1,
                477,
                "The categoryIds must be text, a whole number of at most 512 bits, or a UUID; it is left out.",
                "1.5",
                None,
            ),
            (1, 545, "The nosto_tag must be text; it is left out.", "5", None),
            (1, 639, "The nosto_category must be text; it is left out.", "an object", None),
            (1, 654, "The nosto_search_term must be text; it is left out.", "a text of 1 character", None),
            (
                1,
                681,
                "The product_id in nosto_product must be text, a whole number of at most 512 bits, or a UUID; it is left out.",
                "an object",
                None,
            ),
            (1, 760, "The nosto_element must be the id of a placement, without blanks; it is left out.", "a b", None),
        ],
        STUB
        + call('setTaggingProvider("tags",["a"])')
        + call('setTaggingProvider("customFields",{colour:["red"],size:[]})')
        + call('setTaggingProvider("affinitySignals",{brand:["Acme"]})')
        + call('setTaggingProvider("categoryIds",["1",2])'),
    ),
    Case(
        "value-dropped",
        "warning",
        cart(line(unit_price="-5.00")),
        [
            (
                1,
                177,
                "The unit_price in line_item is negative, which only a discount's is; the line is left out.",
                "-5.00",
                "the product_id -1",
            )
        ],
        cart(line(unit_price="-5.00", product_id="-1") + line(unit_price="-0.00")),
    ),
    Case(
        "status-error",
        "warning",
        text("page_type", "notfound"),
        [(None, None, "The server answered with an error: this may be another page than was asked for.", "500", "200")],
        text("page_type", "notfound"),
        {"headers": [{":status": "500"}, {":status": "404"}]},
    ),
    Case(
        "status-error",
        "warning",
        text("page_type", "front"),
        [(None, None, "The server answered with an error: this may be another page than was asked for.", "404", "200")],
        text("page_type", "front"),
        {"headers": [{":status": "404"}, {":status": "200"}]},
    ),
]


def options(case: Case, number: int) -> dict[str, Any]:
    return {name: held[number] if isinstance(held, list) else held for name, held in case.options.items()}


@pytest.mark.parametrize("case", CASES, ids=[f"{number}-{case.code}" for number, case in enumerate(CASES)])
def test_a_rule_finds_what_is_wrong_and_nothing_else(case: Case) -> None:
    found = check(case.bad, **options(case, 0))
    assert found == [Finding(case.code, case.severity, *told, f"docs/checks.md#{case.code}") for told in case.findings]
    assert check(case.good, **options(case, 1)) == []


def test_every_rule_of_a_page_has_a_case() -> None:
    # Of a page that is not parsed no comment is one: tests/reading/test_limits.py.
    assert {case.code for case in CASES} == set(rules) - {rule.code for rule in SITE_RULES} - {"page-boundless"}


@pytest.mark.parametrize("case", CASES, ids=[f"{number}-{case.code}" for number, case in enumerate(CASES)])
def test_a_rule_can_be_switched_off(case: Case) -> None:
    assert check(case.bad, ignore=[case.code], **options(case, 0)) == []
    for listed in (f"page-boundless, {case.code}", f"page-boundless {case.code}", f"{case.code},", case.code.upper()):
        assert check(f"{case.bad}<!-- nosto-tagging: ignore {listed} -->", **options(case, 0)) == []


@pytest.mark.parametrize(
    "comment",
    [
        "nosto-tagging: ignore page-type-unknown",
        "nosto-tagging:IGNORE Page-Type-Unknown",
        " nosto-tagging: ignore stub-late page-type-unknown ",
        "\n nosto-tagging: ignore\n stub-late,page-type-unknown\n",
        " nosto-tagging: ignore stub-late ,, page-type-unknown,",
    ],
)
def test_a_comment_switches_a_rule_off(comment: str) -> None:
    assert check(f"<!--{comment}-->{text('page_type', 'home')}") == []


@pytest.mark.parametrize("ignore", ["stub-late, Page-Type-Unknown", ["stub-late page-type-unknown"], {"PAGE-TYPE-UNKNOWN"}])  # fmt: skip
def test_codes_are_told_as_a_comment_tells_them(ignore: Any) -> None:
    assert check(text("page_type", "home"), ignore=ignore) == []


@pytest.mark.parametrize(
    "page",
    [
        "{}<!doctype html>{}",
        "<!doctype html>{}<title>Shop</title>{}",
        "<!doctype html><head>{}</head>{}",
        "<body>{1}</body>{0}",
        "<body>{1}</body></html>{0}",
    ],
)
def test_a_comment_may_stand_anywhere(page: str) -> None:
    comment = "<!-- nosto-tagging: ignore page-type-unknown -->"
    assert check(page.format(comment, text("page_type", "home"))) == []


def test_a_comment_without_codes_switches_nothing_off() -> None:
    assert check("<!-- nosto-tagging: ignore -->") == check("<!-- nosto-tagging: -->") == []


def test_a_comment_that_only_looks_like_a_switch_switches_nothing_off() -> None:
    page = text("page_type", "home")
    for comment in (
        "<!-- see nosto-tagging: ignore page-type-unknown -->",
        "<!-- nosto-tagging: page-type-unknown -->",
        "<!-- nosto-tagging: check page-type-unknown -->",
        "<p>nosto-tagging: ignore page-type-unknown</p>",
    ):
        assert [found.code for found in check(page + comment)] == ["page-type-unknown"]


LINES = [LINE, LINE | {"product_id": "-1", "name": "Discount of <5%>", "unit_price": "-5.00"}]
PAGES = [
    PageTagging(
        page_type="product",
        customer=Customer(email=JANE, marketing_permission=True, customer_reference=REFERENCE),
        cart=Cart(items=LINES, restore_link="https://shop.example.com/cart?token=1&currency=EUR"),
        products=[
            PRODUCT
            | {
                "name": "50% silk & “more”",
                "description": "<p>A &amp; B &eacute;</p>",
                "category": ["Boats/Canoes"],
                "tags1": ["new"],
                "custom_fields": {"colour": "{red}"},
                "skus": [{"id": "1", "name": "Red", "price": "1.00", "availability": "InStock"}],
            }
        ],
        variation="EUR",
    ),
    PageTagging(page_type="order", order=Order(order_number="M123", items=LINES), cart=Cart(items=[])),
    PageTagging(page_type="category", categories=["Boats", "/Mens"], tags=["color: Red"], custom_fields={"a": ["b"]}),
    PageTagging(page_type="search", search_terms=["None", "{{ x }}"]),
    PageTagging(page_type="front", elements=["front-1"]),
]


@pytest.mark.parametrize("page", PAGES, ids=[str(page.page_type) for page in PAGES])
def test_there_is_nothing_to_find_in_what_this_library_prints(page: PageTagging) -> None:
    for loaded in (client_script("shop"), client_script("shop", autoload=False, run_async=False)):
        head = f"<head>{loaded}</head>"
        assert check(f"{head}{block_of(page)}{placement('p-1')}") == []
        assert check(f"{head}{snippet(page)}", ignore=["product-script-only"]) == []
        assert check(f"{head}{block_of(page)}{snippet(page, api.add_segment_code_to_visit('vip'), api.load())}") == []


def test_custom_fields_may_be_called_anything() -> None:
    fields = span("price", "1,0") + span("url", "/a") + span("availability", "soon") + span("inventory_level", "1")
    assert check(product(f'<span class="custom_fields">{fields}</span>')) == []
    assert check(text("custom_field", "price:1,0")) == []
    told = STUB + call('setTaggingProvider("customFields",{price:["1,0"],url:["/a"]})')
    told += call('setTaggingProvider("products",[{product_id:"Canoe123",custom_fields:{price:"1,0",quantity:"x"}}])')
    assert check(product() + told) == []
    (found,) = check(product(f'<span class="custom_fields">{span("care", "")}</span>'))
    assert found.message == "The custom field care in nosto_product is empty; leave out what is not known."


@pytest.mark.parametrize(
    ("page_type", "told"),
    [
        ("cart", "resendCartContent({items:[]})"),
        ("order", f"defaultSession().addOrder({{order_number:1,items:[{told()}]}}).load()"),
        ("search", 'setTaggingProvider("searchTerms",["canoe"])'),
        ("search", 'defaultSession().viewSearch("canoe").load()'),
        ("category", 'setTaggingProvider("brands",["Acme"])'),
        ("category", 'defaultSession().viewCategory("/Mens").load()'),
    ],
)
def test_what_a_page_is_about_may_be_told_by_a_script(page_type: str, told: str) -> None:
    assert check(text("page_type", page_type) + STUB + call(told)) == []


def test_a_code_that_no_rule_has_is_refused() -> None:
    with pytest.raises(InvalidArgument) as raised:
        check("", ignore="price-seperator")
    assert str(raised.value) == f"ignore has no rule price-seperator, must be of: {', '.join(rules)}"


def test_a_finding_names_the_page() -> None:
    (found,) = check(text("page_type", "home"), url="https://shop.example.com/")
    assert found.page == "https://shop.example.com/"


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://shop.example.com/cart?token=5e3d4a9c", "https://shop.example.com/cart?…"),
        ("/cart#jane", "/cart#…"),
        ("https://shop.example.com/login?email=jane.doe@example.com", "https://shop.example.com/login?…"),
        ("https://shop.example.com/jane.doe%40example.com?a=b", "a text of 51 characters"),
        ("/cart?", "/cart?"),
        ("https://shop.example.com/" + "canoe" * 20, "https://shop.example.com/" + "canoe" * 20),
        ("https://jane:secret@shop.example.com/", "an e-mail address of 37 characters"),
        ("/unsubscribe/jane.doe%40example.com", "a text of 35 characters"),
    ],
)
def test_the_page_of_a_finding_holds_nobodys_key_or_address(url: str, page: str) -> None:
    (found,) = check(text("page_type", "home"), url=url)
    assert found.page == page


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Security-Policy": "script-src 'none'"},
        [("Content-Security-Policy", "script-src 'none'")],
        [("content-security-policy", "default-src *"), ("CONTENT-SECURITY-POLICY", "script-src 'none'")],
        iter([[b"Content-Security-Policy", b"script-src 'none'"]]),
    ],
)
def test_headers_are_a_mapping_or_pairs(headers: Any) -> None:
    assert [found.code for found in check(STUB, headers=headers)] == ["script-nonce"]


@pytest.mark.parametrize(
    ("headers", "kind"), [(1, "int"), ("a: b", "str"), (["ab"], "list"), ([("a", "b", "c")], "list"), ([1], "list")]
)
def test_what_is_no_headers_is_refused(headers: Any, kind: str) -> None:
    with pytest.raises(InvalidArgument) as raised:
        check("", headers=headers)
    assert str(raised.value) == f"headers must be a mapping of names to values, or pairs, got {kind}"


def test_no_finding_holds_a_persons_data() -> None:
    # Everything that is wrong with them, in one page: whatever is told of it, they are not.
    private = ("jane.doe@", "Jane", "Doe", "Elm Street", "token", "M-1445", "jd-77")
    page = customer(
        span("email", "jane.doe@example.com, jane.doe@example.com")
        + span("email", "Jane &amp;amp; Doe")
        + span("first_name", "Jane {{ x }}")
        + span("last_name", "D\u00adDoe &amp;amp;")
        + span("last_name", "Doe")
        + span("street", "1 Elm Street &amp;quot;")
        + span("marketing_permission", "Jane")
        + span("customer_reference", "jd-77")
        + span("price", "Jane 1,0")
    ) + cart(span("restore_link", "/cart?token=1") + span("restore_link", "https://shop.example.com/?token=1&copy=2"))
    page += order(
        span("order_number", "M-1445 \u200b") + f'<div class="buyer">{span("email", "Jane None {{ x }}")}</div>'
    )
    page += text("search_term", "Jane\u00ad") + text("category", "Jane > jane.doe@example.com")
    found = check(page, leave_out_email=True)
    assert len(found) > 15
    told = [part for each in found for part in (each.message, each.found, each.expected) if part]
    assert [part for part in told if any(held in part for held in private)] == []


def test_so_many_findings_of_one_rule_are_enough() -> None:
    assert len(check(text("page_type", "home") * 60, ignore=["value-repeated"])) == 50


CHECKS = Path(__file__).parents[2] / "docs" / "checks.md"


def test_the_documentation_has_an_entry_for_every_rule() -> None:
    entries = re.findall(r"^### (.+)\n\n\*(error|warning|note)\* · (.+)\n\n", CHECKS.read_text(), re.MULTILINE)
    told = [(code, severity, sentence.replace("`", "")) for code, severity, sentence in entries]
    assert sorted(told) == sorted((code, rule.severity, rule.sentence) for code, rule in rules.items())
