"""What Hypothesis makes models of: every field, with texts that are hostile, odd, or not there."""

from __future__ import annotations

from datetime import UTC, date

from hypothesis import strategies as st
from support.expected import FREE_TEXT
from support.hostile import ADDRESSES, HOSTILE

from nosto_tagging import Customer
from nosto_tagging.errors import InvalidTagging
from nosto_tagging.markup.reserved import RESERVED
from nosto_tagging.models.text import as_carried

__all__ = ["CART", "FIELDS", "LINE_ITEM", "ORDER", "PAGE", "PRODUCT", "SKU", "VARIATION"]


def _is_taken(address: str) -> bool:
    try:
        Customer(email=address)
    except InvalidTagging:
        return False
    return True


# characters() gives surrogates as well, which text() alone does not.
TEXT = st.one_of(
    st.text(st.characters(), max_size=40),
    st.text("<>&\"'`\\/=-!;{}%$\x00\r\n\t\u2028\ud83d\ude00\ufeff\ufffe u0sS", max_size=20),
    # Hostile values one after the other.
    st.lists(st.sampled_from([value for _, value in HOSTILE if len(value) < 100]), max_size=4).map("".join),
    st.none(),
)
EMAIL = st.one_of(st.emails(), st.sampled_from([address for _, address in ADDRESSES]))
PERMISSION = st.sampled_from([None, True, False, "true", " FALSE ", "1", "0", "", 1, 0])
DATE = st.one_of(st.none(), st.dates(), st.dates().map(date.isoformat))
FIELDS = st.fixed_dictionaries(
    # st.emails() makes some that browsers refuse; what is tried here is what gets in.
    {"email": EMAIL.filter(_is_taken)},
    optional={
        **dict.fromkeys(FREE_TEXT, TEXT),
        "marketing_permission": PERMISSION,
        "date_of_birth": DATE,
        "hcid": st.one_of(st.none(), st.binary(min_size=32, max_size=32).map(bytes.hex)),
    },
)

# --- carts, orders, products, pages ----------------------------------------------------------------------------------

# What has to be there is not blank.
SOME_TEXT = TEXT.filter(lambda text: text is not None and bool(as_carried(text)))
IDENTIFIER = st.one_of(SOME_TEXT, st.integers(), st.uuids())
ANY_IDENTIFIER = st.one_of(st.none(), IDENTIFIER)
HCID = st.one_of(st.none(), st.binary(min_size=32, max_size=32).map(bytes.hex))
PRICE = st.one_of(
    st.integers(0, 10**15 - 1),
    st.decimals(0, 10**12, places=2),
    st.decimals(0, 10**8, places=6).map(str),
    st.integers(0, 10**13 - 1).map(lambda cents: cents / 100),  # a float, as Python writes it
)
AMOUNT = st.one_of(PRICE, st.decimals(-(10**12), 0, places=2))
NUMBER = st.one_of(st.none(), PRICE)
MOMENT = st.one_of(st.none(), st.datetimes(), st.datetimes(timezones=st.just(UTC)), st.datetimes().map(str))
CURRENCY = st.sampled_from(["EUR", "USD", "JPY", "XCG", " GBP "])
AVAILABILITY = st.sampled_from(["InStock", "OutOfStock", "http://schema.org/Discontinued", " Invisible "])
URL = st.one_of(
    st.none(),
    st.sampled_from(
        ["https://example.com", " http://example.com:8080/a?b=c&d=%22#e ", "https://example.com/'\"<b>`{{7*7}}\\"]
    ),
    st.text(st.characters(exclude_categories=("Z", "C")), max_size=20).map("https://example.com/{}".format),
)
TEXTS = st.lists(TEXT, max_size=3)
IDENTIFIERS = st.lists(ANY_IDENTIFIER, max_size=3)
CATEGORIES = st.lists(TEXT.map(lambda text: text and text.replace(">", "/")), max_size=3)


def _is_name(name: str) -> bool:
    """Whether a block may have a child of this class."""
    carried = as_carried(name)
    return bool(carried) and RESERVED.isdisjoint(carried.lower().split())


NAME = SOME_TEXT.filter(_is_name)
CUSTOM_FIELDS = st.lists(st.tuples(NAME, ANY_IDENTIFIER), max_size=3, unique_by=lambda pair: as_carried(pair[0])).map(
    dict
)
GROUPS = st.lists(
    st.tuples(SOME_TEXT.filter(lambda name: ":" not in name), st.lists(ANY_IDENTIFIER, max_size=3)),
    max_size=3,
    unique_by=lambda pair: as_carried(pair[0]),
).map(dict)

