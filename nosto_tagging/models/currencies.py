"""The currency codes of ISO 4217, from the tables of the package ``iso4217``, which a test compares them with."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PlainValidator
from pydantic_core import core_schema

from nosto_tagging.models.fields import as_text
from nosto_tagging.validation import Quickly, kind_of, refuse

__all__ = ["CODES", "Currency"]

_WORDS = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
    CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF
    GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR
    LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN
    PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS
    TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC
    XBD XCD XCG XDR XOF XPD XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG
"""
CODES = frozenset(_WORDS.split())


def as_currency(value: Any) -> str | None:
    """A code of ISO 4217, in upper case."""
    text = as_text(value)
    if text is None or text in CODES:
        return text
    raise refuse(f"must be a currency code of ISO 4217 in upper case, such as 'EUR', got {kind_of(text)}")


Currency = Annotated[
    str, PlainValidator(as_currency, json_schema_input_type=str), Quickly(core_schema.literal_schema(sorted(CODES)))
]
