"""Models from what was seen: each field that validates is taken, and each that does not is left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from typing import Annotated, Any, TypeVar, cast, get_args

from pydantic import TypeAdapter, ValidationError

from nosto_tagging.errors import InvalidTagging
from nosto_tagging.models import Buyer, Order, Product
from nosto_tagging.models.product import ProductVariation
from nosto_tagging.models.tagging import TaggingPart, parts_of, printed
from nosto_tagging.reading.literals import items, members
from nosto_tagging.reading.seen import SeenBlock
from nosto_tagging.validation import is_list

__all__ = ["from_block", "from_data", "is_sound", "made", "names_of", "refused", "sound", "validator"]

Made = TypeVar("Made", bound=TaggingPart)


def from_block(kind: type[Made], block: SeenBlock) -> Made | None:
    """What a block, or a part of one, says; nothing if what it needs is not there."""
    names, parts = _plan(kind)
    texts: dict[str, list[str]] = {}
    for each in block.fields:
        texts.setdefault(each.name, []).append(each.text)
    fields: dict[str, Any] = {}
    for called, held in texts.items():
        if called in names:
            field, several = names[called]
            fields[field] = held if several else held[0]
    if block.parts:
        for field, called, part, several in parts:
            models = [from_block(part, each) for each in block.parts if each.name == called]
            if several:
                fields[field] = [each for each in models if each is not None]
            elif models:
                fields[field] = models[0]
        if "custom_fields" in kind.model_fields:
            fields["custom_fields"] = _named(block)
    return _made(kind, fields, basic="nosto_basic" in block.classes)


@cache
def _plan(
    kind: type[TaggingPart],
) -> tuple[dict[str, tuple[str, bool]], tuple[tuple[str, str, type[TaggingPart], bool], ...]]:
    """The fields of a class that a block has, by their names there, each with whether it holds several values; and
    those that hold parts, each with its name there, the class of the parts, and whether it holds several.
    """
    parts = parts_of(kind)
    shown = [(field, called) for field, called, _ in printed(kind, "block")]
    texts = {
        called: (field, is_list(kind.model_fields[field].annotation)) for field, called in shown if field not in parts
    }
    return texts, tuple([(field, called, *parts[field]) for field, called in shown if field in parts])


def _named(block: SeenBlock) -> dict[str, str]:
    """Fields whose names are the shop's own, the first of each."""
    found: dict[str, str] = {}
    for part in block.parts:
        if part.name == "custom_fields":
            for each in part.fields:
                found.setdefault(each.name, each.text)
    return found


def from_data(kind: type[Made], data: object) -> Made | None:
    """What the data of a call says, in any of the spellings of its fields; nothing if what it needs is not there."""
    if isinstance(data, kind):
        return data
    if not isinstance(data, dict):
        return None
    held = members(cast("object", data))
    if issubclass(kind, Order) and (info := members(held.get("info"))):
        held = {"buyer": info, **info, **held}
    names, parts = names_of(kind), parts_of(kind)
    fields: dict[str, Any] = {}
    for name, value in held.items():
        field = names.get(name) if isinstance(name, str) else None
        if field is None or field in fields:
            continue
        if field in parts:
            part, several = parts[field]
            fields[field] = _parts(part, value) if several else from_data(part, value)
        else:
            fields[field] = _timed(kind, field, value)
    return _made(kind, fields, basic=False)  # scripts do not say which form of a product it is


def _made(kind: type[Made], fields: dict[str, Any], *, basic: bool) -> Made | None:
    """The model; of a product that is not whole, the form that need not be."""
    if not issubclass(kind, Product):
        return made(kind, fields)
    return made(kind, {**fields, "basic": basic}) or made(kind, {**fields, "basic": True})


@cache
def names_of(kind: type[TaggingPart]) -> dict[str, str]:
    """Every name that a field of a class has anywhere."""
    forms: tuple[dict[str, str], ...] = (kind.names("provider"), kind.names("call"), kind.names("block"))
    return {called: field for names in reversed(forms) for field, called in names.items()}


def _parts(part: type[TaggingPart], value: object) -> list[TaggingPart]:
    # Variations, by their codes.
    coded = members(value) if part is ProductVariation else {}
    several = [{"variation_id": code, **members(each)} for code, each in coded.items()]
    models = [from_data(part, each) for each in (*several, *items(value))]
    return [each for each in models if each is not None]


def _timed(kind: type[TaggingPart], field: str, value: object) -> object:
    """A date as its field has it: a day, or a moment."""
    if not isinstance(value, date):
        return value
    held = get_args(kind.model_fields[field].annotation)
    if isinstance(value, datetime):
        return value.date() if date in held else value
    return datetime(value.year, value.month, value.day, tzinfo=UTC) if datetime in held else value


# What validates -------------------------------------------------------------------------------------------------------


_NOBODY = Buyer()


def made(kind: type[Made], fields: dict[str, Any]) -> Made | None:
    """The model of the fields that validate; nothing if what it needs is not among them."""
    left = dict(fields)
    if left.get("buyer") == _NOBODY:
        del left["buyer"]
    looked_through: set[str] = set()
    while True:
        try:
            return kind(**left)
        except InvalidTagging as error:
            wrong = {problem.field.partition(".")[0].partition("[")[0] for problem in error.problems} & left.keys()
        if not wrong:
            return None
        for field in wrong:
            if field in looked_through or field in parts_of(kind):
                _drop(left, field)
                continue
            looked_through.add(field)
            kept = _sound(kind, field, left[field])
            if kept:
                left[field] = kept
            else:
                _drop(left, field)


def _drop(left: dict[str, Any], field: str) -> None:
    """Leave a field out. Of what has each thing once, the first of each stays."""
    several = left.pop(field)
    if field == "variations":
        first: dict[str, TaggingPart] = {}
        for each in several:
            first.setdefault(each.variation_id, each)
        if len(first) < len(several):
            left[field] = [*first.values()]


@cache
def validator(kind: type[TaggingPart], field: str) -> Callable[[object], Any]:
    """What gives the value of a field for what it is given, and raises what pydantic or this library does."""
    info = kind.model_fields[field]
    annotated: Any = Annotated
    held: Any = info.annotation
    adapter: TypeAdapter[Any] = TypeAdapter(annotated[(held, *info.metadata)] if info.metadata else held)
    return adapter.validator.validate_python  # the adapter's own asks for its namespaces each time


def sound(kind: type[TaggingPart], field: str, held: object) -> bool:
    """Whether a field may hold this."""
    return is_sound(validator(kind, field), held)


def is_sound(validate: Callable[[object], object], held: object) -> bool:
    """Whether what validates a field lets this through."""
    try:
        validate(held)
    except (ValidationError, InvalidTagging):
        return False
    return True


def refused(kind: type[TaggingPart], field: str, held: object) -> str:
    """What a model says of what a field may not hold, as the end of a sentence, and without what that is."""
    try:
        kind(**{field: held})
    except InvalidTagging as error:
        for path, what in error.problems:
            if path.startswith(field):
                return what.partition(", got ")[0]
    return "does not validate"


def _sound(kind: type[TaggingPart], field: str, value: Any) -> Any:
    """Those of several values that validate alone."""
    kept: dict[object, object] = {}
    for name, each in members(value).items():
        if isinstance(each, list | tuple):
            if found := [one for one in items(cast("object", each)) if sound(kind, field, {name: [one]})]:
                kept[name] = found
        elif sound(kind, field, {name: each}):
            kept[name] = each
    return kept or [each for each in items(value) if sound(kind, field, [each])]
