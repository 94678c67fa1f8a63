"""What is wrong with a site's links: within it, and with those that lead out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

__all__ = ["ids", "links", "pages", "problems", "reached"]

# What a browser follows on its own when it opens a page, and what it follows when somebody asks it to.
_LOADED = {"src", "srcset", "poster", "data"}
_LINKED = {"href", "action", "formaction"}
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}").fullmatch


def pages(site: Path) -> list[str]:
    """The site's pages, by their paths in it."""
    return sorted(str(page.relative_to(site)) for page in site.rglob("*.html"))


def links(site: Path, page: str) -> list[tuple[str, str, str]]:
    """Every address in a page: the element and the attribute that it stands in, and the address."""
    found = [
        (element.tag or "", name, value or "")
        for element in _parsed(site / page).css("*")
        for name, value in element.attributes.items()
        if name in _LOADED | _LINKED
    ]
    return [(tag, name, value.strip()) for tag, name, value in found]


def ids(site: Path, page: str) -> list[str]:
    """Every anchor of a page, in order."""
    return [element.attributes["id"] or "" for element in _parsed(site / page).css("[id]")]


def reached(site: Path, start: str = "index.html") -> set[str]:
    """The pages to which links lead from `start`."""
    found, ahead = {start}, [start]
    while ahead:
        here = ahead.pop()
        for tag, name, address in links(site, here):
            inside = _inside(here, address) if (tag, name) == ("a", "href") and not urlsplit(address).scheme else None
            if inside and inside.endswith(".html") and (site / inside).is_file() and inside not in found:
                found.add(inside)
                ahead.append(inside)
    return found


def problems(site: Path) -> list[str]:
    """Links that lead nowhere, and what a page would load from elsewhere."""
    return [
        *[f"{page}: {problem}" for page in pages(site) for problem in _problems(site, page)],
        *[
            f"{sheet.relative_to(site)}: {problem}"
            for sheet in sorted(site.rglob("*.css"))
            for problem in _styles(sheet)
        ],
    ]


def _problems(site: Path, page: str) -> Iterator[str]:
    known = ids(site, page)
    yield from (f"two anchors {anchor!r}" for anchor in sorted({each for each in known if known.count(each) > 1}))
    for tag, name, address in links(site, page):
        parts = urlsplit(address)
        if parts.scheme == "data":
            continue
        if parts.scheme or parts.netloc:
            if (tag, name) != ("a", "href"):
                yield f"<{tag} {name}> loads {address}"
            elif parts.scheme != "https" or not _HOST(parts.netloc) or re.search(r"\s", address):
                yield f"{address} is not the form of a link that leads out"
            continue
        inside = _inside(page, address)
        if inside is None or not (site / inside).is_file():
            yield f"{address} leads nowhere"
        elif parts.fragment and inside.endswith(".html") and unquote(parts.fragment) not in ids(site, inside):
            yield f"{address} leads to no anchor"


def _inside(page: str, address: str) -> str | None:
    """The path in the site that an address leads to from a page; ``None`` where it leads out of the site."""
    path = unquote(urlsplit(address).path)
    if path.startswith("/"):  # the site may lie in a folder of a server
        return None
    if not path:
        return page
    found: list[str] = page.split("/")[:-1]
    for step in path.split("/"):
        if step == "..":
            if not found:
                return None
            found.pop()
        elif step not in ("", "."):
            found.append(step)
    return "/".join(found)


def _styles(sheet: Path) -> Iterator[str]:
    text = sheet.read_text(encoding="utf-8")
    for found in re.finditer(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""", text):
        address = found[1] or found[2]
        if urlsplit(address).scheme == "data":
            continue
        if urlsplit(address).scheme or address.startswith("/"):
            yield f"loads {address}"
        elif not (sheet.parent / urlsplit(address).path).is_file():
            yield f"{address} leads nowhere"


@cache
def _parsed(page: Path) -> LexborHTMLParser:
    return LexborHTMLParser(page.read_bytes())
