"""Jinja's extension, for Django's own Jinja2 backend."""

from __future__ import annotations

from jinja2 import Environment

from nosto_tagging.integrations.django.site import nosto
from nosto_tagging.jinja import NostoExtension, find_bundled

__all__ = ["Extension"]


class Extension(NostoExtension):
    """For ``"OPTIONS": {"extensions": […]}``: the tags, globals and macros, under the project's settings.

    The project's own files under ``jinja2/nosto/`` go before the bundled ones.
    """

    def __init__(self, environment: Environment) -> None:
        # Whatever was there: with other settings, others might get what is a visitor's own.
        setattr(environment, "nosto_tagging", nosto.tagger)  # noqa: B010 - it is no attribute that Jinja's type knows
        super().__init__(environment)
        find_bundled(environment)
