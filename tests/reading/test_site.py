"""What `check_site` finds across pages, in whatever order they come."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from itertools import permutations

import pytest

from nosto_tagging.reading import site
from nosto_tagging.reading.check import check_site, site_findings
from nosto_tagging.reading.findings import Finding
from nosto_tagging.reading.seen import looked

CLIENT = (
    "<script>window.nostojs=window.nostojs||(cb=>{(nostojs.q=nostojs.q||[]).push(cb)})</script>"
    '<script src="https://connect.nosto.com/include/%s" async></script>'
)
FRONT = '<div class="nosto_page_type" hidden translate="no">front</div>'


def product(identifier: str, name: str, sku: str = "") -> str:
    held = f'<span class="nosto_sku"><span class="id">{sku}</span></span>' if sku else ""
    return (
        f'<div class="nosto_product" hidden translate="no"><span class="product_id">{identifier}</span>'
        f'<span class="name">{name}</span>{held}</div><!-- nosto-tagging: ignore field-missing -->'
    )


def bought(kind: str, identifier: str, name: str) -> str:
    return (
        f'<div class="{kind}" hidden translate="no"><div class="line_item"><span class="product_id">{identifier}</span>'
        f'<span class="name">{name}</span></div></div><!-- nosto-tagging: ignore field-missing -->'
    )


def differs(page: str, found: str, expected: str, line: int | None, column: int | None) -> Finding:
    message = "The product_id of a line_item is another than that on the product's own page."
    return Finding("id-differs", "error", line, column, message, found, expected, "docs/checks.md#id-differs", page)


@pytest.mark.parametrize("kind", ["nosto_cart", "nosto_purchase_order"])
@pytest.mark.parametrize(
    ("identifier", "name"),
    [("77-red", "Red"), ("canoe77", "Canoe"), ("Canoe 77", "x"), ("00Canoe77", "x"), ("123", "Acme  Canoe")],
    ids=["a SKU's", "in other case", "with a blank", "with zeros", "another id of the same name"],
)
def test_a_product_that_is_called_otherwise_where_it_is_bought(kind: str, identifier: str, name: str) -> None:
    pages = [
        ("/canoe", product("Canoe77", "Acme Canoe", "77-red")),
        ("/paddle", product("Paddle1", "Paddle")),
        ("/bought", f"\n{bought(kind, identifier, name)}"),
    ]
    column = pages[2][1].index('<span class="product_id">')
    for order in permutations(pages):
        assert check_site(order) == [differs("/bought", identifier, "Canoe77", 2, column)]


IGNORED = ["stub-missing", "product-script-only", "field-missing", "value-dropped"]


@pytest.mark.parametrize(
    ("told", "lines"),
    [
        ("api.setTaggingProvider('products', [{product_id: 'Canoe77', name: 'Canoe', skus: [{id: '77-red'}, 5]}])",
         "api.setTaggingProvider('cart', {items: [{product_id: @, name: 'Canoe'}]})"),
        ("api.setTaggingProvider('products', [{product_id: 'Canoe77', name: 'x', skus: [{id: '77-red'}]}, 5])",
         "api.defaultSession().setCart({items: [{}, 5, {product_id: @}]}).viewCart().load()"),
        ("api.setTaggingProvider('products', [{product_id: ' Canoe77 ', name: 'Canoe', skus: it}])",
         "api.resendCartContent({items: [{name: 'Canoe', 'product_id': (@)}]})"),
        ("api.setTaggingProvider('products', [{product_id: 'Canoe77', name: 'Canoe'}])",
         "api.setTaggingProvider('order', {info: {order_number: 1}, items: [{product_id: @, name: 'Canoe'}]})"),
    ],
)  # fmt: skip
def test_calls_tell_of_products_and_lines_as_blocks_do(told: str, lines: str) -> None:
    pages = [
        ("/canoe", f"<script>nostojs(api => {told})</script>"),
        ("/bought", f"<p>\n<script>nostojs(api => {lines.replace('@', repr('77-red'))})</script>"),
    ]
    column = f"<script>nostojs(api => {lines}".replace("(@)", "@").index("@") + 1
    for order in permutations(pages):
        assert check_site(order, ignore=IGNORED) == [differs("/bought", "77-red", "Canoe77", 2, column)]
    # And a block against a call.
    pages[0] = ("/canoe", product("Canoe77", "Canoe", "77-red"))
    assert check_site(pages, ignore=IGNORED) == [differs("/bought", "77-red", "Canoe77", 2, column)]
    same = [(name, page.replace("77-red", "Canoe77")) for name, page in pages]
    assert check_site(same, ignore=IGNORED) == []


def test_a_number_is_the_id_that_its_text_is() -> None:
    products = "<script>nostojs(api => api.setTaggingProvider('products', [{product_id: 77, name: 'Canoe'}]))</script>"
    cart = "<script>nostojs(api => api.resendCartContent({items: [{product_id: %s, name: 'Canoe'}]}))</script>"
    assert check_site([("/canoe", products), ("/cart", cart % "'77'")], ignore=IGNORED) == []
    assert check_site([("/canoe", products), ("/cart", cart % "'-1'")], ignore=IGNORED) == []
    assert check_site([("/canoe", products), ("/cart", cart % "it")], ignore=IGNORED) == []
    found = check_site([("/canoe", products), ("/cart", cart % 78)], ignore=IGNORED)
    assert found == [differs("/cart", "78", "77", 1, cart.index("%s") + 1)]


def test_of_very_many_lines_the_first_have_a_place() -> None:
    lines = ",".join([f"{{product_id:'{number}',name:'Canoe'}}" for number in range(10_000)])
    cart = f"<script>nostojs(api => api.resendCartContent({{items:[{lines}]}}))</script>"
    found = check_site([("/canoe", product("Canoe77", "Canoe")), ("/cart", cart)], ignore=IGNORED)
    assert len(found) == 10_000
    assert [each.line for each in found[48:52]] == [1, 1, None, None]


@pytest.mark.parametrize(
    ("identifier", "name"),
    [("Canoe77", "Acme Canoe"), ("-1", "Acme Canoe"), ("Tent1", "Tent"), ("9", "Paddle"), ("", "Acme Canoe")],
    ids=["the same", "no product", "not among the pages", "a name of two products", "none"],
)
def test_lines_that_say_nothing_against_a_product(identifier: str, name: str) -> None:
    pages = [
        ("/canoe", product("Canoe77", "Acme Canoe")),
        ("/paddle", product("Paddle1", "Paddle")),
        ("/paddle-2", product("Paddle2", "Paddle")),
        ("/paddle-3", product("Paddle1", "Paddle")),
        ("/cart", bought("nosto_cart", identifier, name)),
    ]
    assert [found.code for found in check_site(pages) if found.code != "field-empty"] == []


def test_rules_across_pages_are_switched_off_as_others_are() -> None:
    pages = [("/canoe", product("Canoe77", "Canoe")), ("/cart", bought("nosto_cart", "canoe77", "Canoe"))]
    assert check_site(pages, ignore=["id-differs"]) == []
    pages[1] = ("/cart", pages[1][1] + "<!-- nosto-tagging: ignore id-differs -->")
    assert check_site(pages) == []


def test_pages_without_the_client_script_among_others_with_it() -> None:
    pages = [("/", CLIENT % "example" + FRONT), ("/404", "<p>Nothing"), ("/cart", CLIENT % "example" + FRONT)]
    message = "The page does not load the client script, which other pages do."
    assert check_site(pages) == [
        Finding(
            "client-script-missing",
            "note",
            None,
            None,
            message,
            None,
            "the client script on every page",
            "docs/checks.md#client-script-missing",
            "/404",
        )
    ]
    assert check_site(pages, ignore=["client-script-missing"]) == []
    # Where none has it, they are parts of pages, or it comes from elsewhere.
    assert check_site([("/", "<p>a"), ("/404", "<p>b")]) == []


def test_pages_of_two_accounts() -> None:
    accounts = {"/": "example", "/a": "example", "/b": "other", "/c": "other"}
    pages = [(name, CLIENT % account + FRONT) for name, account in accounts.items()]
    message = "The client script is another account's than on other pages."
    assert check_site(pages) == [
        Finding(
            "account-differs",
            "error",
            None,
            None,
            message,
            "connect.nosto.com/include/other",
            "connect.nosto.com/include/example",
            "docs/checks.md#account-differs",
            "/b",
        )
    ]


def test_pages_are_gone_through_one_by_one() -> None:
    taken: list[int] = []

    def pages() -> Iterator[tuple[str, str]]:
        for number in range(3):
            taken.append(number)
            yield str(number), '<div class="nosto_page_type" hidden translate="no">home</div>'

    found = site_findings(pages())
    assert next(found).page == "0"
    assert taken == [0]
    assert [each.page for each in found] == ["1", "2"]


def test_memory_does_not_grow_with_the_site() -> None:
    def peak(pages: int) -> int:
        def given() -> Iterator[tuple[str, str]]:
            for number in range(pages):
                client = CLIENT % number
                yield str(number), client + product(f"{number}{'x' * 5_000}", f"n{number}", f"s{number}") + "<p>" * 200
                yield f"c{number}", bought("nosto_cart", f"o{number}{'x' * 5_000}", f"o{number}") + "<p>" * 200

        tracemalloc.start()
        check_site(given(), ignore=["account-differs", "client-script-missing"])
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return held

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "_MOST", 20)
        peak(5)  # what is made once
        assert peak(120) < peak(30) * 1.5


def test_so_much_is_kept_of_a_site_and_no_more() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "_MOST", 2)
        kept = site.Site()
        for number in range(5):
            page = product("1", f"name {number}", f"s{number}") + product(f"p{number}", "x") + CLIENT % number
            kept.add(str(number), looked(page + bought("nosto_cart", f"{number}", "x")), frozenset())
            kept.add(f"without {number}", looked(""), frozenset())
        held = [len(value) for value in vars(kept).values() if not isinstance(value, int)]
        assert max(held) == 2
        # Nor is more kept of what others kept.
        others = site.Site()
        for number in range(5, 7):
            page = product(f"p{number}", f"name {number}", f"s{number}") + CLIENT % number
            others.add(str(number), looked(page + bought("nosto_cart", f"{number}", "x")), frozenset())
            others.add(f"without {number}", looked(""), frozenset())
        before = {name: [*value] for name, value in vars(kept).items() if not isinstance(value, int)}
        kept.merge(others)
        after = {name: [*value] for name, value in vars(kept).items() if not isinstance(value, int)}
        assert max(map(len, after.values())) == 2
        assert {name: value for name, value in after.items() if len(before[name]) == 2} == {
            name: value for name, value in before.items() if len(value) == 2
        }
        empty = site.Site()
        empty.merge(others)
        assert vars(empty) == vars(others)
