"""A Django project without a folder of its own. A process can be one project, once: tests override its settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import django
from django.conf import settings
from django.template import engines
from django.urls import URLPattern, URLResolver, include, path

__all__ = ["MIDDLEWARE", "from_string", "urlconf"]

_SHOPS = Path(__file__).parent / "shops"
MIDDLEWARE = [
    "nosto_tagging.integrations.django.Middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
]

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["testserver"],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        # One for all threads.
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "file:shop?mode=memory&cache=shared"},
        },
        INSTALLED_APPS=["django.contrib.sessions", "nosto_tagging.integrations.django"],
        MIDDLEWARE=MIDDLEWARE,
        SECRET_KEY="of the tests",
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.jinja2.Jinja2",
                "DIRS": [_SHOPS / "templates"],
                "OPTIONS": {"extensions": ["nosto_tagging.integrations.django.Extension"]},
            },
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [_SHOPS / "django_templates"]},
        ],
    )
    django.setup()


def urlconf(*patterns: URLPattern | URLResolver, endpoint: str | None = "") -> ModuleType:
    """For ``ROOT_URLCONF``: these, and the endpoint below `endpoint`."""
    held: Sequence[Any] = [*patterns]
    if endpoint is not None:
        held = [*held, path(endpoint, include("nosto_tagging.integrations.django.urls"))]
    made = ModuleType("urls")
    made.urlpatterns = held  # type: ignore[attr-defined]  # what Django looks for
    return made


def from_string(source: str, *, using: str = "jinja2") -> Any:
    """A template: Jinja's, or with ``using="django"`` one of Django's, with the tags loaded."""
    return engines[using].from_string(f"{{% load cache nosto %}}{source}" if using == "django" else source)
