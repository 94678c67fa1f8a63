"""No person's data, and no secret, in an error or a `repr`: every way to get one is gone, and every place is searched.

The values are drawn when a test runs, so that no line of source in a traceback holds them.
"""

from __future__ import annotations

import collections
import copy
import logging
import pickle
import pprint
import secrets
import traceback
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError, field_validator
from rich.pretty import pretty_repr

import nosto_tagging
from nosto_tagging import Cart, Customer, PageTagging, Settings, api, customer_reference, hcid, snippet, statement
from nosto_tagging.errors import InvalidArgument, InvalidSettings, InvalidTagging

PACKAGE = str(Path(nosto_tagging.__file__).parent)
TEXTS = ["first_name", "last_name", "type", "customer_group", "gender", "region", "city", "street", "source"]
IDENTIFIERS = ["customer_reference", "order_number", "source_id"]


def word() -> str:
    """Something that nobody else has ever said, and that an e-mail address, an identifier and a name can hold."""
    return "zq" + secrets.token_hex(10)


class Person:
    """Values to look for; each one that is handed out is remembered."""

    def __init__(self) -> None:
        self.words: set[str] = set()

    def text(self) -> str:
        self.words.add(said := word())
        return said

    def number(self) -> int:
        number = 10**25 + secrets.randbelow(10**25)
        self.words.add(str(number))
        return number

    def secret(self) -> str:
        return self.text() + self.text()

    def good(self) -> dict[str, Any]:
        """All fields, and nothing wrong with them."""
        self.words.add(checksum := hcid(word()))
        self.words.add(
            birthday := f"18{secrets.randbelow(100):02}-0{1 + secrets.randbelow(9)}-{10 + secrets.randbelow(19)}"
        )
        return {
            "email": f"{self.text()}@example.com",
            "hcid": checksum,
            "marketing_permission": True,
            "date_of_birth": birthday,
            **{name: self.text() for name in (*TEXTS, *IDENTIFIERS)},
        }

    def bad(self) -> dict[str, Any]:
        """All fields, and something wrong with each of them, in many ways."""
        return {
            "email": f"{self.text()}@@example.com",
            "hcid": self.text(),
            "marketing_permission": self.text(),
            "date_of_birth": self.text(),
            **{name: [self.text(), {self.text(): self.number()}] for name in TEXTS},
            "first_name": self.number(),
            "customer_reference": self.text().encode(),
            "order_number": self.text() * 100,
            "source_id": {"id": self.text()},
            f"{self.text()}@example.com": self.text(),  # an address as a key
            f"{self.text()} {self.text()}": self.text(),
            "nickname": self.text(),
        }

    def nobody(self) -> dict[str, Any]:
        """Nothing wrong but that it lacks who it is."""
        fields = self.good()
        return {**fields, "email": None, "customer_reference": " "}

    def in_json(self) -> str:
        pairs = [f'"{name}": "{self.text()}@"' for name in ("email", "hcid", "marketing_permission", "date_of_birth")]
        pairs += [f'"{name}": {{"x": "{self.text()}"}}' for name in (*TEXTS, *IDENTIFIERS)]
        return "{" + ", ".join([*pairs, f'"{self.text()}@example.com": 1']) + "}"


# --- the search ------------------------------------------------------------------------------------------------------


def everything_said(error: BaseException) -> Iterator[tuple[str, str]]:
    """All texts that an error, what it is chained to, and its formatted tracebacks hold, each with its place."""
    chain: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        link = waiting.pop()
        if link is None or any(link is known for known in chain):
            continue
        chain.append(link)
        waiting += [link.__cause__, link.__context__]
    for number, link in enumerate(chain):
        for form in (str, repr, ascii, format):
            yield f"{number}:{form.__name__}", form(link)
        yield f"{number}:args", deep(link.args)
        yield f"{number}:vars", deep(vars(link))
        for name in dir(link):
            if name != "__traceback__":
                yield f"{number}:{name}", deep(getattr(link, name))
        if isinstance(link, ValidationError):
            yield f"{number}:errors()", deep(link.errors())
            yield f"{number}:json()", link.json()
    yield "traceback", "".join(traceback.format_exception(error))
    yield "logging", logging.Formatter().formatException((type(error), error, error.__traceback__))
    pickled = pickle.dumps(error)
    yield "pickle", pickled.decode("latin-1")
    if not isinstance(error, ValidationError):  # older releases of pydantic cannot read their own back
        yield "unpickled", deep(vars(pickle.loads(pickled)))  # noqa: S301 - our own bytes


