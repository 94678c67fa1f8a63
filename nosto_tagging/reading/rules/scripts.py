"""Rules on scripts: the stub, the client script, the calls, and what a Content-Security-Policy does with them."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Literal, TypeAlias

from nosto_tagging.reading.findings import Hit, rule
from nosto_tagging.reading.literals import items, members, named, text_of
from nosto_tagging.reading.page import PROVIDERS, Page, masked, sources_of
from nosto_tagging.reading.seen import Seen, SeenCall, SeenScript
from nosto_tagging.reading.told import PROVIDES
from nosto_tagging.reading.written import Spot

if TYPE_CHECKING:
    from tree_sitter import Node

_NEVER = (1 << 62, 0)
_FIRST = 20
"""So many calls are asked whether they are made at once; whoever makes more makes the first of them early."""
_MOST_POLICIES = 20
"""So many that differ are looked at; a page has one or two."""
_FUNCTIONS = frozenset(("arrow_function", "function_expression", "function_declaration", "method_definition"))
_CALLS = frozenset(("call_expression", "new_expression"))
_ON_THE_SPOT = frozenset(("parenthesized_expression", "call_expression"))
# What runs a function that it is given at once, and what does when the page has been read.
_AT_ONCE = frozenset(("forEach", "map", "Promise"))
_READY = frozenset(("DOMContentLoaded", "ready", "$", "jQuery"))


def is_client_script(script: SeenScript) -> bool:
    """Whether it loads Nosto's client."""
    src = script.src or ""
    return "nosto.com/include/" in src or "nosto.com/script/" in src


def is_visitor_script(script: SeenScript) -> bool:
    """Whether it is the one of this library that tells Nosto of the visitor when the page is there."""
    return "nostoTagging" in script.source


def _stub_at(script: SeenScript) -> int:
    """Where the stub's queue is first spoken of; -1 where there is none."""
    source = script.source
    return source.find(".q") if script.src is None and "nostojs" in source and ".push(" in source else -1


def _waits(script: SeenScript) -> bool:
    kind = (script.attributes.get("type") or "").lower()
    return "async" in script.attributes or "defer" in script.attributes or kind in ("module", "text/plain")


def _numbers(seen: Seen) -> dict[int, int]:
    return {script.node.mem_id: number for number, script in enumerate(seen.scripts)}


Moment: TypeAlias = Literal["at once", "ready", "later"]
"""While the page is read; as soon as it has been; or whenever something happens."""


def _first_call(seen: Seen, numbers: Mapping[int, int]) -> tuple[SeenCall, tuple[int, int]] | None:
    """The first call that is made while the page is read, and where."""
    for call in seen.calls[:_FIRST]:
        if _moment(call) == "at once":
            return call, (numbers[call.script.node.mem_id], call.offset)
    return None


def _is_module(script: SeenScript) -> bool:
    return (script.attributes.get("type") or "").strip().lower() == "module"


def _moment(call: SeenCall) -> Moment:
    """When ``nostojs`` is called for a call, as far as can be seen from the functions that it stands in."""
    if call.script.tree is None:  # it is told by a script of ours, when that is there
        return "later"
    found: Moment = "ready" if _is_module(call.script) else "at once"
    byte = len(call.script.source[: call.offset].encode("utf-8", "replace"))
    cursor = call.script.tree.walk()
    around: list[Node] = []
    # From the root down: a node asks from there for what it stands in, each time.
    while True:
        node = cursor.node
        if node is not None:
            if node.type in _FUNCTIONS:
                moment = _runs(around)
                if moment == "later":
                    return moment
                if moment == "queued":  # what the client does with the function is not asked
                    return found
                found = "ready" if moment == "ready" else found
            around = [*around[-1:], node]
        if cursor.goto_first_child_for_byte(byte) is None:
            return found


