"""Nosto's Session API, for pages that load nothing: what is set, the view that sends it, and how that is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self

from nosto_tagging import models
from nosto_tagging.api import arguments
from nosto_tagging.api.arguments import ResponseMode
from nosto_tagging.api.chain import Call, Chain, Loading, Step
from nosto_tagging.models.catalogue import as_url
from nosto_tagging.models.tagging import TaggingPart

__all__ = ["Action", "Session", "session"]


class Session(Chain):
    """Nosto's Session API: `session` is its beginning.

    What is set is sent with the next action, so that a chain has to end in one (`view_cart`, `view_product`, …), and
    then in `Action.update` or `Action.load`. ``None`` leaves what Nosto knows as it is, and an empty mapping, ``{}``,
    forgets it: the customer and the cart at a logout.

    It is not to be used on a page that has tagging.

    >>> jane = models.Customer(email="jane.doe@example.com", marketing_permission=True)
    >>> session.set_customer(jane).view_product("101").set_placements(["product-1"]).load()
    <Call api.defaultSession().setCustomer(...).viewProduct(...).setPlacements(...).load()>
    """

    __slots__ = ()
    what: ClassVar[str] = "session chain"
    unsent: ClassVar[str] = (
        "is never sent by Nosto's client script; end it with .view_cart().update() or .view_cart().load()"
    )

    def set_customer(self, customer: models.Customer | Mapping[str, Any] | None) -> Session:
        """Who is logged in; ``{}`` for a logout, ``None`` for no change.

        Raises `InvalidArgument` for anything but a `Customer`, ``{}`` and ``None``.
        """
        return self._set("setCustomer", "session.set_customer()", customer, models.Customer)

    def set_cart(self, cart: models.Cart | Mapping[str, Any] | None) -> Session:
        """The whole cart; ``{}`` for none any more, ``None`` for no change.

        Raises `InvalidArgument` for anything but a `Cart`, ``{}`` and ``None``.
        """
        return self._set("setCart", "session.set_cart()", cart, models.Cart)

    def _set(self, method: str, name: str, value: Any, kind: type[TaggingPart]) -> Session:
        if value is None:
            return self
        if isinstance(value, Mapping) and not value:
            return Session(*self.steps, Step(method, ({},)))
        found = arguments.model(name, value, kind, ", {} to forget the last one, or None for no change")
        return Session(*self.steps, Step(method, (found,)))

    def set_variation(self, variation: str) -> Session:
        """The code of the currency or the customer group that is active; upper and lower case differ."""
        return Session(*self.steps, Step("setVariation", (arguments.identifier("variation", variation),)))

    def set_restore_link(self, restore_link: str) -> Session:
        """The absolute URL that brings the cart back."""
        return Session(*self.steps, Step("setRestoreLink", (arguments.taken("restore_link", restore_link, as_url),)))

    def set_response_mode(self, mode: ResponseMode) -> Session:
        """Whether recommendations come as markup, ``"HTML"``, or as data, ``"JSON_ORIGINAL"``."""
        return Session(*self.steps, Step("setResponseMode", (arguments.one_of("mode", mode, ResponseMode),)))

    def enable_campaign_injection(self) -> Session:
        """Have the client script put what it gets into the page's placements."""
        return Session(*self.steps, Step("enableCampaignInjection"))

    def disable_campaign_injection(self) -> Session:
        """Leave that to the page, as it is without a word."""
        return Session(*self.steps, Step("disableCampaignInjection"))

    def _view(self, method: str, *given: Any) -> Action:
        return Action(*self.steps, Step(method, given))

    def view_front_page(self) -> Action:
        """The home page."""
        return self._view("viewFrontPage")

    def view_cart(self) -> Action:
        """The cart, and the pages of the checkout."""
        return self._view("viewCart")

    def view_not_found(self) -> Action:
        """A page for what is not there."""
        return self._view("viewNotFound")

    def view_other(self) -> Action:
        """A page that has no view of its own."""
        return self._view("viewOther")

    def view_product(self, product: str | models.Product) -> Action:
        """A product, by its id or whole.

        Raises `InvalidArgument`.
        """
        return self._view("viewProduct", arguments.product("product", product))

    def view_product_sku(self, product_id: str, sku_id: str) -> Action:
        """A product of which a SKU is chosen.

        Raises `InvalidArgument`.
        """
        return self._view(
            "viewProductSku", arguments.identifier("product_id", product_id), arguments.identifier("sku_id", sku_id)
        )

    def view_category(self, *categories: str) -> Action:
        """A category, a collection or a brand: one path or several, ``"/Mens/Shoes"``.

        Raises `InvalidArgument`.
        """
        return self._view("viewCategory", *arguments.categories("categories", categories))

    def view_search(self, *search_terms: str) -> Action:
        """A search, with what was typed in.

        Raises `InvalidArgument`.
        """
        return self._view("viewSearch", *arguments.texts("search_terms", search_terms))

    def add_order(self, order: models.Order) -> Action:
        """The page that thanks for an order. Nosto wants `Action.set_placements` and `Action.load` after it.

        Raises `InvalidArgument`.
        """
        return self._view("addOrder", arguments.model("session.add_order()", order, models.Order))

    def report_add_to_cart(self, product_id: str, element: str) -> Action:
        """That a product was put into the cart out of a placement.

        Raises `InvalidArgument`.
        """
        return self._view(
            "reportAddToCart", arguments.identifier("product_id", product_id), arguments.identifier("element", element)
        )


