"""Calls as data: what a fetch is answered, what a session gives back, and what neither takes."""

from __future__ import annotations

import json
import logging
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support import engine, page
from support.hostile import HOSTILE
from support.statements import DATA, WITH_CODE
from support.strategies import CART, FIELDS, ORDER, PAGE, PRODUCT
from support.told import in_numbers, recorded
from werkzeug.local import LocalProxy

from nosto_tagging import Cart, Customer, Order, PageTagging, Product, Settings, Tagger, api, snippet, statement
from nosto_tagging.api import Call, TrustedJavaScript
from nosto_tagging.api.chain import Step
from nosto_tagging.errors import InvalidArgument
from nosto_tagging.markup.told import as_call, as_data, calls_of, visitor_inline, visitor_source
from nosto_tagging.models.tagging import TaggingModel

TAGGER = Tagger()
JANE = Customer(email="jane.doe@example.com")
JANE_TOLD = {"steps": [["customer", [{"email": "jane.doe@example.com"}]]]}
VIP = api.add_segment_code_to_visit("vip")
VIP_TOLD = {"steps": [["addSegmentCodeToVisit", ["vip"]]]}
MODELS: list[tuple[type[TaggingModel], Any]] = [
    (Customer, FIELDS),
    (Cart, CART),
    (Order, ORDER),
    (Product, PRODUCT),
    (PageTagging, PAGE),
]
modest = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def kept(call: Call) -> Call:
    """What a session gives back."""
    return as_call(json.loads(json.dumps(as_data(call))))


def made(*things: Any) -> Any:
    """The calls that a snippet of `things` makes, as V8 runs it."""
    return in_numbers(json.dumps(engine.calls(str(statement(*things)))))


# --- there and back


@pytest.mark.parametrize("thing", DATA.values(), ids=DATA)
def test_every_call_comes_out_of_a_session_as_it_went_in(thing: Any) -> None:
    calls = calls_of(thing)
    restored = [kept(call) for call in calls]
    assert [as_data(call) for call in restored] == [as_data(call) for call in calls]
    assert TAGGER.payload(*restored) == TAGGER.payload(thing)
    assert made(*restored) == made(thing)


@pytest.mark.parametrize("thing", [each for name, each in DATA.items() if "do_not_track" not in name], ids=str)
def test_an_answer_stands_for_the_calls_of_a_snippet(thing: Any) -> None:
    # What is a method of `api.visit` is tried in a browser.
    answer = json.loads(json.dumps(TAGGER.payload(thing)))
    assert recorded(answer) == made(thing)


@pytest.mark.parametrize(("model", "fields"), MODELS, ids=[model.__name__ for model, _ in MODELS])
def test_whatever_a_model_holds_is_told_as_a_snippet_tells_it(
    model: type[TaggingModel], fields: st.SearchStrategy[dict[str, Any]]
) -> None:
    @given(fields)
    @modest
    def arrives(given_fields: dict[str, Any]) -> None:
        thing = model(**given_fields)
        answer = json.loads(json.dumps(TAGGER.payload(thing)))
        assert recorded(answer) == made(thing) == made(*map(kept, calls_of(thing)))

    arrives()


def test_numbers_and_dates_come_back_as_what_they_were() -> None:
    order = Order(
        order_number="1",
        created_at="2026-11-25 14:30:00",
        items=[{"product_id": "1", "quantity": 2, "name": "x", "unit_price": "0.10", "price_currency_code": "EUR"}],
    )
    (call,) = map(kept, calls_of(order))
    (step,) = call.steps
    told: Any = step.arguments[1]
    assert told["created_at"] == datetime(2026, 11, 25, 14, 30)  # noqa: DTZ001 - as the model holds it
    assert told["items"][0]["unit_price"] == Decimal("0.1")
    (call,) = map(kept, calls_of(Product(product_id="1", basic=True, date_published="2026-05-01")))
    (step,) = call.steps
    assert step.arguments[1][0]["date_published"] == date(2026, 5, 1)


def test_the_paths_to_dates_go_through_any_name() -> None:
    # No call takes one there; what is made of steps by hand may.
    moment = datetime(2026, 5, 1, 2, 3, 4, 5)  # noqa: DTZ001 - as models hold it
    call = Call(Step("recordSearch", ("serp", {"__proto__": [{"0": date(2026, 5, 1)}]}, moment)))
    data = as_data(call)
    assert data == {
        "steps": [["recordSearch", ["serp", {"__proto__": [{"0": "2026-05-01"}]}, "2026-05-01T02:03:04Z"]]],
        "dates": [[0, 1, 1, "__proto__", 0, "0"], [0, 1, 2]],
    }
    assert as_data(kept(call)) == data


