"""The site has every page, each whole by itself, and the search knows them all."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from docs_site import links
from selectolax.lexbor import LexborHTMLParser
from support.docs_site import ROOT

SOURCES = sorted(str(path.relative_to(ROOT / "docs").with_suffix("")) for path in (ROOT / "docs").rglob("*.md"))


@pytest.fixture(scope="session")
def index(site: Path) -> dict[str, Any]:
    """What the site's search looks things up in."""
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    return found


def test_every_source_has_its_page_and_no_page_is_without(site: Path) -> None:
    assert links.pages(site) == sorted([*(f"{source}.html" for source in SOURCES), "search.html"])


@pytest.mark.parametrize("source", SOURCES)
def test_the_page_has_one_heading_its_title_and_is_for_narrow_screens_too(site: Path, source: str) -> None:
    page = LexborHTMLParser((site / f"{source}.html").read_bytes())
    (heading,) = page.css("h1")
    (title,) = page.css("head > title")
    (html,) = page.css("html[lang=en]")
    shown = heading.text().removesuffix("¶")
    assert title.text() == ("nosto_tagging" if source == "index" else f"{shown} - nosto_tagging")
    assert page.css('meta[name=viewport][content*="width=device-width"]')
    assert page.css("article"), html


def test_the_search_knows_every_page_and_finds_names_and_words(index: dict[str, Any]) -> None:
    assert sorted(index["docnames"]) == SOURCES
    word = index["terms"]["crawler"]
    found = {index["docnames"][each] for each in ([word] if isinstance(word, int) else word)}
    assert "tagging" in found
    names = {f"{home}.{entry[4]}" for home, entries in index["objects"].items() for entry in entries}
    assert {"nosto_tagging.Customer", "nosto_tagging.errors.InvalidTagging", ".account_id", ".nosto_cart"} <= names


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("[nowhere](nowhere.md)", "nowhere.md"),
        ("[no such heading](index.md#no-such-heading)", "no-such-heading"),
        ("```{every-sting}\n```", "every-sting"),
        ("```pithon\nprint(1)\n```", "pithon"),
    ],
)
def test_the_build_fails_for_what_leads_nowhere(tmp_path: Path, page: str, said: str) -> None:
    shutil.copy(ROOT / "docs" / "conf.py", tmp_path)
    shutil.copy(ROOT / "docs" / "from_code.py", tmp_path)
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "site.css").write_text("")
    (tmp_path / "index.md").write_text(f"# A page\n\n{page}\n")
    arguments = ["-m", "sphinx", "-W", "-q", str(tmp_path), str(tmp_path / "out")]
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert said in done.stderr
