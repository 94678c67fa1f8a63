"""Every Unicode scalar value, and every surrogate, through a block and a snippet, in the browser, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import pytest
from browser.engines import Engine
from browser.server import Site
from safety.pages import html_page
from safety.places import Output
from safety.report import Report
from safety.trial import Found, harmless, look, ours
from support.expected import FREE_TEXT, called, in_block

from nosto_tagging import Customer

EVERY_SCALAR = [chr(code) for code in chain(range(0xD800), range(0xE000, 0x110000))]
EVERY_SURROGATE = [chr(code) for code in range(0xD800, 0xE000)]
EMAIL = "jane.doe@example.com"

# Told apart here without the library's own tables: what no page can carry, and what readers take for blank.
DROPPED = {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), "\ufffe", "\uffff"} - set("\t\n\r")
BLANK = set("\t\n\r \xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff") | set(map(chr, range(0x2000, 0x200B)))

_EVERYBODY = Customer(email=EMAIL, **dict.fromkeys(FREE_TEXT, "Jane"))
FORMS: dict[Output, list[str]] = {
    "block": [name for name in FREE_TEXT if name in dict(in_block(_EVERYBODY))],
    "snippet": [name for name in FREE_TEXT if name in called(_EVERYBODY)],
}


def carried(character: str) -> str:
    """What becomes of a character between two letters."""
    if character in DROPPED:
        return ""
    if "\ud800" <= character <= "\udfff":
        return "\ufffd"
    return "\n" if character == "\r" else character


def read_back(engine: Engine, site: Site, form: Output, customers: Sequence[Customer]) -> None:
    """Hand all over in one page, and see each come out as what its model holds, and nothing else in the page."""
    found = look_at(engine, site, form, customers)
    assert found == Found(
        ran=False,
        recorded=True,
        calls=[] if form == "block" else [["api.customer", [called(who)]] for who in customers],
        blocks=[[list(pair) for pair in in_block(who)] for who in customers] if form == "block" else [],
        outline=look_at(engine, site, form, [*map(harmless, customers)]).outline,
        text="before\n\nafter",
        violations=[],
    )


def look_at(engine: Engine, site: Site, form: Output, customers: Sequence[Customer]) -> Found:
    return look(engine, site, html_page("".join(ours(form, who, None) for who in customers)), patience=0)


def slices(found: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (found[start : start + size] for start in range(0, len(found), size))


@pytest.mark.parametrize("form", ["block", "snippet"])
def test_every_character_arrives_between_others(
    form: Output, browser_engine: Engine, site: Site, report: Report
) -> None:
    customers = []
    for part in slices(EVERY_SCALAR, 900):
        who = Customer(email=EMAIL, first_name=f"a{''.join(part)}z")
        assert who.first_name == f"a{''.join(map(carried, part))}z"
        customers.append(who)
    for start in range(0, len(customers), 100):
        read_back(browser_engine, site, form, customers[start : start + 100])
    report.characters[f"{browser_engine.name}, {form}, among others"] = len(EVERY_SCALAR)


@pytest.mark.parametrize("form", ["block", "snippet"])
def test_every_character_arrives_alone(
    form: Output, browser_engine: Engine, site: Site, report: Report, *, full: bool
) -> None:
    # Every one takes minutes. The first have all that HTML, JavaScript and the encoders treat in ways of their own.
    tried = EVERY_SCALAR if full else EVERY_SCALAR[:0x3100]
    fields = FORMS[form]
    for page in slices(tried, 1_000 * len(fields)):
        customers = []
        for part in slices(page, len(fields)):
            who = Customer(email=EMAIL, **dict(zip(fields, part, strict=False)))
            assert [getattr(who, name) for name, _ in zip(fields, part, strict=False)] == [
                None if character in BLANK else carried(character) or None for character in part
            ]
            customers.append(who)
        read_back(browser_engine, site, form, customers)
    report.characters[f"{browser_engine.name}, {form}, alone"] = len(tried)


@pytest.mark.parametrize("form", ["block", "snippet"])
def test_every_surrogate_that_is_alone_arrives_as_the_replacement_character(
    form: Output, browser_engine: Engine, site: Site
) -> None:
    fields = FORMS[form]
    customers = []
    for part in slices(EVERY_SURROGATE, len(fields)):
        who = Customer(email=EMAIL, **dict(zip(fields, part, strict=False)))
        assert [getattr(who, name) for name, _ in zip(fields, part, strict=False)] == ["\ufffd"] * len(part)
        customers.append(who)
    read_back(browser_engine, site, form, customers)
