"""What a page's calls tell Nosto, under the names of `PageTagging`'s fields, before anything is validated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from nosto_tagging.models import PageTagging
from nosto_tagging.models.tagging import printed
from nosto_tagging.reading.literals import members
from nosto_tagging.reading.seen import SeenCall

__all__ = ["PROVIDES", "told_by_calls", "told_in"]

PROVIDES = frozenset(("setTaggingProvider", "internal.setTaggingProvider"))
"""The methods that set a tagging provider: the second is the older name, which Nosto's own modules still call."""
_PROVIDERS = {called: field for field, called, _ in printed(PageTagging, "provider")}
_SET = {
    "setCustomer": "customer",
    "setCart": "cart",
    "setVariation": "variation",
    "setRestoreLink": "restore_link",
    "setCategories": "categories",
    "setCategoryIds": "category_ids",
    "setParentCategoryIds": "parent_category_ids",
    "setBrands": "brands",
    "setTags": "tags",
    "setCustomFields": "custom_fields",
    "addAffinity": "affinity_signals",
    "setPlacements": "elements",
    "addOrder": "order",
}
"""The methods of the Session API that take what a field holds."""
_VIEWS = {
    "viewFrontPage": "front",
    "viewProduct": "product",
    "viewProductSku": "product",
    "viewCategory": "category",
    "viewSearch": "search",
    "viewCart": "cart",
    "viewNotFound": "notfound",
    "viewOther": "other",
    "addOrder": "order",
}
"""Those that send what was set, and the type of the page that they are for."""
_LISTED = {"viewCategory": "categories", "viewSearch": "search_terms"}
"""Those that take as many as there are."""
_SENT = ("load", "update")
_CALLS = {"customer": "customer", "resendCartContent": "cart", "addAffinitySignals": "affinity_signals"}

_FIELDS = {**_SET, **_CALLS}

_Steps: TypeAlias = tuple[tuple[str, tuple[object, ...]], ...]


def told_in(method: str, given: tuple[object, ...]) -> tuple[str, int | None] | None:
    """The field that a step of a call tells, if it does, and which argument that is; ``None`` where each is one of
    what the field holds.
    """
    if method in _LISTED or (method == "viewProduct" and given and isinstance(given[0], dict)):
        return _LISTED.get(method, "products"), None
    if method in PROVIDES:
        field = _PROVIDERS.get(given[0]) if len(given) > 1 and isinstance(given[0], str) else None
        return None if field is None else (field, 1)
    return (_FIELDS[method], 0) if method in _FIELDS and given else None


def told_by_calls(calls: Iterable[SeenCall]) -> dict[str, object]:
    """The last word on each field; a tagging provider's goes before that of any other call."""
    provided: dict[str, object] = {}
    prior: set[str] = set()
    told: dict[str, object] = {}
    for call in calls:
        method, given = call.steps[0]
        method = method.removeprefix("internal.")  # Nosto's own module for Magento calls it there
        if method == "setTaggingProvider":
            key, value, options = (*given, None, None, None)[:3]
            field = _PROVIDERS.get(key) if isinstance(key, str) else None
            priority = members(options).get("priority") is True
            if field is not None and (priority or field not in prior):
                provided[field] = value
                if priority:
                    prior.add(field)
        elif method in _CALLS and given:
            told[_CALLS[method]] = {"email": given[0]} if isinstance(given[0], str) else given[0]
        elif method == "defaultSession":
            told |= _session(call.steps[1:])
    return told | provided


def _session(steps: _Steps) -> dict[str, object]:
    """What a chain of the Session API tells; nothing if it is never sent."""
    methods = [method for method, _ in steps]
    sent = next((number for number, method in enumerate(methods) if method in _SENT), 0)
    if _VIEWS.keys().isdisjoint(methods[:sent]):
        return {}
    told: dict[str, object] = {}
    for method, given in steps[:sent]:
        if method in _VIEWS:
            told["page_type"] = _VIEWS[method]
        if method in _SET and given and given[0] is not None:
            told[_SET[method]] = given[0]
        elif method == "viewProduct" and given:
            told["products"] = [given[0] if isinstance(given[0], dict) else {"product_id": given[0]}]
        elif method == "viewProductSku" and given:
            told["products"] = [dict(zip(("product_id", "selected_sku_id"), given, strict=False))]
        elif method in _LISTED:
            told[_LISTED[method]] = [*given]
    return told
