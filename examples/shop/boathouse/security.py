"""What browsers are told: the Content-Security-Policy, who may keep a page, and the tokens of forms."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from typing import Any

from flask import Flask, Response, render_template
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_talisman import Talisman  # pyright: ignore[reportMissingTypeStubs]  # it has no types
from flask_wtf.csrf import CSRFError, CSRFProtect  # pyright: ignore[reportMissingTypeStubs]  # it has no types

from boathouse import stand_in
from boathouse.config import Config
from nosto_tagging import Settings, Tagger, csp_sources


def init_app(app: Flask, config: Config) -> None:
    """Put the policies around the application."""
    app.session_interface = _Sessions()
    own = "'self'"
    policy: dict[str, Any] = csp_sources().talisman(
        {
            "default-src": "'none'",
            "script-src": own,
            "style-src": own,
            "img-src": own,
            "connect-src": own,
            "form-action": own,
            "base-uri": "'none'",
            "frame-ancestors": "'none'",
        }
    )
    talisman: Any = Talisman(
        app,
        content_security_policy=policy,
        content_security_policy_nonce_in=["script-src"],
        force_https=config.https,
        session_cookie_secure=config.https,
        strict_transport_security=config.https,
    )
    CSRFProtect(app)
    app.register_error_handler(CSRFError, _no_token)
    app.after_request(_for_the_visitor_alone)
    # A nonce is good for one response, and this page is many visitors': its scripts, the same for everybody, are
    # known by their hashes.
    kept = {**policy, "script-src": [*policy["script-src"], *map(_hash, _inline(config))]}
    view = app.view_functions["pages.category"]

    def category(**arguments: Any) -> Any:
        return view(**arguments)

    same_for_all = talisman(content_security_policy=kept, content_security_policy_nonce_in=[])
    app.view_functions["pages.category"] = same_for_all(category)


class _Sessions(SecureCookieSessionInterface):
    """Flask's sessions, which leave alone what is the same for everybody."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        # Flask-Login looks into the session after every request, which else would make the page vary by cookie.
        if not response.cache_control.public:
            super().save_session(app, session, response)


def _for_the_visitor_alone(response: Response) -> Response:
    """Unless a view says otherwise: the header of every page has the visitor's name and cart in it."""
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def _no_token(_error: Exception) -> ResponseReturnValue:
    return render_template("expired.html"), 400


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _inline(config: Config) -> list[str]:
    """The scripts that stand in a page that is the same for everybody."""
    tagger = Tagger(Settings(account_id=config.nosto_account_id or stand_in.ACCOUNT))
    printed = tagger.deferred() + tagger.client_script(waits_for=stand_in.WAITS_FOR)
    return re.findall(r"<script>(.*?)</script>", printed, re.DOTALL)
