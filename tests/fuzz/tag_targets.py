"""Tags with any arguments: what is wrong is a syntax error or left to the error policy, and what is printed is harmless."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fuzz.given import Broken, Own, fields, text, value
from fuzz.python_targets import HARMLESS, customer_from
from fuzz.reading import BLOCK, SCRIPT, tells_no_data
from jinja2 import Environment, StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

import nosto_tagging
from nosto_tagging import NostoTaggingError, Settings, Tagger
from nosto_tagging.jinja import attach

__all__ = ["tags"]

# Bytes past ASCII are tokens, so that a template is not letters for the most part; ASCII is itself.
TOKENS = (
    *("customer", "row", "words", "thing", "nobody", "broken", "make()", "later()", "deep", "unsafe", "missing"),
    *("email=", "first_name=", "customer_reference=", "date_of_birth=", "nonce=", "missing.name", "deep.customer"),
    *("deep.row", "row.email", "row['email']", "missing[0]", "missing()", "broken.name", "broken[0]", "thing.name"),
    *(".name", ".email", "[0]", "['x']", "[words]", "(", ")", "()", "[", "]", "{", "}", ",", ":", "=", "*", "**", "~"),
    *("|default(none)", "|upper", "|e", "|safe", "if", "else", "not", "in", "is defined", "none", "true", "1", "'x'"),
    *("'jane.doe@example.com'", '"<b>"', "%}{% nosto_customer", "%}{% nosto_customer_snippet", "%}{{", "}}{%"),
    *("%}{% for x in [1, 2] %}{% nosto_customer", "%}{% endfor", "%}{% set x =", "+", "-", "*row", "**row", "**nobody"),
    *("**missing", "*missing", "*[customer]", "**thing", "*thing", "make", "make(customer)", "make(missing)"),
    *("nosto_block(", "nosto_snippet(", "loop", "self", "range", "__class__", ".__class__", "namespace(a=1)"),
)
_FORMS = (
    "{% nosto_customer ... %}",
    "{% nosto_customer_snippet ... %}",
    "{% from 'nosto/customer.html' import customer_snippet %}{{ customer_snippet(...) }}",
    "{{ nosto_snippet(...) }}",
)
# Longer ones take longer to compile, and say nothing new.
_LONGEST = 32
_POLICIES = ("raise", "log")
_ENVIRONMENTS = (Environment, SandboxedEnvironment)
_HOME = str(Path(nosto_tagging.__file__).parent)

# What a tag looks at before Jinja refuses it; an expression made of these alone raises nothing of its own.
_LOOKED_AT = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.Keyword, nodes.Call),
    *(nodes.ExtensionAttribute, nodes.CondExpr, nodes.Test, nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair),
)
_NEVER_RAISES = {"make", "later"}


class Witness(Tagger):
    """A tagger that keeps what it prints."""

    printed: list[Markup]

    def block(self, thing: Any) -> Markup:
        made = super().block(thing)
        self.printed.append(made)
        return made

    def snippet(self, *things: Any, nonce: Any = None) -> Markup:
        made = super().snippet(*things, nonce=nonce)
        self.printed.append(made)
        return made


@cache
def _environment(mode: int) -> tuple[Environment, Witness]:
    options: dict[str, Any] = {"autoescape": bool(mode & 1), "enable_async": bool(mode & 4)}
    if mode & 16:
        options["undefined"] = StrictUndefined
    env = _ENVIRONMENTS[mode >> 3 & 1](**options)
    tagger = Witness(Settings(errors=_POLICIES[mode >> 1 & 1]))
    attach(env, tagger)
    return env, tagger


def tags(given: list[bytes]) -> None:
    """A template with any arguments of a tag, a macro or a function; the other pieces are what it may name."""
    head, *rest = given
    mode = head[0] if head else 0
    form = _FORMS[mode >> 5 & 3]
    arguments = " ".join(_tokens(head[1:_LONGEST]))
    source = form.replace("...", arguments)
    env, tagger = _environment(mode & 31)
    tagger.printed = []
    try:
        template = env.from_string(source)
    except TemplateSyntaxError:
        return
    except Exception as caught:
        error = caught
    else:
        # Arguments that end what they stand in are a template of their own.
        _rendered(template, tagger, _context(env, rest), source, is_whole=form[-2:] not in arguments)
        return
    assert not _is_ours(error), repr(error)


def _rendered(template: Template, tagger: Witness, context: dict[str, Any], source: str, *, is_whole: bool) -> None:
    env = template.environment
    with _logged() as told:
        try:
            made = _awaited(template.render_async(context)) if env.is_async else template.render(context)
        except Exception as error:
            _may_be_raised(error, env, tagger, source, context)
            return
    for line in told:
        _, _, what = line.partition(": ")
        assert what != "raised AssertionError", "the sandbox was got around"
        assert what.startswith("raised ") or tells_no_data(what), line
    for printed in tagger.printed:
        assert not printed or BLOCK(printed) or SCRIPT(printed), printed
    if is_whole:
        assert made in {"", *tagger.printed}, made


def _awaited(rendering: Coroutine[Any, Any, str]) -> str:
    # An event loop of asyncio's takes longer than all the rest, and there is nothing to wait for.
    while True:
        try:
            rendering.send(None)
        except StopIteration as done:
            made: str = done.value
            return made


def _tokens(source: bytes) -> Generator[str]:
    word = bytearray()
    for byte in source:
        if byte < 128:
            word.append(byte)
            continue
        if word:
            yield word.decode()
            word.clear()
        yield TOKENS[(byte - 128) % len(TOKENS)]
    yield word.decode()


def _context(env: Environment, rest: list[bytes]) -> dict[str, Any]:
    row = fields(rest)
    customer = customer_from(row) or HARMLESS
    words = text(rest[-1]) if rest else ""

    def make(*_: object, **__: object) -> object:
        return customer

    async def later(*_: object, **__: object) -> object:
        await asyncio.sleep(0)
        return customer

    def unsafe(*_: object) -> str:
        assert not isinstance(env, SandboxedEnvironment)
        return words

    unsafe.unsafe_callable = True  # type: ignore[attr-defined]  # how the sandbox is told
    known = {
        "customer": customer,
        "row": row,
        "words": words,
        "thing": value(rest[0]) if rest else None,
        "nobody": None,
        "broken": Broken(),
        "deep": SimpleNamespace(customer=customer, row=row, name=words),
        "make": make,
        "unsafe": unsafe,
    }
    return known | ({"later": later} if env.is_async else {})


@contextmanager
def _logged() -> Generator[list[str]]:
    told: list[str] = []
    logger = logging.getLogger("nosto_tagging")
    handler = logging.Handler()
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]  # less than a class
    before = logger.propagate
    logger.propagate = False
    logger.addHandler(handler)
    try:
        yield told
    finally:
        logger.removeHandler(handler)
        logger.propagate = before


def _may_be_raised(error: Exception, env: Environment, tagger: Tagger, source: str, context: dict[str, Any]) -> None:
    if isinstance(error, NostoTaggingError):
        assert tagger.raises(), repr(error)
        assert tells_no_data(str(error)), str(error)
        return
    assert not isinstance(error, AssertionError), "the sandbox was got around"
    if not source.startswith("{% nosto_"):
        return  # the arguments of macros and functions are worked out by Jinja alone
    assert not _is_ours(error), repr(error)
    if tagger.raises() and (isinstance(error, Own) or "nonce_text" in _path(error)):
        return  # what a value's own method raises, and what gives the nonce
    if all(_is_looked_at(node, context) for node in env.parse(source).find_all(nodes.Node)):
        raise error


def _path(error: Exception) -> list[str]:
    return [frame.name for frame in traceback.extract_tb(error.__traceback__)]


def _is_ours(error: Exception) -> bool:
    """Whether an error of no kind of ours began in code of ours."""
    if isinstance(error, RecursionError | MemoryError):
        return False
    *_, last = traceback.extract_tb(error.__traceback__)
    # What gives the nonce may be of Python's own, which has no frame.
    return last.filename.startswith(_HOME) and last.name != "nonce_text"


def _is_looked_at(node: nodes.Node, context: dict[str, Any]) -> bool:
    if not isinstance(node, _LOOKED_AT):
        return False
    if isinstance(node, nodes.Test):
        return node.name in {"defined", "none"} and not node.args
    if isinstance(node, nodes.CondExpr):
        return isinstance(node.test, nodes.Test)  # a strict undefined name has no truth value
    if isinstance(node, nodes.Dict):
        return all(isinstance(pair.key, nodes.Const) for pair in node.items)
    if not isinstance(node, nodes.Call) or isinstance(node.node, nodes.ExtensionAttribute):
        return True
    if node.dyn_args or node.dyn_kwargs:
        return False
    callee = node.node
    if isinstance(callee, nodes.Name) and callee.name in context:
        # What cannot be called, or must not be, is left to the policy.
        sandboxed = isinstance(node.environment, SandboxedEnvironment)
        given = context[callee.name]
        return callee.name in _NEVER_RAISES or not callable(given) or (callee.name == "unsafe" and sandboxed)
    # Whatever is looked up on what is undefined is undefined, and so is what it would give.
    while isinstance(callee, nodes.Call):
        callee = callee.args[0] if isinstance(callee.node, nodes.ExtensionAttribute) else callee.node
    return isinstance(callee, nodes.Name) and callee.name not in {*context, *_globals(node)}


def _globals(node: nodes.Node) -> dict[str, Any]:
    return node.environment.globals if node.environment is not None else {}
