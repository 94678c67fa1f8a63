r"""Characters that are invisible, turn others round, stand in no charset or reach no page."""

from __future__ import annotations

from support.tricks.payloads import RUN, Rows

__all__ = ["CONTROLS", "UNICODE"]

# All twelve; each may make a reader see another text than the parser.
_BIDI = {
    "arabic-letter-mark": "\u061c",
    "left-to-right-mark": "\u200e",
    "right-to-left-mark": "\u200f",
    "left-to-right-embedding": "\u202a",
    "right-to-left-embedding": "\u202b",
    "pop-formatting": "\u202c",
    "left-to-right-override": "\u202d",
    "right-to-left-override": "\u202e",
    "left-to-right-isolate": "\u2066",
    "right-to-left-isolate": "\u2067",
    "first-strong-isolate": "\u2068",
    "pop-isolate": "\u2069",
}

# Nothing is seen of these, some of them are letters, and filters that drop them make markup of what is left.
_INVISIBLE = {
    "zero-width-space": "\u200b",
    "zero-width-non-joiner": "\u200c",
    "zero-width-joiner": "\u200d",
    "word-joiner": "\u2060",
    "function-application": "\u2061",
    "invisible-times": "\u2062",
    "invisible-separator": "\u2063",
    "invisible-plus": "\u2064",
    "byte-order-mark": "\ufeff",
    "soft-hyphen": "\u00ad",
    "grapheme-joiner": "\u034f",
    "hangul-filler": "\u3164",  # an identifier of JavaScript
    "hangul-filler-half": "\uffa0",
    "hangul-initial": "\u115f",
    "khmer-vowel": "\u17b4",
    "mongolian-separator": "\u180e",
    "braille-blank": "\u2800",
    "annotation-anchor": "\ufff9",
    "musical-beam": "\U0001d173",
    "shorthand": "\U0001bca0",
    "variation": "\ufe00",
    "variation-far": "\U000e0101",
    "tag-space": "\U000e0020",
}

# Everything that trim() takes from the ends, inside a text, where it must stay.
_BLANKS = {
    "no-break": "\u00a0",
    "ogham": "\u1680",
    "en-quad": "\u2000",
    "figure": "\u2007",
    "hair": "\u200a",
    "line-separator": "\u2028",
    "paragraph-separator": "\u2029",
    "narrow-no-break": "\u202f",
    "mathematical": "\u205f",
    "ideographic": "\u3000",
}

_SURROGATES = {
    "high-first": "\ud800<b>",
    "high-last": '\udbff"',
    "low-first": "\udc00'",
    "low-last": "\udfff&lt;",
    "high-high-low": "\ud83d\ud83d\ude00",
    "high-low-low": "\ud83d\ude00\ude00",
    "pair-astral": "\ud83d\ude00\U0001f600",
    "between-quotes": '"\ud83d"\ude00"',
    "before-backslash": "\ud83d\\",
    "before-line-separator": "\ud83d\u2028\ude00",
    "ends-both": "\udc00Jane\ud800",
    "spelled": "\\ud83d\\ude00",
    "spelled-half": "\\ud83d",
    "spelled-and-real": "\\ud83d\ude00",
    "references": "&#xd83d;&#xde00;",
    "pair-noncharacter": "\ud83f\udffeJane",
}

_NONCHARACTERS = {
    "bmp-between": "<\ufdd0script\ufdef>",
    "ends-in-tag": "<scr\ufffeipt>window.canary=1;</scr\uffffipt>",  # dropped: markup is left
    "planes": "".join(chr(plane << 16 | 0xFFFE) for plane in range(1, 17)),
    "planes-last": "".join(chr(plane << 16 | 0xFFFF) for plane in range(1, 17)),
    "replacement": "\ufffd\ufffd<b>\ufffd",
    "object": '\ufffc"',
    "private": "\uf8ff\U000f1234\U00101234",
    "unassigned": "\u0380\u2fe0\U0003ffff",
    "new": "\U0001fae8\U0001fa77",
}

_SEQUENCES = {
    "keycap": "1\ufe0f\u20e3#\ufe0f\u20e3",
    "flag-half": "\U0001f1eb",
    "flags-odd": "\U0001f1eb\U0001f1ee\U0001f1eb",
    "rainbow": "🏳\ufe0f\u200d🌈",
    "pirate": "🏴\u200d☠\ufe0f",
    "family-skins": "👩🏿\u200d❤\ufe0f\u200d💋\u200d👨🏻",
    "skin-alone": "🏽",
    "joiner-ends": "\u200d👩\u200d",
    "tag-open": "🏴\U000e0067\U000e0062",  # never ended
    "tag-markup": "".join(chr(0xE0000 + ord(letter)) for letter in "<script>"),
    "text-style": "⚠\ufe0e©\ufe0f",
    "devanagari": "क्षत्रिय",
    "telugu": "జ్ఞ\u200cా",  # crashed phones
    "arabic": "لُلُصّبُلُلصّبُررً ॣ ॣh ॣ ॣ 冗",  # and this
    "thai": "ก็็็็็็็็็็",
    "tibetan": "ཧཱུཾ",
    "widest": "\ufdfd\U0001242b\U00012031",
    "korean": "각힣\u11a8",
    "hebrew-vowels": "שָׁלוֹם",
    "mongolian": "ᠮᠣᠩᠭᠣᠯ\u180b",
    "ethiopic": "ኢትዮጵያ፡",
    "egyptian": "𓀀𓁐",
    "ideographic-variation": "辻\U000e0101邉\U000e010f",
    "extension-g": "\U00030edd",
    "signed-up": "Jane\u0489\u20e0",
    "zalgo": "J̸̢͉̓a̷̰͝n̵̬̈́e̶̹͊",
    "upside-down": "ǝuɐſ",
    "trojan": "/*\u202e } \u2066if (x)\u2069 \u2066 begin */ window.canary=1",
    "trojan-string": '"\u202e \u2066// window.canary=1\u2069 \u2066"',
    "bidi-name": "\u202eeoD enaJ\u202c <b>",
    "bidi-nested": "\u202a\u202b\u202d\u202e" * 20,  # never popped
}

