"""The currency codes are those of a package that follows ISO 4217."""

from __future__ import annotations

import iso4217

from nosto_tagging.models.currencies import CODES


def test_the_codes_are_those_of_the_standard() -> None:
    assert {currency.code for currency in iso4217.Currency} == CODES
