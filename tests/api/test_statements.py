"""Every statement that there is, whole: statements.txt was read line by line against Nosto's documentation and types."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from pathlib import Path
from typing import Any

import pytest
from support.engine import calls
from support.statements import ALL

from nosto_tagging import api, snippet, statement, statement_attribute
from nosto_tagging.api import attribution, client, search, tagging
from nosto_tagging.api.chain import Chain

_ENTRIES = Path(__file__).with_name("statements.txt").read_text(encoding="ascii").strip().split("\n\n")
EXPECTED = dict(entry.split("\n", 1) for entry in _ENTRIES)
CALLS = {name: thing for name, thing in ALL.items() if isinstance(thing, Chain)}


def test_every_thing_has_its_statement_in_the_file_and_the_other_way_round() -> None:
    assert list(EXPECTED) == list(ALL)


@pytest.mark.parametrize("name", ALL)
def test_a_thing_makes_exactly_this_statement(name: str) -> None:
    assert str(statement(ALL[name])) == EXPECTED[name]
    assert str(snippet(ALL[name])) == f"<script>{EXPECTED[name]}</script>"


def test_all_of_them_run_and_throw_nothing() -> None:
    methods = [
        path.rpartition(".")[2]
        for path, _ in calls(";".join(EXPECTED.values()).replace("api.visit.", "api.").replace("document.body", "1"))
    ]
    written = [
        method
        for line in EXPECTED.values()
        for method in re.findall(r"\.(\w+)\(", line.replace("api.visit.", "api.").replace("console.log(1)", ""))
    ]
    assert methods == written


@pytest.mark.parametrize("name", CALLS)
def test_a_call_arrives_as_it_left_and_shows_its_methods_and_no_data(name: str) -> None:
    call = CALLS[name]
    for travelled in (pickle.loads(pickle.dumps(call)), copy.copy(call), copy.deepcopy(call)):  # noqa: S301 - our own
        assert travelled == call
        assert str(statement(travelled)) == EXPECTED[name]
    steps = [f".{method}({', '.join(['...'] * len(given))})" for method, given, _ in call.steps]
    assert repr(call) == f"<Call api{''.join(steps)}>"


def test_a_statement_in_an_attribute_is_the_same_one_escaped() -> None:
    for name, thing in ALL.items():
        unescaped = re.sub(r"&#(\d+);", lambda code: chr(int(code[1])), str(statement_attribute(thing)))
        assert unescaped == EXPECTED[name]


def test_every_public_function_is_exported_and_in_the_table() -> None:
    public = {
        name
        for module in (attribution, client, search, tagging)
        for name, held in vars(module).items()
        if inspect.isroutine(held) and held.__module__ == module.__name__ and not name.startswith("_")
    } - {"natural_calls"}  # which is how models are told
    assert public | {"create_recommendation_request", "session"} == {each for each in api.__all__ if each.islower()}
    assert api.__all__ == sorted(api.__all__)
    tried = {name.partition(",")[0] for name in ALL}
    assert public - {"record_attribution"} <= tried


def test_every_method_of_the_chains_is_in_the_table() -> None:
    made = {step.method for call in CALLS.values() for step in call.steps}
    for chain in (api.Session, api.Action, api.RecommendationRequest, api.Attribution):
        methods = {
            re.sub(r"_(\w)", lambda letter: letter[1].upper(), name)
            for name, held in inspect.getmembers(chain, inspect.isfunction)
            if not name.startswith("_")
        }
        assert methods - made == set()


# --- equality and addresses


def test_calls_of_other_arguments_are_others() -> None:
    assert api.report_add_to_cart("1", "2") == api.report_add_to_cart("1", "2")
    assert api.report_add_to_cart("1", "2") != api.report_add_to_cart("1", "2", sku_id="3")
    assert api.listen("setcart", api.TrustedJavaScript("f")) == api.listen("setcart", api.TrustedJavaScript("f"))
    assert api.listen("setcart", api.TrustedJavaScript("f")) != api.listen("setcart", api.TrustedJavaScript("g"))


@pytest.mark.parametrize("name", ["session, all that is set", "set_tagging_provider, customer", "customer"])
def test_without_its_address_a_call_keeps_the_rest(name: str) -> None:
    kept: Any = CALLS[name].without_email()
    assert str(statement(kept)) == EXPECTED[name].replace('"email":"jane.doe@example.com",', "")


@pytest.mark.parametrize("name", ["session, an order", "set_tagging_provider, order"])
def test_without_its_address_an_order_keeps_the_rest(name: str) -> None:
    kept: Any = CALLS[name].without_email()
    assert str(statement(kept)) == EXPECTED[name].replace('"email":"john.doe@example.com",', "")
