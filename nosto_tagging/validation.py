"""A frozen pydantic model whose errors name fields and never hold a person's data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, NoReturn, Self, TypeAlias, TypeGuard, TypeVar, cast, get_args, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from nosto_tagging.errors import InvalidSettings, InvalidTagging, Problem

__all__ = ["Quickly", "SafeModel", "characters", "checked", "is_list", "kind_of", "refuse", "safe_name", "with_article"]


_LONGEST_NAME = 64
_MOST_PROBLEMS = 100
# The ends of the kinds of errors whose messages are pydantic's own; others quote what somebody's code raised.
_TELLS_NO_DATA = ("_type", "_parsing", "literal_error")

Model = TypeVar("Model", bound="SafeModel")
_Told: TypeAlias = tuple[tuple[int | str, ...], str]
"""Where in an object something is wrong, and what."""


def characters(value: object) -> str | None:
    """The characters that a text holds; ``None`` for what is no text.

    A class may claim to be safe markup, print itself as something else, or say that it is ``str``: what counts is
    what is there.
    """
    return str.__str__(cast("str", value)) if issubclass(type(value), str) else None


def kind_of(value: object) -> str:
    """What was given, told without telling it.

    >>> kind_of("jane.doe@example.com"), kind_of(3), kind_of(None)
    ('text of 20 characters', 'int', 'None')
    """
    if value is None:
        return "None"
    text = characters(value)
    if text is None:
        return type(value).__name__
    return f"text of {len(text)} character{'' if len(text) == 1 else 's'}"


def with_article(noun: str) -> str:
    """``a cart``, ``an order``."""
    return f"{'an' if noun[:1] in 'aeioAEIO' else 'a'} {noun}"


def refuse(message: str) -> PydanticCustomError:
    """The error that a field's validator raises; `message` goes on after the field's name."""
    return PydanticCustomError("nosto_tagging", "{message}", {"message": message})


def safe_name(name: object) -> str:
    """A field's or variable's name for a message; data that came as a name (an e-mail as a key) is not told."""
    text = characters(name)
    if text is not None and len(text) <= _LONGEST_NAME and text.isidentifier():
        return repr(text)
    return f"({kind_of(name)})"


_FAST = "fast"


class Quickly:
    """Marks a type whose usual values pydantic knows by itself, without a call of ours; all others go the usual way."""

    def __init__(self, usual: CoreSchema) -> None:
        self._usual = usual

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.union_schema([(self._usual, _FAST), handler(source)], mode="left_to_right")


# Of the bases no object is ever made: pydantic need not build what validates them, which takes time at each start.
class SafeModel(BaseModel, defer_build=True):
    """The base of every model here: immutable, no unknown fields, nothing personal in an error or a ``repr``.

    Called on its own it raises an error of this library. Validated inside somebody else's pydantic model it
    raises pydantic's ``ValidationError``, as any model would, with the values taken out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    invalid: ClassVar[type[InvalidTagging | InvalidSettings]] = InvalidTagging

    def __init__(self, /, **fields: Any) -> None:
        try:
            self.__pydantic_validator__.validate_python(fields, self_instance=self)
            return
        except ValidationError as error:
            problems = _problems(error)
        # Out of the except block, or the data would travel along as __context__; the frame is kept by the
        # traceback, and some error trackers send what its variables hold.
        del fields
        raise self.invalid(type(self).__name__, problems)

    # Without the mark pydantic would call this __init__ for models nested in other models, too.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]  # pydantic's own mark on a function

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """A model from a mapping (or an instance, which is given back); `options` are pydantic's.

        Raises `InvalidTagging` (`InvalidSettings` for settings).
        """
        if isinstance(cast("object", obj), Mapping):  # pydantic takes a dict only
            obj = dict(obj)
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            problems = _problems(error)
        del obj, options
        raise cls.invalid(cls.__name__, problems)

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """A model from the text of one JSON object; `options` are pydantic's.

        Raises `InvalidTagging` (`InvalidSettings` for settings).
        """
        try:
            return super().model_validate_json(json_data, **options)
        except ValidationError as error:
            problems = _problems(error)
            kind = error.errors(include_url=False, include_input=False)[0]["type"]
        if kind in {"json_invalid", "string_unicode"}:
            # Half a surrogate pair, as itself or as \ud800, is taken by json; pydantic's parser refuses it.
            try:
                return cls.model_validate(json.loads(json_data), **options)
            except cls.invalid as error:
                problems = error.problems
            except (ValueError, RecursionError):
                pass
        del json_data, options
        raise cls.invalid(cls.__name__, problems)

    @classmethod
    def model_validate_strings(cls, obj: Any, **options: Any) -> Self:
        """A model from a mapping of texts (a form, a row of CSV); `options` are pydantic's.

        Raises `InvalidTagging` (`InvalidSettings` for settings).
        """
        # The validator below has pydantic look at the values as Python's: its own way here would do the same.
        try:
            return cls.model_validate(obj, **options)
        except cls.invalid as error:
            problems = error.problems
        del obj, options
        raise cls.invalid(cls.__name__, problems)

    @model_validator(mode="wrap")
    @classmethod
    def _without_data_in_errors(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            model = handler(data)
            return model if model is data else checked(model)
        except ValidationError as error:
            told = cls._told_problems(error)
        raise _error(cls.__name__, told)

    def whole(self) -> list[Problem]:
        """What is wrong with the object as a whole, each told as the end of a sentence; nothing when it is complete."""
        return []

    @classmethod
    def _told_problems(cls, error: ValidationError) -> list[_Told]:
        problems: list[_Told] = []
        fields = f", must be one of: {', '.join(cls.model_fields)}"
        for details in error.errors(include_url=False):
            # What the other way has to say counts. A field that is not there may have any name.
            if _FAST in details["loc"] and details["type"] != "extra_forbidden":
                continue
            if len(problems) == _MOST_PROBLEMS:
                break
            path, message = cls._problem(details)
            if any(fields in each for _, each in problems):  # once is enough
                message = message.removesuffix(fields)
            problems.append((path, message))
        return problems

    @classmethod
    def _problem(cls, details: Any) -> _Told:
        """pydantic's account of an error in this library's words, without the input."""
        kind, given = details["type"], details["input"]
        path, model = cls._walked(details["loc"])
        # A key with half a surrogate pair in it is told as no text at all.
        bad_key = kind in {"invalid_key", "string_unicode"}
        if kind == "extra_forbidden" or (bad_key and characters(given) is not None):
            name = safe_name(given if bad_key else str(details["loc"][-1]))
            return path, f"has no field {name}, must be one of: {', '.join(model.model_fields)}"
        if kind == "nosto_tagging":
            return path, details["msg"]
        if kind == "missing":
            return path, "must be given"
        if kind == "is_instance_of":  # `Needed` asks for what a blank text does not give
            return path, "must not be blank"
        if kind in ("model_type", "dict_type", "mapping_type", "model_attributes_type"):
            return path, f"must be given as fields or a mapping of them, got {kind_of(given)}"
        if bad_key:
            return path, f"must have text as field names, got {kind_of(given)}"
        if kind.startswith("bool_"):
            return path, f"must be true or false, got {kind_of(given)}"
        if kind.endswith(_TELLS_NO_DATA):
            message = details["msg"].replace("Input should be", "must be", 1)
            return path, f"{message}, got {kind_of(given)}"
        return path, f"is not valid ({kind}), got {kind_of(given)}"

    @classmethod
    def _walked(cls, loc: tuple[int | str, ...]) -> tuple[tuple[int | str, ...], type[SafeModel]]:
        """The path of fields that leads to an error, as far as it is one, and the model that it ends in.

        What follows may be a key of the data.
        """
        path: list[int | str] = []
        model: type[SafeModel] = cls
        inside: type[SafeModel] | None = cls
        in_list = False
        for part in loc:
            if isinstance(part, int) and in_list:
                in_list = False
            elif inside is not None and part in inside.model_fields:
                model = inside
                annotation = model.model_fields[str(part)].annotation
                in_list = is_list(annotation)
                inside = next(filter(_is_model, get_args(annotation) or (annotation,)), None)
            else:
                break
            path.append(part)
        return tuple(path), model if inside is None else inside

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        del value
        raise self._frozen()

    def __delattr__(self, name: str) -> NoReturn:
        raise self._frozen()

    def _frozen(self) -> InvalidTagging | InvalidSettings:
        return self.invalid(type(self).__name__, (Problem("", "cannot be changed: make a new one"),))

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        """For every way to print it: which fields are set, not what they hold."""
        fields = type(self).model_fields
        for name, value in self.__dict__.items():
            if name in fields and value is not None and value != fields[name].get_default(call_default_factory=True):
                yield name, _HELD


def checked(model: Model) -> Model:
    """`model`, if it is right as a whole."""
    problems = model.whole()
    if problems:
        raise _error(type(model).__name__, [((field,) if field else (), message) for field, message in problems])
    return model


def _error(model: str, told: list[_Told]) -> ValidationError:
    details = [InitErrorDetails(type=refuse(message), loc=path, input=None) for path, message in told]
    return ValidationError.from_exception_data(model, details, hide_input=True)


def is_list(annotation: object) -> bool:
    """Whether a field holds several values in an order."""
    return get_origin(annotation) in (tuple, Sequence)


def _is_model(kind: object) -> TypeGuard[type[SafeModel]]:
    return isinstance(kind, type) and issubclass(kind, SafeModel)


def _closed(*_: object, **__: object) -> NoReturn:
    raise TypeError("is not available on the models of nosto_tagging")


# Deprecated by pydantic and reachable through an instance: one reads files, and both unpickle, for whoever writes a
# sandboxed template.
for _name in ("parse_file", "parse_raw"):
    setattr(SafeModel, _name, staticmethod(_closed))


class _Held:
    def __repr__(self) -> str:
        return "..."


_HELD = _Held()


def _problems(error: ValidationError) -> tuple[Problem, ...]:
    """What `_without_data_in_errors` made of it; only JSON that cannot be parsed does not come that way."""
    return tuple(
        Problem(_dotted(details["loc"]), _JSON.get(details["type"], details["msg"]))
        for details in error.errors(include_url=False, include_input=False)
    )


def _dotted(loc: tuple[int | str, ...]) -> str:
    """``("items", 2, "name")`` as ``items[2].name``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")


_NOT_JSON = "must be given as the text of one JSON object, got text that is not JSON"
_JSON = {
    "json_invalid": _NOT_JSON,
    "string_unicode": _NOT_JSON,  # with half a surrogate pair in it
    "json_type": "must be given as the text of one JSON object, got something that is not text",
}
