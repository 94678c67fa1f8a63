"""What a page holds, as a real HTML5 parser (Lexbor) reads it."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

__all__ = [
    "PAGE",
    "attribute",
    "block",
    "blocks",
    "comments",
    "elements",
    "leaves",
    "outline",
    "script",
    "scripts",
    "text",
]

# What stands around the tagging, so that a value which gets out shows in what comes after it.
PAGE = "<!DOCTYPE html><html><head><title>Shop</title></head><body><p>before</p>{}<p>after</p></body></html>"


def blocks(html: str) -> list[list[tuple[str, str]]]:
    """Each customer block of `html`, as the class and the text of each element in it."""
    return [
        [(node.attributes["class"] or "", node.text()) for node in root.css("*") if node.mem_id != root.mem_id]
        for root in _parsed(html).css(".nosto_customer")
    ]


def block(html: str) -> list[tuple[str, str]]:
    """The only customer block of `html`."""
    (only,) = blocks(html)
    return only


def scripts(html: str) -> list[str]:
    """The text of each script element."""
    return [node.text() for node in _parsed(html).css("script")]


def script(html: str) -> str:
    """The text of the only script element."""
    (only,) = scripts(html)
    return only


def attribute(html: str, selector: str, name: str) -> str | None:
    """The attribute `name` of the only element that `selector` finds."""
    (only,) = _parsed(html).css(selector)
    return only.attributes[name]


def elements(html: str, selector: str) -> list[LexborNode]:
    """The elements that `selector` finds."""
    return _parsed(html).css(selector)


def leaves(html: str) -> list[tuple[str, str]]:
    """The innermost elements of blocks: the classes that lead to each, from the root on, and its text."""
    found: list[tuple[str, str]] = []

    def walk(element: LexborNode, path: str) -> None:
        for child in element.iter():
            classes = (child.attributes["class"] or "").removesuffix(" notranslate")
            inside = f"{path}/{classes}" if path else classes
            if next(iter(child.iter()), None) is None:
                found.append((inside, child.text()))
            else:
                walk(child, inside)

    (body,) = _parsed(PAGE.format(f"<main>{html}</main>")).css("main")
    walk(body, "")
    return found


def text(html: str, selector: str) -> str:
    """The text of the only element that `selector` finds."""
    (only,) = _parsed(html).css(selector)
    return only.text()


def outline(html: str) -> list[tuple[int, str, tuple[str, ...]]]:
    """Every element and comment of the document `html`: how deep it stands, its name, its attributes' names."""
    found: list[tuple[int, str, tuple[str, ...]]] = []

    def walk(node: LexborNode, depth: int) -> None:
        for child in node.iter(include_text=True):
            if child.is_text_node:
                continue
            found.append((depth, child.tag, tuple(child.attributes) if child.is_element_node else ()))
            walk(child, depth + 1)

    walk(_parsed(html).root, 0)
    return found


def comments(html: str) -> int:
    """How many comments the document `html` has."""
    return sum(name == "-comment" for _, name, _ in outline(html))


def _parsed(html: str) -> LexborHTMLParser:
    # Bytes, because that is what a browser gets: a lone surrogate must fail here and not be mended in passing.
    return LexborHTMLParser(html.encode())