class Action(Loading):
    """A view of the Session API, which one of its two endings sends. Its methods raise `InvalidArgument`."""

    __slots__ = ()
    what: ClassVar[str] = "session chain"
    unsent: ClassVar[str] = "is never sent by Nosto's client script; end it with .update() or .load()"

    def _with(self, method: str, *given: Any) -> Self:
        return type(self)(*self.steps, Step(method, given))

    def set_placements(self, placements: Iterable[str]) -> Self:
        """The placements to be filled, by their ids."""
        return self._with("setPlacements", arguments.identifiers("placements", placements))

    def set_ref(self, product_id: str, reference: str) -> Self:
        """That the visitor came to this product from a recommendation: its ``result_id``."""
        return self._with(
            "setRef", arguments.identifier("product_id", product_id), arguments.identifier("reference", reference)
        )

    def set_categories(self, categories: Iterable[str]) -> Self:
        """The categories of the view, as paths."""
        return self._with("setCategories", arguments.categories("categories", categories))

    def set_category_ids(self, category_ids: Iterable[str]) -> Self:
        """Their ids."""
        return self._with("setCategoryIds", arguments.identifiers("category_ids", category_ids))

    def set_parent_category_ids(self, parent_category_ids: Iterable[str]) -> Self:
        """The ids of the categories above them."""
        return self._with("setParentCategoryIds", arguments.identifiers("parent_category_ids", parent_category_ids))

    def set_brands(self, brands: Iterable[str]) -> Self:
        """The brands of the view."""
        return self._with("setBrands", arguments.texts("brands", brands))

    def set_tags(self, tags: Iterable[str]) -> Self:
        """The facets of the view."""
        return self._with("setTags", arguments.texts("tags", tags))

    def set_custom_fields(self, custom_fields: Mapping[str, Iterable[str]]) -> Self:
        """The facets of the view that have names: a list of texts for each."""
        return self._with("setCustomFields", arguments.grouped("custom_fields", custom_fields))

    def add_affinity(self, affinity: Mapping[str, Iterable[str]], *, clear: bool | None = None) -> Self:
        """What the visitor likes: a list of texts for each name. ``clear=True`` forgets what was told before."""
        told = () if clear is None else ({"clear": arguments.flag("clear", clear)},)
        return self._with("addAffinity", arguments.grouped("affinity", affinity), *told)

    def update(self) -> Call:
        """Send it; no page view is counted."""
        return Call(*self.steps, Step("update"))


session = Session(Step("defaultSession"))
