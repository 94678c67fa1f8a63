"""Which values of a page `read` leaves out, because the fields that they are for may not hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple, cast, get_args, get_origin

from nosto_tagging.errors import InvalidTagging
from nosto_tagging.models import Buyer, Customer, Order, PageTagging
from nosto_tagging.models.product import ProductVariation
from nosto_tagging.models.tagging import TaggingPart, parts_of, printed
from nosto_tagging.models.text import trimmed
from nosto_tagging.reading.given import Given
from nosto_tagging.reading.literals import UNREAD, items, members
from nosto_tagging.reading.made import is_sound, names_of, refused, sound, validator
from nosto_tagging.reading.names import MODELS
from nosto_tagging.reading.page import Value
from nosto_tagging.validation import is_list

__all__ = ["is_address", "is_dropped", "misplaced", "why_dropped"]

_CUSTOM = "custom field "


class _Field(NamedTuple):
    kind: type[TaggingPart]
    name: str
    several: bool
    named: bool
    validate: Callable[[object], Any]


def is_dropped(value: Value) -> bool:
    """Whether `read` leaves a value out: not of what it has no field for."""
    field = _field(value)
    # What stands in a call in place of names and values is `misplaced`.
    if field is None or (field.named and value.origin != "block" and not value.name.startswith(_CUSTOM)):
        return False
    held = _held(value, field)
    return held is None or not is_sound(field.validate, held)


def why_dropped(value: Value) -> str:
    """Why it does, as the end of a sentence."""
    field = _field(value)
    if field is None:
        return "has no field"
    held = _held(value, field)
    if held is None:  # a text without a colon, or with nothing after it
        return "must be a name, a colon and a value"
    return refused(field.kind, field.name, held)


def _held(value: Value, field: _Field) -> object:
    """A value as its field takes it."""
    if not field.named:
        in_list = value.listed or (field.several and value.origin == "block")
        return [value.given] if in_list else value.given
    if not value.name.startswith(_CUSTOM):
        name, _, text = value.text.partition(":")
        return {name: [text]} if trimmed(text) else None
    name = value.name.removeprefix(_CUSTOM)
    return {name: [value.given] if value.listed else value.given}


def is_address(value: Value) -> bool:
    """Whether a value is to be an e-mail address."""
    if value.name not in ("email", value.part):  # most values, of which nothing else is asked
        return False
    field = _field(value)
    return field is not None and field.name == "email"


def _field(value: Value) -> _Field | None:
    """The field that a value is for."""
    kind = MODELS.get(value.part)
    if value.name.startswith(_CUSTOM):
        if kind is None:
            return _in_block(PageTagging).get(value.part)
        return _in_block(kind).get("custom_fields")
    if kind is None:
        called = "elements" if value.name == "nosto_element" else value.name
        return (_in_block if value.origin == "block" else _in_call)(PageTagging).get(called)
    if value.origin == "block":
        return _in_block(kind).get(value.name)
    if kind is Customer and value.name == value.part:  # customer("jane.doe@example.com")
        return _in_block(kind)["email"]
    found = _in_call(kind).get(value.name)
    return _in_call(Order).get(value.name) if found is None and kind is Buyer else found


# Calls ----------------------------------------------------------------------------------------------------------------


def misplaced(given: Given) -> Iterator[tuple[Value, str]]:
    """The literals that are of another kind than their fields, each with why `read` leaves it out: an object in place
    of a text, or a text in place of an object. Of single values, `is_dropped` says it.
    """
    literal = given.literal
    if (
        not isinstance(literal, dict)
        and not _is_nothing(literal)
        and not (given.kind is Customer and _has_leaf(literal))
    ):
        yield given.value(given.part, literal, given.spot), _no_object(given.kind, literal)
    parts = parts_of(given.kind)
    for field, name, held, spot in given.members:
        if _is_nothing(held):
            continue
        if field in parts:
            part, several = parts[field]
            if several and not isinstance(held, list if part is not ProductVariation else list | dict):
                yield given.value(name, held, spot), refused(given.kind, field, held)
            continue
        for keys, each, alone in _odd(given.kind.model_fields[field].annotation, held):
            if not sound(given.kind, field, alone):
                called, at = name, spot
                for key in keys:
                    at = at.inside(key)
                    called = f"{_CUSTOM}{key}" if isinstance(key, str) else called
                yield given.value(called, each, at), refused(given.kind, field, alone)


def _is_nothing(literal: object) -> bool:
    return literal is None or literal is UNREAD


def _has_leaf(literal: object) -> bool:
    """Whether there is a single value, which is judged by itself."""
    return any(isinstance(each, str | int | float) for each in items(literal) or (literal,))


def _no_object(kind: type[TaggingPart], literal: object) -> str:
    try:
        kind.model_validate(literal)
    except InvalidTagging as error:
        _, what = error.problems[0]
        return what.partition(", got ")[0]
    return "is no object"


def _odd(annotation: Any, literal: object) -> Iterator[tuple[tuple[object, ...], object, object]]:
    """What is no single value where one should stand: the way to it, it itself, and as the field would have it."""
    if get_origin(annotation) is dict:
        if not isinstance(literal, dict):
            yield (), literal, literal
            return
        for name, held in members(cast("object", literal)).items():
            several = items(held)
            if _is_odd(held) and not isinstance(held, list):
                yield (name,), held, {name: held}
            for number, each in enumerate(several):
                if _is_odd(each):
                    yield (name, number), each, {name: [each]}
    elif is_list(annotation) and isinstance(literal, list):
        for number, each in enumerate(items(cast("object", literal))):
            if _is_odd(each):
                yield (number,), each, [each]
    elif isinstance(literal, date):
        if {date, datetime}.isdisjoint(get_args(annotation)):
            yield (), literal, literal
    elif _is_odd(literal) and not (isinstance(literal, list) and _has_leaf(cast("object", literal))):
        yield (), literal, literal


def _is_odd(literal: object) -> bool:
    return isinstance(literal, dict | list | date)


@cache
def _in_block(kind: type[TaggingPart]) -> dict[str, _Field]:
    """The fields of a class that hold no parts, by their names in a block."""
    return _fields(kind, {called: field for field, called, _ in printed(kind, "block")})


@cache
def _in_call(kind: type[TaggingPart]) -> dict[str, _Field]:
    """The same, by all the names that they have."""
    return _fields(kind, names_of(kind))


def _fields(kind: type[TaggingPart], names: Mapping[str, str]) -> dict[str, _Field]:
    return {
        called: _Field(kind, field, is_list(held), get_origin(held) is dict, validator(kind, field))
        for called, field in names.items()
        if field not in parts_of(kind)
        for held in [kind.model_fields[field].annotation]
    }