UNICODE: Rows = (
    *((f"bidi-{name}", f"<{mark}script{mark}>{RUN}</script>") for name, mark in _BIDI.items()),
    *((f"bidi-{name}-open", f"Jane {mark}Doe") for name, mark in list(_BIDI.items())[3:]),
    *((f"invisible-{name}", f"<{mark}/scr{mark}ipt>{mark}{RUN}") for name, mark in _INVISIBLE.items()),
    *((f"blank-inside-{name}", f'Jane{blank}"{blank}onfocus={RUN}') for name, blank in _BLANKS.items()),
    *((f"surrogates-{name}", value) for name, value in _SURROGATES.items()),
    *((f"noncharacters-{name}", value) for name, value in _NONCHARACTERS.items()),
    *((f"sequence-{name}", value) for name, value in _SEQUENCES.items()),
)

# Validation drops them, so what is left must be as safe as what came: filters that ran before saw another text.
_DROPPED = {
    "nul-in-end": "</script\x00><svg onload=window.canary=1 x>",
    "nul-before-name": "<\x00img src=x onerror=window.canary=1 x>",
    "nul-in-handler": "<img src=y o\x00nerror=window.canary=1>",
    "nul-in-comment": "<!-\x00- x -\x00->",
    "nul-in-reference": "&#\x0060;&l\x00t;",
    "nul-in-escape": "\\\x00u0022});window.canary=1/*",
    "nul-after-backslash": '\\\x00"});window.canary=1/*',
    "nul-in-braces": "{\x00{7*7}\x00}<b>",
    "nul-in-percent": "{\x00% debug %\x00}",
    "nul-in-proto": "__pro\x00to__.x",
    "nul-before-quote": "\x00'});window.canary=1//",
    "nul-joins-values": "Jane\x00\x00Doe\x00\x00\x00Sons",
    "soh-in-script": "<scr\x01ipt>window.canary=1/*",
    "stx-in-svg": "<sv\x02g onload=window.canary=1 x>",
    "etx-ends-line": "Jane\x03 <b>",
    "eot-ends-text": "Jane\x04 <i>",
    "enq-asks": "\x05Jane <u>",
    "bel-in-title": "\x1b]0;Jane\x07<title>",  # sets a terminal's title
    "backspace-over": "x\x08<b>\x08\x08\x08Jane",
    "vertical-tab-between": "<img\x0bsrc=x\x0bonerror=window.canary=1>",
    "vertical-tab-lines": "Jane\x0bDoe\x0b<s>",
    "form-feed-between": "<img\x0csrc=x\x0conerror=window.canary=1//>",  # white space in HTML
    "form-feed-attribute": '"\x0cautofocus\x0confocus="window.canary=1',
    "shift-out-in": "\x0e<b>\x0f</b>",
    "device-control": "\x11\x13Jane <kbd>",  # stops a terminal
    "substitute": "Jane\x1aDoe <em>",  # the end of a file
    "escape-link": "\x1b]8;;https://example.com/\x1b\\Jane\x1b]8;;\x1b\\",
    "escape-reset": "\x1bc\x1b[2J<b>Jane",
    "escape-hidden": "\x1b[8mwindow.canary=1\x1b[28m",
    "file-separator": "Jane\x1c<p>",  # splits lines in Python
    "group-separator": "Jane\x1d<dl>",
    "record-separator": '{"x":1}\x1e{"x":2}',  # JSON text sequences
    "unit-separator-ends": "\x1f\x1f<ul>\x1f",
    "delete-in-script": "</scri\x7fpt>window.canary",
    "c1-next-line": "//\x85window.canary=1",
    "c1-csi": "\x9b31mJane <b>",
    "c1-osc": "\x9d0;Jane\x9c <i>",
    "c1-in-tag": "<im\x80g src=x onerror=window.canary=1 >",
    "c1-quotes": "\x91\x92\x93\x94'\"",  # quotes in windows-1252
    "c1-angles": "\x8bscript\x9b <b>",  # angles in windows-1252
    "c1-lead": '\x81"\x9f\\',  # lead bytes of Shift_JIS
    "carriage-returns": "Jane\r\r\n\n\rDoe",
    "carriage-return-in-tag": "<img\rsrc=x\ronerror=window.canary=1>",
    "carriage-return-nul": "Jane\r\x00\nDoe <b>",  # becomes two lines and not one
    "carriage-return-comment": "//\rwindow.canary=1//x",
    "tab-first": "<b>\t\tJane\tDoe",
    "tab-in-scheme": "jav\tascript:window.canary=1",
    "line-feeds-in-tag": "<\nimg\nsrc=x\nonerror=window.canary=1>",
    "around-blank": "\x00 \x01<b> \x02",  # blank at the ends only once they are gone
    "all-then-markup": "".join(map(chr, [*range(9), 11, 12, *range(14, 32), *range(127, 160)])) + "<script>//",
}

CONTROLS: Rows = tuple((f"control-{name}", value) for name, value in _DROPPED.items())