def deep(value: object, depth: int = 6) -> str:
    """What a value and all that it refers to says of itself."""
    said = [repr(value), str(value)]
    if depth and not isinstance(value, str | bytes | int | float | type | types.ModuleType | types.FunctionType):
        inner: list[object] = []
        if isinstance(value, collections.abc.Mapping):
            inner += [*value.keys(), *value.values()]
        elif isinstance(value, list | tuple | set | frozenset):
            inner += value
        if not isinstance(value, BaseModel):  # a customer's own attributes are what it is for
            inner += getattr(value, "__dict__", {}).values()
        said += [deep(each, depth - 1) for each in inner]
    return "\n".join(said)


def frames(error: BaseException) -> Iterator[tuple[str, str]]:
    """What the local variables of this library's frames hold: some error trackers send them along."""
    for link in (error, error.__cause__, error.__context__):
        for frame, line in traceback.walk_tb(link.__traceback__ if link else None):
            if frame.f_code.co_filename.startswith(PACKAGE):
                for name, value in frame.f_locals.items():
                    yield f"{frame.f_code.co_qualname}:{line}:{name}", deep(value)


def found(person: Person, places: Iterator[tuple[str, str]]) -> list[str]:
    assert person.words
    return [place for place, said in places if any(each in said for each in person.words)]


# --- the ways to an error --------------------------------------------------------------------------------------------


class Page(BaseModel):
    visitor: Customer


class Account(BaseModel):
    settings: Settings


class Anything:
    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    __str__ = __repr__


def change(person: Person, value: object) -> None:
    customer = Customer(**person.good())
    customer.email = value


def way(make: Callable[[Person], object], error: type[Exception], name: str) -> Any:
    return pytest.param(make, error, id=name)


