"""The calls of Nosto's client in a page's scripts, read from their literal arguments; nothing is run."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

import tree_sitter_javascript
from selectolax.lexbor import LexborNode
from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

from nosto_tagging.reading.literals import UNREAD, Unread, arguments, is_literal, text_of

__all__ = ["UNREAD", "Characters", "SeenCall", "SeenScript", "Unread", "calls_in", "seen_script"]

_LANGUAGE = Language(tree_sitter_javascript.language())
_NAME = b"nostojs"
_LONGEST = 500_000
"""Characters: what a longer script says is not read; its syntax may take as much as half a kilobyte for each."""
_MOST_OPENINGS = 20_000
"""Brackets, of which as many may stand in each other: of 100,000, the parser ends the process."""


@dataclass(frozen=True, slots=True)
class SeenScript:
    """A script element."""

    node: LexborNode
    source: str
    src: str | None
    attributes: dict[str, str | None]
    tree: Tree | None
    """Its syntax, where the page holds its source and that names Nosto; offsets count the bytes of UTF-8."""

    @property
    def broken(self) -> bool:
        """Whether it is known that no browser runs it, because it does not parse."""
        return self.tree is not None and self.tree.root_node.has_error


@dataclass(frozen=True, slots=True)
class SeenCall:
    """A call of Nosto's ``api``: each method with its arguments, ``UNREAD`` for what is no literal.

    >>> from nosto_tagging.reading.seen import looked
    >>> seen = looked("<script>nostojs(api => api.defaultSession().setCart({}).viewCart().update())</script>")
    >>> seen.calls[0].steps
    (('defaultSession', ()), ('setCart', ({},)), ('viewCart', ()), ('update', ()))
    """

    steps: tuple[tuple[str, tuple[object, ...]], ...]
    literal: bool
    """Whether all the arguments are literals."""
    offset: int
    """Where the call begins in the script's source, in characters."""
    script: SeenScript
    written: tuple[Node, ...] = ()
    """The syntax of each step's arguments; none of what is told as data."""


_KINDS = frozenset(
    ("", "module", "text/javascript", "application/javascript", "text/ecmascript", "application/ecmascript")
)


def seen_script(node: LexborNode) -> SeenScript:
    """What a script element is; parsed, if it is ours to read."""
    attributes = node.attributes
    src = attributes.get("src")
    source = node.text()
    kind = (attributes.get("type") or "").strip(" \t\n\f\r").lower()
    tree = None
    if src is None and kind in _KINDS and "nosto" in source and _is_sane(source):
        tree = Parser(_LANGUAGE).parse(source.encode())
    return SeenScript(node, source, src, attributes, tree)


def _is_sane(source: str) -> bool:
    return len(source) <= _LONGEST and sum(map(source.count, "([{")) <= _MOST_OPENINGS


# What is given to nostojs, or to window.nostojs: a function whose first parameter is the api.
_callbacks = Query(
    _LANGUAGE,
    """
    (call_expression
      function: [(identifier) @name (member_expression property: (property_identifier) @name)]
      arguments: (arguments . [
        (arrow_function parameter: (identifier) @api)
        (arrow_function parameters: (formal_parameters . (identifier) @api))
        (function_expression parameters: (formal_parameters . (identifier) @api))
      ] @callback)
      (#eq? @name "nostojs"))
    """,
)
_calls = Query(_LANGUAGE, "(call_expression function: (member_expression)) @call")


_DEEPEST = 10_000
"""How deep in a tree calls are looked for: past 65,535, the time that a query takes would grow with its square."""


def _cursor(query: Query) -> QueryCursor:
    cursor = QueryCursor(query)
    cursor.set_max_start_depth(_DEEPEST)
    return cursor


def calls_in(script: SeenScript) -> list[SeenCall]:
    """The calls in a script, in its order: those on the parameter of a function that is given to ``nostojs``."""
    if script.tree is None:
        return _told(script)
    root = script.tree.root_node
    if root.has_error or "nostojs" not in script.source:  # of what does not parse, no browser runs any
        return []
    found: list[SeenCall] = []
    source = Characters(script)
    for span, callbacks in _spans(root, source.held):
        found += _calls_of(span, callbacks, source)
    return found


