"""`snippet`, `statement`, `statement_attribute` and `client_script`, whole."""

from __future__ import annotations

import json
import pickle
from datetime import date

import pytest
from markupsafe import Markup, escape
from support import engine, page
from support.expected import JANE, JANE_SCRIPT, JANE_STATEMENT

from nosto_tagging import (
    Customer,
    api,
    block,
    client_script,
    snippet,
    statement,
    statement_attribute,
)
from nosto_tagging.errors import InvalidArgument, InvalidSettings, InvalidTagging, Problem

JOHN = Customer(email="john.doe@example.com", marketing_permission=False)
JOHN_STATEMENT = 'nostojs(api => api.customer({"email":"john.doe@example.com","marketing_permission":false}))'
JOHN_PROVIDED = '{"email":"john.doe@example.com","newsletter":false}'
SEVEN = Customer(customer_reference="7")

STUB = "window.nostojs=window.nostojs||(cb=>{(nostojs.q=nostojs.q||[]).push(cb)})"


# --- snippet


def test_the_documented_customer_makes_this_snippet() -> None:
    assert snippet(Customer(**JANE)) == JANE_SCRIPT


def test_the_documented_snippet_calls_the_api_with_exactly_the_documented_keys_and_values_in_their_order() -> None:
    (call,) = engine.calls(page.script(snippet(Customer(**JANE))))
    assert call == ["api.customer", [JANE]]
    assert list(call[1][0]) == list(JANE)


def test_the_payload_is_json_that_tools_can_read() -> None:
    made = statement(Customer(email="jane.doe@example.com", first_name='</script>"\\\u2028😀', type="loggedin"))
    assert json.loads(made.removeprefix("nostojs(api => api.customer(").removesuffix("))")) == {
        "email": "jane.doe@example.com",
        "first_name": '</script>"\\\u2028😀',
        "type": "loggedin",
    }


def test_all_that_a_script_carries_is_printed_in_the_declared_order_whatever_order_it_was_given_in() -> None:
    fields = {
        "source_id": "s1",
        "source": "s",
        "order_number": "1001",
        "street": "Main Street 1",
        "city": "Helsinki",
        "region": "Uusimaa",
        "date_of_birth": date(2011, 12, 31),
        "gender": "Female",
        "customer_group": "General",
        "type": "loggedin",
        "hcid": "0" * 64,
        "customer_reference": "7",
        "marketing_permission": False,
        "last_name": "Doe",
        "first_name": "Jane",
        "email": "jane.doe@example.com",
    }
    assert statement(Customer(**fields)) == (
        'nostojs(api => api.customer({"email":"jane.doe@example.com","first_name":"Jane","last_name":"Doe",'
        f'"marketing_permission":false,"customer_reference":"7","hcid":"{"0" * 64}","type":"loggedin",'
        '"order_number":"1001","source":"s","source_id":"s1"}))'
    )


@pytest.mark.parametrize(
    ("fields", "members"),
    [
        ({"customer_reference": 7}, '"customer_reference":"7"'),  # identifiers are strings, whatever their digits
        ({"customer_reference": 2**64}, '"customer_reference":"18446744073709551616"'),
        ({"customer_reference": "7", "marketing_permission": None}, '"customer_reference":"7"'),
        (
            {"customer_reference": "7", "marketing_permission": " TRUE "},
            '"marketing_permission":true,"customer_reference":"7"',
        ),
        ({"customer_reference": "7", "first_name": " "}, '"customer_reference":"7"'),
        ({"customer_reference": "7", "type": "true"}, '"customer_reference":"7","type":"true"'),
        # What a script does not carry is left out of it.
        ({"customer_reference": "7", "customer_group": "General"}, '"customer_reference":"7"'),
        ({"customer_reference": "7", "gender": "Male"}, '"customer_reference":"7"'),
        ({"customer_reference": "7", "date_of_birth": "2011-12-31"}, '"customer_reference":"7"'),
        ({"customer_reference": "7", "region": "r", "city": "c", "street": "s"}, '"customer_reference":"7"'),
    ],
)
def test_a_field_is_printed_where_it_was_given_and_scripts_carry_it(fields, members: str) -> None:
    assert statement(Customer(**fields)) == f"nostojs(api => api.customer({{{members}}}))"


def test_a_snippet_is_markup_that_no_engine_escapes_again() -> None:
    made = snippet(Customer(**JANE))
    assert type(made) is Markup
    assert escape(made) == JANE_SCRIPT


