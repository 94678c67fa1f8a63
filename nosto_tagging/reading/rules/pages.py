"""Rules on a page as a whole: what it says it is, what it has twice, what it shows, and who may get it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import chain
from typing import get_args

from selectolax.lexbor import LexborNode

from nosto_tagging.models.catalogue import PAGE_TYPES
from nosto_tagging.reading.findings import Hit, rule, rules
from nosto_tagging.reading.page import CONSENT, Page, Value, masked
from nosto_tagging.reading.rules.scripts import is_client_script, is_visitor_script
from nosto_tagging.reading.seen import SeenBlock, SeenField
from nosto_tagging.reading.switches import switches_in

# Whether it can be read -----------------------------------------------------------------------------------------------


@rule(
    "page-boundless",
    "error",
    "The page has so many open elements, or so many attributes in one tag, that it is not read.",
)
def page_boundless(page: Page) -> Iterator[Hit]:
    if page.seen.boundless:
        yield Hit("The page has more open elements, or attributes in a tag, than can be read.", None, "closed elements")


@rule("ignore-unknown", "note", "A comment that switches rules off names one that there is not.")
def ignore_unknown(page: Page) -> Iterator[Hit]:
    for node, codes in switches_in(page.seen):
        unknown = [code for code in codes if code not in rules]
        if unknown:
            message = "The comment switches off what is no rule."
            yield Hit(message, masked(", ".join(unknown)), "codes of rules", node)


@rule(
    "status-error",
    "warning",
    "The server answered with a status from 400: a URL was fetched, or headers have a :status.",
)
def status_error(page: Page) -> Iterator[Hit]:
    status = page.headers.get(":status", "")
    if not status.isdecimal() or int(status[:4]) < _FIRST_ERROR:
        return
    found = page.page_type
    if status not in _NOT_FOUND or found is None or found.text != "notfound":
        yield Hit(
            "The server answered with an error: this may be another page than was asked for.", masked(status), "200"
        )


_FIRST_ERROR = 400
_NOT_FOUND = ("404", "410")


@rule("nothing-told", "note", "The page loads the client script, and has no tagging and no call.")
def nothing_told(page: Page) -> Iterator[Hit]:
    seen = page.seen
    if seen.texts or seen.blocks or seen.calls or any(map(is_visitor_script, seen.scripts)):
        return
    # Scripts that speak of Nosto in another way may tell something.
    if any(script.tree is not None and "nostojs.q" not in script.source for script in seen.scripts):
        return
    client = next(filter(is_client_script, seen.scripts), None)
    if client is not None:
        yield Hit("The page loads Nosto's client, and tells it nothing.", None, "a nosto_page_type, say", client.node)


# What kind of page it is ----------------------------------------------------------------------------------------------

_TYPES: tuple[str, ...] = get_args(PAGE_TYPES)


@rule(
    "page-type-unknown",
    "error",
    "The page type is none of front, category, product, cart, checkout, order, post-purchase, search, notfound, other.",
)
def page_type_unknown(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if value.name == "nosto_page_type" and value.text and value.text not in _TYPES:
            message = "The page type is none that Nosto knows."
            yield Hit.of(value, message, ", ".join(_TYPES))


def _without(code: str, page_type: str, block: str, what: str, sentence: str) -> None:
    @rule(code, "error", sentence)
    def without(page: Page) -> Iterator[Hit]:
        found = page.page_type
        if found is not None and found.text == page_type and not page.tells(block) and not _comes_later(page, block):
            message = f"The page says that it is {what}, and has no {block}."
            yield Hit.of(found, message, block, page_type)


def _comes_later(page: Page, block: str) -> bool:
    """Whether the visitor script may fetch it, because it is one visitor's own."""
    return block in _VISITORS and any(map(is_visitor_script, page.seen.scripts))


