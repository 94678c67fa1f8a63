"""What a test expects of a page, held against what the page tells: the differences, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple, cast

from pydantic import ValidationError

from nosto_tagging.errors import InvalidTagging, Problem
from nosto_tagging.models import PageTagging
from nosto_tagging.models.tagging import TaggingPart, parts_of, unproxied
from nosto_tagging.reading.leaves import leaves, told
from nosto_tagging.reading.made import validator

__all__ = ["Difference", "differences"]


class Difference(NamedTuple):
    """One thing that is not as expected; ``None`` is what was not expected, or is not there."""

    way: str
    """Where it is: ``cart.items[0].quantity``."""
    expected: object
    found: object


def differences(expected: Mapping[str, Any], seen: PageTagging) -> list[Difference]:
    """Where a page's tagging is not what is expected of it.

    A mapping is compared in the keys that it has, and a part that it stands for has to be there; a list has to be of
    the same length; a model is compared whole, with its fields, or with those that a hidden block carries.

    >>> differences({"tags": ["new"], "cart": {"items": [{"quantity": 2}]}}, PageTagging(tags=["new"]))
    [Difference(way='cart.items[0].quantity', expected=2, found=None)]

    Raises `InvalidTagging` for what is expected and would not validate.
    """
    return [*_in_part(PageTagging, expected, _restoring(expected, seen), "")]


def _restoring(expected: Mapping[str, Any], seen: PageTagging) -> PageTagging:
    """The page with the link that restores the cart where it is looked for: a block has it in the cart alone."""
    cart, wanted = seen.cart, expected.get("cart")
    if cart is None or seen.restore_link is not None or expected.get("restore_link") is None:
        return seen
    given = cast("Mapping[str, object]", wanted) if isinstance(wanted, Mapping) else getattr(wanted, "__dict__", {})
    link = cart.restore_link
    if given.get("restore_link") is None:
        cart = cart.model_copy(update={"restore_link": None})
    return seen.model_copy(update={"cart": cart, "restore_link": link})


def _in_part(kind: type[TaggingPart], expected: Mapping[str, Any], found: object, way: str) -> Iterator[Difference]:
    """The differences in a part, of which a mapping says what is expected."""
    differ: list[Difference] = []
    carried = kind.names("block")
    for name, given in expected.items():
        lines = [*_in_field(kind, name, given, getattr(found, name, None), way)]
        # What a block does not carry need not be there.
        if name in carried or any(each.found is not None for each in lines):
            differ += lines
    if found is None and not differ:
        differ.append(Difference(way, dict(expected), None))
    yield from differ


def _in_field(kind: type[TaggingPart], name: str, given: object, found: Any, around: str) -> Iterator[Difference]:
    way = _way(around, name)
    part, several = parts_of(kind).get(name, (None, False))
    if name in kind.model_fields and given is None:
        yield from _compared(None, found, way)
    elif part is not None and several and isinstance(given, list | tuple):
        yield from _in_list(part, cast("tuple[object, ...]", given), found or (), way)
    elif part is not None and isinstance(given, Mapping):
        yield from _in_part(part, cast("Mapping[str, Any]", given), found, way)
    else:
        expected: Any = _held(kind, name, given, around)
        if isinstance(given, Mapping) and found:
            found = {key: each for key, each in found.items() if key in expected}
        if name in told(kind):  # the others are for who makes the model
            yield from _whole(expected, found, way)


def _in_list(
    part: type[TaggingPart], given: Sequence[object], found: Sequence[object], around: str
) -> Iterator[Difference]:
    for place, (each, held) in enumerate(zip_longest(map(unproxied, given), found)):
        way = f"{around}[{place}]"
        if isinstance(each, Mapping):
            yield from _in_part(part, cast("Mapping[str, Any]", each), held, way)
        else:
            yield from _whole(_model(part, each, way) if place < len(given) else None, held, way)


def _whole(expected: object, found: object, way: str) -> Iterator[Difference]:
    """The differences from a model as a script would tell it, or as a block would: the fewer."""
    differ = [*_compared(expected, found, way)]
    if differ and isinstance(expected, TaggingPart):
        differ = min(differ, [*_compared(expected.in_block(), found, way)], key=len)
    yield from differ


def _compared(expected: object, found: object, way: str) -> Iterator[Difference]:
    wanted, has = dict(leaves(expected, way)), dict(leaves(found, way))
    for each in dict.fromkeys((*wanted, *has)):
        if wanted.get(each) != has.get(each):
            yield Difference(each, wanted.get(each), has.get(each))


# What is expected, as the models hold it ------------------------------------------------------------------------------


def _model(part: type[TaggingPart], given: object, way: str) -> TaggingPart:
    try:
        return part.model_validate(given)
    except InvalidTagging as error:
        problems = error.problems
    raise _refused(problems, way)


def _held(kind: type[TaggingPart], name: str, given: object, around: str) -> Any:
    """What a field holds that is given this."""
    if name in kind.model_fields:
        try:
            return validator(kind, name)(given)
        except (ValidationError, InvalidTagging):
            pass
    problems: tuple[Problem, ...] = ()
    try:
        kind(**{name: given})
    except InvalidTagging as error:
        problems = error.problems
    # Not what else the model needs.
    of_field = [each for each in problems if _first(each.field) == name or each.message.startswith("has no field")]
    raise _refused(of_field, around)


def _refused(problems: Iterable[Problem], around: str) -> InvalidTagging:
    told = [Problem(_way(around, each.field), each.message) for each in problems]
    return InvalidTagging(PageTagging.__name__, tuple(told))


def _way(around: str, step: str) -> str:
    return f"{around}.{step}" if around and step else around or step


def _first(field: str) -> str:
    return field.partition(".")[0].partition("[")[0]