def test_several_things_make_one_element_with_a_statement_each() -> None:
    assert snippet(Customer(**JANE), JOHN, api.customer(JOHN)) == (
        f"<script>{JANE_STATEMENT};{JOHN_STATEMENT};{JOHN_STATEMENT}</script>"
    )


def test_the_statements_of_one_element_all_run_in_their_order() -> None:
    made = snippet(api.set_tagging_provider("customer", JOHN), SEVEN, api.session.set_customer({}).view_cart().update())
    assert engine.calls(page.script(made)) == [
        ["api.setTaggingProvider", ["customer", {"email": "john.doe@example.com", "newsletter": False}]],
        ["api.customer", [{"customer_reference": "7"}]],
        ["api.defaultSession", []],
        ["api.defaultSession().setCustomer", [{}]],
        ["api.defaultSession().setCustomer().viewCart", []],
        ["api.defaultSession().setCustomer().viewCart().update", []],
    ]


@pytest.mark.parametrize("things", [(), (None,), (None, None)])
@pytest.mark.parametrize("function", [snippet, statement, statement_attribute])
def test_nothing_to_tell_makes_nothing(function, things) -> None:
    made = function(*things)
    assert made == ""
    assert type(made) is Markup


def test_none_among_others_is_left_out() -> None:
    assert snippet(None, JOHN, None) == f"<script>{JOHN_STATEMENT}</script>"
    assert statement(None, JOHN, None) == JOHN_STATEMENT
    assert statement_attribute(None, JOHN, None) == statement_attribute(JOHN)


def test_nothing_makes_nothing_even_with_a_nonce() -> None:
    assert snippet(None, nonce="r4nd0m") == ""


# --- calls


@pytest.mark.parametrize(
    ("call", "printed"),
    [
        (api.customer(JOHN), JOHN_STATEMENT),
        (api.customer("jane.doe@example.com"), 'nostojs(api => api.customer({"email":"jane.doe@example.com"}))'),
        (
            api.customer(Markup("jane.doe@example.com")),
            'nostojs(api => api.customer({"email":"jane.doe@example.com"}))',
        ),
        (
            api.set_tagging_provider("customer", JOHN),
            f'nostojs(api => api.setTaggingProvider("customer",{JOHN_PROVIDED}))',
        ),
        (
            api.session.set_customer(JOHN).view_cart().update(),
            f"nostojs(api => api.defaultSession().setCustomer({JOHN_PROVIDED}).viewCart().update())",
        ),
        (
            api.session.set_customer(JOHN).view_cart().load(),
            f"nostojs(api => api.defaultSession().setCustomer({JOHN_PROVIDED}).viewCart().load())",
        ),
        (
            api.session.set_customer({}).view_cart().load(),  # after a logout
            "nostojs(api => api.defaultSession().setCustomer({}).viewCart().load())",
        ),
        (api.session.view_cart().update(), "nostojs(api => api.defaultSession().viewCart().update())"),
    ],
)
def test_each_call_of_the_api_makes_its_statement_with_consent_spelled_as_its_documentation_does(
    call: api.Call, printed: str
) -> None:
    assert statement(call) == printed
    assert snippet(call) == f"<script>{printed}</script>"


