"""Sphinx: an extension, with the settings from ``conf.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nosto_tagging.errors import MissingExtra

try:
    from sphinx.application import Sphinx
    from sphinx.jinja2glue import BuiltinTemplateLoader
except ImportError:
    raise MissingExtra("nosto_tagging.integrations.sphinx", "sphinx") from None

from nosto_tagging.jinja import attach, template_loader
from nosto_tagging.markup.public import PublicTagger
from nosto_tagging.settings import Settings

if TYPE_CHECKING:
    from sphinx.util.typing import ExtensionMetadata

__all__ = ["setup"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """What Sphinx calls where ``extensions`` names this module: templates have the tags, globals and macros.

    Settings are ``nosto_account_id``, … in ``conf.py``. The site's own files under ``nosto/`` in a folder of
    ``templates_path`` go before the bundled ones. What is one visitor's own is refused, as `PublicTagger` has it.
    """
    for name in Settings.model_fields:
        app.add_config_value(f"nosto_{name}", None, "html")
    app.connect("builder-inited", _attach)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _attach(app: Sphinx) -> None:
    # Not every builder has templates, and another template_bridge need not have Jinja's.
    bridge = getattr(app.builder, "templates", None)
    if not isinstance(bridge, BuiltinTemplateLoader):
        return
    given = {name: app.config[f"nosto_{name}"] for name in Settings.model_fields}
    attach(
        bridge.environment,
        PublicTagger(Settings(**{name: value for name, value in given.items() if value is not None})),
    )
    # Sphinx asks its environment's loader for more than Jinja's have, and its loader has a list of others.
    bridge.environment.loader = bridge
    bridge.loaders.append(template_loader())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - any loader does
