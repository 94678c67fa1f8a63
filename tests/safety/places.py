"""The table of places: where an author may drop the output, and what must hold of it there."""

from __future__ import annotations

import html
import json
import re
import string
from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal, NamedTuple

import markdown
import markdown2
import marko
import mistune
from markdown_it import MarkdownIt
from marko.ext.gfm import gfm
from safety.pages import (
    NONCE,
    Maker,
    after_shift,
    bare,
    charset,
    fetched,
    framed,
    html_page,
    in_element,
    markdown_page,
    mounted,
    recursing,
    swapped,
    under_policy,
    xhtml,
)

__all__ = ["PLACES", "Holds", "Output", "Place"]

Output = Literal["block", "snippet", "statement", "attribute"]
Holds = Literal["arrives", "inert", "known"]
"""``arrives``: what the model holds comes out, to the last character. ``inert``: nothing runs, nothing is told, and the
page is the one that a harmless value gives. ``known``: nothing runs, but values come out wrong."""

_MARKUP: tuple[Output, ...] = ("block", "snippet")


# --- rows


class Place(NamedTuple):
    """One row: an output, where it is put, what must hold."""

    name: str
    output: Output
    cell: Callable[[str], str]
    """What the author writes around one output."""
    holds: Holds = "arrives"
    why: str = ""
    page: Maker = html_page
    act: str = ""
    """JavaScript that a visitor's or the page's own doing stands for, run before anybody looks."""
    nonce: str | None = None
    recorded: bool = True
    """Whether the page has the recorder; one that is no HTML of the author's has not."""
    hides: bool = False
    """Whether the values must not be seen, though they do not arrive."""
    guarded: str = ""
    """Why nothing could go wrong in it whatever was printed; only then may the control find nothing."""
    becomes: Callable[[str], str] = lambda value: value
    """What a row that is `known` makes of a value."""
    compares: Literal["all", "valued attributes", "nothing"] = "all"
    """How much of what stands in the page is held against a page with harmless values."""
    elsewhere: Mapping[str, tuple[Holds, str]] = {}
    """What holds in an engine that does otherwise, and why."""

    def holds_in(self, engine: str) -> Holds:
        return self.elsewhere.get(engine, (self.holds, ""))[0]

    @property
    def unseen(self) -> bool:
        """Whether a person must not see the values."""
        return self.hides or (self.output == "block" and self.holds != "inert")

    def __str__(self) -> str:
        return f"{self.name}: {self.output}"


def _in(template: str) -> Callable[[str], str]:
    return lambda output: template.replace("{}", output)


def _escaped_in(template: str) -> Callable[[str], str]:
    """The author's own escaping of the markup, as ``|e`` does it."""
    return lambda output: template.replace("{}", html.escape(str.__str__(output)))


_as_it_is = _in("{}")
_in_json = lambda output: json.dumps({"html": output})  # noqa: E731 - a table's cell

_CLICK = "document.querySelectorAll('b').forEach((each) => each.click())"
# Each click on such a link takes back the one before it that has not run yet.
_FOLLOW = "(async () => { for (const each of document.links) { each.click(); await new Promise((run) => setTimeout(run)); } })()"
_CLONE = "document.querySelectorAll('template').forEach((each) => each.after(each.content.cloneNode(true)))"
_FROM_DATA = "document.querySelectorAll('[data-html]').forEach((each) => { each.innerHTML = each.dataset.html; })"
_SETTLED = "new Promise((resolve) => document.addEventListener('{}', () => setTimeout(resolve, 10), { once: true }))"

_FRAGMENT = "document.querySelector('main').append(document.createRange().createContextualFragment(data.html));"
_INNER = "document.querySelector('main').innerHTML = data.html;"
_TAKES = "The text is that of the element, and not markup."
_ENDS = "Its own end tag ends the author's script, which then does not parse."
_QUOTES = "The statement's own double quotes end the attribute; its values hold no sign that opens another."

# Where the output is taken apart at its own blanks and quotes, values become names of attributes, without a value.
_VALUED: Literal["valued attributes"] = "valued attributes"