def _runs(around: Sequence[Node]) -> Moment | Literal["queued"]:
    """When a function is run that stands in these, the nearest last; or that it is what ``nostojs`` is given."""
    kinds = [each.type for each in around]
    if kinds[-1:] and kinds[-1] in _ON_THE_SPOT:
        return "at once"
    if len(kinds) < 2 or kinds[0] not in _CALLS or kinds[1] != "arguments":  # noqa: PLR2004 - a call and what it is given
        return "later"
    given_to = around[0].child_by_field_name("function") or around[0].child_by_field_name("constructor")
    name = given_to.child_by_field_name("property") or given_to if given_to is not None else None
    called = "" if name is None else text_of(name)
    if called == "addEventListener":
        called = "".join([text_of(event)[1:-1] for event in named(around[1])[:1]])
    if called == "nostojs":
        return "queued"
    return "at once" if called in _AT_ONCE else "ready" if called in _READY else "later"


def _stubs(seen: Seen) -> list[tuple[SeenScript, tuple[int, int]]]:
    return [(script, (number, at)) for number, script in enumerate(seen.scripts) if (at := _stub_at(script)) >= 0]


@rule(
    "stub-missing",
    "error",
    "nostojs is called while the page is read, or as soon as it has been, and nothing has defined it.",
)
def stub_missing(page: Page) -> Iterator[Hit]:
    seen = page.seen
    if _stubs(seen):
        return
    includes = [each for each in seen.scripts if is_client_script(each)]
    # One that is deferred is there when the page has been read, before those who wait for that are told.
    moments = ("at once",) if any(map(_is_there_when_ready, includes)) else ("at once", "ready")
    call = next((each for each in seen.calls[:_FIRST] if _moment(each) in moments), None)
    if call is None or not all(map(_waits, includes)):
        return
    late = "the client script, which may come later, has no stub" if includes else "the page has no stub"
    yield Hit(f"nostojs is called, and {late}.", None, "the stub first", call.script.node, call.offset)


def _is_there_when_ready(include: SeenScript) -> bool:
    kind = (include.attributes.get("type") or "").lower()
    return "async" not in include.attributes and kind != "text/plain"


@rule("stub-late", "error", "The stub is there, after the first call.")
def stub_late(page: Page) -> Iterator[Hit]:
    found = _first_call(page.seen, _numbers(page.seen))
    stubs = _stubs(page.seen)
    if found is None or not stubs:
        return
    call, at = found
    if at < stubs[0][1] and at < _client_script_at(page.seen):
        yield Hit("nostojs is called before the stub.", None, "the stub first", call.script.node, call.offset)


@rule(
    "client-script-late",
    "error",
    "The client script, loaded without async, stands after the first call, and there is no stub.",
)
def client_script_late(page: Page) -> Iterator[Hit]:
    found = _first_call(page.seen, _numbers(page.seen))
    includes = _client_script_at(page.seen)
    if found is None or _stubs(page.seen) or includes == _NEVER:
        return
    call, at = found
    if at < includes:
        message = "nostojs is called before the client script, and there is no stub."
        yield Hit(message, None, "the stub first", call.script.node, call.offset)


def _client_script_at(seen: Seen) -> tuple[int, int]:
    """Where the first client script stands that is there before what follows it."""
    found = [number for number, script in enumerate(seen.scripts) if is_client_script(script) and not _waits(script)]
    return (found[0], 0) if found else _NEVER


@rule("stub-doubled", "warning", "The stub is in the page twice.")
def stub_doubled(page: Page) -> Iterator[Hit]:
    # The visitor script asks whether there is one, and brings its own where there is none.
    for script, (_, at) in [each for each in _stubs(page.seen) if not is_visitor_script(each[0])][1:]:
        yield Hit("The stub is in the page already.", None, "one stub", script.node, at)


@rule("client-script-doubled", "error", "The client script is loaded twice.")
def client_script_doubled(page: Page) -> Iterator[Hit]:
    for script in [each for each in page.seen.scripts if is_client_script(each)][1:]:
        message = "The client script is in the page already."
        yield Hit(message, masked(script.src or ""), "one client script", script.node)


@rule("script-broken", "error", "A script that speaks of Nosto does not parse.")
def script_broken(page: Page) -> Iterator[Hit]:
    for script in page.seen.scripts:
        if script.broken or _breaks(script):
            message = "The script is no JavaScript that runs: nothing of it reaches Nosto."
            yield Hit(message, None, "JavaScript", script.node)


