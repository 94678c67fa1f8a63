"""Who is looking at the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar, Self

from nosto_tagging.errors import InvalidArgument, Problem
from nosto_tagging.models.fields import Consent, Date, Email, Hcid, Identifier, Text
from nosto_tagging.models.tagging import Printed, TaggingModel
from nosto_tagging.validation import characters, kind_of, safe_name

__all__ = ["SAYS_WHO", "Customer"]

SAYS_WHO = ("email", "customer_reference")
"""Without one of these a customer is nobody."""
_IN_BLOCK = Printed(call=False, provider=False)
_IN_SCRIPTS = Printed(block=False)


class Customer(TaggingModel, defer_build=False):
    """The person who is logged in, as Nosto's customer tagging knows them.

    Every field is optional and may be ``None`` or blank, which means not given and is not printed; either
    `email` or `customer_reference` has to be there. Texts hold at most 1,000 characters (`email` 320).

    ``email``
        An address by the rule of ``<input type=email>``, internationalised ones included.
    ``first_name``, ``last_name``
        Text.
    ``marketing_permission``
        Whether the customer has opted in to marketing: ``True``, ``1``, ``"true"`` or ``"1"``; ``False``, ``0``,
        ``"false"`` or ``"0"``; or not given. A tagging provider and the Session API call it ``newsletter``.
    ``customer_reference``
        A long, unguessable identifier; see `customer_reference()`.
    ``hcid``
        The visitor checksum that `hcid()` gives.
    ``type``, ``order_number``, ``source``, ``source_id``
        Printed by snippets only.
    ``customer_group``, ``gender``, ``date_of_birth``, ``region``, ``city``, ``street``
        Printed by blocks only; ``date_of_birth`` is a date or text such as ``"2011-12-31"``.

    Raises `InvalidTagging`, which names every field that is wrong.

    The fields are those of Nosto's documentation of customer tagging, of its ``PushedCustomer`` type and of its
    PHP SDK, in the order of the documented ``api.customer`` example.

    >>> jane = Customer(email="jane.doe@example.com", first_name="Jane", marketing_permission="true")
    >>> jane.marketing_permission
    True
    >>> jane
    Customer(email=..., first_name=..., marketing_permission=...)
    """

    block_class: ClassVar[str] = "nosto_customer"
    personal: ClassVar[bool] = True
    call: ClassVar[str | None] = "customer"

    email: Email | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    marketing_permission: Annotated[Consent | None, Printed(provider="newsletter")] = None
    customer_reference: Identifier | None = None
    hcid: Hcid | None = None
    type: Annotated[Text | None, _IN_SCRIPTS] = None
    customer_group: Annotated[Text | None, _IN_BLOCK] = None
    gender: Annotated[Text | None, _IN_BLOCK] = None
    date_of_birth: Annotated[Date, _IN_BLOCK] = None
    region: Annotated[Text | None, _IN_BLOCK] = None
    city: Annotated[Text | None, _IN_BLOCK] = None
    street: Annotated[Text | None, _IN_BLOCK] = None
    order_number: Annotated[Identifier | None, _IN_SCRIPTS] = None
    source: Annotated[Text | None, _IN_SCRIPTS] = None
    source_id: Annotated[Identifier | None, _IN_SCRIPTS] = None

    def whole(self) -> list[Problem]:
        if all(getattr(self, name) is None for name in SAYS_WHO):
            return [Problem("", "needs an email or a customer_reference, got neither")]
        return []

    @classmethod
    def from_object(cls, source: object, *, fields: Iterable[str] = ()) -> Self:
        """A customer from an object with attributes: a row of an ORM, a Flask-Login user.

        Only the five documented fields are read (`email`, `first_name`, `last_name`, `marketing_permission`,
        `customer_reference`), and those that `fields` names. An attribute that the object lacks is not given.

        Raises `InvalidArgument` for an unknown name in `fields` and for a mapping (use ``Customer(**mapping)``),
        and `InvalidTagging` as the constructor does.

        >>> from types import SimpleNamespace
        >>> user = SimpleNamespace(email="jane.doe@example.com", first_name="Jane", password="...")
        >>> Customer.from_object(user)
        Customer(email=..., first_name=...)
        """
        if source is None or isinstance(source, _NO_OBJECTS):
            given = f"got {kind_of(source)}; fields and mappings go to Customer(**fields)"
            raise InvalidArgument("from_object()", f"takes an object with attributes, {given}")
        if isinstance(fields, str) or not isinstance(fields, Iterable):
            raise InvalidArgument("fields", f"must be a collection of names, got {kind_of(fields)}")
        names = [*_DOCUMENTED, *fields]
        for name in names:
            if characters(name) not in cls.model_fields:
                raise InvalidArgument(
                    "fields", f"has no field {safe_name(name)}, must be one of: {', '.join(cls.model_fields)}"
                )
        return cls(**{name: getattr(source, name, None) for name in names})

    def without_email(self) -> Self | None:
        if self.__dict__.get("customer_reference") is None:  # which may be missing past validation
            return None
        return self.model_copy(update={"email": None})


# What somebody may hand over by mistake, and whose attributes say nothing.
_NO_OBJECTS: tuple[type[object], ...] = (str, bytes, int, float, Mapping)
_DOCUMENTED = ("email", "first_name", "last_name", "marketing_permission", "customer_reference")
