"""Who is logged in: Flask-Login, behind a few functions with types."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, session
from flask_login import LoginManager, current_user, login_user, logout_user  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]  # it has no types

from boathouse.database import db
from boathouse.models import User

_manager: Any = LoginManager()
_current: Any = current_user


def init_app(app: Flask) -> None:
    """Have the session say who is logged in; templates ask for it where they need it, and only there."""
    _manager.user_loader(_load)
    # Its own context processor would ask for the user, and with it for the session, on pages that are for everybody.
    _manager.init_app(app, add_context_processor=False)
    app.add_template_global(visitor)


def visitor() -> User | None:
    """Who is logged in."""
    # The proxy's own object: the proxy itself is no User.
    user = _current._get_current_object()  # noqa: SLF001 - werkzeug's documented way
    return user if isinstance(user, User) else None


def log_in(user: User) -> None:
    """From now on this is who is there: nothing of the session from before is kept but the orders of the guest."""
    orders = session.get("orders", [])
    _forget()
    session["orders"] = orders
    login_user(user)


def log_out() -> None:
    """From now on nobody is there."""
    logout_user()
    _forget()


def _forget() -> None:
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF keeps the token of the request here, which was the old session's


def _load(user_id: str) -> User | None:
    return db().get(User, int(user_id))
