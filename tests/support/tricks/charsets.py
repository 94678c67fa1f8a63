r"""What a page declares wrongly or not at all: bytes of one charset that are something else in another."""

from __future__ import annotations

from base64 import b64encode

from support.tricks.payloads import IMG, RUN, Rows

__all__ = ["CHARSET_SHIFTS"]

_BREAK = f'"}});{RUN}//'

# Sequences that change what the following bytes mean, up to the next such sequence. Validation drops ESC and the
# shifts themselves; what is left must not begin one together with what stands before it.
_SHIFTS = {
    "jp-ascii": "\x1b(B",
    "jp-roman": "\x1b(J",  # backslash becomes a yen sign
    "jp-katakana": "\x1b(I",
    "jp-kanji-1978": "\x1b$@",
    "jp-kanji-1983": "\x1b$B",
    "jp-kanji-1990": "\x1b&@\x1b$B",
    "jp-supplement": "\x1b$(D",
    "jp-2-latin": "\x1b.A\x1bN",
    "kr": "\x1b$)C\x0e",
    "cn-simplified": "\x1b$)A\x0e",
    "cn-traditional": "\x1b$)G\x0e",
    "cn-supplement": "\x1b$*H\x1bN",
    "utf-8": "\x1b%G",
    "utf-8-end": "\x1b%@",
    "hz": "~{",
    "hz-end": "~}",
    "hz-tilde": "~~{",
    "hz-line": "~\n",
}

# Characters of western charsets whose bytes begin a pair in eastern ones, and what they would swallow.
_LEADS = {
    "shift-jis": "ƒã",  # ƒ and a backslash are ソ
    "gbk": "¿ß",  # ¿ and a backslash are 縗, known from SQL injection
    "big5": "¥³",  # ¥ and a backslash are 功
    "euc": "¤þ",
    "utf-8": "Ãð",  # lax decoders take what follows for the rest of a character
}
_SWALLOWED = {"backslash": "\\", "double-quote": '"', "single-quote": "'", "less-than": "<"}

# The other way round: characters of names and shops whose second byte is a sign of ASCII.
_TRAILS = {
    "shift_jis": {
        "backslash": "ソ表能",
        "pipe": "ポл",
        "backtick": "Ａチ",
        "brace": "ボ",
        "brace-end": "マ",
        "bracket": "ゼー",
    },
    "big5": {"backslash": "功許蓋", "pipe": "└ㄍ", "backtick": "瓩ε", "brace": "┐", "brace-end": "┘", "bracket": "兞"},
    "gbk": {"backslash": "縗運誠", "pipe": "億", "backtick": "乣", "brace": "亄", "brace-end": "亇", "bracket": "乕"},
    "johab": {"backslash": "겦", "less-than": "＼，", "greater-than": "．㎜", "pipe": "갚"},
}

# Markup as pairs of bytes, which a wrong guess turns into ideographs and a right one back into markup.
_MARKUP = {"image": IMG + " ", "script-end": "</script>\n", "break": _BREAK + "\n"}

# Characters whose low byte is a sign: what is left when somebody writes one byte of two.
_LOW_BYTES = {
    "less-than": "ļ",
    "greater-than": "ľ",
    "double-quote": "Ģ",
    "single-quote": "ħ",
    "ampersand": "Ħ",
    "backslash": "Ŝ",
    "line-feed": "Ċ",
    "carriage-return": "č",
    "backtick": "Š",
    "nul": "Ā",
    "less-than-far": "㰼",  # both bytes are
    "line-feed-far": "嘊",
    "mirrored": "㸼",  # > and <
}

# Overlong UTF-8 as windows-1252 shows it: forbidden, and read as ASCII by lax decoders.
_OVERLONG = {
    "less-than": "À¼",
    "greater-than": "À¾",
    "double-quote": "À¢",
    "single-quote": "À§",
    "backslash": "Áœ",
    "slash": "À¯",
    "less-than-three": "à€¼",
    "less-than-four": "ð€€¼",
    "surrogates": "í\xa0½í¸€",  # CESU-8
}

_MARKS = {
    "utf-8": "ï»¿",
    "utf-16-be": "þÿ",
    "utf-16-le": "ÿþ",
    "utf-7": "+/v8-",
    "utf-7-nine": "+/v9-",
    "utf-ebcdic": "Ýsfs",
    "gb-18030": "„1•3",
    "between": "Jane\ufeff<b>",
    "twice": "\ufeff\ufeff<b>Jane\ufeff",
}

# Who may change the charset of what follows, or of what is loaded.
_DECLARED = {
    "meta": "<meta charset=utf-7>",
    "meta-jp": "<meta charset=iso-2022-jp>",
    "meta-http": '<meta http-equiv=content-type content="text/html;charset=x-user-defined">',
    "xml": '<?xml version="1.0" encoding="utf-7"?>',
    "css": '@charset "utf-7";',
    "script": "<script charset=utf-16 src=data:,x></script>",
    "python": "# -*- coding: utf-7 -*-",
    "form": "<form accept-charset=iso-2022-jp><input name=_charset_>",
}

