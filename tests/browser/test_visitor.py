"""The visitor script in a real browser: every way to bring it an answer, what it makes of a bad one, and who it asks."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Thread
from typing import Any, NamedTuple

import flask
import pytest
from browser.engines import chromium
from browser.libraries import libraries
from browser.server import Answer, Site, serve
from support.hostile import HOSTILE
from support.statements import DATA
from support.told import in_numbers, recorded
from support.topics import filled
from werkzeug.serving import make_server

from nosto_tagging import Customer, Order, PageTagging, Product, Settings, Tagger, api, snippet
from nosto_tagging.integrations.flask import Nosto
from nosto_tagging.markup.told import visitor_source

TAGGER = Tagger()
SCRIPT = str(TAGGER.visitor_script())  # markup would escape what it is added to
JANE = Customer(email="jane.doe@example.com", first_name="Jane")
TOLD = [["api.customer", [{"email": "jane.doe@example.com", "first_name": "Jane"}]]]
VIP = api.add_segment_code_to_visit("vip")

# Names and numbers that JavaScript has ideas of its own about.
ODD = {"__proto__": {"x": 1, "__proto__": [2]}, "constructor": "a", "toString": "b", "then": "c", "2": "d", "1": "e"}
NUMBERS = {"numbers": [0, -1, 0.1, 1e21, 1.5e-7, 2**53, -(2**53), 123456789.123456789, 5e-324, 1.7976931348623157e308]}
THINGS: list[Any] = [
    *DATA.values(),
    *filled([value for _, value in HOSTILE]),
    *(Customer(email="jane.doe@example.com", first_name=value) for _, value in HOSTILE),
    api.record_search("serp", {"query": "kayak", **ODD}, NUMBERS),
    PageTagging(custom_fields={"__proto__": ["a"], "constructor": ["b"]}, affinity_signals={"__proto__": ["c"]}),
    Product(product_id="Kayak7", basic=True, price="0.10", custom_fields={"__proto__": "a"}, date_published="0099-02-03"),
    Order(order_number="1", created_at="0999-01-02 03:04:05", items=[
        {"product_id": "1", "quantity": 1, "name": "Kayak", "unit_price": "999999999999.99", "price_currency_code": "EUR"}
    ]),
]  # fmt: skip

# Stands for the client script: takes what waits, and then answers at once. A date is told from its text.
CLIENT = """(() => {
    const reveal = function (name, value) { return this[name] instanceof Date ? { Date: value } : value; };
    const after = (path) => new Proxy(() => {}, {
        get: (_, name) => after(`${path}.${String(name)}`),
        apply: (_, self, given) => {
            calls.push(JSON.stringify([path, given], reveal));
            return after(`${path}()`);
        },
    });
    const waiting = (window.nostojs && window.nostojs.q) || [];
    window.calls = [];
    window.nostojs = (callback) => { callback(after("api")); };
    waiting.forEach(window.nostojs);
})()"""
RECORDER = f"<script>{CLIENT}</script>"
LATER = "() => new Promise((done) => setTimeout(() => requestAnimationFrame(() => setTimeout(done, 15)), 15))"


class Opened(NamedTuple):
    """A page, and what it said of itself."""

    page: Any
    errors: list[str]
    """What nobody caught."""
    warnings: list[str]

    def calls(self) -> list[Any]:
        """What the client script was told, when all that may come has come."""
        self.page.evaluate(LATER)
        return list(in_numbers(f"[{','.join(self.page.evaluate('() => calls'))}]"))

    def ran(self) -> Any:
        """What only a value that ran as code can have set."""
        return self.page.evaluate("() => [window.canary, window.pwned, ({}).polluted, [].polluted]")


NOTHING_RAN = [None, None, None, None]


@pytest.fixture(scope="module")
def context() -> Iterator[Any]:
    with ExitStack() as stack:
        yield chromium(stack).new_context()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serve() as served:
        served.answers |= libraries()
        yield served


@pytest.fixture
def visit(context: Any) -> Iterator[Callable[..., Opened]]:
    """Somebody with these cookies opens an address; no page of theirs may have an error that nobody caught."""
    opened: list[Opened] = []

    def visited(url: str, **cookies: str) -> Opened:
        context.clear_cookies()
        context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
        found = Opened(context.new_page(), [], [])
        opened.append(found)
        found.page.on("pageerror", lambda error: found.errors.append(str(error)))
        found.page.on("console", lambda said: found.warnings.append(said.text) if said.type == "warning" else None)
        found.page.goto(url, wait_until="load")
        return found

    yield visited
    for found in opened:
        found.page.close()
    assert [found.errors for found in opened] == [[] for _ in opened]


def as_date(text: str) -> Any:
    return {"Date": text}


def html(body: str, head: str = RECORDER) -> Answer:
    return Answer(
        f"<!DOCTYPE html><html><head><title>Shop</title>{head}</head><body>{body}</body></html>".encode("ascii")
    )


def as_json(value: Any) -> Answer:
    return Answer(json.dumps(value).encode(), "application/json")


def library(name: str) -> str:
    """The element that loads a library of the npm registry."""
    if f"/lib/{name}" not in libraries():
        reason = "The browser's libraries could not be had from the npm registry"
        (pytest.fail if os.environ.get("NOSTO_TAGGING_STRICT") else pytest.skip)(reason)
    return f'<script src="/lib/{name}"></script>'


# --- every way to tell, each of everything

FETCHED = "async (url) => nostoTagging.tell(await (await fetch(url)).json())"
FIRED = """async (url) => document.dispatchEvent(
    new CustomEvent("nosto:tell", { detail: await (await fetch(url)).json() }))"""
WAYS: dict[str, tuple[str, str]] = {
    # What is in the page, and what is done there.
    "snippet": (snippet(*THINGS), ""),
    "element": (f"{SCRIPT}{TAGGER.tell(*THINGS)}", ""),
    "fetch": (SCRIPT, FETCHED),
    "event": (SCRIPT, FIRED),
    "deferred": (TAGGER.deferred(url="/answer"), ""),
}


PAYLOAD = TAGGER.payload(*THINGS)
EXPECTED = recorded(PAYLOAD, as_date)


@pytest.mark.parametrize("way", WAYS)
def test_everything_is_told_as_a_snippet_tells_it(site: Site, visit: Any, way: str) -> None:
    body, done = WAYS[way]
    site.answers |= {"/": html(body), "/answer": as_json(PAYLOAD)}
    opened = visit(f"{site.address}/")
    if done:
        opened.page.evaluate(done, "/answer")
    if way == "deferred":
        opened.page.wait_for_function("() => calls.length")
    assert opened.calls() == EXPECTED
    assert opened.ran() == NOTHING_RAN
    assert opened.warnings == []


def test_dates_are_told_as_dates() -> None:
    # What the test above compares has some, and in each place that may have one.
    dates = {path[-1] for call in PAYLOAD["calls"] for path in call.get("dates", [])}
    assert dates == {"created_at", "date_published", "source_updated", "update_received"}


# --- htmx


def test_what_htmx_swaps_in_is_told_once(site: Site, visit: Any) -> None:
    site.answers |= {
        "/": html('<button hx-get="/part">Log in</button>', RECORDER + library("htmx.js") + SCRIPT),
        "/part": html(f"<i>Welcome</i>{TAGGER.tell(*THINGS)}", ""),
    }
    opened = visit(f"{site.address}/")
    opened.page.click("button")
    opened.page.wait_for_selector("i")
    assert opened.calls() == EXPECTED
    assert opened.ran() == NOTHING_RAN
    assert opened.warnings == []


def test_each_way_of_htmx_to_swap_tells_once(site: Site, visit: Any) -> None:
    ways = ("innerHTML", "outerHTML", "beforebegin", "afterbegin", "beforeend", "afterend")
    buttons = [
        f'<p id="{way}"></p><button hx-get="/{way}" hx-target="#{way}" hx-swap="{way}">x</button>' for way in ways
    ]
    site.answers["/"] = html("".join(buttons), RECORDER + library("htmx.js") + SCRIPT)
    opened = visit(f"{site.address}/")
    for way in ways:
        # Once beside what is seen, and once inside of it.
        told = TAGGER.tell(api.add_segment_code_to_visit(way))
        site.answers[f"/{way}"] = Answer(f'<i class="{way}">Welcome{told}</i>{told}'.encode())
        opened.page.dispatch_event(f"[hx-swap={way}]", "click")
        opened.page.wait_for_selector(f"i.{way}")
    assert opened.calls() == [["api.addSegmentCodeToVisit", [way]] for way in ways for _ in range(2)]


def test_what_htmx_keeps_of_a_page_has_nothing_in_it_that_was_told(site: Site, visit: Any) -> None:
    link = '<a hx-get="/part" hx-push-url="/second" hx-target="body">On</a>'
    site.answers |= {
        "/": html(f"<b>First</b>{link}{TAGGER.tell(JANE)}", RECORDER + library("htmx.js") + SCRIPT),
        "/part": Answer(f"<i>Second</i>{TAGGER.tell(VIP)}".encode()),
    }
    opened = visit(f"{site.address}/")
    opened.page.click("a")
    opened.page.wait_for_selector("i")
    opened.page.evaluate("() => history.back()")
    opened.page.wait_for_selector("b")
    opened.page.evaluate("() => history.forward()")
    opened.page.wait_for_selector("i")
    assert opened.calls() == [*TOLD, ["api.addSegmentCodeToVisit", ["vip"]]]
    kept = opened.page.evaluate("() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    assert "Second" in kept
    assert "jane.doe" not in kept
    assert "vip" not in kept


def test_what_htmx_is_told_in_a_header_is_told(site: Site, visit: Any) -> None:
    # As much of it as browsers take in one.
    things = [DATA["a page"], *(Customer(first_name=value, email="jane.doe@example.com") for _, value in HOSTILE)]
    payload = TAGGER.payload(*things)
    button = '<button hx-get="/part" hx-swap="outerHTML">Log in</button>'
    site.answers |= {
        "/": html(button, RECORDER + library("htmx.js") + SCRIPT),
        "/part": Answer(b"<i>Welcome</i>", headers={"HX-Trigger": json.dumps({"nosto:tell": payload})}),
    }
    opened = visit(f"{site.address}/")
    opened.page.click("button")
    opened.page.wait_for_selector("i")
    assert opened.calls() == recorded(payload, as_date)
    assert opened.ran() == NOTHING_RAN
    assert opened.warnings == []


# --- Turbo


def test_pages_that_turbo_visits_are_told_once_and_not_again_when_it_restores_them(site: Site, visit: Any) -> None:
    head = RECORDER + library("turbo.js") + SCRIPT
    # The script is in each body, too, which Turbo runs again.
    site.answers |= {
        "/": html(f'<a id="to-second" href="/second">On</a>{SCRIPT}{TAGGER.tell(VIP)}', head),
        "/second": html(f'<a id="to-first" href="/">Back</a>{TAGGER.tell(JANE)}{SCRIPT}', head),
    }
    vip = [["api.addSegmentCodeToVisit", ["vip"]]]
    opened = visit(f"{site.address}/")
    assert opened.calls() == vip
    opened.page.dispatch_event("#to-second", "click")
    opened.page.wait_for_selector("#to-first")
    assert opened.calls() == vip + TOLD
    asked = len(site.asked)
    for way, selector in (("back", "#to-second"), ("forward", "#to-first"), ("back", "#to-second")):
        opened.page.evaluate(f"() => history.{way}()")
        opened.page.wait_for_selector(selector)
        assert opened.calls() == vip + TOLD
    assert site.asked[asked:] == []  # Turbo had copies of both
    # A visit that it shows a copy for, until the page has come, which tells anew.
    opened.page.dispatch_event("#to-second", "click")
    opened.page.wait_for_function("() => calls.length > 2")
    assert opened.calls() == vip + TOLD + TOLD


def test_a_frame_of_turbos_is_told_once(site: Site, visit: Any) -> None:
    head = RECORDER + library("turbo.js") + SCRIPT
    site.answers |= {
        "/": html('<turbo-frame id="frame" src="/frame"></turbo-frame>', head),
        "/frame": html(f'<turbo-frame id="frame"><i>Welcome</i>{TAGGER.tell(*THINGS)}</turbo-frame>', ""),
    }
    opened = visit(f"{site.address}/")
    opened.page.wait_for_selector("i")
    assert opened.calls() == EXPECTED
    assert opened.ran() == NOTHING_RAN
    assert opened.warnings == []


def test_streams_of_turbos_are_told_once(site: Site, visit: Any) -> None:
    actions = ("append", "prepend", "before", "after", "update", "replace")
    targets = "".join(f'<p id="{action}"></p>' for action in actions)
    form = '<form action="/stream" data-turbo-stream><button>Log in</button></form>'
    site.answers["/"] = html(form + targets, RECORDER + library("turbo.js") + SCRIPT)
    opened = visit(f"{site.address}/")
    told = []
    for action, things in zip(actions, (THINGS, *([each] for each in list(DATA.values())[:5])), strict=True):
        template = f'<template><i class="{action}">Welcome</i>{TAGGER.tell(*things)}</template>'
        stream = f'<turbo-stream action="{action}" target="{action}">{template}</turbo-stream>'
        site.answers["/stream"] = Answer(stream.encode(), "text/vnd.turbo-stream.html")
        opened.page.click("button")
        opened.page.wait_for_selector(f"i.{action}")
        told += recorded(TAGGER.payload(*things), as_date)
    assert opened.calls() == told
    assert opened.ran() == NOTHING_RAN
    assert opened.warnings == []


# --- the order, and the script more than once


@pytest.mark.parametrize(
    "stub", ["", "<script>window.nostojs=window.nostojs||(cb=>{(nostojs.q=nostojs.q||[]).push(cb)})</script>"]
)
def test_calls_wait_for_the_client_script_in_their_order(site: Site, visit: Any, stub: str) -> None:
    orders = [api.add_segment_code_to_visit(str(number)) for number in range(5)]
    site.answers["/"] = html(f"{snippet(orders[0])}{TAGGER.tell(orders[1])}", stub + SCRIPT)
    page = visit(f"{site.address}/").page
    page.evaluate("(answer) => nostoTagging.tell(answer)", TAGGER.payload(orders[2]))
    page.evaluate(snippet(orders[3]).removeprefix("<script>").removesuffix("</script>"))
    # What becomes of an answer later is the page's business.
    page.evaluate(
        "(answer) => { nostoTagging.tell(answer); answer.calls[0].steps[0][1] = ['other']; }", TAGGER.payload(orders[4])
    )
    assert page.evaluate("() => nostojs.q.length") == 5
    page.evaluate(CLIENT)
    assert [json.loads(each) for each in page.evaluate("() => calls")] == [
        ["api.addSegmentCodeToVisit", [str(number)]] for number in range(5)
    ]


def test_the_script_does_no_harm_when_it_is_there_more_than_once(site: Site, visit: Any) -> None:
    site.answers |= {
        "/": html(f'{SCRIPT}{TAGGER.tell(JANE)}<script src="/nosto/visitor.js"></script>', RECORDER + SCRIPT),
        "/nosto/visitor.js": Answer(visitor_source().encode(), "text/javascript"),
    }
    opened = visit(f"{site.address}/")
    assert opened.calls() == TOLD
    opened.page.evaluate(
        "(answer) => document.dispatchEvent(new CustomEvent('nosto:tell', { detail: answer }))", TAGGER.payload(JANE)
    )
    assert opened.calls() == TOLD + TOLD
    assert opened.page.evaluate("() => document.querySelectorAll('[data-nosto-tell]').length") == 0


def test_a_script_that_comes_late_finds_what_is_there(site: Site, visit: Any) -> None:
    site.answers |= {
        "/": html(TAGGER.tell(JANE)),
        "/nosto/visitor.js": Answer(visitor_source().encode(), "text/javascript"),
    }
    opened = visit(f"{site.address}/")
    assert opened.calls() == []
    opened.page.add_script_tag(url="/nosto/visitor.js")
    assert opened.calls() == TOLD


# --- answers that are none

# Before the real prototypes, and with what the client script has besides: methods that take markup.
EXPOSED = """<script>
    window.calls = [];
    class Client {
        constructor() { this.visit = { setDoNotTrack: (...given) => this.customer(...given) }; }
        get placements() { return { injectCampaigns: (all) => { document.body.innerHTML = Object.values(all).join(); } }; }
        get internal() { return { window, evaluate: window.eval }; }
        customer(...given) { calls.push(JSON.stringify(["api.customer", given])); return window; }
        load() { throw new Error("jane.doe@example.com"); }
    }
    window.nostojs = (callback) => { callback(new Client()); };
