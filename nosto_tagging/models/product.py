"""What is for sale: a product, its SKUs, and its prices for groups of customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any, ClassVar, Self, cast

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from nosto_tagging.errors import Problem
from nosto_tagging.models.catalogue import Availability, Description, Plain, Url
from nosto_tagging.models.currencies import Currency
from nosto_tagging.models.fields import Consent, Date, Identifier, Text, as_identifier
from nosto_tagging.models.lists import Categories, CustomFields, Identifiers, Texts, Urls, given
from nosto_tagging.models.numbers import Amount, Count, Measure, Price, Rating
from nosto_tagging.models.tagging import Form, Needed, Parts, Printed, TaggingModel, TaggingPart
from nosto_tagging.validation import characters, refuse

__all__ = ["NEEDED", "Product", "ProductVariation", "Sku"]

_IN_SCRIPTS = Printed(block=False)
_IN_BLOCK = Printed(call=False, provider=False)
_NOWHERE = Printed(block=False, call=False, provider=False)


class Sku(TaggingPart, defer_build=False):
    """One of the things that a product can be bought as: a size, a colour.

    ``id``, ``name``, ``price``, ``availability``
        As in `Product`, and all of them needed.
    ``list_price``, ``url``, ``image_url``, ``gtin``, ``custom_fields``
        As in `Product`; may be left out.
    ``inventory_level``
        Accepted, because rows have it, and never printed in a page.

    Raises `InvalidTagging`, which names every field that is wrong.

    The fields are those of Nosto's documentation of SKUs and of its ``PushedProductSKU`` type.
    """

    id: Annotated[Identifier, Plain, Needed()]
    name: Annotated[Text, Plain, Needed()]
    price: Annotated[Price, Needed()]
    list_price: Price | None = None
    url: Url | None = None
    image_url: Url | None = None
    availability: Annotated[Availability, Needed()]
    gtin: Identifier | None = None
    custom_fields: Annotated[CustomFields, Printed(always=True)] = Field(default_factory=dict)
    inventory_level: Annotated[Amount | None, _NOWHERE] = None


class ProductVariation(TaggingPart, defer_build=False):
    """A product's price for a group of customers, or in another currency.

    ``variation_id``
        The code of the group; upper and lower case differ.
    ``price_currency_code``, ``price``, ``list_price``, ``availability``
        As in `Product`; all but ``list_price`` are needed.
    ``available``, ``discounted``
        Whether it can be bought, and whether it costs less than its list price: scripts say so, by themselves where
        it is not given.
    ``price_text``
        Text; printed by scripts only.

    Raises `InvalidTagging`, which names every field that is wrong.

    The fields are those of Nosto's documentation of customer-group pricing and of its ``PushedVariation`` type.
    """

    variation_id: Annotated[Identifier, Needed(), _IN_BLOCK]
    price_currency_code: Annotated[Currency, Needed()]
    price: Annotated[Price, Needed()]
    list_price: Price | None = None
    availability: Annotated[Availability, Needed()]
    available: Annotated[Consent | None, _IN_SCRIPTS] = None
    discounted: Annotated[Consent | None, _IN_SCRIPTS] = None
    price_text: Annotated[Text | None, _IN_SCRIPTS] = None

    def told(self, form: Form) -> dict[str, Any]:
        told = super().told(form)
        if form != "block":
            told.setdefault("available", self.availability == "InStock")
            told.setdefault("discounted", self.list_price is not None and self.list_price > self.price)
        return told


def _variations(value: Any) -> list[Any]:
    """A list of variations, or a map from their codes, as scripts have them."""
    if not isinstance(cast("object", value), Mapping):
        return given(value)
    members: Mapping[Any, Any] = value
    found: list[Any] = []
    for code, held in members.items():
        thing: object = held
        if isinstance(thing, Mapping):
            fields: dict[Any, Any] = {"variation_id": code, **thing}
            own = fields["variation_id"]
            found.append(fields)
        else:
            own = getattr(thing, "variation_id", None) if isinstance(thing, ProductVariation) else None
            found.append(thing)
        if _code(own) != _code(code):
            raise refuse("must have under each code the variation of that variation_id, got another")
    return given(found)


def _code(value: Any) -> str | None:
    """A code as it is held; what is none is refused in its own place."""
    with suppress(PydanticCustomError):
        return as_identifier(value)
    return None


NEEDED = ("name", "url", "image_url", "availability", "price", "price_currency_code")
"""What a product has to have, but in the minimal form, beside its id."""


class Product(TaggingModel, defer_build=False):
    """The product that a page shows.

    ``product_id``
        The same id in carts and orders; text or a whole number.
    ``name``, ``url``, ``image_url``, ``availability``, ``price``, ``price_currency_code``
        Needed, but in the minimal form (see ``basic``). The URLs are absolute; ``availability`` is ``"InStock"``,
        ``"OutOfStock"``, ``"Invisible"`` or ``"Discontinued"``, also as a URL of schema.org; the price is what is
        paid, tax included: a decimal, a whole number, or text such as ``"999.50"``, and printed as it was given.
    ``category``
        A list of paths, ``"/Mens/Shoes"``, which are put into that form.
    ``category_id``, ``parent_category_id``, ``tags1``, ``tags2``, ``tags3``
        Lists of texts.
    ``brand``, ``description``, ``google_category``, ``condition``, ``gender``, ``age_group``, ``gtin``
        Text; a description has at most 100,000 characters.
    ``list_price``
        The price before a discount.
    ``rating_value``, ``review_count``
        A number from 0 to 5, and a whole number.
    ``alternate_image_urls``, ``thumb_url``
        A list of absolute URLs, and one.
    ``custom_fields``
        A mapping of names to texts. In a block a name becomes a class, so that one which is a class of Nosto's
        tagging is refused there.
    ``date_published``
        A date, or text such as ``"2011-12-31"``.
    ``unit_pricing_measure``, ``unit_pricing_base_measure``, ``unit_pricing_unit``
        Two numbers and a text.
    ``variation_id``, ``variations``
        The code of the primary currency or group, whichever is active, and a list of `ProductVariation`.
    ``skus``, ``selected_sku_id``
        A list of `Sku`, and the id of the one that is chosen.
    ``valid_until``, ``source_updated``, ``update_received``
        Text and two dates, which Nosto's types have and its documentation does not; printed by scripts only.
    ``inventory_level``, ``supplier_cost``
        Accepted, because rows have them, and never printed in a page.
    ``basic``
        ``True`` for the minimal form, which needs nothing but the id: for shops whose catalogue Nosto gets through
        its Products API, and does not crawl.

    Raises `InvalidTagging`, which names every field that is wrong.

    The fields are those of Nosto's documentation of product tagging and of its ``PushedProduct`` type, under that
    type's names.

    >>> Product(product_id="Canoe123", basic=True).payload()
    {'product_id': 'Canoe123'}
    """

    block_class: ClassVar[str] = "nosto_product"

    product_id: Annotated[Identifier, Needed()]
    name: Text | None = None
    url: Url | None = None
    image_url: Url | None = None
    availability: Availability = None
    price: Price | None = None
    price_currency_code: Currency | None = None
    category: Categories = ()
    category_id: Annotated[Identifiers, Printed(around="category_ids")] = ()
    parent_category_id: Annotated[Identifiers, Printed(around="parent_category_ids")] = ()
    brand: Text | None = None
    description: Description | None = None
    google_category: Text | None = None
    list_price: Price | None = None
    tags1: Annotated[Texts, Printed(block="tag1")] = ()
    tags2: Annotated[Texts, Printed(block="tag2")] = ()
    tags3: Annotated[Texts, Printed(block="tag3")] = ()
    rating_value: Rating | None = None
    review_count: Count | None = None
    alternate_image_urls: Annotated[Urls, Printed(block="alternate_image_url")] = ()
    thumb_url: Url | None = None
    date_published: Date = None
    condition: Text | None = None
    gender: Text | None = None
    age_group: Text | None = None
    gtin: Identifier | None = None
    unit_pricing_measure: Measure | None = None
    unit_pricing_base_measure: Measure | None = None
    unit_pricing_unit: Text | None = None
    custom_fields: CustomFields = Field(default_factory=dict)
    selected_sku_id: Identifier | None = None
    variation_id: Identifier | None = None
    variations: Annotated[
        Sequence[ProductVariation], Parts(), BeforeValidator(_variations), Printed(block="variation", tag="div")
    ] = ()
    skus: Annotated[Sequence[Sku], Parts(), BeforeValidator(given), Printed(block="nosto_sku")] = ()
    inventory_level: Annotated[Amount | None, _NOWHERE] = None
    supplier_cost: Annotated[Amount | None, _NOWHERE] = None
    valid_until: Annotated[Text | None, _IN_SCRIPTS] = None
    source_updated: Annotated[Date, _IN_SCRIPTS] = None
    update_received: Annotated[Date, _IN_SCRIPTS] = None
    basic: Annotated[bool, _NOWHERE] = False

    def whole(self) -> list[Problem]:
        problems: list[Problem] = []
        missing = [] if self.basic else [name for name in NEEDED if getattr(self, name) is None]
        if missing:
            minimal = "the minimal form, with nothing but a product_id, is basic=True"
            problems.append(Problem("", f"needs {', '.join(missing)}; {minimal}"))
        # One that was made past validation may lack its code, or hold anything in its place.
        if len({characters(each.__dict__.get("variation_id")) for each in self.variations}) < len(self.variations):
            problems.append(Problem("variations", "must have each variation_id once"))
        return problems

    def told(self, form: Form) -> dict[str, Any]:
        told = super().told(form)
        if form != "block" and self.variations:
            told["variations"] = {each.variation_id: each.told(form) for each in self.variations}
        return told

    def in_block(self) -> Self:
        return super().in_block().model_copy(update={"basic": self.basic})

    def block_classes(self) -> str:
        return "nosto_product nosto_basic" if self.basic else self.block_class
