r"""Text into element text, attribute values and JavaScript strings: an allow-list, all else a numeric escape.

What comes out is one line of ASCII that stays what it is in more places than the one it is made for: `=`, `%`,
`*`, backticks, `{` and others need no escape in a correct page, and each of them let a value out of an incorrect
one (an attribute around a script, a second pass through a template engine, Markdown).

No Python code runs per character: a million hostile ones cost a few passes in C.
"""

from __future__ import annotations

from json.encoder import encode_basestring_ascii

__all__ = ["js_string", "js_strings", "text", "texts"]

_TEXT_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,;-@/()!?#|^"
# Markdown reads `_`, `:` and `~` inside a line, so they are plain in scripts only.
_JS_PLAIN = _TEXT_PLAIN + b":_~"

# All values of a model are escaped in one pass, with NUL between them: no validated value holds it.
_BETWEEN = "\0"
_BETWEEN_JS = "\\u0000"
# What is left when these are deleted has to be replaced.
_TEXT_KEPT = _TEXT_PLAIN + b"\0&"
_JS_KEPT = _JS_PLAIN + b"\0" + bytes(range(128, 256))

_TEXT_ESCAPES = [(chr(code), f"&#{code};") for code in range(128)]
_AMPERSAND = ord("&")
_DONE = frozenset((_AMPERSAND, ord(_BETWEEN)))
# What json's encoder makes of a character, and what is wanted.
_JS_ESCAPES = [(encode_basestring_ascii(chr(code))[1:-1], f"\\u{code:04x}") for code in range(128)]


def texts(values: list[str]) -> list[str]:
    """`values` as they stand in element text or between the quotes of an attribute.

    >>> texts(["Jane", "D'Oe & <Sons>"])
    ['Jane', 'D&#39;Oe &#38; &#60;Sons&#62;']
    """
    # Nearly all values of nearly all pages are plain: delete what is, from all of them at once, and look
    # whether anything is left.
    joined = "".join(values)
    if joined.isascii():
        left = joined.encode().translate(None, _TEXT_PLAIN)
        if not left:
            return values
        specials = set(left)
        joined = _BETWEEN.join(values)
        if _AMPERSAND in specials:  # first, because the other escapes bring in ampersands of their own
            joined = joined.replace("&", "&#38;")
        for special in specials - _DONE:
            joined = joined.replace(*_TEXT_ESCAPES[special])
        escaped = joined.split(_BETWEEN)
        return escaped if len(escaped) == len(values) else texts(_without_nul(values))
    joined = _BETWEEN.join(values)
    if "&" in joined:
        joined = joined.replace("&", "&#38;")
    encoded = joined.encode("ascii", "xmlcharrefreplace")
    joined = encoded.decode()
    for special in set(encoded.translate(None, _TEXT_KEPT)):
        joined = joined.replace(*_TEXT_ESCAPES[special])
    escaped = joined.split(_BETWEEN)
    return escaped if len(escaped) == len(values) else texts(_without_nul(values))


def js_strings(values: list[str]) -> list[str]:
    r"""`values` as they stand between the double quotes of a JavaScript string, or of one in JSON.

    >>> js_strings(["Jane", '</script>'])
    ['Jane', '\\u003c/script\\u003e']
    """
    joined = "".join(values)
    if joined.isascii() and not joined.encode().translate(None, _JS_PLAIN):
        return values
    joined = _BETWEEN.join(values)
    specials = joined.encode("utf-8", "surrogatepass").translate(None, _JS_KEPT)
    joined = encode_basestring_ascii(joined)[1:-1]
    # The encoder has written \uXXXX, which is wanted, and pairs such as \n and \\, which are not. The pairs of
    # backslashes go first: from then on every backslash stands before the letter that it escapes.
    if b"\\" in specials:
        joined = joined.replace("\\\\", "\\u005c")
    for special in set(specials):
        joined = joined.replace(*_JS_ESCAPES[special])
    escaped = joined.split(_BETWEEN_JS)
    return escaped if len(escaped) == len(values) else js_strings(_without_nul(values))


def text(value: str) -> str:
    """One value as `texts` writes it."""
    # What is plain is given back as it is, and may be of a class with ideas of its own.
    return texts([str.__str__(value)])[0]


def js_string(value: str) -> str:
    """One value as `js_strings` writes it."""
    return js_strings([str.__str__(value)])[0]


def _without_nul(values: list[str]) -> list[str]:
    """For models that were made past validation, which drops it: no page can carry NUL."""
    return [value.replace("\0", "") for value in values]
