"""What a call is made of: methods one after the other, and the JavaScript that only an author can bring in."""

from __future__ import annotations

import re
from typing import Any, ClassVar, NamedTuple, NoReturn, cast, final

from nosto_tagging.errors import InvalidArgument
from nosto_tagging.models.tagging import Form, TaggingModel, TaggingPart
from nosto_tagging.validation import kind_of

__all__ = ["Call", "Chain", "Loading", "Step", "TrustedJavaScript"]


class Step(NamedTuple):
    """One method of a chain: its name in the client script, its arguments, how a model is spelled in them."""

    method: str
    arguments: tuple[Any, ...] = ()
    form: Form = "provider"


class Chain:
    """Methods of the client script's ``api``, one called on what the last one gave. Its ``repr`` tells no data."""

    __slots__ = ("steps",)
    what: ClassVar[str] = "chain"
    unsent: ClassVar[str] = ""
    """Why it cannot be printed as it is: the end of a sentence."""

    def __init__(self, *steps: Step) -> None:
        self.steps = steps

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Chain) and type(other) is type(self) and other.steps == self.steps

    __hash__ = None  # type: ignore[assignment]  # a dict among the arguments cannot be hashed

    def __repr__(self) -> str:
        steps = "".join(f".{method}({', '.join('...' for _ in given)})" for method, given, _ in self.steps)
        return f"<{type(self).__name__} api{steps}>"


class Loading(Chain):
    """A chain that ends in ``load``."""

    __slots__ = ()

    def load(
        self,
        *,
        skip_page_views: bool | None = None,
        track_events: bool | None = None,
        skip_events: bool | None = None,
        reload_cart: bool | None = None,
    ) -> Call:
        """Send it and have the placements filled. A page view is counted, unless ``skip_page_views`` is true.

        Raises `InvalidArgument` for what is neither true nor false.
        """
        flags: dict[str, bool] = {}
        for name, argument, value in (
            ("skipPageViews", "skip_page_views", skip_page_views),
            ("trackEvents", "track_events", track_events),
            ("skipEvents", "skip_events", skip_events),
            ("reloadCart", "reload_cart", reload_cart),
        ):
            if value is not None and value is not True and value is not False:
                raise InvalidArgument(argument, f"must be true or false, got {kind_of(value)}")
            if value is not None:
                flags[name] = value
        return Call(*self.steps, Step("load", (flags,) if flags else ()))


class Call(Chain):
    """A whole call, for `snippet()` and `statement()`.

    >>> from nosto_tagging import api
    >>> api.add_segment_code_to_visit("vip")
    <Call api.addSegmentCodeToVisit(...)>
    """

    __slots__ = ()

    def without_email(self) -> Call | None:
        """The same without e-mail addresses; ``None`` when that leaves a model that says of nobody who it is."""
        steps: list[Step] = []
        for step in self.steps:
            personal = _tells_of_the_visitor(step)
            try:
                kept = tuple([_without_email(each, personal=personal) for each in step.arguments])
            except _Nobody:
                return None
            if personal and _names_nobody(step, kept):
                return None
            steps.append(step._replace(arguments=kept))
        return Call(*steps)

    def is_personal(self) -> bool:
        """Whether there is anything of one visitor's own in it, which nobody else may get."""
        return any(_tells_of_the_visitor(step) or _has_personal(step.arguments) for step in self.steps)

    def without_personal(self) -> Call | None:
        """The same, if nobody's own; else ``None``: half a call says something else."""
        return None if self.is_personal() else self

    def with_hcid(self, hcid: str) -> Call:
        """The same with the visitor checksum `hcid` in the models that can have one and have none."""
        return Call(
            *[
                Step(
                    method,
                    tuple([each.with_hcid(hcid) if isinstance(each, TaggingModel) else each for each in given]),
                    form,
                )
                for method, given, form in self.steps
            ]
        )


# What these tell is one visitor's own whatever it is made of: plain data, where the call comes out of a session.
_PERSONAL = ("customer", "setCustomer", "resendCartContent", "setCart", "setCartContent", "addOrder", "setRestoreLink")
_PERSONAL_PROVIDERS = ("customer", "cart", "order", "restoreLink")


