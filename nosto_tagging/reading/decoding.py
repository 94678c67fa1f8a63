"""Pages of any encoding into UTF-8, as a browser decides which encoding it is.

The parser would do it as well, but raises for some labels, and takes Python's own codecs that no browser knows.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from encodings import normalize_encoding
from encodings.aliases import aliases

__all__ = ["as_sent", "as_utf8"]

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LOOKED_THROUGH = 1024
"""How far browsers look for a ``meta`` that names the encoding."""
_BLANK = b" \t\n\f\r"
# Those of the web, by Python's names for them; none that runs or expands what it decodes.
_TAKEN = (
    "cp866 iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_10 iso8859_13 iso8859_14 "
    "iso8859_15 iso8859_16 koi8_r koi8_u mac_roman cp874 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 "
    "cp1258 gbk gb18030 big5 euc_jp iso2022_jp shift_jis euc_kr"
)
_KNOWN = frozenset(_TAKEN.split())
# What browsers take for something that holds more.
_ALSO = {
    "ascii": "cp1252",
    "latin_1": "cp1252",
    "iso8859_1": "cp1252",
    "iso8859_9": "cp1254",
    "iso8859_11": "cp874",
    "gb2312": "gbk",
}
_UNICODE = {"utf_8": "utf-8", "utf_16": "utf-16-le", "utf_16_le": "utf-16-le", "utf_16_be": "utf-16-be"}


def as_sent(html: str | bytes, headers: Mapping[str, str] | None) -> str | bytes:
    """The page as text, where it is bytes and its ``Content-Type`` says how to read them; else as it is.

    A byte order mark goes before the header, and the header before a ``meta``.

    >>> as_sent("café".encode("cp1252"), {"Content-Type": "text/html; charset=latin1"})
    'café'
    """
    if headers is None or isinstance(html, str) or html.startswith(tuple(mark for mark, _ in _MARKS)):
        return html
    told = next((str(value) for name, value in headers.items() if str(name).lower() == "content-type"), "")
    _, named, label = told.lower().partition("charset=")
    name = _known(label.partition(";")[0].strip(" \t\"'").encode("ascii", "replace")) if named else None
    return html if name is None else html.decode(name, "replace")


def as_utf8(html: str | bytes) -> bytes:
    """The page in UTF-8: what cannot be decoded is U+FFFD in it."""
    if isinstance(html, str):
        try:
            return html.encode()
        except UnicodeEncodeError:  # half a surrogate pair
            return html.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
    for mark, encoding in _MARKS:
        if html.startswith(mark):
            return _decoded(html[len(mark) :], encoding)
    return _decoded(html, _declared(html[:_LOOKED_THROUGH]))


def _decoded(html: bytes, encoding: str) -> bytes:
    if encoding == "utf-8":
        try:
            html.decode()
        except UnicodeDecodeError:
            return html.decode(errors="replace").encode()
        return html
    return html.decode(encoding, "replace").encode()


def _declared(start: bytes) -> str:
    """The encoding that ``<meta charset=…>`` names, or the one of ``http-equiv``; UTF-8 where there is none."""
    lowered = start.lower()
    meta = lowered.find(b"<meta")
    while meta >= 0:
        end = lowered.find(b">", meta)
        tag = lowered[meta : end if end >= 0 else len(lowered)]
        _, named, value = tag.partition(b"charset")
        value = value.lstrip(_BLANK)
        if named and value.startswith(b"="):
            label = value[1:].lstrip(_BLANK + b"\"'")
            for sign in b" \t\n\f\r\"';/":
                label = label.partition(bytes((sign,)))[0]
            name = _known(label)
            return "utf-8" if name is None or name.startswith("utf-16") else name  # it could not be read in the latter
        meta = lowered.find(b"<meta", meta + 5)
    return "utf-8"


def _known(label: bytes) -> str | None:
    """The encoding that a label means to a browser, if it knows it."""
    # By the table alone: codecs.lookup() looks for a file of each name, and keeps those in mind that it did not find.
    name = normalize_encoding(label.decode("ascii", "replace"))
    name = aliases.get(name, name)
    name = _ALSO.get(name, name)
    return name if name in _KNOWN else _UNICODE.get(name)
