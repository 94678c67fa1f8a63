"""The visitor script, given answers that no server of ours makes."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from py_mini_racer import MiniRacer

from nosto_tagging import Tagger, api
from nosto_tagging.markup.told import visitor_source

_BEFORE = r"""
globalThis.window = globalThis;
globalThis.Document = class { get readyState() { return "loading"; } };
globalThis.document = Object.assign(new Document(), {addEventListener: () => {}, querySelectorAll: () => []});
globalThis.MutationObserver = class { observe() {} };
globalThis.console = {warn: text => warned.push(text)};
globalThis.warned = [];
globalThis.calls = [];
const after = path => new Proxy(() => {}, {
  get: (_, name) => after(`${path}.${String(name)}`),
  apply: (_, self, given) => { calls.push([path, given]); return after(`${path}()`); },
});
globalThis.nostojs = callback => callback(after("api"));
"""


def told(answer: Any) -> dict[str, Any]:
    """What is called for an answer, what the console is told, and what it leaves on the prototypes of all objects."""
    engine = MiniRacer()
    engine.eval(_BEFORE)
    engine.eval(visitor_source())
    return json.loads(
        engine.eval(
            f"""
            nostoTagging.tell(JSON.parse({json.dumps(json.dumps(answer))}));
            const left = [];
            for (const name in []) left.push(name);
            JSON.stringify({{calls, warned, left, push: typeof [].push}})
            """
        )
    )


@pytest.mark.parametrize(
    "path", [["__proto__", "x"], [0, "__proto__", "x"], ["constructor", "prototype", "x"], ["push"], ["x"]]
)
def test_a_path_leads_to_what_the_answer_has_and_to_no_prototype(path: list[Any]):
    assert told({"calls": [{"steps": [["load", []]], "dates": [path]}]}) == {
        "calls": [],
        "warned": ["Nosto was not told: ReferenceError"],
        "left": [],
        "push": "function",
    }


@pytest.mark.parametrize(
    "method",
    [
        "constructor",
        "a.b.c",
        "visit.constructor",
        "x.call",
        "__defineGetter__",
        "a.__proto__",
        "a.__proto__.b",
        "",
        "$",
        "A",
    ],
)
def test_what_is_no_method_of_nostos_is_not_called(method: str):
    seen = told({"calls": [{"steps": [[method, ["x"]]]}]})
    assert (seen["calls"], seen["warned"]) == ([], ["Nosto was not told: ReferenceError"])


def test_what_the_server_tells_is_called():
    call = api.Call(*[step._replace(arguments=({"on": date(2026, 1, 2)},)) for step in api.load().steps])
    answer = Tagger().payload(api.set_do_not_track(True), call)
    assert told(answer)["calls"] == [
        ["api.visit.setDoNotTrack", [True]],
        ["api.load", [{"on": "2026-01-02T00:00:00.000Z"}]],
    ]
