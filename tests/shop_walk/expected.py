"""What Nosto is to be told, worked out from the rows of the database and without the library's help."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, TypeAlias

from shop_walk.serving import REFERENCE_SECRET, Shop
from sqlalchemy import select

from boathouse.models import Cart, Category, Order, Product, User

__all__ = ["Tree", "cart_items", "customer", "elements", "order", "page", "product", "shelf", "user_named"]

Tree: TypeAlias = list[Any]
"""An element of a block: its class, and its text or the elements in it."""


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def user_named(shop: Shop, first_name: str) -> User:
    """The row of that person."""
    with shop.sessions() as session:
        return session.scalars(select(User).where(User.first_name == first_name)).one()


def customer(shop: Shop, first_name: str) -> dict[str, Any]:
    """What is told of somebody, as a call has it."""
    user = user_named(shop, first_name)
    told: dict[str, Any] = {"email": user.email, "first_name": user.first_name, "last_name": user.last_name}
    if user.marketing_permission is not None:
        told["marketing_permission"] = user.marketing_permission
    secret, known_as = REFERENCE_SECRET.encode(), str(user.id).encode()
    return {**told, "customer_reference": hmac.new(secret, known_as, hashlib.sha256).hexdigest()}


def cart_items(shop: Shop, first_name: str | None) -> list[dict[str, Any]]:
    """What is in somebody's cart; of guests there is one at a time here."""
    with shop.sessions() as session:
        if first_name is None:
            found = session.scalars(select(Cart).where(Cart.user_id.is_(None))).one_or_none()
        else:
            found = session.scalars(select(Cart).join(User).where(User.first_name == first_name)).one_or_none()
        return [
            {
                "product_id": line.sku.product.id,
                "sku_id": line.sku.id,
                "quantity": line.quantity,
                "name": f"{line.sku.product.name}, {line.sku.name.lower()}",
                "unit_price": line.sku.product.price_cents / 100,
                "price_currency_code": "EUR",
            }
            for line in (found.lines if found else [])
        ]


def order(shop: Shop, number: int) -> dict[str, Any]:
    """The order of that row, as a tagging provider has it."""
    with shop.sessions() as session:
        found = session.get_one(Order, number)
        items: list[dict[str, Any]] = [
            {
                "product_id": line.product_id,
                "sku_id": line.sku_id,
                "quantity": line.quantity,
                "name": line.name,
                "unit_price": line.unit_price_cents / 100,
                "price_currency_code": "EUR",
            }
            for line in found.lines
        ]
        if found.shipping_cents:
            shipping = {"quantity": 1, "name": "Shipping", "unit_price": found.shipping_cents / 100}
            items.append({"product_id": "-1", **shipping, "price_currency_code": "EUR"})
        info = {
            "order_number": f"B{10_000 + found.id}",
            "email": found.email,
            "first_name": found.first_name,
            "last_name": found.last_name,
            "type": "order",
        }
        if found.marketing_permission is not None:
            info["newsletter"] = "true" if found.marketing_permission else "false"
        return {
            "created_at": f"{found.created_at.isoformat()}.000Z",
            "payment_provider": "invoice",
            "order_status": found.status,
            "info": info,
            "items": items,
        }


def page(
    kind: str, *about: Tree, shop: Shop, who: str | None, carts: bool = True, placements: tuple[str, ...] = ()
) -> list[Tree]:
    """All blocks of a page: its type, what it is about, who looks at it, the cart, and the placements."""
    blocks: list[Tree] = [["nosto_page_type", kind], *about]
    if who is not None:
        blocks.append(["nosto_customer", [[name, _text(value)] for name, value in customer(shop, who).items()]])
    if carts:
        blocks.append(_cart(cart_items(shop, who)))
    return [*blocks, *elements(*placements)]


def elements(*placements: str) -> list[Tree]:
    """Placements."""
    return [["nosto_element", name] for name in placements]


def product(shop: Shop, key: str) -> Tree:
    """The block of a product with its SKUs."""
    with shop.sessions() as session:
        found = session.get_one(Product, key)
        price, before = _euros(found.price_cents), found.list_price_cents
        reduced: list[Tree] = [] if before is None else [["list_price", _euros(before)]]
        address = f"{shop.address}/product/{key}"
        first = next(sku for sku in found.skus if sku.stock)
        return [
            "nosto_product",
            [
                ["product_id", key],
                ["name", found.name],
                ["url", address],
                ["image_url", f"{shop.address}/pictures/{first.id}.svg"],
                ["availability", "InStock"],
                ["price", price],
                ["price_currency_code", "EUR"],
                ["category", f"/{found.category.name}"],
                ["brand", found.brand],
                ["description", found.description],
                *reduced,
                ["rating_value", found.rating],
                ["review_count", str(found.review_count)],
                ["date_published", found.published.isoformat()],
                *[
                    [
                        "nosto_sku",
                        [
                            ["id", sku.id],
                            ["name", f"{found.name}, {sku.name.lower()}"],
                            ["price", price],
                            *reduced,
                            ["url", f"{address}?sku={sku.id}"],
                            ["image_url", f"{shop.address}/pictures/{sku.id}.svg"],
                            ["availability", "InStock" if sku.stock else "OutOfStock"],
                            ["custom_fields", [["colour", sku.name]]],
                        ],
                    ]
                    for sku in found.skus
                ],
            ],
        ]


def shelf(shop: Shop, slug: str) -> Tree:
    """The block of a category."""
    with shop.sessions() as session:
        return ["nosto_category", f"/{session.scalars(select(Category).where(Category.slug == slug)).one().name}"]


def _cart(items: list[dict[str, Any]]) -> Tree:
    if not items:
        return ["nosto_cart", ""]
    lines = [[[name, _text(value)] for name, value in item.items()] for item in items]
    return ["nosto_cart", [["line_item", line] for line in lines]]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.2f}" if isinstance(value, float) else str(value)