_VISITORS = frozenset(("nosto_cart", "nosto_purchase_order"))
_without(
    "product-missing",
    "product",
    "nosto_product",
    "a product's",
    "The page says product, and neither a block nor a provider has one.",
)
_without("order-missing", "order", "nosto_purchase_order", "an order's", "The page says order, and has no order.")
_without("cart-missing", "cart", "nosto_cart", "the cart's", "The page says cart, and has no nosto_cart.")
_without(
    "search-term-missing", "search", "nosto_search_term", "a search's", "The page says search, and has no search term."
)


@rule("category-missing", "warning", "The page says category, and has neither a category nor a brand.")
def category_missing(page: Page) -> Iterator[Hit]:
    found = page.page_type
    if found is not None and found.text == "category" and not any(map(page.tells, ("nosto_category", "nosto_brand"))):
        message = "The page says that it is a category's, and has neither a nosto_category nor a nosto_brand."
        yield Hit.of(found, message, "nosto_category or nosto_brand", "category")


@rule("product-script-only", "warning", "A product is told by a script, and by no block.")
def product_script_only(page: Page) -> Iterator[Hit]:
    if page.seen.blocks_of("nosto_product"):
        return
    for value in page.values:
        if value.block == "nosto_product" and value.part == value.block and value.name == "product_id":
            message = "The product is told by a script alone, and Nosto's crawler runs none."
            yield Hit.of(value, message, "a nosto_product block as well")


# Hidden, and left alone -----------------------------------------------------------------------------------------------


def _is_hidden(attributes: Mapping[str, str | None]) -> bool:
    if "hidden" in attributes:
        return True
    style = (attributes.get("style") or "").lower()
    return ("none" in style and _declared(style, "display") == "none") or (
        "hidden" in style and _declared(style, "visibility") == "hidden"
    )


def _declared(style: str, name: str) -> str | None:
    """What a style says of a property: the last counts, but for one that is important."""
    # Before a name, a comment may stand.
    declared = [each.rpartition("*/")[2].partition(":") for each in style.split(";")]
    values = [value.partition("!") for called, _, value in declared if called.strip() == name]
    last = ([each for each in values if each[1]] or values)[-1:]
    return last[0][0].strip() if last else None


def _is_guarded(attributes: Mapping[str, str | None]) -> bool:
    return (attributes.get("translate") or "").lower() == "no" or "notranslate" in (
        attributes.get("class") or ""
    ).split()


def _outside(page: Page, holds: Callable[[Mapping[str, str | None]], bool]) -> Iterator[tuple[str, LexborNode]]:
    """The blocks and texts neither of which nor of whose ancestors this holds; each ancestor is looked at once."""
    known: dict[int, bool] = {}
    found: list[SeenField | SeenBlock] = [*page.seen.texts, *page.seen.blocks]
    for held in found:
        way: list[int] = []
        node: LexborNode | None = held.node
        answer = False
        while node is not None:
            if node.mem_id in known:
                answer = known[node.mem_id]
                break
            way.append(node.mem_id)
            if node.is_element_node and holds(node.attributes):
                answer = True
                break
            node = node.parent
        known.update(dict.fromkeys(way, answer))
        if not answer:
            yield held.name, held.node


@rule(
    "block-visible",
    "warning",
    "Tagging is hidden neither by its own attributes nor by those of what it stands in: hidden, or a style with "
    "display:none or visibility:hidden.",
)
def block_visible(page: Page) -> Iterator[Hit]:
    for name, node in _outside(page, _is_hidden):
        yield Hit(f"The {name} is not hidden.", None, 'style="display:none" or hidden', node)


@rule(
    "translation-guard",
    "warning",
    'Neither the tagging nor anything that it stands in has translate="no" or the class notranslate, and the '
    'page has no <meta name="google" content="notranslate">.',
)
def translation_guard(page: Page) -> Iterator[Hit]:
    found = _outside(page, _is_guarded)
    first = next(found, None)
    if first is None or _is_guarded_whole(page):
        return
    for name, node in chain((first,), found):
        yield Hit(f"The {name} is translated with the page.", None, 'translate="no"', node)


