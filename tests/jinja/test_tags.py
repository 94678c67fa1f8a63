"""The tags, the globals and the macros: what they take, what they refuse, where they say that something is wrong."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    DebugUndefined,
    DictLoader,
    Environment,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
    make_logging_undefined,
    select_autoescape,
)
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedEnvironment, unsafe
from markupsafe import Markup
from support import engine, page
from support.expected import JANE, JANE_BLOCK, JANE_SCRIPT, JANE_STATEMENT, ROOT

from nosto_tagging import Customer, Settings, Tagger, api, block, snippet
from nosto_tagging.errors import InvalidArgument, InvalidTagging, NostoTaggingError, UndefinedName
from nosto_tagging.jinja import NostoExtension, install, template_loader

JANE_TAGGED = Customer(**JANE)
EMAIL_BLOCK = f'{ROOT}<span class="email">jane.doe@example.com</span></div>'
EMAIL_SCRIPT = '<script>nostojs(api => api.customer({"email":"jane.doe@example.com"}))</script>'
FIELDS = (
    "email, first_name, last_name, marketing_permission, customer_reference, hcid, type, customer_group, gender, "
    "date_of_birth, region, city, street, order_number, source, source_id"
)


def environment(settings: Settings | None = None, **options) -> Environment:
    made = Environment(**{"autoescape": True, **options})
    install(made, settings)
    return made


def render(source: str, settings: Settings | None = None, **context) -> str:
    return environment(settings).from_string(source).render(context)


# --- what stands after a tag's name


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("{% nosto_customer customer %}", JANE_BLOCK),
        ("{% nosto_customer_snippet customer %}", JANE_SCRIPT),
        ("{% nosto_customer_snippet customer, nonce=csp_nonce %}", JANE_SCRIPT.replace(">", ' nonce="r4nd0m">', 1)),
        ("{% nosto_customer_snippet customer nonce=csp_nonce %}", JANE_SCRIPT.replace(">", ' nonce="r4nd0m">', 1)),
        ("{% nosto_customer_snippet customer, nonce=make_nonce %}", JANE_SCRIPT.replace(">", ' nonce="m4de">', 1)),
        ("{% nosto_customer_snippet customer, nonce=make_nonce() %}", JANE_SCRIPT.replace(">", ' nonce="m4de">', 1)),
        ("{% nosto_customer_snippet customer, nonce=none %}", JANE_SCRIPT),
        ("{% nosto_customer_snippet customer, nonce='' %}", JANE_SCRIPT),
        # A mapping is as good as an object.
        ("{% nosto_customer row %}", JANE_BLOCK),
        ("{% nosto_customer {'email': row.email} %}", EMAIL_BLOCK),
        # Fields, with commas or without, in any order, over lines.
        ("{% nosto_customer email=row.email %}", EMAIL_BLOCK),
        ("{% nosto_customer_snippet email=row.email %}", EMAIL_SCRIPT),
        (
            "{% nosto_customer last_name=row.last_name, email=row.email,first_name=row.first_name "
            "customer_reference = row.customer_reference\n marketing_permission=row.marketing_permission %}",
            JANE_BLOCK,
        ),
        (
            "{% nosto_customer_snippet nonce='r4nd0m', email=row.email %}",
            EMAIL_SCRIPT.replace(">", ' nonce="r4nd0m">', 1),
        ),
        ("{% nosto_customer email=row.email, first_name=none, last_name='', city=' ' %}", EMAIL_BLOCK),
        # A mapping of fields, and what a macro was given.
        ("{% nosto_customer **row %}", JANE_BLOCK),
        ("{% nosto_customer_snippet **row %}", JANE_SCRIPT),
        ("{% nosto_customer_snippet nonce='r4nd0m', **row %}", JANE_SCRIPT.replace(">", ' nonce="r4nd0m">', 1)),
        ("{% nosto_customer *[customer] %}", JANE_BLOCK),
        ("{% nosto_customer *[], **row %}", JANE_BLOCK),
        # Any expression.
        ("{% nosto_customer email=row.email|upper|lower %}", EMAIL_BLOCK),
        ("{% nosto_customer email='jane.doe' ~ '@example.com' %}", EMAIL_BLOCK),
        ("{% nosto_customer email=row['email'] if row else none %}", EMAIL_BLOCK),
        ("{% nosto_customer customer if customer else none %}", JANE_BLOCK),
        ("{% nosto_customer (customer) %}", JANE_BLOCK),
        ("{% nosto_customer [none, customer][1] %}", JANE_BLOCK),
        ("{% nosto_customer missing|default(customer) %}", JANE_BLOCK),
        ("{% nosto_customer load() %}", JANE_BLOCK),
        # Whitespace control, and a block around it.
        ("a {%- nosto_customer customer -%} b", f"a{JANE_BLOCK}b"),
        ("{% if customer %}{% nosto_customer customer %}{% endif %}", JANE_BLOCK),
        # What Jinja takes for safe is text like any other.
        (
            "{% nosto_customer email=row.email, first_name='<b>'|safe %}",
            EMAIL_BLOCK.replace("</div>", '<span class="first_name">&#60;b&#62;</span></div>'),
        ),
        (
            "{% nosto_customer email=row.email, first_name='<b>'|e %}",  # escaped by the author, by mistake
            EMAIL_BLOCK.replace("</div>", '<span class="first_name">&#38;lt;b&#38;gt;</span></div>'),
        ),
        # Nobody.
        ("{% nosto_customer none %}", ""),
        ("{% nosto_customer_snippet none, nonce=csp_nonce %}", ""),
        ("{% nosto_customer missing|default(none) %}", ""),
        ("{% nosto_customer_snippet missing|default(none) %}", ""),
        ("{% nosto_customer missing.customer|default(none) if missing is defined else none %}", ""),
    ],
)
def test_a_tag_prints(source: str, printed: str) -> None:
    assert (
        render(
            source,
            customer=JANE_TAGGED,
            row=JANE,
            csp_nonce="r4nd0m",
            make_nonce=lambda: "m4de",
            load=lambda: JANE_TAGGED,
        )
        == printed
    )


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        (
            "{% nosto_customer emial=user.email %}",
            f"nosto_customer has no 'emial', must be one of: {FIELDS}",
            1,
        ),
        (
            "{% nosto_customer_snippet customer, nounce=csp_nonce %}",
            f"nosto_customer_snippet has no 'nounce', must be one of: {FIELDS}, nonce",
            1,
        ),
        # A block is no script.
        (
            "{% nosto_customer customer, nonce=csp_nonce %}",
            f"nosto_customer has no 'nonce', must be one of: {FIELDS}",
            1,
        ),
        # JavaScript's spelling is no field.
        ("{% nosto_customer newsletter=true %}", f"nosto_customer has no 'newsletter', must be one of: {FIELDS}", 1),
        (
            "\n\n{% nosto_customer\n email=a,\n emial=b %}",
            f"nosto_customer has no 'emial', must be one of: {FIELDS}",
            5,
        ),
        ("{% nosto_customer email=a, email=b %}", "nosto_customer has 'email' twice", 1),
        # The line is the one on which the author has to look.
        (
            "{% nosto_customer\nemial\n=\n\na\n%}",
            f"nosto_customer has no 'emial', must be one of: {FIELDS}",
            2,
        ),
        ("{% nosto_customer\nemail=a\nemail\n=\n\nb\n%}", "nosto_customer has 'email' twice", 3),
        ("{% nosto_customer\na\nb\n%}", "nosto_customer takes one customer, and it stands first", 3),
        ("{% nosto_customer\na,\n\n%}", "nosto_customer ends in a comma", 4),
        (
            "\n{% nosto_customer\na\nemail=b\n%}",
            "nosto_customer takes a customer or fields, got both (a customer and email)",
            2,
        ),
        ("{% nosto_customer a, b %}", "nosto_customer takes one customer, and it stands first", 1),
        ("{% nosto_customer a b %}", "nosto_customer takes one customer, and it stands first", 1),
        ("{% nosto_customer email=a, b %}", "nosto_customer takes one customer, and it stands first", 1),
        (
            "{% nosto_customer_snippet nonce=a, b %}",
            "nosto_customer_snippet takes one customer, and it stands first",
            1,
        ),
        (
            "\n{% nosto_customer customer, email=a, city=b %}",
            "nosto_customer takes a customer or fields, got both (a customer and email, city)",
            2,
        ),
        (
            "{% nosto_customer_snippet customer, email=a, nonce=b %}",
            "nosto_customer_snippet takes a customer or fields, got both (a customer and email)",
            1,
        ),
        ("{% nosto_customer customer, %}", "nosto_customer ends in a comma", 1),
        ("{% nosto_customer email=a, %}", "nosto_customer ends in a comma", 1),
        # A tag of ours that does not exist is Jinja's to refuse.
        ("{% nosto_custmer customer %}", "Encountered unknown tag 'nosto_custmer'.", 1),
    ],
)
def test_a_tag_that_cannot_be_right_fails_while_compiling(source: str, message: str, line: int) -> None:
    env = environment(loader=DictLoader({"page.html": source}))
    with pytest.raises(TemplateSyntaxError) as caught:
        env.get_template("page.html")
    assert (caught.value.message, caught.value.lineno, caught.value.name) == (message, line, "page.html")


# --- what fails when a page is rendered

UNDEFINED = "{} is undefined; where it may be missing, write |default(none) after it"

# Every way in, with MISSING where the value stands.
PATHS = {
    "tag": "{% nosto_customer MISSING %}",
    "tag-field": "{% nosto_customer email=row.email, first_name=MISSING %}",
    "snippet-tag": "{% nosto_customer_snippet MISSING %}",
    "snippet-tag-field": "{% nosto_customer_snippet email=row.email, first_name=MISSING %}",
    "snippet-tag-nonce": "{% nosto_customer_snippet customer, nonce=MISSING %}",
    "tag-values": "{% nosto_customer *[MISSING] %}",
    "tag-mapping": "{% nosto_customer **{'email': row.email, 'first_name': MISSING} %}",
    "verb-block": "{{ nosto_block(MISSING) }}",
    "verb-snippet": "{{ nosto_snippet(MISSING) }}",
    "verb-snippet-second": "{{ nosto_snippet(customer, MISSING) }}",
    "verb-snippet-nonce": "{{ nosto_snippet(customer, nonce=MISSING) }}",
    "verb-statement": "{{ nosto_statement(MISSING) }}",
    "verb-statement-attribute": "{{ nosto_statement_attribute(MISSING) }}",
    "verb-client-script": "{{ nosto_client_script(MISSING) }}",
    "verb-client-script-nonce": "{{ nosto_client_script('shop', nonce=MISSING) }}",
    "macro": "{% from 'nosto/customer.html' import customer_block %}{{ customer_block(MISSING) }}",
    "macro-field": (
        "{% from 'nosto/customer.html' import customer_block %}"
        "{{ customer_block(email=row.email, first_name=MISSING) }}"
    ),
    "macro-snippet": "{% from 'nosto/customer.html' import customer_snippet %}{{ customer_snippet(MISSING) }}",
    "macro-snippet-nonce": (
        "{% from 'nosto/customer.html' import customer_snippet %}{{ customer_snippet(customer, nonce=MISSING) }}"
    ),
    "macro-client-script": "{% from 'nosto/script.html' import client_script %}{{ client_script(MISSING) }}",
}
each_path = pytest.mark.parametrize("source", PATHS.values(), ids=PATHS)


def kinds_of_undefined() -> dict[str, type[Undefined]]:
    quiet = logging.getLogger("quiet")
    quiet.addHandler(logging.NullHandler())
    quiet.propagate = False
    return {
        "default": Undefined,
        "strict": StrictUndefined,
        "chainable": ChainableUndefined,
        "debug": DebugUndefined,
        "logging": make_logging_undefined(quiet),
    }


each_undefined = pytest.mark.parametrize("undefined", kinds_of_undefined().values(), ids=kinds_of_undefined())


@each_undefined
@each_path
def test_an_undefined_name_is_an_error_under_raise(source: str, undefined: type[Undefined]) -> None:
    page = environment(undefined=undefined).from_string(source.replace("MISSING", "custmer"))
    with pytest.raises(UndefinedName) as caught:
        page.render(customer=JANE_TAGGED, row=JANE)
    assert str(caught.value) == UNDEFINED.format("custmer")


@each_undefined
@each_path
def test_an_undefined_name_is_logged_once_and_left_out_under_log(
    source: str, undefined: type[Undefined], caplog: pytest.LogCaptureFixture
) -> None:
    templates = {"page.html": "<p>before</p>\n" + source.replace("MISSING", "custmer") + "<p>after</p>"}
    env = environment(Settings(errors="log"), undefined=undefined, loader=DictLoader(templates))
    made = env.get_template("page.html").render(customer=JANE_TAGGED, row=JANE)
    assert made == "<p>before</p>\n<p>after</p>"
    assert caplog.record_tuples == [
        (
            "nosto_tagging",
            logging.ERROR,
            f"Left out of page.html, line 2: {UNDEFINED.format('custmer')}",
        ),
    ]


@pytest.mark.parametrize("option", ["account_id", "host", "autoload", "run_async"])
def test_an_undefined_option_of_the_client_script_is_an_error_and_not_its_default(
    option: str, caplog: pytest.LogCaptureFixture
) -> None:
    source = f"{{{{ nosto_client_script({option}=custmer) }}}}"
    with pytest.raises(UndefinedName) as caught:
        render(source, Settings(account_id="shop"))
    assert str(caught.value) == UNDEFINED.format("custmer")
    assert render(source, Settings(account_id="shop", errors="log")) == ""
    assert [record.getMessage() for record in caplog.records] == [
        f"Left out of <template>, line 1: {UNDEFINED.format('custmer')}"
    ]


@each_path
def test_an_undefined_attribute_is_an_error_under_raise(source: str) -> None:
    page = environment().from_string(source.replace("MISSING", "user.custmer"))
    with pytest.raises(UndefinedName) as caught:
        page.render(customer=JANE_TAGGED, row=JANE, user=SimpleNamespace())
    # A tag sees that the name stands in the template; a function cannot tell it from somebody's data.
    told = "custmer" if source.startswith("{% nosto_") else "An attribute or item of SimpleNamespace"
    assert str(caught.value) == UNDEFINED.format(told)


@pytest.mark.parametrize(
    "source",
    [
        "{% nosto_customer email=custmer.email %}",
        "{% nosto_customer_snippet custmer.customer %}",
    ],
)
def test_an_attribute_of_an_undefined_name_in_a_tag_is_logged_and_left_out_under_log(
    source: str, caplog: pytest.LogCaptureFixture
) -> None:
    env = environment(Settings(errors="log"), loader=DictLoader({"page.html": f"before{source}after"}))
    assert env.get_template("page.html").render() == "beforeafter"
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{% nosto_customer custmer[0:1] %}", UNDEFINED.format("custmer")),
        ("{% nosto_customer custmer.name[:1].x %}", UNDEFINED.format("custmer")),
        ("{% nosto_customer email=user.email, first_name=user.name[:1] %}", UNDEFINED.format("name")),
        ("{% nosto_customer email=user[:1] %}", UNDEFINED.format("An attribute or item of SimpleNamespace")),
        ("{% nosto_customer email=rows[custmer:] %}", UNDEFINED.format("An attribute or item of list")),
        ("{% nosto_customer email=rows[0:1, 0] %}", UNDEFINED.format("An attribute or item of list")),
    ],
)
def test_a_slice_of_what_has_none_is_an_error_under_raise_and_left_out_under_log(
    source: str, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    context = {"user": SimpleNamespace(email="jane.doe@example.com"), "rows": []}
    with pytest.raises(UndefinedName) as caught:
        render(source, **context)
    assert str(caught.value) == message
    assert render(f"before{source}after", Settings(errors="log"), **context) == "beforeafter"
    assert [record.getMessage() for record in caplog.records] == [f"Left out of <template>, line 1: {message}"]


@pytest.mark.parametrize("enable_async", [False, True], ids=["sync", "async"])
def test_a_slice_of_what_has_one_is_taken(*, enable_async: bool) -> None:
    source = "{% nosto_customer email=row.email[1:-1], first_name=names[::2][0], last_name=names[1:][0][:3] %}"
    made = environment(enable_async=enable_async).from_string(source)
    assert made.render(row={"email": "<jane.doe@example.com>"}, names=["Jane", "Doeman"]) == block(
        Customer(email="jane.doe@example.com", first_name="Jane", last_name="Doe")
    )


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ("{% nosto_customer custmer() %}", UndefinedName, UNDEFINED.format("custmer")),
        ("{% nosto_customer custmer()().x %}", UndefinedName, UNDEFINED.format("custmer")),
        ("{% nosto_customer email=user.custmer(custmer) %}", UndefinedName, UNDEFINED.format("custmer")),
        (
            "{% nosto_customer user.customer() %}",
            InvalidArgument,
            "() must stand after something that can be called, got Customer",
        ),
        (
            "{% nosto_customer email=user.nobody() %}",
            InvalidArgument,
            "() must stand after something that can be called, got None",
        ),
        (
            "{% nosto_customer user.load()() %}",
            InvalidArgument,
            "() must stand after something that can be called, got Customer",
        ),
        (
            "{% nosto_customer user.forbidden() %}",
            InvalidArgument,
            "() must stand after something that the sandbox lets templates call",
        ),
    ],
)
@pytest.mark.parametrize("enable_async", [False, True], ids=["sync", "async"])
def test_a_call_of_what_cannot_be_called_is_an_error_under_raise_and_left_out_under_log(
    source: str, error: type[Exception], message: str, *, enable_async: bool, caplog: pytest.LogCaptureFixture
) -> None:
    env = SandboxedEnvironment(enable_async=enable_async)
    forbidden = Forbidden()
    user = SimpleNamespace(customer=JANE_TAGGED, nobody=None, load=lambda: JANE_TAGGED, forbidden=forbidden)
    install(env)
    with pytest.raises(error) as caught:
        env.from_string(source).render(user=user)
    assert str(caught.value) == message
    install(env, Settings(errors="log"))
    assert env.from_string(f"before{source}after").render(user=user) == "beforeafter"
    logged = [record.getMessage() for record in caplog.records if record.name == "nosto_tagging"]
    assert logged == [f"Left out of <template>, line 1: {message}"]
    assert forbidden.asked == 0


def test_what_stands_before_a_call_is_worked_out_once() -> None:
    asked = Counted()
    source = "{% nosto_customer email=make()() %}"
    made = render(source, make=lambda: asked() and (lambda: "jane.doe@example.com"))
    assert (made, asked.asked) == (EMAIL_BLOCK, 1)


def test_an_elements_name_that_may_be_data_is_not_told() -> None:
    with pytest.raises(UndefinedName) as caught:
        render("{% nosto_customer rows[email] %}", rows={}, email="jane.doe@example.com")
    assert str(caught.value) == UNDEFINED.format("An attribute or item of dict")


@pytest.mark.parametrize(
    ("path", "printed"),
    [
        ("tag", ""),
        ("tag-field", EMAIL_BLOCK),
        ("snippet-tag", ""),
        ("snippet-tag-field", EMAIL_SCRIPT),
        ("snippet-tag-nonce", JANE_SCRIPT),
        ("tag-values", ""),
        ("tag-mapping", EMAIL_BLOCK),
        ("verb-block", ""),
        ("verb-snippet", ""),
        ("verb-snippet-second", JANE_SCRIPT),
        ("verb-snippet-nonce", JANE_SCRIPT),
        ("verb-statement", ""),
        ("verb-statement-attribute", ""),
        ("macro", ""),
        ("macro-field", EMAIL_BLOCK),
        ("macro-snippet", ""),
        ("macro-snippet-nonce", JANE_SCRIPT),
    ],
)
def test_default_none_says_maybe(path: str, printed: str) -> None:
    source = PATHS[path].replace("MISSING", "custmer|default(none)")
    assert render(source, customer=JANE_TAGGED, row=JANE) == printed


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        (
            "{% nosto_customer 'jane.doe@example.com' %}",
            InvalidArgument,
            "customer must be a Customer, a mapping of its fields, or None, got text of 20 characters; "
            "Customer.from_object() makes one from an object with attributes",
        ),
        (
            "{% nosto_customer user %}",
            InvalidArgument,
            "customer must be a Customer, a mapping of its fields, or None, got SimpleNamespace; "
            "Customer.from_object() makes one from an object with attributes",
        ),
        (
            "{% nosto_customer email='jane.doe' %}",
            InvalidTagging,
            "Customer.email must be an e-mail address such as jane.doe@example.com, got text of 8 characters",
        ),
        (
            "{% nosto_customer first_name='Jane' %}",
            InvalidTagging,
            "Customer needs an email or a customer_reference, got neither",
        ),
        (
            "{% nosto_customer {'emial': 'jane.doe@example.com'} %}",
            InvalidTagging,
            f"Customer has no field 'emial', must be one of: {FIELDS}",
        ),
        # Only while rendering is it known what a mapping or a macro holds.
        (
            "{% nosto_customer **{'emial': 'jane.doe@example.com'} %}",
            InvalidTagging,
            f"Customer has no field 'emial', must be one of: {FIELDS}",
        ),
        (
            "{% from 'nosto/customer.html' import customer_block %}{{ customer_block(emial='jane.doe@example.com') }}",
            InvalidTagging,
            f"Customer has no field 'emial', must be one of: {FIELDS}",
        ),
        (
            "{% from 'nosto/customer.html' import customer_block %}"
            "{{ customer_block(email='jane.doe@example.com', nonce='r4nd0m') }}",
            InvalidTagging,
            f"Customer has no field 'nonce', must be one of: {FIELDS}",
        ),
        (
            "{% from 'nosto/customer.html' import customer_block %}"
            "{{ customer_block(user, email='jane.doe@example.com') }}",
            InvalidArgument,
            "nosto_customer takes one customer, or fields, got SimpleNamespace, 'email'",
        ),
        (
            "{% from 'nosto/customer.html' import customer_snippet %}{{ customer_snippet(user, 'Jane') }}",
            InvalidArgument,
            "nosto_customer takes one customer, or fields, got SimpleNamespace, text of 4 characters",
        ),
        (
            "{% nosto_customer *[none, none] %}",
            InvalidArgument,
            "nosto_customer takes one customer, or fields, got None, None",
        ),
        (
            "{% nosto_customer %}",
            InvalidArgument,
            "customer must be given: this environment has no customer loader",
        ),
        (
            "{% nosto_customer_snippet nonce='r4nd0m' %}",
            InvalidArgument,
            "customer must be given: this environment has no customer loader",
        ),
        (
            "{% from 'nosto/customer.html' import customer_block %}{{ customer_block() }}",
            InvalidArgument,
            "customer must be given: this environment has no customer loader",
        ),
        (
            "{% nosto_customer_snippet email='jane.doe@example.com', nonce=7 %}",
            InvalidArgument,
            "nonce must be text, a callable that gives text, or None, got int",
        ),
        (
            "{{ nosto_client_script() }}",
            InvalidArgument,
            "account_id must be given, here or in the settings (NOSTO_ACCOUNT_ID)",
        ),
    ],
)
def test_what_is_wrong_is_an_error_under_raise_and_one_record_under_log(
    source: str, error: type[Exception], message: str, caplog: pytest.LogCaptureFixture
) -> None:
    user = SimpleNamespace(email="jane.doe@example.com")
    with pytest.raises(error) as caught:
        render(source, user=user)
    assert str(caught.value) == message
    env = environment(Settings(errors="log"), loader=DictLoader({"shop/page.html": f"\n\n{source}after"}))
    assert env.get_template("shop/page.html").render(user=user) == "\n\nafter"
    assert caplog.record_tuples == [
        ("nosto_tagging", logging.ERROR, f"Left out of shop/page.html, line 3: {message}"),
    ]


def test_one_tag_left_out_leaves_the_others_of_the_page(caplog: pytest.LogCaptureFixture) -> None:
    source = "{% nosto_customer custmer %}\n{% nosto_customer_snippet customer %}\n{{ nosto_block(custmer) }}"
    made = render(source, Settings(errors="log"), customer=JANE_TAGGED)
    assert made == f"\n{JANE_SCRIPT}\n"
    assert [record.getMessage() for record in caplog.records] == [
        f"Left out of <template>, line 1: {UNDEFINED.format('custmer')}",
        f"Left out of <template>, line 3: {UNDEFINED.format('custmer')}",
    ]


PLACES = {
    "page.html": "\n{% nosto_customer custmer %}",
    "multi-line.html": "a\n\n{% nosto_customer\n  email=1\n%}",
    "including.html": "\n\n\n{% include 'page.html' %}",
    "macros.html": "\n\n\n\n{% macro tag(customer) %}\n{% nosto_customer custmer %}{% endmacro %}",
    "calling.html": "{% from 'macros.html' import tag %}{{ tag(1) }}",
    "base.html": "\n{% block body %}{% endblock %}",
    "child.html": "{% extends 'base.html' %}\n\n{% block body %}\n{% nosto_customer custmer %}{% endblock %}",
    "ours.html": "\n\n{% from 'nosto/customer.html' import customer_block %}\n{{ customer_block(custmer) }}",
    "loop.html": "{% for x in [1] %}\n{% if x %}\n{{ nosto_block(custmer) }}{% endif %}{% endfor %}",
    "set.html": "{% set x %}\n\n{% nosto_customer custmer %}{% endset %}",
}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("page.html", "page.html, line 2"),
        ("multi-line.html", "multi-line.html, line 3"),
        ("including.html", "page.html, line 2"),
        ("calling.html", "macros.html, line 6"),
        ("child.html", "child.html, line 4"),
        ("ours.html", "ours.html, line 4"),  # the page rather than the bundled macro
        ("loop.html", "loop.html, line 3"),
        ("set.html", "set.html, line 3"),
    ],
)
@pytest.mark.parametrize("enable_async", [False, True], ids=["sync", "async"])
def test_a_record_names_the_template_and_the_line_that_asked(
    name: str, place: str, *, enable_async: bool, caplog: pytest.LogCaptureFixture
) -> None:
    env = environment(Settings(errors="log"), loader=DictLoader(PLACES), enable_async=enable_async)
    env.get_template(name).render()
    (record,) = [record for record in caplog.records if record.name == "nosto_tagging"]
    assert record.getMessage().startswith(f"Left out of {place}: ")


def test_an_error_shows_the_templates_own_line_in_its_traceback() -> None:
    env = environment(loader=DictLoader({"page.html": "\n\n{% nosto_customer custmer %}"}))
    with pytest.raises(UndefinedName) as caught:
        env.get_template("page.html").render()
    assert ("<template>", 3) in [(frame.filename, frame.lineno) for frame in traceback.extract_tb(caught.tb)]


# --- settings


def test_the_settings_of_the_environment_reach_every_path() -> None:
    env = environment(Settings(leave_out_email=True, nonce="r4nd0m", account_id="shop", host="staging"))
    source = (
        "{% nosto_customer customer %}{% nosto_customer_snippet customer %}{{ nosto_snippet(customer) }}"
        "{{ nosto_client_script() }}"
        "{% from 'nosto/customer.html' import customer_snippet %}{{ customer_snippet(customer) }}"
        "{% from 'nosto/script.html' import client_script %}{{ client_script() }}"
    )
    tagger = Tagger(Settings(leave_out_email=True, nonce="r4nd0m", account_id="shop", host="staging"))
    script = tagger.snippet(JANE_TAGGED)
    assert page.attribute(script, "script", "nonce") == "r4nd0m"
    assert env.from_string(source).render(customer=JANE_TAGGED) == (
        tagger.block(JANE_TAGGED) + script * 2 + tagger.client_script() + script + tagger.client_script()
    )


@each_path
def test_nothing_is_printed_when_tagging_is_off(source: str) -> None:
    settings = Settings(enabled=False)
    assert render(source.replace("MISSING", "customer"), settings, customer=JANE_TAGGED, row=JANE) == ""


def test_a_site_nonce_reaches_an_imported_macro_which_has_no_context() -> None:
    env = environment(Settings(nonce=lambda: "r4nd0m"))
    source = "{% from 'nosto/customer.html' import customer_snippet %}{{ customer_snippet(customer) }}"
    assert env.from_string(source).render(customer=JANE_TAGGED) == JANE_SCRIPT.replace(">", ' nonce="r4nd0m">', 1)


def test_install_gives_the_tagger_that_the_templates_use() -> None:
    env = Environment(autoescape=True)
    settings = Settings(account_id="shop")
    tagger = install(env, settings)
    assert env.nosto_tagging is tagger
    assert tagger.settings is settings


def test_installing_again_changes_the_settings() -> None:
    env = environment(Settings(nonce="first"))
    page = env.from_string("{% nosto_customer_snippet email='jane.doe@example.com' %}")
    install(env, Settings(nonce="second"))
    assert page.render() == EMAIL_SCRIPT.replace(">", ' nonce="second">', 1)


def test_the_extension_alone_has_the_default_settings_and_finds_the_macros() -> None:
    env = Environment(extensions=["nosto_tagging.jinja.NostoExtension"], autoescape=True)
    source = "{% from 'nosto/customer.html' import customer_block %}{{ customer_block(customer) }}"
    assert env.from_string(source).render(customer=JANE_TAGGED) == JANE_BLOCK
    assert env.nosto_tagging.settings == Settings()


def test_adding_the_extension_again_keeps_the_settings() -> None:
    env = environment(Settings(nonce="r4nd0m"))
    env.add_extension(NostoExtension)
    assert env.from_string("{% nosto_customer_snippet email='jane.doe@example.com' %}").render() == (
        EMAIL_SCRIPT.replace(">", ' nonce="r4nd0m">', 1)
    )


def test_two_environments_keep_their_settings_apart() -> None:
    first, second = environment(Settings(nonce="first")), environment(Settings(nonce="second"))
    source = "{% nosto_customer_snippet email='jane.doe@example.com' %}"
    assert [env.from_string(source).render() for env in (first, second, first)] == [
        EMAIL_SCRIPT.replace(">", f' nonce="{nonce}">', 1) for nonce in ("first", "second", "first")
    ]


def test_a_global_of_the_sites_own_is_left_alone() -> None:
    env = Environment(autoescape=True)
    env.globals["nosto_block"] = lambda thing: "own"
    install(env)
    assert env.from_string("{{ nosto_block(none) }}").render() == "own"


def test_it_stands_beside_other_extensions() -> None:
    class Shout(Extension):
        def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
            return source.replace("!", "!!")

    env = Environment(autoescape=True, extensions=[Shout, "jinja2.ext.i18n", "jinja2.ext.do", NostoExtension])
    env.install_null_translations()
    source = "{% trans %}Hello!{% endtrans %}{% do [] %}{% nosto_customer customer %}"
    assert env.from_string(source).render(customer=JANE_TAGGED) == f"Hello!!{JANE_BLOCK}"


def test_it_works_under_delimiters_of_the_sites_own() -> None:
    env = Environment(
        autoescape=True, block_start_string="<%", block_end_string="%>", line_statement_prefix="#", trim_blocks=True
    )
    env.add_extension(NostoExtension)
    source = "<% nosto_customer customer %>\n# nosto_customer_snippet customer, nonce='r4nd0m'\n"
    assert env.from_string(source).render(customer=JANE_TAGGED) == (
        JANE_BLOCK + JANE_SCRIPT.replace(">", ' nonce="r4nd0m">', 1)
    )


# --- loaders


BUNDLED = [
    f"nosto/{topic}.html"
    for topic in (
        "cart",
        "customer",
        "order",
        "page",
        "placement",
        "product",
        "script",
        "search",
        "variation",
        "visitor",
    )
]


def test_the_loader_has_the_bundled_templates_and_no_others() -> None:
    assert sorted(template_loader().list_templates()) == BUNDLED


@pytest.mark.parametrize("loader", [None, DictLoader({"page.html": ""})], ids=["none", "own"])
def test_install_finds_the_bundled_templates_with_and_without_a_loader_of_the_sites_own(loader) -> None:
    env = environment(loader=loader)
    assert sorted(env.list_templates()) == sorted([*BUNDLED, *([] if loader is None else ["page.html"])])


def test_a_sites_own_macros_win_over_the_bundled_ones() -> None:
    own = (
        "{% macro customer_block(customer) %}<!-- own -->{{ nosto_block(customer) }}{% endmacro %}"
        "{% macro customer_snippet(customer) %}own{% endmacro %}"
    )
    source = "{% from 'nosto/customer.html' import customer_block %}{{ customer_block(customer) }}"
    env = environment(loader=DictLoader({"nosto/customer.html": own, "page.html": source}))
    assert env.get_template("page.html").render(customer=JANE_TAGGED) == f"<!-- own -->{JANE_BLOCK}"
    # The other file is still the bundled one.
    assert sorted(env.get_template("nosto/script.html").module.__dict__.keys() & {"client_script"}) == ["client_script"]


def test_the_loader_goes_into_a_choice_of_the_sites_own() -> None:
    env = Environment(
        autoescape=True, loader=ChoiceLoader([DictLoader({}), template_loader()]), extensions=[NostoExtension]
    )
    source = "{% import 'nosto/customer.html' as nosto %}{{ nosto.customer_block(customer) }}"
    assert env.from_string(source).render(customer=JANE_TAGGED) == JANE_BLOCK


def test_the_loader_gives_a_template_with_its_file_for_good_and_names_the_one_that_it_lacks() -> None:
    env = Environment(loader=template_loader())
    source, filename, is_up_to_date = template_loader().get_source(env, "nosto/script.html")
    assert Path(filename or "").read_text(encoding="utf-8") == source
    assert is_up_to_date() is True
    with pytest.raises(TemplateNotFound) as caught:
        template_loader().get_source(env, "nosto/custmer.html")
    assert caught.value.name == "nosto/custmer.html"


def test_a_macro_sees_the_environments_globals_or_those_that_its_import_is_given() -> None:
    env = environment()
    env.globals["nonce"] = "environment"
    assert env.get_template("nosto/script.html").globals["nonce"] == "environment"
    given = env.get_template("nosto/customer.html", globals={"nonce": "own"})
    assert given.globals["nonce"] == "own"


@pytest.mark.parametrize("name", ["block", "snippet", "statement", "statement_attribute", "client_script"])
def test_a_global_goes_by_its_name_in_a_traceback(name: str) -> None:
    assert environment().globals[f"nosto_{name}"].__name__ == f"nosto_{name}"


def test_a_name_that_is_no_name_is_not_told() -> None:
    for name in (None, "jane.doe@example.com"):
        with pytest.raises(UndefinedName) as caught:
            render("{{ nosto_block(customer) }}", customer=Undefined(name=name))
        assert str(caught.value) == UNDEFINED.format("A value")


def test_an_item_and_an_attribute_of_one_name_are_told_apart_in_a_tag() -> None:
    class Row(dict[str, str]):
        source = "attribute"

    row = Row(source="item", email="jane.doe@example.com")
    for source in ("row.source", "row['source']"):
        printed = "attribute" if source == "row.source" else "item"
        assert render(f"{{% nosto_customer_snippet email=row.email, source={source} %}}", row=row) == (
            EMAIL_SCRIPT.replace("}", f',"source":"{printed}"}}')
        )


def test_the_extension_alone_leaves_a_sites_own_loader_alone() -> None:
    env = Environment(autoescape=True, loader=DictLoader({}), extensions=[NostoExtension])
    with pytest.raises(TemplateNotFound, match=r"^nosto/customer\.html$"):
        env.get_template("nosto/customer.html")


@pytest.mark.parametrize("name", ["page.txt", "page.jinja", "page.html", "page.xml"])
def test_a_macro_comes_out_the_same_whatever_the_pages_ending(name: str) -> None:
    # Under select_autoescape the calling page may be unescaped, the macros' file never is.
    source = "{% from 'nosto/customer.html' import customer_snippet %}{{ customer_snippet(customer) }}"
    env = environment(autoescape=select_autoescape(), loader=DictLoader({name: source}))
    assert env.get_template(name).render(customer=JANE_TAGGED) == JANE_SCRIPT


# --- the macro of the client script, and the calls of the api


def test_the_macro_of_the_client_script_prints_what_python_prints() -> None:
    source = (
        "{% from 'nosto/script.html' import client_script %}"
        "{{ client_script('shop', host='staging', autoload=false, run_async=false, nonce='r4nd0m') }}"
    )
    assert render(source) == Tagger().client_script(
        "shop", host="staging", autoload=False, run_async=False, nonce="r4nd0m"
    )


def test_calls_of_the_api_are_printed_by_the_globals() -> None:
    source = "{{ nosto_snippet(api.set_tagging_provider('customer', customer), none, customer, nonce='r4nd0m') }}"
    made = render(source, api=api, customer=JANE_TAGGED)
    assert made == snippet(api.set_tagging_provider("customer", JANE_TAGGED), JANE_TAGGED, nonce="r4nd0m")


def test_a_statement_stands_in_an_authors_own_script_and_in_an_attribute() -> None:
    source = (
        '<script>{{ nosto_statement(customer) }}</script><a onclick="{{ nosto_statement_attribute(customer) }}">x</a>'
    )
    made = render(source, customer=JANE_TAGGED)
    assert page.script(made) == JANE_STATEMENT
    assert page.attribute(made, "a", "onclick") == JANE_STATEMENT


# --- the sandbox


class Counted:
    """Gives a nonce, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        return "r4nd0m"


