"""The calls that an answer for a fetch stands for, worked out here once more, as a recording `nostojs` writes them down."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

__all__ = ["in_numbers", "recorded"]


def in_numbers(text: str) -> Any:
    """What JSON holds, all numbers as JavaScript has them."""
    return json.loads(text, parse_int=float)


def recorded(answer: dict[str, Any], date: Callable[[str], Any] = str) -> list[Any]:
    """``["api.defaultSession().setCustomer", [arguments…]]`` for each step; `date` makes of a date's text what stands
    for it."""
    found: list[Any] = []
    for call in deepcopy(answer["calls"]):
        for path in call.get("dates", []):
            inside = call["steps"]
            for key in path[:-1]:
                inside = inside[key]
            text = inside[path[-1]]
            inside[path[-1]] = date(f"{text.removesuffix('Z')}.000Z" if "T" in text else f"{text}T00:00:00.000Z")
        name = "api"
        for method, given in call["steps"]:
            name += f".{method}"
            found.append([name, given])
            name += "()"
    return list(in_numbers(json.dumps(found)))
