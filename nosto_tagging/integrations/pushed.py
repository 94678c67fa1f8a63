"""What a view records for the next page, kept in the visitor's session as plain data."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from nosto_tagging.api.chain import Call
from nosto_tagging.errors import InvalidArgument, NostoTaggingError
from nosto_tagging.integrations.visits import Session
from nosto_tagging.markup import told
from nosto_tagging.markup.tagger import Thing
from nosto_tagging.models.cart import Cart
from nosto_tagging.models.customer import Customer
from nosto_tagging.models.order import Order
from nosto_tagging.models.tagging import TaggingModel

__all__ = ["Reference", "add", "reference", "restored", "taken", "waiting"]

_KEY = "_nosto_pushed"
_MOST = 20
# A cookie holds some 4,000 bytes, signed and encoded, and the application keeps things of its own in it.
_MOST_BYTES_IN_COOKIE = 1_500
_MOST_BYTES_ON_SERVER = 100_000
_MODELS: dict[str, type[TaggingModel]] = {"customer": Customer, "cart": Cart, "order": Order}


class Reference(NamedTuple):
    """What stands for a visitor's data in a session that they carry: a loader knows it by that."""

    topic: str
    key: str = ""
    """The order's number; blank for the visitor's own customer and cart."""


def add(session: Session, thing: Thing, *, on_server: bool) -> None:
    """Keep `thing` in `session`, behind what is there.

    Raises `InvalidArgument` for what is no model or call, what cannot be kept, and what is too much.
    """
    kept = [*_list(session), *_as_data(thing, on_server=on_server)]
    if len(kept) > _MOST:
        raise InvalidArgument("push()", f"keeps at most {_MOST} things for the next page, got more")
    size, most = len(json.dumps(kept)), _MOST_BYTES_ON_SERVER if on_server else _MOST_BYTES_IN_COOKIE
    if size > most:
        where = "on the server" if on_server else "in a cookie (session_on_server=True has more room)"
        raise InvalidArgument("push()", f"keeps at most {most} bytes for the next page {where}, got {size}")
    session[_KEY] = kept


def taken(session: Session) -> list[Any]:
    """What was kept, which is not there any more."""
    kept = _list(session)
    if _KEY in session:
        del session[_KEY]
    return kept


def waiting(session: Session) -> list[Any]:
    """What was kept, left where it is."""
    used = getattr(session, "accessed", None)
    kept = _list(session)
    if used is False and not kept:
        # Frameworks would have the page vary with every cookie, for a look that found nothing.
        setattr(session, "accessed", False)  # noqa: B010 - not every session has it
    return kept


def reference(kept: Any) -> Reference | None:
    """The reference that was kept as `kept`, if it is one."""
    try:
        thing = restored(kept)
    except NostoTaggingError:
        return None
    return thing if isinstance(thing, Reference) else None


def restored(kept: Any) -> Thing | Reference:
    """The thing that was kept as `kept`, or the reference to it.

    Raises `InvalidArgument` and `InvalidTagging` for what `add` cannot have made.
    """
    thing: object = kept
    if isinstance(thing, dict) and len(kept) == 1:
        name, held = next(iter(kept.items()))
        if name == "call":
            return told.as_call(held)
        if name in _MODELS and isinstance(held, dict):
            return _MODELS[name].model_validate(held)
        if name in _MODELS and isinstance(held, str):
            return Reference(name, held)
    raise InvalidArgument("pushed()", "found something in the session that push() did not put there")


def _list(session: Session) -> list[Any]:
    kept: Any = session.get(_KEY)
    thing: object = kept
    return [*kept] if isinstance(thing, list) else []


def _as_data(thing: Thing, *, on_server: bool) -> list[dict[str, Any]]:
    for name, kind in _MODELS.items():
        if isinstance(thing, kind):
            if not on_server:
                return [{name: thing.order_number if isinstance(thing, Order) else ""}]
            return [{name: json.loads(thing.model_dump_json(exclude_defaults=True))}]
    calls = told.calls_of(thing)
    if not on_server and any(map(Call.is_personal, calls)):
        raise InvalidArgument(
            "push()",
            "keeps a visitor's data only in a session that lies on the server (session_on_server=True); "
            "a Customer, a Cart or an Order alone is kept as a reference",
        )
    return [{"call": told.as_data(call)} for call in calls]
