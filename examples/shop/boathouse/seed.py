"""The goods of ``goods.json``, and two people with accounts, for a database that has none."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from boathouse.models import Category, Product, Sku, User

PASSWORD = "still water"  # noqa: S105 - of the people in the demonstration, and shown by its login page


def fill(session: Session) -> None:
    """Put the goods and the people in, unless there are some."""
    if session.query(Category).first() is not None:
        return
    shelves: list[dict[str, Any]] = json.loads(Path(__file__).with_name("goods.json").read_text(encoding="utf-8"))
    for shelf in shelves:
        goods = shelf.pop("products")
        session.add(Category(**shelf, products=[_product(place, good) for place, good in enumerate(goods)]))
    for first_name, permission in (("Jane", True), ("John", None)):
        session.add(
            User(
                email=f"{first_name.lower()}.doe@example.com",
                first_name=first_name,
                last_name="Doe",
                password_hash=generate_password_hash(PASSWORD),
                marketing_permission=permission,
            )
        )


def _product(place: int, good: dict[str, Any]) -> Product:
    skus = [
        Sku(**sku, id=f"{good['id']}-{sku['name'].lower()}", position=number) for number, sku in enumerate(good["skus"])
    ]
    return Product(**{**good, "position": place, "published": date.fromisoformat(good["published"]), "skus": skus})
