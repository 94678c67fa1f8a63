"""Authors' mistakes, made with hostile values: a message or nothing, and never a half-printed page."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from browser.engines import Engine
from browser.server import Site
from jinja2 import Environment, Undefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup
from safety.pages import html_page
from safety.trial import look
from support.expected import called, in_block

from nosto_tagging import Customer, NostoTaggingError, Settings, api, block, snippet, statement, statement_attribute
from nosto_tagging.errors import InvalidArgument, InvalidTagging
from nosto_tagging.jinja import install

EVIL = '"></script><script>window.canary=1</script>'
JANE = Customer(email="jane.doe@example.com", first_name=EVIL)
ONLY = "must be a Customer, a mapping of its fields, or None, got"
MAKE = "Customer.from_object() makes one from an object with attributes"
NO_NONCE = "nonce must be text, a callable that gives text, or None, got"
NO_MODEL = "block() takes a model such as Customer, or None, got"
NO_THING = "snippet() takes models such as Customer, calls of nosto_tagging.api, and None, got"


# --- texts that lie


def _evil(*_: object, **__: object) -> str:
    return EVIL


def _lying(name: str, answer: Callable[..., object]) -> type[str]:
    return type(f"Lying{name.strip('_').title()}", (str,), {name: answer})


LIES: tuple[type[str], ...] = (
    Markup,
    *(
        _lying(name, _evil)
        for name in (
            *("__str__", "__html__", "__repr__", "__format__", "__add__", "__radd__", "__mod__", "__getitem__"),
            *("replace", "strip", "lower", "translate", "join", "casefold", "removesuffix", "format", "upper"),
        )
    ),
    _lying("encode", lambda *_: EVIL.encode()),
    _lying("split", lambda *_: [EVIL]),
    _lying("__iter__", lambda _: iter([EVIL])),
    _lying("__len__", lambda _: 0),
    _lying("__bool__", lambda _: False),
    _lying("__contains__", lambda *_: True),
    _lying("__hash__", lambda _: 1),
    _lying("isascii", lambda _: True),
    _lying("isprintable", lambda _: True),
    _lying("isidentifier", lambda _: True),
    _lying("__class__", property(lambda _: int)),  # type: ignore[arg-type]  # a property answers as well
)
MADE: dict[str, Callable[[str], Customer]] = {
    "validated": lambda value: Customer(email="jane.doe@example.com", first_name=value),
    "from-a-mapping": lambda value: Customer.model_validate({"email": "jane.doe@example.com", "first_name": value}),
    "from-an-object": lambda value: Customer.from_object(SimpleNamespace(customer_reference="1", first_name=value)),
    "constructed": lambda value: Customer.model_construct(email="jane.doe@example.com", first_name=value),
    "copied": lambda value: JANE.model_copy(update={"first_name": value}),
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
@pytest.mark.parametrize("value", ["Jane", "<b>", "é</script>", "", "window.canary=1"])
def test_a_text_that_lies_is_what_it_holds(
    make: Callable[[str], Customer], value: str, browser_engine: Engine, site: Site
) -> None:
    liars = [make(lie(value)) for lie in LIES]
    honest = make(value)
    with_markup = [
        f"{block(who)}{snippet(who)}<script>{statement(who)}</script><b onclick='{statement_attribute(who)}'>a</b>"
        for who in (honest, *liars)
    ]
    assert set(with_markup) == {with_markup[0]}
    click = "document.querySelectorAll('b').forEach((each) => each.click())"
    found = look(browser_engine, site, html_page("".join(with_markup)), click)
    assert not found.ran
    assert found.blocks == [[list(pair) for pair in in_block(honest)]] * len(with_markup)
    assert found.calls == [["api.customer", [called(honest)]]] * 3 * len(with_markup)


def test_a_nonce_that_lies_is_what_it_holds() -> None:
    honest = snippet(JANE, nonce="cjRuZDBt")
    for lie in LIES:
        try:
            printed = snippet(JANE, nonce=lie("cjRuZDBt"))
        except InvalidArgument:
            continue  # it says that it is something else
        assert printed == honest


# --- what is put where something else belongs

CONSTRUCTED = [
    b"Jane",
    1,
    1.5,
    ["Jane"],
    {"a": "b"},
    {"Jane"},
    SimpleNamespace(__html__=_evil),
    Undefined(name="x"),
    JANE,
]


@pytest.mark.parametrize("value", CONSTRUCTED, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("verb", [block, snippet, statement, statement_attribute])
def test_a_model_that_was_never_validated_prints_nothing_that_is_no_text(verb: Callable[..., str], value: Any) -> None:
    with pytest.raises(InvalidTagging) as caught:
        verb(Customer.model_construct(email="jane.doe@example.com", first_name=value))
    kind = type(value).__name__
    assert str(caught.value) == (
        f"Customer.first_name cannot be printed, got {kind}: the model was made without validation"
    )


NAMES: dict[str, Any] = {
    "jane": JANE,
    "evil": Markup(EVIL),  # noqa: S704 - it claims to be safe, and is not
    "octets": b"cjRuZDBt",
    "gives_octets": lambda: b"cjRuZDBt",
    "gives_evil": lambda: EVIL,
    "call": api.customer(JANE),
    "chain": api.session.set_customer(JANE),
    "action": api.session.set_customer(JANE).view_cart(),
    "settings": Settings(),
    "model": Customer,
    "pairs": {1: EVIL},
    "tuple_keys": {("email",): EVIL},
    "evil_keys": {EVIL: "jane.doe@example.com"},
}
MISTAKES: Mapping[str, str] = {
    "{% nosto_customer_snippet jane, nonce=octets %}": f"{NO_NONCE} bytes",
    "{% nosto_customer_snippet jane, nonce=1 %}": f"{NO_NONCE} int",
    "{% nosto_customer_snippet jane, nonce=true %}": f"{NO_NONCE} bool",
    "{% nosto_customer_snippet jane, nonce=['cjRuZDBt'] %}": f"{NO_NONCE} list",
    "{% nosto_customer_snippet jane, nonce=gives_octets %}": f"{NO_NONCE} bytes",
    "{% nosto_customer_snippet jane, nonce=gives_evil %}": (
        "nonce must be base64 text as a Content-Security-Policy has it, got text of 43 characters"
    ),
    "{% nosto_customer_snippet jane, nonce=evil %}": (
        "nonce must be base64 text as a Content-Security-Policy has it, got text of 43 characters"
    ),
    "{% nosto_customer_snippet jane, nonce=csp_nonce %}": (
        "csp_nonce is undefined; where it may be missing, write |default(none) after it"
    ),
    "{{ nosto_client_script('shop', nonce=octets) }}": f"{NO_NONCE} bytes",
    "{{ nosto_client_script(evil) }}": (
        "Settings.account_id must be the account's id as it stands in a URL path (letters, digits and -._~), "
        "got text of 43 characters"
    ),
    "{% nosto_customer evil %}": f"customer {ONLY} text of 43 characters; {MAKE}",
    "{% nosto_customer [jane] %}": f"customer {ONLY} list; {MAKE}",
    "{% nosto_customer call %}": f"customer {ONLY} Call; {MAKE}",
    "{% nosto_customer model %}": f"customer {ONLY} ModelMetaclass; {MAKE}",
    "{% nosto_customer settings %}": f"customer {ONLY} Settings; {MAKE}",
    "{% nosto_customer customr %}": "customr is undefined; where it may be missing, write |default(none) after it",
    "{% nosto_customer first_name=customr %}": (
        "customr is undefined; where it may be missing, write |default(none) after it"
    ),
    "{% nosto_customer pairs %}": "Customer must have text as field names, got int",
    "{% nosto_customer tuple_keys %}": "Customer must have text as field names, got tuple",
    "{% nosto_customer **pairs %}": "** must bring each field once and by its name, got (int)",
    "{% nosto_customer evil_keys %}": (
        "Customer has no field (text of 43 characters), must be one of: " + ", ".join(Customer.model_fields)
    ),
    "{% nosto_customer **evil_keys %}": (
        "Customer has no field (text of 43 characters), must be one of: " + ", ".join(Customer.model_fields)
    ),
    "{% nosto_customer email=evil %}": (
        "Customer.email must be an e-mail address such as jane.doe@example.com, got text of 43 characters"
    ),
    "{{ nosto_block(evil) }}": f"{NO_MODEL} text of 43 characters",
    "{{ nosto_block(call) }}": f"{NO_MODEL} Call",
    "{{ nosto_block(model) }}": f"{NO_MODEL} ModelMetaclass",
    "{{ nosto_block({'email': evil}) }}": f"{NO_MODEL} dict",
    "{{ nosto_snippet(evil) }}": f"{NO_THING} text of 43 characters",
    "{{ nosto_snippet({'email': evil}) }}": f"{NO_THING} dict",
    "{{ nosto_snippet([jane]) }}": f"{NO_THING} list",
    "{{ nosto_snippet(nosto_block) }}": f"{NO_THING} function",
    "{{ nosto_snippet(chain) }}": (
        "The session chain is never sent by Nosto's client script; "
        "end it with .view_cart().update() or .view_cart().load()"
    ),
    "{{ nosto_snippet(action) }}": (
        "The session chain is never sent by Nosto's client script; end it with .update() or .load()"
    ),
    "{{ nosto_statement(evil) }}": f"{NO_THING} text of 43 characters",
    "{{ nosto_statement_attribute(evil) }}": f"{NO_THING} text of 43 characters",
}
ENVIRONMENTS: dict[str, Callable[[], Environment]] = {
    "plain": Environment,
    "escaping": lambda: Environment(autoescape=True),
    "sandboxed": SandboxedEnvironment,
}


@pytest.mark.parametrize("kind", ENVIRONMENTS)
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_whole_and_without_the_data(mistake: str, kind: str) -> None:
    env = ENVIRONMENTS[kind]()
    install(env)
    with pytest.raises(NostoTaggingError) as caught:
        env.from_string(mistake).render(NAMES)
    assert str(caught.value) == MISTAKES[mistake]


@pytest.mark.parametrize("kind", ENVIRONMENTS)
def test_mistakes_that_are_logged_leave_the_page_as_if_they_were_not_there(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    env = ENVIRONMENTS[kind]()
    install(env, Settings(errors="log"))
    page = env.from_string("\n".join(f"<p>a{mistake}b</p>" for mistake in MISTAKES))
    with caplog.at_level(logging.ERROR, "nosto_tagging"):
        assert page.render(NAMES) == "\n".join(["<p>ab</p>"] * len(MISTAKES))
    assert [record.getMessage() for record in caplog.records] == [
        f"Left out of <template>, line {line}: {message}" for line, message in enumerate(MISTAKES.values(), 1)
    ]


KEYS = (
    "pageType, customer, variation, cart, restoreLink, order, products, categories, categoryIds, parentCategoryIds, "
    "brands, tags, customFields, searchTerms, affinitySignals, sortOrder, elements, pluginVersion"
)
CALLS: dict[str, tuple[Callable[[], object], str]] = {
    "a-key-of-something-else": (
        lambda: api.set_tagging_provider("cart", JANE),  # type: ignore[call-overload]  # the mistake
        "PageTagging.cart must be given as fields or a mapping of them, got Customer",
    ),
    "the-key-and-the-value-swapped": (
        lambda: api.set_tagging_provider(JANE, "customer"),  # type: ignore[call-overload]  # the mistake
        f"key must be one of: {KEYS}, got (Customer)",
    ),
    "a-key-that-is-data": (
        lambda: api.set_tagging_provider(EVIL, JANE),  # type: ignore[call-overload]  # the mistake
        f"key must be one of: {KEYS}, got (text of 43 characters)",
    ),
    "a-mapping-that-is-no-customer": (
        lambda: api.set_tagging_provider("customer", {"email": EVIL}),
        "PageTagging.customer.email must be an e-mail address such as jane.doe@example.com, got text of 43 characters",
    ),
    "a-call-of-a-call": (
        lambda: api.customer(api.customer(JANE)),  # type: ignore[arg-type]  # the mistake
        "api.customer() takes a Customer or an e-mail address, got Call",
    ),
    "fields-for-the-session": (
        lambda: api.session.set_customer({"email": EVIL}),
        "session.set_customer() takes a Customer, {} to forget the last one, or None for no change, got dict",
    ),
}


@pytest.mark.parametrize(("make", "message"), CALLS.values(), ids=CALLS)
def test_a_call_with_something_else_is_refused_where_it_is_made(make: Callable[[], object], message: str) -> None:
    with pytest.raises((InvalidArgument, InvalidTagging)) as caught:
        make()
    assert str(caught.value) == message
