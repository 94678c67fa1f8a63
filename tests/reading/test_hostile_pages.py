"""Any text and any bytes are read: none raises, none takes for ever, and each character arrives that can."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nosto_tagging import PageTagging, block, read, snippet
from nosto_tagging.models.text import as_carried
from nosto_tagging.reading.check import check
from nosto_tagging.reading.decoding import as_sent
from nosto_tagging.reading.names import KINDS, PARTS
from nosto_tagging.reading.seen import looked
from nosto_tagging.testing import tagging_of

WORDS = [*KINDS, *{each for parts in PARTS.values() for each in parts}, "tags1", "tag", "items", "nosto_basic", "x"]
VALUES = st.sampled_from(
    ["jane.doe@example.com", "1", "-1", "1,5", "/A", "a:b", "EUR", "InStock", "true", "", "\0", "🛶"]
)
ELEMENT = st.builds('<b class="{}">{}'.format, st.lists(st.sampled_from(WORDS), max_size=2).map(" ".join), VALUES)
PIECE = st.one_of(
    ELEMENT, ELEMENT, st.sampled_from(["</b>", "</b></b>", "<script>", "</script>", "<!--", "<template>"])
)
SOURCE = st.lists(
    st.sampled_from(
        [
            "nostojs(",
            "api",
            "=>",
            "api.customer(",
            "api.setTaggingProvider(",
            '"cart"',
            ",",
            "{",
            "}",
            "[",
            "]",
            ")",
            ":",
            "email",
            '"jane.doe@example.com"',
            "-",
            "1",
            "new Date(",
            "`",
            "${",
            "\\",
            "...",
            ".",
            "items",
            "\u2028",
            ";",
        ]
    ),
    max_size=40,
).map("".join)
hostile = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(st.lists(PIECE, max_size=30).map("".join))
@hostile
def test_any_elements_in_each_other_are_read(html: str) -> None:
    page = read(html)
    assert page == PageTagging(**page.model_dump())


@given(SOURCE)
@hostile
def test_any_script_is_read(source: str) -> None:
    page = read(f"<script>nostojs(api => api.customer({{email: 'jane.doe@example.com'}})); {source}</script>")
    assert page == PageTagging(**page.model_dump())


@given(
    st.one_of(st.binary(max_size=200), st.text(max_size=200)),
    st.sampled_from([b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"]),
)
@hostile
def test_any_bytes_and_any_text_are_read(html: bytes | str, mark: bytes) -> None:
    if isinstance(html, str):
        tagged = f'{html}<b class="nosto_tag">{html}'
    else:
        tagged = mark + html + b'<b class="nosto_tag">' + html
    assert all(isinstance(each, str) for each in read(tagged).tags)


DEEP: list[Callable[[int], str]] = [
    lambda n: '<b class="nosto_cart"><b class="line_item"><b class="name">' * n,
    lambda n: '<b class="nosto_product"><b class="custom_fields"><b class="x">' * n,
    lambda n: '<b class="nosto_tag">x' * n,
    lambda n: f"<script>nostojs(api => api.customer({'[' * n}{']' * n}))</script>",
    lambda n: f"<script>nostojs(api => api.customer({'{a:' * n}1{'}' * n}))</script>",
    lambda n: f"<script>nostojs(api => api.customer({'(' * n}1{')' * n}))</script>",
    lambda n: f"<script>nostojs(api => api{'.a({})' * n})</script>",
    lambda n: f"<script>{'nostojs(api => { api.load();' * n}{'})' * n}</script>",
    lambda n: f"<script>nostojs(api => {'api.a(' * n}{')' * n})</script>",
    lambda n: f"<script>nostojs {'}{)( `' * n}</script>",
    lambda n: "<select><button><selectedcontent></selectedcontent></button>" + "<option>x" * n,
]


@pytest.mark.parametrize("page", DEEP)
def test_whatever_is_nested_in_what_is_read(page: Callable[[int], str]) -> None:
    assert isinstance(read(page(10_000)), PageTagging)


CHARACTERS = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
# Those that no page carries are dropped from between the others.
CARRIED = [each for each in as_carried("a".join(["", *CHARACTERS, ""])).split("a") if each]


def test_every_character_that_validation_lets_in_is_read_back() -> None:
    # Each between two others, a thousand characters a text, the most that one has.
    texts = ["a".join(["", *CARRIED[first : first + 499], ""]) for first in range(0, len(CARRIED), 499)]
    page = PageTagging(tags=texts)
    assert (list(page.tags) == texts) is True
    # (To show how two such pages differ would take for ever.)
    assert (read(block(page)) == page) is True
    some = PageTagging(tags=[*texts[:40], *texts[40::50]])
    assert (read(snippet(some)) == some) is True


def test_every_character_is_read_back_in_the_name_of_a_custom_field() -> None:
    names = ["n".join(["", *CARRIED[first : first + 499], ""]) for first in range(0, len(CARRIED), 499)]
    product = {"product_id": "1", "basic": True, "custom_fields": dict.fromkeys(names, "x")}
    page = PageTagging(products=[product])
    assert len(page.products[0].custom_fields) == len(names)
    assert (read(block(page)) == page) is True


def test_what_no_page_carries_is_read_as_validation_leaves_it() -> None:
    carried = {*CARRIED}
    left_out = [each for each in CHARACTERS if each not in carried and each != "a"]
    source = "".join([f'<b class="nosto_tag">a{each}b</b>' for each in left_out])
    tags = read(source).tags
    assert len(tags) == len(left_out)
    assert {tag for tag in tags if not tag.startswith("a") or not tag.endswith("b")} == set()


@pytest.mark.parametrize(
    ("html", "tag"),
    [
        (b'<b class="nosto_tag">\xc3\xa4', "ä"),
        (b'<b class="nosto_tag">\xe4', "\ufffd"),
        (b'\xef\xbb\xbf<b class="nosto_tag">\xc3\xa4', "ä"),
        ('<b class="nosto_tag">ä'.encode("utf-16"), "ä"),
        (b"\xfe\xff" + '<b class="nosto_tag">ä'.encode("utf-16-be"), "ä"),
        (b"\xff\xfe" + '<b class="nosto_tag">ä'.encode("utf-16-le") + b"\x00", "ä\ufffd"),
        (b'<meta charset="windows-1251"><b class="nosto_tag">\xe4', "д"),
        (b"<META http-equiv=content-type content='text/html; charset = ISO-8859-1'><b class=nosto_tag>\x80", "€"),
        (b"<meta charset=shift_jis><b class=nosto_tag>\x83J", "カ"),
        (b"<meta name=a><meta charset=koi8-r /><b class=nosto_tag>\xc4", "д"),
        # None of the web's, or none at all: UTF-8.
        (b"<meta charset=utf-7><b class=nosto_tag>+AOQ-", "+AOQ-"),
        (b"<meta charset=unicode_escape><b class=nosto_tag>\\u00e4", "\\u00e4"),
        (b"<meta charset=utf-16><b class=nosto_tag>\xc3\xa4", "ä"),
        (b"<meta charset=none\x80><b class=nosto_tag>\xc3\xa4", "ä"),
        (b"<meta charset><b class=nosto_tag>\xc3\xa4", "ä"),
        (b"<meta name=charset content=koi8-r><b class=nosto_tag>\xc3\xa4", "ä"),
        (b" " * 1024 + b"<meta charset=koi8-r><b class=nosto_tag>\xc3\xa4", "ä"),
        ('<meta charset=koi8-r><b class="nosto_tag">ä', "ä"),
        ('<b class="nosto_tag">\ud83d\ude00\ud800', "😀\ufffd"),
    ],
)
def test_bytes_are_decoded_as_the_page_says(html: bytes | str, tag: str) -> None:
    assert read(html).tags == (tag,)
    assert looked(html).source.decode().endswith(tag)


@pytest.mark.parametrize(
    ("html", "told", "tag"),
    [
        (b"<b class=nosto_tag>\xe4", "text/html; charset=ISO-8859-1", "ä"),
        (b"<b class=nosto_tag>\xe4", "text/html;Charset='windows-1251'; a=b", "д"),
        (b"<b class=nosto_tag>\xc3\xa4", 'text/html; charset="utf-8"', "ä"),
        (b"<b class=nosto_tag>\xe4", "text/html; charset=utf-8", "\ufffd"),
        ("<b class=nosto_tag>ä".encode("utf-16-be"), "text/html; charset=utf-16be", "ä"),
        # Before what the page says, and after a byte order mark.
        (b"<meta charset=koi8-r><b class=nosto_tag>\xc3\xa4", "text/html; charset=utf-8", "ä"),
        (b"\xef\xbb\xbf<b class=nosto_tag>\xc3\xa4", "text/html; charset=koi8-r", "ä"),
        # None that browsers know, or none at all: as the page says.
        (b"<meta charset=koi8-r><b class=nosto_tag>\xc4", "text/html; charset=utf-7", "д"),
        (b"<meta charset=koi8-r><b class=nosto_tag>\xc4", "text/html; charset=\x80", "д"),
        (b"<meta charset=koi8-r><b class=nosto_tag>\xc4", "text/html; charset=", "д"),
        (b"<meta charset=koi8-r><b class=nosto_tag>\xc4", "text/html", "д"),
        ("<b class=nosto_tag>ä", "text/html; charset=koi8-r", "ä"),
    ],
)
def test_bytes_are_decoded_as_the_header_says(html: bytes | str, told: str, tag: str) -> None:
    for name in ("Content-Type", "content-type"):
        assert read(as_sent(html, {"Date": "today", name: told})).tags == (tag,)
    assert tagging_of(SimpleNamespace(data=html, headers={"Content-Type": told})).tags == (tag,)


def test_check_reads_bytes_by_their_header() -> None:
    page = "<div class=nosto_tag hidden translate=no>caf\xe9\xad</div>".encode("latin-1")
    assert check(page) == []
    (found,) = check(page, headers={"Content-Type": "text/html; charset=latin1"})
    assert (found.code, found.line, found.column) == ("invisible-character", 1, 1)


def test_a_script_past_any_length_is_not_read() -> None:
    call = "nostojs(api => api.load());"
    assert len(looked(f"<script>{call}{' ' * 400_000}</script>").calls) == 1
    assert looked(f"<script>{call}{' ' * 500_000}</script>").calls == ()


def test_a_script_of_nothing_but_openings_does_not_end_the_process() -> None:
    call = "nostojs(api => api.load());"
    assert len(looked(f"<script>{call}{'{a:1};' * 19_000}</script>").calls) == 1
    assert looked(f"<script>{call}{'{a:1};' * 20_000}</script>").calls == ()
    assert looked(f"<script>{call}{'{a:' * 150_000}</script>").calls == ()
