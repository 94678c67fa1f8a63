"""The shop with Django, and its own templates."""

from __future__ import annotations

from functools import partial

from support.shops import django_shop

__all__ = ["made"]

made = partial(django_shop.made, using="django")
