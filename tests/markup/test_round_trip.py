"""Whatever validation lets in arrives: as the elements of a block, and as the arguments of a call."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support import engine, leaves, page
from support.strategies import CART, ORDER, PAGE, PRODUCT

from nosto_tagging import block, read, snippet
from nosto_tagging.models import Cart, Order, PageTagging, Product
from nosto_tagging.models.tagging import TaggingModel

MODELS = [(Cart, CART), (Order, ORDER), (Product, PRODUCT), (PageTagging, PAGE)]
# What JSON has as a text and scripts as a Date, which says its milliseconds.
DAYS = ("date_published", "source_updated", "update_received")
# Some texts are filtered, which Hypothesis finds slow; an example that fails is told whole, not shrunk for minutes.
modest = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def dated(told: dict[str, Any]) -> dict[str, Any]:
    """A payload as JSON has it after JavaScript made dates of dates."""
    days = {name: f"{told[name]}T00:00:00.000Z" for name in DAYS if name in told}
    moment = {"created_at": told["created_at"].replace("Z", ".000Z")} if "created_at" in told else {}
    return {**told, **days, **moment}


def expected(model: TaggingModel) -> list[engine.Call]:
    if isinstance(model, Cart):
        return [["api.resendCartContent", [model.payload()]]]
    if isinstance(model, Order):
        return [["api.setTaggingProvider", ["order", dated(model.payload("provider"))]]]
    if isinstance(model, Product):
        return [["api.setTaggingProvider", ["products", [dated(model.payload("provider"))]]]]
    told = model.payload()
    if "order" in told:
        told["order"] = dated(told["order"])
    if "products" in told:
        told["products"] = [dated(each) for each in told["products"]]
    return [["api.setTaggingProvider", [key, value]] for key, value in told.items()]


@pytest.mark.parametrize(("model", "fields"), MODELS)
def test_a_block_holds_what_its_model_tells_and_nothing_else(
    model: type[TaggingModel], fields: st.SearchStrategy[dict[str, Any]]
) -> None:
    @given(fields)
    @modest
    def arrives(given_fields: dict[str, Any]) -> None:
        made = model(**given_fields)
        assert leaves.blocks(block(made)) == leaves.told(made)

    arrives()


@pytest.mark.parametrize(("model", "fields"), MODELS)
def test_a_snippet_calls_with_what_its_model_tells_and_nothing_else(
    model: type[TaggingModel], fields: st.SearchStrategy[dict[str, Any]]
) -> None:
    @given(fields)
    @modest
    def arrives(given_fields: dict[str, Any]) -> None:
        made = model(**given_fields)
        printed = snippet(made)
        wanted = expected(made)
        assert (engine.calls(page.script(printed)) if wanted else printed) == (wanted or "")

    arrives()


@pytest.mark.parametrize(("model", "fields"), MODELS)
def test_a_block_is_read_as_what_its_elements_hold(
    model: type[TaggingModel], fields: st.SearchStrategy[dict[str, Any]]
) -> None:
    @given(fields)
    @modest
    def agree(given_fields: dict[str, Any]) -> None:
        printed = block(model(**given_fields))
        assert leaves.told(read(printed)) == leaves.blocks(printed)

    agree()


@pytest.mark.parametrize(("model", "fields"), MODELS)
def test_a_snippet_is_read_as_what_it_calls_with_when_it_runs(
    model: type[TaggingModel], fields: st.SearchStrategy[dict[str, Any]]
) -> None:
    @given(fields)
    @modest
    def agree(given_fields: dict[str, Any]) -> None:
        printed = snippet(model(**given_fields))
        found = read(printed)
        told = expected(found.cart if model is Cart and found.cart is not None else found)
        assert told == (engine.calls(page.script(printed)) if printed else [])

    agree()


@pytest.mark.parametrize(("model", "fields"), MODELS)
def test_what_a_model_holds_is_taken_again_and_stays_what_it_is(
    model: type[TaggingModel], fields: st.SearchStrategy[dict[str, Any]]
) -> None:
    @given(fields)
    @modest
    def stays(given_fields: dict[str, Any]) -> None:
        made = model(**given_fields)
        assert model(**made.model_dump()) == made
        assert model.model_validate_json(made.model_dump_json()) == made
        assert made.in_block().in_block() == made.in_block()
        assert block(made.in_block()) == block(made)

    stays()
