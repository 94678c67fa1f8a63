"""The newsletter, which guests sign up for with an e-mail address and a tick."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from boathouse.database import db
from boathouse.forms import Form, ticked
from boathouse.models import Subscriber
from nosto_tagging import Customer

blueprint = Blueprint("newsletter", __name__)


@blueprint.route("/newsletter", methods=["GET", "POST"])
def sign_up() -> ResponseReturnValue:
    """The form, and its thanks, which tell Nosto of the address and the consent.

    The answer to the form is the page itself: an e-mail address has no place in a cookie, where a redirect would
    have to leave it. A real shop asks for a second yes by mail before it writes.
    """
    form = Form()
    if request.method == "GET":
        return render_template("newsletter.html", form=form, guest=None)
    email = form.email()
    if not ticked("consent"):
        form.errors["consent"] = "Without your consent we do not write to you."
    if form.errors:
        return render_template("newsletter.html", form=form, guest=None), 422
    db().merge(Subscriber(email=email))
    db().commit()
    guest = Customer(email=email, marketing_permission=True)
    return render_template("newsletter.html", form=form, guest=guest)
