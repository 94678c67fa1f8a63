"""The shop's rows as Nosto is to know them, and who asks for them when: all that the shop has to write itself."""

from __future__ import annotations

from decimal import Decimal

from flask import request, session, url_for

from boathouse import carts, models
from boathouse.config import config
from boathouse.database import db
from boathouse.login import visitor
from boathouse.models import CURRENCY, euros
from nosto_tagging import Buyer, Cart, Customer, LineItem, Order, Product, Sku, customer_reference
from nosto_tagging.integrations.flask import Nosto

CONSENT_COOKIE = "boathouse_consent"


def consent() -> bool:
    """Whether the visitor has allowed personal recommendations; asked by the banner, kept in a cookie."""
    return request.cookies.get(CONSENT_COOKIE) == "yes"


nosto = Nosto(consent=consent)


@nosto.customer_loader
def current_customer() -> Customer | None:
    """Who is logged in."""
    user = visitor()
    return None if user is None else customer(user)


@nosto.cart_loader
def current_cart() -> Cart:
    """What is in the visitor's cart; an empty one is told, too, or Nosto would keep the last."""
    return cart(carts.current_cart())


@nosto.order_loader
def current_order(number: str) -> Order | None:
    """The order of that number, if the visitor is who placed it: the number comes out of a cookie."""
    found = find_order(number)
    return None if found is None else order(found)


def find_order(number: str) -> models.Order | None:
    """The visitor's own order of that number, placed under the account or, as a guest, in this session."""
    digits = number.removeprefix("B")
    found = db().get(models.Order, int(digits) - 10_000) if digits.isascii() and digits.isdigit() else None
    if found is None or found.number != number:
        return None
    user = visitor()
    owned = user is not None and found.user_id == user.id
    return found if owned or number in session.get("orders", []) else None


def customer(user: models.User) -> Customer:
    """Somebody with an account."""
    reference = customer_reference(user.id, secret=config().reference_secret)
    return Customer(
        email=user.email,
        first_name=user.first_name,
        last_name=user.last_name,
        marketing_permission=user.marketing_permission,
        customer_reference=reference,
    )


def cart(found: models.Cart) -> Cart:
    """A cart, whole."""
    return Cart(
        items=[
            LineItem(
                product_id=line.sku.product_id,
                sku_id=line.sku_id,
                quantity=line.quantity,
                name=line.sku.full_name,
                unit_price=line.sku.product.price,
                price_currency_code=CURRENCY,
            )
            for line in found.lines
        ]
    )


def order(found: models.Order) -> Order:
    """An order, with the shipping as a line that is no product."""
    items = [
        LineItem(
            product_id=line.product_id,
            sku_id=line.sku_id,
            quantity=line.quantity,
            name=line.name,
            unit_price=euros(line.unit_price_cents),
            price_currency_code=CURRENCY,
        )
        for line in found.lines
    ]
    if found.shipping_cents:
        shipping = euros(found.shipping_cents)
        items.append(LineItem.pseudo(name="Shipping", unit_price=shipping, price_currency_code=CURRENCY))
    buyer = Buyer(
        email=found.email,
        first_name=found.first_name,
        last_name=found.last_name,
        marketing_permission=found.marketing_permission,
    )
    return Order(
        order_number=found.number,
        created_at=found.created_at,
        order_status_code=found.status,
        payment_provider="invoice",
        buyer=buyer,
        items=items,
    )


def product(found: models.Product) -> Product:
    """A product with its SKUs."""
    address = url_for("pages.product", key=found.id, _external=True)
    return Product(
        product_id=found.id,
        name=found.name,
        url=address,
        image_url=picture_of(found.sku, absolute=True),
        availability="InStock" if found.in_stock else "OutOfStock",
        price=found.price,
        list_price=found.list_price,
        price_currency_code=CURRENCY,
        category=[found.category.name],
        brand=found.brand,
        description=found.description,
        rating_value=Decimal(found.rating),
        review_count=found.review_count,
        date_published=found.published,
        skus=[
            Sku(
                id=sku.id,
                name=sku.full_name,
                price=found.price,
                list_price=found.list_price,
                url=f"{address}?sku={sku.id}",
                image_url=picture_of(sku, absolute=True),
                availability="InStock" if sku.stock else "OutOfStock",
                custom_fields={"colour": sku.name},
            )
            for sku in found.skus
        ],
    )


def picture_of(sku: models.Sku, *, absolute: bool = False) -> str:
    """The address of a SKU's picture."""
    return url_for("pages.picture", sku_id=sku.id, _external=absolute)
