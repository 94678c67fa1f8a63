r"""As long as a value may be, and as deep as that length allows."""

from __future__ import annotations

from support.tricks.payloads import IMG, RUN, Rows

__all__ = ["DEEPLY_NESTED", "VERY_LONG"]

# The most characters that a text may have; written down again so that a change of the library shows.
_CAP = 1_000


def _filled(unit: str, end: str = "") -> str:
    """As many of `unit` as there is room for, and `end`."""
    return unit * ((_CAP - len(end)) // len(unit)) + end


def _nested(begin: str, end: str, middle: str = "") -> str:
    """`middle` in as many pairs as there is room for."""
    count = (_CAP - len(middle)) // (len(begin) + len(end))
    return begin * count + middle + end * count


# Each is a run of what some step makes longer, slower or something else at its end.
_LONG = {
    "apostrophes": _filled("'"),  # six times as long in a script
    "double-quotes": _filled('"'),
    "backticks": _filled("`"),
    "greater": _filled(">"),
    "percents": _filled("%"),
    "braces": _filled("{"),
    "equals": _filled("="),
    "dashes": _filled("-"),  # quadratic for some readers of comments
    "slashes": _filled("/"),
    "underscores": _filled("_"),
    "stars": _filled("*"),
    "brackets": _filled("["),
    "tildes": _filled("~"),
    "hashes": _filled("#"),
    "dollars": _filled("$"),
    "references": _filled("&lt;"),
    "references-open": _filled("&#"),
    "references-numbers": _filled("&#60"),
    "escapes": _filled("\\u003c"),
    "escapes-open": _filled("\\u"),
    "percent-sequences": _filled("%22"),
    "line-feeds": _filled("a\n"),
    "carriage-returns": _filled("a\r\n"),  # shorter once read
    "line-separators": _filled("a\u2028"),
    "blanks-inside": "a" + " " * (_CAP - 2) + "a",
    "no-break-spaces": "a" + "\u00a0" * (_CAP - 2) + "a",
    "tabs": "a" + "\t" * (_CAP - 2) + "a",
    "zero-width": _filled("\u200b"),
    "bidi": _filled("\u202e"),
    "joiners": _filled("👩\u200d"),
    "marks": "Z" + "\u0301" * (_CAP - 1),
    "sharp-s": _filled("ß"),  # twice as long in upper case
    "dotted-i": _filled("İ"),  # longer in lower case
    "arabic-phrases": _filled("\ufdfa"),  # eighteen times as long under NFKC
    "surrogates": _filled("\ud83d"),
    "surrogate-pairs": _filled("\ud83d\ude00", "\ud83d"),
    "nul-between": _filled("a\x00"),
    "latin": _filled("é"),
    "private": _filled("\U000f0000"),
    "script-ends": _filled("</script>"),
    "script-begins": _filled("<!--<script>"),
    "comment-begins": _filled("<!--"),
    "comment-ends": _filled("-->"),
    "tag-begins": _filled("<a "),
    "attributes": "<a " + _filled("x ")[:-3],
    "attribute-value": '<a x="' + "a" * (_CAP - 6),
    "section-begins": _filled("<![CDATA["),
    "template-expressions": _filled("{{7*7}}"),
    "template-literals": _filled("${1}"),
    "break-last": _filled("a", f'"}});{RUN}//'),  # where a column's width cuts it
    "image-last": _filled("a", IMG),
    "image-first": IMG + "a" * (_CAP - len(IMG)),
    "end-last": _filled("a", "</script>"),
    "backslash-last": _filled("a", "\\"),
    "reference-last": _filled("a", "&#60"),
    "emoji-last": _filled("a", "😀"),
    "email": _filled("a@"),
    "digits": _filled("9"),
    "words": _filled("ab "),
    "slow-expression": _filled("a", "!"),
    "blank-markup": _filled("< "),
    "utf-7": _filled("+ADw-"),
    "yen": _filled("\u00a5"),
}

# Elements that parsers keep lists of, clone or move: what they do grows with the depth.
_ELEMENTS = {
    "div": ("<div>", "</div>"),
    "span-blocks": ("<span><div>", "</span>"),  # wrongly nested
    "formatting": ("<b><i>", "</b>"),
    "formatting-block": ("<a><p>", "</a>"),  # the adoption agency
    "formatting-attributes": ("<font size=1>", ""),
    "table": ("<table><tr><td>", ""),
    "table-foster": ("<table><p>", ""),
    "svg": ("<svg>", "</svg>"),
    "foreign": ("<svg><desc>", ""),
    "math": ("<math><mi>", ""),
    "template": ("<template>", "</template>"),
    "select": ("<select>", ""),
    "button": ("<button>", ""),
    "form": ("<form>", ""),
    "list": ("<ul><li>", ""),
    "quote": ("<blockquote>", "</blockquote>"),
    "object": ("<object>", "</object>"),
    "frame": ("<iframe srcdoc='", ""),
    "frameset": ("<frameset>", ""),
    "ruby": ("<ruby><rt>", ""),
    "plaintext": ("<plaintext>", ""),
    "noscript": ("<noscript>", "</noscript>"),
    "end-tags": ("</div>", ""),
    "comment": ("<!--", "-->"),
    "comment-server": ("<%", "%>"),
    "section": ("<![CDATA[", "]]>"),
    "doctype": ("<!DOCTYPE x [", "]>"),
}

_CODE = {
    "round": ("(", ")"),
    "square": ("[", "]"),
    "curly": ("{", "}"),
    "object": ('{"x":', "}"),
    "object-proto": ('{"__proto__":', "}"),
    "literal": ("`${", "}`"),
    "arrow": ("x=>", ""),
    "function": ("(()=>", ")()"),
    "ternary": ("1?", ":1"),
    "unary": ("!", ""),
    "new": ("new ", ""),
    "await": ("await ", ""),
    "comment": ("/*", "*/"),
    "optional": ("?.[", "]"),
    "quotes": ("'\"", "\"'"),
    "regular-expression": ("(?:", ")*"),
    "dots": ("x.", ""),
    "proto-dots": ("__proto__.", ""),
    "backslashes": ('\\"', '\\"'),  # a text in a text in a text
}

_MARKUP = {
    "expression": ("{{", "}}"),
    "statement": ("{%if 1%}", "{%endif%}"),
    "jinja-comment": ("{#", "#}"),
    "markdown-quote": (">", ""),
    "markdown-quote-blank": ("> ", ""),
    "markdown-list": ("- ", ""),
    "markdown-emphasis": ("*a **b ", ""),
    "markdown-links": ("[", "](x)"),
    "markdown-images": ("![", "](x)"),
    "markdown-code": ("`x``", ""),
    "markdown-angles": ("<x@", ">"),
    "wiki": ("[[", "]]"),
    "wiki-template": ("{{x|", "}}"),
    "bidi": ("\u2067", "\u2069"),
    "bidi-embedding": ("\u202b", "\u202c"),
    "lookup": ("${lower:", "}"),
    "tex": ("\\frac{", "}"),
    "yaml": ("[&x ", "]"),
    "path": ("../", ""),
}

VERY_LONG: Rows = tuple((f"very-long-{name}", value) for name, value in _LONG.items())
DEEPLY_NESTED: Rows = (
    *((f"nested-element-{name}", _nested(*pair, middle=IMG)) for name, pair in _ELEMENTS.items()),
    *((f"nested-code-{name}", _nested(*pair, middle=RUN)) for name, pair in _CODE.items()),
    *((f"nested-{name}", _nested(*pair, middle="7*7")) for name, pair in _MARKUP.items()),
    ("nested-references", "&" + "amp;" * 240 + "lt;"),
    ("nested-percents", "%" + "25" * 490 + "3C"),
    ("nested-escapes", "\\" * 512 + f'"}});{RUN}//'),
    ("nested-escapes-odd", "\\" * 511 + f'"}});{RUN}//'),
)
