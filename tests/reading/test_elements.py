"""Elements are found by their classes, wherever they stand, in each of the nestings that pages have."""

from __future__ import annotations

from typing import Any

import pytest

from nosto_tagging import read
from nosto_tagging.reading.seen import looked

LINE = (
    '<i class="product_id">101</i><i class="quantity">2</i><i class="name">Kayak</i><i class="unit_price">799.00</i>'
    '<i class="price_currency_code">EUR</i>'
)
ITEM = {"product_id": "101", "quantity": 2, "name": "Kayak", "unit_price": 799, "price_currency_code": "EUR"}
SKU = '<b class="id">1</b><b class="name">Red</b><b class="price">5</b><b class="availability">InStock</b>'


@pytest.mark.parametrize(
    ("html", "told"),
    [
        # Whatever the tag, however deep, and with other classes beside it.
        ('<p class="a nosto_page_type b">front</p>', {"pageType": "front"}),
        ('<main><p><b class="nosto_page_type">\n\u00a0 front\t</b></main>', {"pageType": "front"}),
        ('<p class="a\tnosto_tag\n">new', {"tags": ["new"]}),
        # One may stand once: the first counts, blank or not; of the others, each.
        ('<b class="nosto_page_type">cart</b><b class="nosto_page_type">front</b>', {"pageType": "cart"}),
        ('<b class="nosto_variation"></b><b class="nosto_variation">EUR</b>', {}),
        ('<b class="nosto_category">/A</b><b class="nosto_category">B / C</b>', {"categories": ["/A", "/B/C"]}),
        ('<b class="nosto_brand">A &amp; B</b><b class="nosto_search_term">a&lt;b</b>',
         {"brands": ["A & B"], "searchTerms": ["a<b"]}),
        ('<b class="nosto_custom_field">size: 42</b><b class="nosto_custom_field">size:43:b</b>'
         '<b class="nosto_custom_field">none</b>', {"customFields": {"size": ["42", "43:b"]}}),
        ('<b class="nosto_affinity_signals">brand:Acme</b>', {"affinitySignals": {"brand": ["Acme"]}}),
        ('<b class="nosto_sort_order">cmp</b>', {"sortOrder": "cmp"}),
        ('<div class="nosto_element" id="a"></div><p class="nosto_element big" id=" b "><i class="nosto_element">',
         {"elements": ["a", "b"]}),
        # A customer; what cannot be is left out, the rest stays.
        ('<p class="nosto_customer"><b class="email">jane.doe@example.com</b><i class="first_name"> Jane </i>'
         '<i class="marketing_permission"></i><i class="hcid">1</i><i class="first_name">John</i></p>',
         {"customer": {"email": "jane.doe@example.com", "first_name": "Jane"}}),
        ('<p class="nosto_customer"><span><b class="email">jane.doe@example.com</b></span>'
         '<i class="marketing_permission">1</i></p>',
         {"customer": {"email": "jane.doe@example.com", "newsletter": True}}),
        ('<p class="nosto_customer"><b class="email">jane</b></p>', {}),
        # Carts: the documented nesting, and the SDK's.
        ('<p class="nosto_cart"></p>', {"cart": {"items": []}}),
        (f'<div class="nosto_cart"><div class="line_item">{LINE}</div></div>', {"cart": {"items": [ITEM]}}),
        (f'<span class="nosto_cart"><span class="items"><span class="line_item">{LINE}</span><span class="line_item">'
         f'{LINE}</span></span><span class="restore_link">https://example.com/c</span></span>',
         {"cart": {"items": [ITEM, ITEM]}, "restoreLink": "https://example.com/c"}),
        (f'<div class="nosto_cart"><p class="line_item">{LINE}</p><p class="line_item"><i class="name">No id</i></p></div>',
         {"cart": {"items": [ITEM]}}),
        # Orders, with what is bought under purchased_items, or not.
        (f'<div class="nosto_purchase_order"><i class="order_number">7</i><p class="buyer"><b class="email">'
         f'jane.doe@example.com</b></p><div class="purchased_items"><p class="line_item">{LINE}</p></div></div>',
         {"order": {"info": {"order_number": "7", "email": "jane.doe@example.com", "type": "order"}, "items": [ITEM]}}),
        (f'<div class="nosto_purchase_order"><i class="order_number">7</i><p class="line_item">{LINE}</p></div>',
         {"order": {"info": {"order_number": "7", "type": "order"}, "items": [ITEM]}}),
        ('<div class="nosto_purchase_order"><i class="order_number">7</i></div>', {}),
        # Products: a SKU's name is not the product's, wherever that comes.
        (f'<div class="nosto_product nosto_basic"><i class="nosto_sku">{SKU}</i><i class="product_id">9</i>'
         f'<i class="name">Kayak</i></div>',
         {"products": [{"product_id": "9", "name": "Kayak",
                        "skus": [{"id": "1", "name": "Red", "price": 5, "availability": "InStock", "custom_fields": {}}]}]}),
        ('<div class="nosto_product nosto_basic"><i class="product_id">9</i><i class="tags1"><i class="tag">a</i>'
         '<i class="tag">b</i></i><i class="tag2">c</i><i class="tags3"><i class="tag3">d</i></i>'
         '<i class="category_ids"><i class="category_id">1</i><i class="category_id">2</i></i></div>',
         {"products": [{"product_id": "9", "category_id": ["1", "2"], "tags1": ["a", "b"], "tags2": ["c"],
                        "tags3": ["d"]}]}),
        ('<div class="nosto_product nosto_basic"><i class="product_id">9</i><i class="custom_fields">'
         '<i class="key.with a blank">x</i><p><i class="name">y</i></p><i class="name">z</i><i>no name</i></i></div>',
         {"products": [{"product_id": "9", "custom_fields": {"key.with a blank": "x", "name": "y"}}]}),
        # Lacks what the full form needs.
        ('<div class="nosto_product"><i class="product_id">9</i></div>', {"products": [{"product_id": "9"}]}),
        ('<div class="nosto_product nosto_basic"><i class="product_id">9</i><i class="category">/A</i>'
         '<i class="category">A &gt; B</i><i class="price">1,50</i><i class="list_price">2.50</i></div>',
         {"products": [{"product_id": "9", "category": ["/A"], "list_price": 2.5}]}),
        ('<i class="nosto_product nosto_basic"><i class="product_id">1</i></i>'
         '<i class="nosto_product nosto_basic"><i class="product_id">2</i></i>',
         {"products": [{"product_id": "1"}, {"product_id": "2"}]}),
        # Unclosed, a block holds what comes after it; the inner one's fields are its own.
        ('<div class="nosto_product nosto_basic"><i class="product_id">1</i>'
         '<div class="nosto_product nosto_basic"><i class="product_id">2</i>',
         {"products": [{"product_id": "1"}, {"product_id": "2"}]}),
        # To a browser that runs scripts, these hold no elements.
        ('<noscript><b class="nosto_tag">a</b></noscript><template><b class="nosto_tag">b</b></template>'
         '<!-- <b class="nosto_tag">c</b> --><textarea><b class="nosto_tag">d</b></textarea>', {}),
        ('<b class="nosto_tags">a</b><b class="NOSTO_TAG">b</b><b id="nosto_tag">c</b><b class="nosto_tag\u00a0">d', {}),
        ('<b class="email">jane.doe@example.com</b>', {}),
        ("", {}),
    ],
)  # fmt: skip
def test_what_stands_in_a_page_is_read(html: str, told: dict[str, Any]) -> None:
    assert read(html).payload() == told


