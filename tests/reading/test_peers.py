"""Pages as other shop modules print them, each rebuilt in words of our own: what is read of them, and what is found."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import pytest

from nosto_tagging import PageTagging, check, read

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
LINE = {**CANOE, "quantity": 2}
PRODUCT = {
    "url": "https://shop.example.com/canoe",
    "product_id": "7",
    "name": "Canoe",
    "image_url": "https://shop.example.com/canoe.jpg",
    "price": "1299.00",
    "price_currency_code": "EUR",
    "availability": "InStock",
}


DISCOUNT = {**CANOE, "product_id": "-1", "quantity": "1", "name": "Discount", "unit_price": "-10.00"}
SKU = {"id": "7-1", "name": "Red", "price": "1299.00", "availability": "InStock"}
VARIATION = {"variation_id": "VIP", "price": "999.00", "price_currency_code": "EUR", "availability": "InStock"}
# As a script has it.
LITERAL = '{product_id: "7", quantity: 2, name: "Canoe", unit_price: 1299, price_currency_code: "EUR"}'


def lines(*given: dict[str, str], tag: str = "span") -> str:
    return "".join([f'<{tag} class="line_item">{spans(each)}</{tag}>' for each in given])


class Peer(NamedTuple):
    page: str
    told: dict[str, Any]
    """The fields of the `PageTagging` that is read."""
    found: list[tuple[str, str | None]]
    """Code, and what was found, of each finding."""
    options: dict[str, Any] = {}
    """How `check` is called."""


PEERS = {
    "the SDK: a customer who said no": Peer(
        sdk(
            "nosto_customer",
            spans(
                {
                    "first_name": "Jane",
                    "email": JANE,
                    "marketing_permission": "",
                    "gender": "Female",
                    "date_of_birth": "1994-12-11",
                    "city": "Helsinki",
                    "customer_reference": KEYED,
                    "hcid": HCID,
                    "customer_group": "General",
                }
            ),
        ),
        {
            "customer": {
                "email": JANE,
                "first_name": "Jane",
                "customer_reference": KEYED,
                "hcid": HCID,
                "customer_group": "General",
                "gender": "Female",
                "date_of_birth": "1994-12-11",
                "city": "Helsinki",
            }
        },
        [("consent-value", "")],
    ),
    "the SDK: a customer who said yes, and one of whom somebody passed the text false": Peer(
        sdk("nosto_customer", spans({"email": JANE, "marketing_permission": "1"})),
        {"customer": {"email": JANE, "marketing_permission": True}},
        [("consent-value", "1")],
    ),
    "the SDK: nobody": Peer(
        sdk("nosto_customer", spans({"email": "", "first_name": "", "marketing_permission": ""})),
        {},
        [("field-missing", None), ("field-empty", ""), ("field-empty", ""), ("consent-value", "")],
    ),
    "the SDK: a cart, whose names are not escaped": Peer(
        sdk(
            "nosto_cart",
            f'<span class="items">{lines(CANOE | {"name": "Salt & <b>Pepper</b> <3 m"}, CANOE)}</span>'
            + spans({"hcid": HCID}),
        ),
        {
            "cart": {
                "items": [
                    {**LINE, "name": "Salt & Pepper <3 m"},
                    LINE,
                ],
                "hcid": HCID,
            }
        },
        [("element-in-value", "Salt & Pepper <3 m")],
    ),
    "the SDK: a cart of one currency's format": Peer(
        sdk("nosto_cart", f'<span class="items">{lines(CANOE | {"unit_price": "1.299,00 €"})}</span>'),
        {"cart": {}},
        [("price-separator", "1.299,00 €")],
    ),
    "the SDK: an empty cart": Peer(sdk("nosto_cart", '<span class="items"></span>'), {"cart": {}}, []),
    "the SDK: a restore link that is not escaped": Peer(
        sdk("nosto_cart", spans({"restore_link": "https://shop.example.com/cart?h=abc&copy=1"})),
        {"cart": {"restore_link": "https://shop.example.com/cart?h=abc©=1"}},
        [("url-mangled", "a text of 38 characters")],
    ),
    "the SDK: an order": Peer(
        sdk(
            "nosto_purchase_order",
            spans(
                {
                    "order_number": "M-1445",
                    "external_order_ref": "1445",
                    "created_at": "2026-11-25 14:30:00",
                    "payment_provider": "checkmo [1.2]",
                    "order_status_code": "pending",
                    "order_status_label": "Pending",
                }
            )
            + f'<span class="buyer">{spans({"first_name": "Jane", "email": JANE, "marketing_permission": ""})}</span>'
            + f'<span class="purchased_items">{lines(CANOE, DISCOUNT)}</span>',
        ),
        {
            "order": {
                "order_number": "M-1445",
                "external_order_ref": "1445",
                "created_at": "2026-11-25T14:30:00Z",
                "buyer": {"email": JANE, "first_name": "Jane"},
                "payment_provider": "checkmo [1.2]",
                "order_status_code": "pending",
                "order_status_label": "Pending",
                "items": [
                    LINE,
                    DISCOUNT,
                ],
            }
        },
        [("consent-value", "")],
    ),
    "the SDK: a product with all its lists": Peer(
        sdk(
            "nosto_product",
            spans(PRODUCT) + '<span class="categories"><span class="category">/Boats</span>'
            '<span class="category">/Boats/Canoes</span></span>'
            '<span class="tags1"><span class="tag">add-to-cart</span><span class="tag">new</span></span>'
            '<span class="tags2"><span class="tag">second</span></span><span class="tags3"></span>'
            '<span class="category_ids"><span class="category_id">10</span></span>'
            '<span class="parent_category_ids"><span class="parent_category_id">4</span></span>'
            '<span class="alternate_image_urls">'
            '<span class="alternate_image_url">https://shop.example.com/2.jpg</span></span>'
            f'<span class="skus"><span class="nosto_sku">{spans(SKU)}</span></span>'
            f'<span class="variations"><span class="variation">{spans(VARIATION)}</span></span>',
        ),
        {
            "products": [
                {
                    **PRODUCT,
                    "category": ["/Boats", "/Boats/Canoes"],
                    "category_id": ["10"],
                    "parent_category_id": ["4"],
                    "tags1": ["add-to-cart", "new"],
                    "tags2": ["second"],
                    "alternate_image_urls": ["https://shop.example.com/2.jpg"],
                    "variations": [VARIATION],
                    "skus": [SKU],
                }
            ]
        },
        [],
    ),
    "the SDK: custom fields of any name, and a list among them": Peer(
        sdk(
            "nosto_product",
            spans(PRODUCT) + r'<span class="custom_fields"><span class="key.with.\special?char s*">åäö</span>'
            '<span class="size 12">L</span><span class="size "quoted"">XL</span>'
            '<span class="care"><span class="care"><span class="name">Wash</span></span></span></span>',
        ),
        {
            "products": [
                {
                    **PRODUCT,
                    "custom_fields": {
                        "key.with.\\special?char s*": "åäö",
                        "size 12": "L",
                        "size": "XL",
                        "care": "Wash",
                    },
                }
            ]
        },
        [("element-in-value", "Wash")],
    ),
    "the SDK: a product printed for the second time": Peer(
        sdk("nosto_product", spans(PRODUCT | {"name": "Salt &amp;amp; Pepper", "brand": "&amp;quot;Acme&amp;quot;"})),
        {"products": [{**PRODUCT, "name": "Salt &amp; Pepper", "brand": "&quot;Acme&quot;"}]},
        [("encoded-twice", "&amp;"), ("encoded-twice", "&quot;")],
    ),
    "the SDK: a category with its own id, name and address": Peer(
        sdk(
            "nosto_category",
            spans(
                {
                    "category_string": "/Boats/Canoes",
                    "id": "10",
                    "parent_id": "4",
                    "name": "Canoes",
                    "url": "https://shop.example.com/canoes",
                    "level": "3",
                }
            ),
        ),
        {"categories": ["/Boats/Canoes"], "category_ids": ["10"], "parent_category_ids": ["4"]},
        [],
    ),
    "Magento 2, Luma: the bindings before they are filled": Peer(
        guarded(
            "nosto_customer",
            '<!-- ko if: email --><span class="email" data-bind="text: email"></span>'
            '<span class="first_name" data-bind="text: first_name"></span>'
            '<span class="marketing_permission" data-bind="text: marketing_permission"></span><!-- /ko -->',
        ),
        {},
        [("field-missing", None), ("field-empty", ""), ("field-empty", ""), ("consent-value", "")],
    ),
    "Magento 2, Luma: the same when they are": Peer(
        sdk(
            "nosto_customer",
            spans(
                {
                    "email": JANE,
                    "first_name": "Jane",
                    "marketing_permission": "false",
                    "customer_reference": UNKEYED,
                    "hcid": HCID,
                }
            ),
        ),
        {
            "customer": {
                "email": JANE,
                "first_name": "Jane",
                "marketing_permission": False,
                "customer_reference": UNKEYED,
                "hcid": HCID,
            }
        },
        [("reference-guessable", "a text of 64 characters")],
    ),
    "Magento 2, Luma: the same, of no visitor yet": Peer(
        sdk("nosto_customer", spans({"email": JANE, "marketing_permission": "false", "hcid": ""})),
        {"customer": {"email": JANE, "marketing_permission": False}},
        [("field-empty", "")],
    ),
    "Magento 2: tagging providers, by the older name of the call and with a key that nobody reads": Peer(
        STUB.replace("<script>", '<script nonce="today">')
        + '<script nonce="today">nostojs(function(api){api.internal.setTaggingProvider("pageType", "search");'
        'api.internal.setTaggingProvider("searchTerm", "canoe")})</script>',
        {"page_type": "search"},
        [("search-term-missing", "search"), ("provider-key", "searchTerm")],
        {"headers": {"Content-Security-Policy": "script-src 'nonce-today'"}},
    ),
    "Magento 2: a product under the names of the REST API": Peer(
        guarded("nosto_product", spans(PRODUCT))
        + STUB
        + '<script>nostojs(function(api){api.internal.setTaggingProvider("products", [{"product_id": "7",'
        '"categories": ["/Boats"], "tag1": ["new"], "inventory_level": 3, "brand": null}])})</script>',
        {"products": [{"product_id": "7", "tags1": ["new"], "basic": True}]},
        [("inventory-in-page", "a text of 1 character"), ("provider-null", "products")],
    ),
    "Magento 2, Hyvä: an empty text in place of the provider's script": Peer(
        STUB + guarded("nosto_page_type", "product") + "<script></script>",
        {"page_type": "product"},
        [("product-missing", "product")],
    ),
    "Magento 2, Hyvä: what innerHTML made of names that are not escaped": Peer(
        guarded(
            "nosto_customer",
            f'<span class="email">{JANE}</span><span class="first_name">Jane <img src=x onerror=alert(1)></span>'
            '<span class="last_name"><script>alert(1)</script>Doe</span><span class="marketing_permission"></span>',
        ),
        {"customer": {"email": JANE, "first_name": "Jane", "last_name": "alert(1)Doe"}},
        [
            ("element-in-value", "a text of 4 characters"),
            ("element-in-value", "a text of 11 characters"),
            ("consent-value", ""),
        ],
    ),
    "Magento 2, Hyvä: the script that makes it": Peer(
        STUB + '<script>function fill(c) { document.body.innerHTML = `<span class="nosto_customer"><span class="email">'
        "${c.email}</span></span>`; nostojs(api => api.resendCustomerTagging()) }</script>",
        {},
        [],
    ),
    "Magento 2, Hyvä: a template engine that ate ${…}": Peer(
        STUB + "<script>nostojs(api => api.customer({email: `` , first_name: }))</script>",
        {},
        [("script-broken", None)],
    ),
    "Magento 1, before translators": Peer(
        template("nosto_customer", spans({"first_name": "Jane", "email": JANE, "marketing_permission": ""})),
        {"customer": {"email": JANE, "first_name": "Jane"}},
        [("translation-guard", None), ("consent-value", "")],
    ),
    "Magento 1: a category that is escaped twice, and so is what was searched for": Peer(
        guarded("nosto_category", "/Salt &amp;amp; Pepper") + guarded("nosto_search_term", "&amp;quot;canoe&amp;quot;"),
        {"categories": ["/Salt &amp; Pepper"], "search_terms": ["&quot;canoe&quot;"]},
        [("encoded-twice", "&amp;"), ("encoded-twice", "&quot;")],
    ),
    "PrestaShop: a brand as a category, and a customer without an address": Peer(
        sdk("nosto_category", spans({"category_string": "/Acme"}))
        + sdk(
            "nosto_customer", spans({"first_name": "Jane", "marketing_permission": "", "customer_reference": UNKEYED})
        ),
        {"customer": {"first_name": "Jane", "customer_reference": UNKEYED}, "categories": ["/Acme"]},
        [("consent-value", "")],
    ),
    "PrestaShop: an uncached part, from nobody's cache": Peer(
        template("nosto_customer", spans({"email": JANE, "hcid": HCID})),
        {"customer": {"email": JANE, "hcid": HCID}},
        [("translation-guard", None)],
        {"headers": {"Cache-Control": "private, no-store"}},
    ),
    "Shopware 5: what was searched for, not escaped": Peer(
        template("nosto_search_term", "<img src=x>canoe"),
        {"search_terms": ["canoe"]},
        [("element-in-value", "a text of 5 characters"), ("translation-guard", None)],
    ),
    "Shopware 6: the cart's own widget": Peer(
        template("nosto_customer", spans({"email": JANE, "marketing_permission": "false"}))
        + template("nosto_cart", lines(CANOE, tag="div")),
        {"customer": {"email": JANE, "marketing_permission": False}, "cart": {"items": [LINE]}},
        [("translation-guard", None), ("translation-guard", None)],
    ),
    "Shopware 6: an order, which never has a consent": Peer(
        guarded("nosto_page_type", "order")
        + guarded(
            "nosto_purchase_order",
            spans({"order_number": "10001"})
            + f'<div class="buyer">{spans({"email": JANE, "marketing_permission": "false"})}</div>'
            f'<div class="purchased_items">{lines(CANOE, tag="div")}</div>',
        ),
        {
            "page_type": "order",
            "order": {
                "order_number": "10001",
                "buyer": {"email": JANE, "marketing_permission": False},
                "items": [LINE],
            },
        },
        [],
    ),
    "Shopware 6: several tags as one, and blanks around an id": Peer(
        guarded("nosto_product", spans(PRODUCT | {"product_id": "\n        7\n    ", "tag1": "[red, new]"})),
        {"products": [{**PRODUCT, "tags1": ["[red, new]"]}]},
        [("placeholder", "[…]")],
    ),
    "Salesforce Commerce Cloud: a cached page with its first visitor": Peer(
        template("nosto_customer", spans({"email": JANE, "first_name": "Jane", "last_name": "Doe"})),
        {"customer": {"email": JANE, "first_name": "Jane", "last_name": "Doe"}},
        [("translation-guard", None), ("personal-cacheable", "cache-control: public, s-maxage=600")],
        {"headers": SHARED},
    ),
    "WooCommerce: the same, with a kind of page that is none": Peer(
        template("nosto_page_type", "home") + template("nosto_customer", spans({"email": JANE, "last_name": "Doe"})),
        {"customer": {"email": JANE, "last_name": "Doe"}},
        [
            ("page-type-unknown", "home"),
            ("translation-guard", None),
            ("translation-guard", None),
            ("personal-cacheable", "cache-control: public, s-maxage=600"),
        ],
        {"headers": SHARED},
    ),
    "WooCommerce: a category as people read it, and a price as they do": Peer(
        guarded("nosto_category", "Home &gt; Canoes")
        + guarded("nosto_product", spans(PRODUCT | {"price": "1,299.00", "category": "Boats &gt; Canoes"})),
        {"products": [{name: value for name, value in PRODUCT.items() if name != "price"} | {"basic": True}]},
        [("category-form", "Home > Canoes"), ("price-separator", "1,299.00"), ("category-form", "Boats > Canoes")],
    ),
    "Drupal: a customer's login in place of a name": Peer(
        template("nosto_customer", spans({"email": JANE, "last_name": "jane77"})),
        {"customer": {"email": JANE, "last_name": "jane77"}},
        [("translation-guard", None), ("personal-cacheable", "cache-control: max-age=900, public")],
        {"headers": {"Cache-Control": "max-age=900, public"}},
    ),
    "Shopify: Liquid that is not escaped, and a restore link that is a path": Peer(
        template(
            "nosto_cart",
            f'<div class="line_item">{spans(CANOE | {"name": "Salt & Pepper", "unit_price": "12.99"})}</div>'
            + spans({"restore_link": "/cart/7:2"}),
        )
        + template("nosto_customer", spans({"email": JANE, "marketing_permission": "true"})),
        {
            "customer": {"email": JANE, "marketing_permission": True},
            "cart": {"items": [{**LINE, "name": "Salt & Pepper", "unit_price": "12.99"}]},
        },
        [
            ("translation-guard", None),
            ("url-relative", "a text of 9 characters"),
            ("personal-cacheable", "cache-control: public, s-maxage=600"),
            ("translation-guard", None),
        ],
        {"headers": SHARED},
    ),
    "Shopify: Liquid that was never run": Peer(
        template(
            "nosto_customer",
            spans({"email": "{{ customer.email }}", "customer_reference": "{{ customer.id | sha256 }}"}),
        ),
        {"customer": {"customer_reference": "{{ customer.id | sha256 }}"}},
        [("translation-guard", None), ("placeholder", "a template's code"), ("placeholder", "a template's code")],
    ),
    "Shopify: a checkout in the old theme": Peer(
        template("nosto_page_type", "cart") + template("nosto_cart", ""),
        {"page_type": "cart", "cart": {}},
        [("translation-guard", None), ("translation-guard", None)],
    ),
    "Lightspeed: what a template prints for nothing": Peer(
        template("nosto_product", spans(PRODUCT | {"brand": "null", "list_price": "undefined"})),
        {"products": [{**PRODUCT, "brand": "null"}]},
        [("translation-guard", None), ("placeholder", "null"), ("placeholder", "undefined")],
    ),
    "JTL: a page that is cached whole, with its nonce": Peer(
        STUB.replace("<script>", '<script nonce="yesterday">') + template("nosto_customer", spans({"email": JANE})),
        {"customer": {"email": JANE}},
        [
            ("script-nonce", "another nonce"),
            ("translation-guard", None),
            ("personal-cacheable", "cache-control: public, s-maxage=600"),
        ],
        {"headers": {**SHARED, "Content-Security-Policy": "script-src 'nonce-today'"}},
    ),
    "a theme that hides its tagging by a style sheet": Peer(
        template("nosto_customer hidden-by-css", spans({"email": JANE}), ""),
        {"customer": {"email": JANE}},
        [("block-visible", None), ("translation-guard", None)],
    ),
    "a single-page application's own template": Peer(
        template("nosto_page_type", "{{ page_type }}")
        + template("nosto_customer", spans({"email": "{{ customer.email }}"})),
        {},
        [
            ("placeholder", "a template's code"),
            ("page-type-unknown", "{{ page_type }}"),
            ("translation-guard", None),
            ("translation-guard", None),
            ("placeholder", "a template's code"),
        ],
    ),
    "nosto-react: a session that is sent": Peer(
        STUB.replace("<script>", '<script nonce="today">')
        + CLIENT.replace("async", 'nonce="today" async')
        + '<script nonce="today">nostojs(api => { api.defaultSession()'
        + f".setCart({{items: [{LITERAL}]}})"
        + '.setCustomer({email: "jane.doe@example.com", newsletter: false})'
        + '.viewProduct("7").setPlacements(["productpage-nosto-1"]).load() })</script>',
        {
            "page_type": "product",
            "customer": {"email": JANE, "marketing_permission": False},
            "cart": {"items": [LINE]},
            "products": [{"product_id": "7", "basic": True}],
            "elements": ["productpage-nosto-1"],
        },
        [],
        {"headers": {"Content-Security-Policy": "script-src 'nonce-today' https://connect.nosto.com"}},
    ),
    "nosto-react: with placements that only the client knows, and a cart that is not there yet": Peer(
        STUB + CLIENT + "<script>nostojs(api => { api.defaultSession().setCart(cart).viewFrontPage()"
        ".setPlacements(api.placements.getPlacements()).load() })</script>",
        {"page_type": "front"},
        [],
    ),
    "Hydrogen: a session that is never sent, and a script without a nonce": Peer(
        STUB.replace("<script>", '<script nonce="today">') + "<script>nostojs(api => { api.defaultSession()"
        '.setCustomer({email: "jane.doe@example.com", newsletter: true}).viewCategory("/Boats") })</script>',
        {},
        [("script-nonce", "no nonce"), ("session-unsent", "….viewCategory()")],
        {"headers": {"Content-Security-Policy": "script-src 'nonce-today' 'strict-dynamic'"}},
    ),
    "Hydrogen: an order": Peer(
        STUB
        + "<script>nostojs(api => { api.defaultSession()"
        + '.addOrder({info: {order_number: "M-1445", email: "jane.doe@example.com", type: "order", newsletter: true}, '
        + f"items: [{LITERAL}]}})"
        + '.setPlacements(["thankyou-nosto-1"]).load() })</script>',
        {
            "page_type": "order",
            "order": {
                "order_number": "M-1445",
                "buyer": {"email": JANE, "marketing_permission": True},
                "items": [LINE],
            },
            "elements": ["thankyou-nosto-1"],
        },
        [],
    ),
}


@pytest.mark.parametrize("name", PEERS)
def test_what_others_print_is_read_and_what_is_wrong_with_it_found(name: str) -> None:
    page, told, found, options = PEERS[name]
    assert read(page) == PageTagging(**told)
    assert [(each.code, each.found) for each in check(page, **options)] == found
