"""Lines and columns of findings: they point at the element in the source, or at nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.processor import seconds

from nosto_tagging.reading import positions
from nosto_tagging.reading.check import check
from nosto_tagging.reading.positions import Places
from nosto_tagging.reading.seen import looked

BAD = '<div class="nosto_page_type" hidden translate="no">home</div>'


def places(page: str | bytes) -> list[tuple[int | None, int | None]]:
    return [(found.line, found.column) for found in check(page, ignore=["value-repeated", "stub-missing"])]


def test_lines_end_as_they_do_in_any_system() -> None:
    assert places(f"a\nb\n  {BAD}") == [(3, 3)]
    assert places(f"a\r\nb\r\n  {BAD}") == [(3, 3)]
    assert places(f"a\rb\r  {BAD}") == [(3, 3)]


def test_columns_count_characters_and_not_bytes() -> None:
    assert places(f"Ääkköset 😀 {BAD}") == [(1, 12)]
    assert places(f"Ääkköset {BAD}".encode()) == [(1, 10)]
    assert places(f'<meta charset="iso-8859-1">Ääkköset {BAD}'.encode("latin-1")) == [(1, 37)]


def test_the_places_in_a_script_go_on_from_each_other() -> None:
    calls = [f'/*😀*/ nostojs(api => api.setTaggingProvider("pageType", "{each}"));' for each in "abcd"]
    ends = ("\r\n", "\n", "\r")
    for first, between in ((first, between) for first in ends for between in (*ends, "", "\r\n\r\n")):
        page = f"ä{first}<script>{first}{between.join(calls)}</script>ö{BAD}"
        plain = page.replace("\r\n", "\n").replace("\r", "\n")
        found = [found.start() for found in re.finditer('"[a-d]"|<div', plain)]
        lines = [plain.count("\n", 0, at) + 1 for at in found]
        assert places(page) == [(line, at - plain.rfind("\n", 0, at)) for line, at in zip(lines, found, strict=True)], (
            first,
            between,
        )


def test_many_places_in_a_script_take_hardly_more_time_than_one() -> None:
    call = 'nostojs(api => api.setTaggingProvider("pageType", "home"));'
    for before in ("\r\n" * 100_000, f"/*{'ä' * 300_000}*/"):
        one, many = [f"<script>{before}{call * number}</script>" for number in (1, 50)]
        assert seconds(lambda many=many: check(many)) < 10 * max(seconds(lambda one=one: check(one)), 0.01)


def test_what_only_looks_like_a_tag_is_not_counted() -> None:
    lookalikes = (
        f"<!-- {BAD} -->",
        f"<script>const a = '{BAD}'</script>",
        f"<style>{BAD}</style>",
        f"<textarea>{BAD}</textarea>",
        f"<title>{BAD}</title>",
        f"<p title='{BAD}'>a</p>",
        f"<p title={BAD.split(maxsplit=1)[0]}>a</p>",
        '<divider class="x">',
        "<DIV CLASS=x></DIV>",
    )
    for each in lookalikes:
        assert places(f"{each}\n{BAD}") == [(2, 1)], each


def test_an_element_that_the_parser_moves_is_still_found() -> None:
    # Out of the table, before which it stands in the tree.
    assert places(f"<table>\n<tr>\n{BAD}</table>\n{BAD}") == [(3, 1), (4, 1)]


def test_an_element_with_no_tag_in_the_source_has_no_place() -> None:
    seen = looked("<p>a")
    assert seen.tree.body is not None
    assert Places(seen.source, seen.tree, [seen.tree.body]).place(seen.tree.body) is None


def test_places_may_be_asked_for_in_any_order() -> None:
    seen = looked("<h6>a\n<h6>b\n\n<h6>")
    nodes = seen.tree.css("h6")
    held = Places(seen.source, seen.tree, nodes)
    assert [held.place(node) for node in nodes[::-1]] == [(4, 1), (2, 1), (1, 1)]


def test_of_elements_that_the_parser_repeats_too_many_have_no_place() -> None:
    tag = '<b class="nosto_page_type" hidden translate="no">home</b>'
    assert places(f"\n{tag}" + "<b></b>" * 999) == [(2, 1)]
    assert places(f"\n{tag}" + "<b></b>" * 1_000) == [(None, None)]


def test_names_that_no_selector_takes_have_no_place() -> None:
    assert places('<a:b class="nosto_page_type" hidden translate="no">home</a:b>') == [(None, None)]


def test_calls_are_found_in_their_script() -> None:
    script = "<script data-note='a > b' async>\r\n// ä\r\nnostojs(api => api.setTaggingProvider('pageType', 'home'))</script>"
    assert places(f"<p>\r\n{script}") == [(4, 51)]
    assert places(f"<p>\n{script}".replace("\r", "")) == [(4, 51)]


# Blank where the tokenizer is as well: what an element is called ends there, and its attributes begin.
PIECES = st.sampled_from(
    (
        "<div",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<title>",
        "</title>",
        '"',
        "'",
        "<",
        ">",
        "=",
        " ",
        "/",
        "\n",
        "<table>",
        "</table>",
        "<b>",
        "</b>",
        "<svg>",
        "<![CDATA[",
        "<template>",
        "<plaintext>",
        "<select>",
        "é",
    )
)


@given(st.lists(PIECES, max_size=12).map("".join), st.lists(PIECES, max_size=12).map("".join))
def test_a_place_is_always_that_of_its_start_tag(before: str, after: str) -> None:
    page = f"{before}<h6 class='nosto_page_type'>home</h6>{after}"
    lines = page.split("\n")
    for found in check(page):
        if found.code == "page-type-unknown" and found.line is not None and found.column is not None:
            rest = "\n".join([lines[found.line - 1][found.column - 1 :], *lines[found.line :]])
            # What was left open before it may have taken its attribute, and the line between them is part of the tag.
            assert rest.startswith("<h6 class='nosto_page_type'>") or re.match("<[a-z][^>]*<h6 class='nosto", rest)


@given(st.lists(st.one_of(PIECES, st.just("<h6 class=nosto_cart>")), max_size=20).map("".join))
def test_counting_tags_and_asking_the_parser_give_the_same(page: str) -> None:
    seen = looked(page)
    nodes = seen.tree.css("h6")
    with pytest.MonkeyPatch.context() as patch:
        counted = [Places(seen.source, seen.tree, nodes).place(node) for node in nodes]
        patch.setattr(positions, "_MADE", frozenset({"h6"}))
        asked = [Places(seen.source, seen.tree, nodes).place(node) for node in nodes]
    assert counted == asked
