r"""One table of values that break pages, grouped by the trick that each plays; whatever runs sets ``window.canary``.

`HOSTILE` is what every output of every path is tried with, `EVERY` has families of variations of each trick as well,
and `QUICK` the sharpest of each, for places that are slow to try.
"""

from __future__ import annotations

from support.tricks.attributes import ATTRIBUTE_BREAKOUTS
from support.tricks.characters import CONTROLS, UNICODE
from support.tricks.charsets import CHARSET_SHIFTS
from support.tricks.elements import ELEMENT_BREAKOUTS
from support.tricks.entities import ENTITIES
from support.tricks.foreign import NAMESPACES
from support.tricks.normal import NORMALISATION
from support.tricks.objects import DOM_CLOBBERING, PROTOTYPE_KEYS
from support.tricks.payloads import Rows
from support.tricks.polyglots import POLYGLOTS
from support.tricks.prose import MARKDOWN, URLS, WORDS
from support.tricks.quick import QUICK_NAMES
from support.tricks.scripts import SCRIPT_DATA_STATES, STRING_BREAKOUTS
from support.tricks.sizes import DEEPLY_NESTED, VERY_LONG
from support.tricks.templates import TEMPLATE_INJECTION
from support.tricks.written_code import WRITTEN_CODE
from support.tricks.written_text import WRITTEN_TEXT

__all__ = ["ADDRESSES", "EVERY", "HOSTILE", "QUICK", "TRICKS"]

_FAMILIES: dict[str, Rows] = {
    "script-data-states": SCRIPT_DATA_STATES,
    "string-breakouts": STRING_BREAKOUTS,
    "attribute-breakouts": ATTRIBUTE_BREAKOUTS,
    "element-breakouts": ELEMENT_BREAKOUTS,
    "entities": ENTITIES,
    "namespaces": NAMESPACES,
    "prototype-keys": PROTOTYPE_KEYS,
    "dom-clobbering": DOM_CLOBBERING,
    "template-injection": TEMPLATE_INJECTION,
    "charset-shifts": CHARSET_SHIFTS,
    "normalisation": NORMALISATION,
    "unicode": UNICODE,
    "controls": CONTROLS,
    "markdown": MARKDOWN,
    "words": WORDS,
    "urls": URLS,
    "very-long": VERY_LONG,
    "deeply-nested": DEEPLY_NESTED,
    "polyglots": POLYGLOTS,
}
_WRITTEN = WRITTEN_CODE + WRITTEN_TEXT

HOSTILE: Rows = tuple(row for _, rows in _WRITTEN for row in rows)

EVERY: tuple[tuple[str, str, str], ...] = tuple(
    (trick, name, value)
    for trick, family in _FAMILIES.items()
    for rows in (*(rows for section, rows in _WRITTEN if section == trick), family)
    for name, value in rows
)

TRICKS: dict[str, dict[str, str]] = {
    trick: {name: value for of, name, value in EVERY if of == trick} for trick in _FAMILIES
}

QUICK: tuple[tuple[str, str, str], ...] = tuple(
    (trick, name, TRICKS[trick][name]) for trick, names in QUICK_NAMES.items() for name in names
)

# What is hostile and an address all the same: by the rule of browsers much is allowed before the @.
ADDRESSES: tuple[tuple[str, str], ...] = (
    ("apostrophe", "o'doe@example.com"),
    ("apostrophe-code", "'-window.canary-'@example.com"),
    ("backtick", "`${window.canary=1}`@example.com"),
    ("template", "{{7*7}}@example.com"),
    ("template-statement", "{%if%}@example.com"),
    ("template-end", "%}{{x}}@example.com"),
    ("entity", "jane&lt&amp&#60@example.com"),  # parsers take some without a semicolon
    ("attribute", "x/onmouseover=window.canary=1@example.com"),
    ("block-comment", "*/window.canary=1/*@example.com"),
    ("line-comment", "//jane@example.com"),
    ("utf-7", "+ADw-jane+AD4-@example.com"),
    ("markdown", "_jane_~~doe~~`x`@example.com"),
    ("dollar", "$&$1$$@example.com"),
    ("percent", "%22%7D@example.com"),
    ("every-sign", "!#$%&'*+/=?^_`{|}~.-@example.com"),
    ("latin", "élan@exämple.example.com"),
    ("japanese", "山田@例え.example.com"),
    ("emoji", "🦄@example.com"),
    ("astral", "𠮷@example.com"),
    ("fullwidth", "＜script＞@example.com"),  # NFKC makes markup
    ("combining", "\u0338jane@example.com"),
    ("long", "a" * 308 + "@example.com"),
)
