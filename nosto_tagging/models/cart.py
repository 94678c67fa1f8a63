"""What is in the visitor's cart."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator

from nosto_tagging.errors import Problem
from nosto_tagging.models.catalogue import Plain, Url
from nosto_tagging.models.currencies import Currency
from nosto_tagging.models.fields import Hcid, Identifier, Text
from nosto_tagging.models.lists import given
from nosto_tagging.models.numbers import Amount, Quantity
from nosto_tagging.models.tagging import Needed, Parts, Printed, TaggingModel, TaggingPart

__all__ = ["Cart", "LineItem"]

PSEUDO_PRODUCT_ID = "-1"


class LineItem(TaggingPart, defer_build=False):
    """A line of a cart or of an order: so many of one product, or of one of its SKUs.

    ``product_id``
        The id that the product's own tagging has, or sales are not attributed; text or a whole number.
    ``sku_id``
        The id of the SKU that was chosen; may be left out.
    ``quantity``
        A whole number from 1.
    ``name``
        Text.
    ``unit_price``
        What one of them costs, with tax, in the currency that the visitor sees: a decimal, a whole number, or text
        such as ``"999.00"``. It is printed as it was given, ``999.00`` included.
    ``price_currency_code``
        A currency code of ISO 4217, ``"EUR"``.

    Raises `InvalidTagging`, which names every field that is wrong.

    The fields are those of Nosto's documentation of cart tagging and of its ``CartItem`` type.

    >>> canoe = LineItem(product_id="Canoe123", quantity=1, name="Acme Canoe", unit_price="999.00",
    ...                  price_currency_code="EUR")
    >>> canoe.unit_price
    Decimal('999.00')
    """

    personal: ClassVar[bool] = True

    product_id: Annotated[Identifier, Plain, Needed()]
    sku_id: Annotated[Identifier, Plain] | None = None
    quantity: Annotated[Quantity, Needed()]
    name: Annotated[Text, Plain, Needed()]
    unit_price: Annotated[Amount, Needed()]
    price_currency_code: Annotated[Currency, Needed()]

    @classmethod
    def pseudo(cls, *, name: str, unit_price: Any, price_currency_code: str, quantity: int = 1) -> Self:
        """A line for what is no product: shipping, a fee, or a discount, whose `unit_price` is negative.

        Its ``product_id`` is ``"-1"``, as Nosto's own modules have it.

        Raises `InvalidTagging`.

        >>> LineItem.pseudo(name="Discount", unit_price="-5.00", price_currency_code="EUR").product_id
        '-1'
        """
        return cls(
            product_id=PSEUDO_PRODUCT_ID,
            quantity=quantity,
            name=name,
            unit_price=unit_price,
            price_currency_code=price_currency_code,
        )

    def whole(self) -> list[Problem]:
        price = self.__dict__.get("unit_price")  # a line that was made past validation may lack its fields
        if type(price) is Decimal and price.is_signed() and self.__dict__.get("product_id") != PSEUDO_PRODUCT_ID:
            return [Problem("unit_price", "must not be negative, but in a LineItem.pseudo() for a discount")]
        return []


class Cart(TaggingModel, defer_build=False):
    """The visitor's whole cart, as the page shows it, on every page.

    An empty cart, ``Cart()``, is told as well: that is how Nosto learns that nothing is in it any more.

    ``items``
        Its lines: `LineItem` objects, or mappings of their fields.
    ``hcid``
        The visitor checksum that `hcid()` gives.
    ``restore_link``
        An absolute URL that brings this cart back, for the mails about carts that were left: whoever has it has the
        cart. In scripts it is a call of its own, which `PageTagging` makes.

    Raises `InvalidTagging`, which names the line and the field.

    The fields are those of Nosto's documentation of cart tagging, of its ``Cart`` type and of its PHP SDK.

    >>> cart = Cart(items=[dict(product_id="Canoe123", quantity=1, name="Acme Canoe", unit_price="999.00",
    ...                         price_currency_code="EUR")])
    >>> cart.payload()
    {'items': [{'product_id': 'Canoe123', 'quantity': 1, 'name': 'Acme Canoe', 'unit_price': 999,
    'price_currency_code': 'EUR'}]}
    """

    block_class: ClassVar[str] = "nosto_cart"
    personal: ClassVar[bool] = True
    call: ClassVar[str | None] = "resendCartContent"

    items: Annotated[
        Sequence[LineItem], Parts(), BeforeValidator(given), Printed(block="line_item", tag="div", always=True)
    ] = ()
    hcid: Hcid | None = None
    restore_link: Annotated[Url | None, Printed(call=False, provider=False)] = None
