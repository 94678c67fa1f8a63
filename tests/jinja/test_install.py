"""What `install` does to an environment, once and again, and at no moment in between."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from jinja2 import BaseLoader, ChoiceLoader, DictLoader, Environment

from nosto_tagging import Settings, Tagger
from nosto_tagging.integrations.flask import Nosto
from nosto_tagging.jinja import NostoExtension, install, template_loader

IMPORTS = '{% from "nosto/script.html" import client_script %}{{ client_script() }}'


def loaders(loader: BaseLoader | None) -> list[BaseLoader]:
    if isinstance(loader, ChoiceLoader):
        return [each for part in loader.loaders for each in loaders(part)]
    return [] if loader is None else [loader]


@pytest.mark.parametrize(
    "loader",
    [
        None,
        DictLoader({}),
        template_loader(),
        ChoiceLoader([DictLoader({}), template_loader()]),
        ChoiceLoader([ChoiceLoader([template_loader()]), DictLoader({})]),
    ],
    ids=["none", "own", "bundled", "both", "nested"],
)
def test_an_environment_that_is_installed_into_again_does_not_grow(loader: BaseLoader | None) -> None:
    # Each time used to add one more loader for the bundled macros.
    env = Environment(loader=loader)
    install(env, Settings(account_id="first"))
    once = loaders(env.loader)
    for _ in range(3):
        install(env, Settings(account_id="second"))
    assert loaders(env.loader) == once
    assert "/include/second" in env.from_string(IMPORTS).render()


def test_a_flask_application_that_is_installed_into_again_does_not_grow() -> None:
    app = Flask(__name__)
    Nosto(app)
    once = loaders(app.jinja_env.loader)
    for _ in range(3):
        Nosto(app, account_id="last")
    assert loaders(app.jinja_env.loader) == once
    with app.app_context():
        assert "/include/last" in app.jinja_env.from_string(IMPORTS).render()


def test_at_no_moment_has_an_environment_the_default_settings_in_place_of_its_own() -> None:
    # A page of another thread would print e-mail addresses that the settings keep out.
    seen: list[Tagger] = []

    class Watched(Environment):
        def extend(self, **attributes: Any) -> None:
            super().extend(**attributes)
            seen.append(self.nosto_tagging)

    for env in (Watched(), Watched(extensions=[NostoExtension])):
        seen.clear()
        tagger = install(env, Settings(leave_out_email=True))
        assert seen == [tagger]
