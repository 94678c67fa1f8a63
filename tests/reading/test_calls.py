"""Calls in scripts are read from their literal arguments; what is no literal is told as such, and nothing is run."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from nosto_tagging import Cart, Customer, Order, Settings, Tagger, api, read, snippet
from nosto_tagging.reading.scripts import UNREAD
from nosto_tagging.reading.seen import looked

ITEM = {"product_id": "1", "quantity": 1, "name": "Kayak", "unit_price": "799.00", "price_currency_code": "EUR"}
JANE = {"email": "jane.doe@example.com"}


def steps(source: str) -> list[tuple[tuple[str, tuple[object, ...]], ...]]:
    return [call.steps for call in looked(f"<script>{source}</script>").calls]


def value(source: str) -> object:
    (((_, (found,)),),) = steps(f"nostojs(api => api.a({source}))")
    return found


@pytest.mark.parametrize(
    ("source", "held"),
    [
        ('"a"', "a"),
        ("'a\"b'", 'a"b'),
        (r'"\u0041\x42\u{43}\u{1F600}\ud83d\ude00\n\t\r\b\f\v\0\101\'\"\\\/\q"', "ABC😀😀\n\t\r\b\f\v\0A'\"\\/q"),
        ('"a\\\nb\\\r\nc"', "abc"),
        (r'"\ud800"', "\ufffd"),
        ("`a\nb\\`c`", "a\nb`c"),
        ("`a${1}b`", UNREAD),
        ("1", 1), ("-1.50", -1.5), ("+2", 2), ("1e3", 1000), (".5", 0.5), ("0x1F", 31), ("0b11", 3), ("0o17", 15),
        ("017", 15), ("089", 89), ("1_000", 1000), ("10n", 10), ("9007199254740993", 9007199254740992.0),
        ("true", True), ("false", False), ("!0", True), ("!1", False), ("null", None), ("undefined", None),
        ("void 0", None), ("(1)", 1), ("-x", UNREAD), ("-true", UNREAD), ("~1", UNREAD), ("1 + 1", UNREAD),
        ("[1, [2], /* c */ {}]", [1, [2], {}]),
        ("{a: 1, 'b c': 2, \"d\": {e: null}, 5: 6, f: undefined}", {"a": 1, "b c": 2, "d": {"e": None}, "5": 6}),
        ("{a: 1, a: 2}", {"a": 2}),
        ("{a, b: 1}", {"a": UNREAD, "b": 1}),
        ("{...a, b: 1}", {"...": UNREAD, "b": 1}),
        ("{[a]: 1, b() {}}", {"...": UNREAD}),
        ("{['a']: 1, [`b`]: 2, [/* c */ 3]: 4, [-1]: 5}", {"a": 1, "b": 2, "3": 4, "...": UNREAD}),
        ("{['__proto__']: 1, a: 2}", {"__proto__": 1, "a": 2}),
        ("{__proto__: {b: 1}, a: 2}", {"...": UNREAD, "a": 2}), ("{'__proto__': 1}", {"...": UNREAD}),
        ('new Date("2026-11-25")', date(2026, 11, 25)),
        ('new Date("2026-11-25T14:30:00.000Z")', datetime(2026, 11, 25, 14, 30, tzinfo=UTC)),
        ('new Date("2026-11-25T14:30")', datetime(2026, 11, 25, 14, 30, tzinfo=UTC)),
        ('new Date("2026-02-30")', UNREAD), ('new Date("Nov 25, 2026")', UNREAD), ("new Date()", UNREAD),
        ("new Date(0)", UNREAD), ('new Other("2026-11-25")', UNREAD),
        ("customer", UNREAD), ("() => 1", UNREAD), ("f()", UNREAD), ("a.b", UNREAD), ("a ? 1 : 2", UNREAD),
        ("/x/", UNREAD), ("JSON.parse('{}')", UNREAD),
    ],
)  # fmt: skip
def test_a_literal_is_read_and_nothing_else(source: str, held: object) -> None:
    found = value(source)
    assert (found, type(found)) == (held, type(held))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("nostojs(function(api) { api.load() });", [(("load", ()),)]),
        ("window.nostojs(async (a, b) => { await a.customer({}) })", [(("customer", ({},)),)]),
        ("nostojs(api => { if (x) { api.load(); } api?.visit.setDoNotTrack(true) })",
         [(("load", ()),), (("visit.setDoNotTrack", (True,)),)]),
        ("nostojs(api => api.defaultSession().setCart({}).viewCart().update().then(d => d.x()))",
         [(("defaultSession", ()), ("setCart", ({},)), ("viewCart", ()), ("update", ()), ("then", (UNREAD,)))]),
        ("nostojs(a => { a.load(); nostojs(b => { b.load(1); a.load(2) }); b.load(3) })",
         [(("load", ()),), (("load", (1,)),), (("load", (2,)),)]),
        # Nobody knows what these are.
        ("api.load(); nostojs(x => api.load())", []),
        ("other(api => api.load())", []),
        ("nostojs(api => stripe.customer({}))", []),
        ("nostojs(({load}) => load())", []),
        ("nostojs(api => api['load']())", []),
        ("nostojs(api => api.load`x`)", []),
        ("nostojs(handler)", []),
        # What does not parse does not run.
        ("nostojs(api => api.load()); var = 1;", []),
        ("nostojs(api => api.customer({email: }))", []),
        ("", []),
    ],
)  # fmt: skip
def test_calls_are_those_of_the_function_given_to_nostojs(source: str, found: list[Any]) -> None:
    assert steps(source) == found


def test_a_call_says_where_it_begins_and_whether_all_of_it_was_read() -> None:
    seen = looked("<script>/* ä😀 */ nostojs(api => { api.load(); api.customer({email: it}) })</script>")
    assert [(call.literal, call.script.source[call.offset :][:8]) for call in seen.calls] == [
        (True, "api.load"),
        (False, "api.cust"),
    ]
    assert seen.calls[0].script is seen.scripts[0]


@pytest.mark.parametrize(
    ("attributes", "number"),
    [("", 1), ('type="module"', 1), ('type=" Text/JavaScript "', 1), ('type="text/template"', 0),
     ('type="application/json"', 0), ('src="x.js"', 0)],
)  # fmt: skip
def test_only_what_a_browser_runs_is_read(attributes: str, number: int) -> None:
    seen = looked(f"<script {attributes}>nostojs(api => api.load())</script>")
    assert (len(seen.scripts), len(seen.calls)) == (1, number)


def test_a_script_that_does_not_parse_is_known_for_it() -> None:
    seen = looked("<script>nosto(</script><script>nosto()</script><script>(</script>")
    assert [script.broken for script in seen.scripts] == [True, False, False]


def told(*sources: str, before: str = "") -> dict[str, Any]:
    return read(before + "".join([f"<script>nostojs(api => {source})</script>" for source in sources])).payload()


BLOCK = '<p class="nosto_customer"><b class="email">john.doe@example.com</b></p><b class="nosto_tag">a</b>'


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ('api.setTaggingProvider("pageType", "front")', {"pageType": "front"}),
        ('api.setTaggingProvider("pageType", "home")', {}),
        ('api.setTaggingProvider("variation", "EUR")', {"variation": "EUR"}),
        ('api.setTaggingProvider("restoreLink", "https://example.com/c")', {"restoreLink": "https://example.com/c"}),
        ('api.setTaggingProvider("categories", ["/A", 1, x, "/B"])', {"categories": ["/A", "/B"]}),
        ('api.setTaggingProvider("customFields", {a: ["b", x], c: d})', {"customFields": {"a": ["b"]}}),
        ('api.setTaggingProvider("searchTerm", "a")', {}),
        ('api.setTaggingProvider("customer", {email: "jane.doe@example.com", newsletter: true, first_name: name})',
         {"customer": {**JANE, "newsletter": True}}),
        ('api.customer({email: "jane.doe@example.com", marketing_permission: false})',
         {"customer": {**JANE, "newsletter": False}}),
        ('api.customer("jane.doe@example.com")', {"customer": JANE}),
        ("api.customer(null)", {}),
        ("api.resendCartContent({items: []})", {"cart": {"items": []}}),
        ("api.addAffinitySignals({brand: ['Acme']})", {"affinitySignals": {"brand": ["Acme"]}}),
        ('api.setTaggingProvider("products", [{product_id: "1", date_published: new Date("2026-11-25T00:00:00.000Z"), '
         'variations: {A: {price: 1, price_currency_code: "EUR", availability: "InStock", list_price: 2}}}, {}, 5])',
         {"products": [{"product_id": "1", "date_published": "2026-11-25", "variations": {"A": {
             "price": 1, "price_currency_code": "EUR", "availability": "InStock", "list_price": 2, "available": True,
             "discounted": True}}}]}),
        ('api.setTaggingProvider("pluginVersion", {mainModule: "1.0"})', {"pluginVersion": {"mainModule": "1.0"}}),
        ('api.internal.setTaggingProvider("tags", ["x"])', {"tags": ["x"]}),
        ("api.setTaggingProvider()", {}), ("api.setTaggingProvider(x, 1)", {}), ("api.customer()", {}),
        # The last word, but for a provider with priority.
        ('{ api.setTaggingProvider("tags", ["x"]); api.setTaggingProvider("tags", ["y"]) }', {"tags": ["y"]}),
        ('{ api.setTaggingProvider("tags", ["x"], {priority: true}); api.setTaggingProvider("tags", ["y"]) }',
         {"tags": ["x"]}),
        # The Session API, if it is sent.
        ("api.defaultSession().setCustomer({email: 'jane.doe@example.com'}).setCart({}).viewCart().update()",
         {"pageType": "cart", "customer": JANE, "cart": {"items": []}}),
        ("api.defaultSession().setCart({}).viewCart()", {}),
        ("api.defaultSession().setCart({}).viewCart().load().then(d => d.x()).setTags(['b'])",
         {"pageType": "cart", "cart": {"items": []}}),
        ("api.defaultSession().setCart({}).update()", {}),
        ("api.defaultSession().setCart(null).viewFrontPage().load()", {"pageType": "front"}),
        ("api.defaultSession().viewProduct('1').setPlacements(['p']).load()",
         {"pageType": "product", "products": [{"product_id": "1"}], "elements": ["p"]}),
        ("api.defaultSession().viewProductSku('1', '1-2').load()",
         {"pageType": "product", "products": [{"product_id": "1", "selected_sku_id": "1-2"}]}),
        ("api.defaultSession().viewCategory('/A', '/B').load()", {"pageType": "category", "categories": ["/A", "/B"]}),
        ("api.defaultSession().viewSearch('a').setTags(['b']).load()",
         {"pageType": "search", "tags": ["b"], "searchTerms": ["a"]}),
    ],
)  # fmt: skip
def test_what_calls_tell_is_read_and_what_is_no_literal_left_out(source: str, page: dict[str, Any]) -> None:
    assert told(source) == page


def test_a_provider_goes_before_another_call_and_that_before_the_block() -> None:
    customer = "api.customer({email: 'jane.doe@example.com'})"
    assert told(before=BLOCK) == {"customer": {"email": "john.doe@example.com"}, "tags": ["a"]}
    assert told(customer, before=BLOCK) == {"customer": JANE, "tags": ["a"]}
    provider = "api.setTaggingProvider('customer', {customer_reference: 'r'})"
    assert told(provider, customer, before=BLOCK) == {"customer": {"customer_reference": "r"}, "tags": ["a"]}
    # What only the client knows is not told by anybody else.
    assert told("api.setTaggingProvider('customer', () => who())", before=BLOCK) == {"tags": ["a"]}


def test_a_providers_restore_link_goes_before_the_carts() -> None:
    cart = '<p class="nosto_cart"><b class="restore_link">https://example.com/1</b></p>'
    page = read(
        f"{cart}<script>nostojs(api => api.setTaggingProvider('restoreLink', 'https://example.com/2'))</script>"
    )
    assert (page.restore_link, page.cart) == ("https://example.com/2", Cart())


def test_what_a_view_tells_by_data_is_read() -> None:
    tagger = Tagger(Settings())
    jane = Customer(**JANE, marketing_permission=True)
    order = Order(order_number="7", items=[ITEM], created_at="2026-11-25 14:30:00")
    page = read(tagger.tell(jane, order))
    assert (page.customer, page.order) == (jane, order)


def test_a_session_chain_is_read_as_it_was_made() -> None:
    order = Order(order_number="7", items=[ITEM], buyer=JANE, created_at="2026-11-25 14:30:00")
    page = read(snippet(api.session.set_customer(Customer(**JANE)).add_order(order).set_placements(["p"]).load()))
    assert (page.page_type, page.customer, page.order, page.elements) == ("order", Customer(**JANE), order, ("p",))


@pytest.mark.parametrize("data", ["", "[]", "{}", '{"calls": 1}', '{"calls": [[]]}', '{"calls": [{"steps": [1]}]}',
                                  '{"calls": [{"steps": []}]}', "[" * 100_000])  # fmt: skip
def test_data_that_is_no_call_says_nothing(data: str) -> None:
    assert looked(f'<script type="application/json" data-nosto-tell>{data}</script>').calls == ()
