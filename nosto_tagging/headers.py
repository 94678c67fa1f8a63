"""The headers of a request or of a response, however somebody has them, as one mapping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias, cast

from nosto_tagging.errors import InvalidArgument

__all__ = ["Headers", "joined"]

Headers: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]
"""A mapping, or pairs, of which several may have one name."""


def joined(headers: object) -> dict[str, str]:
    """Headers by their names in lower case, the values of several of one name as one, as HTTP allows it.

    `headers` are a mapping, what has ``items`` as one, or pairs, of text or of bytes; ``None`` is none.

    >>> joined([("Cache-Control", "public"), ("Cache-Control", "max-age=60")])
    {'cache-control': 'public, max-age=60'}

    Raises `InvalidArgument`.
    """
    if headers is None:
        return {}
    items: object = getattr(headers, "items", None)
    pairs: object = items() if callable(items) else headers
    if not isinstance(pairs, Iterable):
        raise _refused(headers)
    found: dict[str, str] = {}
    for pair in cast("Iterable[object]", pairs):
        if not isinstance(pair, tuple | list) or len(cast("tuple[object, ...]", pair)) != 2:  # noqa: PLR2004 - a pair
            raise _refused(headers)
        name, value = map(_text, cast("tuple[object, object]", pair))
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found


def _text(held: object) -> str:
    return held.decode("latin-1") if isinstance(held, bytes) else str(held)


def _refused(headers: object) -> InvalidArgument:
    return InvalidArgument("headers", f"must be a mapping of names to values, or pairs, got {type(headers).__name__}")
