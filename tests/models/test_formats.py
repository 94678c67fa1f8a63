"""What each type of field takes, what the model then holds, and what blocks, scripts and JSON say."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from markupsafe import Markup
from support.engine import calls
from support.page import leaves
from support.statements import CART, EVERYTHING, ORDER, PRODUCT
from werkzeug.local import LocalProxy

from nosto_tagging import Cart, LineItem, Order, PageTagging, Product, ProductVariation, Sku, api, block, statement
from nosto_tagging.errors import InvalidArgument, InvalidTagging

LINE = {"product_id": "1", "quantity": 1, "name": "x", "unit_price": 1, "price_currency_code": "EUR"}
BASIC = {"product_id": "1", "basic": True}
VARIATION = {"variation_id": "A", "price_currency_code": "EUR", "price": 9, "availability": "InStock"}


class Cents(Decimal):
    def __str__(self) -> str:
        return "<b>"


class Two(IntEnum):
    PAIR = 2


class Stock(StrEnum):
    HERE = "InStock"


class Odd(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "<b>"


# What is given; what the model holds, digits and all; what the script says; what JSON says.
PRICES: list[tuple[Any, str, str, Any]] = [
    ("10.50", "10.50", "10.50", 10.5),
    (" 10.50\n", "10.50", "10.50", 10.5),
    (Decimal("10.50"), "10.50", "10.50", 10.5),
    (Decimal("10.500"), "10.500", "10.500", 10.5),
    (Decimal("10.5000000000"), "10.500000", "10.500000", 10.5),  # a column of ten decimals: zeros past the sixth
    (10, "10", "10", 10),
    (10.5, "10.5", "10.5", 10.5),
    (10.0, "10.0", "10.0", 10),
    ("0010.50", "10.50", "10.50", 10.5),  # as a literal it would be octal
    ("0", "0", "0", 0),
    (Decimal("-0.00"), "0.00", "0.00", 0),
    (Decimal("1E+2"), "100", "100", 100),
    (Decimal("0.000001"), "0.000001", "0.000001", 0.000001),
    (Decimal("0E-20"), "0.000000", "0.000000", 0),
    (Decimal("9999999999999.99"), "9999999999999.99", "9999999999999.99", 9999999999999.99),
    ("999999999999999", "999999999999999", "999999999999999", 999999999999999),
    (Cents("1.50"), "1.50", "1.50", 1.5),
    (Two.PAIR, "2", "2", 2),
    (Odd("1.50"), "1.50", "1.50", 1.5),
]


@pytest.mark.parametrize(("given", "held", "script", "told"), PRICES)
def test_a_price_stays_the_decimal_that_it_is(given: Any, held: str, script: str, told: Any) -> None:
    line = LineItem(**{**LINE, "unit_price": given})
    assert type(line.unit_price) is Decimal
    assert str(line.unit_price) == held
    cart = Cart(items=[line])
    assert ("nosto_cart/line_item/unit_price", held) in leaves(block(cart))
    assert f'"unit_price":{script},' in statement(cart)
    assert cart.payload()["items"][0]["unit_price"] == told
    assert calls(statement(cart))[0][1] == [cart.payload()]
    product = Product(**BASIC, price=given, supplier_cost=given)
    assert str(product.price) == str(product.supplier_cost) == held


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (Decimal("1234567890123.45"), True),
        (Decimal("12345678901234.5"), True),
        (Decimal("12345678901234.56"), False),  # sixteen digits
        (Decimal("12345678901234.50"), True),  # of which the last says nothing
        (Decimal("123456789012345.6"), False),
        (Decimal(999_999_999_999_999), True),
        (Decimal(10**15), False),
        (999_999_999_999_999, True),
        (10**15, False),
        ("999999999999999", True),
        ("1000000000000000", False),
        ("0.123456", True),
        ("0.1234567", False),
        ("123456789.123456", True),
        ("1234567890.123456", False),
        (Decimal("1E+14"), True),
        (Decimal("1E-6"), True),
        (Decimal("1E-7"), False),
        (1e14, True),
        (1e15, False),
    ],
)
def test_a_number_has_fifteen_digits_and_six_decimals_at_most(given: Any, taken: bool) -> None:
    for sign in (1, -1):
        number = f"-{given}" if sign < 0 and isinstance(given, str) else sign * given
        pseudo = {"name": "x", "price_currency_code": "EUR", "unit_price": number}
        if taken:
            assert LineItem.pseudo(**pseudo).unit_price == Decimal(str(number))
        else:
            with pytest.raises(InvalidTagging, match=r"^LineItem\.unit_price must be an amount such as 10\.50: "):
                LineItem.pseudo(**pseudo)
    if taken:
        assert Product(**BASIC, price=given, unit_pricing_measure=given).price == Decimal(str(given))


def test_ratings_counts_and_opacities_end_where_they_say() -> None:
    for top in (5, "5", "5.00", Decimal("5.0"), Decimal("5.00"), Decimal(5), 5.0, Decimal("5.000")):
        assert Product(**BASIC, rating_value=top).rating_value == 5
    for above in (Decimal("5.1"), Decimal("5.01"), "5.001", 6):
        with pytest.raises(InvalidTagging):
            Product(**BASIC, rating_value=above)
    assert Product(**BASIC, review_count=0).review_count == 0
    assert LineItem(**{**LINE, "quantity": 999_999_999_999_999}).quantity == 999_999_999_999_999
    for wrong in (10**15, Decimal(10**15)):
        with pytest.raises(InvalidTagging):
            Product(**BASIC, review_count=wrong)
    for opacity in (0, 1, "1.0", Decimal("0.00")):
        api.open_popup("p", overlay_opacity=opacity, fade_in_delay_ms=0)
    for above in (2, "1.1", Decimal("1.01")):
        with pytest.raises(InvalidArgument, match=r"^overlay_opacity must be a number from 0 to 1 such as 0\.8, got "):
            api.open_popup("p", overlay_opacity=above)


def test_what_javascript_reads_is_what_was_written_for_numbers_of_fifteen_digits() -> None:
    numbers = [Decimal(f"{whole}.{part}") for whole in ("0", "7", "999999999") for part in ("1", "000001", "999999")]
    cart = Cart(items=[{**LINE, "unit_price": number} for number in numbers])
    (called,) = calls(statement(cart))
    assert [Decimal(repr(item["unit_price"])) for item in called[1][0]["items"]] == numbers


@pytest.mark.parametrize(
    ("given", "held"), [(2, 2), ("2", 2), (" 2 ", 2), (2.0, 2), (Decimal("2.000"), 2), (Two.PAIR, 2), ("002", 2)]
)
def test_a_quantity_is_a_whole_number(given: Any, held: int) -> None:
    quantity = LineItem(**{**LINE, "quantity": given}).quantity
    assert quantity == held
    assert type(quantity) is int
    assert Product(**BASIC, review_count=given).review_count == held


@pytest.mark.parametrize(("given", "held"), [(0, "0"), ("5", "5"), (Decimal("3.85"), "3.85"), (4.5, "4.5")])
def test_a_rating_is_from_0_to_5(given: Any, held: str) -> None:
    assert str(Product(**BASIC, rating_value=given).rating_value) == held


HELSINKI = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    "given",
    [
        "2026-11-25 14:30:00",
        "2026-11-25T14:30:00",
        "2026-11-25T14:30",
        "2026-11-25T14:30:00.999999Z",
        "2026-11-25T16:30:00+02:00",
        datetime(2026, 11, 25, 14, 30),  # noqa: DTZ001 - without a zone, it is UTC
        datetime(2026, 11, 25, 14, 30, 0, 5, UTC),
        datetime(2026, 11, 25, 16, 30, tzinfo=HELSINKI),
    ],
)
def test_a_moment_is_told_in_utc_to_the_second(given: Any) -> None:
    order = Order(order_number=1, items=[LINE], created_at=given)
    assert order.created_at == datetime(2026, 11, 25, 14, 30, tzinfo=UTC)
    assert ("nosto_purchase_order/created_at", "2026-11-25 14:30:00") in leaves(block(order))
    assert '"created_at":new Date("2026-11-25T14:30:00Z")' in statement(order)
    assert order.payload()["created_at"] == "2026-11-25T14:30:00Z"


def test_a_day_is_told_as_one() -> None:
    product = Product(**BASIC, date_published=date(2026, 5, 1))
    assert product == Product(**BASIC, date_published="2026-05-01")
    assert leaves(block(product))[-1] == ("nosto_product nosto_basic/date_published", "2026-05-01")
    assert '"date_published":new Date("2026-05-01")' in statement(product)
    assert product.payload()["date_published"] == "2026-05-01"


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ("/Mens/Shoes", "/Mens/Shoes"),
        ("Mens/Shoes", "/Mens/Shoes"),
        (" / Mens // Shoes / ", "/Mens/Shoes"),
        ("/Mens /\u00a0Shoes\n", "/Mens/Shoes"),
        ("Mens Shoes", "/Mens Shoes"),
        ("/Men's  Shoes", "/Men's  Shoes"),  # inside a name blanks are the shop's own
        ("/Vêtements/Été", "/Vêtements/Été"),
    ],
)
def test_a_category_is_a_path_from_the_root(given: str, held: str) -> None:
    for _ in range(2):
        assert Product(**BASIC, category=[given]).category == PageTagging(categories=[given]).categories == (held,)
        given = held  # doing it twice changes nothing


@pytest.mark.parametrize(
    "given", ["InStock", " InStock ", Stock.HERE, "http://schema.org/InStock", "https://schema.org/InStock"]
)
def test_availability_is_taken_as_a_word_or_as_schema_orgs_address(given: str) -> None:
    assert Product(**BASIC, availability=given).availability == "InStock"


@pytest.mark.parametrize(
    "given",
    [
        "https://example.com",
        "http://example.com:8080/a?b=c&d=%20#e",
        "HTTPS://EXAMPLE.com/",
        "https://exämple.com/ä",
        "https://[::1]/",
        "https://example.com/'\"<>{}",
    ],
)
def test_an_address_arrives_as_it_was_given(given: str) -> None:
    cart = Cart(restore_link=given)
    assert cart.restore_link == given
    assert leaves(block(cart)) == [("nosto_cart/restore_link", given)]


def test_identifiers_may_be_numbers() -> None:
    line = LineItem(**{**LINE, "product_id": 7, "sku_id": UUID(int=7)})
    assert (line.product_id, line.sku_id) == ("7", "00000000-0000-0000-0000-000000000007")


@pytest.mark.parametrize("several", [list, tuple, iter, dict.fromkeys, lambda items: (each for each in items)])
def test_lists_may_come_as_anything_but_one_text(several: Callable[[list[Any]], Any]) -> None:
    given = several(["a", None, " ", "b"])
    if isinstance(given, dict):
        given = given.keys()
    assert PageTagging(tags=given).tags == ("a", "b")  # what is blank is not given
    assert [item.product_id for item in Cart(items=(line for line in [LINE, LINE])).items] == ["1", "1"]


@pytest.mark.parametrize("mapping", [dict, MappingProxyType])
def test_names_and_values_of_fields_are_cleaned_and_blank_ones_left_out(mapping: Callable[[Any], Any]) -> None:
    given = mapping({" a\0 ": " b\r\n", "c": None, "d": " ", "e": 7, "f": Markup("<b>")})
    assert Product(**BASIC, custom_fields=given).custom_fields == {"a": "b", "e": "7", "f": "<b>"}
    grouped = mapping({" a ": [" b ", None, 7], "c": [], "d": None, "e": [" "]})
    assert PageTagging(custom_fields=grouped).custom_fields == {"a": ["b", "7"]}


def test_variations_come_as_a_list_or_as_a_map_and_scripts_say_what_follows_from_their_prices() -> None:
    rows = {"A": VARIATION, "B": {**VARIATION, "variation_id": "B", "list_price": 10, "availability": "OutOfStock"}}
    made = Product(**BASIC, variations=rows)
    assert made == Product(**BASIC, variations=list(rows.values()))
    assert made == Product(**BASIC, variations={code: ProductVariation(**row) for code, row in rows.items()})
    without = {code: {k: v for k, v in row.items() if k != "variation_id"} for code, row in rows.items()}
    assert made == Product(**BASIC, variations=without)
    number = ProductVariation(**{**VARIATION, "variation_id": 5})
    for held in (number, {**VARIATION, "variation_id": "5"}, {**VARIATION, "variation_id": 5}):
        assert Product(**BASIC, variations={5: held}).variations == (number,)
    told = made.payload()["variations"]
    assert {code: (each["available"], each["discounted"]) for code, each in told.items()} == {
        "A": (True, False),
        "B": (False, True),
    }
    said = {**VARIATION, "available": False, "discounted": True}
    assert Product(**BASIC, variations=[said]).payload()["variations"]["A"]["available"] is False


def test_a_skus_own_fields_are_always_a_map_in_scripts() -> None:
    sku = {"id": 1, "name": "x", "price": 1, "availability": "InStock"}
    assert Product(**BASIC, skus=[sku]).payload()["skus"] == [{**sku, "id": "1", "custom_fields": {}}]
    assert "custom_fields" not in block(Product(**BASIC, skus=[Sku(**sku)]))


@pytest.mark.parametrize("model", [CART, ORDER, PRODUCT, EVERYTHING], ids=["cart", "order", "product", "page"])
def test_a_model_travels_and_stays_what_it_is(model: Any) -> None:
    kind = type(model)
    for other in (
        pickle.loads(pickle.dumps(model)),  # noqa: S301 - our own
        copy.deepcopy(model),
        kind(**model.model_dump()),
        kind.model_validate(model.model_dump()),
        kind.model_validate_json(model.model_dump_json()),
    ):
        assert other == model
        assert block(other) == block(model)
        assert statement(other) == statement(model)
    assert json.loads(json.dumps(model.payload())) == model.payload()
    for mode in ("validation", "serialization"):
        assert kind.model_json_schema(mode=mode)["title"] == kind.__name__
    with pytest.raises(InvalidTagging, match=rf"^{kind.__name__} cannot be changed: make a new one$"):
        model.hcid = None
    shown = repr(model)
    assert shown.startswith(f"{kind.__name__}(")
    assert not any(data in shown for data in ("jane", "Kayak", "20451", "799"))


def test_what_was_not_given_is_not_shown_and_not_told() -> None:
    assert repr(PageTagging(page_type="front", tags=[])) == "PageTagging(page_type=...)"
    assert PageTagging(page_type="front", tags=[], custom_fields={}).payload() == {"pageType": "front"}
    assert repr(Product(**BASIC)) == "Product(product_id=..., basic=...)"


def test_texts_that_lie_are_taken_as_what_they_hold() -> None:
    class Liar(str):
        __slots__ = ()

        def __str__(self) -> str:
            return "<b>"

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 7

    class Fields(dict[str, str]):
        def items(self) -> Any:
            return [("hull", '"><')]

    given = {name: Liar(text) for name, text in {"product_id": "1", "sku_id": "2", "name": "x"}.items()}
    line = LineItem(**given, quantity=1, unit_price=1, price_currency_code=Liar("EUR"))
    assert {type(value) for value in line.__dict__.values()} == {str, int, Decimal}
    assert (line.product_id, line.name, line.price_currency_code) == ("1", "x", "EUR")
    with pytest.raises(InvalidTagging, match="must be a currency code of ISO 4217"):
        LineItem(**{**LINE, "price_currency_code": Liar("XYZ")})
    product = Product(
        **BASIC, url=Liar("https://a.example.com/"), availability=Liar("InStock"), custom_fields=Fields(a="b")
    )
    assert {type(product.url), type(product.availability)} == {str}
    assert leaves(block(product))[-1] == ("nosto_product nosto_basic/custom_fields/hull", '"><')
    mine = {"hull": "round"}
    kept = Product(**BASIC, custom_fields=mine)
    mine["hull"] = "flat"
    assert kept.custom_fields == {"hull": "round"}


def test_what_stands_behind_a_proxy_is_kept_and_not_the_proxy() -> None:
    line, product = LineItem(**LINE), Product(**BASIC)
    cart = Cart(items=[LocalProxy(lambda: line)])
    page = PageTagging(products=[LocalProxy(lambda: product)], cart=LocalProxy(lambda: cart))
    assert [type(each) for each in (cart.items[0], page.products[0], page.cart)] == [LineItem, Product, Cart]
    assert page == PageTagging(products=[product], cart=Cart(items=[line]))


def test_odd_keys_are_ordinary_ones_in_scripts() -> None:
    odd = {"__proto__": "1", "constructor": "2", "toString": "3", "</script>": "4", "7": "5"}
    product = Product(**BASIC, custom_fields=odd, variations={"__proto__": {**VARIATION, "variation_id": "__proto__"}})
    assert '"custom_fields":{["__proto__"]:"1",' in statement(product)
    assert calls(statement(product)) == [["api.setTaggingProvider", ["products", [product.payload()]]]]


def test_a_path_that_its_first_slash_makes_too_long_is_refused() -> None:
    made = Product(**BASIC, category=["x" * 999])
    assert made.category == ("/" + "x" * 999,)
    assert Product(**BASIC, category=made.category) == made
    with pytest.raises(
        InvalidTagging, match=r"^Product.category\[0\] must be at most 1000 characters, got text of 1001 "
    ):
        Product(**BASIC, category=["x" * 1_000])


def test_a_float_that_python_writes_with_an_exponent_is_the_price_that_it_is():
    line = LineItem(product_id="1", quantity=1, name="Screw", unit_price=0.00001, price_currency_code="EUR")
    assert line.unit_price == Decimal("0.000010")
    with pytest.raises(InvalidTagging, match=r"^LineItem\.unit_price must be a"):
        LineItem(product_id="1", quantity=1, name="Screw", unit_price=1e-300, price_currency_code="EUR")
