"""The calls: what each says to Nosto's client script, and what it takes."""

from __future__ import annotations

import copy
import pickle
from types import MappingProxyType

import pytest
from markupsafe import Markup

from nosto_tagging import Customer, api, snippet, statement
from nosto_tagging.errors import InvalidArgument, InvalidTagging

EMAIL = "jane.doe@example.com"
JANE = Customer(
    email=EMAIL,
    first_name="Jane",
    last_name="Doe",
    marketing_permission=True,
    customer_reference="5e3d4a9c-cf58-11ea-87d0-0242ac130003",
    type="loggedin",
    gender="Female",
)
AS_CALL = (
    '{"email":"jane.doe@example.com","first_name":"Jane","last_name":"Doe","marketing_permission":true,'
    '"customer_reference":"5e3d4a9c-cf58-11ea-87d0-0242ac130003","type":"loggedin"}'
)
AS_PROVIDER = AS_CALL.replace("marketing_permission", "newsletter")


# --- whole outputs ---------------------------------------------------------------------------------------------------

CALLS = [
    pytest.param(
        lambda: api.customer(JANE),
        f"nostojs(api => api.customer({AS_CALL}))",
        "<Call api.customer(...)>",
        id="customer",
    ),
    pytest.param(
        lambda: api.customer(EMAIL),
        'nostojs(api => api.customer({"email":"jane.doe@example.com"}))',
        "<Call api.customer(...)>",
        id="e-mail alone",
    ),
    pytest.param(
        lambda: api.customer(Markup(f" {EMAIL}\0")),  # noqa: S704 - it claims to be safe, and is not
        'nostojs(api => api.customer({"email":"jane.doe@example.com"}))',
        "<Call api.customer(...)>",
        id="e-mail that claims to be safe",
    ),
    pytest.param(
        lambda: api.set_tagging_provider("customer", JANE),
        f'nostojs(api => api.setTaggingProvider("customer",{AS_PROVIDER}))',
        "<Call api.setTaggingProvider(..., ...)>",
        id="provider",
    ),
    pytest.param(
        lambda: api.session.set_customer(JANE).view_cart().update(),
        f"nostojs(api => api.defaultSession().setCustomer({AS_PROVIDER}).viewCart().update())",
        "<Call api.defaultSession().setCustomer(...).viewCart().update()>",
        id="session, update",
    ),
    pytest.param(
        lambda: api.session.set_customer(JANE).view_cart().load(),
        f"nostojs(api => api.defaultSession().setCustomer({AS_PROVIDER}).viewCart().load())",
        "<Call api.defaultSession().setCustomer(...).viewCart().load()>",
        id="session, load",
    ),
    pytest.param(
        lambda: api.session.set_customer({}).view_cart().update(),
        "nostojs(api => api.defaultSession().setCustomer({}).viewCart().update())",
        "<Call api.defaultSession().setCustomer(...).viewCart().update()>",
        id="session, after a logout",
    ),
    pytest.param(
        lambda: api.session.set_customer(MappingProxyType({})).view_cart().update(),
        "nostojs(api => api.defaultSession().setCustomer({}).viewCart().update())",
        "<Call api.defaultSession().setCustomer(...).viewCart().update()>",
        id="session, any empty mapping",
    ),
    pytest.param(
        lambda: api.session.view_cart().load(),
        "nostojs(api => api.defaultSession().viewCart().load())",
        "<Call api.defaultSession().viewCart().load()>",
        id="session, nobody told",
    ),
]


@pytest.mark.parametrize(("make", "text", "shown"), CALLS)
def test_a_call_becomes_its_statement_and_shows_its_methods(make, text: str, shown: str):
    assert str(statement(make())) == text
    assert str(snippet(make())) == f"<script>{text}</script>"
    assert repr(make()) == str(make()) == shown


@pytest.mark.parametrize(("make", "text", "shown"), CALLS)
@pytest.mark.parametrize(
    "travel",
    [lambda call: pickle.loads(pickle.dumps(call)), copy.copy, copy.deepcopy],  # noqa: S301 - our own bytes
)
def test_a_call_arrives_as_it_left(make, text: str, shown: str, travel):
    arrived = travel(make())
    assert arrived == make()
    assert str(statement(arrived)) == text


