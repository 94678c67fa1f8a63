"""The examples run, and print what a reader of them expects."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest
from dask.distributed import Client, LocalCluster
from pyarrow import parquet
from selectolax.lexbor import LexborHTMLParser
from support.engine import calls
from support.page import block, blocks, scripts

from nosto_tagging import check
from nosto_tagging.static import render
from nosto_tagging.testing import assert_no_findings

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
    assert check(done.stdout) == []
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
    assert check(html) == []
    assert calls(scripts(html)[-1]) == [JANES_CALL]


def test_product_page() -> None:
    folder = EXAMPLES / "product_page"
    assert len((folder / "templates" / "product.html").read_text(encoding="utf-8").splitlines()) == 10
    done = subprocess.run([sys.executable, "page.py"], cwd=folder, capture_output=True, text=True, check=True)
    assert check(done.stdout) == []
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
        response = client.post("/login", follow_redirects=True)
        assert_no_findings(response)
        html = response.text
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


DJANGO_VISIT = """if True:
    import json
    import django
    django.setup()
    from django.test import Client
    browser = Client(enforce_csrf_checks=True)
    pages = [browser.get("/").text]
    token = {"HTTP_X_CSRFTOKEN": browser.cookies["csrftoken"].value}
    for address in ("/login", "/order", "/logout"):
        pages.append(browser.post(address, follow=True, **token).text)
        pages.append(browser.get("/").text)
    answers = [browser.post("/login.json", **token).text, browser.get("/nosto/visitor").text]
    print(json.dumps([pages, answers]))
"""


def test_django_app() -> None:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    environ |= {"DJANGO_SETTINGS_MODULE": "shop.settings"}
    run = partial(subprocess.run, cwd=EXAMPLES / "django_app", env=environ, capture_output=True, text=True, check=True)
    assert run([sys.executable, "manage.py", "check"]).stdout == "System check identified no issues (0 silenced).\n"
    pages, answers = json.loads(run([sys.executable, "-c", DJANGO_VISIT]).stdout)
    before, logged_in, again, ordered, later, logged_out, nobody = pages
    assert [found for html in pages for found in check(html)] == []
    assert blocks(before) == blocks(logged_out) == blocks(nobody) == []
    assert [block(html)[:4] for html in (logged_in, again, ordered, later)] == [JANE[:4]] * 4
    assert [html.count('setTaggingProvider("order"') for html in pages] == [0, 0, 0, 1, 0, 0, 0]
    told = [answer["calls"][0]["steps"][0] for answer in map(json.loads, answers)]
    assert told[0] == told[1]
    assert (told[0][0], told[0][1][0]["email"]) == ("customer", "jane.doe@example.com")


CANOES: list[dict[str, Any]] = [
    {
        "product_id": f"Canoe{number}",
        "name": f"Acme <Canoe> {number}",
        "url": f"https://shop.example.com/canoes/{number}",
        "image_url": f"https://shop.example.com/canoes/{number}.jpg",
        "availability": "InStock",
        "price": Decimal("999.50"),
        "price_currency_code": "EUR",
        "category": ["Boats/Canoes"],
        "custom_fields": {"colour": "red"},
        "list_price": None,
    }
    for number in range(40)
]


def parquet_of(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """One file of four row groups, with a column that products do not have."""
    texts = ("product_id", "name", "url", "image_url", "availability", "price_currency_code", "shelf")
    fields = [
        *((name, pa.string()) for name in texts),
        *((name, pa.decimal128(12, 2)) for name in ("price", "list_price")),
        ("category", pa.list_(pa.string())),
        ("custom_fields", pa.map_(pa.string(), pa.string())),
    ]
    table = pa.Table.from_pylist([{**row, "shelf": "7b"} for row in rows], pa.schema(fields))
    parquet.write_table(table, folder / "canoes.parquet", row_group_size=10)
    return folder / "canoes.parquet"


def json_lines_of(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """A folder of four files, and another."""
    (folder / "canoes").mkdir(exist_ok=True)
    (folder / "canoes" / "README").write_text("not a product")
    for part in range(4):
        lines = [json.dumps(row, default=str) for row in rows[part::4]]
        (folder / "canoes" / f"part-{part}.jsonl").write_text("\n".join(lines))
    return folder / "canoes"


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster:
        yield cluster


class TestDask:
    """Two processes render partitions; the pages are those that one makes of all rows."""

    @pytest.mark.parametrize(
        ("catalogue_of", "place"),
        [(parquet_of, "canoes.parquet, row group 1: record 3"), (json_lines_of, "part-0.jsonl: record 4")],
        ids=["parquet", "json lines"],
    )
    def test_every_product_has_its_page_and_a_second_run_mends_what_is_missing(
        self,
        tmp_path: Path,
        cluster: LocalCluster,
        catalogue_of: Callable[[Path, list[dict[str, Any]]], Path],
        place: str,
    ) -> None:
        site, expected = tmp_path / "site", tmp_path / "expected"
        render(EXAMPLES / "dask" / "product.html", CANOES, model="product", out=expected, name="{product_id}.html")
        assert len(list(expected.iterdir())) == 40

        done = run_dask(catalogue_of(tmp_path, CANOES), site, cluster.scheduler_address)
        assert done == (0, "40 written, 0 unchanged, 0 failed in 4 partitions\n", "")
        assert texts(site) == texts(expected)
        with Client(cluster) as client:  # nobody but a partition brings it into a process
            assert list(client.run(lambda: "nosto_tagging.static" in sys.modules).values()) == [True, True]

        (site / "Canoe7.html").unlink()
        (site / "Canoe8.html").write_text("old")
        rows = [{**row, "availability": "perhaps"} if row["product_id"] == "Canoe12" else row for row in CANOES]
        done = run_dask(catalogue_of(tmp_path, rows), site, cluster.scheduler_address)
        told = (
            f"{place}: Product.availability must be 'InStock', 'OutOfStock', 'Invisible' or 'Discontinued', got "
            "text of 7 characters\n"
        )
        assert done == (1, "2 written, 37 unchanged, 1 failed in 4 partitions\n", told)
        assert texts(site) == texts(expected)


def run_dask(*arguments: object) -> tuple[int, str, str]:
    script = [sys.executable, EXAMPLES / "dask" / "catalogue.py", *map(str, arguments)]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def texts(site: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in site.iterdir()}