WAYS = [
    way(lambda p: Customer(**p.bad()), InvalidTagging, "constructor"),
    way(lambda p: Customer(**p.nobody()), InvalidTagging, "constructor, nobody"),
    way(lambda p: Customer(**{**p.good(), "emial": p.text()}), InvalidTagging, "constructor, unknown field"),
    way(lambda p: Customer(**{**p.good(), p.text() + "@": 1}), InvalidTagging, "constructor, data as a name"),
    way(lambda p: Customer(**{**p.good(), "email": p.text() + "\ud800 "}), InvalidTagging, "constructor, surrogate"),
    way(lambda p: Customer(**{**p.good(), p.text() + "\ud800": 1}), InvalidTagging, "constructor, surrogate in a name"),
    way(lambda p: Customer(email=Anything(p.text())), InvalidTagging, "constructor, object with a repr"),
    way(lambda p: Customer(customer_reference=2**512 + p.number()), InvalidTagging, "constructor, huge number"),
    way(lambda p: Customer.model_validate(p.bad()), InvalidTagging, "model_validate"),
    way(lambda p: Customer.model_validate(types.MappingProxyType(p.bad())), InvalidTagging, "model_validate, mapping"),
    way(lambda p: Customer.model_validate(p.nobody()), InvalidTagging, "model_validate, nobody"),
    way(lambda p: Customer.model_validate(p.text()), InvalidTagging, "model_validate, text"),
    way(lambda p: Customer.model_validate([p.bad()]), InvalidTagging, "model_validate, list"),
    way(lambda p: Customer.model_validate(SimpleNamespace(**p.good())), InvalidTagging, "model_validate, object"),
    way(
        lambda p: Customer.model_validate({**p.good(), p.number(): 1}),
        InvalidTagging,
        "model_validate, number as a key",
    ),
    way(
        lambda p: Customer.model_validate({**p.good(), (p.text(),): 1}),
        InvalidTagging,
        "model_validate, tuple as a key",
    ),
    way(
        lambda p: Customer.model_validate({**p.good(), p.text().encode(): 1}),
        InvalidTagging,
        "model_validate, bytes as a key",
    ),
    way(lambda p: Customer.model_validate(p.bad(), context=p.good()), InvalidTagging, "model_validate, context"),
    way(lambda p: Customer.model_validate_json(p.in_json()), InvalidTagging, "model_validate_json"),
    way(lambda p: Customer.model_validate_json(p.in_json().encode()), InvalidTagging, "model_validate_json, bytes"),
    way(lambda p: Customer.model_validate_json(p.in_json()[:-1]), InvalidTagging, "model_validate_json, broken"),
    way(lambda p: Customer.model_validate_json(f"[{p.in_json()}]"), InvalidTagging, "model_validate_json, array"),
    way(lambda p: Customer.model_validate_json(f'"{p.text()}"'), InvalidTagging, "model_validate_json, text"),
    way(
        lambda p: Customer.model_validate_json(f'{{"email": "{p.text()}\ud800"'),
        InvalidTagging,
        "model_validate_json, surrogate",
    ),
    way(
        lambda p: Customer.model_validate_json(p.in_json().replace("@", "\\ud800", 1)),
        InvalidTagging,
        "model_validate_json, surrogate in what is JSON",
    ),
    way(
        lambda p: Customer.model_validate_json(p.text().encode() + b"\xff"),
        InvalidTagging,
        "model_validate_json, no UTF-8",
    ),
    way(lambda p: Customer.model_validate_json(p.number()), InvalidTagging, "model_validate_json, number"),
    way(lambda p: Customer.model_validate_strings(p.bad()), InvalidTagging, "model_validate_strings"),
    way(lambda p: Customer.model_validate_strings(p.nobody()), InvalidTagging, "model_validate_strings, nobody"),
    way(lambda p: Customer.model_validate_strings([p.text()]), InvalidTagging, "model_validate_strings, list"),
    way(lambda p: Customer.model_validate_strings(p.text()), InvalidTagging, "model_validate_strings, text"),
    way(
        lambda p: Customer.from_object(SimpleNamespace(**p.bad()), fields=TEXTS),
        InvalidTagging,
        "from_object",
    ),
    way(lambda p: Customer.from_object(SimpleNamespace(**p.nobody())), InvalidTagging, "from_object, nobody"),
    way(
        lambda p: Customer.from_object(SimpleNamespace(**p.good()), fields=(p.text() + "@",)),
        InvalidArgument,
        "from_object, data as a name",
    ),
    way(
        lambda p: Customer.from_object(SimpleNamespace(**p.good()), fields=p.text()),
        InvalidArgument,
        "from_object, text for names",
    ),
    way(lambda p: Customer.from_object(p.bad()), InvalidArgument, "from_object, mapping"),
    way(lambda p: Customer.from_object(p.text()), InvalidArgument, "from_object, text"),
    way(lambda p: change(p, p.text()), InvalidTagging, "setattr"),
    way(lambda p: setattr(Customer(**p.good()), p.text(), p.number()), InvalidTagging, "setattr, data as a name"),
    way(lambda p: delattr(Customer(**p.good()), "email"), InvalidTagging, "delattr"),
    way(lambda p: Page(visitor=p.bad()), ValidationError, "nested"),
    way(lambda p: Page(visitor=p.nobody()), ValidationError, "nested, nobody"),
    way(lambda p: Page(visitor=p.text()), ValidationError, "nested, text"),
    way(lambda p: Page(visitor=SimpleNamespace(**p.good())), ValidationError, "nested, object"),
    way(lambda p: Page.model_validate_json(f'{{"visitor": {p.in_json()}}}'), ValidationError, "nested, JSON"),
    way(lambda p: Page.model_validate_strings({"visitor": p.bad()}), ValidationError, "nested, texts"),
    way(lambda p: TypeAdapter(Customer).validate_python(p.bad()), ValidationError, "TypeAdapter"),
    way(lambda p: TypeAdapter(list[Customer]).validate_python([p.nobody()]), ValidationError, "TypeAdapter, list"),
    way(lambda p: TypeAdapter(Customer).validate_json(p.in_json()), ValidationError, "TypeAdapter, JSON"),
    way(lambda p: TypeAdapter(Customer).validate_strings(p.bad()), ValidationError, "TypeAdapter, texts"),
    way(
        lambda p: customer_reference(2**512 + p.number(), secret=p.secret()), InvalidArgument, "reference, huge number"
    ),
    way(lambda p: customer_reference([p.text()], secret=p.secret()), InvalidArgument, "reference, list"),
    way(lambda p: customer_reference(p.text().encode(), secret=p.secret()), InvalidArgument, "reference, bytes"),
    way(lambda p: customer_reference(" ", secret=p.secret()), InvalidArgument, "reference, blank"),
    way(lambda p: customer_reference(p.text(), secret=p.text()[:31]), InvalidArgument, "reference, short secret"),
    way(lambda p: customer_reference(p.text(), secret=p.text().encode()), InvalidArgument, "reference, short bytes"),
    way(lambda p: customer_reference(p.number(), secret=[p.secret()]), InvalidArgument, "reference, list of secrets"),
    way(lambda p: hcid(p.text().encode()), InvalidArgument, "hcid, bytes"),
    way(lambda p: hcid(p.number()), InvalidArgument, "hcid, number"),
    way(lambda p: api.customer(p.text()), InvalidTagging, "api.customer, no e-mail"),
    way(lambda p: api.customer(p.text() * 100), InvalidTagging, "api.customer, too long"),
    way(lambda p: api.customer(p.good()), InvalidArgument, "api.customer, mapping"),
    way(lambda p: api.customer(Anything(p.text())), InvalidArgument, "api.customer, object with a repr"),
    way(lambda p: api.session.set_customer(p.good()), InvalidArgument, "set_customer, mapping"),
    way(lambda p: api.session.set_customer(p.text()), InvalidArgument, "set_customer, text"),
    way(
        lambda p: api.set_tagging_provider("customer", {**p.good(), "email": p.text()}),
        InvalidTagging,
        "provider, mapping",
    ),
    way(lambda p: api.set_tagging_provider("customer", p.text()), InvalidTagging, "provider, text"),
    way(
        lambda p: api.set_tagging_provider(p.text() + "@", Customer(**p.good())),
        InvalidArgument,
        "provider, data as a key",
    ),
    way(
        lambda p: snippet(api.session.set_customer(Customer(**p.good()))), InvalidArgument, "a chain without an ending"
    ),
    way(lambda p: statement(Customer.model_construct(**p.bad())), InvalidTagging, "a model made past validation"),
    way(lambda p: Settings(nonce=p.text() + " "), InvalidSettings, "settings, nonce"),
    way(lambda p: Settings(nonce=[p.text()]), InvalidSettings, "settings, list for a nonce"),
    way(lambda p: Settings(nonce=p.text(), host=p.text(), errors=p.text()), InvalidSettings, "settings, others"),
    way(lambda p: Settings.from_env({"NOSTO_NONCE": p.text() + " "}), InvalidSettings, "settings, environment"),
    way(
        lambda p: Settings.from_env({"NOSTO_HOST": "x"}, nonce=p.text()),
        InvalidSettings,
        "settings, beside the environment",
    ),
    way(lambda p: Settings.model_validate({"nonce": p.text() + " "}), InvalidSettings, "settings, mapping"),
    way(lambda p: Settings.model_validate_json(f'{{"nonce": "{p.text()} "}}'), InvalidSettings, "settings, JSON"),
    way(lambda p: setattr(Settings(nonce=p.text()), "host", "staging"), InvalidSettings, "settings, setattr"),
    way(lambda p: Account(settings={"nonce": p.text() + " "}), ValidationError, "settings, nested"),
    way(
        lambda p: snippet(Customer(email="jane.doe@example.com"), nonce=p.text() + " "),
        InvalidArgument,
        "snippet, nonce",
    ),
]


