"""Calls into JavaScript statements and script elements; the stub and Nosto's client script."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from nosto_tagging.api import Action, Argument, Call, Session
from nosto_tagging.errors import InvalidArgument
from nosto_tagging.markup.blocks import as_text
from nosto_tagging.markup.escape import js_string, js_strings, text
from nosto_tagging.models.tagging import Form, TaggingModel, unproxied
from nosto_tagging.settings import Host
from nosto_tagging.validation import kind_of

__all__ = ["client_script", "script", "statements"]

_HOSTS: dict[Host, str] = {"production": "connect.nosto.com", "staging": "connect.staging.nosto.com"}
# Calls wait in a queue until the client script, which is loaded when the page has been, comes for them.
_STUB = "window.nostojs=window.nostojs||(cb=>{(nostojs.q=nostojs.q||[]).push(cb)})"
_AUTOLOAD_OFF = ";nostojs(api => api.setAutoLoad(false))"


class ErrorPolicy(Protocol):
    """What decides whether an error is raised."""

    def left_out(self, error: Exception) -> object:
        """Raise `error`, or let what it is about be left out."""


class _Plan(NamedTuple):
    """What is the same wherever a class is printed in one way: all but the values."""

    opening: str
    fields: tuple[tuple[str, str], ...]
    """For each field its name, and what stands before a text in it, the opening quote included."""
    closing: str


_calls: dict[type, _Plan] = {}
_objects: dict[tuple[type, Form], _Plan] = {}


def script(told: Iterable[str], nonce: str | None) -> str:
    """A script element with the statements, one after the other."""
    return f"<script{_nonce(nonce) if nonce else ''}>{';'.join(told)}</script>"


def statements(things: Iterable[object], policy: ErrorPolicy) -> list[str]:
    """A statement for each of `things` that is not ``None``; `policy` hears of what cannot be told."""
    told: list[str] = []
    for thing in things:
        try:
            if (plan := _calls.get(type(thing))) is not None:
                told.append(_fill(plan, thing))  # type: ignore[arg-type]  # only models have plans
            elif (found := unproxied(thing)) is not None:
                told.append(_statement(found))
        except Exception as error:
            policy.left_out(error)
    return told


def _statement(thing: object) -> str:
    """The statement of a call, or of the first model of its class."""
    if isinstance(thing, TaggingModel):
        kind = type(thing)
        plan = _calls[kind] = _plan(kind, "call", f"nostojs(api => api.{kind.call}({{", "}))")
        return _fill(plan, thing)
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
    return _Plan(opening, tuple((field, f'"{name}":"') for field, name in kind.names(form).items()), closing)


def _fill(plan: _Plan, model: TaggingModel) -> str:
    """The fields that were given, in their order, as the members of an object in JavaScript and in JSON."""
    opening, fields, closing = plan
    values = model.__dict__
    parts = [opening]
    try:
        for name, before in fields:
            value = values[name]
            if value is None:
                continue
            if value is True or value is False:
                parts.append(before[:-1])
                parts.append("true" if value else "false")
                parts.append(",")
            else:
                parts.append(before)
                parts.append(value if type(value) is str else as_text(model, name, value))
                parts.append('",')
    except KeyError:
        return _fill(plan, model.complete())
    plain = parts[2::3]
    escaped = js_strings(plain)
    if escaped is not plain:
        parts[2::3] = escaped
    # The last comma is one too many.
    return f"{''.join(parts)[:-1] if plain else opening}{closing}"