</script>"""
CODE = "window.pwned = 1"
MARKUP = '<img src="/" onerror="window.pwned = 1">'
BAD_STEPS: list[Any] = [
    [["constructor", [CODE]]],
    [["constructor.constructor", [CODE]]],
    [["constructor.constructor", [CODE]], ["call", []]],
    [["constructor.constructor.call", [None, CODE]]],
    [["customer.constructor", [CODE]], ["apply", []]],
    [["customer.call", [{"customer": 1}]]],
    [["customer.bind", [{}]]],
    [["customer", []], ["eval", [CODE]]],
    [["customer", []], ["setTimeout", [CODE]]],
    [["customer", []], ["document.write", [f"<script>{CODE}</script>"]]],
    [["__proto__.x", [CODE]]],
    [["__proto__.constructor", [CODE]]],
    [["__defineGetter__", ["customer", CODE]]],
    [["__lookupGetter__", ["internal"]]],
    [["toString", []]],
    [["hasOwnProperty", ["x"]]],
    [["placements.injectCampaigns", [{"x": MARKUP}]]],
    [["internal.evaluate", [CODE]]],
    [["internal.window.eval", [CODE]]],
    [["visit.constructor", [CODE]]],
    [["customer.", []]],
    [[".customer", []]],
    [["Customer", []]],
    [["", []]],
    [[None, []]],
    [[5, []]],
    [[["customer"], []]],
    [[{"toString": "customer"}, []]],
    [["customer"]],
    [["customer", None]],
    [["customer", "text"]],
    [["customer", {"length": 1, "0": "x"}]],
    [[]],
    [None],
    ["customer"],
    [5],
    "customer",
    {"customer": []},
    None,
    True,
    5,
    # All or nothing: half a call says something else.
    [["customer", ["half"]], ["constructor", [CODE]]],
]
BAD_DATES: list[Any] = [
    [["__proto__", "polluted"]],
    [[0, "__proto__", "polluted"]],
    [[0, 1, 0, "__proto__", "polluted"]],
    [[0, 1, 0, "constructor", "prototype", "polluted"]],
    [[0, 0]],
    [[0, 1]],
    [[0]],
    [[]],
    [[0, 1, 0, "missing"]],
    [[0, 1, 7]],
    [[0, 1, 0, "email", 0]],
    [{"0": 0}],
    ["01"],
    [None],
    [5],
    "dates",
    {"0": [0]},
    True,
    5,
]
BAD_CALLS: list[Any] = [
    *({"steps": steps} for steps in BAD_STEPS),
    *({"steps": [["customer", [{"email": "jane.doe@example.com"}]]], "dates": dates} for dates in BAD_DATES),
    {"steps": [["load", []]]},
    {"steps": [["setCart", [{}]]]},  # which this client has not
    {"steps": [["constructor", [CODE]]] * 10_000},
    {},
    None,
    [],
    "customer",
    5,
    True,
]
BAD_ANSWERS = ["null", "5", '"text"', "[]", "{}", "true", '{"calls":null}', '{"calls":[]}']
BROKEN_ANSWERS = [
    '{"calls":5}',
    '{"calls":"text"}',
    '{"calls":{"0":{}}}',
    '{"calls":true}',
    "",
    "{",
    "<p>",
    '{"calls":[}',
]
GOOD = {"steps": [["customer", [{"email": "jane.doe@example.com", "first_name": "Jane"}]]]}


def good(number: int) -> Any:
    return {"steps": [["visit.setDoNotTrack", [number]]]}


def element(text: str) -> str:
    return f'<script type="application/json" data-nosto-tell="">{text}</script>'


NAMES = ("ReferenceError", "TypeError", "Error", "RangeError", "SyntaxError")


@pytest.mark.parametrize("way", ["elements", "elements later", "answers"])
def test_a_bad_call_stops_no_other_and_runs_nothing(site: Site, visit: Any, way: str) -> None:
    answers = [{"calls": [good(number), bad, good(number)]} for number, bad in enumerate(BAD_CALLS)]
    texts = [json.dumps(answer).replace("<", "\\u003c") for answer in answers]
    elements = "".join(map(element, texts))
    site.answers["/"] = html(elements if way == "elements" else "<main></main>", EXPOSED + SCRIPT)
    opened = visit(f"{site.address}/")
    if way == "elements later":
        opened.page.evaluate("(html) => { document.querySelector('main').innerHTML = html; }", elements)
    elif way == "answers":
        opened.page.evaluate("(texts) => texts.forEach((text) => nostoTagging.tell(JSON.parse(text)))", texts)
    numbers = [number for number in range(len(BAD_CALLS)) for _ in range(2)]
    assert opened.calls() == [["api.customer", [number]] for number in numbers]
    assert opened.ran() == NOTHING_RAN
    # A line for each, and nothing of anybody's data in it.
    assert len(opened.warnings) == len(BAD_CALLS)
    assert set(opened.warnings) <= {f"Nosto was not told: {name}" for name in NAMES}


def test_a_bad_answer_stops_no_other_and_is_told_of_if_it_is_broken(site: Site, visit: Any) -> None:
    after = json.dumps({"calls": [GOOD]})
    elements = "".join(element(text) + element(after) for text in (*BAD_ANSWERS, *BROKEN_ANSWERS))
    site.answers["/"] = html(elements, EXPOSED + SCRIPT)
    opened = visit(f"{site.address}/")
    assert opened.calls() == TOLD * len((*BAD_ANSWERS, *BROKEN_ANSWERS))
    assert opened.ran() == NOTHING_RAN
    broken = ["TypeError"] * 4 + ["SyntaxError"] * 4
    assert opened.warnings == [f"Nosto was not told: {name}" for name in broken]


# A client script that takes what waits, as simply as may be, and fails at some of it.
FAILING = """(() => {
    window.calls = [];
    const client = { customer: (...given) => { calls.push(JSON.stringify(["api.customer", given])); } };
    for (const [name, thrown] of [["load", null], ["done", undefined], ["update", "jane.doe@example.com"]])
        client[name] = () => { throw thrown; };
    nostojs.q.forEach((callback) => callback(client));
})()"""


def test_what_the_client_script_fails_at_stops_no_other_of_those_that_waited(site: Site, visit: Any) -> None:
    failing: list[Any] = [
        {"steps": [[name, []]]} for name in ("load", "done", "update", "visit.setDoNotTrack", "setCart")
    ]
    site.answers["/"] = html("", SCRIPT)
    opened = visit(f"{site.address}/")
    for call in failing:
        opened.page.evaluate("(answer) => nostoTagging.tell(answer)", {"calls": [GOOD, call, GOOD]})
    opened.page.evaluate(FAILING)
    assert opened.calls() == TOLD * 2 * len(failing)
    names = ("null", "undefined", "undefined", "TypeError", "TypeError")
    assert opened.warnings == [f"Nosto was not told: {name}" for name in names]


def test_what_the_page_itself_tells_wrongly_is_no_error(site: Site, visit: Any) -> None:
    site.answers["/"] = html("", RECORDER + SCRIPT)
    opened = visit(f"{site.address}/")
    told = opened.page.evaluate(
        """(answer) => {
            const circle = {}; circle.circle = circle;
            for (const each of [undefined, null, 0, "", [], {}, Symbol("x"), () => {}, document.body, window,
                { calls: () => {} }, { calls: circle }, { get calls() { throw "jane.doe@example.com"; } },
                { calls: [{ steps: [["customer", [circle]]] }] }, Object.freeze(answer)])
                nostoTagging.tell(each);
            document.dispatchEvent(new CustomEvent("nosto:tell"));
            document.dispatchEvent(new Event("nosto:tell"));
            return typeof nostoTagging.tell(answer);
        }""",
        TAGGER.payload(JANE),
    )
    assert told == "undefined"
    assert opened.calls() == TOLD + TOLD
    # A function for calls is no JSON, a mapping is no list, what is thrown has no name, circles are refused.
    names = ["SyntaxError", "TypeError", "undefined", "TypeError"]
    assert opened.warnings == [f"Nosto was not told: {name}" for name in names]


@pytest.mark.parametrize(
    "clobbered",
    [
        '<form name="nostoTagging"><input name="tell"><input name="ask"></form>',
        '<form id="nostoTagging"></form><a id="nostoTagging" name="tell" href="javascript:window.pwned=1"></a>',
        '<iframe name="nostoTagging" srcdoc="<a id=tell>"></iframe>',
        '<a id="nostojs" href="javascript:window.pwned=1"></a>',
        '<a id="nostojs"></a><a id="nostojs" name="q" href="javascript:window.pwned=1"></a>',
        '<form name="nostojs"><input name="q"><input name="call"></form>',
        '<iframe name="nostojs" srcdoc="<script>window.q=[]</script>"></iframe>',
        '<object id="nostojs"></object><embed name="nostojs">',
        '<a id="methods"></a><a id="console"></a><a id="JSON"></a><a id="Set"></a><a id="fetch"></a><a id="Object"></a>',
        '<form name="readyState"></form>',
    ],
)
def test_elements_with_names_of_the_scripts_own_change_nothing(site: Site, visit: Any, clobbered: str) -> None:
    site.answers |= {"/": html(f"{clobbered}{SCRIPT}{TAGGER.tell(JANE)}", ""), "/who": as_json(TAGGER.payload(VIP))}
    opened = visit(f"{site.address}/")
    opened.page.evaluate(
        "(answer) => { nostoTagging.tell(answer); return nostoTagging.ask('/who'); }", TAGGER.payload(JANE)
    )
    opened.page.evaluate(CLIENT)
    assert opened.calls() == [*TOLD, *TOLD, ["api.addSegmentCodeToVisit", ["vip"]]]
    assert opened.ran() == NOTHING_RAN


@pytest.mark.parametrize("before", ["", '<form name="readyState"></form>'], ids=["plain", "clobbered"])
def test_an_element_is_told_when_it_is_whole(site: Site, visit: Any, before: str) -> None:
    page = html(f"{before}{SCRIPT}{TAGGER.tell(JANE)}").body
    half = page.index(b"jane.doe")
    site.answers["/"] = Answer(page[:half], rest=page[half:])
    assert visit(f"{site.address}/").calls() == TOLD


@pytest.mark.parametrize("name", ["querySelectorAll", "addEventListener"])
def test_elements_that_hide_the_documents_methods_run_nothing(site: Site, visit: Any, name: str) -> None:
    site.answers["/"] = html(f'<img name="{name}" alt=""><form name="{name}"></form>{SCRIPT}{TAGGER.tell(JANE)}')
    opened = visit(f"{site.address}/")
    opened.page.evaluate("(answer) => nostoTagging.tell(answer)", TAGGER.payload(JANE))
    assert TOLD[0] in opened.calls()  # what the page tells by itself is told all the same
    assert opened.ran() == NOTHING_RAN
    opened.errors.clear()  # the page's own code has as many


# --- who is asked

NONCE = "cjRuZDBt"
POLICY = f"default-src 'none'; script-src 'nonce-{NONCE}'; connect-src 'self'; base-uri 'none'"
VIOLATIONS = "addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective))"


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    """A shop whose page any cache may keep, behind a strict policy; its visitors are known by a cookie."""
    app = flask.Flask("shop")
    app.secret_key = "of the tests"
    nosto = Nosto(app, nonce=NONCE)

    @nosto.customer_loader
    def customer() -> Any:
        who = flask.request.cookies.get("who")
        return {"email": f"{who}.doe@example.com"} if who else None

    @app.get("/")
    def page() -> flask.Response:
        begun = f'<script nonce="{NONCE}">window.violations = []; {VIOLATIONS}; {CLIENT}</script>'
        response = flask.make_response(flask.render_template_string(f"{begun}<h1>Shop</h1>{{% nosto_deferred %}}"))
        response.headers["Cache-Control"] = "public, max-age=60"
        response.headers["Content-Security-Policy"] = POLICY
        return response

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_visitors_who_get_the_same_page_are_told_of_each_as_themselves(shop: str, visit: Any) -> None:
    pages = []
    for who, told in (("jane", 1), ("john", 1), (None, 0)):
        opened = visit(shop, **({"who": who} if who else {}))
        with opened.page.expect_response(f"{shop}nosto/visitor") as answered:
            pages.append(opened.page.reload().text())
        assert answered.value.status == (200 if told else 204)
        opened.page.wait_for_function(f"() => calls.length === {told}")
        assert opened.calls() == [["api.customer", [{"email": f"{who}.doe@example.com"}]]][:told]
        assert opened.page.evaluate("() => violations") == []
        assert opened.warnings == []
    assert len(set(pages)) == 1
    assert NONCE in pages[0]


def test_answers_that_tell_nothing_break_nothing(site: Site, visit: Any) -> None:
    told = TAGGER.payload(JANE)
    site.answers |= {
        "/": html("", RECORDER + SCRIPT),
        "/204": Answer(b"", None, status=204),
        "/403": as_json(told)._replace(status=403),
        "/500": as_json(told)._replace(status=500),
        "/201": as_json(told)._replace(status=201),
        "/302": Answer(b"", headers={"Location": "/who"}, status=302),
        "/html": html("<p>Log in</p>"),
        "/empty": as_json(None),
        "/who": as_json(told),
    }
    opened = visit(f"{site.address}/")
    for path in ("/204", "/403", "/500", "/201", "/302", "/html", "/empty", "/missing", "http://192.0.2.1:1/who"):
        assert opened.page.evaluate("(url) => nostoTagging.ask(url)", path) is None
    assert opened.calls() == []
    # A redirect is none to be followed, a page is no answer, nobody answers at all.
    assert opened.warnings == [f"Nosto was not told: {name}" for name in ("TypeError", "SyntaxError", "TypeError")]
    opened.page.evaluate("(url) => nostoTagging.ask(url)", "/who")
    assert opened.calls() == TOLD


def test_an_answer_that_a_cache_may_keep_is_asked_for_anew(site: Site, visit: Any) -> None:
    site.answers["/"] = html("", RECORDER + SCRIPT)
    opened = visit(f"{site.address}/")
    for thing in (VIP, JANE):
        site.answers["/lib/who"] = as_json(TAGGER.payload(thing))  # which the server lets browsers keep
        opened.page.evaluate("(url) => nostoTagging.ask(url)", "/lib/who")
    assert opened.calls() == [["api.addSegmentCodeToVisit", ["vip"]], *TOLD]


# --- consent platforms

INCLUDE = "https://connect.nosto.com/include/shop"
AGREED = """() => {
    // What consent platforms do with what waited for them.
    const waiting = document.querySelector("script[data-cookieconsent=marketing]");
    const running = document.createElement("script");
    for (const each of waiting.attributes) running.setAttribute(each.name, each.value);
    running.type = "text/javascript";
    waiting.replaceWith(running);
}"""


def test_nothing_is_loaded_until_a_consent_platform_says_so(site: Site, visit: Any) -> None:
    tagger = Tagger(Settings(account_id="shop"))
    head = tagger.client_script(waits_for="data-cookieconsent=marketing", do_not_track=True)
    site.answers |= {"/": html(snippet(JANE), head), "/away": html("")}
    opened = visit(f"{site.address}/away")
    asked: list[str] = []

    def answer(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(status=200, headers={"content-type": "text/javascript"}, body=CLIENT)

    opened.page.route(INCLUDE, answer)
    opened.page.goto(f"{site.address}/", wait_until="load")
    opened.page.evaluate(LATER)
    assert asked == []
    assert opened.page.evaluate("() => [nostojs.q.length, typeof calls]") == [2, "undefined"]
    opened.page.evaluate(AGREED)
    opened.page.wait_for_function("() => window.calls")
    assert asked == [INCLUDE]
    assert opened.calls() == [["api.visit.setDoNotTrack", [True]], *TOLD]
