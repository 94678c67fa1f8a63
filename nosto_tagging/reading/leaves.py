"""A model field by field, each with the way to it: what a report prints, and what a test compares."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from nosto_tagging.models.tagging import Form, TaggingPart

__all__ = ["leaves", "members", "told"]

_FORMS: tuple[Form, ...] = ("block", "call", "provider")


def members(value: Any) -> list[tuple[str, Any]] | None:
    """What a model, a mapping or a list holds, each with its step (``.email``, ``[0]``); ``None`` of a single thing.

    >>> from nosto_tagging import Customer
    >>> members(Customer(email="jane.doe@example.com"))
    [('.email', 'jane.doe@example.com')]
    """
    if isinstance(value, TaggingPart):
        fields = value.__dict__
        return [(f".{name}", each) for name in told(type(value)) if not _unknown(each := fields.get(name))]
    if isinstance(value, dict):
        return [(f"[{key!r}]", each) for key, each in cast("dict[str, Any]", value).items()]
    if isinstance(value, list | tuple):
        return [(f"[{place}]", each) for place, each in enumerate(cast("tuple[Any, ...]", value))]
    return None


def leaves(value: Any, way: str = "") -> Iterator[tuple[str, Any]]:
    """Every single thing in `value`, with the way to it from `way`; nothing of what was not given.

    >>> from nosto_tagging import PageTagging
    >>> dict(leaves(PageTagging(tags=["new", "red"]), "page"))
    {'page.tags[0]': 'new', 'page.tags[1]': 'red'}
    """
    held = members(value)
    if held is None:
        if value is not None:
            yield way, value
        return
    for step, each in held:
        yield from leaves(each, f"{way}{step}")


@cache
def told(kind: type[TaggingPart]) -> tuple[str, ...]:
    """The fields that Nosto is told of, in whichever form: the others are for who makes the model."""
    told = {name for form in _FORMS for name in kind.names(form)}
    return tuple([name for name in kind.model_fields if name in told])


def _unknown(value: Any) -> bool:
    return value is None or value in ((), {})
