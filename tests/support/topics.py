"""Models of every topic with given texts in all fields that take text, and what a reader of their blocks must find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from nosto_tagging import Cart, LineItem, Order, PageTagging, Product
from nosto_tagging.markup.reserved import RESERVED
from nosto_tagging.models.text import as_carried

__all__ = ["filled", "leaves"]

Leaf = tuple[str, str]
URL = "https://shop.example.com/x"


def _class_name(text: str) -> str:
    """A name that no reader takes for tagging."""
    words = as_carried(text).split()
    return text if RESERVED.isdisjoint(word.lower() for word in words) else f"{'-'.join(words)}x"


def _category(text: str) -> str:
    """A category that is one level, and no longer than a path may be with its first slash."""
    return text.replace(">", "")[:999]


def filled(texts: Sequence[str]) -> list[Cart | Order | Product | PageTagging]:
    """A model of each topic for each of `texts`, all of whose free texts it is; as many in a model as may be."""
    made: list[Cart | Order | Product | PageTagging] = []
    for start in range(0, len(texts), 20):
        some = [text for text in texts[start : start + 20] if as_carried(text)]
        if not some:
            continue
        short = [text for text in some if len(text) <= 500]  # names are told in errors nowhere, and need not be long
        names = list({as_carried(_class_name(text)): text for text in short})
        items = [
            {"product_id": text, "sku_id": text, "quantity": 1, "name": text, "unit_price": "1.50", "price_currency_code": "EUR"}
            for text in some
        ]  # fmt: skip
        fields = dict(zip(names, some, strict=False))
        skus = [
            {"id": text, "name": text, "price": 1, "availability": "InStock", "gtin": text, "custom_fields": fields}
            for text in some
        ]
        variations = [
            {
                "variation_id": text,
                "price_currency_code": "EUR",
                "price": 1,
                "availability": "InStock",
                "price_text": text,
            }
            for text in {as_carried(text): text for text in some}.values()
        ]
        made.append(Cart(items=items))
        for text in some:
            ids = [each for each in (text,) if len(as_carried(each).split()) == 1]
            grouped = {as_carried(text).replace(":", ";"): [text]}
            made += [
                Order(
                    order_number=text,
                    external_order_ref=text,
                    buyer={"first_name": text, "last_name": text, "phone": text},
                    payment_provider=text,
                    order_status_code=text,
                    order_status_label=text,
                    items=items[:1],
                ),
                PageTagging(
                    variation=text,
                    brands=[text],
                    tags=[text],
                    search_terms=[text],
                    sort_order=text,
                    category_ids=[text],
                    custom_fields=grouped,
                    affinity_signals=grouped,
                    elements=ids,
                    categories=[_category(text)],
                    plugin_version={"main_module": text},
                ),
            ]
        made.append(
            Product(
                product_id=some[0],
                name=some[-1],
                url=URL,
                image_url=URL,
                availability="InStock",
                price="2.50",
                price_currency_code="EUR",
                category=[_category(text) for text in some],
                category_id=some,
                parent_category_id=some,
                brand=some[0],
                description=some[0],
                google_category=some[0],
                tags1=some,
                tags2=some,
                tags3=some,
                condition=some[0],
                gender=some[0],
                age_group=some[0],
                gtin=some[0],
                unit_pricing_unit=some[0],
                custom_fields=fields,
                selected_sku_id=some[0],
                variation_id=some[0],
                variations=variations,
                skus=skus,
            )
        )
    return made


def leaves(model: Cart | Order | Product | PageTagging) -> list[Leaf]:
    """What the block must hold, spelled here once more: the classes that lead to each innermost element, and its text."""
    if isinstance(model, Cart):
        return list(_cart(model)) or [("nosto_cart", "")]
    if isinstance(model, Order):
        return list(_order(model))
    if isinstance(model, Product):
        return list(_product(model))
    return list(_page(model))


def _each(path: str, value: Any) -> Iterator[Leaf]:
    for each in value if isinstance(value, tuple) else (value,):
        if each is not None:
            yield path, _text(each)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{value.date().isoformat()} {value.time().isoformat()}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _fields(path: str, model: Any, names: str) -> Iterator[Leaf]:
    """``name`` or ``name=class``, in the order of the block."""
    for each in names.split():
        name, _, called = each.partition("=")
        yield from _each(f"{path}/{called or name}", getattr(model, name))


def _lines(path: str, items: tuple[LineItem, ...]) -> Iterator[Leaf]:
    for item in items:
        yield from _fields(path, item, "product_id sku_id quantity name unit_price price_currency_code")


def _cart(cart: Cart) -> Iterator[Leaf]:
    yield from _lines("nosto_cart/line_item", cart.items)
    yield from _fields("nosto_cart", cart, "hcid restore_link")


def _order(order: Order) -> Iterator[Leaf]:
    root = "nosto_purchase_order"
    yield from _fields(root, order, "order_number external_order_ref created_at")
    if order.buyer is not None:
        yield from _fields(f"{root}/buyer", order.buyer, "email first_name last_name marketing_permission")
    yield from _fields(root, order, "payment_provider order_status_code order_status_label")
    yield from _lines(f"{root}/purchased_items/line_item", order.items)
    yield from _fields(root, order, "hcid")


def _product(product: Product) -> Iterator[Leaf]:
    root = "nosto_product nosto_basic" if product.basic else "nosto_product"
    yield from _fields(root, product, "product_id name url image_url availability price price_currency_code category")
    yield from _fields(f"{root}/category_ids", product, "category_id")
    yield from _fields(f"{root}/parent_category_ids", product, "parent_category_id")
    yield from _fields(root, product, "brand description google_category list_price tags1=tag1 tags2=tag2 tags3=tag3")
    yield from _fields(root, product, "rating_value review_count alternate_image_urls=alternate_image_url thumb_url")
    yield from _fields(root, product, "date_published condition gender age_group gtin unit_pricing_measure")
    yield from _fields(root, product, "unit_pricing_base_measure unit_pricing_unit")
    yield from ((f"{root}/custom_fields/{name}", text) for name, text in product.custom_fields.items())
    yield from _fields(root, product, "selected_sku_id variation_id")
    for variation in product.variations:
        yield from _fields(
            f"{root}/variation", variation, "variation_id price_currency_code price list_price availability"
        )
    for sku in product.skus:
        yield from _fields(f"{root}/nosto_sku", sku, "id name price list_price url image_url availability gtin")
        yield from ((f"{root}/nosto_sku/custom_fields/{name}", text) for name, text in sku.custom_fields.items())


def _page(page: PageTagging) -> Iterator[Leaf]:
    """Of a page without models in it."""
    yield from _each("nosto_page_type", page.page_type)
    yield from _each("nosto_variation", page.variation)
    yield from _each("nosto_category", page.categories)
    yield from _each("nosto_brand", page.brands)
    yield from _each("nosto_tag", page.tags)
    yield from (("nosto_custom_field", f"{key}:{text}") for key, texts in page.custom_fields.items() for text in texts)
    yield from _each("nosto_search_term", page.search_terms)
    yield from (
        ("nosto_affinity_signals", f"{key}:{text}") for key, texts in page.affinity_signals.items() for text in texts
    )
    yield from _each("nosto_sort_order", page.sort_order)
    yield from (("nosto_element", "") for _ in page.elements)
