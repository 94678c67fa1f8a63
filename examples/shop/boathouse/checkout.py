"""Buying what is in the cart, and the page that thanks for it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import update

from boathouse import carts, tagging
from boathouse.database import db
from boathouse.forms import Form, ticked
from boathouse.login import visitor
from boathouse.models import Cart, Order, OrderLine, Sku

blueprint = Blueprint("checkout", __name__)

_MOST_ORDERS = 10


@blueprint.get("/checkout")
def show() -> ResponseReturnValue:
    """Where to send it, and to whom."""
    cart = carts.current_cart()
    if not cart.lines:
        return redirect(url_for("basket.show"))
    return render_template("checkout.html", cart=cart, form=Form(), user=visitor())


@blueprint.post("/checkout")
def buy() -> ResponseReturnValue:
    """Place the order, and have the next page tell Nosto of it, once."""
    cart, user, form = carts.current_cart(), visitor(), Form()
    if not cart.lines:
        return redirect(url_for("basket.show"), 303)
    order = Order(
        user_id=user.id if user else None,
        email=user.email if user else form.email(),
        first_name=form.text("first_name", "The first name"),
        last_name=form.text("last_name", "The last name"),
        address=form.text("address", "The address", most=300),
        marketing_permission=user.marketing_permission if user else ticked("newsletter"),
        shipping_cents=cart.shipping_cents,
        lines=[_bought(cart, place) for place in range(len(cart.lines))],
    )
    if form.errors:
        return render_template("checkout.html", cart=cart, form=form, user=user), 422
    if not _taken_from_stock(cart):
        db().rollback()
        flash("Somebody was faster: there is less of something than you want. Your cart has what is left.")
        return redirect(url_for("basket.show"), 303)
    db().add(order)
    db().delete(cart)
    db().commit()
    session["orders"] = [*session.get("orders", []), order.number][-_MOST_ORDERS:]
    tagging.nosto.push(tagging.order(order))
    return redirect(url_for("checkout.thanks", number=order.number), 303)


@blueprint.get("/orders/<number>")
def thanks(number: str) -> str:
    """The visitor's own order. What was pushed is told when it is first shown; to show it again tells nothing."""
    order = tagging.find_order(number)
    if order is None:
        abort(404)
    return render_template("thanks.html", order=order)


def _bought(cart: Cart, place: int) -> OrderLine:
    line = cart.lines[place]
    return OrderLine(
        product_id=line.sku.product_id,
        sku_id=line.sku_id,
        name=line.sku.full_name,
        quantity=line.quantity,
        unit_price_cents=line.sku.product.price_cents,
    )


def _taken_from_stock(cart: Cart) -> bool:
    """Take each line from the stock in the database itself, where two who want the last one meet."""
    for line in cart.lines:
        enough = Sku.id == line.sku_id, Sku.stock >= line.quantity
        taking = update(Sku).where(*enough).values(stock=Sku.stock - line.quantity).returning(Sku.id)
        if db().execute(taking).first() is None:
            return False
    return True
