"""Pelican: the example, hostile titles, the site's own templates, and what is refused."""

from __future__ import annotations

import importlib
import locale
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pelican import Pelican
from pelican.settings import read_settings
from support.sites import HEAD, TITLES, copied, head_of, tagged

from nosto_tagging.errors import InvalidSettings, MissingExtra, PublicPage

# What Pelican and its packages warn of is theirs to mend.
pytestmark = pytest.mark.filterwarnings("default")

PERSONAL = (
    '{% nosto_customer email="jane.doe@example.com" %}{% nosto_cart items=[] %}{% nosto_customer %}'
    '{{ nosto_snippet(article) }}{% nosto_page page_type="product" %}'
)


@pytest.fixture(autouse=True)
def own_locale() -> Iterator[None]:
    # Pelican sets the whole process's.
    kept = locale.setlocale(locale.LC_ALL)
    yield
    locale.setlocale(locale.LC_ALL, kept)


def built(folder: Path, **settings: Any) -> dict[str, str]:
    """The pages of the site in `folder`."""
    config = folder / "pelicanconf.py"
    given = {"PATH": str(folder / "content"), "OUTPUT_PATH": str(folder / "output"), **settings}
    Pelican(read_settings(str(config) if config.exists() else None, override=given)).run()
    output = folder / "output"
    return {str(page.relative_to(output)): page.read_text(encoding="utf-8") for page in output.rglob("*.html")}


def site(folder: Path, template: str, *titles: str, **templates: str) -> dict[str, Any]:
    """A site with an article for each title, made by `template`; its settings."""
    (folder / "content").mkdir(parents=True)
    for number, title in enumerate(titles):
        article = f"Title: {title}\nDate: 2026-11-25\nSlug: p{number}\n\nText.\n"
        (folder / "content" / f"{number}.md").write_text(article, encoding="utf-8")
    for name, source in {"article": template, **templates}.items():
        file = folder / "templates" / f"{name}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, encoding="utf-8")
    return {
        "PLUGINS": ["nosto_tagging.integrations.pelican"],
        "TIMEZONE": "UTC",
        "THEME": "simple",
        "THEME_TEMPLATES_OVERRIDES": [str(folder / "templates")],
        "NOSTO_ACCOUNT_ID": "shopify-11368366139",
    }


def test_the_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copied("pelican", tmp_path)
    monkeypatch.chdir(folder)
    pages = built(folder)
    assert {name: tagged(html) for name, html in pages.items() if tagged(html) != [("nosto_page_type", "other")]} == {
        "index.html": [("nosto_page_type", "front")],
        "category/boats.html": [
            ("nosto_page_type", "category"),
            ("nosto_category", "/Boats"),
            ("nosto_element", "categorypage-nosto-1"),
        ],
        "category/gear.html": [
            ("nosto_page_type", "category"),
            ("nosto_category", "/Gear"),
            ("nosto_element", "categorypage-nosto-1"),
        ],
        "acme-canoe.html": [
            ("nosto_page_type", "product"),
            (
                "nosto_product",
                [
                    ("product_id", "Canoe123"),
                    ("name", "Acme Canoe"),
                    ("url", "https://shop.example.com/acme-canoe.html"),
                    ("image_url", "https://images.example.com/canoes/123.jpg"),
                    ("availability", "InStock"),
                    ("price", "999.00"),
                    ("price_currency_code", "EUR"),
                    ("category", "/Boats"),
                ],
            ),
            ("nosto_element", "productpage-nosto-1"),
        ],
        "acme-paddle-rope.html": [
            ("nosto_page_type", "product"),
            (
                "nosto_product",
                [
                    ("product_id", "Paddle7"),
                    ("name", "Acme Paddle & Rope"),
                    ("url", "https://shop.example.com/acme-paddle-rope.html"),
                    ("image_url", "https://images.example.com/paddles/7.jpg"),
                    ("availability", "InStock"),
                    ("price", "49.50"),
                    ("price_currency_code", "EUR"),
                    ("category", "/Gear"),
                ],
            ),
            ("nosto_element", "productpage-nosto-1"),
        ],
    }
    assert len(pages) == 9
    assert {name: head_of(html) for name, html in pages.items()} == dict.fromkeys(pages, HEAD)


def test_hostile_titles_come_out_as_they_are(tmp_path: Path) -> None:
    template = "{% nosto_product product_id=article.slug, basic=true, name=article.title %}"
    pages = built(tmp_path, **site(tmp_path, template, *TITLES))
    assert [tagged(pages[f"p{number}.html"]) for number in range(len(TITLES))] == [
        [("nosto_product nosto_basic", [("product_id", f"p{number}"), ("name", title)])]
        for number, title in enumerate(TITLES)
    ]


def test_a_title_is_markup_of_which_striptags_makes_text(tmp_path: Path) -> None:
    settings = site(tmp_path, "{% nosto_search article.title %}{% nosto_search article.title|striptags %}")
    source = "Paddle & *Rope* <7 mm\n#####################\n\n:date: 2026-11-25\n:slug: p0\n"
    (tmp_path / "content" / "a.rst").write_text(source, encoding="utf-8")
    assert tagged(built(tmp_path, **settings)["p0.html"]) == [
        ("nosto_search_term", "Paddle &amp; <em>Rope</em> &lt;7 mm"),
        ("nosto_search_term", "Paddle & Rope <7 mm"),
    ]


def test_the_sites_own_macros_go_before_ours(tmp_path: Path) -> None:
    template = (
        '{% from "nosto/search.html" import search_block %}{% from "nosto/variation.html" import variation_block %}'
        '{{ search_block("canoe") }}{{ variation_block("EUR") }}'
    )
    own = "{% macro search_block(term) %}own {{ term }}{% endmacro %}"
    html = built(tmp_path, **site(tmp_path, template, "Canoe", **{"nosto/search": own}))["p0.html"]
    assert html.startswith("own canoe<div")
    assert tagged(html) == [("nosto_variation", "EUR")]


def test_what_is_one_visitors_own_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(PublicPage) as caught:
        built(tmp_path, **site(tmp_path, PERSONAL, "Canoe"))
    assert caught.value.what == "Customer"


def test_or_is_logged_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    html = built(tmp_path, **site(tmp_path, PERSONAL, "Canoe"), NOSTO_ERRORS="log")["p0.html"]
    assert tagged(html) == [("nosto_page_type", "product")]
    assert "jane" not in html
    ours = [record.getMessage() for record in caplog.records if record.name == "nosto_tagging"]
    assert [message.partition(" is one visitor's own")[0] for message in ours] == [
        "Left out of article.html, line 1: Customer",
        "Left out of article.html, line 1: Cart",
        "Left out of article.html, line 1: customer",
        "Left out of article.html, line 1: snippet() takes models such as Customer, calls of nosto_tagging.api, and None, "
        "got Article",
    ]


def test_wrong_settings_stop_the_build(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings) as caught:
        built(tmp_path, **site(tmp_path, "", "Canoe"), NOSTO_HOST="elsewhere")
    assert str(caught.value) == "Settings.host must be 'production' or 'staging', got text of 9 characters"


def test_without_pelican_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pelican", None)
    monkeypatch.delitem(sys.modules, "nosto_tagging.integrations.pelican", raising=False)
    with pytest.raises(MissingExtra) as caught:
        importlib.import_module("nosto_tagging.integrations.pelican")
    assert str(caught.value) == (
        "nosto_tagging.integrations.pelican needs the 'pelican' extra: install nosto-tagging[pelican]"
    )
