"""A small part of `make load`: no page has anything of another visitor's in it, and the client would see it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from browser.engines import absent
from load.run import CONTROL_REQUESTS
from load.trial import APPS, MOST_GROWTH, App, trial

SECONDS = 120  # far more than it takes


@pytest.fixture(params=list(APPS))
def app(request: pytest.FixtureRequest) -> App:
    app: App = request.param
    for package in APPS[app]:
        if find_spec(package) is None:
            absent(f"{package} is absent: it is one of the development requirements")
    return app


def test_every_response_is_its_own_customers_whole_page(app: App) -> None:
    seen = trial(app, requests=2000, seconds=SECONDS)
    assert (seen.findings, seen.tally.examples) == ([], [])
    assert seen.tally.statuses == {200: 2000}
    assert seen.left == (200, 0, 0)


def test_a_visitor_who_is_kept_past_the_request_is_seen(app: App) -> None:
    requests, _ = CONTROL_REQUESTS["leaky"]
    tally = trial(app, requests=requests, seconds=SECONDS, control="leaky").tally
    assert tally.statuses == {200: requests}
    assert tally.mismatches > requests / 2
    assert tally.leaks > requests / 2


def test_pages_that_are_kept_for_ever_are_seen(app: App) -> None:
    if not Path("/proc/self/statm").exists():
        absent("A process's memory cannot be read: /proc is absent")
    requests, every = CONTROL_REQUESTS["hoarding"]
    seen = trial(app, requests=requests, seconds=SECONDS, every=every, control="hoarding")
    assert seen.findings == [f"memory grew by {seen.growth} bytes, of at most {MOST_GROWTH}"]
