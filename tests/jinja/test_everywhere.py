"""The same text comes out of every path, in every kind of environment, inside every construct."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from jinja2 import DictLoader, Environment, FileSystemBytecodeCache, StrictUndefined, select_autoescape
from jinja2.nativetypes import NativeEnvironment
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedEnvironment

from nosto_tagging import Customer, Settings, block, snippet
from nosto_tagging.jinja import NostoExtension, install

Make: TypeAlias = Callable[..., Environment]

# Something to escape in each of them, and something that an engine's own escaping would spell differently.
FIELDS = {
    "email": "o'doe+x@example.com",
    "first_name": "Jane </script> \"'&` {{ 7*7 }} 太😀\u2028",
    "last_name": "<b>Doe</b> &amp; {% raw %}\\",
    "marketing_permission": False,
    "customer_reference": "=1_000",
}
CUSTOMER = Customer(**FIELDS)
NONCE = "a+b/c=="
BLOCK = block(CUSTOMER)
SNIPPET = snippet(CUSTOMER, nonce=NONCE)

FIELDS_OF_ROW = (
    "email=row.email, first_name=row.first_name, last_name=row.last_name, "
    "marketing_permission=row.marketing_permission, customer_reference=row.customer_reference"
)
FROM = "{% from 'nosto/customer.html' import customer_block, customer_snippet %}"
PATHS = {
    "tag": ("{% nosto_customer customer %}", BLOCK),
    "tag-fields": (f"{{% nosto_customer {FIELDS_OF_ROW} %}}", BLOCK),
    "tag-mapping": ("{% nosto_customer row %}", BLOCK),
    "tag-unpacked": ("{% nosto_customer **row %}", BLOCK),
    "global": ("{{ nosto_block(customer) }}", BLOCK),
    "macro": (FROM + "{{ customer_block(customer) }}", BLOCK),
    "macro-fields": (FROM + f"{{{{ customer_block({FIELDS_OF_ROW}) }}}}", BLOCK),
    "macro-module": (
        "{% import 'nosto/customer.html' as nosto %}{{ nosto.customer_block(customer) }}",
        BLOCK,
    ),
    "macro-with-context": (
        "{% from 'nosto/customer.html' import customer_block with context %}{{ customer_block(customer) }}",
        BLOCK,
    ),
    "snippet-tag": ("{% nosto_customer_snippet customer, nonce=nonce %}", SNIPPET),
    "snippet-tag-fields": (f"{{% nosto_customer_snippet {FIELDS_OF_ROW}, nonce=nonce %}}", SNIPPET),
    "snippet-tag-unpacked": ("{% nosto_customer_snippet nonce=nonce, **row %}", SNIPPET),
    "snippet-global": ("{{ nosto_snippet(customer, nonce=nonce) }}", SNIPPET),
    "snippet-macro": (FROM + "{{ customer_snippet(customer, nonce=nonce) }}", SNIPPET),
    "snippet-macro-fields": (FROM + f"{{{{ customer_snippet({FIELDS_OF_ROW}, nonce=nonce) }}}}", SNIPPET),
}
CONTEXT = {"customer": CUSTOMER, "row": FIELDS, "nonce": NONCE}


# --- kinds of environments; each is made anew, with its own loader of our macros


def installed(kind: type[Environment], **options) -> Environment:
    made = kind(**options)
    install(made)
    return made


def overlaid(**options) -> Environment:
    # The extension is rebound to the overlay, and what it keeps on the environment is seen through it.
    under = installed(Environment, **{**options, "autoescape": not options["autoescape"]})
    return under.overlay(autoescape=options["autoescape"], trim_blocks=True)


ENVIRONMENTS: dict[str, Make] = {
    "plain": lambda **options: installed(Environment, **options),
    "extension-alone": lambda **options: Environment(extensions=[NostoExtension], **options),
    "sandboxed": lambda **options: installed(SandboxedEnvironment, **options),
    "immutable": lambda **options: installed(ImmutableSandboxedEnvironment, **options),
    "native": lambda **options: installed(NativeEnvironment, **options),
    "overlay": overlaid,
    "strict": lambda **options: installed(Environment, undefined=StrictUndefined, **options),
    "unoptimized": lambda **options: installed(Environment, optimized=False, **options),
}


def rendered(env: Environment, source: str, mode: str) -> str:
    template = env.from_string(source)
    if mode == "async" and isinstance(env, NativeEnvironment):
        mode = "awaited"  # Jinja itself renders an async native template in no other way
    if mode == "awaited":
        return str(asyncio.run(template.render_async(CONTEXT)))
    return str(template.render(CONTEXT))


each_environment = pytest.mark.parametrize("make", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
each_path = pytest.mark.parametrize(("source", "printed"), PATHS.values(), ids=PATHS)
each_autoescape = pytest.mark.parametrize("autoescape", [True, False], ids=["escaped", "unescaped"])
# An async environment may be rendered from sync code as well.
each_mode = pytest.mark.parametrize("mode", ["sync", "async", "awaited"])


@each_environment
@each_path
@each_autoescape
@each_mode
def test_the_same_text_comes_out_of(source: str, printed: str, make: Make, mode: str, *, autoescape: bool) -> None:
    env = make(autoescape=autoescape, enable_async=mode != "sync")
    assert rendered(env, source, mode) == printed
    # With text around it, and twice: a native environment treats a single value in a way of its own.
    assert rendered(env, f"<p>1</p>{source}\n{source}<p>2</p>", mode).replace("\n", "") == (
        f"<p>1</p>{printed}{printed}<p>2</p>"
    )


@each_path
@each_autoescape
@pytest.mark.parametrize("enable_async", [False, True], ids=["sync", "async"])
def test_the_same_text_comes_out_of_persisted_bytecode(
    source: str, printed: str, tmp_path: Path, *, autoescape: bool, enable_async: bool
) -> None:
    def environment() -> Environment:
        made = Environment(
            autoescape=autoescape,
            enable_async=enable_async,
            loader=DictLoader({"page.html": source}),
            bytecode_cache=FileSystemBytecodeCache(str(tmp_path)),
        )
        install(made)
        return made

    assert environment().get_template("page.html").render(CONTEXT) == printed
    persisted = sorted(tmp_path.iterdir())
    assert persisted != []
    second = environment()
    # What this one renders has not been compiled by it.
    second._generate = None
    assert second.get_template("page.html").render(CONTEXT) == printed
    assert sorted(tmp_path.iterdir()) == persisted


def test_persisted_bytecode_uses_the_settings_of_the_environment_that_reads_it(tmp_path: Path) -> None:
    def environment(nonce: str) -> Environment:
        made = Environment(
            autoescape=True,
            loader=DictLoader({"page.html": "{% nosto_customer_snippet customer %}"}),
            bytecode_cache=FileSystemBytecodeCache(str(tmp_path)),
        )
        install(made, Settings(nonce=nonce))
        return made

    assert [environment(nonce).get_template("page.html").render(CONTEXT) for nonce in ("first", "second")] == [
        snippet(CUSTOMER, nonce=nonce) for nonce in ("first", "second")
    ]


@each_path
@pytest.mark.parametrize(
    "autoescape",
    [
        select_autoescape(),
        select_autoescape(enabled_extensions=("jinja",), disabled_extensions=("html",), default=False),
        select_autoescape(enabled_extensions=("jinja",), disabled_extensions=("html",), default=True),
        lambda name: name is not None and name.startswith("nosto/"),
        lambda name: name is None or not name.startswith("nosto/"),
    ],
    ids=["selected", "only-jinja", "all-but-html", "only-ours", "all-but-ours"],
)
@pytest.mark.parametrize("name", ["page.html", "page.jinja", "page.txt"])
def test_the_same_text_comes_out_where_the_page_and_the_macros_are_not_escaped_alike(
    source: str, printed: str, autoescape, name: str
) -> None:
    env = installed(Environment, autoescape=autoescape, loader=DictLoader({name: source}))
    assert env.get_template(name).render(CONTEXT) == printed


@each_path
@each_autoescape
def test_the_same_text_comes_out_of_a_stream_and_of_a_generator(source: str, printed: str, *, autoescape: bool) -> None:
    template = installed(Environment, autoescape=autoescape).from_string(source)
    assert "".join(template.stream(CONTEXT)) == printed
    assert "".join(template.generate(CONTEXT)) == printed


def test_a_native_environment_gives_the_text_and_no_object_that_the_text_might_be_taken_for() -> None:
    env = installed(NativeEnvironment)
    made = env.from_string("{% nosto_customer customer %}").render(CONTEXT)
    assert isinstance(made, str)
    assert made == BLOCK
    assert env.from_string("{% nosto_customer none %}").render() == ""


# --- inside constructs

INSIDE = {
    "loop": "{% for customer in [customer] %}TAG{% endfor %}",
    "loop-unpacked": "{% for _, customer in {'x': customer}.items() %}TAG{% endfor %}",
    "loop-recursive": "{% for customer in [customer] recursive %}TAG{{ loop([]) }}{% endfor %}",
    "loop-else": "{% for x in [] %}{% else %}TAG{% endfor %}",
    "with": "{% with customer=own %}TAG{% endwith %}",
    "set": "{% set customer = own %}TAG",
    "set-block": "{% set made %}TAG{% endset %}{{ made }}",
    "namespace": "{% set held = namespace(customer=own) %}{% with customer=held.customer %}TAG{% endwith %}",
    "if": "{% if customer %}TAG{% endif %}",
    "macro": "{% macro page(customer) %}TAG{% endmacro %}{{ page(own) }}",
    "macro-nested": "{% macro inner(customer) %}TAG{% endmacro %}{% macro outer(x) %}{{ inner(x) }}{% endmacro %}"
    "{{ outer(own) }}",
    "macro-default": "{% macro page(customer=own) %}TAG{% endmacro %}{{ page() }}",
    "call": "{% macro box() %}{{ caller(own) }}{% endmacro %}{% call(customer) box() %}TAG{% endcall %}",
    "filter": "{% filter trim %}TAG{% endfilter %}",
    "autoescape-on": "{% autoescape true %}TAG{% endautoescape %}",
    "autoescape-off": "{% autoescape false %}TAG{% endautoescape %}",
    "block": "{% block body %}TAG{% endblock %}",
    "block-scoped": "{% for customer in [own] %}{% block body scoped %}TAG{% endblock %}{% endfor %}",
    "include": "{% include 'part.html' %}",
    "include-in-loop": "{% for customer in [own] %}{% include 'part.html' %}{% endfor %}",
    "inheritance": "{% extends 'base.html' %}{% block body %}TAG{% endblock %}",
    "inheritance-super": "{% extends 'tagged.html' %}{% block body %}{{ super() }}{% endblock %}",
    "inheritance-set": "{% extends 'base.html' %}{% set customer = own %}{% block body %}TAG{% endblock %}",
    "import": "{% from 'macros.html' import page with context %}{{ page(own) }}",
}
TAGS = {
    "tag": ("{% nosto_customer customer %}", BLOCK),
    "tag-fields": ("{% nosto_customer email=customer.email %}", block(Customer(email=CUSTOMER.email))),
    "snippet-tag": ("{% nosto_customer_snippet customer, nonce=nonce %}", SNIPPET),
    "global": ("{{ nosto_block(customer) }}", BLOCK),
    "macro": ("{{ nosto.customer_block(customer) }}", BLOCK),
}


@pytest.mark.parametrize("construct", INSIDE.values(), ids=INSIDE)
@pytest.mark.parametrize(("tag", "printed"), TAGS.values(), ids=TAGS)
@each_autoescape
@pytest.mark.parametrize("enable_async", [False, True], ids=["sync", "async"])
def test_the_same_text_comes_out_inside(
    construct: str, tag: str, printed: str, *, autoescape: bool, enable_async: bool
) -> None:
    # An import's name does not reach into blocks and macros of other files, so it is a global here.
    templates = {
        "page.html": construct.replace("TAG", tag),
        "part.html": tag,
        "base.html": "<main>{% block body %}{% endblock %}</main>",
        "tagged.html": f"<main>{{% block body %}}{tag}{{% endblock %}}</main>",
        "macros.html": f"{{% macro page(customer) %}}{tag}{{% endmacro %}}",
    }
    env = installed(Environment, autoescape=autoescape, loader=DictLoader(templates), enable_async=enable_async)
    if "nosto." in tag:
        if enable_async:
            env.globals["nosto"] = asyncio.run(env.get_template("nosto/customer.html")._get_default_module_async())
        else:
            env.globals["nosto"] = env.get_template("nosto/customer.html").module
    made = env.get_template("page.html").render(own=CUSTOMER, **CONTEXT)
    assert made.removeprefix("<main>").removesuffix("</main>") == printed


@each_autoescape
def test_a_loops_own_customer_goes_before_the_pages(*, autoescape: bool) -> None:
    env = installed(Environment, autoescape=autoescape)
    others = [Customer(customer_reference=str(number)) for number in range(3)]
    made = env.from_string("{% for customer in others %}{% nosto_customer customer %}{% endfor %}").render(
        customer=CUSTOMER, others=others
    )
    assert made == "".join(block(other) for other in others)


@each_autoescape
def test_an_async_function_gives_the_customer_and_the_nonce(*, autoescape: bool) -> None:
    async def load() -> Customer:
        await asyncio.sleep(0)
        return CUSTOMER

    async def make() -> str:
        await asyncio.sleep(0)
        return NONCE

    env = installed(Environment, autoescape=autoescape, enable_async=True)
    source = "{% nosto_customer load() %}{% nosto_customer_snippet load(), nonce=make() %}{{ nosto_block(load()) }}"
    made = asyncio.run(env.from_string(source).render_async(load=load, make=make))
    assert made == BLOCK + SNIPPET + BLOCK


def test_pages_that_are_awaited_together_get_their_own_customers() -> None:
    env = installed(Environment, autoescape=True, enable_async=True)

    async def pause() -> str:
        await asyncio.sleep(0)
        return ""

    template = env.from_string(
        "{{ pause() }}{% nosto_customer customer %}{{ pause() }}{% nosto_customer_snippet customer %}"
    )
    customers = [Customer(customer_reference=str(number)) for number in range(50)]

    async def visits() -> list[str]:
        return await asyncio.gather(*(template.render_async(customer=each, pause=pause) for each in customers))

    assert asyncio.run(visits()) == [block(each) + snippet(each) for each in customers]