# Text that some program on the way writes in ASCII of its own.
_ENCODED = {
    "quoted-printable": "=3Cscript=3Ewindow.canary=3D1=3C/script=3E",
    "quoted-printable-soft": "<scr=\nipt>",
    "mime-base64": "=?utf-8?B?PHNjcmlwdD53aW5kb3cuY2FuYXJ5PTE8L3NjcmlwdD4=?=",
    "mime-q": "=?utf-7?Q?+ADw-script+AD4-?=",
    "base64": "PHNjcmlwdD53aW5kb3cuY2FuYXJ5PTE8L3NjcmlwdD4=",
    "punycode": "xn--script-",
    "imap": "&ADw-script&AD4-",
    "java": "\\u003cscript\\u003e",
    "percent-u": "%u003cscript%u003e",
    "percent-overlong": "%c0%bcscript%c0%be",
    "uuencode": "begin 644 x\n#0V%T\nend",
    "trigraph": "??<??/n??>",
    "digraph": "<:script:>%:",
    "ebcdic": "<script>".encode("cp037").decode("cp1252", "replace"),
    "ebcdic-seen": "<script>".encode("cp1252").decode("cp037"),
}

_SEEN_WRONG = {
    "latin": "é ü ñ".encode().decode("cp1252"),
    "quotes": "‘x’ “".encode().decode("cp1252"),
    "emoji": "😊".encode().decode("cp1252"),
    "twice": "é".encode().decode("cp1252").encode().decode("cp1252"),
    "cyrillic": "Привет".encode("cp1251").decode("cp1252"),
    "cyrillic-koi8": "Привет".encode("cp1251").decode("koi8-r"),
    "japanese": "山田".encode("shift_jis").decode("cp1252", "replace"),
    "korean": "한국어".encode("euc-kr").decode("cp1252"),
    "cut": "é".encode().decode("cp1252")[:1],
    "cut-quote": '€"'.encode().decode("cp1252")[:2] + '"',
    "wansung-won": '₩";window.canary=1;//',  # the backslash of Korean fonts
    "overline": "‾{<script>‾}",  # the tilde of Shift_JIS
    "yen-escape": "¥u0022};window.canary=1//",
    "half-width-katakana": "ｱｲｳ\uff9e<b>",
    "dotless": "ý\u00ddþ\u00de",  # ı İ ş Ş in the Turkish table
    "euro": "¤€\u20a0",
}

# UTF-7 writes any character with letters, a plus and a dash.
_UTF_7 = {
    "less-than": ("<", "img src=x onerror=window.canary=1+AD4-"),
    "greater-than": (">", "+ADw-svg onload=window.canary=1+AD4-"),
    "double-quote": ('"', "});window.canary=1//"),
    "single-quote": ("'", "});window.canary=1//"),
    "backslash": ("\\", '"});window.canary=1//'),
    "line-feed": ("\n", "window.canary=1//"),
    "ampersand": ("&", "lt;"),
    "backtick": ("`", ";window.canary=1//"),
}


def _utf_7(character: str) -> str:
    """`character` in base 64 even where UTF-7 would leave it as it is."""
    return "+" + b64encode(character.encode("utf-16-be")).decode().rstrip("=") + "-"


CHARSET_SHIFTS: Rows = (
    *((f"shift-{name}-then-break", shift + _BREAK) for name, shift in _SHIFTS.items()),
    *((f"shift-{name}-then-image", f"{shift}{IMG}\x1b(B\x0f~}}") for name, shift in _SHIFTS.items()),
    *(
        (f"lead-{charset}-{place}-{name}", f"{lead}{swallowed}}});{RUN}//")
        for charset, leads in _LEADS.items()
        for place, lead in enumerate(leads, 1)
        for name, swallowed in _SWALLOWED.items()
    ),
    *(
        (f"trail-{charset.replace('_', '-')}-{name}", f"{characters}{_BREAK}")
        for charset, rows in _TRAILS.items()
        for name, characters in rows.items()
    ),
    *(
        (f"pairs-{charset}-{name}", markup.encode("ascii").decode(charset))
        for charset in ("utf-16-le", "utf-16-be")
        for name, markup in _MARKUP.items()
    ),
    *((f"utf-7-{name}", _utf_7(character) + rest) for name, (character, rest) in _UTF_7.items()),
    ("utf-7-open", "+ADw-script+AD4"),
    ("utf-7-joined", "+ADwAcwBjAHIAaQBwAHQAPg-"),
    ("utf-7-plus", "+-+-"),
    *((f"low-byte-{name}", f"{character}script{RUN}//") for name, character in _LOW_BYTES.items()),
    *((f"overlong-{name}", f"{characters}script") for name, characters in _OVERLONG.items()),
    *((f"byte-order-mark-{name}", mark if len(mark) > 4 else f"{mark}{IMG}") for name, mark in _MARKS.items()),
    *((f"charset-{name}", value) for name, value in _DECLARED.items()),
    *((f"encoded-{name}", value) for name, value in _ENCODED.items()),
    *((f"seen-wrong-{name}", value) for name, value in _SEEN_WRONG.items()),
)
