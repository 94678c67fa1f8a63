"""MkDocs: the example, hostile titles in a theme and in Markdown, the site's own templates, and what is refused."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from support.sites import HEAD, TITLES, copied, head_of, tagged

from nosto_tagging.errors import InvalidSettings, MissingExtra, PublicPage

# What MkDocs and its packages warn of is theirs to mend.
pytestmark = pytest.mark.filterwarnings("default")

HOOK = "from nosto_tagging.integrations.mkdocs import on_env as on_env\n"
MACROS = {"macros": {"modules": ["nosto_tagging.integrations.mkdocs"]}}
PERSONAL = (
    '{% nosto_customer email="jane.doe@example.com" %}{% nosto_cart items=[] %}{% nosto_customer %}'
    '{{ nosto_snippet(page) }}{% nosto_page page_type="product" %}'
)


def built(folder: Path, **settings: Any) -> dict[str, str]:
    """The pages of the site in `folder`."""
    output = folder / "site"
    build(load_config(str(folder / "mkdocs.yml"), site_dir=str(output), **settings))
    return {str(page.relative_to(output)): page.read_text(encoding="utf-8") for page in output.rglob("*.html")}


def site(folder: Path, template: str, *pages: str, extra: Any = None, plugins: Any = (), **templates: str) -> Path:
    """A site with these pages in Markdown, made by `template`."""
    for name, source in {
        "nosto_hook.py": HOOK,
        "theme/main.html": template,
        "mkdocs.yml": json.dumps(
            {
                "site_name": "Acme Boats",
                "theme": {"name": None, "custom_dir": "theme"},
                "hooks": ["nosto_hook.py"],
                "plugins": list(plugins),
                "extra": {"nosto": extra},
            }
        ),
        **{f"theme/{name}.html": source for name, source in templates.items()},
        **{f"docs/p{number}.md": source for number, source in enumerate(pages)},
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(source, encoding="utf-8")
    return folder


def titled(title: str, body: str = "Text.") -> str:
    return f"---\ntitle: {json.dumps(title)}\nproduct: {json.dumps({'name': title})}\n---\n\n{body}\n"


def test_the_example(tmp_path: Path) -> None:
    folder = copied("mkdocs", tmp_path)
    pages = built(folder)
    assert {name: tagged(html) for name, html in pages.items()} == {
        "index.html": [("nosto_page_type", "front"), ("nosto_element", "frontpage-nosto-1")],
        "canoes/index.html": [("nosto_page_type", "category"), ("nosto_category", "/Boats/Canoes")],
        "canoe/index.html": [
            ("nosto_page_type", "product"),
            (
                "nosto_product",
                [
                    ("product_id", "Canoe123"),
                    ("name", "Acme Canoe"),
                    ("url", "https://shop.example.com/canoe/"),
                    ("image_url", "https://images.example.com/canoes/123.jpg"),
                    ("availability", "InStock"),
                    ("price", "999.00"),
                    ("price_currency_code", "EUR"),
                    ("category", "/Boats/Canoes"),
                ],
            ),
            ("nosto_element", "productpage-nosto-1"),
        ],
        "404.html": [("nosto_page_type", "notfound")],
    }
    assert {name: head_of(html) for name, html in pages.items()} == dict.fromkeys(pages, HEAD)
    assert "nosto" not in (folder / "site/search/search_index.json").read_text(encoding="utf-8").lower()


def test_hostile_titles_come_out_of_the_theme_as_they_are(tmp_path: Path) -> None:
    template = "{% nosto_product product_id='a', basic=true, name=page.title %}"
    pages = built(site(tmp_path, template, *map(titled, TITLES)))
    assert [tagged(pages[f"p{number}/index.html"]) for number in range(len(TITLES))] == [
        [("nosto_product nosto_basic", [("product_id", "a"), ("name", title)])] for title in TITLES
    ]


@pytest.mark.parametrize("before", ["", "In a line of text: "], ids=["alone", "in a line"])
def test_hostile_values_come_out_of_markdown_as_they_are(before: str, tmp_path: Path) -> None:
    # The title is not theirs: mkdocs-macros takes that for a template itself.
    body = f"{before}{{% nosto_product product_id='a', basic=true, name=product.name %}}"
    sources = [titled(title, body).replace("title:", "subject:", 1) for title in TITLES]
    pages = built(site(tmp_path, "{{ page.content }}", *sources, plugins=[MACROS]))
    assert [tagged(pages[f"p{number}/index.html"]) for number in range(len(TITLES))] == [
        [("nosto_product nosto_basic", [("product_id", "a"), ("name", title)])] for title in TITLES
    ]


def test_a_title_is_markup_of_which_striptags_makes_text(tmp_path: Path) -> None:
    template = "{% nosto_search page.title %}{% nosto_search page.title|striptags %}"
    assert tagged(built(site(tmp_path, template, "# Paddle & *Rope* <7 mm"))["p0/index.html"]) == [
        ("nosto_search_term", "Paddle &amp; Rope &lt;7 mm"),
        ("nosto_search_term", "Paddle & Rope <7 mm"),
    ]


def test_the_sites_own_macros_go_before_ours(tmp_path: Path) -> None:
    template = (
        '{% from "nosto/search.html" import search_block %}{% from "nosto/variation.html" import variation_block %}'
        '{{ search_block("canoe") }}{{ variation_block("EUR") }}'
    )
    own = "{% macro search_block(term) %}own {{ term }}{% endmacro %}"
    html = built(site(tmp_path, template, "Text.", **{"nosto/search": own}))["p0/index.html"]
    assert html.startswith("own canoe<div")
    assert tagged(html) == [("nosto_variation", "EUR")]


def test_what_is_in_markdown_is_in_the_search_index_and_what_is_in_the_theme_is_not(tmp_path: Path) -> None:
    template = "{{ page.content }}{% nosto_product product_id='Theme7', basic=true %}"
    body = "{% nosto_product product_id='Markdown7', basic=true %}"
    built(site(tmp_path, template, body, plugins=["search", MACROS]))
    index = (tmp_path / "site/search/search_index.json").read_text(encoding="utf-8")
    assert "Markdown7" in index
    assert "Theme7" not in index


def test_what_is_one_visitors_own_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(PublicPage) as caught:
        built(site(tmp_path, PERSONAL, "Text."))
    assert caught.value.what == "Customer"


def test_or_is_logged_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    html = built(site(tmp_path, PERSONAL, "Text.", extra={"errors": "log"}))["p0/index.html"]
    assert tagged(html) == [("nosto_page_type", "product")]
    assert "jane" not in html
    ours = [record.getMessage() for record in caplog.records if record.name == "nosto_tagging"]
    assert [message.partition(" is one visitor's own")[0] for message in ours] == [
        "Left out of main.html, line 1: Customer",
        "Left out of main.html, line 1: Cart",
        "Left out of main.html, line 1: customer",
        "Left out of main.html, line 1: snippet() takes models such as Customer, calls of nosto_tagging.api, and None, "
        "got Page",
    ]


def test_in_markdown_it_stops_the_build_where_macros_are_told_to(tmp_path: Path) -> None:
    plugins = [{"macros": {**MACROS["macros"], "on_error_fail": True}}]
    with pytest.raises(SystemExit):
        built(site(tmp_path, "{{ page.content }}", PERSONAL, plugins=plugins))


def test_and_else_mkdocs_macros_writes_the_error_into_the_page_without_the_visitor(tmp_path: Path) -> None:
    html = built(site(tmp_path, "{{ page.content }}", PERSONAL, plugins=[MACROS]))["p0/index.html"]
    assert "PublicPage" in html
    assert "jane" not in html
    assert tagged(html) == []


def test_each_build_of_the_server_has_the_settings_of_its_time(tmp_path: Path) -> None:
    page = "{% nosto_search 'canoe' %}"
    folder = site(tmp_path, "page {{ page.content }}", page, plugins=[MACROS])
    assert tagged(built(folder)["p0/index.html"]) == [("nosto_search_term", "canoe")]
    site(tmp_path, "page {{ page.content }}", page, plugins=[MACROS], extra={"enabled": False})
    assert tagged(built(folder)["p0/index.html"]) == []


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"acount_id": "a"}, "Settings has no field 'acount_id', must be one of: "),
        ("shopify-11368366139", "Settings must be given as fields or a mapping of them, got text of 19 characters"),
    ],
)
def test_wrong_settings_stop_the_build(extra: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings) as caught:
        built(site(tmp_path, "", "Text.", extra=extra))
    assert str(caught.value).startswith(message)


def test_without_mkdocs_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mkdocs.config.defaults", None)
    monkeypatch.delitem(sys.modules, "nosto_tagging.integrations.mkdocs", raising=False)
    with pytest.raises(MissingExtra) as caught:
        importlib.import_module("nosto_tagging.integrations.mkdocs")
    assert str(caught.value) == (
        "nosto_tagging.integrations.mkdocs needs the 'mkdocs' extra: install nosto-tagging[mkdocs]"
    )
