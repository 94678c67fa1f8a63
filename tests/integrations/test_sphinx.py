"""Sphinx: the example, hostile titles, the site's own templates, the builders, and what is refused."""

from __future__ import annotations

import importlib
import io
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from jinja2 import TemplateNotFound
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError, ThemeError
from sphinx.util.docutils import docutils_namespace, patch_docutils
from support.sites import HEAD, TITLES, copied, head_of, tagged

from nosto_tagging.errors import InvalidSettings, MissingExtra, PublicPage

# What Sphinx and its packages warn of is theirs to mend.
pytestmark = pytest.mark.filterwarnings("default")

PERSONAL = (
    '{% nosto_customer email="jane.doe@example.com" %}{% nosto_cart items=[] %}{% nosto_customer %}'
    '{{ nosto_snippet(toctree) }}{% nosto_page page_type="product" %}'
)


def built(folder: Path, builder: str = "html", **settings: Any) -> dict[str, str]:
    """The pages of the site in `folder`; its build is over when nothing was warned of."""
    output, warned = folder / f"build-{builder}", io.StringIO()
    with patch_docutils(str(folder)), docutils_namespace():
        app = Sphinx(
            str(folder), str(folder), str(output), str(output / ".doctrees"), builder,
            confoverrides=settings, status=None, warning=warned,
        )  # fmt: skip
        app.build()
    assert warned.getvalue() == ""
    return {str(page.relative_to(output)): page.read_text(encoding="utf-8") for page in output.rglob("*.html")}


