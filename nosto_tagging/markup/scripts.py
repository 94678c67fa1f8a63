"""Calls into JavaScript statements and script elements; the stub and Nosto's client script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, Protocol, cast

from nosto_tagging.api.chain import Call, Chain, TrustedJavaScript
from nosto_tagging.api.tagging import natural_calls
from nosto_tagging.errors import InvalidArgument, NostoTaggingError
from nosto_tagging.markup.drawing import as_text, unprintable
from nosto_tagging.markup.escape import js_string, js_strings, text
from nosto_tagging.models.tagging import Form, TaggingModel, TaggingPart, flat, unproxied, used
from nosto_tagging.settings import Host
from nosto_tagging.validation import characters, kind_of

__all__ = ["ErrorPolicy", "include", "script", "statements", "stub"]

_HOSTS: dict[Host, str] = {"production": "connect.nosto.com", "staging": "connect.staging.nosto.com"}
# Calls wait in a queue until the client script, which is loaded when the page has been, comes for them.
_STUB = "window.nostojs=window.nostojs||(cb=>{(nostojs.q=nostojs.q||[]).push(cb)})"
_AUTOLOAD_OFF = ";nostojs(api => api.setAutoLoad(false))"
_DO_NOT_TRACK = ";nostojs(api => api.visit.setDoNotTrack(true))"
_ENOUGH = 1_000


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
    form: Form
    flat: bool


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
            elif (found := unproxied(thing)) is not None and (made := _statement(found)):
                told.append(made)
        except Exception as error:
            policy.left_out(error)
    return told


def _statement(thing: object) -> str:
    """The statements of a call, or of a model that is told in another way than as the flat object that it is."""
    if isinstance(thing, TaggingModel):
        kind = type(thing)
        if kind.call is None:
            return used(_calls_of, thing)
        plan = _calls.get(kind)  # which is there when the model stood behind a proxy
        if plan is None:
            plan = _calls[kind] = _plan(kind, "call", f"nostojs(api => api.{kind.call}({{", "}))")
        return _fill(plan, thing)
    if isinstance(thing, Call):
        try:
            return _call(thing)
        except NostoTaggingError:
            raise
        except Exception:  # noqa: S110 - whatever a model holds that was made past validation raises what it likes
            pass
        raise InvalidArgument("snippet()", "cannot print the call: a model in it was made without validation")
    if isinstance(thing, Chain):
        raise InvalidArgument(f"The {thing.what}", thing.unsent)
    raise InvalidArgument(
        "snippet()", f"takes models such as Customer, calls of nosto_tagging.api, and None, got {kind_of(thing)}"
    )


def _calls_of(model: TaggingModel) -> str:
    return ";".join([_call(call, trusted=False) for call in natural_calls(model)])


def _call(call: Call, *, trusted: bool = True) -> str:
    steps = [
        f".{method}({','.join([_argument(each, form, trusted=trusted) for each in arguments])})"
        for method, arguments, form in call.steps
    ]
    return f"nostojs(api => api{''.join(steps)})"


def stub(nonce: str | None, *, autoload: bool = True, do_not_track: bool = False) -> str:
    """What lets calls be made at once, and loads nothing."""
    more = f"{'' if autoload else _AUTOLOAD_OFF}{_DO_NOT_TRACK if do_not_track else ''}"
    return f"<script{_nonce(nonce) if nonce else ''}>{_STUB}{more}</script>"


def include(account_id: str, host: Host, *, run_async: bool, nonce: str | None, waits_for: Mapping[str, str]) -> str:
    """The client script itself; `waits_for` are the attributes by which a consent platform finds it, to start it."""
    source = f"https://{_HOSTS[host]}/include/{text(account_id)}"
    run = ' async=""' if run_async else ""
    waits = "".join(f' {name}="{text(value)}"' for name, value in waits_for.items())
    kind = ' type="text/plain"' if waits else ""
    return f'<script{_nonce(nonce) if nonce else ""}{kind}{waits} src="{source}"{run}></script>'


def _nonce(nonce: str) -> str:
    return f' nonce="{text(nonce)}"'


def _argument(value: object, form: Form, *, trusted: bool) -> str:
    if type(value) is str:
        return f'"{js_string(value)}"'
    if isinstance(value, TaggingPart):
        kind = type(value)
        plan = _objects.get((kind, form))
        if plan is None:
            plan = _objects[kind, form] = _plan(kind, form, "{", "}")
        return _fill(plan, value)
    thing: object = value
    several = cast("list[object]", value) if isinstance(thing, list | tuple) else []
    if any(isinstance(each, TaggingPart) for each in several):
        return f"[{','.join([_argument(each, form, trusted=trusted) for each in several])}]"
    return _literal(value, form, trusted=trusted)


def _literal(value: object, form: Form, *, trusted: bool = True) -> str:
    """Data of any depth, as a JavaScript expression: JSON, but for dates, functions, and the key ``__proto__``."""
    pieces = [""]
    if isinstance(value, TaggingPart):
        _write_members(value.told(form), form, pieces, trusted=False, model=type(value).__name__)
    else:
        _write(value, form, pieces, trusted=trusted)
    pieces[1::2] = js_strings(pieces[1::2])
    return "".join(pieces)


def _write(value: object, form: Form, pieces: list[str], *, trusted: bool) -> None:
    """Append code, text, code, text, …, code: the texts are escaped together.

    What an author wrote is printed where the calls take it, `trusted`, and not where a model holds it.
    """
    if value is True or value is False:
        pieces[-1] += "true" if value else "false"
        return
    kind = type(value)
    text = characters(value)
    if text is not None:
        pieces[-1] += '"'
        pieces += (text, '"')
    elif kind is int or (kind is Decimal and value.is_finite()):  # type: ignore[attr-defined]  # it is a Decimal
        pieces[-1] += str(value)
    elif isinstance(value, dict):
        _write_members(cast("dict[str, object]", value), form, pieces, trusted=trusted)
    elif isinstance(value, list | tuple):
        pieces[-1] += "["
        for number, each in enumerate(cast("list[object]", value)):
            if len(pieces[-1]) > _ENOUGH:  # of a list of numbers: to make a text longer costs its length each time
                pieces += ("", "")
            pieces[-1] += "," if number else ""
            _write(each, form, pieces, trusted=trusted)
        pieces[-1] += "]"
    elif kind is datetime or kind is date:
        written = value.isoformat()  # type: ignore[attr-defined]  # it is one
        pieces[-1] += f'new Date("{written[:19]}Z")' if kind is datetime else f'new Date("{written}")'
    elif kind is TrustedJavaScript and trusted:
        pieces[-1] += value.source  # type: ignore[attr-defined]  # it is one
    else:
        raise _Unprintable(value)


def _write_members(
    members: dict[str, object], form: Form, pieces: list[str], *, trusted: bool, model: str | None = None
) -> None:
    pieces[-1] += "{"
    for number, (name, each) in enumerate(members.items()):
        key = (characters(name) or "").replace("\0", "")  # which is never written
        # As a literal's plain key it would set the prototype, however it is spelled.
        opening, closing = ('["', '"]:') if key == "__proto__" else ('"', '":')
        pieces[-1] += f",{opening}" if number else opening
        pieces += (key, closing)
        try:
            _write(each, form, pieces, trusted=trusted)
            continue
        except _Unprintable as error:
            if model is None:
                raise
            failed = unprintable(model, key, error.value)
        # Out of the except block, or the value would travel along as __context__.
        raise failed
    pieces[-1] += "}"


class _Unprintable(Exception):
    """What is neither text nor a number nor a date: the model that holds it tells which field it is."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