def caught_from(make: Callable[[Person], object], kind: type[Exception], person: Person) -> Exception:
    try:
        make(person)
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__} was raised")


@pytest.mark.parametrize(("make", "kind"), WAYS)
def test_no_error_says_or_holds_what_was_given(make: Callable[[Person], object], kind: type[Exception]):
    person = Person()
    error = caught_from(make, kind, person)
    assert type(error) is kind
    assert found(person, everything_said(error)) == []


# Error trackers send what the variables of a traceback's frames hold. The caller's own frames are the caller's affair;
# what validates on behalf of a whole application keeps nothing in its.
VALIDATING = [
    each
    for each in WAYS
    if str(each.id).partition(",")[0]
    in {"constructor", "model_validate", "model_validate_json", "model_validate_strings", "TypeAdapter", "nested"}
]


@pytest.mark.parametrize(("make", "kind"), VALIDATING)
def test_no_frame_of_what_validates_holds_what_was_given(make: Callable[[Person], object], kind: type[Exception]):
    person = Person()
    error = caught_from(make, kind, person)
    assert found(person, frames(error)) == []


@pytest.mark.parametrize(("make", "kind"), WAYS)
def test_an_error_of_this_library_is_chained_to_nothing(make: Callable[[Person], object], kind: type[Exception]):
    error = caught_from(make, kind, Person())
    assert error.__cause__ is None
    assert error.__context__ is None


