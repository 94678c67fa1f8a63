"""Requests for recommendations, put together method by method."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self

from nosto_tagging import models
from nosto_tagging.api import arguments
from nosto_tagging.api.arguments import ResponseMode
from nosto_tagging.api.chain import Loading, Step
from nosto_tagging.errors import InvalidArgument
from nosto_tagging.models.catalogue import PAGE_TYPES, as_url
from nosto_tagging.models.lists import listed
from nosto_tagging.models.tagging import unproxied

__all__ = ["RecommendationRequest", "create_recommendation_request"]


class RecommendationRequest(Loading):
    """A request for recommendations, which `load` sends. Its methods raise `InvalidArgument`.

    ``set_…`` goes over what the request has, ``add_…`` adds to it.
    """

    __slots__ = ()
    what: ClassVar[str] = "recommendation request"
    unsent: ClassVar[str] = "is never sent by Nosto's client script; end it with .load()"

    def _with(self, method: str, *given: Any) -> Self:
        return type(self)(*self.steps, Step(method, given))

    def set_products(self, products: Iterable[models.Product | str], ref: str | None = None) -> Self:
        """The products that are viewed, whole or by their ids, and the placement that led to them."""
        found = [
            each
            if isinstance(each, models.Product)
            else {"product_id": arguments.identifier(f"products[{number}]", each)}
            for number, each in enumerate(map(unproxied, arguments.taken("products", products, listed)))
        ]
        led = () if ref is None else (arguments.identifier("ref", ref),)
        return self._with("setProducts", found, *led)

    def set_elements(self, elements: Iterable[str]) -> Self:
        """The placements to be filled, by their ids."""
        return self._with("setElements", arguments.identifiers("elements", elements))

    def add_elements(self, elements: Iterable[str]) -> Self:
        """More placements."""
        return self._with("addElements", arguments.identifiers("elements", elements))

    def set_page_type(self, page_type: str) -> Self:
        """The type of the page: ``"product"``, ``"category"``, …"""
        return self._with("setPageType", arguments.one_of("page_type", page_type, PAGE_TYPES))

    def set_current_categories(self, categories: Iterable[str]) -> Self:
        """The categories of the page, as paths."""
        return self._with("setCurrentCategories", arguments.categories("categories", categories))

    def add_current_categories(self, categories: Iterable[str]) -> Self:
        """More categories."""
        return self._with("addCurrentCategories", arguments.categories("categories", categories))

    def add_current_category_ids(self, category_ids: Iterable[str]) -> Self:
        """The ids of the page's categories."""
        return self._with("addCurrentCategoryIds", arguments.identifiers("category_ids", category_ids))

    def add_current_parent_category_ids(self, parent_category_ids: Iterable[str]) -> Self:
        """The ids of the categories above them."""
        return self._with(
            "addCurrentParentCategoryIds", arguments.identifiers("parent_category_ids", parent_category_ids)
        )

    def set_current_brands(self, brands: Iterable[str]) -> Self:
        """The brands of the page."""
        return self._with("setCurrentBrands", arguments.texts("brands", brands))

    def add_current_brands(self, brands: Iterable[str]) -> Self:
        """More brands."""
        return self._with("addCurrentBrands", arguments.texts("brands", brands))

    def set_current_tags(self, tags: Iterable[str]) -> Self:
        """The facets of the page."""
        return self._with("setCurrentTags", arguments.texts("tags", tags))

    def add_current_tags(self, tags: Iterable[str]) -> Self:
        """More facets."""
        return self._with("addCurrentTags", arguments.texts("tags", tags))

    def add_current_custom_fields(self, custom_fields: Mapping[str, Iterable[str]]) -> Self:
        """The facets of the page that have names: a list of texts for each."""
        return self._with("addCurrentCustomFields", arguments.grouped("custom_fields", custom_fields))

    def set_current_price_from(self, price: Any) -> Self:
        """The lowest price to be shown, as `Product` takes prices."""
        return self._with("setCurrentPriceFrom", arguments.price("price", price))

    def set_current_price_to(self, price: Any) -> Self:
        """The highest price to be shown."""
        return self._with("setCurrentPriceTo", arguments.price("price", price))

    def add_current_variation(self, variation: str) -> Self:
        """The code of the currency or the customer group that is active; upper and lower case differ."""
        return self._with("addCurrentVariation", arguments.identifier("variation", variation))

    def set_segment_codes(self, segments: Iterable[str]) -> Self:
        """The segments that the visitor belongs to."""
        return self._with("setSegmentCodes", arguments.texts("segments", segments))

    def set_affinity_signals(self, signals: Mapping[str, Iterable[str]]) -> Self:
        """What the visitor likes: a list of texts for each name."""
        return self._with("setAffinitySignals", arguments.grouped("signals", signals))

    def set_coupon(self, *, campaign: str | None = None, code: str | None = None, used: bool | None = None) -> Self:
        """A coupon: of which campaign, its code, and whether it was used."""
        coupon = arguments.options(
            campaign=None if campaign is None else arguments.identifier("campaign", campaign),
            code=None if code is None else arguments.identifier("code", code),
            used=None if used is None else arguments.flag("used", used),
        )
        if not coupon:
            raise InvalidArgument("set_coupon()", "takes a campaign, a code, or whether it was used, got nothing")
        return self._with("setCoupon", coupon)

    def set_cart_content(self, cart: models.Cart) -> Self:
        """The whole cart."""
        return self._with("setCartContent", arguments.model("set_cart_content()", cart, models.Cart))

    def set_restore_link(self, restore_link: str) -> Self:
        """The absolute URL that brings the cart back."""
        return self._with("setRestoreLink", arguments.taken("restore_link", restore_link, as_url))

    def set_response_mode(self, mode: ResponseMode) -> Self:
        """Whether recommendations come as markup, ``"HTML"``, or as data, ``"JSON_ORIGINAL"``."""
        return self._with("setResponseMode", arguments.one_of("mode", mode, ResponseMode))

    def set_refs(self, refs: Mapping[str, str]) -> Self:
        """For products that are viewed, by their ids, the recommendation that led to each."""
        return self._with("setRefs", arguments.references("refs", refs))

    def disable_campaign_injection(self) -> Self:
        """Have the client script not put what it gets into the page."""
        return self._with("disableCampaignInjection")


def create_recommendation_request(*, include_tagging: bool | None = None) -> RecommendationRequest:
    """``api.createRecommendationRequest``: ``include_tagging=True`` begins with what the page's tagging says.

    Raises `InvalidArgument`.

    >>> create_recommendation_request(include_tagging=True).set_elements(["front-1"]).load()
    <Call api.createRecommendationRequest(...).setElements(...).load()>
    """
    told = () if include_tagging is None else ({"includeTagging": arguments.flag("include_tagging", include_tagging)},)
    return RecommendationRequest(Step("createRecommendationRequest", told))
