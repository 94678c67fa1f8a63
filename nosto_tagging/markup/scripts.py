"""Calls into JavaScript statements and script elements; the stub and Nosto's client script."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, cast

from nosto_tagging.api import Action, Argument, Call, Session
from nosto_tagging.errors import InvalidArgument
from nosto_tagging.markup.blocks import as_text
from nosto_tagging.markup.escape import js_string, js_strings, text
from nosto_tagging.models.tagging import Form, TaggingModel
from nosto_tagging.settings import Host
from nosto_tagging.validation import kind_of

__all__ = ["client_script", "script", "statement"]

_HOSTS: dict[Host, str] = {"production": "connect.nosto.com", "staging": "connect.staging.nosto.com"}
# Calls wait in a queue until the client script, which is loaded when the page has been, comes for them.
_STUB = "window.nostojs=window.nostojs||(cb=>{(nostojs.q=nostojs.q||[]).push(cb)})"
_AUTOLOAD_OFF = ";nostojs(api => api.setAutoLoad(false))"


class _Plan(NamedTuple):
    """What is the same wherever a class is printed in one way: all but the values."""

    opening: str
    fields: tuple[tuple[str, str, str], ...]
    """For each field its name, what stands before a text in it, and what stands before a literal."""
    closing: str


_calls: dict[type, _Plan] = {}
_objects: dict[tuple[type, Form], _Plan] = {}


def script(statements: Iterable[str], nonce: str | None) -> str:
    """A script element with `statements`, one after the other."""
    return f"<script{_nonce(nonce) if nonce else ''}>{';'.join(statements)}</script>"


def statement(thing: object) -> str:
    """The statement that makes one call: a model's natural one, or the one given."""
    plan = _calls.get(type(thing))
    if plan is not None:
        return _fill(plan, cast("TaggingModel", thing))
    if isinstance(thing, TaggingModel):
        kind = type(thing)
        _calls[kind] = _plan(kind, "call", f"nostojs(api => api.{kind.call}({{", "}))")
        return statement(thing)
    if isinstance(thing, Call):
        steps = [
            f".{method}({','.join([_argument(each, form) for each in arguments])})"
            for method, arguments, form in thing.steps
        ]
        return f"nostojs(api => api{''.join(steps)})"
    if isinstance(thing, Session | Action):
        raise InvalidArgument("The session chain", thing.unsent)
    raise InvalidArgument(
        "snippet()", f"takes models such as Customer, calls of nosto_tagging.api, and None, got {kind_of(thing)}"
    )


def client_script(account_id: str, host: Host, *, autoload: bool, run_async: bool, nonce: str | None) -> str:
    """The stub, which lets calls be made at once, and the client script itself."""
    attributes = _nonce(nonce) if nonce else ""
    source = f"https://{_HOSTS[host]}/include/{text(account_id)}"
    run = ' async=""' if run_async else ""
    return (
        f"<script{attributes}>{_STUB}{'' if autoload else _AUTOLOAD_OFF}</script>"
        f'<script{attributes} src="{source}"{run}></script>'
    )


def _nonce(nonce: str) -> str:
    return f' nonce="{text(nonce)}"'


def _argument(value: Argument, form: Form) -> str:
    if isinstance(value, str):
        return f'"{js_string(value)}"'
    if isinstance(value, TaggingModel):
        kind = type(value)
        plan = _objects.get((kind, form))
        if plan is None:
            plan = _objects[kind, form] = _plan(kind, form, "{", "}")
        return _fill(plan, value)
    return "{}"


def _plan(kind: type[TaggingModel], form: Form, opening: str, closing: str) -> _Plan:
    """Worked out once, from the annotations of the class."""
    names = kind.names(form).items()
    return _Plan(opening, tuple((field, f',"{name}":"', f',"{name}":') for field, name in names), closing)


def _fill(plan: _Plan, model: TaggingModel) -> str:
    """The fields that were given, in their order, as the members of an object in JavaScript and in JSON."""
    opening, fields, closing = plan
    values = model.__dict__
    parts: list[str] = []
    for name, before_text, before_literal in fields:
        value = values[name]
        if value is None:
            continue
        if type(value) is str:
            parts += before_text, value, '"'
        elif value is True or value is False:
            parts += before_literal, "true" if value else "false", ""
        else:
            parts += before_text, as_text(model, name, value), '"'
    texts = parts[1::3]
    escaped = js_strings(texts)
    if escaped is not texts:
        parts[1::3] = escaped
    # Each field begins with a comma, which the first one does not need.
    return f"{opening}{''.join(parts)[1:]}{closing}"
