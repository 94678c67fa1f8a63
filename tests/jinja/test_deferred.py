"""The tags and functions that are about no model: what they take, and what they print."""

from __future__ import annotations

import pytest
from jinja2 import Environment, TemplateSyntaxError

from nosto_tagging import Customer, Settings, Tagger
from nosto_tagging.errors import InvalidArgument
from nosto_tagging.jinja import install

JANE = Customer(email="jane.doe@example.com")
TAGGER = Tagger(Settings(nonce="cjRuZDBt"))


def rendered(source: str, settings: Settings | None = None, **names: object) -> str:
    env = Environment(autoescape=True)
    install(env, settings or Settings(nonce="cjRuZDBt"))
    return env.from_string(source).render(**names)


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("{% nosto_deferred %}", TAGGER.deferred()),
        ("{% nosto_deferred url='/who', nonce='b3RoZXI' %}", TAGGER.deferred(url="/who", nonce="b3RoZXI")),
        ("{% nosto_deferred **given %}", TAGGER.deferred(url="/who")),
        ("{{ nosto.deferred(url='/who') }}", TAGGER.deferred(url="/who")),
        ("{% from 'nosto/visitor.html' import deferred %}{{ deferred(url='/who') }}", TAGGER.deferred(url="/who")),
        ("{{ nosto.visitor_script() }}", TAGGER.visitor_script()),
        ("{% from 'nosto/visitor.html' import visitor_script %}{{ visitor_script() }}", TAGGER.visitor_script()),
        ("{{ nosto.tell(jane) }}", TAGGER.tell(JANE)),
        ("{{ nosto.tell(jane, none, jane) }}", TAGGER.tell(JANE, JANE)),
    ],
)
def test_they_print_what_the_tagger_does(source: str, printed: str):
    assert rendered(source, jane=JANE, given={"url": "/who"}) == printed


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{% nosto_deferred '/who' %}", "nosto_deferred takes no value"),
        ("{% nosto_pushed jane %}", "nosto_pushed takes no value"),
        ("{% nosto_deferred path='/who' %}", "nosto_deferred has no 'path', must be one of: url, nonce"),
        ("{% nosto_pushed url='/who' %}", "nosto_pushed has no 'url', must be one of: nonce"),
    ],
)
def test_what_they_do_not_take_is_refused_when_the_template_is_compiled(source: str, message: str):
    with pytest.raises(TemplateSyntaxError) as caught:
        rendered(source)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ nosto.deferred(path='/who') }}", "nosto_deferred() has no argument 'path'"),
        ("{% nosto_deferred **given %}", "nosto_deferred() has no argument 'path'"),
        ("{% nosto_pushed %}", "pushed() needs a session, which a framework module brings"),
        (
            "{{ nosto.tell(7) }}",
            "payload() takes models such as Customer, calls of nosto_tagging.api, and None, got int",
        ),
    ],
)
def test_what_goes_wrong_is_raised_or_left_out(source: str, message: str):
    with pytest.raises(InvalidArgument) as caught:
        rendered(source, given={"path": "/who"})
    assert str(caught.value) == message
    assert rendered(source, Settings(errors="log"), given={"path": "/who"}) == ""