def _is_guarded_whole(page: Page) -> bool:
    """Whether the page asks Google's translator, which is Chrome's, to leave all of it alone."""
    return any(
        (meta.attributes.get("name") or "").lower() == "google"
        and "notranslate" in (meta.attributes.get("content") or meta.attributes.get("value") or "").lower()
        for meta in page.seen.tree.css("meta[name]")
    )


# Placements -----------------------------------------------------------------------------------------------------------

_PLACEMENT_CLASSES = ({"nosto_element"}, {"nosto_element", "no-inject"})


@rule("placement-class", "warning", "A placement has a class beside nosto_element.")
def placement_class(page: Page) -> Iterator[Hit]:
    for placement in page.seen.placements:
        given = placement.node.attributes.get("class") or ""
        if set(given.split()) not in _PLACEMENT_CLASSES:
            message = "The placement has another class, and some of Nosto's scripts look for nosto_element alone."
            yield Hit(message, masked(given), "nosto_element", placement.node)


@rule("placement-id-missing", "error", "A placement has no id.")
def placement_id_missing(page: Page) -> Iterator[Hit]:
    for placement in page.seen.placements:
        if not placement.text.strip():
            yield Hit("The placement has no id, so nothing fills it.", None, "an id", placement.node)


@rule("placement-id-repeated", "error", "Two placements have one id.")
def placement_id_repeated(page: Page) -> Iterator[Hit]:
    known: set[str] = set()
    for placement in page.seen.placements:
        if placement.text and placement.text in known:
            message = "Another placement has this id, too."
            yield Hit(message, masked(placement.text), "an id of its own", placement.node)
        known.add(placement.text)


# Said twice -----------------------------------------------------------------------------------------------------------

_SEVERAL = frozenset(
    (
        "category",
        "tag1",
        "tag2",
        "tag3",
        "tags1",
        "tags2",
        "tags3",
        "category_id",
        "parent_category_id",
        "alternate_image_url",
        "alternate_image_urls",
    )
)
_TEXTS_ONCE = frozenset(("nosto_page_type", "nosto_variation", "nosto_sort_order"))
_BLOCKS_ONCE = frozenset(("nosto_customer", "nosto_purchase_order", "nosto_cart"))


@rule("value-repeated", "warning", "What may stand once is there twice with different values.")
def value_repeated(page: Page) -> Iterator[Hit]:
    known: dict[tuple[str, str], str] = {}
    for value in page.values:
        # Calls happen later, when things may have changed.
        if value.origin == "call" or not _once(value):
            continue
        name = "consent" if value.name in CONSENT else value.name
        first = known.setdefault((value.block, name), _plain(value.text))
        if first != _plain(value.text):
            message = f"The {value.called} is there before, with another value."
            yield Hit.of(value, message, masked(first, personal=value.personal))
    yield from _other_lines(page)
    for block in page.seen.blocks:
        parts = [each for part in block.parts for each in (part, *part.parts)]
        for part in parts if block.name in _BLOCKS_ONCE else [block, *parts]:
            yield from _within(part, block)
        yield from _variations(block)


def _variations(block: SeenBlock) -> Iterator[Hit]:
    known: set[str] = set()
    for variation in block.parts_of("variation"):
        code = variation.first("variation_id")
        if code is not None and code.text in known:
            yield Hit("A variation of this variation_id is there before.", masked(code.text), "each once", code.node)
        known.add("" if code is None else code.text)


def _once(value: Value) -> bool:
    return value.name in _TEXTS_ONCE or (value.block in _BLOCKS_ONCE and value.part == value.block)


def _plain(text: str) -> str:
    """The same for texts that differ in nothing but blanks."""
    return " ".join(text.split())


