"""What comes out of a form: text that was trimmed and looked at, and what is wrong with it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import request

# The rule of <input type="email">: https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address, with a
# dot in the host, which no mail comes without.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})+").fullmatch
_LONGEST_EMAIL = 254
_SHORTEST_PASSWORD = 8


class Form:
    """A form as it was sent: the values asked for, by name, and for each that will not do what is wrong with it."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.errors: dict[str, str] = {}

    def text(self, name: str, label: str, *, most: int = 80) -> str:
        """A text that has to be there."""
        value = self._value(name)
        if not value:
            self.errors[name] = f"{label} is missing."
        elif len(value) > most:
            self.errors[name] = f"{label} must be at most {most} characters long."
        return value

    def email(self, name: str = "email") -> str:
        """An e-mail address, in lower case as accounts have it."""
        value = self._value(name).lower()
        if not _EMAIL(value) or len(value) > _LONGEST_EMAIL:
            self.errors[name] = "This does not look like an e-mail address."
        return value

    def password(self, name: str = "password") -> str:
        """A new password, which is not handed back to the page."""
        value = request.form.get(name, "")
        if not _SHORTEST_PASSWORD <= len(value) <= 200:  # noqa: PLR2004 - hashing more would cost only time
            self.errors[name] = f"A password has at least {_SHORTEST_PASSWORD} characters."
        return value

    def _value(self, name: str) -> str:
        self.values[name] = value = " ".join(request.form.get(name, "").split())
        return value


def ticked(name: str) -> bool:
    """Whether a box was ticked."""
    return request.form.get(name) == "yes"


def whole_number(name: str, default: int) -> int:
    """A whole number, or `default` where there is none."""
    return request.form.get(name, default, type=int)


def place_to_go(default: str) -> str:
    """Where the form asks to be led to next, if that is a page of the shop."""
    path = request.form.get("next", "")
    parts = urlsplit(path)
    local = path.startswith("/") and not parts.scheme and not parts.netloc and "\\" not in path
    return path if local and path.isprintable() else default
