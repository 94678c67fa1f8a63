"""Pages that the parser would take for ever for: which they are is known before it begins, in time by their length.

HTML has a parser go through the open elements at each tag, open formatting elements anew in each block that follows,
and hold each attribute of a tag against those before it. All of that is nothing in a shop's page, and grows with the
square of a page that is made for it. What is told here is never too little: where a page might take that long, and
nothing shows that it does not, it is not parsed.
"""

from __future__ import annotations

import re
from collections import Counter
from math import isqrt

__all__ = ["is_boundless"]

_STEPS = 2_000
"""For each byte of a page, so many open elements may be gone through, or attributes compared: a nanosecond each."""
_COPIES = 2
"""For each byte, so many formatting elements may be opened anew: a copy takes some 400 bytes."""
_SMALL = 200_000
"""So many of these are nothing in a page of any length."""

# As a browser's tokenizer has attributes.
_BLANK = rb"[\t\n\f\r /]"
_VALUE = rb"""(?:"[^"]*+"|'[^']*+'|[^\t\n\f\r >"'][^\t\n\f\r >]*+)"""
_NAME = rb"[^\t\n\f\r />][^\t\n\f\r />=]*+"
_ATTRIBUTE = rb"(?:%b*+%b(?:[\t\n\f\r ]*+=(?:[\t\n\f\r ]*+%b)?+)?+)" % (_BLANK, _NAME, _VALUE)
_ATTRIBUTES = rb"(?=[\t\n\f\r />])%b{0,60}+%b*+" % (_ATTRIBUTE, _BLANK)


def is_boundless(source: bytes) -> bool:
    """Whether a page might take the parser time, or memory, out of proportion to its length.

    >>> is_boundless(b"<div>" * 100_000), is_boundless(b"<div></div>" * 10_000)
    (True, False)
    """
    if _is_crowded(source):
        return True
    tags = source.count(b"<")
    starts = [each.start() for each in _striking.finditer(source)]
    links = [start for start in starts if source[start + 1] in b"aAnN"]
    others = [start for start in starts if source[start + 1] not in b"aAnN"]
    if not _is_plain(source, tags, others) and (_stay_open(source, tags) or _gather(source)):
        return True
    return _never_end(source) or _open_anew(source, tags, links)


# Tags in one name or value --------------------------------------------------------------------------------------------

_RUN = 2_048
# From each of what looks like a tag, a name or a value without quotes would be gone through to its end.
_crowded = re.compile(rb"(?:<[a-zA-Z](?:[^\t\n\f\r <>]++|<(?![a-zA-Z]))*+){50}")


def _is_crowded(source: bytes) -> bool:
    """Whether what may be one name or value holds so many beginnings of tags that it takes too long to tell them."""
    if all(source.find(b">", start, start + _RUN) >= 0 for start in range(0, len(source), _RUN)):
        return False
    return _crowded.search(source) is not None


# Elements that stay open ----------------------------------------------------------------------------------------------

_FORMATTING = rb"<(?:b|big|code|em|font|i|s|small|strike|strong|tt|u)"
_formatting = re.compile(rb"%b[\t\n\f\r /]" % _FORMATTING)
# What looks like the start tag of one that has attributes, or of html or body; and like that of a link, but for those
# with a few attributes, as nearly all of them are. In one expression, since it takes longest to go through the page.
_FEW = rb"""(?:[\t\n\f\r ][a-z-]++="[^"]*+"){0,20}+[\t\n\f\r ]?+/?+>"""
_striking = re.compile(
    rb"<(?:[bcefhistuBCEFHISTU](?=[\t\n\f\r /imotIMOT])(?>(?i:ig|ode|ody|ont|mall|m|trike|trong|tml|t)?)"
    rb"|[aAnN](?=[\t\n\f\r /oO])(?!%b)(?i:obr)?)[\t\n\f\r /]" % _FEW
)
_ALIKE = 3
"""So many formatting elements that are the same in all are opened anew. Those without attributes are few for that; of
``a`` and ``nobr``, one is open at a time.
"""
# Each is held against those before it, attribute by attribute.
_manifold = re.compile(rb"%b(?=[\t\n\f\r /])%b{17}" % (_FORMATTING, _ATTRIBUTE), re.IGNORECASE)
# The attributes are copied as well, with which one takes up to six times that.
_rich = re.compile(rb"%b(?=[\t\n\f\r /])%b{4}" % (_FORMATTING, _ATTRIBUTE), re.IGNORECASE)
_RICH = 6
# Each that has attributes, where it begins, and be it in another.
_whole = re.compile(rb"(?=(%b(?=[\t\n\f\r /])%b{0,16}+%b*+>))" % (_FORMATTING, _ATTRIBUTE, _BLANK), re.IGNORECASE)
# If the first tag of these is one, wherever it stands, so is the last, which closes it.
_closed = re.compile(
    rb"<([a-z][a-z0-9-]*+)%b>[^<]*+</\1>|<(?:img|br|hr|meta)%b>|<!--[^<>-]*+-->" % (_ATTRIBUTES, _ATTRIBUTES),
    re.IGNORECASE,
)
# The same of one, with some of them in it.
_brief = re.compile(
    rb"%b[^<]*+(?:%b[^<]*+</\2>[^<]*+){0,8}+</\1>"
    % ((rb"<([a-z]++)(?=[\t\n\f\r />])%b{0,16}+%b*+>" % (_ATTRIBUTE, _BLANK),) * 2),
    re.IGNORECASE,
)
_DEEPEST = 40
"""So many elements in one another are taken away, one by one; as many more are counted as open everywhere."""


