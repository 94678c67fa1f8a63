"""`nosto`, which a project's views and loaders use, and the tagger that its templates do."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync
from django import conf
from django.core.signals import setting_changed
from django.template.base import Node
from django.urls import NoReverseMatch, reverse

from nosto_tagging.errors import InvalidArgument
from nosto_tagging.integrations import pushed
from nosto_tagging.integrations.django.config import READ, Config, read
from nosto_tagging.integrations.site import Site, SiteTagger, is_async
from nosto_tagging.integrations.visits import Visit
from nosto_tagging.markup.tagger import Thing
from nosto_tagging.settings import Settings

__all__ = ["SITE_WIDE", "DjangoTagger", "Nosto", "nosto"]

SITE_WIDE = "site-wide"
"""What the middleware puts into a request's ``_cache_update_cache``, where a cache of the whole site put ``True``."""


class DjangoTagger(SiteTagger):
    """The one tagger of a project: its settings are read when first asked for, and anew when a test overrides them."""

    def __init__(self, declared: dict[str, Callable[..., Any]]) -> None:
        super().__init__(Settings(), debug=lambda: bool(conf.settings.DEBUG), by_policy=False)
        self._declared = declared
        self._config: Config | None = None

    @property
    def config(self) -> Config:
        """What is set. Raises `InvalidSettings`."""
        found = self._config
        if found is None:
            found = self._config = read()
        return found

    def forget(self) -> None:
        """Have the settings read anew."""
        self._config = None

    @property
    def settings(self) -> Settings:
        return self.config.settings

    @property
    def loaders(self) -> dict[str, Callable[..., Any]]:
        # What a settings file says of one project goes before what a module says of all that have it.
        return {**self._declared, **self.config.loaders}

    def raises(self) -> bool:
        return self.settings.errors == "raise" if self.config.by_policy else super().raises()

    def place(self) -> str:
        frame = inspect.currentframe()
        while frame is not None:
            # Each tag of a Django template is rendered by a method of its node.
            node = frame.f_locals.get("self") if frame.f_code.co_name == "render_annotated" else None
            if isinstance(node, Node) and node.token is not None:
                return f"{node.origin.template_name or '<template>'!s}, line {node.token.lineno}"
            frame = frame.f_back
        return super().place()

    def asked(self, function: Callable[..., Any], *given: Any) -> Any:
        # Not in an async view, where nothing can wait: there, the middleware has asked before.
        return super().asked(async_to_sync(function) if is_async(function) else function, *given)

    async def waiting(self, visit: Visit) -> list[Any]:
        session: Any = visit.session
        if session is None or conf.settings.SESSION_COOKIE_NAME not in visit.request.COOKIES:
            return []
        accessed = session.accessed
        await session.aget("")  # which loads it
        found = pushed.waiting(session)
        # A look before the view does not have its page vary with the session.
        session.accessed = accessed
        return found

    def keeper(self, visit: Visit) -> str | None:
        # Said before the view, the middleware has changed it; so this was said around the view. Where there is no
        # view there is nothing around it.
        has_view = getattr(visit.request, "resolver_match", None) is not None
        if has_view and getattr(visit.request, "_cache_update_cache", None) is True:
            return "Django's cache_page"
        return super().keeper(visit)

    def personal(self, thing: Thing) -> Thing | None:
        if self.visit() is None and not self.config.knows_visits:
            self.left_out(
                InvalidArgument(
                    "MIDDLEWARE",
                    "must have 'nosto_tagging.integrations.django.Middleware' before anything personal is printed",
                )
            )
            return thing.without_personal()
        return super().personal(thing)

    def framework_nonce(self) -> object:
        visit = self.visit()
        if visit is None:
            return None
        # django-csp's; else Django's own, since 6.0, where its get_nonce() looks for it. Unread, either is false.
        nonce = getattr(visit.request, "csp_nonce", None)
        return getattr(visit.request, "_csp_nonce", None) if nonce is None else nonce

    def visitor_url(self) -> str:
        try:
            return reverse("nosto_tagging:visitor")
        except NoReverseMatch:
            raise InvalidArgument(
                "nosto_deferred",
                "needs the endpoint: path('', include('nosto_tagging.integrations.django.urls')) in the URLconf",
            ) from None


class Nosto(Site):
    def __init__(self) -> None:
        super().__init__()
        self._tagger = DjangoTagger(self._loaders)

    @property
    def tagger(self) -> DjangoTagger:
        """The verbs under the project's settings, for views."""
        return self._tagger


nosto = Nosto()


def _forget(*, setting: str, **_: Any) -> None:
    if setting in READ:
        nosto.tagger.forget()


# Sent by override_settings and its like.
setting_changed.connect(_forget)
