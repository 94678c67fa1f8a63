"""The documentation's site in a browser: on a phone's width, without a word to anybody else, and its search finds things."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import pytest
from browser.engines import chromium
from support.docs_site import ROOT, built

PAGES = sorted(
    [
        *(str(path.relative_to(ROOT / "docs").with_suffix(".html")) for path in (ROOT / "docs").rglob("*.md")),
        "search.html",
    ]
)
SITE = "https://docs.example.com"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}

# What sticks out of the page to the right. Code and tables scroll inside themselves; the drawers wait beside the page.
# The theme has the whole text of a page scroll as well, which hides from the page's own width what is too wide.
STICKS_OUT = """() => [...document.querySelectorAll("body *")].filter((element) =>
    element.getBoundingClientRect().width > 0
    && element.getBoundingClientRect().right > innerWidth + 1
    && !element.closest(".toc-drawer, .sidebar-drawer")
    && ![...document.querySelectorAll("pre, .table-wrapper")].some((scrolls) =>
        scrolls !== element && scrolls.contains(element) && scrolls.getBoundingClientRect().right <= innerWidth + 1)
).map((element) => element.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with ExitStack() as stack:
        yield chromium(stack)


@pytest.fixture
def opened(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page of the site, `request.param` the window's size and the colours; what goes wrong in it is in `troubles`."""
    size, colours = request.param
    folder = built()
    troubles: list[str] = []

    def answer(route: Any) -> None:
        address = urlsplit(route.request.url)
        file = folder / address.path.lstrip("/")
        if f"{address.scheme}://{address.netloc}" == SITE and file.is_file():
            route.fulfill(status=200, content_type=mimetypes.guess_type(file.name)[0], body=file.read_bytes())
        else:
            troubles.append(f"asked for {route.request.url}")
            route.abort()

    context = browser.new_context(viewport=size, color_scheme=colours, base_url=SITE)
    context.route("**/*", answer)
    page = context.new_page()
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.troubles = troubles
    yield page
    context.close()


PHONES = pytest.mark.parametrize("opened", [(PHONE, "light")], indirect=True, ids=["phone"])


@PHONES
def test_every_page_fits_on_a_phone_and_asks_nobody_else(opened: Any) -> None:
    wrong: dict[str, Any] = {}
    for page in PAGES:
        opened.goto(f"/{page}", wait_until="load")
        width = opened.evaluate("document.documentElement.scrollWidth")
        found = [
            *opened.troubles,
            *opened.evaluate(STICKS_OUT),
            *([] if width <= PHONE["width"] else [f"{width} wide"]),
        ]
        if found:
            wrong[page] = found
        opened.troubles.clear()
    assert wrong == {}


@PHONES
def test_a_page_that_sticks_out_is_seen(opened: Any) -> None:
    opened.goto("/index.html", wait_until="load")
    assert opened.evaluate(STICKS_OUT) == []
    opened.evaluate(
        "document.querySelector('article').insertAdjacentHTML('beforeend', '<p style=\"width: 500px\">wide</p>')"
    )
    assert opened.evaluate(STICKS_OUT) == ['<p style="width: 500px">wide</p>']
    opened.evaluate("fetch('https://cdn.example.com/').catch(() => {})")
    assert "asked for https://cdn.example.com/" in opened.troubles


@PHONES
def test_wide_tables_scroll_inside_themselves(opened: Any) -> None:
    opened.goto("/tagging.html", wait_until="load")
    scrolled = opened.evaluate("""() => [...document.querySelectorAll(".table-wrapper")]
        .filter((wrapper) => wrapper.scrollWidth > wrapper.clientWidth)
        .map((wrapper) => { wrapper.scrollLeft = 50; return wrapper.scrollLeft; })""")
    assert scrolled
    assert set(scrolled) == {50}


@PHONES
def test_the_menu_opens_on_a_phone_and_leads_on(opened: Any) -> None:
    opened.goto("/index.html", wait_until="load")
    link = opened.locator(".sidebar-tree a", has_text="Security").first
    assert not link.is_visible() or opened.evaluate(
        "(at) => at.getBoundingClientRect().right <= 0", link.element_handle()
    )
    opened.locator("label[for=__navigation]:visible").first.click()
    link.click()
    opened.wait_for_url("**/security.html")
    assert opened.locator("h1").inner_text() == "Security"
    assert opened.troubles == []


@pytest.mark.parametrize(
    ("opened", "wanted", "address"),
    [
        ((DESK, "light"), "nosto_cart", "reference/templates.html#tag-nosto_cart"),
        ((DESK, "dark"), "leave_out_email", "reference/settings.html#setting-leave_out_email"),
        ((PHONE, "light"), "InvalidTagging", "reference/errors.html#nosto_tagging.errors.InvalidTagging"),
        ((PHONE, "dark"), "crawler", "tagging.html"),
    ],
    indirect=["opened"],
    ids=["tag", "setting", "error", "word"],
)
def test_the_search_finds(opened: Any, wanted: str, address: str) -> None:
    opened.goto(f"/search.html?q={wanted}", wait_until="load")
    opened.locator("#search-results li a").first.wait_for()
    opened.locator("#search-results p.search-summary", has_text="found").wait_for()
    found = opened.evaluate("[...document.querySelectorAll('#search-results li a')].map((link) => link.href)")
    assert any(f"/{address}" in link for link in found), found
    assert opened.troubles == []


@pytest.mark.parametrize("opened", [(DESK, "dark"), (DESK, "light")], indirect=True, ids=["dark", "light"])
def test_the_colours_are_those_that_the_reader_asks_for(opened: Any) -> None:
    opened.goto("/index.html", wait_until="load")
    paper, ink = opened.evaluate("""() => ["backgroundColor", "color"].map((each) => {
        const [red, green, blue] = getComputedStyle(document.body)[each].match(/[0-9.]+/g).map(Number);
        return (red + green + blue) / 765;
    })""")
    assert abs(paper - ink) > 0.7
    assert (paper < ink) == opened.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert PurePosixPath(urlsplit(opened.url).path).name == "index.html"
