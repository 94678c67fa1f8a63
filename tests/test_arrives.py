"""What the model holds is what arrives, and validation done twice changes nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support import engine, page
from support.expected import called, in_block, provided
from support.strategies import FIELDS

from nosto_tagging import Customer, api, block, snippet, statement_attribute


@pytest.mark.no_cover
@settings(max_examples=300, deadline=None)
@given(FIELDS)
@example({"email": "jane.doe@example.com", "first_name": "\ud83d\x00\ude00"})
@example({"email": "jane.doe@example.com", "first_name": "\x00 \ufeff\x00 Jane \x00"})
@example({"email": "jane.doe@example.com", "first_name": "\r\x00\n"})
def test_a_customer_arrives_in_every_form(fields) -> None:
    customer = Customer(**fields)
    assert page.block(page.PAGE.format(block(customer))) == in_block(customer)
    made = snippet(
        customer,
        api.set_tagging_provider("customer", customer),
        api.session.set_customer(customer).view_cart().load(),
    )
    once = ["api.customer", [called(customer)]]
    attribute = page.attribute(f'<a onclick="{statement_attribute(customer)}">', "a", "onclick") or ""
    assert engine.calls_of_each([page.script(page.PAGE.format(made)), attribute]) == [
        [
            once,
            ["api.setTaggingProvider", ["customer", provided(customer)]],
            ["api.defaultSession", []],
            ["api.defaultSession().setCustomer", [provided(customer)]],
            ["api.defaultSession().setCustomer().viewCart", []],
            ["api.defaultSession().setCustomer().viewCart().load", []],
        ],
        [once],
    ]


@pytest.mark.no_cover
@settings(max_examples=300, deadline=None)
@given(FIELDS)
@example({"email": "jane.doe@example.com", "first_name": "\r\x00\n"})
@example({"email": "jane.doe@example.com", "first_name": "\x85\x00 Jane"})
@example({"email": "jane.doe@example.com", "first_name": "\ud83d\x00\ude00"})
def test_validating_a_customer_again_changes_nothing(fields) -> None:
    customer = Customer(**fields)
    assert Customer(**customer.model_dump()) == customer
    assert Customer.model_validate_json(customer.model_dump_json()) == customer
    assert Customer.model_validate_json(json.dumps(customer.model_dump(mode="json"))) == customer


@pytest.mark.no_cover
@settings(max_examples=200, deadline=None)
@given(st.lists(FIELDS, min_size=2, max_size=4))
def test_several_customers_arrive_in_one_element_in_their_order(several) -> None:
    customers = [Customer(**fields) for fields in several]
    assert engine.calls(page.script(snippet(*customers))) == [
        ["api.customer", [called(customer)]] for customer in customers
    ]
    assert page.blocks("".join(map(block, customers))) == [in_block(customer) for customer in customers]