def _tells_of_the_visitor(step: Step) -> bool:
    method, given, _ = step
    # With nothing in it, it forgets the last one.
    return given[:1] in _KEYS or (method in _PERSONAL and any(given))


_KEYS = [(name,) for name in _PERSONAL_PROVIDERS]


class _Nobody(Exception):
    """A model that says of nobody who it is, without its e-mail address."""


def _without_email(value: Any, *, personal: bool) -> Any:
    """`value` without the addresses of the models in it; if it is `personal`, without those of its data, too."""
    thing: object = value
    if isinstance(thing, TaggingPart):
        kept = value.without_email()
        if kept is None:
            raise _Nobody
        return kept
    if isinstance(thing, dict):
        members: dict[Any, Any] = value
        return {
            name: _without_email(each, personal=personal)
            for name, each in members.items()
            if not (personal and name == "email")
        }
    if isinstance(thing, list | tuple):
        several: list[Any] | tuple[Any, ...] = value
        return [_without_email(each, personal=personal) for each in several]
    return value


def _names_nobody(step: Step, kept: tuple[Any, ...]) -> bool:
    """Whether `kept`, which is left of the arguments of a step about the customer, does not say who that is."""
    if step.method in ("customer", "setCustomer"):
        who: tuple[Any, ...] = kept[:1]
    else:
        who = kept[1:2] if kept[:1] == ("customer",) else ()
    return any(
        not isinstance(each, TaggingPart) and not (isinstance(each, dict) and "customer_reference" in each)
        for each in who
    )


def _has_personal(value: object) -> bool:
    if isinstance(value, TaggingPart):
        return value.is_personal()
    if isinstance(value, dict):
        return _has_personal([*cast("dict[object, object]", value).values()])
    return isinstance(value, list | tuple) and any(map(_has_personal, cast("list[object]", value)))


# What would end the script element, or have its end overlooked.
_ends_script = re.compile(r"</script|<!--|<script", re.IGNORECASE).search


@final
class TrustedJavaScript:
    r"""An expression in JavaScript that the page's author wrote, printed as it is: a listener's function.

    Nothing becomes one by itself: no text, no markup, no value of a model or of JSON. Never build its source from
    data: who writes it runs code in every visitor's browser.

    `source` is ASCII text, other characters written as ``\u00e4``, without ``<script``, ``</script`` and ``<!--``,
    which no script element can hold.

    Raises `InvalidArgument`.

    >>> TrustedJavaScript("event => console.log(event)")
    <TrustedJavaScript of 27 characters>
    """

    __slots__ = ("_source",)
    _source: str

    def __init__(self, source: str) -> None:
        if type(source) is not str:  # markup and lazy texts are not what an author writes
            raise InvalidArgument("source", f"must be plain text, got {kind_of(source)}")
        if not source.strip():
            raise InvalidArgument("source", f"must not be blank, got {kind_of(source)}")
        if not source.isascii() or "\0" in source:
            raise InvalidArgument("source", f"must be ASCII, other characters as \\u escapes, got {kind_of(source)}")
        if _ends_script(source):
            raise InvalidArgument("source", f"must not hold '<script', '</script' or '<!--', got {kind_of(source)}")
        object.__setattr__(self, "_source", source)

    @property
    def source(self) -> str:
        """The expression; where it has a comment in it, a line feed ends that."""
        return f"{self._source}\n" if "//" in self._source else self._source

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("cannot be changed")

    def __reduce__(self) -> tuple[type[TrustedJavaScript], tuple[str]]:
        return TrustedJavaScript, (self._source,)

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError("cannot have subclasses")

    def __eq__(self, other: object) -> bool:
        return type(other) is TrustedJavaScript and other._source == self._source

    def __hash__(self) -> int:
        return hash(self._source)

    def __repr__(self) -> str:
        return f"<TrustedJavaScript of {len(self._source)} characters>"
