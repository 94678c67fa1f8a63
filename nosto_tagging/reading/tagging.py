"""What Nosto will see of a page, as a `PageTagging`: `read`."""

from __future__ import annotations

from typing import Any, cast, get_origin

from nosto_tagging.models import Cart, PageTagging
from nosto_tagging.models.tagging import TaggingModel, parts_of, printed
from nosto_tagging.models.text import trimmed
from nosto_tagging.reading.literals import items
from nosto_tagging.reading.made import from_block, from_data, made
from nosto_tagging.reading.seen import Seen, looked
from nosto_tagging.reading.told import told_by_calls
from nosto_tagging.validation import is_list

__all__ = ["read", "tagging_of"]


def read(html: str | bytes) -> PageTagging:
    """The tagging of a finished page, as Nosto's client reads it: out of the hidden blocks, by the classes of their
    elements, and out of the calls in scripts, by their literal arguments. No script is run.

    What a tagging provider tells goes before the block of the same. What does not validate is left out; `check` says
    what that is, and why. Takes any text and any bytes, and raises for none.

    Raises `MissingExtra` without the packages of the extra ``check``.

    >>> page = read('<b class="nosto_page_type"> product </b><p class="nosto_tag">new</p><p class="nosto_tag">red</p>')
    >>> page.page_type, page.tags
    ('product', ('new', 'red'))
    """
    return tagging_of(looked(html))


def tagging_of(seen: Seen) -> PageTagging:
    """The same of what was seen in a page."""
    fields = _of_elements(seen)
    told = told_by_calls(seen.calls)
    cart = fields.get("cart")
    if "restore_link" in told and isinstance(cart, Cart):
        fields["cart"] = cart.model_copy(update={"restore_link": None})
    parts = parts_of(PageTagging)
    for field, value in told.items():
        if field not in parts:
            fields[field] = value
            continue
        part, several = parts[field]
        models = [from_data(part, each) for each in (items(value) if several else (value,))]
        found = [each for each in models if each is not None]
        fields[field] = found if several else (found[0] if found else None)
    return made(PageTagging, fields) or PageTagging()


def _of_elements(seen: Seen) -> dict[str, Any]:
    """What blocks, texts and placements say."""
    texts: dict[str, list[str]] = {}
    for each in seen.texts:
        texts.setdefault(each.name, []).append(each.text)
    parts = parts_of(PageTagging)
    fields: dict[str, Any] = {"elements": [each.text for each in seen.placements]}
    for field, called, _ in printed(PageTagging, "block"):
        annotation = PageTagging.model_fields[field].annotation
        if field in parts:
            part, several = parts[field]
            block_class = cast("type[TaggingModel]", part).block_class
            blocks = [each for each in seen.blocks if each.name == block_class]
            if several:
                models = [from_block(part, each) for each in blocks]
                fields[field] = [each for each in models if each is not None]
            elif blocks:
                fields[field] = from_block(part, blocks[0])
        elif called not in texts:
            continue
        elif get_origin(annotation) is dict:
            fields[field] = _grouped(texts[called])
        else:
            fields[field] = texts[called] if is_list(annotation) else texts[called][0]
    for category in seen.texts_of("nosto_category"):
        for field, called in _OF_CATEGORIES:
            if (held := category.node.css_first(f".{called}")) is not None:
                fields.setdefault(field, []).append(trimmed(held.text_lexbor()))
    return fields


_OF_CATEGORIES = (("category_ids", "id"), ("parent_category_ids", "parent_id"))
"""What the SDK prints in a ``nosto_category`` beside its path."""


def _grouped(texts: list[str]) -> dict[str, list[str]]:
    """``name:value``, the values under their names; what has no colon says nothing."""
    found: dict[str, list[str]] = {}
    for each in texts:
        name, colon, value = each.partition(":")
        if colon:
            found.setdefault(name, []).append(value)
    return found
