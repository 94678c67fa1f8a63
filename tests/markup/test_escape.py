"""The escapes, by exhaustion: each character there is stays inside the allow-list, and arrives."""

from __future__ import annotations

import string
import sys
from time import process_time

import pytest
from selectolax.lexbor import LexborHTMLParser
from support import engine
from support.hostile import HOSTILE

from nosto_tagging.markup.escape import js_string, js_strings, text, texts
from nosto_tagging.models.text import as_carried

# Written down from the design rather than taken from the code.
TEXT_PLAIN = frozenset(string.ascii_letters + string.digits + " .,;-@/()!?#|^")
JS_PLAIN = TEXT_PLAIN | frozenset(":_~")

EVERYTHING = range(sys.maxunicode + 1)
each_plane = pytest.mark.parametrize("plane", range(0x11))


def characters(plane: int) -> list[str]:
    """The plane's code points but NUL, which `test_values_of_one_pass_stay_apart` looks at."""
    return [chr(code) for code in range(plane * 0x10000, (plane + 1) * 0x10000) if code]


@pytest.fixture(scope="module")
def carried() -> list[str]:
    """Each character that validation lets in, in rows: a million elements take longer than a million characters."""
    every = [character for character in map(chr, EVERYTHING) if as_carried(f"a{character}a") == f"a{character}a"]
    assert len(every) == 0x110000 - 0x800 - 30 - 33 - 2  # surrogates; C0 but TAB and LF; DEL and C1; U+FFFE, U+FFFF
    return ["".join(every[start : start + 4096]) for start in range(0, len(every), 4096)]


def as_text(character: str) -> str:
    return character if character in TEXT_PLAIN else f"&#{ord(character)};"


def as_js(character: str) -> str:
    if character in JS_PLAIN:
        return character
    code = ord(character)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def read(pieces: list[str]) -> list[str]:
    """What an HTML parser reads where `pieces` stand as texts of elements, one each."""
    html = "".join(f"<b>{piece}</b>" for piece in pieces)
    return [node.text() for node in LexborHTMLParser(html.encode("ascii")).css("b")]


@pytest.mark.no_cover
def test_a_text_alone_is_written_by_the_allow_list_or_as_a_number() -> None:
    assert [code for code in EVERYTHING if code and text(chr(code)) != as_text(chr(code))] == []


@pytest.mark.no_cover
def test_a_javascript_string_alone_is_written_by_the_allow_list_or_as_escapes() -> None:
    assert [code for code in EVERYTHING if code and js_string(chr(code)) != as_js(chr(code))] == []


@each_plane
def test_texts_of_one_pass_are_written_like_texts_alone(plane: int) -> None:
    every = characters(plane)
    assert texts(every) == list(map(as_text, every))


@each_plane
def test_javascript_strings_of_one_pass_are_written_like_strings_alone(plane: int) -> None:
    every = characters(plane)
    assert js_strings(every) == list(map(as_js, every))


def test_every_character_that_validation_lets_in_is_read_by_an_html_parser(carried: list[str]) -> None:
    assert read(texts(carried)) == carried


def test_every_character_that_validation_lets_in_is_read_in_attributes_quoted_either_way(carried: list[str]) -> None:
    html = "".join(f"<b x=\"{row}\" y='{row}'></b>" for row in texts(carried))
    nodes = LexborHTMLParser(html.encode("ascii")).css("b")
    assert [list(node.attributes.items()) for node in nodes] == [[("x", row), ("y", row)] for row in carried]


@each_plane
def test_every_character_and_every_surrogate_is_read_by_a_javascript_engine(plane: int) -> None:
    every = characters(plane)
    array = ",".join(f'"{written}"' for written in js_strings(every))
    assert engine.value(f"[{array}]") == every
    assert engine.value(f"JSON.parse(String.raw`[{array}]`)") == every


