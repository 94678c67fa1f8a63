"""Rules on single values: what a price, a currency, an address, a category, a consent look like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic_core import PydanticCustomError
from selectolax.lexbor import LexborNode

from nosto_tagging.models.catalogue import as_url
from nosto_tagging.models.currencies import CODES
from nosto_tagging.models.numbers import as_count
from nosto_tagging.reading.dropped import is_address, is_dropped
from nosto_tagging.reading.findings import Hit, rule
from nosto_tagging.reading.names import PATH
from nosto_tagging.reading.page import CONSENT, Page, Value

_PRICES = frozenset(("price", "list_price", "unit_price"))
_URLS = frozenset(("url", "image_url", "thumb_url", "alternate_image_url", "alternate_image_urls", "restore_link"))
_CATEGORIES = frozenset(("category", "nosto_category"))
_AVAILABILITIES = ("InStock", "OutOfStock", "Invisible", "Discontinued")


def _is_given(value: Value) -> bool:
    """Whether there is something to judge: what is empty or left behind by a template has rules of its own."""
    return bool(value.text) and value.given is not None and not is_placeholder(value.text)


# Numbers and words ----------------------------------------------------------------------------------------------------

_price = re.compile(r"-?[0-9]+(?:\.[0-9]+)?").fullmatch
_SEPARATED = re.compile(r"[0-9][,'\u2019\s\u066c][0-9]").search


def is_price(text: str) -> bool:
    """Whether `text` is a number as Nosto reads one."""
    return _price(text) is not None


@rule("price-separator", "error")
def price_separator(page: Page) -> Iterator[Hit]:
    """A price has a comma or a separator of thousands in it."""
    for value in page.values:
        if value.name in _PRICES and isinstance(value.given, str) and _is_separated(value.text):
            yield Hit.of(value, f"The {value.called} has a separator that Nosto does not read.", "1234.45")


def _is_separated(text: str) -> bool:
    return _SEPARATED(text) is not None or text.count(".") > 1


@rule("price-format", "error")
def price_format(page: Page) -> Iterator[Hit]:
    """A price is no number."""
    for value in page.values:
        if (
            value.name in _PRICES
            and isinstance(value.given, str)
            and _is_given(value)
            and not is_price(value.text)
            and not _is_separated(value.text)
        ):
            yield Hit.of(value, f"The {value.called} is no number.", "digits and a point, 1234.45")


@rule("quantity-format", "error")
def quantity_format(page: Page) -> Iterator[Hit]:
    """A quantity is no whole number from 1."""
    for value in page.values:
        if value.name == "quantity" and _is_given(value) and not _is_quantity(value.text):
            yield Hit.of(value, f"The {value.called} is no whole number from 1.", "a whole number from 1")


def _is_quantity(text: str) -> bool:
    try:
        return (as_count(text) or 0) >= 1
    except PydanticCustomError:
        return False


@rule("currency-unknown", "error")
def currency_unknown(page: Page) -> Iterator[Hit]:
    """A currency is no code of ISO 4217."""
    for value in page.values:
        if value.name == "price_currency_code" and _is_given(value) and value.text not in CODES:
            yield Hit.of(value, f"The {value.called} is no currency of ISO 4217.", "a code such as EUR")


@rule("availability-unknown", "error")
def availability_unknown(page: Page) -> Iterator[Hit]:
    """An availability is none that Nosto knows."""
    for value in page.values:
        word = value.text.removeprefix("https://schema.org/").removeprefix("http://schema.org/")
        if value.name == "availability" and _is_given(value) and word not in _AVAILABILITIES:
            yield Hit.of(value, f"The {value.called} is none that Nosto knows.", " or ".join(_AVAILABILITIES[:2]))


@rule("consent-value", "error")
def consent_value(page: Page) -> Iterator[Hit]:
    """A consent is something else than ``true`` or ``false``."""
    for value in page.values:
        if value.name in CONSENT and value.text not in ("true", "false"):
            what = "is empty" if not value.text else "is neither true nor false"
            yield Hit.of(value, f"The {value.called} {what}.", "true or false")


@rule("email-format", "error")
def email_format(page: Page) -> Iterator[Hit]:
    """An e-mail address is none."""
    for value in page.values:
        if is_address(value) and _is_given(value) and is_dropped(value):
            yield Hit.of(value, f"The {value.called} is no e-mail address.", "name@example.com")


# Addresses and paths --------------------------------------------------------------------------------------------------

# What a browser makes of an ampersand and a name of HTML 2 to 4, without a semicolon after it: &copy=1 is ©=1.
_MANGLED = re.compile("[\xa1-\xa9\xab-\xb9\xbb-\xbf\xd7\xf7]").search


@rule("url-relative", "error")
def url_relative(page: Page) -> Iterator[Hit]:
    """An address is not absolute, or not of the web."""
    for value in page.values:
        if value.name in _URLS and _is_given(value) and not _is_url(value.text):
            yield Hit.of(value, f"The {value.called} is no absolute address of the web.", "https://example.com/…")


def _is_url(text: str) -> bool:
    try:
        return as_url(text) is not None
    except PydanticCustomError:
        return False


@rule("url-mangled", "warning")
def url_mangled(page: Page) -> Iterator[Hit]:
    """The query of an address was changed by the parser, because its ampersands are not escaped."""
    for value in page.values:
        if value.origin == "block" and value.name in _URLS and _MANGLED(value.text.partition("?")[2]):
            yield Hit.of(value, f"The query of the {value.called} has lost a parameter to an unescaped &.", "&amp;")


@rule("category-form", "warning")
def category_form(page: Page) -> Iterator[Hit]:
    """A category has ``>``, stray blanks or empty steps in it."""
    for value in page.values:
        if value.name in _CATEGORIES and value.text:
            steps = value.text.removeprefix("/").split("/")
            if ">" in value.text or any(not step or step != " ".join(step.split()) for step in steps):
                yield Hit.of(value, f"The {value.called} is no path of names with a slash before each.", "/Mens/Shoes")


# What templates leave behind ------------------------------------------------------------------------------------------

_WORDS = frozenset(("None", "null", "NULL", "undefined", "NaN", "nil", "[object Object]"))
_OPENINGS = (("{{", "}}"), ("{%", "%}"), ("${", "}"), ("<%", "%>"))


def is_placeholder(text: str) -> bool:
    """Whether `text` is what a template left behind."""
    return text in _WORDS or any(opening in text and closing in text for opening, closing in _OPENINGS)


@rule("placeholder", "error")
def placeholder(page: Page) -> Iterator[Hit]:
    """A value is what a template prints for nothing, or a template's own code."""
    for value in page.values:
        # What was searched for is a visitor's own text, and null in a script is `provider-null`.
        if value.name == "nosto_search_term" or value.given is None or not is_placeholder(value.text):
            continue
        found = value.text if value.text in _WORDS else "a template's code"
        yield Hit.of(value, f"The {value.called} is what a template left behind, and no value.", "a value", found)
    for value in page.values:
        if value.name in _LISTED and value.text[:1] == "[" and value.text[-1:] == "]":
            yield Hit.of(value, f"The {value.called} is a list as a template prints it.", "an element for each", "[…]")


