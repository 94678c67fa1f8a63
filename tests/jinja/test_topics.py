"""The tags, functions and macros of carts, orders, products, pages, searches, variations and placements."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import DictLoader, Environment, FileSystemBytecodeCache, TemplateSyntaxError
from jinja2.nativetypes import NativeEnvironment
from jinja2.sandbox import ImmutableSandboxedEnvironment
from support.statements import CART, EVERYTHING, ORDER, PRODUCT

from nosto_tagging import Cart, Order, PageTagging, Product, Settings, block, snippet
from nosto_tagging.errors import InvalidArgument, InvalidTagging, UndefinedName
from nosto_tagging.jinja import install

LINE = {"product_id": "1", "quantity": 2, "name": "<Kayak>", "unit_price": "9.90", "price_currency_code": "EUR"}
ROWS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "cart": (Cart, {"items": [LINE], "hcid": None}),
    "order": (Order, {"order_number": "7", "items": [LINE], "buyer": {"first_name": "Jane"}}),
    "product": (Product, {"product_id": "1", "basic": True, "tags1": ["sea"]}),
    "page": (PageTagging, {"page_type": "search", "search_terms": ["a & b"]}),
}
VALUES: dict[str, tuple[Any, PageTagging]] = {
    "search": ("a & b", PageTagging(search_terms=["a & b"])),
    "variation": ("EUR", PageTagging(variation="EUR")),
    "placement": ("front-1", PageTagging(elements=["front-1"])),
}
WHOLE: dict[str, Any] = {"cart": CART, "order": ORDER, "product": PRODUCT, "page": EVERYTHING}

ENVIRONMENTS: dict[str, Callable[[], Environment]] = {
    "escaping": lambda: Environment(autoescape=True),
    "not escaping": lambda: Environment(autoescape=False),
    "sandboxed": lambda: ImmutableSandboxedEnvironment(autoescape=True),
    "native": lambda: NativeEnvironment(autoescape=True),
    "async": lambda: Environment(autoescape=True, enable_async=True),
}


def made(env: Environment, settings: Settings | None = None) -> Environment:
    install(env, settings)
    return env


def rendered(env: Environment, source: str, **names: Any) -> str:
    template = env.from_string(source)
    if env.is_async:
        return asyncio.run(template.render_async(**names))
    return str(template.render(**names))


def four(topic: str, arguments: str) -> list[tuple[str, str]]:
    """The forms of a topic's block and of its script: a tag, a function, a macro."""
    macros = f'{{% from "nosto/{topic}.html" import {topic}_block, {topic}_snippet %}}'
    return [
        (f"{{% nosto_{topic} {arguments} %}}", f"{{% nosto_{topic}_snippet {arguments} %}}"),
        (f"{{{{ nosto.{topic}({arguments}) }}}}", f"{{{{ nosto.{topic}_snippet({arguments}) }}}}"),
        (f"{macros}{{{{ {topic}_block({arguments}) }}}}", f"{macros}{{{{ {topic}_snippet({arguments}) }}}}"),
    ]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("topic", [*ROWS, *VALUES])
def test_tag_function_and_macro_print_the_same_in_every_environment(topic: str, environment: str) -> None:
    env = made(ENVIRONMENTS[environment]())
    if topic in ROWS:
        kind, row = ROWS[topic]
        given: list[tuple[str, Any, Any]] = [
            ("x", WHOLE[topic], WHOLE[topic]),
            ("x", row, kind(**row)),
            ("**x", row, kind(**row)),
            (", ".join(f"{name}=x.{name}" for name in row), SimpleNamespace(**row), kind(**row)),
        ]
    else:
        given = [("x", *VALUES[topic])]
    for arguments, held, model in given:
        for block_source, snippet_source in four(topic, arguments):
            assert rendered(env, block_source, x=held) == block(model)
            assert rendered(env, snippet_source, x=held) == snippet(model)


@pytest.mark.parametrize("topic", [*ROWS, *VALUES])
def test_nothing_prints_nothing(topic: str) -> None:
    env = made(Environment(autoescape=True))
    for sources in four(topic, "x"):
        assert [rendered(env, source, x=None) for source in sources] == ["", ""]


@pytest.mark.parametrize("topic", VALUES)
def test_a_blank_value_prints_nothing(topic: str) -> None:
    env = made(Environment(autoescape=True))
    for sources in four(topic, "x"):
        assert [rendered(env, source, x=" ") for source in sources] == ["", ""]


