"""What the calls refuse: each with the argument's name, what was given, and what is allowed."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from time import process_time
from typing import Any, cast, get_args

import pytest
from support.statements import CART, CUSTOMER, ORDER
from werkzeug.local import LocalProxy

from nosto_tagging import Product, api, snippet
from nosto_tagging.api.arguments import ResponseMode
from nosto_tagging.api.attribution import EventType, RefType
from nosto_tagging.api.client import BusEvent
from nosto_tagging.api.search import SearchType
from nosto_tagging.errors import InvalidArgument
from nosto_tagging.models.catalogue import PAGE_TYPES

SECRET = "jane.doe@example.com"
IDENTIFIER = "must be text, a whole number of at most 512 bits, or a UUID, got"
view = api.session.view_other()
asked = api.create_recommendation_request()
F = api.TrustedJavaScript("f")


def words(of: Any) -> str:
    return ", ".join(get_args(of))


REFUSED: list[tuple[Callable[[], Any], str]] = [
    # What has to be an identifier.
    (lambda: api.add_segment_code_to_visit(cast("Any", None)), f"code {IDENTIFIER} None"),
    (lambda: api.add_segment_code_to_visit(" "), "code must not be blank"),
    (lambda: api.add_segment_code_to_visit("a" * 1001), "code must be at most 1000 characters, got text of 1001 characters"),
    (lambda: api.report_add_to_cart(cast("Any", 1.5), "x"), f"product_id {IDENTIFIER} float"),
    (lambda: api.report_add_to_cart("1", ""), "placement_id must not be blank"),
    (lambda: api.report_add_to_cart("1", "x", sku_id=cast("Any", [])), f"sku_id {IDENTIFIER} list"),
    (lambda: api.load_recommendations(mark_nosto_element_clicked=""), "mark_nosto_element_clicked must not be blank"),
    (lambda: api.open_popup(cast("Any", CUSTOMER)), f"popup_id {IDENTIFIER} Customer"),
    (lambda: api.enable_popup(""), "popup_id must not be blank"),
    (lambda: api.disable_popup(""), "popup_id must not be blank"),
    (lambda: api.record_search_submit(cast("Any", 1)), "query must be text, got int"),
    (lambda: view.set_ref("", "x"), "product_id must not be blank"),
    (lambda: view.set_ref("1", ""), "reference must not be blank"),
    (lambda: api.session.set_variation(""), "variation must not be blank"),
    (lambda: api.session.view_product_sku("1", ""), "sku_id must not be blank"),
    (lambda: api.session.view_product(cast("Any", CART)), f"product {IDENTIFIER} Cart"),
    (lambda: asked.set_refs(cast("Any", [])), "refs must be a mapping of product ids to references, got list"),
    (lambda: asked.set_refs({"1": ""}), "refs has a name or a value that must not be blank"),
    (lambda: asked.set_refs({"1": cast("Any", None)}), f"refs has a name or a value that {IDENTIFIER} None"),
    (lambda: api.record_attribution("vp", ref_src=""), "ref_src must not be blank"),
    (lambda: api.record_attribution("vp", target_fragment=cast("Any", 1.5)), f"target_fragment {IDENTIFIER} float"),
    # Lists.
    (lambda: view.set_placements("front-1"), "placements must be a list, got text of 7 characters"),
    (lambda: view.set_tags(cast("Any", None)), "tags must be a list, got None"),
    (lambda: view.set_brands(cast("Any", {"a": 1})), "brands must be a list, got dict"),
    (lambda: view.set_brands(cast("Any", ["a", 1])), "brands[1] must be text, got int"),
    (lambda: view.set_categories(["a", "b > c"]), "categories[1] must be a path such as '/Mens/Shoes', with '/' and not '>', got text of 5 characters"),
    (lambda: api.session.view_category("a > b"), "categories[0] must be a path such as '/Mens/Shoes', with '/' and not '>', got text of 5 characters"),
    (lambda: api.session.view_search(cast("Any", 1)), "search_terms[0] must be text, got int"),
    (lambda: api.remove_campaigns("x"), "ids must be a list, got text of 1 character"),
    (lambda: asked.set_products(cast("Any", ["1", 1.5])), f"products[1] {IDENTIFIER} float"),
    # Maps.
    (lambda: api.add_affinity_signals(cast("Any", ["a"])), "signals must be a mapping from names to values, got list"),
    (lambda: api.add_affinity_signals(cast("Any", {"a": "b"})), "signals has a name or a value that must be a list, got text of 1 character"),
    (lambda: view.set_custom_fields({"": ["b"]}), "custom_fields has a name or a value that must not be blank"),
    # Yes or no.
    (lambda: api.set_auto_load(cast("Any", "false")), "flag must be true or false, got text of 5 characters"),
    (lambda: api.set_do_not_track(cast("Any", 1)), "do_not_track must be true or false, got int"),
    (lambda: view.add_affinity({}, clear=cast("Any", 0)), "clear must be true or false, got int"),
    (lambda: view.load(track_events=cast("Any", "yes")), "track_events must be true or false, got text of 3 characters"),
    (lambda: api.create_recommendation_request(include_tagging=cast("Any", 1)), "include_tagging must be true or false, got int"),
    (lambda: api.set_tagging_provider("variation", "A", priority=cast("Any", 1)), "priority must be true or false, got int"),
    # Closed sets.
    (lambda: api.listen(cast("Any", "postRender"), F), f"event must be one of: {words(BusEvent)}, got text of 10 characters"),
    (lambda: api.record_attribution(cast("Any", "view")), f"type must be one of: {words(EventType)}, got text of 4 characters"),
    (lambda: api.record_attribution("vp", ref_type=cast("Any", "x")), f"ref_type must be one of: {words(RefType)}, got text of 1 character"),
    (lambda: api.session.set_response_mode(cast("Any", "JSON")), f"mode must be one of: {words(ResponseMode)}, got text of 4 characters"),
    (lambda: asked.set_page_type("home"), f"page_type must be one of: {words(PAGE_TYPES)}, got text of 4 characters"),
    (lambda: api.record_search(cast("Any", None), {}, {}), f"type must be one of: {words(SearchType)}, got None"),
    # Numbers and addresses.
    (lambda: asked.set_current_price_from("10,50"), "price must be a price such as 10.50: digits with a point and without separators, at most 15 of them and at most 6 after the point, not negative, got text of 5 characters"),
    (lambda: api.open_popup("p", overlay_opacity=80), "overlay_opacity must be a number from 0 to 1 such as 0.8, got int"),
    (lambda: api.open_popup("p", fade_in_delay_ms=-1), "fade_in_delay_ms must be a whole number from 0, got int"),
    (lambda: api.session.set_restore_link("/cart"), "restore_link must be an absolute URL with http or https and without blanks, such as https://example.com/canoe, got text of 5 characters"),
    # Models.
    (lambda: api.resend_cart_content(cast("Any", {})), "api.resend_cart_content() takes a Cart, got dict"),
    (lambda: api.session.set_cart(cast("Any", CUSTOMER)), "session.set_cart() takes a Cart, {} to forget the last one, or None for no change, got Customer"),
    (lambda: api.session.add_order(cast("Any", CART)), "session.add_order() takes an Order, got Cart"),
    (lambda: asked.set_cart_content(cast("Any", ORDER)), "set_cart_content() takes a Cart, got Order"),
    (asked.set_coupon, "set_coupon() takes a campaign, a code, or whether it was used, got nothing"),
    # Functions of the author's.
    (lambda: api.listen("setcart", cast("Any", "() => 1")), "callback must be a TrustedJavaScript, got text of 7 characters"),
    (lambda: api.unlisten("setcart", cast("Any", None)), "callback must be a TrustedJavaScript, got None"),
    (lambda: api.attribute_product_clicks_in_campaign(cast("Any", "x"), "1"), "element must be a TrustedJavaScript, got text of 1 character"),
    (lambda: api.set_customer_identifier_service(get_customer_id=F, set_customer_id=cast("Any", "x")), "set_customer_id must be a TrustedJavaScript, got text of 1 character"),
    # Data of the search.
    (lambda: api.record_search("serp", cast("Any", []), {}), "query must be a mapping, as JSON has it, got list"),
    (lambda: api.record_search("serp", {}, {"a": math.nan}), "response must hold what JSON can, got float in it"),
    (lambda: api.record_search("serp", {}, {"a": [Decimal("inf")]}), "response must hold what JSON can, got Decimal in it"),
    (lambda: api.record_search("serp", {}, {"a": b"x"}), "response must hold what JSON can, got bytes in it"),
    (lambda: api.record_search("serp", {}, {"a": 2**53 + 1}), "response must hold what JSON can, got int in it"),
    (lambda: api.record_search("serp", {}, {"a": F}), "response must hold what JSON can, got TrustedJavaScript in it"),
    (lambda: api.record_search("serp", {}, {"a": (x for x in "ab")}), "response must hold what JSON can, got generator in it"),
    (lambda: api.record_search("serp", {}, cast("Any", {1: 2})), "response must have text as names, got int"),
    (lambda: api.record_search_click("serp", {"url": "x"}), "hit must have a productId, as a text"),
    (lambda: api.record_search_add_to_cart("serp", {"productId": 1}), "hit must have a productId, as a text"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "message"), REFUSED, ids=[str(number) for number in range(len(REFUSED))])
def test_an_argument_that_cannot_be_taken_is_named_with_what_is_allowed(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        make()
    assert str(caught.value) == message
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


@pytest.mark.parametrize(
    ("chain", "message"),
    [
        (asked, "The recommendation request is never sent by Nosto's client script; end it with .load()"),
        (
            api.record_attribution("vp", "1"),
            "The attribution chain is never sent by Nosto's client script; end it with .done()",
        ),
        (view, "The session chain is never sent by Nosto's client script; end it with .update() or .load()"),
    ],
)
def test_a_chain_without_its_end_is_refused(chain: Any, message: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        snippet(chain)
    assert str(caught.value) == message


def test_no_refusal_holds_what_was_given() -> None:
    """Blanks, flags and words of closed sets aside, anything may be a visitor's."""
    for make in (
        lambda: api.listen(cast("Any", SECRET), F),
        lambda: api.session.set_restore_link(SECRET),
        lambda: api.set_auto_load(cast("Any", SECRET)),
        lambda: view.set_tags(SECRET),
        lambda: api.add_affinity_signals({SECRET: cast("Any", SECRET)}),
        lambda: api.record_search("serp", {}, {SECRET: {SECRET: b""}}),
        lambda: asked.set_current_price_to(SECRET),
    ):
        with pytest.raises(InvalidArgument) as caught:
            make()
        assert SECRET not in str(caught.value)


