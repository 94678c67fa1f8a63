r"""Values written by hand that mean something else to whoever reads text: Markdown, words, charsets, Unicode."""

from __future__ import annotations

from support.tricks.payloads import Section

__all__ = ["WRITTEN_TEXT"]

WRITTEN_TEXT: tuple[Section, ...] = (
    # Markdown.
    (
        "markdown",
        (
            ("markdown-emphasis", "**Jane** _Doe_ ~~x~~ `y`"),
            ("markdown-link", "[Jane](javascript:window.canary=1)"),
            ("markdown-image", "![x](https://example.com/x.png)"),
            ("markdown-autolink", "<https://example.com> https://example.com www.example.com"),
            ("markdown-heading", "# Jane"),
            ("markdown-list", "* Jane\n* Doe\n1. x"),
            ("markdown-fence", "```\nJane\n```"),
            ("markdown-setext", "Jane\n===="),
            ("markdown-rule", "Jane\n\n---\n\nDoe"),
            ("markdown-indented", "Jane\n\n    code"),
            ("markdown-table", "| a | b |\n|---|---|\n| c | d |"),
            ("markdown-reference", "[x]: https://example.com"),
            ("markdown-emoji", ":smile: (c) ... --"),
            ("markdown-escapes", "\\* \\_ \\<"),
            ("wiki", "[[Jane]] ''Doe'' __x__"),
        ),
    ),
    # Names that mean something to JavaScript, JSON and Python.
    (
        "words",
        (
            ("word-none", "None"),
            ("word-null", "null"),
            ("word-true", "true"),
            ("word-false", "False"),
            ("word-undefined", "undefined"),
            ("word-nan", "NaN"),
            ("word-infinity", "-Infinity"),
            ("word-object", "[object Object]"),
        ),
    ),
    (
        "prototype-keys",
        (
            ("word-proto", "__proto__"),
            ("word-constructor", "constructor"),
            ("word-prototype", "prototype"),
            ("word-to-string", "toString"),
            ("word-has-own-property", "hasOwnProperty"),
            ("json", '{"__proto__":{"email":"john.doe@example.com"}}'),
        ),
    ),
    (
        "words",
        (
            ("json-array", '["Jane"]'),
            ("json-string", '"Jane"'),
            ("number", "0"),  # false to some
            ("number-long", "9007199254740993"),  # one past what a double holds
            ("number-exponent", "1e309"),
            ("number-leading-zero", "007"),
            ("number-arabic", "\u0661\u0662\u0663"),
            ("number-separators", "1_000"),
            ("class-names", "nosto_customer line_item email"),  # readers look classes up wherever they stand
            ("sql", "Jane'); DROP TABLE customers;--"),
            ("spreadsheet", "=1+1|' /C calc'!A0"),
            ("path", "../../etc/passwd"),
            ("header", "Jane\r\nSet-Cookie: x=y"),
            ("log-forging", "Jane\nERROR forged"),
        ),
    ),
    # Other charsets: what a page declares wrongly, or not at all.
    (
        "charset-shifts",
        (
            ("utf-7", "+ADw-script+AD4-window.canary=1+ADw-/script+AD4-"),
            ("iso-2022-jp-roman", "\x1b(J\\\x1b(B"),  # backslash becomes a yen sign
            ("iso-2022-jp-kanji", "\x1b$B<script>\x1b(B"),  # swallows the markup up to the next ESC
            ("hz-gb", "~{<script>~}"),
            ("shift-out", "\x0eJane\x0f"),
            # As windows-1252, the lead byte of a pair that swallows the quote.
            ("shift-jis-lead", "\u00e3\u0081\u0022"),
            ("yen", '\u00a5";window.canary=1;//'),  # the backslash of Shift_JIS
            ("windows-1252", "\u20ac \u201cquotes\u201d \u2026"),
            ("latin-1", "\u00e9\u00e8\u00fc\u00df\u00f1"),
            ("mojibake", "Ã©Ã¼"),
            ("ebcdic", "\u004c\u00a2\u0083"),
        ),
    ),
    # Unicode: what must arrive as it is, and what makes markup under normalisation.
    (
        "unicode",
        (
            ("japanese", "山田太郎"),
            ("chinese-supplement", "𠮷野家"),  # astral, and in people's names
            ("cyrillic", "Здравствуйте"),
        ),
    ),
    (
        "normalisation",
        (
            ("greek-final-sigma", "ΟΔΟΣ οδος"),
            ("turkish", "İıIi"),  # changes length when lowered
            ("german-sharp-s", "Straße STRASSE ẞ"),  # changes length when upper-cased
            ("ligatures", "\ufb01\ufb03"),  # NFKC takes them apart
            ("combining", "e\u0301"),  # not the same as é, and kept so
            ("precomposed", "\u00e9"),
            ("combining-first", "\u0338Jane"),  # joins a > before it: ≯
        ),
    ),
    ("unicode", (("combining-many", "Z" + "\u0351\u036b\u0343" * 20),)),
    (
        "normalisation",
        (
            ("hangul-jamo", "\u1112\u1161\u11ab"),  # NFC makes one syllable
            ("fullwidth", "＜script＞window.canary=1＜/script＞"),  # NFKC makes markup
            ("fullwidth-quotes", "\uff02\uff07\uff3c"),  # " ' and \ under NFKC
            ("small-forms", "\ufe64script\ufe65"),  # < and > under NFKC
            ("angle-quotes", "\u2039script\u203a \u00abx\u00bb"),  # < and > in some best-fit tables
            ("greek-question-mark", "\u037e"),  # ; under NFC
            ("kelvin", "\u212a"),  # k without case: a class of a pattern that ignores case
            ("long-s", "</\u017fcript>"),  # s without case
            ("division-slash", "\u2215\u2044\u29f8"),
        ),
    ),
    (
        "unicode",
        (
            ("right-to-left", "\u05d9\u05e2\u05dc"),
            ("right-to-left-override", "\u202egnp.exe\u202c"),
            ("right-to-left-isolate", "\u2067Jane\u2069"),
            ("right-to-left-mark", "Jane\u200fDoe\u200e"),
            ("zero-width-space", "Jane\u200bDoe"),
            ("zero-width-joiner", "Jane\u200dDoe"),
            ("zero-width-non-joiner", "می\u200cخواهم"),  # spelling in Persian
            ("zero-width-only", "\u200b"),  # no blank: it is there
            ("word-joiner", "Jane\u2060Doe"),
            ("soft-hyphen", "Jane\u00adDoe"),
            ("byte-order-mark-inside", "Jane\ufeffDoe"),
            ("byte-order-mark-first", "\ufeffJane"),  # trimmed by JavaScript
            ("no-break-space", "Jane\u00a0Doe"),
            ("no-break-space-around", "\u00a0Jane\u00a0"),  # blank to JavaScript
            ("ideographic-space", "\u3000山田\u3000太郎\u3000"),
            ("ogham-space", "Jane\u1680Doe"),
            ("mongolian-vowel-separator", "\u180eJane\u180e"),  # blank to old Unicode only
            ("blanks-inside", "Jane    Doe"),  # innerText would join them
            ("blanks-around", "  Jane  "),
            ("blank-only", " \t\n\u00a0"),  # nothing is left: not given
            ("emoji", "😀"),
            ("emoji-family", "👩\u200d👩\u200d👧\u200d👦"),
            ("emoji-skin", "👍🏽"),
            ("emoji-flag", "🇫🇮🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"),
            ("emoji-variation", "❤\ufe0f ❤\ufe0e"),
            ("tag-characters", "Jane\U000e0041\U000e0042"),  # invisible ASCII
            ("variation-selector", "葛\U000e0100"),
            ("astral-first", "\U00010000"),
            ("astral-last-but-two", "\U0010fffd"),
            ("private-use", "\ue000\U000f0000"),
            ("replacement-character", "\ufffd"),
            ("noncharacter-bmp", "Jane\ufdd0\ufdefDoe"),
            ("noncharacter-astral", "Jane\U0001fffe\U0010ffffDoe"),
            ("noncharacter-ends", "Jane\ufffe\uffffDoe"),  # forbidden in XML: dropped
            ("object-replacement", "\ufffc\ufff9x\ufffa"),
            ("unassigned", "\u0378\U000e0fff"),
            ("private-controls", "\u2061\u206a\u206f"),
        ),
    ),
    # What no page can carry, and what is left of it.
    (
        "controls",
        (
            ("nul", "Jane\x00Doe"),
            ("nul-in-element", "<\x00script>window.canary=1</\x00script>"),  # where a filter looks before the NUL goes
            ("nul-in-script-end", "</scr\x00ipt>"),
            ("nul-only", "\x00"),
            ("controls-c0", "".join(map(chr, range(0x20)))),
            ("controls-c1", "".join(map(chr, range(0x7F, 0xA0)))),
            ("control-between", "java\x01script:window.canary=1"),
            ("control-first", "\x01javascript:window.canary=1"),
            ("backspace", "Jane\x08\x08"),
            ("vertical-tab", "Jane\x0bDoe"),
            ("form-feed", "Jane\x0cDoe"),  # white space in HTML
            ("escape-sequence", "\x1b[31mJane\x1b[0m"),  # colours a terminal
            ("unit-separator", "Jane\x1fDoe"),  # blank to Python's strip()
            ("delete", "Jane\x7fDoe"),
        ),
    ),
    (
        "unicode",
        (
            ("surrogate-high", "Jane\ud800"),
            ("surrogate-low", "\udc00Jane"),
            ("surrogates-reversed", "\ude00\ud83d"),
            ("surrogate-pair", "\ud83d\ude00"),  # two code points in Python, one in a page
            ("surrogate-and-control", "\ud83d\x00\ude00"),  # dropping what stands between must not join them
            ("surrogate-escape", b"Jane \xff\xfe".decode("ascii", "surrogateescape")),  # what os.environ holds
            ("surrogate-before-markup", "\ud800<script>"),
        ),
    ),
    # Long ones, at the cap.
    (
        "very-long",
        (
            ("long-plain", "a" * 1000),
            ("long-markup", "<" * 1000),
            ("long-quotes", "\"'" * 500),
            ("long-backslashes", "\\" * 1000),
            ("long-ampersands", "&" * 1000),
            ("long-astral", "😀" * 1000),
            ("long-japanese", "漢" * 1000),
            ("long-mixed", '<é"😀\\' * 200),
            ("long-once-trimmed", "  " + "a" * 1000 + "\x00"),
        ),
    ),
    # Everything at once.
    (
        "polyglots",
        (
            ("ascii", "".join(map(chr, range(0x20, 0x7F)))),
            (
                "polyglot",
                "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=window.canary=1 )//%0D%0A%0d%0a//</stYle/</titLe/</teXtarEa/"
                "</scRipt/--!>\\x3csVg/<sVg/oNloAd=window.canary=1//>\\x3e",
            ),
            ("naughty-quotes", "\"''''\"'\"`´‘’“”"),
        ),
    ),
)
