"""Consent: who is asked, and what is printed without it. What is deferred, and what waits for a consent platform."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from nosto_tagging import Cart, Customer, PageTagging, Settings, Tagger, api, block, client_script, snippet
from nosto_tagging.errors import InvalidArgument, InvalidSettings

JANE = Customer(email="jane.doe@example.com")
PAGE = PageTagging(page_type="front", customer=JANE, cart=Cart(items=[]))
STUB = "<script>window.nostojs=window.nostojs||(cb=>{(nostojs.q=nostojs.q||[]).push(cb)})</script>"
INCLUDE = '<script src="https://connect.nosto.com/include/shop" async=""></script>'


def asking(consent: Any) -> Tagger:
    return Tagger(Settings(account_id="shop", consent=consent))


@pytest.mark.parametrize("said", [False, None, 1, "yes", "True", [True]], ids=repr)
def test_all_but_true_is_no(said: Any):
    tagger = asking(lambda: said)
    assert not tagger.consents()
    assert tagger.block(JANE) == tagger.snippet(JANE) == tagger.statement(JANE) == tagger.tell(JANE) == ""
    assert tagger.statement_attribute(JANE) == ""
    assert tagger.payload(JANE, api.customer(JANE)) == {"calls": []}
    assert tagger.block(PAGE) == block(PageTagging(page_type="front"))
    assert tagger.snippet(PAGE, api.load()) == snippet(PageTagging(page_type="front"), api.load())
    # Calls of the page's do not fail: they wait for what never comes.
    assert tagger.client_script() == STUB


def test_true_is_yes():
    tagger = asking(lambda: True)
    assert tagger.block(PAGE) == block(PAGE)
    assert tagger.snippet(JANE) == snippet(JANE)
    assert tagger.client_script() == client_script("shop") == STUB + INCLUDE


def test_it_is_asked_each_time():
    said = [True, False, True]
    tagger = asking(said.pop)
    assert [bool(tagger.block(JANE)) for _ in range(3)] == [True, False, True]


def test_what_it_raises_is_no_and_is_logged_without_what_it_says(caplog: pytest.LogCaptureFixture):
    def consent() -> bool:
        raise LookupError("jane.doe@example.com")

    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        assert asking(consent).block(JANE) == ""
    assert [record.getMessage() for record in caplog.records] == [
        "Nothing personal in Python: consent raised LookupError"
    ]
    assert caplog.records[0].exc_info is None


def test_the_include_waits_for_a_consent_platform_which_is_asked_in_place_of_the_settings():
    waiting = INCLUDE.replace("<script ", '<script type="text/plain" data-cookieconsent="marketing" ')
    for tagger in (Tagger(Settings(account_id="shop")), asking(lambda: False)):
        assert tagger.client_script(waits_for="data-cookieconsent=marketing") == STUB + waiting


@pytest.mark.parametrize(
    "given",
    [
        "",
        "data-cookieconsent",
        "cookieconsent=marketing",
        "data-x=",
        'data-x="y"',
        "data-x=<",
        "data-x=y onload=alert(1)=",
        "data-X=y",
        "data-x=y\n",
        7,
        True,
    ],
)
def test_what_is_no_data_attribute_is_refused(given: Any):
    told = "int" if given == 7 else "bool" if given is True else f"text of {len(given)} characters"
    with pytest.raises(InvalidArgument) as caught:
        Tagger(Settings(account_id="shop")).client_script(waits_for=given)
    assert str(caught.value) == (
        f"waits_for must be a data attribute and its value, such as 'data-cookieconsent=marketing', got {told}"
    )


def test_do_not_track_is_the_first_thing_that_is_said():
    printed = client_script("shop", do_not_track=True, autoload=False)
    queued = ["nostojs(api => api.setAutoLoad(false))", "nostojs(api => api.visit.setDoNotTrack(true))"]
    assert printed == STUB.replace("</script>", f";{';'.join(queued)}</script>") + INCLUDE


def test_what_was_looked_at_is_what_is_printed():
    calls = [api.customer(JANE), api.load(), api.load(), api.load(), api.load(), api.load()]

    class Proxy:  # as werkzeug's LocalProxy, which is asked anew each time
        __class__ = api.Call  # type: ignore[assignment]

        def __getattr__(self, name: str) -> Any:
            return getattr(calls.pop() if len(calls) > 1 else calls[0], name)

    for looks in range(6):
        calls[1:] = [api.load()] * looks
        assert "jane" not in asking(lambda: False).snippet(Proxy())  # type: ignore[arg-type]


# --- deferred


def test_a_deferred_page_asks_the_endpoint_of_the_settings():
    printed = Tagger(Settings(visitor_url="/who", nonce="cjRuZDBt")).deferred()
    assert printed.startswith('<script nonce="cjRuZDBt">(() => {\n"use strict";\n')
    assert printed.endswith('\nnostoTagging.ask("/who")</script>')


def test_its_script_is_the_visitor_script_and_a_question():
    tagger = Tagger()
    begun = tagger.visitor_script().removesuffix("</script>")
    assert tagger.deferred(url="/who") == f'{begun}\nnostoTagging.ask("/who")</script>'


@pytest.mark.parametrize("url", ["https://example.com/who", "//example.com", "/who?x", "/</script>", 7])
def test_it_asks_this_site_only(url: Any):
    with pytest.raises(InvalidSettings, match=r"^Settings\.visitor_url must be "):
        Tagger().deferred(url=url)


def test_what_is_not_enabled_prints_none_of_it():
    tagger = Tagger(Settings(enabled=False))
    assert tagger.deferred() == tagger.visitor_script() == tagger.tell(JANE) == ""
    assert tagger.payload(JANE) == {"calls": []}


def test_a_plain_tagger_has_no_session_for_the_next_page():
    with pytest.raises(InvalidArgument) as caught:
        Tagger().pushed()
    assert str(caught.value) == "pushed() needs a session, which a framework module brings"