def test_a_block_is_seen_with_its_parts_and_what_is_wrong_in_it() -> None:
    (block,) = looked(
        f'<p class="nosto_cart x"><b class="line_item">{LINE}</b><i class="hcid"> 1 </i><b class="hcid">'
    ).blocks
    (item,) = block.parts_of("line_item")
    assert (block.name, block.classes, [each[:2] for each in block.fields]) == (
        "nosto_cart",
        ("nosto_cart", "x"),
        [("hcid", "1"), ("hcid", "")],
    )
    assert (block.first("hcid"), block.all("hcid")) == (block.fields[0], [*block.fields])
    assert block.first("name") is None
    assert [each[:2] for each in item.fields][:2] == [("product_id", "101"), ("quantity", "2")]
    assert item.node.tag == "b"


def test_texts_and_placements_are_seen_in_the_order_of_the_page() -> None:
    seen = looked('<b class="nosto_tag">a</b><p class="nosto_page_type"> x </p><i class="nosto_element" id=q></i>')
    assert [each[:2] for each in seen.texts] == [("nosto_tag", "a"), ("nosto_page_type", "x")]
    assert [each[:2] for each in seen.placements] == [("nosto_element", "q")]
    assert (seen.page_type, seen.texts_of("nosto_tag")) == (seen.texts[1], [seen.texts[0]])
    assert seen.blocks_of("x") == []


def test_a_text_in_another_of_its_name_is_that_ones() -> None:
    assert [each[:2] for each in looked('<b class="nosto_tag">a<b class="nosto_tag">b</b></b>').texts] == [
        ("nosto_tag", "ab")
    ]


def test_of_a_text_no_more_is_kept_than_any_field_takes() -> None:
    (tag,) = looked(f'<b class="nosto_tag">{"x" * 200_000}</b>').texts
    assert len(tag.text) == 100_001
