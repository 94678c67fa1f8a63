"""Who the visitor is, and what they ordered, as Nosto is to know it."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from nosto_tagging import Customer, LineItem, Order, customer_reference

CUSTOMERS: dict[int, dict[str, Any]] = {7: {"email": "jane.doe@example.com", "first_name": "Jane", "last_name": "Doe"}}


def customer(request: HttpRequest) -> Customer | None:
    """Who is logged in."""
    customer_id = request.session.get("customer_id")
    if customer_id not in CUSTOMERS:
        return None
    reference = customer_reference(customer_id, secret=settings.SECRET_KEY)
    return Customer(**CUSTOMERS[customer_id], marketing_permission=True, customer_reference=reference)


def order(request: HttpRequest, number: str) -> Order | None:
    """The order of that number, if it is the visitor's."""
    if customer(request) is None or number != "1445":
        return None
    canoe = LineItem(
        product_id="Canoe123", quantity=1, name="Acme Canoe", unit_price=Decimal("999.00"), price_currency_code="EUR"
    )
    return Order(order_number=number, items=[canoe])