def _other_lines(page: Page) -> Iterator[Hit]:
    """The carts and orders after the first that hold other things."""
    for name in ("nosto_cart", "nosto_purchase_order"):
        blocks = page.seen.blocks_of(name)
        first = _lines(blocks[0]) if blocks else []
        for block in blocks[1:]:
            if (lines := _lines(block)) != first:
                message = f"The {name} is there before, with other things in it."
                yield Hit(message, _counted(lines), _counted(first), block.node)


def _lines(block: SeenBlock) -> list[list[tuple[str, str]]]:
    return [[(field.name, field.text) for field in line.fields] for line in block.parts_of("line_item")]


def _counted(lines: list[list[tuple[str, str]]]) -> str:
    return "1 line_item" if len(lines) == 1 else f"{len(lines)} line_items"


def _within(part: SeenBlock, block: SeenBlock) -> Iterator[Hit]:
    known: dict[str, str] = {}
    for field in part.fields:
        if field.name in _SEVERAL:
            continue
        first = known.setdefault(field.name, _plain(field.text))
        if first != _plain(field.text):
            value = Value(block.name, part.name, field.name, field.text, field.text, "block", field.node)
            message = f"The {value.called} is there before, with another value."
            yield Hit.of(value, message, masked(first, personal=value.personal))


# Who may get it -------------------------------------------------------------------------------------------------------

_DIRECTIVE = re.compile(r"""([^\s,=]+)(?:\s*=\s*"?([^\s,"]*))?""")
_TARGETED = (
    "cdn-cache-control",
    "surrogate-control",
    "cloudflare-cdn-cache-control",
    "vercel-cdn-cache-control",
    "netlify-cdn-cache-control",
    "akamai-cache-control",
    "edge-control",
    "x-litespeed-cache-control",
)


@rule(
    "personal-cacheable",
    "error",
    "A customer, a cart or an order stands in a response whose headers let caches give it to others.",
)
def personal_cacheable(page: Page) -> Iterator[Hit]:
    header = _cacheable(page.headers)
    if header is None:
        return
    for value in page.values:
        if value.block in ("nosto_customer", "nosto_cart", "nosto_purchase_order"):
            message = f"One visitor's {value.block} stands in a response that caches may give to others."
            expected = "Cache-Control: private, no-cache"
            yield Hit.of(value, message, expected, masked(f"{header}: {page.headers[header]}"))
            return


def _cacheable(headers: Mapping[str, str]) -> str | None:
    """The header that lets others have a response."""
    given = _directives(headers.get("cache-control", ""))
    if {"private", "no-store"}.isdisjoint(given) and (
        "public" in given or _lasts(given.get("s-maxage")) or ("no-cache" not in given and _lasts(given.get("max-age")))
    ):
        return "cache-control"
    for name in _TARGETED:
        held = _directives(headers.get(name, ""))
        if {"private", "no-store"}.isdisjoint(held) and any(map(_lasts, (held.get("max-age"), held.get("s-maxage")))):
            return name
    if _lasts(headers.get("x-accel-expires")):
        return "x-accel-expires"
    return "expires" if given.keys().isdisjoint(_BEFORE_EXPIRES) and _is_ahead(headers) else None


_BEFORE_EXPIRES = ("private", "no-store", "no-cache", "max-age", "s-maxage")


def _is_ahead(headers: Mapping[str, str]) -> bool:
    """Whether a response expires after it was sent; what is no date has expired."""
    try:
        expires = parsedate_to_datetime(headers.get("expires", ""))
        sent = parsedate_to_datetime(headers["date"]) if "date" in headers else datetime.now(UTC)
        return expires > sent
    except (ValueError, TypeError, OverflowError):  # one has a zone, and the other none
        return False


def _lasts(seconds: str | None) -> bool:
    return seconds is not None and seconds.strip().strip("0@") not in ("", "off") and not seconds.startswith("-")


def _directives(header: str) -> dict[str, str]:
    return {found[1].lower(): found[2] or "" for found in _DIRECTIVE.finditer(header)}
