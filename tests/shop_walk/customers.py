"""Somebody who walks the shop in a browser, and what Nosto is told meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from shop_walk.expected import Tree
from shop_walk.serving import Shop

from boathouse.seed import PASSWORD

__all__ = ["Call", "Visitor", "visitor"]

Call: TypeAlias = list[Any]
"""What the stand-in has recorded: a name, and the arguments."""

# Before anything of the page runs. A policy of the page is not one of the browser's own scripts.
_WATCH = """
    window.violations = [];
    document.addEventListener("securitypolicyviolation", event =>
        violations.push([event.effectiveDirective, event.blockedURI, event.sample]));
    addEventListener("pageshow", event => {
        const shown = JSON.parse(sessionStorage.shown || "[]");
        shown.push([event.persisted, location.pathname, getComputedStyle(document.body).visibility]);
        sessionStorage.shown = JSON.stringify(shown);
    });
"""
_STATE = """() => {
    const name = element => element.className.replace(" notranslate", "");
    const tree = element => [name(element), element.children.length ? [...element.children].map(tree)
        : element.className === "nosto_element" ? element.id : element.textContent];
    const all = [...document.querySelectorAll('[class^="nosto_"]')];
    return {
        calls: window.nostoStandIn ? nostoStandIn.calls.map(call => [call.name, call.arguments]) : null,
        blocks: all.filter(each => !each.parentElement.closest('[class^="nosto_"]')).map(tree),
        violations,
    };
}"""


class Visitor:
    """A browser context of its own, with one page."""

    def __init__(self, context: Any, shop: Shop) -> None:
        self.context = context
        self.page = context.new_page()
        self.shop = shop
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", self._heard)

    def _heard(self, message: Any) -> None:
        # Browsers say there of every answer that is an error; those are looked at by themselves.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.wrong.append(message.text)

    def goes(self, path: str) -> None:
        """To a page, by its address."""
        self.page.goto(f"{self.shop.address}{path}", wait_until="load")

    def goes_to_shelf(self, path: str) -> Any:
        """To a page that is the same for everybody, until it has asked who is there; gives the answer."""
        with self.page.expect_response("**/nosto/visitor") as asked, self.page.expect_response("**/header.json"):
            response = self.page.goto(f"{self.shop.address}{path}", wait_until="load")
        asked.value.finished()
        return response

    def clicks(self, selector: str) -> None:
        """What leads to another page."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.click(selector)

    def adds(self, key: str, sku: str, quantity: int = 1) -> None:
        """To the cart, from the product's page, which stays."""
        self.goes(f"/product/{key}")
        self.page.check(f"input[value={sku}]")
        self.page.fill("input[name=quantity]", str(quantity))
        self.page.click("text=Put into the cart")
        self.page.wait_for_selector("#said p")

    def logs_in_by_form(self, first_name: str) -> None:
        """On the login page."""
        self.goes("/login")
        self.page.fill("main input[name=email]", f"{first_name.lower()}.doe@example.com")
        self.page.fill("main input[name=password]", PASSWORD)
        self.clicks("main button.main")

    def logs_in_by_fetch(self, first_name: str) -> None:
        """In the dialog, on the page where they are."""
        self.page.click("#who")
        self.page.fill("#login input[name=email]", f"{first_name.lower()}.doe@example.com")
        self.page.fill("#login input[name=password]", PASSWORD)
        self.page.click("#login button.main")
        self.page.wait_for_function("name => document.querySelector('#name').textContent === name", arg=first_name)

    def logs_out(self) -> None:
        """On one's own page."""
        self.goes("/account")
        self.clicks("text=Log out")

    def told(self) -> Any:
        """Everything that Nosto has been told on this page, and what the policy has stopped."""
        return self.page.evaluate(_STATE)

    def sees(self, blocks: list[Tree], calls: list[Call] | None) -> None:
        """Exactly this has been told, and nothing was stopped."""
        wanted = -1 if calls is None else len(calls)
        self.page.wait_for_function("n => n < 0 || (window.nostoStandIn && nostoStandIn.calls.length >= n)", arg=wanted)
        assert self.told() == {"calls": calls, "blocks": blocks, "violations": []}
        assert self.wrong == []

    def html(self) -> str:
        """The document as it stands now."""
        return str(self.page.content())


@contextmanager
def visitor(browser: Any, shop: Shop, *, agrees: bool | None = True, **options: Any) -> Iterator[Visitor]:
    """Somebody new, who has agreed to be known, has said no, or has not been asked yet."""
    context = browser.new_context(**options)
    context.add_init_script(_WATCH)
    if agrees is not None:
        value = "yes" if agrees else "no"
        context.add_cookies([{"name": "boathouse_consent", "value": value, "url": shop.address}])
    try:
        yield Visitor(context, shop)
    finally:
        context.close()


Made: TypeAlias = Callable[..., Visitor]
