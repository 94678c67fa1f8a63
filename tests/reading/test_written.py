"""What is said of a literal is said of where it is written."""

from __future__ import annotations

import pytest

from nosto_tagging.reading.check import check

SEVERAL = ["stub-missing", "value-repeated", "field-missing", "product-script-only"]


@pytest.mark.parametrize(
    "source",
    [
        "api.customer(@'jane')",
        "api.customer({email: @'jane'})",
        "api.customer({'email': @`jane`, first_name: 'Jane'})",
        "api.customer({email: 'jane.doe@@example.com', \"\\u0065mail\": /* 😀 */ @'jane'})",
        "api.customer(({email: @('jane')}))",
        "api.customer({...jane, email: @'jane'})",
        "api.customer({['first_name']: 'Jane', ['email']: @'jane'})",
        "api.customer({email: it, email: @'jane', first_name})",
        "api.setTaggingProvider(/* ä */ 'customer', {email: @'jane'}, {priority: true})",
        "api.setTaggingProvider('pageType', @'home')",
        "api.setTaggingProvider(@'searchTerm', ['a'])",
        "api.setTaggingProvider('customFields', {a: ['b', @null, null]})",
        "api.resendCartContent({items: [/* 0 */ {quantity: 1}, ({quantity: @-1})]})",
        "api.resendCartContent({items: [{unit_price: @'-1.00'}]})",
        "api.setTaggingProvider('products', [, {skus: [{price: 1}, {price: @'1,0'}]}])",
        "{ api.load(); /* 😀 */ api.defaultSession().setCustomer({email: @'jane'}).setCart({}).viewCart().load() }",
    ],
)
def test_a_finding_stands_where_its_literal_is_written(source: str) -> None:
    before, _, after = source.replace("@@", "\0").partition("@")
    script = f"<p>\n<script>//\r\n  nostojs(api => {before}{after})</script>".replace("\0", "@")
    found = [(each.line, each.column) for each in check(script, ignore=SEVERAL)]
    assert found == [(3, len(f"  nostojs(api => {before}") + 1)]


def test_findings_on_several_calls_and_scripts_stand_in_order() -> None:
    call = "nostojs(api => api.customer({email: 'é'}));"
    page = f"<script>{call}\n{call}</script>\n<script>ä {call}</script>".replace("ä ", "/* ä */ ")
    columns = [call.index("'") + 1, len("/* ä */ <script>") + call.index("'") + 1]
    found = [(each.line, each.column) for each in check(page, ignore=SEVERAL)]
    assert found == [(1, len("<script>") + columns[0]), (2, columns[0]), (3, columns[1])]


def test_of_what_is_told_as_data_the_place_is_where_that_begins() -> None:
    data = '{"calls": [{"steps": [["customer", [{"email": "jane"}]]]}]}'
    page = f'<script type="application/json" data-nosto-tell>{data}</script>'
    (found,) = check(page)
    assert (found.code, found.line, found.column) == ("email-format", 1, page.index("{") + 1)
