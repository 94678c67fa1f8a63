"""What text becomes at validation, proven over every code point there is."""

from __future__ import annotations

import json
import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

from nosto_tagging import Customer
from nosto_tagging.models.text import as_carried

EVERY_CODE_POINT = range(0x110000)

# Written a second time, and in another way: by the Unicode database's categories and the words of the standards.
# Cc are the controls (C0, DEL, C1), Cs the surrogates, Zs the blanks.
DROPPED = {c for c in EVERY_CODE_POINT if unicodedata.category(chr(c)) == "Cc" and chr(c) not in "\t\n\r"}
DROPPED |= {0xFFFE, 0xFFFF}
# https://tc39.es/ecma262/#prod-WhiteSpace and #prod-LineTerminator
TRIMMED = {c for c in EVERY_CODE_POINT if unicodedata.category(chr(c)) == "Zs"}
TRIMMED |= {ord(c) for c in "\t\v\f\ufeff\n\r\u2028\u2029"}
SURROGATES = range(0xD800, 0xE000)

# Whatever the rules name, and neighbours that they do not.
SPICE = "\0\x07\t\n\v\f\r\x1b\x1f !\x7f\x80\x85\x9f\xa0\xad\u1680\u180e\u2000\u200a\u200b\u200d\u2028\u2029\u202e\u202f\u205f\u2060\u3000\ud800\udbff\udc00\udfff\ufeff\ufffd\ufffe\uffff\U0001f600\U0001ffff"
any_text = st.text(st.sampled_from(SPICE) | st.characters())


def inside(code: int) -> str:
    """What is left of a character in the middle of a text."""
    if code in DROPPED:
        return ""
    if code in SURROGATES:
        return "\ufffd"
    return "\n" if code == ord("\r") else chr(code)


def reference(text: str) -> str:
    """The table of what a page cannot carry, character by character and as slow as it is plain."""
    kept: list[str] = []
    at = 0
    while at < len(text):
        code, after = ord(text[at]), ord(text[at + 1]) if at + 1 < len(text) else 0
        if 0xD800 <= code < 0xDC00 <= after < 0xE000:
            kept.append(chr(0x10000 + ((code - 0xD800) << 10) + (after - 0xDC00)))
            at += 1
        elif code == ord("\r") and after == ord("\n"):
            kept.append("\n")
            at += 1
        else:
            kept.append(inside(code))
        at += 1
    carried = list("".join(kept))
    while carried and ord(carried[0]) in TRIMMED:
        del carried[0]
    while carried and ord(carried[-1]) in TRIMMED:
        del carried[-1]
    return "".join(carried)


