"""What can be tagged: one model a topic, imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nosto_tagging.models.cart import Cart as Cart
    from nosto_tagging.models.cart import LineItem as LineItem
    from nosto_tagging.models.customer import Customer as Customer
    from nosto_tagging.models.order import Buyer as Buyer
    from nosto_tagging.models.order import Order as Order
    from nosto_tagging.models.page import PageTagging as PageTagging
    from nosto_tagging.models.page import PluginVersion as PluginVersion
    from nosto_tagging.models.product import Product as Product
    from nosto_tagging.models.product import ProductVariation as ProductVariation
    from nosto_tagging.models.product import Sku as Sku

__all__ = [
    "Buyer",
    "Cart",
    "Customer",
    "LineItem",
    "Order",
    "PageTagging",
    "PluginVersion",
    "Product",
    "ProductVariation",
    "Sku",
]

_TOPICS = {
    "Buyer": "order",
    "Cart": "cart",
    "Customer": "customer",
    "LineItem": "cart",
    "Order": "order",
    "PageTagging": "page",
    "PluginVersion": "page",
    "Product": "product",
    "ProductVariation": "product",
    "Sku": "product",
}


def __getattr__(name: str) -> object:
    if name not in _TOPICS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_TOPICS[name]}"), name)
    return value
