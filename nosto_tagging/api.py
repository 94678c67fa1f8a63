"""Which call tells Nosto's client script: a function per call of its JS API, named in snake case after it.

What a function gives is a `Call`, to be printed with `snippet()` or `statement()`. The customer's calls are here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from nosto_tagging.errors import InvalidArgument
from nosto_tagging.models.customer import Customer
from nosto_tagging.models.tagging import Form, TaggingModel, unproxied
from nosto_tagging.validation import characters, kind_of, safe_name

__all__ = ["Action", "Call", "Session", "customer", "session", "set_tagging_provider"]

Argument: TypeAlias = TaggingModel | str | dict[str, str]


class Step(NamedTuple):
    """One method of a chain: its name in the client script, its arguments, how a model is spelled in them."""

    method: str
    arguments: tuple[Argument, ...] = ()
    form: Form = "provider"


class Chain:
    """Methods of the client script's ``api``, one called on what the last one gave. Its ``repr`` tells no data."""

    __slots__ = ("steps",)

    def __init__(self, *steps: Step) -> None:
        self.steps = steps

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Chain) and type(other) is type(self) and other.steps == self.steps

    __hash__ = None  # type: ignore[assignment]  # a dict among the arguments cannot be hashed

    def __repr__(self) -> str:
        steps = "".join(f".{method}({', '.join('...' for _ in given)})" for method, given, _ in self.steps)
        return f"<{type(self).__name__} api{steps}>"


class Call(Chain):
    """A whole call, for `snippet()` and `statement()`.

    >>> set_tagging_provider("customer", Customer(email="jane.doe@example.com"))
    <Call api.setTaggingProvider(..., ...)>
    """

    __slots__ = ()

    def without_email(self) -> Call | None:
        """The same without e-mail addresses; ``None`` when that leaves a model that says of nobody who it is."""
        steps: list[Step] = []
        for method, given, form in self.steps:
            arguments: list[Argument] = []
            for argument in given:
                kept = argument.without_email() if isinstance(argument, TaggingModel) else argument
                if kept is None:
                    return None
                arguments.append(kept)
            steps.append(Step(method, tuple(arguments), form))
        return Call(*steps)


def customer(customer: Customer | str) -> Call:
    """``api.customer``: who the visitor is, told at once; the visit is updated with it.

    For a login without a page load, or, with an e-mail address alone, for a guest's sign-up. A snippet of a
    `Customer` makes the same call. Consent is spelled ``marketing_permission``, as the call's documentation does.

    Raises `InvalidTagging` for what is no e-mail address, `InvalidArgument` for what is neither.

    >>> customer("jane.doe@example.com")
    <Call api.customer(...)>
    """
    found = unproxied(customer)
    if isinstance(found, Customer):
        who = found
    elif characters(customer) is not None:
        who = Customer.model_validate({"email": customer})
    else:
        raise InvalidArgument("api.customer()", f"takes a Customer or an e-mail address, got {kind_of(customer)}")
    return Call(Step("customer", (who,), "call"))


def set_tagging_provider(key: Literal["customer"], value: Customer) -> Call:
    """``api.setTaggingProvider``: what the client script takes in place of the page's hidden blocks.

    To be printed before the client script. Consent is spelled ``newsletter``, as Nosto's types have it.

    Raises `InvalidArgument` for an unknown key, or a value of the wrong kind for it.
    """
    name = characters(key)
    model = None if name is None else _PROVIDERS.get(name)
    if name is None or model is None:
        raise InvalidArgument("key", f"must be one of: {', '.join(_PROVIDERS)}, got {safe_name(key)}")
    found = unproxied(value)
    if not isinstance(found, model):
        raise InvalidArgument("value", f"must be a {model.__name__} for {name!r}, got {kind_of(value)}")
    return Call(Step("setTaggingProvider", (name, found)))


_PROVIDERS: dict[str, type[TaggingModel]] = {"customer": Customer}


class Session(Chain):
    """Nosto's Session API, for pages that load nothing: `session` is its beginning.

    What is set is sent with the next action, so that a chain has to end in one: `view_cart`, and then
    `Action.update` or `Action.load`.

    >>> jane = Customer(email="jane.doe@example.com", marketing_permission=True)
    >>> session.set_customer(jane).view_cart().update()
    <Call api.defaultSession().setCustomer(...).viewCart().update()>
    """

    __slots__ = ()
    unsent = "is never sent by Nosto's client script; end it with .view_cart().update() or .view_cart().load()"

    def set_customer(self, customer: Customer | Mapping[str, Any]) -> Session:
        """Who is logged in. An empty mapping, ``{}``, says that nobody is any more: for a logout.

        Raises `InvalidArgument` for anything but a `Customer` or ``{}``.
        """
        if isinstance(customer, Mapping) and not customer:
            return Session(*self.steps, Step("setCustomer", ({},)))
        found = unproxied(customer)
        if not isinstance(found, Customer):
            raise InvalidArgument(
                "session.set_customer()", f"takes a Customer, or {{}} to forget the last one, got {kind_of(customer)}"
            )
        return Session(*self.steps, Step("setCustomer", (found,)))

    def view_cart(self) -> Action:
        """The action of looking at the cart, which also stands for the checkout's pages."""
        return Action(*self.steps, Step("viewCart"))


class Action(Chain):
    """An action of the Session API, which one of its two endings sends."""

    __slots__ = ()
    unsent = "is never sent by Nosto's client script; end it with .update() or .load()"

    def update(self) -> Call:
        """Send it; no page view is counted."""
        return Call(*self.steps, Step("update"))

    def load(self) -> Call:
        """Send it and count a page view: once a route."""
        return Call(*self.steps, Step("load"))


session = Session(Step("defaultSession"))