@pytest.mark.parametrize(
    ("given_text", "carried"),
    [
        ("Jane", "Jane"),
        ("XJaneX", "XJaneX"),
        ("X\tX", "X\tX"),
        ("", ""),
        # the row on NUL and the other controls
        ("Ja\0ne", "Jane"),
        ("Ja\x01\x08\x0b\x0c\x0e\x1b\x1fne", "Jane"),
        ("Ja\x7f\x80\x85\x9fne", "Jane"),  # U+0085 is a line end to str.splitlines() and to XML 1.1, not to a page
        ("Ja\tne\nDoe", "Ja\tne\nDoe"),
        # the row on CR
        ("Jane\rDoe", "Jane\nDoe"),
        ("Jane\r\nDoe", "Jane\nDoe"),
        ("Jane\r\r\n\nDoe", "Jane\n\n\nDoe"),
        ("Jane\n\rDoe", "Jane\n\nDoe"),
        ("Jane\r\0\nDoe", "Jane\n\nDoe"),  # a parser sees the CR before anybody drops the NUL
        # the row on noncharacters: only the two that XML forbids
        ("Ja\ufffe\uffffne", "Jane"),
        ("Ja\ufdd0\U0001fffe\U0010ffffne", "Ja\ufdd0\U0001fffe\U0010ffffne"),
        # the row on lone surrogates
        ("Ja\ud800ne", "Ja\ufffdne"),
        ("Jo\udfffhn", "Jo\ufffdhn"),
        ("Jane\ud83d", "Jane\ufffd"),
        ("\ude00Jane", "\ufffdJane"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("\ud83d\ud83d\ude00\ude00", "\ufffd\U0001f600\ufffd"),
        # a pair is what UTF-16 writes one character as; JavaScript would read it as that
        ("Jane \ud83d\ude00", "Jane \U0001f600"),
        # the row on outer blanks
        ("  Jane  Doe  ", "Jane  Doe"),
        ("\t\n\v\f\r Jane\t\n\v\f\r ", "Jane"),
        ("\xa0\u1680\u2000\u200a\u202f\u205f\u3000Jane\xa0\u1680\u2000\u200a\u202f\u205f\u3000", "Jane"),
        ("\ufeff\u2028\u2029Jane\ufeff\u2028\u2029", "Jane"),
        ("Jane\ufeff\u2028\u2029\u3000Doe", "Jane\ufeff\u2028\u2029\u3000Doe"),
        ("\x1cJane\x1f", "Jane"),  # blanks to str.strip(), controls to a page
        (" \0 \x85 Jane \x85 \0 ", "Jane"),  # what is dropped hides no blank
        # the row on everything else
        ("\u180e\u200b\u2060Jane\u180e\u200b\u2060", "\u180e\u200b\u2060Jane\u180e\u200b\u2060"),
        ("\u202eJane\u200d\xadDoe\u202c", "\u202eJane\u200d\xadDoe\u202c"),
        ("e\u0301 \ue000 \U000e0041 \u0378", "e\u0301 \ue000 \U000e0041 \u0378"),  # no normalisation; unassigned, too
        ("</script>&amp;\\u0000'\"`${x}{{x}}", "</script>&amp;\\u0000'\"`${x}{{x}}"),  # escaping is not its affair
        # nothing is left
        ("   ", ""),
        ("\0\x85\ufffe", ""),
        ("\r\n\t\ufeff\u2029\u3000", ""),
    ],
)
def test_text_is_made_what_a_page_can_carry(given_text: str, carried: str):
    assert as_carried(given_text) == carried
    assert Customer(customer_reference="1", first_name=given_text).first_name == (carried or None)


@pytest.mark.no_cover
def test_every_code_point_in_the_middle_of_a_text_is_kept_or_treated_by_the_table():
    wrong = [hex(c) for c in EVERY_CODE_POINT if as_carried(f"a{chr(c)}b") != f"a{inside(c)}b"]
    assert wrong == []


@pytest.mark.no_cover
def test_every_code_point_at_the_ends_of_a_text_is_kept_or_treated_by_the_table():
    wrong = []
    for code in EVERY_CODE_POINT:
        kept = "" if code in TRIMMED else inside(code)
        char = chr(code)
        if as_carried(f"{char}a{char}") != f"{kept}a{kept}" or as_carried(char) != kept:
            wrong.append(hex(code))
    assert wrong == []


def test_every_character_that_is_neither_dropped_nor_blank_arrives_in_one_long_text():
    kept = "".join(chr(c) for c in EVERY_CODE_POINT if inside(c) == chr(c) and c not in TRIMMED)
    assert len(kept) == 0x110000 - len(DROPPED | TRIMMED) - len(SURROGATES)
    assert as_carried(kept) == kept


def test_the_blanks_that_are_stripped_are_those_of_javascripts_own_trim():
    engine = MiniRacer()
    found = engine.eval(
        "JSON.stringify(Array.from({length: 0x110000}, (_, c) => c).filter(c => String.fromCodePoint(c).trim() === ''))"
    )
    assert set(json.loads(found)) == TRIMMED


@given(any_text)
@example("\ud83d\0\ude00")  # dropping the NUL must not join what it keeps apart
@example("\r\0\n")
@settings(deadline=None, max_examples=500)
def test_doing_it_twice_changes_nothing(text: str):
    once = as_carried(text)
    assert as_carried(once) == once
    assert once.encode().decode() == once  # no surrogate is left, so a page can be encoded


@given(any_text)
@settings(deadline=None, max_examples=500)
def test_any_text_becomes_what_the_plain_reading_of_the_table_says(text: str):
    assert as_carried(text) == reference(text)


@given(any_text)
@settings(deadline=None)
def test_a_customer_made_of_a_customers_values_is_the_same_customer(text: str):
    jane = Customer(customer_reference="1", first_name=text)
    assert Customer(**jane.model_dump()) == jane
    assert Customer.model_validate_json(jane.model_dump_json()) == jane


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(lambda n: "\0" * n, id="dropped"),
        pytest.param(lambda n: "\r\n" * n, id="line ends"),
        pytest.param(lambda n: "\r" * n + "a", id="carriage returns"),
        pytest.param(lambda n: "\ud800" * n, id="surrogates"),
        pytest.param(lambda n: "a" + " \xa0" * n + "a", id="blanks inside"),
        pytest.param(lambda n: "\u3000" * n, id="blanks only"),
        pytest.param(lambda n: "a\0 " * n, id="mixed"),
        pytest.param(lambda n: "\U0001f600\0" * n, id="astral"),
    ],
)
def test_ten_times_the_text_takes_about_ten_times_the_time(hostile):
    def seconds(text: str) -> float:
        took = []
        for _ in range(7):
            start = time.process_time()  # of this process alone, whatever else the machine does
            as_carried(text)
            took.append(time.process_time() - start)
        return min(took)

    # Quadratic time would be a hundredfold; the rest is for caches.
    assert seconds(hostile(200_000)) < 40 * seconds(hostile(20_000)) + 0.01
