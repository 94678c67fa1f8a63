"""The settings in ``settings.py``, checked: the dict ``NOSTO``, and what of Django's own settings matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple, cast

from django import conf  # not its settings: what looks at a module's objects, as doctest does, has no project
from django.contrib.sessions.backends.signed_cookies import SessionStore as SignedCookies
from django.utils.module_loading import import_string

from nosto_tagging.errors import InvalidSettings, Problem
from nosto_tagging.settings import Settings, named
from nosto_tagging.validation import characters, kind_of, safe_name

__all__ = ["READ", "Config", "KnowsVisits", "knows_visits", "read"]

READ = ("NOSTO", "MIDDLEWARE", "SESSION_ENGINE")
"""The settings of Django that `read` reads."""

_LOADERS = {f"{topic.upper()}_LOADER": topic for topic in ("customer", "cart", "order")}
_NAMES = (*map(str.upper, Settings.model_fields), *_LOADERS)


class KnowsVisits:
    """The base of the middleware, by which it and its subclasses are known in ``MIDDLEWARE``."""


class Config(NamedTuple):
    """What is set."""

    settings: Settings
    by_policy: bool
    """Whether ``ERRORS`` is set; else ``DEBUG`` decides."""
    loaders: dict[str, Callable[..., Any]]
    """By topic."""
    knows_visits: bool
    """Whether the middleware is there."""


def read() -> Config:
    """The settings as they are now, with the functions that they name imported.

    Raises `InvalidSettings`.
    """
    given: Mapping[Any, Any] = getattr(conf.settings, "NOSTO", {})
    if not isinstance(cast("object", given), Mapping):
        raise InvalidSettings("NOSTO", (Problem("", f"must be a dict, got {kind_of(given)}"),))
    unknown = [
        Problem("", f"has no {safe_name(name)}, must be one of: {', '.join(_NAMES)}")
        for name in given
        if name not in _NAMES
    ]
    if unknown:
        raise InvalidSettings("NOSTO", tuple(unknown))
    loaders = {
        topic: _loader(name, given[name]) for name, topic in _LOADERS.items() if given.get(name) not in (None, "")
    }
    chosen = named({f"NOSTO_{name}": _found(name, value) for name, value in given.items()})
    by_policy = "errors" in chosen
    chosen.setdefault("session_on_server", _session_on_server())
    try:
        settings = Settings(**chosen)
    except InvalidSettings as error:
        problems = [Problem(field.upper(), message) for field, message in error.problems]
        raise InvalidSettings("NOSTO", tuple(problems)) from None
    return Config(settings, by_policy, loaders, any(map(knows_visits, conf.settings.MIDDLEWARE)))


def _loader(name: str, value: Any) -> Callable[..., Any]:
    found = _found(name, value)
    if not callable(found):
        raise InvalidSettings(
            "NOSTO", (Problem(name, f"must be a function or the dotted path of one, got {kind_of(found)}"),)
        )
    return found  # type: ignore[no-any-return]  # whatever it takes and gives


def _found(name: str, value: Any) -> Any:
    """What is at a dotted path, where that may stand for a function: no nonce has a dot in it."""
    path = characters(value)
    if path is None or "." not in path or not (name in _LOADERS or name in ("NONCE", "CONSENT")):
        return value
    try:
        return import_string(path)
    except ImportError as error:
        what = f"must be a function or the dotted path of one; importing {path!r} raised {type(error).__name__}"
        raise InvalidSettings("NOSTO", (Problem(name, what),)) from error


def _session_on_server() -> bool:
    # Of Django's own, this one alone has the visitor carry the session; it and its subclasses, whoever made them.
    return not issubclass(import_module(conf.settings.SESSION_ENGINE).SessionStore, SignedCookies)


def knows_visits(path: str) -> bool:
    """Whether the middleware at `path` is ours, or is made of it."""
    try:
        found = import_string(path)
    except ImportError:  # which Django says itself, and better
        return False
    return isinstance(found, type) and issubclass(found, KnowsVisits)