class Forbidden(Counted):
    alters_data = True  # Django's mark, which the sandbox respects


NONCE_PATHS = {
    "tag": "{% nosto_customer_snippet customer, nonce=nonce %}",
    "tag-fields": "{% nosto_customer_snippet email=customer.email, nonce=nonce %}",
    "verb": "{{ nosto_snippet(customer, nonce=nonce) }}",
    "client-script": "{{ nosto_client_script('shop', nonce=nonce) }}",
    "macro": "{% from 'nosto/customer.html' import customer_snippet %}{{ customer_snippet(customer, nonce=nonce) }}",
    "macro-script": "{% from 'nosto/script.html' import client_script %}{{ client_script('shop', nonce=nonce) }}",
}
each_nonce = pytest.mark.parametrize("source", NONCE_PATHS.values(), ids=NONCE_PATHS)
each_sandbox = pytest.mark.parametrize("sandbox", [SandboxedEnvironment, ImmutableSandboxedEnvironment])


@each_sandbox
@each_nonce
def test_a_nonce_that_the_sandbox_forbids_is_not_called(source: str, sandbox: type[SandboxedEnvironment]) -> None:
    called = []
    env = sandbox(autoescape=True)
    install(env)
    for nonce in (Forbidden(), unsafe(lambda: called.append("unsafe"))):
        with pytest.raises(InvalidArgument) as caught:
            env.from_string(source).render(customer=JANE_TAGGED, nonce=nonce)
        assert str(caught.value) == "nonce must be something that the sandbox lets templates call"
        assert getattr(nonce, "asked", 0) == 0
    assert called == []


