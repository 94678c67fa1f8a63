"""Text as a page can carry it: what is dropped, what is replaced, what is trimmed."""

from __future__ import annotations

import re

__all__ = ["as_carried", "trimmed"]

# All but TAB and LF: no numeric reference to them survives a parser.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# The set of JavaScript's String.prototype.trim, which the readers of a page use; str.strip() has another.
_TRIMMED = (
    "\t\n\x0b\x0c\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)


def trimmed(text: str) -> str:
    """`text` without the blank space at its ends that JavaScript's ``trim`` takes away."""
    return text.strip(_TRIMMED)


def as_carried(text: str) -> str:
    r"""The text that a browser will read when `text` stands in a page; doing it twice changes nothing.

    >>> as_carried(" Jane\r\nDoe\x00 ")
    'Jane\nDoe'
    """
    # Printable text has no control, no surrogate and no blank but the plain one. One C call says so for
    # nearly every value there is.
    if text.isprintable():
        return text.strip(" ")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # UTF-16 joins a pair of surrogates to the character they mean; one alone cannot be encoded: U+FFFD.
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    # The two noncharacters are forbidden in XML.
    return trimmed(_CONTROLS.sub("", text).replace("\ufffe", "").replace("\uffff", ""))
