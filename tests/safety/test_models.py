"""Whole customers, made by Hypothesis, through a page in the browser."""

from __future__ import annotations

from browser.engines import Engine
from browser.server import Site
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from safety.pages import html_page
from safety.report import Report
from safety.trial import Found, harmless, look
from support.expected import called, in_block, provided
from support.strategies import FIELDS

from nosto_tagging import Customer, api, block, snippet


def test_whole_customers_arrive(browser_engine: Engine, site: Site, report: Report, *, full: bool) -> None:
    seen = 0

    def look_at(customers: list[Customer]) -> Found:
        page = "".join(block(who) + snippet(who, api.set_tagging_provider("customer", who)) for who in customers)
        return look(browser_engine, site, html_page(page), patience=0)

    @settings(
        max_examples=300 if full else 25,
        deadline=None,
        # Made a page at a time, and a page takes a while; what fails is small enough to be read as it is.
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
    @given(st.lists(FIELDS, min_size=1, max_size=20))
    def arrive(several: list[dict[str, object]]) -> None:
        nonlocal seen
        customers = [Customer(**fields) for fields in several]
        found = look_at(customers)
        outline = look_at([*map(harmless, customers)]).outline
        assert (found.ran, found.text, found.outline) == (False, "before\n\nafter", outline)
        assert found.blocks == [[list(pair) for pair in in_block(who)] for who in customers]
        assert found.calls == [
            call
            for who in customers
            for call in (
                ["api.customer", [called(who)]],
                ["api.setTaggingProvider", ["customer", provided(who)]],
            )
        ]
        seen += len(customers)

    arrive()
    report.models[browser_engine.name] = seen
    assert seen
