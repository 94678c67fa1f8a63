"""A customer in a real browser: what arrives, what is seen, what runs, under which Content-Security-Policy."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from browser.engines import chromium
from support.expected import FREE_TEXT, JANE, called, in_block, provided
from support.hostile import ADDRESSES, HOSTILE

from nosto_tagging import Customer, Settings, Tagger, api, block, client_script, snippet, statement_attribute

SHOP = "https://shop.example.com/"

JANE_TAGGED = Customer(**JANE)
CUSTOMERS = [
    *(Customer(**dict.fromkeys(FREE_TEXT, value), email="jane.doe@example.com") for _, value in HOSTILE),
    *(Customer(email=address, marketing_permission=True) for _, address in ADDRESSES),
]

RECORDER = f"<script>{Path(__file__).with_name('recorder.js').read_text()}</script>"
CALLS = "() => JSON.stringify(calls)"
BLOCKS = """() => JSON.stringify([...document.querySelectorAll(".nosto_customer")].map(
    (root) => [...root.querySelectorAll("*")].map((each) => [each.className, each.textContent])))"""
CANARY = "() => String(window.canary)"

Load: TypeAlias = Callable[..., Any]
"""Opens a page with this body (`head`, `headers` as wanted) and gives it."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with ExitStack() as stack:
        yield chromium(stack)


@pytest.fixture
def load(browser: Any) -> Iterator[Load]:
    """Each test has pages of its own, and what they ask for comes from here and nowhere else."""
    context = browser.new_context()

    def opened(
        body: str, *, head: str = "", headers: dict[str, str] | None = None, client: str = "", charset: str = "utf-8"
    ) -> Any:
        html = f"<!DOCTYPE html><html><head><title>Shop</title>{head}</head><body>{body}</body></html>"

        def answer(route: Any) -> None:
            if route.request.url == SHOP:
                route.fulfill(
                    status=200,
                    headers={"content-type": f"text/html; charset={charset}", **(headers or {})},
                    body=html.encode("ascii"),
                )
            elif client and route.request.url == "https://connect.nosto.com/include/shop":
                route.fulfill(status=200, headers={"content-type": "text/javascript"}, body=client)
            else:
                route.abort()

        page = context.new_page()
        page.route("**/*", answer)
        page.goto(SHOP, wait_until="load")
        return page

    yield opened
    context.close()


def told(page: Any, script: str) -> Any:
    return json.loads(page.evaluate(script))


# --- what arrives


def test_every_hostile_value_is_read_out_of_blocks_and_none_runs(load: Load) -> None:
    page = load("".join(map(block, CUSTOMERS)))
    assert told(page, BLOCKS) == [[list(pair) for pair in in_block(customer)] for customer in CUSTOMERS]
    assert page.evaluate(CANARY) == "undefined"


def test_every_hostile_value_is_handed_over_by_snippets_and_none_runs(load: Load) -> None:
    page = load("".join(snippet(customer) for customer in CUSTOMERS), head=RECORDER)
    assert told(page, CALLS) == [["api.customer", [called(customer)]] for customer in CUSTOMERS]
    assert page.evaluate(CANARY) == "undefined"


def test_every_hostile_value_is_handed_over_by_providers_and_the_session_and_none_runs(load: Load) -> None:
    things = [
        thing
        for customer in CUSTOMERS
        for thing in (
            api.set_tagging_provider("customer", customer),
            api.session.set_customer(customer).view_cart().update(),
        )
    ]
    page = load(snippet(*things), head=RECORDER)
    session = "api.defaultSession()"
    assert told(page, CALLS) == [
        call
        for customer in CUSTOMERS
        for call in (
            ["api.setTaggingProvider", ["customer", provided(customer)]],
            ["api.defaultSession", []],
            [f"{session}.setCustomer", [provided(customer)]],
            [f"{session}.setCustomer().viewCart", []],
            [f"{session}.setCustomer().viewCart().update", []],
        )
    ]
    assert page.evaluate(CANARY) == "undefined"


@pytest.mark.parametrize("quote", ["'", '"'])
def test_every_hostile_value_is_handed_over_by_attributes_and_none_runs(load: Load, quote: str) -> None:
    buttons = "".join(f"<b onclick={quote}{statement_attribute(customer)}{quote}>x</b>" for customer in CUSTOMERS)
    page = load(buttons, head=RECORDER)
    page.evaluate("() => document.querySelectorAll('b').forEach((each) => each.click())")
    assert told(page, CALLS) == [["api.customer", [called(customer)]] for customer in CUSTOMERS]
    assert page.evaluate(CANARY) == "undefined"


def test_the_page_around_hostile_values_has_the_elements_that_it_has_around_harmless_ones(load: Load) -> None:
    def elements(value_of: Callable[[str, str], str]) -> Any:
        body = "".join(
            block(made) + snippet(made)
            for made in (
                Customer(
                    email="jane.doe@example.com",
                    **{name: value_of(name, held) for name, held in customer if name in FREE_TEXT and held is not None},
                )
                for customer in CUSTOMERS
            )
        )
        page = load(f"<main>{body}</main><p>after</p>", head=RECORDER)
        names = "(each) => each.localName + [...each.attributes].map((attribute) => attribute.name)"
        return page.evaluate(f"() => [...document.querySelectorAll('*')].map({names})")

    assert elements(lambda name, held: held) == elements(lambda name, held: "Jane")


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252", "shift_jis", "iso-8859-5", "gb18030"])
def test_values_arrive_whatever_charset_the_page_declares(load: Load, charset: str) -> None:
    body = "".join(block(customer) + snippet(customer) for customer in CUSTOMERS)
    page = load(body, head=RECORDER, charset=charset)
    assert told(page, BLOCKS) == [[list(pair) for pair in in_block(customer)] for customer in CUSTOMERS]
    assert told(page, CALLS) == [["api.customer", [called(customer)]] for customer in CUSTOMERS]
    assert page.evaluate(CANARY) == "undefined"


