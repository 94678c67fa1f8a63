"""The app for ``INSTALLED_APPS``."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks

from nosto_tagging.integrations.django.checks import check

__all__ = ["NostoConfig"]


class NostoConfig(AppConfig):
    """It brings the template-tag library and the checks, and has no models."""

    name = "nosto_tagging.integrations.django"
    label = "nosto_tagging"
    verbose_name = "Nosto tagging"

    def ready(self) -> None:
        checks.register(check)
