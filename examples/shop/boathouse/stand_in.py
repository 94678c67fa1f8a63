"""Nosto's client script; and what stands in for it where the shop has no account: a recorder, which tells nobody."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from boathouse import tagging

blueprint = Blueprint("stand_in", __name__)

ACCOUNT = "stand-in"
WAITS_FOR = "data-consent=nosto"
"""By which ``shop.js`` finds the client script in a page that is the same for everybody, and starts it once it may."""

_REAL = f"https://connect.nosto.com/include/{ACCOUNT}"


@blueprint.get("/stand-in/nosto.js")
def script() -> ResponseReturnValue:
    """The recorder."""
    return current_app.send_static_file("stand-in-nosto.js")


@blueprint.app_template_global()
def client_script(*, same_for_all: bool = False) -> Markup:
    """Nosto's client script for the head of a page, if ``NOSTO_ACCOUNT_ID`` is set, and the stand-in otherwise.

    Whether the visitor has agreed is asked here; in a page that is the same for everybody, where nothing about the
    visitor is known, by the page itself.
    """
    options: dict[str, Any] = {"waits_for": WAITS_FOR} if same_for_all else {}
    tagger = tagging.nosto.tagger
    if tagger.settings.account_id is not None:
        return tagger.client_script(**options)
    return tagger.client_script(ACCOUNT, **options).replace(_REAL, url_for("stand_in.script"))
