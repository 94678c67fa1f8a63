"""A thing for every statement that the library can make: each model in each form, and each call with few and with all of its
arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nosto_tagging import Cart, Customer, LineItem, Order, PageTagging, Product, api
from nosto_tagging.api import TrustedJavaScript

__all__ = ["ALL", "CART", "CUSTOMER", "DATA", "EVERYTHING", "ORDER", "PRODUCT", "THINGS", "WITH_CODE"]

HCID = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
LINE = {
    "product_id": "Kayak7",
    "sku_id": "7-red",
    "quantity": 2,
    "name": "Acme Kayak",
    "unit_price": "799.00",
    "price_currency_code": "EUR",
}
CUSTOMER = Customer(
    email="jane.doe@example.com",
    first_name="Jane",
    last_name="Doe",
    marketing_permission=True,
    customer_reference="5e3d4a9c-cf58-11ea-87d0-0242ac130003",
    hcid=HCID,
    type="loggedin",
    order_number="20451",
    source="newsletter",
    source_id="spring",
)
CART = Cart(
    items=[LINE, LineItem.pseudo(name="Discount", unit_price="-50.00", price_currency_code="EUR")],
    hcid=HCID,
    restore_link="https://shop.example.com/cart/restore?key=9f1c",
)
ORDER = Order(
    order_number="20451",
    external_order_ref="A-20451",
    created_at="2026-11-25 14:30:00",
    buyer={
        "email": "john.doe@example.com",
        "first_name": "John",
        "last_name": "Doe",
        "marketing_permission": False,
        "phone": "0",
        "post_code": "0",
        "country": "FI",
    },
    payment_provider="invoice",
    order_status_code="pending",
    order_status_label="Pending",
    items=[LINE],
    hcid=HCID,
)
PRODUCT = Product(
    product_id="Kayak7",
    name="Acme Kayak",
    url="https://shop.example.com/kayaks/7",
    image_url="https://images.example.com/kayaks/7.jpg",
    availability="InStock",
    price="799.00",
    price_currency_code="EUR",
    category=["/Boats/Kayaks", "/Sale"],
    category_id=["11", "12"],
    parent_category_id=["1"],
    brand="Acme",
    description="Goes straight.",
    google_category="Sporting Goods > Boating",
    list_price="899.00",
    tags1=["sea"],
    tags2=["new"],
    tags3=["add-to-cart", "low-stock"],
    rating_value="4.5",
    review_count=36,
    alternate_image_urls=["https://images.example.com/kayaks/7b.jpg"],
    thumb_url="https://images.example.com/kayaks/7s.jpg",
    date_published="2026-05-01",
    condition="new",
    gender="unisex",
    age_group="adult",
    gtin="4006381333931",
    unit_pricing_measure="1",
    unit_pricing_base_measure="1.5",
    unit_pricing_unit="piece",
    custom_fields={"hull": "round", "length.in m": "4.2"},
    selected_sku_id="7-red",
    variation_id="GENERAL",
    variations=[
        {
            "variation_id": "CLUB",
            "price_currency_code": "EUR",
            "price": "749.00",
            "list_price": "899.00",
            "availability": "OutOfStock",
            "price_text": "749 euros",
        }
    ],
    skus=[
        {
            "id": "7-red",
            "name": "Acme Kayak, red",
            "price": "799.00",
            "list_price": "899.00",
            "url": "https://shop.example.com/kayaks/7?colour=red",
            "image_url": "https://images.example.com/kayaks/7-red.jpg",
            "availability": "InStock",
            "gtin": "4006381333948",
            "custom_fields": {"colour": "red"},
            "inventory_level": 3,
        },
        {"id": "7-green", "name": "Acme Kayak, green", "price": 799, "availability": "InStock"},
    ],
    inventory_level=3,
    supplier_cost="400.00",
    valid_until="2026-12-31",
    source_updated="2026-11-24",
    update_received="2026-11-25",
)
EVERYTHING = PageTagging(
    page_type="product",
    customer=CUSTOMER,
    variation="GENERAL",
    cart=CART,
    order=ORDER,
    products=[PRODUCT],
    categories=["/Boats/Kayaks"],
    category_ids=["11"],
    parent_category_ids=["1"],
    brands=["Acme"],
    tags=["colour: red"],
    custom_fields={"hull": ["round", "flat"]},
    search_terms=["sea kayak"],
    affinity_signals={"brand": ["Acme"]},
    sort_order="cmp",
    elements=["productpage-1"],
    plugin_version={"main_module": "1.2", "cmp_module": "3", "msi_module": "4"},
)

FUNCTION = TrustedJavaScript("() => console.log(1)")
GROUPS = {"brand": ["Acme", "Apex"]}
FLAGS = {"skip_page_views": True, "track_events": False, "skip_events": True, "reload_cart": False}
HIT = {"productId": "Kayak7", "url": "https://shop.example.com/kayaks/7", "price": 799.5}
viewed = api.session.view_other()
asked = api.create_recommendation_request()

THINGS: dict[str, Callable[[], Any]] = {
    "a customer": lambda: CUSTOMER,
    "a cart": lambda: CART,
    "an empty cart": Cart,
    "an order": lambda: ORDER,
    "a product": lambda: PRODUCT,
    "a basic product": lambda: Product(product_id="Kayak7", basic=True),
    "a page": lambda: EVERYTHING,
    "customer": lambda: api.customer(CUSTOMER),
    "customer, an address": lambda: api.customer("jane.doe@example.com"),
    **{
        f"set_tagging_provider, {key}": lambda key=key, field=field: api.set_tagging_provider(  # type: ignore[misc, call-overload]  # a key for each
            key, getattr(EVERYTHING, field) or "https://shop.example.com/cart/restore?key=9f1c", priority=True
        )
        for field, key in PageTagging.names("provider").items()
    },
    "resend_cart_content": lambda: api.resend_cart_content(CART),
    "resend_cart_tagging": api.resend_cart_tagging,
    "resend_customer_tagging": api.resend_customer_tagging,
    "send_tagging": api.send_tagging,
    "add_segment_code_to_visit": lambda: api.add_segment_code_to_visit("vip"),
    "add_affinity_signals": lambda: api.add_affinity_signals(GROUPS),
    "report_add_to_cart": lambda: api.report_add_to_cart("Kayak7", "front-1"),
    "report_add_to_cart, a SKU": lambda: api.report_add_to_cart("Kayak7", "front-1", sku_id="7-red"),
    "record_attribution": lambda: api.record_attribution("vp", "Kayak7").done(),
    "record_attribution, all": lambda: (
        api.record_attribution("vp", "Kayak7", ref="front-1", ref_src="Kayak8", target_fragment="red", ref_type="rec")
        .record_attribution("src")
        .done()
    ),
    "attribute_product_clicks_in_campaign": lambda: api.attribute_product_clicks_in_campaign(
        TrustedJavaScript("document.body"), "result-1"
    ),
    "set_auto_load": lambda: api.set_auto_load(False),
    "load": api.load,
    "load_recommendations": api.load_recommendations,
    "load_recommendations, marked": lambda: api.load_recommendations(mark_nosto_element_clicked="front-1"),
    "remove_campaigns": lambda: api.remove_campaigns(["front-1", "front-2"]),
    "listen": lambda: api.listen("postrender", FUNCTION),
    "unlisten": lambda: api.unlisten("postrender", FUNCTION),
    "popup_campaigns": api.popup_campaigns,
    "open_popup": lambda: api.open_popup("popup-1"),
    "open_popup, all": lambda: api.open_popup("popup-1", overlay_opacity="0.8", fade_in_delay_ms=300, preview=False),
    "enable_popup": lambda: api.enable_popup("popup-1"),
    "disable_popup": lambda: api.disable_popup("popup-1"),
    "set_do_not_track": lambda: api.set_do_not_track(True),
    "is_do_not_track": api.is_do_not_track,
    "set_customer_identifier_service": lambda: api.set_customer_identifier_service(
        get_customer_id=TrustedJavaScript("() => undefined"), set_customer_id=TrustedJavaScript("id => {}")
    ),
    "record_search": lambda: api.record_search("serp", {"query": "kayak"}, {"products": {"hits": [], "total": 0}}),
    "record_search, all": lambda: api.record_search(
        "autocomplete", {"query": "kayak"}, {"query": "kayak"}, is_keyword=True, is_popular=False
    ),
    "record_search_submit": lambda: api.record_search_submit("kayak"),
    "record_search_click": lambda: api.record_search_click("serp", HIT),
    "record_search_add_to_cart": lambda: api.record_search_add_to_cart("category", HIT),
    # The session: what is set, each view, what a view takes, both endings.
    "session, all that is set": lambda: (
        api.session.set_customer(CUSTOMER)
        .set_cart(CART)
        .set_variation("GENERAL")
        .set_restore_link("https://shop.example.com/cart/restore?key=9f1c")
        .set_response_mode("JSON_ORIGINAL")
        .enable_campaign_injection()
        .disable_campaign_injection()
        .view_front_page()
        .load()
    ),
    "session, a logout": lambda: api.session.set_customer({}).set_cart({}).view_cart().update(),
    "session, no change": lambda: api.session.set_customer(None).set_cart(None).view_not_found().load(),
    "session, a product": lambda: api.session.view_product("Kayak7").load(),
    "session, a whole product": lambda: api.session.view_product(PRODUCT).load(),
    "session, a SKU": lambda: api.session.view_product_sku("Kayak7", "7-red").load(),
    "session, categories": lambda: api.session.view_category("/Boats", "/Sale").load(),
    "session, a search": lambda: api.session.view_search("sea kayak", "paddle").load(),
    "session, an order": lambda: api.session.add_order(ORDER).set_placements(["order-1"]).load(),
    "session, into the cart": lambda: api.session.report_add_to_cart("Kayak7", "front-1").update(),
    "session, all that a view takes": lambda: (
        viewed.set_placements(["other-1", "other-2"])
        .set_ref("Kayak7", "result-1")
        .set_categories(["/Boats"])
        .set_category_ids(["11"])
        .set_parent_category_ids(["1"])
        .set_brands(["Acme"])
        .set_tags(["sea"])
        .set_custom_fields({"hull": ["round"]})
        .add_affinity(GROUPS)
        .add_affinity(GROUPS, clear=True)
        .load(**FLAGS)
    ),
    "request": asked.load,
    "request, all": lambda: (
        api.create_recommendation_request(include_tagging=True)
        .set_products([PRODUCT, "Kayak8"], "front-1")
        .set_elements(["front-1"])
        .add_elements(["front-2"])
        .set_page_type("front")
        .set_current_categories(["/Boats"])
        .add_current_categories(["/Sale"])
        .add_current_category_ids(["11"])
        .add_current_parent_category_ids(["1"])
        .set_current_brands(["Acme"])
        .add_current_brands(["Apex"])
        .set_current_tags(["sea"])
        .add_current_tags(["new"])
        .add_current_custom_fields({"hull": ["round"]})
        .set_current_price_from("10.50")
        .set_current_price_to(99)
        .add_current_variation("GENERAL")
        .set_segment_codes(["vip"])
        .set_affinity_signals(GROUPS)
        .set_coupon(campaign="spring", code="TEN", used=True)
        .set_cart_content(CART)
        .set_restore_link("https://shop.example.com/cart/restore?key=9f1c")
        .set_response_mode("HTML")
        .set_refs({"Kayak7": "result-1"})
        .disable_campaign_injection()
        .load(**FLAGS)
    ),
}
ALL = {name: make() for name, make in THINGS.items()}

WITH_CODE = {
    name: ALL[name]
    for name in ("attribute_product_clicks_in_campaign", "listen", "unlisten", "set_customer_identifier_service")
}
"""What takes a function, and cannot be told as data."""
DATA = {name: thing for name, thing in ALL.items() if name not in WITH_CODE}