def test_an_empty_cart_prints_an_empty_block_and_says_so_in_scripts() -> None:
    env = made(Environment(autoescape=True))
    root = (
        '<div class="nosto_cart notranslate" style="display:none" hidden="" translate="no" data-nosnippet="" '
        'v-pre="" ng-non-bindable=""></div>'
    )
    script = '<script>nostojs(api => api.resendCartContent({"items":[]}))</script>'
    for cart in ({}, {"items": []}, Cart()):
        assert rendered(env, "{% nosto_cart x %}{% nosto_cart_snippet x %}", x=cart) == root + script
    assert rendered(env, "{% nosto_cart items=x %}{% nosto_cart_snippet items=x %}", x=iter([])).startswith(root)


@pytest.mark.parametrize("several", [list, tuple, iter, lambda items: (each for each in items)])
def test_lists_and_generators_are_taken_where_the_model_takes_lists(several: Callable[[list[Any]], Any]) -> None:
    env = made(Environment(autoescape=True))
    assert rendered(env, "{% nosto_cart items=x %}", x=several([LINE, LINE])) == block(Cart(items=[LINE, LINE]))
    assert rendered(env, "{% nosto_search x %}", x=several(["a", "b"])) == block(PageTagging(search_terms=["a", "b"]))
    assert rendered(env, "{% nosto_placement x %}", x=several(["a", "b"])) == block(PageTagging(elements=["a", "b"]))
    assert rendered(env, "{% nosto_page tags=x %}", x=several(["a", "b"])) == block(PageTagging(tags=["a", "b"]))


def test_the_documented_lines_print_what_they_say() -> None:
    env = made(Environment(autoescape=True))
    page = '{% nosto_page page_type="category", categories=["Mens / Shoes"] %}{% nosto_variation "EUR" %}'
    assert rendered(env, page) == block(PageTagging(page_type="category", categories=["/Mens/Shoes"])) + block(
        PageTagging(variation="EUR")
    )
    assert rendered(env, '{% nosto_placement "frontpage-1" %}') == (
        '<div class="nosto_element" id="frontpage-1" translate="no"></div>'
    )


@pytest.mark.parametrize("topic", [*ROWS, *VALUES])
def test_a_script_takes_a_nonce_and_a_block_does_not(topic: str) -> None:
    env = made(Environment(autoescape=True))
    held, model = (ROWS[topic][1], ROWS[topic][0](**ROWS[topic][1])) if topic in ROWS else VALUES[topic]
    for _, source in four(topic, "x, nonce=nonce"):
        assert rendered(env, source, x=held, nonce="r4nd0m") == snippet(model, nonce="r4nd0m")
    with pytest.raises(TemplateSyntaxError, match=rf"^nosto_{topic} has no 'nonce', "):
        env.from_string(f"{{% nosto_{topic} x, nonce=nonce %}}")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{% nosto_cart itms=x %}", "nosto_cart has no 'itms', must be one of: items, hcid, restore_link"),
        ("{% nosto_search term=x %}", "nosto_search has no 'term', takes one value"),
        ("{% nosto_placement x y %}", "nosto_placement takes one value, and it stands first"),
        ("{% nosto_order x items=y %}", "nosto_order takes an order or fields, got both (an order and items)"),
    ],
)
def test_what_is_wrong_with_a_tag_is_an_error_when_it_is_compiled(source: str, message: str) -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        made(Environment()).from_string(source)
    assert caught.value.message == message


WRONG: list[tuple[str, dict[str, Any], type[Exception], str]] = [
    (
        "nosto_cart x",
        {"x": {"items": [LINE, {**LINE, "quantity": 0}]}},
        InvalidTagging,
        "Cart.items[1].quantity must be a whole number from 1, got int",
    ),
    ("nosto_cart x", {"x": [LINE]}, InvalidArgument, "cart must be a Cart, a mapping of its fields, or None, got list"),
    ("nosto_cart x.items", {"x": {}}, InvalidArgument, "cart must be a Cart, a mapping of its fields, or None, got builtin_function_or_method"),
    ("nosto_cart x", {}, UndefinedName, "x is undefined; where it may be missing, write |default(none) after it"),
    ("nosto_cart items=x", {}, UndefinedName, "x is undefined; where it may be missing, write |default(none) after it"),
    ("nosto_cart {'items': x}", {}, InvalidTagging, "Cart.items must be a list, got Undefined"),
    ("nosto_page cart={'items': x.y}", {"x": {}}, InvalidTagging, "PageTagging.cart.items must be a list, got Undefined"),
    ("nosto_page categories=['a', x]", {}, InvalidTagging, "PageTagging.categories[1] must be text, got Undefined"),
    ("nosto_page custom_fields={'a': x}", {}, InvalidTagging, "PageTagging.custom_fields has a name or a value that must be a list, got Undefined"),
    ("nosto_order x", {"x": CART}, InvalidArgument, "order must be an Order, a mapping of its fields, or None, got Cart"),
    ("nosto_search x", {"x": 7.5}, InvalidTagging, "PageTagging.search_terms[0] must be text, got float"),
    ("nosto_variation x", {"x": ["a"]}, InvalidTagging, "PageTagging.variation must be text, a whole number of at most 512 bits, or a UUID, got list"),
    ("nosto_placement x", {"x": "a b"}, InvalidTagging, "PageTagging.elements[0] must be the id of a placement, without blanks, got text of 3 characters"),
    ("nosto_page page_type=x", {"x": "home"}, InvalidTagging, "PageTagging.page_type must be 'front', 'category', 'product', 'cart', 'checkout', 'order', 'post-purchase', 'search', 'notfound' or 'other', got text of 4 characters"),
    ("nosto_product", {}, InvalidArgument, "product must be given"),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "names", "kind", "message"), WRONG)
