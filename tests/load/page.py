"""The page that the load apps print, the customer whom a number stands for, and the whole text they must give.

The text is written by hand: nothing in it comes from the library that it judges.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

__all__ = [
    "COOKIE",
    "SOURCE",
    "TOKEN",
    "Left",
    "expected",
    "fields",
    "is_faulty",
    "number_in",
    "record",
    "token",
    "wrong",
]

COOKIE = "number"
TOKEN = re.compile(r"c\d{7}z")
"""What every value of a customer holds, and no other customer's."""

# Each pause is where another thread or task gets its turn, in the middle of a page.
SOURCE = """\
{% from "nosto/customer.html" import customer_snippet -%}
<!doctype html>
<title>{{ token }}</title>
{{ pause() }}{% nosto_customer %}
{{ pause() }}{% nosto_customer_snippet %}
{{ pause() }}{{ customer_snippet(customer) }}
{{ pause() }}{{ nosto_block(customer) }}
{% if wrong %}{% nosto_customer email=wrong, first_name=token %}{{ pause() }}{% endif %}
<p>{{ token }}</p>
"""
_PAGE = """\
<!doctype html>
<title>{token}</title>
{block}
{script}
{script}
{block}

<p>{token}</p>"""
_BLOCK = (
    '<div class="nosto_customer notranslate" style="display:none" hidden="" translate="no" data-nosnippet="" '
    'v-pre="" ng-non-bindable=""><span class="email">{token}@example.com</span>'
    '<span class="first_name">{text} {token}</span><span class="last_name">{token} {text}Doe</span>'
    '{consent}<span class="customer_reference">reference-{token}</span></div>'
)
_SCRIPT = (
    '<script nonce="n{token}">nostojs(api => api.customer({{"email":"{token}@example.com",'
    '"first_name":"{literal} {token}","last_name":"{token} {literal}Doe",'
    '{consent}"customer_reference":"reference-{token}"}}))</script>'
)
_RECORD = (
    "Left out of page.html, line 8: Customer.email must be an e-mail address such as jane.doe@example.com, "
    "got text of 23 characters"
)


class _Name(NamedTuple):
    raw: str
    text: str
    literal: str


_NAMES = [
    _Name("Jane", "Jane", "Jane"),
    _Name('</script>"{{', "&#60;/script&#62;&#34;&#123;&#123;", r"\u003c/script\u003e\u0022\u007b\u007b"),
    _Name("D'Oe & <Sons>", "D&#39;Oe &#38; &#60;Sons&#62;", r"D\u0027Oe \u0026 \u003cSons\u003e"),
    _Name("Zoë \U0001f600", "Zo&#235; &#128512;", r"Zo\u00eb \ud83d\ude00"),
    _Name("\\u0022\n<!--", "&#92;u0022&#10;&#60;!--", r"\u005cu0022\u000a\u003c!--"),
    _Name("`${x}`%\u2028", "&#96;&#36;&#123;x&#125;&#96;&#37;&#8232;", r"\u0060\u0024\u007bx\u007d\u0060\u0025\u2028"),
]
_CONSENT = [
    (True, '<span class="marketing_permission">true</span>', '"marketing_permission":true,'),
    (False, '<span class="marketing_permission">false</span>', '"marketing_permission":false,'),
    (None, "", ""),
]
_NOBODY, _FAULTY = 11, 10


class Left(NamedTuple):
    """What a server says of itself when the load is over."""

    logged: int
    """Records of what was left out, as they should be."""
    strays: int
    """Records that are anything else."""
    customers: int
    """Customers that are still in memory."""


def token(number: int) -> str:
    return f"c{number:07d}z"


def number_in(cookie: str) -> int:
    return int(cookie)


def fields(number: int) -> dict[str, Any] | None:
    """The customer of `number`; now and then nobody, who must not be told to be the one before."""
    if number % _NOBODY == 0:
        return None
    name = _NAMES[number % len(_NAMES)].raw
    own = token(number)
    return {
        "email": f"{own}@example.com",
        "first_name": f"{name} {own}",
        "last_name": f"{own} {name}Doe",
        "marketing_permission": _CONSENT[number % len(_CONSENT)][0],
        "customer_reference": f"reference-{own}",
    }


def is_faulty(number: int) -> bool:
    """Whether the page of `number` has a tag with an error in it."""
    return number % _FAULTY == _FAULTY - 1


def wrong(number: int) -> str | None:
    """What stands where an e-mail address belongs."""
    return f"{token(number)} is no address" if is_faulty(number) else None


def record(message: str) -> bool:
    """Whether `message` is what has to be logged of `wrong`, which tells nobody's data."""
    return message == _RECORD


def expected(number: int) -> str:
    own = token(number)
    if number % _NOBODY == 0:
        return _PAGE.format(token=own, block="", script="")
    _, text, literal = _NAMES[number % len(_NAMES)]
    _, in_block, in_script = _CONSENT[number % len(_CONSENT)]
    return _PAGE.format(
        token=own,
        block=_BLOCK.format(token=own, text=text, consent=in_block),
        script=_SCRIPT.format(token=own, literal=literal, consent=in_script),
    )