# --- chains ----------------------------------------------------------------------------------------------------------


def test_a_chain_can_be_continued_in_more_than_one_way_and_the_session_stays_as_it_was():
    before = api.session.steps
    told = api.session.set_customer(JANE)
    cart = told.view_cart()
    assert repr(cart.update()) == "<Call api.defaultSession().setCustomer(...).viewCart().update()>"
    assert repr(cart.load()) == "<Call api.defaultSession().setCustomer(...).viewCart().load()>"
    assert repr(told) == "<Session api.defaultSession().setCustomer(...)>"
    assert repr(cart) == "<Action api.defaultSession().setCustomer(...).viewCart()>"
    assert api.session.steps is before
    assert repr(api.session) == "<Session api.defaultSession()>"


UNSENT_SESSION = (
    "The session chain is never sent by Nosto's client script; end it with .view_cart().update() or .view_cart().load()"
)


@pytest.mark.parametrize(
    ("chain", "message"),
    [
        (
            api.session,
            UNSENT_SESSION,
        ),
        (
            api.session.set_customer(JANE),
            UNSENT_SESSION,
        ),
        (
            api.session.set_customer(JANE).view_cart(),
            "The session chain is never sent by Nosto's client script; end it with .update() or .load()",
        ),
    ],
)
@pytest.mark.parametrize("verb", [snippet, statement])
def test_a_chain_without_an_ending_is_refused_and_the_endings_are_named(verb, chain, message: str):
    with pytest.raises(InvalidArgument) as caught:
        verb(chain)
    assert str(caught.value) == message
    assert caught.value.argument == "The session chain"


def test_calls_are_equal_if_they_say_the_same():
    assert api.customer(JANE) == api.customer(JANE)
    assert api.customer(EMAIL) == api.customer(Customer(email=EMAIL))
    assert api.customer(JANE) != api.customer(EMAIL)
    assert api.customer(JANE) != api.set_tagging_provider("customer", JANE)
    told = api.session.set_customer(JANE).view_cart()
    assert told.update() == api.session.set_customer(JANE).view_cart().update()
    assert told.update() != told.load()
    assert told != api.Session(*told.steps)  # a Session and an Action of the same steps go on in different ways
    assert api.customer(JANE) != JANE
    assert api.customer(JANE) != api.customer(JANE).steps


def test_a_call_cannot_be_hashed_for_a_mapping_among_its_arguments_could_not_be_either():
    with pytest.raises(TypeError, match=r"^unhashable type: 'Call'$"):
        hash(api.customer(JANE))


# --- without the e-mail ----------------------------------------------------------------------------------------------

NAMELESS = Customer(customer_reference="1", marketing_permission=True)
WITH_EMAIL = Customer(email=EMAIL, customer_reference="1", marketing_permission=True)


@pytest.mark.parametrize(
    ("call", "kept"),
    [
        (api.customer(WITH_EMAIL), api.customer(NAMELESS)),
        (api.customer(NAMELESS), api.customer(NAMELESS)),
        (api.set_tagging_provider("customer", WITH_EMAIL), api.set_tagging_provider("customer", NAMELESS)),
        (
            api.session.set_customer(WITH_EMAIL).view_cart().load(),
            api.session.set_customer(NAMELESS).view_cart().load(),
        ),
        # a logout has no address in it, and must be told
        (api.session.set_customer({}).view_cart().update(), api.session.set_customer({}).view_cart().update()),
        # nobody is left
        (api.customer(EMAIL), None),
        (api.set_tagging_provider("customer", Customer(email=EMAIL)), None),
        (api.session.set_customer(Customer(email=EMAIL)).view_cart().update(), None),
    ],
)
def test_without_its_email_a_call_tells_the_reference_or_nothing(call: api.Call, kept: api.Call | None):
    assert call.without_email() == kept


def test_a_call_without_its_email_is_a_call_of_its_own():
    call = api.customer(WITH_EMAIL)
    call.without_email()
    assert call == api.customer(WITH_EMAIL)