def deep(levels: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for _ in range(levels):
        made = {"a": made}
    return made


def test_data_of_the_search_ends_somewhere() -> None:
    api.record_search("serp", deep(31), {"a": ["x"] * 99_000})
    circle: dict[str, Any] = {}
    circle["a"] = circle
    for given in (deep(33), circle, {"a": ["x"] * 100_001}):
        with pytest.raises(InvalidArgument) as caught:
            api.record_search("serp", {}, given)
        assert str(caught.value) == "response must be at most 32 deep and of 100000 values, got more"


@pytest.mark.parametrize("number", [Decimal("1E+400"), Decimal("-1E+999999"), Decimal("sNaN")], ids=str)
def test_data_holds_no_number_that_javascript_takes_for_infinite(number: Decimal) -> None:
    with pytest.raises(InvalidArgument) as caught:
        api.record_search("serp", {}, {"a": number})
    assert str(caught.value) == "response must hold what JSON can, got Decimal in it"


def test_a_number_that_claims_to_be_small_is_refused() -> None:
    class Small(int):
        def __ge__(self, other: object) -> bool:
            return True

        __le__ = __ge__

    with pytest.raises(InvalidArgument, match=r"^price must be a price such as"):
        asked.set_current_price_from(Small(10**5_000))


def test_the_time_that_a_list_of_numbers_takes_is_linear_in_its_length() -> None:
    def time(length: int) -> float:
        call = api.record_search("serp", {}, {"a": [10**15] * length})
        fastest = float("inf")
        for _ in range(3):
            begin = process_time()
            snippet(call)
            fastest = min(fastest, process_time() - begin)
        return fastest

    # What is quadratic takes 256 times as long.
    assert time(96_000) / time(6_000) < 64
    assert f"[{','.join(['1'] * 9_000)}]" in snippet(api.record_search("serp", {}, {"a": [1] * 9_000}))


def test_a_product_behind_a_proxy_is_the_one_of_the_moment() -> None:
    shown = [Product(product_id=1, basic=True), Product(product_id=2, basic=True)]
    call = asked.set_products([LocalProxy(lambda: shown[0])]).load()
    shown.reverse()
    assert '[{"product_id":"1"}]' in snippet(call)
