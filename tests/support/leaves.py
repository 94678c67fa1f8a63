"""What blocks hold, as trees: read out of a page by a real parser (Lexbor), and told by a model for comparison."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeAlias

from selectolax.lexbor import LexborNode
from support import page

from nosto_tagging.models import PageTagging
from nosto_tagging.models.tagging import TaggingModel

__all__ = ["AROUND", "Tree", "blocks", "inside", "told"]

Tree: TypeAlias = list[tuple[str, Any]]
"""For each element its class, and its text or, where elements stand in it, their tree."""

AROUND = {"purchased_items", "category_ids", "parent_category_ids"}
"""The elements that only hold a list's values; what a model tells has no name for them."""


def blocks(html: str) -> Tree:
    """Every block of the page `html`, in order; of a placement, the id in place of what it holds."""
    found: Tree = []
    for root in page.elements(page.PAGE.format(html), "body > div"):
        classes = (root.attributes["class"] or "").removesuffix(" notranslate")
        within = _tree(root)
        found.append((classes, root.attributes["id"] if "id" in root.attributes else within or root.text()))
    return found


def inside(html: str) -> Tree:
    """What the only block of `html` holds."""
    ((_, tree),) = blocks(html)
    return tree or []


def told(model: TaggingModel) -> Tree:
    """The blocks that `model` says it has, in the form of `blocks`."""
    if isinstance(model, PageTagging):
        return _page(model)
    # A parser's text of an element without any is blank.
    return [(model.block_classes(), _members(model.told("block")) or "")]


def _page(model: PageTagging) -> Tree:
    held = model.in_block()
    found: Tree = []
    for name, value in held.told("block").items():
        if name in ("customer", "cart", "order"):
            found += told(getattr(held, name))
        elif name == "products":
            found += [each for product in held.products for each in told(product)]
        elif name == "elements":
            found += [("nosto_element", each) for each in value]
        elif isinstance(value, dict):
            found += [(name, f"{key}:{each}") for key, values in value.items() for each in values]
        else:
            found += [(name, each) for each in (value if isinstance(value, tuple) else (value,))]
    return found


def _tree(node: LexborNode) -> Tree:
    found: Tree = []
    for child in node.iter():
        name, within = child.attributes["class"] or "", _tree(child)
        if name in AROUND:
            found += within
        else:
            found.append((name, within or child.text()))
    return found


def _members(members: dict[str, Any]) -> Tree:
    found: Tree = []
    for name, value in members.items():
        several = value if isinstance(value, tuple) else (value,)
        for each in several:
            if not isinstance(each, dict):
                found.append((name, _text(each)))
            elif within := _members(each):  # a buyer may have nothing that a block tells
                found.append((name, within))
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}".rjust(19, "0")
    return value.isoformat() if isinstance(value, date) else str(value)
