"""The pictures of ``docs/shop.md``, taken of the running shop: ``python -m shop.pictures docs/shop``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from browser.engines import chromium
from shop_walk.customers import Visitor, visitor
from shop_walk.serving import Shop, serve

DESKTOP = {"width": 1200, "height": 750}
PHONE = {"width": 360, "height": 720}
LARGEST = 150_000


def main(folder: Path) -> None:
    """Take them all."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        data = stack.enter_context(TemporaryDirectory())
        shop = stack.enter_context(serve(Path(data)))
        browser = chromium(stack)

        def take(who: Visitor, name: str) -> None:
            who.page.wait_for_load_state("networkidle")
            picture: bytes = who.page.screenshot()
            if len(picture) > LARGEST:
                raise SystemExit(f"{name} has {len(picture)} bytes, more than {LARGEST}")
            folder.joinpath(f"{name}.png").write_bytes(picture)

        with _somebody(browser, shop, DESKTOP) as jane:
            jane.goes("/")
            take(jane, "front")
            jane.goes("/product/beavertail?nosto_view=1")
            jane.page.click("text=Put into the cart")
            jane.page.wait_for_selector("#said p")
            jane.logs_in_by_fetch("Jane")
            take(jane, "login-by-fetch")
            jane.goes_to_shelf("/category/canoes")
            take(jane, "kept-page")
            jane.goes("/checkout")
            jane.page.fill("input[name=address]", "1 Lake Road")
            jane.clicks("text=Order, and pay by invoice")
            take(jane, "thanks")
        with _somebody(browser, shop, PHONE, agrees=None) as jane:
            jane.goes("/")
            take(jane, "phone-front")
        with _somebody(browser, shop, PHONE) as jane:
            jane.logs_in_by_form("Jane")
            jane.adds("lantern", "lantern-red")
            jane.goes("/cart?nosto_view=1")
            jane.page.click(".nosto-view > summary")
            take(jane, "phone-cart")


@contextmanager
def _somebody(browser: Any, shop: Shop, size: dict[str, int], **options: Any) -> Iterator[Visitor]:
    with visitor(browser, shop, viewport=size, reduced_motion="reduce", **options) as made:
        yield made


if __name__ == "__main__":
    main(Path(sys.argv[1]))