# --- what is refused -------------------------------------------------------------------------------------------------


class Pretender:
    @property
    def __class__(self):
        return str


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "None"),
        (1, "int"),
        (b"jane.doe@example.com", "bytes"),
        ({"email": EMAIL}, "dict"),
        ({}, "dict"),
        (api.customer(EMAIL), "Call"),
        (Customer, "ModelMetaclass"),
        pytest.param(Pretender(), "Pretender", id="pretender"),
    ],
)
def test_a_customer_call_of_anything_else_is_refused(value: object, told: str):
    with pytest.raises(InvalidArgument) as caught:
        api.customer(value)
    assert str(caught.value) == f"api.customer() takes a Customer or an e-mail address, got {told}"
    assert caught.value.argument == "api.customer()"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("jane", "Customer.email must be an e-mail address such as jane.doe@example.com, got text of 4 characters"),
        ("", "Customer needs an email or a customer_reference, got neither"),
        (" \0", "Customer needs an email or a customer_reference, got neither"),
        ("a" * 321, "Customer.email must be at most 320 characters, got text of 321 characters"),
    ],
)
def test_a_customer_call_of_a_text_that_is_no_email_is_refused(value: str, message: str):
    with pytest.raises(InvalidTagging) as caught:
        api.customer(value)
    assert str(caught.value) == message


KEYS = (
    "pageType, customer, variation, cart, restoreLink, order, products, categories, categoryIds, parentCategoryIds, "
    "brands, tags, customFields, searchTerms, affinitySignals, sortOrder, elements, pluginVersion"
)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("carts", "'carts'"),
        ("Customer", "'Customer'"),
        ("", "(text of 0 characters)"),
        (EMAIL, "(text of 20 characters)"),
        (None, "(None)"),
        (1, "(int)"),
        (["customer"], "(list)"),
        (JANE, "(Customer)"),
    ],
)
def test_a_provider_of_an_unknown_key_is_refused(key: object, told: str):
    with pytest.raises(InvalidArgument) as caught:
        api.set_tagging_provider(key, JANE)
    assert str(caught.value) == f"key must be one of: {KEYS}, got {told}"
    assert caught.value.argument == "key"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (EMAIL, "text of 20 characters"),
        (api.customer(EMAIL), "Call"),
        (Customer, "ModelMetaclass"),
    ],
)
def test_a_provider_of_the_wrong_kind_of_value_is_refused(value: object, told: str):
    with pytest.raises(InvalidTagging) as caught:
        api.set_tagging_provider("customer", value)
    assert str(caught.value) == f"PageTagging.customer must be given as fields or a mapping of them, got {told}"


@pytest.mark.parametrize(("value", "told"), [(None, "None"), (" ", "blank text")])
def test_a_provider_of_nothing_is_refused_because_null_breaks_the_client_script(value: object, told: str):
    with pytest.raises(InvalidArgument) as caught:
        api.set_tagging_provider("variation", value)
    assert str(caught.value) == f"value must be given for 'variation', got {told}"


@pytest.mark.parametrize(
    "key", [Markup("customer"), type("Key", (str,), {"__str__": lambda self: '"</script>'})("customer")]
)
def test_a_key_that_claims_to_be_something_else_is_printed_as_what_is_there(key: str):
    assert str(statement(api.set_tagging_provider(key, Customer(email=EMAIL)))) == (
        'nostojs(api => api.setTaggingProvider("customer",{"email":"jane.doe@example.com"}))'
    )


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("", "text of 0 characters"),
        (EMAIL, "text of 20 characters"),
        ({"email": EMAIL}, "dict"),
        ([], "list"),
        (0, "int"),
        (False, "bool"),
    ],
)
def test_a_session_takes_a_customer_or_the_empty_mapping_only(value: object, told: str):
    with pytest.raises(InvalidArgument) as caught:
        api.session.set_customer(value)
    assert str(caught.value) == (
        f"session.set_customer() takes a Customer, {{}} to forget the last one, or None for no change, got {told}"
    )
    assert caught.value.argument == "session.set_customer()"
