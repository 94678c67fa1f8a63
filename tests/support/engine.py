"""What scripts do, as a real JavaScript engine (V8) runs them before a nostojs that writes down what it is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeAlias

from py_mini_racer import MiniRacer

__all__ = ["Call", "calls", "calls_from_queue", "calls_of_each", "close", "value"]

Call: TypeAlias = list[Any]
"""``["api.defaultSession().setCustomer", [arguments…]]``."""

# Nothing leaves V8 but the ASCII that JSON.stringify makes: its well-formed output tells a lone surrogate from
# U+FFFD, where a conversion to UTF-8 on the way would not.
_RECORDER = r"""
globalThis.window = globalThis;
globalThis.ascii = (value) => JSON.stringify(value).replace(
    /[\u007f-\uffff]/g, (unit) => "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0"));
globalThis.recorded = (sources, loaded) => ascii(sources.map((source) => {
    const calls = [];
    const after = (path) => new Proxy({}, {
        get: (_, method) => (...given) => {
            calls.push([`${path}.${String(method)}`, given]);
            return after(`${path}.${String(method)}()`);
        },
    });
    delete globalThis.nostojs;
    if (loaded) {
        globalThis.nostojs = (callback) => { callback(after("api")); };
    }
    try {
        (0, eval)(source);
    } catch (error) {
        calls.push(["threw", [String(error)]]);
    }
    if (!loaded) {
        nostojs.q.forEach((callback) => callback(after("api")));
    }
    if ("canary" in globalThis) {
        calls.push(["canary", []]);
        delete globalThis.canary;
    }
    return calls;
}));
"""


def calls_of_each(sources: Sequence[str]) -> list[list[Call]]:
    """The calls that each of `sources` makes, in order.

    ``["threw", …]`` stands for an error, ``["canary", []]`` for a value that ran as code.
    """
    found: list[list[Call]] = json.loads(_engine().eval(f"recorded({json.dumps(list(sources))}, true)"))
    return found


def calls(source: str) -> list[Call]:
    """The calls that one script makes, in order."""
    return calls_of_each([source])[0]


def calls_from_queue(source: str) -> list[Call]:
    """The calls that wait for the client script once `source`, which has the stub, has run."""
    found: list[list[Call]] = json.loads(_engine().eval(f"recorded({json.dumps([source])}, false)"))
    return found[0]


def value(expression: str) -> Any:
    """What a JavaScript expression gives, as far as JSON can tell."""
    return json.loads(_engine().eval(f"ascii({expression})"))


def close() -> None:
    """End the engine, which Python 3.13 waits for for ever when it has to end it itself."""
    if _engine.cache_info().currsize:
        _engine().close()
        _engine.cache_clear()


@cache
def _engine() -> MiniRacer:
    engine = MiniRacer()
    engine.eval(_RECORDER)
    return engine