def _breaks(script: SeenScript) -> bool:
    """Whether a browser stops at what the parser, which takes each kind of script, lets through."""
    if script.tree is None:
        return False
    root = script.tree.root_node
    words = [word for word in ("import", "export") if word in script.source]
    if words and not _is_module(script) and any(each.type in _OF_MODULES for each in root.children[:_FIRST]):
        return True
    if script.source.isascii():
        return False
    # They come with names that were pasted, and are no part of one to a browser.
    for found in islice(_INVISIBLE.finditer(script.source), _FIRST):
        byte = len(script.source[: found.start()].encode("utf-8", "replace"))
        node = root.descendant_for_byte_range(byte, byte + 1)
        if node is not None and node.type in _NAMES:
            return True
    return False


@rule(
    "script-throws",
    "error",
    "A script that speaks of Nosto has None, True, False, NULL or nil as a bare word, which no browser knows.",
)
def script_throws(page: Page) -> Iterator[Hit]:
    for script in page.seen.scripts:
        if script.tree is None or not any(word in script.source for word in _WORDS) or script.broken:
            continue
        root, source = script.tree.root_node, script.source
        for found in islice(_FOREIGN.finditer(source), _FIRST):
            byte = len(source[: found.start()].encode("utf-8", "replace"))
            node = root.descendant_for_byte_range(byte, byte + len(found[0]))
            if node is not None and node.type == "identifier" and not _declares(found[0], source):
                message = "The script throws where this is: a template printed it as another language spells it."
                yield Hit(message, found[0], "true, false, or nothing", script.node, found.start())
                break


_WORDS = ("None", "True", "False", "NULL", "nil")
# What is quoted is a text, and what a dot or a colon makes a name is one.
_FOREIGN = re.compile(rf"""(?<![\w$."'`])(?:{"|".join(_WORDS)})(?![\w$"'`]|\s*:)""")


def _declares(word: str, source: str) -> bool:
    return re.search(rf"\b(?:var|let|const|class|function|enum)\s+{word}\b", source) is not None


_OF_MODULES = frozenset(("import_statement", "export_statement"))
_NAMES = frozenset(("identifier", "property_identifier", "shorthand_property_identifier"))
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069]")


# Calls ----------------------------------------------------------------------------------------------------------------


def _providers(page: Page) -> Iterator[tuple[Spot, tuple[object, ...]]]:
    """The arguments of each provider."""
    for call in page.seen.calls:
        for step, (method, given) in enumerate(call.steps):
            if method in PROVIDES and given:
                yield Spot(call, (None, step)), given


@rule(
    "provider-late",
    "warning",
    "A tagging provider is set after a client script that the page waits for, one without async or defer.",
)
def provider_late(page: Page) -> Iterator[Hit]:
    numbers = _numbers(page.seen)
    first = _client_script_at(page.seen)
    if first == _NEVER or any(method == "setAutoLoad" for call in page.seen.calls for method, _ in call.steps):
        return
    for (call, _), given in _providers(page):
        if (numbers[call.script.node.mem_id], 0) > first:
            message = "The tagging provider stands after the client script, which may have read the page by then."
            yield Hit(message, _key(given), "before the client script", call.script.node, call.offset)


def _key(given: tuple[object, ...]) -> str | None:
    return masked(given[0]) if isinstance(given[0], str) else None


@rule("provider-key", "error", "A tagging provider has a key that is not in the client's TaggingData.")
def provider_key(page: Page) -> Iterator[Hit]:
    for spot, given in _providers(page):
        if isinstance(given[0], str) and given[0] not in PROVIDERS:
            message = "Nosto has no tagging provider of this key."
            yield Hit(message, _key(given), ", ".join(PROVIDERS), spot.call.script.node, None, spot.inside(0))


@rule("provider-null", "error", "A tagging provider holds null.")
def provider_null(page: Page) -> Iterator[Hit]:
    for spot, given in _providers(page):
        if len(given) > 1 and (null := _null(given[1], spot.inside(1))):
            message = "The tagging provider holds null, which breaks it in Nosto's client."
            expected = "no member for what is not known"
            yield Hit(message, _key(given), expected, spot.call.script.node, None, null)


