"""What a statement calls, read as the JSON that its arguments are, and messages, read word by word."""

from __future__ import annotations

import json
import re
from functools import cache

from nosto_tagging import PageTagging, Settings, models
from nosto_tagging.markup.reserved import RESERVED

__all__ = ["BLOCK", "SCRIPT", "STATEMENTS", "calls", "tells_no_data"]

# The allow-lists of docs and design, spelled here once more: whatever else comes out is a finding, harmful or not.
_TEXT = r"(?:[A-Za-z0-9 .,;@/()!?#|^-]|&#[0-9]+;)*"
_STRING = r'"(?:[A-Za-z0-9 .,;@/()!?#|^:_~-]|\\u[0-9a-f]{4})*"'
_MEMBER = rf'"[a-z_]+":(?:{_STRING}|true|false)'
_OBJECT = rf"\{{(?:{_MEMBER}(?:,{_MEMBER})*)?\}}"
_STATEMENT = rf"nostojs\(api => api(?:\.[a-zA-Z]+\((?:(?:{_STRING},)?(?:{_OBJECT}))?\))+\)"
_HIDDEN = 'style="display:none" hidden="" translate="no" data-nosnippet="" v-pre="" ng-non-bindable=""'

STATEMENTS = re.compile(rf"{_STATEMENT}(?:;{_STATEMENT})*").fullmatch
SCRIPT = re.compile(rf'<script(?: nonce="{_TEXT}")?>{_STATEMENT}(?:;{_STATEMENT})*</script>').fullmatch
BLOCK = re.compile(
    rf'<div class="nosto_customer notranslate" {_HIDDEN}>(?:<span class="[a-z_]+">{_TEXT}</span>)*</div>'
).fullmatch

_decode = json.JSONDecoder().raw_decode


def calls(statements: str) -> list[tuple[str, list[object]]]:
    """The methods that statements call, in their order, each with its arguments."""
    found: list[tuple[str, list[object]]] = []
    # In a string both would have their quotes escaped.
    statements = re.sub(r'new Date\(("[^"]*")\)', r"\1", str.__str__(statements)).replace(
        '["__proto__"]:', '"__proto__":'
    )
    at = 0
    while at < len(statements):
        at = _past(statements, "nostojs(api => api", at)
        while statements.startswith(".", at):
            opening = statements.index("(", at)
            method, arguments = statements[at + 1 : opening], list[object]()
            at = opening + 1
            while not statements.startswith(")", at):
                argument, at = _decode(statements, at)  # a date and the odd key were made JSON before
                arguments.append(argument)
                at += statements.startswith(",", at)
            at += 1
            found.append((method, arguments))
        at = _past(statements, ")", at)
        at += statements.startswith(";", at)
    return found


def _past(whole: str, expected: str, at: int) -> int:
    assert whole.startswith(expected, at), f"no {expected!r} at {at} of {whole!r}"
    return at + len(expected)