_BODY = (
    Place("HTML body", "block", _as_it_is),
    Place("HTML body", "snippet", _as_it_is),
    Place("HTML body", "statement", _as_it_is, "inert", "It is text there, and seen."),
    Place("inside <p>", "block", _in("<p>a{}b</p>")),
    Place("inside <p>", "snippet", _in("<p>a{}b</p>")),
    Place("inside <table>", "block", _in("<table>{}<tr><td>a</td></tr></table>")),
    Place("inside <table>", "snippet", _in("<table>{}<tr><td>a</td></tr></table>")),
    Place(
        "inside <select>",
        "block",
        _in("<select><option>a</option>{}</select>"),
        elsewhere={"webkit": ("inert", "Its parser drops the elements.")},
    ),
    Place("inside <select>", "snippet", _in("<select><option>a</option>{}</select>")),
    Place("inside <svg>", "block", _in("<svg>{}</svg>")),
    Place("inside <svg>", "snippet", _in("<svg>{}</svg>")),
    Place("inside <math>", "block", _in("<math>{}</math>")),
    Place("inside <math>", "snippet", _in("<math>{}</math>"), "inert", "MathML has no scripts."),
    Place("<template>, then cloned", "block", _in("<template>{}</template>"), act=_CLONE),
    Place("<template>, then cloned", "snippet", _in("<template>{}</template>"), act=_CLONE),
    Place("<template>", "snippet", _in("<template>{}</template>"), "inert", "Nothing runs before it is cloned."),
    Place("HTML comment", "block", _in("<!-- {} -->"), "inert", _TAKES),
    Place("HTML comment", "snippet", _in("<!-- {} -->"), "inert", _TAKES),
    *(
        Place(f"<{name}>", output, _in(f"<{name}>{{}}</{name}>"), "inert", _TAKES)
        for name in ("textarea", "title", "noscript", "style", "xmp")
        for output in _MARKUP
    ),
    # One for all: each frame is a document, and takes its time.
    Place("<iframe>", "block", _as_it_is, "inert", _TAKES, page=in_element("iframe")),
    Place("<iframe>", "snippet", _as_it_is, "inert", _TAKES, page=in_element("iframe")),
)

_SCRIPTS = (
    Place("author's script", "statement", _in("<script>{};</script>")),
    Place("author's script, by mistake", "block", _in("<script>{};</script>"), "inert", "Markup is no JavaScript."),
    Place("author's script, by mistake", "snippet", _in("<script>{};</script>"), "inert", "Markup is no JavaScript."),
    Place("JavaScript block comment", "statement", _in("<script>/* {} */</script>"), "inert", _TAKES),
    Place("JavaScript block comment", "block", _in("<script>/* {} */</script>"), "inert", _TAKES),
    Place("JavaScript line comment", "statement", _in("<script>// {}\n</script>"), "inert", _TAKES),
    Place("JavaScript line comment", "block", _in("<script>// {}\n</script>"), "inert", _TAKES),
    *(
        Place(f"JavaScript {name}", "snippet", _in(f"<script>{around}</script>"), "inert", _ENDS)
        for name, around in (("block comment", "/* {} */"), ("line comment", "// {}\n"), ("template literal", "`{}`;"))
    ),
    Place("JavaScript template literal", "statement", _in("<script>`{}`;</script>"), "inert", "It is a string there."),
    Place(
        "JavaScript template literal, then innerHTML",
        "block",
        _in("<main></main><script>document.currentScript.previousSibling.innerHTML = `{}`;</script>"),
    ),
)