def _null(literal: object, spot: Spot) -> Spot | None:
    """The first null in a literal of any depth."""
    stack = [(literal, spot.way)]
    while stack:
        given, way = stack.pop()
        if given is None:
            return Spot(spot.call, way)
        held = [*members(given).items(), *enumerate(items(given))]
        stack += [(each, (way, key)) for key, each in reversed(held)]
    return None


_SENT = frozenset(("load", "update", "done"))


@rule(
    "session-unsent",
    "error",
    "A chain of the Session API has no load() or update(), nothing after it sends it, and it is neither given a name "
    "nor handed on, to be sent from there.",
)
def session_unsent(page: Page) -> Iterator[Hit]:
    unsent: dict[int, SeenCall] = {}
    set_only: list[int] = []
    sends = False
    for number, call in enumerate(page.seen.calls):
        methods = [method for method, _ in call.steps]
        if "defaultSession" not in methods:
            continue
        if not _SENT.isdisjoint(methods):  # .load().then(…) is sent as well
            sends = True
            # What was only set goes with the next action; an action of its own does not.
            while set_only:
                del unsent[set_only.pop()]
        elif len(methods) > 1:
            unsent[number] = call
            if not any(map(_is_action, methods)):
                set_only.append(number)
    for number, call in [*islice(unsent.items(), _FIRST)]:
        # Functions are run in another order than they stand in.
        if _is_kept(call) or (sends and number in set_only and _moment(call) == "later"):
            del unsent[number]
    for call in unsent.values():
        message = "The chain of the session is never sent."
        found = f"….{masked(call.steps[-1][0])}()"
        yield Hit(message, found, ".load() or .update()", call.script.node, call.offset)


def _is_kept(call: SeenCall) -> bool:
    """Whether a chain is given a name or handed to a function, and may be sent from there."""
    whole = call.written[-1].parent if call.written else None
    return whole is not None and whole.parent is not None and whole.parent.type in _KEEPS


_KEEPS = frozenset(("variable_declarator", "assignment_expression", "arguments", "array", "pair"))


def _is_action(method: str) -> bool:
    return method.startswith("view") or method in ("addOrder", "reportAddToCart")


# Content-Security-Policy ----------------------------------------------------------------------------------------------


@rule("script-nonce", "error", "The page's Content-Security-Policy keeps one of Nosto's scripts from running.")
def script_nonce(page: Page) -> Iterator[Hit]:
    written = [each for each in page.seen.scripts if each.src is None and "nosto" in each.source]
    if not written:
        return
    # The same policy may stand there often.
    given = [sources_of(policy, "script-src-elem", "script-src", "default-src") for policy in page.policies()]
    told = {frozenset(sources) for sources in given if sources is not None}
    policies = [*map(_Allowed, islice(told, _MOST_POLICIES))]
    for script in written:
        if not all(policy.allows(script) for policy in policies):
            message = "The Content-Security-Policy keeps this script from running."
            found = "another nonce" if script.attributes.get("nonce") else "no nonce"
            yield Hit(message, found, "the nonce of the policy", script.node)


class _Allowed:
    """Which inline scripts a list of sources lets run."""

    def __init__(self, sources: frozenset[str]) -> None:
        nonces = frozenset([each for each in sources if each.startswith("'nonce-")])
        self._hashes = frozenset([each for each in sources if each.startswith(_HASHED)])
        self._strict = nonces | self._hashes
        self._inline = not self._strict and "'strict-dynamic'" not in sources and "'unsafe-inline'" in sources

    def allows(self, script: SeenScript) -> bool:
        """Whether this one runs."""
        if self._inline:
            return True
        nonce = script.attributes.get("nonce")
        if nonce and f"'nonce-{nonce}'" in self._strict:
            return True
        return bool(self._hashes) and not self._hashes.isdisjoint(_hashes(script.source.encode("utf-8", "replace")))


_HASHED = ("'sha256-", "'sha384-", "'sha512-")


def _hashes(source: bytes) -> Iterator[str]:
    for prefix in _HASHED:
        yield f"{prefix}{b64encode(hashlib.new(prefix[1:-1], source).digest()).decode()}'"
