"""html5lib's public cases for tokenizers and tree builders, as an old parse5 ships them: each is a page, and no trap."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from browser.engines import absent

from nosto_tagging import PageTagging, check, read
from nosto_tagging.models.text import as_carried
from nosto_tagging.reading.findings import Finding, rules

DATA = Path(__file__).parents[2] / "build" / "npm" / "node_modules" / "html5lib-cases" / "test" / "data"
TOKENIZER = (
    "contentModelFlags",
    "domjs",
    "entities",
    "escapeFlag",
    "namedEntities",
    "numericEntities",
    "pendingSpecChanges",
    "test1",
    "test2",
    "test3",
    "test4",
    "unicodeChars",
    "unicodeCharsProblematic",
)
PLACES = (
    "{}",
    '<div class="nosto_product"><b class="price">{}',
    '<div class="nosto_element" id="{}"><b class="nosto_tag">',
    "<div class=nosto_page_type {}>",
    "<script>nostojs(api => api.customer({{email: '{}'}}))</script>",
    "<table><!-- nosto-tagging: ignore {} --><tr class=nosto_category>{}",
)
_half = re.compile(r"\\u([0-9A-Fa-f]{4})")


def unescaped(text: str) -> str:
    """What cases are escaped twice for: halves of pairs among them, of which pairs are made."""
    text = _half.sub(lambda found: chr(int(found[1], 16)), text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


@cache
def cases(name: str) -> list[dict[str, Any]]:
    file = DATA / "tokenizer" / f"{name}.test"
    if not file.is_file():
        absent("html5lib's cases are absent: make build/npm/made")
    found: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["tests"]
    assert found
    return found


def inputs(name: str) -> Iterator[str]:
    for case in cases(name):
        yield unescaped(case["input"]) if case.get("doubleEscaped") else case["input"]


def is_read_and_checked(page: str | bytes) -> None:
    assert isinstance(read(page), PageTagging)
    for found in check(page, leave_out_email=True):
        assert isinstance(found, Finding)
        assert rules[found.code].severity == found.severity
        assert (found.line is None) == (found.column is None)
        for part in (found.message, found.found or "", found.expected or ""):
            part.encode()


@pytest.mark.parametrize("name", TOKENIZER)
def test_each_case_is_a_page_wherever_it_stands(name: str) -> None:
    for given in inputs(name):
        for place in PLACES:
            page = place.format(given, given)
            is_read_and_checked(page)
            is_read_and_checked(page.encode("utf-8", "surrogatepass"))


def test_what_the_cases_say_of_a_text_is_read() -> None:
    wrong: list[tuple[str, object, object]] = []
    compared = 0
    for name in TOKENIZER:
        for case, given in zip(cases(name), inputs(name), strict=True):
            tokens = [each for each in case["output"] if each != "ParseError"]
            if case.get("initialStates") or any(kind != "Character" for kind, *_ in tokens):
                continue
            text = "".join([each for _, each in tokens])
            text = as_carried(unescaped(text) if case.get("doubleEscaped") else text)
            tags = read(f'<b class="nosto_tag">{given}').tags
            compared += 1
            if tags != ((text,) if text else ()):
                wrong.append((given, tags, text))
    assert wrong == []
    assert compared > 5_000


def test_each_tree_is_a_page() -> None:
    files = sorted((DATA / "tree-construction").glob("*.dat"))
    if not files:
        absent("html5lib's cases are absent: make build/npm/made")
    for file in files:
        for case in re.split(r"(?:^|\n)#data\n", file.read_bytes().decode())[1:]:
            given = case.partition("\n#errors")[0]
            for place in PLACES:
                is_read_and_checked(place.format(given, given))
