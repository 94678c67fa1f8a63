"""A shop's account pages in Flask, with logins by form and by fetch: ``flask --app app run``.

With ``--debug``, and the extra ``check``, each page says in a corner what Nosto will see on it, and what is wrong.

Jane is everybody's example customer; a real shop looks its visitors up in its own database.
"""

import secrets
from typing import Any

from flask import Flask, Response, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from nosto_tagging import Customer, customer_reference
from nosto_tagging.integrations.flask import Nosto, NostoPanel

app = Flask(__name__)
app.secret_key = secrets.token_bytes()
app.config["NOSTO_ACCOUNT_ID"] = "shopify-11368366139"
REFERENCE_SECRET = secrets.token_bytes()  # a real shop keeps one for ever, with its other secrets

CUSTOMERS: dict[int, dict[str, Any]] = {7: {"email": "jane.doe@example.com", "first_name": "Jane", "last_name": "Doe"}}


@app.template_global()
def csp_nonce() -> str:
    """The nonce of this response, which its Content-Security-Policy repeats."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


nosto = Nosto(app, nonce=csp_nonce)
NostoPanel(app)


@nosto.customer_loader
def current_customer() -> Customer | None:
    """Who is logged in, as Nosto is to know them."""
    customer_id = session.get("customer_id")
    if customer_id not in CUSTOMERS:
        return None
    reference = customer_reference(customer_id, secret=REFERENCE_SECRET)
    return Customer(**CUSTOMERS[customer_id], marketing_permission=True, customer_reference=reference)


@app.get("/")
def account() -> str:
    """A page that tells Nosto who looks at it."""
    return render_template("account.html", customer=current_customer())


@app.post("/login")
def login() -> ResponseReturnValue:
    """A login by form: the next page carries the customer."""
    session["customer_id"] = 7
    return redirect(url_for("account"))


@app.post("/login.json")
def login_by_fetch() -> ResponseReturnValue:
    """A login without a page load: the answer carries what our script in the page tells Nosto."""
    session["customer_id"] = 7
    return nosto.payload(current_customer())


@app.post("/logout")
def logout() -> ResponseReturnValue:
    """After a logout there is nobody to tell of: the next page has no customer in it."""
    session.clear()
    return redirect(url_for("account"))


@app.after_request
def keep_strict(response: Response) -> Response:
    """Only scripts with the nonce run."""
    response.headers["Content-Security-Policy"] = (
        f"script-src 'nonce-{csp_nonce()}' 'strict-dynamic'; object-src 'none'; base-uri 'none'"
    )
    return response
