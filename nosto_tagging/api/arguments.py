"""What the calls take: each check gives the value as it is printed, or raises `InvalidArgument` with its name."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Literal, TypeAlias, TypeVar, cast, get_args

from pydantic_core import PydanticCustomError

from nosto_tagging import models
from nosto_tagging.api.chain import TrustedJavaScript
from nosto_tagging.errors import InvalidArgument
from nosto_tagging.models.catalogue import as_category
from nosto_tagging.models.fields import as_identifier, as_text
from nosto_tagging.models.lists import as_grouped, listed
from nosto_tagging.models.numbers import as_count, as_opacity, as_price
from nosto_tagging.models.tagging import TaggingPart, unproxied
from nosto_tagging.models.text import as_carried
from nosto_tagging.validation import characters, kind_of, with_article

__all__ = [
    "ResponseMode",
    "categories",
    "count",
    "data",
    "flag",
    "function",
    "grouped",
    "identifier",
    "identifiers",
    "model",
    "one_of",
    "opacity",
    "options",
    "price",
    "product",
    "references",
    "text",
    "texts",
]

Taken = TypeVar("Taken")
Part = TypeVar("Part", bound=TaggingPart)
ResponseMode: TypeAlias = Literal[
    "HTML",
    "SIMPLE",
    "JSON_170x170",
    "JSON_100_X_100",
    "JSON_90x70",
    "JSON_50x50",
    "JSON_30x30",
    "JSON_100x140",
    "JSON_200x200",
    "JSON_400x400",
    "JSON_750x750",
    "JSON_10_MAX_SQUARE",
    "JSON_200x200_SQUARE",
    "JSON_400x400_SQUARE",
    "JSON_750x750_SQUARE",
    "JSON_ORIGINAL",
    "VERSION_SOURCE",
]
"""How Nosto answers: markup, or data with images of a size."""


def taken(argument: str, value: Any, check: Callable[[Any], Taken | None], before: str = "") -> Taken:
    """What a field's check makes of a value that has to be there; `before` begins what is said of a wrong one."""
    try:
        found = check(value)
        message = "must not be blank"
    except PydanticCustomError as error:
        found, message = None, error.message()
    del value
    if found is None:
        raise InvalidArgument(argument, f"{before}{message}")
    return found


def text(argument: str, value: Any) -> str:
    return taken(argument, value, as_text)


def identifier(argument: str, value: Any) -> str:
    return taken(argument, value, as_identifier)


def price(argument: str, value: Any) -> Decimal:
    return taken(argument, value, as_price)


def opacity(argument: str, value: Any) -> Decimal:
    return taken(argument, value, as_opacity)


def count(argument: str, value: Any) -> int:
    return taken(argument, value, as_count)


def texts(argument: str, values: Any, check: Callable[[Any], str | None] = as_text) -> list[str]:
    """A list of texts, without those that are blank."""
    items = taken(argument, values, listed)
    return [taken(f"{argument}[{number}]", each, check) for number, each in enumerate(items) if not _blank(each)]


def identifiers(argument: str, values: Any) -> list[str]:
    return texts(argument, values, as_identifier)


def categories(argument: str, values: Any) -> list[str]:
    return texts(argument, values, as_category)


def references(argument: str, value: Any) -> dict[str, str]:
    """A mapping of product ids to what led to each."""
    if not isinstance(cast("object", value), Mapping):
        raise InvalidArgument(argument, f"must be a mapping of product ids to references, got {kind_of(value)}")
    members: Mapping[Any, Any] = value
    inside = "has a name or a value that "
    return {
        taken(argument, name, as_identifier, inside): taken(argument, each, as_identifier, inside)
        for name, each in members.items()
    }


def grouped(argument: str, value: Any) -> dict[str, list[str]]:
    """A mapping of names to lists of texts."""
    return taken(argument, value, as_grouped)


def _blank(value: Any) -> bool:
    held = characters(value)
    return value is None or (held is not None and not as_carried(held))


def flag(argument: str, value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    raise InvalidArgument(argument, f"must be true or false, got {kind_of(value)}")


def one_of(argument: str, value: Any, allowed: Any) -> str:
    """A word of a ``Literal``."""
    words: tuple[str, ...] = get_args(allowed)
    word = characters(value)
    if word is not None and word in words:
        return word
    raise InvalidArgument(argument, f"must be one of: {', '.join(words)}, got {kind_of(value)}")


def function(argument: str, value: Any) -> TrustedJavaScript:
    if type(value) is TrustedJavaScript:
        return value
    raise InvalidArgument(argument, f"must be a TrustedJavaScript, got {kind_of(value)}")


def model(argument: str, value: Any, kind: type[Part], also: str = "") -> Part:
    """A model that was validated."""
    found = unproxied(value)
    if isinstance(found, kind):
        return found
    raise InvalidArgument(argument, f"takes {with_article(kind.__name__)}{also}, got {kind_of(value)}")


def product(argument: str, value: Any) -> Any:
    """A product, or only its id."""
    found = unproxied(value)
    return found if isinstance(found, models.Product) else identifier(argument, value)


def options(**given: Any) -> dict[str, Any]:
    """An object with what was given."""
    return {name: value for name, value in given.items() if value is not None}


_DEEPEST = 32
_MOST_VALUES = 100_000
_LARGEST = 2**53


def data(argument: str, value: Any) -> dict[str, Any]:
    """An object of JSON, such as an answer of Nosto's search; what is ``None`` in it is left out."""
    if not isinstance(cast("object", value), Mapping):
        raise InvalidArgument(argument, f"must be a mapping, as JSON has it, got {kind_of(value)}")
    count = [0]

    def plain(each: Any, depth: int) -> Any:
        count[0] += 1
        if depth > _DEEPEST or count[0] > _MOST_VALUES:
            raise InvalidArgument(argument, f"must be at most {_DEEPEST} deep and of {_MOST_VALUES} values, got more")
        thing: object = each
        held = characters(thing)
        if held is not None:
            return as_carried(held)
        if isinstance(thing, bool):
            return thing
        if isinstance(thing, int) and -_LARGEST <= thing <= _LARGEST:
            return int(thing)
        # To JavaScript, a decimal past its numbers is infinite, too.
        if isinstance(thing, float | Decimal) and Decimal(thing).is_finite() and math.isfinite(thing):
            return Decimal(float.__repr__(thing)) if isinstance(thing, float) else Decimal(thing)
        if isinstance(thing, Mapping):
            members: Mapping[Any, Any] = each
            return {key(name): plain(inner, depth + 1) for name, inner in members.items() if inner is not None}
        if isinstance(thing, list | tuple):
            items: Iterable[Any] = each
            return [plain(inner, depth + 1) for inner in items if inner is not None]
        raise InvalidArgument(argument, f"must hold what JSON can, got {kind_of(thing)} in it")

    def key(name: Any) -> str:
        held = characters(name)
        if held is None:
            raise InvalidArgument(argument, f"must have text as names, got {kind_of(name)}")
        return as_carried(held)

    found: dict[str, Any] = plain(value, 0)
    return found
