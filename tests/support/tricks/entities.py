r"""Text that says what a character reference says, in every spelling that some parser takes."""

from __future__ import annotations

from html.entities import html5

from support.tricks.payloads import IMG, RUN, Rows

__all__ = ["ENTITIES"]

# A character, and what runs behind it once the reference is read.
_CHARACTERS = {
    "less-than": ("<", f"img src=x onerror={RUN}>"),
    "greater-than": (">", IMG),
    "double-quote": ('"', f"}});{RUN}//"),
    "single-quote": ("'", f"}});{RUN}//"),
    "backtick": ("`", f";{RUN}//"),
    "ampersand": ("&", "lt;b"),
    "backslash": ("\\", f'"}});{RUN}//'),
    "line-feed": ("\n", f"{RUN}//"),
    "equals": ("=", RUN),
    "brace": ("{", "{{7*7}}"),
}
_SPELLINGS = {
    "decimal": "&#{:d};",
    "decimal-bare": "&#{:d}",
    "decimal-zeros": "&#000000000{:d};",
    "hexadecimal": "&#x{:x};",
    "hexadecimal-upper": "&#X{:X};",
    "hexadecimal-zeros": "&#x00000000{:x}",
    "twice": "&amp;#{:d};",
    "percent": "&percnt;{:02x}",
}

# By every name that HTML has for what breaks out of something, also the few that need no semicolon.
_SIGNS = "<>\"'&\\`={}\n/:;%$()[]#\t!*"
_NAMES = sorted(name for name, meant in html5.items() if meant in _SIGNS)

# What is nearly a reference, or one to no character. Parsers, serialisers and filters differ about each.
_NEARLY = {
    "number-none": "&#;",
    "number-open": "&#",
    "number-hexadecimal-none": "&#x;",
    "number-hexadecimal-open": "&#x",
    "number-letters": "&#xg;",
    "number-decimal-letters": "&#60b;",
    "number-negative": "&#-60;",
    "number-plus": "&#+60;",
    "number-blank": "&# 60;",
    "number-overflow": "&#4294967356;",  # 60 in 32 bits
    "number-overflow-hexadecimal": "&#x10000003c;",
    "number-overflow-64": "&#18446744073709551676;",
    "number-huge": "&#" + "9" * 99 + ";",
    "number-pair": "&#55357;&#56832;",  # a pair of surrogates is no character
    "number-noncharacter": "&#65534;&#xffff;",
    "number-carriage-return": "&#13;x&#xD;",
    "number-line-separator": "&#x2028;window.canary=1//",
    "number-control": "&#1;&#8;&#x1b;",
    "number-astral": "&#x1f600;",
    "number-c1": "&#145;&#x92;&#147;&#x94;",  # quotes
    "number-c1-angles": "&#139;script&#155;",
    "number-then-number": "&#38;#60;",
    "name-none": "&;",
    "name-unknown": "&jane;",
    "name-upper": "&Lt;&GG;&LT",
    "name-prefix": "&ltx&gtx&ampx",
    "name-prefix-equals": "?a=1&lt=2&copy=3",  # in attributes these are none
    "name-not": "&notit;&notin;",  # ¬it; and ∉
    "name-longest": "&CounterClockwiseContourIntegral;",
    "name-ligature": "&fjlig;",
    "name-invisible": "&ZeroWidthSpace;&zwnj;&lrm;&rlm;&shy;",
    "name-blank": "&nbsp;&nbsp&emsp;&ThickSpace;",
    "name-blank-inside": "& lt;",
    "name-bang": "&bang;&excl;",
    "xml-entity": "&xxe;",
    "xml-parameter": "%xxe;",
    "xml-declared": '<!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>&xxe;',
    "xml-laughs": '<!DOCTYPE x [<!ENTITY a "&b;&b;"><!ENTITY b "&c;&c;"><!ENTITY c "lol">]>&a;',
    "xml-apostrophe": "&apos;});window.canary=1//",  # unknown to HTML 4
    "script-block": "&lt;/script&gt;&lt;img src=x onerror=window.canary=1&gt;",
    "comment": "&lt;!--&#45;-&gt;",
    "deep": "&amp;amp;amp;amp;lt;script&amp;amp;amp;amp;gt;",
    "ours": "&#38;#60;script&#38;#62;",  # what the library itself would write
}

ENTITIES: Rows = (
    *(
        (f"entity-{name}-{spelling}", form.format(ord(character)) + rest)
        for name, (character, rest) in _CHARACTERS.items()
        for spelling, form in _SPELLINGS.items()
    ),
    *((f"entity-named-{place}-{name.rstrip(';').lower()}", f"&{name}script") for place, name in enumerate(_NAMES, 1)),
    *((f"entity-{name}", value) for name, value in _NEARLY.items()),
)
