"""What the tests of static site generators share: how a page's tagging is read, and titles that break pages."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TypeAlias

from selectolax.lexbor import LexborHTMLParser, LexborNode
from support.hostile import QUICK

from nosto_tagging import Settings, Tagger
from nosto_tagging.models.text import as_carried

__all__ = ["EXAMPLES", "HEAD", "TITLES", "copied", "head_of", "tagged"]

EXAMPLES = Path(__file__).parent.parent.parent / "examples"

# One line each, of what every generator's files can hold.
TITLES: tuple[str, ...] = tuple(
    value for _, _, value in QUICK if value.isprintable() and as_carried(value) == value and len(value) <= 500
)

Tagged: TypeAlias = tuple[str, str | list[tuple[str, str]]]

_tagger = Tagger(Settings(account_id="shopify-11368366139"))
HEAD = [str(_tagger.client_script()), str(_tagger.deferred())]


def tagged(html: str) -> list[Tagged]:
    """Each block of the page: its class, and its text, the id of a placement, or the class and text of each part."""
    return [_tagged(node) for node in LexborHTMLParser(html.encode()).css("[class^='nosto_']")]


def _tagged(node: LexborNode) -> Tagged:
    name = (node.attributes["class"] or "").removesuffix(" notranslate")
    if name == "nosto_element":
        return name, str(node.attributes["id"])
    parts = [(str(part.attributes["class"]), part.text()) for part in node.css("span")]
    return name, parts or node.text()


def head_of(html: str) -> list[str]:
    """Which of `HEAD` stands in the head of the page."""
    head, end, _ = html.partition("</head>")
    assert end
    return [script for script in HEAD if script in head]


def copied(example: str, folder: Path) -> Path:
    """A copy of an example's folder, to be built in."""
    return Path(shutil.copytree(EXAMPLES / example, folder / example))