@each_sandbox
@each_nonce
def test_a_nonce_that_the_sandbox_allows_is_called(source: str, sandbox: type[SandboxedEnvironment]) -> None:
    env = sandbox(autoescape=True)
    install(env)
    nonce = Counted()
    made = env.from_string(source).render(customer=JANE_TAGGED, nonce=nonce)
    assert nonce.asked == 1
    assert {dict(node.attributes)["nonce"] for node in page.elements(made, "script")} == {"r4nd0m"}


@each_nonce
def test_without_a_sandbox_any_callable_gives_the_nonce(source: str) -> None:
    nonce = Forbidden()
    render(source, customer=JANE_TAGGED, nonce=nonce)
    assert nonce.asked == 1


def test_a_sites_own_nonce_is_called_in_the_sandbox_whatever_templates_may_call() -> None:
    env = SandboxedEnvironment(autoescape=True)
    nonce = Forbidden()
    install(env, Settings(nonce=nonce))
    made = env.from_string("{% nosto_customer_snippet customer %}").render(customer=JANE_TAGGED)
    assert page.attribute(made, "script", "nonce") == "r4nd0m"


@pytest.mark.parametrize(
    "source",
    [
        "{{ nosto_block.__globals__.x }}",
        "{{ nosto_block.__closure__.x }}",
        "{{ nosto_snippet.__code__.x }}",
    ],
)
def test_the_globals_are_no_way_out_of_the_sandbox(source: str) -> None:
    env = SandboxedEnvironment(autoescape=True)
    install(env)
    with pytest.raises(SecurityError, match="is unsafe"):
        env.from_string(source).render()


