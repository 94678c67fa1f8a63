"""Every documented example: its block as a real HTML parser reads it, its snippet as Node runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from nosto import node
from nosto.documented import EXAMPLES, LEFT_OUT, Example
from support.page import leaves

from nosto_tagging import block, snippet

# Writes down what is called, on what the calls before gave; functions and dates as JSON can tell them.
RECORDER = r"""
const told = (value) => {
    if (typeof value === "function") return { $function: String(value) };
    if (value instanceof Date) return { $date: value.toISOString() };
    if (Array.isArray(value)) return value.map(told);
    if (value && typeof value === "object")
        return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, told(each)]));
    return value;
};
const sources = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(sources.map((source) => {
    const calls = [];
    const after = (path) => new Proxy({}, {
        get: (_, method) => method === "visit" ? after(`${path}.visit`) : (...given) => {
            calls.push([`${path}.${String(method)}`, told(given)]);
            return after(`${path}.${String(method)}()`);
        },
    });
    globalThis.nostojs = (callback) => { callback(after("api")); };
    (0, eval)(source);
    return calls;
})));
"""


@pytest.fixture(scope="module")
def called() -> dict[str, list[Any]]:
    """The calls of each example that has some, all of them in one process of Node."""
    examples = [example for example in EXAMPLES if example.calls is not None]
    scripts = [str(snippet(example.made)).removeprefix("<script>").removesuffix("</script>") for example in examples]
    done = node.run("-e", RECORDER, folder=Path(__file__).parent, given=json.dumps(scripts))
    assert done.returncode == 0, done.stderr
    return {example.id: calls for example, calls in zip(examples, json.loads(done.stdout), strict=True)}


@pytest.mark.parametrize("example", [each for each in EXAMPLES if each.leaves is not None], ids=lambda each: each.id)
def test_a_documented_block_comes_out(example: Example) -> None:
    assert leaves(block(example.made)) == example.leaves


@pytest.mark.parametrize("example", [each for each in EXAMPLES if each.calls is not None], ids=lambda each: each.id)
def test_a_documented_script_makes_its_calls(example: Example, called: dict[str, list[Any]]) -> None:
    assert called[example.id] == example.calls


def test_each_example_is_there_once_with_a_form_to_hold_it_against_or_is_left_out_with_a_reason() -> None:
    names = [example.id for example in EXAMPLES]
    assert sorted(names) == sorted(set(names))
    assert [example.id for example in EXAMPLES if example.leaves is None and example.calls is None] == []
    assert set(names) & LEFT_OUT.keys() == set()
    assert all(LEFT_OUT.values())
