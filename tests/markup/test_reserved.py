"""Names of custom fields that would forge tagging: which they are, and that none of them gets into a page."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from selectolax.lexbor import LexborHTMLParser
from support.page import PAGE, leaves
from support.statements import CART, CUSTOMER, EVERYTHING, ORDER, PRODUCT

from nosto_tagging import Customer, PageTagging, Product, block, models, snippet
from nosto_tagging.errors import InvalidTagging
from nosto_tagging.markup.reserved import RESERVED
from nosto_tagging.models.tagging import TaggingPart, printed

BASIC = {"product_id": "1", "basic": True}
LIST = ", ".join(sorted(RESERVED))


def classes(html: str) -> Counter[str]:
    """How often a reader finds each class, wherever it stands."""
    tree = LexborHTMLParser(PAGE.format(html))
    return Counter(
        name for node in tree.css("[class]") for name in re.split("[ \\t\\n\\f\\r]+", node.attributes["class"] or "")
    )


def test_every_class_that_a_block_can_have_is_reserved() -> None:
    whole = Customer(**CUSTOMER.payload() | {"customer_group": "a", "gender": "b", "date_of_birth": "2000-01-01",
                                             "region": "c", "city": "d", "street": "e"})  # fmt: skip
    named = PRODUCT.model_copy(update={"custom_fields": {}, "skus": PRODUCT.skus[1:]})
    page = EVERYTHING.model_copy(update={"products": (), "customer": None, "cart": None, "order": None})
    shown = classes("".join(map(block, (whole, CART, ORDER, named, Product(**BASIC), page))))
    assert shown.keys() - RESERVED == set()
    # And by the models' own annotations, whatever the examples above may lack.
    for name in models.__all__:
        model: type[TaggingPart] = getattr(models, name)
        for _, called, how in printed(model, "block"):
            assert {called, how.around or called} <= RESERVED | {"products", "cart", "customer", "order", "elements"}
        assert set(getattr(model, "block_class", "").split()) <= RESERVED


@pytest.mark.parametrize("written", ["{}", " {}\t", "x {}", "{} x", "a\n{}", "a\u000c{} b"])
def test_each_reserved_name_is_refused_in_blocks_with_the_list(written: str) -> None:
    message = (
        "Product.custom_fields must not have a name that is, or holds between blanks, one of the classes by which Nosto "
        f"finds tagging, where blocks are printed: {LIST}"
    )
    for name in RESERVED:
        # In a page without a doctype browsers compare classes without regard to case.
        for each in (name, name.upper()):
            text = written.format(each)
            if "\u000c" in text:  # which no page can carry, and which is dropped: no class any more
                assert leaves(block(Product(**BASIC, custom_fields={text: "1"})))[-1][1] == "1"
                continue
            product = Product(**BASIC, custom_fields={"material": "wood", text: "1"})
            with pytest.raises(InvalidTagging) as caught:
                block(product)
            assert str(caught.value) == message
            assert '"1"' in snippet(product)  # where a name is a key, and forges nothing


def test_a_name_that_was_never_validated_forges_nothing_either() -> None:
    for name in ("pri\0ce", "x\fprice", "x\rprice"):
        with pytest.raises(InvalidTagging, match=r"^Product\.custom_fields must not have a name that is"):
            block(Product(**BASIC).model_copy(update={"custom_fields": {name: "1"}}))


def test_the_names_of_a_skus_fields_are_held_to_the_same() -> None:
    sku = {"id": "1", "name": "x", "price": 1, "availability": "InStock", "custom_fields": {"nosto_cart": "1"}}
    with pytest.raises(InvalidTagging, match=r"^Sku\.custom_fields must not have a name that is"):
        block(Product(**BASIC, skus=[sku]))


def test_names_that_only_look_like_it_arrive_and_change_nothing_else_that_a_reader_finds() -> None:
    near = [f"{name}{ending}" for name in RESERVED for ending in ("x", "-", ".1", "\u00a0x")]
    fields = dict.fromkeys([*near, "key.with.\\special?char s*", "åäö", '"><b class="price">', "a\u3000b"], "1")
    tagging = PageTagging(customer=CUSTOMER, cart=CART, order=ORDER, products=[Product(**BASIC)])
    plain = classes(block(tagging))
    named = block(tagging.model_copy(update={"products": (Product(**BASIC, custom_fields=fields),)}))
    found = classes(named)
    assert {name: found[name] for name in RESERVED} == {**{name: plain[name] for name in RESERVED}, "custom_fields": 1}
    read = [
        path.removeprefix("nosto_product nosto_basic/custom_fields/")
        for path, _ in leaves(named)
        if path.startswith("nosto_product nosto_basic/custom_fields/")
    ]
    assert read == list(fields)
