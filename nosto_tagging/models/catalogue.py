"""The types of what a shop shows: addresses, categories, moments, placements, and words of closed sets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, PlainValidator
from pydantic_core import core_schema

from nosto_tagging.models.fields import MAX_TEXT, as_identifier, as_text
from nosto_tagging.models.text import as_carried, trimmed
from nosto_tagging.validation import Quickly, characters, kind_of, refuse

__all__ = [
    "PAGE_TYPES",
    "PLAIN_TEXT",
    "Availability",
    "DateTime",
    "Description",
    "PageType",
    "Plain",
    "Url",
    "as_category",
    "as_url",
    "placement_id",
]

MAX_URL = 2_048
MAX_DESCRIPTION = 100_000


def placement_id(value: Any) -> str | None:
    """The id of a placement, which is an element's: without blanks."""
    text = as_identifier(value)
    if text is not None and len(text.split()) > 1:
        raise refuse(f"must be the id of a placement, without blanks, got {kind_of(text)}")
    return text


_URL = re.compile(r"(?i:https?)://[^\s/?#\\@]+(?:[/?#]\S*)?").fullmatch


def as_url(value: Any) -> str | None:
    """The address of a page or an image, whole."""
    text = as_text(value, MAX_URL)
    # As in an e-mail address: without a character inside it that no page can carry, it would lead elsewhere.
    if text is None or (_URL(text) and text.isprintable() and text in (characters(value) or "")):
        return text
    raise refuse(
        "must be an absolute URL with http or https and without blanks, such as https://example.com/canoe, "
        f"got {kind_of(text)}"
    )


# Names of ASCII without blank space at their ends, slashes or the sign that is refused.
_plain_path = re.compile(r"(?:/[!-.0-=?-~]+(?: +[!-.0-=?-~]+)*)+").fullmatch


def as_category(value: Any) -> str | None:
    """A category as a path from the root: one slash before each name, no blank space around it.

    >>> as_category("Mens / Shoes/")
    '/Mens/Shoes'
    """
    if type(value) is str and len(value) <= MAX_TEXT and _plain_path(value):
        return value
    text = as_text(value)
    if text is None:
        return None
    if ">" in text:
        raise refuse(f"must be a path such as '/Mens/Shoes', with '/' and not '>', got {kind_of(text)}")
    # The slash before it may be one character too many.
    return as_text("".join([f"/{name}" for each in text.split("/") if (name := trimmed(each))]))


_ISO_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
).fullmatch


def _datetime(value: Any) -> datetime | None:
    """A second of the calendar, in UTC; what names no time zone is taken as UTC."""
    if value is None:
        return None
    moment = None
    held = characters(value)
    if held is not None:
        text = trimmed(held)
        if not as_carried(held):
            return None
        if _ISO_DATE_TIME(text):
            with suppress(ValueError):  # 2026-02-30 25:00
                moment = datetime.fromisoformat(text)
    elif issubclass(type(value), datetime):
        moment = value
    if moment is not None:
        try:
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
            return datetime(*moment.timetuple()[:6], tzinfo=UTC)  # and no subclass
        except (OverflowError, ValueError):
            pass  # the first or the last day that there is, elsewhere
    raise refuse(f"must be a date and time, or text such as '2026-11-25 14:30:00', got {kind_of(value)}")


def _one_of(also: Mapping[str, str]) -> BeforeValidator:
    """A word of a closed set, or what is `also` taken for one, nothing when it is blank.

    What pydantic is to refuse is left as it is.
    """

    def one_of(value: Any) -> Any:
        held = characters(value)
        if held is None:
            return value
        text = as_carried(held)
        return also.get(text, text) or None

    return BeforeValidator(one_of)


_Availability = Literal["InStock", "OutOfStock", "Invisible", "Discontinued"]
_WORDS: tuple[str, ...] = get_args(_Availability)
PAGE_TYPES = Literal[
    "front", "category", "product", "cart", "checkout", "order", "post-purchase", "search", "notfound", "other"
]
# A validator before pydantic's own, as for dates: then the set is a Literal for everybody who looks.
Availability = Annotated[
    _Availability | None,
    _one_of({f"{scheme}://schema.org/{word}": word for scheme in ("http", "https") for word in _WORDS}),
    Quickly(core_schema.literal_schema([*_WORDS])),
]
PageType = Annotated[PAGE_TYPES | None, _one_of({})]
# Text in ASCII, without blanks at its ends, as most texts of a catalogue are.
PLAIN_TEXT = core_schema.str_schema(strict=True, max_length=MAX_TEXT, pattern="^[!-~](?: *[!-~])*$")
Plain = Quickly(PLAIN_TEXT)
# In ASCII and without a user's name, as most are.
_PLAIN_URL = core_schema.str_schema(
    strict=True, max_length=MAX_URL, pattern=r"^https?://[A-Za-z0-9][A-Za-z0-9.:-]*(?:[/?#][!-~]*)?$"
)
Url = Annotated[str, PlainValidator(as_url, json_schema_input_type=str), Quickly(_PLAIN_URL)]
Description = Annotated[str, PlainValidator(partial(as_text, limit=MAX_DESCRIPTION), json_schema_input_type=str)]
DateTime = Annotated[datetime | None, BeforeValidator(_datetime)]
