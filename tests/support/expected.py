"""What a customer must look like in each form, from tables of its own rather than the library's annotations."""

from __future__ import annotations

from datetime import date
from typing import Any

from nosto_tagging import Customer

__all__ = ["FREE_TEXT", "JANE", "JANE_BLOCK", "JANE_SCRIPT", "JANE_STATEMENT", "ROOT", "called", "in_block", "provided"]

ROOT = (
    '<div class="nosto_customer notranslate" style="display:none" hidden="" translate="no" data-nosnippet="" '
    'v-pre="" ng-non-bindable="">'
)

# The documented example of api.customer, its keys in the documented order.
JANE: dict[str, Any] = {
    "email": "jane.doe@example.com",
    "first_name": "Jane",
    "last_name": "Doe",
    "marketing_permission": True,
    "customer_reference": "5e3d4a9c-cf58-11ea-87d0-0242ac130003",
}
JANE_BLOCK = (
    f'{ROOT}<span class="email">jane.doe@example.com</span><span class="first_name">Jane</span>'
    '<span class="last_name">Doe</span><span class="marketing_permission">true</span>'
    '<span class="customer_reference">5e3d4a9c-cf58-11ea-87d0-0242ac130003</span></div>'
)
JANE_STATEMENT = (
    'nostojs(api => api.customer({"email":"jane.doe@example.com","first_name":"Jane","last_name":"Doe",'
    '"marketing_permission":true,"customer_reference":"5e3d4a9c-cf58-11ea-87d0-0242ac130003"}))'
)
JANE_SCRIPT = f"<script>{JANE_STATEMENT}</script>"

# The fields that take any text at all.
FREE_TEXT = (
    "first_name",
    "last_name",
    "customer_reference",
    "type",
    "customer_group",
    "gender",
    "region",
    "city",
    "street",
    "order_number",
    "source",
    "source_id",
)

_EVERYWHERE = ("email", "first_name", "last_name", "marketing_permission", "customer_reference", "hcid")
_BLOCK = (*_EVERYWHERE, "customer_group", "gender", "date_of_birth", "region", "city", "street")
_SCRIPT = (*_EVERYWHERE, "type", "order_number", "source", "source_id")


def in_block(customer: Customer) -> list[tuple[str, str]]:
    """The class and the text of each element of the customer's block."""
    return [(name, _text(value)) for name in _BLOCK if (value := getattr(customer, name)) is not None]


def called(customer: Customer) -> dict[str, Any]:
    """What api.customer is given."""
    return {name: value for name in _SCRIPT if (value := getattr(customer, name)) is not None}


def provided(customer: Customer) -> dict[str, Any]:
    """What a tagging provider and the Session API are given."""
    return {"newsletter" if name == "marketing_permission" else name: value for name, value in called(customer).items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else value
