"""What every taggable model has: where each field is printed, and under which name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self, TypeAlias, TypeVar, cast, get_args, get_origin

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from nosto_tagging.errors import InvalidTagging, NostoTaggingError, Problem
from nosto_tagging.validation import SafeModel, checked, is_list

__all__ = [
    "Form",
    "Needed",
    "Parts",
    "Printed",
    "TaggingModel",
    "TaggingPart",
    "flat",
    "parts_of",
    "printed",
    "single",
    "unproxied",
    "used",
]

Result = TypeVar("Result")
Tagged = TypeVar("Tagged", bound="TaggingPart")

Form = Literal["block", "call", "provider"]
"""How Nosto is told: the hidden block, the model's own call (`api.customer`), or a tagging provider and the
Session API, which share a spelling."""


class Printed(NamedTuple):
    """Where a field is printed: ``True`` for under its own name, a text for another, ``False`` for not at all."""

    block: str | bool = True
    call: str | bool = True
    provider: str | bool = True
    tag: Literal["span", "div"] = "span"
    """The element of each model of a list, in the block; all else is a span."""
    around: str | None = None
    """The class of an element of the block that holds all the values of a list."""
    always: bool = False
    """Whether scripts have it even where it is empty, because the client's own types ask for it."""


class Needed:
    """Marks a field that has to be there and not to be blank. (A field's type makes ``None`` of what is blank.)"""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        kind = source if isinstance(source, type) else str  # a Literal of texts
        # JSON Schema knows no instances; a decimal is written as its text.
        as_json = core_schema.int_schema() if kind is int else core_schema.str_schema()

        def described(_: CoreSchema, describe: GetJsonSchemaHandler) -> dict[str, Any]:
            return describe(as_json)

        instance = core_schema.is_instance_schema(kind, metadata={"pydantic_js_functions": [described]})
        return core_schema.chain_schema([handler(source), instance])


class Parts:
    """Marks a list of models, which is kept as a tuple. Parts are validated as a part of the model that holds them."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        part: type[TaggingPart] = get_args(source)[0]
        if issubclass(part, TaggingModel):  # which holds parts of its own, and tells what is wrong with them
            schema = handler(part)
        else:
            schema = cast("core_schema.WrapValidatorFunctionSchema", part.__pydantic_core_schema__)["schema"]
            if part.whole is not SafeModel.whole:
                schema = core_schema.no_info_after_validator_function(checked, schema)
        kept = core_schema.tuple_schema([schema], variadic_item_index=0)
        # A proxy in a list would be asked anew each time, whoever is there by then.
        return core_schema.no_info_before_validator_function(lambda held: [*map(unproxied, held)], kept)


class TaggingPart(SafeModel):
    """A model that stands in others: a line item, a SKU.

    Where a field is printed stands in its annotation, as `Printed`.
    """

    personal: ClassVar[bool] = False
    """Whether it is one visitor's own: who they are, what is in their cart, what they ordered."""

    def without_email(self) -> Self | None:
        """The same without e-mail addresses; ``None`` when nothing is left that says who it is."""
        return self

    def is_personal(self) -> bool:
        """Whether there is anything of one visitor's own in it, which nobody else may get."""
        return self.personal

    def validated(self) -> Self:
        """The same, validated anew. Raises `InvalidTagging`."""
        kind = type(self)
        try:
            return kind.model_validate(_fields(self))
        except InvalidTagging as error:
            problems = error.problems
        # Out of the except block, or the data would travel along as __context__.
        raise InvalidTagging(kind.__name__, tuple([Problem(field, f"{what}: {_PAST}") for field, what in problems]))

    def sound(self) -> Self:
        """The same, validated anew where a field holds a part, a list or a mapping in place of what it says.

        Of a mapping, what no page shows would be printed with all the rest, and an e-mail address not be left out of
        it, nor of a part that stands elsewhere. Raises `InvalidTagging`.
        """
        parts = parts_of(type(self))
        for name, value in self.__dict__.items():
            if value is None:
                continue
            if name not in parts:
                if type(value) in _SINGLE or not _odd(value, _shape_of(type(self), name)):
                    continue
                return self.validated()
            part, several = parts[name]
            held: Sequence[Any] = value if several and isinstance(cast("object", value), tuple | list) else (value,)
            if not all(isinstance(each, part) for each in held):
                return self.validated()
        return self

    @classmethod
    def names(cls, form: Form) -> dict[str, str]:
        """The fields that `form` carries, in order, each with the name it has there."""
        return {field: name for field, name, _ in printed(cls, form)}

    def told(self, form: Form) -> dict[str, Any]:
        """What `form` tells Nosto, numbers as they are held and dates as dates; what was not given is not there."""
        values = self.sound().__dict__
        parts = parts_of(type(self))
        return {
            name: _each(lambda part: part.told(form), value) if field in parts else value
            for field, name, how in printed(type(self), form)
            # An older release's pickle may lack one.
            if (value := values.get(field)) is not None and (how.always or value not in _EMPTY)
        }

    def payload(self, form: Form = "call") -> dict[str, Any]:
        """What `form` tells Nosto, as data for JSON: what was not given is not there.

        >>> from nosto_tagging import Customer
        >>> jane = Customer(email="jane.doe@example.com", marketing_permission=True)
        >>> jane.payload("provider")
        {'email': 'jane.doe@example.com', 'newsletter': True}
        """
        return cast("dict[str, Any]", _json(self.told(form)))

    def in_block(self) -> Self:
        """The same without the fields that a block does not carry."""
        carried = self.names("block")
        return self.model_copy(
            update={
                name: _each(lambda part: part.in_block(), value)
                if name in carried
                else type(self).model_fields[name].get_default(call_default_factory=True)
                for name, value in self.__dict__.items()
            }
        )


