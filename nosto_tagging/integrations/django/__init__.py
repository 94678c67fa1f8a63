"""Django: an app, a middleware and one for debug, `nosto` for views and loaders, Jinja's extension, template tags."""

from importlib.util import find_spec

from nosto_tagging.errors import MissingExtra

if find_spec("django") is None:
    raise MissingExtra("nosto_tagging.integrations.django", "django")

from nosto_tagging.integrations.django.jinja import Extension
from nosto_tagging.integrations.django.middleware import Middleware
from nosto_tagging.integrations.django.panel import NostoPanelMiddleware
from nosto_tagging.integrations.django.site import nosto

__all__ = ["Extension", "Middleware", "NostoPanelMiddleware", "nosto"]
