"""What stands in a tag: its arguments as the template is compiled, and as they are taken when it is rendered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from jinja2 import Undefined, nodes
from jinja2.ext import Extension
from jinja2.lexer import Token
from jinja2.parser import Parser
from jinja2.utils import missing
from jinja2.visitor import NodeTransformer

from nosto_tagging.errors import InvalidArgument, UndefinedName
from nosto_tagging.validation import characters, kind_of, safe_name, with_article

__all__ = ["HANDED_ON", "Failed", "Lookups", "arguments", "defined", "handed_on"]


class Failed(Undefined):
    """What an attribute gave that raised: undefined until the error policy is asked about `error`."""

    __slots__ = ("error",)

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class Lookups(NodeTransformer):
    """Puts `NostoExtension.lookup` in place of attributes and items, `NostoExtension.callee` in place of functions.

    Jinja refuses both to undefined names by itself, before the error policy can be asked.
    """

    def __init__(self, extension: Extension) -> None:
        self._extension = extension

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802 - Jinja calls it so
        return self._lookup(node, nodes.Const(node.attr), item=False)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802 - Jinja calls it so
        return self._lookup(node, node.arg, item=True)

    def visit_Slice(self, node: nodes.Slice) -> nodes.Node:  # noqa: N802 - Jinja calls it so
        parts = [part or nodes.Const(None) for part in (node.start, node.stop, node.step)]
        return super().generic_visit(self._extension.call_method("slice_of", parts, lineno=node.lineno))

    def _lookup(self, node: nodes.Getattr | nodes.Getitem, name: nodes.Expr, *, item: bool) -> nodes.Node:
        keywords = [
            nodes.Keyword("item", nodes.Const(item)),
            nodes.Keyword("literal", nodes.Const(isinstance(name, nodes.Const))),
        ]
        call = self._extension.call_method("lookup", [node.node, name], keywords, lineno=node.lineno)
        return super().generic_visit(call)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja calls it so
        self.generic_visit(node)
        called = node.node
        if isinstance(called, nodes.ExtensionAttribute):
            return node
        if not isinstance(called, nodes.Name):
            # A condition would have what stands before the parentheses worked out, and the calls in it made, twice.
            node.node = self._extension.call_method("callee", [called], lineno=node.lineno)
            return node
        # A name stays one: by it Babel knows the calls of gettext.
        refusal = self._extension.call_method("refusal", [called], lineno=node.lineno)
        return nodes.CondExpr(nodes.Test(refusal, "none", [], [], None, None), node, refusal, lineno=node.lineno)


HANDED_ON = "_handed_on"


def arguments(
    parser: Parser, tag: Token, what: str, allowed: tuple[str, ...]
) -> tuple[list[nodes.Expr], list[nodes.Keyword]]:
    """What stands after a tag's name: at most one value, then keywords, with commas or without.

    ``*values`` and ``**fields``, which hand on what a macro was given or a mapping, become one keyword that no field
    has: unpacked by Jinja they would take the page down where they are undefined.
    """
    given: list[nodes.Expr] = []
    keywords: dict[str, nodes.Keyword] = {}
    unpacked: dict[str, nodes.Expr] = {}
    stream = parser.stream
    while stream.current.type != "block_end":
        if (given or keywords or unpacked) and stream.skip_if("comma") and stream.current.type == "block_end":
            parser.fail(f"{tag.value} ends in a comma")
        if stream.current.type == "name" and stream.look().type == "assign":
            name = next(stream)
            next(stream)
            if name.value not in allowed:
                known = f"must be one of: {', '.join(allowed)}" if allowed else "takes one value"
                parser.fail(f"{tag.value} has no {name.value!r}, {known}", name.lineno)
            if name.value in keywords:
                parser.fail(f"{tag.value} has {name.value!r} twice", name.lineno)
            keywords[name.value] = nodes.Keyword(name.value, parser.parse_expression())
        elif stream.current.type in ("mul", "pow") and stream.current.type not in unpacked:
            stars = next(stream).type
            unpacked[stars] = parser.parse_expression()
        elif given or keywords or unpacked:
            parser.fail(f"{tag.value} takes one {what}, and it stands first")
        else:
            given.append(parser.parse_expression())
    named = [name for name in keywords if name != "nonce"]
    if given and named:
        an = with_article(what)
        message = f"{tag.value} takes {an} or fields, got both ({an} and {', '.join(named)})"
        parser.fail(message, tag.lineno)
    if unpacked:
        pair = [unpacked.get("mul", nodes.Tuple([], "load")), unpacked.get("pow", nodes.Dict([]))]
        keywords[HANDED_ON] = nodes.Keyword(HANDED_ON, nodes.Tuple(pair, "load"))
    return given, list(keywords.values())


def handed_on(given: tuple[Any, ...], fields: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments with those that were handed on in their places.

    Raises `UndefinedName`, and `InvalidArgument` for what cannot be unpacked and for a field that is there twice.
    """
    values, more = fields.pop(HANDED_ON)
    if type(more) is dict and not more and not given and type(values) is tuple:  # a macro, called with a customer
        return values, fields  # pyright: ignore[reportUnknownVariableType] - a tuple of anything
    values, more = defined(values), defined(more)
    if not isinstance(cast("object", values), tuple | list):
        raise InvalidArgument("*", f"must stand before a list of values, got {kind_of(values)}")
    if more is None:  # a row that is not there is nobody
        return (*given, *values, None), fields
    if not isinstance(cast("object", more), Mapping):
        raise InvalidArgument("**", f"must stand before a mapping of fields, got {kind_of(more)}")
    for name in more:
        if characters(name) is None or name in fields:
            raise InvalidArgument("**", f"must bring each field once and by its name, got {safe_name(name)}")
    return (*given, *values), {**fields, **more}


def defined(value: Any) -> Any:
    """`value`, unless it is what Jinja hands over for a name that nothing defines.

    Raises `UndefinedName`.
    """
    if not isinstance(value, Undefined):
        return value
    if isinstance(value, Failed):
        raise value.error
    if value._undefined_obj is not missing:  # noqa: SLF001 - documented for subclasses  # pyright: ignore[reportPrivateUsage] - same
        # An item's name may be a person's data: rows[email].
        raise UndefinedName(f"An attribute or item of {type(value._undefined_obj).__name__}")  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - same
    name = value._undefined_name  # noqa: SLF001 - documented for subclasses  # pyright: ignore[reportPrivateUsage] - same
    raise UndefinedName(name if isinstance(name, str) and name.isidentifier() else "A value")
