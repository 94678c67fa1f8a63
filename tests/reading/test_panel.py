"""The panel: where in a page it stands, that the page reads the same, and by which nonce its style is let through."""

from __future__ import annotations

import pytest
from support.hostile import EVERY

from nosto_tagging import Customer, PageTagging, block, read
from nosto_tagging.reading.panel import panel_in

TAGGING = block(PageTagging(page_type="front", tags=["new"])) + block(Customer(email="jane.doe@example.com"))
PAGE = f"<!doctype html><html><head><title>Shop</title></head><body>{TAGGING}</body></html>".encode()
MARK = b"<nosto-tagging-panel>"


@pytest.mark.parametrize(
    "html",
    [
        PAGE,
        b"<p>",
        b"",
        b"<!doctype html><body><div class=nosto_customer><span class=email>jane.doe@example.com",
        b"<body><table><tr><td class=nosto_tag>new",
        b"<body></body><!-- </body> -->",
        b"<body><script>var x = '</body>'</script>",
        b"<body><script>var x = '</body>'",
        b"<body><!-- </body>",
        b"<body><iframe srcdoc='</body>'></iframe>",
        b"<body><svg><text></body>",
        b"<body><textarea></body>",
        b"<body><template></body>",
        b"<body><select></body>",
        b"<frameset><frame>",
        b"<body><plaintext>",
        "<p class=nosto_tag>new".encode("utf-16"),
        "<meta charset=latin1><body><p class=nosto_tag>né</p></body>".encode("latin-1"),
    ],
)
def test_a_page_reads_the_same_with_its_panel_and_has_one_at_most(html: bytes) -> None:
    reads_the_same(html)


def test_a_page_is_read_by_the_charset_of_its_header() -> None:
    html = "<body><p class=nosto_tag>Caf\xe9</p></body>".encode("latin-1")
    assert "Caf&#233;</" in panel_in(html, headers={"content-type": "text/html; charset=latin1"}).decode("latin-1")


def test_a_page_of_any_value_reads_the_same() -> None:
    for _, _, value in EVERY:
        reads_the_same(f"<body><p class=nosto_tag>{value}</p></body>".encode("utf-8", "replace"))


def reads_the_same(html: bytes) -> None:
    made = panel_in(html)
    assert read(made) == read(html)
    assert panel_in(made) == made
    assert (
        made == html or made.replace(made[made.index(MARK) : made.rindex(b"</nosto-tagging-panel>") + 22], b"") == html
    )


@pytest.mark.parametrize(
    ("html", "before"),
    [
        (b"<body><p>Hello</body></html>", b"<body><p>Hello"),
        (b"<body><p>Hello</BODY>", b"<body><p>Hello"),
        (b"<body><p>Hello", b"<body><p>Hello"),
        (b"<body></body><!-- </body> -->", b"<body></body><!-- </body> -->"),
    ],
)
def test_it_stands_before_the_end_of_the_body(html: bytes, before: bytes) -> None:
    assert panel_in(html).startswith(before + MARK)


@pytest.mark.parametrize(
    ("policy", "style"),
    [
        (None, b"<style>"),
        ("style-src 'self' 'nonce-cjRuZDBt'", b'<style nonce="cjRuZDBt">'),
        ("default-src 'nonce-cjRuZDBt'; style-src 'self'", b"<style>"),
        ("default-src 'nonce-cjRuZDBt'", b'<style nonce="cjRuZDBt">'),
        ("script-src 'nonce-cjRuZDBt'", b"<style>"),
        ("script-src 'self', style-src-elem 'nonce-cjRuZDBt'", b'<style nonce="cjRuZDBt">'),
    ],
)
def test_its_style_has_the_nonce_of_styles(policy: str | None, style: bytes) -> None:
    headers = {} if policy is None else {"Content-Security-Policy": policy}
    made = panel_in(b"<body></body>", headers=headers)
    assert made.startswith(b'<body><nosto-tagging-panel><template shadowrootmode="open">' + style)
    assert made.isascii()