def site(folder: Path, template: str, *titles: str, config: str = "", **templates: str) -> Path:
    """A site with a page for each title, made by `template`."""
    toc = "".join(f"   p{number}\n" for number in range(len(titles)))
    for name, source in {
        "conf.py": (
            'extensions = ["nosto_tagging.integrations.sphinx"]\nproject = "Acme Boats"\nhtml_theme = "basic"\n'
            f'templates_path = ["templates"]\nsmartquotes = False\n{config}\n'
        ),
        "index.rst": f"Boats\n=====\n\n.. toctree::\n\n{toc}",
        "templates/page.html": template,
        **{f"templates/{name}.html": source for name, source in templates.items()},
        **{f"p{number}.rst": f"{title}\n{'=' * 2 * len(title)}\n\nText.\n" for number, title in enumerate(titles)},
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(source, encoding="utf-8")
    return folder


def as_restructured(text: str) -> str:
    return re.sub(r"([^\w\s]|_)", r"\\\1", text)


def test_the_example(tmp_path: Path) -> None:
    pages = built(copied("sphinx", tmp_path))
    assert {name: tagged(html) for name, html in pages.items()} == {
        "index.html": [("nosto_page_type", "front")],
        "canoes.html": [("nosto_page_type", "category"), ("nosto_category", "/Boats/Canoes")],
        "canoe.html": [
            ("nosto_page_type", "product"),
            (
                "nosto_product",
                [
                    ("product_id", "Canoe123"),
                    ("name", "Acme Canoe"),
                    ("url", "https://shop.example.com/canoe.html"),
                    ("image_url", "https://images.example.com/canoes/123.jpg"),
                    ("availability", "InStock"),
                    ("price", "999.00"),
                    ("price_currency_code", "EUR"),
                    ("category", "/Boats/Canoes"),
                ],
            ),
            ("nosto_element", "productpage-nosto-1"),
        ],
        "genindex.html": [("nosto_page_type", "other")],
        "search.html": [("nosto_page_type", "other")],
    }
    assert {name: head_of(html) for name, html in pages.items()} == dict.fromkeys(pages, HEAD)


def test_hostile_titles_come_out_as_they_are(tmp_path: Path) -> None:
    template = "{% nosto_product product_id='a', basic=true, name=title|striptags %}"
    pages = built(site(tmp_path, template, *map(as_restructured, TITLES)))
    assert [tagged(pages[f"p{number}.html"]) for number in range(len(TITLES))] == [
        [("nosto_product nosto_basic", [("product_id", "a"), ("name", " ".join(title.split()))])] for title in TITLES
    ]


def test_a_title_is_markup_of_which_striptags_makes_text(tmp_path: Path) -> None:
    template = "{% nosto_search title %}{% nosto_search title|striptags %}"
    assert tagged(built(site(tmp_path, template, "Paddle & *Rope* <7 mm"))["p0.html"]) == [
        ("nosto_search_term", "Paddle &amp; <em>Rope</em> &lt;7 mm"),
        ("nosto_search_term", "Paddle & Rope <7 mm"),
    ]


def test_the_sites_own_macros_go_before_ours_which_are_there_after_an_exclamation_mark(tmp_path: Path) -> None:
    template = (
        '{% from "nosto/search.html" import search_block %}{% from "nosto/variation.html" import variation_block %}'
        '{% from "!nosto/search.html" import search_block as bundled %}'
        '{{ search_block("canoe") }}{{ variation_block("EUR") }}{{ bundled("canoe") }}'
    )
    own = "{% macro search_block(term) %}own {{ term }}{% endmacro %}"
    html = built(site(tmp_path, template, "Canoe", **{"nosto/search": own}))["p0.html"]
    assert html.startswith("own canoe<div")
    assert tagged(html) == [("nosto_variation", "EUR"), ("nosto_search_term", "canoe")]


def test_a_template_that_is_nowhere_is_an_error_as_ever(tmp_path: Path) -> None:
    with pytest.raises(ThemeError) as caught:
        built(site(tmp_path, '{% include "nowhere.html" %}', "Canoe"))
    assert isinstance(caught.value.__cause__, TemplateNotFound)
    assert "nowhere.html" in str(caught.value)


def test_builders_without_templates_of_ours_build_as_ever(tmp_path: Path) -> None:
    site(tmp_path, PERSONAL, "Canoe")
    assert built(tmp_path, "text") == {}
    assert (tmp_path / "build-text/p0.txt").read_text(encoding="utf-8").endswith("Text.\n")
    # It reads the templates' texts, and used to know no tag of theirs.
    assert built(tmp_path, "gettext") == {}
    assert (tmp_path / "build-gettext/p0.pot").exists()


def test_other_settings_make_all_pages_anew(tmp_path: Path) -> None:
    site(tmp_path, "{{ nosto_client_script() }}", "Canoe")
    assert "/include/first" in built(tmp_path, nosto_account_id="first")["p0.html"]
    assert "/include/second" in built(tmp_path, nosto_account_id="second")["p0.html"]


def test_what_is_one_visitors_own_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(ThemeError) as caught:
        built(site(tmp_path, PERSONAL, "Canoe"))
    cause = caught.value.__cause__
    assert isinstance(cause, PublicPage)
    assert cause.what == "Customer"
    assert str(caught.value).endswith(f"Reason: {cause!r}")


def test_or_is_logged_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    html = built(site(tmp_path, PERSONAL, "Canoe", config='nosto_errors = "log"'))["p0.html"]
    assert tagged(html) == [("nosto_page_type", "product")]
    assert "jane" not in html
    ours = {record.getMessage().partition(" is one visitor's own")[0] for record in caplog.records}
    assert ours == {
        "Left out of page.html, line 1: Customer",
        "Left out of page.html, line 1: Cart",
        "Left out of page.html, line 1: customer",
        "Left out of page.html, line 1: snippet() takes models such as Customer, calls of nosto_tagging.api, and None, "
        "got function",
    }


def test_wrong_settings_stop_the_build(tmp_path: Path) -> None:
    with pytest.raises(ExtensionError) as caught:
        built(site(tmp_path, "", "Canoe", config='nosto_host = "elsewhere"'))
    assert isinstance(caught.value.__cause__, InvalidSettings)
    assert "Settings.host must be 'production' or 'staging', got text of 9 characters" in str(caught.value)


def test_without_sphinx_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sphinx.application", None)
    monkeypatch.delitem(sys.modules, "nosto_tagging.integrations.sphinx", raising=False)
    with pytest.raises(MissingExtra) as caught:
        importlib.import_module("nosto_tagging.integrations.sphinx")
    assert str(caught.value) == (
        "nosto_tagging.integrations.sphinx needs the 'sphinx' extra: install nosto-tagging[sphinx]"
    )