@pytest.mark.parametrize("function", [snippet, statement, statement_attribute])
@pytest.mark.parametrize(
    ("chain", "endings"),
    [
        (api.session, ".view_cart().update() or .view_cart().load()"),
        (api.session.set_customer(JOHN), ".view_cart().update() or .view_cart().load()"),
        (api.session.set_customer(JOHN).view_cart(), ".update() or .load()"),
    ],
)
def test_a_session_chain_that_is_never_sent_is_refused_with_its_endings(function, chain, endings: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        function(chain)
    assert str(caught.value) == f"The session chain is never sent by Nosto's client script; end it with {endings}"


@pytest.mark.parametrize("function", [snippet, statement, statement_attribute])
@pytest.mark.parametrize(
    ("thing", "kind"),
    [
        ("jane.doe@example.com", "text of 20 characters"),
        ({"email": "jane.doe@example.com"}, "dict"),
        ([JOHN], "list"),
        (Customer, "ModelMetaclass"),
        (False, "bool"),
    ],
)
def test_what_is_neither_a_model_nor_a_call_is_refused_and_named_by_its_kind(function, thing, kind: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        function(thing)
    assert str(caught.value) == (
        f"snippet() takes models such as Customer, calls of nosto_tagging.api, and None, got {kind}"
    )


def test_a_model_made_past_validation_of_what_is_no_text_is_refused_with_the_field() -> None:
    made = Customer.model_construct(
        **dict.fromkeys(Customer.model_fields) | {"customer_reference": "7", "first_name": 7}
    )
    message = "cannot be printed, got int: the model was made without validation"
    for thing in (made, api.customer(made), api.set_tagging_provider("customer", made)):
        with pytest.raises(InvalidTagging) as caught:
            snippet(thing)
        assert caught.value.problems == (Problem("first_name", message),)


def test_a_model_made_past_validation_is_escaped_all_the_same() -> None:
    made = Customer.model_construct(
        **dict.fromkeys(Customer.model_fields)
        | {"customer_reference": Markup("</script>"), "first_name": "Ja\0ne", "type": date(2011, 12, 31)}
    )
    assert statement(made) == (
        'nostojs(api => api.customer({"first_name":"Jane","customer_reference":"\\u003c/script\\u003e",'
        '"type":"2011-12-31"}))'
    )


def test_a_model_made_past_validation_of_nothing_makes_an_empty_object() -> None:
    nobody = Customer.model_construct(**dict.fromkeys(Customer.model_fields))
    assert snippet(nobody) == "<script>nostojs(api => api.customer({}))</script>"
    assert statement(api.customer(nobody)) == "nostojs(api => api.customer({}))"


def test_a_customer_of_a_subclass_and_an_unpickled_one_make_the_same_snippet() -> None:
    class Buyer(Customer):
        pass

    assert snippet(Buyer(**JANE)) == JANE_SCRIPT
    assert snippet(pickle.loads(pickle.dumps(Customer(**JANE)))) == JANE_SCRIPT  # noqa: S301 - our own


def test_the_forms_of_one_customer_do_not_take_each_others_spelling() -> None:
    # The forms share a cache of what is the same for a class.
    for _ in range(2):
        assert statement(api.customer(JOHN)) == JOHN_STATEMENT
        assert statement(JOHN) == JOHN_STATEMENT
        assert statement(api.set_tagging_provider("customer", JOHN)) == (
            f'nostojs(api => api.setTaggingProvider("customer",{JOHN_PROVIDED}))'
        )
        assert page.block(block(JOHN)) == [("email", "john.doe@example.com"), ("marketing_permission", "false")]


# --- statement and statement_attribute


def test_a_statement_stands_in_an_authors_own_script() -> None:
    made = f"<script>const before = 1;{statement(JOHN, SEVEN)};nostojs(api => api.after())</script>"
    assert engine.calls(page.script(made)) == [
        ["api.customer", [{"email": "john.doe@example.com", "marketing_permission": False}]],
        ["api.customer", [{"customer_reference": "7"}]],
        ["api.after", []],
    ]


def test_a_statement_for_an_attribute_is_this_text() -> None:
    assert statement_attribute(Customer(customer_reference="<'\">")) == (
        "nostojs(api &#61;&#62; api.customer(&#123;&#34;customer&#95;reference&#34;&#58;"
        "&#34;&#92;u003c&#92;u0027&#92;u0022&#92;u003e&#34;&#125;))"
    )


@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_statement_for_an_attribute_runs_from_one_quoted_either_way(quote: str) -> None:
    made = page.PAGE.format(f"<button onclick={quote}{statement_attribute(Customer(**JANE), JOHN)}{quote}>x</button>")
    assert page.outline(made)[4] == (1, "button", ("onclick",))
    assert engine.calls(page.attribute(made, "button", "onclick") or "") == [
        ["api.customer", [JANE]],
        ["api.customer", [{"email": "john.doe@example.com", "marketing_permission": False}]],
    ]


def test_a_plain_statement_runs_from_a_single_quoted_attribute_and_is_inert_in_a_double_quoted_one() -> None:
    fields = {"email": "jane.doe@example.com", "first_name": "\" onfocus=window.canary=1 x='"}
    made = statement(Customer(**fields))
    single = page.PAGE.format(f"<button onclick='{made}'>x</button>")
    assert engine.calls(page.attribute(single, "button", "onclick") or "") == [["api.customer", [fields]]]
    double = page.PAGE.format(f'<button onclick="{made}">x</button>')
    assert page.attribute(double, "button", "onclick") == "nostojs(api => api.customer({"
    assert engine.calls("nostojs(api => api.customer({") == [["threw", ["SyntaxError: Unexpected end of input"]]]
    ((_, _, attributes),) = [each for each in page.outline(double) if each[1] == "button"]
    assert [name for name in attributes if "=" in name or name in ("onfocus", "x")] == []


# --- nonce


class Lazy:
    """Text in all but type, as Django's lazy objects are; django-csp's nonce is one."""

    def __init__(self, text: str) -> None:
        self.text = text

    @property
    def __class__(self):
        return str

    def __str__(self) -> str:
        return self.text


class Token(str):
    """A kind of text."""

    __slots__ = ()


@pytest.mark.parametrize(
    ("nonce", "attribute"),
    [
        ("r4nd0m", ' nonce="r4nd0m"'),
        ("a+b/c-d_e==", ' nonce="a&#43;b/c-d&#95;e&#61;&#61;"'),  # base64 in both alphabets
        (Token("r4nd0m"), ' nonce="r4nd0m"'),
        (Markup("r4nd0m"), ' nonce="r4nd0m"'),
        pytest.param(Lazy("r4nd0m"), ' nonce="r4nd0m"', id="lazy"),  # pytest would take it for text
        (lambda: "r4nd0m", ' nonce="r4nd0m"'),
        (lambda: Lazy("r4nd0m"), ' nonce="r4nd0m"'),
        # There is none.
        (None, ""),
        ("", ""),
        (lambda: None, ""),
        (lambda: "", ""),
    ],
)
def test_a_nonce_is_text_a_lazy_object_or_what_gives_it(nonce, attribute: str) -> None:
    assert snippet(JOHN, nonce=nonce) == f"<script{attribute}>{JOHN_STATEMENT}</script>"
    assert client_script("shopify-11368366139", nonce=nonce) == (
        f"<script{attribute}>{STUB}</script>"
        f'<script{attribute} src="https://connect.nosto.com/include/shopify-11368366139" async=""></script>'
    )


def test_the_browser_reads_the_very_nonce() -> None:
    made = snippet(JOHN, nonce="a+b/c-d_e==")
    assert page.attribute(made, "script", "nonce") == "a+b/c-d_e=="


@pytest.mark.parametrize(
    ("nonce", "message"),
    [
        (7, "must be text, a callable that gives text, or None, got int"),
        (b"r4nd0m", "must be text, a callable that gives text, or None, got bytes"),
        (True, "must be text, a callable that gives text, or None, got bool"),
        (lambda: 7, "must be text, a callable that gives text, or None, got int"),
        (lambda: lambda: "r4nd0m", "must be text, a callable that gives text, or None, got function"),
        ("two words", "must be base64 text as a Content-Security-Policy has it, got text of 9 characters"),
        ('"><script>', "must be base64 text as a Content-Security-Policy has it, got text of 10 characters"),
        ("r4nd0m\n", "must be base64 text as a Content-Security-Policy has it, got text of 7 characters"),
        ("=", "must be base64 text as a Content-Security-Policy has it, got text of 1 character"),
        ("a===", "must be base64 text as a Content-Security-Policy has it, got text of 4 characters"),
        ("é", "must be base64 text as a Content-Security-Policy has it, got text of 1 character"),
        pytest.param(
            Lazy('">'), "must be base64 text as a Content-Security-Policy has it, got text of 2 characters", id="lazy"
        ),
        (lambda: '">', "must be base64 text as a Content-Security-Policy has it, got text of 2 characters"),
    ],
)
def test_what_is_no_nonce_is_refused_without_telling_it(nonce, message: str) -> None:
    for function in (lambda: snippet(JOHN, nonce=nonce), lambda: client_script("shop", nonce=nonce)):
        with pytest.raises(InvalidArgument) as caught:
            function()
        assert str(caught.value) == f"nonce {message}"
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None


# --- client_script


@pytest.mark.parametrize(
    ("options", "stub", "rest"),
    [
        ({}, "", '"https://connect.nosto.com/include/shop" async=""'),
        ({"host": "production"}, "", '"https://connect.nosto.com/include/shop" async=""'),
        ({"host": "staging"}, "", '"https://connect.staging.nosto.com/include/shop" async=""'),
        ({"run_async": False}, "", '"https://connect.nosto.com/include/shop"'),
        (
            {"autoload": False},
            ";nostojs(api => api.setAutoLoad(false))",
            '"https://connect.nosto.com/include/shop" async=""',
        ),
        (
            {"host": "staging", "autoload": False, "run_async": False},
            ";nostojs(api => api.setAutoLoad(false))",
            '"https://connect.staging.nosto.com/include/shop"',
        ),
    ],
)
def test_the_client_script_is_the_stub_and_the_include(options, stub: str, rest: str) -> None:
    made = client_script("shop", **options)
    assert type(made) is Markup
    assert made == f"<script>{STUB}{stub}</script><script src={rest}></script>"


@pytest.mark.parametrize(
    ("account_id", "source"),
    [
        ("shopify-11368366139", "https://connect.nosto.com/include/shopify-11368366139"),
        ("a_b.c~d", "https://connect.nosto.com/include/a_b.c~d"),
        ("a..b", "https://connect.nosto.com/include/a..b"),
        ("0", "https://connect.nosto.com/include/0"),
        ("a" * 200, f"https://connect.nosto.com/include/{'a' * 200}"),
    ],
)
def test_the_account_id_stands_in_the_address_of_the_include(account_id: str, source: str) -> None:
    assert page.attribute(client_script(account_id), "script[src]", "src") == source


@pytest.mark.parametrize(
    ("account_id", "kind"),
    [
        ("", "text of 0 characters"),
        (" ", "text of 1 character"),
        (".", "text of 1 character"),  # a step on the spot
        ("..", "text of 2 characters"),  # a step up
        ("...", "text of 3 characters"),
        ("a/b", "text of 3 characters"),
        ("a\\b", "text of 3 characters"),
        ("a?b", "text of 3 characters"),
        ("a#b", "text of 3 characters"),
        ("a%2fb", "text of 5 characters"),
        ("shop\n", "text of 5 characters"),
        ('"><script>', "text of 10 characters"),
        ("é", "text of 1 character"),
        ("\u0661", "text of 1 character"),  # a digit, to Python
        ("a" * 201, "text of 201 characters"),
    ],
)
def test_an_account_id_that_cannot_stand_in_a_url_path_is_refused(account_id: str, kind: str) -> None:
    with pytest.raises(InvalidSettings) as caught:
        client_script(account_id)
    assert str(caught.value) == (
        f"Settings.account_id must be the account's id as it stands in a URL path (letters, digits and -._~), got {kind}"
    )


def test_an_account_id_is_escaped_like_any_value() -> None:
    assert client_script("a_b.c~d", run_async=False) == (
        f'<script>{STUB}</script><script src="https://connect.nosto.com/include/a&#95;b.c&#126;d"></script>'
    )


def test_a_client_script_without_an_account_is_refused() -> None:
    with pytest.raises(InvalidArgument) as caught:
        client_script()
    assert str(caught.value) == "account_id must be given, here or in the settings (NOSTO_ACCOUNT_ID)"


def test_an_unknown_host_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidSettings) as caught:
        client_script("shop", host="live")
    assert str(caught.value) == "Settings.host must be 'production' or 'staging', got text of 4 characters"


def test_the_stub_keeps_calls_in_their_order_until_the_client_script_comes_for_them() -> None:
    stub = page.scripts(client_script("shop", autoload=False))[0]
    made = page.script(snippet(JOHN, SEVEN))
    assert engine.calls_from_queue(f"{stub};{made}") == [
        ["api.setAutoLoad", [False]],
        ["api.customer", [{"email": "john.doe@example.com", "marketing_permission": False}]],
        ["api.customer", [{"customer_reference": "7"}]],
    ]


def test_the_stub_leaves_a_client_script_that_is_there_already() -> None:
    stub = page.scripts(client_script("shop"))[0]
    assert engine.calls(f"{stub};{page.script(snippet(SEVEN))}") == [["api.customer", [{"customer_reference": "7"}]]]


def test_the_stub_runs_a_second_time_without_losing_what_waits() -> None:
    stub = page.scripts(client_script("shop"))[0]
    made = page.script(snippet(SEVEN))
    assert engine.calls_from_queue(f"{stub};{made};{stub};{made}") == [
        ["api.customer", [{"customer_reference": "7"}]],
        ["api.customer", [{"customer_reference": "7"}]],
    ]