# --- threads


def test_two_threads_through_one_environment_get_their_own_customers() -> None:
    env = environment()
    env.loader = ChoiceLoader(
        [
            DictLoader(
                {
                    "page.html": "{% from 'nosto/customer.html' import customer_snippet %}"
                    "{% nosto_customer customer %}{% nosto_customer_snippet customer, nonce=nonce %}"
                    "{% nosto_customer email=customer.email, first_name=customer.first_name %}"
                    "{{ nosto_block(customer) }}{{ customer_snippet(customer, nonce=nonce) }}"
                }
            ),
            template_loader(),
        ]
    )
    barrier = threading.Barrier(2)
    strays: list[str] = []

    def visit(name: str) -> None:
        customer = Customer(email=f"{name}.doe@example.com", first_name=name)
        script = snippet(customer, nonce=name)
        expected = block(customer) + script + block(customer) * 2 + script
        barrier.wait()
        for _ in range(1000):
            made = env.get_template("page.html").render(customer=customer, nonce=name)
            if made != expected:
                strays.append(made)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=visit, args=(name,)) for name in ("jane", "john")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert strays == []


def test_what_the_paths_give_is_markup() -> None:
    env = environment()
    env.filters["kind"] = lambda value: type(value).__name__
    source = "{{ nosto_block(none)|kind }} {{ nosto_snippet(customer)|kind }} {{ nosto_client_script('shop')|kind }}"
    assert env.from_string(source).render(customer=JANE_TAGGED) == "Markup Markup Markup"
    assert Markup("{}").format(block(JANE_TAGGED)) == JANE_BLOCK
    assert engine.calls(page.script(env.from_string("{{ nosto_snippet(c) }}").render(c=JANE_TAGGED))) == [
        ["api.customer", [JANE]]
    ]