LINE_ITEM = st.fixed_dictionaries(
    {
        "product_id": st.just(-1),  # with which any amount goes
        "quantity": st.integers(1, 10**15 - 1),
        "name": SOME_TEXT,
        "unit_price": AMOUNT,
        "price_currency_code": CURRENCY,
    },
    optional={"sku_id": ANY_IDENTIFIER},
)
CART = st.fixed_dictionaries({}, optional={"items": st.lists(LINE_ITEM, max_size=3), "hcid": HCID, "restore_link": URL})
BUYER = st.fixed_dictionaries(
    {},
    optional={
        "email": EMAIL.filter(_is_taken),
        "marketing_permission": PERMISSION,
        **dict.fromkeys(("first_name", "last_name", "phone", "post_code", "country"), TEXT),
    },
)
ORDER = st.fixed_dictionaries(
    {"order_number": IDENTIFIER, "items": st.lists(LINE_ITEM, min_size=1, max_size=3)},
    optional={
        "external_order_ref": ANY_IDENTIFIER,
        "created_at": MOMENT,
        "buyer": st.one_of(st.none(), BUYER),
        **dict.fromkeys(("payment_provider", "order_status_code", "order_status_label"), TEXT),
        "hcid": HCID,
    },
)
SKU = st.fixed_dictionaries(
    {"id": IDENTIFIER, "name": SOME_TEXT, "price": PRICE, "availability": AVAILABILITY},
    optional={
        "list_price": NUMBER,
        "url": URL,
        "image_url": URL,
        "gtin": ANY_IDENTIFIER,
        "custom_fields": CUSTOM_FIELDS,
        "inventory_level": NUMBER,
    },
)
VARIATION = st.fixed_dictionaries(
    {"variation_id": IDENTIFIER, "price_currency_code": CURRENCY, "price": PRICE, "availability": AVAILABILITY},
    optional={"list_price": NUMBER, "available": PERMISSION, "discounted": PERMISSION, "price_text": TEXT},
)
PRODUCT = st.fixed_dictionaries(
    {"product_id": IDENTIFIER, "basic": st.just(value=True)},
    optional={
        **dict.fromkeys(("name", "brand", "description", "google_category", "condition", "gender", "age_group"), TEXT),
        **dict.fromkeys(("url", "image_url", "thumb_url"), URL),
        "availability": AVAILABILITY,
        "price_currency_code": CURRENCY,
        **dict.fromkeys(("price", "list_price", "unit_pricing_measure", "unit_pricing_base_measure"), NUMBER),
        "unit_pricing_unit": TEXT,
        "category": CATEGORIES,
        **dict.fromkeys(("category_id", "parent_category_id"), IDENTIFIERS),
        **dict.fromkeys(("tags1", "tags2", "tags3"), TEXTS),
        "rating_value": st.decimals(0, 5, places=2),
        "review_count": st.integers(0, 10**15 - 1),
        "alternate_image_urls": st.lists(URL, max_size=3),
        "date_published": DATE,
        **dict.fromkeys(("gtin", "selected_sku_id", "variation_id"), ANY_IDENTIFIER),
        "custom_fields": CUSTOM_FIELDS,
        "skus": st.lists(SKU, max_size=2),
        "variations": st.lists(VARIATION, max_size=2, unique_by=lambda fields: as_carried(str(fields["variation_id"]))),
        **dict.fromkeys(("inventory_level", "supplier_cost"), NUMBER),
        "valid_until": TEXT,
        **dict.fromkeys(("source_updated", "update_received"), DATE),
    },
)
PAGE = st.fixed_dictionaries(
    {},
    optional={
        "page_type": st.sampled_from(["front", " product ", "post-purchase"]),
        "customer": FIELDS,
        "variation": ANY_IDENTIFIER,
        "cart": CART.map(lambda fields: {name: value for name, value in fields.items() if name != "restore_link"}),
        "restore_link": URL,  # of the cart as well: two that differ are refused
        "order": ORDER,
        "products": st.lists(PRODUCT, max_size=2),
        "categories": CATEGORIES,
        **dict.fromkeys(("category_ids", "parent_category_ids"), IDENTIFIERS),
        **dict.fromkeys(("brands", "tags", "search_terms"), TEXTS),
        **dict.fromkeys(("custom_fields", "affinity_signals"), GROUPS),
        "sort_order": TEXT,
        "elements": st.lists(TEXT.map(lambda text: text and "".join(as_carried(text).split())), max_size=3),
        "plugin_version": st.fixed_dictionaries({"main_module": SOME_TEXT}, optional={"cmp_module": TEXT}),
    },
)
