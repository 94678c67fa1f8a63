"""Nosto's page tagging from validated Python objects: the public names, imported when first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nosto_tagging.errors import NostoTaggingError as NostoTaggingError
    from nosto_tagging.markup.tagger import Tagger as Tagger
    from nosto_tagging.markup.tagger import block as block
    from nosto_tagging.markup.tagger import client_script as client_script
    from nosto_tagging.markup.tagger import snippet as snippet
    from nosto_tagging.markup.tagger import statement as statement
    from nosto_tagging.markup.tagger import statement_attribute as statement_attribute
    from nosto_tagging.models.customer import Customer as Customer
    from nosto_tagging.models.identity import customer_reference as customer_reference
    from nosto_tagging.models.identity import hcid as hcid
    from nosto_tagging.settings import Settings as Settings

_HOMES = {
    "Customer": "models.customer",
    "NostoTaggingError": "errors",
    "Settings": "settings",
    "Tagger": "markup.tagger",
    "block": "markup.tagger",
    "client_script": "markup.tagger",
    "customer_reference": "models.identity",
    "hcid": "models.identity",
    "snippet": "markup.tagger",
    "statement": "markup.tagger",
    "statement_attribute": "markup.tagger",
}

__all__ = [
    "Customer",
    "NostoTaggingError",
    "Settings",
    "Tagger",
    "block",
    "client_script",
    "customer_reference",
    "hcid",
    "snippet",
    "statement",
    "statement_attribute",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