_LISTED = frozenset(("tag1", "tag2", "tag3", "category", "nosto_tag", "nosto_category", "nosto_brand"))


_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});").search


@rule("encoded-twice", "error")
def encoded_twice(page: Page) -> Iterator[Hit]:
    """A value still has a character reference in it after the page was parsed."""
    for value in page.values:
        if (found := _ENTITY(value.text)) is None:
            continue
        # A description may be HTML, in which it stands as it should.
        if value.name == "description" and "<" in value.text:
            continue
        yield Hit.of(value, f"The {value.called} was escaped once too often.", "escaped once", found[0])


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


@rule("invisible-character", "warning")
def invisible_character(page: Page) -> Iterator[Hit]:
    """A value holds a character that nobody sees."""
    for value in page.values:
        if value.text.isascii():
            continue
        found = _INVISIBLE(value.text) or (_JOINERS(value.text) if value.name in _IDENTIFIERS else None)
        if found is not None:
            message = f"The {value.called} holds a character that nobody sees."
            yield Hit.of(value, message, "text without it", f"U+{ord(found[0]):04X}")


@rule("element-in-value", "warning")
def element_in_value(page: Page) -> Iterator[Hit]:
    """An element stands where a text should."""
    for value in page.values:
        as_the_sdk_has_it = value.name == "nosto_category" and value.node.css_first(f".{PATH}") is not None
        if value.origin == "block" and not as_the_sdk_has_it and _holds_an_element(value.node):
            message = f"An element stands in the {value.called}: its text was not escaped, or its tag not closed."
            yield Hit.of(value, message, "escaped text")


def _holds_an_element(node: LexborNode) -> bool:
    child = node.first_child
    while child is not None:
        if child.is_element_node:
            return True
        child = child.next
    return False


JUDGES = (
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
