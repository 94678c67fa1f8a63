"""Rules on single values: what a price, a currency, an address, a category, a consent look like."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial

from pydantic_core import PydanticCustomError
from selectolax.lexbor import LexborNode

from nosto_tagging.models import PageTagging
from nosto_tagging.models.catalogue import as_url
from nosto_tagging.models.currencies import CODES
from nosto_tagging.models.numbers import as_count
from nosto_tagging.reading.dropped import is_address, is_dropped, why_dropped
from nosto_tagging.reading.findings import Hit, rule
from nosto_tagging.reading.literals import items, members
from nosto_tagging.reading.made import refused, sound
from nosto_tagging.reading.names import PATH
from nosto_tagging.reading.page import CONSENT, Page, Value, is_email, masked
from nosto_tagging.validation import kind_of

_PRICES = frozenset(("price", "list_price", "unit_price"))
_URLS = frozenset(("url", "image_url", "thumb_url", "alternate_image_url", "alternate_image_urls", "restore_link"))
_CATEGORIES = frozenset(("category", "nosto_category"))
_AVAILABILITIES = ("InStock", "OutOfStock", "Invisible", "Discontinued")
_SECRET = frozenset(("inventory_level", "supplier_cost"))


def _hit(value: Value, message: str, expected: str | None = None, found: str | None = None) -> Hit:
    return Hit(message, value.shown if found is None else found, expected, value.node, value.offset, value)


def _is_given(value: Value) -> bool:
    """Whether there is something to judge: what is empty or left behind by a template has rules of its own."""
    return bool(value.text) and value.given is not None and not _placeholder(value.text)


# What is missing ------------------------------------------------------------------------------------------------------

_LINE = ("product_id", "quantity", "name", "unit_price", "price_currency_code")
_NEEDED = {
    "line_item": _LINE,
    "nosto_purchase_order": ("order_number",),
    "nosto_product": ("product_id", "name", "url", "image_url", "availability", "price", "price_currency_code"),
    "nosto_sku": ("id", "name", "price", "availability"),
    "variation": ("variation_id", "price_currency_code", "price", "availability"),
}


@rule("field-missing", "error", "A field that Nosto needs is not in its block.")
def field_missing(page: Page) -> Iterator[Hit]:
    for block in page.seen.blocks:
        for part in (block, *block.parts):
            held = {field.name for field in part.fields}
            needed = ("product_id",) if "nosto_basic" in part.classes else _NEEDED.get(part.name, ())
            for name in needed:
                if name not in held:
                    yield Hit(f"The {part.name} has no {name}, which Nosto needs.", None, name, part.node)
            if part.name == "nosto_customer" and held.isdisjoint(("email", "customer_reference")):
                message = "The nosto_customer has neither an email nor a customer_reference, so it is nobody."
                yield Hit(message, None, "email or customer_reference", part.node)
        if block.name == "nosto_purchase_order" and not block.parts_of("line_item"):
            yield Hit("The nosto_purchase_order has no line_item: nothing was bought.", None, "line_item", block.node)


@rule("field-empty", "warning", "An element holds nothing.")
def field_empty(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if not value.text and value.name not in CONSENT:
            yield _hit(value, f"The {value.called} is empty; leave out what is not known.", "no element", "")


# Numbers and words ----------------------------------------------------------------------------------------------------

_price = re.compile(r"-?[0-9]+(?:\.[0-9]+)?").fullmatch
_SEPARATED = re.compile(r"[0-9][,'\u2019\s\u066c][0-9]").search


@rule("price-separator", "error", "A price has a comma or another separator in it.")
def price_separator(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if value.name in _PRICES and isinstance(value.given, str) and _is_separated(value.text):
            yield _hit(value, f"The {value.called} has a separator that Nosto does not read.", "1234.45")


def _is_separated(text: str) -> bool:
    return _SEPARATED(text) is not None or text.count(".") > 1


@rule("price-format", "error", "A price is no number.")
def price_format(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if (
            value.name in _PRICES
            and isinstance(value.given, str)
            and _is_given(value)
            and not _price(value.text)
            and not _is_separated(value.text)
        ):
            yield _hit(value, f"The {value.called} is no number.", "digits and a point, 1234.45")


@rule("quantity-format", "error", "A quantity is no whole number from 1.")
def quantity_format(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if value.name == "quantity" and _is_given(value) and not _is_quantity(value.text):
            yield _hit(value, f"The {value.called} is no whole number from 1.", "a whole number from 1")


def _is_quantity(text: str) -> bool:
    try:
        return (as_count(text) or 0) >= 1
    except PydanticCustomError:
        return False


@rule("currency-unknown", "error", "A currency is no code of ISO 4217 in upper case.")
def currency_unknown(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if value.name == "price_currency_code" and _is_given(value) and value.text not in CODES:
            yield _hit(value, f"The {value.called} is no currency of ISO 4217.", "a code such as EUR")


@rule(
    "availability-unknown",
    "error",
    "An availability is none of InStock, OutOfStock, Invisible, Discontinued, also as an address at schema.org.",
)
def availability_unknown(page: Page) -> Iterator[Hit]:
    for value in page.values:
        word = value.text.removeprefix("https://schema.org/").removeprefix("http://schema.org/")
        if value.name == "availability" and _is_given(value) and word not in _AVAILABILITIES:
            yield _hit(value, f"The {value.called} is none that Nosto knows.", " or ".join(_AVAILABILITIES[:2]))


@rule("consent-value", "error", "A consent is neither true nor false.")
def consent_value(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if value.name in CONSENT and value.text not in ("true", "false"):
            what = "is empty" if not value.text else "is neither true nor false"
            yield _hit(value, f"The {value.called} {what}.", "true or false")


@rule("email-format", "error", "An e-mail address is none, by the rule of <input type=email>.")
def email_format(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if is_address(value) and _is_given(value) and is_dropped(value):
            yield _hit(value, f"The {value.called} is no e-mail address.", "name@example.com")


# Addresses and paths --------------------------------------------------------------------------------------------------

# What a browser makes of an ampersand and a name of HTML 2 to 4, without a semicolon after it: &copy=1 is ©=1.
_MANGLED = re.compile("[\xa1-\xa9\xab-\xb9\xbb-\xbf\xd7\xf7]").search


@rule("url-relative", "error", "An address has no http:// or https://, or is none.")
def url_relative(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if value.name in _URLS and _is_given(value) and not _is_url(value.text):
            yield _hit(value, f"The {value.called} is no absolute address of the web.", "https://example.com/…")


def _is_url(text: str) -> bool:
    try:
        return as_url(text) is not None
    except PydanticCustomError:
        return False


@rule(
    "url-mangled",
    "warning",
    "The query of an address holds a sign such as ¤ that a browser has made of &currency or the like.",
)
def url_mangled(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if value.origin == "block" and value.name in _URLS and _MANGLED(value.text.partition("?")[2]):
            yield _hit(value, f"The query of the {value.called} has lost a parameter to an unescaped &.", "&amp;")


@rule("category-form", "warning", "A category has a >, blanks around a slash, doubled blanks, or a slash too many.")
def category_form(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if value.name in _CATEGORIES and value.text:
            steps = value.text.removeprefix("/").split("/")
            if ">" in value.text or any(not step or step != " ".join(step.split()) for step in steps):
                yield _hit(value, f"The {value.called} is no path of names with a slash before each.", "/Mens/Shoes")


# What templates leave behind ------------------------------------------------------------------------------------------

_WORDS = frozenset(("None", "null", "NULL", "undefined", "NaN", "nil", "[object Object]"))
_OPENINGS = (("{{", "}}"), ("{%", "%}"), ("${", "}"), ("<%", "%>"))


def _placeholder(text: str) -> bool:
    return text in _WORDS or any(opening in text and closing in text for opening, closing in _OPENINGS)


@rule(
    "placeholder",
    "error",
    "A value is None, null, undefined, NaN, code of a template, or a list as a template prints it, [red, new].",
)
def placeholder(page: Page) -> Iterator[Hit]:
    for value in page.values:
        # What was searched for is a visitor's own text, and null in a script is `provider-null`.
        if value.name == "nosto_search_term" or value.given is None or not _placeholder(value.text):
            continue
        found = value.text if value.text in _WORDS else "a template's code"
        yield _hit(value, f"The {value.called} is what a template left behind, and no value.", "a value", found)
    for value in page.values:
        if value.name in _LISTED and value.text[:1] == "[" and value.text[-1:] == "]":
            yield _hit(value, f"The {value.called} is a list as a template prints it.", "an element for each", "[…]")


_LISTED = frozenset(("tag1", "tag2", "tag3", "category", "nosto_tag", "nosto_category", "nosto_brand"))


_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});").search


@rule("encoded-twice", "error", "After the page was parsed, a value still has &amp; or the like in it.")
def encoded_twice(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if (found := _ENTITY(value.text)) is None:
            continue
        # A description may be HTML, in which it stands as it should.
        if value.name == "description" and "<" in value.text:
            continue
        yield _hit(value, f"The {value.called} was escaped once too often.", "escaped once", found[0])


# Soft hyphens, marks of direction, zero width; the joiners, which some scripts and emoji need, in identifiers only.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]").search
_JOINERS = re.compile("[\u200c\u200d]").search
_IDENTIFIERS = frozenset(
    (
        "product_id",
        "sku_id",
        "id",
        "variation_id",
        "selected_sku_id",
        "gtin",
        "order_number",
        "customer_reference",
        "email",
        "hcid",
        "price_currency_code",
        "nosto_page_type",
        "nosto_variation",
    )
)


@rule(
    "invisible-character",
    "warning",
    "A value holds a soft hyphen, a zero-width space, or a mark of direction; an identifier also a joiner.",
)
def invisible_character(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if value.text.isascii():
            continue
        found = _INVISIBLE(value.text) or (_JOINERS(value.text) if value.name in _IDENTIFIERS else None)
        if found is not None:
            message = f"The {value.called} holds a character that nobody sees."
            yield _hit(value, message, "text without it", f"U+{ord(found[0]):04X}")


@rule("element-in-value", "warning", "An element stands where a text should.")
def element_in_value(page: Page) -> Iterator[Hit]:
    for value in page.values:
        as_the_sdk_has_it = value.name == "nosto_category" and value.node.css_first(f".{PATH}") is not None
        if value.origin == "block" and not as_the_sdk_has_it and _holds_an_element(value.node):
            message = f"An element stands in the {value.called}: its text was not escaped, or its tag not closed."
            yield _hit(value, message, "escaped text")


def _holds_an_element(node: LexborNode) -> bool:
    child = node.first_child
    while child is not None:
        if child.is_element_node:
            return True
        child = child.next
    return False


# Whatever else does not validate --------------------------------------------------------------------------------------


@rule(
    "value-dropped",
    "warning",
    "A value is none that its field may hold, by the models of this library, and no other rule here says so.",
)
def value_dropped(page: Page) -> Iterator[Hit]:
    wrong = tuple([value for value in page.values if value.text and value.given is not None and is_dropped(value)])
    alone = replace(page, values=wrong)
    told = {_key(hit.value) for look in _JUDGES for hit in look(alone) if hit.value is not None}
    for value in wrong:
        if value.name != "nosto_page_type" and _key(value) not in told:
            yield _hit(value, f"The {value.called} {why_dropped(value)}; it is left out.")
    for placement in page.seen.placements:
        if not sound(PageTagging, "elements", [placement.text]):
            what = refused(PageTagging, "elements", [placement.text])
            yield Hit(
                f"The id of the nosto_element {what}; it is left out.", masked(placement.text), None, placement.node
            )
    yield from _negative(page)


def _negative(page: Page) -> Iterator[Hit]:
    """The lines that cost less than nothing, and are no discounts."""
    message = "The unit_price in line_item is negative, which only a discount's is; the line is left out."
    expected = "the product_id -1"
    for block in page.seen.blocks:
        for line in block.parts_of("line_item"):
            price, product = line.first("unit_price"), line.first("product_id")
            if price is not None and product is not None and _is_negative(price.text) and product.text != "-1":
                yield Hit(message, masked(price.text), expected, price.node)
    for call in page.seen.calls:
        for told in [each for _, given in call.steps for each in given]:
            for told_line in map(members, items(members(told).get("items"))):
                price_told, product_told = str(told_line.get("unit_price")), str(told_line.get("product_id"))
                if _is_negative(price_told) and product_told != "-1":
                    yield Hit(message, masked(price_told), expected, call.script.node, call.offset)


def _is_negative(text: str) -> bool:
    return text.startswith("-") and _price(text) is not None and text.strip("-0.") != ""


def _key(value: Value) -> tuple[object, ...]:
    return value.node.mem_id, value.offset, value.part, value.name, value.text


_JUDGES = (
    price_separator,
    price_format,
    quantity_format,
    currency_unknown,
    availability_unknown,
    consent_value,
    email_format,
    url_relative,
    category_form,
    placeholder,
)
"""The rules that say of a value that it is none."""


# What should not be there ---------------------------------------------------------------------------------------------


@rule("inventory-in-page", "error", "inventory_level or supplier_cost stands in the page.")
def inventory_in_page(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if value.name in _SECRET:
            found = f"a {kind_of(value.text)}"
            yield _hit(value, f"The {value.called} is for Nosto's API alone; here everybody reads it.", "none", found)


@rule("email-in-page", "error", "An e-mail address stands in the tagging, and leave_out_email is on.")
def email_in_page(page: Page) -> Iterator[Hit]:
    if not page.leave_out_email:
        return
    for value in page.values:
        if is_email(value.text):
            yield _hit(value, f"The {value.called} is an e-mail address.", "customer_reference")


_SHORTEST_REFERENCE = 16
_MOST_PEOPLE = 3
"""One page holds an address or two, and a reference; more of them would only be there to cost time."""
_LONGEST_EMAIL = 320
_DIGESTS = {32: "md5", 40: "sha1", 64: "sha256"}
_SMALL = 1_000
_hexadecimal = re.compile("[0-9a-fA-F]+").fullmatch


@rule("reference-guessable", "error", "A customer_reference can be worked out by somebody else.")
def reference_guessable(page: Page) -> Iterator[Hit]:
    told = {
        each.text for each in page.values if each.personal and len(each.text) <= _LONGEST_EMAIL and is_email(each.text)
    }
    emails = sorted(told)[:_MOST_PEOPLE]
    looked: set[str] = set()
    for value in page.values:
        if value.name != "customer_reference" or value.text in looked or not value.text or _placeholder(value.text):
            continue
        if len(looked) >= _MOST_PEOPLE:
            return
        looked.add(value.text)
        reason = _guessed(value.text, emails)
        if reason:
            expected = "an HMAC-SHA256 with a secret, as customer_reference() gives"
            yield _hit(value, f"The {value.called} can be guessed: it is {reason}.", expected)


def _guessed(reference: str, emails: list[str]) -> str | None:
    if is_email(reference):
        return "an e-mail address"
    if reference.isdigit():
        return "a number"
    if len(reference) < _SHORTEST_REFERENCE:
        return f"shorter than {_SHORTEST_REFERENCE} characters"
    name = _DIGESTS.get(len(reference))
    if name is None or not _hexadecimal(reference):
        return None
    digest = bytes.fromhex(reference)
    if digest in _of_numbers(name):
        return f"the plain {name.upper()} of a small number"
    for email in emails:
        if _of_email(digest, name, email):
            return f"the plain {name.upper()} of the page's own e-mail address, or of it and a small number"
    return None


def _of_email(digest: bytes, name: str, email: str) -> bool:
    made = _HASHES[name]
    for written in dict.fromkeys((email, email.lower())):
        held = written.encode("utf-8", "replace")
        if made(held).digest() == digest:
            return True
        for number in _numbers():
            if made(number + held).digest() == digest or made(held + number).digest() == digest:
                return True
    return False


# A build of Python for the authorities refuses the first unless it is told that nothing is to be kept safe by it.
_HASHES = {
    "md5": partial(hashlib.md5, usedforsecurity=False),
    "sha1": partial(hashlib.sha1, usedforsecurity=False),
    "sha256": partial(hashlib.sha256, usedforsecurity=False),
}


@cache
def _numbers() -> tuple[bytes, ...]:
    return tuple(str(number).encode() for number in range(_SMALL))


@cache
def _of_numbers(name: str) -> frozenset[bytes]:
    return frozenset(_HASHES[name](number).digest() for number in _numbers())
