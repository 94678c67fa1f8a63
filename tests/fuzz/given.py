"""Bytes into what somebody might hand over: for the fuzzer, and for the tests that replay its corpus without it.

An input is a letter that picks the target, and pieces between bytes 0xFF, which UTF-8 never has: a change in one piece
leaves the others what they are, and a token of the dictionary stays whole wherever it lands.
"""

from __future__ import annotations

from collections import UserDict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

from markupsafe import Markup

from nosto_tagging import Customer, api

__all__ = ["KINDS", "Broken", "Own", "fields", "pieces", "text", "value"]


class Own(Exception):
    """What the values' own methods raise, which is nobody's fault here."""


class Liar(str):
    """Text that says that it is another, and safe."""

    __slots__ = ()

    def __str__(self) -> str:
        return "<b>x</b>"

    def __html__(self) -> str:
        return "<script>"


class Html:
    """No text, but it claims to be markup."""

    def __html__(self) -> str:
        return "<script>"


class Claimant:
    """No text, but it claims to be one."""

    @property  # type: ignore[misc]  # a class that lies about itself is the point
    def __class__(self) -> type[str]:
        return str


class Broken:
    """Nothing can be done with it that does not raise."""

    def __getattr__(self, name: str) -> object:
        raise Own(name)

    def __getitem__(self, name: object) -> object:
        raise Own(name)


class Day(date):
    """A date of a database driver's own class."""


def text(payload: bytes) -> str:
    """The text of a piece; what is no UTF-8 becomes lone surrogates, and so do surrogates written as UTF-8."""
    try:
        return payload.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return payload.decode("utf-8", "surrogateescape")


def _number(payload: bytes) -> int:
    return int.from_bytes(payload, "big", signed=True)


def _day(payload: bytes) -> date:
    return date.min + timedelta(days=_number(payload) % (date.max - date.min).days)


KINDS: tuple[Callable[[bytes], object], ...] = (
    lambda _: None,
    lambda _: True,
    lambda _: False,
    _number,
    lambda payload: _number(payload) / 7 if len(payload) < 16 else float("nan"),
    lambda payload: Decimal(_number(payload)),
    _day,
    lambda payload: Day.fromordinal(_day(payload).toordinal()),
    lambda payload: datetime.combine(_day(payload), datetime.min.time(), UTC),
    lambda payload: _day(payload).isoformat(),
    lambda payload: UUID(bytes=payload[:16].ljust(16, b"0")),
    lambda payload: payload,
    bytearray,
    lambda payload: Liar(text(payload)),
    lambda payload: Markup(text(payload)),  # noqa: S704 - unsafe text that claims to be safe is the point
    lambda payload: text(payload) * 400,
    lambda payload: payload.hex().ljust(64, "0")[:64],
    lambda payload: [text(payload), [payload]],
    lambda payload: (text(payload),),
    lambda payload: {text(payload): text(payload)},
    lambda payload: {"email": text(payload), "customer_reference": text(payload)},
    lambda payload: MappingProxyType({"email": text(payload)}),
    lambda payload: UserDict({"customer_reference": text(payload)}),
    lambda payload: Customer.model_construct(email=text(payload), first_name=payload),
    lambda _: Html(),
    lambda _: Claimant(),
    lambda _: Broken(),
    lambda payload: lambda: text(payload),
    lambda _: {},
    lambda _: api.session,
    lambda _: api.session.view_cart(),
)
"""The kinds of values. A byte's low five bits pick one, and plain text where they pick none."""

_FIELDS = tuple(Customer.model_fields)


def pieces(data: bytes) -> list[bytes]:
    """The pieces of an input."""
    return data.split(b"\xff")


def value(piece: bytes) -> object:
    """A value: its kind in the first byte, then what it is made of."""
    kind = piece[0] & 31 if piece else len(KINDS)
    # Most values are text; the letters of the upper case say so, too.
    if kind >= len(KINDS) or 64 <= piece[0] < 96:
        return text(piece[1:])
    return KINDS[kind](piece[1:])


def fields(given: Iterable[bytes]) -> dict[object, object]:
    """Fields: a piece each, in which the name goes before the value."""
    found: dict[object, object] = {}
    for piece in given:
        if not piece:
            continue
        name = piece[0] & 31
        if name < len(_FIELDS):
            found[_FIELDS[name]] = value(piece[1:])
        elif name == 31:
            found[_number(piece[1:3])] = text(piece[3:])
        else:
            found[text(piece[1:9])] = value(piece[9:])
    return found
