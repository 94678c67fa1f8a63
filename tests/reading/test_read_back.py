"""What a block says is read back as the model that it was printed of, and so is what a snippet calls."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.strategies import CART, FIELDS, ORDER, PAGE, PRODUCT

from nosto_tagging import block, read, snippet
from nosto_tagging.models import Cart, Customer, Order, PageTagging, Product
from nosto_tagging.models.tagging import TaggingModel

PLACES = [
    ("customer", Customer, FIELDS),
    ("cart", Cart, CART),
    ("order", Order, ORDER),
    ("products", Product, PRODUCT),
]
modest = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


@pytest.mark.parametrize(("field", "model", "fields"), PLACES)
def test_a_block_is_read_as_its_model(
    field: str, model: type[TaggingModel], fields: st.SearchStrategy[dict[str, Any]]
) -> None:
    @given(fields)
    @modest
    def same(given_fields: dict[str, Any]) -> None:
        made = model(**given_fields)
        assert read(block(made)) == PageTagging(
            **{field: [made.in_block()] if field == "products" else made.in_block()}
        )

    same()


@given(PAGE)
@modest
def test_the_blocks_of_a_page_are_read_as_its_tagging(fields: dict[str, Any]) -> None:
    made = PageTagging(**fields)
    assert read(block(made)) == made.in_block()


@given(PAGE)
@modest
def test_the_calls_of_a_page_tell_what_its_payload_does(fields: dict[str, Any]) -> None:
    made = PageTagging(**fields)
    assert read(snippet(made)).payload() == made.payload()


def test_a_custom_field_may_be_called_as_what_sets_the_prototype() -> None:
    made = Product(product_id="1", basic=True, custom_fields={"__proto__": "a", "constructor": "b"})
    assert read(snippet(made)) == PageTagging(products=[made])
    page = PageTagging(custom_fields={"__proto__": ["a"]}, affinity_signals={"__proto__": ["b"]})
    assert read(snippet(page)) == page
