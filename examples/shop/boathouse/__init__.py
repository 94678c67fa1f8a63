"""Boathouse: a small shop, to try Nosto's tagging in."""

from __future__ import annotations

from flask import Flask, render_template, request
from flask.json.provider import DefaultJSONProvider
from flask.typing import ResponseReturnValue

from boathouse import accounts, basket, checkout, database, login, newsletter, pages, security, stand_in, tagging
from boathouse.config import Config, init_app
from boathouse.models import SHIPPING, euros
from boathouse.page_cache import PageCache

__all__ = ["Config", "create_app"]


def create_app(config: Config) -> Flask:
    """The shop."""
    app = Flask(__name__)
    init_app(app, config)
    # What Nosto is told keeps the order in which its documentation has it.
    app.json = _Json(app)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    database.init_app(app, config.database)
    login.init_app(app)
    for module in (pages, basket, accounts, checkout, newsletter, stand_in):
        app.register_blueprint(module.blueprint)
    tagging.nosto.init_app(app)
    security.init_app(app, config)
    app.add_template_filter(_money, "money")
    app.context_processor(lambda: {"consent_cookie": tagging.CONSENT_COOKIE, "shipping": SHIPPING})
    app.register_error_handler(404, _not_found)
    # Last, so that it stands before everything else.
    pages_for_all = PageCache(app.wsgi_app, prefix="/category/", parameters=("order",))
    app.extensions["boathouse_page_cache"] = pages_for_all
    app.wsgi_app = pages_for_all  # type: ignore[method-assign]  # Flask's documented way to put something before it
    return app


class _Json(DefaultJSONProvider):
    sort_keys = False


def _money(cents: int) -> str:
    return f"€{euros(cents):,}"


def _not_found(_error: Exception) -> ResponseReturnValue:
    # There may be no such shelf: what the page cache asks for is asked for nobody.
    return render_template("notfound.html", same_for_all=request.endpoint == "pages.category"), 404
