"""Nosto's documented examples, each restated: what goes in, what a block of it must hold, and what a snippet of it must call.

Shapes and keys are the documentation's, and so are the names of the examples; products, prices and ids are others. Where an
example cannot come out as it is published, `differs` says why, and what stands beside it is what comes out instead.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from nosto_tagging import Cart, Customer, Order, PageTagging, Product, api
from nosto_tagging.api import TrustedJavaScript

__all__ = ["EXAMPLES", "LEFT_OUT", "Example"]

_GUIDE = "https://docs.nosto.com/techdocs/implementing-nosto/implement-on-your-website"
_MANUAL = f"{_GUIDE}/manual-implementation"
_ADVANCED = f"{_GUIDE}/advanced-implementation"
_JS = "https://docs.nosto.com/techdocs/apis/frontend/js-apis"
_SESSION = "https://docs.nosto.com/techdocs/apis/frontend/implementation-guide-session-api"
_TYPEDOC = "https://nosto.github.io/nosto-js/interfaces/client.API.html"

JANE: dict[str, Any] = {
    "email": "jane.doe@example.com",
    "first_name": "Jane",
    "last_name": "Doe",
    "customer_reference": "b6f0a3d2-7c15-4c1e-9a53-0d6f4e2c8a11",
}
JOHN: dict[str, Any] = {"email": "john.doe@example.com", "first_name": "John", "last_name": "Doe"}
KAYAK: dict[str, Any] = {
    "product_id": "Kayak7",
    "quantity": 1,
    "name": "Acme Kayak",
    "unit_price": "799.00",
    "price_currency_code": "EUR",
}
PADDLE: dict[str, Any] = {
    "product_id": "Paddle2",
    "quantity": 2,
    "name": "Acme Long Paddle",
    "unit_price": "59.90",
    "price_currency_code": "EUR",
}
# As scripts have them: numbers.
KAYAK_TOLD = {**KAYAK, "unit_price": 799}
PADDLE_TOLD = {**PADDLE, "unit_price": 59.9}
SHOWN: dict[str, Any] = {
    "product_id": "Kayak7",
    "name": "Acme Kayak",
    "url": "https://shop.example.com/kayak7",
    "image_url": "https://images.example.com/kayak7.jpg",
    "availability": "InStock",
    "price": "799.50",
    "price_currency_code": "USD",
}
SHOWN_TOLD = {**SHOWN, "price": 799.5}
RED: dict[str, Any] = {
    "id": "11",
    "name": "M-Red",
    "price": "789.00",
    "list_price": "849.00",
    "url": "https://shop.example.com/kayak7#/11-red",
    "image_url": "https://images.example.com/kayak7-11.jpg",
    "availability": "InStock",
    "custom_fields": {"size": "M", "color": "Red"},
}
GREEN = {**RED, "id": "12", "name": "M-Green", "custom_fields": {"size": "M", "color": "Green"}}
RESTORE = "https://shop.example.com/cart/restore?cart=2F6E0B1C"


class Example(NamedTuple):
    """One example: what is printed, and what must come of it; ``None`` where the documentation has no such form."""

    id: str
    page: str
    """Where it is published."""
    made: Any
    """A model or a call."""
    leaves: list[tuple[str, str]] | None = None
    """The classes that lead to each innermost element of the block, and its text."""
    calls: list[list[Any]] | None = None
    """The methods that the snippet calls, each with its arguments."""
    differs: str = ""


def _provided(key: str, value: Any) -> list[Any]:
    return ["api.setTaggingProvider", [key, value]]


def _lines(root: str, *items: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f"{root}/line_item/{name}", str(value)) for item in items for name, value in item.items()]


def _under(root: str, fields: dict[str, Any]) -> list[tuple[str, str]]:
    """The leaves of fields that hold one value, a list of them, or a map."""
    found: list[tuple[str, str]] = []
    for name, value in fields.items():
        if isinstance(value, dict):
            found += [(f"{root}/{name}/{key}", text) for key, text in value.items()]
        else:
            found += [(f"{root}/{name}", text) for text in (value if isinstance(value, list) else [value])]
    return found


def _sku_told(sku: dict[str, Any]) -> dict[str, Any]:
    return {**sku, "price": 789, "list_price": 849}


_SESSION_JANE = {
    "customer_reference": "c471f2a9.60312877",
    "email": "jane.doe@example.com",
    "first_name": "Jane",
    "last_name": "Doe",
}
_SESSION_CART = [{**PADDLE, "sku_id": "2-210"}, {**KAYAK, "sku_id": "7-11"}]
_SESSION_CART_TOLD = {"items": [{**PADDLE_TOLD, "sku_id": "2-210"}, {**KAYAK_TOLD, "sku_id": "7-11"}]}
_ORDERED = {**SHOWN, "variation_id": "GENERAL"}

_CUSTOMER = [
    Example(
        "customer-provider",
        f"{_MANUAL}/adding-the-customer-information",
        PageTagging(customer={**JANE, "marketing_permission": False, "type": "loggedin"}),
        [*_under("nosto_customer", {k: JANE[k] for k in ("email", "first_name", "last_name")}),
         ("nosto_customer/marketing_permission", "false"),
         ("nosto_customer/customer_reference", JANE["customer_reference"])],
        [_provided("customer", {**JANE, "newsletter": False, "type": "loggedin"})],
        differs="The order of the fields is that of the documented api.customer, with consent before the reference.",
    ),
    Example(
        "customer-api-call",
        f"{_JS}/common-examples/sending-customer-information",
        Customer(**JANE, marketing_permission=True),
        calls=[["api.customer", [{**JANE, "marketing_permission": True}]]],
    ),
    Example(
        "customer-api-call-typedoc",
        _TYPEDOC,
        api.customer(Customer(**JANE, marketing_permission=False)),
        calls=[["api.customer", [{**JANE, "marketing_permission": False}]]],
        differs="The types spell consent newsletter, the documentation of the call marketing_permission.",
    ),
    Example(
        "customer-session",
        f"{_SESSION}/spa-basics-managing-sessions",
        api.session.set_customer(Customer(**_SESSION_JANE, marketing_permission=True)).view_other().load(),
        calls=[
            ["api.defaultSession", []],
            ["api.defaultSession().setCustomer", [{**_SESSION_JANE, "newsletter": True}]],
            ["api.defaultSession().setCustomer().viewOther", []],
            ["api.defaultSession().setCustomer().viewOther().load", []],
        ],
        differs="A chain without a view is never sent, and is refused: this one ends in one.",
    ),
    Example(
        "customer-session-send-now",
        f"{_SESSION}/spa-basics-managing-sessions",
        api.session.set_customer(Customer(**_SESSION_JANE, marketing_permission=True)).view_cart().update(),
        calls=[
            ["api.defaultSession", []],
            ["api.defaultSession().setCustomer", [{**_SESSION_JANE, "newsletter": True}]],
            ["api.defaultSession().setCustomer().viewCart", []],
            ["api.defaultSession().setCustomer().viewCart().update", []],
        ],
    ),
]  # fmt: skip

_CART = [
    Example(
        "cart-provider",
        f"{_MANUAL}/cart-tagging",
        PageTagging(cart={"items": [KAYAK, PADDLE]}),
        _lines("nosto_cart", KAYAK, PADDLE),
        [_provided("cart", {"items": [KAYAK_TOLD, PADDLE_TOLD]})],
    ),
    Example(
        "restore-link",
        f"{_MANUAL}/cart-tagging",
        PageTagging(cart={}, restore_link=RESTORE),
        [("nosto_cart/restore_link", RESTORE)],
        [_provided("cart", {"items": []}), _provided("restoreLink", RESTORE)],
        differs="It stands in a cart, which the published fragment does not show.",
    ),
    Example(
        "cart-sku",
        f"{_ADVANCED}/extending-tagging-with-skus",
        Cart(items=[{**KAYAK, "sku_id": "7-11"}, {**KAYAK, "sku_id": "7-12"}, {**PADDLE, "sku_id": "2-210"}]),
        [
            (path, text)
            for item, sku in ((KAYAK, "7-11"), (KAYAK, "7-12"), (PADDLE, "2-210"))
            for path, text in [
                ("nosto_cart/line_item/product_id", item["product_id"]),
                ("nosto_cart/line_item/sku_id", sku),
                *_lines("nosto_cart", item)[1:],
            ]
        ],
    ),
    Example(
        "cart-session",
        f"{_SESSION}/spa-basics-managing-sessions",
        api.session.set_cart(Cart(items=_SESSION_CART)).view_other().load(),
        calls=[
            ["api.defaultSession", []],
            ["api.defaultSession().setCart", [_SESSION_CART_TOLD]],
            ["api.defaultSession().setCart().viewOther", []],
            ["api.defaultSession().setCart().viewOther().load", []],
        ],
        differs="A chain without a view is never sent, and is refused: this one ends in one.",
    ),
    Example(
        "cart-session-send-now",
        f"{_SESSION}/spa-basics-managing-sessions",
        api.session.set_cart(Cart(items=_SESSION_CART)).view_cart().update(),
        calls=[
            ["api.defaultSession", []],
            ["api.defaultSession().setCart", [_SESSION_CART_TOLD]],
            ["api.defaultSession().setCart().viewCart", []],
            ["api.defaultSession().setCart().viewCart().update", []],
        ],
    ),
    Example("cart-resend-tagging", _TYPEDOC, api.resend_cart_tagging(), calls=[["api.resendCartTagging", []]]),
]

_ORDER = [
    Example(
        "order-provider",
        f"{_MANUAL}/order-tagging",
        PageTagging(
            page_type="order",
            order={
                "order_number": "20451",
                "payment_provider": "invoice",
                "order_status_code": "paid",
                "buyer": {**JOHN, "marketing_permission": False},
                "items": [KAYAK, PADDLE],
            },
        ),
        [
            ("nosto_page_type", "order"),
            ("nosto_purchase_order/order_number", "20451"),
            *_under("nosto_purchase_order/buyer", {**JOHN, "marketing_permission": "false"}),
            ("nosto_purchase_order/payment_provider", "invoice"),
            ("nosto_purchase_order/order_status_code", "paid"),
            *_lines("nosto_purchase_order/purchased_items", KAYAK, PADDLE),
        ],
        [
            _provided("pageType", "order"),
            _provided(
                "order",
                {
                    "payment_provider": "invoice",
                    "order_status": "paid",
                    "info": {"order_number": "20451", **JOHN, "newsletter": "false", "type": "order"},
                    "items": [KAYAK_TOLD, PADDLE_TOLD],
                },
            ),
        ],
        differs="The published script leaves the consent out that the published block has.",
    ),
    Example(
        "order-sku",
        f"{_ADVANCED}/extending-tagging-with-skus",
        Order(order_number="20451", buyer=JOHN, items=[{**KAYAK, "sku_id": "7-11"}, {**PADDLE, "sku_id": "7-11"}]),
        [
            ("nosto_purchase_order/order_number", "20451"),
            *_under("nosto_purchase_order/buyer", JOHN),
            *[
                leaf
                for item in (KAYAK, PADDLE)
                for leaf in [
                    ("nosto_purchase_order/purchased_items/line_item/product_id", item["product_id"]),
                    ("nosto_purchase_order/purchased_items/line_item/sku_id", "7-11"),
                    *_lines("nosto_purchase_order/purchased_items", item)[1:],
                ]
            ],
        ],
    ),
]

_FRAGMENT = "Published as a fragment of a product; here the product is whole."
_OPTIONAL: dict[str, Any] = {
    "category": ["/Boats/Kayaks", "/Boats/Kayaks/Sea Kayaks"],
    "brand": "Acme",
    "description": "Goes straight, turns when asked!",
    "google_category": "Sporting Goods > Boating",
    "list_price": "899.00",
}
_PRODUCT = [
    Example(
        "product-basic",
        f"{_MANUAL}/product-tagging/default-product-tagging",
        PageTagging(page_type="product", products=[SHOWN]),
        [("nosto_page_type", "product"), *_under("nosto_product", SHOWN)],
        [_provided("pageType", "product"), _provided("products", [SHOWN_TOLD])],
    ),
    Example(
        "product-optional-fields",
        f"{_MANUAL}/product-tagging/default-product-tagging",
        Product(
            **SHOWN,
            **_OPTIONAL,
            tags1=["sea"],
            tags2=["new"],
            tags3=["few-left", "add-to-cart"],
            rating_value="4.5",
            review_count=12,
            alternate_image_urls=["https://images.example.com/a.jpg", "https://images.example.com/b.jpg"],
            custom_fields={"hull": "Round", "season": "Summer"},
        ),
        [
            *_under("nosto_product", {**SHOWN, **_OPTIONAL}),
            ("nosto_product/tag1", "sea"),
            ("nosto_product/tag2", "new"),
            ("nosto_product/tag3", "few-left"),
            ("nosto_product/tag3", "add-to-cart"),
            ("nosto_product/rating_value", "4.5"),
            ("nosto_product/review_count", "12"),
            ("nosto_product/alternate_image_url", "https://images.example.com/a.jpg"),
            ("nosto_product/alternate_image_url", "https://images.example.com/b.jpg"),
            ("nosto_product/custom_fields/hull", "Round"),
            ("nosto_product/custom_fields/season", "Summer"),
        ],
        differs=_FRAGMENT,
    ),
    Example(
        "product-selected-sku",
        f"{_MANUAL}/product-tagging/default-product-tagging",
        Product(**SHOWN, selected_sku_id="30711420012"),
        [*_under("nosto_product", SHOWN), ("nosto_product/selected_sku_id", "30711420012")],
        differs=_FRAGMENT,
    ),
    Example(
        "product-minimum",
        f"{_MANUAL}/product-tagging/minimum-product-tagging",
        PageTagging(page_type="product", products=[{"product_id": "Kayak7", "basic": True}]),
        [("nosto_page_type", "product"), ("nosto_product nosto_basic/product_id", "Kayak7")],
        [_provided("pageType", "product"), _provided("products", [{"product_id": "Kayak7"}])],
    ),
    Example(
        "product-skus",
        f"{_ADVANCED}/extending-tagging-with-skus",
        PageTagging(products=[{**SHOWN, "skus": [RED, GREEN]}]),
        [
            *_under("nosto_product", SHOWN),
            *_under("nosto_product/nosto_sku", RED),
            *_under("nosto_product/nosto_sku", GREEN),
        ],
        [_provided("products", [{**SHOWN_TOLD, "skus": [_sku_told(RED), _sku_told(GREEN)]}])],
        differs=_FRAGMENT,
    ),
    Example(
        "product-variations",
        f"{_ADVANCED}/adding-support-for-customer-group-pricing",
        PageTagging(
            products=[
                {
                    **_ORDERED,
                    "variations": {
                        "CLUB": {
                            "variation_id": "CLUB",
                            "price_currency_code": "EUR",
                            "price": "37.00",
                            "list_price": "45.90",
                            "availability": "InStock",
                        },
                        "TRADE": {
                            "variation_id": "TRADE",
                            "price_currency_code": "GBP",
                            "price": "31.00",
                            "availability": "OutOfStock",
                        },
                    },
                }
            ]
        ),
        [
            *_under("nosto_product", _ORDERED),
            ("nosto_product/variation/variation_id", "CLUB"),
            ("nosto_product/variation/price_currency_code", "EUR"),
            ("nosto_product/variation/price", "37.00"),
            ("nosto_product/variation/list_price", "45.90"),
            ("nosto_product/variation/availability", "InStock"),
            ("nosto_product/variation/variation_id", "TRADE"),
            ("nosto_product/variation/price_currency_code", "GBP"),
            ("nosto_product/variation/price", "31.00"),
            ("nosto_product/variation/availability", "OutOfStock"),
        ],
        [
            _provided(
                "products",
                [
                    {
                        **_ORDERED,
                        "price": 799.5,
                        "variations": {
                            "CLUB": {
                                "price_currency_code": "EUR",
                                "price": 37,
                                "list_price": 45.9,
                                "availability": "InStock",
                                "available": True,
                                "discounted": True,
                            },
                            "TRADE": {
                                "price_currency_code": "GBP",
                                "price": 31,
                                "availability": "OutOfStock",
                                "available": False,
                                "discounted": False,
                            },
                        },
                    }
                ],
            )
        ],
        differs=(
            "The published script has prices as texts and the code once more inside: the types have numbers, no code, "
            "and ask for available and discounted. The product is whole."
        ),
    ),
    Example(
        "product-variation-currency",
        f"{_ADVANCED}/adding-support-for-multi-currency",
        Product(**SHOWN, variation_id="USD"),
        [*_under("nosto_product", SHOWN), ("nosto_product/variation_id", "USD")],
        differs=_FRAGMENT,
    ),
]


def _page(name: str, page: str, /, leaves: list[tuple[str, str]], calls: list[Any], **fields: Any) -> Example:
    return Example(name, page, PageTagging(**fields), leaves, [_provided(key, value) for key, value in calls])


_CATEGORY = f"{_MANUAL}/category-and-brand-tagging"
_FILTER = f"{_JS}/recommendations/setting-up-dynamic-filtering"
_PAGES = [
    _page(
        "variation-group",
        f"{_ADVANCED}/adding-support-for-customer-group-pricing",
        [("nosto_variation", "CLUB")],
        [("variation", "CLUB")],
        variation="CLUB",
    ),
    _page(
        "variation-currency",
        f"{_ADVANCED}/adding-support-for-multi-currency",
        [("nosto_variation", "GBP")],
        [("variation", "GBP")],
        variation="GBP",
    ),
    _page(
        "category",
        _CATEGORY,
        [("nosto_page_type", "category"), ("nosto_category", "/Boats/Kayaks/Sea Kayaks")],
        [("pageType", "category"), ("categories", ["/Boats/Kayaks/Sea Kayaks"])],
        page_type="category",
        categories=["/Boats/Kayaks/Sea Kayaks"],
    ),
    _page(
        "brand",
        _CATEGORY,
        [("nosto_page_type", "category"), ("nosto_brand", "Apex")],
        [("pageType", "category"), ("brands", ["Apex"])],
        page_type="category",
        brands=["Apex"],
    ),
    _page(
        "facet-tags",
        _CATEGORY,
        [("nosto_tag", "color: Green"), ("nosto_tag", "gender: Women")],
        [("tags", ["color: Green", "gender: Women"])],
        tags=["color: Green", "gender: Women"],
    ),
    _page(
        "filter-category-one",
        _FILTER,
        [("nosto_category", "/Men's/Wetsuits")],
        [("categories", ["/Men's/Wetsuits"])],
        categories=["/Men's/Wetsuits"],
    ),
    _page(
        "filter-category-two",
        _FILTER,
        [("nosto_category", "/Men's/Wetsuits"), ("nosto_category", "/Men's/Offers")],
        [("categories", ["/Men's/Wetsuits", "/Men's/Offers"])],
        categories=["/Men's/Wetsuits", "/Men's/Offers"],
    ),
    _page("filter-tag-one", _FILTER, [("nosto_tag", "striped")], [("tags", ["striped"])], tags=["striped"]),
    _page(
        "filter-tag-two",
        _FILTER,
        [("nosto_tag", "striped"), ("nosto_tag", "matt")],
        [("tags", ["striped", "matt"])],
        tags=["striped", "matt"],
    ),
    _page(
        "filter-custom-field-one",
        _FILTER,
        [("nosto_custom_field", "gender:female")],
        [("customFields", {"gender": ["female"]})],
        custom_fields={"gender": ["female"]},
    ),
    _page(
        "filter-custom-field-two",
        _FILTER,
        [("nosto_custom_field", "gender:female"), ("nosto_custom_field", "hull:round")],
        [("customFields", {"gender": ["female"], "hull": ["round"]})],
        custom_fields={"gender": ["female"], "hull": ["round"]},
    ),
    _page(
        "search",
        f"{_MANUAL}/search-tagging",
        [("nosto_page_type", "search"), ("nosto_search_term", "long paddle")],
        [("pageType", "search"), ("searchTerms", ["long paddle"])],
        page_type="search",
        search_terms=["long paddle"],
    ),
    _page(
        "page-type",
        f"{_MANUAL}/tag-your-page-types",
        [("nosto_page_type", "front")],
        [("pageType", "front")],
        page_type="front",
    ),
    _page(
        "affinity-signals",
        f"{_MANUAL}/affinity-tagging",
        [
            ("nosto_affinity_signals", "size:38"),
            ("nosto_affinity_signals", "brand:Acme"),
            ("nosto_affinity_signals", "brand:Apex"),
        ],
        [("affinitySignals", {"size": ["38"], "brand": ["Acme", "Apex"]})],
        affinity_signals={"size": [38], "brand": ["Acme", "Apex"]},
    ),
    _page(
        "provider-typedoc",
        _TYPEDOC,
        [("nosto_page_type", "category"), ("nosto_category", "/Paddles")],
        [("pageType", "category"), ("categories", ["/Paddles"])],
        page_type="category",
        categories=["Paddles"],
    )._replace(differs="Published without the slash that the documentation's own pages have before a category."),
]

_PLACEMENT = f"{_MANUAL}/defining-nosto-placements"
_PLACEMENTS = [
    _page("placement", _PLACEMENT, [("nosto_element", "")], [("elements", ["front-1"])], elements=["front-1"]),
    _page(
        "placement-three",
        _PLACEMENT,
        [("nosto_element", "")] * 3,
        [("elements", ["front-1", "front-2", "front-3"])],
        elements=["front-1", "front-2", "front-3"],
    ),
    _page(
        "placement-session-static",
        f"{_SESSION}/handling-placements",
        [("nosto_element", "")],
        [("elements", ["front-2"])],
        elements=["front-2"],
    )._replace(
        differs="Published with a style that hides it until it is filled, in this one place of the documentation."
    ),
]

_VIEWED = f"{_JS}/recommendations/sending-product-view-events"
_ATTRIBUTION = f"{_JS}/record-attribution"
_POPUPS = f"{_JS}/popups"
_IDS = f"{_SESSION}/advanced-usage/spa-customising-session-handling"
_TRACKING = f"{_SESSION}/advanced-usage/spa-out-out-of-session-tracking"
_RENDERED = TrustedJavaScript("() => console.log('told')")
_STORE = {"getCustomerId": {"$function": "() => localStorage.who"}, "setCustomerId": {"$function": "id => {}"}}
_SERVICE = api.set_customer_identifier_service(
    get_customer_id=TrustedJavaScript("() => localStorage.who"), set_customer_id=TrustedJavaScript("id => {}")
)


def _view(name: str, page: str, action: Any, *steps: list[Any], differs: str = "") -> Example:
    """A session's chain: each step's path is that of the one before with its own."""
    calls: list[list[Any]] = [["api.defaultSession", []]]
    for method, *given in steps:
        calls.append([f"{calls[-1][0]}().{method}", given])
    return Example(name, page, action, calls=calls, differs=differs)


def _attributed(name: str, made: Any, event: dict[str, str]) -> Example:
    calls = [["api.recordAttribution", [event]], ["api.recordAttribution().done", []]]
    return Example(name, _ATTRIBUTION, made.done(), calls=calls)


_CALLS = [
    _view(
        "variation-session-group",
        f"{_SESSION}/advanced-usage/spa-adding-support-for-customer-group-pricing",
        api.session.set_variation("CLUB").view_other().load(),
        ["setVariation", "CLUB"],
        ["viewOther"],
        ["load"],
        differs="A chain without a view is never sent, and is refused: this one ends in one.",
    ),
    _view(
        "variation-session-currency",
        f"{_SESSION}/advanced-usage/spa-adding-support-for-multi-currency",
        api.session.set_variation("GBP").view_other().load(),
        ["setVariation", "GBP"],
        ["viewOther"],
        ["load"],
        differs="A chain without a view is never sent, and is refused: this one ends in one.",
    ),
    Example(
        "affinity-signals-call",
        _TYPEDOC,
        api.add_affinity_signals({"brand": ["Acme", "Apex"]}),
        calls=[["api.addAffinitySignals", [{"brand": ["Acme", "Apex"]}]]],
    ),
    Example(
        "autoload-off", f"{_JS}/initializing-nosto", api.set_auto_load(False), calls=[["api.setAutoLoad", [False]]]
    ),
    Example(
        "load-recommendations",
        f"{_JS}/recommendations/loading-recommendations",
        api.load_recommendations(),
        calls=[["api.loadRecommendations", []]],
    ),
    Example(
        "load-recommendations-marked",
        f"{_JS}/recommendations/loading-recommendations",
        api.load_recommendations(mark_nosto_element_clicked="search-nosto-2"),
        calls=[["api.loadRecommendations", [{"markNostoElementClicked": "search-nosto-2"}]]],
        differs="Published with two soft hyphens in the id, which no placement has.",
    ),
    Example("load", f"{_JS}/recommendations/loading-recommendations", api.load(), calls=[["api.load", []]]),
    Example(
        "segment",
        f"{_JS}/common-examples/manually-segmenting-users",
        api.add_segment_code_to_visit("paddlers"),
        calls=[["api.addSegmentCodeToVisit", ["paddlers"]]],
    ),
    Example(
        "segment-typedoc",
        _TYPEDOC,
        api.add_segment_code_to_visit("club member"),
        calls=[["api.addSegmentCodeToVisit", ["club member"]]],
    ),
    Example(
        "view-product",
        _VIEWED,
        api.create_recommendation_request().set_products(["Kayak7"]).load(),
        calls=[
            ["api.createRecommendationRequest", []],
            ["api.createRecommendationRequest().setProducts", [[{"product_id": "Kayak7"}]]],
            ["api.createRecommendationRequest().setProducts().load", []],
        ],
    ),
    Example(
        "view-product-attributed",
        _VIEWED,
        api.create_recommendation_request().set_products(["Kayak7"], "front-1").load(),
        calls=[
            ["api.createRecommendationRequest", []],
            ["api.createRecommendationRequest().setProducts", [[{"product_id": "Kayak7"}], "front-1"]],
            ["api.createRecommendationRequest().setProducts().load", []],
        ],
    ),
    Example(
        "add-to-cart-attribution",
        f"{_JS}/recommendations/sending-add-to-cart-events",
        api.report_add_to_cart("Kayak7", "category-1"),
        calls=[["api.reportAddToCart", ["Kayak7", "category-1"]]],
        differs="Published under a name that the types call deprecated, in favour of this one.",
    ),
    *(
        Example(
            name, page, api.listen(event, _RENDERED), calls=[["api.listen", [event, {"$function": _RENDERED.source}]]]
        )
        for name, page, event in (
            ("listen-postrender", f"{_JS}/recommendations/recommendation-callbacks", "postrender"),
            ("listen-prerender", f"{_JS}/recommendations/recommendation-callbacks", "prerender"),
            ("popup-listen-email", f"{_POPUPS}/popup-callbacks", "emailgiven"),
            ("listen-taggingsent", f"{_ADVANCED}/event-api-listening-to-bus-events-with-api.listen", "taggingsent"),
        )
    ),
    Example(
        "popup-enable",
        f"{_POPUPS}/enabling-and-disabling-popups",
        api.enable_popup("popup-7"),
        calls=[["api.enablePopup", ["popup-7"]]],
    ),
    Example(
        "popup-disable",
        f"{_POPUPS}/enabling-and-disabling-popups",
        api.disable_popup("popup-7"),
        calls=[["api.disablePopup", ["popup-7"]]],
    ),
    Example(
        "popup-list",
        f"{_POPUPS}/listing-popup-campaigns",
        api.popup_campaigns(),
        calls=[["api.popupCampaigns", []]],
    ),
    Example(
        "popup-open",
        f"{_POPUPS}/opening-a-popup",
        api.open_popup("popup-7", overlay_opacity=0.6, fade_in_delay_ms=250, preview=False),
        calls=[
            ["api.openPopup", ["popup-7", {"effects": {"overlayOpacity": 0.6, "fadeInDelayMs": 250}, "preview": False}]]
        ],
        differs="Published with the id of the first popup that popupCampaigns gives; a snippet is given its id.",
    ),
    Example("do-not-track", _TRACKING, api.set_do_not_track(True), calls=[["api.visit.setDoNotTrack", [True]]]),
    Example("do-not-track-check", _TRACKING, api.is_do_not_track(), calls=[["api.visit.isDoNotTrack", []]]),
    Example("session-id-service", _IDS, _SERVICE, calls=[["api.visit.setCustomerIdentifierService", [_STORE]]]),
    Example("session-id-localstorage", _IDS, _SERVICE, calls=[["api.visit.setCustomerIdentifierService", [_STORE]]]),
    _view(
        "session-report-add-to-cart",
        f"{_SESSION}/spa-basics-leveraging-features",
        api.session.report_add_to_cart("Kayak7", "front-1").update(),
        ["reportAddToCart", "Kayak7", "front-1"],
        ["update"],
    ),
    _attributed(
        "record-attribution-cmp",
        api.record_attribution("vp", "4417", ref="52018", ref_type="cmp"),
        {"type": "vp", "target": "4417", "ref": "52018", "refType": "cmp"},
    ),
    _attributed(
        "record-attribution-vp",
        api.record_attribution("vp", "4417", ref="front-1"),
        {"type": "vp", "target": "4417", "ref": "front-1"},
    ),
    _attributed(
        "record-attribution-refsrc",
        api.record_attribution("vp", "4417", ref="product-3", ref_src="4418"),
        {"type": "vp", "target": "4417", "ref": "product-3", "refSrc": "4418"},
    ),
    _attributed("record-attribution-con", api.record_attribution("con", "9ab1c2"), {"type": "con", "target": "9ab1c2"}),
]

EXAMPLES: list[Example] = [*_CUSTOMER, *_CART, *_ORDER, *_PRODUCT, *_PAGES, *_PLACEMENTS, *_CALLS]

_WEB_COMPONENT = "A custom element of Nosto's web components library, which the page's author writes; no tagging."
_DEPRECATED = "Marked deprecated where it is published, in favour of api.recordAttribution."
# What is not here, by the name of the example, and why.
LEFT_OUT = {
    "placement-extra-class": (
        "Nosto's own scripts compare the class as a whole, so that a second one breaks them: put a sidebar's class on an "
        "element around the placement."
    ),
    **dict.fromkeys(
        (
            "placement-web-component",
            "placement-web-component-id",
            "placement-web-component-lazy",
            "placement-web-component-product",
            "placement-web-component-cart-synced",
        ),
        _WEB_COMPONENT,
    ),
    **dict.fromkeys(
        ("session-record-attribution-vp", "session-record-attribution-cc", "session-record-attribution-con"),
        _DEPRECATED,
    ),
}