_ATTRIBUTES = (
    Place("double-quoted attribute", "attribute", _in('<b onclick="{}">a</b>'), act=_CLICK),
    Place("single-quoted attribute", "attribute", _in("<b onclick='{}'>a</b>"), act=_CLICK),
    Place("single-quoted attribute, as it is", "statement", _in("<b onclick='{}'>a</b>"), act=_CLICK),
    Place(
        "double-quoted attribute, as it is", "statement", _in('<b onclick="{}">a</b>'), "inert", _QUOTES, act=_CLICK,
        compares=_VALUED,
    ),
    Place("double-quoted attribute, as it is", "block", _in('<b title="{}">a</b>'), "inert", _QUOTES, compares=_VALUED),
    Place("double-quoted attribute, as it is", "snippet", _in('<b title="{}">a</b>'), "inert", _QUOTES, compares=_VALUED),
    Place("single-quoted attribute, as it is", "block", _in("<b title='{}'>a</b>"), "inert", _TAKES),
    Place("single-quoted attribute, as it is", "snippet", _in("<b title='{}'>a</b>"), "inert", _TAKES),
    Place("unquoted attribute", "attribute", _in("<b onclick={}>a</b>"), "inert", "It ends at the first blank.",
          act=_CLICK, compares=_VALUED),
    Place("unquoted attribute, as it is", "statement", _in("<b onclick={}>a</b>"), "inert",
          "It ends at the first blank.", act=_CLICK, compares=_VALUED),
    Place("unquoted attribute, as it is", "block", _in("<b title={}>a</b>"), "inert", "It ends at the first blank.",
          compares=_VALUED),
    Place("unquoted attribute, as it is", "snippet", _in("<b title={}>a</b>"), "inert", "It ends at the first blank.",
          compares=_VALUED),
    Place("attribute, escaped, then innerHTML", "block", _escaped_in('<b data-html="{}"></b>'), act=_FROM_DATA),
    Place("single-quoted attribute, escaped, then innerHTML", "block", _escaped_in("<b data-html='{}'></b>"),
          act=_FROM_DATA),
    Place("unquoted attribute, escaped", "block", _escaped_in("<b title={}></b>"), "inert",
          "It ends at the first blank.", compares=_VALUED),
    Place("unquoted attribute, escaped", "snippet", _escaped_in("<b title={}></b>"), "inert",
          "It ends at the first blank.", compares=_VALUED),
    Place("srcdoc, as it is", "block", _in('<iframe srcdoc="{}"></iframe>'), "inert", _QUOTES, compares=_VALUED),
    Place("attribute, escaped", "snippet", _escaped_in('<b title="{}"></b>'), "inert", _TAKES,
          guarded="The author escapes it."),
    Place('href="javascript:"', "attribute", _in('<a href="javascript:{}">a</a>'), act=_FOLLOW),
    Place('href="javascript:", as it is', "statement", _in('<a href="javascript:{}">a</a>'), "inert", _QUOTES,
          act=_FOLLOW, compares=_VALUED),
    Place("srcdoc", "block", _as_it_is, page=framed),
    Place("srcdoc", "snippet", _as_it_is, page=framed),
    Place("srcdoc, as it is", "snippet", _in('<iframe srcdoc="{}"></iframe>'), "inert", _QUOTES, compares=_VALUED),
)  # fmt: skip

_FETCHED = (
    Place("JSON, put in with innerHTML", "block", _as_it_is, page=fetched(_INNER)),
    Place("JSON, put in with innerHTML", "snippet", _as_it_is, "inert", "Scripts put in so do not run.",
          page=fetched(_INNER)),
    Place("JSON, put in as a contextual fragment", "block", _as_it_is, page=fetched(_FRAGMENT)),
    Place("JSON, put in as a contextual fragment", "snippet", _as_it_is, page=fetched(_FRAGMENT)),
    Place("JSON, opened as HTML", "block", _in_json, "inert", "The root stays hidden.", compares=_VALUED,
          page=bare, recorded=False, hides=True),
    Place("JSON, opened as HTML", "snippet", _in_json, "inert", "The script does not parse.", compares=_VALUED,
          page=bare, recorded=False, hides=True),
    *(
        Place(name, output, _as_it_is, page=page)
        for name, page in (
            ("htmx swap", swapped(
                "htmx.js", '<div hx-get="/fragment" hx-trigger="load"></div>',
                f"ready = {_SETTLED.replace('{}', 'htmx:afterSettle')};",
            )),
            ("Turbo frame", swapped(
                "turbo.js", '<turbo-frame id="frame" src="/fragment"></turbo-frame>',
                f"ready = {_SETTLED.replace('{}', 'turbo:frame-load')};",
                '<turbo-frame id="frame">{}</turbo-frame>',
            )),
            ("Turbo stream", swapped(
                "turbo.js", '<div id="target"></div>',
                "ready = new Promise((loaded) => addEventListener('load', loaded)).then(() => fetch('/fragment'))"
                ".then((it) => it.text()).then((text) => Turbo.renderStreamMessage(text))"
                ".then(() => new Promise((run) => setTimeout(run, 100)));",
                '<turbo-stream action="append" target="target"><template>{}</template></turbo-stream>',
            )),
        )
        for output in _MARKUP
    ),
)  # fmt: skip

