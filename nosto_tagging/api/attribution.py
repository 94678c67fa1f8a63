"""What visitors do with recommendations, reported."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, TypeAlias

from nosto_tagging.api import arguments
from nosto_tagging.api.chain import Call, Chain, Step, TrustedJavaScript

__all__ = ["Attribution", "attribute_product_clicks_in_campaign", "record_attribution", "report_add_to_cart"]

EventType: TypeAlias = Literal[
    "vp", "lp", "dp", "rp", "bp", "vc", "or", "is", "cp", "ec", "es", "gc", "src", "cpr", "pl", "cc", "con"
]
"""What happened: ``"vp"`` a product was viewed, ``"cp"`` put into the cart, ``"bp"`` bought, ``"con"`` a content
campaign was used, …"""
RefType: TypeAlias = Literal["email", "imgrec", "rec", "api", "oc", "cmp", "os"]
"""What led to it: ``"rec"`` a recommendation on the site, ``"cmp"`` category merchandising, ``"os"`` a search, …"""


def report_add_to_cart(product_id: str, placement_id: str, *, sku_id: str | None = None) -> Call:
    """``api.reportAddToCart``: that a recommended product was put into the cart, out of which placement.

    It is told for attribution alone: the cart itself is told as ever.

    Raises `InvalidArgument`.

    >>> report_add_to_cart("101", "front-1")
    <Call api.reportAddToCart(..., ...)>
    """
    product: Any = arguments.identifier("product_id", product_id)
    if sku_id is not None:
        product = {"productId": product, "skuId": arguments.identifier("sku_id", sku_id)}
    return Call(Step("reportAddToCart", (product, arguments.identifier("placement_id", placement_id))))


class Attribution(Chain):
    """Events that are recorded together; `done` sends them."""

    __slots__ = ()
    what: ClassVar[str] = "attribution chain"
    unsent: ClassVar[str] = "is never sent by Nosto's client script; end it with .done()"

    def record_attribution(
        self,
        type: EventType,  # noqa: A002 - the client's own name
        target: str | None = None,
        *,
        ref: str | None = None,
        ref_src: str | None = None,
        target_fragment: str | None = None,
        ref_type: RefType | None = None,
    ) -> Attribution:
        """``api.recordAttribution``: that a visitor did something, and what led to it, without asking for anything.

        `target` is what it was done to (a product's id, a campaign's), `ref` the placement or the campaign that led
        to it, `ref_src` the product whose page that was on.

        Raises `InvalidArgument`.

        >>> record_attribution("vp", "101", ref="front-1").record_attribution("vp", "102").done()
        <Call api.recordAttribution(...).recordAttribution(...).done()>
        """
        texts = (
            ("target", "target", target),
            ("ref", "ref", ref),
            ("refSrc", "ref_src", ref_src),
            ("targetFragment", "target_fragment", target_fragment),
        )
        event = {
            "type": arguments.one_of("type", type, EventType),
            **{name: arguments.identifier(argument, value) for name, argument, value in texts if value is not None},
        }
        if ref_type is not None:
            event["refType"] = arguments.one_of("ref_type", ref_type, RefType)
        return Attribution(*self.steps, Step("recordAttribution", (event,)))

    def done(self) -> Call:
        """Send them."""
        return Call(*self.steps, Step("done"))


record_attribution = Attribution().record_attribution
"""The first event of a chain: `Attribution.record_attribution`."""


def attribute_product_clicks_in_campaign(element: TrustedJavaScript, result_id: str) -> Call:
    """``api.attributeProductClicksInCampaign``: have clicks on products attributed to a campaign that the page draws.

    `element` is an expression that gives the element, `result_id` the campaign's.

    Raises `InvalidArgument`.
    """
    campaign = {"result_id": arguments.identifier("result_id", result_id)}
    return Call(Step("attributeProductClicksInCampaign", (arguments.function("element", element), campaign)))
