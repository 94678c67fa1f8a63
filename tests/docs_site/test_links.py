"""Every link of the site leads somewhere, and no page needs anything from elsewhere; and the checker sees what does not."""

from pathlib import Path

import pytest
from docs_site import links

GOOD = """<!DOCTYPE html><html><head><link rel="stylesheet" href="_static/site.css?v=1"></head><body>
<h1 id="top">Here</h1><a href="#top">up</a> <a href="more/page.html#there">there</a> <img src="data:image/png;base64,">
<a href="https://www.example.com/a?b=c#d">elsewhere</a></body></html>"""
THERE = '<!DOCTYPE html><html><body><p id="there">There</p><a href="../index.html">back</a></body></html>'


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A site of two pages in which nothing is wrong."""
    (tmp_path / "more").mkdir()
    (tmp_path / "_static").mkdir()
    (tmp_path / "index.html").write_text(GOOD)
    (tmp_path / "more" / "page.html").write_text(THERE)
    (tmp_path / "_static" / "site.css").write_text("a { background: url('data:image/png;base64,') }")
    return tmp_path


def test_every_link_leads_somewhere_and_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    assert links.problems(site) == []


def test_every_page_is_reached_from_the_first(site: Path) -> None:
    # The search is a form's target, and no link's.
    assert links.reached(site) == set(links.pages(site)) - {"search.html"}
    assert ("form", "action", "search.html") in links.links(site, "index.html")


def test_the_checker_finds_nothing_wrong_with_a_small_site(small: Path) -> None:
    assert links.pages(small) == ["index.html", "more/page.html"]
    assert links.problems(small) == []
    assert links.reached(small) == {"index.html", "more/page.html"}


@pytest.mark.parametrize(
    ("good", "bad", "problem"),
    [
        ('href="#top"', 'href="#topp"', "index.html: #topp leads to no anchor"),
        ("page.html#there", "page.html#her", "index.html: more/page.html#her leads to no anchor"),
        ("more/page.html", "more/pages.html", "index.html: more/pages.html#there leads nowhere"),
        ("more/page.html", "../page.html", "index.html: ../page.html#there leads nowhere"),
        ("more/page.html", "/more/page.html", "index.html: /more/page.html#there leads nowhere"),
        ("site.css", "sites.css", "index.html: _static/sites.css?v=1 leads nowhere"),
        (
            "_static/site.css?v=1",
            "https://cdn.example.com/a.css",
            "index.html: <link href> loads https://cdn.example.com/a.css",
        ),
        ("_static/site.css?v=1", "//cdn.example.com/a.css", "index.html: <link href> loads //cdn.example.com/a.css"),
        (
            "data:image/png;base64,",
            "https://cdn.example.com/a.png",
            "index.html: <img src> loads https://cdn.example.com/a.png",
        ),
        (
            "https://www.",
            "http://www.",
            "index.html: http://www.example.com/a?b=c#d is not the form of a link that leads out",
        ),
        (
            "www.example.com",
            "localhost:8000",
            "index.html: https://localhost:8000/a?b=c#d is not the form of a link that leads out",
        ),
        (
            "example.com/a",
            "example.com/ a",
            "index.html: https://www.example.com/ a?b=c#d is not the form of a link that leads out",
        ),
        ('id="top"', 'id="top"><p id="top"', "index.html: two anchors 'top'"),
    ],
)
def test_the_checker_sees_what_is_wrong_with_a_page(small: Path, good: str, bad: str, problem: str) -> None:
    (small / "index.html").write_text(GOOD.replace(good, bad, 1))
    assert links.problems(small) == [problem]


@pytest.mark.parametrize(
    ("sheet", "problem"),
    [
        ("@import 'https://cdn.example.com/a.css';", "loads https://cdn.example.com/a.css"),
        ("a { background: url(https://cdn.example.com/a.png) }", "loads https://cdn.example.com/a.png"),
        ('@font-face { src: url("font.woff2") }', "font.woff2 leads nowhere"),
    ],
)
def test_the_checker_sees_what_is_wrong_with_a_style_sheet(small: Path, sheet: str, problem: str) -> None:
    (small / "_static" / "site.css").write_text(sheet)
    assert links.problems(small) == [f"_static/site.css: {problem}"]


def test_the_checker_sees_a_page_that_nothing_leads_to(small: Path) -> None:
    (small / "index.html").write_text(GOOD.replace("more/page.html#there", "#top"))
    assert links.reached(small) == {"index.html"}
