"""What ``manage.py check`` says of the settings."""

from __future__ import annotations

from typing import Any

from django import conf
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning

from nosto_tagging.errors import InvalidSettings
from nosto_tagging.integrations.django.config import knows_visits, read

__all__ = ["check"]

_MIDDLEWARE = "nosto_tagging.integrations.django.Middleware"


def check(**_: Any) -> list[CheckMessage]:
    """``E001``: settings that cannot be used; ``E002``: no middleware; ``W001``: one that is not the first.

    Django's own middlewares may stand before it, since they make no page public that is marked private, and our panel.
    """
    try:
        config = read()
    except InvalidSettings as error:
        return [Error(str(error), id="nosto_tagging.E001")]
    if not config.knows_visits:
        return [Error(f"MIDDLEWARE must have {_MIDDLEWARE!r}.", hint="Put it first.", id="nosto_tagging.E002")]
    ours = next(at for at, path in enumerate(conf.settings.MIDDLEWARE) if knows_visits(path))
    before = [path for path in conf.settings.MIDDLEWARE[:ours] if not path.startswith(("django.", "nosto_tagging."))]
    if not before:
        return []
    return [
        CheckWarning(
            f"MIDDLEWARE has {', '.join(before)} before {_MIDDLEWARE}, which does not see what they say to caches.",
            hint="Put it first.",
            id="nosto_tagging.W001",
        )
    ]
