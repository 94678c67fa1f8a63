"""The database: one SQLAlchemy session for each request, opened when it is first asked for."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from boathouse.models import Base
from boathouse.seed import fill


def init_app(app: Flask, url: str) -> None:
    """Open the database at `url`, and put the shop's goods into one that is new."""
    engine = create_engine(url)
    event.listen(engine, "connect", _prepare)
    Base.metadata.create_all(engine)
    sessions = sessionmaker(engine)
    with sessions.begin() as session:
        fill(session)
    app.extensions["boathouse_sessions"] = sessions
    app.teardown_appcontext(_close)


def db() -> Session:
    """This request's session."""
    if "db" not in g:
        g.db = current_app.extensions["boathouse_sessions"]()
    session: Session = g.db
    return session


def _prepare(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")  # readers do not wait for the one who writes


def _close(_error: BaseException | None) -> None:
    if "db" in g:
        g.pop("db").close()
