"""Findings hold no person's data, wherever a page has it, and nothing that steers what prints them."""

from __future__ import annotations

import pytest

from nosto_tagging.reading.check import check
from nosto_tagging.reading.page import masked

FIELDS = (
    "email",
    "first_name",
    "last_name",
    "phone",
    "post_code",
    "country",
    "birth_date",
    "order_number",
    "external_order_ref",
    "order_status_code",
    "customer_reference",
    "hcid",
    "restore_link",
    "address",
    "url",
    "unit_price",
    "quantity",
    "availability",
    "price_currency_code",
    "category",
)
# What a person would be known by, as careless templates print it into one field or another.
VALUES = (
    "Jane Doe",
    "+358 40 1234567",
    "12 Elm Street",
    "ORD-1234567",
    "jane%40example.com",
    "jane&amp;#64;example.com",
    "jane\uff20example.com",
    "cart?restore=1234567",
    "https://example.com/#token=1234567",
    "{{ Jane }}",
    "Jane &amp;amp; Doe",
    "Jane\u00ad",
)
DATA = ("jane", "1234567", "elm")
BLOCKS = (
    "nosto_customer",
    "nosto_cart",
    "nosto_purchase_order",
    "nosto_purchase_order'><div class='buyer",
)
CALLS = (
    "customer",
    "resendCartContent",
    "defaultSession().setCart",
    "defaultSession().addOrder",
    "defaultSession().viewSearch",
)


def told(html: str) -> str:
    found = check(html, leave_out_email=True)
    assert found
    return "\n".join(str((each.message, each.found, each.expected)) for each in found)


def in_block(block: str, value: str) -> str:
    once = [f"<b class='{field}'>{value}</b><b class='{field}'>{value} 2</b>" for field in FIELDS]
    return f"<div class='{block}'>{''.join(once)}</div>" * 2


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("block", BLOCKS)
def test_no_block_of_a_visitor_has_its_values_told(block: str, value: str) -> None:
    findings = told(in_block(block, value)).lower()
    assert [word for word in DATA if word in findings] == []


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("call", CALLS)
def test_no_call_of_a_visitor_has_its_values_told(call: str, value: str) -> None:
    fields = ", ".join([f"'{field}': '{value}'" for field in (*FIELDS, "Jane Doe", "+358 40 1234567")])
    findings = told(f"<script>nostojs(api => api.{call}({{{fields}, '': ''}}))</script>").lower()
    assert [word for word in DATA if word in findings] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("jane%40example.com", "a text of 18 characters"),
        ("jane&#64;example.com", "a text of 20 characters"),
        ("jane%2540example.com", "a text of 20 characters"),
        ("jane%ef%bc%a0example.com", "a text of 24 characters"),
        ("jane&amp;#064;example.com", "a text of 25 characters"),
        ("jane&#38;commat;example.com", "a text of 27 characters"),
        ("jane&#X40;example.com", "a text of 21 characters"),
        (r"jane\u0040example.com", "a text of 21 characters"),
        (r"jane\x40example.com", "a text of 19 characters"),
        ("jane\ufe6bexample.com", "a text of 16 characters"),
        ("140 %, 40 & more", "140 %, 40 & more"),
        ("https://example.com/a?b=1", "https://example.com/a?…"),
        ("/a?b=1", "/a?…"),
        ("a?b=1", "a?…"),
        ("https://example.com/a#b=1", "https://example.com/a#…"),
        ("Which canoe?", "Which canoe?"),
        ("Which canoe? This one", "Which canoe? This one"),
    ],
)
def test_what_may_be_told_of_any_text(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://example.com/cart/5e3d4a9c?email=jane.doe@example.com", "a text of 60 characters"),
        ("jane?doe@example.com", "an e-mail address of 20 characters"),
    ],
)
def test_what_may_be_told_of_one_visitors_text(text: str, shown: str) -> None:
    assert masked(text, personal=True) == shown


def test_the_method_of_a_chain_is_told_as_any_text() -> None:
    steps = '[["defaultSession", []], ["jane.doe@example.com", []]]'
    (found,) = [
        each
        for each in check(
            f'<script data-nosto-tell type="application/json">{{"calls": [{{"steps": {steps}}}]}}</script>'
        )
        if each.code == "session-unsent"
    ]
    assert found.found == "….an e-mail address of 20 characters()"


def test_no_name_of_a_field_steers_a_terminal() -> None:
    page = "<div class='nosto_product'><b class='custom_fields'><b class='a\x1b[2J&#10;forged'></b></b></div>"
    messages = [each.message for each in check(page) if each.code == "field-empty"]
    assert messages == ["The unnamed field in nosto_product is empty; leave out what is not known."]
