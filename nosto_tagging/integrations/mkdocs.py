"""MkDocs: a hook for the theme's templates, and a module for mkdocs-macros, with the settings from ``mkdocs.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from nosto_tagging.errors import MissingExtra

try:
    from mkdocs.config.defaults import MkDocsConfig
except ImportError:
    raise MissingExtra("nosto_tagging.integrations.mkdocs", "mkdocs") from None

from jinja2 import Environment

from nosto_tagging.jinja import attach
from nosto_tagging.markup.public import PublicTagger
from nosto_tagging.settings import Settings

__all__ = ["on_env", "on_pre_page_macros"]


def on_env(env: Environment, *, config: MkDocsConfig, **_: Any) -> Environment:
    """For ``hooks:``, out of a file of the site's own: the theme's templates have the tags, globals and macros.

    Settings are the members of ``extra: nosto:`` in ``mkdocs.yml``. The site's own files under ``nosto/`` in the
    theme's ``custom_dir`` go before the bundled ones. What is one visitor's own is refused, as `PublicTagger` has it.

    Raises `InvalidSettings`.
    """
    attach(env, _tagger(config))
    return env


def on_pre_page_macros(macros: Any) -> None:
    """For ``modules:`` of mkdocs-macros, which calls it before each page: pages have the same in their Markdown."""
    # It is mkdocs-macros' plugin, which need not be there for the hook; each build has an environment of its own.
    if not hasattr(macros.env, "nosto_tagging"):
        attach(macros.env, _tagger(macros.conf))


def _tagger(config: MkDocsConfig) -> PublicTagger:
    extra = cast("Mapping[str, Any]", config["extra"])
    return PublicTagger(Settings.model_validate(extra.get("nosto") or {}))
