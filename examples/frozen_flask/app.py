"""A shop in Flask whose pages are the same for everyone; only what visitors are told of themselves is their own."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, render_template, session

from nosto_tagging.integrations.flask import Nosto

app = Flask(__name__)
app.secret_key = secrets.token_bytes()  # a real shop keeps one, with its other secrets
app.config["NOSTO_ACCOUNT_ID"] = "shopify-11368366139"

PRODUCTS: dict[str, dict[str, Any]] = {
    "canoe": {
        "product_id": "Canoe123",
        "name": "Acme Canoe",
        "url": "https://shop.example.com/products/canoe.html",
        "image_url": "https://images.example.com/canoes/123.jpg",
        "availability": "InStock",
        "price": "999.00",
        "price_currency_code": "EUR",
        "category": ["Boats/Canoes"],
    },
}

nosto = Nosto(app)


@nosto.customer_loader
def current_customer() -> dict[str, Any] | None:
    """Who is logged in: asked by the endpoint for visitors, and by no page."""
    return session.get("customer")


@app.get("/")
def front() -> str:
    """The front page, with links to all products."""
    return render_template("front.html", slugs=PRODUCTS)


@app.get("/products/<slug>.html")
def product(slug: str) -> str:
    """The page of one product."""
    return render_template("product.html", product=PRODUCTS[slug])
