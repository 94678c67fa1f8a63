"""Models into hidden blocks, which Nosto's client script reads out of the page; and placements, which it fills."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic_core import PydanticCustomError

from nosto_tagging.errors import InvalidArgument, InvalidTagging, Problem
from nosto_tagging.markup.drawing import END, Field, Parts, as_text, draw, escape, fields_of
from nosto_tagging.markup.escape import text
from nosto_tagging.models.catalogue import placement_id
from nosto_tagging.models.tagging import TaggingModel, flat, parts_of, printed, unproxied, used
from nosto_tagging.validation import kind_of

__all__ = ["block", "placement"]

# Hidden twice, because a strict style-src ignores the one and Nosto's own pages have it; kept from translators
# (twice, too) and from the snippets of search engines; left alone by Vue and petite-vue, and by AngularJS.
_HIDDEN = 'style="display:none" hidden="" translate="no" data-nosnippet="" v-pre="" ng-non-bindable=""'


class _Plan(NamedTuple):
    """What is the same in every block of a class."""

    root: str
    """The root's start tag; blank where its classes differ from model to model."""
    plain: tuple[tuple[str, str], ...]
    """Each field and what stands before it, in a flat model, as a customer is; else nothing."""
    fields: tuple[Field, ...]
    """The same with what draws those that hold several."""


_plans: dict[type, _Plan] = {}


def block(model: TaggingModel) -> str:
    """The block of `model`, which holds the fields that were given, in their order; all blocks of a `PageTagging`."""
    plan = _plans.get(type(model))
    if plan is None:
        found = unproxied(model)
        if found is None:
            return ""
        if not isinstance(found, TaggingModel):
            raise InvalidArgument("block()", f"takes a model such as Customer, or None, got {kind_of(found)}")
        if not found.block_class:
            return used(_page, found)
        model, plan = found, _plan(type(found))
    root, plain, _ = plan
    if not plain:
        return used(_nested, model)
    parts: Parts = []
    try:
        values = model.__dict__
        for name, before in plain:
            value = values[name]
            if value is None:
                continue
            parts.append(before)
            if type(value) is str:
                parts.append(value)
            elif value is True:
                parts.append("true")
            else:
                parts.append(as_text(model, name, value))
    except KeyError:
        return block(model.validated())
    escape(parts)
    # What stands before a field closes the one before it; the first has none, and the last is still open.
    return f"{root}{''.join(parts)[len(END) :]}{END if parts else ''}</div>"


def _nested(model: TaggingModel) -> str:
    """The block of a model some of whose fields hold several values."""
    plan = _plans[type(model)]
    root = plan.root or _root(model.block_classes())
    parts: Parts = []
    closing = draw(model, plan.fields, parts)
    if not parts:
        return f"{root}</div>"
    escape(parts)
    parts[0] = f"{root}{parts[0][len(END) :]}"
    parts.append(f"{closing or END}</div>")
    return "".join(parts)


def placement(identifier: object) -> str:
    """The empty element of a placement: its class is looked at as a whole, and its guard is the documented one."""
    try:
        held = placement_id(identifier)
        message = "must not be blank"
    except PydanticCustomError as error:
        held, message = None, error.message()
    if held is None:
        raise InvalidArgument("placement_id", message)
    return _element(held)


def _element(identifier: str) -> str:
    return f'<div class="nosto_element" id="{text(identifier)}" translate="no"></div>'


def _plan(kind: type[TaggingModel]) -> _Plan:
    fields = fields_of(kind)
    root = _root(kind.block_class) if kind.block_classes is TaggingModel.block_classes else ""
    if flat(kind):
        plan = _Plan(root, tuple((name, before) for name, before, _ in fields), fields)
    else:
        plan = _Plan(root, (), fields)
    _plans[kind] = plan
    return plan


def _root(classes: str) -> str:
    return f'<div class="{classes} notranslate" {_HIDDEN}>'


# A page's blocks ------------------------------------------------------------------------------------------------------


def _page(page: TaggingModel) -> str:
    page = page.sound().in_block()
    parts = parts_of(type(page))
    drawn: list[str] = []
    for name, called, _ in printed(type(page), "block"):
        value: Any = getattr(page, name)
        thing: object = value
        if name == "elements":
            drawn += map(_element, value)
        elif isinstance(thing, dict):
            drawn += [_line(called, each) for each in _pairs(page, name, value)]
        elif isinstance(thing, tuple):
            drawn += [block(each) if name in parts else _line(called, each) for each in value]
        elif name in parts:
            drawn.append(block(value))
        elif value is not None:
            drawn.append(_line(called, as_text(page, name, value)))
    return "".join(drawn)


def _line(called: str, value: str) -> str:
    return f"{_root(called)}{text(value)}</div>"


def _pairs(page: TaggingModel, name: str, groups: dict[str, Any]) -> list[str]:
    """``key:value`` for each value."""
    if any(":" in key for key in groups):
        message = "must not have a name with a colon in it where blocks are printed, which write name:value"
        raise InvalidTagging(type(page).__name__, (Problem(name, message),))
    return [
        f"{as_text(page, name, key)}:{as_text(page, name, value)}" for key, values in groups.items() for value in values
    ]
