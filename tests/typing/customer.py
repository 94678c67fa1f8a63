"""What type checkers say of the customer, its calls and the settings: never run, only checked.

A use that is right passes, and has the type that stands beside it. A use that is wrong carries an ignore, and both
checkers complain about one that is not needed.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any, Never, assert_type
from uuid import UUID

from nosto_tagging import Customer, NostoTaggingError, Settings, api, customer_reference, hcid
from nosto_tagging.api import Action, Call, Session
from nosto_tagging.errors import InvalidArgument, InvalidSettings, InvalidTagging, Problem
from nosto_tagging.models.tagging import TaggingModel


def fields_have_the_types_of_what_is_held(jane: Customer) -> None:
    assert_type(jane.email, str | None)
    assert_type(jane.first_name, str | None)
    assert_type(jane.last_name, str | None)
    assert_type(jane.marketing_permission, bool | None)
    assert_type(jane.customer_reference, str | None)
    assert_type(jane.hcid, str | None)
    assert_type(jane.type, str | None)
    assert_type(jane.customer_group, str | None)
    assert_type(jane.gender, str | None)
    assert_type(jane.date_of_birth, date | None)
    assert_type(jane.region, str | None)
    assert_type(jane.city, str | None)
    assert_type(jane.street, str | None)
    assert_type(jane.order_number, str | None)
    assert_type(jane.source, str | None)
    assert_type(jane.source_id, str | None)
    jane.nickname  # type: ignore[attr-defined]  # noqa: B018 - no such field


def a_customer_is_made_of_fields(row: dict[str, Any], mapping: Mapping[str, object]) -> None:
    assert_type(Customer(email="jane.doe@example.com"), Customer)
    Customer(customer_reference="1", marketing_permission=None, date_of_birth=date(2011, 12, 31))
    Customer(email=None, customer_reference=customer_reference(1, secret=b"..."), hcid=hcid(None))
    Customer(**row)
    assert_type(Customer.model_validate(mapping), Customer)
    assert_type(Customer.model_validate_json(b"{}"), Customer)
    assert_type(Customer.model_validate_strings({"email": "jane.doe@example.com"}), Customer)
    Customer(emial="jane.doe@example.com")  # type: ignore[call-arg]  # misspelt


def what_is_turned_into_a_fields_type_passes_mypy_only() -> None:
    # The library takes all of these. pyright wants the type that is held; mypy's plugin leaves it to pydantic.
    Customer(email="jane.doe@example.com", marketing_permission="true")  # pyright: ignore[reportArgumentType]
    Customer(email="jane.doe@example.com", marketing_permission=1)  # pyright: ignore[reportArgumentType]
    Customer(email="jane.doe@example.com", date_of_birth="2011-12-31")  # pyright: ignore[reportArgumentType]
    Customer(customer_reference=1)  # pyright: ignore[reportArgumentType]
    Customer(customer_reference=UUID(int=1))  # pyright: ignore[reportArgumentType]


def a_customer_is_made_of_an_object() -> None:
    assert_type(Customer.from_object(SimpleNamespace()), Customer)
    assert_type(Customer.from_object(object(), fields=("type",)), Customer)
    Customer.from_object(object(), fields={"type", "source"})
    Customer.from_object(object(), ("type",))  # type: ignore[call-arg]  # an option has a name
    Customer.from_object(object(), fields=None)  # type: ignore[arg-type]  # no collection
    Customer.from_object(object(), fields=(1,))  # type: ignore[arg-type]  # names are text


def a_customer_cannot_be_changed(jane: Customer) -> None:
    # `jane.email = …` is an error to mypy only: pyright sees no frozen class where the configuration says so.
    assert_type(jane.__setattr__("email", "john.doe@example.com"), Never)


class Shopper(Customer):
    loyalty: str | None = None


def a_customer_is_plain_data_for_each_form(jane: Customer, shopper: Shopper) -> None:
    assert_type(jane.payload(), dict[str, Any])
    jane.payload("block")
    jane.payload("call")
    jane.payload("provider")
    assert_type(Customer.names("provider"), dict[str, str])
    assert_type(jane.in_block(), Customer)
    assert_type(jane.without_email(), Customer | None)
    assert_type(shopper.in_block(), Shopper)
    assert_type(shopper.without_email(), Shopper | None)
    assert_type(Shopper.from_object(object()), Shopper)
    model: TaggingModel = jane
    model.payload()
    jane.payload("dom")  # type: ignore[arg-type]  # no such form
    Customer.names()  # type: ignore[call-arg]  # which form?
    jane.without_email().email  # type: ignore[union-attr]  # noqa: B018 - nobody may be left


def the_hashes_take_ids_secrets_and_cookies(cookies: dict[str, str]) -> None:
    assert_type(customer_reference(1, secret="..."), str)
    assert_type(customer_reference("1", secret=b"..."), str)
    assert_type(hcid(cookies.get("2c.cId")), str | None)
    customer_reference("1", "...")  # type: ignore[call-arg]  # a secret has a name
    customer_reference("1")  # type: ignore[call-arg]  # and must be there
    customer_reference(None, secret="...")  # type: ignore[arg-type]  # nobody
    customer_reference(UUID(int=1), secret="...")  # type: ignore[arg-type]  # its text is meant
    customer_reference("1", secret=bytearray(32))  # type: ignore[arg-type]  # text or bytes
    hcid(b"...")  # type: ignore[arg-type]  # text


def a_session_is_sent_by_its_endings(jane: Customer) -> None:
    assert_type(api.session, Session)
    assert_type(api.session.set_customer(jane), Session)
    assert_type(api.session.set_customer({}), Session)
    assert_type(api.session.set_customer(jane).view_cart(), Action)
    assert_type(api.session.set_customer(jane).view_cart().update(), Call)
    assert_type(api.session.view_cart().load(), Call)
    api.session.set_customer(jane).update()  # type: ignore[attr-defined]  # no action to send
    api.session.view_cart().set_customer(jane)  # type: ignore[attr-defined]  # too late
    api.session.set_customer(None)  # which leaves what Nosto knows


def calls_take_customers(jane: Customer) -> None:
    assert_type(api.customer(jane), Call)
    assert_type(api.customer("jane.doe@example.com"), Call)
    assert_type(api.set_tagging_provider("customer", jane), Call)
    assert_type(api.customer(jane).without_email(), Call | None)
    api.customer(None)  # type: ignore[arg-type]  # a template's None ends before
    api.customer({"email": "jane.doe@example.com"})  # type: ignore[arg-type]  # a Customer is meant
    api.set_tagging_provider("cart", jane)  # type: ignore[call-overload]  # a Cart is meant
    api.set_tagging_provider("carts", jane)  # type: ignore[call-overload]  # no such key
    api.set_tagging_provider("customer", "jane.doe@example.com")  # type: ignore[call-overload]  # a Customer is meant


def settings_are_closed_sets(nonce: Callable[[], str | None]) -> None:
    assert_type(Settings(), Settings)
    assert_type(Settings.from_env(), Settings)
    assert_type(Settings.from_env({"NOSTO_HOST": "staging"}, errors="log"), Settings)
    assert_type(Settings().account_id, str | None)
    assert_type(Settings().enabled, bool)
    assert_type(Settings().nonce, str | Callable[[], str | None] | None)
    Settings(host="staging", errors="log", nonce=nonce, leave_out_email=True, enabled=False, account_id="shop")
    Settings(nonce="cjRuZDBt")
    Settings(check_ignore="stub-late")
    Settings(check_ignore=["stub-late"])
    assert_type(Settings().check_ignore, Collection[str])
    Settings(acount_id="shop")  # type: ignore[call-arg]  # misspelt
    # mypy's plugin leaves these to pydantic.
    Settings(host="test")  # pyright: ignore[reportArgumentType]
    Settings(errors="ignore")  # pyright: ignore[reportArgumentType]
    Settings(nonce=1)  # pyright: ignore[reportArgumentType]


def settings_cannot_be_changed(settings: Settings) -> None:
    assert_type(settings.__setattr__("host", "staging"), Never)


def errors_carry_their_data() -> None:
    try:
        Customer()
    except InvalidTagging as error:
        assert_type(error.model, str)
        assert_type(error.problems, tuple[Problem, ...])
        assert_type(error.problems[0].field, str)
        assert_type(error.problems[0].message, str)
    except InvalidSettings as error:
        assert_type(error.problems, tuple[Problem, ...])
    except InvalidArgument as error:
        assert_type(error.argument, str)
        assert_type(error.message, str)
    except NostoTaggingError as error:
        error.problems  # type: ignore[attr-defined]  # noqa: B018 - some leaves have them
