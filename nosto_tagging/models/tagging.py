"""What every taggable model has: where each field is printed, and under which name."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import ClassVar, Literal, NamedTuple, Self, cast

from nosto_tagging.validation import SafeModel

__all__ = ["Form", "Printed", "TaggingModel", "unproxied"]

Form = Literal["block", "call", "provider"]
"""How Nosto is told: the hidden block, the model's own call (`api.customer`), or a tagging provider and the
Session API, which share a spelling."""


class Printed(NamedTuple):
    """Where a field is printed: ``True`` for under its own name, a text for another, ``False`` for not at all."""

    block: str | bool = True
    call: str | bool = True
    provider: str | bool = True


class TaggingModel(SafeModel):
    """A model that can be tagged. Where a field is printed stands in its annotation, as `Printed`."""

    block_class: ClassVar[str]
    """The class of the hidden block's root element."""
    call: ClassVar[str]
    """The method of Nosto's JS API that a snippet of this model alone calls."""

    def complete(self) -> TaggingModel:
        """The same with every field that its class has: an older release's pickle may lack one."""
        return type(self).model_construct(**self.__dict__)

    @classmethod
    def names(cls, form: Form) -> dict[str, str]:
        """The fields that `form` carries, in order, each with the name it has there."""
        return dict(_names(cls, form))

    def payload(self, form: Form = "call") -> dict[str, str | bool]:
        """What `form` tells Nosto, as plain data: what was not given is not there.

        >>> from nosto_tagging import Customer
        >>> jane = Customer(email="jane.doe@example.com", marketing_permission=True)
        >>> jane.payload("provider")
        {'email': 'jane.doe@example.com', 'newsletter': True}
        """
        values = self.__dict__
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for field, name in _names(type(self), form)
            if (value := values[field]) is not None
        }

    def in_block(self) -> Self:
        """The same without the fields that a block does not carry."""
        carried = self.names("block")
        return self.model_copy(update={name: None for name in self.__dict__ if name not in carried})

    def without_email(self) -> Self | None:
        """The same without e-mail addresses; ``None`` when nothing is left that says who it is."""
        return self


def unproxied(thing: object) -> object:
    """What stands behind a proxy (werkzeug's ``LocalProxy``, Django's lazy objects) of a model or of ``None``."""
    if thing.__class__ is type(thing):
        return thing
    if issubclass(thing.__class__, TaggingModel):
        return cast("TaggingModel", thing).model_copy()
    return None if thing.__class__ is type(None) else thing


@cache
def _names(model: type[TaggingModel], form: Form) -> tuple[tuple[str, str], ...]:
    names: list[tuple[str, str]] = []
    for field, info in model.model_fields.items():
        printed = next((each for each in info.metadata if isinstance(each, Printed)), Printed())
        name: str | bool = getattr(printed, form)
        if name is not False:
            names.append((field, field if name is True else name))
    return tuple(names)