_XHTML = (
    Place("XHTML", "block", _as_it_is, page=xhtml),
    Place("XHTML", "snippet", _as_it_is, page=xhtml),
    Place("XHTML, with CDATA", "statement", _in("<script>//<![CDATA[\n{};\n//]]></script>"), page=xhtml),
    Place("XHTML, without CDATA", "attribute", _in("<script>{};</script>"), page=xhtml),
    Place("XHTML, attribute", "attribute", _in('<b onclick="{}">a</b>'), page=xhtml, act=_CLICK),
)


def _in_yen(value: str) -> str:
    """The text of a JavaScript string whose backslashes have become yen signs."""
    units = value.encode("utf-16-be")
    codes = [int.from_bytes(units[at : at + 2]) for at in range(0, len(units), 2)]
    plain = string.ascii_letters + string.digits + " .,:;-_@/()!?#|^~"
    written = [chr(code) if chr(code) in plain else f"\u00a5u{code:04x}" for code in codes]
    return "".join(written).replace("~", "\u203e")


_SHIFT = (
    "In this charset the shift makes a yen sign of every backslash, so that the escapes of strings stay as they are."
)
_CHARSETS = (
    *(
        Place(f"charset {name}", output, _as_it_is, page=page)
        for name, page in (
            ("not declared", charset("text/html")),
            ("not declared, nor the type", charset(None)),
            ("unknown to the browser", charset("text/html; charset=x-none")),
            ("windows-1252, declared wrongly", charset("text/html; charset=windows-1252")),
            ("ISO-2022-JP, declared wrongly", charset("text/html; charset=iso-2022-jp")),
            ("Shift_JIS, declared wrongly", charset("text/html; charset=shift_jis")),
            ("EUC-JP, declared wrongly", charset("text/html; charset=euc-jp")),
            ("GBK, declared wrongly", charset("text/html; charset=gbk")),
            ("GB18030, declared wrongly", charset("text/html; charset=gb18030")),
            ("Big5, declared wrongly", charset("text/html; charset=big5")),
            ("EUC-KR, declared wrongly", charset("text/html; charset=euc-kr")),
            ("UTF-7", charset("text/html; charset=utf-7")),
            ("UTF-16, and sent so", charset("text/html; charset=utf-16", encoding="utf-16")),
            ("UTF-16BE, and sent so", charset("text/html; charset=utf-16be", encoding="utf-16-be")),
            ("GBK, after half a pair", after_shift("gbk", "\x81")),
            ("Shift_JIS, after half a pair", after_shift("shift_jis", "\x81")),
            ("Big5, after half a pair", after_shift("big5", "\x81")),
        )
        for output in _MARKUP
    ),
    Place("charset UTF-16, declared wrongly", "block", _as_it_is, "inert", "The whole page is unreadable.",
          guarded="The whole page is unreadable.", recorded=False,
          page=charset("text/html; charset=utf-16")),
    Place("charset UTF-16, declared wrongly", "snippet", _as_it_is, "inert", "The whole page is unreadable.",
          guarded="The whole page is unreadable.", recorded=False,
          page=charset("text/html; charset=utf-16")),
    Place("charset ISO-2022-JP, after a foreign ESC ( J", "block", _as_it_is,
          page=after_shift("iso-2022-jp", "\x1b(J")),
    Place("charset ISO-2022-JP, after a foreign ESC ( J", "snippet", _as_it_is, "known", _SHIFT,
          page=after_shift("iso-2022-jp", "\x1b(J"), becomes=_in_yen),
)  # fmt: skip

