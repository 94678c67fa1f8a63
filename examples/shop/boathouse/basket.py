"""The cart's page, and what changes the cart: by form, or by fetch, which answers with what to tell Nosto."""

from __future__ import annotations

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from boathouse import carts, tagging
from boathouse.database import db
from boathouse.forms import whole_number
from boathouse.login import visitor
from boathouse.models import Cart, Sku

blueprint = Blueprint("basket", __name__)


@blueprint.get("/cart")
def show() -> str:
    """What is in the cart."""
    return render_template("cart.html", cart=carts.current_cart())


@blueprint.post("/cart/add")
def add() -> ResponseReturnValue:
    """Put something in."""
    sku = _sku()
    cart = carts.put(sku, whole_number("quantity", 1))
    return _answer(cart, f"{sku.full_name} is in your cart.")


@blueprint.post("/cart/change")
def change() -> ResponseReturnValue:
    """Have more or less of something."""
    return _answer(carts.change(_sku(), whole_number("quantity", 0)), None)


@blueprint.get("/header.json")
def header() -> ResponseReturnValue:
    """The visitor's part of the header, for pages that are the same for everybody and fetch it."""
    user = visitor()
    response = jsonify(name=user.first_name if user else None, count=carts.current_cart().count)
    response.cache_control.no_store = True
    return response


@blueprint.app_template_global()
def cart_count() -> int:
    """How many things are in the cart, for the header of every page that is one visitor's."""
    return carts.current_cart().count


def wants_json() -> bool:
    """Whether it is a script of the shop that asks, which stays on its page."""
    return request.accept_mimetypes.best == "application/json"


def _sku() -> Sku:
    sku = db().get(Sku, request.form.get("sku", ""))
    if sku is None:
        abort(404)
    return sku


def _answer(cart: Cart, message: str | None) -> ResponseReturnValue:
    if wants_json():
        return jsonify(count=cart.count, message=message, **tagging.nosto.payload(tagging.cart(cart)))
    if message:
        flash(message)
    return redirect(url_for("basket.show"), 303)
