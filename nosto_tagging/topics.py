"""What tags, functions and macros are about: a model, its fields, or what stands for one field of a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from nosto_tagging import models
from nosto_tagging.errors import InvalidArgument
from nosto_tagging.markup.tagger import Tagger
from nosto_tagging.models.tagging import TaggingModel, unproxied
from nosto_tagging.tags import defined
from nosto_tagging.validation import characters, kind_of, safe_name

__all__ = ["TOPICS", "Topic"]


class Topic(NamedTuple):
    """One of them: what ``{% nosto_cart … %}`` and ``{% nosto_cart_snippet … %}`` take and make."""

    name: str
    model: str
    """The model's name in `nosto_tagging.models`, which is imported when a template needs it."""
    field: str = ""
    """The field of a `PageTagging` that the one value is for; blank for topics that are a whole model."""

    @property
    def what(self) -> str:
        """What it takes, in an error."""
        return "value" if self.field else self.name

    @property
    def keywords(self) -> tuple[str, ...]:
        """The fields that may be given by name."""
        return () if self.field else tuple(getattr(models, self.model).model_fields)

    def found(self, tagger: Tagger, given: tuple[Any, ...], fields: Mapping[str, Any]) -> TaggingModel | None:
        """The model that the arguments of a tag are, or make; ``None`` for nothing.

        Raises `InvalidArgument`, `InvalidTagging` and `UndefinedName`.
        """
        if len(given) + bool(fields) > 1 or (fields and self.field):
            names = ", ".join([*map(kind_of, given), *map(safe_name, fields)])
            wanted = "one value" if self.field else f"one {self.name}, or fields"
            raise InvalidArgument(f"nosto_{self.name}", f"takes {wanted}, got {names}")
        if given:
            value = defined(given[0])
            return self._about(value) if self.field else tagger.model(getattr(models, self.model), value)
        if fields:
            found: TaggingModel = getattr(models, self.model)(
                **{name: defined(value) for name, value in fields.items()}
            )
            return found
        if self.name in ("customer", "cart"):
            return tagger.current(self.name)
        raise InvalidArgument(self.name, "must be given")

    def _about(self, value: Any) -> TaggingModel | None:
        value = unproxied(value)
        if self.field != "variation" and (characters(value) is not None or not hasattr(value, "__iter__")):
            value = [value]
        page = models.PageTagging(**{self.field: value})
        return page if page.told("provider") else None


TOPICS = {
    topic.name: topic
    for topic in (
        Topic("customer", "Customer"),
        Topic("cart", "Cart"),
        Topic("order", "Order"),
        Topic("product", "Product"),
        Topic("page", "PageTagging"),
        Topic("search", "PageTagging", "search_terms"),
        Topic("variation", "PageTagging", "variation"),
        Topic("placement", "PageTagging", "elements"),
    )
}
