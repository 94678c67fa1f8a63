"""`check` has nothing to say of the shop's pages, as a visitor gets them; and says so when they are broken."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser
from shop_walk.serving import made

from nosto_tagging import check, check_site

MOST = 20


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, dict[str, str]]]:
    """Text and headers of each page that the first leads to, by path."""
    client = made(tmp_path_factory.mktemp("shop")).test_client()
    found: dict[str, tuple[str, dict[str, str]]] = {}
    waiting = ["/"]
    while waiting and len(found) < MOST:
        path = waiting.pop(0)
        answer = client.get(path)
        if path in found or "html" not in (answer.content_type or ""):
            continue
        found[path] = (answer.text, dict(answer.headers))
        links = [node.attributes.get("href") or "" for node in LexborHTMLParser(answer.text).css("a[href]")]
        waiting += [link for link in links if link.startswith("/") and "#" not in link]
    return found


def test_nothing_is_wrong_with_the_pages_of_the_shop(pages: dict[str, tuple[str, dict[str, str]]]) -> None:
    assert len(pages) == MOST
    assert {path: check(text, headers=headers) for path, (text, headers) in pages.items()} == {
        path: [] for path in pages
    }
    assert check_site((path, text) for path, (text, _) in pages.items()) == []


def test_something_is_when_a_page_is_kept_with_its_nonce(pages: dict[str, tuple[str, dict[str, str]]]) -> None:
    text, _ = pages["/"]
    _, headers = pages["/cart"]
    assert {found.code for found in check(text, headers=headers)} == {"script-nonce"}