# --- what is seen

SEEN = """() => JSON.stringify([...document.querySelectorAll(".nosto_customer, .nosto_customer *")].map(
    (each) => [each.offsetHeight, each.getClientRects().length]))"""


@pytest.mark.parametrize(
    "headers",
    [
        {},
        # Inline style is ignored then, and only the attribute 'hidden' is left.
        {"content-security-policy": "style-src 'none'"},
        {"content-security-policy": "default-src 'none'"},
    ],
    ids=["no-policy", "no-style", "nothing"],
)
def test_a_block_is_not_seen(load: Load, headers: dict[str, str]) -> None:
    page = load(f"<p>before</p>{block(JANE_TAGGED)}<p>after</p>", headers=headers)
    assert told(page, SEEN) == [[0, 0]] * 6
    assert page.inner_text("body") == "before\n\nafter"
    # The page itself is: what is measured can tell.
    assert page.evaluate("() => document.querySelector('p').offsetHeight > 0")


def test_a_block_is_not_seen_where_a_stylesheet_shows_what_is_hidden(load: Load) -> None:
    page = load(block(JANE_TAGGED), head="<style>[hidden] { display: block }</style>")
    assert told(page, SEEN) == [[0, 0]] * 6


def test_a_strict_style_policy_would_show_a_block_without_the_attribute_hidden(load: Load) -> None:
    # Why it is there: without it the policy of the test above would show the e-mail address.
    made = block(JANE_TAGGED).replace(' hidden=""', "")
    page = load(made, headers={"content-security-policy": "style-src 'none'"})
    assert "jane.doe@example.com" in page.inner_text("body")


# --- what runs


@pytest.mark.parametrize(
    ("nonce", "calls"),
    [
        ("cjRuZDBt+/==", [["api.customer", [JANE]]]),
        (None, []),
        ("b3RoZXI=", []),
    ],
    ids=["the-pages", "none", "another"],
)
def test_a_snippet_runs_under_a_policy_if_it_has_the_pages_nonce(
    load: Load, nonce: str | None, calls: list[Any]
) -> None:
    recorder = RECORDER.replace("<script>", '<script nonce="cjRuZDBt+/==">')
    page = load(
        snippet(JANE_TAGGED, nonce=nonce),
        head=recorder,
        headers={"content-security-policy": "script-src 'nonce-cjRuZDBt+/=='"},
    )
    # Under the policy evaluate() itself still works: it is the debugger's.
    assert told(page, CALLS) == calls


# A client script as far as its queue goes: it takes what waits, and then calls at once.
CLIENT = """
    window.told = [];
    const after = (path) => new Proxy({}, { get: (_, method) => (...given) => {
        window.told.push([`${path}.${method}`, given]);
        return after(`${path}.${method}()`);
    } });
    const queue = window.nostojs.q || [];
    window.waiting = queue.length;
    window.nostojs = (callback) => { callback(after("api")); };
    queue.forEach(window.nostojs);
"""
TOLD = "() => JSON.stringify([window.waiting, window.told])"


def test_calls_wait_for_the_client_script_and_reach_it_in_their_order(load: Load) -> None:
    page = load(
        snippet(Customer(customer_reference="1"))
        + snippet(Customer(customer_reference="2"), Customer(customer_reference="3")),
        head=client_script("shop"),
        client=CLIENT,
    )
    page.evaluate("() => nostojs((api) => api.after())")
    waited, calls = told(page, TOLD)
    assert calls == [
        ["api.customer", [{"customer_reference": "1"}]],
        ["api.customer", [{"customer_reference": "2"}]],
        ["api.customer", [{"customer_reference": "3"}]],
        ["api.after", []],
    ]
    assert waited <= 3  # the script is asynchronous: it may come in between


def test_a_client_script_that_the_page_waits_for_finds_autoload_off_first(load: Load) -> None:
    page = load(
        snippet(JANE_TAGGED),
        head=client_script("shop", autoload=False, run_async=False),
        client=CLIENT,
    )
    assert told(page, TOLD) == [1, [["api.setAutoLoad", [False]], ["api.customer", [JANE]]]]


def test_a_client_script_that_never_comes_leaves_the_calls_waiting_and_the_page_whole(load: Load) -> None:
    page = load(f"{snippet(JANE_TAGGED)}<p>after</p>", head=client_script("shop"))
    assert page.evaluate("() => nostojs.q.length") == 1
    assert page.inner_text("body") == "after"


def test_the_stub_and_the_client_script_run_under_a_policy_with_the_sites_nonce(load: Load) -> None:
    tagger = Tagger(Settings(account_id="shop", nonce=lambda: "cjRuZDBt"))
    page = load(
        tagger.snippet(JANE_TAGGED),
        head=tagger.client_script(),
        headers={"content-security-policy": "script-src 'nonce-cjRuZDBt'"},
        client=CLIENT,
    )
    assert told(page, TOLD)[1] == [["api.customer", [JANE]]]


def test_the_client_script_is_not_loaded_under_a_policy_without_a_nonce(load: Load) -> None:
    page = load(
        snippet(JANE_TAGGED),
        head=client_script("shop"),
        headers={"content-security-policy": "script-src 'nonce-cjRuZDBt'"},
        client=CLIENT,
    )
    assert page.evaluate("() => typeof nostojs + typeof told") == "undefinedundefined"