class TaggingModel(TaggingPart):
    """A model that can be tagged."""

    block_class: ClassVar[str] = ""
    """The class of the hidden block's root element; a `PageTagging` is several blocks, and has none."""
    call: ClassVar[str | None] = None
    """The method of Nosto's JS API that takes this model, if there is one: a snippet of it alone calls that."""

    def block_classes(self) -> str:
        """The classes of the root that Nosto reads."""
        return self.block_class

    def without_personal(self) -> Self | None:
        """The same without that; ``None`` when nothing is left."""
        return None if self.is_personal() else self

    def with_hcid(self, hcid: str) -> Self:
        """The same with the visitor checksum `hcid` where it can have one and has none."""
        if "hcid" not in type(self).model_fields or self.__dict__.get("hcid") is not None:
            return self
        return self.model_copy(update={"hcid": hcid})


def used(use: Callable[[Tagged], Result], model: Tagged) -> Result:
    """What `use` makes of a model: of the same validated anew, where it is not what its class says.

    Then it was made past validation, or comes out of an older release's pickle, which may lack a field.
    """
    try:
        return use(model)
    except NostoTaggingError:
        raise
    except Exception:  # noqa: S110 - whatever stands there in place of a value raises what it likes
        pass
    try:
        return use(model.validated())
    except NostoTaggingError:
        raise
    except Exception:  # noqa: S110 - the same
        pass
    raise InvalidTagging(type(model).__name__, (Problem("", f"cannot be printed: {_PAST}"),))


def unproxied(thing: object) -> object:
    """What stands behind a proxy (werkzeug's ``LocalProxy``, Django's lazy objects) of a model or of ``None``."""
    if thing.__class__ is type(thing):
        return thing
    if issubclass(thing.__class__, TaggingPart):
        return cast("TaggingPart", thing).model_copy()
    return None if thing.__class__ is type(None) else thing


