r"""SVG and MathML: elements that mean one thing in HTML and another there, and markup that changes when parsed twice."""

from __future__ import annotations

from support.tricks.payloads import IMG, RUN, SCRIPT, Rows

__all__ = ["NAMESPACES"]

# Inside these a parser is back in HTML, though the element is not.
_INTEGRATION = {
    "foreign-object": "<svg><foreignObject>{}</foreignObject></svg>",
    "desc": "<svg><desc>{}</desc></svg>",
    "svg-title": "<svg><title>{}</title></svg>",
    "mi": "<math><mi>{}</mi></math>",
    "mtext": "<math><mtext>{}</mtext></math>",
    "annotation-html": '<math><annotation-xml encoding="text/html">{}</annotation-xml></math>',
    "annotation-xhtml": '<math><annotation-xml encoding="application/xhtml+xml">{}</annotation-xml></math>',
    "annotation-none": "<math><annotation-xml>{}</annotation-xml></math>",  # here it is not
    "annotation-svg": "<math><annotation-xml><svg>{}</svg></annotation-xml></math>",
}
_INSIDE = {"image": IMG, "style": f"<style><!--</style>{IMG}--></style>", "script": SCRIPT}

# Text in HTML, markup in SVG and MathML: a filter that forgets where it stands sees a harmless text.
_RAW = ("style", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext")

# Elements that throw the parser out of SVG and MathML.
_THROWN_OUT = ("p", "b", "br", "div", "table", "h1", "pre", "img", "body", "font color=x")

# What was published against sanitisers: parsed once it is harmless, written down and parsed again it ran. Browsers
# have mended some since.
_MUTATING = {
    "svg-paragraph": '<svg></p><style><a id="</style><img src=x onerror=window.canary=1>">',
    "math-form": "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=window.canary=1>",
    "math-mglyph": '<math><mtext><table><mglyph><style><math><img title="</style><img src=x onerror=window.canary=1>">',
    "math-malignmark": "<math><mtext><mglyph><malignmark><style></mtext><img src=x onerror=window.canary=1>",
    "math-section": "<math><mtext><table><mglyph><style><![CDATA[</style><img title=']]>'><img src=x onerror=window.canary=1>",
    "svg-section": "<svg><style><![CDATA[</style><img src=x onerror=window.canary=1>]]>",
    "svg-comment": "<svg><style><!--</style><img src=x onerror=window.canary=1>-->",
    "svg-title-style": '<svg><title><style><img title="</style><img src=x onerror=window.canary=1>">',
    "svg-anchor": '<svg><a><title><!--<a title="--></title><img src=x onerror=window.canary=1>">',
    "noscript": '<noscript><p title="</noscript><img src=x onerror=window.canary=1>">',
    "noembed": '<noembed><p title="</noembed><img src=x onerror=window.canary=1>">',
    "template": '<template><s><p title="</template><img src=x onerror=window.canary=1>">',
    "select": "<select><template><style><!--</select><img src=x onerror=window.canary=1>-->",
    "select-xmp": '<select><xmp><p title="</xmp><img src=x onerror=window.canary=1>">',
    "table-anchor": "<a><table><a></table><p><a><div><a>",
    "table-foster": "<table><p><svg><style><img src=x onerror=window.canary=1></style></table>",
    "listing": "<listing>&lt;img src=x onerror=window.canary=1&gt;</listing>",
    "textarea-line": "<pre>\n\n<img src=x onerror=window.canary=1></pre>",
    "comment-bang": "<!--x--!><img src=x onerror=window.canary=1>-->",
    "comment-instruction": "<?xml <img src=x onerror=window.canary=1> ?>",
    "backtick": "<img alt=``onerror=window.canary=1 src=x>",
    "form-nested": "<form id=x><div></form><form id=y><input name=z>",
    "heading": "<h1><h2><svg><style><h3></style><img src=x onerror=window.canary=1>",
    "deep-formatting": "<b><p></b><svg><style><a title='</style><img src=x onerror=window.canary=1>'>",
}

# What only SVG, MathML or XML know.
_OWN = {
    "svg-animate": f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    "svg-set": f"<svg><set onbegin={RUN} attributeName=x dur=1s>",
    "svg-animate-href": f"<svg><a><animate attributeName=href values=javascript:{RUN} /><text>x</text></a></svg>",
    "svg-anchor": f"<svg><a xlink:href=javascript:{RUN}><text y=20>x</text></a></svg>",
    "svg-script-href": f"<svg><script href=data:text/javascript,{RUN} /></svg>",
    "svg-script-references": "<svg><script>&#119;indow.canary=1</script></svg>",  # read there, and not in HTML
    "svg-script-section": f"<svg><script><![CDATA[{RUN}]]></script></svg>",
    "svg-script-closed": f"<svg><script>{RUN}<b>//",
    "svg-use": "<svg><use href='data:image/svg+xml,<svg id=x></svg>#x'></use></svg>",
    "svg-image": f"<svg><image href=x onerror={RUN}></image></svg>",
    "svg-handler": f"<svg><handler xmlns:ev=x ev:event=load>{RUN}</handler></svg>",
    "svg-discard": f"<svg><discard onbegin={RUN}>",
    "svg-foreign-frame": f"<svg><foreignObject><iframe onload={RUN}></iframe></foreignObject></svg>",
    "svg-case": "<svg><foreignobject><FOREIGNOBJECT><textPath viewbox=x>",  # the parser mends their case
    "svg-self-closed": f"<svg/onload={RUN}//>",  # the slash is the value's, and a comment
    "math-href": f"<math href=javascript:{RUN}>x</math>",
    "math-link": f"<math><maction actiontype=statusline xlink:href=javascript:{RUN}>x</maction></math>",
    "xml-section-end": f"]]>{IMG}<![CDATA[",
    "xml-section-split": "]]]]><![CDATA[>",
    "xml-declaration": '<?xml version="1.0"?>',
    "xml-stylesheet": f"<?xml-stylesheet href='javascript:{RUN}'?>",
    "xml-prefix": f"<x:script xmlns:x='x'>{RUN}</x:script>",
    "xml-namespace-none": f"<script xmlns=''>{RUN}</script>",
    "xml-namespace-end": "</svg:svg></math:math></html:div>",
    "xml-base": f"<x xml:base=javascript:{RUN}// href=#>x</x>",
    "xml-space": "<x xml:space=preserve xml:lang=tr>",
    "xml-include": "<xi:include href='file:///etc/passwd' parse='text'/>",
    "xml-transform": "<xsl:value-of select=\"document('https://example.com/x.xml')\"/>",
    "xml-comment-dashes": "-- x --",  # fatal inside a comment
    "xml-less-than-in-value": 'x="<"',
    "xml-colons": "<:x><x:><a:b:c>",
}

NAMESPACES: Rows = (
    *(
        (f"namespace-{point}-{name}", form.format(inside))
        for point, form in _INTEGRATION.items()
        for name, inside in _INSIDE.items()
    ),
    *((f"namespace-svg-{raw}", f"<svg><{raw}>{IMG}</{raw}></svg>") for raw in _RAW),
    *((f"namespace-math-{raw}", f"<math><{raw}>{IMG}</{raw}></math>") for raw in _RAW),
    *(
        (f"namespace-leaves-for-{thrown.partition(' ')[0]}", f"<svg><{thrown}><style><img title='</style>{IMG}'>")
        for thrown in _THROWN_OUT
    ),
    *((f"mutating-{name}", value) for name, value in _MUTATING.items()),
    *((f"foreign-{name}", value) for name, value in _OWN.items()),
)
