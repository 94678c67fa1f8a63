"""What a customer is as a Python object, as a pydantic model among others, and as plain data for each form."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import date
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from nosto_tagging import Customer, models
from nosto_tagging.errors import InvalidSettings, InvalidTagging, NostoTaggingError
from nosto_tagging.models.fields import Text
from nosto_tagging.models.tagging import Printed, TaggingModel
from nosto_tagging.validation import SafeModel

EMAIL = "jane.doe@example.com"
HCID = "0123456789abcdef" * 4
FIELDS = (
    "email, first_name, last_name, marketing_permission, customer_reference, hcid, type, customer_group, gender, "
    "date_of_birth, region, city, street, order_number, source, source_id"
)
EVERYTHING = {
    "email": EMAIL,
    "first_name": "Jane",
    "last_name": "Doe",
    "marketing_permission": True,
    "customer_reference": "5e3d4a9c-cf58-11ea-87d0-0242ac130003",
    "hcid": HCID,
    "type": "loggedin",
    "customer_group": "VIP",
    "gender": "Female",
    "date_of_birth": date(2011, 12, 31),
    "region": "Uusimaa",
    "city": "Helsinki",
    "street": "Example Street 1",
    "order_number": "1001",
    "source": "newsletter",
    "source_id": "42",
}
JANE = Customer(**EVERYTHING)

customers = st.builds(
    Customer,
    email=st.none() | st.just(EMAIL),
    customer_reference=st.integers(1) | st.uuids(),
    first_name=st.none() | st.text(max_size=20),
    marketing_permission=st.none() | st.booleans(),
    date_of_birth=st.none() | st.dates(),
)


# --- frozen ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["email", "first_name", "nickname", "block_class", "__dict__", "_private"])
def test_a_customer_cannot_be_changed(name: str):
    jane = Customer(**EVERYTHING)
    with pytest.raises(InvalidTagging) as set_error:
        setattr(jane, name, "x")
    with pytest.raises(InvalidTagging) as delete_error:
        delattr(jane, name)
    assert str(set_error.value) == str(delete_error.value) == "Customer cannot be changed: make a new one"
    assert jane == JANE


# --- equal, hashed, copied, pickled ----------------------------------------------------------------------------------


@given(customers)
@settings(deadline=None)
def test_customers_of_the_same_fields_are_equal_and_have_one_hash(customer: Customer):
    again = Customer(**customer.model_dump())
    assert again == customer
    assert again is not customer
    assert hash(again) == hash(customer)
    assert {customer: "found"}[again] == "found"


@pytest.mark.parametrize("field", EVERYTHING)
def test_customers_that_differ_in_any_field_differ(field: str):
    other = Customer(**{**EVERYTHING, field: None})
    assert other != JANE
    assert len({other, JANE}) == 2


def test_a_customer_equals_nothing_but_a_customer():
    assert EVERYTHING != JANE
    assert type("Shopper", (Customer,), {})(**EVERYTHING) != JANE


def test_a_customer_is_equal_however_its_consent_was_said():
    said = [True, 1, "true", "1", " TRUE "]
    assert len({Customer(email=EMAIL, marketing_permission=value) for value in said}) == 1


@pytest.mark.parametrize(
    "travel",
    [
        *[
            pytest.param(lambda model, p=p: pickle.loads(pickle.dumps(model, p)), id=f"pickle {p}")  # noqa: S301 - our own bytes
            for p in range(pickle.HIGHEST_PROTOCOL + 1)
        ],
        pytest.param(copy.copy, id="copy"),
        pytest.param(copy.deepcopy, id="deepcopy"),
        pytest.param(lambda model: model.model_copy(), id="model_copy"),
        pytest.param(lambda model: Customer(**model.model_dump()), id="model_dump"),
        pytest.param(lambda model: Customer(**dict(model)), id="dict"),
        pytest.param(lambda model: Customer(**model.model_dump(exclude_none=True)), id="without none"),
        pytest.param(lambda model: Customer.model_validate_json(model.model_dump_json()), id="JSON"),
        pytest.param(lambda model: Customer.model_validate_strings(json.loads(model.model_dump_json())), id="texts"),
        pytest.param(Customer.from_object, id="from_object"),
    ],
)
@pytest.mark.parametrize(
    "customer",
    [Customer(email="пример@пример.испытание", first_name="\U0001f600"), Customer(customer_reference=1)],
)
def test_a_customer_arrives_as_it_left(customer: Customer, travel):
    arrived = travel(customer)
    assert arrived == customer
    assert hash(arrived) == hash(customer)
    assert arrived.model_dump() == customer.model_dump()
    with pytest.raises(InvalidTagging):
        arrived.email = "john.doe@example.com"


@given(customers)
@settings(deadline=None)
def test_what_was_dumped_and_pickled_is_read_again(customer: Customer):
    assert pickle.loads(pickle.dumps(customer)) == customer  # noqa: S301 - our own bytes
    assert Customer.model_validate_json(customer.model_dump_json()) == customer


# --- printed ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("print_it", [repr, lambda model: f"{model!r}"])
def test_a_repr_says_which_fields_are_set_in_their_order(print_it):
    assert print_it(JANE) == f"Customer({'=..., '.join(FIELDS.split(', '))}=...)"
    assert print_it(Customer(customer_reference=1, marketing_permission=False)) == (
        "Customer(marketing_permission=..., customer_reference=...)"  # a refusal is something that is set
    )


@pytest.mark.parametrize("print_it", [str, format, lambda model: f"{model}", lambda model: "%s" % model])  # noqa: UP031 - one more way to print
def test_a_str_says_which_fields_are_set_too(print_it):
    assert print_it(Customer(email=EMAIL, first_name="Jane")) == "email=... first_name=..."


# --- subclasses ------------------------------------------------------------------------------------------------------


class Shopper(Customer):
    loyalty: Text | None = None


def test_a_subclass_has_its_own_name_in_errors_and_its_own_fields():
    with pytest.raises(InvalidTagging) as caught:
        Shopper(email=EMAIL, loyalty=1)
    assert str(caught.value) == "Shopper.loyalty must be text, got int"
    with pytest.raises(InvalidTagging) as caught:
        Shopper(emial=EMAIL, email=EMAIL)
    assert str(caught.value) == f"Shopper has no field 'emial', must be one of: {FIELDS}, loyalty"
    shopper = Shopper(email=EMAIL, loyalty=" gold ")
    assert repr(shopper) == "Shopper(email=..., loyalty=...)"
    assert shopper.payload("block") == {"email": EMAIL, "loyalty": "gold"}
    assert type(shopper.in_block()) is Shopper


def test_a_subclass_reads_its_own_fields_from_an_object():
    source = type("User", (), {"email": EMAIL, "loyalty": "gold"})()
    assert Shopper.from_object(source, fields=("loyalty",)) == Shopper(email=EMAIL, loyalty="gold")


# --- in somebody else's pydantic -------------------------------------------------------------------------------------


class Page(BaseModel):
    title: str
    visitor: Customer | None = None
    others: list[Customer] = []


def test_a_customer_is_a_field_of_somebody_elses_model():
    page = Page(title="Home", visitor={"email": EMAIL, "marketing_permission": "1"}, others=[EVERYTHING])
    assert page.visitor == Customer(email=EMAIL, marketing_permission=True)
    assert page.others == [JANE]
    assert Page(title="Home", visitor=JANE).visitor is JANE
    assert Page.model_validate_json(page.model_dump_json()) == page


def test_a_customer_in_somebody_elses_model_raises_pydantics_error_with_the_place():
    with pytest.raises(ValidationError) as caught:
        Page(title=1, visitor={"email": "jane", "emial": "x"}, others=[{"email": EMAIL}, {"first_name": "Jane"}])
    assert not isinstance(caught.value, NostoTaggingError)
    assert [(e["type"], e["loc"], e["msg"]) for e in caught.value.errors()] == [
        ("string_type", ("title",), "Input should be a valid string"),
        (
            "nosto_tagging",
            ("visitor", "email"),
            "must be an e-mail address such as jane.doe@example.com, got text of 4 characters",
        ),
        ("nosto_tagging", ("visitor",), f"has no field 'emial', must be one of: {FIELDS}"),
        ("nosto_tagging", ("others", 1), "needs an email or a customer_reference, got neither"),
    ]
    assert [e["input"] for e in caught.value.errors()] == [1, None, None, None]


def test_a_customer_in_somebody_elses_model_raises_that_for_json_and_texts_too():
    with pytest.raises(ValidationError) as from_json:
        Page.model_validate_json('{"title": "Home", "visitor": ["jane"]}')
    assert [(e["loc"], e["msg"], e["input"]) for e in from_json.value.errors()] == [
        (("visitor",), "must be given as fields or a mapping of them, got list", None)
    ]
    with pytest.raises(ValidationError) as from_texts:
        Page.model_validate_strings({"title": "Home", "visitor": {"first_name": "Jane"}})
    assert [(e["loc"], e["msg"], e["input"]) for e in from_texts.value.errors()] == [
        (("visitor",), "needs an email or a customer_reference, got neither", None)
    ]


def test_braces_in_a_message_are_no_placeholders():
    with pytest.raises(ValidationError) as caught:
        Page(title="Home", visitor={"email": EMAIL, "{message}": 1})
    assert caught.value.errors()[0]["msg"] == f"has no field (text of 9 characters), must be one of: {FIELDS}"


def test_a_type_adapter_takes_customers():
    adapter = TypeAdapter(list[Customer])
    assert adapter.validate_python([EVERYTHING, JANE]) == [JANE, JANE]
    assert adapter.validate_json(adapter.dump_json([JANE])) == [JANE]
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python([{"email": EMAIL}, {"email": "jane"}])
    assert [(e["loc"], e["msg"], e["input"]) for e in caught.value.errors()] == [
        ((1, "email"), "must be an e-mail address such as jane.doe@example.com, got text of 4 characters", None)
    ]


class Family(TaggingModel):
    block_class: ClassVar[str] = "family"
    call: ClassVar[str] = "family"
    mother: Customer
    size: int = 1


def test_a_customer_in_a_model_of_this_library_has_its_place_in_the_message():
    with pytest.raises(InvalidTagging) as caught:
        Family(mother={"email": "jane", "emial": 1}, size="many")
    assert str(caught.value) == (
        "Family.mother.email must be an e-mail address such as jane.doe@example.com, got text of 4 characters; "
        f"Family.mother has no field 'emial', must be one of: {FIELDS}; "
        "Family.size must be a valid integer, unable to parse string as an integer, got text of 4 characters"
    )


# --- schema ----------------------------------------------------------------------------------------------------------


def _property(title: str, *kinds: dict[str, str]) -> dict[str, object]:
    return {"anyOf": [*kinds, {"type": "null"}], "default": None, "title": title}


STRING, INTEGER, BOOLEAN = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
DAY = {"format": "date", "type": "string"}


@pytest.mark.parametrize(
    ("mode", "consent", "identifier"),
    [("validation", [BOOLEAN, INTEGER, STRING], [STRING, INTEGER]), ("serialization", [BOOLEAN], [STRING])],
)
def test_a_json_schema_says_what_is_taken_and_what_is_given(mode, consent, identifier):
    schema = Customer.model_json_schema(mode=mode)
    assert schema.pop("description").startswith("The person who is logged in")
    assert schema == {
        "title": "Customer",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "email": _property("Email", STRING),
            "first_name": _property("First Name", STRING),
            "last_name": _property("Last Name", STRING),
            "marketing_permission": _property("Marketing Permission", *consent),
            "customer_reference": _property("Customer Reference", *identifier),
            "hcid": _property("Hcid", STRING),
            "type": _property("Type", STRING),
            "customer_group": _property("Customer Group", STRING),
            "gender": _property("Gender", STRING),
            "date_of_birth": _property("Date Of Birth", DAY),
            "region": _property("Region", STRING),
            "city": _property("City", STRING),
            "street": _property("Street", STRING),
            "order_number": _property("Order Number", *identifier),
            "source": _property("Source", STRING),
            "source_id": _property("Source Id", *identifier),
        },
    }


# --- as plain data ---------------------------------------------------------------------------------------------------

IN_BLOCKS = [
    "email",
    "first_name",
    "last_name",
    "marketing_permission",
    "customer_reference",
    "hcid",
    "customer_group",
    "gender",
    "date_of_birth",
    "region",
    "city",
    "street",
]
IN_SCRIPTS = [
    "email",
    "first_name",
    "last_name",
    "marketing_permission",
    "customer_reference",
    "hcid",
    "type",
    "order_number",
    "source",
    "source_id",
]


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("block", {name: name for name in IN_BLOCKS}),
        ("call", {name: name for name in IN_SCRIPTS}),
        ("provider", {name: "newsletter" if name == "marketing_permission" else name for name in IN_SCRIPTS}),
    ],
)
def test_each_form_has_its_own_fields_and_names_in_the_one_order(form, names: dict[str, str]):
    assert list(Customer.names(form).items()) == list(names.items())
    given_data = {**EVERYTHING, "date_of_birth": "2011-12-31"}
    assert list(JANE.payload(form).items()) == [(name, given_data[field]) for field, name in names.items()]


def test_a_payload_is_that_of_the_natural_call_unless_another_form_is_asked_for():
    assert JANE.payload() == JANE.payload("call") != JANE.payload("provider")


def test_the_documented_example_has_the_documented_payload():
    # https://docs.nosto.com/techdocs/apis/frontend/js-apis/common-examples/sending-customer-information
    documented = {
        "email": "jane.doe@example.com",
        "first_name": "Jane",
        "last_name": "Doe",
        "marketing_permission": True,
        "customer_reference": "5e3d4a9c-cf58-11ea-87d0-0242ac130003",
    }
    assert json.dumps(Customer(**documented).payload()) == json.dumps(documented)


@pytest.mark.parametrize(
    ("form", "name"),
    [("block", "marketing_permission"), ("call", "marketing_permission"), ("provider", "newsletter")],
)
def test_consent_that_was_not_given_is_not_false(form, name: str):
    assert Customer(email=EMAIL).payload(form) == {"email": EMAIL}
    assert Customer(email=EMAIL, marketing_permission=False).payload(form) == {"email": EMAIL, name: False}
    assert Customer(email=EMAIL, marketing_permission=True).payload(form) == {"email": EMAIL, name: True}


def test_a_date_is_dumped_as_its_text_without_a_warning():
    # A warning of pydantic's about the type quotes the value.
    customer = Customer(email=EMAIL, date_of_birth=date(2011, 12, 31))
    assert customer.model_dump_json(exclude_none=True) == f'{{"email":"{EMAIL}","date_of_birth":"2011-12-31"}}'
    assert customer.model_dump(mode="json", exclude_none=True) == {"email": EMAIL, "date_of_birth": "2011-12-31"}
    assert customer.model_dump(exclude_none=True) == {"email": EMAIL, "date_of_birth": date(2011, 12, 31)}


def test_the_names_that_are_given_out_are_the_callers_own():
    Customer.names("call").clear()
    JANE.payload().clear()
    assert list(Customer.names("call")) == IN_SCRIPTS
    assert list(JANE.payload()) == IN_SCRIPTS


class Odd(TaggingModel):
    block_class: ClassVar[str] = "odd"
    call: ClassVar[str] = "odd"
    plain: Text | None = None


def test_a_field_without_an_annotation_is_printed_everywhere_under_its_own_name():
    assert Printed() == (True, True, True, "span", None, False)
    assert [Odd.names(form) for form in ("block", "call", "provider")] == [{"plain": "plain"}] * 3
    odd = Odd(plain="x")
    assert odd.without_email() is odd  # it never had one
    assert odd.in_block() == odd


def test_in_a_block_a_customer_is_what_the_block_carries():
    assert JANE.in_block() == Customer(**{name: EVERYTHING[name] for name in IN_BLOCKS})
    assert JANE.in_block().in_block() == JANE.in_block()
    assert JANE.type == "loggedin"  # and the customer itself is what it was


def test_without_its_email_a_customer_is_its_reference():
    assert JANE.without_email() == Customer(**{**EVERYTHING, "email": None})
    assert JANE.email == EMAIL


def test_without_its_email_a_customer_who_has_no_reference_is_nobody():
    assert Customer(email=EMAIL, first_name="Jane").without_email() is None


def test_a_customer_who_has_no_email_stays_who_it_is_without_it():
    john = Customer(customer_reference="1", first_name="John")
    assert john.without_email() == john


# --- one home for each model -----------------------------------------------------------------------------------------


def test_the_models_package_has_each_model_and_nothing_else():
    names = [
        "Buyer",
        "Cart",
        "Customer",
        "LineItem",
        "Order",
        "PageTagging",
        "PluginVersion",
        "Product",
        "ProductVariation",
        "Sku",
    ]
    assert models.__all__ == names
    assert [getattr(models, name).__name__ for name in names] == names
    assert models.Customer is Customer
    with pytest.raises(AttributeError) as caught:
        models.Custmer  # noqa: B018 - reading it is the test
    assert str(caught.value) == "module 'nosto_tagging.models' has no attribute 'Custmer'"


def test_a_model_that_says_nothing_of_its_errors_raises_those_of_tagging():
    assert SafeModel.invalid is InvalidTagging
    assert not issubclass(InvalidTagging, InvalidSettings)
    assert not issubclass(InvalidSettings, InvalidTagging)
