"""The table of hostile values: long enough, of every trick, each value once, and nobody's host but example.com."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from urllib.parse import unquote

import pytest
from support import engine, page
from support.hostile import EVERY, HOSTILE, QUICK, TRICKS

from nosto_tagging import Customer, block, snippet
from nosto_tagging.models.fields import MAX_TEXT

# The order is that of the table.
ALL_TRICKS = [
    "script-data-states",
    "string-breakouts",
    "attribute-breakouts",
    "element-breakouts",
    "entities",
    "namespaces",
    "prototype-keys",
    "dom-clobbering",
    "template-injection",
    "charset-shifts",
    "normalisation",
    "unicode",
    "controls",
    "markdown",
    "words",
    "urls",
    "very-long",
    "deeply-nested",
    "polyglots",
]
HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|gov|io|dev|app|info|biz|xyz|fi|eu|ru|cn|jp|de|uk)\b")


def customer(value: str) -> Customer:
    return Customer(first_name=value, email="jane.doe@example.com")


def test_every_trick_has_values_of_its_own() -> None:
    assert list(TRICKS) == ALL_TRICKS
    assert {trick for trick, rows in TRICKS.items() if len(rows) < 30} == set()
    assert [(trick, name, value) for trick, rows in TRICKS.items() for name, value in rows.items()] == list(EVERY)


def test_more_than_a_thousand_values_differ_once_they_are_validated() -> None:
    held = Counter(customer(value).first_name for _, _, value in EVERY)
    assert len(held) > 2_000
    assert held.pop(None) <= 4
    # What is dropped or trimmed must leave the same now and then; families must not be made of that.
    assert sum(count - 1 for count in held.values()) < 20
    assert max(len(value or "") for value in held) == MAX_TEXT


def test_no_name_and_no_value_is_there_twice() -> None:
    assert len({name for _, name, _ in EVERY}) == len({value for _, _, value in EVERY}) == len(EVERY)
    assert [name for _, name, _ in EVERY if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name)] == []


def test_the_hand_written_values_are_among_them() -> None:
    assert set(HOSTILE) <= {(name, value) for _, name, value in EVERY}
    assert len(HOSTILE) < 300  # they run through every way of every output


def test_the_quick_choice_has_the_sharpest_of_each_trick() -> None:
    assert set(QUICK) <= set(EVERY)
    assert len(set(QUICK)) == len(QUICK)
    assert 100 <= len(QUICK) <= 150
    chosen = Counter(trick for trick, _, _ in QUICK)
    assert list(chosen) == ALL_TRICKS
    assert min(chosen.values()) >= 3


def test_no_value_names_a_host_that_is_somebody_elses() -> None:
    hosts = set()
    for _, _, value in EVERY:
        for read in (value, html.unescape(value), unquote(value, errors="replace")):
            plain = unicodedata.normalize("NFKC", read).replace("\u00ad", "").replace("\u3002", ".").lower()
            hosts |= {host for host in HOST.findall(plain) if not f".{host}".endswith(".example.com")}
    assert hosts == set()


@pytest.mark.parametrize("trick", ALL_TRICKS)
def test_every_value_arrives_in_a_block_and_in_a_snippet(trick: str) -> None:
    customers = [customer(value) for value in TRICKS[trick].values()]
    told = page.blocks(page.PAGE.format("".join(map(block, customers))))
    scripts = page.scripts(page.PAGE.format("".join(snippet(each) for each in customers)))
    calls = engine.calls_of_each(scripts)
    for name, each, in_block, call in zip(TRICKS[trick], customers, told, calls, strict=True):
        expected = {"email": each.email} | ({} if each.first_name is None else {"first_name": each.first_name})
        assert (name, dict(in_block)) == (name, expected)
        assert (name, call) == (name, [["api.customer", [expected]]])