def test_an_error_of_pydantics_own_parser_does_not_print_what_was_given():
    # It never reaches this library, and its errors() have the whole text; what is logged is the message.
    person = Person()
    error = caught_from(
        # Short, because pydantic cuts what it prints.
        lambda p: TypeAdapter(Customer).validate_json(f'{{"email": "{p.text()}'),
        ValidationError,
        person,
    )
    texts = [str(error), repr(error), "".join(traceback.format_exception(error))]
    assert [text for text in texts if any(each in text for each in person.words)] == []


# --- the search finds what it looks for ------------------------------------------------------------------------------


class Leaky(Exception):
    pass


def leak(person: Person, place: str) -> None:
    said = person.text()
    error = Leaky("an error", said if place == "args" else "")
    if place == "attribute":
        error.inner = SimpleNamespace(deeper=[{"x": said}])
    if place == "note":
        error.add_note(said)
    if place == "cause":
        raise error from ValueError(said)
    if place == "context":
        try:
            raise ValueError(said)
        except ValueError:
            raise error  # noqa: B904 - the chain is the point
    raise error


@pytest.mark.parametrize("place", ["args", "attribute", "note", "cause", "context"])
def test_the_search_finds_a_leak(place: str):
    person = Person()
    error = caught_from(lambda p: leak(p, place), Leaky, person)
    assert found(person, everything_said(error)) != []


def test_the_search_finds_nothing_where_there_is_nothing():
    person = Person()
    error = caught_from(lambda p: leak(p, "nowhere"), Leaky, person)
    assert found(person, everything_said(error)) == []


def test_the_search_finds_what_pydantic_keeps_by_itself():
    class Plain(BaseModel):
        email: int

    person = Person()
    error = caught_from(lambda p: Plain(email=p.text()), ValidationError, person)
    assert found(person, everything_said(error)) != []


