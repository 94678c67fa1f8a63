"""What was bought, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator

from nosto_tagging.errors import Problem
from nosto_tagging.models.cart import LineItem
from nosto_tagging.models.catalogue import DateTime
from nosto_tagging.models.fields import Consent, Email, Hcid, Identifier, Text
from nosto_tagging.models.lists import listed
from nosto_tagging.models.tagging import Form, Needed, Parts, Printed, TaggingModel, TaggingPart, unproxied, used

__all__ = ["Buyer", "Order"]

_NOWHERE = Printed(block=False, call=False, provider=False)
_IN_BLOCK = Printed(call=False, provider=False)


class Buyer(TaggingPart, defer_build=False):
    """Who placed an order. Every field is optional.

    ``email``, ``first_name``, ``last_name``, ``marketing_permission``
        As in `Customer`; the consent holds for this order.
    ``phone``, ``post_code``, ``country``
        Accepted, because rows have them, and never printed in a page.

    Raises `InvalidTagging`.
    """

    personal: ClassVar[bool] = True

    email: Email | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    marketing_permission: Annotated[Consent | None, Printed(call="newsletter", provider="newsletter")] = None
    phone: Annotated[Text | None, _NOWHERE] = None
    post_code: Annotated[Text | None, _NOWHERE] = None
    country: Annotated[Text | None, _NOWHERE] = None

    def without_email(self) -> Self:
        return self.model_copy(update={"email": None})


class Order(TaggingModel, defer_build=False):
    """An order, for the page that thanks for it.

    ``order_number``
        The shop's own number of the order; text or a whole number.
    ``items``
        What was bought: `LineItem` objects, or mappings of their fields; at least one. Shipping and discounts are
        `LineItem.pseudo`.
    ``buyer``
        A `Buyer`, or a mapping of its fields; may be left out.
    ``payment_provider``, ``order_status_code``, ``order_status_label``, ``external_order_ref``
        Text. Scripts call the code ``order_status``.
    ``created_at``
        A date and time, or text such as ``"2026-11-25 14:30:00"``; one without a time zone is in UTC, and the others
        are told in it, to the second.
    ``hcid``
        The visitor checksum that `hcid()` gives; printed by blocks only.

    Raises `InvalidTagging`, which names the line and the field.

    The fields are those of Nosto's documentation of order tagging, of its ``WebsiteOrder`` type and of its PHP SDK.

    >>> order = Order(order_number=1445, buyer={"email": "jane.doe@example.com"}, items=[dict(product_id="Canoe123",
    ...               quantity=1, name="Acme Canoe", unit_price="999.00", price_currency_code="EUR")])
    >>> order.payload()["info"]
    {'order_number': '1445', 'email': 'jane.doe@example.com', 'type': 'order'}
    """

    block_class: ClassVar[str] = "nosto_purchase_order"
    personal: ClassVar[bool] = True

    order_number: Annotated[Identifier, Needed()]
    external_order_ref: Identifier | None = None
    created_at: DateTime = None
    buyer: Annotated[Buyer | None, BeforeValidator(unproxied), Printed(tag="div")] = None
    payment_provider: Text | None = None
    order_status_code: Annotated[Text | None, Printed(call="order_status", provider="order_status")] = None
    order_status_label: Text | None = None
    items: Annotated[
        Sequence[LineItem],
        Parts(),
        BeforeValidator(listed),
        Printed(block="line_item", tag="div", around="purchased_items"),
    ]
    hcid: Annotated[Hcid | None, _IN_BLOCK] = None

    def whole(self) -> list[Problem]:
        return [] if self.items else [Problem("items", "must hold what was bought, got nothing")]

    def told(self, form: Form) -> dict[str, Any]:
        told = super().told(form)
        if form == "block":
            return told
        buyer = told.pop("buyer", {})
        if "newsletter" in buyer:  # a text in the client's OrderCustomer type
            buyer["newsletter"] = "true" if buyer["newsletter"] else "false"
        items = told.pop("items")
        info = {"order_number": told.pop("order_number"), **buyer, "type": "order"}
        return {**told, "info": info, "items": items}

    def in_block(self) -> Self:
        order = super().in_block()
        # A block says nothing of a buyer of whom it may tell nothing.
        nobody = order.buyer is not None and not any(each is not None for each in order.buyer.__dict__.values())
        return order.model_copy(update={"buyer": None}) if nobody else order

    def without_email(self) -> Self:
        order = used(lambda held: held.sound(), self)
        buyer = order.__dict__.get("buyer")  # which an order that was made past validation may lack
        if buyer is None:
            return order
        return order.model_copy(update={"buyer": buyer.without_email()})
