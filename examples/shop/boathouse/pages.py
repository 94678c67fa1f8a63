"""The pages one looks at: front, category, product, search, and the pictures of the goods."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import selectinload

from boathouse import tagging
from boathouse.config import config
from boathouse.database import db
from boathouse.models import Category, Product, Sku

blueprint = Blueprint("pages", __name__)

ORDERS: dict[str, tuple[str, Any]] = {
    "": ("As on the shelf", Product.position),
    "price": ("Lowest price first", Product.price_cents),
    "new": ("Newest first", Product.published.desc()),
}
_MOST_WORDS = 6
_LONGEST_SEARCH = 100


@blueprint.app_template_global()
def shelves() -> list[Category]:
    """For the navigation of every page."""
    return list(db().scalars(select(Category).order_by(Category.id)))


@blueprint.get("/")
def front() -> str:
    """What is worth a look."""
    featured = db().scalars(_products().where(Product.featured).order_by(Product.category_id)).all()
    latest = db().scalars(_products().order_by(Product.published.desc(), Product.id).limit(4)).all()
    return render_template("front.html", featured=featured, latest=latest)


@blueprint.get("/category/<slug>")
def category(slug: str) -> ResponseReturnValue:
    """A shelf: the same page for everybody, which the cache in front of the shop keeps.

    Nothing that is asked for here may depend on the visitor: not the session, not the cart, no token of a form.
    """
    found = db().scalar(select(Category).where(Category.slug == slug))
    if found is None:
        abort(404)
    order = request.args.get("order", "")
    if order not in ORDERS:
        order = ""
    sorted_by = ORDERS[order][1]
    goods = db().scalars(_products().where(Product.category == found).order_by(sorted_by, Product.position)).all()
    html = render_template("category.html", category=found, products=goods, orders=ORDERS, order=order)
    response = make_response(html)
    response.cache_control.public = True
    # Browsers ask each time; caches that answer for many keep it for a minute.
    response.cache_control.max_age = 0
    response.cache_control.s_maxage = config().keep_pages
    return response


@blueprint.get("/product/<key>")
def product(key: str) -> str:
    """One product, with the SKU that the address names chosen."""
    found = db().get(Product, key)
    if found is None:
        abort(404)
    chosen = next((sku for sku in found.skus if sku.id == request.args.get("sku")), found.sku)
    others = db().scalars(
        _products().where(Product.category == found.category, Product.id != key).order_by(Product.position)
    )
    return render_template(
        "product.html", product=found, chosen=chosen, others=others.all(), tagged=tagging.product(found)
    )


@blueprint.get("/search")
def search() -> str:
    """The products that have every word in their name, brand, description or category."""
    words = " ".join(request.args.get("q", "")[:_LONGEST_SEARCH].split())
    found: list[Product] = []
    if words:
        wanted = and_(*[_has(word) for word in words.split()[:_MOST_WORDS]])
        found = list(db().scalars(_products().join(Product.category).where(wanted).order_by(Product.id)))
    return render_template("search.html", words=words, products=found)


@blueprint.get("/pictures/<sku_id>.svg")
def picture(sku_id: str) -> ResponseReturnValue:
    """A SKU, drawn in its colour."""
    sku = db().get(Sku, sku_id)
    if sku is None:
        abort(404)
    drawn = render_template(f"pictures/{sku.product.drawing}.svg", **shades(sku.colour))
    response = make_response(drawn)
    response.mimetype = "image/svg+xml"
    response.cache_control.public = True
    response.cache_control.max_age = 3600
    return response


def shades(colour: str) -> dict[str, str]:
    """A colour, and what it looks like in shadow and in light."""
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]

    def mixed(towards: int, share: float) -> str:
        return "#" + "".join(f"{round(part + (towards - part) * share):02x}" for part in parts)

    return {
        "colour": colour,
        "dark": mixed(0, 0.28),
        "darker": mixed(0, 0.5),
        "light": mixed(255, 0.25),
        "pale": mixed(255, 0.86),
    }


def _products() -> Any:
    # Their SKUs come along in one question, not in one for each.
    return select(Product).options(selectinload(Product.skus))


def _has(word: str) -> ColumnElement[bool]:
    columns = (Product.name, Product.brand, Product.description, Category.name)
    return or_(*[column.icontains(word, autoescape=True) for column in columns])


@blueprint.app_template_global()
def address_of(product: Product) -> str:
    """Where a product's page is."""
    return url_for("pages.product", key=product.id)
