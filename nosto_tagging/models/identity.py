"""The two keyed and unkeyed hashes by which Nosto knows a person without an e-mail address."""

from __future__ import annotations

import hashlib
import hmac

from nosto_tagging.errors import InvalidArgument
from nosto_tagging.models.fields import LARGEST_INT
from nosto_tagging.models.text import trimmed
from nosto_tagging.validation import characters, kind_of

__all__ = ["customer_reference", "hcid"]

_SHORTEST_SECRET = 32


def customer_reference(customer_id: str | int, *, secret: str | bytes) -> str:
    """An unguessable reference for a customer: HMAC-SHA256 of the shop's own id, 64 hexadecimal digits.

    `customer_id` is what the shop itself calls the customer, and stays the same for life: ``1`` and ``"1"``
    give the same reference. `secret` holds at least 32 bytes, never leaves the server and never changes, or
    everybody becomes somebody else. Nosto's documentation asks for this form; the plain hashes of id and e-mail
    that some shop modules print can be guessed.

    Raises `InvalidArgument`.

    >>> customer_reference(1, secret="a secret of thirty-two bytes ...")
    'd6b88490f9bffcf7c480084d95572088c722772a0220f0185f34499502e53ded'
    """
    if type(customer_id) is int and customer_id.bit_length() <= LARGEST_INT:
        identifier: str | None = str(customer_id)
    else:
        identifier = characters(customer_id)
    if identifier is None:
        message = f"must be text or a whole number of at most {LARGEST_INT} bits, got {kind_of(customer_id)}"
        raise InvalidArgument("customer_id", message)
    if not trimmed(identifier):
        raise InvalidArgument("customer_id", f"must not be blank, got {kind_of(identifier)}")
    written = characters(secret)
    if written is not None:
        key = written.encode("utf-8", "surrogatepass")
    elif isinstance(secret, bytes):
        key = bytes(secret)
    else:
        raise InvalidArgument("secret", f"must be text or bytes, got {kind_of(secret)}")
    if len(key) < _SHORTEST_SECRET:
        raise InvalidArgument("secret", f"must hold at least {_SHORTEST_SECRET} bytes, got {len(key)}")
    return hmac.new(key, identifier.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def hcid(cookie_value: str | None) -> str | None:
    """The visitor checksum: SHA-256 of what Nosto's cookie ``2c.cId`` holds, 64 hexadecimal digits.

    ``None`` for no cookie (``None`` or blank), as on a visitor's first page. A block that carries it and was
    cached for somebody else is thrown away by Nosto's client script.

    Raises `InvalidArgument` for anything but text.

    >>> hcid(None) is None
    True
    """
    if cookie_value is None:
        return None
    text = characters(cookie_value)
    if text is None:
        raise InvalidArgument("cookie_value", f"must be text or None, got {kind_of(cookie_value)}")
    if not trimmed(text):
        return None
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
