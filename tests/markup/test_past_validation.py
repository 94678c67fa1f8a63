"""Models that were made past validation: whatever stands in a field, a page gets a whole block, or an error of ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from nosto_tagging import (
    Buyer,
    Cart,
    Customer,
    LineItem,
    Order,
    PageTagging,
    Product,
    ProductVariation,
    Settings,
    Tagger,
    api,
    block,
    snippet,
)
from nosto_tagging.api import Call, TrustedJavaScript
from nosto_tagging.errors import InvalidArgument, InvalidTagging, NostoTaggingError
from nosto_tagging.models.page import PluginVersion
from nosto_tagging.models.tagging import TaggingModel

LINE = {"product_id": "1", "quantity": 1, "name": "x", "unit_price": 1, "price_currency_code": "EUR"}
VALID: list[TaggingModel] = [
    Customer(customer_reference="7"),
    Cart(),
    Order(order_number=1, items=[LINE]),
    Product(product_id=1, basic=True),
    PageTagging(),
]


class Hostile:
    """What no field can hold, and what raises whatever is done with it."""

    def __str__(self) -> str:
        return "<script>"

    def __lt__(self, other: object) -> bool:
        raise RuntimeError

    __gt__ = __lt__


GARBAGE: list[Any] = [
    *("x", 7, 7.5, b"x", True, None, list, Decimal("NaN"), Decimal("-Infinity")),
    *(Hostile(), [Hostile()], {"a": Hostile()}, {7: 7}, ["x"], (7,), ((),), [None]),
    *(Product.model_construct(), (LineItem.model_construct(),)),
]
WITHOUT_EMAIL = Tagger(Settings(leave_out_email=True))
VERBS: list[Callable[[Any], str]] = [
    *(block, snippet, Tagger().tell),
    *(WITHOUT_EMAIL.block, WITHOUT_EMAIL.snippet, WITHOUT_EMAIL.tell),
]
FIELDS = [(model, field) for model in VALID for field in type(model).model_fields]


def tried(verb: Callable[[Any], str], model: TaggingModel) -> str | NostoTaggingError:
    try:
        return verb(model)
    except NostoTaggingError as error:
        return error


@pytest.mark.parametrize(("model", "field"), FIELDS, ids=lambda each: each if isinstance(each, str) else repr(each))
def test_what_no_field_can_hold_is_refused_by_an_error_of_this_library_or_printed_as_data(
    model: TaggingModel, field: str
) -> None:
    results = [tried(verb, model.model_copy(update={field: value})) for value in GARBAGE for verb in VERBS]
    refused = [each for each in results if isinstance(each, NostoTaggingError)]
    assert not [each for each in refused if "<script>" in str(each) or each.__context__ is not None]
    printed = [each for each in results if isinstance(each, str)]
    # A script element of ours at most, and no number that is none.
    assert {each.count("<script") for each in printed} <= {0, 1}
    assert not [each for each in printed if "NaN" in each or "Infinity" in each]


@pytest.mark.parametrize(("model", "field"), FIELDS, ids=lambda each: each if isinstance(each, str) else repr(each))
def test_what_lacks_a_field_is_printed_as_if_it_were_not_given_or_refused(model: TaggingModel, field: str) -> None:
    lacking = model.model_copy()
    del lacking.__dict__[field]
    needed = field in {"customer_reference", "items", "order_number", "product_id", "basic"}
    for verb in VERBS:
        result = tried(verb, lacking)
        if needed:
            assert isinstance(result, str) or field in str(result)
        else:
            assert result == verb(model)


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (7, "Cart.items must be a list, got int: the model was made without validation"),
        ((7,), "Cart.items cannot be printed, got int: the model was made without validation"),
        (
            (LineItem(**LINE), LineItem.model_construct(**{**LINE, "name": b"x"})),
            "LineItem.name cannot be printed, got bytes: the model was made without validation",
        ),
        (
            (LineItem(**LINE), LineItem.model_construct(**{**LINE, "unit_price": Decimal("NaN")})),
            "LineItem.unit_price cannot be printed, got Decimal: the model was made without validation",
        ),
        (
            (LineItem.model_construct(**{name: value for name, value in LINE.items() if name != "name"}),),
            "Cart.items[0].name must be given: the model was made without validation",
        ),
    ],
    ids=["no list", "no line", "a line with no text", "a line with no number", "a line without a name"],
)
def test_the_field_is_told(items: Any, message: str) -> None:
    cart = Cart().model_copy(update={"items": items})
    page = PageTagging().model_copy(update={"cart": cart})
    for thing in (cart, page):
        with pytest.raises(InvalidTagging) as caught:
            block(thing)
        assert str(caught.value) == message


PRODUCT = Product(product_id=1, basic=True)
ORDER = Order(order_number=1, items=[LINE])
JANE = Customer(email="jane.doe@example.com", customer_reference="7")
BUYER = {"email": "jane.doe@example.com", "phone": "5550100", "post_code": "P0STC0DE", "country": "C0UNTRY"}
SKU = {"id": "s", "name": "x", "price": "1", "availability": "InStock", "inventory_level": 4711}
ROW = {"product_id": "1", "basic": True, "inventory_level": 4711, "supplier_cost": "47.11"}
UNSEEN = ("5550100", "P0STC0DE", "C0UNTRY", "4711", "47.11")
ROWS: list[TaggingModel] = [
    ORDER.model_copy(update={"buyer": BUYER}),
    PRODUCT.model_copy(update={"skus": [SKU]}),
    PageTagging.model_construct(products=[ROW, ROW]),
    PageTagging.model_construct(order={"order_number": 1, "items": [LINE], "buyer": BUYER}),
    PageTagging().model_copy(update={"order": ORDER.model_copy(update={"buyer": BUYER})}),
]


@pytest.mark.parametrize("model", ROWS, ids=repr)
def test_of_a_row_in_place_of_a_model_no_more_is_printed_than_of_the_model(model: TaggingModel) -> None:
    for verb in VERBS:
        result = str(tried(verb, model))
        assert not [each for each in UNSEEN if each in result]
    assert "jane.doe" not in str(tried(WITHOUT_EMAIL.snippet, model)) + str(tried(WITHOUT_EMAIL.block, model))


def test_a_row_in_a_call_is_no_more_either() -> None:
    order = api.session.add_order(ORDER.model_copy(update={"buyer": BUYER})).set_placements(["a"]).load()
    product = api.set_tagging_provider("products", [PRODUCT.model_copy(update={"skus": [SKU]})])
    printed = snippet(order, product)
    assert "jane.doe" in printed
    assert not [each for each in UNSEEN if each in printed]
    assert "jane.doe" not in WITHOUT_EMAIL.snippet(order)


@pytest.mark.parametrize(
    "model",
    [
        PageTagging.model_construct(products=(JANE,)),
        PageTagging.model_construct(customer=(JANE,)),
        PageTagging.model_construct(customer={"email": ["jane.doe@example.com"], "customer_reference": "7"}),
        PageTagging.model_construct(customer=BUYER | {"customer_reference": "7"}),
        PageTagging.model_construct(cart=JANE),
        PageTagging.model_construct(page_type=JANE, brands=(JANE,)),
        PageTagging.model_construct(custom_fields={"a": [JANE]}),
        PRODUCT.model_copy(update={"brand": JANE}),
        PRODUCT.model_copy(update={"custom_fields": {"a": JANE}}),
        PRODUCT.model_copy(update={"custom_fields": JANE}),
        PRODUCT.model_copy(update={"name": BUYER, "tags1": [BUYER], "tags2": BUYER, "custom_fields": {"a": BUYER}}),
        PRODUCT.model_copy(update={"tags1": BUYER}),
        PageTagging.model_construct(custom_fields={"a": BUYER}),
        PageTagging.model_construct(brands=[[BUYER]]),
        Cart(items=[LINE]).model_copy(update={"items": (LineItem.model_construct(**LINE | {"name": BUYER}),)}),
        ORDER.model_copy(update={"buyer": JANE}),
        ORDER.model_copy(update={"payment_provider": Buyer(email="jane.doe@example.com")}),
    ],
    ids=repr,
)
def test_without_email_none_is_printed_out_of_the_wrong_field(model: TaggingModel) -> None:
    for verb in (WITHOUT_EMAIL.block, WITHOUT_EMAIL.snippet, WITHOUT_EMAIL.statement, WITHOUT_EMAIL.tell):
        assert "jane.doe" not in str(tried(verb, model))


def test_what_raises_when_it_is_looked_at_is_an_error_of_this_library_without_email_too() -> None:
    class Raising(list[Any]):
        def __iter__(self) -> Any:
            raise RuntimeError("jane.doe@example.com")

    order = ORDER.model_copy(update={"payment_provider": Raising(), "buyer": Buyer(**BUYER)})
    for thing in (order, api.session.add_order(order).load(), PageTagging.model_construct(order=order)):
        for verb in (WITHOUT_EMAIL.snippet, WITHOUT_EMAIL.statement, WITHOUT_EMAIL.tell):
            with pytest.raises(InvalidTagging, match=r"^(Order|PageTagging)") as caught:
                verb(thing)
            assert "jane.doe" not in str(caught.value)
            assert caught.value.__context__ is None


def test_the_authors_javascript_is_not_printed_out_of_a_page() -> None:
    for held in ({"custom_fields": {"a": [TrustedJavaScript("f()")]}}, {"brands": (TrustedJavaScript("f()"),)}):
        with pytest.raises(InvalidTagging, match="got TrustedJavaScript"):
            snippet(PageTagging.model_construct(**held))


def test_nul_hides_no_name_that_sets_a_prototype() -> None:
    for name in ("__proto__", "__proto\0__", "\0__proto__"):
        product = PRODUCT.model_copy(update={"custom_fields": {name: "x"}})
        assert '{["__proto__"]:"x"}' in snippet(product)
        assert '{["__proto__"]:["x"]}' in snippet(PageTagging.model_construct(custom_fields={name: ["x"]}))


CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)
IN_A_CIRCLE: dict[str, Any] = {}
IN_A_CIRCLE["a"] = IN_A_CIRCLE


@pytest.mark.parametrize(
    "product",
    [
        PRODUCT.model_copy(update={"custom_fields": IN_A_CIRCLE}),
        PRODUCT.model_copy(update={"skus": CIRCLE}),
        PRODUCT.model_copy(update={"variations": (1,)}),
        PRODUCT.model_copy(update={"price": 10**5_000}),
    ],
    ids=["a circle", "a circle of lists", "no variation", "a number that Python does not write down"],
)
def test_what_cannot_be_printed_alone_cannot_be_in_a_call(product: Product) -> None:
    for thing in (product, api.set_tagging_provider("products", [product]), api.session.view_product(product).update()):
        with pytest.raises(InvalidTagging, match="made without validation") as caught:
            snippet(thing)
        assert caught.value.__context__ is None


def test_a_call_that_cannot_be_printed_is_an_error_of_this_library() -> None:
    version = PluginVersion.model_construct(main_module=10**5_000)
    for call in (api.set_tagging_provider("pluginVersion", version), object.__new__(Call)):
        with pytest.raises(NostoTaggingError) as caught:
            snippet(call)
        assert caught.value.__context__ is None
    with pytest.raises(InvalidArgument, match=r"^snippet\(\) cannot print the call: a model in it was made without"):
        snippet(object.__new__(Call))


def test_what_cannot_be_validated_anew_either_is_an_error_of_this_library() -> None:
    class Moment(datetime):
        def astimezone(self, tz: Any = None) -> Any:
            raise RuntimeError

    order = ORDER.model_copy(update={"created_at": Moment(2026, 1, 1, tzinfo=UTC), "items": object()})
    with pytest.raises(InvalidTagging) as caught:
        snippet(order)
    assert str(caught.value) == "Order cannot be printed: the model was made without validation"
    assert caught.value.__context__ is None


def test_a_part_that_lacks_what_the_whole_looks_at_is_refused_when_it_is_printed() -> None:
    lacking = ProductVariation.model_construct(price=Decimal(1))
    product = Product(product_id=1, basic=True, variations=[lacking])
    for verb in (block, snippet):
        with pytest.raises(InvalidTagging, match=r"^Product\.variations\[0\]\.variation_id must be given"):
            verb(product)
    with pytest.raises(InvalidTagging, match="must have under each code the variation of that variation_id"):
        Product(product_id=1, basic=True, variations={"a": lacking})
    with pytest.raises(InvalidTagging, match=r"^Cart\.items\[0\]\.unit_price must not be negative"):
        Cart(items=[LineItem.model_construct(unit_price=Decimal(-1))])


def test_what_is_no_field_is_not_in_the_repr() -> None:
    assert repr(JANE.model_copy(update={"jane.doe@example.com": 1})) == repr(JANE)