def _spans(root: Node, source: bytes) -> list[tuple[Node, list[tuple[Node, str]]]]:
    """The callbacks that stand in no other, each with all that stand in it, itself first, and their parameters."""
    cursor = _cursor(_callbacks)
    cursor.set_byte_range(source.find(_NAME), source.rfind(_NAME) + len(_NAME))  # the rest of the tree is passed over
    matches = [(held["callback"][0], text_of(held["api"][0])) for _, held in cursor.matches(root)]
    spans: list[tuple[Node, list[tuple[Node, str]]]] = []
    for callback, api in sorted(matches, key=lambda match: match[0].start_byte):
        if spans and callback.start_byte < spans[-1][0].end_byte:
            spans[-1][1].append((callback, api))
        else:
            spans.append((callback, [(callback, api)]))
    return spans


class Characters:
    """Offsets of bytes as offsets of characters, asked for in their order."""

    def __init__(self, script: SeenScript) -> None:
        self.script = script
        self.held = script.source.encode()
        self._byte = self._character = 0

    def at(self, byte: int) -> int:
        """The offset of the character at which that byte stands."""
        self._character += len(self.held[self._byte : byte].decode(errors="replace"))
        self._byte = byte
        return self._character


def _calls_of(span: Node, callbacks: list[tuple[Node, str]], source: Characters) -> list[SeenCall]:
    """The calls in one callback and in those that stand in it."""
    found: list[SeenCall] = []
    seen: set[int] = set()
    waiting = callbacks[::-1]
    opened: list[tuple[Node, str]] = []
    apis: Counter[str] = Counter()
    calls = _cursor(_calls).captures(span).get("call", [])
    # The whole of a chain begins where its parts do, and is longer.
    for call in sorted(calls, key=lambda node: (node.start_byte, -node.end_byte)):
        while waiting and waiting[-1][0].start_byte <= call.start_byte:
            opened.append(waiting.pop())
            apis[opened[-1][1]] += 1
        while opened and opened[-1][0].end_byte <= call.start_byte:
            apis[opened.pop()[1]] -= 1
        if call.id in seen:
            continue
        chain = _chain(call, apis, seen)
        if chain:
            steps = tuple([(method, arguments(given)) for method, given in chain])
            literal = all(is_literal(given) for _, given in steps)
            written = tuple([given for _, given in chain])
            found.append(SeenCall(steps, literal, source.at(call.start_byte), source.script, written))
    return found


def _chain(call: Node, apis: Counter[str], seen: set[int]) -> list[tuple[str, Node]]:
    """The steps of a call, ``api.defaultSession().viewCart().update()``, each with its arguments; none if it is not one
    of the client's.
    """
    found: list[tuple[str, Node]] = []
    node: Node | None = call
    while node is not None and node.type == "call_expression":
        seen.add(node.id)
        method, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        names: list[str] = []
        while method is not None and method.type == "member_expression":
            name = method.child_by_field_name("property")
            names.append("" if name is None else text_of(name))
            method = method.child_by_field_name("object")
        if not names or given is None or given.type != "arguments":
            return []
        found.append((".".join(reversed(names)), given))
        node = method
    if node is None or node.type != "identifier" or not apis[text_of(node)]:
        return []
    return found[::-1]


# Calls as data, which the visitor script of ours tells ----------------------------------------------------------------


def _told(script: SeenScript) -> list[SeenCall]:
    """The calls of a data element, ``Tagger.tell()``."""
    if "data-nosto-tell" not in script.attributes:
        return []
    try:
        calls = json.loads(script.source)["calls"]
        steps = [[(str(method), tuple(given)) for method, given in call["steps"]] for call in calls]
    except (LookupError, TypeError, ValueError, RecursionError):
        return []
    return [SeenCall(tuple(each), literal=True, offset=0, script=script) for each in steps if each]