def test_names_and_texts_past_validation_lose_what_no_page_can_carry() -> None:
    call = Call(Step("recordSearch", ({"a\0b": "c\0d", 7: 1},)))
    assert as_data(call) == {"steps": [["recordSearch", [{"ab": "cd", "": 1}]]]}
    assert recorded(TAGGER.payload(call)) == made(call)


# --- what is told


def test_several_things_are_told_in_order_and_nothing_of_none() -> None:
    assert TAGGER.payload(None, JANE, None, VIP) == {"calls": [JANE_TOLD, VIP_TOLD]}
    assert TAGGER.payload() == TAGGER.payload(None) == {"calls": []}
    assert TAGGER.tell() == TAGGER.tell(None) == ""


@pytest.mark.parametrize("tagger", [TAGGER, Tagger(Settings(consent=lambda: True))], ids=["all", "looked at"])
def test_proxies_are_told_as_what_stands_behind_them(tagger: Tagger) -> None:
    things: list[Any] = [LocalProxy(lambda: JANE), LocalProxy(lambda: None)]
    assert tagger.payload(*things) == {"calls": [JANE_TOLD]}
    assert tagger.tell(*things) == TAGGER.tell(JANE)


def test_an_element_is_one_whatever_it_holds() -> None:
    things = [Customer(email="jane.doe@example.com", first_name=value) for _, value in HOSTILE]
    element = TAGGER.tell(*things)
    assert element.isascii()
    assert json.loads(page.script(page.PAGE.format(element))) == TAGGER.payload(*things)
    assert page.attribute(element, "script", "type") == "application/json"
    names = page.outline(page.PAGE.format(element))
    assert names == page.outline(page.PAGE.format(TAGGER.tell(JANE)))


def refused(thing: Any) -> str:
    with pytest.raises(InvalidArgument) as caught:
        TAGGER.payload(thing)
    with pytest.raises(InvalidArgument) as also:
        TAGGER.tell(thing)
    assert str(caught.value) == str(also.value)
    return str(caught.value)


@pytest.mark.parametrize("call", WITH_CODE.values(), ids=WITH_CODE)
def test_code_is_refused(call: Any) -> None:
    assert refused(call) == "payload() takes what is data all through, got a TrustedJavaScript in a call"


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (TrustedJavaScript("1"), "a TrustedJavaScript"),
        ({"a": [TrustedJavaScript("1")]}, "a TrustedJavaScript"),
        (b"jane.doe@example.com", "bytes"),
        (1.5, "float"),
        (Decimal("NaN"), "Decimal"),
        (Decimal("Infinity"), "Decimal"),
        ({"jane.doe@example.com"}, "set"),
    ],
    ids=str,
)
def test_what_is_no_data_is_refused_without_telling_it(held: Any, told: str) -> None:
    assert refused(Call(Step("customer", (held,)))) == (
        f"payload() takes what is data all through, got {told} in a call"
    )


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        ("jane.doe@example.com", "payload() takes models such as Customer, calls of nosto_tagging.api, and None, got text of 20 characters"),
        ({"email": "jane.doe@example.com"}, "payload() takes models such as Customer, calls of nosto_tagging.api, and None, got dict"),
        ([JANE], "payload() takes models such as Customer, calls of nosto_tagging.api, and None, got list"),
        (api.session, f"The {api.session.what} {api.session.unsent}"),
        (api.session.view_cart(), f"The {api.session.view_cart().what} {api.session.view_cart().unsent}"),
    ],
    ids=["text", "mapping", "list", "session", "action"],
)  # fmt: skip
def test_what_is_no_thing_to_tell_is_refused(thing: Any, message: str) -> None:
    assert refused(thing) == message


def test_under_log_the_others_are_told(caplog: pytest.LogCaptureFixture) -> None:
    tagger = Tagger(Settings(errors="log"))
    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        answer = tagger.payload(JANE, WITH_CODE["listen"], "jane.doe@example.com", VIP)  # type: ignore[arg-type]  # what is tried
        assert tagger.tell(WITH_CODE["listen"], VIP) == TAGGER.tell(VIP)
    assert answer == {"calls": [JANE_TOLD, VIP_TOLD]}
    code = "Left out of Python: payload() takes what is data all through, got a TrustedJavaScript in a call"
    assert [record.getMessage() for record in caplog.records] == [
        code,
        "Left out of Python: payload() takes models such as Customer, calls of nosto_tagging.api, and None, got text of 20 characters",
        code,
    ]  # fmt: skip


