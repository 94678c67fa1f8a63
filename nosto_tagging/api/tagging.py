"""What a page tells of itself and of its visitor: providers, the customer, the cart, segments and affinity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias, overload

from nosto_tagging import models
from nosto_tagging.api import arguments
from nosto_tagging.api.chain import Call, Step
from nosto_tagging.errors import InvalidArgument
from nosto_tagging.models.catalogue import PAGE_TYPES
from nosto_tagging.models.tagging import TaggingModel, printed, unproxied
from nosto_tagging.validation import characters, kind_of, safe_name

__all__ = [
    "add_affinity_signals",
    "add_segment_code_to_visit",
    "customer",
    "natural_calls",
    "resend_cart_content",
    "resend_cart_tagging",
    "resend_customer_tagging",
    "send_tagging",
    "set_tagging_provider",
]


_Fields: TypeAlias = Mapping[str, Any]


@overload
def set_tagging_provider(
    key: Literal["customer"], value: models.Customer | _Fields, *, priority: bool | None = None
) -> Call: ...
@overload
def set_tagging_provider(
    key: Literal["cart"], value: models.Cart | _Fields, *, priority: bool | None = None
) -> Call: ...
@overload
def set_tagging_provider(
    key: Literal["order"], value: models.Order | _Fields, *, priority: bool | None = None
) -> Call: ...
@overload
def set_tagging_provider(
    key: Literal["products"], value: Iterable[models.Product | _Fields], *, priority: bool | None = None
) -> Call: ...
@overload
def set_tagging_provider(key: Literal["pageType"], value: PAGE_TYPES, *, priority: bool | None = None) -> Call: ...
@overload
def set_tagging_provider(
    key: Literal["variation", "restoreLink", "sortOrder"], value: str, *, priority: bool | None = None
) -> Call: ...
@overload
def set_tagging_provider(
    key: Literal["searchTerms", "categories", "brands", "categoryIds", "parentCategoryIds", "tags", "elements"],
    value: Iterable[str],
    *,
    priority: bool | None = None,
) -> Call: ...
@overload
def set_tagging_provider(
    key: Literal["customFields", "affinitySignals"],
    value: Mapping[str, Iterable[str]],
    *,
    priority: bool | None = None,
) -> Call: ...
@overload
def set_tagging_provider(
    key: Literal["pluginVersion"], value: models.PluginVersion | _Fields, *, priority: bool | None = None
) -> Call: ...
def set_tagging_provider(key: str, value: Any, *, priority: bool | None = None) -> Call:
    """``api.setTaggingProvider``: what the client script takes in place of the page's hidden blocks.

    To be printed right after `client_script`. `key` is one of the client's own (``"pageType"``, ``"customer"``,
    ``"products"``, …), `value` what the field of `PageTagging` of that meaning takes; a customer's consent is
    spelled ``newsletter``, as Nosto's types have it. `priority` has Nosto ask this provider before others.

    Raises `InvalidArgument` for an unknown key, and `InvalidTagging` for a value that the field refuses.

    >>> set_tagging_provider("categories", ["Mens/Shoes"])
    <Call api.setTaggingProvider(..., ...)>
    """
    fields = {name: field for field, name, _ in printed(models.PageTagging, "provider")}
    name = characters(key)
    if name is None or name not in fields:
        raise InvalidArgument("key", f"must be one of: {', '.join(fields)}, got {safe_name(key)}")
    if value is None:
        raise InvalidArgument("value", f"must be given for {name!r}, got None")
    page = models.PageTagging(**{fields[name]: value})
    del value
    held = getattr(page, fields[name])
    if held is None:
        raise InvalidArgument("value", f"must be given for {name!r}, got blank text")
    told = () if priority is None else ({"priority": arguments.flag("priority", priority)},)
    return Call(Step("setTaggingProvider", (name, held, *told)))


def natural_calls(thing: TaggingModel) -> list[Call]:
    """What a snippet of a model alone calls, where that is no method that takes the model: tagging providers."""
    if isinstance(thing, models.Order):
        return [_provider("order", thing)]
    if isinstance(thing, models.Product):
        return [_provider("products", (thing,))]
    if isinstance(thing, models.PageTagging):
        thing = thing.sound()
        link = None if thing.cart is None else thing.cart.restore_link
        held = {name: getattr(thing, field) for field, name, _ in printed(models.PageTagging, "provider")}
        held["restoreLink"] = held["restoreLink"] or link
        return [_provider(name, value) for name, value in held.items() if value not in (None, (), {})]
    raise InvalidArgument("snippet()", f"has no call for {kind_of(thing)}")


def _provider(name: str, value: Any) -> Call:
    return Call(Step("setTaggingProvider", (name, value)))


def customer(customer: models.Customer | str) -> Call:
    """``api.customer``: who the visitor is, told at once; the visit is updated with it.

    For a login without a page load, or, with an e-mail address alone, for a guest's sign-up. A snippet of a
    `Customer` makes the same call. Consent is spelled ``marketing_permission``, as the call's documentation does.

    Raises `InvalidTagging` for what is no e-mail address, `InvalidArgument` for what is neither.

    >>> customer("jane.doe@example.com")
    <Call api.customer(...)>
    """
    found = unproxied(customer)
    if isinstance(found, models.Customer):
        who = found
    elif characters(customer) is not None:
        who = models.Customer.model_validate({"email": customer})
    else:
        raise InvalidArgument("api.customer()", f"takes a Customer or an e-mail address, got {kind_of(customer)}")
    return Call(Step("customer", (who,), "call"))


def resend_cart_content(cart: models.Cart) -> Call:
    """``api.resendCartContent``: the whole cart, told at once, after it has changed without a page load.

    A snippet of a `Cart` makes the same call.

    Raises `InvalidArgument` for anything but a `Cart`.
    """
    return Call(Step("resendCartContent", (arguments.model("api.resend_cart_content()", cart, models.Cart),)))


def resend_cart_tagging() -> Call:
    """``api.resendCartTagging``: have the cart's block read again, after it has changed."""
    return Call(Step("resendCartTagging"))


def resend_customer_tagging() -> Call:
    """``api.resendCustomerTagging``: have the customer's block read again, after it has changed."""
    return Call(Step("resendCustomerTagging"))


def send_tagging() -> Call:
    """``api.sendTagging``: have all of the page's tagging read and sent again, in one request."""
    return Call(Step("sendTagging"))


def add_segment_code_to_visit(code: str) -> Call:
    """``api.addSegmentCodeToVisit``: put the visitor into a segment that Nosto's admin has.

    Raises `InvalidArgument`.

    >>> add_segment_code_to_visit("vip")
    <Call api.addSegmentCodeToVisit(...)>
    """
    return Call(Step("addSegmentCodeToVisit", (arguments.identifier("code", code),)))


def add_affinity_signals(signals: Mapping[str, Iterable[str]]) -> Call:
    """``api.addAffinitySignals``: what the visitor likes, a list of texts for each name; it weighs less than buying.

    Raises `InvalidArgument`.

    >>> add_affinity_signals({"brand": ["Acme"]})
    <Call api.addAffinitySignals(...)>
    """
    return Call(Step("addAffinitySignals", (arguments.grouped("signals", signals),)))
