"""The fields of a model, drawn into the parts that its block is made of; how, is worked out once a class."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias, get_args, get_origin

from nosto_tagging.errors import InvalidTagging, Problem
from nosto_tagging.markup.escape import text, texts
from nosto_tagging.markup.reserved import RESERVED
from nosto_tagging.models.tagging import Printed, TaggingPart, printed
from nosto_tagging.validation import characters, is_list, kind_of

__all__ = ["END", "Field", "Parts", "as_text", "draw", "escape", "fields_of", "unprintable"]

END = "</span>"

Parts: TypeAlias = list[str]
"""What a block is made of: markup, value, markup, value, …, so that all values are escaped in one pass. Each markup
begins with the end of the element before it, and the first one's is cut off at last."""
_ENOUGH = 5_000
_Drawing: TypeAlias = Callable[[Parts, Any, str], str]
"""Appends several values; is given and gives what closes the elements that are open, blank for one span."""
Field: TypeAlias = tuple[str, str, _Drawing | None]


def draw(model: TaggingPart, fields: tuple[Field, ...], parts: Parts, closing: str = "") -> str:
    """Append the fields that were given; gives what closes the elements that are open, blank for one span."""
    values = model.__dict__
    for name, before, several in fields:
        value = values[name]
        if value is None:
            continue
        if several is not None:
            if value:
                closing = several(parts, value, closing)
            continue
        if closing:
            before = f"{closing}{before[len(END) :]}"  # noqa: PLW2901 - the same, after what is to be closed first
            closing = ""
        parts.append(before)
        kind = type(value)  # pyright: ignore[reportUnknownVariableType] - of anything
        if kind is str:
            parts.append(value)
        elif kind is int or (kind is Decimal and value.is_finite()):
            parts.append(str(value))
        elif kind is datetime:
            parts.append(value.isoformat(" ")[:19])
        else:
            parts.append(as_text(model, name, value))
    return closing


def escape(parts: Parts) -> None:
    """Escape the values among the parts, all in one pass."""
    plain = parts[1::2]
    escaped = texts(plain)
    if escaped is not plain:
        parts[1::2] = escaped


def as_text(owner: TaggingPart | type[TaggingPart], name: str, value: object) -> str:
    """A field's value as the text that readers of a page expect."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) is date:
        return value.isoformat()
    found = characters(value)
    if found is None:
        raise unprintable((owner if isinstance(owner, type) else type(owner)).__name__, name, value)
    return found


def unprintable(model: str, name: str, value: object) -> InvalidTagging:
    """The error for what is neither text nor a number nor a date, which validation does not let in."""
    message = f"cannot be printed, got {kind_of(value)}: the model was made without validation"
    return InvalidTagging(model, (Problem(name, message),))


# Fields that hold several values --------------------------------------------------------------------------------------


def fields_of(kind: type[TaggingPart]) -> tuple[Field, ...]:
    """The fields of a class that a block has, each with what stands before it, or with what draws it."""
    found: list[Field] = []
    for name, called, how in printed(kind, "block"):
        annotation = kind.model_fields[name].annotation
        several_held = is_list(annotation)
        # A part alone, which may be left out, or a list of them.
        part = next(
            (each for each in get_args(annotation) if isinstance(each, type) and issubclass(each, TaggingPart)), None
        )
        several: _Drawing | None = None
        if part is not None:
            several = _models_drawing(kind, part, name, called, how, one=not several_held)
        elif several_held:
            several = _texts_drawing(kind, name, called, how)
        elif get_origin(annotation) is dict:
            several = _names_drawing(kind, name, called)
        found.append((name, f'{END}<span class="{called}">', several))
    return tuple(found)


def _around(how: Printed) -> tuple[str, str]:
    return (f'<{how.tag} class="{how.around}">', f"</{how.tag}>") if how.around else ("", "")


def _models_drawing(
    kind: type[TaggingPart], part: type[TaggingPart], name: str, called: str, how: Printed, *, one: bool
) -> _Drawing:
    """``<div class="line_item">…</div>`` for each."""
    opening, end = f'<{how.tag} class="{called}">', f"</{how.tag}>"
    around, around_end = _around(how)
    fields = fields_of(part)

    def draw_all(parts: Parts, value: Any, closing: str) -> str:
        begun = start = len(parts)
        before = f"{closing or END}{around}"
        for each in (value,) if one else value:
            if type(each) is not part and not isinstance(each, part):
                raise unprintable(kind.__name__, name, each)
            first = len(parts)
            inner = draw(each, fields, parts)
            if len(parts) > first:  # of a buyer, all may be what blocks do not tell
                parts[first] = f"{before}{opening}{parts[first][len(END) :]}"
                before = f"{inner or END}{end}"
            if len(parts) > start + _ENOUGH:  # of a long list: memory for all of its parts at once would cost time
                written = parts[start:]
                escape(written)
                parts[start:] = ["".join(written), ""]
                start += 2
        return f"{before}{around_end}" if len(parts) > begun else closing

    return draw_all


def _texts_drawing(kind: type[TaggingPart], name: str, called: str, how: Printed) -> _Drawing:
    """``<span class="category">…</span>`` for each."""
    opening = f'<span class="{called}">'
    around, around_end = _around(how)

    def draw_all(parts: Parts, value: Any, closing: str) -> str:
        before = f"{closing or END}{around}{opening}"
        for each in value:
            parts.append(before)
            parts.append(each if type(each) is str else as_text(kind, name, each))
            before = f"{END}{opening}"
        return f"{END}{around_end}" if around else ""

    return draw_all


def _names_drawing(kind: type[TaggingPart], name: str, called: str) -> _Drawing:
    """``<span class="custom_fields"><span class="material">…</span>…</span>``."""
    around = f'<span class="{called}">'

    def draw_all(parts: Parts, value: Any, closing: str) -> str:
        before = f"{closing or END}{around}"
        for key, each in value.items():
            opening = _named(key if type(key) is str else as_text(kind, name, key))
            if opening is None:
                raise InvalidTagging(kind.__name__, (Problem(name, _FORGES),))
            parts.append(f"{before}{opening}")
            parts.append(each if type(each) is str else as_text(kind, name, each))
            before = END
        return f"{END}{END}"

    return draw_all


# Names of the shop's own, as classes ----------------------------------------------------------------------------------

_FORGES = (
    "must not have a name that is, or holds between blanks, one of the classes by which Nosto finds tagging, where "
    f"blocks are printed: {', '.join(sorted(RESERVED))}"
)


_classes = re.compile("[ \t\n\f\r]+").split  # where HTML does, and at no other blank


@lru_cache(maxsize=1024)
def _named(name: str) -> str | None:
    """The start tag of a custom field, whose class is its name; ``None`` if a reader would take it for tagging."""
    # Browsers compare classes without regard to case where a page has no doctype. NUL is never written.
    if not RESERVED.isdisjoint(_classes(name.lower().replace("\0", ""))):
        return None
    return f'<span class="{text(name)}">'
