"""What has to be decided before the shop opens."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app

__all__ = ["Config", "config", "init_app"]


@dataclass(frozen=True, kw_only=True)
class Config:
    """The shop's own settings."""

    secret_key: str
    """Signs sessions."""
    reference_secret: str
    """Makes people's ids into references for Nosto; stays the same for as long as the shop lives."""
    database: str
    """A URL of SQLAlchemy's."""
    nosto_account_id: str | None = None
    """Loads Nosto's client script in place of the stand-in."""
    demo_password: str | None = None
    """For the login page to show, where the shop is a demonstration."""
    https: bool = False
    keep_pages: int = 60
    """For how many seconds the page cache keeps what is the same for everybody."""
    testing: bool = False

    def __repr__(self) -> str:
        return "Config(...)"


def init_app(app: Flask, chosen: Config) -> None:
    """Put what was decided where the shop, Flask, Flask-WTF and Nosto look for it."""
    app.extensions["boathouse_config"] = chosen
    app.config.from_mapping(
        SECRET_KEY=chosen.secret_key,
        TESTING=chosen.testing,
        MAX_CONTENT_LENGTH=64 * 1024,
        WTF_CSRF_TIME_LIMIT=None,  # a form is good for as long as its session
        NOSTO_ACCOUNT_ID=chosen.nosto_account_id,
    )


def config() -> Config:
    """What was decided for the current shop."""
    found: Config = current_app.extensions["boathouse_config"]
    return found
