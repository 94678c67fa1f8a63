"""Where an element stands in the source: a second pass, over pages that have findings, because the parser of the first
keeps no positions.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

__all__ = ["Place", "Places", "Tag", "source_of", "tags"]

_BLANK = b" \t\n\f\r"
_NAME_ENDS = b" \t\n\f\r/>"
# Between their tags stands text, whatever it looks like. (Scripts are off, as in the parser: <noscript> is not one.)
_TEXT = frozenset({b"script", b"style", b"textarea", b"title", b"xmp", b"iframe", b"noembed", b"noframes"})


class Tag(NamedTuple):
    """A start tag in the source: its name, its class, where it begins and where what it holds does, in bytes."""

    name: str
    classes: str | None
    start: int
    end: int


class Place(NamedTuple):
    """A line and a column, both counted from 1; the column in characters."""

    line: int
    column: int


def source_of(html: str | bytes) -> bytes:
    """The page in UTF-8, which is what positions are counted in."""
    return html if isinstance(html, bytes) else html.encode("utf-8", "surrogatepass")


class Places:
    """The lines of a source, and the start tags in it by name and class, each kind in its order."""

    def __init__(self, html: str | bytes) -> None:
        self._source = source_of(html)
        self._tags: dict[tuple[str, str | None], list[Tag]] = {}
        for tag in tags(self._source):
            self._tags.setdefault((tag.name, tag.classes), []).append(tag)

    def tag(self, name: str, classes: str | None, number: int, of: int) -> Tag | None:
        """The start tag of element `number`, from 0, among the `of` that the parser has with this name and class.

        ``None`` where the source has another number of them: the parser has moved, doubled or dropped some.
        """
        found = self._tags.get((name, classes), ())
        return found[number] if len(found) == of else None

    def place(self, offset: int) -> Place:
        """The line and the column of a byte of the source."""
        before = self._source[: max(0, offset)]
        line_start = max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
        returns = before.count(b"\r") - before.count(b"\r\n")
        return Place(before.count(b"\n") + returns + 1, len(before[line_start:].decode("utf-8", "replace")) + 1)

    def within(self, tag: Tag, characters: int) -> Place:
        """The place so many characters after the start tag."""
        held = self._source[tag.end : tag.end + 4 * characters].decode("utf-8", "replace")[:characters]
        return self.place(tag.end + len(held.encode("utf-8", "replace")))


def tags(source: bytes) -> Iterator[Tag]:
    """The start tags of a page, by the rules of HTML's tokenizer: each byte is looked at a fixed number of times.

    >>> [(tag.name, tag.classes, tag.start) for tag in tags(b'<p class="a">x<!-- <b> --></p><br>')]
    [('p', 'a', 0), ('br', None, 30)]
    """
    lowered = source.lower()
    at = source.find(b"<")
    while at >= 0:
        following = lowered[at + 1 : at + 2]
        if following.isalpha():
            name, classes, end = _start_tag(source, lowered, at + 1)
            if end < 0:
                return
            yield Tag(name, classes, at, end)
            if name == "plaintext":
                return
            at = _after_text(lowered, name, end) if name.encode("utf-8", "replace") in _TEXT else end
        elif following == b"/" and lowered[at + 2 : at + 3].isalpha():
            *_, at = _start_tag(source, lowered, at + 2)
        elif following in (b"!", b"?", b"/"):
            at = _after_comment(source, at)
        else:
            at += 1
        if at < 0:
            return
        at = source.find(b"<", at)


def _after_comment(source: bytes, at: int) -> int:
    """After a comment, or after what is taken for one, which begins at `at`; -1 where it has no end."""
    if not source.startswith(b"<!--", at):
        return source.find(b">", at) + 1 or -1
    for short in (b"<!-->", b"<!--->"):
        if source.startswith(short, at):
            return at + len(short)
    ends = [end + len(closing) for closing in (b"-->", b"--!>") if (end := source.find(closing, at + 4)) >= 0]
    return min(ends, default=-1)


def _after_text(lowered: bytes, name: str, at: int) -> int:
    """Where the end tag of an element that holds text begins; -1 where it has none."""
    closing = b"</" + name.encode("utf-8", "replace")
    at = lowered.find(closing, at)
    while at >= 0 and lowered[at + len(closing) : at + len(closing) + 1] not in _ENDS:
        at = lowered.find(closing, at + 1)
    return at


_ENDS = frozenset(_NAME_ENDS[number : number + 1] for number in range(len(_NAME_ENDS)))


def _start_tag(source: bytes, lowered: bytes, at: int) -> tuple[str, str | None, int]:
    """The name and the class of a tag whose name begins at `at`, and where it ends: -1 where it does not."""
    length = len(source)
    start = at
    while at < length and source[at] not in _NAME_ENDS:
        at += 1
    name = lowered[start:at].decode("utf-8", "replace")
    classes: str | None = None
    while at < length:
        character = source[at]
        if character == ord(">"):
            return name, classes, at + 1
        if character in b"/ \t\n\f\r":
            at += 1
            continue
        start = at
        at += 1  # an equals sign may begin a name
        while at < length and source[at] not in b" \t\n\f\r/>=":
            at += 1
        attribute = lowered[start:at]
        value, at = _value(source, at)
        if attribute == b"class" and classes is None:
            classes = unescape(value.decode("utf-8", "replace"))
    return name, classes, -1


def _value(source: bytes, at: int) -> tuple[bytes, int]:
    """The value of an attribute whose name ends at `at`, and where it ends itself."""
    length = len(source)
    equals = at
    while equals < length and source[equals] in _BLANK:
        equals += 1
    if source[equals : equals + 1] != b"=":
        return b"", equals
    at = equals + 1
    while at < length and source[at] in _BLANK:
        at += 1
    quote = source[at : at + 1]
    if quote in (b'"', b"'"):
        end = source.find(quote, at + 1)
        return (source[at + 1 : end], end + 1) if end >= 0 else (b"", length)
    start = at
    while at < length and source[at] not in b" \t\n\f\r>":
        at += 1
    return source[start:at], at
