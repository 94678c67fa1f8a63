"""What visitors do with Nosto's search, recorded: for shops that draw its results themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from nosto_tagging.api import arguments
from nosto_tagging.api.chain import Call, Step
from nosto_tagging.errors import InvalidArgument

__all__ = ["record_search", "record_search_add_to_cart", "record_search_click", "record_search_submit"]

SearchType: TypeAlias = Literal["serp", "autocomplete", "category"]
"""Where: on the page of results, while typing, or on a category's page."""


def record_search(
    type: SearchType,  # noqa: A002 - the client's own name
    query: Mapping[str, Any],
    response: Mapping[str, Any],
    *,
    is_keyword: bool | None = None,
    is_popular: bool | None = None,
) -> Call:
    """``api.recordSearch``: a search, with the whole query and the whole answer of Nosto's search API.

    Raises `InvalidArgument`.

    >>> record_search("serp", {"query": "shoes"}, {"products": {"hits": [], "total": 0}})
    <Call api.recordSearch(..., ..., ...)>
    """
    options = arguments.options(
        isKeyword=None if is_keyword is None else arguments.flag("is_keyword", is_keyword),
        isPopular=None if is_popular is None else arguments.flag("is_popular", is_popular),
    )
    given = (
        arguments.one_of("type", type, SearchType),
        arguments.data("query", query),
        arguments.data("response", response),
    )
    return Call(Step("recordSearch", (*given, options) if options else given))


def record_search_submit(query: str) -> Call:
    """``api.recordSearchSubmit``: that a search was sent off, with what was typed in.

    Raises `InvalidArgument`.
    """
    return Call(Step("recordSearchSubmit", (arguments.text("query", query),)))


def record_search_click(type: SearchType, hit: Mapping[str, Any]) -> Call:  # noqa: A002 - the client's own name
    """``api.recordSearchClick``: a click on a result, the whole one as the search API gave it.

    Raises `InvalidArgument`.
    """
    return Call(Step("recordSearchClick", (arguments.one_of("type", type, SearchType), _hit(hit))))


def record_search_add_to_cart(
    type: SearchType,  # noqa: A002 - the client's own name
    hit: Mapping[str, Any],
) -> Call:
    """``api.recordSearchAddToCart``: that a result was put into the cart, the whole one as the search API gave it.

    Raises `InvalidArgument`.
    """
    return Call(Step("recordSearchAddToCart", (arguments.one_of("type", type, SearchType), _hit(hit))))


def _hit(hit: Mapping[str, Any]) -> dict[str, Any]:
    found = arguments.data("hit", hit)
    if not isinstance(found.get("productId"), str):
        raise InvalidArgument("hit", "must have a productId, as a text")
    return found
