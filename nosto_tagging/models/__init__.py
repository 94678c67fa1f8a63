"""What can be tagged: one model a topic, imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nosto_tagging.models.customer import Customer as Customer

__all__ = ["Customer"]

_TOPICS = {"Customer": "customer"}


def __getattr__(name: str) -> object:
    if name not in _TOPICS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_TOPICS[name]}"), name)
    return value