def _plan(kind: type[TaggingPart], form: Form, opening: str, closing: str) -> _Plan:
    """Worked out once, from the annotations of the class."""
    fields = tuple((field, f'"{name}":"') for field, name in kind.names(form).items())
    return _Plan(opening, fields, closing, form, flat(kind))


def _fill(plan: _Plan, model: TaggingPart) -> str:
    """The fields that were given, in their order, as the members of an object in JavaScript and in JSON."""
    opening, fields, closing, form, is_flat = plan
    if not is_flat:
        return f"{opening[:-1]}{used(lambda held: _literal(held, form), model)}{closing[1:]}"
    values = model.__dict__
    parts = [opening]
    try:
        for name, before in fields:
            value = values[name]
            if value is None:
                continue
            if type(value) is str:
                parts.append(before)
                parts.append(value)
                parts.append('",')
            elif value is True or value is False:
                parts.append(before[:-1])
                parts.append("true" if value else "false")
                parts.append(",")
            else:
                parts.append(before)
                parts.append(as_text(model, name, value))
                parts.append('",')
    except KeyError:
        return _fill(plan, model.validated())
    plain = parts[2::3]
    escaped = js_strings(plain)
    if escaped is not plain:
        parts[2::3] = escaped
    # The last comma is one too many.
    return f"{''.join(parts)[:-1] if plain else opening}{closing}"
