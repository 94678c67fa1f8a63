"""What caches are told of a response with a visitor's own data in it, and what keeps pages inside the application."""

from __future__ import annotations

import inspect
import re
from types import FrameType

__all__ = ["LOOKED_AT", "closed", "kept_by", "private", "public", "with_cookie"]

# RFC 9111, 5.2, and RFC 9213 for the headers of content delivery networks.
_DIRECTIVE = re.compile(r"""([^\s,=]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,]*))?""")
_KEPT = ("must-revalidate", "no-transform", "proxy-revalidate")
_TARGETED = (
    "CDN-Cache-Control",
    "Surrogate-Control",
    "Cloudflare-CDN-Cache-Control",
    "Vercel-CDN-Cache-Control",
    "Netlify-CDN-Cache-Control",
    "Akamai-Cache-Control",
    "Edge-Control",
    "X-LiteSpeed-Cache-Control",
)
_SECONDS = "X-Accel-Expires"
"""nginx's, which goes before all that is said in the others."""


def _directives(cache_control: str | None) -> dict[str, str | None]:
    return {found[1].lower(): found[2] for found in _DIRECTIVE.finditer(cache_control or "")}


def private(cache_control: str | None) -> str:
    """The same header, at least as strict as ``private, no-cache``.

    >>> private("max-age=60"), private("no-store")
    ('private, no-cache', 'no-store')
    """
    given = _directives(cache_control)
    if "no-store" in given and cache_control is not None:
        return cache_control
    # With a list of names, either is about these headers only.
    if cache_control is not None and all(name in given and given[name] is None for name in ("private", "no-cache")):
        return cache_control
    return ", ".join(["private", "no-cache", *(name for name in _KEPT if name in given)])


def public(headers: dict[str, str | None]) -> str | None:
    """The header by which a view asks caches to give its page to others, too; ``None`` if there is none.

    `headers` are those of `LOOKED_AT`.

    >>> public({"Cache-Control": "public, max-age=60"}), public({"Cache-Control": "max-age=60"})
    ('Cache-Control', None)
    """
    given = _directives(headers.get("Cache-Control"))
    if "no-store" not in given and ("public" in given or "s-maxage" in given):
        return "Cache-Control"
    for name in _TARGETED:
        value = headers.get(name)
        if value and {"private", "no-store"}.isdisjoint(_directives(value)):
            return name
    return _SECONDS if (headers.get(_SECONDS) or "0").strip() not in ("0", "off") else None


LOOKED_AT = ("Cache-Control", *_TARGETED, _SECONDS)


def closed(name: str) -> str:
    """What the header `name` of `LOOKED_AT` says where nobody is to keep the page."""
    return "0" if name == _SECONDS else "no-store"


def with_cookie(vary: str | None) -> str:
    """The same ``Vary``, with ``Cookie``.

    >>> with_cookie("Accept-Encoding"), with_cookie("*")
    ('Accept-Encoding, Cookie', '*')
    """
    names = [name.strip() for name in (vary or "").split(",") if name.strip()]
    if "*" in names or "cookie" in map(str.lower, names):
        return ", ".join(names)
    return ", ".join([*names, "Cookie"])


# Functions of others whose callers' result is kept and given to whoever comes next: by module and name.
_KEEPERS = {
    ("flask_caching", "decorated_function"): "Flask-Caching",
    ("flask_caching.jinja2ext", "_cache"): "Flask-Caching's {% cache %}",
    ("quart_flask_patch", "decorated_function"): "Flask-Caching",
    ("django.templatetags.cache", "render"): "Django's {% cache %}",
    ("django.core.cache.backends.base", "get_or_set"): "Django's get_or_set()",
    ("django.core.cache.backends.base", "aget_or_set"): "Django's get_or_set()",
    ("jinja2.environment", "_get_default_module"): "Jinja, which keeps a template that is imported without context",
    ("jinja2.environment", "_get_default_module_async"): (
        "Jinja, which keeps a template that is imported without context"
    ),
}


def kept_by(frame: FrameType | None = None) -> str | None:
    """Who keeps what is being rendered now, or by `frame`, to give it to others; ``None`` for nobody."""
    frame = inspect.currentframe() if frame is None else frame
    while frame is not None:
        code = frame.f_code.co_name
        if code in _NAMES and (keeper := _KEEPERS.get((frame.f_globals.get("__name__", ""), code))):
            return keeper
        frame = frame.f_back
    return None


_NAMES = {name for _, name in _KEEPERS}