def _is_plain(source: bytes, tags: int, starts: list[int]) -> bool:
    """Whether a page is as most are: of not too many tags, and with hardly any formatting but in one html and one body,
    by where these may begin.
    """
    if tags * tags > _STEPS * len(source):
        return False
    lasting = [start for start in starts if _brief.match(source, start) is None]
    # The attributes of each html and body are the first one's, and be it closed at once.
    if any(_manifold.match(source, start) for start in lasting) or any(
        _root.match(source, start) for start in starts[2:]
    ):
        return False
    if len(lasting) <= 2:  # noqa: PLR2004 - those two
        return True
    weight = _RICH if any(_rich.match(source, start) for start in lasting) else 1
    return tags * len(lasting) * weight <= _COPIES * len(source)


def _stay_open(source: bytes, tags: int) -> bool:
    """Whether many elements may be open at each tag."""
    length = len(source)
    for level in range(_DEEPEST):
        if _is_bounded(source, length, tags, level):
            return False
        # What is closed at once is open at no tag after it.
        left = _closed.sub(b"", source)
        if len(left) == len(source):
            return True
        source = left
    return True


def _is_bounded(left: bytes, length: int, tags: int, level: int) -> bool:
    """Whether there are few, by what is left of a page of `length` bytes when up to `level` more are open."""
    steps, copies = _STEPS * length + _SMALL, _COPIES * length + _SMALL
    # An end tag that ends nothing costs as well: the texts around it are made one, each time anew.
    if tags * (left.count(b"<") + level) > steps:
        return False
    lowered = left.lower()
    found = _formatting.findall(lowered)
    if not found:
        return True
    if _manifold.search(lowered):
        return False
    weight = _RICH if _rich.search(lowered) else 1
    if tags * (len(found) + level) * weight <= copies:
        return True
    alike = sum(max(0, number - _ALIKE) for number in Counter(_whole.findall(left)).values())
    return tags * (len(found) - alike + level) * weight <= copies


# Tags without an end --------------------------------------------------------------------------------------------------

_LONG = 4_096
"""Bytes within which a tag ends, once its value has."""
# Of a value that goes on where the bytes that are looked at end, its beginning would be a name.
_open = rb"""(?![\t\n\f\r ]*+=[\t\n\f\r ]*+(?:"[^"]*+|'[^']*+)\Z)"""
_end = re.compile(rb"%b*+%b*+>" % (_ATTRIBUTE.replace(_NAME, _NAME + _open), _BLANK))
_name = re.compile(_ATTRIBUTE.replace(_NAME, b"(%b)" % _NAME))
_many = re.compile(rb"<[a-z][^\t\n\f\r />]*+%b{200,}+" % _ATTRIBUTE, re.IGNORECASE)
_MOST_WORK = 16
"""So many times the length of a page may be gone through."""


def _never_end(source: bytes) -> bool:
    """Whether a tag may have more attributes than there is time to compare."""
    most = isqrt(_STEPS * len(source) + _SMALL)
    # Names of two letters and a blank before each: shorter than that no tag is that has so many of them.
    shortest = 3 * most
    if shortest > len(source) or _end_soon(source, shortest - _LONG):
        return False
    # Any of them may be none, and end where another is: each is followed to its own end, but not for ever.
    start = work = 0
    while (found := _many.search(source, start)) is not None:
        tag = found[0]
        work += len(tag)
        if work > _MOST_WORK * len(source):
            return True
        if len(tag) >= shortest:
            names = _name.findall(tag)
            if len(names) * len({*names}) > most * most:
                return True
        start = found.start() + 1
    return False


def _end_soon(source: bytes, length: int) -> bool:
    """Whether no tag can have names in more than that many bytes, and those after its last value.

    A ``>`` ends the tag that it is in, or stands in a value, and then the tag ends soon after the value does.
    """
    step = length // 2
    for start in range(0, len(source) - step, step):
        at = source.find(b">", start, start + step)
        if at < 0:
            return False
        for quote in (b'"', b"'"):
            # Where the value is longer, the next ``>`` stands in it as well.
            last = source.find(quote, at, start + 2 * step)
            if last >= 0 and _end.match(source, last + 1, last + _LONG) is None:
                return False
    return True


# Attributes of one tag in many elements -------------------------------------------------------------------------------

_ATTRIBUTE_COPIES = 5
"""For each byte, so many attributes may be copied with the elements that are opened anew, in some 150 bytes each."""
# One of these is open at a time, and may be opened anew after each tag.
_manifold_link = re.compile(rb"<(?:a|nobr)(?=[\t\n\f\r /])%b{60,}+" % _ATTRIBUTE, re.IGNORECASE)


def _open_anew(source: bytes, tags: int, starts: list[int]) -> bool:
    """Whether a link may have more attributes than there is memory to copy, by where links may begin."""
    most = _ATTRIBUTE_COPIES * len(source) + _SMALL
    work = 0
    for start in starts:
        if (found := _manifold_link.match(source, start)) is not None:
            work += len(found[0])
            if work > _MOST_WORK * len(source) or tags * len({*_name.findall(found[0])}) > most:
                return True
    return False


# Attributes of several tags -------------------------------------------------------------------------------------------

_root = re.compile(rb"<(?:html|body)(?=[\t\n\f\r />])", re.IGNORECASE)
_attributes = re.compile(rb"%b*+" % _ATTRIBUTE)
_MOST_ROOTS = 1_000


def _gather(source: bytes) -> bool:
    """Whether many attributes may come together at the first ``html`` or ``body``, to which those of all others go."""
    most = isqrt(_STEPS * len(source) + _SMALL)
    number = 0
    for count, root in enumerate(_root.finditer(source)):
        found = _attributes.match(source, root.end())
        number += len(_name.findall(found[0])) if found else 0
        if number > most or count > _MOST_ROOTS:
            return True
    return False