def test_the_search_finds_a_leak_in_a_frame(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(globals(), "PACKAGE", str(Path(__file__).parent))
    person = Person()
    error = caught_from(lambda p: leak(p, "nowhere"), Leaky, person)
    assert any(place.startswith("leak:") for place in found(person, frames(error)))


# --- printed ---------------------------------------------------------------------------------------------------------


def printed(thing: object) -> Iterator[tuple[str, str]]:
    for form in (repr, str, ascii, format, pprint.pformat, pretty_repr):
        yield form.__name__, form(thing)
    yield "f-string", f"{thing!r} {thing!s} {thing}"
    yield "in a list", repr([thing, {"x": thing}])
    rich = getattr(thing, "__rich_repr__", None)
    if rich is not None:
        yield "rich", repr(list(rich()))
    pretty = getattr(thing, "__pretty__", None)
    if pretty is not None:
        yield "devtools", repr(list(pretty(repr)))
    yield "logging", logging.LogRecord("x", 20, "x", 1, "%s %r", (thing, thing), None).getMessage()


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda p: Customer(**p.good()), id="customer"),
        pytest.param(lambda p: Customer(**p.good()).in_block(), id="in_block"),
        pytest.param(lambda p: Customer(**p.good()).without_email(), id="without_email"),
        pytest.param(lambda p: Customer(**p.good()).model_copy(update={"email": p.text()}), id="model_copy"),
        pytest.param(lambda p: Customer.model_construct(**p.bad()), id="model_construct"),
        pytest.param(lambda p: pickle.loads(pickle.dumps(Customer(**p.good()))), id="pickle"),  # noqa: S301 - our own bytes
        pytest.param(lambda p: copy.deepcopy(Customer(**p.good())), id="deepcopy"),
        pytest.param(lambda p: Page(visitor=p.good()), id="somebody else's model"),
        pytest.param(lambda p: api.customer(Customer(**p.good())), id="call"),
        pytest.param(lambda p: api.customer(f"{p.text()}@example.com"), id="call of an e-mail"),
        pytest.param(lambda p: api.customer(Customer(**p.good())).steps, id="the steps of a call"),
        pytest.param(lambda p: api.set_tagging_provider("customer", Customer(**p.good())), id="provider"),
        pytest.param(lambda p: api.session.set_customer(Customer(**p.good())), id="session"),
        pytest.param(lambda p: api.session.set_customer(Customer(**p.good())).view_cart(), id="action"),
        pytest.param(lambda p: api.session.set_customer(Customer(**p.good())).view_cart().load(), id="ended session"),
        pytest.param(lambda p: Settings(nonce=p.text()), id="settings"),
        pytest.param(lambda p: Account(settings={"nonce": p.text()}), id="settings in somebody else's model"),
    ],
)
def test_nothing_that_is_printed_says_what_it_holds(make: Callable[[Person], object]):
    person = Person()
    assert found(person, printed(make(person))) == []


def test_the_search_of_what_is_printed_finds_a_leak():
    person = Person()
    assert found(person, printed(SimpleNamespace(email=person.text()))) != []


# --- what a hostile reviewer found -----------------------------------------------------------------------------------


def test_what_a_property_raises_is_not_quoted():
    class User:
        email = "jane.doe@example.com"

        @property
        def first_name(self) -> str:
            raise RuntimeError("Jane Doe")

    with pytest.raises(InvalidTagging) as caught:
        Customer.model_validate(User(), from_attributes=True)
    assert str(caught.value) == "Customer.first_name is not valid (get_attribute_error), got User"


def test_what_a_validator_of_a_subclass_raises_is_not_quoted():
    class Loyal(Customer):
        @field_validator("city")
        @classmethod
        def in_finland(cls, city: str) -> str:
            raise ValueError(f"{city} is not in Finland")

    with pytest.raises(InvalidTagging) as caught:
        Loyal(email="jane.doe@example.com", city="Stockholm")
    assert str(caught.value) == "Loyal.city is not valid (value_error), got text of 9 characters"


def test_what_a_mapping_raises_is_not_quoted():
    class Row(dict[str, Any]):
        def items(self) -> Any:
            raise LookupError("jane.doe@example.com")

    # pydantic's releases differ in whether they ask a dict's subclass for its items, or look at what is there.
    asked = "must be given as fields or a mapping of them, got Row"
    neither = "needs an email or a customer_reference, got neither"
    needed = ("product_id", "quantity", "name", "unit_price", "price_currency_code")
    lacks = "; ".join(f"Cart.items[0].{name} must be given" for name in needed)
    for make, told in (
        (lambda: PageTagging(customer=Row()), {f"PageTagging.customer {asked}", f"PageTagging.customer {neither}"}),
        (lambda: Cart(items=[Row()]), {f"Cart.items[0] {asked}", lacks}),
    ):
        with pytest.raises(InvalidTagging) as caught:
            make()
        assert str(caught.value) in told


def test_the_fields_are_listed_once_and_the_problems_end_somewhere():
    with pytest.raises(InvalidTagging) as caught:
        Customer(**{f"field_{number}": 1 for number in range(1_000)})
    assert len(caught.value.problems) == 100
    assert str(caught.value).count("must be one of") == 1
    assert caught.value.problems[1] == ("", "has no field 'field_1'")


@pytest.mark.parametrize("method", ["parse_raw", "parse_file"])
def test_what_pydantic_deprecates_reads_and_unpickles_nothing(method: str):
    with pytest.raises(TypeError) as caught:
        getattr(Customer(email="jane.doe@example.com"), method)("{}")
    assert str(caught.value) == "is not available on the models of nosto_tagging"
