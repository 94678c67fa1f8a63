"""No page takes time out of proportion to its length: those that the parser would take for ever for are told apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.processor import seconds

from nosto_tagging import Customer, PageTagging, block, check, read
from nosto_tagging.reading.limits import is_boundless
from nosto_tagging.reading.seen import looked

Shape = Callable[[int], str]


def many(make: Callable[[int], str], number: int) -> str:
    return "".join(map(make, range(number)))


# What grows with the square of its length in a parser that does as HTML says, a page of which nobody needs.
BOUNDLESS: dict[str, Shape] = {
    "open elements": lambda n: "<div>" * n,
    "open elements, and end tags for none": lambda n: "<div>" * n + "</span></p>" * n,
    "open elements, closed where none is": lambda n: many(lambda i: f"<div><!--{i}</div>-->", n),
    "open elements, closed in values": lambda n: "<div a='</div>'>" * n,
    "open elements, closed in scripts": lambda n: "<div><script></div></script>" * n,
    "open elements, closed out of reach": lambda n: "<div>" * n + "<table>" + "</div>" * n + "</table>" + "<p>" * n,
    "open items": lambda n: "<ul><li>" * n,
    "formatting for each paragraph": lambda n: many(lambda i: f"<font a={i}><p>", n),
    "formatting, closed at the end": lambda n: (
        many(lambda i: f"<font a={i}>", n // 9) + "<p></p>" * n + "</font>" * (n // 9)
    ),
    "formatting that differs, beside some that is alike": lambda n: many(lambda i: f"<b><code a={i}><p>", n // 8),
    "formatting that differs past a >": lambda n: many(lambda i: f"<font a='>' b={i}><p>", n),
    "formatting that differs by case": lambda n: many(lambda i: f"<b {'aA'[i % 2]}=x{i}><p>", n),
    "formatting of many attributes": lambda n: many(
        lambda i: "<b " + many(lambda j: f"a{j}=1 ", 99) + f"z={i}>", n // 90
    ),
    "formatting, its end in a value of what is in it": lambda n: many(lambda i: f"<i a{i}><b c='</i>'>1</b><p>", n),
    "attributes": lambda n: "<div " + many("a{} ".format, n * 4) + ">",
    "attributes, and > in values": lambda n: "<div " + many('a{}=">"'.format, n * 4) + ">",
    "attributes, and > in few values": lambda n: (
        "<div " + many(lambda i: f"a{i} " + 'b=">"' * (i % 900 == 0), n * 4) + ">"
    ),
    "attributes of one body": lambda n: many(lambda i: "<body " + many(lambda j: f"a{i}x{j} ", n // 9) + ">", 9),
    "attributes of html, closed at once": lambda n: many(
        lambda i: "<html " + many(lambda j: f"a{i}x{j} ", 16) + ">a</html>", n // 9
    ),
    "attributes, and > in values that go on": lambda n: (
        "<div "
        + many(lambda i: f'b{i}=">" c{i}=">{"d" * 5_000}" ' + many(lambda j: f"a{i}x{j} ", 4_000), n // 1_500)
        + ">"
    ),
    "attributes of a link for each block": lambda n: (
        f"<p><a {many('a{} '.format, n // 4)}></p>" + "<div>a</div>" * (n // 9)
    ),
    "attributes of a formatting for each block": lambda n: (
        f"<p><b {many('a{} '.format, n // 4)}></p>" + "<div>a</div>" * (n // 9)
    ),
    "some attributes of some formatting for each block": lambda n: (
        "<p>"
        + many(lambda i: f"<b z={i} {many('a{} '.format, 15)}>", 100)
        + "</p>"
        + "<div>a</div>" * (n // 9)
        + "a" * n * 6
    ),
    "tags in one name": lambda n: "<plaintext" * n,
    "tags in one value": lambda n: "<a/x=" * n * 2,
    "formatting in one value": lambda n: "<b/x=" * n * 2,
    "attributes in each other": lambda n: "<a b c d e f" * n,
    "quotes in each other": lambda n: "<a b='" + '<a b="' * n,
    "quotes that end the next": lambda n: '<a b="<a " ' * n,
    "comments that do not end": lambda n: "<!--" * n,
}
# What looks like it, and is read.
BOUNDED: dict[str, Shape] = {
    "elements beside each other": lambda n: "<div><p>a</p></div>" * n,
    "formatting of their own": lambda n: many(lambda i: f'<li><i data-id="{i}"><u>a</u></i></li>', n),
    "formatting around others": lambda n: many(lambda i: f"<div><strong id=a{i}><span>1</span></strong></div>", n),
    "formatting with more in it": lambda n: many(lambda i: f'<p><i id="{i}">a <b id="b{i}">b</b> <u>c</u></i></p>', n),
    "formatting that is alike": lambda n: "<td><font size=2>a" * (n // 20) + "<p>a</p>" * n,
    "scripts in values": lambda n: many(lambda i: f"<div><a x-on:click='a{i} => b'>1</a></div>", n),
    "classes with >": lambda n: '<div class="[&>svg]:w-4"><p>a</p></div>' * n,
    "signs in one word": lambda n: f"<p>{'<' * 400}{'<1/b=' * 400}{'a' * n}</p>",
    "one script of data": lambda n: "<script>if (a<b) c = {" + '"a": "b c", ' * n * 3 + "}</script>",
    "links of several attributes": lambda n: f"<p><a {many('a{} '.format, 70)}>a</a></p>" * (n // 9),
    "attributes of one name": lambda n: f"<div {'a=1 ' * n * 9}>",
    "references": lambda n: "a&amp;" * n * 9,
}


@pytest.mark.parametrize("shape", BOUNDLESS.values(), ids=BOUNDLESS)
def test_what_would_take_for_ever_is_not_parsed(shape: Shape) -> None:
    page = f"{block(Customer(email='jane.doe@example.com'))}{shape(20_000)}"
    assert read(page) == PageTagging()
    assert [(each.code, each.severity, each.line, each.found) for each in check(page)] == [
        ("page-boundless", "error", None, None)
    ]
    assert check(page, ignore=["page-boundless"]) == []


@pytest.mark.parametrize("shape", BOUNDED.values(), ids=BOUNDED)
def test_what_only_looks_like_it_is_read(shape: Shape) -> None:
    page = f"{block(Customer(email='jane.doe@example.com'))}{shape(5_000)}"
    assert read(page) == PageTagging(customer={"email": "jane.doe@example.com"})


@pytest.mark.parametrize("shape", [*BOUNDLESS.values(), *BOUNDED.values()], ids=[*BOUNDLESS, *BOUNDED])
def test_time_grows_with_the_length(shape: Shape) -> None:
    # Between the two, what is parsed may become what is not: the most that any length takes is what counts.
    short, long = (max(taken(shape(size)) for size in sizes) for sizes in ((1_000, 2_000), (8_000, 16_000)))
    # Eight times as long, and sixty-four for a square; a few hundredths of a second are no measure.
    assert long < 24 * max(short, 0.02)


def taken(page: str) -> float:
    source = page.encode()
    return seconds(lambda: looked(source), times=2)


def test_a_page_of_a_thousand_products_is_read() -> None:
    card = '<li class="card"><a href="/{0}?a=1&amp;b=2"><img src="{0}.jpg"><b id="p{0}"><s>9</s></b></a></li>'
    page = f"<ul>{many(card.format, 1_000)}</ul>"
    assert not is_boundless(page.encode())
    assert not is_boundless((page * 20).encode())


@pytest.mark.parametrize("name", ["b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"])
@pytest.mark.parametrize("spelled", [str.lower, str.upper, str.title])
@pytest.mark.parametrize("blank", "\t\n\f\r /")
def test_each_formatting_element_is_told_apart_however_it_is_spelled(
    name: str, spelled: Callable[[str], str], blank: str
) -> None:
    page = many(lambda number: f"<{spelled(name)}{blank}a={number}><p>", 5_000)
    assert is_boundless(page.encode())
    assert not is_boundless(page.replace(name, "q").replace(name.upper(), "Q").replace(name.title(), "Q").encode())
