"""Nothing of a visitor's outlives the page, whatever goes wrong on it and whoever keeps the records of that."""

from __future__ import annotations

import gc
import logging
from logging.handlers import MemoryHandler

import pytest
from jinja2 import Environment

from nosto_tagging import Customer, Settings, Tagger
from nosto_tagging.jinja import install

PAGE = (
    '{% from "nosto/customer.html" import customer_block, customer_snippet %}'
    "{% nosto_customer customer %}{% nosto_customer_snippet customer, nonce=nonce %}{{ customer_block(customer) }}"
    "{{ nosto_snippet(customer, nonce=nonce) }}{{ nosto_block(wrong) }}{{ nosto_statement(customer, wrong) }}"
    "{% nosto_customer email=wrong %}{% nosto_customer nobody.knows %}{% nosto_customer wrong.upper %}"
    "{{ customer_snippet(wrong, customer) }}{% nosto_customer %}{{ nosto_client_script(wrong, nonce=wrong) }}"
)


def customers(*, collected: bool = True) -> int:
    """How many there are; without what only waits for the garbage collector, unless it is to be counted as well."""
    if collected:
        gc.collect()
    # Not isinstance(): a proxy of Flask's asks its application for its class, and there is none.
    return sum(issubclass(type(each), Customer) for each in gc.get_objects())


@pytest.mark.parametrize("nonce", ["r4nd0m", '"'], ids=["right", "wrong"])
def test_no_customer_outlives_its_page_though_records_of_errors_are_kept(nonce: str) -> None:
    # The record used to hold the error, the error its traceback, and that the frames with the visitor in them.
    env = Environment()
    install(env, Settings(errors="log"))
    page = env.from_string(PAGE)
    keeper = MemoryHandler(1_000_000, flushLevel=logging.CRITICAL)
    logger = logging.getLogger("nosto_tagging")
    logger.addHandler(keeper)
    logger.propagate = False
    try:
        before = customers()
        for number in range(10):
            page.render(customer=Customer(customer_reference=number), wrong=f"no address {number}", nonce=nonce)
        assert len(keeper.buffer) >= 80
        assert customers() == before
    finally:
        logger.removeHandler(keeper)
        logger.propagate = True


def test_no_customer_waits_for_the_garbage_collector() -> None:
    # What failed in a tag's argument used to be held by the frames that its own traceback held.
    env = Environment()
    install(env, Settings(errors="log"))
    page = env.from_string("{% nosto_customer email=broken.email %}{% nosto_customer broken.email() %}")
    broken = type("Broken", (), {"email": property(lambda _: 1 / 0)})()
    page.render(broken=broken)
    before = customers()
    gc.disable()
    try:
        page.render(broken=broken, customer=Customer(customer_reference="1"))
        assert customers(collected=False) == before
    finally:
        gc.enable()


def test_no_settings_are_put_in_place_of_a_taggers_own() -> None:
    # block() and snippet() used to go on printing e-mail addresses, statement() not.
    tagger = Tagger(Settings())
    with pytest.raises(AttributeError):
        tagger.settings = Settings(leave_out_email=True)  # type: ignore[misc]  # the point of it
