"""JavaScript that an author wrote: what becomes one, what does not, and that it stays in its place."""

from __future__ import annotations

from typing import Any, cast

import pytest
from jinja2 import Environment
from markupsafe import Markup
from pydantic import TypeAdapter, ValidationError
from support import page
from support.engine import calls

from nosto_tagging import Cart, Customer, api, snippet, statement, statement_attribute
from nosto_tagging.api import TrustedJavaScript
from nosto_tagging.errors import InvalidArgument, NostoTaggingError
from nosto_tagging.jinja import install

SOURCE = "() => alert(1)"
F = TrustedJavaScript("e => e")


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (None, "must be plain text, got None"),
        (b"f", "must be plain text, got bytes"),
        (F, "must be plain text, got TrustedJavaScript"),
        (Markup("f"), "must be plain text, got text of 1 character"),
        (Text("f"), "must be plain text, got text of 1 character"),
        (" \n", "must not be blank, got text of 2 characters"),
        ("'ä'", "must be ASCII, other characters as \\u escapes, got text of 3 characters"),
        ("'\0'", "must be ASCII, other characters as \\u escapes, got text of 3 characters"),
        ("'</ScRiPt>'", "must not hold '<script', '</script' or '<!--', got text of 11 characters"),
        ("'<!--<script>'", "must not hold '<script', '</script' or '<!--', got text of 14 characters"),
        ("a <!--b", "must not hold '<script', '</script' or '<!--', got text of 7 characters"),
    ],
)
def test_what_no_script_element_can_hold_or_no_author_writes_is_refused(source: Any, message: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        TrustedJavaScript(source)
    assert str(caught.value) == f"source {message}"


def test_it_cannot_be_changed_or_extended() -> None:
    with pytest.raises(AttributeError, match="cannot be changed"):
        F.source = SOURCE  # type: ignore[misc]  # the point of it
    with pytest.raises(AttributeError, match="cannot be changed"):
        F._source = SOURCE
    with pytest.raises(TypeError, match="cannot have subclasses"):
        type("Mine", (TrustedJavaScript,), {})
    assert repr(F) == str(F) == "<TrustedJavaScript of 6 characters>"
    assert hash(F) == hash(TrustedJavaScript("e => e"))


def test_nothing_becomes_one_by_itself() -> None:
    # No text, whatever it claims to be, and nothing that a model or JSON can hold.
    claims = Markup(SOURCE)  # noqa: S704 - that it claims to be safe is the point
    for given in (SOURCE, claims, Text(SOURCE), {"source": SOURCE}, [SOURCE], SOURCE.encode()):
        with pytest.raises(InvalidArgument):
            api.listen("setcart", cast("Any", given))
        with pytest.raises(ValidationError):
            TypeAdapter(TrustedJavaScript, config={"arbitrary_types_allowed": True}).validate_python(given)


def test_no_model_and_no_data_takes_one() -> None:
    for make in (
        lambda: Customer(email="jane.doe@example.com", first_name=F),
        lambda: Cart(items=F),
        lambda: api.add_segment_code_to_visit(cast("Any", F)),
        lambda: api.record_search("serp", {}, {"x": F}),
        lambda: api.set_tagging_provider("variation", cast("Any", F)),
    ):
        with pytest.raises(NostoTaggingError):
            make()


def test_a_model_made_past_validation_does_not_print_one() -> None:
    made = Cart.model_construct(items=(), hcid=F, restore_link=None)
    for verb in (snippet, statement):
        with pytest.raises(NostoTaggingError, match=r"^Cart\.hcid cannot be printed, got TrustedJavaScript"):
            verb(made)
    customer = Customer.model_construct(**{**dict.fromkeys(Customer.model_fields), "first_name": F})
    with pytest.raises(NostoTaggingError, match=r"^Customer\.first_name cannot be printed, got TrustedJavaScript"):
        snippet(customer)


def test_a_template_cannot_make_one() -> None:
    env = Environment(autoescape=True)
    install(env)
    for source in (
        "{{ nosto_snippet(call, '() => 1') }}",
        "{% nosto_page tags=['() => 1'], sort_order='() => 1' %}",
    ):
        page_of = env.from_string(source)
        assert "TrustedJavaScript" not in source
        if "call" in source:
            with pytest.raises(InvalidArgument):
                page_of.render(call=api.load())
        else:
            assert "=> 1" not in page_of.render()


def test_a_comment_in_it_does_not_swallow_the_call() -> None:
    call = api.listen("setcart", TrustedJavaScript("e => 1 // done"))
    assert str(statement(call)) == 'nostojs(api => api.listen("setcart",e => 1 // done\n))'
    assert calls(f"{statement(call, api.load())}") == [["api.listen", ["setcart", None]], ["api.load", []]]


def test_it_runs_in_an_element_and_in_an_attribute() -> None:
    call = api.listen("setcart", TrustedJavaScript("e => { const a = 'x' && \"y\" ; return a < 2 }"))
    expected = [["api.listen", ["setcart", None]]]
    assert calls(page.script(snippet(call))) == expected
    html = page.PAGE.format(f'<a onclick="{statement_attribute(call)}">x</a>')
    assert calls(page.attribute(html, "a", "onclick") or "") == expected