@cache
def printed(model: type[TaggingPart], form: Form) -> tuple[tuple[str, str, Printed], ...]:
    """The fields that `form` carries of `model`, in order: each with its name there, and how it is printed."""
    found: list[tuple[str, str, Printed]] = []
    for field, info in model.model_fields.items():
        how = next((each for each in info.metadata if isinstance(each, Printed)), Printed())
        name: str | bool = getattr(how, form)
        if name is not False:
            found.append((field, field if name is True else name, how))
    return tuple(found)


@cache
def parts_of(model: type[TaggingPart]) -> dict[str, tuple[type[TaggingPart], bool]]:
    """The fields that hold models: each with their class, and whether it is a list."""
    return {
        field: (part, is_list(info.annotation))
        for field, info in model.model_fields.items()
        for part in _types_of(info.annotation)
        if isinstance(part, type) and issubclass(part, TaggingPart)
    }


_SINGLE = frozenset((str, int, bool, Decimal, date, datetime))
_Shape: TypeAlias = tuple[tuple[type, ...], ...]
"""What a field's value is made of, from the outside to the inside; nothing where it is a single thing."""


@cache
def _shape_of(model: type[TaggingPart], field: str) -> _Shape:
    info = model.model_fields.get(field)
    return () if info is None else _shape(info.annotation)


def single(model: type[TaggingPart]) -> tuple[str, ...]:
    """The fields that hold one value each: no list, no mapping and no model."""
    return tuple(
        [field for field in model.model_fields if field not in parts_of(model) and not _shape_of(model, field)]
    )


def _shape(annotation: Any) -> _Shape:
    if get_origin(annotation) is dict:
        return ((dict,), *_shape(get_args(annotation)[1]))
    return ((tuple, list),) if is_list(annotation) or get_origin(annotation) is list else ()


def _odd(value: Any, shape: _Shape) -> bool:
    """Whether there is a part in a field's value, or a list or a mapping where none should be."""
    thing: object = value
    if not isinstance(thing, dict | list | tuple):
        return isinstance(thing, TaggingPart)
    if not shape or not isinstance(thing, shape[0]):
        return True
    inside: Iterable[Any] = value.values() if isinstance(thing, dict) else value
    return any(type(each) is not str and _odd(each, shape[1:]) for each in inside)


@cache
def flat(model: type[TaggingPart]) -> bool:
    """Whether each field holds one text, yes or no, or a date: then a text is all that can be printed of it."""
    held = {each for info in model.model_fields.values() for each in _types_of(info.annotation)}
    return held <= {str, bool, date, type(None)}


def _types_of(annotation: Any) -> list[Any]:
    """What an annotation is a choice of: ``Annotated[str, …] | None`` of ``str`` and of ``NoneType``."""
    parts = get_args(annotation)
    if get_origin(annotation) is Annotated:
        parts = parts[:1]
    return [each for part in parts for each in _types_of(part)] if parts else [annotation]


_EMPTY: tuple[object, ...] = ((), {})
_PAST = "the model was made without validation"


def _fields(part: TaggingPart) -> dict[str, Any]:
    """What a model holds, all the way down, of the fields that its class has."""
    fields, parts = type(part).model_fields, parts_of(type(part))
    return {
        name: _each(_fields, value) if name in parts else value
        for name, value in part.__dict__.items()
        if name in fields
    }


def _each(change: Callable[[TaggingPart], Any], value: Any) -> Any:
    """A field's value, with `change` made to the parts in it."""
    if isinstance(value, TaggingPart):
        return change(value)
    several: Sequence[Any] = value if isinstance(cast("object", value), tuple | list) else ()
    return tuple([change(each) if isinstance(each, TaggingPart) else each for each in several]) if several else value


def _json(value: Any) -> Any:
    if isinstance(cast("object", value), dict):
        members: dict[str, Any] = value
        return {name: _json(each) for name, each in members.items()}
    if isinstance(cast("object", value), list | tuple):
        several: Iterable[Any] = value
        return [_json(each) for each in several]
    if isinstance(value, Decimal):  # of at most 15 digits, which come back as they are
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return f"{value.isoformat()[:19]}Z"
    return value.isoformat() if isinstance(value, date) else value
