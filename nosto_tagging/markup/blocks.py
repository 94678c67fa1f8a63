"""Models into hidden blocks, which Nosto's client script reads out of the page."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from nosto_tagging.errors import InvalidArgument, InvalidTagging, Problem
from nosto_tagging.markup.escape import texts
from nosto_tagging.models.tagging import TaggingModel, unproxied
from nosto_tagging.validation import characters, kind_of

__all__ = ["as_text", "block"]

# Hidden twice, because a strict style-src ignores the one and Nosto's own pages have it; kept from translators
# (twice, too) and from the snippets of search engines; left alone by Vue and petite-vue, and by AngularJS.
_HIDDEN = 'style="display:none" hidden="" translate="no" data-nosnippet="" v-pre="" ng-non-bindable=""'
_END = "</span>"


class _Plan(NamedTuple):
    """What is the same in every block of a class: the root's start tag; and what stands before each field."""

    root: str
    fields: tuple[tuple[str, str], ...]


_plans: dict[type, _Plan] = {}


def block(model: TaggingModel) -> str:
    """The block of `model`, which holds the fields that were given, in their order."""
    plan = _plans.get(type(model))
    if plan is None:
        found = unproxied(model)
        if found is None:
            return ""
        model, plan = _plan(found)
    root, fields = plan
    values = model.__dict__
    parts: list[str] = []
    try:
        for name, before in fields:
            value = values[name]
            if value is not None:
                parts.append(before)
                parts.append(value if type(value) is str else as_text(model, name, value))
    except KeyError:
        return block(model.complete())
    plain = parts[1::2]
    escaped = texts(plain)
    if escaped is not plain:
        parts[1::2] = escaped
    # What stands before a field closes the one before it; the first has none, and the last is still open.
    return f"{root}{''.join(parts)[len(_END) :]}{_END if parts else ''}</div>"


def as_text(model: TaggingModel, name: str, value: object) -> str:
    """A field's value as the text that readers of a page expect."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) is date:
        return value.isoformat()
    text = characters(value)
    if text is None:
        message = f"cannot be printed, got {kind_of(value)}: the model was made without validation"
        raise InvalidTagging(type(model).__name__, (Problem(name, message),))
    return text


def _plan(model: object) -> tuple[TaggingModel, _Plan]:
    """Worked out once a class, from its annotations."""
    if not isinstance(model, TaggingModel):
        raise InvalidArgument("block()", f"takes a model such as Customer, or None, got {kind_of(model)}")
    kind = type(model)
    plan = _plans[kind] = _Plan(
        f'<div class="{kind.block_class} notranslate" {_HIDDEN}>',
        tuple((field, f'{_END}<span class="{name}">') for field, name in kind.names("block").items()),
    )
    return model, plan