_KIND = r"(?:text of [0-9]+ characters?|[A-Za-z_][\w-]*)"
# A word that was given as a name is told; beyond ASCII, Python's names have more characters than \w.
_LETTER = r"(?:\w|[^\x00-\x7f\s])"
_WORD = rf"(?!\d){_LETTER}{{1,64}}"
_NAME = rf"(?:'{_WORD}'|\({_KIND}\))"
_MODELS = {name: getattr(models, name) for name in models.__all__}
_FIELDS = "|".join(", ".join(model.model_fields) for model in [*_MODELS.values(), Settings])
_ALL = sorted({field for model in [*_MODELS.values(), Settings] for field in model.model_fields})
_KEYS = ", ".join(PageTagging.names("provider").values())
_DIGITS = "digits with a point and without separators, at most 15 of them and at most 6 after the point"
_JSON = "must be given as the text of one JSON object, got"
_SENTENCES = (
    rf"(?:must be text|must be at most (?:320|1000|2048|100000) characters), got {_KIND}",
    rf"must be (?:a price|an amount|a number) such as (?:10\.50|1\.5): {_DIGITS}(?:, not negative)?, got {_KIND}",
    rf"must be (?:a rating from 0 to 5 such as 3\.8|a whole number from [01]), got {_KIND}",
    rf"must be a currency code of ISO 4217 in upper case, such as 'EUR', got {_KIND}",
    "must be an absolute URL with http or https and without blanks, such as https://example\\.com/canoe, "
    rf"got {_KIND}",
    rf"must be a path such as '/Mens/Shoes', with '/' and not '>', got {_KIND}",
    rf"must be the id of a placement, without blanks, got {_KIND}",
    rf"must be a date and time, or text such as '2026-11-25 14:30:00', got {_KIND}",
    rf"must be (?:'[A-Za-z-]+'(?:, | or )?)+, got {_KIND}",
    rf"must be (?:a list|a mapping from names to values), got {_KIND}",
    r"must hold at most 100000 (?:items, got more|names, got [0-9]+)",
    rf"has a name or a value that (?:must be text, a whole number of at most 512 bits, or a UUID, got {_KIND}|"
    rf"must be at most 1000 characters, got {_KIND}|must be a list, got {_KIND}|must not be blank|"
    "must be there once, got two that a page cannot tell apart)",
    "must (?:be given|not be blank)",
    "must hold what was bought, got nothing",
    "must have each variation_id once",
    "must have under each code the variation of that variation_id, got another",
    r"needs (?:[a-z_]+(?:, )?)+; the minimal form, with nothing but a product_id, is basic=True",
    "needs the version of a module, got none",
    r"must not be negative, but in a LineItem\.pseudo\(\) for a discount",
    "must be the cart's, which has another",
    "must not have a name that is, or holds between blanks, one of the classes by which Nosto finds tagging, where "
    rf"blocks are printed: {', '.join(sorted(RESERVED))}",
    "must not have a name with a colon in it where blocks are printed, which write name:value",
    r"must be given for '[A-Za-z]+', got (?:None|blank text)",
    rf"must be text, a whole number of at most 512 bits, or a UUID, got {_KIND}",
    rf"must be an e-mail address such as jane\.doe@example\.com, got {_KIND}",
    r"must be true \(True, 1, 'true', '1'\), false \(False, 0, 'false', '0'\) or not given \(None, ''\), "
    rf"got {_KIND}",
    rf"must be a date, or text such as '2011-12-31', got {_KIND}",
    rf"must be the 64 lower-case hexadecimal digits that hcid\(\) gives, got {_KIND}",
    "needs an email or a customer_reference, got neither",
    rf"has no field {_NAME}(?:, must be one of: (?:{_FIELDS}))?",
    rf"must have text as field names, got {_KIND}",
    rf"must be given as fields or a mapping of them, got {_KIND}",
    rf"{_JSON} text that is not JSON",
    rf"{_JSON} something that is not text",
    rf"cannot be printed, got {_KIND}: the model was made without validation",
    rf"takes a Customer or an e-mail address, got {_KIND}",
    rf"takes an object with attributes, got {_KIND}; fields and mappings go to Customer\(\*\*fields\)",
    rf"must be one of: {_KEYS}, got {_NAME}",
    rf"takes a Customer, \{{\}} to forget the last one, or None for no change, got {_KIND}",
    rf"must be text or a whole number of at most 512 bits, got {_KIND}",
    rf"must not be blank, got {_KIND}",
    rf"must be text or (?:bytes|None), got {_KIND}",
    r"must hold at least 32 bytes, got [0-9]+",
    rf"must be the account's id as it stands in a URL path \(letters, digits and -\._~\), got {_KIND}",
    rf"must be (?:a valid string|'production' or 'staging'|'raise' or 'log'|true or false), got {_KIND}",
    rf"must be text, a callable that gives text, or None, got {_KIND}",
    rf"must be base64 text as a Content-Security-Policy has it, got {_KIND}",
    r"must be given, here or in the settings \(NOSTO_ACCOUNT_ID\)",
    rf"must be a callable that gives True or False, or None, got {_KIND}",
    "must be a path of this site that begins with one slash and does not end in one "
    rf"\(letters, digits and -\._~\), got {_KIND}",
    "must be codes of rules such as 'block-visible', as a list or in a text with blanks or commas "
    rf"between them, got {_KIND}",
    rf"must be a data attribute and its value, such as 'data-cookieconsent=marketing', got {_KIND}",
    rf"takes one customer, or fields, got (?:{_KIND}|{_NAME})(?:, (?:{_KIND}|{_NAME}))*",
    rf"must be a Customer, a mapping of its fields, or None, got {_KIND}; "
    r"Customer\.from_object\(\) makes one from an object with attributes",
    "must be given: this environment has no customer loader",
    "must be something that the sandbox lets templates call",
    rf"must stand before a (?:list of values|mapping of fields), got {_KIND}",
    rf"must stand after something that (?:can be called, got {_KIND}|the sandbox lets templates call)",
    rf"must bring each field once and by its name, got {_NAME}",
    rf"has no argument {_NAME}",
    rf"takes (?:a model such as Customer, or None|models such as Customer, calls of nosto_tagging\.api, and None), "
    rf"got {_KIND}",
    r"is never sent by Nosto's client script; end it with (?:\.view_cart\(\))?\.update\(\) or "
    r"(?:\.view_cart\(\))?\.load\(\)",
)
_SUBJECTS = (
    rf"(?:{'|'.join(_MODELS)}|Settings)(?:\.(?:{'|'.join(_ALL)})(?:\[[0-9]+\])?)*",
    r"(?:api\.customer|from_object|session\.set_customer|snippet|block|nosto_(?:block|snippet|statement|client_script))\(\)",
    "key|value|fields|customer_id|secret|cookie_value|nonce|account_id|customer|nosto_customer|The session chain",
    r"\*\*?|\(\)",
)
_PROBLEM = rf"(?:{'|'.join(_SUBJECTS)}) (?:{'|'.join(_SENTENCES)})"
_UNDEFINED = (
    rf"(?:An attribute or item of {_KIND}|A value|(?!\d){_LETTER}+) is undefined; "
    r"where it may be missing, write \|default\(none\) after it"
)
_message = re.compile(rf"{_PROBLEM}(?:; {_PROBLEM})*|{_UNDEFINED}").fullmatch
# Where a kind of thing is told; what else may stand there is the sentence's own.
_kinds = re.compile(r"(?:(?<=got )|(?<=\()|(?<=item of ))[A-Za-z_][\w-]*").findall
_NO_KINDS = {
    "None",
    "True",
    "False",
    "NOSTO_ACCOUNT_ID",
    "letters",
    "neither",
    "none",
    "something",
    "text",
    "another",
    "more",
    "nothing",
    "two",
    "blank",
}


def tells_no_data(message: str) -> bool:
    """Whether every word of an error's message is this library's, a name of a field, or what kind a thing is of."""
    kinds = set(_kinds(message)) - _NO_KINDS
    return bool(_message(message)) and (kinds <= _known_types() or kinds <= _types())


@cache
def _known_types() -> set[str]:
    return _types()


def _types() -> set[str]:
    """The names of all types that there are, so that none of a value's words passes for one."""
    found, todo = set[type](), [object]
    while todo:
        each = todo.pop()
        if each not in found:
            found.add(each)
            todo += type.__subclasses__(each)
    return {each.__name__ for each in found}