@pytest.mark.parametrize(("one", "other"), [(texts, text), (js_strings, js_string)])
def test_a_value_is_written_the_same_whoever_stands_beside_it(one, other) -> None:
    values = [value for _, value in HOSTILE]
    assert one(values) == [other(value) for value in values]
    assert [one([value, "Jane"])[0] for value in values] == [other(value) for value in values]
    assert [one(["<", value])[1] for value in values] == [other(value) for value in values]


@pytest.mark.parametrize("function", [texts, js_strings])
@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        ["", ""],
        ["Jane", "Doe", "jane.doe@example.com"],
        # Each of them takes the short way as a whole only.
        ["a", ".", ",", ";", "-", "@", "/", "(", ")", "!", "?", "#", "|", "^", " ", "0"],
    ],
)
def test_plain_values_are_given_back_as_they_are(function, values: list[str]) -> None:
    assert function(values) is values


@pytest.mark.parametrize(
    ("values", "as_texts", "as_strings"),
    [
        # NUL is what stands between the values of one pass; models made past validation may hold it.
        (["\0"], [""], [""]),
        (["a\0b"], ["ab"], ["ab"]),
        (["a\0b", "c"], ["ab", "c"], ["ab", "c"]),
        (["a", "\0", "b"], ["a", "", "b"], ["a", "", "b"]),
        (["\0\0", ""], ["", ""], ["", ""]),
        (["<\0", "\0é"], ["&#60;", "&#233;"], ["\\u003c", "\\u00e9"]),
        (["&\0", "\\\0"], ["&#38;", "&#92;"], ["\\u0026", "\\u005c"]),
        # Its escape, spelled out by a value.
        (["\\u0000", "a"], ["&#92;u0000", "a"], ["\\u005cu0000", "a"]),
        (["\\\\u0000", "a"], ["&#92;&#92;u0000", "a"], ["\\u005c\\u005cu0000", "a"]),
        (["\\", "u0000"], ["&#92;", "u0000"], ["\\u005c", "u0000"]),
        (["\\", "\\"], ["&#92;", "&#92;"], ["\\u005c", "\\u005c"]),
        # What one replacement makes, another must leave alone.
        (["&#38;#60;"], ["&#38;#38;#60;"], ["\\u0026#38;#60;"]),
        (["\\n\n"], ["&#92;n&#10;"], ["\\u005cn\\u000a"]),
        (['\\"', '"'], ["&#92;&#34;", "&#34;"], ["\\u005c\\u0022", "\\u0022"]),
        (["\b\f\r\t\v\x7f"], ["&#8;&#12;&#13;&#9;&#11;&#127;"], ["\\u0008\\u000c\\u000d\\u0009\\u000b\\u007f"]),
        (["_:~"], ["&#95;&#58;&#126;"], ["_:~"]),
        (["😀\ud800"], ["&#128512;&#55296;"], ["\\ud83d\\ude00\\ud800"]),
    ],
)
def test_values_of_one_pass_stay_apart(values: list[str], as_texts: list[str], as_strings: list[str]) -> None:
    assert texts(values) == as_texts
    assert js_strings(values) == as_strings


@pytest.mark.parametrize("values", [["a\0b", "<"], ["<", "\0", "é"], ["Jane"]])
def test_the_values_themselves_are_left_alone(values: list[str]) -> None:
    before = list(values)
    texts(values)
    js_strings(values)
    assert values == before


@pytest.mark.parametrize("function", [text, js_string])
@pytest.mark.parametrize(
    "pattern",
    ["a", "<", "&", "\\", '"', "é", "漢", "😀", "\ud800", "\0", '<é"😀\\&\0', "".join(map(chr, range(128)))],
    ids=ascii,
)
def test_the_time_is_linear_in_the_length(function, pattern: str) -> None:
    def time(length: int) -> float:
        value = pattern * (length // len(pattern))
        fastest = float("inf")
        for _ in range(5):
            begin = process_time()  # of this process alone, whatever else the machine does
            function(value)
            fastest = min(fastest, process_time() - begin)
        return fastest

    # What is quadratic takes a hundred times as long; ten is linear, and the rest is left to caches and neighbours.
    assert time(200_000) / max(time(20_000), 1e-5) < 40
