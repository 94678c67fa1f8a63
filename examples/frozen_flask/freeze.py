"""Writes the pages of the shop into ``build``, as a web server hands them to everyone: ``python freeze.py``."""

from __future__ import annotations

from collections.abc import Iterator

from app import app  # type: ignore[import-not-found]  # it is the file beside this one
from flask_frozen import Freezer  # pyright: ignore[reportMissingTypeStubs] - it comes without types

from nosto_tagging import PublicTagger
from nosto_tagging.jinja import attach

attach(app.jinja_env, PublicTagger(app.extensions["nosto_tagging"].settings))
freezer = Freezer(app, with_no_argument_rules=False)  # else it would freeze the endpoint for visitors, too


def entrance() -> Iterator[str]:
    """The front page; all others are found by the links to them."""
    yield "/"


freezer.register_generator(entrance)  # pyright: ignore[reportUnknownMemberType] - it comes without types

if __name__ == "__main__":
    freezer.freeze()
