"""What the client script does, and when: loading, listeners, popups, consent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

from nosto_tagging.api import arguments
from nosto_tagging.api.chain import Call, Step, TrustedJavaScript

__all__ = [
    "disable_popup",
    "enable_popup",
    "is_do_not_track",
    "listen",
    "load",
    "load_recommendations",
    "open_popup",
    "popup_campaigns",
    "remove_campaigns",
    "set_auto_load",
    "set_customer_identifier_service",
    "set_do_not_track",
    "unlisten",
]


# Loading --------------------------------------------------------------------------------------------------------------


def set_auto_load(flag: bool) -> Call:  # noqa: FBT001 - the client's own argument
    """``api.setAutoLoad``: whether the client script begins by itself; with ``False`` it waits for `load`.

    Printed by ``client_script(autoload=False)``; elsewhere, to be printed right after the stub.

    Raises `InvalidArgument`.
    """
    return Call(Step("setAutoLoad", (arguments.flag("flag", flag),)))


def load() -> Call:
    """``api.load``: begin, after ``setAutoLoad(false)``; not before the page's tagging is there."""
    return Call(Step("load"))


def load_recommendations(*, mark_nosto_element_clicked: str | None = None) -> Call:
    """``api.loadRecommendations``: fill all placements again, say after the facets have changed.

    Each call counts a page view. `mark_nosto_element_clicked` is the placement that the visitor came from.

    Raises `InvalidArgument`.
    """
    if mark_nosto_element_clicked is None:
        return Call(Step("loadRecommendations"))
    clicked = arguments.identifier("mark_nosto_element_clicked", mark_nosto_element_clicked)
    return Call(Step("loadRecommendations", ({"markNostoElementClicked": clicked},)))


def remove_campaigns(ids: Iterable[str]) -> Call:
    """``api.removeCampaigns``: empty these placements.

    Raises `InvalidArgument`.
    """
    return Call(Step("removeCampaigns", (arguments.identifiers("ids", ids),)))


# Listeners ------------------------------------------------------------------------------------------------------------

BusEvent: TypeAlias = Literal[
    "prerequest",
    "prerender",
    "postrender",
    "taggingsent",
    "taggingresent",
    "carttaggingresent",
    "customertaggingresent",
    "emailgiven",
    "scripterror",
    "servererror",
    "popupopened",
    "popupmaximized",
    "popupminimized",
    "coupongiven",
    "popupclosed",
    "popupribbonshown",
    "sendabandonedcartemail",
    "ordererror",
    "setexperiments",
    "setsegments",
    "setcustomaffinities",
    "setcart",
    "addtocart",
    "ev1end",
    "debugdata",
    "searchsuccess",
    "searchfailure",
    "searchclick",
    "searchaddtocart",
    "searchimpression",
    "categoryclick",
    "categoryaddtocart",
    "categoryimpression",
    "cartupdated",
]
"""What the client script tells listeners of."""


def listen(event: BusEvent, callback: TrustedJavaScript) -> Call:
    """``api.listen``: have a function called at an event of the client script.

    Raises `InvalidArgument`.

    >>> listen("postrender", TrustedJavaScript("event => window.drawn = true"))
    <Call api.listen(..., ...)>
    """
    word = arguments.one_of("event", event, BusEvent)
    return Call(Step("listen", (word, arguments.function("callback", callback))))


def unlisten(event: BusEvent, callback: TrustedJavaScript) -> Call:
    """``api.unlisten``: the end of that, for the same function: the name of one that the page has.

    Raises `InvalidArgument`.
    """
    word = arguments.one_of("event", event, BusEvent)
    return Call(Step("unlisten", (word, arguments.function("callback", callback))))


# Popups ---------------------------------------------------------------------------------------------------------------


def popup_campaigns() -> Call:
    """``api.popupCampaigns``: ask which popups there are; what it gives is for a script of the author's own."""
    return Call(Step("popupCampaigns"))


def open_popup(
    popup_id: str,
    *,
    overlay_opacity: Any = None,
    fade_in_delay_ms: int | None = None,
    preview: bool | None = None,
) -> Call:
    """``api.openPopup``: open a popup now. The opacity of what lies over the page is from 0 to 1, the delay in
    milliseconds.

    Raises `InvalidArgument`.

    >>> open_popup("popup-1", overlay_opacity="0.8", fade_in_delay_ms=300, preview=False)
    <Call api.openPopup(..., ...)>
    """
    effects = arguments.options(
        overlayOpacity=None if overlay_opacity is None else arguments.opacity("overlay_opacity", overlay_opacity),
        fadeInDelayMs=None if fade_in_delay_ms is None else arguments.count("fade_in_delay_ms", fade_in_delay_ms),
    )
    how = arguments.options(
        effects=effects or None, preview=None if preview is None else arguments.flag("preview", preview)
    )
    return Call(Step("openPopup", (arguments.identifier("popup_id", popup_id), how)))


def enable_popup(popup_id: str) -> Call:
    """``api.enablePopup``: let a popup open.

    Raises `InvalidArgument`.
    """
    return Call(Step("enablePopup", (arguments.identifier("popup_id", popup_id),)))


def disable_popup(popup_id: str) -> Call:
    """``api.disablePopup``: keep a popup from opening.

    Raises `InvalidArgument`.
    """
    return Call(Step("disablePopup", (arguments.identifier("popup_id", popup_id),)))


# Consent and sessions -------------------------------------------------------------------------------------------------


def set_do_not_track(do_not_track: bool) -> Call:  # noqa: FBT001 - the client's own argument
    """``api.visit.setDoNotTrack``: with ``True``, no cookie is set, and each request is a visit of its own.

    Printed by ``client_script(do_not_track=True)``; elsewhere, to be printed right after the stub.
    What is sent is processed all the same: without consent, load nothing.

    Raises `InvalidArgument`.

    >>> set_do_not_track(True)
    <Call api.visit.setDoNotTrack(...)>
    """
    return Call(Step("visit.setDoNotTrack", (arguments.flag("do_not_track", do_not_track),)))


def is_do_not_track() -> Call:
    """``api.visit.isDoNotTrack``: ask for it; what it gives is for a script of the author's own."""
    return Call(Step("visit.isDoNotTrack"))


def set_customer_identifier_service(*, get_customer_id: TrustedJavaScript, set_customer_id: TrustedJavaScript) -> Call:
    """``api.visit.setCustomerIdentifierService``: keep the visitor's id elsewhere than in Nosto's cookie.

    Two functions: one that gives the id or ``undefined``, and one that is given it.

    Raises `InvalidArgument`.
    """
    service = {
        "getCustomerId": arguments.function("get_customer_id", get_customer_id),
        "setCustomerId": arguments.function("set_customer_id", set_customer_id),
    }
    return Call(Step("visit.setCustomerIdentifierService", (service,)))
