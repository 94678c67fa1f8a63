"""Calls as data: what a fetch is answered, what waits in a session, and the script that tells Nosto of either."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from nosto_tagging.api.chain import Call, Chain, Step, TrustedJavaScript
from nosto_tagging.api.tagging import natural_calls
from nosto_tagging.errors import InvalidArgument
from nosto_tagging.markup.escape import js_string
from nosto_tagging.markup.scripts import ErrorPolicy
from nosto_tagging.models.tagging import Form, TaggingModel, TaggingPart, unproxied, used
from nosto_tagging.validation import characters, kind_of

__all__ = ["as_call", "as_data", "calls_of", "data_element", "told", "visitor_inline", "visitor_source"]


def told(things: Iterable[object], policy: ErrorPolicy) -> list[dict[str, Any]]:
    """The calls of `things` that are not ``None``, as data for JSON; `policy` hears of what cannot be told."""
    found: list[dict[str, Any]] = []
    for thing in things:
        try:
            found += [as_data(call) for call in calls_of(thing)]
        except Exception as error:
            policy.left_out(error)
    return found


def calls_of(thing: object) -> list[Call]:
    """The calls that a snippet of `thing` makes.

    Raises `InvalidArgument` for what is neither a model nor a call.
    """
    thing = unproxied(thing)
    if thing is None:
        return []
    if isinstance(thing, Call):
        return [thing]
    if isinstance(thing, Chain):
        raise InvalidArgument(f"The {thing.what}", thing.unsent)
    if not isinstance(thing, TaggingModel):
        raise InvalidArgument(
            "payload()", f"takes models such as Customer, calls of nosto_tagging.api, and None, got {kind_of(thing)}"
        )
    if (method := type(thing).call) is not None:
        return [Call(Step(method, (thing,), "call"))]
    return used(natural_calls, thing)


def as_data(call: Call) -> dict[str, Any]:
    """``{"steps": [[method, arguments], …]}``, and ``"dates"``, the paths to texts in it that are dates.

    Raises `InvalidArgument` for a call with JavaScript in it, `InvalidTagging` for a model that cannot be printed.
    """
    dates: list[list[int | str]] = []
    steps = [
        [method, [_plain(each, form, [number, 1, place], dates) for place, each in enumerate(given)]]
        for number, (method, given, form) in enumerate(call.steps)
    ]
    return {"steps": steps, "dates": dates} if dates else {"steps": steps}


def _plain(value: Any, form: Form, path: list[int | str], dates: list[list[int | str]]) -> Any:
    thing: object = value
    if isinstance(thing, TaggingPart):
        return _plain(used(lambda held: held.told(form), thing), form, path, dates)
    if (text := characters(thing)) is not None:
        return text.replace("\0", "")
    if thing is None or isinstance(thing, bool):
        return thing
    if isinstance(thing, int):
        return int(thing)
    if isinstance(thing, Decimal) and thing.is_finite():
        return int(thing) if thing == thing.to_integral_value() else float(thing)
    if isinstance(thing, date):
        dates.append(path)
        return f"{thing.isoformat()[:19]}Z" if isinstance(thing, datetime) else thing.isoformat()
    if isinstance(thing, dict):
        members: dict[Any, Any] = value
        # A name past validation is written as a snippet writes it.
        named = [((characters(name) or "").replace("\0", ""), each) for name, each in members.items()]
        return {name: _plain(each, form, [*path, name], dates) for name, each in named}
    if isinstance(thing, list | tuple):
        several: Iterable[Any] = value
        return [_plain(each, form, [*path, place], dates) for place, each in enumerate(several)]
    what = "a TrustedJavaScript" if isinstance(thing, TrustedJavaScript) else kind_of(thing)
    raise InvalidArgument("payload()", f"takes what is data all through, got {what} in a call")


# What may be called by data: the methods of `nosto_tagging.api`, but for those that take a function. The client script
# has others that take markup, and every object has some by which data could become code.
_METHODS = (
    "addAffinity addAffinitySignals addCurrentBrands addCurrentCategories addCurrentCategoryIds "
    "addCurrentCustomFields addCurrentParentCategoryIds addCurrentTags addCurrentVariation addElements addOrder "
    "addSegmentCodeToVisit createRecommendationRequest customer defaultSession disableCampaignInjection "
    "disablePopup done enableCampaignInjection enablePopup load loadRecommendations openPopup popupCampaigns "
    "recordAttribution recordSearch recordSearchAddToCart recordSearchClick recordSearchSubmit removeCampaigns "
    "reportAddToCart resendCartContent resendCartTagging resendCustomerTagging sendTagging setAffinitySignals "
    "setAutoLoad setBrands setCart setCartContent setCategories setCategoryIds setCoupon setCurrentBrands "
    "setCurrentCategories setCurrentPriceFrom setCurrentPriceTo setCurrentTags setCustomFields setCustomer "
    "setElements setPageType setParentCategoryIds setPlacements setProducts setRef setRefs setResponseMode "
    "setRestoreLink setSegmentCodes setTaggingProvider setTags setVariation update viewCart viewCategory "
    "viewFrontPage viewNotFound viewOther viewProduct viewProductSku viewSearch visit.isDoNotTrack "
    "visit.setDoNotTrack"
)
_KNOWN = frozenset(_METHODS.split())
_MOST_STEPS = 100


def as_call(data: Any) -> Call:
    """The call that `as_data` made `data` of, whatever has become of it since.

    Raises `InvalidArgument` for what it cannot have made.
    """
    try:
        steps: list[tuple[str, list[Any]]] = [
            (characters(method) or "", _held(given)) for method, given in data["steps"]
        ]
        for path in data.get("dates", []):
            _make_date(steps, path)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError):
        steps = []
    if not 0 < len(steps) <= _MOST_STEPS or not _KNOWN.issuperset(method for method, _ in steps):
        raise InvalidArgument("pushed()", "found something in the session that push() did not put there")
    return Call(*[Step(method, tuple(given)) for method, given in steps])


def _held(given: Any) -> list[Any]:
    """The arguments of a step, numbers exact."""
    if not isinstance(given, list):
        raise TypeError
    found: list[Any] = json.loads(json.dumps(given, allow_nan=False), parse_float=Decimal)
    return found


def _make_date(inside: Any, path: list[Any]) -> None:
    for key in path[:-1]:
        inside = inside[key]
    text: str = inside[path[-1]]
    inside[path[-1]] = datetime.fromisoformat(text.removesuffix("Z")) if "T" in text else date.fromisoformat(text)


def data_element(calls: list[dict[str, Any]]) -> str:
    """A data element, which needs no nonce: no browser runs it."""
    return f'<script type="application/json" data-nosto-tell="">{_json({"calls": calls})}</script>'


def _json(value: Any) -> str:
    thing: object = value
    if isinstance(thing, str):
        return f'"{js_string(thing)}"'
    if isinstance(thing, dict):
        members: dict[str, Any] = value
        return f"{{{','.join([f'{_json(name)}:{_json(each)}' for name, each in members.items()])}}}"
    if isinstance(thing, list):
        several: list[Any] = value
        return f"[{','.join([_json(each) for each in several])}]"
    return json.dumps(thing)


@cache
def visitor_source() -> str:
    """The script of ours that tells Nosto of an answer, as it is served; ASCII, and nothing in it ends an element."""
    source = files("nosto_tagging.markup").joinpath("visitor.js").read_text(encoding="utf-8")
    return source.replace("METHODS", _METHODS)


@cache
def visitor_inline() -> str:
    """The same for an element: without comments and indentation."""
    lines = [line.strip() for line in visitor_source().splitlines()]
    return "\n".join([line for line in lines if line and not line.startswith("//")])
