"""Records of every model: what the template has, what pages may be named after, and what CSV may hold."""

import io
from pathlib import Path
from typing import Any

import pytest

from nosto_tagging import Cart, Customer, Order, PageTagging, Product, PublicTagger, block
from nosto_tagging.errors import InvalidArgument, InvalidRecord, UnreadableData
from nosto_tagging.static import Summary, read_records, render
from nosto_tagging.static.records import ModelName

LINE = {
    "product_id": "Canoe123",
    "quantity": 2,
    "name": "Acme Canoe",
    "unit_price": "999.00",
    "price_currency_code": "EUR",
}
CANOE = {
    "product_id": "Canoe123",
    "name": "Acme Canoe",
    "url": "https://shop.example.com/canoe",
    "image_url": "https://shop.example.com/canoe.jpg",
    "availability": "InStock",
    "price": "999.00",
    "price_currency_code": "EUR",
    "category": ["Boats/Canoes"],
    "date_published": "2026-11-25",
}
RECORDS: dict[ModelName, tuple[Any, dict[str, Any]]] = {
    "customer": (Customer, {"customer_reference": "r1"}),
    "cart": (Cart, {"items": [LINE]}),
    "order": (Order, {"order_number": "1445", "items": [LINE]}),
    "product": (Product, CANOE),
    "page": (PageTagging, {"page_type": "category", "categories": ["Boats"]}),
}
OF_PRODUCTS = (
    "product_id, name, url, image_url, availability, price, price_currency_code, brand, description, google_category, "
    "list_price, rating_value, review_count, thumb_url, date_published, condition, gender, age_group, gtin, "
    "unit_pricing_measure, unit_pricing_base_measure, unit_pricing_unit, selected_sku_id, variation_id, "
    "inventory_level, supplier_cost, valid_until, source_updated, update_received, basic"
)


def site(out: Path) -> dict[str, str]:
    return {str(path.relative_to(out)): path.read_text() for path in out.rglob("*") if path.is_file()}


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("model", RECORDS)
def test_the_template_has_the_record_under_the_models_name(tmp_path: Path, model: ModelName, jobs: int) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"{{{{ {model}.__class__.__name__ }}}} {{% nosto_{model} {model} %}}")
    kind, fields = RECORDS[model]
    stream = io.StringIO()
    assert render(page, [fields], model=model, stream=stream, jobs=jobs) == Summary(1, 0)
    assert stream.getvalue() == f"{kind.__name__} {block(kind(**fields))}"


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("model", "fields", "tag", "refused"),
    [
        ("product", CANOE, "{% nosto_customer email='jane.doe@example.com' %}", "Customer"),
        ("page", {"customer": {"email": "jane.doe@example.com"}}, "{{ nosto_block(page) }}", "PageTagging.customer"),
    ],
)
def test_what_is_one_visitors_own_is_refused_in_pages_for_everyone(
    tmp_path: Path, model: ModelName, fields: dict[str, Any], tag: str, refused: str, jobs: int
) -> None:
    page = tmp_path / "page.html"
    page.write_text(tag)
    failed: list[InvalidRecord] = []
    summary = render(page, [fields], model=model, out=tmp_path / "site", jobs=jobs, on_error=failed.append)
    assert summary == Summary(0, 1)
    assert [str(error) for error in failed] == [
        f"records: record 1: page.html:1: the template raised PublicPage: {refused} is one visitor's own, and this page "
        "is for everyone: nosto_deferred asks in their browser"
    ]
    assert site(tmp_path / "site") == {}


def test_a_page_for_everyone_may_ask_in_the_browser_who_is_looking(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("{% nosto_deferred %}{% nosto_product product %}")
    stream = io.StringIO()
    assert render(page, [CANOE], model="product", stream=stream) == Summary(1, 0)
    tagger = PublicTagger()
    assert stream.getvalue() == f"{tagger.deferred()}{tagger.block(Product(**CANOE))}"


@pytest.mark.parametrize("record", [CANOE, Product(**CANOE)])
@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{product_id}.html", "Canoe123.html"),
        ("{availability}/{name} {price}.html", "InStock/Acme Canoe 999.00.html"),
        ("{date_published}-{basic}.html", "2026-11-25-False.html"),
    ],
)
def test_pages_are_named_after_fields_of_the_model(tmp_path: Path, record: Any, pattern: str, name: str) -> None:
    page = tmp_path / "page.html"
    page.write_text("{{ product.name }}")
    assert render(page, [record], model="product", out=tmp_path / "site", name=pattern) == Summary(1, 0)
    assert site(tmp_path / "site") == {name: "Acme Canoe"}


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (
            "cart",
            "name has no 'category', must be one of: number, hcid, restore_link",
        ),
        (
            "order",
            "name has no 'category', must be one of: number, order_number, external_order_ref, created_at, "
            "payment_provider, order_status_code, order_status_label, hcid",
        ),
        (
            "product",
            f"name has no 'category', must be one of: number, {OF_PRODUCTS}",
        ),
        (
            "page",
            "name has no 'category', must be one of: number, page_type, variation, restore_link, sort_order",
        ),
    ],
)
def test_no_page_is_named_after_a_list_or_another_models_field(tmp_path: Path, model: ModelName, message: str) -> None:
    page = tmp_path / "page.html"
    page.write_text("")
    with pytest.raises(InvalidArgument) as caught:
        render(page, [], model=model, out=tmp_path / "site", name="{category}.html")
    assert str(caught.value) == message


@pytest.mark.parametrize(("given", "kind"), [("Product", "text of 7 characters"), (Product, "ModelMetaclass")])
def test_another_model_is_refused(tmp_path: Path, given: Any, kind: str) -> None:
    page = tmp_path / "page.html"
    page.write_text("")
    with pytest.raises(InvalidArgument) as caught:
        render(page, [], model=given, stream=io.StringIO())
    assert str(caught.value) == f"model must be one of: customer, cart, order, product, page; got {kind}"


def test_a_record_of_another_model_gives_no_page(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("")
    failed: list[InvalidRecord] = []
    records: list[Any] = [Customer(customer_reference="r1"), {"customer_reference": "r1"}]
    assert render(page, records, model="product", stream=io.StringIO(), on_error=failed.append) == Summary(0, 2)
    first, second = map(str, failed)
    assert first == "records: record 1: Product must be given as fields or a mapping of them, got Customer"
    assert second.startswith(
        "records: record 2: Product.product_id must be given; Product has no field 'customer_reference', must be one of: product_id, "
    )


def test_the_columns_of_csv_are_the_models(tmp_path: Path) -> None:
    page, data = tmp_path / "page.html", tmp_path / "products.csv"
    page.write_text("{{ product.product_id }} {{ product.brand }}\n")
    data.write_text("product_id,brand,basic\nCanoe123,Acme,true\nCanoe245,,true\n")
    stream = io.StringIO()
    with read_records(data) as records:
        assert render(page, records, model="product", stream=stream) == Summary(2, 0)
    assert stream.getvalue() == "Canoe123 Acme\nCanoe245 None\n"


@pytest.mark.parametrize("column", ["email", "category"])
def test_a_column_of_another_model_or_of_lists_is_refused(tmp_path: Path, column: str) -> None:
    page, data = tmp_path / "page.html", tmp_path / "products.csv"
    page.write_text("")
    data.write_text(f"product_id,{column}\n")
    with read_records(data) as records, pytest.raises(UnreadableData) as caught:
        render(page, records, model="product", stream=io.StringIO())
    assert str(caught.value) == f"{data}:1: column 2 must be headed by one field, each once, of: {OF_PRODUCTS}"