def test_what_is_wrong_is_raised_with_the_templates_line_or_logged_and_left_out(
    inside: str, names: dict[str, Any], kind: type[Exception], message: str, caplog: pytest.LogCaptureFixture
) -> None:
    for ending in ("", "_snippet"):
        tag, _, arguments = inside.partition(" ")
        source = f"a\n{{% {tag}{ending} {arguments} %}}\nb"
        env = made(Environment(autoescape=True, loader=DictLoader({"page.html": source})))
        with pytest.raises(kind) as caught:
            env.get_template("page.html").render(names)
        assert str(caught.value) == message
        lines = [entry.lineno for entry in caught.traceback if entry.name == "top-level template code"]
        assert lines == [1]  # counted from 0
        env = made(Environment(autoescape=True, loader=DictLoader({"page.html": source})), Settings(errors="log"))
        caplog.clear()
        with caplog.at_level(logging.ERROR, "nosto_tagging"):
            assert env.get_template("page.html").render(names) == "a\n\nb"
        assert [record.getMessage() for record in caplog.records] == [f"Left out of page.html, line 2: {message}"]


def test_settings_hold_for_every_topic() -> None:
    everything = "".join(
        f"{{% nosto_{topic} {topic} %}}{{% nosto_{topic}_snippet {topic} %}}" for topic in ("cart", "order", "page")
    )
    names = {"cart": CART, "order": ORDER, "page": EVERYTHING}
    assert rendered(made(Environment(), Settings(enabled=False)), everything, **names) == ""
    shown = rendered(made(Environment(), Settings(leave_out_email=True)), everything, **names)
    assert "@" not in shown
    assert '"first_name":"John"' in shown
    assert rendered(made(Environment()), everything, **names).count("@") == 6  # the page has the order's and its own


def test_bytecode_that_was_kept_finds_the_tags_of_the_next_process(tmp_path: Path) -> None:
    source = "{% nosto_cart x %}{% nosto_search_snippet 'a' %}"
    printed = [
        made(
            Environment(
                autoescape=True,
                loader=DictLoader({"page.html": source}),
                bytecode_cache=FileSystemBytecodeCache(str(tmp_path)),
            )
        )
        .get_template("page.html")
        .render(x=CART)
        for _ in range(2)
    ]
    assert printed == [block(CART) + snippet(PageTagging(search_terms=["a"]))] * 2
    assert len(list(tmp_path.iterdir())) == 1


def test_an_overlay_and_a_sites_own_macro_work_as_for_customers() -> None:
    own = {"nosto/cart.html": "{% macro cart_block(cart) %}mine{% endmacro %}"}
    env = made(Environment(autoescape=True, loader=DictLoader(own)))
    source = '{% from "nosto/cart.html" import cart_block %}{{ cart_block(x) }}'
    assert rendered(env, source, x=CART) == "mine"
    assert rendered(env.overlay(autoescape=False), "{% nosto_cart x %}{{ nosto.cart(x) }}", x=CART) == block(CART) * 2


def test_a_sites_own_global_of_that_name_stays() -> None:
    env = Environment()
    env.globals["nosto"] = "mine"
    assert rendered(made(env), "{{ nosto }}") == "mine"


def test_a_field_of_any_name_is_a_field() -> None:
    env = made(Environment())
    for row in ({"_handed_on": 7}, {"_handed_on": ([], {"items": []})}):
        for _, source in four("cart", "**row"):
            with pytest.raises(InvalidTagging, match=r"^Cart has no field '_handed_on', must be one of"):
                rendered(env, source, row=row)


@pytest.mark.parametrize("verb", ["block", "snippet", "statement", "statement_attribute", "client_script"])
def test_a_globals_error_does_not_quote_what_a_row_has_as_names(verb: str) -> None:
    env = made(Environment())
    for name, told in (("jane.doe@example.com", "(text of 20 characters)"), ("self", "'self'"), ("naem", "'naem'")):
        with pytest.raises(InvalidArgument) as caught:
            rendered(env, f"{{{{ nosto_{verb}(**row) }}}}", row={name: 1})
        assert str(caught.value) == f"nosto_{verb}() has no argument {told}"
