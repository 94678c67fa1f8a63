"""The examples run, and print what a reader of them expects."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from selectolax.lexbor import LexborHTMLParser
from support.engine import calls
from support.page import block, blocks, scripts

EXAMPLES = Path(__file__).parent.parent / "examples"
JANE = [
    ("email", "jane.doe@example.com"),
    ("first_name", "Jane"),
    ("last_name", "Doe"),
    ("marketing_permission", "true"),
    ("customer_reference", "5e3d4a9c-cf58-11ea-87d0-0242ac130003"),
]
JANES_CALL = ["api.customer", [{**dict(JANE), "marketing_permission": True}]]


def test_plain_jinja() -> None:
    done = subprocess.run(
        [sys.executable, "page.py"], cwd=EXAMPLES / "plain_jinja", capture_output=True, text=True, check=True
    )
    assert block(done.stdout) == JANE
    assert '<script src="https://connect.nosto.com/include/shopify-11368366139" async=""></script>' in done.stdout


def test_static_site(tmp_path: Path) -> None:
    arguments = ["render", "page.html", "--data", "customers.jsonl", "--out", tmp_path]
    subprocess.run(
        [sys.executable, "-m", "nosto_tagging", *arguments],
        cwd=EXAMPLES / "static_site",
        capture_output=True,
        check=True,
    )
    (page,) = tmp_path.iterdir()
    html = page.read_text(encoding="utf-8")
    assert block(html) == JANE
    assert calls(scripts(html)[-1]) == [JANES_CALL]


def test_product_page() -> None:
    folder = EXAMPLES / "product_page"
    assert len((folder / "templates" / "product.html").read_text(encoding="utf-8").splitlines()) == 10
    done = subprocess.run([sys.executable, "page.py"], cwd=folder, capture_output=True, text=True, check=True)
    roots = LexborHTMLParser(done.stdout).css("body > div")
    assert [(node.attributes["class"] or "").removesuffix(" notranslate") for node in roots] == [
        "nosto_page_type",
        "nosto_variation",
        "nosto_customer",
        "nosto_cart",
        "nosto_product",
        "nosto_element",
        "nosto_element",
    ]
    product = roots[4]
    assert [node.text() for node in product.css(".nosto_sku > .name")] == ["Acme Canoe, red", "Acme Canoe, green"]
    assert "inventory" not in done.stdout


@pytest.fixture
def shop() -> ModuleType:
    spec = importlib.util.spec_from_file_location("example_shop", EXAMPLES / "flask_app" / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.app.root_path = str(EXAMPLES / "flask_app")
    return module


class TestFlaskApp:
    def test_nobody_is_tagged_before_a_login_and_after_a_logout(self, shop: ModuleType) -> None:
        client = shop.app.test_client()
        assert blocks(client.get("/").text) == []
        client.post("/login")
        assert len(blocks(client.get("/").text)) == 1
        client.post("/logout")
        assert blocks(client.get("/").text) == []

    def test_a_login_by_form_tags_the_next_page(self, shop: ModuleType) -> None:
        client = shop.app.test_client()
        html = client.post("/login", follow_redirects=True).text
        tagged = dict(block(html))
        reference = tagged.pop("customer_reference")
        assert list(tagged.items()) == JANE[:4]
        assert len(reference) == 64

    def test_a_login_by_fetch_answers_with_what_the_page_hands_on(self, shop: ModuleType) -> None:
        client = shop.app.test_client()
        answer = client.post("/login.json").json
        told = answer["calls"][0]["steps"][0][1][0]
        reference = told.pop("customer_reference")
        assert answer == {"calls": [{"steps": [["customer", [{**dict(JANE[:3]), "marketing_permission": True}]]]}]}
        assert dict(block(client.get("/").text))["customer_reference"] == reference

    def test_every_script_has_the_responses_own_nonce(self, shop: ModuleType) -> None:
        client = shop.app.test_client()
        first, second = client.get("/"), client.get("/")
        nonces = []
        for response in (first, second):
            policy = response.headers["Content-Security-Policy"]
            nonce = policy.partition("'nonce-")[2].partition("'")[0]
            scripts = LexborHTMLParser(response.text).css("script")
            assert [script.attributes["nonce"] for script in scripts] == [nonce] * 4
            nonces.append(nonce)
        assert nonces[0] != nonces[1]

    def test_no_cache_keeps_the_page_of_a_customer(self, shop: ModuleType) -> None:
        client = shop.app.test_client()
        client.post("/login")
        assert client.get("/").headers["Cache-Control"] == "private, no-cache"