_STRICT = f"default-src 'none'; script-src 'nonce-{NONCE}'"
_TYPED = "require-trusted-types-for 'script';"
_POLICIES = (
    *(
        Place(f"CSP: {name}", output, _as_it_is, page=under_policy(policy), nonce=NONCE)
        for name, policy in (
            ("a nonce", _STRICT),
            ("a nonce and 'strict-dynamic'", f"script-src 'nonce-{NONCE}' 'strict-dynamic'; base-uri 'none'"),
            ("Trusted Types", f"require-trusted-types-for 'script'; trusted-types 'none'; {_STRICT}"),
            ("style-src 'none'", "style-src 'none'"),
        )
        for output in _MARKUP
    ),
    Place("CSP: Trusted Types, put in by the author's policy", "block", _as_it_is, page=fetched(
        f"const policy = trustedTypes.createPolicy('shop', {{ createHTML: (text) => text }});"
        f"data.html = policy.createHTML(data.html); {_INNER}", policy=f"{_TYPED} trusted-types shop")),
    Place("CSP: Trusted Types, put in as text", "block", _as_it_is, "inert", "The browser refuses it.",
          page=fetched(_INNER, policy=f"{_TYPED} trusted-types 'none'"),
          guarded="The browser refuses any text."),
    Place("CSP: a nonce, and none given", "block", _as_it_is, page=under_policy(_STRICT)),
    Place("CSP: a nonce, and none given", "snippet", _as_it_is, "inert", "The policy keeps it from running.",
          page=under_policy(_STRICT)),
)  # fmt: skip

_ANGULAR = """angular.module('app', []).config(($interpolateProvider) => {
    $interpolateProvider.startSymbol('[[').endSymbol(']]');
}); angular.bootstrap(document.getElementById('app'), ['app']);"""
_MOUNTED = (
    ("Vue 2", mounted("vue2.js", "Vue.config.productionTip = false; new Vue({ el: '#app' });")),
    ("petite-vue", mounted("petite-vue.js", "PetiteVue.createApp().mount('#app');", " v-scope")),
    ("AngularJS", mounted("angular.js", "angular.bootstrap(document.getElementById('app'), []);")),
    ("AngularJS with [[ ]]", mounted("angular.js", _ANGULAR)),
    ("Alpine", mounted("alpine.js", "", " x-data")),
)
_VUE_3 = mounted("vue3.js", "Vue.createApp({}).mount('#app');")
_FRAMEWORKS = (
    *(Place(f"mounted by {name}", output, _as_it_is, page=page) for name, page in _MOUNTED for output in _MARKUP),
    Place("mounted by Vue 3", "block", _as_it_is, "known", "Vue 3 makes one blank of several, and of a line feed.",
          page=_VUE_3, becomes=lambda value: re.sub(r"[\t\n\f\r ]+", " ", value)),
    Place("mounted by Vue 3", "snippet", _as_it_is, page=_VUE_3),
)  # fmt: skip

_MISTUNE = mistune.create_markdown(escape=False)
_RENDERERS: dict[str, Maker] = {
    "markdown-it-py": markdown_page(MarkdownIt("commonmark").render),
    "Markdown": markdown_page(partial(markdown.markdown, extensions=["extra"])),
    "mistune": markdown_page(lambda text: str(_MISTUNE(text))),
    "marko": markdown_page(recursing(marko.convert)),
    "marko, GitHub's dialect": markdown_page(recursing(gfm.convert)),
    "markdown2": markdown_page(markdown2.markdown),
}
_MARKDOWN = (
    *(
        Place(f"Markdown by {name}, on a line of its own", output, _in("\n{}\n"), page=page)
        for name, page in _RENDERERS.items()
        for output in _MARKUP
    ),
    *(
        Place(f"Markdown by {name}, within a paragraph", "snippet", _in("\na {} b\n"), "inert",
              "The script does not parse: the arrow is escaped.", page=page, compares="nothing",
              guarded="It makes text of the tag of a script." if "GitHub" in name else "")
        for name, page in _RENDERERS.items()
    ),
)  # fmt: skip

PLACES: tuple[Place, ...] = (
    *_BODY,
    *_SCRIPTS,
    *_ATTRIBUTES,
    *_FETCHED,
    *_XHTML,
    *_MARKDOWN,
    *_CHARSETS,
    *_POLICIES,
    *_FRAMEWORKS,
)