# --- what a session may not give back

CODE = "window.canary=1"
FORGED: dict[str, Any] = {
    "nothing": None,
    "text": "customer",
    "number": 7,
    "list": [["customer", []]],
    "no steps": {},
    "steps None": {"steps": None},
    "steps text": {"steps": "customer"},
    "steps empty": {"steps": []},
    "steps a mapping": {"steps": {"ab": 1}},
    "step text": {"steps": ["customer"]},
    "step of one": {"steps": [["customer"]]},
    "step of three": {"steps": [["customer", [], "call"]]},
    "too many steps": {"steps": [["load", []]] * 101},
    **{
        f"method {method!r}": {"steps": [[method, [CODE]]]}
        for method in (
            *("", "constructor", "constructor.constructor", "customer.constructor", "customer.call", "__proto__.x"),
            *("prototype", "apply", "bind", "toString", "valueOf", "then", "eval", "internal.x", "visit", "visit."),
            *("placements.injectCampaigns", "listen", "unlisten", "attributeProductClicksInCampaign"),
            *("visit.setCustomerIdentifierService", "customer(1);alert", "customer\n", " customer", "Customer"),
            *("customer;window.canary=1//", "cu\\u0073tomer", "\uff43ustomer"),
            *(None, 7, True, b"customer", ["customer"], {"customer": 1}),
        )
    },
    "a bad step behind a good one": {"steps": [["defaultSession", []], ["constructor", []]]},
    **{
        f"arguments {type(given).__name__} {given!r:.20}": {"steps": [["customer", given]]}
        for given in (None, "text", 7, {}, {"0": 1}, (1,), [b"x"], [{7}], [float("nan")], [float("inf")], [object()])
    },
    **{
        f"dates {dates!r}": {"steps": [["customer", [{"a": "2026-05-01", "b": 7, "c": ["T"], "d": {"T": 1}, "e": "x"}]]], "dates": dates}
        for dates in (
            None, 7, "text", [7], ["text"], [None], [[]], [[7]], [[0]], [[0, 0]], [[0, 1]], [[0, 1, 0]], [[0, 1, 7]],
            [[0, 1, 0, "missing"]], [[0, 1, 0, "b"]], [[0, 1, 0, "c"]], [[0, 1, 0, "c", 0]], [[0, 1, 0, "d"]],
            [[0, 1, 0, "e"]], [[0, 1, 0, "a", 0]], [[0, 1, 0, ["a"]]], [[0, 1, 0, "a"], [0, 1, 0, "a"]],
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("data", FORGED.values(), ids=FORGED)
def test_what_push_did_not_put_there_is_refused(data: Any) -> None:
    with pytest.raises(InvalidArgument) as caught:
        as_call(data)
    assert str(caught.value) == "pushed() found something in the session that push() did not put there"


def test_what_is_too_deep_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(InvalidArgument, match=r"^pushed\(\) found something"):
        as_call({"steps": [["customer", deep]]})


def test_texts_of_a_session_are_printed_as_texts() -> None:
    calls = [as_call({"steps": [["customer", [{value: [value], "__proto__": value}]]]}) for _, value in HOSTILE]
    # Halves of a character, one after the other, are the character.
    texts = [json.loads(json.dumps(value.replace("\0", ""))) for _, value in HOSTILE]
    assert engine.calls_of_each([str(statement(call)) for call in calls]) == [
        [["api.customer", [{text: [text], "__proto__": text}]]] for text in texts
    ]
    assert page.scripts(page.PAGE.format(snippet(*calls))) == [str(statement(*calls))]


# --- the script


def test_the_script_calls_all_that_can_be_told_and_nothing_else() -> None:
    known = set(visitor_source().split('new Set("')[1].split('"')[0].split())
    methods = {step.method for thing in DATA.values() for call in calls_of(thing) for step in call.steps}
    assert known == methods
    assert known.isdisjoint(step.method for call in WITH_CODE.values() for step in call.steps)


def test_the_script_can_stand_in_any_page() -> None:
    for source in (visitor_source(), visitor_inline()):
        assert source.isascii()
        assert not [each for each in ("</", "<!--", "<script", "]]>", "METHODS") if each in source.lower()]
        # Operators that came after ES2019.
        assert not [each for each in ("?.", "??", "||=", "&&=", "**=") if each in source]
    assert page.scripts(page.PAGE.format(TAGGER.visitor_script())) == [visitor_inline()]
    assert not [line for line in visitor_inline().splitlines() if line != line.strip() or line.startswith("//")]
    # Comments are all that is gone, and each has a line of its own.
    assert "//" not in visitor_inline()
