"""The visitor's cart: found, filled, changed, and taken along into an account."""

from __future__ import annotations

from flask import session
from sqlalchemy import select

from boathouse.database import db
from boathouse.login import visitor
from boathouse.models import Cart, CartLine, Sku, User

MOST_OF_ONE = 20


def current_cart() -> Cart:
    """The visitor's cart. One that is not in the database yet is empty, and gets there with its first line."""
    user = visitor()
    if user is not None:
        return _of(user) or Cart(user_id=user.id)
    return _of_guest() or Cart()


def put(sku: Sku, quantity: int) -> Cart:
    """Put so many more of `sku` into the cart, as far as there are any."""
    cart = current_cart()
    line = _line(cart, sku)
    _set(cart, sku, quantity + (line.quantity if line else 0))
    return _kept(cart)


def change(sku: Sku, quantity: int) -> Cart:
    """Have so many of `sku` in the cart; none takes it out."""
    cart = current_cart()
    _set(cart, sku, quantity)
    return _kept(cart)


def take_along(user: User) -> None:
    """Put what a guest has in the cart into the cart of the account that the guest logs in to."""
    guests = _of_guest()
    if guests is None:
        return
    cart = _of(user) or Cart(user_id=user.id)
    db().add(cart)
    for found in guests.lines:
        line = _line(cart, found.sku)
        _set(cart, found.sku, found.quantity + (line.quantity if line else 0))
    db().delete(guests)
    db().commit()


def _of(user: User) -> Cart | None:
    return db().scalar(select(Cart).where(Cart.user_id == user.id))


def _of_guest() -> Cart | None:
    token = session.get("cart")
    return None if token is None else db().scalar(select(Cart).where(Cart.token == token, Cart.user_id.is_(None)))


def _kept(cart: Cart) -> Cart:
    db().add(cart)
    db().commit()
    if cart.user_id is None:
        session["cart"] = cart.token
    return cart


def _line(cart: Cart, sku: Sku) -> CartLine | None:
    return next((line for line in cart.lines if line.sku_id == sku.id), None)


def _set(cart: Cart, sku: Sku, quantity: int) -> None:
    quantity = max(0, min(quantity, sku.stock, MOST_OF_ONE))
    line = _line(cart, sku)
    if line is None and quantity:
        cart.lines.append(CartLine(sku_id=sku.id, sku=sku, quantity=quantity))
    elif line is not None and quantity:
        line.quantity = quantity
    elif line is not None:
        cart.lines.remove(line)
