"""Fields that hold several values: lists of them, and maps from a name to one value or to several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Annotated, Any, cast

from pydantic import BaseModel, GetCoreSchemaHandler, PlainValidator
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from nosto_tagging.models.catalogue import PLAIN_TEXT, as_category, as_url, placement_id
from nosto_tagging.models.fields import as_identifier, as_text
from nosto_tagging.validation import Quickly, kind_of, refuse

__all__ = [
    "Categories",
    "CustomFields",
    "Grouped",
    "Identifiers",
    "Placements",
    "Texts",
    "Urls",
    "as_grouped",
    "given",
    "listed",
]

MOST_ITEMS = 100_000
_FEW = 100
# What can be iterated and is one thing; a model would give its fields.
_NO_LISTS: tuple[type[object], ...] = (str, bytes, bytearray, Mapping, BaseModel)


def listed(value: Any) -> list[Any]:
    """The items of a list, a tuple, a generator, …: of anything but a text or a mapping."""
    kind: type[object] = type(value)  # pyright: ignore[reportUnknownVariableType] - of anything
    if kind is list:
        items: list[Any] = value
    elif (
        hasattr(kind, "_undefined_name")  # Jinja's Undefined: iterated, it would be an empty list
        or not issubclass(kind, Iterable)
        or isinstance(cast("object", value), _NO_LISTS)
    ):
        raise refuse(f"must be a list, got {kind_of(value)}")
    else:
        items = list(islice(value, MOST_ITEMS + 1))
    if len(items) > MOST_ITEMS:
        raise refuse(f"must hold at most {MOST_ITEMS} items, got more")
    return items


def given(value: Any) -> list[Any]:
    """The same for a field that may be left out."""
    return [] if value is None else listed(value)


class _Several:
    """Marks a list of texts: any list is taken, each item made by `check`, and what is blank left out."""

    def __init__(self, check: Callable[[Any], str | None], *, once: bool = False) -> None:
        self._check = check
        self._once = once

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.no_info_plain_validator_function(
            self._one,
            serialization=core_schema.to_string_ser_schema(when_used="json"),
            json_schema_input_schema=core_schema.nullable_schema(core_schema.str_schema()),
        )
        items = core_schema.tuple_schema([text], variadic_item_index=0)
        return core_schema.no_info_after_validator_function(
            self._kept, core_schema.no_info_before_validator_function(given, items)
        )

    def _one(self, value: Any) -> str | None:
        return None if value is None else self._check(value)

    def _kept(self, values: tuple[str | None, ...]) -> tuple[str, ...]:
        kept = tuple([value for value in values if value is not None])
        return tuple(dict.fromkeys(kept)) if self._once else kept


Texts = Annotated[Sequence[str], _Several(as_text)]
Identifiers = Annotated[Sequence[str], _Several(as_identifier)]
Categories = Annotated[Sequence[str], _Several(as_category)]
Urls = Annotated[Sequence[str], _Several(as_url)]
Placements = Annotated[Sequence[str], _Several(placement_id, once=True)]  # an element's id stands once in a page


def _mapped(value: Any, one: Callable[[Any], Any]) -> dict[str, Any]:
    """Names of any text to what `one` makes of their values, without those that were not given."""
    if value is None:
        return {}
    kind = type(value)  # pyright: ignore[reportUnknownVariableType] - of anything
    if kind is not dict and not isinstance(cast("object", value), Mapping):
        raise refuse(f"must be a mapping from names to values, got {kind_of(value)}")
    given_names: Mapping[Any, Any] = value
    if len(given_names) > MOST_ITEMS:
        raise refuse(f"must hold at most {MOST_ITEMS} names, got {len(given_names)}")
    found: dict[str, Any] = {}
    for key, held in islice(given_names.items(), MOST_ITEMS):
        try:
            name, made = as_identifier(key), None if held is None else one(held)
        except PydanticCustomError as error:
            message = error.message()
        else:
            if name is not None and name not in found:
                found[name] = made
                continue
            message = (
                "must not be blank" if name is None else "must be there once, got two that a page cannot tell apart"
            )
        raise refuse(f"has a name or a value that {message}")
    return {name: made for name, made in found.items() if made}


def _fields(value: Any) -> dict[str, str]:
    return _mapped(value, as_identifier)


def _group(value: Any) -> list[str]:
    texts = [as_identifier(each) for each in listed(value) if each is not None]
    return [text for text in texts if text is not None]


def as_grouped(value: Any) -> dict[str, list[str]]:
    """Names of any text to lists of texts."""
    return _mapped(value, _group)


CustomFields = Annotated[
    dict[str, str],
    PlainValidator(_fields, json_schema_input_type=dict[str, str | int]),
    Quickly(
        # Of a dict's subclass pydantic's releases look at different things: it goes the usual way.
        core_schema.tagged_union_schema(
            {dict: core_schema.dict_schema(PLAIN_TEXT, PLAIN_TEXT, strict=True, max_length=_FEW)}, discriminator=type
        )
    ),
]
"""A text for each name."""
Grouped = Annotated[
    dict[str, list[str]],
    PlainValidator(as_grouped, json_schema_input_type=dict[str, list[str | int]]),
]
"""A list of texts for each name."""
