"""The types that fields have: what each takes, what it makes of it, what it refuses. Numbers and lists have modules of
their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, cast
from uuid import UUID

from pydantic import BeforeValidator, PlainValidator

from nosto_tagging.models.text import as_carried, trimmed
from nosto_tagging.validation import characters, kind_of, refuse

__all__ = [
    "LARGEST_INT",
    "Consent",
    "Date",
    "Email",
    "Hcid",
    "Identifier",
    "Text",
    "as_identifier",
    "as_text",
]

MAX_TEXT = 1_000
LARGEST_INT = 512  # bits; far past any identifier, and within what Python is willing to write down
MAX_EMAIL = 320  # 64 for the mailbox, 255 for the domain, and the @ between


def as_text(value: Any, limit: int = MAX_TEXT) -> str | None:
    """Text, made what a page can carry; nothing when it is blank."""
    if type(value) is str and len(value) <= limit and value.isprintable():  # as nearly all are: as_carried, at once
        return value.strip(" ") or None
    held = characters(value)
    if held is None:
        raise refuse(f"must be text, got {kind_of(value)}")
    text = as_carried(held)
    if len(text) > limit:
        raise refuse(f"must be at most {limit} characters, got {kind_of(text)}")
    return text or None


def as_identifier(value: Any) -> str | None:
    """An identifier; a number or a UUID is taken as its usual text."""
    if type(value) is str:
        if len(value) <= MAX_TEXT and value.isprintable():
            return value.strip(" ") or None
        return as_text(value)
    if type(value) is int and value.bit_length() <= LARGEST_INT:
        return str(value)
    if issubclass(type(value), UUID):  # database drivers have subclasses
        return UUID.__str__(cast("UUID", value))
    if characters(value) is None:
        raise refuse(f"must be text, a whole number of at most {LARGEST_INT} bits, or a UUID, got {kind_of(value)}")
    return as_text(value)


# https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address, but for the length of a label
_MAILBOX = "a-zA-Z0-9.!#$%&'*+/=?^_`{|}~"
_LABEL = "a-zA-Z0-9"
_LONGEST_LABEL = 63


def _email_rule(beyond: str) -> Callable[[str], object]:
    """The rule, with the characters of `beyond` wherever a letter may stand."""
    label = f"[{_LABEL}{beyond}]+(?:-+[{_LABEL}{beyond}]+)*"
    return re.compile(rf"[{_MAILBOX}{beyond}-]+@{label}(?:\.{label})*").fullmatch


_ascii_email = _email_rule("")


@cache
def _any_email() -> Callable[[str], object]:
    """With every character beyond ASCII (RFC 6531, RFC 5890); few need it, and to compile it takes a while."""
    return _email_rule("\u0080-\U0010ffff")


def _email(value: Any) -> str | None:
    """An e-mail address by the rule of ``<input type=email>``, internationalised ones included."""
    text = as_text(value, MAX_EMAIL)
    if text is None:
        return None
    # Without a character inside it that no page can carry, an address would be somebody else's.
    if text in (characters(value) or "") and _is_email(text):
        return text
    raise refuse(f"must be an e-mail address such as jane.doe@example.com, got {kind_of(text)}")


def _is_email(text: str) -> bool:
    # isprintable() keeps blanks, invisible and direction-changing characters out of the wider rule.
    known = _ascii_email(text) if text.isascii() else text.isprintable() and _any_email()(text)
    if not known or len(text) <= _LONGEST_LABEL:
        return bool(known)
    return all(len(label) <= _LONGEST_LABEL for label in text.rpartition("@")[2].split("."))


_CONSENT = {"true": True, "1": True, "false": False, "0": False}


def _consent(value: Any) -> bool | None:
    """True, false, or nothing when nobody said."""
    if value is None or value is True or value is False:
        return value
    if type(value) is int and value in (0, 1):
        return value == 1
    held = characters(value)
    if held is not None:
        said = trimmed(held).lower()
        if said in _CONSENT:
            return _CONSENT[said]
        if not as_carried(held):
            return None
    raise refuse(
        "must be true (True, 1, 'true', '1'), false (False, 0, 'false', '0') or not given (None, ''), "
        f"got {kind_of(value)}"
    )


_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch


def _date(value: Any) -> date | None:
    """A day of the calendar; text as year, month and day."""
    if value is None or type(value) is date:
        return value
    if issubclass(type(value), date) and not issubclass(type(value), datetime):
        return date(value.year, value.month, value.day)
    held = characters(value)
    if held is not None:
        text = trimmed(held)
        if not as_carried(held):
            return None
        if _ISO_DATE(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass  # 2011-02-30
    raise refuse(f"must be a date, or text such as '2011-12-31', got {kind_of(value)}")


_SHA256 = re.compile("[0-9a-f]{64}").fullmatch


def _hcid(value: Any) -> str | None:
    """The checksum that `hcid()` gives."""
    text = as_text(value)
    if text is None or _SHA256(text):
        return text
    raise refuse(f"must be the 64 lower-case hexadecimal digits that hcid() gives, got {kind_of(text)}")


Text = Annotated[str, PlainValidator(as_text, json_schema_input_type=str)]
Identifier = Annotated[str, PlainValidator(as_identifier, json_schema_input_type=str | int)]
Email = Annotated[str, PlainValidator(_email, json_schema_input_type=str)]
Hcid = Annotated[str, PlainValidator(_hcid, json_schema_input_type=str)]
Consent = Annotated[bool, PlainValidator(_consent, json_schema_input_type=bool | int | str)]
# A validator before pydantic's own, and not in its place: then pydantic also knows how to write a date down.
Date = Annotated[date | None, BeforeValidator(_date)]
