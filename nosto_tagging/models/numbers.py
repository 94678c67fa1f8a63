"""Numbers as Nosto takes them: exact decimals that JavaScript's numbers can hold, and whole numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, cast

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from nosto_tagging.models.text import trimmed
from nosto_tagging.validation import characters, kind_of, refuse

__all__ = ["Amount", "Count", "Measure", "Price", "Quantity", "Rating", "as_count", "as_opacity", "as_price"]

# A JavaScript number keeps every decimal of 15 digits; six of them after the point are more than money needs, and
# are never written with an exponent.
MOST_DIGITS = 15
MOST_DECIMALS = 6
LARGEST = 10**MOST_DIGITS - 1
_written = re.compile(rf"(-?)0*([0-9]{{1,{MOST_DIGITS}}})(?:\.([0-9]{{1,{MOST_DECIMALS}}})0*)?").fullmatch
_BEFORE_CENTS = MOST_DIGITS - 2
_FAR = 100  # characters, past any number

_FORM = (
    f"digits with a point and without separators, at most {MOST_DIGITS} of them and at most {MOST_DECIMALS} after "
    "the point"
)


_CENT, _TENTH, _ONE = Decimal("0.01"), Decimal("0.1"), Decimal(1)


def _decimal(what: str, least: int = 0, most: int = LARGEST) -> Callable[[Any], Decimal | None]:
    """A decimal as it was written, ``10.50`` included; a float as Python writes it."""

    def decimal(value: Any) -> Decimal | None:
        if (
            type(value) is Decimal  # with two decimals, one or none, as nearly all are
            and (value.same_quantum(_CENT) or value.same_quantum(_TENTH) or value.same_quantum(_ONE))
            and not value.is_signed()
            and value.adjusted() < _BEFORE_CENTS
            and (most == LARGEST or value <= most)
        ):
            return value
        written = _as_written(value)
        if written == "":
            return None
        found = None if written is None else _written(written)
        if found is not None:
            sign, whole, decimals = found.group(1), found.group(2), found.group(3) or ""
            if len(whole) + len(decimals) > MOST_DIGITS:
                decimals = decimals.rstrip("0")
            number = Decimal(f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}")
            number = number or abs(number)  # there is one zero
            if len(whole) + len(decimals) <= MOST_DIGITS and least <= number <= most:
                return number
        raise refuse(f"must be {what}, got {kind_of(value)}")

    return decimal


def _as_written(value: Any) -> str | None:
    """The digits of a number, or of a text that holds one; ``None`` for what is neither."""
    kind = type(value)  # pyright: ignore[reportUnknownVariableType] - of anything
    if issubclass(kind, Decimal):
        number = cast("Decimal", value)
        # Past any price, an exponent would be written out as so many zeros.
        near = number.is_finite() and -_FAR < number.adjusted() < MOST_DIGITS
        return Decimal.__format__(number, "f") if near else None
    if issubclass(kind, int) and kind is not bool:
        return int.__repr__(value) if -LARGEST <= int.__pos__(value) <= LARGEST else None
    if issubclass(kind, float):
        written = float.__repr__(value)
        # As it is written where it is very small, and has few digits all the same.
        return written if "e-" not in written else _as_written(Decimal(written))
    held = characters(value)
    return None if held is None or len(held) > _FAR else trimmed(held)


def _whole(what: str, least: int) -> Callable[[Any], int | None]:
    """A whole number; a decimal or a float that is one is taken as such."""
    decimal = _decimal(what, least)

    def whole(value: Any) -> int | None:
        if type(value) is int and least <= value <= LARGEST:
            return value
        found = decimal(value)
        if found is None or found == found.to_integral_value():
            return None if found is None else int(found)
        raise refuse(f"must be {what}, got {kind_of(value)}")

    return whole


def _same(value: Any) -> Any:
    return value


_INPUT = core_schema.union_schema([core_schema.int_schema(), core_schema.float_schema(), core_schema.str_schema()])


class _Checked:
    """Marks a number that `check` makes. In JSON it is its text, because floats would not do.

    pydantic's own PlainValidator has a decimal that may be ``None`` written twice, and quotes it in a warning.
    """

    def __init__(self, check: Callable[[Any], Any]) -> None:
        self.check = check

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        written = (
            core_schema.to_string_ser_schema(when_used="json-unless-none")
            if source is Decimal
            else core_schema.plain_serializer_function_ser_schema(_same, return_schema=core_schema.int_schema())
        )
        return core_schema.no_info_plain_validator_function(
            self.check, serialization=written, json_schema_input_schema=_INPUT
        )


as_price = _decimal(f"a price such as 10.50: {_FORM}, not negative")
as_opacity = _decimal("a number from 0 to 1 such as 0.8", most=1)
as_count = _whole("a whole number from 0", least=0)

Price = Annotated[Decimal, _Checked(as_price)]
Amount = Annotated[Decimal, _Checked(_decimal(f"an amount such as 10.50: {_FORM}", least=-LARGEST))]
Measure = Annotated[Decimal, _Checked(_decimal(f"a number such as 1.5: {_FORM}, not negative"))]
Rating = Annotated[Decimal, _Checked(_decimal("a rating from 0 to 5 such as 3.8", most=5))]
Quantity = Annotated[int, _Checked(_whole("a whole number from 1", least=1))]
Count = Annotated[int, _Checked(as_count)]
