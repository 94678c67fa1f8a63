"""Everything that a page tells Nosto."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field

from nosto_tagging.errors import Problem
from nosto_tagging.models.cart import Cart
from nosto_tagging.models.catalogue import PageType, Url
from nosto_tagging.models.customer import Customer
from nosto_tagging.models.fields import Identifier, Text
from nosto_tagging.models.lists import Categories, Grouped, Identifiers, Placements, Texts, given
from nosto_tagging.models.order import Order
from nosto_tagging.models.product import Product
from nosto_tagging.models.tagging import Form, Parts, Printed, TaggingModel, TaggingPart, unproxied, used

__all__ = ["PageTagging", "PluginVersion"]


class PluginVersion(TaggingPart, defer_build=False):
    """The versions of what tags the page, as Nosto's own modules tell them: three texts."""

    main_module: Annotated[Text | None, Printed(block=False, call="mainModule", provider="mainModule")] = None
    cmp_module: Annotated[Text | None, Printed(block=False, call="cmpModule", provider="cmpModule")] = None
    msi_module: Annotated[Text | None, Printed(block=False, call="msiModule", provider="msiModule")] = None

    def whole(self) -> list[Problem]:
        return [] if any(self.__dict__.values()) else [Problem("", "needs the version of a module, got none")]


class PageTagging(TaggingModel, defer_build=False):
    """A page's whole tagging, with the keys of the client script's own ``TaggingData``; all of them optional.

    A block of it is all the blocks that the page needs, and a snippet one tagging provider for each key given, to be
    printed right after `client_script`.

    ``page_type``
        ``"front"``, ``"category"``, ``"product"``, ``"cart"``, ``"checkout"``, ``"order"``, ``"post-purchase"``,
        ``"search"``, ``"notfound"`` or ``"other"``.
    ``customer``, ``cart``, ``order``, ``products``
        A `Customer`, a `Cart`, an `Order`, and a list of `Product` objects; or mappings of their fields.
    ``variation``
        The code of the currency or of the customer group that is active; upper and lower case differ.
    ``restore_link``
        The one of the cart, which may have it as well; blocks print it inside the cart's, and not without one.
    ``categories``
        What the page is about, a list of paths, ``"/Mens/Shoes"``, which are put into that form.
    ``brands``, ``tags``, ``search_terms``
        Lists of texts: the brands of the page, its facets, what was searched for.
    ``custom_fields``, ``affinity_signals``
        Mappings of names to lists of texts. Blocks write ``name:text``, and refuse a name with a colon.
    ``sort_order``
        Text.
    ``elements``
        The ids of the placements; blocks print the empty elements.
    ``category_ids``, ``parent_category_ids``, ``plugin_version``
        Lists of texts, and a `PluginVersion`; printed by scripts only, because no block of them is documented.

    Raises `InvalidTagging`, which names every field that is wrong.

    >>> page = PageTagging(page_type="category", categories=["Mens/Shoes"])
    >>> page.payload()
    {'pageType': 'category', 'categories': ['/Mens/Shoes']}
    """

    page_type: Annotated[PageType, Printed("nosto_page_type", "pageType", "pageType")] = None
    customer: Annotated[Customer | None, BeforeValidator(unproxied)] = None
    variation: Annotated[Identifier | None, Printed("nosto_variation")] = None
    cart: Annotated[Cart | None, BeforeValidator(unproxied)] = None
    restore_link: Annotated[Url | None, Printed(call="restoreLink", provider="restoreLink")] = None
    order: Annotated[Order | None, BeforeValidator(unproxied)] = None
    products: Annotated[Sequence[Product], Parts(), BeforeValidator(given)] = ()
    categories: Annotated[Categories, Printed("nosto_category")] = ()
    category_ids: Annotated[Identifiers, Printed(block=False, call="categoryIds", provider="categoryIds")] = ()
    parent_category_ids: Annotated[
        Identifiers, Printed(block=False, call="parentCategoryIds", provider="parentCategoryIds")
    ] = ()
    brands: Annotated[Texts, Printed("nosto_brand")] = ()
    tags: Annotated[Texts, Printed("nosto_tag")] = ()
    custom_fields: Annotated[Grouped, Printed("nosto_custom_field", "customFields", "customFields")] = Field(
        default_factory=dict
    )
    search_terms: Annotated[Texts, Printed("nosto_search_term", "searchTerms", "searchTerms")] = ()
    affinity_signals: Annotated[Grouped, Printed("nosto_affinity_signals", "affinitySignals", "affinitySignals")] = (
        Field(default_factory=dict)
    )
    sort_order: Annotated[Text | None, Printed("nosto_sort_order", "sortOrder", "sortOrder")] = None
    elements: Placements = ()
    plugin_version: Annotated[
        PluginVersion | None, Printed(block=False, call="pluginVersion", provider="pluginVersion")
    ] = None

    def whole(self) -> list[Problem]:
        link = None if self.cart is None else self.cart.restore_link
        if link is not None and self.restore_link not in (None, link):
            return [Problem("restore_link", "must be the cart's, which has another")]
        return []

    def told(self, form: Form) -> dict[str, Any]:
        # One spelling for the whole page: that of the tagging providers, which its calls are.
        told = super().told("block" if form == "block" else "provider")
        if form != "block" and self.cart is not None and self.cart.restore_link is not None:
            told["restoreLink"] = self.cart.restore_link
        return told

    def in_block(self) -> Self:
        page = super().in_block()
        cart = page.cart
        if cart is not None and cart.restore_link is None and page.restore_link is not None:
            cart = cart.model_copy(update={"restore_link": page.restore_link})
        return page.model_copy(update={"cart": cart, "restore_link": None})

    def without_email(self) -> Self:
        page = used(lambda held: held.sound(), self)
        # What was made past validation may lack either.
        held = ((name, page.__dict__.get(name)) for name in ("customer", "order"))
        return page.model_copy(update={name: each.without_email() for name, each in held if each is not None})

    def is_personal(self) -> bool:
        return any(self.__dict__.get(name) is not None for name in _PERSONAL)

    def without_personal(self) -> Self:
        return self.model_copy(update=dict.fromkeys(_PERSONAL)) if self.is_personal() else self

    def with_hcid(self, hcid: str) -> Self:
        page = used(lambda held: held.sound(), self)
        held = ((name, page.__dict__.get(name)) for name in ("customer", "cart", "order"))
        return page.model_copy(update={name: each.with_hcid(hcid) for name, each in held if each is not None})


# Whoever has the link has the cart.
_PERSONAL = ("customer", "cart", "order", "restore_link")
