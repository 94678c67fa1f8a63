"""Accounts: logging in by form and by fetch, logging out, making one, and one's own page."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]  # it has no types
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.security import check_password_hash, generate_password_hash

from boathouse import carts, tagging
from boathouse.config import config
from boathouse.database import db
from boathouse.forms import Form, place_to_go, ticked
from boathouse.login import log_in, log_out, visitor
from boathouse.models import User

blueprint = Blueprint("accounts", __name__)

_WRONG = "There is no account with this e-mail address and password."
# What a password is compared with where there is no account, so that both take equally long.
_NOBODYS = generate_password_hash("nobody's")


@blueprint.get("/login")
def login() -> ResponseReturnValue:
    """The form."""
    if visitor() is not None:
        return redirect(url_for("accounts.account"))
    return render_template("login.html", values={}, error=None, next=request.args.get("next", ""))


@blueprint.post("/login")
def log_in_by_form() -> ResponseReturnValue:
    """A login whose answer is another page, which carries the customer."""
    user = _known()
    if user is None:
        values = {"email": request.form.get("email", "")}
        return render_template("login.html", values=values, error=_WRONG, next=request.form.get("next", "")), 422
    _let_in(user)
    flash(f"Welcome back, {user.first_name}.")
    return redirect(place_to_go(url_for("accounts.account")), 303)


@blueprint.post("/login.json")
def log_in_by_fetch() -> ResponseReturnValue:
    """A login without a page load: the answer has what the page is to tell Nosto, and the new token for its forms."""
    user = _known()
    if user is None:
        return jsonify(error=_WRONG), 422
    _let_in(user)
    cart = carts.current_cart()
    told = tagging.nosto.payload(tagging.customer(user), tagging.cart(cart))
    return jsonify(name=user.first_name, count=cart.count, csrf_token=generate_csrf(), **told)


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """Nobody is there any more, and the next page tells of nobody."""
    log_out()
    flash("You are logged out.")
    return redirect(url_for("pages.front"), 303)


@blueprint.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    """A new account."""
    form = Form()
    if request.method == "POST":
        user = User(
            first_name=form.text("first_name", "The first name"),
            last_name=form.text("last_name", "The last name"),
            email=form.email(),
            password_hash=generate_password_hash(form.password()),
            # The box was there to be ticked: this is an answer.
            marketing_permission=ticked("newsletter"),
        )
        if not form.errors and not _kept(user):
            form.errors["email"] = "There is an account with this address already."
        if not form.errors:
            _let_in(user)
            flash(f"Welcome, {user.first_name}.")
            return redirect(url_for("accounts.account"), 303)
    return render_template("register.html", form=form), 422 if form.errors else 200


@blueprint.get("/account")
def account() -> ResponseReturnValue:
    """One's own page."""
    user = visitor()
    if user is None:
        return redirect(url_for("accounts.login", next=url_for("accounts.account")))
    return render_template("account.html", user=user)


@blueprint.post("/account/newsletter")
def newsletter() -> ResponseReturnValue:
    """Say yes or no to the newsletter: the next page tells Nosto, as every page does."""
    user = visitor()
    if user is not None:
        user.marketing_permission = ticked("newsletter")
        db().commit()
        flash("Thank you, that is noted.")
    return redirect(url_for("accounts.account"), 303)


def _known() -> User | None:
    email = request.form.get("email", "").strip().lower()
    user = db().scalar(select(User).where(User.email == email))
    right = check_password_hash(user.password_hash if user else _NOBODYS, request.form.get("password", ""))
    return user if right else None


def _let_in(user: User) -> None:
    carts.take_along(user)
    log_in(user)


def _kept(user: User) -> bool:
    db().add(user)
    try:
        db().commit()
    except IntegrityError:
        db().rollback()
        return False
    return True


@blueprint.app_template_global()
def demo_password() -> str | None:
    """The password of the people in the demonstration, where the shop is one."""
    return config().demo_password
