"""Rules on single values: what a price, a currency, an address, a category, a consent look like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5

from pydantic_core import PydanticCustomError
from selectolax.lexbor import LexborNode

from nosto_tagging.models.catalogue import as_url
from nosto_tagging.models.currencies import CODES
from nosto_tagging.models.numbers import as_count
from nosto_tagging.reading.dropped import is_address, is_dropped
from nosto_tagging.reading.findings import Hit, rule
from nosto_tagging.reading.names import PATH
from nosto_tagging.reading.page import CONSENT, Page, Value
from nosto_tagging.reading.written import Spot

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


@rule("price-separator", "error", "A price has a comma or another separator in it.")
def price_separator(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if value.name in _PRICES and isinstance(value.given, str) and _is_given(value) and _is_separated(value.text):
            yield Hit.of(value, f"The {value.called} has a separator that Nosto does not read.", "1234.45")


def _is_separated(text: str) -> bool:
    return _SEPARATED(text) is not None or text.count(".") > 1


@rule("price-format", "error", "A price is no number.")
def price_format(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if (
            value.name in _PRICES
            and isinstance(value.given, str)
            and _is_given(value)
            and not is_price(value.text)
            and not _is_separated(value.text)
        ):
            yield Hit.of(value, f"The {value.called} is no number.", "digits and a point, 1234.45")


@rule("quantity-format", "error", "A quantity is no whole number from 1.")
def quantity_format(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if value.name == "quantity" and _is_given(value) and not _is_quantity(value.text):
            yield Hit.of(value, f"The {value.called} is no whole number from 1.", "a whole number from 1")


def _is_quantity(text: str) -> bool:
    try:
        return (as_count(text) or 0) >= 1
    except PydanticCustomError:
        return False


@rule("currency-unknown", "error", "A currency is no code of ISO 4217 in upper case.")
def currency_unknown(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if value.name == "price_currency_code" and _is_given(value) and value.text not in CODES:
            yield Hit.of(value, f"The {value.called} is no currency of ISO 4217.", "a code such as EUR")


@rule(
    "availability-unknown",
    "error",
    "An availability is none of InStock, OutOfStock, Invisible, Discontinued, also as an address at schema.org.",
)
def availability_unknown(page: Page) -> Iterator[Hit]:
    for value in page.values:
        word = value.text.removeprefix("https://schema.org/").removeprefix("http://schema.org/")
        if value.name == "availability" and _is_given(value) and word not in _AVAILABILITIES:
            yield Hit.of(value, f"The {value.called} is none that Nosto knows.", " or ".join(_AVAILABILITIES[:2]))


@rule("consent-value", "error", "A consent is neither true nor false.")
def consent_value(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if value.name not in CONSENT:
            continue
        if value.text not in ("true", "false"):
            what = "is empty" if not value.text else "is neither true nor false"
            yield Hit.of(value, f"The {value.called} {what}.", "true or false")
        # An order's is a text, by the client's types.
        elif value.part == "nosto_customer" and value.origin != "block" and value.given == value.text:
            message = f"The {value.called} is a text, and to a script any text is as good as true."
            yield Hit.of(value, message, "true or false, without quotes")


@rule("email-format", "error", "An e-mail address is none, by the rule of <input type=email>.")
def email_format(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if is_address(value) and _is_given(value) and is_dropped(value):
            yield Hit.of(value, f"The {value.called} is no e-mail address.", "name@example.com")


# Addresses and paths --------------------------------------------------------------------------------------------------

# What a browser makes of an ampersand and a name of HTML 2 to 4, without a semicolon after it: &copy=1 is ©=1.
_MANGLED = re.compile("[\xa1-\xa9\xab-\xb9\xbb-\xbf\xd7\xf7]").search


@rule("url-relative", "error", "An address has no http:// or https://, or is none.")
def url_relative(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if value.name in _URLS and _is_given(value) and not _is_url(value.text):
            yield Hit.of(value, f"The {value.called} is no absolute address of the web.", "https://example.com/…")


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
            yield Hit.of(value, f"The query of the {value.called} has lost a parameter to an unescaped &.", "&amp;")


@rule(
    "category-form",
    "warning",
    "A category has a >, blanks around a slash, doubled blanks, or a slash too many; or it has no slash before "
    "it, on a page where another has one.",
)
def category_form(page: Page) -> Iterator[Hit]:
    told = [each for each in page.values if each.name in _CATEGORIES and each.text]
    slashed = any(each.text.startswith("/") for each in told)
    for value in told:
        steps = value.text.removeprefix("/").split("/")
        if ">" in value.text or any(not step or step != " ".join(step.split()) for step in steps):
            yield Hit.of(value, f"The {value.called} is no path of names with a slash before each.", "/Mens/Shoes")
        elif slashed and not value.text.startswith("/") and not is_placeholder(value.text):
            message = f"The {value.called} has no slash before it, and another category of the page has one."
            yield Hit.of(value, message, "/Mens/Shoes")


# What templates leave behind ------------------------------------------------------------------------------------------

_WORDS = frozenset(("None", "null", "NULL", "undefined", "NaN", "nil", "[object Object]"))
_OPENINGS = (("{{", "}}"), ("{%", "%}"), ("${", "}"), ("<%", "%>"), ("<?", "?>"))
# One of these is in all of them, and in few values.
_odd = re.compile(r"[{%>\]_]").search
# As a whole value only: there is "50% silk".
_code = re.compile(
    r"%(?:[0-9]+\$|\([A-Za-z_][\w.]*\))?[sdifru]|__[A-Za-z][A-Za-z0-9_]*__|\[object [A-Za-z]+\]"
).fullmatch

# Of <?php … -> … ?>, what stands before the > is a comment, and what follows it a text.
_ENDINGS = ("; ?>", ";?>", ") ?>")


def is_placeholder(text: str) -> bool:
    """Whether `text` is what a template left behind."""
    if text in _WORDS:
        return True
    return _odd(text) is not None and (
        _code(text) is not None
        or text.endswith(_ENDINGS)
        or any(opening in text and closing in text for opening, closing in _OPENINGS)
    )


@rule(
    "placeholder",
    "error",
    "A value is None, null, undefined, NaN, [object Object], code of a template, or a list as a template prints "
    "it, [red, new].",
)
def placeholder(page: Page) -> Iterator[Hit]:
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


_ENTITIES = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|([A-Za-z][A-Za-z0-9]{1,31}));").finditer


@rule(
    "encoded-twice",
    "error",
    "After the page was parsed, a value still has &amp;, &eacute; or another character reference in it.",
)
def encoded_twice(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if "&" not in value.text or (found := _reference(value.text)) is None:
            continue
        # A description may be HTML, in which it stands as it should.
        if value.name == "description" and "<" in value.text:
            continue
        yield Hit.of(value, f"The {value.called} was escaped once too often.", "escaped once", found)


def _reference(text: str) -> str | None:
    """The first character reference in a text."""
    # Only what has a name in HTML: "R&D;" is no reference.
    return next((each[0] for each in _ENTITIES(text) if each[1] is None or f"{each[1]};" in html5), None)


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
        "nosto_element",
    )
)


@rule(
    "invisible-character",
    "warning",
    "A value, the id of a placement, or a code that a call is given holds a soft hyphen, a zero-width space, or a mark "
    "of direction; an identifier also a joiner.",
)
def invisible_character(page: Page) -> Iterator[Hit]:
    for value in page.values:
        if (found := _unseen(value.text, identifies=value.name in _IDENTIFIERS)) is not None:
            yield Hit.of(value, f"The {value.called} holds a character that nobody sees.", "text without it", found)
    for placement in page.seen.placements:
        if (found := _unseen(placement.text, identifies=True)) is not None:
            message = "The id of the nosto_element holds a character that nobody sees."
            yield Hit(message, found, "an id without it", placement.node)
    for call in page.seen.calls:
        for step, (method, given) in enumerate(call.steps):
            for number, text in enumerate(given if method in _IDENTIFY else ()):
                if isinstance(text, str) and (found := _unseen(text, identifies=True)) is not None:
                    message = f"What {method}() is given holds a character that nobody sees."
                    spot = Spot(call, ((None, step), number))
                    yield Hit(message, found, "text without it", call.script.node, None, spot)


_IDENTIFY = frozenset(
    (
        "viewProduct",
        "viewProductSku",
        "setRef",
        "reportAddToCart",
        "recommendedProductAddedToCart",
        "addSegmentCodeToVisit",
    )
)


def _unseen(text: str, *, identifies: bool) -> str | None:
    """The first character in a text that nobody sees."""
    if text.isascii():
        return None
    found = _INVISIBLE(text) or (_JOINERS(text) if identifies else None)
    return None if found is None else f"U+{ord(found[0]):04X}"


@rule("element-in-value", "warning", "An element stands where a text should.")
def element_in_value(page: Page) -> Iterator[Hit]:
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
