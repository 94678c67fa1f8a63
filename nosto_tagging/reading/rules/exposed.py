"""Rules on what should not stand in a page: stock and cost, addresses, references that can be guessed."""

from __future__ import annotations

import hashlib
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, partial

from nosto_tagging.reading.findings import Hit, rule
from nosto_tagging.reading.page import Page, is_email
from nosto_tagging.reading.rules.fields import is_placeholder
from nosto_tagging.validation import kind_of

_SECRET = frozenset(("inventory_level", "supplier_cost"))


@rule("inventory-in-page", "error")
def inventory_in_page(page: Page) -> Iterator[Hit]:
    """A page tells how much is in stock, or what it costs the shop."""
    for value in page.values:
        if value.name in _SECRET:
            found = f"a {kind_of(value.text)}"
            yield Hit.of(value, f"The {value.called} is for Nosto's API alone; here everybody reads it.", "none", found)


@rule("email-in-page", "error")
def email_in_page(page: Page) -> Iterator[Hit]:
    """An e-mail address stands in a page of a site that leaves them out."""
    if not page.leave_out_email:
        return
    for value in page.values:
        if is_email(value.text):
            yield Hit.of(value, f"The {value.called} is an e-mail address.", "customer_reference")


_SHORTEST_REFERENCE = 16
_MOST_PEOPLE = 3
"""One page holds an address or two, and a reference; more of them would only be there to cost time."""
_LONGEST_EMAIL = 320
_DIGESTS = {32: "md5", 40: "sha1", 64: "sha256"}
_SMALL = 100_000
"""Numbers below this are tried: a tenth of a second, once in a process, when a reference first looks like a digest."""
_SMALL_WITH_EMAIL = 1_000
"""Numbers that are tried with an address, on each page."""
_hexadecimal = re.compile("[0-9a-fA-F]+").fullmatch


@rule("reference-guessable", "error")
def reference_guessable(page: Page) -> Iterator[Hit]:
    """Somebody else could work out the reference of a customer."""
    told = {
        each.text for each in page.values if each.personal and len(each.text) <= _LONGEST_EMAIL and is_email(each.text)
    }
    emails = sorted(told)[:_MOST_PEOPLE]
    looked: set[str] = set()
    for value in page.values:
        if value.name != "customer_reference" or value.text in looked or not value.text or is_placeholder(value.text):
            continue
        if len(looked) >= _MOST_PEOPLE:
            return
        looked.add(value.text)
        reason = _guessed(value.text, emails)
        if reason:
            expected = "an HMAC-SHA256 with a secret, as customer_reference() gives"
            yield Hit.of(value, f"The {value.called} can be guessed: it is {reason}.", expected)


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
    if _is_of_number(digest, name):
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
        for number in _numbers_with_email():
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
def _numbers_with_email() -> tuple[bytes, ...]:
    return tuple(str(number).encode() for number in range(_SMALL_WITH_EMAIL))


def _is_of_number(digest: bytes, name: str) -> bool:
    beginning = _beginning(digest)
    beginnings = _of_numbers(name)
    at = bisect_left(beginnings, beginning)
    return at < len(beginnings) and beginnings[at] == beginning


@cache
def _of_numbers(name: str) -> array[int]:
    """The beginnings of the digests of small numbers, in their order: 800 kB; the digests would be ten times that."""
    made = _HASHES[name]
    return array("Q", sorted([_beginning(made(b"%d" % number).digest()) for number in range(_SMALL)]))


def _beginning(digest: bytes) -> int:
    # No two of some 100,000 digests begin with the same 64 bits, and no reference by chance as one of them.
    return int.from_bytes(digest[:8], "big")
