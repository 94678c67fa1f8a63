"""Pelican: a plugin, with the settings from ``pelicanconf.py``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nosto_tagging.errors import MissingExtra

try:
    from pelican import signals  # pyright: ignore[reportMissingTypeStubs] - Pelican comes without types
    from pelican.generators import Generator  # pyright: ignore[reportMissingTypeStubs] - the same
except ImportError:
    raise MissingExtra("nosto_tagging.integrations.pelican", "pelican") from None

from nosto_tagging.jinja import attach
from nosto_tagging.markup.public import PublicTagger
from nosto_tagging.settings import Settings, named

__all__ = ["register"]


def register() -> None:
    """What Pelican calls where ``PLUGINS`` names this module: all templates have the tags, globals and macros.

    Settings are ``NOSTO_ACCOUNT_ID``, … in ``pelicanconf.py``. The site's own files under ``templates/nosto/`` go
    before the bundled ones. What is one visitor's own is refused, as `PublicTagger` has it.
    """
    signals.generator_init.connect(_attach)


def _attach(generator: Generator) -> None:
    # Each generator has an environment of its own.
    settings: Mapping[str, Any] = generator.settings
    attach(generator.env, PublicTagger(Settings(**named(settings))))
