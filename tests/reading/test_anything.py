"""Anything at all is a page: `check` never raises, takes time in proportion, and what it finds is well formed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.processor import seconds

from nosto_tagging.models.page import PageTagging
from nosto_tagging.reading.check import check, check_site
from nosto_tagging.reading.findings import Finding, rules
from nosto_tagging.reading.names import FIELDS, TEXTS

CLASSES = sorted({*FIELDS, *TEXTS, "nosto_customer", "nosto_cart", "nosto_purchase_order", "nosto_product"})
VALUES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(("", "None", "{{ x }}", "1,0", "&amp;amp;", "jane.doe@example.com", "/a?b=1", "\u00ad", "7" * 64)),
)
LITERALS = st.sampled_from(
    ("null", "1e999", "-0", "{}", "[[]]", '"\\ud800"', "{items:[null,{}]}", '{"a":[1,true,"x"]}')
)
PIECES = st.one_of(
    st.builds("<div class='{} {}'>".format, st.sampled_from(CLASSES), st.sampled_from(CLASSES)),
    st.builds("<span class={}>{}</span>".format, st.sampled_from(CLASSES), VALUES),
    st.builds("<p class=nosto_element id='{}'>".format, VALUES),
    st.builds("<script>nostojs(a => a.setTaggingProvider({}, {}))</script>".format, LITERALS, LITERALS),
    st.builds("<script>nostojs(a => a.customer({}))</script>".format, LITERALS),
    st.builds("<script>nostojs(a => a.defaultSession().setCart({}))</script>".format, LITERALS),
    st.builds("<!-- nosto-tagging: {} -->".format, VALUES),
    st.sampled_from(
        ("</div>", "<table>", "<script>", "</script>", "<template>", "<svg>", "<!--", "<meta charset=utf-16>")
    ),
    st.text(max_size=5),
)
PAGES = st.one_of(st.binary(), st.text(), st.lists(PIECES, max_size=12).map("".join))
HEADERS = st.dictionaries(
    st.sampled_from(("Cache-Control", "content-security-policy", "CDN-Cache-Control", "X-Accel-Expires")), st.text()
)


@given(PAGES, HEADERS, st.text(), st.booleans())
def test_whatever_the_page_is_there_are_findings_and_no_traceback(
    page: str | bytes, headers: dict[str, str], policy: str, leave_out_email: bool
) -> None:
    for found in check(page, headers=headers, policy=policy, leave_out_email=leave_out_email):
        assert isinstance(found, Finding)
        assert rules[found.code].severity == found.severity
        assert (found.line is None) == (found.column is None)
        assert found.message.endswith(".")
        for part in (found.message, found.found or "", found.expected or ""):
            part.encode()
            assert len(part) < 300


@given(st.lists(PAGES, max_size=3))
def test_whatever_the_pages_of_a_site_are(pages: list[str | bytes]) -> None:
    found = check_site((str(number), page) for number, page in enumerate(pages))
    assert all(each.page in {str(number) for number in range(len(pages))} for each in found)


def test_what_this_library_prints_has_nothing_wrong_with_it() -> None:
    from nosto_tagging import Settings, Tagger

    tagger = Tagger(Settings(account_id="example"))
    line = {"product_id": "1", "quantity": 1, "name": "Canoe", "unit_price": "9.00", "price_currency_code": "EUR"}
    shown = {"name": "Canoe", "url": "https://example.com/", "image_url": "https://example.com/c.jpg", "price": "9.00"}
    page = PageTagging(
        page_type="product",
        customer={"email": "jane.doe@example.com", "marketing_permission": False},
        cart={"items": [line], "restore_link": "https://example.com/?a=1&copy=2"},
        order={"order_number": 1, "items": [line], "buyer": {"marketing_permission": True}},
        products=[{"product_id": 1, "availability": "InStock", "price_currency_code": "EUR", **shown}],
        categories=["Mens / Shoes"],
        elements=["front-1"],
    )
    printed = f"<html><head>{tagger.client_script()}</head><body>{tagger.block(page)}</body></html>"
    assert check(printed, headers={"Cache-Control": "private, no-cache"}) == []


@pytest.mark.parametrize("page_type", ["cart", "order"])
def test_what_the_visitor_script_fetches_is_not_missed(page_type: str) -> None:
    from nosto_tagging import Settings, Tagger

    tagger = Tagger(Settings(account_id="example"))
    scripts = f"{tagger.client_script()}{tagger.deferred()}"
    assert check(f"{scripts}{tagger.block(PageTagging(page_type=page_type))}") == []
    # A product is nobody's own, and belongs in the page.
    (found,) = check(f"{scripts}{tagger.block(PageTagging(page_type='product'))}")
    assert found.code == "product-missing"


TRAPS = (
    "<",
    "<div ",
    "<!--",
    "<div class='nosto_product'><b class='price'>1,0</b></div>",
    "<div class='nosto_page_type'>",
    "<b class='nosto_element' id='a'></b>",
    "<b class=nosto_tag>",
    "<script>nostojs(api => api.load())</script>",
    "<script>nostojs(a => {",
    "<div class='nosto_customer'><b class='email'>jane@example.com</b><b class='customer_reference'>",
    "<p class=nosto_category>" + "a / " * 20,
    "1,1",
    "&amp;amp;",
)


@pytest.mark.parametrize("trap", TRAPS)
def test_what_repeats_without_an_end_is_checked(trap: str) -> None:
    page = f"<div class='nosto_product'><b class='price'>{trap * (80_000 // len(trap))}"
    codes = {finding.code for finding in check(page)}
    # Some of them have so many open tags that nothing parses them: tests/reading/test_limits.py.
    assert codes == {"page-boundless"} or codes >= {"block-visible", "translation-guard"}


@pytest.mark.parametrize(("name", "value"), [*product(("price", "url", "category"), ("1", "?", "&", "/", " /", "@"))])
def test_a_value_without_an_end_is_checked(name: str, value: str) -> None:
    codes = {finding.code for finding in check(f"<div class='nosto_product'><b class='{name}'>{value * 500_000}")}
    assert codes >= {"block-visible", "field-missing", "translation-guard"}


# Each of them took time with the square of its length once.
SLOW: dict[str, Callable[[int], str]] = {
    "policies": lambda n: (
        "<meta http-equiv=content-security-policy content=\"script-src 'nonce-b'\">" * n
        + "<script nonce=b>nosto</script>" * n
    ),
    "sources": lambda n: (
        f"<meta http-equiv=content-security-policy content=\"script-src {chr(32).join(map(str, range(n)))} 'nonce-b'\">"
        + "<script nonce=b>nosto</script>" * n
    ),
    "chains": lambda n: _in_script(
        "api.defaultSession().addOrder({}).x(); api.defaultSession().load();" * n,
    ),
    "steps": lambda n: _in_script(f"api{'.a({})' * n}"),
    "properties": lambda n: _in_script(f"api{'.a' * 5 * n}()"),
    "same": lambda n: (
        f"<div class=nosto_product><b class=name>x{' ' * 10 * n}y</b>" + "<b class=name>x y</b>" * n + "</div>"
    ),
    "references": lambda n: (
        "<div class=nosto_customer><b class=email>a@b.c</b>"
        + "".join([f"<b class=customer_reference>{number:064}a</b>" for number in range(n)])
    ),
    "tag": lambda n: (
        f"<script data-x='{'y' * 100 * n}'>nostojs(api => {{ {'api.customer({email:0});' * n} }})</script>"
    ),
}


def _in_script(statements: str) -> str:
    return f"<script>nostojs(api => {{ {statements} }})</script>"


@pytest.mark.parametrize("shape", SLOW)
def test_no_shape_of_a_page_takes_more_than_in_proportion(shape: str) -> None:
    def took(times: int) -> float:
        page = SLOW[shape](times)
        return seconds(lambda: check(page))

    took(10)
    # With the square, it would be 64 times as long; what takes no time at all is in proportion.
    assert took(4_000) < 24 * max(took(500), 0.01)
