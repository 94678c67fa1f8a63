"""Literals of JavaScript into Python's values, as they stand in a syntax tree; nothing is run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["UNREAD", "Unread", "arguments", "children", "is_literal", "items", "members", "named", "text_of"]


class Unread:
    """What is no literal."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNREAD"


UNREAD: Final = Unread()
"""Stands where a value is that only running the script would give."""
_UNDEFINED = object()
_DEEPEST = 64
"""How deep literals are read: a line of a cart is three deep. Whatever is deeper is no tagging."""


def named(node: Node) -> list[Node]:
    """The children that are no punctuation and no comment."""
    return [each for each in node.named_children if not each.is_extra]


def text_of(node: Node) -> str:
    """The source of a node."""
    return (node.text or b"").decode(errors="replace")


def arguments(node: Node) -> tuple[object, ...]:
    """The values of the arguments of a call."""
    return tuple([_defined(_value(each, 0)) for each in named(node)])


def members(value: object) -> dict[object, object]:
    """The members of an object; none of anything else."""
    return cast("dict[object, object]", value) if isinstance(value, dict) else {}


def items(value: object) -> Sequence[object]:
    """The items of an array; none of anything else."""
    return cast("Sequence[object]", value) if isinstance(value, list | tuple) else ()


def is_literal(value: object) -> bool:
    """Whether there is nothing in a value that was not read. Values are as deep as they are read, and no deeper."""
    return value is not UNREAD and all(map(is_literal, (*members(value).values(), *items(value))))


def children(node: Node) -> dict[object, Node]:
    """The nodes of what stands in an object, an array or arguments, under their names or numbers, as they are read."""
    while node.type == "parenthesized_expression":
        node = named(node)[0]
    if node.type == "object":
        return {name: held for name, held in _pairs(node) if held is not None}
    return dict(enumerate(named(node)))


def _defined(value: object) -> object:
    return None if value is _UNDEFINED else value


def _value(node: Node, depth: int) -> object:
    kind = node.type
    if depth > _DEEPEST:
        return UNREAD
    if kind == "string":
        return _unescaped(text_of(node)[1:-1])
    if kind == "number":
        return _number(text_of(node))
    if kind in _WORDS:
        return _WORDS[kind]
    if kind == "object":
        return _object(node, depth)
    if kind == "array":
        return [_defined(_value(each, depth + 1)) for each in named(node)]
    if kind == "unary_expression":
        return _signed(node, depth)
    if kind == "template_string":
        source = text_of(node)[1:-1].replace("\r\n", "\n")
        return _unescaped(source) if all(each.type != "template_substitution" for each in named(node)) else UNREAD
    if kind == "new_expression":
        return _date(node, depth)
    if kind == "parenthesized_expression":
        inside = named(node)
        return _value(inside[0], depth + 1) if len(inside) == 1 else UNREAD
    return UNREAD


_WORDS: dict[str, object] = {"true": True, "false": False, "null": None, "undefined": _UNDEFINED}


def _object(node: Node, depth: int) -> dict[str, object]:
    """The members of an object: those whose names can be read, and that are not undefined."""
    found: dict[str, object] = {}
    for name, held in _pairs(node):
        value = UNREAD if held is None else _value(held, depth + 1)
        if name is None:
            found["..."] = UNREAD
        elif value is _UNDEFINED:
            found.pop(name, None)
        else:
            found[name] = value
    return found


def _pairs(node: Node) -> Iterator[tuple[str | None, Node | None]]:
    """The members of an object: each with its name, if it can be read, and its value, if it has one of its own."""
    for member in named(node):
        if member.type == "pair":
            key, held = member.child_by_field_name("key"), member.child_by_field_name("value")
            yield None if key is None else _name(key), held
        else:  # {email}, {...customer}, {email() {…}}
            yield text_of(member) if member.type == "shorthand_property_identifier" else None, None


def _name(key: Node) -> str | None:
    if key.type == "computed_property_name":  # ["email"]
        held = named(key)
        return _text_in(held[0]) if len(held) == 1 else None
    name = _unescaped(text_of(key)) if key.type == "property_identifier" else _text_in(key)
    return None if name == _PROTOTYPE else name


def _text_in(node: Node) -> str | None:
    """The name that a literal in the place of one is."""
    if node.type not in _NAMES:
        return None
    held = _value(node, 0)
    return str(held) if isinstance(held, str | int | float) else None


_NAMES = frozenset(("string", "number", "template_string"))
_PROTOTYPE = "__proto__"
"""What is no member, but what an object has all that from which it does not say itself; as ``["__proto__"]`` it is one.
"""


def _signed(node: Node, depth: int) -> object:
    sign, held = node.child_by_field_name("operator"), node.child_by_field_name("argument")
    value = UNREAD if held is None else _value(held, depth + 1)
    how = "" if sign is None else sign.type
    if isinstance(value, bool) or not isinstance(value, int | float):
        return UNREAD
    if how == "!":  # how minifiers write true and false
        return not value
    if how == "void":
        return _UNDEFINED
    return {"-": -value, "+": value}.get(how, UNREAD)


def _date(node: Node, depth: int) -> object:
    """``new Date("…")``: of text as ISO 8601 has it, since each browser takes others in its own way."""
    made, held = node.child_by_field_name("constructor"), node.child_by_field_name("arguments")
    if made is None or held is None or text_of(made) != "Date":
        return UNREAD
    given = named(held)
    text = _value(given[0], depth + 1) if len(given) == 1 else UNREAD
    if not isinstance(text, str):
        return UNREAD
    try:
        if _day(text):
            return date.fromisoformat(text)
        if _moment(text):
            moment = datetime.fromisoformat(text)
            # Without a zone it is the visitor's; what this library prints is in UTC.
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:  # 2026-02-30
        pass
    return UNREAD


_day = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_moment = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
).fullmatch


# Numbers and texts ----------------------------------------------------------------------------------------------------

_BASES = {"0x": 16, "0o": 8, "0b": 2}
_WHOLE = 2**53
_LONGEST_NUMBER = 1_000


def _number(source: str) -> object:
    """A number as JavaScript holds it; whole where it is."""
    digits = source.replace("_", "").lower().removesuffix("n") if len(source) <= _LONGEST_NUMBER else ""
    base = _BASES.get(digits[:2])
    try:
        if base is not None:
            number = float(int(digits[2:], base))
        elif len(digits) > 1 and digits[0] == "0" and digits.isdigit() and not {"8", "9"} & {*digits}:
            number = float(int(digits, 8))
        else:
            number = float(digits)
    except (ValueError, OverflowError):
        return UNREAD
    return int(number) if number.is_integer() and abs(number) < _WHOLE else number


_escape = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,8})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-3]?[0-7]{1,2})|(\r\n|[\s\S]))"
)
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_NOTHING = ("\n", "\r", "\r\n", "\u2028", "\u2029")
_LAST = 0x10FFFF


def _unescaped(source: str) -> str:
    if "\\" not in source:
        return source
    text = _escape.sub(_character, source)
    try:
        text.encode()
    except UnicodeEncodeError:  # two halves of a pair are one character, and one half is none
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _character(found: re.Match[str]) -> str:
    hexadecimal = found[1] or found[2] or found[3]
    if hexadecimal:
        return chr(min(int(hexadecimal, 16), _LAST))
    if found[4]:
        return chr(int(found[4], 8))
    return "" if found[5] in _NOTHING else _LETTERS.get(found[5], found[5])
