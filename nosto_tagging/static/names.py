"""Names of pages: a pattern of the author's, filled with data, that must stay where the pages go."""

from __future__ import annotations

import sqlite3
import unicodedata
from string import Formatter

from nosto_tagging.errors import InvalidArgument
from nosto_tagging.models.tagging import TaggingModel, single
from nosto_tagging.validation import safe_name

__all__ = ["NameRefused", "NamesTaken", "PageName", "same"]


class NameRefused(ValueError):
    """A name that no page may have, with the reason as its text."""


class PageName:
    """A pattern such as ``{product_id}.html``: fields of `model` that hold one value, and ``{number}``, the record's.

    Raises `InvalidArgument` for a pattern that names anything else, or that leaves the folder on its own.

    >>> from nosto_tagging import Customer
    >>> jane = Customer(email="jane.doe@example.com", last_name="Doe")
    >>> PageName("{last_name}/{number}.html", Customer).of(7, jane)
    'Doe/7.html'
    """

    def __init__(self, pattern: str, model: type[TaggingModel]) -> None:
        fields = ("number", *single(model))
        self.pattern = pattern
        self._parts: list[tuple[str, str | None]] = []
        try:
            parsed = list(Formatter().parse(pattern))
        except ValueError:
            raise InvalidArgument("name", "must have its braces in pairs") from None
        for literal, field, form, conversion in parsed:
            if field is not None and (field not in fields or form or conversion):
                raise InvalidArgument("name", f"has no {safe_name(field)}, must be one of: {', '.join(fields)}")
            self._parts.append((literal, field))
        self.folders = pattern.count("/")
        # Numbers differ, so that names made of nothing else do.
        self.may_repeat = [field for _, field in self._parts if field is not None] != ["number"]
        try:
            _checked("".join(f"{literal}{'x' if field else ''}" for literal, field in self._parts))
        except NameRefused as refused:
            raise InvalidArgument("name", str(refused)) from None

    def of(self, number: int, model: TaggingModel) -> str:
        """The name of the page for record `number`.

        Raises `NameRefused`.
        """
        name = ""
        for literal, field in self._parts:
            name += literal
            if field is None:
                continue
            held = number if field == "number" else model.__dict__.get(field)
            value = "" if held is None else str(held)
            if not value:
                raise NameRefused(f"is empty: the record has no {field}")
            if not _SEPARATORS.isdisjoint(value):
                raise NameRefused(f"would leave its folder: {field} holds a slash or a colon")
            name += value
        return _checked(name)


_SEPARATORS = frozenset("/\\:")


def _checked(name: str) -> str:
    if "\\" in name or ":" in name:
        raise NameRefused("must not have a backslash or a colon: some systems see a folder or a drive in it")
    for part in name.split("/"):
        if not part:
            raise NameRefused("must not be empty, begin or end with a slash, or have two in a row")
        if part.startswith("."):
            raise NameRefused("must not begin with a dot: such a file is hidden, or is the folder above")
    return name


def same(name: str) -> str:
    """What two names have in common that are one file somewhere: not all file systems see upper and lower case."""
    return unicodedata.normalize("NFC", name).casefold()


class NamesTaken:
    """The names that were given out, on disk rather than in memory, however many they are."""

    def __init__(self) -> None:
        # An empty name is a temporary database of SQLite's, gone with its connection.
        self._taken = sqlite3.connect("", isolation_level=None)
        self._taken.execute("PRAGMA journal_mode = OFF")
        self._taken.execute("PRAGMA synchronous = OFF")
        self._taken.execute("CREATE TABLE taken (name TEXT PRIMARY KEY) WITHOUT ROWID")

    def take(self, name: str) -> None:
        """Take `name`, which no other page may have, not even in another case.

        Raises `NameRefused`.
        """
        if not self._taken.execute("INSERT OR IGNORE INTO taken VALUES (?)", (same(name),)).rowcount:
            raise NameRefused("repeats: an earlier record has it")

    def close(self) -> None:
        """Forget them."""
        self._taken.close()
