"""A page's own JavaScript, run by V8 with our visitor script in the page, its fetches answered by an application."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from py_mini_racer import MiniRacer
from support.engine import Call

from nosto_tagging.markup.told import visitor_source

__all__ = ["Answered", "PageScript"]

# As much of a browser as such scripts use. What a fetch asks for waits until `answered` brings it.
_PAGE = """
globalThis.window = globalThis;
globalThis.Document = class { get readyState() { return "loading"; } };
globalThis.document = Object.assign(new Document(), { addEventListener: () => {}, querySelectorAll: () => [] });
globalThis.MutationObserver = class { observe() {} };
globalThis.calls = [];
globalThis.thrown = null;
const after = (path) => new Proxy({}, {
    get: (_, method) => (...given) => {
        calls.push([`${path}.${String(method)}`, given]);
        return after(`${path}.${String(method)}()`);
    },
});
globalThis.nostojs = (callback) => { callback(after("api")); };
const waiting = [];
globalThis.fetch = (url, options) => new Promise((answer) => waiting.push({ url, options, answer }));
globalThis.asked = () => JSON.stringify(waiting.map(({ url, options }) => ({ method: "GET", ...options, url })));
globalThis.answered = ({ status, body }) => waiting.shift().answer({
    status, ok: status >= 200 && status < 300, text: async () => body, json: async () => JSON.parse(body),
});
globalThis.told = () => { const found = JSON.stringify(calls); calls.length = 0; return found; };
"""


class Answered(NamedTuple):
    """What an application answers."""

    status: int
    body: str


class PageScript:
    """One page: each `run` goes on where the last one ended. `answer` is asked method, address, headers and body."""

    def __init__(self, answer: Callable[[str, str, dict[str, str], str], Answered]) -> None:
        self._answer = answer
        self._engine = MiniRacer()
        self._engine.eval(_PAGE)
        self._engine.eval(visitor_source())

    def run(self, source: str) -> list[Call]:
        """What Nosto's client script is told until nothing is waited for any more.

        Functions that `source` declares are there for the next one; what it throws is an error here.
        """
        self._engine.eval(source)
        while requests := self._value("asked()"):
            wanted = requests[0]
            given = self._answer(wanted["method"], wanted["url"], wanted.get("headers", {}), wanted.get("body", ""))
            self._engine.eval(f"answered({json.dumps(given._asdict())})")
        found: list[Call] = self._value("told()")
        return found

    def close(self) -> None:
        """End the engine, which Python 3.13 waits for for ever when it has to end it itself."""
        self._engine.close()

    def _value(self, expression: str) -> Any:
        return json.loads(str(self._engine.eval(expression)))
