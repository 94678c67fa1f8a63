"""Nosto's page tagging from validated Python objects: the public names, imported when first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nosto_tagging.csp import csp_sources as csp_sources
    from nosto_tagging.errors import NostoTaggingError as NostoTaggingError
    from nosto_tagging.markup.public import PublicTagger as PublicTagger
    from nosto_tagging.markup.tagger import Tagger as Tagger
    from nosto_tagging.markup.tagger import block as block
    from nosto_tagging.markup.tagger import client_script as client_script
    from nosto_tagging.markup.tagger import placement as placement
    from nosto_tagging.markup.tagger import snippet as snippet
    from nosto_tagging.markup.tagger import statement as statement
    from nosto_tagging.markup.tagger import statement_attribute as statement_attribute
    from nosto_tagging.models.cart import Cart as Cart
    from nosto_tagging.models.cart import LineItem as LineItem
    from nosto_tagging.models.customer import Customer as Customer
    from nosto_tagging.models.identity import customer_reference as customer_reference
    from nosto_tagging.models.identity import hcid as hcid
    from nosto_tagging.models.order import Buyer as Buyer
    from nosto_tagging.models.order import Order as Order
    from nosto_tagging.models.page import PageTagging as PageTagging
    from nosto_tagging.models.product import Product as Product
    from nosto_tagging.models.product import ProductVariation as ProductVariation
    from nosto_tagging.models.product import Sku as Sku
    from nosto_tagging.reading.check import check as check
    from nosto_tagging.reading.check import check_site as check_site
    from nosto_tagging.reading.tagging import read as read
    from nosto_tagging.settings import Settings as Settings

_HOMES = {
    "Buyer": "models.order",
    "Cart": "models.cart",
    "Customer": "models.customer",
    "LineItem": "models.cart",
    "NostoTaggingError": "errors",
    "Order": "models.order",
    "PageTagging": "models.page",
    "Product": "models.product",
    "ProductVariation": "models.product",
    "PublicTagger": "markup.public",
    "Settings": "settings",
    "Sku": "models.product",
    "Tagger": "markup.tagger",
    "block": "markup.tagger",
    "check": "reading.check",
    "check_site": "reading.check",
    "client_script": "markup.tagger",
    "csp_sources": "csp",
    "customer_reference": "models.identity",
    "hcid": "models.identity",
    "placement": "markup.tagger",
    "read": "reading.tagging",
    "snippet": "markup.tagger",
    "statement": "markup.tagger",
    "statement_attribute": "markup.tagger",
}

__all__ = [
    "Buyer",
    "Cart",
    "Customer",
    "LineItem",
    "NostoTaggingError",
    "Order",
    "PageTagging",
    "Product",
    "ProductVariation",
    "PublicTagger",
    "Settings",
    "Sku",
    "Tagger",
    "block",
    "check",
    "check_site",
    "client_script",
    "csp_sources",
    "customer_reference",
    "hcid",
    "placement",
    "read",
    "snippet",
    "statement",
    "statement_attribute",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