class TestUnpacking:
    """``**row`` and ``*values``: what a template or a macro hands on."""

    ROW = {"email": "jane.doe@example.com", "first_name": "Jane"}

    def rendered(self, source: str, **names: object) -> str:
        env = Environment(autoescape=True)
        install(env)
        return env.from_string(source).render(**names)

    @pytest.mark.parametrize(
        "source",
        [
            "{% nosto_customer **row %}",
            "{% nosto_customer first_name='Jane', **{'email': row.email} %}",
            "{% nosto_customer *[row] %}",
            "{% nosto_customer *(), **row %}",
        ],
    )
    def test_the_fields_are_the_customers(self, source: str) -> None:
        assert self.rendered(source, row=self.ROW) == str(block(Customer(**self.ROW)))

    def test_a_row_that_is_not_there_is_nobody(self) -> None:
        assert self.rendered("{% nosto_customer **none %}{% nosto_customer_snippet **none %}") == ""

    @pytest.mark.parametrize(
        "source", ["{% nosto_customer_snippet nonce='r4nd0m', **row %}", "{% nosto_customer_snippet **with_nonce %}"]
    )
    def test_a_nonce_goes_beside_them_or_among_them(self, source: str) -> None:
        expected = str(snippet(Customer(**self.ROW), nonce="r4nd0m"))
        assert self.rendered(source, row=self.ROW, with_nonce={**self.ROW, "nonce": "r4nd0m"}) == expected

    @pytest.mark.parametrize(
        ("source", "message"),
        [
            ("{% nosto_customer **nope %}", "nope is undefined; where it may be missing, write |default(none) after it"),
            ("{% nosto_customer *nope %}", "nope is undefined; where it may be missing, write |default(none) after it"),
            ("{% nosto_customer **3 %}", "** must stand before a mapping of fields, got int"),
            ("{% nosto_customer *'ab' %}", "* must stand before a list of values, got text of 2 characters"),
            ("{% nosto_customer email='x', **row %}", "** must bring each field once and by its name, got 'email'"),
            ("{% nosto_customer **{3: 4} %}", "** must bring each field once and by its name, got (int)"),
            ("{% nosto_customer *[row, row] %}", "nosto_customer takes one customer, or fields, got dict, dict"),
            ("{% nosto_customer row, **row %}", "nosto_customer takes one customer, or fields, got dict, 'email', 'first_name'"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_unpacked_is_an_error_under_the_policy(
        self, source: str, message: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        with pytest.raises(NostoTaggingError) as caught:
            self.rendered(source, row=self.ROW)
        assert str(caught.value) == message
        env = Environment(autoescape=True)
        install(env, Settings(errors="log"))
        assert env.from_string(source).render(row=self.ROW) == ""
        assert caplog.messages == [f"Left out of <template>, line 1: {message}"]


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("{% nosto_customer get_customer() %}", "get_customer is undefined"),
        ("{% nosto_customer user.get_customer() %}", "user is undefined"),
        ("{% nosto_customer user().orders[0].customer() %}", "user is undefined"),
        ("{% nosto_customer rows.get(name).customer() %}", "customer is undefined"),
        ("{% nosto_customer_snippet customer, nonce=csp_nonce() %}", "csp_nonce is undefined"),
        ("{% nosto_customer email=broken.email %}", "raised RuntimeError"),
        ("{% nosto_customer rows[name] %}", "An attribute or item of dict is undefined"),
    ],
)
def test_what_an_argument_of_a_tag_calls_or_reads_takes_no_page_down(
    source: str, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        @property
        def email(self) -> str:
            raise RuntimeError("jane.doe@example.com")

    env = Environment(autoescape=True)
    install(env, Settings(errors="log"))
    names = {"customer": JANE, "broken": Broken(), "rows": {}, "name": "jane"}
    assert env.from_string(f"before {source} after").render(**names) == "before  after"
    hint = "; where it may be missing, write |default(none) after it" if "undefined" in what else ""
    assert caplog.messages == [f"Left out of <template>, line 1: {what}{hint}"]


@pytest.mark.parametrize("enable_async", [False, True], ids=["sync", "async"])
def test_each_call_of_a_chain_in_a_tag_is_made_once(*, enable_async: bool) -> None:
    # They once doubled with each call that follows, and the time to compile them grew fourfold.
    class Query:
        def __init__(self) -> None:
            self.asked: list[str] = []

        def filter(self, name: str) -> Query:
            self.asked.append(name)
            return self

        def __getitem__(self, place: int) -> Query:
            self.asked.append(str(place))
            return self

        def first(self) -> Customer:
            self.asked.append("first")
            return JANE_TAGGED

    names = [f"n{number}" for number in range(6)]
    chain = "".join(f".filter({name!r})[0]" for name in names)
    env = environment(enable_async=enable_async)
    query = Query()
    made = env.from_string(f"{{% nosto_customer rows(){chain}.first() %}}").render(rows=lambda: query)
    assert made == JANE_BLOCK
    assert query.asked == [*(each for name in names for each in (name, "0")), "first"]
