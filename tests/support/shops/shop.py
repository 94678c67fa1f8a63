"""One small shop, made with each framework: what its routes are, and who its visitors are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from nosto_tagging import Cart, Customer, LineItem, Order

__all__ = ["NONCE", "PAGES", "ROUTES", "Answer", "Shop", "cart", "customer", "order", "pushed_things"]

NONCE = "cjRuZDBt"
WHO = "who"
"""The cookie by which the shop knows its visitor: ``jane`` or ``john``."""

PAGES = {
    # Route: its template, and the Cache-Control that its view sets.
    "/": ("page.html", None),
    "/snippet": ("snippet.html", None),
    "/macro": ("macro.html", None),
    "/wrong": ("wrong.html", None),
    "/plain": ("plain.html", "public, max-age=60"),
    "/own": ("own.html", None),
    "/strict": ("page.html", "no-store"),
    "/private": ("page.html", "private, max-age=60"),
    "/public": ("page.html", "public, max-age=60"),
    "/shared": ("page.html", "s-maxage=60"),
    "/deferred": ("deferred.html", "public, max-age=60"),
    "/pushed": ("pushed.html", None),
}
ROUTES = {
    # Beside those of PAGES, all of them GET but /login.
    "/push": "pushes `pushed_things()`, each by itself, and redirects to /pushed",
    "/push-much": "pushes a segment code of 900 characters, three times",
    "/login": "POST: answers `payload(customer('jane'))` as JSON",
    "/streamed": "streams page.html: its headers are sent before it is rendered (404 where the framework cannot)",
}


class Answer(NamedTuple):
    """A response."""

    status: int
    headers: dict[str, str]
    """Names in lower case."""
    text: str


class Shop(Protocol):
    """The shop, asked through its framework's own test client."""

    def request(self, method: str, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """An answer; redirects are not followed. Cookies of answers are kept and sent, as a browser does."""
        ...

    def set_cookie(self, name: str, value: str) -> None:
        """Have the browser send a cookie from now on."""
        ...

    def cookies(self) -> dict[str, str]:
        """The cookies that the browser has."""
        ...


def customer(who: str | None) -> Customer | None:
    """Whom the customer loader gives for the cookie `WHO`."""
    return None if who is None else Customer(email=f"{who}.doe@example.com", first_name=who.title())


def cart(who: str | None) -> Cart | None:
    """What the cart loader gives for the same cookie."""
    return None if who is None else Cart(items=[_line(f"{who}'s canoe")])


def order(number: str) -> Order | None:
    """What the order loader gives."""
    if number != "1445":
        return None
    return Order(
        order_number=number, buyer={"email": "jane.doe@example.com"}, items=[_line("Acme Canoe")],
        created_at="2026-11-29 10:00:00",
    )  # fmt: skip


def pushed_things() -> list[Any]:
    """What ``/push`` pushes."""
    from nosto_tagging import api

    return [api.add_segment_code_to_visit("vip"), order("1445")]


def _line(name: str) -> LineItem:
    return LineItem(product_id="Canoe123", quantity=1, name=name, unit_price="999.00", price_currency_code="EUR")
