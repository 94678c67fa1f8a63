"""Which call tells Nosto's client script: a function per call of its JS API, named in snake case after it.

What a function gives is a `Call`, to be printed with `snippet()` or `statement()`. docs/api.md has the whole list,
with what is left out, and why.
"""

from __future__ import annotations

from nosto_tagging.api.attribution import (
    Attribution,
    attribute_product_clicks_in_campaign,
    record_attribution,
    report_add_to_cart,
)
from nosto_tagging.api.chain import Call, TrustedJavaScript
from nosto_tagging.api.client import (
    disable_popup,
    enable_popup,
    is_do_not_track,
    listen,
    load,
    load_recommendations,
    open_popup,
    popup_campaigns,
    remove_campaigns,
    set_auto_load,
    set_customer_identifier_service,
    set_do_not_track,
    unlisten,
)
from nosto_tagging.api.request import RecommendationRequest, create_recommendation_request
from nosto_tagging.api.search import (
    record_search,
    record_search_add_to_cart,
    record_search_click,
    record_search_submit,
)
from nosto_tagging.api.session import Action, Session, session
from nosto_tagging.api.tagging import (
    add_affinity_signals,
    add_segment_code_to_visit,
    customer,
    resend_cart_content,
    resend_cart_tagging,
    resend_customer_tagging,
    send_tagging,
    set_tagging_provider,
)

__all__ = [
    "Action",
    "Attribution",
    "Call",
    "RecommendationRequest",
    "Session",
    "TrustedJavaScript",
    "add_affinity_signals",
    "add_segment_code_to_visit",
    "attribute_product_clicks_in_campaign",
    "create_recommendation_request",
    "customer",
    "disable_popup",
    "enable_popup",
    "is_do_not_track",
    "listen",
    "load",
    "load_recommendations",
    "open_popup",
    "popup_campaigns",
    "record_attribution",
    "record_search",
    "record_search_add_to_cart",
    "record_search_click",
    "record_search_submit",
    "remove_campaigns",
    "report_add_to_cart",
    "resend_cart_content",
    "resend_cart_tagging",
    "resend_customer_tagging",
    "send_tagging",
    "session",
    "set_auto_load",
    "set_customer_identifier_service",
    "set_do_not_track",
    "set_tagging_provider",
    "unlisten",
]
