"""Frozen-Flask: the example, hostile titles, the application's own templates, and what is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask, render_template
from flask_frozen import Freezer
from support.sites import HEAD, TITLES, copied, head_of, tagged

from nosto_tagging import PublicTagger
from nosto_tagging.errors import PublicPage
from nosto_tagging.integrations.flask import Nosto
from nosto_tagging.jinja import attach

# That the endpoint for visitors is not frozen is as it should be.
pytestmark = pytest.mark.filterwarnings("ignore:Nothing frozen for endpoints nosto_tagging")

PERSONAL = (
    '{% nosto_customer email="jane.doe@example.com" %}{% nosto_cart items=[] %}{% nosto_customer %}'
    '{{ nosto_snippet(page) }}{% nosto_page page_type="product" %}'
)


def frozen(folder: Path, template: str, *titles: str, errors: str = "raise", **templates: str) -> dict[str, str]:
    """The frozen pages of a shop that knows its visitor, one for each title."""
    for name, source in {"page": template, **templates}.items():
        file = folder / "templates" / f"{name}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, encoding="utf-8")
    app = Flask("shop", root_path=str(folder))
    app.config.update(PROPAGATE_EXCEPTIONS=True, NOSTO_ERRORS=errors, NOSTO_ACCOUNT_ID="shopify-11368366139")
    nosto = Nosto(app)
    nosto.customer_loader(lambda: {"email": "jane.doe@example.com"})

    @app.get("/p<int:number>.html")
    def page(number: int) -> str:
        return render_template("page.html", title=titles[number], page=object())

    attach(app.jinja_env, PublicTagger(app.extensions["nosto_tagging"].settings))
    freezer = Freezer(app, with_no_argument_rules=False)
    freezer.register_generator(lambda: (("page", {"number": number}) for number in range(len(titles))))
    freezer.freeze()
    build = folder / "build"
    return {str(file.relative_to(build)): file.read_text(encoding="utf-8") for file in build.rglob("*")}


def ran(folder: Path, *arguments: str) -> str:
    # Python finds app.py beside freeze.py, as it does for whoever runs that by hand.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    done = subprocess.run([sys.executable, *arguments], cwd=folder, env=env, check=True, capture_output=True, text=True)
    return done.stdout


def test_the_example(tmp_path: Path) -> None:
    folder = copied("frozen_flask", tmp_path)
    ran(folder, "freeze.py")
    build = folder / "build"
    pages = {
        str(file.relative_to(build)): file.read_text(encoding="utf-8") for file in build.rglob("*") if file.is_file()
    }
    assert {name: tagged(html) for name, html in pages.items()} == {
        "index.html": [("nosto_page_type", "front"), ("nosto_element", "frontpage-nosto-1")],
        "products/canoe.html": [
            ("nosto_page_type", "product"),
            (
                "nosto_product",
                [
                    ("product_id", "Canoe123"),
                    ("name", "Acme Canoe"),
                    ("url", "https://shop.example.com/products/canoe.html"),
                    ("image_url", "https://images.example.com/canoes/123.jpg"),
                    ("availability", "InStock"),
                    ("price", "999.00"),
                    ("price_currency_code", "EUR"),
                    ("category", "/Boats/Canoes"),
                ],
            ),
            ("nosto_element", "productpage-nosto-1"),
        ],
    }
    assert {name: head_of(html) for name, html in pages.items()} == dict.fromkeys(pages, HEAD)


def test_hostile_titles_come_out_as_they_are(tmp_path: Path) -> None:
    pages = frozen(tmp_path, "{% nosto_product product_id='a', basic=true, name=title %}", *TITLES)
    assert [tagged(pages[f"p{number}.html"]) for number in range(len(TITLES))] == [
        [("nosto_product nosto_basic", [("product_id", "a"), ("name", title)])] for title in TITLES
    ]


def test_the_applications_own_macros_go_before_ours(tmp_path: Path) -> None:
    template = (
        '{% from "nosto/search.html" import search_block %}{% from "nosto/variation.html" import variation_block %}'
        '{{ search_block("canoe") }}{{ variation_block("EUR") }}'
    )
    own = "{% macro search_block(term) %}own {{ term }}{% endmacro %}"
    html = frozen(tmp_path, template, "Canoe", **{"nosto/search": own})["p0.html"]
    assert html.startswith("own canoe<div")
    assert tagged(html) == [("nosto_variation", "EUR")]


@pytest.mark.parametrize(
    ("template", "what"),
    [
        (PERSONAL, "Customer"),
        ("{% nosto_customer %}", "customer"),
        ('{% from "nosto/customer.html" import customer_block %}{{ customer_block() }}', "customer"),
    ],
    ids=["given", "loaded", "loaded by a macro"],
)
def test_what_is_one_visitors_own_stops_the_build(template: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(PublicPage) as caught:
        frozen(tmp_path, template, "Canoe")
    assert caught.value.what == what


def test_or_is_logged_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    html = frozen(tmp_path, PERSONAL, "Canoe", errors="log")["p0.html"]
    assert tagged(html) == [("nosto_page_type", "product")]
    assert "jane" not in html
    ours = [record.getMessage() for record in caplog.records if record.name == "nosto_tagging"]
    assert [message.partition(" is one visitor's own")[0] for message in ours] == [
        "Left out of page.html, line 1: Customer",
        "Left out of page.html, line 1: Cart",
        "Left out of page.html, line 1: customer",
        "Left out of page.html, line 1: snippet() takes models such as Customer, calls of nosto_tagging.api, and None, "
        "got object",
    ]


def test_the_application_that_is_not_frozen_answers_the_page_who_the_visitor_is(tmp_path: Path) -> None:
    folder = copied("frozen_flask", tmp_path)
    script = (
        "from app import app; client = app.test_client()\n"
        "with client.session_transaction() as session: session['customer'] = {'email': 'jane.doe@example.com'}\n"
        "print(client.get('/nosto/visitor').text); print('jane' in client.get('/').text)"
    )
    assert ran(folder, "-c", script).splitlines() == [
        '{"calls": [{"steps": [["customer", [{"email": "jane.doe@example.com"}]]]}]}',
        "False",
    ]
