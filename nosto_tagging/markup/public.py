"""The verbs for pages that anybody may get: those of a static site, and those that a cache keeps for all."""

from __future__ import annotations

from typing import ClassVar

from nosto_tagging.errors import InvalidArgument, PublicPage
from nosto_tagging.markup.tagger import Tagger, Thing
from nosto_tagging.models.page import PageTagging
from nosto_tagging.models.tagging import TaggingModel
from nosto_tagging.settings import Settings

__all__ = ["PublicTagger"]


class PublicTagger(Tagger):
    """A `Tagger` that refuses what is one visitor's own: customers, carts, orders, and calls that tell of them.

    Under the error policy ``raise`` each verb raises `PublicPage`; under ``log`` it logs that and prints the rest.
    Settings with a ``consent`` are refused: while such a page is made, there is nobody to ask.

    Raises `InvalidArgument`.

    >>> from nosto_tagging import Customer
    >>> tagger = PublicTagger()
    >>> print(tagger.snippet(PageTagging(page_type="front")))
    <script>nostojs(api => api.setTaggingProvider("pageType","front"))</script>
    >>> try:
    ...     tagger.block(Customer(email="jane.doe@example.com"))
    ... except PublicPage as error:
    ...     print(error)
    Customer is one visitor's own, and this page is for everyone: nosto_deferred asks in their browser
    """

    looks: ClassVar[bool] = True

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__(settings)
        if self.settings.consent is not None:
            raise InvalidArgument(
                "consent",
                "cannot be asked for while a page for everyone is made: have the client script wait for it, "
                "nosto_client_script(waits_for=...)",
            )

    def current(self, topic: str) -> TaggingModel | None:
        raise PublicPage(topic)

    def personal(self, thing: Thing) -> Thing | None:
        self.left_out(PublicPage(_name(thing)))
        return thing.without_personal()


def _name(thing: Thing) -> str:
    """What an error calls `thing`."""
    if isinstance(thing, PageTagging):
        rest = thing.without_personal()
        fields = [name for name, value in thing.__dict__.items() if value is not None and getattr(rest, name) is None]
        return f"PageTagging.{', '.join(fields)}"
    return type(thing).__name__ if isinstance(thing, TaggingModel) else repr(thing)
